//! Workspaces: layers, reach across crates, manifests, entry points, and what keeps green honest.

use std::path::Path;

use zero_sim::{Options, Outcome, check_workspace};

/// A workspace on disk: files by path.
fn workspace(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let file = dir.path().join(name);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
        std::fs::write(file, text).expect("written");
    }
    dir
}

const ROOT: (&str, &str) = ("Cargo.toml", "[workspace]\nmembers = [\"core\", \"util/*\", \"shell\"]\n");
const CORE: (&str, &str) = (
    "core/Cargo.toml",
    "[package]\nname = \"my-core\"\n[dependencies]\nclock = { path = \"../util/clock\", package = \"my-clock\" }\n",
);
const CLOCK: (&str, &str) = ("util/clock/Cargo.toml", "[package]\nname = \"my-clock\"\n");
const SHELL: (&str, &str) =
    ("shell/Cargo.toml", "[package]\nname = \"shell\"\n[dependencies]\nmy-core = { path = \"../core\" }\n");
const SHELL_MAIN: (&str, &str) = ("shell/src/main.rs", "fn main() { std::process::exit(0) }\n");
const CORE_LIB: (&str, &str) = (
    "core/src/lib.rs",
    "#![no_std]
pub trait Machine { type State; fn apply(state: Self::State) -> Self::State; }
mod rules;
pub struct Counter;
pub struct State { pub count: u64, pub history: rules::History }
impl Machine for Counter {
    type State = State;
    fn apply(state: State) -> State { rules::charge(state) }
}
",
);
const CORE_RULES: (&str, &str) = (
    "core/src/rules.rs",
    "use super::State;
pub struct History(pub f64);
pub fn charge(state: State) -> State { rate(); state }
fn rate() -> u64 { clock::read() }
pub fn never_called() { clock::pause(); }
",
);
const CLOCK_LIB: (&str, &str) = (
    "util/clock/src/lib.rs",
    "use std::time::{Instant, SystemTime};
pub fn read() -> u64 { helper::now() }
pub fn pause() { let _ = Instant::now(); }
mod helper { pub fn now() -> u64 { super::SystemTime::now(); 0 } }
",
);

fn all() -> Vec<(&'static str, &'static str)> {
    vec![ROOT, CORE, CLOCK, SHELL, SHELL_MAIN, CORE_LIB, CORE_RULES, CLOCK_LIB]
}

fn run(dir: &Path, options: &Options) -> Outcome {
    check_workspace(dir, options).expect("a workspace")
}

/// File, line, rule and way of each finding.
fn lines(outcome: &Outcome) -> Vec<String> {
    let line = |finding: &zero_sim::check::Finding| {
        format!("{}:{} {} {}", finding.file, finding.pos.line, finding.rule.id, finding.reached_from.join(" -> "))
    };
    outcome.findings.iter().map(line).collect()
}

#[test]
fn a_crate_that_implements_machine_is_linted_without_a_configuration() {
    let dir = workspace(&all());
    let outcome = run(dir.path(), &Options::default());
    let apply = "my_core::Counter::apply";
    assert_eq!(
        lines(&outcome),
        [
            format!("core/src/rules.rs:2 ZS301 {apply}"),
            format!(
                "util/clock/src/lib.rs:4 ZS101 {apply} -> my_core::rules::charge -> my_core::rules::rate -> my_clock::read -> my_clock::helper::now"
            ),
        ]
    );
    assert_eq!((outcome.entries.as_slice(), outcome.exit_code()), ([apply.to_string()].as_slice(), 1));
    assert_eq!((outcome.files, outcome.functions), (3, 5), "the shell stands above the core");
}

#[test]
fn what_is_not_reached_is_reported_with_all() {
    let dir = workspace(&all());
    let outcome = run(dir.path(), &Options { all: true, ..Options::default() });
    assert!(
        lines(&outcome).contains(&"util/clock/src/lib.rs:3 ZS102 my_clock::pause".to_string()),
        "{:?}",
        lines(&outcome)
    );
    assert!(lines(&outcome).iter().all(|line| !line.starts_with("shell")));
}

