//! The formats of a plain machine: every way in which `serde` writes an enum gives kinds and refusals, ledgers are canonical
//! JSON, and what has no canonical form is refused by its name.

use std::collections::BTreeMap;

use machine::kernel::{Effects, Machine, Stamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sim::{
    System as _,
    engine::{self, Faults, Source},
    plain::{Plain, Simple},
    scenario::Document,
    system::{History, Options},
};

/// The text of a scenario in which ann takes these steps.
fn scenario(steps: &str) -> String {
    format!(
        "name = \"formats\"\nstart = \"2026-01-01T00:00:00Z\"\n[actors]\nann = {{}}\n[story]\nsteps = [\n{steps}\n]\n"
    )
}

/// Plays a scenario without faults, and gives its verdict and its history.
fn play<M: Simple>(steps: &str) -> (String, History) {
    let document = Document::read("formats.toml", &scenario(steps), &Plain::<M>::vocabulary());
    let document = document.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let options = Options { seed: 1, real: false, faults: Faults::none(), planted: None };
    let world = Plain::<M>::world(&document, &options).unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let report = engine::run(&world, Source::Seed(1));
    (report.verdict.to_string(), Plain::<M>::history(&world))
}

/// The lines of the ledger that a run left.
fn ledger(history: &History) -> Vec<String> {
    let segments = history.files.iter().filter(|(name, _)| name.starts_with("segment-"));
    let bytes: Vec<u8> = segments.flat_map(|(_, bytes)| bytes.clone()).collect();
    String::from_utf8(bytes).expect("UTF-8").lines().map(str::to_string).collect()
}

/// A machine that counts up to ten, with its events and effects written in one of serde's ways.
macro_rules! counting_machine {
    ($name:ident, $module:ident, $(#[$repr:meta])*) => {
        struct $name;

        mod $module {
            use serde::{Deserialize, Serialize};

            #[derive(Clone, Debug, Serialize, Deserialize)]
            $(#[$repr])*
            pub(super) enum Event {
                Add { much: u8 },
                Reset,
            }

            #[derive(Clone, Debug, Serialize, Deserialize)]
            $(#[$repr])*
            pub(super) enum Effect {
                Counted { total: u8 },
                Refused { reason: String },
            }
        }

        impl Machine for $name {
            type State = u8;
            type Event = $module::Event;
            type Effect = $module::Effect;

            fn apply(state: u8, _: &Stamp, event: &Self::Event) -> (u8, Effects<Self::Effect>) {
                let total = match event {
                    $module::Event::Add { much } if state + much > 10 => {
                        return (state, [$module::Effect::Refused { reason: "too_much".to_string() }].into());
                    }
                    $module::Event::Add { much } => state + much,
                    $module::Event::Reset => 0,
                };
                (total, [$module::Effect::Counted { total }].into())
            }
        }
    };
}

counting_machine!(External, external,);
counting_machine!(Internal, internal, #[serde(tag = "type")]);
counting_machine!(Adjacent, adjacent, #[serde(tag = "t", content = "c")]);

/// Adds 6, adds 6 again, which is refused, resets, and adds 7: whatever the representation, the same is counted.
fn counts<M: Simple>(add: &str) -> Vec<String> {
    let step = |does: &str| format!("  {{ actor = \"ann\", {does} }},");
    let refused = format!("{}, refused = \"too_much\"", add.replace('N', "6"));
    let steps = [step(&add.replace('N', "6")), step(&refused), step("do = \"Reset\""), step(&add.replace('N', "7"))];
    let (verdict, history) = play::<M>(&steps.join("\n"));
    assert_eq!((verdict.as_str(), &history.failures), ("pass", &Vec::new()), "{history:#?}");
    assert_eq!(history.entries, BTreeMap::from([("Add".to_string(), 2), ("Reset".to_string(), 1)]));
    assert_eq!(history.effects, BTreeMap::from([("Counted".to_string(), 3)]), "a refusal is no effect of an entry");
    assert_eq!(history.refusals, BTreeMap::from([("too_much".to_string(), 1)]));
    assert_eq!(history.state, Some(Value::from(7)));
    ledger(&history)
}

#[test]
fn every_representation_of_an_enum_gives_the_same_kinds_and_refusals() {
    let external = counts::<External>("do = \"Add\", much = N");
    assert!(external[1].contains(r#""event":{"Add":{"much":6}}"#), "{external:?}");
    let internal = counts::<Internal>("do = \"Add\", value = { much = N }");
    assert!(internal[1].contains(r#""event":{"much":6,"type":"Add"}"#), "{internal:?}");
    let adjacent = counts::<Adjacent>("do = \"Add\", value = { much = N }");
    assert!(adjacent[1].contains(r#""event":{"c":{"much":6},"t":"Add"}"#), "{adjacent:?}");
    assert_eq!([external.len(), internal.len(), adjacent.len()], [4; 3], "genesis, and three entries each");
}

/// A refusal without a reason is one in every representation too.
struct Never;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
enum No {
    Refused,
}

impl Machine for Never {
    type State = ();
    type Event = Option<bool>;
    type Effect = No;

    fn apply((): (), _: &Stamp, _: &Option<bool>) -> ((), Effects<No>) {
        ((), [No::Refused].into())
    }
}

#[test]
fn a_bare_refusal_with_a_tag_is_no_entry() {
    let (verdict, history) =
        play::<Never>("  { actor = \"ann\", do = \"event\", value = true, refused = \"refused\" },");
    assert_eq!((verdict.as_str(), &history.failures, ledger(&history).len()), ("pass", &Vec::new(), 1));
}

/// A machine whose only effect is a refusal, written in a case of `serde`'s.
macro_rules! refusing_machine {
    ($name:ident, $effect:ident, $case:literal, $repr:meta) => {
        struct $name;

        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(rename_all = $case)]
        #[$repr]
        enum $effect {
            Refused { reason: String },
        }

        impl Machine for $name {
            type State = ();
            type Event = Option<bool>;
            type Effect = $effect;

            fn apply((): (), _: &Stamp, _: &Option<bool>) -> ((), Effects<$effect>) {
                ((), [$effect::Refused { reason: "never".to_string() }].into())
            }
        }
    };
}

refusing_machine!(Snake, SnakeNo, "snake_case", serde(tag = "type"));
refusing_machine!(Loud, LoudNo, "SCREAMING_SNAKE_CASE", serde(tag = "t", content = "c"));
refusing_machine!(Kebab, KebabNo, "kebab-case", serde(deny_unknown_fields));

#[test]
fn a_refusal_is_one_in_whatever_case_it_is_written() {
    let plays = [play::<Snake>, play::<Loud>, play::<Kebab>];
    for (n, play) in plays.into_iter().enumerate() {
        let (verdict, history) = play("  { actor = \"ann\", do = \"event\", value = true, refused = \"never\" },");
        assert_eq!((verdict.as_str(), &history.failures, ledger(&history).len()), ("pass", &Vec::new(), 1), "{n}");
    }
}

/// Keeps what it is given.
struct Keeps;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Kept {
    by_name: BTreeMap<String, f64>,
    number: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Keep {
    Halve { name: String, number: u32 },
    Square { number: u64 },
    Divide { by: u32 },
    Take { number: i64 },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Held {
    by_name: BTreeMap<String, f64>,
    size: f64,
}

impl Machine for Keeps {
    type State = Kept;
    type Event = Keep;
    type Effect = Held;

    fn apply(mut state: Kept, _: &Stamp, event: &Keep) -> (Kept, Effects<Held>) {
        match event {
            Keep::Halve { name, number } => {
                state.by_name.insert(name.clone(), f64::from(*number) / 2.0);
            }
            Keep::Square { number } => state.number = number * number,
            Keep::Divide { by } => {
                state.by_name.insert("ratio".to_string(), 0.0 / f64::from(*by));
            }
            Keep::Take { number } => state.number = number.unsigned_abs(),
        }
        let held = Held { by_name: state.by_name.clone(), size: state.by_name.len() as f64 };
        (state, [held].into())
    }
}

#[test]
fn the_ledger_of_a_plain_machine_is_canonical_json() {
    let (verdict, history) = play::<Keeps>(
        "  { actor = \"ann\", do = \"Halve\", name = \"\u{fb33}\", number = 200 },
           { actor = \"ann\", do = \"Halve\", name = \"\u{1f600}\", number = 3 },",
    );
    assert_eq!((verdict.as_str(), &history.failures), ("pass", &Vec::new()));
    let lines = ledger(&history);
    assert_eq!(lines.len(), 3);
    for line in &lines {
        let value: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(serde_json_canonicalizer::to_string(&value).expect("canonical"), *line);
    }
    let held = "\"effects\":[{\"by_name\":{\"\u{1f600}\":1.5,\"\u{fb33}\":100},\"size\":2}]";
    assert!(lines[2].contains(held), "keys by UTF-16, and 2.0 is 2: {}", lines[2]);
    assert_eq!(history.state.map(|state| state["by_name"]["\u{fb33}"].clone()), Some(Value::from(100)));
}

#[test]
fn what_has_no_canonical_form_is_refused_by_its_path() {
    let failure = |steps: &str| play::<Keeps>(steps).1.failures.concat();
    let nan = failure("  { actor = \"ann\", do = \"Divide\", by = 0 },");
    assert!(nan.contains("its state has no canonical JSON: `by_name.ratio` is NaN"), "{nan}");
    let large = failure("  { actor = \"ann\", do = \"Square\", number = 100000000 },");
    assert!(large.contains("its state has no canonical JSON: `number` is 10000000000000000"), "{large}");
    let document = scenario("  { actor = \"ann\", do = \"Take\", number = 9007199254740992 },");
    let document = Document::read("formats.toml", &document, &Plain::<Keeps>::vocabulary()).expect("a scenario");
    let options = Options { seed: 1, real: false, faults: Faults::none(), planted: None };
    let mistakes = Plain::<Keeps>::world(&document, &options).err().expect("a mistake").render(false);
    for part in ["formats.toml:7:", "this is no event `Take`", "`Take.number` is 9007199254740992", "up to 2^53-1"] {
        assert!(mistakes.contains(part), "{part}: {mistakes}");
    }
}
