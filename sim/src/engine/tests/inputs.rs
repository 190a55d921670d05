//! What a process is told, and what becomes of what it asks: timers, clock, disk, crash, halt, choices.

use machine::kernel::files::{FileOp, FileRequest};

use super::{
    super::{
        AfterHalt, Bounds, Context, Faults, Input, InputOutcome, MILLISECOND, Member, ProcessHalt, ProcessId, SECOND,
        Source, Verdict, record,
    },
    script::{Actor, Play, Script, notes, play},
};

/// One process that may crash, with a script.
fn one(script: Script) -> Play {
    Play::of([(Member::crashable("node"), script)], Faults::none())
}

fn ask(id: u64, op: FileOp, cx: &mut Context<'_, Actor>) {
    cx.disk(FileRequest { id, op });
}

fn create(file: &str) -> FileOp {
    FileOp::Create { file: file.to_owned(), len: 3 }
}

/// A report that has halted, or not.
fn boring(play_of: &Play) -> (Verdict, Vec<ProcessHalt>) {
    let report = play(play_of, Source::Log(super::super::ChoiceLog::default())).1;
    (report.verdict, report.halts)
}

#[test]
fn timers_ring_once_and_can_be_set_anew_and_cancelled() {
    let script: Script = |input, cx| match input {
        Input::Restart(_) => {
            (0..4).for_each(|id| cx.set_timer(id, (10 - id) * MILLISECOND));
            cx.set_timer(3, 20 * MILLISECOND);
            cx.cancel_timer(1);
            cx.cancel_timer(77);
        }
        Input::Timer(id) => {
            let now = cx.now();
            cx.note(format!("{id} at {now}"));
        }
        _ => {}
    };
    assert_eq!(notes(&one(script), ""), [r#""2 at 8000""#, r#""0 at 10000""#, r#""3 at 20000""#]);
}

#[test]
fn a_crash_takes_the_timers_and_what_comes_before_the_restart() {
    let script: Script = |input, cx| match input {
        Input::Restart(listing) => {
            cx.note(format!("up at {}, {listing:?}", cx.now()));
            cx.set_timer(0, 5 * MILLISECOND);
            if listing.is_empty() {
                ask(0, create("a"), cx);
            }
        }
        other => cx.note(format!("{other:?} at {}", cx.now())),
    };
    let undisturbed = notes(&one(script), "");
    assert_eq!(undisturbed[0], r#""up at 0, []""#);
    assert_eq!(undisturbed[1], r#""Disk(Completion { id: 0, result: Ok([]) }) at 50""#);
    assert_eq!(undisturbed[2], r#""Timer(0) at 5000""#);
    // the completion is the node's second input: it crashes just before, with the operation landed or not
    let not_landed = notes(&one(script), "crash node 2 = 1");
    assert_eq!(not_landed[..2], [r#""up at 0, []""#, r#""up at 10050, []""#]);
    let landed = notes(&one(script), "crash node 2 = 1\nlanded node 1 = 1");
    assert_eq!(landed[..2], [r#""up at 0, []""#, r#""up at 10050, [(\"a\", 3)]""#]);
    assert_eq!(landed[2], r#""Timer(0) at 15050""#);
}

#[test]
fn a_timer_does_not_outlive_the_process_that_set_it() {
    let script: Script = |input, cx| match input {
        Input::Restart(_) if cx.now() == 0 => cx.set_timer(1, SECOND / 2),
        Input::Restart(_) => cx.set_timer(2, SECOND),
        other => cx.note(format!("{other:?} at {}", cx.now())),
    };
    assert_eq!(notes(&one(script), ""), [r#""Timer(1) at 500000""#]);
    assert_eq!(notes(&one(script), "crash node 1 = 2"), [r#""Timer(2) at 1010000""#]);
}

#[test]
fn a_crash_before_an_input_leaves_nothing_of_it_and_one_after_all() {
    let sender: Script = |input, cx| {
        if let Input::Restart(_) = input {
            cx.send(ProcessId(1), 7);
        }
    };
    let echo: Script = |input, cx| {
        if let Input::Message { from, message } = input {
            cx.send(from, message + 1);
        }
    };
    let pair = Play::of([(Member::steady("a"), sender), (Member::crashable("b"), echo)], Faults::none());
    let outcomes = |log: &str| {
        let (events, _) = play(&pair, Source::Log(log.parse().expect("a log")));
        events.into_iter().map(|event| (event.to, event.input, event.outcome)).collect::<Vec<_>>()
    };
    let at = |outcome| ("b".to_owned(), "7".to_owned(), outcome);
    let (before, after) = (outcomes("crash b 2 = 1"), outcomes("crash b 2 = 2"));
    assert!(before.contains(&at(InputOutcome::CrashedBefore)) && before.iter().all(|event| event.1 != "8"));
    assert!(after.contains(&at(InputOutcome::CrashedAfter)) && after.iter().any(|event| event.1 == "8"));
}

#[test]
fn disk_operations_complete_in_the_order_in_which_they_were_asked() {
    let script: Script = |input, cx| match input {
        Input::Restart(_) => (0..20).for_each(|id| ask(id, create(&id.to_string()), cx)),
        Input::Disk(completion) => cx.note(completion.id.to_string()),
        _ => {}
    };
    let (events, _) = play(&one(script), Source::Seed(1));
    let order: Vec<_> = events.into_iter().flat_map(|event| event.notes).collect();
    assert_eq!(order, (0..20).map(|id| format!("\"{id}\"")).collect::<Vec<_>>());
}

#[test]
fn a_process_sees_its_own_clock() {
    let script: Script = |_, cx| cx.note(cx.now().to_string());
    let skewed = |clock_offset| Member { clock_offset, ..Member::steady("node") };
    assert_eq!(notes(&Play::of([(skewed(5), script)], Faults::none()), ""), ["\"5\""]);
    assert_eq!(notes(&Play::of([(skewed(-5), script)], Faults::none()), ""), ["\"0\""]);
}

#[test]
fn who_halts_is_started_again_with_the_disk_as_it_was_left() {
    let script: Script = |input, cx| match input {
        Input::Restart(listing) if listing.is_empty() => {
            ask(0, create("a"), cx);
            ask(1, create("b"), cx);
        }
        Input::Restart(listing) => {
            cx.note(format!("{listing:?}"));
            ask(2, create("c"), cx);
        }
        Input::Disk(completion) if completion.id == 2 => cx.note("c".to_owned()),
        Input::Disk(_) => cx.halt("a is rotten"),
        _ => {}
    };
    let halt = ProcessHalt { process: "node".to_owned(), at: 50, place: "a is rotten".to_owned() };
    assert_eq!(boring(&one(script)), (Verdict::Pass, vec![halt.clone()]));
    // what was not complete is not done
    assert_eq!(notes(&one(script), ""), [r#""[(\"a\", 3)]""#, r#""c""#]);
    let end = Bounds { after_halt: AfterHalt::End, ..Bounds::default() };
    assert_eq!(boring(&Play { bounds: end, ..one(script) }), (Verdict::Halted(halt.clone()), vec![halt]));
}

#[test]
fn who_halts_at_its_start_is_not_started_again() {
    let script: Script = |_, cx| cx.halt("nothing is right");
    let (verdict, halts) = boring(&one(script));
    assert_eq!((verdict.to_string().as_str(), halts.len()), ("halted: node at nothing is right", 1));
}

#[test]
fn a_processs_own_choices_are_keyed_by_its_name_for_them() {
    let script: Script = |input, cx| {
        if let Input::Restart(_) = input {
            let drawn = [cx.choose("color", 1 << 40), cx.choose("size", 1 << 40), cx.choose("color", 1 << 40)];
            assert_eq!((cx.choose("none", 0), cx.choose("one", 1)), (0, 0));
            cx.note(format!("{drawn:?}"));
        }
    };
    assert_eq!(notes(&one(script), "own.size node 1 = 3\nown.color node 2 = 4"), [r#""[0, 3, 4]""#]);
    let kinds: Vec<_> =
        record(&one(script), Source::Seed(1)).log.entries().iter().map(|entry| entry.kind.clone()).collect();
    assert_eq!(kinds, ["own.color", "own.color", "own.size"]);
}

#[test]
fn a_world_in_which_nobody_waits_goes_on_to_its_bound() {
    let script: Script = |_, cx| cx.set_timer(0, MILLISECOND);
    let (events, report) = play(&one(script), Source::Seed(1));
    assert_eq!((events.len(), report.time, report.verdict), (2_001, 2 * SECOND, Verdict::Pass));
}

#[test]
#[should_panic(expected = "`two words` is no name")]
fn a_name_with_a_space_is_a_mistake_of_the_setup() {
    play(&Play::of([(Member::steady("two words"), (|_, _| {}) as Script)], Faults::none()), Source::Seed(1));
}
