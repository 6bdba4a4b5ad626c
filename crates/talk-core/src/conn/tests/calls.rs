//! Calls: their order, combining them, sending them again.

use super::*;

#[test]
fn a_call_opens_logs_in_goes_out_and_the_connection_closes_when_idle() {
    let mut world = World::new();
    world.plain("a");
    world.log_in();
    world.expect(&["ready refetch", r#"1> [1,"POST","/a",{},{}]"#]);
    world.answer(1, 200, r#"{"id":"x"}"#);
    world.expect(&[r#"reply 1 ok {"id":"x"}"#]);
    world.pass(2_999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&["lost", "close 1"]);
    world.expect_the_end();
}
