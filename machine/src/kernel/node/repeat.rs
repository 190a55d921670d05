//! A repeated submission's first answer: the line of an entry is found by its number, and compared with what was asked for.
//!
//! No index says where lines stand. A segment's name says the number of its first entry, the next one's name the number behind its
//! last, and lines are found between them as a name in a telephone book: by guessing where the number must stand, and looking which
//! one stands there. A few reads a repeat, no byte of memory an entry.

use alloc::{boxed::Box, string::String};

use super::{
    Answer, Halt, Node, Output, Purpose, Ticket, Waiting,
    group::{Segment, segment_file},
};
use crate::{
    bug,
    kernel::{
        Digest,
        entry::{LINE_BYTES_MAX, Outline},
        files::FileOp,
        machine::{Ledgered, Parsed, Verifier},
    },
};

/// A window of so many bytes holds a whole line wherever it begins.
const WINDOW: u64 = 2 * (LINE_BYTES_MAX as u64 + 1);

/// A submission that was refused, and that may be one that was accepted before.
#[derive(Debug)]
pub(super) struct Search<M: Ledgered> {
    ticket: Ticket,
    /// The event's id.
    id: Digest,
    /// What it is told if the entry is another event's, once so many entries are durable.
    refusal: M::Refusal,
    size: u64,
    /// The entry in question.
    seq: u64,
    segment: u64,
    /// The line stands at or behind the first of these, and before the second.
    from: Edge,
    to: Edge,
    /// Where the window that is being read begins.
    window: u64,
    reads: u32,
}

/// The beginning of an entry's line.
#[derive(Clone, Copy, Debug)]
struct Edge {
    seq: u64,
    offset: u64,
}

/// What a window shows.
enum Found<'a> {
    Line(&'a [u8]),
    /// The line stands before or behind.
    Narrowed,
}

impl<M: Ledgered> Search<M> {
    /// Where to look next: at first where the line stands if all are of one length, and every other time in the middle, so that
    /// no order of lengths makes the search long.
    fn guess(&self) -> u64 {
        let (bytes, lines) = (self.to.offset - self.from.offset, self.to.seq - self.from.seq);
        assert!((self.from.seq..self.to.seq).contains(&self.seq), "entry {} is looked for in {lines} others", self.seq);
        let ahead = if self.reads.is_multiple_of(2) {
            let ahead = u128::from(bytes) * u128::from(self.seq - self.from.seq) / u128::from(lines);
            u64::try_from(ahead).unwrap_or_else(|_| bug!("a guess of {ahead} in {bytes} bytes"))
        } else {
            bytes / 2
        };
        self.from.offset + ahead.saturating_sub(WINDOW / 2).min(bytes.saturating_sub(WINDOW))
    }

    fn read(&self) -> FileOp {
        let len = WINDOW.min(self.to.offset - self.window);
        FileOp::Read { file: segment_file(self.segment), offset: self.window, len }
    }

    /// Looks through a window for the line; narrows the search if it is not there.
    fn look<'a>(&mut self, bytes: &'a [u8]) -> Result<Found<'a>, String> {
        let skipped = if self.window == self.from.offset { 0 } else { line_end(bytes, 0)? };
        let first = Outline::read(&bytes[skipped..line_end(bytes, skipped)? - 1]);
        let first = first.ok_or("no whole line stands here")?.seq;
        if !(self.from.seq..self.to.seq).contains(&first) {
            return Err(alloc::format!("entry {first} stands here"));
        }
        if first > self.seq {
            self.to = Edge { seq: first, offset: self.window + skipped as u64 };
            return Ok(Found::Narrowed);
        }
        let (mut seq, mut start) = (first, skipped);
        while let Ok(end) = line_end(bytes, start) {
            if seq == self.seq {
                return Ok(Found::Line(&bytes[start..end - 1]));
            }
            (seq, start) = (seq + 1, end);
        }
        self.from = Edge { seq, offset: self.window + start as u64 };
        if self.from.offset < self.to.offset { Ok(Found::Narrowed) } else { Err(String::from("the line is missing")) }
    }
}

/// Where the line that begins at `start` ends, its newline included.
fn line_end(bytes: &[u8], start: usize) -> Result<usize, String> {
    let len = memchr::memchr(b'\n', &bytes[start..]).ok_or("no line ends here")?;
    Ok(start + len + 1)
}

impl<M: Ledgered, V: Verifier<M>> Node<M, V> {
    /// Looks whether the refused event is entry `seq`, which had its place.
    pub(super) fn search(&mut self, ticket: Ticket, seq: u64, id: Digest, refusal: M::Refusal) {
        let durable = self.durable.head.size;
        assert!(seq < durable, "a receipt of entry {seq}, of which {durable} are durable");
        let Some((Segment { first, end }, next)) = self.segments.holding(seq) else {
            bug!("entry {seq} is in no segment")
        };
        let written = self.applied.head.size - self.queue.len() as u64;
        let (from, to) = (Edge { seq: first, offset: 0 }, Edge { seq: next.unwrap_or(written), offset: end });
        let size = self.applied.head.size;
        let search = Search { ticket, id, refusal, size, seq, segment: first, from, to, window: 0, reads: 0 };
        self.searching += 1;
        self.look_on(Box::new(search));
    }

