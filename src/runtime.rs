//! What the standard library would bring along, in a tenth of its size: an allocator, and a panic
//! that traps. The JavaScript side turns a trap into an error of the session.

use crate::heap::Heap;

#[global_allocator]
static ALLOCATOR: Heap = Heap::new();

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
