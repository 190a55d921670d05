//! The README is true: its commands run, and its failing run fails as it says.

use std::path::{Path, PathBuf};

use assert_cmd::Command;

const README: &str = include_str!("../../README.md");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// The fenced blocks of one kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let parts = README.split("```").skip(1).step_by(2);
    parts.filter_map(|block| block.strip_prefix(kind)?.strip_prefix('\n')).collect()
}

#[test]
fn every_sim_command_runs() {
    let commands = blocks("sh").into_iter().flat_map(str::lines);
    let sim: Vec<_> = commands.filter_map(|line| line.strip_prefix("cargo run --release -p sim -- ")).collect();
    assert!(sim.len() >= 5, "{sim:?}");
    for args in sim {
        let output =
            Command::cargo_bin("sim").expect("built").current_dir(root()).args(args.split_whitespace()).output();
        let output = output.expect("ran");
        assert!(output.status.success(), "{args}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn the_other_command_is_the_gate() {
    assert!(blocks("sh").contains(&"bash tests/run\n"));
    assert!(root().join("tests/run").exists());
}

#[cfg(feature = "planted")]
#[test]
fn the_failing_run_fails_as_shown() {
    let shown = blocks("text").into_iter().find_map(|block| block.strip_prefix("$ sim ")).expect("a shown run");
    let (command, shown) = shown.split_once('\n').expect("a command and its output");
    let args = command.replace("scenarios/", &format!("{}/scenarios/", root().display()));
    let dir = tempfile::tempdir().expect("a directory");
    let output = Command::cargo_bin("sim").expect("built").current_dir(&dir).args(args.split_whitespace()).output();
    let told = String::from_utf8_lossy(&output.expect("ran").stdout).into_owned();
    for line in shown.lines().filter(|line| *line != "...") {
        assert!(told.lines().any(|told| told == line), "`{line}` is not in\n{told}");
    }
}
