//! ZS502: atomics and locks.

use super::{Group, Rule};

/// Atomics and locks.
pub(super) static RULE: Rule = Rule {
    id: "ZS502",
    title: "atomics and locks",
    group: Group::Concurrency,
    what: "`std::sync::atomic`, `Mutex`, `RwLock`, `Condvar`, `Barrier`, parking_lot, crossbeam, arc-swap.",
    why: "What they hold depends on how threads interleave.",
    instead: "Plain values in the state; one thread applies events.",
    misses: "A lock inside a value of another crate's type.",
    message: "`{}` makes the result depend on how threads interleave",
    bad: r"use std::sync::atomic::{AtomicU64, Ordering}; // the order is forbidden by its use
struct State {
    calls: AtomicU64, //~ ZS502
}
fn apply(state: &State) -> u64 {
    state.calls.fetch_add(1, Ordering::Relaxed) //~ ZS502
}
",
    good: r"struct State {
    calls: u64,
}
fn apply(state: State) -> State {
    State { calls: state.calls.saturating_add(1) }
}
",
    paths: &["std::sync::atomic", "std::sync::Mutex", "std::sync::MutexGuard", "std::sync::MappedMutexGuard", "std::sync::RwLock", "std::sync::RwLockReadGuard", "std::sync::RwLockWriteGuard", "std::sync::Condvar", "std::sync::Barrier", "std::sync::BarrierWaitResult", "std::sync::PoisonError", "std::sync::LockResult", "std::sync::TryLockResult", "std::sync::TryLockError", "std::sync::ReentrantLock", "std::sync::ReentrantLockGuard", "std::sync::Exclusive", "std::sync::WaitTimeoutResult", "std::sync::poison", "std::sync::nonpoison", "parking_lot", "parking_lot_core", "lock_api", "crossbeam", "crossbeam_utils", "crossbeam_epoch", "crossbeam_queue", "crossbeam_deque", "arc_swap", "spin", "portable_atomic", "atomic", "atomic_refcell", "event_listener", "fragile", "sharded_slab", "concurrent_queue", "thingbuf", "triple_buffer", "bytemuck::atomic", "seqlock", "rtrb"],
    ..Rule::BASE
};
