//! Our way to canonical JSON against RFC 8785's own vectors and against an independent canonicaliser.

use alloc::{format, string::String, vec::Vec};

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Int, NotCanonical, from_bytes, to_bytes, write_text};

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

#[test]
fn the_first_byte_that_differs_is_named() {
    for (form, at) in [(r#"{"list":["a"], "n":1,"text":"x"}"#, 14), (r#" {"list":["a"],"n":1,"text":"x"}"#, 0)] {
        let error = from_bytes::<Row>(form.as_bytes()).expect_err(form);
        assert!(matches!(error, NotCanonical::Form { at: found } if found == at), "{error}");
    }
}

#[test]
fn a_number_above_the_largest_is_none_or_the_largest() {
    let max = (1 << 53) - 1;
    assert_eq!((Int::MAX.get(), Int::new(max).map(Int::get), Int::new(max + 1)), (max, Some(max), None));
    assert_eq!([max - 1, max, max + 1, u64::MAX].map(|n| Int::saturating(n).get()), [max - 1, max, max, max]);
    assert_eq!(Int::exact(max), Int::MAX);
}

#[test]
#[should_panic(expected = "9007199254740992 is no integer of a ledger")]
fn a_number_that_is_said_to_lie_in_range_does() {
    let _ = Int::exact(1 << 53);
}

/// Each character alone and among others: what has to be escaped is.
#[test]
fn a_text_without_anything_to_escape_is_written_as_any_other() {
    let both = |text: &str| {
        let mut plain = Vec::new();
        write_text(text, &mut plain);
        assert_eq!(plain, to_bytes(text), "{text:?}");
    };
    for c in (0..=0x2ff).chain([0x2028, 0x2029, 0x20ac, 0xfeff, 0xffff, 0x1_f600]).filter_map(char::from_u32) {
        both(&format!("{c}"));
        both(&format!("plain{c}text"));
    }
    both("");
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
