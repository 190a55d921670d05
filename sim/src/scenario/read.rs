//! Reads a scenario in one pass over the TOML; a mistake is noted with its place, and reading goes on.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    DeclaredActor, Document, FaultSetting, KeyWord, Kind, MapKeys, Mistake, Mistakes, Step, Value, Values, Vocabulary,
    document::StepList,
    mistake::suggest,
    value,
    vocabulary::{ACTOR_KEYS, STEP_KEYS},
};
use crate::{canonical::INT_MAX, engine::FAULTS};

type Item<'a> = Spanned<DeValue<'a>>;

/// The top level's keys.
const TOP: &[&str] = &["name", "start", "seed", "crypto", "choices", "actors", "story", "workload", "faults", "expect"];

/// The spans that `[faults]` may set besides the rates.
pub(super) const SPANS: &[&str] = &["latency", "delay", "restart", "disk_latency"];

impl Document {
    /// Reads a scenario.
    ///
    /// # Errors
    /// All mistakes, with their places; of a file that is no TOML, those of the TOML reader.
    pub fn read(file: &str, text: &str, words: &Vocabulary) -> Result<Self, Mistakes> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let mistake = |error: &toml::de::Error| Mistake {
                span: error.span().unwrap_or_default(),
                message: error.message().replace('\n', ", "),
                help: "not TOML".to_string(),
            };
            return Err(Mistakes::new(file, text, errors.iter().map(mistake).collect()));
        }
        let mut reader = Reader { words, members: Vec::new(), mistakes: Vec::new() };
        let document = reader.document(file, text, table.get_ref());
        if reader.mistakes.is_empty() { Ok(document) } else { Err(Mistakes::new(file, text, reader.mistakes)) }
    }
}

