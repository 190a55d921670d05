//! Where choices come from: a seed, a log of an earlier run, or the bytes of a fuzzer.

use std::collections::BTreeMap;

use machine::kernel::digest::Digest;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use super::ChoiceLog;

/// What decides a run.
#[derive(Clone, Debug)]
pub enum Source {
    /// Draws: a stream of its own for each (kind, entity), derived from the seed and their names.
    Seed(u64),
    /// What an earlier run chose, or a part of it; what it doesn't name is boring.
    Log(ChoiceLog),
    /// Bytes, read one choice after another; when they are used up, the rest is boring. For fuzzers and `proptest`:
    /// zeros are boring.
    Bytes(Vec<u8>),
}

/// A source at work.
#[derive(Debug)]
pub(in super::super) enum Origin {
    Seed(u64),
    Log(BTreeMap<(String, String), Vec<(u64, u64)>>),
    Bytes(std::vec::IntoIter<u8>),
}

/// The choices of one place.
#[derive(Debug)]
pub(super) enum Stream {
    // boxed: a generator is 40 times the size of the others
    Seed(Box<ChaCha8Rng>),
    Log(Entries),
    Bytes,
}

impl From<Source> for Origin {
    fn from(source: Source) -> Self {
        match source {
            Source::Seed(seed) => Self::Seed(seed),
            Source::Log(log) => Self::Log(log.by_place()),
            Source::Bytes(bytes) => Self::Bytes(bytes.into_iter()),
        }
    }
}

impl Origin {
    /// The choices of a place that is being opened.
    pub(super) fn stream(&mut self, kind: &str, entity: &str) -> Stream {
        match self {
            Self::Seed(seed) => Stream::Seed(Box::new(generator(*seed, kind, entity))),
            Self::Log(places) => {
                let entries = places.remove(&(kind.to_owned(), entity.to_owned())).unwrap_or_default();
                Stream::Log(Entries { entries, next: 0 })
            }
            Self::Bytes(_) => Stream::Bytes,
        }
    }

    /// The first draw of a stream that no place uses.
    pub(super) fn aside(&self, kind: &str, entity: &str) -> Option<u64> {
        match self {
            Self::Seed(seed) => Some(generator(*seed, kind, entity).next_u64()),
            Self::Log(_) | Self::Bytes(_) => None,
        }
    }

    /// One byte decides whether: the greatest strike, at least one in 256.
    pub(super) fn rare(&mut self, ppm: u32, bound: u64) -> u64 {
        let strikes = (u64::from(ppm) * 256 / 1_000_000).clamp(1, 255);
        let byte = u64::from(self.byte());
        if byte < 256 - strikes { 0 } else { 1 + self.pick(bound) }
    }

    /// As few bytes as the bound needs, least significant first.
    pub(super) fn pick(&mut self, bound: u64) -> u64 {
        let bytes = 8 - bound.saturating_sub(1).leading_zeros() / 8;
        let value = (0..bytes).fold(0, |value, at| value | u64::from(self.byte()) << (8 * at));
        value % bound.max(1)
    }

    /// The next byte, 0 behind the last.
    fn byte(&mut self) -> u8 {
        match self {
            Self::Bytes(bytes) => bytes.next().unwrap_or(0),
            Self::Seed(_) | Self::Log(_) => 0,
        }
    }
}

/// One draw decides both whether and which; `bound` is under 2^32.
#[inline]
pub(super) fn rare(random: &mut ChaCha8Rng, ppm: u32, bound: u64) -> u64 {
    let draw = random.next_u64();
    let strikes = ((draw >> 32) * 1_000_000) >> 32 < u64::from(ppm);
    if strikes { 1 + (((draw & 0xffff_ffff) * bound.min(0xffff_ffff)) >> 32) } else { 0 }
}

/// Always one draw, whatever the bound, by a multiplication: the bias is under bound / 2^64.
#[inline]
pub(super) fn pick(random: &mut ChaCha8Rng, bound: u64) -> u64 {
    let scaled = (u128::from(random.next_u64()) * u128::from(bound)) >> 64;
    // below `bound`, which is a u64
    scaled as u64
}

/// The recorded choices of one place, by n-th use, read from front to back.
#[derive(Debug)]
pub(super) struct Entries {
    entries: Vec<(u64, u64)>,
    next: usize,
}

impl Entries {
    /// What was chosen at a use; uses are asked in ascending order.
    pub(super) fn take(&mut self, nth: u64) -> u64 {
        match self.entries.get(self.next) {
            Some(&(at, value)) if at == nth => {
                self.next += 1;
                value
            }
            _ => 0,
        }
    }
}

/// The stream of one place: nobody else's draws can move it.
fn generator(seed: u64, kind: &str, entity: &str) -> ChaCha8Rng {
    // neither kinds nor entities hold white space, so the key is unambiguous
    let key = Digest::untagged(&[b"sim/choice/v1\n", &seed.to_le_bytes(), kind.as_bytes(), b" ", entity.as_bytes()]);
    ChaCha8Rng::from_seed(key.0)
}
