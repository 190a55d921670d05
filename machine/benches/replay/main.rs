//! How fast and how small replaying a ledger is, beside only parsing it (P5, P10), as it grows tenfold (P11), and with every
//! signature checked beside the bare arithmetic of the signatures (P4's bare sum).
//!
//! `cargo bench -p machine --bench replay`, or with `-- small` for 10^4 and 10^5 entries. Each measurement is a process of its
//! own, so that peaks of memory do not mix; everything is measured in turn, and the median of the ratios counts.

mod measure;
mod workload;

use std::{env, fs, path::Path, process::Command};

use measure::{Cost, parse, replay, scan, signatures, verified};

const ROUNDS: usize = 5;

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["parse", file] => println!("{}", parse(Path::new(file))),
        ["scan", file] => println!("{}", scan(Path::new(file))),
        ["replay", file] => println!("{}", replay(Path::new(file))),
        ["verified", file] => println!("{}", verified(Path::new(file))),
        ["signatures", file] => println!("{}", signatures(Path::new(file))),
        ["write", entries, file] => {
            let entries = entries.parse().expect("how many entries");
            workload::write(Path::new(file), entries, entries / 100, false);
        }
        ["small"] => compare(10_000),
        _ => compare(100_000),
    }
}

/// Ledgers of `entries` and of ten times as many.
fn compare(entries: u64) {
    let dir = env::temp_dir().join(format!("replay-bench-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a directory of our own");
    let [small, large] = [entries, entries * 10].map(|entries| {
        let file = dir.join(format!("{entries}.jsonl"));
        workload::write(&file, entries, entries / 100, false);
        file
    });
    let signed = dir.join("signed.jsonl");
    workload::write(&signed, entries / 10, entries / 1_000, true);

    let round = |_| {
        let [parse, scan] = ["parse", "scan"].map(|what| child(what, &large));
        [parse, child("replay", &large), child("replay", &small), scan, child("parse", &small)]
    };
    let rounds: Vec<[Cost; 5]> = (0..ROUNDS).map(round).collect();
    let ratio = |of: &dyn Fn(&[Cost; 5]) -> f64| median(rounds.iter().map(of).collect());
    let size = fs::metadata(&large).expect("just written").len() as f64;
    println!("{} entries of {} users, {:.0} bytes each", entries * 10, entries / 10, size / (entries * 10) as f64);
    println!("  parsing only      {:>8.2} us an entry", ratio(&|[parse, ..]| parse.micros));
    println!(
        "  replaying         {:>8.2} us an entry, {:.1} MB at most",
        ratio(&|[_, r, ..]| r.micros),
        ratio(&|[_, r, ..]| r.peak / 1e6)
    );
    println!(
        "P5   parsing only / replay without signatures, time: {:.3}, of a tenth of it {:.3} (goal >= 0.12, aim 0.25)",
        ratio(&|[p, r, ..]| p.micros / r.micros),
        ratio(&|[_, _, r, _, p]| p.micros / r.micros)
    );
    println!(
        "     finding the fields and leaving them text / the same: {:.3}",
        ratio(&|[_, r, _, s, _]| s.micros / r.micros)
    );
    println!(
        "P10  memory of the replay / size of the ledger: {:.3} (goal <= 0.25)",
        ratio(&|[_, r, ..]| r.peak / size)
    );
    println!(
        "P11  ten times the entries and users, time: x {:.1}, memory: x {:.1} (goal <= x 10.5)",
        ratio(&|[_, large, small, ..]| 10.0 * large.micros / small.micros),
        ratio(&|[_, large, small, ..]| large.peak / small.peak)
    );

    let rounds: Vec<_> = (0..ROUNDS).map(|_| (child("signatures", &signed), child("verified", &signed))).collect();
    let micros = |of: fn(&(Cost, Cost)) -> f64| median(rounds.iter().map(of).collect());
    println!(
        "with signatures: {:.2} us an entry, of which {:.2} us are curve arithmetic; ratio {:.2}",
        micros(|(_, all)| all.micros),
        micros(|(bare, _)| bare.micros),
        micros(|(bare, all)| bare.micros / all.micros)
    );
    fs::remove_dir_all(&dir).expect("our own directory");
}

/// Measures in a process of its own.
fn child(what: &str, file: &Path) -> Cost {
    let program = env::current_exe().expect("this program");
    let output = Command::new(program).arg(what).arg(file).output().expect("it starts");
    let text = String::from_utf8(output.stdout).expect("text");
    text.trim().parse().unwrap_or_else(|()| panic!("{what}: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
