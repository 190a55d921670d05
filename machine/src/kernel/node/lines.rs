//! Cuts a file's bytes into lines as they are read.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::ops::Range;

/// The lines of a file from an offset on.
#[derive(Debug)]
pub(super) struct Lines {
    buffer: Vec<u8>,
    /// The offset in the file of the buffer's first byte, in bytes.
    base: u64,
    /// How much of the buffer was given as lines.
    done: usize,
    /// From here on there are only zeros.
    zeros_from: Option<u64>,
    /// The longest line.
    most: usize,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A line, without its newline: for [`Lines::bytes`], until the next bytes are fed.
    Line(Range<usize>),
    /// More bytes must be read first.
    More,
    /// The last line was given.
    End,
    /// What stands here is no line.
    Bad(String),
}

impl Lines {
    pub(super) fn from(offset: u64, most: usize) -> Self {
        Self { buffer: Vec::new(), base: offset, done: 0, zeros_from: None, most }
    }

    /// Where the next line begins, or the zeros behind the last one.
    pub(super) fn offset(&self) -> u64 {
        self.zeros_from.unwrap_or(self.base + self.done as u64)
    }

    /// From where on the file is to be read next.
    pub(super) fn wanted_from(&self) -> u64 {
        self.base + self.buffer.len() as u64
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.done);
        self.base += self.done as u64;
        self.done = 0;
        self.buffer.extend_from_slice(bytes);
    }

    pub(super) fn bytes(&self, range: &Range<usize>) -> &[u8] {
        &self.buffer[range.clone()]
    }

    /// The bytes of the file from an offset on that were given as lines; they must still be here.
    pub(super) fn given_from(&self, offset: u64) -> &[u8] {
        let given = (self.base..=self.offset()).contains(&offset);
        assert!(given, "bytes {offset} to {} are asked for, from {}", self.offset(), self.base);
        let [start, end] = [offset, self.offset()].map(|at| (at - self.base) as usize);
        &self.buffer[start..end]
    }

    /// Takes the lines from an offset on back: they are none.
    pub(super) fn stop_at(&mut self, offset: u64) {
        assert!(offset >= self.base && offset <= self.offset(), "{offset} lies behind what was given");
        self.zeros_from = Some(offset);
    }

    /// The next line; after the last one only zeros may follow, up to the end of the file.
    pub(super) fn next(&mut self, at_end: bool) -> Next {
        let rest = &self.buffer[self.done..];
        if self.zeros_from.is_some() || rest.first() == Some(&0) {
            self.zeros_from = Some(self.offset());
            if rest.iter().any(|byte| *byte != 0) {
                return Next::Bad("a hole of zeros with more behind it".to_string());
            }
            return if at_end { Next::End } else { self.skip_zeros() };
        }
        match memchr::memchr(b'\n', rest) {
            Some(len) if len > self.most => self.too_long(),
            Some(len) => {
                let line = self.done..self.done + len;
                self.done += len + 1;
                Next::Line(line)
            }
            None if rest.len() > self.most => self.too_long(),
            None if !at_end => Next::More,
            None if rest.is_empty() => Next::End,
            None => Next::Bad("a line without its end".to_string()),
        }
    }

    fn skip_zeros(&mut self) -> Next {
        self.done = self.buffer.len();
        Next::More
    }

    fn too_long(&self) -> Next {
        Next::Bad(format!("a line longer than {} bytes", self.most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a file that is read so many bytes at a time, and how it ends.
    fn cut(file: &[u8], at_a_time: usize, most: usize) -> (Vec<Vec<u8>>, Next, u64) {
        let (mut lines, mut found) = (Lines::from(0, most), Vec::new());
        loop {
            let at_end = lines.wanted_from() as usize >= file.len();
            match lines.next(at_end) {
                Next::Line(line) => found.push(lines.bytes(&line).to_vec()),
                Next::More => {
                    let from = lines.wanted_from() as usize;
                    lines.feed(&file[from..(from + at_a_time).min(file.len())]);
                }
                end => return (found, end, lines.offset()),
            }
        }
    }

    #[test]
    fn lines_are_the_same_however_much_is_read_at_a_time() {
        let file = b"one\ntwo and a half\n\nfour\n\0\0\0\0\0\0\0";
        let expected = ["one", "two and a half", "", "four"].map(|line| line.as_bytes().to_vec());
        for at_a_time in 1..=file.len() {
            let (lines, end, offset) = cut(file, at_a_time, 14);
            assert_eq!((lines.as_slice(), end, offset), (&expected[..], Next::End, 25), "{at_a_time}");
        }
    }

    #[test]
    fn what_is_no_line_is_named_where_it_begins() {
        for at_a_time in [1, 3, 64] {
            for (file, at, reason) in [
                (&b"one\ntwo"[..], 4, "a line without its end"),
                (b"one\n\0\0\0x\n", 4, "a hole of zeros with more behind it"),
                (b"one\nfourteen bytes\n", 4, "a line longer than 13 bytes"),
                (b"one\nfourteen bytes", 4, "a line longer than 13 bytes"),
                (b"one\nfourteen bytes and no end", 4, "a line longer than 13 bytes"),
            ] {
                let (lines, end, offset) = cut(file, at_a_time, 13);
                assert_eq!((lines.len(), end, offset), (1, Next::Bad(reason.to_string()), at));
            }
            assert_eq!(cut(b"thirteen byte\n", at_a_time, 13).1, Next::End);
        }
    }
}
