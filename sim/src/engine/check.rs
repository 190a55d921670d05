//! `sim::check`: a test of any process, in a line.
//!
//! ```
//! use sim::engine::{Cluster, Context, Input, MILLISECOND, Process, ProcessId};
//!
//! /// Everybody tells everybody the greatest number heard of, until it is the greatest there is.
//! struct Gossip { greatest: u64, nodes: u32 }
//!
//! impl Cluster for Gossip {
//!     fn boot(id: ProcessId, nodes: u32) -> Self {
//!         Self { greatest: id.0.into(), nodes }
//!     }
//! }
//!
//! impl Process for Gossip {
//!     type Message = u64;
//!     type Note = ();
//!
//!     fn on(&mut self, input: Input<u64>, cx: &mut Context<'_, Self>) {
//!         match input {
//!             Input::Message { message, .. } => self.greatest = self.greatest.max(message),
//!             _ => {
//!                 (0..self.nodes).for_each(|node| cx.send(ProcessId(node), self.greatest));
//!                 cx.set_timer(0, 100 * MILLISECOND);
//!             }
//!         }
//!     }
//!
//!     fn waiting_for(&self) -> Option<std::borrow::Cow<'static, str>> {
//!         (self.greatest + 1 < self.nodes.into()).then(|| "the greatest number".into())
//!     }
//! }
//!
//! let summary = sim::check::<Gossip>()
//!     .nodes(4)
//!     .always("nobody makes numbers up", |view| match view.up().find(|(_, node)| node.greatest > 3) {
//!         Some((id, node)) => Err(format!("node{id} has {}", node.greatest)),
//!         None => Ok(()),
//!     })
//!     .sometimes("a node crashes and comes back", |view| view.now > 0 && view.kind == sim::engine::EventKind::Restart)
//!     .seeds(100);
//! assert_eq!(summary.seeds, 100);
//! ```

use std::{any::type_name, rc::Rc};

use super::{
    choice::{ChoiceLog, Source},
    explore::{Finding, Summary, explore},
    faults::Faults,
    invariant::{Goal, Invariant, RunView, always, sometimes},
    process::{Process, ProcessId},
    run::run,
    setup::{Bounds, Member, Setup},
    verdict::Report,
};

/// A process that a number of equals run, told apart by their ids.
pub trait Cluster: Process {
    /// Builds one of `nodes`, at the start and after each crash.
    fn boot(id: ProcessId, nodes: u32) -> Self;

    /// Its name, and whether it may crash: `node0` and so on, and it may.
    fn member(id: ProcessId) -> Member {
        Member::crashable(format!("node{id}"))
    }
}

/// Begins a test of `P`: three nodes, all faults drawn by each seed.
#[must_use]
pub fn check<P: Cluster + 'static>() -> Check<P> {
    let (faults, bounds) = (Faults::swarm(), Bounds::default());
    Check { nodes: 3, faults, bounds, invariants: Vec::new(), goals: Vec::new() }
}

/// A test under construction. It is a [`Setup`] too, for whoever wants to run it in another way.
pub struct Check<P: Process> {
    nodes: u32,
    faults: Faults,
    bounds: Bounds,
    invariants: Vec<Make<Box<dyn Invariant<P>>>>,
    goals: Vec<Make<Goal<P>>>,
}

/// Makes one for each run.
type Make<T> = Box<dyn Fn() -> T>;

impl<P: Cluster + 'static> Check<P> {
    /// How many of them there are.
    #[must_use]
    pub const fn nodes(mut self, nodes: u32) -> Self {
        self.nodes = nodes;
        self
    }

    /// Sets which faults strike, and how often.
    #[must_use]
    pub const fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// How long a run may take.
    #[must_use]
    pub const fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// What must hold after every event; the error says what was seen instead.
    #[must_use]
    pub fn always(self, name: &'static str, holds: impl Fn(&RunView<'_, P>) -> Result<(), String> + 'static) -> Self {
        let holds = Rc::new(holds);
        self.invariant(move || {
            let holds = Rc::clone(&holds);
            always(name, move |view| holds(view))
        })
    }

    /// An invariant that keeps state: made anew for each run.
    #[must_use]
    pub fn invariant(mut self, make: impl Fn() -> Box<dyn Invariant<P>> + 'static) -> Self {
        self.invariants.push(Box::new(make));
        self
    }

    /// What must happen in some run.
    #[must_use]
    pub fn sometimes(mut self, name: &'static str, seen: impl Fn(&RunView<'_, P>) -> bool + 'static) -> Self {
        let seen = Rc::new(seen);
        self.goals.push(Box::new(move || {
            let seen = Rc::clone(&seen);
            sometimes(name, move |view| seen(view))
        }));
        self
    }

    /// Runs the seeds from 0 up.
    ///
    /// # Panics
    /// If a run does not pass, with the shrunk run and the line that repeats it; or if a goal was never reached.
    pub fn seeds(&self, seeds: u64) -> Summary {
        let summary = self.find(seeds).unwrap_or_else(|finding| panic!("{}", self.tell(&finding)));
        let unreached: Vec<_> = summary.unreached().collect();
        assert!(unreached.is_empty(), "{} never came to this in {seeds} seeds: {}", self.title(), unreached.join(", "));
        summary
    }

    /// The same without panicking; goals are for the caller to judge.
    ///
    /// # Errors
    /// The first seed that does not pass, shrunk.
    pub fn find(&self, seeds: u64) -> Result<Summary, Box<Finding>> {
        explore(self, 0..seeds)
    }

    /// Runs what a finding's log says.
    ///
    /// # Panics
    /// If the text is no log, or the run does not pass.
    pub fn replay(&self, log: &str) -> Report {
        let log: ChoiceLog = log.parse().unwrap_or_else(|error| panic!("this is no log of choices: {error}"));
        let report = run(self, Source::Log(log));
        assert!(report.verdict.is_pass(), "{}: {}\n  run root {}", self.title(), report.verdict, report.root);
        report
    }

    fn title(&self) -> String {
        format!("{} with {} nodes", type_name::<P>(), self.nodes)
    }

    fn tell(&self, finding: &Finding) -> String {
        let again = finding.log.to_string();
        format!("{}: {finding}  to see it again, instead of .seeds(..): .replay({:?})", self.title(), again.trim_end())
    }
}

impl<P: Cluster> Setup for Check<P> {
    type Process = P;

    fn members(&self) -> Vec<Member> {
        (0..self.nodes).map(|id| P::member(ProcessId(id))).collect()
    }

    fn boot(&self, id: ProcessId) -> P {
        P::boot(id, self.nodes)
    }

    fn faults(&self) -> Faults {
        self.faults
    }

    fn bounds(&self) -> Bounds {
        self.bounds
    }

    fn invariants(&self) -> Vec<Box<dyn Invariant<P>>> {
        self.invariants.iter().map(|make| make()).collect()
    }

    fn goals(&self) -> Vec<Goal<P>> {
        self.goals.iter().map(|make| make()).collect()
    }
}
