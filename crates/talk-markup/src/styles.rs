//! Bold, italic and struck text.

use crate::chars::{is_boundary, is_line_end, is_space};
use crate::nodes::Rule;
use crate::Parser;

/// Where a run of styled text was found: its marker, and its closing one.
struct Run {
    open: usize,
    close: usize,
}

impl Parser<'_> {
    /// Text without other nodes: `(^|B)m([^\s m].*?[^\s m]|[^\s m])m(?=B|$)` with the marker `m`
    /// and a boundary `B`; the leftmost run of any of the markers counts.
    pub(crate) fn styles(&mut self, text: &[u16]) {
        // For each marker: no run of it closes before here.
        let mut barren = [0; 3];
        let mut done = 0;
        let mut at = 0;
        while at < text.len() {
            self.out.tick(1);
            let first = if at == 0 { self.run(text, 0, &mut barren) } else { None };
            let run = match first {
                None if is_boundary(text[at]) => self.run(text, at + 1, &mut barren),
                run => run,
            };
            let Some((kind, Run { open, close })) = run else {
                at += 1;
                continue;
            };
            self.plain(&text[done..at]);
            if open > at {
                // The boundary before the marker ends up as a blank, whatever it was.
                self.out.text(&[32]);
            }
            self.out.node(kind);
            self.out.children();
            self.styles(&text[open + 1..close]);
            self.out.end_children();
            done = close + 1;
            at = done;
        }
        self.plain(&text[done..]);
    }

    /// Text without styles. What would be a link in an edit keeps its characters, but its parts
    /// are searched for URLs on their own.
    fn plain(&mut self, text: &[u16]) {
        let mut done = 0;
        while let Some((open, found)) = self.next_bracket(Rule::Link, text, done) {
            self.links(&text[done..open]);
            let (start, end) = found.first;
            self.out.text(&text[open..start]);
            self.links(&text[start..end]);
            self.links(&text[end..found.next]);
            done = found.next;
        }
        self.links(&text[done..]);
    }

    /// The run whose marker is at `open`.
    fn run(
        &mut self,
        text: &[u16],
        open: usize,
        barren: &mut [usize; 3],
    ) -> Option<(&'static str, Run)> {
        let marker = *text.get(open)?;
        let (kind, barren) = match marker {
            0x2a => ("bold", &mut barren[0]),
            0x5f => ("italic", &mut barren[1]),
            0x7e => ("strikethrough", &mut barren[2]),
            _ => return None,
        };
        let inside = |unit: u16| unit != marker && !is_space(unit);
        if open < *barren || !text.get(open + 1).is_some_and(|unit| inside(*unit)) {
            return None;
        }
        let closes = |at: usize| {
            text.get(at) == Some(&marker)
                && inside(text[at - 1])
                && text.get(at + 1).is_none_or(|unit| is_boundary(*unit))
        };
        let mut close = open + 2;
        while text.get(close).is_some_and(|unit| !is_line_end(*unit))
            && !(close > open + 2 && closes(close))
        {
            close += 1;
        }
        self.out.tick(close - open);
        if text.get(close).is_none_or(|unit| is_line_end(*unit)) {
            *barren = close;
            // One character alone is the last choice.
            close = open + 2;
            if !closes(close) {
                return None;
            }
        }
        Some((kind, Run { open, close }))
    }
}
