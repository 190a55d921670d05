//! Each kind of fault shows in a world where it strikes, and in no other; so a fault whose injector is gone is missed.

use machine::kernel::files::{FileOp, FileRequest};

use super::{
    super::{
        Context, EventKind, FAULTS, Fault, Faults, Input, InputOutcome, MILLISECOND, Member, ProcessId, Rate, Report,
        Source, Span,
    },
    script::{Actor, Kept, Play, play},
};

const SENT: u64 = 100;

/// Sends a number each millisecond.
fn sender(input: Input<u64>, cx: &mut Context<'_, Actor>) {
    let number = match input {
        Input::Timer(number) => number,
        _ => 0,
    };
    if number < SENT {
        cx.send(ProcessId(1), number);
        cx.set_timer(number + 1, MILLISECOND);
    }
}

/// Writes four sectors for each message, and syncs them; reads the last of them when it starts again.
fn writer(input: Input<u64>, cx: &mut Context<'_, Actor>) {
    let file = || "log".to_owned();
    let ops = match input {
        Input::Restart(listing) if listing.is_empty() => vec![FileOp::Create { file: file(), len: 0 }],
        Input::Restart(listing) => {
            let offset = (listing[0].1 / 2_048).saturating_sub(4) * 2_048;
            vec![FileOp::Read { file: file(), offset, len: u64::MAX }]
        }
        Input::Message { message, .. } => {
            let (file, offset) = (file(), message * 2_048);
            vec![FileOp::WriteAt { file: file.clone(), offset, bytes: vec![1; 2_048] }, FileOp::Sync { file }]
        }
        _ => Vec::new(),
    };
    ops.into_iter().for_each(|op| cx.disk(FileRequest { id: 0, op }));
}

fn world(faults: Faults) -> Play {
    let faults = Faults { restart: Span::millis(1, 5), ..faults };
    let roles = [(Member::steady("sender"), sender as _), (Member::crashable("writer"), writer as _)];
    Play::of(roles, faults)
}

/// The numbers that arrived, with their times, and the rest.
struct Seen {
    arrived: Vec<(u64, u64)>,
    events: Vec<Kept>,
    report: Report,
}

fn see(faults: Faults, seed: u64) -> Seen {
    let (events, report) = play(&world(faults), Source::Seed(seed));
    let messages = events.iter().filter(|event| event.kind == EventKind::Message);
    let arrived = messages.map(|event| (event.input.parse().expect("a number"), event.at)).collect();
    Seen { arrived, events, report }
}

/// Whether a run shows the fault, judged by what happened and not by any counter.
fn shows(fault: Fault, seen: &Seen, faults: &Faults) -> bool {
    let Seen { arrived, events, .. } = seen;
    let times = |number| arrived.iter().filter(|(arrived, _)| *arrived == number).count();
    match fault {
        Fault::Drop => (0..SENT).any(|number| times(number) == 0),
        Fault::Duplicate => (0..SENT).any(|number| times(number) == 2),
        Fault::Delay => arrived.iter().any(|(number, at)| *at > number * MILLISECOND + faults.latency.most),
        Fault::Reorder => !arrived.is_sorted(),
        Fault::Crash => events.iter().any(|event| event.outcome == InputOutcome::CrashedAfter),
        Fault::TornWrite => events.iter().any(|event| event.kind == EventKind::Disk && has_torn_write(&event.input)),
        Fault::FailedFsync => events.iter().any(|event| event.input.contains("input/output error")),
    }
}

/// Whether bytes that were read hold a write, of 2,048 ones, of which some sectors are zero.
fn has_torn_write(completion: &str) -> bool {
    let (_, bytes) = completion.split_once("Ok([").unwrap_or_default();
    let bytes: Vec<_> = bytes.chars().filter(char::is_ascii_digit).collect();
    bytes.chunks_exact(2_048).any(|write| write.contains(&'0') && write.contains(&'1'))
}

