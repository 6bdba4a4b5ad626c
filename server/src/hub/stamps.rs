//! The times of creation of a conversation's messages, kept so that counting those after a moment
//! does not look at each of them: an unread count is asked for at every change, for every
//! participant, and some have a hundred thousand messages to read.

/// Times, each there once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stamps {
    sorted: Vec<u64>,
    /// Those that came out of order: at loading, mostly. Few, or about to be sorted in.
    late: Vec<u64>,
}

impl Stamps {
    pub(crate) fn insert(&mut self, at: u64) {
        if self.sorted.last().is_none_or(|last| *last < at) {
            self.sorted.push(at);
        } else {
            self.late.push(at);
        }
        // Each sorting pays for itself by the growth before it.
        if self.late.len() > 64 + self.sorted.len() / 8 {
            self.sorted.append(&mut self.late);
            self.sorted.sort_unstable();
            self.sorted.dedup();
        }
    }

    pub(crate) fn remove(&mut self, at: u64) {
        if let Ok(place) = self.sorted.binary_search(&at) {
            self.sorted.remove(place);
        }
        self.late.retain(|late| *late != at);
    }

    /// How many there are after this moment.
    pub(crate) fn count_after(&self, at: u64) -> usize {
        let before = self.sorted.partition_point(|stamp| *stamp <= at);
        self.sorted.len() - before + self.late.iter().filter(|late| **late > at).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fuzz_tests::Dice;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_counts_as_a_set_does() {
        for seed in 0..50 {
            let (mut dice, mut stamps) = (Dice::new(seed), Stamps::default());
            let mut set = BTreeSet::new();
            for _ in 0..400 {
                let at = dice.below(1000) as u64;
                match dice.below(4) {
                    0 => {
                        stamps.remove(at);
                        set.remove(&at);
                    }
                    // Times of creation are unique, so none is put in twice.
                    _ if set.insert(at) => stamps.insert(at),
                    _ => {}
                }
                let after = dice.below(1100) as u64;
                assert_eq!(stamps.count_after(after), set.range(after + 1..).count(), "{seed}");
            }
        }
    }

    #[test]
    fn few_are_out_of_order_however_they_come() {
        for order in [1_u64, 7, 9_973, 99_999] {
            let mut stamps = Stamps::default();
            for n in 0..100_000 {
                stamps.insert(n * order % 100_000);
                // Counting looks at these one by one.
                assert!(stamps.late.len() <= 65 + stamps.sorted.len() / 8);
            }
            assert_eq!(stamps.count_after(49_999), 50_000, "{order}");
        }
    }
}
