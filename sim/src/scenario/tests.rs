//! Reading good and bad scenarios with a small vocabulary of its own.

use proptest::prelude::*;

use super::{Decimal, Document, FaultSetting, KeyWord, Kind, MapKeys, StepWord, TableWord, Value, Vocabulary, help};

const POINTS: Kind = Kind::Decimal(Decimal { unit: "points", places: 6 });

const WORDS: Vocabulary = Vocabulary {
    actor: &[KeyWord { name: "colour", doc: "Of the hat.", kind: Kind::OneOf(&["red", "blue"]), required: false }],
    steps: &[
        StepWord {
            name: "greet",
            doc: "Says hello.",
            keys: &[
                KeyWord { name: "to", doc: "Whom.", kind: Kind::ActorOrPrevious, required: true },
                KeyWord { name: "text", doc: "What.", kind: Kind::Text, required: false },
                KeyWord { name: "tip", doc: "How much.", kind: POINTS, required: false },
                KeyWord { name: "share", doc: "How much of it.", kind: Kind::Ratio, required: false },
            ],
        },
        StepWord { name: "leave", doc: "Goes.", keys: &[] },
    ],
    tables: &[TableWord {
        name: "rules",
        doc: "Numbers.",
        keys: &[KeyWord { name: "most", doc: "At most.", kind: Kind::Integer(1, 9), required: false }],
    }],
    expect: &[KeyWord { name: "tips", doc: "Of all.", kind: Kind::Map(MapKeys::Actors, &POINTS), required: false }],
    refusals: &["rude", "too_late"],
    events: &["GREETING"],
    effects: &["Smiled"],
};

const GOOD: &str = r#"# A comment that stays.
name  = "a good one"
start = "2026-01-01T00:00:00Z"
[actors]
ann   = { colour = "red" }
guest = { count = 3 }
[rules]
most = 3
[story]
steps = [
  { actor = "ann", do = "greet", to = "guest", text = "hi", tip = "1.5", share = "20 %" },
  { actor = "guest-2..3", do = "greet", to = "ann", after = "1m 5s", refused = "rude" }, # both
  { actor = "guest", do = "greet", to = "previous" },
  { actor = "guest-1", do = "leave", times = 2 },
]
[faults]
drop = "1 %"
latency = "1ms..20ms"
[expect]
tips = { ann = "3" }
"#;

