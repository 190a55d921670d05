//! The engine's workload on turmoil and madsim beside ours, in turn: prints delivered messages a CPU second, and ratios.
//!
//! `sim/benches/peers/run` builds and starts it. What is the same everywhere: eight clients in a closed loop, requests of
//! 100 bytes, a server that does `head = SHA-256(head || payload)`, 1 to 10 ms of latency, 1 % lost, resend after 50 ms,
//! thread CPU time. What differs, in the peers' favour: they cannot duplicate messages, so their senders send one in a
//! hundred twice; they hash nothing but the head, check nothing and cannot replay but by seed. turmoil draws latencies
//! from an exponential distribution and delivers at ticks of a millisecond.

#[path = "../../../engine/workload.rs"]
#[allow(dead_code, unreachable_pub, reason = "the workload is shared with the bench of the engine, which uses all of it")]
mod workload;

mod on_turmoil;

use std::{env, process::Command};

use cpu_time::ThreadTime;

const ROUNDS: u64 = 5;
const REQUESTS: u32 = 5_000;

fn main() {
    let madsim = env::args().nth(1).expect("usage: peers PATH-OF-PEER-MADSIM (start it by `run`)");
    let mut rounds = Vec::new();
    for seed in 0..ROUNDS {
        let ours = rate(|| workload::ours(seed, 10 * REQUESTS));
        let on_madsim = child_rate(&madsim, seed);
        let on_turmoil = rate(|| on_turmoil::run(seed, REQUESTS));
        rounds.push([ours, on_madsim, on_turmoil]);
    }
    let median = |of: &dyn Fn(&[f64; 3]) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    println!("delivered / CPU s, median of {ROUNDS}");
    println!("  ours           {:>6.2} M", median(&|round| round[0]) / 1e6);
    for (at, name, goal) in [(1, "madsim 0.2.34", 4), (2, "turmoil 0.7.2", 15)] {
        let (rate, ratio) = (median(&|round| round[at]) / 1e6, median(&|round| round[0] / round[at]));
        println!("  {name}  {rate:>6.2} M   ours is {ratio:.1} x (goal >= {goal} x)");
    }
}

fn rate(run: impl FnOnce() -> u64) -> f64 {
    let start = ThreadTime::now();
    let delivered = run();
    delivered as f64 / start.elapsed().as_secs_f64()
}

/// The peer measures itself, so that starting it does not count.
fn child_rate(program: &str, seed: u64) -> f64 {
    let arguments = [seed.to_string(), REQUESTS.to_string()];
    let output = Command::new(program).args(arguments).output().expect("the peer starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.trim().parse().unwrap_or_else(|_| panic!("{program}: {text}{}", String::from_utf8_lossy(&output.stderr)))
}
