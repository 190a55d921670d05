//! Choices: everything that a run decides, keyed by (kind, entity, n-th use there), from whatever source.
//!
//! A choice is a number. 0 is the boring one: no fault, the least latency, the first of a list. The key says where it
//! was asked for, not when: taking one choice away, or adding a kind of choice, never renumbers another.

mod dice;
mod log;
mod source;

use std::{borrow::Cow, fmt};

use self::source::Stream;
pub(super) use self::{
    dice::{Dice, Entity, Points, Setting},
    source::Origin,
};
pub use self::{
    log::{Choice, ChoiceLog, ChoiceLogError},
    source::Source,
};

/// A place where choices are made, once it is open: the index of a (kind, entity).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point(u32);

impl Point {
    pub(super) const CLOSED: Self = Self(u32::MAX);
}

/// The choices of one run.
#[derive(Debug)]
pub(super) struct Choices {
    origin: Origin,
    places: Vec<Place>,
    /// What was not boring, if it is kept: where, at which use, what.
    record: Option<Vec<(Point, u64, u64)>>,
}

/// One (kind, entity), and how often it was asked.
#[derive(Debug)]
struct Place {
    kind: Cow<'static, str>,
    entity: String,
    uses: u64,
    stream: Stream,
}

impl Choices {
    pub(super) fn new(source: Source) -> Self {
        Self { origin: source.into(), places: Vec::new(), record: None }
    }

    /// Keeps what is not boring, for [`Choices::log`].
    pub(super) fn recording(mut self) -> Self {
        self.record = Some(Vec::new());
        self
    }

    pub(super) const fn is_log(&self) -> bool {
        matches!(self.origin, Origin::Log(_))
    }

    /// A draw outside of the log, for what shapes a run before it starts; only a seed can give one.
    pub(super) fn aside(&self, kind: &str, entity: &str) -> Option<u64> {
        self.origin.aside(kind, entity)
    }

    /// Opens the place where an entity makes choices of a kind; each only once.
    pub(super) fn open(&mut self, kind: impl Into<Cow<'static, str>>, entity: impl fmt::Display) -> Point {
        let (kind, entity) = (kind.into(), entity.to_string());
        let stream = self.origin.stream(&kind, &entity);
        let point = u32::try_from(self.places.len()).expect("four thousand million places of choice");
        self.places.push(Place { kind, entity, uses: 0, stream });
        Point(point)
    }

    /// 0 nearly always; with a chance of `ppm` in a million one of `1..=bound`, each as likely.
    #[inline]
    pub(super) fn rare(&mut self, point: Point, ppm: u32, bound: u64) -> u64 {
        let place = &mut self.places[point.0 as usize];
        place.uses += 1;
        let value = match &mut place.stream {
            Stream::Seed(random) => source::rare(random, ppm, bound),
            Stream::Log(entries) => entries.take(place.uses).min(bound),
            Stream::Bytes => self.origin.rare(ppm, bound),
        };
        self.keep(point, value)
    }

    /// One of `0..bound`, each as likely.
    #[inline]
    pub(super) fn pick(&mut self, point: Point, bound: u64) -> u64 {
        let place = &mut self.places[point.0 as usize];
        place.uses += 1;
        let value = match &mut place.stream {
            Stream::Seed(random) => source::pick(random, bound),
            Stream::Log(entries) => entries.take(place.uses).min(bound.saturating_sub(1)),
            Stream::Bytes => self.origin.pick(bound),
        };
        self.keep(point, value)
    }

    /// The kind and entity of an open place.
    pub(super) fn name(&self, point: Point) -> (&str, &str) {
        let place = &self.places[point.0 as usize];
        (&place.kind, &place.entity)
    }

    /// What was chosen so far and is not boring; empty unless recording.
    pub(super) fn log(&self) -> ChoiceLog {
        let entry = |&(point, nth, value): &(Point, u64, u64)| {
            let (kind, entity) = self.name(point);
            Choice { kind: kind.to_owned(), entity: entity.to_owned(), nth, value }
        };
        self.record.iter().flatten().map(entry).collect()
    }

    /// Records a choice that was made at the latest use of a place.
    #[inline]
    fn keep(&mut self, point: Point, value: u64) -> u64 {
        if let Some(record) = &mut self.record
            && value != 0
        {
            record.push((point, self.places[point.0 as usize].uses, value));
        }
        value
    }
}

#[cfg(test)]
mod tests;
