//! ZS602: async.

use super::{Found, Group, Kind, Rule, View};

/// Async.
pub(super) static RULE: Rule = Rule {
    id: "ZS602",
    title: "async",
    group: Group::Concurrency,
    what: "`async` functions, blocks and closures, `.await`, `Future`, `Poll`, `Context`, executors, `select!`, async traits.",
    why: "The executor decides the order; `select!` chooses at random.",
    instead: "A state machine: input in, state and effects out. Await outside.",
    misses: "A future behind a type parameter.",
    message: "`{}` leaves the order to an executor",
    bad: r"async fn apply(state: u64) -> u64 { //~ ZS602
    load(state).await //~ ZS602
}
fn load(state: u64) -> std::future::Ready<u64> { std::future::ready(state) } //~ ZS602
",
    good: r"enum Effect { Load(u64) }
fn apply(state: u64) -> (u64, Effect) {
    (state, Effect::Load(state))
}
",
    paths: &["std::future", "std::task", "std::async_iter", "std::ops::AsyncFn", "std::ops::AsyncFnMut", "std::ops::AsyncFnOnce", "tokio", "tokio_util", "tokio_stream", "futures", "futures_util", "futures_core", "futures_channel", "futures_executor", "futures_lite", "futures_timer::Delay", "async_std", "smol", "async_trait", "async_stream", "async_executor", "async_lock", "async_io", "async_task", "async_recursion", "pollster", "monoio", "glommio", "compio", "embassy_executor", "embassy_futures", "actix", "actix_rt", "actix_web", "axum", "tower", "tonic", "genawaiter", "blocking", "wasm_bindgen_futures", "std::pin::pin!", "pin_project::pin_project", "futures_concurrency", "maybe_async", "std::pin::Pin::poll"],
    kinds: &[Kind::Shape],
    check: Some(check),
    ..Rule::BASE
};

fn check(view: &View<'_>) -> Option<Found> {
    use crate::summary::Shape as S;
    let shapes =
        [(S::AsyncFn, "async fn"), (S::AsyncBlock, "async block"), (S::AsyncClosure, "async closure"), (S::Await, "await")];
    view.one_of(&shapes)
}
