//! Kinds of UTF-16 units, and the two tables: letters and top-level domains.
//!
//! Both tables are kept as readable files, packed while compiling, and unpacked at the first text
//! that needs them.

use alloc::vec::Vec;

/// What regular expressions call a blank: `\s`.
pub(crate) fn is_space(unit: u16) -> bool {
    matches!(unit, 9..=13 | 32 | 0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f
        | 0x205f | 0x3000 | 0xfeff)
}

/// What ends a line: where `.` stops in a regular expression.
pub(crate) fn is_line_end(unit: u16) -> bool {
    matches!(unit, 10 | 13 | 0x2028 | 0x2029)
}

/// A blank or one of the marks that may stand around bold, italic and struck text.
pub(crate) fn is_boundary(unit: u16) -> bool {
    is_space(unit)
        || matches!(unit, 0x21 | 0x23..=0x2a | 0x2c..=0x2f | 0x3a..=0x3c | 0x3e..=0x40
            | 0x5b..=0x5f | 0x7b..=0x7e | 0xa1..=0xa8 | 0xab | 0xac | 0xb0 | 0xb6 | 0xb7 | 0xbb
            | 0xbf | 0x2010 | 0x2012..=0x2015 | 0x2018 | 0x2019 | 0x201c | 0x201d
            | 0x2020..=0x2022 | 0x2026 | 0x2030..=0x2032 | 0x203b | 0x203d | 0x2042 | 0x2044
            | 0x20a9 | 0x20aa | 0x20ac | 0x2116 | 0x2234 | 0x2420 | 0x261e)
}

/// `0` to `9`.
pub(crate) fn is_digit(unit: u16) -> bool {
    matches!(unit, 0x30..=0x39)
}

/// `A` to `Z`, `a` to `z`.
pub(crate) fn is_ascii_letter(unit: u16) -> bool {
    matches!(unit, 0x41..=0x5a | 0x61..=0x7a)
}

/// Whether `unit` is one of these ASCII characters.
pub(crate) fn is_one_of(unit: u16, marks: &str) -> bool {
    unit < 128 && marks.as_bytes().contains(&(unit as u8))
}

/// Whether `text` has `word`, in small ASCII letters, at `at`, in letters of any size.
pub(crate) fn has_word(text: &[u16], at: usize, word: &str) -> bool {
    text.get(at..at + word.len()).is_some_and(|part| {
        part.iter().zip(word.bytes()).all(|(unit, byte)| small(*unit) == u16::from(byte))
    })
}

/// The small letter of an ASCII letter.
pub(crate) fn small(unit: u16) -> u16 {
    unit | if matches!(unit, 0x41..=0x5a) { 0x20 } else { 0 }
}

const LETTERS_TEXT: &[u8] = include_bytes!("../data/letters.txt");
const DOMAINS_TEXT: &[u8] = include_bytes!("../data/tlds.txt");

static LETTERS: [u8; letters_len()] = pack_letters();
static DOMAINS: [u8; domains_len()] = pack_domains();

/// The tables, unpacked when first needed.
#[derive(Default)]
pub(crate) struct Tables {
    /// Where letters start and end, in turn.
    letters: Vec<u16>,
    /// The known top-level domains in order, each with its length in front.
    domains: Vec<u8>,
    /// Where each of them starts.
    starts: Vec<u16>,
}

impl Tables {
    /// Letters, digits and marks of any script, and emoji; not `_`. Surrogates count, so that every
    /// character above U+FFFF does.
    pub(crate) fn is_letter(&mut self, unit: u16) -> bool {
        if unit < 128 {
            return is_digit(unit) || is_ascii_letter(unit);
        }
        if self.letters.is_empty() {
            let mut bound = 128;
            let mut run = 0;
            let mut shift = 0;
            for byte in &LETTERS {
                run |= u16::from(byte & 127) << shift;
                shift += 7;
                if *byte < 128 {
                    bound += run;
                    self.letters.push(bound);
                    (run, shift) = (0, 0);
                }
            }
        }
        self.letters.partition_point(|bound| *bound <= unit) % 2 == 1
    }

    /// Whether a host may end in this label.
    pub(crate) fn is_domain(&mut self, label: &[u16]) -> bool {
        const LONGEST: usize = 32;
        if label.len() > LONGEST {
            return false;
        }
        if self.domains.is_empty() {
            self.unpack_domains();
        }
        let decoded = match has_word(label, 0, "xn--") {
            true => punycode(&label[4..]),
            false => label.iter().map(|unit| lower(*unit)).collect(),
        };
        let mut name = Vec::new();
        for c in char::decode_utf16(decoded) {
            let mut bytes = [0; 4];
            name.extend_from_slice(c.unwrap_or('?').encode_utf8(&mut bytes).as_bytes());
        }
        self.starts
            .binary_search_by(|start| {
                let start = usize::from(*start);
                let len = usize::from(self.domains[start]);
                self.domains[start + 1..start + 1 + len].cmp(&name[..])
            })
            .is_ok()
    }

    fn unpack_domains(&mut self) {
        let mut previous = 0;
        for byte in &DOMAINS {
            if *byte < 32 {
                // A new name, and how much of it is as in the one before.
                let start = self.domains.len();
                self.starts.push(start as u16);
                self.domains.push(*byte);
                self.domains.extend_from_within(previous + 1..previous + 1 + usize::from(*byte));
                previous = start;
            } else {
                self.domains.push(*byte);
                self.domains[previous] += 1;
            }
        }
    }
}