/// What is known while reading.
struct Reader<'w> {
    words: &'w Vocabulary,
    /// The names of all members of all actors.
    members: Vec<(String, Vec<u32>)>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(Mistake { span, message: message.into(), help: help.into() });
    }

    fn document(&mut self, file: &str, text: &str, top: &DeTable<'_>) -> Document {
        self.top_keys(top);
        let actors = self.actors(top);
        let (steps, lists) = self.steps(top);
        let tables = self.tables(top);
        let expect = match get(top, "expect") {
            Some(item) => self.table(item, self.words.expect, "[expect]"),
            None => Values::default(),
        };
        Document {
            file: file.to_string(),
            text: text.to_string(),
            name: self.needed_text(top, "name"),
            start: self.start(top),
            seed: self.seed(top),
            choices: self.choices(top),
            crypto: self.crypto(top),
            actors,
            steps,
            tables,
            faults: self.faults(top),
            expect,
            lists,
            replaceable: replaceable(text, top),
            expectations: expectations(text, top),
        }
    }

    fn top_keys(&mut self, top: &DeTable<'_>) {
        let known: Vec<&str> = TOP.iter().copied().chain(self.words.tables.iter().map(|table| table.name)).collect();
        for (key, _) in top {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let help = suggest(name, known.iter().copied(), "all words: `sim steps`");
                self.wrong(key.span(), format!("no key or table is called `{name}`"), help);
            }
        }
    }

    fn needed_text(&mut self, top: &DeTable<'_>, key: &str) -> String {
        let found = get(top, key).map(|item| (item.span(), item.get_ref().as_str().map(str::to_string)));
        match found {
            Some((_, Some(text))) => text,
            Some((span, None)) => {
                self.wrong(span, format!("`{key}` is not text"), "write it in quotes");
                String::new()
            }
            None => {
                self.wrong(0..0, format!("`{key}` is missing"), format!("add `{key} = \"...\"` at the top"));
                String::new()
            }
        }
    }

    fn start(&mut self, top: &DeTable<'_>) -> u64 {
        let text = self.needed_text(top, "start");
        let Some(item) = get(top, "start").filter(|item| item.get_ref().as_str().is_some()) else { return 0 };
        let parsed = text.parse::<jiff::Timestamp>().ok().and_then(|time| u64::try_from(time.as_millisecond()).ok());
        parsed.unwrap_or_else(|| {
            self.wrong(item.span(), format!("`{text}` is no time"), "RFC 3339, from 1970 on: \"2026-01-01T00:00:00Z\"");
            0
        })
    }

    fn seed(&mut self, top: &DeTable<'_>) -> Option<u64> {
        let item = get(top, "seed")?;
        match self.value(item, Kind::Integer(0, INT_MAX), "seed")? {
            Value::Number(seed) => Some(seed),
            _ => None,
        }
    }

    fn crypto(&mut self, top: &DeTable<'_>) -> Option<String> {
        match self.value(get(top, "crypto")?, Kind::OneOf(&["real", "sealed"]), "crypto")? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn choices(&mut self, top: &DeTable<'_>) -> Option<Vec<String>> {
        let item = get(top, "choices")?;
        let lines = item.get_ref().as_array().and_then(|list| {
            list.iter().map(|line| line.get_ref().as_str().map(str::to_string)).collect::<Option<Vec<_>>>()
        });
        if lines.is_none() {
            self.wrong(item.span(), "`choices` is no list of lines", "a shrunk run writes it; leave it as it is");
        }
        lines
    }

    fn actors(&mut self, top: &DeTable<'_>) -> Vec<DeclaredActor> {
        let Some(table) = get(top, "actors").and_then(|item| item.get_ref().as_table()) else {
            let span = get(top, "actors").map_or(0..0, Spanned::span);
            self.wrong(span, "there are no actors", "add a table `[actors]` with `alice = { ... }`");
            return Vec::new();
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let keys: Vec<KeyWord> = ACTOR_KEYS.iter().chain(self.words.actor).copied().collect();
        let mut actors = Vec::new();
        for (key, item) in entries {
            let name: &str = key.get_ref();
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
                self.wrong(key.span(), format!("`{name}` is no name for an actor"), "a-z, 0-9 and _");
            }
            let values = self.table(item, &keys, "an actor");
            let actor = DeclaredActor { name: name.to_string(), count: values.number("count"), values };
            self.know(&actor);
            actors.push(actor);
        }
        actors
    }

    /// From now on steps may name the actor and its members.
    fn know(&mut self, actor: &DeclaredActor) {
        let next = self.members.iter().flat_map(|(_, ids)| ids).max().map_or(0, |last| last + 1);
        let ids: Vec<u32> = (next..).take(actor.members().len()).collect();
        if actor.count.is_some() {
            self.members.extend(actor.members().into_iter().zip(ids.iter().map(|id| vec![*id])));
        }
        self.members.push((actor.name.clone(), ids));
    }

    /// The steps of `[story]` and of `[workload]`, where their lists stand, and which steps each holds.
    fn steps(&mut self, top: &DeTable<'_>) -> (Vec<Step>, Vec<StepList>) {
        let (mut steps, mut lists) = (Vec::new(), Vec::new());
        for (table, at_once) in [("story", false), ("workload", true)] {
            let Some(item) = get(top, table) else { continue };
            let written = item.get_ref().as_table();
            let list = written.and_then(|table| get(table, "steps"));
            let Some((span, items)) = list.and_then(|list| Some((list.span(), list.get_ref().as_array()?))) else {
                let help = "add `steps = [ { actor = ..., do = ... }, ]`";
                self.wrong(item.span(), format!("`[{table}]` has no list of steps"), help);
                continue;
            };
            for (key, _) in written.into_iter().flatten().filter(|(key, _)| key.get_ref() != "steps") {
                self.wrong(key.span(), format!("`[{table}]` has no key `{}`", key.get_ref()), "it has `steps` alone");
            }
            let before = steps.len();
            steps.extend(items.iter().filter_map(|item| Some(Step { at_once, ..self.step(item)? })));
            lists.push(StepList { span, held: before..steps.len() });
            if items.is_empty() && !at_once && get(top, "workload").is_none() {
                self.wrong(item.span(), "nothing happens", "a step: { actor = \"alice\", do = \"login\" }");
            }
        }
        if get(top, "story").is_none() && get(top, "workload").is_none() {
            let help = "add a table `[story]` with `steps = [ { actor = ..., do = ... }, ]`";
            self.wrong(0..0, "nothing happens", help);
        }
        (steps, lists)
    }

    fn step(&mut self, item: &Item<'_>) -> Option<Step> {
        let table = item.get_ref().as_table();
        if table.is_none() {
            self.wrong(item.span(), "a step is a table", "{ actor = \"alice\", do = \"login\" }");
        }
        let word = self.step_word(table?, item.span());
        let keys: Vec<KeyWord> = STEP_KEYS.iter().chain(word.map_or(&[] as &[_], |word| word.keys)).copied().collect();
        let values = match word {
            Some(word) => self.table(item, &keys, &format!("`{}`", word.name)),
            None => self.known_keys(table?, &keys),
        };
        let actors = match values.get("actor") {
            Some(Value::Actors(actors)) => actors.clone(),
            _ => Vec::new(),
        };
        let step = Step {
            after_ms: values.number("after").unwrap_or(0),
            times: values.number("times").unwrap_or(1),
            refused: values.text("refused").map(str::to_string),
            at_once: false,
            values: Values { list: values.list.into_iter().filter(|(name, ..)| name != "actor").collect() },
            actors,
            word: word?,
            span: item.span(),
        };
        self.check_pairs(&step);
        Some(step)
    }

    /// Of a step whose name is unknown, the common keys still are checked.
    fn known_keys(&mut self, table: &DeTable<'_>, keys: &[KeyWord]) -> Values {
        let known = keys.iter().filter_map(|key| Some((key, get(table, key.name)?))).collect::<Vec<_>>();
        let list = known
            .into_iter()
            .filter_map(|(key, item)| Some((key.name.to_string(), self.value(item, key.kind, key.name)?, item.span())));
        Values { list: list.collect() }
    }

    fn step_word(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Option<&'static super::StepWord> {
        let Some(item) = get(table, "do") else {
            self.wrong(span, "a step without `do`", "what is done: see `sim steps`");
            return None;
        };
        let name = item.get_ref().as_str().unwrap_or_default();
        let word = self.words.steps.iter().find(|word| word.name == name);
        if word.is_none() {
            let known = self.words.steps.iter().map(|word| word.name);
            let help = suggest(name, known, "all steps and their keys: `sim steps`");
            self.wrong(item.span(), format!("no step is called `{name}`"), help);
        }
        word
    }

    fn check_pairs(&mut self, step: &Step) {
        for (key, value, span) in &step.values.list {
            if let Value::Actors(others) = value {
                let (we, they) = (step.actors.len(), others.len());
                if we > 1 && they > 1 && we != they {
                    let message = format!("{we} actors cannot be paired with the {they} of `{key}`");
                    self.wrong(span.clone(), message, "as many, or one on either side");
                }
            }
        }
    }

    fn tables(&mut self, top: &DeTable<'_>) -> Vec<(&'static str, Values)> {
        let words = self.words.tables;
        let read = words.iter().filter_map(|word| {
            let item = get(top, word.name)?;
            Some((word.name, self.table(item, word.keys, &format!("[{}]", word.name))))
        });
        read.collect()
    }

    fn faults(&mut self, top: &DeTable<'_>) -> FaultSetting {
        let Some(item) = get(top, "faults") else { return FaultSetting::Off };
        let swarm = KeyWord { name: "swarm", doc: "", kind: Kind::Flag, required: false };
        let rates =
            FAULTS.iter().map(|info| KeyWord { name: info.name, doc: info.doc, kind: Kind::Ratio, required: false });
        let spans = SPANS.iter().map(|name| KeyWord { name, doc: "", kind: Kind::Span, required: false });
        let keys: Vec<KeyWord> = [swarm].into_iter().chain(rates).chain(spans).collect();
        let values = self.table(item, &keys, "[faults]");
        if values.flag("swarm") == Some(true) { FaultSetting::Swarm } else { FaultSetting::Fixed(values) }
    }

    /// Reads a table by its keys: unknown ones, missing ones, and values of the wrong kind are mistakes.
    fn table(&mut self, item: &Item<'_>, keys: &[KeyWord], of: &str) -> Values {
        let Some(table) = item.get_ref().as_table() else {
            self.wrong(item.span(), format!("{of} is a table"), "{ key = value, ... }");
            return Values::default();
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut list = Vec::new();
        for (key, item) in entries {
            let name: &str = key.get_ref();
            match keys.iter().find(|known| known.name == name) {
                Some(known) => {
                    list.extend(self.value(item, known.kind, name).map(|value| (name.to_string(), value, item.span())));
                }
                None => {
                    let help = suggest(name, keys.iter().map(|known| known.name), "all keys: `sim steps`");
                    self.wrong(key.span(), format!("{of} has no key `{name}`"), help);
                }
            }
        }
        for missing in keys.iter().filter(|known| known.required && get(table, known.name).is_none()) {
            let help = format!("{}: {}", missing.name, missing.kind.describe());
            self.wrong(item.span(), format!("{of} needs `{}`", missing.name), help);
        }
        Values { list }
    }

    fn value(&mut self, item: &Item<'_>, kind: Kind, key: &str) -> Option<Value> {
        let text = item.get_ref().as_str();
        let value = match (kind, item.get_ref()) {
            (Kind::Integer(least, most), DeValue::Integer(number)) => {
                u64::from_str_radix(number.as_str(), number.radix())
                    .ok()
                    .filter(|n| (least..=most).contains(n))
                    .map(Value::Number)
            }
            (Kind::Flag, DeValue::Boolean(flag)) => Some(Value::Flag(*flag)),
            (Kind::Map(keys, of), DeValue::Table(table)) => return Some(self.map(table, keys, *of)),
            (Kind::Any, value) => as_json(value).map(Value::Any),
            (Kind::Text, _) => text.map(|text| Value::Text(text.to_string())),
            (Kind::Refusal, _) if self.words.refusals.is_empty() => text.map(|text| Value::Text(text.to_string())),
            (Kind::Duration, _) => {
                text.and_then(value::micros).filter(|us| us % 1_000 == 0).map(|us| Value::Number(us / 1_000))
            }
            (Kind::Span, _) => text.and_then(value::span).map(|(from, to)| Value::Span(from, to)),
            (Kind::Decimal(of), _) => text.and_then(|text| value::decimal(text, of.places)).map(Value::Number),
            (Kind::Ratio, _) => text.and_then(value::ratio).map(Value::Number),
            (Kind::ActorOrPrevious, _) if text == Some("previous") => Some(Value::Previous),
            (Kind::Actor | Kind::ActorOrPrevious, _) if text.is_some() => return self.actor(text?, item.span()),
            (Kind::Refusal, _) if text.is_some() => {
                return self.name_of(text?, self.words.refusals, "refusal", item.span());
            }
            (Kind::OneOf(names), _) if text.is_some() => return self.name_of(text?, names, key, item.span()),
            _ => None,
        };
        if value.is_none() {
            let found = show(item.get_ref());
            self.wrong(item.span(), format!("`{key}` cannot be {found}"), kind.describe());
        }
        value
    }

    fn map(&mut self, table: &DeTable<'_>, keys: MapKeys, of: Kind) -> Value {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut list = Vec::new();
        for (key, item) in entries {
            let name: &str = key.get_ref();
            let known = match keys {
                MapKeys::Actors => self.actor(name, key.span()).is_some(),
                MapKeys::Events => self.name_of(name, self.words.events, "entry", key.span()).is_some(),
                MapKeys::Effects => self.name_of(name, self.words.effects, "effect", key.span()).is_some(),
                MapKeys::Refusals if self.words.refusals.is_empty() => true,
                MapKeys::Refusals => self.name_of(name, self.words.refusals, "refusal", key.span()).is_some(),
            };
            list.extend(self.value(item, of, name).filter(|_| known).map(|value| (name.to_string(), value)));
        }
        Value::Map(list)
    }

    /// `alice`, `guest`, `guest-3` or `guest-1..5`.
    fn actor(&mut self, text: &str, span: Range<usize>) -> Option<Value> {
        let found = self.members.iter().find(|(name, _)| name == text).map(|(_, ids)| ids.clone());
        let found = found.or_else(|| {
            let (name, range) = text.rsplit_once('-')?;
            let (from, to) = range.split_once("..")?;
            let (_, ids) = self.members.iter().find(|(known, _)| known == name)?;
            let (from, to) = (from.parse::<usize>().ok()?.checked_sub(1)?, to.parse::<usize>().ok()?);
            ids.get(from..to).filter(|ids| !ids.is_empty()).map(<[u32]>::to_vec)
        });
        if found.is_none() {
            let names: Vec<String> = self.members.iter().map(|(name, _)| name.clone()).collect();
            let help = suggest(text, names.iter().map(String::as_str), "who takes part stands in `[actors]`");
            self.wrong(span, format!("no actor is called `{text}`"), help);
        }
        found.map(Value::Actors)
    }

    fn name_of(&mut self, text: &str, known: &[&'static str], what: &str, span: Range<usize>) -> Option<Value> {
        if known.contains(&text) {
            return Some(Value::Text(text.to_string()));
        }
        let help = suggest(text, known.iter().copied(), "all names: `sim steps`");
        self.wrong(span, format!("no {what} is called `{text}`"), help);
        None
    }
}

fn get<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<&'a Item<'i>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, item)| item)
}

