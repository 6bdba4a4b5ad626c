//! Lists and their points: the first rule, since it decides what a line is.

use crate::chars::{is_line_end, is_one_of, is_space};
use crate::Parser;

/// A point that was found: its text, and where what follows it starts.
struct Point {
    start: usize,
    end: usize,
    next: usize,
}

impl Parser<'_> {
    /// A whole text: `(^|\n)(\s*[-*+]\s+[^\n]+\n?)+` is a list, the rest is not.
    pub(crate) fn blocks(&mut self, text: &[u16]) {
        let mut done = 0;
        let mut at = 0;
        // A list starts where the text does, or with a line feed.
        while at < text.len() {
            let (point, bullet) = self.point(text, at);
            let Some(mut point) = point else {
                // No line feed in the blanks before what is no bullet starts a list either.
                let from = bullet.max(at + 1);
                let Some(feed) = text[from..].iter().position(|unit| *unit == 10) else { break };
                self.out.tick(feed);
                at = from + feed;
                continue;
            };
            self.points(&text[done..at]);
            self.out.node("bulletlist");
            self.out.children();
            loop {
                self.list_point(&text[point.start..point.end]);
                done = point.next;
                match self.point(text, done).0 {
                    Some(next) => point = next,
                    None => break,
                }
            }
            self.out.end_children();
            // The next list needs a line feed: the last point took the one after it along.
            at = done;
            let Some(feed) = text[at..].iter().position(|unit| *unit == 10) else { break };
            self.out.tick(feed);
            at += feed;
        }
        self.points(&text[done..]);
    }

    /// Text without lists. A line that other line ends than a line feed stand before can still be a
    /// point, without a list: `^\s*[-*+]\s+[^\n]+\n?`, with `^` at the start of any line.
    fn points(&mut self, text: &[u16]) {
        let mut done = 0;
        let mut at = 0;
        while at < text.len() {
            let (point, bullet) = self.point(text, at);
            let from = match point {
                Some(point) => {
                    self.code(&text[done..at]);
                    self.list_point(&text[point.start..point.end]);
                    done = point.next;
                    done
                }
                None => bullet.max(at + 1),
            };
            // The next line starts after a line end; what a point took along counts.
            let mut line = from;
            while line < text.len() && !is_line_end(text[line - 1]) {
                line += 1;
            }
            self.out.tick(line - from);
            at = line;
        }
        self.code(&text[done..]);
    }

    fn list_point(&mut self, text: &[u16]) {
        self.out.node("bulletpoint");
        self.out.children();
        self.code(text);
        self.out.end_children();
    }

    /// The point `\s*[-*+]\s+[^\n]+\n?` at this place, and where its bullet is or would be.
    fn point(&mut self, text: &[u16], at: usize) -> (Option<Point>, usize) {
        let skip = |from: usize| {
            let rest = text.get(from..).unwrap_or(&[]);
            from + rest.iter().take_while(|unit| is_space(**unit)).count()
        };
        let bullet = skip(at);
        self.out.tick(bullet - at + 1);
        if !text.get(bullet).is_some_and(|unit| is_one_of(*unit, "-*+")) {
            return (None, bullet);
        }
        let mut start = skip(bullet + 1);
        self.out.tick(start - bullet);
        if start == text.len() {
            // Nothing but blanks: the last ones that are no line feed are the text.
            while start > bullet + 2 && text[start - 1] == 10 {
                start -= 1;
            }
            start -= 1;
        }
        if start < bullet + 2 || text[start] == 10 {
            return (None, bullet);
        }
        let len = text[start..].iter().position(|unit| *unit == 10);
        let end = start + len.unwrap_or(text.len() - start);
        (Some(Point { start, end, next: text.len().min(end + 1) }), bullet)
    }
}
