//! The command line as a stranger meets it: good runs, wrong expectations, malformed and missing files, what is left on disk.

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use machine::kernel::{note::NoteKey, tlog_proof::TlogProof};
use serde_json::Value;

const TRUST_LOOP: &str = include_str!("../../scenarios/trust_loop.toml");

/// Runs `sim` from the repository's root.
fn sim(args: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    Command::cargo_bin("sim").expect("built").current_dir(root).args(args).output().expect("ran")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_slice(&sim(args).stdout).expect("one JSON object")
}

/// Writes a scenario into a directory of its own and runs it.
fn run(scenario: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("scenario.toml");
    fs::write(&file, scenario).expect("written");
    let output = sim(&[&["run", file.to_str().expect("a path")], more].concat());
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_trust_loop_passes_with_the_same_root_everywhere() {
    let output = sim(&["run", "scenarios/trust_loop.toml"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let golden: Value = serde_json::from_str(include_str!("golden/golden.json")).expect("golden runs");
    let root = golden["runs"][1]["run_root"].as_str().expect("the trust loop's");
    assert!(told.trim_end().ends_with(&format!("Pass  seed 1  run root {root}")), "{told}");
    for part in
        ["alice gets 100 points (100 + 0 bonus)", "refused: self_referral", "the referral closes: alice's no. 1"]
    {
        assert!(told.contains(part), "{part}:\n{told}");
    }
}

#[test]
fn json_is_one_canonical_object_with_everything_in_it() {
    let output = sim(&["run", "scenarios/trust_loop.toml", "--json"]);
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let canonical = serde_json_canonicalizer::to_vec(&value).expect("canonical");
    assert_eq!(output.stdout.strip_suffix(b"\n"), Some(canonical.as_slice()));
    for key in ["scenario", "seed", "verdict", "run_root", "entries", "head", "state_root", "effects", "refusals"] {
        assert!(!value[key].is_null(), "{key}");
    }
    assert_eq!(value["points_micro"], serde_json::json!({ "alice": 100_000_000, "bob": 0 }));
    assert_eq!(value["coherence_ppm"], serde_json::json!({ "alice": 200_000, "bob": 200_000 }));
}

#[test]
fn seeds_are_numbers_that_json_carries_exactly() {
    let last = "9007199254740991";
    let output = sim(&["run", "scenarios/trust_loop.toml", "--json", "--seed", last]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains(&format!("\"seed\":{last},")), "{}", text(&output.stdout));
    for more in [&["--seed", "9007199254740992"][..], &["--seed", last, "--seeds", "2"]] {
        let output = sim(&[&["run", "scenarios/trust_loop.toml", "--json"], more].concat());
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()), "{more:?}");
        assert!(text(&output.stderr).contains(last), "{more:?}: {}", text(&output.stderr));
    }
    let (code, _, err) = run(&format!("seed = 9007199254740992\n{TRUST_LOOP}"), &[]);
    assert!(code == Some(2) && err.contains("a whole number, 0 to 9007199254740991"), "{err}");
}

#[test]
fn another_seed_is_another_run_and_the_same_seed_the_same() {
    let root = |seed: &str| {
        json(&["run", "scenarios/trust_loop.toml", "--json", "--seed", seed, "--faults", "swarm"])["run_root"].clone()
    };
    assert_eq!(root("5"), root("5"));
    assert_ne!(root("5"), root("6"));
}

#[test]
fn without_the_code_or_without_one_of_the_messages_there_is_no_reward() {
    let without = |line: &str| {
        let kept: Vec<&str> =
            TRUST_LOOP.lines().filter(|kept| !kept.contains(line) && !kept.contains("expect_profile")).collect();
        kept.join("\n").replace("alice = \"100\"", "alice = \"0\"")
    };
    for line in ["do = \"use_referral\", of = \"alice\"", "Welcome, Bob!", "Glad to be here."] {
        let scenario = without(line)
            .replace("REFERRAL_USE = 1, MESSAGE = 2", "PROFILE_UPDATED = 1")
            .replace("PROFILE_UPDATED = 1, PROFILE", "PROFILE");
        let (code, out, err) = run(&scenario, &["--json"]);
        assert_eq!(code, Some(0), "{line}: {out}{err}");
        let value: Value = serde_json::from_str(&out).expect("JSON");
        assert!(value["effects"]["RewardGranted"].is_null(), "{line}: {out}");
        assert_eq!(value["points_micro"]["alice"], 0, "{line}");
    }
}

#[test]
fn a_wrong_expectation_is_shown_beside_what_was_found() {
    let (code, out, _) = run(&TRUST_LOOP.replace("alice = \"100\"", "alice = \"120\""), &[]);
    assert_eq!(code, Some(1), "{out}");
    let line = out.lines().find(|line| line.contains("points alice")).expect("a line about it");
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["points", "alice", "120", "100"]);
}