/// The small letter, for the scripts that have top-level domains.
fn lower(unit: u16) -> u16 {
    match unit {
        0x41..=0x5a | 0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a9 | 0x410..=0x42f => unit + 32,
        0x400..=0x40f => unit + 80,
        0x49a => unit + 1,
        0x531..=0x556 => unit + 48,
        // The Kelvin sign.
        0x212a => 0x6b,
        _ => unit,
    }
}

/// The name that an `xn--` label stands for (RFC 3492). Nonsense gives nothing, or a name that is
/// not in use.
fn punycode(label: &[u16]) -> Vec<u16> {
    let hyphen = label.iter().rposition(|unit| *unit == 0x2d).filter(|at| *at > 0);
    let (basic, coded) = match hyphen {
        Some(at) => (&label[..at], &label[at + 1..]),
        None => (&label[..0], label),
    };
    let mut name: Vec<u16> = basic.iter().map(|unit| lower(*unit)).collect();
    let (mut code, mut at, mut bias) = (128, 0u32, 72);
    let mut digits = coded.iter();
    if coded.is_empty() {
        name.clear();
    }
    while !digits.as_slice().is_empty() {
        let start = at;
        let mut weight = 1u32;
        let mut k = 36;
        loop {
            let digit = match digits.next() {
                Some(unit @ 0x30..=0x39) => u32::from(*unit) - 22,
                Some(unit) if is_ascii_letter(*unit) => u32::from(*unit | 32) - 97,
                _ => return Vec::new(),
            };
            at = at.wrapping_add(digit.wrapping_mul(weight));
            let threshold = (k - bias).clamp(1, 26) as u32;
            if digit < threshold {
                break;
            }
            weight = weight.wrapping_mul(36 - threshold);
            k += 36;
        }
        let len = name.len() as u32 + 1;
        let mut delta = at.wrapping_sub(start) / if start == 0 { 700 } else { 2 };
        delta += delta / len;
        k = 0;
        while delta > 455 {
            delta /= 35;
            k += 36;
        }
        bias = k + (36 * delta / (delta + 38)) as i32;
        code = at.wrapping_div(len).wrapping_add(code);
        at %= len;
        if code > 0xffff {
            return Vec::new();
        }
        name.insert(at as usize, code as u16);
        at += 1;
    }
    name
}

// Packing, while compiling.

/// The number of bytes of a run of letters or of others: 7 bits a byte, the lowest first.
const fn run_len(run: u32) -> usize {
    if run < 1 << 7 {
        1
    } else if run < 1 << 14 {
        2
    } else {
        3
    }
}

/// The `i`th bound (start or end of letters) of the text, as hexadecimal digits.
const fn bound(i: usize) -> u32 {
    let mut value = 0;
    let mut k = 0;
    while k < 4 {
        let digit = LETTERS_TEXT[i * 5 + k];
        value = value * 16 + if digit > b'9' { digit - b'a' + 10 } else { digit - b'0' } as u32;
        k += 1;
    }
    // Ranges name their last letter; a bound is the first unit after it.
    value + (i % 2) as u32
}

const fn run(i: usize) -> u32 {
    bound(i) - if i == 0 { 128 } else { bound(i - 1) }
}

/// Every bound takes 4 digits and one separator. The end of the last range, U+FFFF, is left out.
const BOUNDS: usize = LETTERS_TEXT.len() / 5;

const fn letters_len() -> usize {
    let mut len = 0;
    let mut i = 0;
    while i < BOUNDS {
        len += run_len(run(i));
        i += 1;
    }
    len
}

const fn pack_letters() -> [u8; letters_len()] {
    let mut out = [0; letters_len()];
    let mut at = 0;
    let mut i = 0;
    while i < BOUNDS {
        let mut rest = run(i);
        let mut left = run_len(rest);
        i += 1;
        while left > 0 {
            left -= 1;
            out[at] = (rest & 127) as u8 | if left > 0 { 128 } else { 0 };
            rest >>= 7;
            at += 1;
        }
    }
    out
}

/// How many bytes the line at `at` shares with the line before it.
const fn shared(before: usize, at: usize) -> usize {
    let mut len = 0;
    while DOMAINS_TEXT[before + len] == DOMAINS_TEXT[at + len] && DOMAINS_TEXT[at + len] != b'\n' {
        len += 1;
    }
    len
}

const fn domains_len() -> usize {
    let mut len = 0;
    let mut before = 0;
    let mut at = 0;
    while at < DOMAINS_TEXT.len() {
        let start = at;
        at += if at > 0 { shared(before, at) } else { 0 };
        while DOMAINS_TEXT[at] != b'\n' {
            len += 1;
            at += 1;
        }
        len += 1;
        at += 1;
        before = start;
    }
    len
}

const fn pack_domains() -> [u8; domains_len()] {
    let mut out = [0; domains_len()];
    let mut len = 0;
    let mut before = 0;
    let mut at = 0;
    while at < DOMAINS_TEXT.len() {
        let start = at;
        let same = if at > 0 { shared(before, at) } else { 0 };
        out[len] = same as u8;
        len += 1;
        at += same;
        while DOMAINS_TEXT[at] != b'\n' {
            out[len] = DOMAINS_TEXT[at];
            len += 1;
            at += 1;
        }
        at += 1;
        before = start;
    }
    out
}
