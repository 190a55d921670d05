//! The timed scheduler: what is due first comes first, and of what is due at once, what was scheduled first.
//!
//! A hierarchical timing wheel: 11 levels of 64 slots cover every 64-bit time. A slot is a first-in first-out list, and
//! a list is moved down a level as a whole, so ties keep their order without a sequence number.

use super::process::Micros;

const LEVELS: usize = 11;
const SLOTS: usize = 64;
const NOBODY: u32 = u32::MAX;

/// Names something scheduled, until it is popped or cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u32);

/// What is still to happen.
#[derive(Debug)]
pub(super) struct Schedule<E> {
    entries: Vec<Entry<E>>,
    /// The first that is free.
    free: u32,
    lists: Box<[List; LEVELS * SLOTS]>,
    /// One bit a list that is not empty.
    occupied: [u64; LEVELS],
    /// One bit a level that is not empty.
    levels: u16,
    /// No entry is earlier; at most the time of the last pop's limit.
    start: Micros,
}

/// A member of one list, or of the free ones.
#[derive(Debug)]
struct Entry<E> {
    due: Micros,
    before: u32,
    /// The next in the list, or the next free one.
    after: u32,
    /// Which list it is in, for taking it out.
    list: u16,
    /// `None` if it is free.
    event: Option<E>,
}

/// The ends of a list.
#[derive(Clone, Copy, Debug)]
struct List {
    first: u32,
    last: u32,
}

const EMPTY: List = List { first: NOBODY, last: NOBODY };

impl<E> Schedule<E> {
    pub(super) fn new() -> Self {
        Self {
            entries: Vec::new(),
            free: NOBODY,
            lists: Box::new([EMPTY; LEVELS * SLOTS]),
            occupied: [0; LEVELS],
            levels: 0,
            start: 0,
        }
    }

    /// Schedules an event; a time that has passed counts as now.
    #[inline]
    pub(super) fn push(&mut self, due: Micros, event: E) -> Ticket {
        let due = due.max(self.start);
        let entry = Entry { due, before: NOBODY, after: NOBODY, list: 0, event: Some(event) };
        let at = self.store(entry);
        self.link(at, due);
        Ticket(at)
    }

    /// The earliest event that is due at `until` or before.
    #[inline]
    pub(super) fn pop(&mut self, until: Micros) -> Option<(Micros, E)> {
        loop {
            if self.levels == 0 {
                return None;
            }
            let level = self.levels.trailing_zeros() as usize;
            let slot = self.occupied[level].trailing_zeros() as usize;
            let first = self.lists[level * SLOTS + slot].first;
            // whoever is alone in the earliest list is the earliest of all, on any level
            if level == 0 || self.entries[first as usize].after == NOBODY {
                return self.pop_first(first, until);
            }
            let below = 6 * level as u32;
            let start = ((self.start >> below >> 6 << 6) | slot as u64) << below;
            if start > until {
                return None;
            }
            self.start = start;
            self.spread(level * SLOTS + slot);
        }
    }

    /// Takes back what has not been popped yet.
    pub(super) fn cancel(&mut self, ticket: Ticket) -> Option<E> {
        assert!(self.entries[ticket.0 as usize].event.is_some(), "cancelled twice, or after it was popped");
        self.unlink(ticket.0);
        self.release(ticket.0)
    }

    /// Whether nothing is left to happen.
    pub(super) const fn is_empty(&self) -> bool {
        self.levels == 0
    }

    fn pop_first(&mut self, at: u32, until: Micros) -> Option<(Micros, E)> {
        let due = self.entries[at as usize].due;
        if due > until {
            return None;
        }
        self.start = due;
        self.unlink(at);
        self.release(at).map(|event| (due, event))
    }

    /// Moves a list's entries to the levels below, in order.
    fn spread(&mut self, list: usize) {
        let mut at = self.lists[list].first;
        self.lists[list] = EMPTY;
        self.mark_empty(list);
        while at != NOBODY {
            let Entry { due, after, .. } = self.entries[at as usize];
            self.link(at, due);
            at = after;
        }
    }

