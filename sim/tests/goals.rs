//! Goals: every effect, every event and every refusal is reached by some scenario, so that none of them only exists on paper.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use machine::trust::{Trust, effect::EFFECTS, kinds::precedence, refusal::REFUSALS};
use sim::{
    System as _,
    engine::{Faults, Source, Verdict, run},
    ledger::goals::{EARLY_CHECKPOINT, GROUP, LATE_REFUSAL, RECOVERY, ROTATION, SWEEP, TORN},
    scenario::Document,
    system::Options,
    trust::checks::{ERASED_REFUSED, SKIPPED},
};

/// Refusals that no client of a door can earn, and where they are earned instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("genesis", "a door takes no event before it is founded: machine/src/trust/tests.rs"),
    ("size", "no well-formed intent is that long, a ruleset is: machine/src/trust/tests.rs"),
    ("session_exists", "a node answers a repeated login with its first entry: machine/src/trust/tests.rs"),
    ("semantics", "a scenario's rulesets have the semantics of this binary: machine/src/trust/tests.rs"),
];

fn scenarios(under: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join(under)).expect("a folder").map(|entry| entry.expect("readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

fn read(file: &Path) -> Document {
    let text = fs::read_to_string(file).expect("readable");
    let document = Document::read(&file.display().to_string(), &text, &Trust::vocabulary());
    document.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

#[test]
fn a_crowd_brings_the_node_to_what_only_load_and_crashes_do() {
    let document = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/faults/a_crowd.toml"));
    let options = Options { seed: 1, real: false, faults: document.faults.faults(Trust::swarm()), planted: None };
    let world = Trust::world(&document, &options).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let mut reached: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 1..=30 {
        let report = run(&world, Source::Seed(seed));
        let history = Trust::history(&world);
        assert_eq!((&report.verdict, &history.failures), (&Verdict::Pass, &Vec::new()), "seed {seed}");
        for (goal, was_reached) in report.goals {
            *reached.entry(goal).or_default() += u64::from(was_reached);
        }
    }
    println!("runs of 30 that reach each goal: {reached:?}");
    let of_the_node = [GROUP, ROTATION, LATE_REFUSAL, EARLY_CHECKPOINT, RECOVERY, TORN, SWEEP];
    for goal in of_the_node.into_iter().chain([SKIPPED, ERASED_REFUSED]) {
        assert!(reached.get(goal).is_some_and(|runs| *runs > 0), "no run of the crowd comes to `{goal}`: {reached:?}");
    }
}

#[test]
fn every_event_effect_and_refusal_is_reached_by_a_scenario() {
    let mut reached = BTreeSet::new();
    for file in scenarios("smoke").into_iter().chain(scenarios("")) {
        let document = read(&file);
        let options = Options { seed: 1, real: false, faults: Faults::none(), planted: None };
        let world = Trust::world(&document, &options).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
        let report = run(&world, Source::Seed(1));
        let history = Trust::history(&world);
        assert_eq!((&report.verdict, &history.failures), (&Verdict::Pass, &Vec::new()), "{}", file.display());
        reached
            .extend(history.effects.into_keys().chain(history.entries.into_keys()).chain(history.refusals.into_keys()));
    }
    let effects = EFFECTS.iter().map(|(kind, _)| *kind);
    let events = precedence().into_iter().map(|(kind, _)| kind);
    let refusals = REFUSALS.iter().map(|(_, code, _)| *code);
    let elsewhere = |code: &&str| ELSEWHERE.iter().any(|(known, _)| known == code);
    let missing: Vec<&str> =
        effects.chain(events).chain(refusals).filter(|goal| !reached.contains(*goal) && !elsewhere(goal)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "no scenario reaches these; add one under scenarios/smoke");
    let needless: Vec<&str> = ELSEWHERE.iter().map(|(code, _)| *code).filter(|code| reached.contains(*code)).collect();
    assert_eq!(needless, Vec::<&str>::new(), "a scenario reaches these: take them off the list");
}
