//! Bold, italic and struck text.

use crate::chars::{BLANK, BOUNDARY, LINE_END};
use crate::rules::Found;
use crate::Parser;

impl Parser<'_> {
    /// The next run of any of the markers: `(^|B)m([^\s m].*?[^\s m]|[^\s m])m(?=B|$)` with the
    /// marker `m` and a boundary `B`. The leftmost one counts.
    #[inline(never)]
    pub(crate) fn style(&mut self, at: usize, barren: &mut [usize; 3]) -> Option<Found> {
        for open in at..self.end {
            self.tick(1);
            let mut end = 0;
            let mut start = open + 1;
            if open == self.from {
                end = self.run(start, barren);
            }
            if end == 0 && self.is(open, BOUNDARY) {
                start += 1;
                end = self.run(start, barren);
            }
            if end > 0 {
                let variant = "*_~".bytes().position(|mark| u32::from(mark) == self.at(end));
                let variant = variant.unwrap_or(0);
                let (rest, rest_end) = (start, end);
                return Some(Found { open, next: end + 1, start, end, rest, rest_end, variant });
            }
        }
        None
    }

    /// Where the run whose text starts here closes, or 0.
    #[inline(never)]
    fn run(&mut self, start: usize, barren: &mut [usize; 3]) -> usize {
        let marker = self.at(start - 1);
        let mut marks = "*_~".bytes().zip(barren);
        let Some((_, barren)) = marks.find(|(mark, _)| u32::from(*mark) == marker) else {
            return 0;
        };
        if start <= *barren || self.is_outside(start, marker) {
            return 0;
        }
        let mut close = start + 1;
        // The first place with two characters inside; one character alone is the last choice.
        loop {
            let ends = self.is(close, LINE_END);
            if ends {
                *barren = close;
                close = start + 1;
            }
            if self.at(close) == marker
                && !self.is_outside(close - 1, marker)
                && self.is(close + 1, BOUNDARY)
                && (ends || close > start + 1)
            {
                return close;
            }
            self.tick(1);
            if ends {
                return 0;
            }
            close += 1;
        }
    }

    /// Whether this can be neither the first nor the last inside.
    fn is_outside(&self, at: usize, marker: u32) -> bool {
        self.at(at) == marker || self.is(at, BLANK)
    }
}
