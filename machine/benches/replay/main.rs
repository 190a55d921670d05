//! How fast and how small replaying a ledger is, beside only parsing it (P5, P10), as it grows tenfold (P11), and with every
//! signature checked beside the bare arithmetic of the signatures (P4's bare sum).
//!
//! `cargo bench -p machine --bench replay`, or with `-- small` for 10^4 and 10^5 entries. Each measurement is a process of its
//! own, so that peaks of memory do not mix; everything is measured in turn, and the median of the ratios counts.

mod measure;
mod restart;
mod workload;

use std::{env, fs, path::Path, process::Command, str::FromStr};

use measure::{Cost, parse, replay, scan, signatures, verified};
use restart::{Snapshot, Start};

const ROUNDS: usize = 5;

fn main() {
    let args: Vec<String> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["parse", file] => println!("{}", parse(Path::new(file))),
        ["scan", file] => println!("{}", scan(Path::new(file))),
        ["replay", file] => println!("{}", replay(Path::new(file))),
        ["verified", file] => println!("{}", verified(Path::new(file))),
        ["signatures", file] => println!("{}", signatures(Path::new(file))),
        ["write", entries, users, file] => {
            let [entries, users] = [entries, users].map(|count| count.parse().expect("how many"));
            workload::write(Path::new(file), entries, users, false);
        }
        ["keep", ledger, dir, entries] => {
            restart::keep(Path::new(ledger), Path::new(dir), entries.parse().expect("how many"));
        }
        ["start", dir, every] => println!("{}", restart::start(Path::new(dir), every.parse().expect("how often"))),
        ["snapshot", ledger, dir, entries, more] => {
            let [entries, more] = [entries, more].map(|count| count.parse().expect("how many"));
            println!("{}", restart::snapshot(Path::new(ledger), Path::new(dir), entries, more));
        }
        ["restart", "small"] => restarts(48),
        ["restart"] => restarts(488),
        ["small"] => {
            compare(10_000);
            restarts(48);
        }
        _ => {
            compare(100_000);
            restarts(488);
        }
    }
}

/// What is measured once, in turn: `small`, `long` of ten times the entries, `large` of ten times the users too.
struct Round {
    parse: Cost,
    large: Cost,
    small: Cost,
    scan: Cost,
    small_parse: Cost,
    long: Cost,
}

