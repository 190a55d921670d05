//! How fast the engine is: the workload on it, and as a hand-made loop that hashes the same bytes, in turn.
//!
//! `cargo bench -p sim --bench engine` prints delivered messages a CPU second for both, and the median of the ratios.
//! Absolute figures drift from machine to machine; the ratio is what counts.

mod by_hand;
mod workload;

use cpu_time::ThreadTime;

const ROUNDS: usize = 9;

fn main() {
    compare("one long run of 8 x 50,000", 1, 50_000);
    compare("500 seeds of 8 x 100", 500, 100);
    println!("peak memory: {} (goal < 16 MB)", peak_memory());
}

fn compare(what: &str, seeds: u64, requests: u32) {
    let mut rates = Vec::new();
    for round in 0..ROUNDS as u64 {
        let measured = (0..seeds).map(|seed| round * seeds + seed);
        let ours = rate(measured.clone(), |seed| workload::ours(seed, requests));
        let by_hand = rate(measured, |seed| by_hand::by_hand(seed, requests));
        rates.push((ours / by_hand, ours, by_hand));
    }
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, ours, by_hand) = rates[ROUNDS / 2];
    println!("{what}: delivered / CPU s, median of {ROUNDS}");
    println!("  engine {:.2} M   by hand {:.2} M   ratio {ratio:.2} (goal >= 0.80)", ours / 1e6, by_hand / 1e6);
    if seeds > 1 {
        println!("  engine {:.0} seeds / CPU s (goal >= 1,800)", ours / f64::from(16 * requests));
    }
}

/// Delivered messages a second of this thread's CPU time.
fn rate(seeds: impl Iterator<Item = u64>, run: impl Fn(u64) -> u64) -> f64 {
    let start = ThreadTime::now();
    let delivered: u64 = seeds.map(run).sum();
    delivered as f64 / start.elapsed().as_secs_f64()
}

/// The most memory that this process had at once, where the system tells (Linux).
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not told by this system".to_owned(), |line| line.trim().to_owned())
}
