//! What linting takes beside bare parsing, over real crates, and beside clippy, over this workspace: `cargo bench -p zero-sim`.
//!
//! `ZERO_SIM_BENCH` names a directory of crates; by default it is the local cargo registry's sources. Prints ratios: they travel
//! between machines, seconds do not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use zero_sim::{Options, check_files};

/// The corpus of the bars: so many lines, or as near below as whole crates allow.
const LINES: usize = 605_000;
/// Each is measured so often, in turn; medians of ratios are told.
const ROUNDS: usize = 5;

fn main() {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    match args.split_first() {
        Some((first, files)) if first.as_os_str() == "--bare" => return bare_parse(files),
        Some((first, files)) if first.as_os_str() == "--lower" => return lower(files),
        _ => {}
    }
    let Some(dir) = corpus() else {
        println!("no crates found: set ZERO_SIM_BENCH to a directory of crates");
        return;
    };
    let (roots, files, lines) = pick(&dir);
    println!("{} crates, {} files, {lines} lines", roots.len(), files.len());
    let cache = std::env::temp_dir().join(format!("zero-sim-bench-{}.cache", std::process::id()));
    let cached = ["--threads", "1", "--cache", &cache.display().to_string()].map(str::to_string);
    let [one, two] = ["1", "2"].map(|threads| ["--threads", threads].map(str::to_string));
    zero_sim(&roots, &cached);
    let round = |_| {
        let [bare, lowered] = [("--bare", &files), ("--lower", &files)].map(|(what, files)| child(what, files));
        [bare, lowered, zero_sim(&roots, &one), zero_sim(&roots, &two), zero_sim(&roots, &cached)]
    };
    let rounds: Vec<[Cost; 5]> = (0..ROUNDS).map(round).collect();
    _ = std::fs::remove_file(cache);
    let ratio = |of: usize, to: usize| median(rounds.iter().map(|round| round[of].seconds / round[to].seconds));
    let bare = median(rounds.iter().map(|round| round[0].seconds));
    println!("bare syn::parse_file  {bare:.2} s, {:.2} M lines/s", lines as f64 / bare / 1e6);
    println!("parsing and lowering  {:.2} x bare", ratio(1, 0));
    println!("zero-sim, one core    {:.2} x bare (bar: 1.25)", ratio(2, 0));
    println!("zero-sim, two cores   {:.2} x bare", ratio(3, 0));
    println!("with a warm cache     {:.2} x the first run (bar: 0.15)", ratio(4, 2));
    println!("memory, one core      {:.0} MB (bar: 150)", median(rounds.iter().map(|round| round[2].megabytes)));
    beside_clippy();
}

/// What a whole process took.
struct Cost {
    seconds: f64,
    megabytes: f64,
}

/// This program, doing one thing.
fn child(what: &str, files: &[PathBuf]) -> Cost {
    cost(Command::new(std::env::current_exe().expect("this program")).arg(what).args(files))
}

fn zero_sim(roots: &[PathBuf], options: &[String]) -> Cost {
    cost(Command::new(env!("CARGO_BIN_EXE_zero-sim")).args(["check", "--format", "json"]).args(options).args(roots))
}

/// Runs it, looking at its memory now and then: the system keeps the most that it had.
fn cost(command: &mut Command) -> Cost {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("it starts");
    let (status, mut megabytes) = (format!("/proc/{}/status", child.id()), 0.0);
    while child.try_wait().expect("a child").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let most =
            text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        megabytes = most.map_or(megabytes, |most| most / 1e3);
        std::thread::sleep(Duration::from_millis(2));
    }
    Cost { seconds: start.elapsed().as_secs_f64(), megabytes }
}

/// The same crates of this workspace under clippy, with their dependencies at hand and nothing incremental.
fn beside_clippy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let target = root.join("target/bench-clippy");
    let cargo = |args: &[&str]| {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(root).env("CARGO_TARGET_DIR", &target).env("CARGO_INCREMENTAL", "0").args(args);
        let done = command.output().expect("cargo");
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let clippy = ["clippy", "--quiet", "--locked", "-p", "machine", "-p", "sim"];
    cargo(&clippy);
    let clippy = median((0..ROUNDS).map(|_| {
        cargo(&["clean", "--quiet", "-p", "machine", "-p", "sim"]);
        time(|| cargo(&clippy))
    }));
    let check = || {
        let checked = Command::new(env!("CARGO_BIN_EXE_zero-sim")).current_dir(root).args(["check", "--all"]).output();
        assert!(checked.expect("the binary").status.success(), "this tree is clean");
    };
    let ours = median((0..ROUNDS).map(|_| time(check)));
    println!("this workspace: clippy {clippy:.2} s, zero-sim {ours:.3} s, {:.0} x faster (bar: 12)", clippy / ours);
}

fn time(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
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
        if lines + outcome.lines > LINES as u64 {
            continue;
        }
        files.extend(outcome.names.iter().map(PathBuf::from));
        lines += outcome.lines;
        roots.push(src);
    }
    (roots, files, lines)
}
