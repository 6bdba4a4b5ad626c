//! Random numbers from a seed that comes from outside.

/// A small generator (xoshiro128+) for jitter, request keys and client ids. Not for secrets.
#[derive(Clone, Debug)]
pub struct Random([u32; 4]);

impl Random {
    /// Starts from 128 bits of real randomness.
    pub fn new(seed: [u32; 4]) -> Random {
        // All zeros is the one state the generator cannot leave.
        Random(if seed == [0; 4] { [1, 2, 3, 4] } else { seed })
    }

    /// The next 32 bits.
    pub fn next_u32(&mut self) -> u32 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]);
        let t = s[1] << 9;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(11);
        result
    }

    /// A number from 0 up to, but not including, `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.next_u32()) * u64::from(end)) >> 32) as u32
    }
}
