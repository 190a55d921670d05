//! Runs: the same choices give the same root; storm, calm and judgement come to the right verdict.

use super::{
    super::{
        Bounds, ChoiceLog, FAULTS, Fault, Faults, JsonLines, MARK_EVERY, Rate, Source, Verdict, always, record, run,
        run_twice, trace,
    },
    echo::{Echo, Peer, short, storm},
};

/// Committed, so that debug, release and other machines are held to the same bytes.
const GOLDEN: [(u64, &str); 3] = [
    (1, "d95739058f19e7278b41fac0fcb93f8c5e9eb2b7db3f6a07982e74f7fa78a4d7"),
    (2, "16db42283eee8f87a878af7d046107f245122ebb87a05db8648ca8d1f671b17e"),
    (3, "cf302401ea7969d8ce1a5a6d889631c16dd25f88e2bf50c4c21563b628066b03"),
];

#[test]
fn a_seed_has_the_root_that_it_has_always_had() {
    let setup = Echo { requests: 2_000, ..Echo::with(storm()) };
    for (seed, root) in GOLDEN {
        let report = run(&setup, Source::Seed(seed));
        let fired = FAULTS.iter().all(|info| report.counters.fired(info.fault) > 0);
        assert!(fired, "seed {seed} does not show every fault");
        assert_eq!(report.root.to_string(), root, "seed {seed}");
    }
}

#[test]
fn seeds_in_one_process_have_the_roots_of_single_runs_and_differ_from_each_other() {
    let setup = Echo::with(storm());
    let together: Vec<_> = (0..50).map(|seed| run(&setup, Source::Seed(seed)).root).collect();
    let backwards: Vec<_> = (0..50).rev().map(|seed| run(&Echo::with(storm()), Source::Seed(seed)).root).collect();
    assert!(together.iter().eq(backwards.iter().rev()));
    let unique: std::collections::BTreeSet<_> = together.iter().collect();
    assert_eq!(unique.len(), 50);
}

#[test]
fn a_recorded_run_replays_from_its_log_and_the_logs_text() {
    for seed in 0..50 {
        let setup = Echo::with(Faults::swarm());
        let recorded = record(&setup, Source::Seed(seed));
        assert!(!recorded.log.is_empty());
        let read: ChoiceLog = recorded.log.to_string().parse().expect("a log's own text");
        assert_eq!(read, recorded.log);
        let replayed = record(&setup, Source::Log(read));
        assert_eq!(replayed, recorded, "seed {seed}");
    }
}

#[test]
fn without_choices_everything_is_boring() {
    let report = record(&Echo::with(storm()), Source::Log(ChoiceLog::default()));
    assert_eq!((report.verdict, report.counters.missed, report.log), (Verdict::Pass, 0, ChoiceLog::default()));
    // three clients, twenty requests there and back in the least latency of a millisecond
    assert_eq!((report.counters.delivered, report.time), (120, 40_000));
}

#[test]
fn any_bytes_are_a_run_and_the_same_bytes_the_same_run() {
    let setup = Echo::with(storm());
    let bytes: Vec<u8> = (0..2_000_u32).map(|at| if at % 7 == 0 { 255 } else { (at * at % 251) as u8 }).collect();
    let recorded = record(&setup, Source::Bytes(bytes.clone()));
    assert_eq!(record(&setup, Source::Bytes(bytes)), recorded);
    assert_eq!(run(&setup, Source::Log(recorded.log.clone())).root, recorded.root);
    assert!(recorded.counters.fired(Fault::Drop) > 0);
    let zeros = run(&setup, Source::Bytes(vec![0; 100]));
    assert_eq!(zeros.root, run(&setup, Source::Log(ChoiceLog::default())).root);
}

#[test]
fn the_storm_ends_with_the_workload_and_everything_passes() {
    for seed in 0..200 {
        let report = run(&Echo::with(Faults::swarm()), Source::Seed(seed));
        assert_eq!(report.verdict, Verdict::Pass, "seed {seed}");
        let reached: Vec<_> = report.goals.iter().map(|(name, reached)| (name.as_str(), *reached)).collect();
        assert_eq!(reached, [("something is served", true), ("the moon is served", false)]);
    }
}

#[test]
fn who_cannot_settle_is_stuck_by_name() {
    let faults = Faults::none().with(Fault::Drop, Rate::Ppm(1_000_000));
    let waits = |report: super::super::Report| report.verdict.to_string();
    // the calm of no time at all leaves everybody where the storm did
    let setup = Echo { bounds: Bounds { calm: 0, ..short() }, ..Echo::with(faults) };
    let stuck = "stuck: client1 waits for reply 0, client2 waits for reply 0, client3 waits for reply 0";
    assert_eq!(waits(run(&setup, Source::Seed(1))), stuck);
    assert_eq!(waits(run(&Echo { bounds: short(), ..Echo::with(faults) }, Source::Seed(1))), "pass");
}

#[test]
fn a_world_without_end_is_stopped() {
    let setup = Echo { bounds: Bounds { events: 100, ..Bounds::default() }, ..Echo::with(Faults::none()) };
    let report = run(&setup, Source::Seed(1));
    assert_eq!(report.verdict.to_string(), "stuck: the world waits for an end: 100 events were not enough");
    assert_eq!(report.counters.events, 100);
}

#[test]
fn an_invariant_is_asked_after_each_event_and_its_words_are_in_the_verdict() {
    let invariants = || {
        vec![always("nobody asks a fifth time", |view: &super::super::RunView<'_, Peer>| {
            match view.notes().find(|(_, number)| *number == 4) {
                Some((who, _)) => Err(format!("client{who} does")),
                None => Ok(()),
            }
        })]
    };
    let report = run(&Echo { invariants, ..Echo::with(Faults::none()) }, Source::Log(ChoiceLog::default()));
    let verdict = "violated after event 54: nobody asks a fifth time: client1 does";
    assert_eq!((report.verdict.to_string().as_str(), report.counters.events), (verdict, 54));
}

#[test]
fn two_runs_side_by_side_agree_unless_something_else_decides() {
    assert_eq!(run_twice(&Echo::with(storm()), Source::Seed(3)), run(&Echo::with(storm()), Source::Seed(3)));
}

#[test]
fn a_trace_has_a_line_an_event_and_the_roots_own_bytes() {
    let setup = Echo { requests: 1_000, ..Echo::with(storm()) };
    let mut lines = JsonLines::new(Vec::new());
    let report = trace(&setup, Source::Seed(4), &mut lines);
    assert_eq!(report, run(&setup, Source::Seed(4)));
    let text = String::from_utf8(lines.finish().expect("a vector takes all")).expect("JSON is UTF-8");
    let (header, events) = text.split_once('\n').expect("a header");
    assert_eq!(header, r#"{"format":"sim-trace/1"}"#);
    assert_eq!(events.lines().count() as u64, report.counters.events);
    assert_eq!(report.marks.len() as u64, report.counters.events / MARK_EVERY);
    let first = r#"{"event":1,"at":0,"kind":"restart","outcome":"taken","from":"server","to":"server","input":"[]","#;
    assert!(events.starts_with(first), "{}", &events[..first.len()]);
    assert!(events.contains(r#""outcome":"crashed before""#) && events.contains(r#"["drop","client1->server"]"#));
}
