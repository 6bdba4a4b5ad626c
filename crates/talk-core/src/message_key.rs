//! The keys by which the service knows a message that is sent twice.

use crate::json::push_char;
use alloc::string::String;

use crate::output::Millis;
use crate::random::Random;

const ALPHABET: &[u8; 64] = b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/// 20 characters: 8 of the time, 12 random ones. The alphabet is in ASCII order, so keys sort by
/// time.
pub(crate) fn message_key(now: Millis, random: &mut Random) -> String {
    let mut key = String::with_capacity(20);
    for digit in (0..8).rev() {
        push_char(&mut key, char::from(ALPHABET[(now >> (6 * digit) & 63) as usize]));
    }
    for _ in 0..12 {
        push_char(&mut key, char::from(ALPHABET[random.below(64) as usize]));
    }
    key
}
