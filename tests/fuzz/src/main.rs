//! Many stories, until the client got as many frames as it is told: `talk-fuzz --frames N
//! [--seed FIRST] [--threads N] [--without KINDS] [--findings MOST]`. Prints how it goes and each
//! finding with the seed that replays it: `talk-fuzz --replay SEED [--steps N]`.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use talk_fuzz::{play, replay, shrink, Finding};

/// How often it says how it goes.
const REPORT: Duration = Duration::from_secs(10);

#[expect(clippy::disallowed_methods, reason = "how fast it goes is told to whoever watches")]
fn now() -> Instant {
    Instant::now()
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let text = |name: &str| {
        let at = args.iter().position(|own| own == name)?;
        args.get(at + 1).cloned()
    };
    let number = |name: &str| text(name).and_then(|own| own.parse::<u64>().ok());
    let without = text("--without").unwrap_or_default();
    let steps = number("--steps").unwrap_or(u64::MAX);
    if let Some(seed) = number("--replay") {
        replay(seed, steps, &without);
        return ExitCode::SUCCESS;
    }
    let Some(frames) = number("--frames") else {
        eprintln!("talk-fuzz: --frames NUMBER or --replay SEED is needed");
        return ExitCode::FAILURE;
    };
    let threads = number("--threads")
        .unwrap_or_else(|| thread::available_parallelism().map_or(1, |count| count.get() as u64));
    let most = number("--findings").unwrap_or(5) as usize;
    let next = AtomicU64::new(number("--seed").unwrap_or(0));
    let done = AtomicU64::new(0);
    let findings: Mutex<Vec<Finding>> = Mutex::new(Vec::new());
    let (reported, begun) = (Mutex::new(now()), now());
    std::panic::set_hook(Box::new(|_| {}));
    let found = || findings.lock().map_or(usize::MAX, |all| all.len());
    let work = || {
        while done.load(Ordering::Relaxed) < frames && found() < most {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            match play(seed, steps, &without) {
                Ok(count) => _ = done.fetch_add(count, Ordering::Relaxed),
                Err(finding) => {
                    let steps = shrink(seed, &without).min(steps);
                    let what = play(seed, steps, &without).err().unwrap_or(finding).what;
                    println!("finding: seed {seed} (--replay {seed} --steps {steps}): {what}");
                    if let Ok(mut all) = findings.lock() {
                        all.push(Finding { seed, what });
                    }
                }
            }
            if let Ok(mut last) = reported.try_lock() {
                if last.elapsed() >= REPORT {
                    *last = now();
                    report(&done, &next, found(), begun);
                }
            }
        }
    };
    thread::scope(|scope| (0..threads).for_each(|_| _ = scope.spawn(work)));
    report(&done, &next, found(), begun);
    if found() > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn report(done: &AtomicU64, next: &AtomicU64, found: usize, begun: Instant) {
    let (done, next) = (done.load(Ordering::Relaxed), next.load(Ordering::Relaxed));
    let seconds = begun.elapsed().as_secs_f64().max(0.001);
    let rate = done as f64 / seconds;
    println!(
        "{done} frames in {seconds:.0} s, {rate:.0} a second; seeds up to {next}; {found} findings"
    );
}
