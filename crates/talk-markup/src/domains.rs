//! Top-level domains.

use crate::Parser;

// Compared with the original name by name; that there is no other name was tried for all of up to
// six ASCII letters. Names of other scripts are in their `xn--` form. Sorted.
const DOMAINS_TEXT: &[u8] = include_bytes!("../data/tlds.txt");

/// Of each name how many bytes it shares with the one before, and the others.
static DOMAINS: [u8; domains_len()] = pack_domains();

/// Longer labels are not looked up: no name has more units.
const LONGEST: usize = 24;

impl Parser<'_> {
    /// Whether a host may end in this label, which goes to the end.
    pub(crate) fn is_domain(&mut self, label: usize) -> bool {
        let kept = self.text.len();
        if self.end.saturating_sub(label) <= LONGEST {
            self.encode(label);
        }
        let len = self.text.len() - kept;
        // How much the name has in common with the one before in the table, and with this one.
        let mut same = 0;
        let mut equal = false;
        for byte in &DOMAINS {
            if *byte < 32 {
                // A name begins: the one before was it, or those that begin alike are over.
                if equal && same == len || usize::from(*byte) < same {
                    break;
                }
                equal = usize::from(*byte) == same;
            } else if equal {
                equal = same < len && self.text.get(kept + same) == Some(&u16::from(*byte));
                same += usize::from(equal);
            }
        }
        equal && same == len
    }

    /// Puts behind the text the ASCII form of a label, in small letters: itself, or `xn--` and what
    /// RFC 3492 makes of it.
    #[inline(never)]
    fn encode(&mut self, label: usize) {
        let mut others = 0;
        for at in label..self.end {
            others += u32::from(self.lower(at) > 127);
        }
        if others > 0 {
            for byte in b"xn--" {
                self.keep((*byte).into());
            }
        }
        let mut done = 0;
        for at in label..self.end {
            let unit = self.lower(at);
            if unit < 128 {
                self.keep(unit);
                done += 1;
            }
        }
        if done > 0 && others > 0 {
            self.keep(0x2d);
        }
        let (mut code, mut delta, mut bias, mut damp) = (128, 0, 72, 700);
        while others > 0 {
            // The lowest code that is still to come.
            let mut next = u32::MAX;
            for at in label..self.end {
                let unit = self.lower(at);
                if unit >= code && unit < next {
                    next = unit;
                }
            }
            delta += (next - code) * (done + 1);
            for at in label..self.end {
                let unit = self.lower(at);
                delta += u32::from(unit < next);
                if unit == next {
                    let mut rest = delta;
                    let mut k = 36;
                    loop {
                        let threshold = (k - bias).clamp(1, 26) as u32;
                        let base = 36 - threshold;
                        let is_last = rest < threshold;
                        let mut digit = rest;
                        if !is_last {
                            digit = threshold + (rest - threshold) % base;
                        }
                        self.keep(digit + if digit < 26 { 0x61 } else { 22 });
                        if is_last {
                            break;
                        }
                        rest = (rest - threshold) / base;
                        k += 36;
                    }
                    done += 1;
                    others -= 1;
                    delta /= damp;
                    damp = 2;
                    delta += delta / done;
                    bias = 0;
                    while delta > 455 {
                        delta /= 35;
                        bias += 36;
                    }
                    bias += (36 * delta / (delta + 38)) as i32;
                    delta = 0;
                }
            }
            delta += 1;
            code = next + 1;
        }
    }

    /// The small letter at a place, for the letters of top-level domains.
    #[inline(never)]
    fn lower(&self, at: usize) -> u32 {
        let unit = self.at(at);
        match unit {
            0x41..=0x5a | 0xd6 | 0x391..=0x3a9 | 0x410..=0x42f => unit + 32,
            0x49a => unit + 1,
            0x531..=0x556 => unit + 48,
            // The Kelvin sign.
            0x212a => 0x6b,
            _ => unit,
        }
    }
}

// Packing, while compiling.

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
