//! Some stories, and what must be true of judging them. `FUZZ_SEED=n` replays one and prints what
//! happens in it, up to `FUZZ_STEPS` steps; `FUZZ_FRAMES=n` says for how many frames to go on.

use talk_fuzz::{play, replay, shrink};

/// Some seconds with optimisation.
const FRAMES: u64 = 40_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn clients_show_what_the_service_has_said() {
    if let Some(seed) = number("FUZZ_SEED") {
        return replay(seed, number("FUZZ_STEPS").unwrap_or(u64::MAX), "");
    }
    let wanted = number("FUZZ_FRAMES").unwrap_or(FRAMES);
    let (mut frames, mut seed) = (0, 0);
    while frames < wanted {
        match play(seed, u64::MAX, "") {
            Ok(count) => frames += count,
            Err(finding) => {
                let steps = shrink(seed, "");
                panic!("FUZZ_SEED={seed} FUZZ_STEPS={steps} replays this: {}", finding.what);
            }
        }
        seed += 1;
    }
    println!("{frames} frames in {seed} stories");
}

#[test]
fn the_same_seed_is_the_same_story() {
    for seed in 0..5 {
        let (once, again) = (play(seed, u64::MAX, ""), play(seed, u64::MAX, ""));
        let frames = |result: Result<u64, talk_fuzz::Finding>| result.map_err(|own| own.what);
        assert_eq!(frames(once), frames(again), "seed {seed}");
    }
}
