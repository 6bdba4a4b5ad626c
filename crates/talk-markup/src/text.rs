//! Looking at text. Everything here counts in UTF-16 units, as the rules do, and nothing can fail:
//! what is not there is [`END`].

/// What stands after the last unit.
pub(crate) const END: u32 = 0x1_0000;

/// A stretch of text.
#[derive(Clone, Copy)]
pub(crate) struct Text<'t>(pub(crate) &'t [u16]);

impl<'t> Text<'t> {
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    /// The unit at a place.
    #[inline(never)]
    pub(crate) fn at(self, at: usize) -> u32 {
        self.0.get(at).map_or(END, |unit| u32::from(*unit))
    }

    /// The character at a place, which moves on behind it: one unit, or two for what is above
    /// U+FFFF.
    #[inline(never)]
    pub(crate) fn character(self, at: &mut usize) -> u32 {
        let (high, low) = (self.at(*at), self.at(*at + 1));
        *at += 1;
        if high & 0xfc00 != 0xd800 || low & 0x1_fc00 != 0xdc00 {
            return high;
        }
        *at += 1;
        0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff)
    }

    /// The text from a place to another.
    #[inline(never)]
    pub(crate) fn cut(self, start: usize, end: usize) -> Text<'t> {
        Text(self.0.get(start..end).unwrap_or(&[]))
    }

    pub(crate) fn from(self, start: usize) -> Text<'t> {
        self.cut(start, self.len())
    }

    /// Where the first of these ASCII characters is, or the end.
    #[inline(never)]
    pub(crate) fn find(self, from: usize, marks: &str) -> usize {
        let mut at = from;
        while at < self.len() && !is_one_of(self.at(at), marks) {
            at += 1;
        }
        at
    }

    /// Where the blanks from a place on end.
    #[inline(never)]
    pub(crate) fn skip_blanks(self, from: usize) -> usize {
        let mut at = from;
        while at < self.len() && is_space(self.at(at)) {
            at += 1;
        }
        at
    }

    /// Whether this word, in small letters, stands at a place, in letters of any size.
    #[inline(never)]
    pub(crate) fn has(self, at: usize, word: &str) -> bool {
        word.bytes().enumerate().all(|(i, byte)| small(self.at(at + i)) == u32::from(byte))
    }
}

/// What regular expressions call a blank, `\s`, and the end.
#[inline(never)]
pub(crate) fn is_space(unit: u32) -> bool {
    matches!(unit, 9..=13 | 32 | 0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f
        | 0x205f | 0x3000 | 0xfeff | END)
}

/// What ends a line: where `.` stops in a regular expression.
#[inline(never)]
pub(crate) fn is_line_end(unit: u32) -> bool {
    matches!(unit, 10 | 13 | 0x2028 | 0x2029 | END)
}

/// `0` to `9`.
pub(crate) fn is_digit(unit: u32) -> bool {
    unit.wrapping_sub(0x30) < 10
}

/// `A` to `Z`, `a` to `z`.
pub(crate) fn is_ascii_letter(unit: u32) -> bool {
    (unit | 0x20).wrapping_sub(0x61) < 26
}

/// The small letter of an ASCII letter.
pub(crate) fn small(unit: u32) -> u32 {
    if is_ascii_letter(unit) {
        unit | 0x20
    } else {
        unit
    }
}

/// Whether `unit` is one of these ASCII characters.
#[inline(never)]
pub(crate) fn is_one_of(unit: u32, marks: &str) -> bool {
    marks.bytes().any(|mark| u32::from(mark) == unit)
}
