//! The command: formats, exit codes, waivers, baseline, standard input, cache, init.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const BAD: &str = "pub trait Machine { fn apply(); }\npub struct M;\nimpl Machine for M { fn apply() { charge() } }\nfn charge() { rate() }\nfn rate() { std::time::Instant::now(); }\n";
const GOOD: &str = "pub fn apply(x: u64) -> u64 { x.saturating_add(1) }\n";

/// A directory with files.
fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let file = dir.path().join(name);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
        std::fs::write(file, text).expect("written");
    }
    dir
}

fn zero_sim(dir: &Path, args: &[&str]) -> (String, String, i32) {
    run(Command::cargo_bin("zero-sim").expect("the binary"), dir, args, "")
}

fn run(mut command: Command, dir: &Path, args: &[&str], input: &str) -> (String, String, i32) {
    let output = command.current_dir(dir).args(args).write_stdin(input).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(output.stdout), text(output.stderr), output.status.code().expect("a code"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn exit_codes_tell_clean_from_findings_from_failure() {
    let dir = directory(&[("good.rs", GOOD), ("bad.rs", BAD), ("broken.rs", "fn (")]);
    let code = |args: &[&str]| zero_sim(dir.path(), args).2;
    assert_eq!(code(&["check", "good.rs"]), 0);
    assert_eq!(code(&["check", "bad.rs"]), 1);
    for args in [
        &["check", "broken.rs"][..],
        &["check", "none.rs"],
        &["check", "--nonsense"],
        &["check", "--on", "ZS000", "good.rs"],
    ] {
        assert_eq!(code(args), 2, "{args:?}");
    }
    assert_eq!(code(&["check", "--entry", "nothing", "good.rs"]), 2);
    assert_eq!(code(&["check"]), 2, "no manifest anywhere above");
}

#[test]
fn json_has_the_promised_form() {
    let dir = directory(&[("bad.rs", BAD)]);
    let whole = json(&zero_sim(dir.path(), &["check", "bad.rs", "--format", "json"]).0);
    let finding = &whole["findings"][0];
    assert_eq!(
        (finding["file"].as_str(), finding["line"].as_u64(), finding["column"].as_u64()),
        (Some("bad.rs"), Some(5), Some(13))
    );
    assert_eq!((finding["rule"].as_str(), finding["group"].as_str()), (Some("ZS102"), Some("time")));
    assert_eq!(finding["path"], "std::time::Instant::now");
    assert_eq!(finding["reached_from"], serde_json::json!(["M::apply", "charge", "rate"]));
    assert_eq!((whole["files"].as_u64(), whole["lines"].as_u64()), (Some(1), Some(5)));
    assert!(whole["rules"].as_u64().is_some_and(|rules| rules > 40));
    let lines = zero_sim(dir.path(), &["check", "bad.rs", "--format", "jsonl"]).0;
    assert_eq!(lines.lines().map(|line| json(line)["rule"].clone()).collect::<Vec<_>>(), ["ZS102"]);
}

#[test]
fn contentious_findings_say_so() {
    let dir = directory(&[("a.rs", "pub fn apply(x: Option<u64>) -> u64 { x.unwrap() }\n")]);
    assert_eq!(zero_sim(dir.path(), &["check", "a.rs"]).2, 0);
    let whole = json(&zero_sim(dir.path(), &["check", "a.rs", "--pedantic", "--format", "json"]).0);
    assert_eq!(
        (whole["findings"][0]["rule"].as_str(), whole["findings"][0]["contentious"].as_bool()),
        (Some("ZS901"), Some(true))
    );
}

#[test]
fn sarif_validates_and_has_flows_and_suppressions() {
    let waived =
        "fn apply() {\n    // zero-sim: allow(ZS721, reason = \"shown in a test\")\n    std::process::id();\n}\n";
    let dir = directory(&[("bad.rs", BAD), ("waived.rs", waived)]);
    let log = json(&zero_sim(dir.path(), &["check", "bad.rs", "waived.rs", "--format", "sarif"]).0);
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sarif-schema-2.1.0.json");
    // One pattern of the official schema has a lone bracket, which only JavaScript forgives.
    let schema = std::fs::read_to_string(schema).expect("the schema").replace("{2}]?$", "{2}\\\\]?$");
    let schema = jsonschema::validator_for(&json(&schema)).expect("a schema");
    let errors: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut spoilt = log.clone();
    spoilt["runs"][0]["results"][0]["level"] = "terrible".into();
    assert!(!schema.is_valid(&spoilt), "the schema is looked at");
    let results = &log["runs"][0]["results"];
    assert_eq!(results[0]["codeFlows"][0]["threadFlows"][0]["locations"].as_array().map(Vec::len), Some(4));
    assert_eq!(results[1]["suppressions"][0]["justification"], "shown in a test");
}

#[test]
fn people_see_the_way_and_github_sees_annotations() {
    let dir = directory(&[("bad.rs", BAD)]);
    let human = zero_sim(dir.path(), &["check", "bad.rs"]).0;
    for part in [
        "error[ZS102]",
        "bad.rs:5:13",
        "reached from M::apply -> charge -> rate",
        "3 functions reached from 1 entry point",
        "1 finding",
    ] {
        assert!(human.contains(part), "{part} in\n{human}");
    }
    let github = zero_sim(dir.path(), &["check", "bad.rs", "--format", "github"]).0;
    assert!(github.starts_with("::error file=bad.rs,line=5,col=13,title=ZS102::"), "{github}");
}

#[test]
fn waivers_cover_and_are_judged_themselves() {
    let text = "fn apply() {\n    // zero-sim: allow(ZS721, reason = \"why\", until = \"2026-05-31\")\n    std::process::id();\n}\n\
                // zero-sim: allow(ZS401, reason = \"nothing there\")\nfn clean() {}\n";
    let dir = directory(&[("a.rs", text)]);
    let rules = |today: &str| {
        let whole = json(&zero_sim(dir.path(), &["check", "a.rs", "--today", today, "--format", "json"]).0);
        let findings =
            whole["findings"].as_array().expect("findings").iter().map(|finding| finding["rule"].to_string());
        (findings.collect::<Vec<_>>().join(" ").replace('"', ""), whole["today"].clone())
    };
    assert_eq!(rules("2026-05-31"), ("ZS991".to_string(), "2026-05-31".into()));
    assert_eq!(rules("2026-06-01").0, "ZS991 ZS721 ZS991");
}

#[test]
fn a_baseline_covers_what_is_known_and_nothing_else() {
    let dir = directory(&[("a.rs", BAD)]);
    let baseline = |action: &str| zero_sim(dir.path(), &["baseline", action, "a.rs", "--baseline", "known.json"]);
    assert_eq!(baseline("write").2, 0);
    std::fs::write(dir.path().join("a.rs"), format!("// moved down\n{BAD}")).expect("written");
    assert_eq!(baseline("check").2, 0, "{}", baseline("check").0);
    std::fs::write(dir.path().join("a.rs"), format!("{BAD}fn more() {{ std::process::id(); }}\n")).expect("written");
    assert_eq!(baseline("check").2, 1, "a new one fails");
    std::fs::write(dir.path().join("a.rs"), GOOD).expect("written");
    let (text, _, code) = baseline("check");
    assert!(code == 1 && text.contains("ZS994"), "{text}");
    assert_eq!((baseline("prune").2, baseline("check").2), (0, 0));
}

#[test]
fn standard_input_is_a_file_too() {
    let dir = directory(&[]);
    let command = Command::cargo_bin("zero-sim").expect("the binary");
    let (text, _, code) =
        run(command, dir.path(), &["check", "-", "--stdin-name", "src/x.rs", "--format", "jsonl"], BAD);
    assert_eq!((json(&text)["file"].as_str(), code), (Some("src/x.rs"), 1));
}

#[test]
fn a_cache_changes_nothing_but_time() {
    let dir = directory(&[("src/lib.rs", BAD), ("Cargo.toml", "[package]\nname = \"core\"\n")]);
    let args = ["check", "--format", "json", "--cache", "kept/cache"];
    let first = zero_sim(dir.path(), &args);
    assert!(dir.path().join("kept/cache").is_file());
    assert_eq!(zero_sim(dir.path(), &args), first);
    std::fs::write(dir.path().join("src/lib.rs"), BAD.replace("Instant", "SystemTime")).expect("written");
    assert!(zero_sim(dir.path(), &args).0.contains("ZS101"));
    std::fs::write(dir.path().join("kept/cache"), "no cache").expect("written");
    assert!(zero_sim(dir.path(), &args).0.contains("ZS101"));
}

#[test]
fn a_damaged_cache_changes_nothing_either() {
    let dir = directory(&[("lib.rs", BAD)]);
    let (file, cache) = (dir.path().join("lib.rs"), dir.path().join("cache"));
    let options = zero_sim::Options { threads: 1, cache: Some(cache.clone()), ..Default::default() };
    let check = || zero_sim::report::json(&zero_sim::check_files(std::slice::from_ref(&file), &options));
    let first = check();
    let whole = std::fs::read(&cache).expect("a cache");
    for at in (0..whole.len()).step_by(3) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(&cache, damaged).expect("written");
        assert_eq!(check(), first, "byte {at}");
        std::fs::write(&cache, &whole[..at]).expect("written");
        assert_eq!(check(), first, "the first {at} bytes");
    }
    assert_eq!(check(), first);
    assert_eq!(std::fs::read_dir(dir.path()).expect("the directory").count(), 2, "nothing is left beside the cache");
}

#[test]
fn init_writes_a_configuration_that_works() {
    let lib = "pub struct S;\npub fn apply(state: S, event: u64) -> S { std::process::id(); state }\n";
    let dir = directory(&[("src/lib.rs", lib), ("Cargo.toml", "[package]\nname = \"my-core\"\n")]);
    assert_eq!(zero_sim(dir.path(), &["init"]).2, 0);
    let written = std::fs::read_to_string(dir.path().join("zero-sim.toml")).expect("written");
    assert!(written.contains("\"my_core::apply\""), "{written}");
    assert_eq!(zero_sim(dir.path(), &["init"]).2, 2, "it overwrites nothing unasked");
    let cargo = Command::cargo_bin("cargo-zero-sim").expect("the binary");
    let (text, _, code) = run(cargo, dir.path(), &["zero-sim"], "");
    assert!(code == 1 && text.contains("ZS721"), "{text}");
}

#[test]
fn the_commands_of_the_readme_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("a README");
    let commands = readme.lines().filter_map(|line| line.strip_prefix("cargo run --release -p zero-sim"));
    let commands: Vec<&str> = commands.map(|args| args.trim_start_matches(" --")).collect();
    assert!(commands.len() >= 3, "{commands:?}");
    for command in commands {
        let (text, errors, code) = zero_sim(root, &command.split_whitespace().collect::<Vec<_>>());
        assert_eq!(code, 0, "{command}: {text}{errors}");
    }
}

