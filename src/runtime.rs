//! What the standard library would bring along, in a tenth of its size: an allocator, and a panic
//! that traps. The JavaScript side turns a trap into an error for every session and starts anew.

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
