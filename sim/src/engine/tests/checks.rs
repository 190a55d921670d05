//! `check` and `explore`: failures are found, shrunk to what matters, told in a line that repeats them.

use std::{borrow::Cow, cell::Cell};

use super::super::{
    Check, Cluster, Context, Fault, Faults, Input, MILLISECOND, Process, ProcessId, Rate, Record, Verdict, check,
};

#[derive(Clone, Debug)]
struct Ping(u64);
impl Record for Ping {}

/// Node 0 pings the others until it has an answer from each; the mistake is in what a node counts.
struct Node {
    answers: u64,
    nodes: u64,
}

impl Cluster for Node {
    fn boot(_: ProcessId, nodes: u32) -> Self {
        Self { answers: 0, nodes: nodes.into() }
    }
}

impl Process for Node {
    type Message = Ping;
    type Note = ();

    fn on(&mut self, input: Input<Ping>, cx: &mut Context<'_, Self>) {
        match input {
            Input::Message { from, message: Ping(0) } => cx.send(from, Ping(1)),
            Input::Message { .. } => self.answers += 1,
            Input::Restart(_) | Input::Timer(_) if cx.me() == ProcessId(0) && self.answers < self.nodes - 1 => {
                (1..cx.processes()).for_each(|node| cx.send(ProcessId(node), Ping(0)));
                cx.set_timer(0, 50 * MILLISECOND);
            }
            _ => {}
        }
    }

    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        None
    }
}

fn too_many(view: &super::super::RunView<'_, Node>) -> Result<(), String> {
    match view.up().find(|(_, node)| node.answers >= node.nodes) {
        Some((id, node)) => Err(format!("node{id} has {}", node.answers)),
        None => Ok(()),
    }
}

fn counting() -> Check<Node> {
    let faults = Faults::none().with(Fault::Duplicate, Rate::Ppm(100_000));
    check::<Node>().nodes(2).faults(faults).always("one answer a node", too_many)
}

#[test]
fn a_failure_is_found_shrunk_and_runs_again_from_its_log() {
    let finding = counting().find(1_000).expect_err("duplicates are counted");
    assert_eq!(finding.log.len(), 1, "one duplicate is enough:\n{}", finding.log);
    assert!(finding.choices > 1 && finding.is_minimal);
    assert_eq!(finding.verdict.to_string(), "violated after event 5: one answer a node: node0 has 2");
    let log = finding.log.to_string();
    let again = std::panic::catch_unwind(|| counting().replay(&log));
    let message = *again.expect_err("it fails again").downcast::<String>().expect("a text");
    assert!(message.contains("one answer a node: node0 has 2"), "{message}");
}

#[test]
#[should_panic(expected = "instead of .seeds(..): .replay(\"duplicate node")]
fn the_panic_ends_with_the_line_that_repeats_it() {
    counting().seeds(1_000);
}

#[test]
#[should_panic(expected = "never came to this in 5 seeds: the moon")]
fn a_goal_that_no_run_reached_fails_the_check() {
    check::<Node>()
        .sometimes("an answer", |view| view.up().any(|(_, node)| node.answers > 0))
        .sometimes("the moon", |_| false)
        .seeds(5);
}

#[test]
#[should_panic(expected = "this is no log of choices: line 1: expected")]
fn a_replay_of_nonsense_says_so() {
    check::<Node>().replay("nonsense");
}

thread_local! {
    static LEAK: Cell<u64> = const { Cell::new(0) };
}

/// A process that remembers something outside of itself.
struct Leaky;

impl Cluster for Leaky {
    fn boot(_: ProcessId, _: u32) -> Self {
        Self
    }
}

impl Process for Leaky {
    type Message = Ping;
    type Note = ();

    fn on(&mut self, input: Input<Ping>, cx: &mut Context<'_, Self>) {
        if let Input::Restart(_) = input {
            cx.send(cx.me(), Ping(LEAK.replace(LEAK.get() + 1)));
        }
    }
}

#[test]
fn a_run_that_is_no_function_of_its_choices_has_diverged_at_the_event_that_shows_it() {
    let finding = check::<Leaky>().nodes(1).find(10).expect_err("statics are seen");
    assert_eq!(finding.verdict, Verdict::Diverged { event: 2 });
}

/// A process that cannot count to three.
struct Fragile(u64);

impl Cluster for Fragile {
    fn boot(_: ProcessId, _: u32) -> Self {
        Self(0)
    }
}

impl Process for Fragile {
    type Message = Ping;
    type Note = ();

    fn on(&mut self, input: Input<Ping>, cx: &mut Context<'_, Self>) {
        match input {
            Input::Restart(_) => (0..2).for_each(|number| cx.send(cx.me(), Ping(number))),
            Input::Message { .. } => self.0 += 1,
            _ => {}
        }
        assert!(self.0 < 3, "three is too many");
    }
}

#[test]
fn a_panic_is_a_finding_and_is_shrunk_too() {
    let faults = Faults::none().with(Fault::Duplicate, Rate::Ppm(50_000));
    let finding = check::<Fragile>().nodes(1).faults(faults).find(1_000).expect_err("duplicates are too many");
    let Verdict::Violated { invariant, detail, event } = &finding.verdict else { panic!("{}", finding.verdict) };
    assert!(invariant.starts_with("no panic at ") && invariant.contains("checks.rs:"), "{invariant}");
    assert_eq!((detail.as_str(), *event, finding.log.len()), ("node0: three is too many", 4, 1));
}