/// Ledgers of `entries`, of ten times as many, and of ten times as many by ten times as many users.
fn compare(entries: u64) {
    let dir = env::temp_dir().join(format!("replay-bench-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a directory of our own");
    let users = entries / 100;
    let ledger = |(entries, users): (u64, u64), signed: bool| {
        let file = dir.join(format!("{entries}-{users}-{signed}.jsonl"));
        workload::write(&file, entries, users, signed);
        file
    };
    let [small, long, large] =
        [(entries, users), (entries * 10, users), (entries * 10, users * 10)].map(|size| ledger(size, false));
    let signed = ledger((entries / 10, users / 10), true);

    let round = |_| Round {
        parse: child("parse", &large),
        large: child("replay", &large),
        small: child("replay", &small),
        scan: child("scan", &large),
        small_parse: child("parse", &small),
        long: child("replay", &long),
    };
    let rounds: Vec<Round> = (0..ROUNDS).map(round).collect();
    let ratio = |of: &dyn Fn(&Round) -> f64| median(rounds.iter().map(of).collect());
    let size = fs::metadata(&large).expect("just written").len() as f64;
    println!("{} entries of {} users, {:.0} bytes each", entries * 10, entries / 10, size / (entries * 10) as f64);
    println!("  parsing only      {:>8.2} us an entry", ratio(&|r| r.parse.micros));
    println!(
        "  replaying         {:>8.2} us an entry, {:.1} MB at most",
        ratio(&|r| r.large.micros),
        ratio(&|r| r.large.peak / 1e6)
    );
    println!(
        "P5   parsing only / replay without signatures, time: {:.3}, of a tenth of it {:.3} (goal >= 0.16, aim 0.25)",
        ratio(&|r| r.parse.micros / r.large.micros),
        ratio(&|r| r.small_parse.micros / r.small.micros)
    );
    println!(
        "     finding the fields and leaving them text / the same: {:.3}",
        ratio(&|r| r.scan.micros / r.large.micros)
    );
    println!("P10  memory of the replay / size of the ledger: {:.3} (goal <= 0.05)", ratio(&|r| r.large.peak / size));
    println!("P11  time and memory of the replay (goal <= x 10.5)");
    println!(
        "     ten times the entries    x {:.1}  x {:.1}",
        ratio(&|r| 10.0 * r.long.micros / r.small.micros),
        ratio(&|r| r.long.peak / r.small.peak)
    );
    println!(
        "     ten times the users      x {:.1}  x {:.1}",
        ratio(&|r| r.large.micros / r.long.micros),
        ratio(&|r| r.large.peak / r.long.peak)
    );
    println!(
        "     both at once             x {:.1}  x {:.1}",
        ratio(&|r| 10.0 * r.large.micros / r.small.micros),
        ratio(&|r| r.large.peak / r.small.peak)
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

/// Starts of ledgers that end just before the snapshot of this number, of a hundredth and of a tenth as many users.
fn restarts(snapshots: u64) {
    let entries = snapshots * restart::SNAPSHOT_EVERY;
    let dir = env::temp_dir().join(format!("restart-bench-{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a directory of our own");
    for users in [entries / 100, entries / 10] {
        let (ledger, kept) = (dir.join("ledger.jsonl"), dir.join("kept"));
        workload::write(&ledger, entries + MORE, users, false);
        let [ledger, kept] = [&ledger, &kept].map(|path| path.to_str().expect("text"));
        let [count, more] = [entries, MORE].map(|count| count.to_string());
        ask(&["keep", ledger, kept, &count]);
        let every = restart::SNAPSHOT_EVERY.to_string();
        let round = |_| (measured::<Start>(&["start", kept, &every]), measured::<Start>(&["start", kept, "0"]));
        let rounds: Vec<(Start, Start)> = (0..RESTART_ROUNDS).map(round).collect();
        let of = |of: &dyn Fn(&(Start, Start)) -> f64| median(rounds.iter().map(of).collect());
        println!("{entries} entries of {users} users");
        println!(
            "  replaying         {:>8.0} ms, {:.1} MB at most",
            of(&|(_, whole)| whole.millis),
            of(&|(_, whole)| whole.peak / 1e6)
        );
        println!(
            "  from a snapshot   {:>8.0} ms, {:.1} MB at most, {} lines behind it",
            of(&|(quick, _)| quick.millis),
            of(&|(quick, _)| quick.peak / 1e6),
            of(&|(quick, _)| quick.replayed)
        );
        println!(
            "P9   restart from snapshot and tail / replay, time: {:.3} (goal <= 0.05)",
            of(&|(quick, whole)| quick.millis / whole.millis)
        );
        let wrote: Snapshot = measured(&["snapshot", ledger, kept, &count, &more]);
        println!(
            "     memory while a whole snapshot is written / before: {:.3} of {:.1} MB (goal <= 1.1); {:.2} MiB at once (goal <= 1)",
            wrote.during / wrote.before,
            wrote.before / 1e6,
            wrote.slice / f64::from(1 << 20)
        );
        println!(
            "     receipts: {:.0} bytes a session, of {} (goal <= 64 slots of 8 bytes)",
            wrote.receipts / wrote.sessions,
            wrote.sessions
        );
        fs::remove_dir_all(kept).expect("our own directory");
    }
    fs::remove_dir_all(&dir).expect("our own directory");
}

/// A whole snapshot is written while so many more entries come.
const MORE: u64 = 40_000;
const RESTART_ROUNDS: usize = 3;

/// Measures in a process of its own.
fn child(what: &str, file: &Path) -> Cost {
    measured(&[what, file.to_str().expect("text")])
}

fn measured<T: FromStr<Err = ()>>(args: &[&str]) -> T {
    let text = ask(args);
    text.trim().parse().unwrap_or_else(|()| panic!("{args:?}: {text}"))
}

/// Runs this program anew; gives what it printed.
fn ask(args: &[&str]) -> String {
    let program = env::current_exe().expect("this program");
    let output = Command::new(program).args(args).output().expect("it starts");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