    fn look_on(&mut self, mut search: Box<Search<M>>) {
        search.window = search.guess();
        search.reads += 1;
        self.ask(search.read(), Purpose::Repeat(search));
    }

    /// A window was read. A line that rotted since it was written is a reason to stop, not to answer.
    pub(super) fn search_read(&mut self, mut search: Box<Search<M>>, bytes: &[u8]) {
        match search.look(bytes).map(|found| if let Found::Line(line) = found { Some(line) } else { None }) {
            Ok(None) => self.look_on(search),
            Ok(Some(line)) => match self.id_of(search.seq, line) {
                Ok(id) => self.answer_search(*search, id, line),
                Err(reason) => self.rotted(&search, reason),
            },
            Err(reason) => self.rotted(&search, reason),
        }
    }

    /// The id of the event in a line, if that is still the line that was written.
    fn id_of(&self, seq: u64, line: &[u8]) -> Result<Digest, String> {
        let outline = Outline::read(line)
            .filter(|outline| outline.seq == seq)
            .ok_or("the entry is not the one that was written")?;
        let parsed = Parsed::read::<M>(outline.event, self.verifier.origin());
        parsed.map(|parsed| *parsed.id()).map_err(|malformed| malformed.detail)
    }

    fn answer_search(&mut self, search: Search<M>, id: Digest, line: &[u8]) {
        let Search { ticket, seq, refusal, size, .. } = search;
        assert!(self.searching > 0, "the search for entry {seq} ends, and none was begun");
        self.searching -= 1;
        if id == search.id {
            let receipt = super::Receipt { seq, id, line: line.into(), repeated: true };
            self.out.push_back(Output::Reply(ticket, Answer::Accepted(receipt)));
        } else {
            self.wait(ticket, size, Waiting::Refusal(refusal));
        }
    }

    fn rotted(&mut self, search: &Search<M>, reason: String) {
        let (file, offset) = (segment_file(search.segment), search.window);
        self.halt(Halt { file, offset, seq: search.seq, reason });
    }
}

#[cfg(test)]
mod tests {
    use alloc::{string::ToString as _, vec::Vec};

    use super::*;
    use crate::kernel::{
        PublicKey,
        echo::{Echo, EchoEvent, EchoGenesis, EchoRefusal, Say},
        entry::{Ledger, Outcome},
    };

    fn line(ledger: &mut Ledger<Echo>, event: &EchoEvent) -> Vec<u8> {
        let parsed = Parsed::new::<Echo>(event, "echo.example").expect("an event");
        match ledger.apply(parsed, 1_000, None) {
            Outcome::Accepted(entry) => [entry.line.as_slice(), b"\n"].concat(),
            Outcome::Refused(refusal) => panic!("{refusal}"),
        }
    }

    /// What somebody says in a line of the greatest length. The text stands in it twice, the name once.
    fn longest(ledger: &Ledger<Echo>, by: &str) -> EchoEvent {
        let event = |by: String, text: usize| EchoEvent::Say(Say { by, n: 1.into(), text: "x".repeat(text) });
        let left = LINE_BYTES_MAX + 1 - line(&mut ledger.clone(), &event(by.to_string(), 0)).len();
        event(by.to_string() + &"y"[..left % 2], left / 2)
    }

    #[test]
    fn a_window_holds_a_whole_line_wherever_it_begins() {
        let (log_key, origin) = (PublicKey([1; 32]), "echo.example".to_string());
        let genesis = EchoGenesis { log_key, origin, state_every: 1_000.into() };
        let mut ledger = Ledger::default();
        line(&mut ledger, &EchoEvent::Genesis(genesis));
        let mut bytes = Vec::new();
        for by in ["ann", "bob", "eve"] {
            let event = longest(&ledger, by);
            bytes.extend(line(&mut ledger, &event));
        }
        let len = bytes.len() as u64;
        assert_eq!(len, 3 * (LINE_BYTES_MAX as u64 + 1));
        for window in [0, 1, 2, LINE_BYTES_MAX as u64] {
            let (from, to) = (Edge { seq: 1, offset: 0 }, Edge { seq: 4, offset: len });
            let (id, refusal) = (Digest::ZERO, EchoRefusal::Number);
            let mut search: Search<Echo> =
                Search { ticket: 0, id, refusal, size: 4, seq: 2, segment: 0, from, to, window, reads: 1 };
            let FileOp::Read { offset, len, .. } = search.read() else { panic!("a read") };
            let found = search.look(&bytes[offset as usize..(offset + len) as usize]);
            let line = &bytes[LINE_BYTES_MAX + 1..2 * LINE_BYTES_MAX + 1];
            assert!(matches!(found, Ok(Found::Line(found)) if found == line), "from byte {window} on");
        }
    }
}
