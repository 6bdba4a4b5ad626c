//! Bold, italic and struck text.

use crate::nodes::Rule;
use crate::text::{is_line_end, is_space, Text};
use crate::Parser;

/// Each marker and its node.
const STYLES: [(u32, &str); 3] = [(0x2a, "bold"), (0x5f, "italic"), (0x7e, "strikethrough")];

/// A stretch of styled text: its type, and where its two markers are.
struct Run {
    kind: &'static str,
    open: usize,
    close: usize,
}

impl Parser<'_> {
    /// A line without other nodes: `(^|B)m([^\s m].*?[^\s m]|[^\s m])m(?=B|$)` with the marker `m`
    /// and a boundary `B`. The leftmost run of any of the markers counts.
    pub(crate) fn styles(&mut self, text: Text) {
        // For each marker: no run of it closes before here.
        let mut barren = [0; 3];
        let mut done = 0;
        let mut at = 0;
        while at < text.len() {
            self.out.tick(1);
            let mut run = if at == 0 { self.run(text, 0, &mut barren) } else { None };
            if run.is_none() && self.tables.is_boundary(text.at(at)) {
                run = self.run(text, at + 1, &mut barren);
            }
            let Some(run) = run else {
                at += 1;
                continue;
            };
            self.plain(text.cut(done, at));
            if run.open > at {
                // The boundary before the marker ends up as a blank, whatever it was.
                self.out.text(Text(&[32]));
            }
            self.out.parent(run.kind);
            // The same marker makes no run in here, so this goes three deep at the most.
            self.styles(text.cut(run.open + 1, run.close));
            self.out.end_children();
            done = run.close + 1;
            at = done;
        }
        self.plain(text.from(done));
    }

    /// Text without styles. What would be a link in an edit keeps its characters, but its parts are
    /// searched for URLs on their own.
    fn plain(&mut self, text: Text) {
        let mut done = 0;
        while let Some(found) = self.next_bracket(Rule::Link, text, done) {
            self.links(text.cut(done, found.open));
            self.out.text(text.cut(found.open, found.start));
            self.links(found.first);
            self.links(text.cut(found.start + found.first.len(), found.next));
            done = found.next;
        }
        self.links(text.from(done));
    }

    /// The run whose marker is at `open`.
    fn run(&mut self, text: Text, open: usize, barren: &mut [usize; 3]) -> Option<Run> {
        let marker = text.at(open);
        let mut styles = STYLES.iter().zip(barren);
        let ((_, kind), barren) = styles.find(|(style, _)| style.0 == marker)?;
        let inside = |at: usize| text.at(at) != marker && !is_space(text.at(at));
        if open < *barren || !inside(open + 1) {
            return None;
        }
        let mut close = open + 2;
        // The first place with two characters inside; one character alone is the last choice.
        loop {
            let ends = is_line_end(text.at(close));
            if ends {
                *barren = close;
                close = open + 2;
            }
            if text.at(close) == marker
                && inside(close - 1)
                && self.tables.is_boundary(text.at(close + 1))
                && (ends || close > open + 2)
            {
                return Some(Run { kind, open, close });
            }
            self.out.tick(1);
            if ends {
                return None;
            }
            close += 1;
        }
    }
}
