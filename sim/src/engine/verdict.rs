//! The verdict of a run, and its report.

use std::fmt;

use machine::kernel::digest::Digest;

use super::{choice::ChoiceLog, process::Micros, tally::Counters};

/// The judgement of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every invariant held, and every process settled.
    Pass,
    /// An invariant did not hold, or somebody panicked: then the invariant is `no panic at FILE:LINE`.
    Violated {
        /// The invariant's name.
        invariant: String,
        /// What the invariant saw.
        detail: String,
        /// After which event, from 1.
        event: u64,
    },
    /// The same choices gave another run: something in it is not of the run.
    Diverged {
        /// The first event that differs, from 1.
        event: u64,
    },
    /// Faults had stopped, and these processes still wait.
    Stuck(Vec<Wait>),
    /// A process stopped at something that it cannot trust, and nothing but a human helps.
    Halted(ProcessHalt),
}

/// A process that waits for something at the end of the calm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The name of the process that waits.
    pub process: String,
    /// What the process waits for, in its own words.
    pub wants: String,
}

/// A process stopped for good, naming a place that it cannot trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessHalt {
    /// The name of the process that halted.
    pub process: String,
    /// When, in microseconds of virtual time.
    pub at: Micros,
    /// The place that it named.
    pub place: String,
}

impl Verdict {
    /// Whether all is well.
    #[must_use]
    pub fn is_pass(&self) -> bool {
        *self == Self::Pass
    }

    /// Whether a run fails in the same way as another, whenever that is: it breaks the same invariant, leaves nobody
    /// stuck who was not, or halts at the same place. Shrinking keeps to that.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Violated { invariant, .. }, Self::Violated { invariant: theirs, .. }) => invariant == theirs,
            (Self::Stuck(waits), Self::Stuck(theirs)) => {
                waits.iter().all(|wait| theirs.iter().any(|their| wait.process == their.process))
            }
            (Self::Halted(halt), Self::Halted(theirs)) => {
                (&halt.process, &halt.place) == (&theirs.process, &theirs.place)
            }
            (Self::Pass, Self::Pass) | (Self::Diverged { .. }, Self::Diverged { .. }) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => out.write_str("pass"),
            Self::Violated { invariant, detail, event } => {
                write!(out, "violated after event {event}: {invariant}: {detail}")
            }
            Self::Diverged { event } => write!(out, "diverged at event {event}: the same choices gave another run"),
            Self::Stuck(waits) => {
                out.write_str("stuck:")?;
                let separated = std::iter::once("").chain(std::iter::repeat(","));
                separated
                    .zip(waits)
                    .try_for_each(|(comma, Wait { process, wants })| write!(out, "{comma} {process} waits for {wants}"))
            }
            Self::Halted(ProcessHalt { process, place, .. }) => write!(out, "halted: {process} at {place}"),
        }
    }
}

/// Everything that is known of a run when it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What it came to.
    pub verdict: Verdict,
    /// Two runs are the same if and only if their roots are.
    pub root: Digest,
    /// The root after each 1,024 events.
    pub marks: Vec<Digest>,
    /// How long the run took, in microseconds of virtual time.
    pub time: Micros,
    /// How often events of each kind happened, and each fault struck.
    pub counters: Counters,
    /// Each goal, and whether it was reached.
    pub goals: Vec<(String, bool)>,
    /// Every halt, also those after which the process was started again.
    pub halts: Vec<ProcessHalt>,
    /// What was chosen and is not boring; empty unless the run was recorded.
    pub log: ChoiceLog,
}

#[cfg(test)]
mod tests {
    use super::{ProcessHalt, Verdict, Wait};

    #[test]
    fn failures_are_alike_by_their_name_and_place_whenever_they_come() {
        let violated = |invariant: &str, event: u64| {
            let detail = event.to_string();
            Verdict::Violated { invariant: invariant.to_owned(), detail, event }
        };
        let wait = |process: &str, wants: &str| Wait { process: process.to_owned(), wants: wants.to_owned() };
        let halted =
            |place: &str, at| Verdict::Halted(ProcessHalt { process: "node".to_owned(), at, place: place.to_owned() });
        assert!(violated("a", 1).is_like(&violated("a", 2)) && !violated("a", 1).is_like(&violated("b", 1)));
        assert!(halted("log", 1).is_like(&halted("log", 2)) && !halted("log", 1).is_like(&halted("map", 1)));
        let (one, two) = (Verdict::Stuck(vec![wait("a", "1")]), Verdict::Stuck(vec![wait("a", "2"), wait("b", "1")]));
        assert!(one.is_like(&two) && !two.is_like(&one));
        assert!(
            !Verdict::Pass.is_like(&one) && Verdict::Diverged { event: 1 }.is_like(&Verdict::Diverged { event: 2 })
        );
    }
}
