//! What is measured, each in a process of its own: thread time an entry, and the peak of resident memory.

use std::{
    cell::RefCell,
    fmt,
    fs::File,
    hint::black_box,
    io::{BufRead as _, BufReader},
    path::Path,
    str::FromStr,
};

use cpu_time::ThreadTime;
use machine::{
    kernel::{Digest, PublicKey, Signature, Verifier as _, entry::Ledger},
    trust::{
        Event, Trust,
        curves::{Arithmetic, Curves},
        verify::Signatures,
    },
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::workload::ORIGIN;

/// What something took.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Microseconds an entry.
    pub(crate) micros: f64,
    /// The process's peak of resident memory, in bytes.
    pub(crate) peak: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.micros, self.peak)
    }
}

impl FromStr for Cost {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (micros, peak) = text.split_once(' ').ok_or(())?;
        Ok(Self { micros: micros.parse().map_err(drop)?, peak: peak.parse().map_err(drop)? })
    }
}

/// A line with every field as what it is; effects stay text, for nobody reads them back.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only its parsing counts")]
struct Typed<'a> {
    at: u64,
    delta: Digest,
    #[serde(borrow)]
    effects: &'a RawValue,
    #[serde(borrow)]
    event: &'a RawValue,
    hash: Digest,
    prev: Digest,
    seq: u64,
    state: Option<Digest>,
    v: u64,
}

/// A line as little parsed as it can be: fields found, and left as text.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only its parsing counts")]
struct Line<'a> {
    at: u64,
    delta: &'a str,
    #[serde(borrow)]
    effects: &'a RawValue,
    #[serde(borrow)]
    event: Parsed<'a>,
    hash: &'a str,
    prev: &'a str,
    seq: u64,
    state: Option<&'a str>,
    v: u64,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only its parsing counts")]
struct Parsed<'a> {
    #[serde(borrow)]
    body: &'a RawValue,
    counter: Option<u64>,
    key: Option<&'a str>,
    kind: &'a str,
    session: Option<&'a str>,
    sig: Option<&'a str>,
    v: u64,
}

/// Parsing only: every line into typed fields, and its event as every reader of events must read it.
pub(crate) fn parse(file: &Path) -> Cost {
    each_line(file, |line| {
        let line = serde_json::from_slice::<Typed<'_>>(line).expect("a line");
        black_box(Event::read(line.event.get().as_bytes()).expect("an event"));
        black_box(line);
    })
}

/// Finding the fields only.
pub(crate) fn scan(file: &Path) -> Cost {
    each_line(file, |line| {
        black_box(serde_json::from_slice::<Line<'_>>(line).expect("a line"));
    })
}

/// Replaying without signatures: every byte is made again.
pub(crate) fn replay(file: &Path) -> Cost {
    let mut ledger = Ledger::<Trust>::default();
    each_line(file, |line| {
        ledger.follow(line).expect("it replays");
    })
}

/// Replaying with every signature checked.
pub(crate) fn verified(file: &Path) -> Cost {
    let mut ledger = Ledger::<Trust>::default();
    let verifier = Signatures { origin: ORIGIN.to_string(), arithmetic: Curves };
    each_line(file, |line| {
        let entry = ledger.replay(line).expect("it replays");
        verifier.verify(&entry.event, event_of(line)).expect("it is signed");
    })
}

/// The bare arithmetic: a strict verification of each of the ledger's signatures, and nothing else.
pub(crate) fn signatures(file: &Path) -> Cost {
    let mut bare = Bare::default();
    let mut entries = 0;
    each_line(file, |line| {
        bare.collect(event_of(line));
        entries += 1;
    });
    bare.cost(entries)
}

/// The event in a line, and the line's tick.
pub(crate) fn event_and_tick(line: &[u8]) -> (&[u8], u64) {
    let at = std::str::from_utf8(line).expect("text").strip_prefix("{\"at\":").expect("a tick");
    (event_of(line), at.split_once(',').expect("a tick").0.parse().expect("a tick"))
}

fn event_of(line: &[u8]) -> &[u8] {
    let (_, rest) = std::str::from_utf8(line).expect("text").split_once("\"event\":").expect("an event");
    rest.split_once(",\"hash\":").expect("a hash").0.as_bytes()
}

/// Every Ed25519 signature of a ledger.
#[derive(Default)]
struct Bare(Vec<Signed>);

/// Key, message, signature.
type Signed = (PublicKey, Vec<u8>, Signature);

impl Bare {
    fn collect(&mut self, bytes: &[u8]) {
        let event = Event::read(bytes).expect("an event");
        let seen = RefCell::new(Vec::new());
        let verifier = Signatures { origin: ORIGIN.to_string(), arithmetic: Seen(&seen) };
        verifier.verify(&event, bytes).expect("taken as signed");
        self.0.append(&mut seen.borrow_mut());
    }

    fn cost(&self, entries: usize) -> Cost {
        let start = ThreadTime::now();
        assert!(self.0.iter().all(|(key, message, sig)| Curves.ed25519(key, message, sig)), "all verify");
        Cost { micros: start.elapsed().as_secs_f64() * 1e6 / entries as f64, peak: peak() }
    }
}

/// Takes every signature, and keeps what was asked.
struct Seen<'a>(&'a RefCell<Vec<Signed>>);

impl Arithmetic for Seen<'_> {
    fn ed25519(&self, key: &PublicKey, message: &[u8], sig: &Signature) -> bool {
        self.0.borrow_mut().push((*key, message.to_vec(), *sig));
        true
    }

    fn eip191(&self, _: &str, _: &[u8; 65]) -> Option<[u8; 20]> {
        None
    }
}

fn each_line(file: &Path, mut work: impl FnMut(&[u8])) -> Cost {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(file).expect("a ledger"));
    let (mut line, mut entries) = (Vec::new(), 0_u64);
    let start = ThreadTime::now();
    while reader.read_until(b'\n', &mut line).expect("a line") > 0 {
        work(&line[..line.len() - 1]);
        line.clear();
        entries += 1;
    }
    Cost { micros: start.elapsed().as_secs_f64() * 1e6 / entries as f64, peak: peak() }
}

/// The process's peak of resident memory, as the kernel counts it.
fn peak() -> f64 {
    crate::restart::status("VmHWM:")
}
