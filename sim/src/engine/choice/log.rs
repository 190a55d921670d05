//! A log of choices: what a run decided and is not boring, as text of one choice a line.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// One choice that is not boring.
///
/// | kind | entity | value |
/// | --- | --- | --- |
/// | a fault's name | link or process | 1 and up: how it strikes |
/// | `latency` | link | microseconds more than the least |
/// | `disk_latency`, `restart` | process | the same |
/// | `landed` | process | how many operations under way were done in spite of a crash |
/// | `sectors` | process | what is missing of a torn write |
/// | `own.NAME` | process | what the process chose by that name |
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// What was chosen: `latency`, `drop`, ...
    pub kind: String,
    /// By whom: a process, or a link such as `alice->node`.
    pub entity: String,
    /// At which use of this kind there, from 1.
    pub nth: u64,
    /// The value that was chosen; never 0, which is the boring one.
    pub value: u64,
}

impl fmt::Display for Choice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {} = {}", self.kind, self.entity, self.nth, self.value)
    }
}

/// Choices by which a run can be repeated. Sorted by kind, entity and use; each key once.
///
/// As text, one a line; empty lines and those that start with `#` are skipped. Here the seventh message from alice takes
/// 4.2 ms more than the least, and the node crashes after its third input:
///
/// ```
/// let log: sim::engine::ChoiceLog = "
///     latency alice->node 7 = 4200
///     crash node 3 = 2
/// ".parse()?;
/// assert_eq!(log.to_string(), "crash node 3 = 2\nlatency alice->node 7 = 4200\n");
/// # Ok::<(), sim::engine::ChoiceLogError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChoiceLog {
    entries: Vec<Choice>,
}

/// Why a text is no log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ChoiceLogError {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong there, and what is expected.
    pub reason: String,
}

impl ChoiceLog {
    /// The choices, sorted by kind, entity and use.
    #[must_use]
    pub fn entries(&self) -> &[Choice] {
        &self.entries
    }

    /// How many choices are not boring.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether all is boring.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The choices of each (kind, entity), as (use, value) in ascending order.
    pub(super) fn by_place(self) -> BTreeMap<(String, String), Vec<(u64, u64)>> {
        let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for Choice { kind, entity, nth, value } in self.entries {
            places.entry((kind, entity)).or_default().push((nth, value));
        }
        places
    }
}

impl FromIterator<Choice> for ChoiceLog {
    /// Boring entries are left out; of two with the same key the last counts.
    fn from_iter<I: IntoIterator<Item = Choice>>(entries: I) -> Self {
        let by_key: BTreeMap<_, _> =
            entries.into_iter().map(|Choice { kind, entity, nth, value }| ((kind, entity, nth), value)).collect();
        let entry = |((kind, entity, nth), value)| Choice { kind, entity, nth, value };
        Self { entries: by_key.into_iter().map(entry).filter(|entry| entry.value != 0).collect() }
    }
}

impl fmt::Display for ChoiceLog {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.iter().try_for_each(|entry| writeln!(out, "{entry}"))
    }
}

impl FromStr for ChoiceLog {
    type Err = ChoiceLogError;

    fn from_str(text: &str) -> Result<Self, ChoiceLogError> {
        let mut seen = BTreeMap::new();
        for (line, text) in (1..).zip(text.lines().map(str::trim)) {
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let entry = parse_entry(text).map_err(|reason| ChoiceLogError { line, reason })?;
            let key = (entry.kind.clone(), entry.entity.clone(), entry.nth);
            if let Some((first, _)) = seen.insert(key, (line, entry)) {
                return Err(ChoiceLogError { line, reason: format!("this choice was already made in line {first}") });
            }
        }
        Ok(seen.into_values().map(|(_, entry)| entry).collect())
    }
}

/// `kind entity use = value`.
fn parse_entry(text: &str) -> Result<Choice, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [kind, entity, nth, "=", value] = words[..] else {
        return Err(format!("expected `kind entity use = value`, such as `drop alice->node 7 = 1`, found `{text}`"));
    };
    Ok(Choice {
        kind: kind.to_owned(),
        entity: entity.to_owned(),
        nth: parse_positive("the use", nth)?,
        value: parse_positive("the value", value)?,
    })
}

/// Uses count from 1, and a value of 0 is boring: it is not in a log.
fn parse_positive(what: &str, text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("{what} must be a whole number from 1 to 2^64 - 1, found `{text}`"))
}
