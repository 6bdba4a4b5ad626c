//! Kinds of units, and tables of steps.
//!
//! The big tables are kept as readable files and packed while compiling. The kinds are unpacked for
//! each text, all into one table, in which looking one up is quick.

use alloc::vec;
use alloc::vec::Vec;

/// In the kind of a unit: its class, the number of one of [`CLASS_NAMES`].
pub(crate) const CLASS: u8 = 31;
/// What regular expressions call a blank, `\s`, and the end.
pub(crate) const BLANK: u8 = 32;
/// A blank or one of the marks that may stand around bold, italic and struck text; or the end.
pub(crate) const BOUNDARY: u8 = 64;
/// What ends a line: where `.` stops in a regular expression.
pub(crate) const LINE_END: u8 = 128;

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
        out[unit] = class(name);
        unit += 1;
    }
    out
}

/// The number of a class.
const fn class(name: u8) -> u8 {
    let mut class = 0;
    while class < CLASSES {
        if CLASS_NAMES[class] == name {
            return class as u8;
        }
        class += 1;
    }
    0
}

/// The name of a class.
#[inline(never)]
pub(crate) fn class_name(kind: u8) -> u8 {
    CLASS_NAMES.get(usize::from(kind & CLASS)).copied().unwrap_or(b'x')
}

// The letters and boundaries were compared with the original unit by unit.
const LETTERS_TEXT: &[u8] = include_bytes!("../data/letters.txt");
const BOUNDARIES_TEXT: &[u8] = include_bytes!("../data/boundaries.txt");
const BLANKS_TEXT: &[u8] =
    b"0009-000d 0020-0020 00a0-00a0 1680-1680 2000-200a 2028-2029 202f-202f \
    205f-205f 3000-3000 feff-feff ";
const LINE_ENDS_TEXT: &[u8] = b"000a-000a 000d-000d 2028-2029 ";

static LETTERS: [u8; packed_len(LETTERS_TEXT)] = pack(LETTERS_TEXT);
static BOUNDARIES: [u8; packed_len(BOUNDARIES_TEXT)] = pack(BOUNDARIES_TEXT);
static BLANKS: [u8; packed_len(BLANKS_TEXT)] = pack(BLANKS_TEXT);
static LINE_ENDS: [u8; packed_len(LINE_ENDS_TEXT)] = pack(LINE_ENDS_TEXT);

/// The kind of each unit and of the end. Letters are letters, digits and marks of any script, and
/// emoji; surrogates count, so that every character above U+FFFF does.
#[inline(never)]
pub(crate) fn kinds() -> Vec<u8> {
    const LETTER: u8 = class(b'w');
    const OTHER_BLANK: u8 = class(b't') | BLANK | BOUNDARY;
    let mut kinds = vec![0; 0x1_0001];
    fill(&mut kinds, &LETTERS, LETTER);
    fill(&mut kinds, &BLANKS, OTHER_BLANK);
    for (kind, class) in kinds.iter_mut().zip(&ASCII) {
        *kind = *kind & !CLASS | class;
    }
    fill(&mut kinds, &BOUNDARIES, BOUNDARY);
    fill(&mut kinds, &LINE_ENDS, LINE_END);
    if let Some(end) = kinds.last_mut() {
        *end = BLANK | BOUNDARY | LINE_END;
    }
    kinds
}

/// Marks the units of a packed table.
#[inline(never)]
fn fill(kinds: &mut [u8], packed: &[u8], bits: u8) {
    let ranges = packed.len() / 4;
    let byte = |i: usize| packed.get(i).map_or(0, |byte| usize::from(*byte));
    let number = |i: usize| byte(i) + byte(i + 2 * ranges) * 256;
    let mut at = 0;
    for i in 0..ranges {
        at += number(i);
        let end = at + number(i + ranges);
        while at < end {
            if let Some(kind) = kinds.get_mut(at) {
                *kind |= bits;
            }
            at += 1;
        }
    }
}

// Tables of steps.

/// For each class, the next state of each state: this way the table compresses better.
pub(crate) type Steps<const STATES: usize> = [[u8; STATES]; CLASSES];

/// What a table of steps says for a state and a kind.
#[inline(never)]
pub(crate) fn step(steps: &[u8], states: usize, state: u8, kind: u8) -> u8 {
    let at = usize::from(kind & CLASS) * states + usize::from(state);
    steps.get(at).copied().unwrap_or(0)
}

/// A table of steps: in this state, at these classes of units (`*` are all), go there. A later rule
/// counts for more; where none applies, the next state is `other`.
pub(crate) const fn steps<const STATES: usize>(
    other: u8,
    rules: &[(u8, &str, u8)],
) -> Steps<STATES> {
    let mut out = [[other; STATES]; CLASSES];
    let mut i = 0;
    while i < rules.len() {
        let (state, classes, next) = rules[i];
        let classes = classes.as_bytes();
        let mut k = 0;
        while k < classes.len() {
            let mut class = 0;
            while class < CLASSES {
                if classes[k] == b'*' || CLASS_NAMES[class] == classes[k] {
                    out[class][state as usize] = next;
                }
                class += 1;
            }
            k += 1;
        }
        i += 1;
    }
    out
}

// Packing, while compiling: how far it is from each range to the next one, then how long each range
// is; first the low bytes of all of these, then the high ones.

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

const fn packed_len(text: &[u8]) -> usize {
    text.len() / 10 * 4
}

const fn pack<const LEN: usize>(text: &[u8]) -> [u8; LEN] {
    let mut out = [0; LEN];
    let ranges = LEN / 4;
    let mut i = 0;
    while i < 2 * ranges {
        let number = bound(text, i) - if i == 0 { 0 } else { bound(text, i - 1) };
        let at = i / 2 + i % 2 * ranges;
        out[at] = number as u8;
        out[at + 2 * ranges] = (number >> 8) as u8;
        i += 1;
    }
    out
}
