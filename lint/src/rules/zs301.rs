//! ZS301: float types.

use super::{Group, Rule};

/// Float types.
pub(super) static RULE: Rule = Rule {
    id: "ZS301",
    title: "float types",
    group: Group::Float,
    what: "`f32`, `f64`, `f16`, `f128` and C's names for them, in signatures, fields, aliases, generics, casts.",
    why: "NaN payloads, fused operations, x87 and the last bit of `libm` differ between targets and toolchains.",
    instead: "Integers in the smallest unit, or fixed point: basis points, milliseconds, cents.",
    misses: "A float that is only inferred from another crate's function.",
    message: "`{}` is floating point",
    bad: r"struct State {
    rate: f64, //~ ZS301
}
fn apply(state: State, amount: u64) -> u64 {
    (amount as f64 * state.rate) as u64 //~ ZS301
}
",
    good: r"struct State {
    rate_in_basis_points: u64,
}
fn apply(state: State, amount: u64) -> Option<u64> {
    Some(amount.checked_mul(state.rate_in_basis_points)? / 10_000)
}
",
    paths: &["f16", "f32", "f64", "f128", "std::ffi::c_float", "std::ffi::c_double", "num_traits::Float", "num_traits::real", "num_traits::float", "num_traits::FloatConst", "half", "float_cmp", "approx", "nalgebra", "ndarray", "glam", "num_complex", "simba", "euclid", "fast_float", "fast_float2", "ryu", "lexical_core::FromLexical"],
    ..Rule::BASE
};
