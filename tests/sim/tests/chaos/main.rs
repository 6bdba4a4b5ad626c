//! A thousand seeds: users who do all sorts of things, over a network that breaks at any point, to a
//! service that is busy, restarts and crashes. Then the weather clears, and everything must be as
//! if nothing had happened: every message there once and in order, every page showing the
//! backend's state, and nothing left over.
//!
//! `SIM_SEED=n cargo test -p talk-sim` replays one seed and prints what happened; `SIM_SEEDS=n`
//! says how many there are.

mod judge;
mod kinds;
mod plan;
mod story;

use std::collections::BTreeSet;
use std::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use story::Story;

const SEEDS: u64 = 1_000;

/// No seed takes nearly as long, on any machine.
const STUCK: Duration = Duration::from_secs(60);

/// How many lines of a failed seed's story are printed, unless `SIM_LINES` says otherwise.
const LINES: u64 = 150;

#[test]
fn a_thousand_seeds_end_with_the_state_of_the_backend() {
    if let Some(seed) = number("SIM_SEED") {
        return replay(seed);
    }
    let seeds = number("SIM_SEEDS").unwrap_or(SEEDS);
    let threads = thread::available_parallelism().map_or(2, |count| count.get() as u64);
    let part = seeds.div_ceil(threads);
    let (sender, ends) = mpsc::channel();
    let mut failed: Vec<u64> = thread::scope(|scope| {
        let parts = (0..threads).map(|at| at * part..seeds.min((at + 1) * part));
        let run = |seeds, ends| scope.spawn(move || failures(seeds, &ends));
        let runs: Vec<_> = parts.map(|seeds| run(seeds, sender.clone())).collect();
        drop(sender);
        watch(&ends);
        runs.into_iter().flat_map(|run| run.join().unwrap_or_default()).collect()
    });
    failed.sort_unstable();
    if let Some(seed) = failed.first() {
        let count = failed.len();
        println!("{count} seeds failed, such as {failed:?}; SIM_SEED={seed} replays the first");
        replay(*seed);
        panic!("seed {seed} failed once and passed when it was replayed: it is not deterministic");
    }
}

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The seeds that fail, and after a few of them the rest is not tried.
fn failures(seeds: Range<u64>, ends: &Sender<Progress>) -> Vec<u64> {
    let fails = |seed: &u64| {
        let _ = ends.send(Progress::Begun(*seed));
        let failed = catch_unwind(|| Story::new(*seed).play()).is_err();
        let _ = ends.send(Progress::Done(*seed));
        failed
    };
    seeds.filter(fails).take(5).collect()
}

/// How far a thread is.
enum Progress {
    Begun(u64),
    Done(u64),
}

/// Ends the program if no seed comes to its end for long: a core that feeds itself never returns,
/// and would take all memory.
fn watch(news: &Receiver<Progress>) {
    let mut running = BTreeSet::new();
    loop {
        match news.recv_timeout(STUCK) {
            Ok(Progress::Begun(seed)) => _ = running.insert(seed),
            Ok(Progress::Done(seed)) => _ = running.remove(&seed),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                eprintln!("seeds {running:?} have not ended after {STUCK:?}");
                std::process::exit(101);
            }
        }
    }
}

/// Plays one seed and prints its end if it fails.
fn replay(seed: u64) {
    let mut story = Story::new(seed);
    story.world.start_trace();
    let result = catch_unwind(AssertUnwindSafe(|| story.play()));
    if let Err(why) = result {
        println!("seed {seed}: {:?}", story.plan);
        let lines = number("SIM_LINES").unwrap_or(LINES);
        for line in story.world.trace(lines as usize) {
            let cut: String = line.chars().take(2_000).collect();
            println!("{cut}");
        }
        std::panic::resume_unwind(why);
    }
}
