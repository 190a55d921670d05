//! Shrinking: makes a failing run small by deleting choices and by moving the rest towards boring. No chance in it, so the same
//! failure always shrinks to the same.

use super::{
    choice::{Choice, ChoiceLog, Source},
    run::run,
    setup::Setup,
    verdict::Verdict,
};

/// How many runs shrinking may take, if nothing else is said.
pub const SHRINK_TRIES: u64 = 20_000;

/// A value that was shrunk, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk<T> {
    /// What is left, and still fails.
    pub value: T,
    /// How many candidates were tried.
    pub tries: u64,
    /// Whether it is 1-minimal: without any one of its parts, it does not fail. False if the tries ran out.
    pub is_minimal: bool,
}

/// Deletes as many items as can be while what is left still fails; the order stays. `items` itself must fail.
///
/// ```
/// let shrunk = sim::engine::shrink_list(&[3, 1, 4, 1, 5, 9], 100, |items| items.iter().sum::<u32>() > 12);
/// assert_eq!((shrunk.value, shrunk.is_minimal), (vec![5, 9], true));
/// ```
pub fn shrink_list<T: Clone>(items: &[T], tries: u64, fails: impl FnMut(&[T]) -> bool) -> Shrunk<Vec<T>> {
    let mut search = Search { fails, left: tries };
    let value = search.delete(items.to_vec());
    search.result(value, tries)
}

/// Makes a failing log least: first deletes choices, then moves the values of the rest towards 0, until neither helps.
pub fn shrink_log(log: &ChoiceLog, tries: u64, mut fails: impl FnMut(&ChoiceLog) -> bool) -> Shrunk<ChoiceLog> {
    let fails = |entries: &[Choice]| fails(&entries.iter().cloned().collect());
    let mut search = Search { fails, left: tries };
    let mut entries = log.entries().to_vec();
    loop {
        entries = search.delete(entries);
        let before = entries.clone();
        search.lower(&mut entries);
        if entries == before {
            break;
        }
    }
    search.result(entries.into_iter().collect(), tries)
}

/// Shrinks a failing run's log, keeping the way in which it fails.
pub fn shrink_run<S: Setup>(setup: &S, log: &ChoiceLog, verdict: &Verdict, tries: u64) -> Shrunk<ChoiceLog> {
    shrink_log(log, tries, |log| run(setup, Source::Log(log.clone())).verdict.is_like(verdict))
}

/// A search under way: what fails, and how many candidates may still be tried.
struct Search<F> {
    fails: F,
    left: u64,
}

impl<F> Search<F> {
    /// Tries a candidate; none fails once the tries are used up, so that the search ends by itself.
    fn fails<T>(&mut self, candidate: &[T]) -> bool
    where
        F: FnMut(&[T]) -> bool,
    {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        (self.fails)(candidate)
    }

    const fn result<T>(&self, value: T, tries: u64) -> Shrunk<T> {
        Shrunk { value, tries: tries - self.left, is_minimal: self.left > 0 }
    }

    /// Delta debugging: takes away ever smaller runs of items, at last single ones, until none can be spared.
    fn delete<T: Clone>(&mut self, mut items: Vec<T>) -> Vec<T>
    where
        F: FnMut(&[T]) -> bool,
    {
        let mut size = items.len();
        while size > 0 && !items.is_empty() {
            let before = items.len();
            self.delete_runs(&mut items, size);
            if size > 1 || items.len() == before {
                size /= 2;
            }
        }
        items
    }

    /// One pass from front to back over runs of one size.
    fn delete_runs<T: Clone>(&mut self, items: &mut Vec<T>, size: usize)
    where
        F: FnMut(&[T]) -> bool,
    {
        let mut at = 0;
        while at < items.len() && self.left > 0 {
            let end = items.len().min(at + size);
            let candidate = [&items[..at], &items[end..]].concat();
            if self.fails(&candidate) {
                *items = candidate;
            } else {
                at = end;
            }
        }
    }

    /// Searches each value's least that fails, by halving.
    fn lower(&mut self, entries: &mut [Choice])
    where
        F: FnMut(&[Choice]) -> bool,
    {
        for at in 0..entries.len() {
            let mut fails_at = entries[at].value;
            // 0 was tried by deleting
            let mut passes_at = 0;
            while fails_at - passes_at > 1 {
                // dull values are small: try 1 first
                let middle = if passes_at == 0 { 1 } else { passes_at.midpoint(fails_at) };
                entries[at].value = middle;
                if self.fails(entries) {
                    fails_at = middle;
                } else {
                    passes_at = middle;
                }
            }
            entries[at].value = fails_at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk(items: &[u32], fails: impl Fn(&[u32]) -> bool) -> Vec<u32> {
        let shrunk = shrink_list(items, 10_000, fails);
        assert!(shrunk.is_minimal);
        shrunk.value
    }

    #[test]
    fn only_what_matters_is_left() {
        let items: Vec<u32> = (0..1_000).collect();
        assert_eq!(shrunk(&items, |items| items.contains(&7) && items.contains(&700)), [7, 700]);
        assert!(shrunk(&items, |_| true).is_empty());
        assert_eq!(shrunk(&items, |items| items.len() == 1_000), items);
        assert!(shrunk(&[], |_| true).is_empty());
    }

    #[test]
    fn what_is_left_is_one_minimal_even_if_parts_hang_together() {
        // fails with an even number of items that contain 3: single items must go one by one, then again
        let fails = |items: &[u32]| items.contains(&3) && items.iter().sum::<u32>().is_multiple_of(3);
        let left = shrunk(&(0..50).collect::<Vec<_>>(), fails);
        for at in 0..left.len() {
            let mut without = left.clone();
            without.remove(at);
            assert!(!fails(&without), "{left:?} also fails without {}", left[at]);
        }
    }

    #[test]
    fn what_can_only_go_after_something_else_goes_in_the_next_round() {
        let fails = |items: &[u32]| items.contains(&9) && (items.contains(&1) || !items.contains(&2));
        assert_eq!(shrunk(&[1, 9, 2], fails), [9]);
    }

    #[test]
    fn a_log_loses_choices_and_the_rest_become_dull() {
        let log: ChoiceLog = "crash a 3 = 2\ndelay a 1 = 900\ndrop a 1 = 1\nlatency a 4 = 4000".parse().expect("a log");
        let value = |log: &ChoiceLog, kind| {
            log.entries().iter().find(|entry| entry.kind == kind).map_or(0, |entry| entry.value)
        };
        // the dropped message matters only as long as the delay is long
        let fails = |log: &ChoiceLog| {
            value(log, "crash") > 0
                && value(log, "delay") >= 17
                && (value(log, "delay") < 500 || value(log, "drop") > 0)
        };
        let shrunk = shrink_log(&log, 1_000, fails);
        assert_eq!(shrunk.value.to_string(), "crash a 3 = 1\ndelay a 1 = 17\n");
        assert!(shrunk.is_minimal && shrunk.tries < 60, "{} tries", shrunk.tries);
    }

    #[test]
    fn it_stops_when_the_tries_are_used_up_and_says_so() {
        let items: Vec<u32> = (0..1_000).collect();
        let mut asked = 0;
        let shrunk = shrink_list(&items, 20, |items| {
            asked += 1;
            items.contains(&7) && items.contains(&700)
        });
        assert_eq!((shrunk.is_minimal, shrunk.tries, asked), (false, 20, 20));
        assert!(shrunk.value.contains(&7) && shrunk.value.contains(&700));
    }
}
