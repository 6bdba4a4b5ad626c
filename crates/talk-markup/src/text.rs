//! Looking at the text. Everything here counts in UTF-16 units, as the rules do, and nothing can
//! fail: what is not there is [`END`].

use crate::Parser;

/// What stands behind the last unit.
pub(crate) const END: u32 = 0x1_0000;

impl Parser<'_> {
    /// The unit at a place, if the part of the text that is looked at goes so far.
    #[inline(never)]
    pub(crate) fn at(&self, at: usize) -> u32 {
        match self.text.get(at) {
            Some(unit) if at < self.end => u32::from(*unit),
            _ => END,
        }
    }

    /// What kind of unit is at a place; see `chars.rs`.
    #[inline(never)]
    pub(crate) fn kind(&self, at: usize) -> u8 {
        self.kinds.get(self.at(at) as usize).copied().unwrap_or(0)
    }

    /// Whether the unit at a place is of one of these kinds.
    #[inline(never)]
    pub(crate) fn is(&self, at: usize, kinds: u8) -> bool {
        self.kind(at) & kinds != 0
    }

    /// Whether one of these ASCII characters is at a place.
    #[inline(never)]
    pub(crate) fn is_one_of(&self, at: usize, marks: &str) -> bool {
        let unit = self.at(at);
        marks.bytes().any(|mark| u32::from(mark) == unit)
    }

    /// Where the first of these ASCII characters is, or the end.
    #[inline(never)]
    pub(crate) fn find(&mut self, mut at: usize, marks: &str) -> usize {
        self.tick(1);
        while at < self.end && !self.is_one_of(at, marks) {
            self.tick(1);
            at += 1;
        }
        at
    }

    /// Whether this word, in small letters, stands at a place, in letters of any size.
    #[inline(never)]
    pub(crate) fn has(&self, at: usize, word: &str) -> bool {
        word.bytes().enumerate().all(|(i, byte)| small(self.at(at + i)) == u32::from(byte))
    }

    /// The character at a place, which moves on behind it: one unit, or two for what is above
    /// U+FFFF.
    #[inline(never)]
    pub(crate) fn character(&self, at: &mut usize) -> u32 {
        let (high, low) = (self.at(*at), self.at(*at + 1));
        *at += 1;
        if high & 0xfc00 != 0xd800 || low & 0x1_fc00 != 0xdc00 {
            return high;
        }
        *at += 1;
        0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff)
    }

    /// Puts a character behind the whole text, where what is made of parts of it is kept.
    #[inline(never)]
    pub(crate) fn keep(&mut self, code: u32) {
        if code > 0xffff {
            self.keep((code >> 10) + 0xd7c0);
            self.keep(code & 0x3ff | 0xdc00);
        } else {
            self.text.push(code as u16);
        }
    }

    /// Counts work, so that tests can see that it grows with the length of the text and no faster.
    #[inline(always)]
    pub(crate) fn tick(&mut self, _steps: usize) {
        #[cfg(test)]
        {
            self.steps += _steps;
        }
    }
}

/// `0` to `9`.
#[inline(never)]
pub(crate) fn is_digit(unit: u32) -> bool {
    unit.wrapping_sub(0x30) < 10
}

/// `A` to `Z`, `a` to `z`.
#[inline(never)]
pub(crate) fn is_ascii_letter(unit: u32) -> bool {
    (unit | 0x20).wrapping_sub(0x61) < 26
}

/// The small letter of an ASCII letter.
#[inline(never)]
pub(crate) fn small(unit: u32) -> u32 {
    if is_ascii_letter(unit) {
        unit | 0x20
    } else {
        unit
    }
}
