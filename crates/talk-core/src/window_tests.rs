//! Items that move within a list, and the views that show a part of it.

use alloc::vec;

use super::*;

/// Five items; one view shows three of them, another one all.
fn window() -> Window {
    let mut window = Window { items: vec![10, 11, 12, 13, 14], ..Window::default() };
    assert_eq!(window.join_view(None, 3, 100), 100);
    assert_eq!(window.join_view(None, 5, 101), 101);
    window
}

fn lens(window: &Window) -> [usize; 2] {
    [100, 101].map(|place| window.view(place).unwrap().len)
}

#[test]
fn a_view_keeps_its_length_when_an_item_moves_out_of_it() {
    let mut window = window();
    window.shift(0, 4);
    assert_eq!(window.items, [11, 12, 13, 14, 10]);
    assert_eq!(lens(&window), [3, 5]);
}

#[test]
fn a_view_keeps_its_length_when_an_item_moves_within_it_or_behind_it() {
    let mut window = window();
    window.shift(2, 0);
    window.shift(3, 4);
    assert_eq!(window.items, [12, 10, 11, 14, 13]);
    assert_eq!(lens(&window), [3, 5]);
}

#[test]
fn a_view_grows_by_an_item_that_moves_into_it() {
    let mut window = window();
    window.shift(4, 0);
    assert_eq!(window.items, [14, 10, 11, 12, 13]);
    assert_eq!(lens(&window), [4, 5]);
}
