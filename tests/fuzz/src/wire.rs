//! From values to the texts of frames, with all that JSON allows, and back from the core's texts.
//!
//! The model deals in plain values. Two kinds of text stand in them for what `serde_json` cannot
//! hold or read: U+FFFD stands for half of a surrogate pair, and `deep[300` or `deep{300` for an
//! object around 300 nested arrays or objects. [`plain`] writes them as what they stand for, and
//! [`tame`] brings the core's text back, so that both sides can be compared.
//!
//! A value of a field is written in one way only ([`plain`]): to say the same in other words is a
//! change for the core, and no service does that. The objects around it are written with every
//! liberty ([`Writer::object`]): members that nobody knows, doubled keys of which the last one
//! counts, blanks, any order.

use serde_json::Value;
use talk_sim::Dice;

/// What stands for half of a surrogate pair.
pub const HALF: char = '\u{fffd}';

/// Writes a value as it stands for itself.
pub fn plain(value: &Value) -> String {
    let mut out = String::new();
    push_plain(&mut out, value);
    out
}

fn push_plain(out: &mut String, value: &Value) {
    match value {
        Value::String(text) => match depth_of(text) {
            Some((kind, depth)) => push_deep(out, kind, depth),
            None => push_text(out, text),
        },
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                push_plain(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (at, (key, member)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                push_text(out, key);
                out.push(':');
                push_plain(out, member);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn push_text(out: &mut String, text: &str) {
    let quoted = Value::from(text).to_string();
    out.push_str(&quoted.replace(HALF, "\\ud83d"));
}

fn depth_of(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix("deep")?;
    let kind = rest.chars().next().filter(|kind| matches!(kind, '[' | '{'))?;
    Some((kind, rest[1..].parse().ok()?))
}

const NEST: &str = "{\"c\":";

fn push_deep(out: &mut String, kind: char, depth: usize) {
    let (open, close) = if kind == '[' { ("[", "]") } else { (NEST, "}") };
    out.push_str("{\"deep\":");
    out.push_str(&open.repeat(depth));
    out.push('0');
    out.push_str(&close.repeat(depth));
    out.push('}');
}

/// A text of the core as `serde_json` can read it: see the module.
pub fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{\"deep\":") {
        out.push_str(&rest[..at]);
        let inner = &rest[at + 8..];
        let (kind, open) = if inner.starts_with('[') { ('[', "[") } else { ('{', NEST) };
        let depth = (0..).take_while(|n| inner[n * open.len()..].starts_with(open)).count();
        let end = depth * open.len() + 1 + depth + 1;
        out.push_str(&format!("\"deep{kind}{depth}\""));
        rest = inner.get(end..).unwrap_or("");
    }
    out.push_str(rest);
    halves(&out)
}

/// Writes halves of surrogate pairs as what stands for them.
fn halves(text: &str) -> String {
    let bytes = text.as_bytes();
    let unit = |at: usize| -> Option<u32> {
        let known = bytes.get(at) == Some(&b'\\') && bytes.get(at + 1) == Some(&b'u');
        known.then(|| u32::from_str_radix(text.get(at + 2..at + 6)?, 16).ok())?
    };
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut from = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(&text[from..at]);
                out.push(HALF);
                at += 6;
                from = at;
            }
            _ => at += 2,
        }
    }
    out.push_str(&text[from..]);
    out
}

/// Members that no client knows, whatever they hold.
const UNKNOWN: &[&str] = &[
    "\"x\":null",
    "\"\":1e999",
    "\"\\ud800\":\"\\udc00\\ud800\"",
    "\"__proto__\":{\"id\":\"zzz\"}",
    "\"constructor\":[]",
    "\"undefined\":-0.0e-7",
    "\"states\":{\"name\":\"wrong\"}",
    "\"n\":123456789012345678901234567890",
    "\"quote\\\"}],\\\\\":\"\\\"]}\\\\\"",
];

/// Values of every type, to be wrong with.
pub const WRONG: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "\"\"",
    "\"5\"",
    "[]",
    "{}",
    "[null]",
    "{\"id\":5}",
    "0.5",
];

/// Writes objects and frames with every liberty that JSON gives, as often as it is told.
pub struct Writer<'a> {
    /// Decides.
    pub dice: &'a mut Dice,
    /// How often in 1,000 a liberty is taken.
    pub liberty: u64,
    /// Whether what nobody knows may nest deeply.
    pub deep: bool,
}

impl Writer<'_> {
    /// An object of members that are written already.
    pub fn object(&mut self, members: &[(&str, String)]) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut wrong: Vec<String> = Vec::new();
        for (name, text) in members {
            if self.dice.chance(self.liberty / 4) {
                // Of two with the same key the last one counts.
                let other = self.dice.pick(WRONG).copied().unwrap_or("0");
                wrong.push(format!("\"{name}\":{other}"));
            }
            parts.push(format!("\"{name}\":{text}"));
        }
        if self.dice.chance(self.liberty) && parts.len() > 1 {
            let by = self.dice.below(parts.len() as u64) as usize;
            parts.rotate_left(by);
        }
        wrong.append(&mut parts);
        let mut parts = wrong;
        while self.dice.chance(self.liberty) {
            let at = self.dice.below(parts.len() as u64 + 1) as usize;
            let unknown = match self.deep && self.dice.chance(200) {
                true => format!("\"far\":{}", self.deep()),
                false => self.dice.pick(UNKNOWN).copied().unwrap_or("").to_owned(),
            };
            parts.insert(at, unknown);
        }
        let blank = if self.dice.chance(self.liberty) { " \n\t\r" } else { "" };
        format!("{{{blank}{}{blank}}}", parts.join(&format!("{blank},{blank}")))
    }

    /// Something that nests deeply.
    pub fn deep(&mut self) -> String {
        let depth = self.dice.between(1, 700);
        let kind = if self.dice.chance(500) { '[' } else { '{' };
        plain(&Value::from(format!("deep{kind}{depth}")))
    }

    /// An array of what is written already.
    pub fn array(&mut self, items: &[String]) -> String {
        let blank = if self.dice.chance(self.liberty / 2) { "\n " } else { "" };
        format!("[{blank}{}{blank}]", items.join(&format!("{blank},{blank}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_back_tame() {
        let value = serde_json::json!({
            "a": ["deep[300", "deep{2", format!("x{HALF}y"), "\u{1f600}", "\\u", "\\\u{fffd}"],
        });
        let text = plain(&value);
        assert!(text.contains("[[[[[") && text.contains("{\"c\":{\"c\":0}}"));
        assert!(text.contains("x\\ud83dy"));
        let back: Value = serde_json::from_str(&tame(&text)).unwrap_or_default();
        assert_eq!(back, value);
        let pair: Value =
            serde_json::from_str(&tame("\"\\ud83d\\ude00\\ude00\"")).unwrap_or_default();
        assert_eq!(pair, Value::from("\u{1f600}\u{fffd}"));
    }
}
