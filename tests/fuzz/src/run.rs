//! Playing stories, and saying which of them went wrong.

use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::story::Story;

/// A story that went wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its seed.
    pub seed: u64,
    /// What was wrong.
    pub what: String,
}

/// Plays the story of a seed, with at most so many steps. Gives how many frames the client got.
pub fn play(seed: u64, steps: u64, without: &str) -> Result<u64, Finding> {
    let result = catch_unwind(AssertUnwindSafe(|| {
        let mut story = Story::new(seed, steps, without, false);
        story.play();
        story.frames
    }));
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let what = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Finding { seed, what: what.unwrap_or_default() }
    })
}

/// The smallest number of steps, as far as halving finds it, with which a seed goes wrong.
pub fn shrink(seed: u64, without: &str) -> u64 {
    let fails = |steps: u64| play(seed, steps, without).is_err();
    let (mut good, mut bad) = (0, 1_000);
    if fails(0) {
        return 0;
    }
    while bad - good > 1 {
        let middle = (good + bad) / 2;
        if fails(middle) {
            bad = middle
        } else {
            good = middle
        }
    }
    bad
}

/// Plays the story of a seed and prints what happens in it.
pub fn replay(seed: u64, steps: u64, without: &str) {
    let mut story = Story::new(seed, steps, without, true);
    story.play();
    println!("seed {seed}: {} frames, nothing wrong", story.frames);
}
