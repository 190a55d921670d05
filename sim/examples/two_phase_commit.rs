//! A two-phase commit, and the mistake that everybody makes in it once: who waits too long for the decision decides alone.
//!
//! `cargo run -p sim --no-default-features --example two_phase_commit` finds the mistake and shrinks it to what it takes;
//! as a test it holds the correct protocol to 2,000 seeds.

use std::{borrow::Cow, collections::BTreeSet};

use sim::engine::{Cluster, Context, Input, MILLISECOND, Member, Process, ProcessId, Record, RunView};

#[derive(Clone, Debug)]
enum Message {
    Prepare,
    Vote(bool),
    Ask,
    Decide(bool),
}
impl Record for Message {}

const COORDINATOR: ProcessId = ProcessId(0);

/// Node 0 coordinates, the others vote. `IMPATIENT` is the mistake.
#[derive(Default)]
struct TwoPhase<const IMPATIENT: bool> {
    me: u32,
    nodes: u32,
    vote: Option<bool>,
    yes: BTreeSet<ProcessId>,
    decision: Option<bool>,
}

impl<const IMPATIENT: bool> Cluster for TwoPhase<IMPATIENT> {
    fn boot(ProcessId(me): ProcessId, nodes: u32) -> Self {
        Self { me, nodes, ..Self::default() }
    }
    // nothing is kept on disk here, so nobody may crash
    fn member(id: ProcessId) -> Member {
        Member::steady(format!("node{id}"))
    }
}

impl<const IMPATIENT: bool> Process for TwoPhase<IMPATIENT> {
    type Message = Message;
    type Note = ();

    fn on(&mut self, input: Input<Message>, cx: &mut Context<'_, Self>) {
        match input {
            Input::Restart(_) if cx.me() == COORDINATOR => self.tell_all(&Message::Prepare, cx),
            Input::Message { from, message: Message::Prepare } => {
                let vote = *self.vote.get_or_insert_with(|| cx.choose("vote", 8) < 7);
                self.decision = self.decision.or((!vote).then_some(false));
                cx.send(from, Message::Vote(vote));
                cx.set_timer(0, 100 * MILLISECOND);
            }
            Input::Message { from, message: Message::Vote(true) } => {
                self.yes.insert(from);
                if self.yes.len() as u32 == self.nodes - 1 {
                    self.decide(true, cx);
                }
            }
            Input::Message { message: Message::Vote(false), .. } => self.decide(false, cx),
            Input::Message { from, message: Message::Ask } => {
                self.decision.into_iter().for_each(|decision| cx.send(from, Message::Decide(decision)));
            }
            Input::Message { message: Message::Decide(decision), .. } => self.decision = Some(decision),
            Input::Timer(_) if self.decision.is_some() => {}
            Input::Timer(_) if self.me == COORDINATOR.0 || IMPATIENT => self.decide(false, cx),
            Input::Timer(_) => {
                cx.send(COORDINATOR, Message::Ask);
                cx.set_timer(0, 100 * MILLISECOND);
            }
            Input::Restart(_) | Input::Disk(_) => {}
        }
    }

    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        let voted = self.vote.is_some() || self.me == COORDINATOR.0;
        (voted && self.decision.is_none()).then(|| "the decision".into())
    }
}

impl<const IMPATIENT: bool> TwoPhase<IMPATIENT> {
    fn decide(&mut self, decision: bool, cx: &mut Context<'_, Self>) {
        if self.decision.is_none() {
            self.decision = Some(decision);
            self.tell_all(&Message::Decide(decision), cx);
        }
    }

    fn tell_all(&self, message: &Message, cx: &mut Context<'_, Self>) {
        if self.me == COORDINATOR.0 {
            (1..self.nodes).for_each(|node| cx.send(ProcessId(node), message.clone()));
            cx.set_timer(0, 200 * MILLISECOND);
        }
    }
}

fn one_decision<const IMPATIENT: bool>(view: &RunView<'_, TwoPhase<IMPATIENT>>) -> Result<(), String> {
    let decided = |wanted| view.up().find(|(_, node)| node.decision == Some(wanted)).map(|(id, _)| id);
    match (decided(true), decided(false)) {
        (Some(one), Some(other)) => Err(format!("node{one} has committed, node{other} has aborted")),
        _ => Ok(()),
    }
}

fn main() {
    match sim::check::<TwoPhase<true>>().nodes(3).always("one decision", one_decision).find(2_000) {
        Ok(_) => println!("the mistake was not found"),
        Err(finding) => print!("impatient: {finding}"),
    }
    let summary = sim::check::<TwoPhase<false>>().nodes(3).always("one decision", one_decision).seeds(2_000);
    println!("patient: {} seeds pass, {} messages delivered", summary.seeds, summary.counters.delivered);
}

#[test]
fn the_mistake_is_found_and_shrunk_to_one_lost_message() {
    let check = sim::check::<TwoPhase<true>>().nodes(3).always("one decision", one_decision);
    let finding = check.find(2_000).expect_err("a planted bug");
    assert_eq!(finding.log.to_string(), "drop node0->node2 2 = 1\n");
    assert_eq!(
        finding.verdict.to_string(),
        "violated after event 10: one decision: node0 has committed, node2 has aborted"
    );
}

#[test]
fn the_correct_protocol_passes_and_comes_to_both_decisions() {
    sim::check::<TwoPhase<false>>()
        .nodes(3)
        .always("one decision", one_decision)
        .sometimes("all commit", |view| view.up().all(|(_, node)| node.decision == Some(true)))
        .sometimes("all abort", |view| view.up().all(|(_, node)| node.decision == Some(false)))
        .seeds(2_000);
}
