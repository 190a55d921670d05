//! Any machine gets every command for a line of code: the counter of the examples, and machines that break their promises.

use std::{path::PathBuf, process::Output};

use assert_cmd::Command;
use machine::kernel::{Effects, Machine, Stamp};
use serde::{Deserialize, Serialize};
use sim::{
    System as _,
    engine::{self, Faults, Source},
    plain::Plain,
    scenario::Document,
    system::{History, Options},
};

const SCENARIO: &str = include_str!("../examples/counter.toml");

/// Runs the example in its crate's directory. Cargo builds examples for `cargo test`, but not for `cargo test --test`.
fn counter(args: &[&str]) -> Output {
    let test = std::env::current_exe().expect("this test");
    let program = test.ancestors().nth(2).expect("the profile's directory").join("examples/counter");
    Command::new(program)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(args)
        .output()
        .expect("the example, built by `cargo test -p sim`")
}

/// Writes a variant of the scenario and runs it: exit code, standard output and standard error.
fn run(scenario: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let dir = tempfile::tempdir().expect("a directory");
    let file: PathBuf = dir.path().join("scenario.toml");
    std::fs::write(&file, scenario).expect("written");
    let output = counter(&[&["run", file.to_str().expect("a path")], more].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_counter_passes_under_all_faults_and_its_root_is_its_own() {
    let (code, told, _) = run(SCENARIO, &["--seed", "5"]);
    assert_eq!((code, told.contains("Pass  seed 5  run root ")), (Some(0), true), "{told}");
    assert!(told.contains(r#"holding   {"count":7}"#) && told.contains("refused: TooMuch"), "{told}");
    assert_eq!(run(SCENARIO, &["--seed", "5"]).1.lines().last(), told.lines().last());
    let (code, told, _) = run(SCENARIO, &["--faults", "swarm", "--seeds", "200", "--json"]);
    let sums: serde_json::Value = serde_json::from_str(&told).expect("an object");
    assert_eq!((code, sums["verdict"].as_str()), (Some(0), Some("pass")), "{told}");
    assert!(sums["killed_and_torn"].as_u64() > Some(0) && sums["faults"]["drop"].as_u64() > Some(0), "{told}");
}

#[test]
fn its_ledger_is_left_and_whole() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().join("ledger");
    let output = counter(&["run", "examples/counter.toml", "--out", out.to_str().expect("a path")]);
    assert_eq!(output.status.code(), Some(0));
    let mut ledger = machine::kernel::entry::Ledger::<Plain<Counted>>::default();
    let segment = std::fs::read(out.join("segment-0000000000000000.jsonl")).expect("a segment");
    for line in segment.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        ledger.replay(line).expect("the next entry");
    }
    assert_eq!(ledger.head.size, 6);
}

#[test]
fn its_node_keeps_files_as_the_scenario_says() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().join("ledger");
    let scenario = SCENARIO.replace("[actors]", "[node]\nsegment_bytes = 600\nsnapshot_every = 0\n[actors]");
    let (code, told, _) = run(&scenario, &["--out", out.to_str().expect("a path")]);
    assert_eq!(code, Some(0), "{told}");
    let names = std::fs::read_dir(&out).expect("files").map(|file| file.expect("a file").file_name());
    let names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    let count = |prefix: &str| names.iter().filter(|name| name.starts_with(prefix)).count();
    assert!(count("segment-") > 1 && count("snapshot-") == 0, "{names:?}");
}

#[test]
fn its_events_are_the_steps_and_mistakes_are_told_with_them() {
    let steps = counter(&["steps"]).stdout;
    let steps = String::from_utf8_lossy(&steps);
    assert!(
        steps.contains("\nAdd\n") && steps.contains("much           As the event has it. (a whole number"),
        "{steps}"
    );
    let wrong = SCENARIO.replace("do = \"Reset\"", "do = \"Rest\"").replace("much = 60", "mcuh = 60");
    let (code, _, mistakes) = run(&wrong, &[]);
    assert_eq!(code, Some(2), "{mistakes}");
    for part in ["no step is called `Rest`", "did you mean `Reset`?", "`Add` has no key `mcuh`", "2 mistakes"] {
        assert!(mistakes.contains(part), "{part}: {mistakes}");
    }
    let (code, _, mistakes) = run(&SCENARIO.replace(", much = 7", ""), &[]);
    assert_eq!(
        (code, mistakes.contains("this is no event `Add`: missing field `much`")),
        (Some(2), true),
        "{mistakes}"
    );
    let (code, told, _) = run(&SCENARIO.replace("count = 7", "count = 8"), &[]);
    assert_eq!(code, Some(1));
    assert!(told.contains(r#"{"count":8}"#) && told.contains(r#"{"count":7}"#), "expected and found: {told}");
}

/// The example's machine, as far as replaying needs it: whoever has the types, replays the ledger.
struct Counted;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Count {
    count: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Step {
    Add { much: u32 },
    Reset,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Came {
    Counted(u32),
}

impl Machine for Counted {
    type State = Count;
    type Event = Step;
    type Effect = Came;

    fn apply(state: Count, _: &Stamp, step: &Step) -> (Count, Effects<Came>) {
        let count = match step {
            Step::Add { much } => state.count + much,
            Step::Reset => 0,
        };
        (Count { count }, [Came::Counted(count)].into())
    }
}

/// Breaks a promise with each event.
struct Broken;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Forgets {
    kept: u8,
    #[serde(skip)]
    lost: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    odd: Option<Option<u8>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Breaks {
    RefusesAndChanges,
    Panics,
    RemembersWhatIsNotWritten,
    ReadsBackOtherwise,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Says {
    Lost(u8),
    Refused(String),
}

impl Machine for Broken {
    type State = Forgets;
    type Event = Breaks;
    type Effect = Says;

    fn apply(mut state: Forgets, _: &Stamp, event: &Breaks) -> (Forgets, Effects<Says>) {
        let says = match event {
            Breaks::RefusesAndChanges => Says::Refused("no".to_string()),
            Breaks::Panics => panic!("a bug"),
            Breaks::RemembersWhatIsNotWritten => Says::Lost(state.lost),
            Breaks::ReadsBackOtherwise => {
                state.odd = Some(None);
                Says::Lost(0)
            }
        };
        state.kept += 1;
        state.lost += 1;
        (state, [says].into())
    }
}

/// Plays one step twice.
fn play(event: &str) -> (String, History) {
    let scenario = format!(
        "name = \"broken\"\nstart = \"2026-01-01T00:00:00Z\"\n[actors]\nann = {{}}\n[story]\n\
         steps = [ {{ actor = \"ann\", do = \"{event}\", times = 2 }} ]\n"
    );
    let document = Document::read("broken.toml", &scenario, &Plain::<Broken>::vocabulary()).expect("a scenario");
    let options = Options { seed: 1, real: false, faults: Faults::none(), planted: None };
    let world = Plain::<Broken>::world(&document, &options).expect("a world");
    let report = engine::run(&world, Source::Seed(1));
    (report.verdict.to_string(), Plain::<Broken>::history(&world))
}

#[test]
fn a_machine_that_breaks_a_law_is_found_out() {
    let (_, history) = play("RefusesAndChanges");
    assert!(history.failures[0].contains("it refuses an event, and changes its state"), "{:?}", history.failures);
    let (verdict, _) = play("Panics");
    assert!(verdict.contains("no panic at") && verdict.contains("a bug"), "{verdict}");
    let (_, history) = play("ReadsBackOtherwise");
    assert!(history.failures[0].contains("read back it is"), "{:?}", history.failures);
    // what is not written is gone when the next event comes, in a run as after a restart
    let (verdict, history) = play("RemembersWhatIsNotWritten");
    assert_eq!((verdict.as_str(), history.effects["Lost"]), ("pass", 2));
    assert!(
        history.lines.iter().all(|line| line.follows.iter().all(|said| said == r#"{"Lost":0}"#)),
        "{:?}",
        history.lines
    );
}
