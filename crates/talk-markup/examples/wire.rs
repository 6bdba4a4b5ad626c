//! Parses texts for comparisons. One text a line: `send` or `edit`, a blank, and the UTF-16 units
//! in four hexadecimal digits each. Answers with a line of JSON for each.

use std::io::{BufRead, Write};

use talk_markup::{push_nodes_utf16, Source};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (source, hex) = line.split_once(' ').unwrap_or((&line, ""));
        let source = if source == "edit" { Source::Edit } else { Source::Send };
        let units: Vec<u16> = hex
            .as_bytes()
            .chunks(4)
            .map(|digits| {
                let digits = std::str::from_utf8(digits).unwrap_or("");
                u16::from_str_radix(digits, 16).unwrap_or(0xfffd)
            })
            .collect();
        let mut json = String::new();
        push_nodes_utf16(&mut json, &units, source);
        writeln!(out, "{json}")?;
    }
    Ok(())
}