/// TOML as JSON; none where a scenario may not have it: floats and dates.
fn as_json(value: &DeValue<'_>) -> Option<serde_json::Value> {
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => number.into(),
            Err(_) => u64::from_str_radix(number.as_str(), number.radix()).ok()?.into(),
        },
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Array(list) => list.iter().map(|item| as_json(item.get_ref())).collect::<Option<_>>()?,
        DeValue::Table(table) => {
            let entries = table.iter().map(|(key, item)| Some((key.get_ref().to_string(), as_json(item.get_ref())?)));
            serde_json::Value::Object(entries.collect::<Option<_>>()?)
        }
        DeValue::Float(_) | DeValue::Datetime(_) => return None,
    })
}

/// What was found, for people.
fn show(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("{}: there are no floats in a scenario", number.as_str()),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => format!("the date {time}"),
        DeValue::Array(_) => "a list".to_string(),
        DeValue::Table(_) => "a table".to_string(),
    }
}

/// The whole lines from one place to another.
fn lines(text: &str, from: usize, to: usize) -> Range<usize> {
    let start = text[..from].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[to..].find('\n').map_or(text.len(), |newline| to + newline + 1);
    start..end
}

/// The lines that a shrunk scenario replaces: `seed`, `choices`, and the table `[faults]`.
fn replaceable(text: &str, top: &DeTable<'_>) -> Vec<Range<usize>> {
    let spans = top.iter().filter_map(|(key, item)| match (key.get_ref().as_ref(), item.get_ref()) {
        ("seed" | "choices", _) => Some(lines(text, key.span().start, item.span().end)),
        ("faults", DeValue::Table(table)) => {
            let inner = table.iter().map(|(_, item)| item.span().end).max().unwrap_or(0);
            Some(lines(text, key.span().start, item.span().end.max(key.span().end).max(inner)))
        }
        _ => None,
    });
    spans.collect()
}

/// The lines of `[expect]` besides its verdict.
fn expectations(text: &str, top: &DeTable<'_>) -> Vec<Range<usize>> {
    let table = get(top, "expect").and_then(|item| item.get_ref().as_table());
    let counted = table.into_iter().flatten().filter(|(key, _)| key.get_ref() != "verdict");
    counted.map(|(key, item)| lines(text, key.span().start, item.span().end)).collect()
}
