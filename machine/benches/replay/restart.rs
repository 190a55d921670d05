//! How long a node takes to start from a snapshot and the lines behind it, beside replaying all lines (P9), what writing a whole
//! snapshot adds to the memory of a running node, and what the receipts of a session take.
//!
//! The directory is a real one, without its syncs. It ends with the entry before the one at which the next snapshot would be taken,
//! so that as many lines are behind the last one as ever are. Signatures are not made (a ledger of them would take hours), but each
//! verification costs what one costs.

use std::{
    fmt, fs,
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::FileExt as _,
    path::Path,
    str::FromStr,
};

use cpu_time::ThreadTime;
use ed25519_dalek::{Signer as _, SigningKey};
use machine::{
    kernel::{
        Parsed, PublicKey, Signature, Verified,
        files::{FileError, FileOp, FileResult},
        node::{Config, Node, Output},
    },
    trust::{
        Trust,
        curves::{Arithmetic, Curves},
        verify::Signatures,
    },
};

use crate::workload::{ORIGIN, log_key};

/// A snapshot is due this often, in entries.
pub(crate) const SNAPSHOT_EVERY: u64 = 2_048;
/// How many entries come at once.
const BURST: usize = 64;

/// What a start took.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    /// Of the thread, in milliseconds.
    pub(crate) millis: f64,
    /// The process's peak of resident memory, in bytes.
    pub(crate) peak: f64,
    /// How many lines were replayed.
    pub(crate) replayed: f64,
}

impl fmt::Display for Start {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {}", self.millis, self.peak, self.replayed)
    }
}

impl FromStr for Start {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let numbers: Vec<f64> = text.split(' ').map(str::parse).collect::<Result<_, _>>().map_err(drop)?;
        let [millis, peak, replayed] = numbers[..] else { return Err(()) };
        Ok(Self { millis, peak, replayed })
    }
}

/// Takes every signature, and takes as long over it as over a real one.
#[derive(Clone, Debug)]
struct Paid {
    key: PublicKey,
    signature: Signature,
}

const MESSAGE: [u8; 700] = [7; 700];

impl Paid {
    fn new() -> Self {
        let key = SigningKey::from_bytes(&[1; 32]);
        let signature = Signature(key.sign(&MESSAGE).to_bytes());
        Self { key: PublicKey(key.verifying_key().to_bytes()), signature }
    }
}

impl Arithmetic for Paid {
    fn ed25519(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        Curves.ed25519(&self.key, &MESSAGE, &self.signature)
    }

    fn eip191(&self, _: &str, _: &[u8; 65]) -> Option<[u8; 20]> {
        None
    }
}

/// Takes every signature at once.
#[derive(Clone, Debug)]
struct Free;

impl Arithmetic for Free {
    fn ed25519(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        true
    }

    fn eip191(&self, _: &str, _: &[u8; 65]) -> Option<[u8; 20]> {
        None
    }
}

fn config(snapshot_every: u64) -> Config {
    Config { snapshot_every, log_keys: vec![log_key()], ..Config::default() }
}

/// A node over a directory.
struct Kept<'a, A> {
    node: Node<Trust, Signatures<A>>,
    dir: &'a Path,
    replayed: u64,
    ready: bool,
    /// What writing a snapshot took, once one was begun.
    wrote: Option<Wrote>,
}

/// The resident memory when the writing of a snapshot began and at most since, and the largest write, in bytes.
#[derive(Clone, Copy)]
struct Wrote {
    before: f64,
    during: f64,
    slice: usize,
    is_done: bool,
}

impl<'a, A: Arithmetic> Kept<'a, A> {
    fn open(dir: &'a Path, snapshot_every: u64, arithmetic: A) -> Self {
        let mut listing: Vec<(String, u64)> = fs::read_dir(dir)
            .expect("a directory of our own")
            .map(|file| file.expect("a file"))
            .map(|file| (file.file_name().into_string().expect("text"), file.metadata().expect("a file").len()))
            .collect();
        listing.sort();
        let verifier = Signatures { origin: ORIGIN.to_string(), arithmetic };
        let node = Node::open(config(snapshot_every), verifier, &listing);
        let mut kept = Self { node, dir, replayed: 0, ready: false, wrote: None };
        kept.pump();
        assert!(kept.ready);
        kept
    }

    fn pump(&mut self) {
        while let Some(output) = self.node.poll() {
            match output {
                Output::File(request) => {
                    self.watch(&request.op);
                    let result = execute(self.dir, request.op);
                    self.node.completed(request.id, result);
                }
                Output::Entry { replayed, .. } => self.replayed += u64::from(replayed),
                Output::Ready { .. } => self.ready = true,
                Output::Halted(halt) => panic!("{halt}"),
                Output::Reply(_, answer) => {
                    assert!(matches!(answer, machine::kernel::node::Answer::Accepted(_)), "{answer:?}");
                }
                Output::Checkpoint(_) => {}
            }
        }
    }

    /// Watches the memory while a snapshot is written.
    fn watch(&mut self, op: &FileOp) {
        let is_new = |file: &str| file == "snapshot.new";
        match (op, &mut self.wrote) {
            (FileOp::Create { file, .. }, wrote @ None) if is_new(file) => {
                let before = status("VmRSS:");
                *wrote = Some(Wrote { before, during: before, slice: 0, is_done: false });
            }
            (FileOp::WriteAt { file, bytes, .. }, Some(wrote)) if is_new(file) && !wrote.is_done => {
                wrote.slice = wrote.slice.max(bytes.len());
                wrote.during = wrote.during.max(status("VmRSS:"));
            }
            (FileOp::Rename { from, .. }, Some(wrote)) if is_new(from) => wrote.is_done = true,
            _ => {}
        }
    }