    /// Puts an entry into a free place.
    #[inline]
    fn store(&mut self, entry: Entry<E>) -> u32 {
        if self.free == NOBODY {
            self.entries.push(entry);
            return u32::try_from(self.entries.len() - 1).expect("four thousand million events under way");
        }
        let at = self.free;
        self.free = self.entries[at as usize].after;
        self.entries[at as usize] = entry;
        at
    }

    /// Frees the place of an entry.
    #[inline]
    fn release(&mut self, at: u32) -> Option<E> {
        let entry = &mut self.entries[at as usize];
        entry.after = self.free;
        self.free = at;
        entry.event.take()
    }

    /// Appends to the list of its time: the level is that of the highest bit in which it differs from the start.
    #[inline]
    fn link(&mut self, at: u32, due: Micros) {
        let level = (63 - ((due ^ self.start) | 63).leading_zeros() as usize) / 6;
        let slot = (due >> (6 * level)) as usize % SLOTS;
        let list = level * SLOTS + slot;
        let List { first, last } = self.lists[list];
        let entry = &mut self.entries[at as usize];
        (entry.before, entry.after, entry.list) = (last, NOBODY, list as u16);
        if last == NOBODY {
            self.lists[list].first = at;
        } else {
            debug_assert!(first != NOBODY);
            self.entries[last as usize].after = at;
        }
        self.lists[list].last = at;
        self.occupied[level] |= 1 << slot;
        self.levels |= 1 << level;
    }

    /// Takes an entry out of its list.
    #[inline]
    fn unlink(&mut self, at: u32) {
        let Entry { before, after, list, .. } = self.entries[at as usize];
        let list = usize::from(list);
        match before {
            NOBODY => self.lists[list].first = after,
            _ => self.entries[before as usize].after = after,
        }
        match after {
            NOBODY => self.lists[list].last = before,
            _ => self.entries[after as usize].before = before,
        }
        if self.lists[list].first == NOBODY {
            self.mark_empty(list);
        }
    }

    #[inline]
    fn mark_empty(&mut self, list: usize) {
        let (level, slot) = (list / SLOTS, list % SLOTS);
        self.occupied[level] &= !(1 << slot);
        if self.occupied[level] == 0 {
            self.levels &= !(1 << level);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng as _, SeedableRng as _};

    use super::*;

    /// The slow thing that is obviously right: a sorted map by (time, sequence).
    #[test]
    fn behaves_as_a_sorted_map_under_random_pushes_pops_and_cancels() {
        for seed in 0..200 {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let (mut wheel, mut model) = (Schedule::new(), BTreeMap::new());
            let (mut tickets, mut now) = (BTreeMap::new(), 0_u64);
            for sequence in 0..2_000_u64 {
                match random.next_u64() % 8 {
                    0..=3 => {
                        let due = now.saturating_add(random.next_u64() >> (random.next_u64() % 64));
                        tickets.insert(sequence, (due, wheel.push(due, sequence)));
                        model.insert((due, sequence), sequence);
                    }
                    4 => {
                        let nth = random.next_u64() as usize % tickets.len().max(1);
                        if let Some((&sequence, &(due, ticket))) = tickets.iter().nth(nth) {
                            assert_eq!(wheel.cancel(ticket), model.remove(&(due, sequence)));
                            tickets.remove(&sequence);
                        }
                    }
                    _ => {
                        let until = now.saturating_add(random.next_u64() >> (random.next_u64() % 64));
                        let first = model.first_key_value().map(|(&(due, _), &event)| (due, event));
                        let expected = first.filter(|&(due, _)| due <= until);
                        assert_eq!(wheel.pop(until), expected, "seed {seed}");
                        now = expected.map_or(until, |(due, _)| due);
                        if let Some((due, event)) = expected {
                            model.remove(&(due, event));
                            tickets.remove(&event);
                        }
                    }
                }
                assert_eq!(wheel.is_empty(), model.is_empty());
            }
        }
    }

    #[test]
    fn what_is_due_at_once_comes_in_the_order_of_scheduling() {
        let mut wheel = Schedule::new();
        for event in 0..100 {
            wheel.push(5_000, event);
            wheel.push(70, 1_000 + event);
        }
        let order: Vec<_> = std::iter::from_fn(|| wheel.pop(Micros::MAX)).map(|(_, event)| event).collect();
        assert_eq!(order, (1_000..1_100).chain(0..100).collect::<Vec<_>>());
    }
}
