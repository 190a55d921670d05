//! Answers that may not leave yet: each waits until the entries that it was computed from are durable.

use alloc::{collections::BTreeMap, vec::Vec};

use super::Ticket;
use crate::kernel::machine::Ledgered;

/// What a submission waits for.
#[derive(Debug)]
pub(super) enum Waiting<M: Ledgered> {
    /// Its own entry, or the one that its event became earlier.
    Entry { seq: u64, repeated: bool },
    /// The last entry that it was judged against.
    Refusal(M::Refusal),
}

/// The answers held back, by the size of the durable ledger that lets them go.
#[derive(Debug)]
pub(super) struct Answers<M: Ledgered> {
    by_size: BTreeMap<u64, Vec<(Ticket, Waiting<M>)>>,
    held: usize,
}

impl<M: Ledgered> Default for Answers<M> {
    fn default() -> Self {
        Self { by_size: BTreeMap::new(), held: 0 }
    }
}

impl<M: Ledgered> Answers<M> {
    pub(super) fn hold(&mut self, size: u64, ticket: Ticket, waiting: Waiting<M>) {
        self.by_size.entry(size).or_default().push((ticket, waiting));
        self.held += 1;
    }

    /// Those that wait for exactly this size, in the order in which they came.
    pub(super) fn release(&mut self, size: u64) -> Vec<(Ticket, Waiting<M>)> {
        let released = self.by_size.remove(&size).unwrap_or_default();
        assert!(released.len() <= self.held, "{} answers go, {} were held", released.len(), self.held);
        self.held -= released.len();
        assert!(self.held > 0 || self.by_size.is_empty(), "answers that nobody counted");
        released
    }

    pub(super) fn held(&self) -> usize {
        self.held
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
