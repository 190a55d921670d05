//! ZS601: threads.

use super::{Found, Group, Kind, Rule, View};
use crate::resolve::Res;
use crate::summary::FactKind;

/// Threads.
pub(super) static RULE: Rule = Rule {
    id: "ZS601",
    title: "threads",
    group: Group::Concurrency,
    what: "Spawning, scoping, parking threads, thread ids, rayon, channels.",
    why: "The scheduler decides who comes first.",
    instead: "One thread applies events; run others outside, and send what they find as events.",
    misses: "A thread that a listed crate starts behind a feature.",
    message: "`{}` leaves the order to the scheduler",
    bad: r"fn apply(parts: Vec<u64>) -> u64 {
    let sum = std::thread::spawn(move || parts.iter().sum::<u64>()); //~ ZS601
    sum.join().unwrap_or(0)
}
",
    good: r"fn apply(parts: Vec<u64>) -> u64 {
    parts.iter().fold(0, |sum, part| sum.saturating_add(*part))
}
",
    paths: &["std::thread", "std::sync::mpsc", "std::sync::mpmc", "std::hint::spin_loop", "rayon", "rayon_core", "crossbeam_channel", "crossbeam::channel", "crossbeam::thread", "crossbeam::scope", "crossbeam_utils::thread", "flume", "threadpool", "scoped_threadpool", "loom", "may", "kanal", "async_channel", "num_threads", "thread_id", "thread_priority", "core_affinity", "bus", "spmc", "chili", "std::intrinsics::atomic"],
    kinds: &[Kind::Method],
    check: Some(check),
    ..Rule::BASE
};

/// Methods that rayon's prelude puts on everything; nothing else has such names.
fn check(view: &View<'_>) -> Option<Found> {
    let FactKind::Method(_, at, args, _) = view.fact.kind else { return None };
    let name = view.text(at);
    let rayon = name.starts_with("par_") || matches!(name, "into_par_iter" | "as_parallel_slice" | "as_parallel_slice_mut");
    let own = || view.hits.iter().any(|res| matches!(res, Res::Item(_))) || view.world.has_method(view.gname(at), args);
    (rayon && !own()).then(|| Found::new(format!("_::{name}")))
}
