//! The goals of every world with a ledger: what a busy node does only under load or after a crash, and must do in some run.

use super::{LedgerProcess, LedgerWorld, NODE, Note, ServerCounters};
use crate::engine::{Goal, RunView, sometimes};

/// More than one entry became durable with one write.
pub const GROUP: &str = "a group of more than one entry";
/// A segment was full, and the next one was begun.
pub const ROTATION: &str = "a segment's rotation";
/// A refusal was held back until the entries that it was judged against were durable.
pub const LATE_REFUSAL: &str = "a refusal that waits for an entry";
/// A checkpoint of the durable entries was made while the applied ones were more.
pub const EARLY_CHECKPOINT: &str = "a checkpoint while more is applied";
/// A node was started again and read entries back.
pub const RECOVERY: &str = "a recovery";
/// A node set a torn end of its ledger aside.
pub const TORN: &str = "a torn end set aside";

/// The node forgot receipts of which no repeat can come any more.
pub const SWEEP: &str = "a sweep of receipts";

/// All goals, made anew for a run.
pub(super) fn goals<W: LedgerWorld>() -> Vec<Goal<LedgerProcess<W>>> {
    vec![
        counted(GROUP, |counters| counters.groups),
        counted(ROTATION, |counters| counters.rotations),
        counted(LATE_REFUSAL, |counters| counters.late_refusals),
        counted(EARLY_CHECKPOINT, |counters| counters.early_checkpoints),
        counted(SWEEP, |counters| counters.sweeps),
        sometimes(RECOVERY, |view: &RunView<'_, LedgerProcess<W>>| {
            view.notes().any(|note| matches!(note, Note::Ready { size: 1.., .. }))
        }),
        sometimes(TORN, |view: &RunView<'_, LedgerProcess<W>>| {
            view.notes().any(|note| matches!(note, Note::Ready { torn: true, .. }))
        }),
    ]
}

/// A goal that is reached once a counter of the node's process is over 0.
fn counted<W: LedgerWorld>(name: &str, counter: fn(ServerCounters) -> u64) -> Goal<LedgerProcess<W>> {
    sometimes(name, move |view: &RunView<'_, LedgerProcess<W>>| match view.get(NODE) {
        Some(LedgerProcess::Server(server)) => counter(server.counters()) > 0,
        Some(LedgerProcess::Client(_)) | None => false,
    })
}