#[test]
fn rules_explain_themselves() {
    let dir = directory(&[]);
    let (text, _, code) = zero_sim(dir.path(), &["explain", "zs401"]);
    assert!(
        code == 0 && ["Why", "Instead", "Misses", "Bad", "Good", "BTreeMap"].iter().all(|part| text.contains(part)),
        "{text}"
    );
    assert_eq!(zero_sim(dir.path(), &["explain", "ZS400"]).2, 2);
    assert!(zero_sim(dir.path(), &["rules"]).0.lines().count() > 45);
    let (proof, _, code) = zero_sim(dir.path(), &["rules", "--prove"]);
    assert!(code == 0 && proof.contains("rules fire, 0 do not"), "{proof}");
    assert!(zero_sim(dir.path(), &["limits"]).0.contains("names, not types"));
    assert!(zero_sim(dir.path(), &["rules", "--clippy"]).0.contains("std::time::Instant::now"));
}

#[test]
fn changed_files_only() {
    let dir = directory(&[("src/lib.rs", BAD), ("Cargo.toml", "[package]\nname = \"core\"\n")]);
    let git = |args: &[&str]| {
        let config = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"];
        Command::new("git").current_dir(dir.path()).args(config).args(args).assert().success();
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "first"]);
    assert_eq!(zero_sim(dir.path(), &["check", "--changed"]).2, 0);
    std::fs::write(dir.path().join("src/lib.rs"), format!("{BAD}\n")).expect("written");
    assert_eq!(zero_sim(dir.path(), &["check", "--changed"]).2, 1);
}
