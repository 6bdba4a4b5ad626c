//! A thousand seeds: users who do all sorts of things, over a network that breaks at any point, to a
//! service that is busy, restarts and crashes. Then the weather clears, and everything must be as
//! if nothing had happened: every message there once and in order, every page showing the
//! backend's state, and nothing left over.
//!
//! `SIM_SEED=n cargo test -p talk-sim` replays one seed and prints what happened. `SIM_SEEDS=n` says
//! how many seeds there are, `SIM_FROM=n` which is the first one, and `SIM_ALL=1` that also after
//! some failures the rest is tried; `npm run sim` sets all three. With `SIM_WILD=1` (`--wild`) more
//! happens: see `wild.rs`.

mod judge;
mod kinds;
mod plan;
mod story;
mod wild;

use std::any::Any;
use std::collections::BTreeSet;
use std::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use story::Story;

const SEEDS: u64 = 1_000;

/// No seed takes nearly as long, on any machine.
const STUCK: Duration = Duration::from_secs(60);

/// How many lines of a failed seed's story are printed, unless `SIM_LINES` says otherwise.
const LINES: u64 = 150;

/// After this many failures the rest is not tried, unless `SIM_ALL` says so.
const ENOUGH: usize = 5;

/// How often the number of seeds that have ended is printed.
const PROGRESS: u64 = 500;

#[test]
fn a_thousand_seeds_end_with_the_state_of_the_backend() {
    if let Some(seed) = number("SIM_SEED") {
        return replay(seed);
    }
    let first = number("SIM_FROM").unwrap_or(0);
    let seeds = first..first + number("SIM_SEEDS").unwrap_or(SEEDS);
    let count = seeds.end - seeds.start;
    let threads = thread::available_parallelism().map_or(2, |count| count.get());
    let next = AtomicU64::new(seeds.start);
    let (sender, news) = mpsc::channel();
    let failed = thread::scope(|scope| {
        for _ in 0..threads {
            let (next, seeds, sender) = (&next, seeds.clone(), sender.clone());
            scope.spawn(move || play(next, &seeds, &sender));
        }
        drop(sender);
        let failed = watch(&news, count);
        // Nothing is left for the threads to do.
        next.store(seeds.end, Ordering::Relaxed);
        failed
    });
    let Some(seed) = failed.first() else { return };
    println!("{} seeds failed; SIM_SEED={seed} replays the first", failed.len());
    replay(*seed);
    panic!("seed {seed} failed once and passed when it was replayed: it is not deterministic");
}

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Plays one seed after the other until none is left.
fn play(next: &AtomicU64, seeds: &Range<u64>, news: &Sender<Progress>) {
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if !seeds.contains(&seed) || news.send(Progress::Begun(seed)).is_err() {
            return;
        }
        let result = catch_unwind(|| Story::new(seed).play());
        _ = news.send(Progress::Done(seed, result.err().map(|why| words(&*why))));
    }
}

/// The words of a panic.
fn words(why: &(dyn Any + Send)) -> String {
    match (why.downcast_ref::<String>(), why.downcast_ref::<&str>()) {
        (Some(words), _) => words.clone(),
        (_, Some(words)) => (*words).to_owned(),
        _ => "a panic without words".to_owned(),
    }
}

/// How far a thread is.
enum Progress {
    Begun(u64),
    /// A seed has come to its end, or failed, and why.
    Done(u64, Option<String>),
}

/// Gives the seeds that failed. Ends the program if no seed comes to its end for long: a core that
/// feeds itself never returns, and would take all memory.
fn watch(news: &Receiver<Progress>, count: u64) -> BTreeSet<u64> {
    let enough = if number("SIM_ALL").is_some() { usize::MAX } else { ENOUGH };
    let (mut running, mut failed, mut done) = (BTreeSet::new(), BTreeSet::new(), 0);
    while failed.len() < enough {
        match news.recv_timeout(STUCK) {
            Ok(Progress::Begun(seed)) => _ = running.insert(seed),
            Ok(Progress::Done(seed, why)) => {
                running.remove(&seed);
                if let Some(why) = why {
                    let line: String = why.lines().take(2).collect::<Vec<_>>().join(" ");
                    let line: String = line.chars().take(300).collect();
                    println!("seed {seed} failed: {line}");
                    failed.insert(seed);
                }
                done += 1;
                if done % PROGRESS == 0 {
                    println!("{done} of {count} seeds, {} failed", failed.len());
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                eprintln!("seeds {running:?} have not ended after {STUCK:?}");
                std::process::exit(101);
            }
        }
    }
    failed
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
