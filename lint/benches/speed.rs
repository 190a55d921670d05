//! How long linting takes beside bare parsing and beside clippy, over real crates: `cargo bench -p zero-sim`.
//!
//! `ZERO_SIM_BENCH` names a directory of crates; by default it is the local cargo registry's sources. Prints ratios: they travel
//! between machines, seconds do not.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use zero_sim::{Options, check_files};

/// The corpus of the bars: so many lines, as near as whole crates allow.
const LINES: usize = 605_000;

fn main() {
    let Some(dir) = corpus() else {
        println!("no crates found: set ZERO_SIM_BENCH to a directory of crates");
        return;
    };
    let (roots, files, lines) = pick(&dir);
    println!("{} crates, {} files, {lines} lines", roots.len(), files.len());
    let bare = best(|| bare_parse(&files));
    let one = Options { threads: 1, today: Some("2026-01-01".to_string()), ..Options::default() };
    let ours = best(|| _ = check_files(&roots, &one));
    println!("bare syn::parse_file  {bare:?}, {:.2} M lines/s", lines as f64 / bare.as_secs_f64() / 1e6);
    let lower = best(|| lower(&files));
    println!("parsing and lowering  {lower:?}, {:.2} x bare", lower.as_secs_f64() / bare.as_secs_f64());
    println!("zero-sim, one core    {ours:?}, {:.2} x bare", ours.as_secs_f64() / bare.as_secs_f64());
    let two = best(|| _ = check_files(&roots, &Options { threads: 2, ..one.clone() }));
    println!("zero-sim, two cores   {two:?}, {:.2} x bare", two.as_secs_f64() / bare.as_secs_f64());
    again(&roots, &one, ours);
}

/// A second run over unchanged files, with the cache.
fn again(roots: &[PathBuf], options: &Options, first: Duration) {
    let cache = std::env::temp_dir().join(format!("zero-sim-bench-{}.cache", std::process::id()));
    let options = Options { cache: Some(cache.clone()), ..options.clone() };
    check_files(roots, &options);
    let second = best(|| _ = check_files(roots, &options));
    println!("with a warm cache     {second:?}, {:.2} x the first run", second.as_secs_f64() / first.as_secs_f64());
    _ = std::fs::remove_file(cache);
}

/// The best of three.
fn best(run: impl Fn()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..3).map(time).min().unwrap_or_default()
}

fn bare_parse(files: &[PathBuf]) {
    for file in files {
        if let Ok(text) = std::fs::read_to_string(file) {
            std::hint::black_box(syn::parse_file(&text).is_ok());
            proc_macro2::extra::invalidate_current_thread_spans();
        }
    }
}

fn lower(files: &[PathBuf]) {
    for text in files.iter().filter_map(|file| std::fs::read_to_string(file).ok()) {
        std::hint::black_box(zero_sim::summary::summarize(&text));
    }
}

fn corpus() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("ZERO_SIM_BENCH") {
        return Some(dir.into());
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))?;
    std::fs::read_dir(home.join("registry/src")).ok()?.filter_map(Result::ok).map(|entry| entry.path()).next()
}

/// Crates in order of name until the lines are enough: their roots, all files that these reach, lines.
fn pick(dir: &Path) -> (Vec<PathBuf>, Vec<PathBuf>, u64) {
    let mut crates: Vec<PathBuf> = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("src"))
        .collect();
    crates.sort();
    let (mut roots, mut files, mut lines) = (Vec::new(), Vec::new(), 0);
    for src in crates.into_iter().filter(|src| src.join("lib.rs").is_file()) {
        let outcome = check_files(std::slice::from_ref(&src), &Options { threads: 1, ..Options::default() });
        if lines + outcome.lines > LINES as u64 * 11 / 10 {
            continue;
        }
        files.extend(outcome.names.iter().map(PathBuf::from));
        lines += outcome.lines;
        roots.push(src);
    }
    (roots, files, lines)
}