fn read(text: &str) -> Document {
    Document::read("good.toml", text, &WORDS).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn mistakes(text: &str) -> String {
    Document::read("bad.toml", text, &WORDS).map_or_else(|mistakes| mistakes.render(false), |_| "none".to_string())
}

#[test]
fn a_good_scenario_is_read_whole() {
    let document = read(GOOD);
    assert_eq!((document.name.as_str(), document.start), ("a good one", 1_767_225_600_000));
    assert_eq!(
        document.members().iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["ann", "guest-1", "guest-2", "guest-3"]
    );
    assert_eq!(document.table("rules").number("most"), Some(3));
    assert_eq!(document.steps[0].values.number("tip"), Some(1_500_000));
    let turns: Vec<_> = document.turns().iter().map(|turn| (turn.actor, turn.other, turn.after_ms)).collect();
    let expected = [
        (0, Some(1), 0),
        (0, Some(2), 0),
        (0, Some(3), 0),
        (2, Some(0), 65_000),
        (3, Some(0), 0),
        (2, Some(1), 0),
        (3, Some(2), 0),
        (1, None, 0),
        (1, None, 0),
    ];
    assert_eq!(turns, expected);
    let FaultSetting::Fixed(faults) = &document.faults else { panic!("{:?}", document.faults) };
    assert_eq!((faults.number("drop"), faults.get("latency")), (Some(10_000), Some(&Value::Span(1_000, 20_000))));
    assert_eq!(document.expect.map("tips"), [("ann".to_string(), Value::Number(3_000_000))]);
}

#[test]
fn all_mistakes_are_told_at_once_as_compilers_tell_them() {
    let bad = GOOD
        .replace("do = \"greet\", to = \"ann\"", "do = \"gret\", to = \"ann\"")
        .replace("to = \"guest\", text", "to = \"gest\", text")
        .replace("tip = \"1.5\"", "tip = 1.5")
        .replace("refused = \"rude\"", "refused = \"ruder\"")
        .replace("most = 3", "most = 10");
    insta::assert_snapshot!(mistakes(&bad), @r#"
    error: `most` cannot be the number 10
     --> bad.toml:8:8
      |
    8 | most = 10
      |        ^^ a whole number, 1 to 9

    error: no actor is called `gest`
      --> bad.toml:11:39
       |
    11 |   { actor = "ann", do = "greet", to = "gest", text = "hi", tip = 1.5, share = "20 %" },
       |                                       ^^^^^^ did you mean `guest`?  (who takes part stands in `[actors]`)

    error: `tip` cannot be 1.5: there are no floats in a scenario
      --> bad.toml:11:66
       |
    11 |   { actor = "ann", do = "greet", to = "gest", text = "hi", tip = 1.5, share = "20 %" },
       |                                                                  ^^^ points as text: "100", "12.5"

    error: no step is called `gret`
      --> bad.toml:12:32
       |
    12 |   { actor = "guest-2..3", do = "gret", to = "ann", after = "1m 5s", refused = "ruder" }, # both
       |                                ^^^^^^ did you mean `greet`?  (all steps and their keys: `sim steps`)

    error: no refusal is called `ruder`
      --> bad.toml:12:79
       |
    12 |   { actor = "guest-2..3", do = "gret", to = "ann", after = "1m 5s", refused = "ruder" }, # both
       |                                                                               ^^^^^^^ did you mean `rude`?  (all names: `sim steps`)

    5 mistakes, nothing was run (exit 2)
    "#);
}

#[test]
fn what_is_missing_is_said() {
    insta::assert_snapshot!(mistakes("nme = \"x\"\n[actors]\nann = {}\n[story]\nsteps = [ { do = \"greet\" } ]\n"), @r#"
    error: no key or table is called `nme`
     --> bad.toml:1:1
      |
    1 | nme = "x"
      | ^^^ did you mean `name`?  (all words: `sim steps`)

    error: `name` is missing
     --> bad.toml:1:1
      |
    1 | nme = "x"
      | ^ add `name = "..."` at the top

    error: `start` is missing
     --> bad.toml:1:1
      |
    1 | nme = "x"
      | ^ add `start = "..."` at the top

    error: `greet` needs `actor`
     --> bad.toml:5:11
      |
    5 | steps = [ { do = "greet" } ]
      |           ^^^^^^^^^^^^^^^^ actor: an actor, or some: `guest-3`, `guest-1..5`

    error: `greet` needs `to`
     --> bad.toml:5:11
      |
    5 | steps = [ { do = "greet" } ]
      |           ^^^^^^^^^^^^^^^^ to: an actor, or `previous`: the crowd's member before

    5 mistakes, nothing was run (exit 2)
    "#);
    assert!(mistakes("").contains("4 mistakes, nothing was run (exit 2)"));
    assert!(mistakes("name = ").contains("bad.toml:1:"));
}

#[test]
fn a_shrunk_scenario_keeps_its_authors_words_and_reads_back() {
    let document = read(GOOD);
    let shrunk = document.shrunk(&[0, 3], 42, &["drop ann->guest 3 = 1".to_string()], true);
    let again = read(&shrunk);
    assert_eq!((again.seed, again.steps.len()), (Some(42), 2));
    assert_eq!(again.choices, Some(vec!["drop ann->guest 3 = 1".to_string()]));
    assert_eq!(again.faults, FaultSetting::Off);
    assert!(
        shrunk.contains("# A comment that stays.")
            && shrunk.contains("{ actor = \"guest-1\", do = \"leave\", times = 2 },")
    );
    assert_eq!(again.expect.map("tips").len(), 1);
    assert!(
        read(&document.shrunk(&[0], 42, &[], false)).expect.map("tips").is_empty(),
        "of a part nothing is expected"
    );
    let twice = again.shrunk(&[0, 1], 42, &["drop ann->guest 3 = 1".to_string()], true);
    assert_eq!(read(&twice).steps.len(), 2);
}

#[test]
fn the_help_names_every_word() {
    let page = help(&WORDS);
    for word in ["greet", "leave", "Of the hat.", "[rules]", "tips", "times"] {
        assert!(page.contains(word), "{word}:\n{page}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(text in ".{0,200}") {
        let _ = Document::read("any.toml", &text, &WORDS).map_err(|mistakes| mistakes.render(false));
    }

    #[test]
    fn no_damage_to_a_good_file_makes_the_reader_panic(at in 0usize..GOOD.len(), len in 0usize..20, with in ".{0,6}") {
        let mut text: Vec<char> = GOOD.chars().collect();
        let at = at.min(text.len());
        let end = (at + len).min(text.len());
        text.splice(at..end, with.chars());
        let text: String = text.into_iter().collect();
        match Document::read("any.toml", &text, &WORDS) {
            Ok(document) => drop(document.shrunk(&[0], 1, &[], false)),
            Err(mistakes) => drop((mistakes.render(false), mistakes.to_json())),
        }
    }
}

#[test]
fn a_workload_follows_the_story_and_both_are_written_back() {
    let text = "name = \"both\"\nstart = \"2026-01-01T00:00:00Z\"\n[actors]\nann = {}\n[story]\nsteps = [\n  { actor = \"ann\", do = \"leave\" },\n]\n\
                [workload]\nsteps = [\n  { actor = \"ann\", do = \"leave\", times = 2 },\n  { actor = \"ann\", do = \"leave\" },\n]\n";
    let read = |text: &str| Document::read("both.toml", text, &WORDS).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let document = read(text);
    let at_once: Vec<bool> = document.turns().iter().map(|turn| turn.step.at_once).collect();
    assert_eq!(at_once, [false, true, true, true]);
    let shrunk = read(&document.shrunk(&[2], 1, &[], true));
    assert_eq!(shrunk.turns().iter().map(|turn| turn.step.at_once).collect::<Vec<_>>(), [true]);
    assert!(Document::read("none.toml", &text.replace("steps", "stops"), &WORDS).is_err());
}
