//! Rules about the tree: what stands at the top, who depends on whom, and what no file may name.

use std::fs;

use super::{demand, files, root};

const TOP: &[&str] = &[
    ".ci",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "adapters",
    "clippy.toml",
    "lint",
    "machine",
    "rustfmt.toml",
    "scenarios",
    "sim",
    "tests",
    "zero-sim.toml",
];

const MEMBERS: &[&str] = &["machine", "sim", "tests", "zero-sim"];

/// The members that a manifest's dependencies name, those of tests left out.
fn members(manifest: &str) -> Vec<String> {
    let table: toml::Table = manifest.parse().expect("a manifest");
    let named = table.get("dependencies").and_then(toml::Value::as_table).into_iter().flat_map(|table| table.keys());
    named.filter(|name| MEMBERS.contains(&name.as_str())).cloned().collect()
}

#[test]
fn the_top_level_is_fixed() {
    let mut found: Vec<String> =
        files().iter().filter_map(|file| file.path.split('/').next().map(str::to_string)).collect();
    found.dedup();
    demand(
        found
            .into_iter()
            .filter(|name| !TOP.contains(&name.as_str()))
            .map(|name| format!("{name}: the top level is fixed, put it below"))
            .collect(),
    );
}

#[test]
fn dependencies_point_one_way() {
    let of = |member: &str| members(&fs::read_to_string(root().join(member).join("Cargo.toml")).expect("a manifest"));
    assert_eq!(of("machine"), Vec::<String>::new(), "machine depends on no member");
    assert_eq!(of("sim"), ["machine"], "sim depends on machine alone");
    assert_eq!(members("[dependencies]\nsim = \"1\"\nserde = \"1\"\n"), ["sim"]);
}

/// Whether a line has the needle, and not as a part of a longer word.
fn names(line: &str, needle: &str) -> bool {
    line.match_indices(needle).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric()))
}

#[test]
fn no_file_names_a_machine_or_a_registry() {
    let needles =
        [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"], ["crates", ".io"], ["npmjs", ".org"], ["pypi", ".org"]]
            .map(|parts| parts.concat());
    let lock = |path: &str| path.ends_with("Cargo.lock");
    let findings = files().into_iter().filter(|file| !lock(&file.path)).flat_map(|file| {
        let lines = file.text.lines().enumerate();
        let bad = lines.filter(|(_, line)| needles.iter().any(|needle| names(line, needle)));
        bad.map(|(at, line)| format!("{}:{}: leave it out: {}", file.path, at + 1, line.trim())).collect::<Vec<_>>()
    });
    demand(findings.collect());
}

#[test]
fn crypto_crates_come_in_one_version() {
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock")).expect("a lock file").parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages");
    for name in [
        "sha2",
        "ed25519-dalek",
        "x25519-dalek",
        "curve25519-dalek",
        "chacha20poly1305",
        "k256",
        "rand_chacha",
        "hkdf",
        "sha3",
        "argon2",
    ] {
        let count = packages.iter().filter(|package| package["name"].as_str() == Some(name)).count();
        assert!(count <= 1, "{name} comes in {count} versions: cargo tree -i {name}");
    }
}

#[test]
fn the_readme_is_short() {
    let lines = fs::read_to_string(root().join("README.md")).expect("a README").lines().count();
    assert!(lines <= 250, "README.md has {lines} lines; at most 250, the rest belongs into module docs");
}
