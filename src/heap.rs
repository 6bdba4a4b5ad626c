//! The allocator: free blocks by size, and the end of the memory for what is larger than those.
//!
//! Sizes are rounded up to one of four steps between powers of two, so a block serves whatever is of
//! about its size. Blocks are not joined: a session's memory is as large as what it has held of each
//! size at most, and is given back with the session. That takes a third of the code of an allocator
//! that joins them.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;

const PAGE: usize = 65_536;
/// Four for each power of two below 4 GiB.
const CLASSES: usize = 4 * 32;

pub(crate) struct Heap(UnsafeCell<State>);

struct State {
    /// The first free block of each class; each begins with the address of the next.
    free: [*mut u8; CLASSES],
    /// Where the memory begins that no block has used yet, and where it ends.
    top: usize,
    end: usize,
}

// SAFETY: a module without threads has one.
#[allow(unsafe_code)]
unsafe impl Sync for Heap {}

impl Heap {
    pub(crate) const fn new() -> Heap {
        Heap(UnsafeCell::new(State { free: [ptr::null_mut(); CLASSES], top: 0, end: 0 }))
    }
}

/// Makes the memory larger. Gives how many pages it had, or `usize::MAX`.
#[cfg(not(test))]
fn grow(pages: usize) -> usize {
    core::arch::wasm32::memory_grow(0, pages)
}

/// The class of a size, and how large its blocks are.
fn class_of(size: usize) -> (usize, usize) {
    let last = size.max(16) - 1;
    let bits = (usize::BITS - 1 - last.leading_zeros()) as usize;
    let shift = if bits > 6 { bits - 2 } else { 4 };
    ((bits * 4 + (last >> shift & 3)) & (CLASSES - 1), ((last >> shift) + 1) << shift)
}

#[allow(unsafe_code)]
// SAFETY: blocks are of at least their size, begin at multiples of 16, and are given out once.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        debug_assert!(layout.align() <= 16);
        // SAFETY: there is one thread, and no reference outlives its call.
        let state = unsafe { &mut *self.0.get() };
        let (class, size) = class_of(layout.size());
        let block = state.free[class];
        if !block.is_null() {
            // SAFETY: a free block begins with the address of the next.
            state.free[class] = unsafe { *block.cast() };
            return block;
        }
        if size > state.end - state.top {
            let pages = size.div_ceil(PAGE);
            let before = grow(pages);
            if before == usize::MAX {
                return ptr::null_mut();
            }
            // The first time. Nobody else makes the memory grow.
            if state.end != before * PAGE {
                state.top = before * PAGE;
            }
            state.end = (before + pages) * PAGE;
        }
        state.top += size;
        (state.top - size) as *mut u8
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above; the block is of the class of its size, and nobody uses it any more.
        let state = unsafe { &mut *self.0.get() };
        let (class, _) = class_of(layout.size());
        // SAFETY: every block has room for an address.
        unsafe { *block.cast() = state.free[class] };
        state.free[class] = block;
    }
}

#[cfg(test)]
use tests::grow;

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::vec::Vec;

    use super::*;

    std::thread_local! {
        /// The next page, and how many are left: the memory of a test.
        static PAGES: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    }

    /// A memory of this many pages.
    fn memory(pages: usize) -> Heap {
        let layout = Layout::from_size_align(pages * PAGE, PAGE).unwrap();
        // SAFETY: the layout is not empty. The memory is leaked.
        #[allow(unsafe_code)]
        let start = unsafe { std::alloc::alloc_zeroed(layout) };
        PAGES.set((start as usize / PAGE, pages));
        Heap::new()
    }

    pub(super) fn grow(pages: usize) -> usize {
        let (next, left) = PAGES.get();
        if pages > left {
            return usize::MAX;
        }
        PAGES.set((next + pages, left - pages));
        next
    }

    #[test]
    fn a_class_fits_all_its_sizes_and_is_a_fifth_too_large_at_most() {
        let mut last = (0, 0);
        for size in (0..5_000).chain([1 << 16, (1 << 20) + 1, 3 << 20, (1 << 31) - 1]) {
            let (class, room) = class_of(size);
            assert!(room >= size && room % 16 == 0, "{size}: {room}");
            assert!(room - size <= 16.max(size / 4), "{size}: {room}");
            assert_eq!(class == last.0, room == last.1, "{size}: {class}, {room} after {last:?}");
            assert!(class < CLASSES);
            last = (class, room);
        }
    }

    #[test]
    #[allow(unsafe_code)]
    fn blocks_do_not_overlap_and_come_back() {
        let heap = memory(64);
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        let mut random = 1_u32;
        for round in 0..20_000_u32 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let dice = (random >> 8) as usize;
            // SAFETY: what is given back was allocated with this layout, and is forgotten.
            unsafe {
                if held.len() > 200 || (dice % 3 == 0 && !held.is_empty()) {
                    let (block, layout, mark) = held.swap_remove(dice % held.len());
                    for at in 0..layout.size() {
                        assert_eq!(*block.add(at), mark, "round {round}");
                    }
                    heap.dealloc(block, layout);
                } else {
                    let size = [dice % 40, dice % 700, dice % 9_000][dice % 3];
                    let layout = Layout::from_size_align(size.max(1), 8).unwrap();
                    let block = heap.alloc(layout);
                    assert!(!block.is_null() && block as usize % 16 == 0, "round {round}");
                    block.write_bytes(round as u8, layout.size());
                    held.push((block, layout, round as u8));
                }
            }
        }
    }

    #[test]
    #[allow(unsafe_code)]
    fn without_memory_nothing_is_given() {
        let heap = memory(2);
        let half = Layout::from_size_align(PAGE, 8).unwrap();
        // SAFETY: the layouts are not empty.
        unsafe {
            let first = heap.alloc(half);
            assert!(!first.is_null() && !heap.alloc(half).is_null());
            assert!(heap.alloc(half).is_null());
            assert!(heap.alloc(Layout::from_size_align(1 << 30, 8).unwrap()).is_null());
            heap.dealloc(first, half);
            assert_eq!(heap.alloc(half), first);
        }
    }
}
