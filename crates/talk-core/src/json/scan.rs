//! The checker: one pass over a text that says where a well-formed JSON value ends.

use alloc::vec::Vec;

/// The end of the value that starts at `at` (blanks before it are skipped), or `None` if the text
/// there is not well-formed JSON. Arrays and objects may nest to any depth.
pub(super) fn check_value(text: &[u8], at: usize) -> Option<usize> {
    // How each open array or object ends. On the heap, since no depth may exhaust the stack.
    // Of 32 bits, as other lists are, since each size of elements has its own code to grow.
    let mut open: Vec<u32> = Vec::new();
    let mut at = skip_blanks(text, at);
    loop {
        // Here a value must begin.
        match *text.get(at)? {
            start @ (b'{' | b'[') => {
                at = skip_blanks(text, at + 1);
                if *text.get(at)? == start + 2 {
                    at += 1;
                } else {
                    open.push((start + 2).into());
                    if start == b'{' {
                        at = check_key(text, at)?;
                    }
                    continue;
                }
            }
            b'"' => at = check_string(text, at)?,
            b't' => at = check_word(text, at, b"true")?,
            b'f' => at = check_word(text, at, b"false")?,
            b'n' => at = check_word(text, at, b"null")?,
            _ => at = check_number(text, at)?,
        }
        // A value has ended: close what it ends, or go on to the next one.
        loop {
            let Some(&end) = open.last() else { return Some(at) };
            at = skip_blanks(text, at);
            match *text.get(at)? {
                b',' => {
                    at = skip_blanks(text, at + 1);
                    if end == u32::from(b'}') {
                        at = check_key(text, at)?;
                    }
                    break;
                }
                found if u32::from(found) == end => {}
                _ => return None,
            }
            open.pop();
            at += 1;
        }
    }
}

/// The position behind any blanks at `at`.
pub(super) fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The position behind the string that starts at `at`, in a text that was checked before.
pub(super) fn skip_string(text: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' => break,
            b'\\' => at += 1,
            _ => {}
        }
    }
    at
}

/// The position behind the value that starts at `at`, in a text that was checked before.
pub(super) fn skip_value(text: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => {
                at = skip_string(text, at);
                if depth == 0 {
                    break;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            b'}' | b']' if depth == 1 => return at + 1,
            b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => break,
            _ => {}
        }
        at += 1;
    }
    at
}

/// A key and its colon; gives the start of the value behind them.
fn check_key(text: &[u8], at: usize) -> Option<usize> {
    if *text.get(at)? != b'"' {
        return None;
    }
    let at = skip_blanks(text, check_string(text, at)?);
    if *text.get(at)? != b':' {
        return None;
    }
    Some(skip_blanks(text, at + 1))
}

fn check_word(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    text[at..].starts_with(word).then_some(at + word.len())
}

fn check_string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += 1;
        match *text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => {
                at += 1;
                match *text.get(at)? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            at += 1;
                            if !text.get(at)?.is_ascii_hexdigit() {
                                return None;
                            }
                        }
                    }
                    _ => return None,
                }
            }
            0..=0x1f => return None,
            _ => {}
        }
    }
}

fn check_number(text: &[u8], mut at: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        let start = at;
        while text.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > start).then_some(at)
    };
    if text.get(at) == Some(&b'-') {
        at += 1;
    }
    at = if text.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if text.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = text.get(at) {
            at += 1;
        }
        at = digits(at)?;
    }
    Some(at)
}