#[test]
fn layers_have_profiles_and_dead_lines_are_told() {
    let mut files = all();
    files.push((
        "zero-sim.toml",
        "[[layer]]\nname = \"core\"\npaths = [\"core\", \"nowhere\"]\ncrates = [\"unused\"]\nentry = [\"my_core::rules::gone\"]\n\
         [[layer]]\nname = \"shell\"\npaths = [\"shell\"]\nprofile = \"thin\"\n",
    ));
    let dir = workspace(&files);
    let outcome = run(dir.path(), &Options::default());
    let found = lines(&outcome);
    for wanted in ["zero-sim.toml:3 ZS993 ", "zero-sim.toml:4 ZS993 ", "zero-sim.toml:1 ZS996 "] {
        assert!(found.contains(&wanted.to_string()), "{wanted} in {found:?}");
    }
    assert_eq!(outcome.exit_code(), 2, "a missing entry point keeps the run from meaning anything");
    assert_eq!(outcome.layers, [("core".to_string(), 1), ("shell".to_string(), 1)]);
}

#[test]
fn a_thin_layer_reads_the_clock_in_one_file_and_decides_nothing() {
    let mut files = all();
    files.retain(|(name, _)| !name.starts_with("shell/src"));
    files.push((
        "shell/src/main.rs",
        "mod clock;\nmod door;\nfn main() { clock::now(); door::on(my_core::Event::Paid); }\n",
    ));
    files.push(("shell/src/clock.rs", "pub fn now() { std::time::SystemTime::now(); }\n"));
    files.push((
        "shell/src/door.rs",
        "use my_core::Event;\npub fn on(event: Event) { std::time::SystemTime::now(); match event { Event::Paid => {} } }\n",
    ));
    files.retain(|(name, _)| *name != "core/src/lib.rs");
    files.push((
        "core/src/lib.rs",
        "pub trait Machine { type Event; fn apply(); }\npub struct M;\npub enum Event { Paid }\n\
         impl Machine for M { type Event = Event; fn apply() {} }\n",
    ));
    files.push((
        "zero-sim.toml",
        "[[layer]]\nname = \"core\"\npaths = [\"core\"]\n[[layer]]\nname = \"shell\"\npaths = [\"shell\"]\nprofile = \"thin\"\nclock = \"shell/src/clock.rs\"\n",
    ));
    let dir = workspace(&files);
    let found = lines(&run(dir.path(), &Options::default()));
    assert_eq!(found, ["shell/src/door.rs:2 ZS105 shell::door::on", "shell/src/door.rs:2 ZS110 "]);
}

#[test]
fn manifests_are_judged() {
    let mut files = all();
    files.retain(|(name, _)| *name != "core/Cargo.toml");
    files.push((
        "core/Cargo.toml",
        "[package]\nname = \"my-core\"\n[dependencies]\nclock = { path = \"../util/clock\", package = \"my-clock\" }\nserde = \"1\"\nmystery = \"1\"\n\
         rand_core = { version = \"0.9\", features = [\"os_rng\"] }\n[dev-dependencies]\nproptest = \"1\"\n",
    ));
    files.push(("core/build.rs", "fn main() {}\n"));
    let dir = workspace(&files);
    let found = lines(&run(dir.path(), &Options::default()));
    let manifest: Vec<_> = found.iter().filter(|line| line.contains("ZS002")).collect();
    assert_eq!(manifest, ["core/Cargo.toml:6 ZS002 ", "core/Cargo.toml:7 ZS002 ", "core/build.rs:1 ZS002 "]);
}

#[test]
fn the_lock_file_shows_what_somebody_else_turned_on() {
    let lock = |used: &str| {
        format!(
            "version = 4\n[[package]]\nname = \"getrandom\"\nversion = \"0.3.4\"\n\
             [[package]]\nname = \"my-core\"\nversion = \"0.0.0\"\ndependencies = [\"rand_core 0.9.3\", \"serde\"]\n\
             [[package]]\nname = \"rand_core\"\nversion = \"0.6.4\"\ndependencies = [\"getrandom\"]\n\
             [[package]]\nname = \"rand_core\"\nversion = \"0.9.3\"\n{used}\
             [[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n"
        )
    };
    let manifest = "[package]\nname = \"my-core\"\n[dependencies]\nserde = \"1\"\nrand_core = \"0.9\"\n";
    let found = |lock: &str| {
        let mut files = all();
        files.retain(|(name, _)| *name != "core/Cargo.toml");
        files.extend([("core/Cargo.toml", manifest), ("Cargo.lock", lock)]);
        let whole = run(workspace(&files).path(), &Options::default());
        let of = whole.findings.iter().filter(|finding| finding.rule.id == "ZS002");
        of.map(|finding| format!("{}:{} {}", finding.file, finding.pos.line, finding.path)).collect::<Vec<_>>()
    };
    assert!(found(&lock("")).is_empty(), "another version's business: {:?}", found(&lock("")));
    assert_eq!(found(&lock("dependencies = [\"getrandom\"]\n")), ["core/Cargo.toml:5 rand_core -> getrandom"]);
}

