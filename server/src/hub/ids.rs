//! Fresh ids out of a seed: the hub has no randomness of its own.

use hmac::{Hmac, Mac};
use sha2::Sha256;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The source of ids. A number for repeatable runs, 32 random bytes for ids nobody can guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl From<u64> for Seed {
    fn from(number: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        Seed(bytes)
    }
}

impl From<[u8; 32]> for Seed {
    fn from(bytes: [u8; 32]) -> Self {
        Seed(bytes)
    }
}

/// Makes ids: the same seed gives the same ids in the same order.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: Seed,
    count: u64,
}

impl Ids {
    pub(crate) fn new(seed: Seed) -> Self {
        Ids { seed, count: 0 }
    }

    /// An id such as `msg_4Lo7XIV3kszWzu8lgk0mUq`.
    pub(crate) fn fresh(&mut self, kind: &str) -> String {
        let bytes = self.bytes();
        let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
        let tail: String = bytes.iter().take(22).map(letter).collect();
        format!("{kind}_{tail}")
    }

    /// 32 bytes for a key.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.count += 1;
        hmac(&self.seed.0, &self.count.to_le_bytes())
    }
}

/// HMAC-SHA256 of `message` under `key`.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    mac(key).chain_update(message).finalize().into_bytes().into()
}

/// Whether `signature` is the HMAC-SHA256 of `message` under `key`, in constant time.
pub(crate) fn hmac_matches(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    mac(key).chain_update(message).verify_slice(signature).is_ok()
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length: the error cannot happen, and the empty key stands in for it.
    Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&Default::default()))
}