#[test]
fn a_refusal_that_nobody_declared_fails_the_run() {
    let (code, out, _) = run(&TRUST_LOOP.replace(", refused = \"self_referral\"", ""), &[]);
    assert_eq!(code, Some(1));
    assert!(out.contains("was refused as self_referral, which nobody declared"), "{out}");
    let (code, out, _) = run(&TRUST_LOOP.replace("of = \"alice\" },", "of = \"alice\", refused = \"cap\" },"), &[]);
    assert_eq!(code, Some(1));
    assert!(out.contains("should be refused as cap, was not refused"), "{out}");
}

#[test]
fn all_mistakes_of_a_scenario_are_told_at_their_places() {
    let bad = TRUST_LOOP.replace("do = \"use_referral\", of = \"alice\"", "do = \"use_referal\", of = \"alcie\"");
    let (code, out, err) = run(&bad, &[]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    for part in [
        "no step is called `use_referal`",
        "scenario.toml:13:27",
        "did you mean `use_referral`?",
        "mistake",
        "nothing was run (exit 2)",
    ] {
        assert!(err.contains(part), "{part}:\n{err}");
    }
    let (code, out, _) = run(&bad, &["--json"]);
    let value: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        (code, &value["mistakes"][0]["line"], &value["mistakes"][0]["column"]),
        (Some(2), &13.into(), &27.into())
    );
}

#[test]
fn a_setting_that_does_nothing_is_refused_by_its_name() {
    let (code, _, err) = run(&TRUST_LOOP.replace("[actors]", "[node]\nsnapshot_every = 8\n[actors]"), &[]);
    assert!(code == Some(2) && err.contains("[node] has no key `snapshot_every`"), "{err}");
}

#[test]
fn what_cannot_run_says_so_and_exits_2() {
    let output = sim(&["run", "no/such/file.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no/such/file.toml"), "{}", text(&output.stderr));
    assert_eq!(sim(&["run"]).status.code(), Some(2));
    assert_eq!(sim(&["dance"]).status.code(), Some(2));
    let planted = sim(&["run", "scenarios/trust_loop.toml", "--planted", "gremlin"]);
    assert_eq!(planted.status.code(), Some(2));
    assert!(text(&planted.stderr).contains("gremlin"));
}

#[test]
fn what_a_run_leaves_is_a_closed_ledger_and_nothing_is_overwritten() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().join("ledger");
    let out = out.to_str().expect("a path");
    let value = json(&["run", "scenarios/trust_loop.toml", "--json", "--out", out]);
    let ledger = fs::read_to_string(Path::new(out).join("segment-0000000000000000.jsonl")).expect("a segment");
    let lines: Vec<Value> = ledger.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len() as u64, value["size"].as_u64().expect("a number"));
    assert_eq!(lines.last().map(|line| &line["hash"]), Some(&value["head"]));
    assert_eq!(lines.last().map(|line| &line["state"]), Some(&value["state_root"]));
    for line in ledger.lines() {
        let canonical = serde_json_canonicalizer::to_string(&serde_json::from_str::<Value>(line).expect("JSON"));
        assert_eq!(canonical.expect("canonical"), line);
    }
    assert!(Path::new(out).join("checkpoint").exists());
    let again = sim(&["run", "scenarios/trust_loop.toml", "--out", out]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("is not empty"));
}

