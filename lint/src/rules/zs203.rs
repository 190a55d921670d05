//! ZS203: a seeded generator without a specified algorithm.

use super::{Found, Group, Kind, Rule, View};

/// A seeded generator without a specified algorithm.
pub(super) static RULE: Rule = Rule {
    id: "ZS203",
    title: "a seeded generator without a specified algorithm",
    group: Group::Random,
    what: "`StdRng` and `SmallRng`; drawing a `usize`.",
    why: "Their algorithm may change with a release, and `SmallRng` and `usize` differ by pointer width: same seed, other stream.",
    instead: "`ChaCha8Rng`, `ChaCha12Rng`, `ChaCha20Rng` or `Pcg64`, passed in; draw a `u64`.",
    misses: "A range or a value whose type only the compiler infers.",
    message: "`{}` may give another stream for the same seed",
    bad: r"use rand::{SeedableRng, rngs::StdRng};
fn apply(seed: u64) {
    let rng = StdRng::seed_from_u64(seed); //~ ZS203
    drop(rng);
}
",
    good: r"use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
fn apply(seed: u64) {
    let rng = ChaCha20Rng::seed_from_u64(seed);
    drop(rng);
}
",
    paths: &["rand::rngs::StdRng", "rand::rngs::SmallRng", "rand::rngs::Xoshiro256PlusPlus", "rand::rngs::Xoshiro128PlusPlus"],
    kinds: &[Kind::Method],
    check: Some(check),
    ..Rule::BASE
};

/// Methods that draw a value: of the type in the turbofish, of their range, or behind the `let`'s colon.
const DRAWS: &[&str] = &["gen", "random", "gen_range", "random_range", "sample"];

fn check(view: &View<'_>) -> Option<Found> {
    let (name, _, turbofish) = view.method()?;
    let drawn = view.ext_name(&view.ty(turbofish))?;
    (DRAWS.contains(&name) && ["usize", "isize"].contains(&drawn.as_str())).then(|| Found::new(format!("{name}::<{drawn}>")))
}
