//! Lists and their points: the first rule, on the whole text.

use crate::text::{is_line_end, is_one_of, Text};
use crate::Parser;

impl Parser<'_> {
    /// A whole text: `(^|\n)(\s*[-*+]\s+[^\n]+\n?)+` is a list, the rest is not.
    pub(crate) fn blocks(&mut self, text: Text) {
        let mut done = 0;
        let mut at = 0;
        // A list starts where the text does, or with a line feed.
        while at < text.len() {
            let mut next = at + 1;
            if let Some(mut point) = self.point(text, at, &mut next) {
                self.points(text.cut(done, at));
                self.out.parent("bulletlist");
                loop {
                    self.list_point(point);
                    done = next;
                    match self.point(text, done, &mut next) {
                        Some(found) => point = found,
                        None => break,
                    }
                }
                self.out.end_children();
                next = done;
            }
            at = text.find(next, "\n");
            self.out.tick(at - next);
        }
        self.points(text.from(done));
    }

    /// Text without lists. A line that other line ends than a line feed stand before can still be a
    /// point, without a list: `^\s*[-*+]\s+[^\n]+\n?`, with `^` at the start of any line.
    fn points(&mut self, text: Text) {
        let mut done = 0;
        let mut at = 0;
        while at < text.len() {
            let mut next = at + 1;
            if let Some(point) = self.point(text, at, &mut next) {
                self.code(text.cut(done, at));
                self.list_point(point);
                done = next;
            }
            // A line feed that a point took along started a line too.
            at = next;
            while at < text.len() && !is_line_end(text.at(at - 1)) {
                at += 1;
            }
            self.out.tick(at - next);
        }
        self.code(text.from(done));
    }

    fn list_point(&mut self, text: Text) {
        self.out.parent("bulletpoint");
        self.code(text);
        self.out.end_children();
    }

    /// The text of the point `\s*[-*+]\s+([^\n]+)\n?` at this place; `next` becomes what follows
    /// it. If there is none, `next` passes the blanks: they lead to no other point.
    fn point<'t>(&mut self, text: Text<'t>, at: usize, next: &mut usize) -> Option<Text<'t>> {
        let bullet = text.skip_blanks(at);
        self.out.tick(bullet - at + 1);
        *next = bullet.max(*next);
        if !is_one_of(text.at(bullet), "-*+") {
            return None;
        }
        let mut start = text.skip_blanks(bullet + 1);
        self.out.tick(start - bullet);
        if start == text.len() {
            // Nothing but blanks: the last one that is no line feed is the text.
            while start > bullet + 1 && text.at(start - 1) == 10 {
                start -= 1;
            }
            start -= 1;
        }
        if start < bullet + 2 {
            return None;
        }
        let end = text.find(start, "\n");
        *next = text.len().min(end + 1);
        Some(text.cut(start, end))
    }
}