#[test]
fn each_fault_shows_where_it_strikes_and_nowhere_else() {
    for info in &FAULTS {
        let latency = if info.fault == Fault::Reorder { Span::millis(1, 10) } else { Span::millis(1, 1) };
        let calm = Faults { latency, ..Faults::none() };
        // a torn write needs a crash to show; the crash alone leaves each write whole or away
        let calm = if info.fault == Fault::TornWrite { calm.with(Fault::Crash, Rate::Ppm(100_000)) } else { calm };
        let storm = calm.with(info.fault, Rate::Ppm(300_000));
        let seen = |faults| (0..5).map(|seed| see(faults, seed)).collect::<Vec<_>>();
        let (with, without) = (seen(storm), seen(calm));
        assert!(with.iter().any(|seen| shows(info.fault, seen, &storm)), "{} does not show", info.name);
        assert!(!without.iter().any(|seen| shows(info.fault, seen, &calm)), "{} shows though it is off", info.name);
        let fired = |seen: &Seen| seen.report.counters.fired(info.fault);
        assert!(with.iter().any(|seen| fired(seen) > 0) && without.iter().all(|seen| fired(seen) == 0));
    }
}

#[test]
fn the_counters_of_a_link_add_up() {
    let of = |fault| see(Faults::none().with(fault, Rate::Ppm(200_000)), 1);
    let (drop, duplicate) = (of(Fault::Drop), of(Fault::Duplicate));
    assert_eq!(drop.arrived.len() as u64 + drop.report.counters.fired(Fault::Drop), SENT);
    assert_eq!(duplicate.arrived.len() as u64, SENT + duplicate.report.counters.fired(Fault::Duplicate));
    let delay = see(Faults { latency: Span::millis(1, 1), ..Faults::none() }.with(Fault::Delay, Rate::Ppm(200_000)), 1);
    let late = delay.arrived.iter().filter(|(number, at)| *at > (number + 1) * MILLISECOND).count();
    assert_eq!(late as u64, delay.report.counters.fired(Fault::Delay));
}

#[test]
fn delays_of_any_width_add_up_without_overflow() {
    for span in [Span::new(0, u64::MAX), Span::new(u64::MAX, u64::MAX), Span::new(u64::MAX - 1, u64::MAX)] {
        let faults = Faults { delay: span, latency: span, ..Faults::none() }.with(Fault::Delay, Rate::Ppm(500_000));
        assert!(see(faults, 1).report.counters.fired(Fault::Delay) > 0);
    }
}

#[test]
fn a_message_that_is_held_back_arrives_in_the_calm() {
    // more than the most that a delay takes: held
    let held = play(
        &world(Faults::none()),
        Source::Log("delay sender->writer 1 = 18446744073709551615".parse().expect("a log")),
    );
    let first = held.0.iter().find(|event| event.kind == EventKind::Message && event.input == "0").expect("it arrives");
    // the storm ends with the last message's sync, in 100.1 ms
    assert_eq!(first.at, 100_100 + MILLISECOND);
}

#[test]
fn crashes_and_restarts_go_together_and_the_calm_brings_everybody_back() {
    for seed in 0..50 {
        let Seen { events, report, .. } = see(Faults::none().with(Fault::Crash, Rate::Ppm(20_000)), seed);
        let crashed = |event: &&Kept| matches!(event.outcome, InputOutcome::CrashedBefore | InputOutcome::CrashedAfter);
        let crashes = events.iter().filter(crashed).count() as u64;
        let starts =
            events.iter().filter(|event| event.kind == EventKind::Restart && event.to == "writer").count() as u64;
        assert_eq!((report.counters.fired(Fault::Crash), report.counters.restarts), (crashes, crashes));
        assert_eq!(starts, crashes + 1, "seed {seed}");
        let missed = events.iter().filter(|event| event.outcome == InputOutcome::Missed).count() as u64;
        assert_eq!(missed, report.counters.missed);
    }
}
