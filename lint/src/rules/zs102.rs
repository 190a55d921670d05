//! ZS102: monotonic clock, timers, sleep.

use super::{Group, Rule};

/// Monotonic clock, timers, sleep.
pub(super) static RULE: Rule = Rule {
    id: "ZS102",
    title: "monotonic clock, timers, sleep",
    group: Group::Time,
    what: "`Instant::now`, `elapsed`, `thread::sleep`, tokio's and other timers, the CPU's time stamp counter.",
    why: "How much time passes depends on the scheduler and the CPU.",
    instead: "Count in ticks that come with events; ask for a timer by an effect.",
    misses: "`elapsed()` on a receiver of unknown type is judged by its name.",
    message: "`{}` depends on the scheduler and the CPU",
    bad: r"use std::time::{Duration, Instant};
fn apply(limit: Duration) -> bool {
    let start = Instant::now(); //~ ZS102
    std::thread::sleep(limit); //~ ZS102
    start.elapsed() > limit //~ ZS102
}
",
    good: r"use std::time::Duration;
fn apply(limit: Duration, started: Duration, now: Duration) -> bool {
    now.saturating_sub(started) > limit
}
",
    paths: &["std::time::Instant::now", "std::time::Instant::elapsed", "std::thread::sleep", "std::thread::sleep_ms", "std::thread::sleep_until", "std::thread::park_timeout", "std::thread::park_timeout_ms", "tokio::time", "async_std::task::sleep", "async_std::future::timeout", "async_std::stream::interval", "futures_timer", "quanta", "minstant", "std::arch::x86_64::_rdtsc", "std::arch::x86_64::__rdtscp", "std::arch::x86::_rdtsc", "std::arch::x86::__rdtscp", "smol::Timer", "async_io::Timer", "gloo_timers", "wasm_timer", "crossbeam_channel::after", "crossbeam_channel::tick", "crossbeam_channel::at", "crossbeam::channel::after", "crossbeam::channel::tick", "timer", "cpu_time", "tick_counter", "spin_sleep", "stopwatch", "fasttime", "clocksource", "smol::future::timeout", "monoio::time", "compio::time", "embassy_time"],
    methods: &["elapsed"],
    ..Rule::BASE
};
