//! The `Process` trait, its inputs, and how messages and notes are hashed into the run root.

use std::{
    borrow::Cow,
    fmt::{self, Debug, Write as _},
};

use machine::kernel::files::{FileResult, Listing, OpId};

use super::context::Context;

/// Virtual time and durations, in microseconds. A run starts at 0.
pub type Micros = u64;

/// A thousandth of a second: the unit of the specification's ticks.
pub const MILLISECOND: Micros = 1_000;

/// A second, in microseconds.
pub const SECOND: Micros = 1_000 * MILLISECOND;

/// A process of one world: its place in [`Setup::members`](super::setup::Setup::members), from 0 without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessId(pub u32);

impl ProcessId {
    /// As an index into lists that hold one item a process.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// A process: takes one input at a time, and acts through the context.
///
/// A process must compute the same from the same inputs: no clock, chance, thread or file but those of the [`Context`].
/// Processes of different kinds in one world are variants of one enum.
pub trait Process: Sized {
    /// What processes send each other.
    type Message: Record + Clone;
    /// What a process notes for the invariants; notes are hashed into the run root too. `()` if there is nothing to note.
    type Note: Record;

    /// Takes one input. Everything that the process wants done it asks of `cx`, in order.
    fn on(&mut self, input: Input<Self::Message>, cx: &mut Context<'_, Self>);

    /// What the process still waits for, for people to read; `None` when it has nothing left to do.
    ///
    /// The storm lasts until nobody waits (or to its bound), and whoever still waits at the end of the calm is
    /// `Stuck`. A process with work left must say so even if only a timer of its own will start it.
    fn waiting_for(&self) -> Option<Cow<'static, str>> {
        None
    }
}

/// One input of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<M> {
    /// The process was just built, at first or after a crash; with the directory as the crash left it. Always the first input.
    Restart(Listing),
    /// A message of another process has arrived.
    Message {
        /// The process that sent the message.
        from: ProcessId,
        /// The message as it was sent.
        message: M,
    },
    /// The timer that the process set under this id has run out.
    Timer(u64),
    /// A disk operation is complete; completions come in the order in which operations were asked.
    Disk(Completion),
}

/// The end of one disk operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The id that the request carried.
    pub id: OpId,
    /// The bytes of a `Read`, nothing for the others, or why it failed.
    pub result: FileResult,
}

/// The bytes by which a message or note goes into the run root; its `Debug` is what people see in a trace.
pub trait Record: Debug {
    /// Appends the bytes. Different values must give different bytes, on every machine the same.
    ///
    /// As it stands it appends the `Debug` text, which is right for everything that holds no hash map and no
    /// pointer, and slow: write out the bytes of what is sent by the million.
    fn record(&self, out: &mut Vec<u8>) {
        let mut text = Text(out);
        // writing into a vector cannot fail
        let _ = write!(text, "{self:?}");
    }
}

impl Record for () {}
impl Record for Completion {
    fn record(&self, out: &mut Vec<u8>) {
        self.id.record(out);
        match &self.result {
            Ok(bytes) => {
                out.push(1);
                bytes.record(out);
            }
            Err(error) => {
                out.push(0);
                error.to_string().record(out);
            }
        }
    }
}
impl Record for u64 {
    fn record(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
}
impl Record for String {
    fn record(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}
impl Record for Vec<u8> {
    fn record(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

/// Formats into bytes without a string in between.
struct Text<'a>(&'a mut Vec<u8>);

impl fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