#[test]
fn a_trace_has_a_line_for_every_event() {
    let dir = tempfile::tempdir().expect("a directory");
    let trace = dir.path().join("trace.jsonl");
    assert!(sim(&["run", "scenarios/trust_loop.toml", "--trace", trace.to_str().expect("a path")]).status.success());
    let lines = fs::read_to_string(&trace).expect("written");
    assert!(lines.lines().count() > 50);
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn shrinking_a_failing_scenario_leaves_what_fails_and_writes_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let (bad, small) = (dir.path().join("bad.toml"), dir.path().join("small.toml"));
    fs::write(&bad, TRUST_LOOP.replace("points = \"100\"", "points = \"90\"")).expect("written");
    let args = |file: &Path| file.to_str().expect("a path").to_string();
    let output = sim(&["shrink", &args(&bad), "--crypto", "sealed", "--out", &args(&small)]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let scenario = fs::read_to_string(&small).expect("written");
    assert_eq!(scenario.matches("{ actor =").count(), 6, "those that give the 100 points which it finds:\n{scenario}");
    assert!(!scenario.contains("update_profile"), "a name is no part of it:\n{scenario}");
    assert_eq!(sim(&["run", &args(&small)]).status.code(), Some(1), "and it fails again");
    let good = sim(&["shrink", "scenarios/trust_loop.toml", "--crypto", "sealed"]);
    assert_eq!(good.status.code(), Some(0));
    assert!(text(&good.stdout).contains("nothing to shrink"));
}

#[test]
fn the_lists_name_every_word() {
    let steps = text(&sim(&["steps"]).stdout);
    for word in ["login", "update_profile", "use_referral", "message", "expect_profile", "[ruleset]", "[expect]"] {
        assert!(steps.contains(word), "{word}");
    }
    let tables = json(&["tables", "--json"]);
    assert_eq!(tables["tables"].as_array().map(Vec::len), Some(19));
    assert_eq!(json(&["faults", "--json"])["faults"].as_array().map(Vec::len), Some(sim::engine::FAULT_COUNT));
}

#[test]
fn a_run_explains_itself_from_the_ledger_that_it_left() {
    let dir = tempfile::tempdir().expect("a directory");
    let ledger = dir.path().join("ledger");
    let ledger = ledger.to_str().expect("a path");
    assert_eq!(sim(&["run", "scenarios/every_event.toml", "--out", ledger]).status.code(), Some(0));
    let told = text(&sim(&["explain", "reward", "--ledger", ledger]).stdout);
    for part in [
        "bonus     2 points: 100 points x 20 % coherence / 10",
        "150 - 100 points used = 50 left  <- binds",
        "granted   50 points",
    ] {
        assert!(told.contains(part), "{part}:\n{told}");
    }
    let all = json(&["explain", "reward", "--ledger", ledger, "--json"]);
    let vkey = told.lines().find_map(|line| line.split_once("the log's key is ")).expect("a key").1;
    let vkey = NoteKey::from_vkey(vkey).expect("a key");
    for evidence in all[0]["proofs"].as_array().expect("proofs") {
        let proof = TlogProof::parse(evidence["proof"].as_str().expect("text")).expect("a proof");
        proof.check(evidence["entry"].as_str().expect("a line").as_bytes(), &vkey).expect("it holds");
    }
    assert_eq!(all[0]["proofs"].as_array().map(Vec::len), Some(5));
    let referred = all[0]["referred"].as_str().expect("a user");
    let waiting = text(&sim(&["explain", "referral", referred, "--ledger", ledger, "--at", "6"]).stdout);
    assert_eq!(waiting.matches("waits     for a message").count(), 2, "{waiting}");
    for (args, code, says) in [
        (vec!["explain", "reward", "00", "--ledger", ledger], 2, "`00` is no id"),
        (vec!["explain", "session", &"0".repeat(64), "--ledger", ledger], 1, "was opened"),
        (vec!["explain", "reward", "--ledger", "no/such/folder"], 2, "no/such/folder"),
        (vec!["explain", "reward", "--ledger", ledger, "--at", "46"], 0, ""),
        (
            vec!["explain", "reward", "--ledger", ledger, "--at", "47"],
            2,
            "error: --at 47: there is no such entry; those of this ledger are 0 to 46",
        ),
        (vec!["explain", "reward", "--ledger", ledger, "--at", "18446744073709551615"], 2, "there is no such entry"),
    ] {
        let output = sim(&args);
        assert_eq!((output.status.code(), text(&output.stderr).contains(says)), (Some(code), true), "{args:?}");
    }
}

/// Every number of a scenario at its largest, in each place that adds to one: a finding would be the simulator's own.
#[test]
fn no_number_of_a_scenario_is_too_large_to_be_counted_with() {
    let last = "9007199254740991";
    let step = |what: &str| format!("  {{ actor = \"ann\", {what} }},\n");
    let login = step("do = \"login\"");
    let profile = |what: &str| login.clone() + &step(&format!("do = \"update_profile\", name = \"Ann\", {what}"));
    let mut steps: Vec<String> =
        ["", ", tamper = \"field\""].map(|spoil| profile(&format!("counter = {last}{spoil}"))).into();
    for key in ["ttl", "issued_in", "issued_ago", "lifetime"] {
        for days in ["213503982d", "104249991d", "2932896d"] {
            steps.extend(
                ["", ", tamper = \"field\""].map(|spoil| step(&format!("do = \"login\", {key} = \"{days}\"{spoil}"))),
            );
        }
    }
    steps.push(profile("after = \"213503982d\""));
    for steps in &steps {
        let head = "name = \"large\"\nstart = \"2026-01-01T00:00:00Z\"\ncrypto = \"sealed\"\n[actors]\nann = { wallet = \"eip155\" }\n";
        let (code, told, err) = run(&format!("{head}[story]\nsteps = [\n{steps}]\n"), &[]);
        assert!(code == Some(1) && told.contains("was refused as "), "{steps}: {code:?}\n{told}{err}");
    }
}
