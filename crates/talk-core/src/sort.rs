//! Sorting in little code.

use alloc::vec::Vec;

/// The numbers from 0 on in an order, which is one of `count` different things. A heap sort: the
/// standard library's sorts are many times the size of this.
pub(crate) fn sorted(count: usize, less: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    // What is before `start` is no heap yet, and what is behind `end` is in order.
    let (mut start, mut end) = (count / 2, count);
    while end > 1 {
        if start > 0 {
            start -= 1;
        } else {
            end -= 1;
            order.swap(0, end);
        }
        let mut parent = start;
        loop {
            let mut child = 2 * parent + 1;
            if child + 1 < end && less(order[child], order[child + 1]) {
                child += 1;
            }
            if child >= end || less(order[child], order[parent]) {
                break;
            }
            order.swap(parent, child);
            parent = child;
        }
    }
    order
}
