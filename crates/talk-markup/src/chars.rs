//! Kinds of units, and the two big tables: letters and top-level domains.
//!
//! The tables are kept as readable files, packed while compiling, and unpacked for a text that
//! needs them.

use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{is_ascii_letter, is_digit, is_space, Text};

/// The classes of units that tables of steps know, each by one of its members: `a` ASCII letters,
/// `0` digits, `w` other letters, `,` also `;`, `[` also `]`, `&` also `$%*^{|}~`, `t` blanks but
/// the common one, `c` control characters, and `x` everything else.
pub(crate) const CLASS_NAMES: &[u8; CLASSES] = b"xa0w_-.:/?#@,()! +&'=`[<>\"tc";
pub(crate) const CLASSES: usize = 28;

/// The class of each ASCII character.
static ASCII: [u8; 128] = ascii();

const fn ascii() -> [u8; 128] {
    let mut out = [0; 128];
    let mut unit = 0;
    while unit < 128 {
        let name = match unit as u8 {
            b'A'..=b'Z' | b'a'..=b'z' => b'a',
            b'0'..=b'9' => b'0',
            b';' => b',',
            b']' => b'[',
            b'$' | b'%' | b'*' | b'^' | b'{' | b'|' | b'}' | b'~' => b'&',
            9 | 11 | 12 | 13 => b't',
            0..=8 | 10 | 14..=31 | 127 => b'c',
            other => other,
        };
        let mut class = 0;
        while class < CLASSES {
            if CLASS_NAMES[class] == name {
                out[unit] = class as u8;
            }
            class += 1;
        }
        unit += 1;
    }
    out
}

/// What a table of steps says for a state and a class.
#[inline(never)]
pub(crate) fn step(steps: &[[u8; CLASSES]], state: u8, class: u8) -> u8 {
    let row = steps.get(usize::from(state)).map_or(&[][..], |row| row);
    row.get(usize::from(class)).copied().unwrap_or(0)
}

/// A table of steps: in this state, at these classes of units (`*` are all), go there. A later rule
/// counts for more; where none applies, the next state is `other`.
pub(crate) const fn steps<const STATES: usize>(
    other: u8,
    rules: &[(u8, &str, u8)],
) -> [[u8; CLASSES]; STATES] {
    let mut out = [[other; CLASSES]; STATES];
    let mut i = 0;
    while i < rules.len() {
        let (state, classes, next) = rules[i];
        class_set(&mut out[state as usize], classes, next);
        i += 1;
    }
    out
}

/// Writes a step for these classes (`*` are all) into the row of a state.
const fn class_set(row: &mut [u8; CLASSES], classes: &str, next: u8) {
    let classes = classes.as_bytes();
    let mut i = 0;
    while i < classes.len() {
        let mut class = 0;
        while class < CLASSES {
            if classes[i] == b'*' || CLASS_NAMES[class] == classes[i] {
                row[class] = next;
            }
            class += 1;
        }
        i += 1;
    }
}

/// The name of a class.
pub(crate) fn class_name(class: u8) -> u8 {
    CLASS_NAMES.get(usize::from(class)).copied().unwrap_or(b'x')
}

// Each of these was compared with the original unit by unit, and name by name; that there is no
// other name was tried for all of up to six ASCII letters.
const LETTERS_TEXT: &[u8] = include_bytes!("../data/letters.txt");
const BOUNDARIES_TEXT: &[u8] = include_bytes!("../data/boundaries.txt");
const DOMAINS_TEXT: &[u8] = include_bytes!("../data/tlds.txt");

static LETTERS: [u8; packed_len(LETTERS_TEXT)] = pack(LETTERS_TEXT);
static BOUNDARIES: [u8; packed_len(BOUNDARIES_TEXT)] = pack(BOUNDARIES_TEXT);
/// Where the names with each initial start.
static INITIALS: [u16; initials_len()] = initials();
static DOMAINS: [u8; domains_len()] = pack_domains();

/// The tables, unpacked when first needed.
#[derive(Default)]
pub(crate) struct Tables {
    /// Where letters start and end, in turn, and where boundaries do.
    letters: Vec<u16>,
    boundaries: Vec<u16>,
}

impl Tables {
    /// The class of a unit. Other letters are letters, digits and marks of any script, and emoji;
    /// surrogates count, so that every character above U+FFFF does.
    pub(crate) fn class(&mut self, unit: u32) -> u8 {
        if let Some(class) = ASCII.get(unit as usize) {
            return *class;
        }
        let name = if is_in(&mut self.letters, &LETTERS, unit) {
            b'w'
        } else if is_space(unit) {
            b't'
        } else {
            b'x'
        };
        CLASS_NAMES.iter().position(|other| *other == name).unwrap_or(0) as u8
    }

    /// A blank or one of the marks that may stand around bold, italic and struck text; or the end.
    pub(crate) fn is_boundary(&mut self, unit: u32) -> bool {
        is_space(unit) || is_in(&mut self.boundaries, &BOUNDARIES, unit)
    }

