//! The writer against another implementation of RFC 8785 where that is right, and what is refused where it rounds.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{INT_MAX, JsonError, to_string};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Unit,
    Newtype(f64),
    Tuple(u8, String),
    Struct { z: i64, a: Option<bool> },
}

#[derive(Clone, Debug, Serialize)]
struct Part {
    weight: f64,
    count: u64,
}

#[derive(Clone, Debug, Serialize)]
struct Whole {
    parts: Vec<Part>,
    by_name: BTreeMap<String, Part>,
}

/// Whole numbers that are in range, and any finite float.
fn numbers() -> impl Strategy<Value = Value> {
    let whole = (-(INT_MAX as i64)..=INT_MAX as i64).prop_map(Value::from);
    let any = any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from);
    let simple =
        (-1_000_000_i64..1_000_000, 0_i32..12).prop_map(|(n, places)| Value::from(n as f64 / 10_f64.powi(places)));
    prop_oneof![whole, any, simple]
}

/// Keys that sort otherwise by UTF-8 than by UTF-16 among them.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\u{e000}-\u{ffff}\u{10000}-\u{10ffff}a-z\\\\\"\n\u{0}-\u{1f}]{0,4}"]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), numbers(), texts().prop_map(Value::from)];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((texts(), inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn is_what_another_implementation_writes(value in values()) {
        let theirs = serde_json_canonicalizer::to_string(&value).expect("canonical");
        prop_assert_eq!(to_string(&value), Ok(theirs));
    }

    #[test]
    fn a_float_reads_back_as_the_same_number(number in any::<f64>()) {
        prop_assume!(number.is_finite());
        let written = to_string(&number).expect("finite");
        prop_assert_eq!(serde_json::from_str::<f64>(&written).expect("a number"), number);
    }

    #[test]
    fn an_integer_is_written_as_it_is_or_refused_by_its_path(number in any::<i64>()) {
        let small = number.unsigned_abs() <= INT_MAX;
        prop_assert_eq!(to_string(&[number]), if small { Ok(format!("[{number}]")) } else { Err(too_large("[0]", &number.to_string())) });
    }
}

fn too_large(path: &str, number: &str) -> JsonError {
    let reason = format!("is {number}, and JSON carries integers only up to 2^53-1; write it as text");
    JsonError { path: path.to_string(), reason }
}

#[test]
fn numbers_are_those_of_ecmascript() {
    for (number, written) in [
        (100.0, "100"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (123_456.75, "123456.75"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-9, "1.5e-9"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e+308"),
        (-9_007_199_254_740_994.0, "-9007199254740994"),
    ] {
        assert_eq!(to_string(&number).as_deref(), Ok(written));
    }
}

#[test]
fn enums_are_written_as_serde_json_writes_them() {
    let shapes =
        [Shape::Unit, Shape::Newtype(1.0), Shape::Tuple(1, "a".to_string()), Shape::Struct { z: -1, a: Some(true) }];
    assert_eq!(
        to_string(&shapes).expect("canonical"),
        r#"["Unit",{"Newtype":1},{"Tuple":[1,"a"]},{"Struct":{"a":true,"z":-1}}]"#
    );
    for shape in shapes {
        let written = to_string(&shape).expect("canonical");
        assert_eq!(serde_json::from_str::<Shape>(&written).expect("reads back"), shape);
    }
}

#[test]
fn keys_stand_in_the_order_of_their_utf_16_code_units() {
    let value = json!({ "\u{1f600}": 1, "\u{fb33}": 2, "b": 3, "a": 4 });
    assert_eq!(to_string(&value).expect("canonical"), "{\"a\":4,\"b\":3,\"\u{1f600}\":1,\"\u{fb33}\":2}");
}

#[test]
fn what_json_cannot_carry_is_refused_by_the_path_of_its_field() {
    let good = Part { weight: 1.0, count: 1 };
    let whole = |part: &Part| Whole {
        parts: vec![good.clone(), part.clone()],
        by_name: [("best".to_string(), good.clone())].into(),
    };
    let refused = |part: Part| to_string(&whole(&part)).expect_err("refused").to_string();
    assert_eq!(refused(Part { weight: f64::NAN, ..good }), "`parts[1].weight` is NaN, which JSON cannot carry");
    assert_eq!(
        refused(Part { weight: f64::NEG_INFINITY, ..good }),
        "`parts[1].weight` is -inf, which JSON cannot carry"
    );
    let large = refused(Part { count: INT_MAX + 1, ..good });
    assert_eq!(large, too_large("parts[1].count", "9007199254740992").to_string());
    let named = Whole { by_name: [("worst".to_string(), Part { count: u64::MAX, ..good })].into(), ..whole(&good) };
    assert!(to_string(&named).expect_err("refused").to_string().starts_with("`by_name.worst.count` is 1844674407"));
    assert_eq!(to_string(&u128::MAX).expect_err("refused"), too_large("", &u128::MAX.to_string()));
}

#[test]
fn keys_are_text_and_come_once() {
    let by_number: BTreeMap<u8, u8> = [(10, 1), (9, 2)].into();
    assert_eq!(to_string(&by_number).expect("canonical"), r#"{"10":1,"9":2}"#);
    let by_list: BTreeMap<Vec<u8>, u8> = [(vec![1], 1)].into();
    assert!(to_string(&by_list).expect_err("no text").to_string().contains("has the key [1], which is no text"));
    #[derive(Serialize)]
    struct Twice {
        a: u8,
        #[serde(flatten)]
        more: BTreeMap<String, u8>,
    }
    let twice = Twice { a: 1, more: [("a".to_string(), 2)].into() };
    assert_eq!(to_string(&twice).expect_err("twice").to_string(), "the value has the key `a` twice");
}
