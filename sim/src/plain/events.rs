//! The events of a machine as the steps of scenarios, and steps back as events.

use machine::kernel::node::Config;
use serde_json::{Map, Value as Json, json};

use super::{
    Simple,
    shape::{Holds, Shape, shapes},
    tagging::Tagging,
};
use crate::{
    canonical,
    scenario::{COUNTS, Document, KeyWord, Kind, Mistake, Step, StepWord, TableWord, Value, Vocabulary, is_step_key},
};

/// The step of an event type that is no enum.
pub(super) const ONLY: &str = "event";
/// The key of an event that holds one thing without a name, or fields beside a tag.
const VALUE: &str = "value";

const fn setting(name: &'static str, kind: Kind, doc: &'static str) -> KeyWord {
    KeyWord { name, doc, kind, required: false }
}

const TABLES: &[TableWord] = &[TableWord {
    name: "node",
    doc: "How the node keeps its files.",
    keys: &[
        setting(
            "segment_bytes",
            Kind::Integer(1, 1 << 40),
            "The length in bytes at which a new segment is begun; 65536 if not said.",
        ),
        setting("snapshot_every", Kind::Integer(0, 1 << 40), "Entries between snapshots; 0: none; 8 if not said."),
    ],
}];

/// How the node keeps its files, as the scenario says.
pub(super) fn config(document: &Document) -> Config {
    let node = document.table("node");
    let number = |key: &str, or: u64| node.number(key).unwrap_or(or);
    let (segment_bytes, snapshot_every) = (number("segment_bytes", 1 << 16), number("snapshot_every", 8));
    Config { segment_bytes, snapshot_every, ..Config::default() }
}

const STATE: KeyWord =
    KeyWord { name: "state", doc: "The machine's state, as JSON has it.", kind: Kind::Any, required: false };

/// Everything that a scenario of this machine may say. Made once a process, and kept until it ends.
///
/// # Panics
/// If a field of an event has a name that every step has: it must be renamed.
pub(super) fn vocabulary<M: Simple>() -> Vocabulary {
    let events = shapes::<M::Event>();
    let effects: Vec<&'static str> = shapes::<M::Effect>().iter().filter_map(|shape| shape.variant).collect();
    let names: Vec<&'static str> = events.iter().map(name).collect();
    let expect: Vec<KeyWord> = COUNTS.iter().copied().chain([STATE]).collect();
    Vocabulary {
        actor: &[],
        steps: events.iter().map(step_word).collect::<Vec<_>>().leak(),
        tables: TABLES,
        expect: expect.leak(),
        refusals: &[],
        events: names.leak(),
        effects: effects.leak(),
    }
}

fn name(shape: &Shape) -> &'static str {
    shape.variant.unwrap_or(ONLY)
}

fn step_word(shape: &Shape) -> StepWord {
    let key = |name: &'static str, kind: Kind| KeyWord { name, doc: "As the event has it.", kind, required: false };
    let keys: Vec<KeyWord> = match &shape.holds {
        Holds::Nothing => Vec::new(),
        Holds::Value(kind) => vec![key(VALUE, *kind)],
        Holds::Fields(fields) => fields.iter().map(|(name, kind)| key(name, *kind)).collect(),
    };
    let taken = keys.iter().find(|key| is_step_key(key.name));
    assert!(
        taken.is_none(),
        "the event `{}` has a field `{}`, as every step has: rename it, or give it `#[serde(rename = \"...\")]`",
        name(shape),
        taken.map_or("", |key| key.name),
    );
    StepWord { name: name(shape), doc: "Submits this event to the machine.", keys: keys.leak() }
}

/// The event that a step submits.
pub(super) fn event<M: Simple>(step: &Step) -> Result<M::Event, Mistake> {
    let shape = shapes::<M::Event>().into_iter().find(|shape| name(shape) == step.word.name);
    let shape = shape.unwrap_or(Shape { variant: None, holds: Holds::Nothing });
    let value = |key: &str| step.values.get(key).map(as_json);
    let holds = match &shape.holds {
        Holds::Nothing => None,
        Holds::Value(_) => value(VALUE),
        Holds::Fields(fields) => {
            let given = fields.iter().filter_map(|(name, _)| Some(((*name).to_string(), value(name)?)));
            Some(Json::Object(given.collect::<Map<_, _>>()))
        }
    };
    let mistake = |wrong: String| Mistake {
        span: step.span.clone(),
        message: format!("this is no event `{}`: {wrong}", step.word.name),
        help: "the keys of each event: `sim steps`".to_string(),
    };
    let written = match shape.variant {
        Some(variant) => {
            let joined = Tagging::of::<M::Event>().join(variant, holds);
            joined.ok_or_else(|| mistake(format!("`{VALUE}` is a table of its fields")))?
        }
        None => holds.unwrap_or(Json::Null),
    };
    let event: M::Event = serde_json::from_value(written).map_err(|error| mistake(error.to_string()))?;
    canonical::to_string(&event).map_err(|error| mistake(error.to_string()))?;
    Ok(event)
}

/// The kinds of an event's keys give these values, and no others.
fn as_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Number(number) => json!(number),
        Value::Flag(flag) => json!(flag),
        Value::Any(json) => json.clone(),
        Value::Actors(_) | Value::Span(..) | Value::Map(_) | Value::Previous => Json::Null,
    }
}