    /// Whether a host may end in this label.
    #[inline(never)]
    pub(crate) fn is_domain(label: Text) -> bool {
        const LONGEST: usize = 32;
        if label.len() > LONGEST {
            return false;
        }
        let units = if label.has(0, "xn--") { punycode(label.from(4)) } else { label.0.to_vec() };
        let mut name = String::new();
        for unit in units {
            name.push(char::from_u32(lower(unit.into())).unwrap_or('?'));
        }
        let name = name.as_bytes();
        INITIALS.iter().any(|at| {
            DOMAINS.get(usize::from(*at) + 1) == name.first() && is_name(name, (*at).into())
        })
    }
}

/// Whether a name comes in the table of domains, among those from `at` on that start as it does.
#[inline(never)]
fn is_name(name: &[u8], mut at: usize) -> bool {
    // How much the name has in common with the one before in the table, and with this one.
    let mut same = 0;
    loop {
        let shared = usize::from(DOMAINS.get(at).copied().unwrap_or(0));
        if shared < same || at >= DOMAINS.len() {
            return false;
        }
        let mut equal = shared == same;
        at += 1;
        while let Some(byte) = DOMAINS.get(at).filter(|byte| **byte >= 32) {
            equal = equal && name.get(same) == Some(byte);
            same += usize::from(equal);
            at += 1;
        }
        if equal && same == name.len() {
            return true;
        }
    }
}

/// Whether `unit` is in the runs of a packed table.
#[inline(never)]
fn is_in(bounds: &mut Vec<u16>, packed: &[u8], unit: u32) -> bool {
    if bounds.is_empty() {
        let (mut bound, mut run, mut shift) = (0, 0, 0);
        for byte in packed {
            run |= u16::from(byte & 127) << shift;
            shift += 7;
            if *byte < 128 {
                bound += run;
                bounds.push(bound);
                (run, shift) = (0, 0);
            }
        }
    }
    bounds.partition_point(|bound| u32::from(*bound) <= unit) % 2 == 1
}

/// The small letter, for the scripts that have top-level domains.
fn lower(unit: u32) -> u32 {
    match unit {
        0x41..=0x5a | 0xc0..=0xde | 0x391..=0x3a9 | 0x410..=0x42f => unit + 32,
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
#[inline(never)]
fn punycode(label: Text) -> Vec<u16> {
    let hyphen = label.0.iter().rposition(|unit| *unit == 0x2d).unwrap_or(0);
    let mut name = label.cut(0, hyphen).0.to_vec();
    let mut read = if hyphen > 0 { hyphen + 1 } else { 0 };
    if read == label.len() {
        name.clear();
    }
    let (mut code, mut at, mut bias) = (128u32, 0u32, 72);
    while read < label.len() {
        let start = at;
        let mut weight = 1u32;
        let mut k = 36;
        loop {
            let unit = label.at(read);
            read += 1;
            let digit = if is_digit(unit) {
                unit - 22
            } else if is_ascii_letter(unit) {
                (unit | 32) - 97
            } else {
                return Vec::new();
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
        code = code.wrapping_add(at / len);
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

/// The number of bytes of a run of members or of others: 7 bits a byte, the lowest first.
const fn run_len(run: u32) -> usize {
    if run < 1 << 7 {
        1
    } else if run < 1 << 14 {
        2
    } else {
        3
    }
}

/// The `i`th bound in a text of ranges, each in hexadecimal: four digits and one separator.
const fn bound(text: &[u8], i: usize) -> u32 {
    let mut value = 0;
    let mut k = 0;
    while k < 4 {
        let digit = text[i * 5 + k];
        value = value * 16 + if digit > b'9' { digit - b'a' + 10 } else { digit - b'0' } as u32;
        k += 1;
    }
    // A range names its last unit; a bound is the first unit after it.
    value + (i % 2) as u32
}

const fn run(text: &[u8], i: usize) -> u32 {
    bound(text, i) - if i == 0 { 0 } else { bound(text, i - 1) }
}

const fn packed_len(text: &[u8]) -> usize {
    let mut len = 0;
    let mut i = 0;
    while i < text.len() / 5 {
        len += run_len(run(text, i));
        i += 1;
    }
    len
}

const fn pack<const LEN: usize>(text: &[u8]) -> [u8; LEN] {
    let mut out = [0; LEN];
    let mut at = 0;
    let mut i = 0;
    while i < text.len() / 5 {
        let mut rest = run(text, i);
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

/// A name that shares nothing with the one before is the first with its initial.
const fn initials_len() -> usize {
    let mut len = 0;
    let mut at = 0;
    while at < DOMAINS.len() {
        len += (DOMAINS[at] == 0) as usize;
        at += 1;
    }
    len
}

const fn initials() -> [u16; initials_len()] {
    let mut out = [0; initials_len()];
    let mut len = 0;
    let mut at = 0;
    while at < DOMAINS.len() {
        if DOMAINS[at] == 0 {
            out[len] = at as u16;
            len += 1;
        }
        at += 1;
    }
    out
}
