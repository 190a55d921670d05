//! ZS303: floats without a float in the text.

use super::{Found, Group, Kind, Rule, View};

/// Floats without a float in the text.
pub(super) static RULE: Rule = Rule {
    id: "ZS303",
    title: "floats without a float in the text",
    group: Group::Float,
    what: "Methods that give or take floats (`as_secs_f64`, `mul_f64`), float functions on values of unknown type (`sqrt`, `ln`), `as_f64` of JSON numbers, `{:e}`.",
    why: "See ZS301; here no float type stands in the source.",
    instead: "`as_millis`, integer arithmetic, `as_u64`.",
    misses: "A float method on a receiver whose type is inferred is only seen if its name is on the list.",
    message: "`{}` computes in floating point",
    bad: r"use std::time::Duration;
fn apply(wait: Duration) -> bool {
    wait.as_secs_f64() > wait.as_secs_f64() //~ ZS303
}
",
    good: r"use std::time::Duration;
fn apply(wait: Duration) -> u128 {
    wait.as_millis()
}
",
    paths: &["f32::from_bits", "f64::from_bits", "std::time::Duration::as_secs_f64", "std::time::Duration::as_secs_f32", "std::time::Duration::as_millis_f64", "std::time::Duration::as_millis_f32", "std::time::Duration::from_secs_f64", "std::time::Duration::from_secs_f32", "std::time::Duration::try_from_secs_f64", "std::time::Duration::try_from_secs_f32", "std::time::Duration::mul_f64", "std::time::Duration::mul_f32", "std::time::Duration::div_f64", "std::time::Duration::div_f32", "std::time::Duration::div_duration_f64", "std::time::Duration::div_duration_f32", "ordered_float", "noisy_float", "libm", "serde_json::Number::as_f64", "serde_json::Number::from_f64", "serde_json::Number::is_f64", "serde_json::Value::as_f64", "serde_json::Value::is_f64", "num_traits::ToPrimitive::to_f64", "num_traits::ToPrimitive::to_f32", "num_traits::FromPrimitive::from_f64", "rust_decimal::Decimal::from_f64", "rust_decimal::Decimal::to_f64", "decorum", "statrs", "average"],
    methods: &["as_secs_f64", "as_secs_f32", "as_millis_f64", "mul_f64", "mul_f32", "div_f64", "div_f32", "div_duration_f64", "div_duration_f32", "as_f64", "as_f32", "to_f64", "to_f32", "is_f64", "sqrt", "powf", "powi", "ln", "ln_1p", "exp_m1", "log10", "log2", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "cbrt", "hypot", "to_degrees", "to_radians", "mul_add", "is_nan", "is_infinite", "is_finite", "total_cmp", "fract"],
    kinds: &[Kind::Format, Kind::Method],
    check: Some(check),
    ..Rule::BASE
};

/// `{:e}` on anything that isn't visibly an integer; `parse::<f64>()`.
fn check(view: &View<'_>) -> Option<Found> {
    if let Some(("parse" | "sum" | "product", 0, turbofish)) = view.method() {
        let name = view.ext_name(&view.ty(turbofish))?;
        return ["f32", "f64"].contains(&name.as_str()).then(|| Found::new(format!("parse::<{name}>")));
    }
    let crate::summary::FactKind::Format(b'e' | b'E', ty) = view.fact.kind else { return None };
    let ty = view.ty(ty);
    let integer = ty == crate::resolve::Type::Int || view.ext_name(&ty).is_some_and(|name| name.starts_with(['u', 'i']));
    (!integer).then(|| Found::new("{:e}"))
}