#[test]
fn data_is_included_from_a_folder_with_a_hash() {
    let lib = "pub trait Machine { fn apply() -> (&'static str, &'static [u8]); }\npub struct M;\n\
               impl Machine for M { fn apply() -> (&'static str, &'static [u8]) {\n\
               (include_str!(\"../data/a.txt\"),\n include_bytes!(\"lib.rs\")) } }\n";
    let config = |hash: &str| {
        let data = format!("data = [{{ dir = \"core/data\", sha256 = \"{hash}\" }}]");
        format!("[[layer]]\nname = \"core\"\npaths = [\"core\"]\n{data}\n")
    };
    let found = |config: &str| {
        let data = [("core/data/a.txt", "a\n"), ("core/data/b/c.txt", ""), ("core/src/lib.rs", lib)];
        let manifest = ("core/Cargo.toml", "[package]\nname = \"my-core\"\n");
        let dir = workspace(&[&[ROOT, manifest, ("zero-sim.toml", config)], &data[..]].concat());
        let findings = run(dir.path(), &Options::default()).findings;
        let of = findings.iter().filter(|finding| finding.rule.id == "ZS831");
        of.map(|finding| format!("{}:{} {}", finding.file, finding.pos.line, finding.message)).collect::<Vec<_>>()
    };
    let wrong = found(&config("00"));
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    let told = wrong[2].split("SHA-256 ").nth(1).expect("the hash").split(',').next().expect("it").to_string();
    // find . -type f | sed 's:^./::' | LC_ALL=C sort | xargs -r sha256sum | sha256sum
    assert_eq!(told, "b4853d21c1e349ce5c71ca1c8db874006b9f89844e9a865bf6065d6f731a9740");
    assert_eq!(found(&config(&told)), ["core/src/lib.rs:5 `std::include_bytes!` differs from build to build"]);
}

#[test]
fn a_private_trait_of_that_name_is_no_entry_and_a_comment_is() {
    let private = (
        "core/src/lib.rs",
        "trait Machine { fn apply(); }\nstruct M;\nimpl Machine for M { fn apply() { std::process::id(); } }\n",
    );
    let mut files = vec![ROOT, CORE, CLOCK, ("util/clock/src/lib.rs", ""), private];
    let dir = workspace(&files);
    assert!(run(dir.path(), &Options::default()).findings.iter().all(|finding| finding.rule.id != "ZS721"));
    files[4] = ("core/src/lib.rs", "// zero-sim: entry\npub fn on_event() { std::process::id(); }\n");
    let dir = workspace(&files);
    assert_eq!(lines(&run(dir.path(), &Options::default())), ["core/src/lib.rs:2 ZS721 my_core::on_event"]);
    let named = Options { entries: vec!["my_core::nothing".to_string()], ..Options::default() };
    assert_eq!(run(dir.path(), &named).exit_code(), 2);
}

#[test]
fn advice_and_opt_in_rules_speak_when_asked() {
    let lib = "pub trait Machine { type State; fn apply(state: Self::State) -> Self::State; }\npub struct M;\n\
               pub struct State { pub expires_at: u64 }\nimpl Machine for M {\n    type State = State;\n    fn apply(state: State) -> State { state }\n}\n";
    let dir = workspace(&[("Cargo.toml", "[package]\nname = \"core\"\n"), ("src/lib.rs", lib)]);
    assert_eq!(run(dir.path(), &Options::default()).exit_code(), 0);
    let asked = Options { on: vec!["ZS010".to_string(), "ZS104".to_string()], ..Options::default() };
    assert_eq!(lines(&run(dir.path(), &asked)), ["src/lib.rs:1 ZS010 ", "src/lib.rs:6 ZS104 "]);
}

#[test]
fn nothing_linted_is_no_success() {
    let dir = workspace(&[("Cargo.toml", "[package]\nname = \"empty\"\n"), ("src/lib.rs", "pub fn f() {}\n")]);
    let outcome = run(dir.path(), &Options::default());
    assert_eq!((lines(&outcome).iter().any(|line| line.contains("ZS997")), outcome.exit_code()), (true, 2));
}
