//! Over real crates, where there are any on this machine: nothing panics, and the same bytes come out whatever the threads.

use std::path::PathBuf;

use zero_sim::report::{Format, render};
use zero_sim::{Options, check_files};

/// Crates of the local cargo registry, at most so many.
fn crates(most: usize) -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let sources = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok()?.next()?.ok());
    let Some(sources) = sources else { return Vec::new() };
    let entries = std::fs::read_dir(sources.path()).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<PathBuf> =
        entries.map(|entry| entry.path().join("src")).filter(|src| src.join("lib.rs").is_file()).collect();
    found.sort();
    found.truncate(most);
    found
}

fn own() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    vec![root.join("src"), root.join("../machine/src"), root.join("../sim/src")]
}

fn output(paths: &[PathBuf], threads: usize) -> String {
    let options =
        Options { threads, pedantic: true, all: true, today: Some("2026-01-01".to_string()), ..Options::default() };
    render(&check_files(paths, &options), Format::Json, false, &|_| None)
}

#[test]
fn the_same_bytes_over_one_two_and_eight_threads() {
    let mut paths = own();
    paths.extend(crates(12));
    let one = output(&paths, 1);
    assert!(one.contains("ZS"), "something is found in real code");
    for threads in [2, 8, 2] {
        assert!(output(&paths, threads) == one, "{threads} threads");
    }
}

#[test]
fn nothing_panics_over_crates_of_the_registry() {
    assert!(output(&crates(40), 2).len() > 2);
}

#[test]
#[ignore = "minutes without optimisation: cargo test --release -p zero-sim -- --ignored"]
fn nothing_panics_over_the_whole_registry() {
    assert!(output(&crates(usize::MAX), 2).len() > 2);
}

#[test]
fn hostile_text_is_survived() {
    let nested = |open: &str, close: &str, n: usize| format!("fn f() {{ {}1{}; }}", open.repeat(n), close.repeat(n));
    let mut texts = vec![
        nested("m!(", ")", 200),
        nested("(", ")", 200),
        nested("[", "]", 200),
        "#![cfg(".into(),
        "mod a;".repeat(3),
    ];
    texts.push("use a::b as c; use c::d as a; fn f() { a::x(); c::y() }".into());
    texts.push("type A = B; type B = A; fn f(a: A) { a.elapsed() }".into());
    texts.push("use self::*; pub use super::*; use crate::x::*; mod x { pub use crate::*; } fn f() { y::z() }".into());
    texts.push("macro_rules! m { ($($x:tt)*) => { m!($($x)* $($x)*) } } fn f() { m!(a) }".into());
    texts.push("trait T: T {} impl T for dyn T {} fn f<X: T>(x: X) { x.g().h().i }".into());
    texts.push("// zero-sim: allow(\n// zero-sim:\n/* zero-sim: allow() */ fn f() { r#\"// zero-sim: entry\"#; '\\''; b'\"'; }".into());
    for text in texts {
        let outcome =
            zero_sim::check_text("hostile.rs", &text, &Options { pedantic: true, all: true, ..Options::default() });
        assert_eq!(outcome.files, 1);
    }
}
