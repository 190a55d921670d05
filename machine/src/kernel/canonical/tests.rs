//! Our way to canonical JSON against RFC 8785's own vectors and against an independent canonicaliser.

use alloc::{format, string::String, vec::Vec};

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Int, NotCanonical, from_bytes, to_bytes};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    absent: Option<Int>,
    list: Vec<String>,
    n: Int,
    text: String,
}

fn independent(row: &Row) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(row).expect("the independent canonicaliser takes it")
}

#[test]
fn rfc_8785_section_3_2_2_string_vector() {
    let text = "\u{20ac}$\u{000f}\nA'B\"\\\\\"/";
    let written = to_bytes(text);
    assert_eq!(
        written,
        br#""`$\u000f\nA'B\"\\\\\"/""#
            .as_slice()
            .iter()
            .flat_map(|byte| match byte {
                b'`' => "\u{20ac}".as_bytes().to_vec(),
                other => [*other].to_vec(),
            })
            .collect::<Vec<u8>>()
    );
}

#[test]
fn numbers_end_at_two_to_the_53_minus_1() {
    assert_eq!(from_bytes::<Int>(b"9007199254740991").ok(), Some(Int::MAX));
    for bad in ["9007199254740992", "-1", "1.0", "1e3", "01", "null", "\"1\""] {
        assert!(matches!(from_bytes::<Int>(bad.as_bytes()), Err(NotCanonical::Shape(_))), "{bad}");
    }
}

#[test]
fn only_the_canonical_form_is_read() {
    let good = r#"{"list":["a"],"n":1,"text":"x"}"#;
    assert!(from_bytes::<Row>(good.as_bytes()).is_ok());
    for form in [
        r#"{"n":1,"list":["a"],"text":"x"}"#,
        r#"{"list":["a"], "n":1,"text":"x"}"#,
        r#"{"list":["\u0061"],"n":1,"text":"x"}"#,
    ] {
        assert!(matches!(from_bytes::<Row>(form.as_bytes()), Err(NotCanonical::Form { .. })), "{form}");
    }
    for shape in [
        r#"{"list":[],"n":1,"n":1,"text":"x"}"#,
        r#"{"list":[],"more":1,"n":1,"text":"x"}"#,
        r#"{"list":[],"n":1,"text":"\ud800"}"#,
        r#"{"list":[],"n":1,"text":"x"} x"#,
    ] {
        assert!(matches!(from_bytes::<Row>(shape.as_bytes()), Err(NotCanonical::Shape(_))), "{shape}");
    }
}

proptest! {
    #[test]
    fn every_text_and_number_is_written_as_the_independent_canonicaliser_writes_it(
        absent in proptest::option::of(0..=Int::MAX.get()),
        list in proptest::collection::vec(any::<String>(), 0..4),
        n in 0..=Int::MAX.get(),
        text in any::<String>(),
    ) {
        let row = Row { absent: absent.map(Int::saturating), list, n: Int::saturating(n), text };
        let bytes = to_bytes(&row);
        prop_assert_eq!(&bytes, &independent(&row), "{}", format!("{row:?}"));
        prop_assert_eq!(from_bytes::<Row>(&bytes).ok(), Some(row));
    }
}
