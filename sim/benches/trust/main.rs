//! How fast the trust loop is: beside the bare sum of its primitives on the run's own bytes (P2), and on two threads beside one (P3).
//!
//! `cargo bench -p sim --bench trust`. Everything is measured in turn, and the median of the ratios counts.

mod bare;
mod story;

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;
use sim::engine::{Source, run};

const ROUNDS: usize = 9;

fn main() {
    let world = story::world(1);
    assert!(run(&world, Source::Seed(1)).verdict.is_pass(), "the story passes");
    let ledger = bare::Ledger::of(&world);
    limits(&ledger);
    signed(&ledger);
    threads();
}

/// The primitives, one by one, on the bytes of the run.
fn limits(ledger: &bare::Ledger) {
    println!("limits: bare primitives on the run's own {} entries", ledger.entries());
    for (name, count, work) in bare::PRIMITIVES {
        let times = (0..ROUNDS).map(|_| cpu(|| work(ledger)).as_secs_f64());
        println!(
            "  {name:<34} {:>6} x {:>9.2} us",
            count(ledger),
            median(times.collect()) * 1e6 / count(ledger).max(1) as f64
        );
    }
}

/// P2: the run with real signatures, beside the sum of what cannot be left out.
fn signed(ledger: &bare::Ledger) {
    let mut ratios = Vec::new();
    for seed in 0..ROUNDS as u64 {
        let sum: Duration = bare::PRIMITIVES.iter().map(|(_, _, work)| cpu(|| work(ledger))).sum();
        let world = story::world(1);
        let whole = cpu(|| {
            black_box(run(&world, Source::Seed(seed)));
        });
        ratios.push(sum.as_secs_f64() / whole.as_secs_f64());
    }
    println!(
        "P2  bare sum of primitives / simulated trust loop, real signatures: {:.2} (goal >= 0.85)",
        median(ratios)
    );
}

/// P3: as many runs on two threads as on one.
fn threads() {
    const RUNS: u64 = 16;
    let some = |seeds: std::ops::Range<u64>| {
        let world = story::world(1);
        for seed in seeds {
            black_box(run(&world, Source::Seed(seed)));
        }
    };
    let ratio = |_| {
        let start = Instant::now();
        some(0..RUNS);
        let one = start.elapsed();
        let start = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| some(0..RUNS / 2));
            scope.spawn(|| some(RUNS / 2..RUNS));
        });
        start.elapsed().as_secs_f64() / one.as_secs_f64()
    };
    println!(
        "P3  {RUNS} runs on 2 threads / on 1, time: {:.2} (goal <= 0.55)",
        median((0..ROUNDS).map(ratio).collect())
    );
}

fn cpu(work: impl FnOnce()) -> Duration {
    let start = ThreadTime::now();
    work();
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