    /// Submits the events of stored lines, those from `from` to `to`, until a snapshot is written if that is what is waited for.
    fn feed(&mut self, ledger: &Path, from: u64, to: u64, until_written: bool) {
        let mut lines = BufReader::with_capacity(1 << 20, File::open(ledger).expect("a ledger"));
        let mut line = Vec::new();
        for seq in 0..to {
            if until_written && self.wrote.is_some_and(|wrote| wrote.is_done) {
                break;
            }
            line.clear();
            lines.read_until(b'\n', &mut line).expect("a line");
            if seq < from {
                continue;
            }
            let (event, at) = crate::measure::event_and_tick(&line);
            let parsed = Parsed::read::<Trust>(event, ORIGIN).expect("an event");
            let verified = Verified::by(self.node.verifier(), parsed).expect("all are taken");
            if seq == 0 {
                assert!(self.node.found(verified, at));
            } else {
                self.node.submit(seq, verified, at);
            }
            if seq == 0 || (seq as usize).is_multiple_of(BURST) {
                self.pump();
            }
        }
        self.pump();
    }
}

fn execute(dir: &Path, op: FileOp) -> FileResult {
    let path = |file: &str| dir.join(file);
    let failed =
        |error: std::io::Error| FileError { operation: "file", file: String::new(), reason: error.to_string() };
    let open = |file: &str| File::options().read(true).write(true).open(path(file));
    let done = match op {
        FileOp::Create { file, len } => File::create(path(&file)).and_then(|file| file.set_len(len)),
        FileOp::WriteAt { file, offset, bytes } => open(&file).and_then(|file| file.write_all_at(&bytes, offset)),
        FileOp::Cut { file, len } => open(&file).and_then(|file| file.set_len(len)),
        FileOp::Sync { .. } | FileOp::SyncDir => Ok(()),
        FileOp::Rename { from, to } => fs::rename(path(&from), path(&to)),
        FileOp::Remove { file } => fs::remove_file(path(&file)),
        FileOp::Read { file, offset, len } => return read(&path(&file), offset, len).map_err(failed),
    };
    done.map(|()| Vec::new()).map_err(failed)
}

fn read(path: &Path, offset: u64, len: u64) -> std::io::Result<Vec<u8>> {
    let (file, mut bytes, mut filled) = (File::open(path)?, vec![0; len as usize], 0);
    loop {
        match file.read_at(&mut bytes[filled..], offset + filled as u64)? {
            0 => break,
            more => filled += more,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// Keeps the first entries of a ledger in a directory.
pub(crate) fn keep(ledger: &Path, dir: &Path, entries: u64) {
    fs::create_dir_all(dir).expect("a directory of our own");
    let mut kept = Kept::open(dir, SNAPSHOT_EVERY, Free);
    kept.feed(ledger, 0, entries, false);
    std::io::stdout().flush().expect("it is written");
}

/// Starts on a directory: from the newest snapshot, or from the first line.
pub(crate) fn start(dir: &Path, snapshot_every: u64) -> Start {
    let begun = ThreadTime::now();
    let kept = Kept::open(dir, snapshot_every, Paid::new());
    let millis = begun.elapsed().as_secs_f64() * 1e3;
    Start { millis, peak: status("VmHWM:"), replayed: kept.replayed as f64 }
}

/// What writing a whole snapshot adds to the memory of a running node.
#[derive(Clone, Copy)]
pub(crate) struct Snapshot {
    /// Of the node before, and at most while it wrote, in bytes.
    pub(crate) before: f64,
    pub(crate) during: f64,
    /// The largest write, in bytes.
    pub(crate) slice: f64,
    pub(crate) sessions: f64,
    /// The receipts' memory, in bytes.
    pub(crate) receipts: f64,
}

impl fmt::Display for Snapshot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, during, slice, sessions, receipts } = self;
        write!(out, "{before} {during} {slice} {sessions} {receipts}")
    }
}

impl FromStr for Snapshot {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let numbers: Vec<f64> = text.split(' ').map(str::parse).collect::<Result<_, _>>().map_err(drop)?;
        let [before, during, slice, sessions, receipts] = numbers[..] else { return Err(()) };
        Ok(Self { before, during, slice, sessions, receipts })
    }
}

/// Starts on a directory, takes its snapshots away, and goes on until a whole one is written.
pub(crate) fn snapshot(ledger: &Path, dir: &Path, entries: u64, more: u64) -> Snapshot {
    for file in fs::read_dir(dir).expect("a directory of our own").map(|file| file.expect("a file").path()) {
        if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("snapshot-")) {
            fs::remove_file(file).expect("it is there");
        }
    }
    let mut kept = Kept::open(dir, SNAPSHOT_EVERY, Free);
    kept.feed(ledger, entries, entries + more, true);
    let Some(Wrote { before, during, slice, is_done: true }) = kept.wrote else { panic!("no snapshot was written") };
    let (sessions, receipts) = kept.node.receipts_held();
    Snapshot { before, during, slice: slice as f64, sessions: sessions as f64, receipts: receipts as f64 }
}

/// A line of the process's status, in bytes.
pub(crate) fn status(field: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) * 1024.0
}
