//! Traces: what happened, event by event, for people and for tools that compare runs.
//!
//! JSON Lines: first `{"format":"sim-trace/1"}`, then one object an event, its members those of [`Happened`], with the
//! record's bytes in hex. The SHA-256 over `sim/run/v1\n` and all those bytes is the run root.

use std::io;

use machine::kernel::digest::hex;
use serde::{Serialize, Serializer};

use super::{
    event::{EventKind, InputOutcome},
    process::Micros,
    root::FORMAT,
};

/// Is told of each event.
pub trait Tracer {
    /// An event has happened.
    fn event(&mut self, happened: &Happened<'_>);
}

/// One event as a trace tells it.
#[derive(Clone, Debug, Serialize)]
pub struct Happened<'a> {
    /// The number of the event in the run, from 1.
    pub event: u64,
    /// When, in microseconds of virtual time.
    pub at: Micros,
    /// `restart`, `message`, `timer` or `disk`.
    pub kind: EventKind,
    /// What became of it.
    pub outcome: InputOutcome,
    /// Who sent the message; otherwise the same as `to`.
    pub from: &'a str,
    /// Whose event it is.
    pub to: &'a str,
    /// The message, timer, completion or listing, as `Debug` writes it.
    pub input: &'a str,
    /// What the process noted, as `Debug` writes it.
    pub notes: Vec<String>,
    /// The faults that struck: which, and where.
    pub faults: Vec<(&'a str, &'a str)>,
    /// The bytes that went into the run root.
    #[serde(serialize_with = "as_hex")]
    pub record: &'a [u8],
}

/// Writes a trace. The first error ends the writing, and is given back by [`JsonLines::finish`].
#[derive(Debug)]
pub struct JsonLines<W> {
    out: W,
    result: io::Result<()>,
}

impl<W: io::Write> JsonLines<W> {
    /// Begins a trace, and writes its header.
    pub fn new(mut out: W) -> Self {
        let result = writeln!(out, r#"{{"format":"sim-trace/{FORMAT}"}}"#);
        Self { out, result }
    }

    /// Flushes, and gives the writer back.
    ///
    /// # Errors
    /// The first that writing met.
    pub fn finish(mut self) -> io::Result<W> {
        self.result?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: io::Write> Tracer for JsonLines<W> {
    fn event(&mut self, happened: &Happened<'_>) {
        if self.result.is_ok() {
            let line = serde_json::to_string(happened).map_err(io::Error::other);
            self.result = line.and_then(|line| writeln!(self.out, "{line}"));
        }
    }
}

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Serialize for InputOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

fn as_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex(bytes))
}
