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
        ["write", entries, users, file] => {
            let [entries, users] = [entries, users].map(|count| count.parse().expect("how many"));
            workload::write(Path::new(file), entries, users, false);
        }
        ["small"] => compare(10_000),
        _ => compare(100_000),
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
        "P5   parsing only / replay without signatures, time: {:.3}, of a tenth of it {:.3} (goal >= 0.12, aim 0.25)",
        ratio(&|r| r.parse.micros / r.large.micros),
        ratio(&|r| r.small_parse.micros / r.small.micros)
    );
    println!(
        "     finding the fields and leaving them text / the same: {:.3}",
        ratio(&|r| r.scan.micros / r.large.micros)
    );
    println!("P10  memory of the replay / size of the ledger: {:.3} (goal <= 0.25)", ratio(&|r| r.large.peak / size));
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
