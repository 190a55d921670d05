//! ZS801: unsafe code.

use super::{Found, Group, Kind, Rule, View};

/// Unsafe code.
pub(super) static RULE: Rule = Rule {
    id: "ZS801",
    title: "unsafe code",
    group: Group::Unsafe,
    what: "`unsafe` blocks, functions, impls and traits, also in macro bodies; `transmute`, `assume_init`, `zeroed`.",
    why: "Uninitialised memory and addresses can leak into the result; undefined behaviour may do anything.",
    instead: "Safe code; `#![forbid(unsafe_code)]`.",
    misses: "Unsafe code inside of a listed crate.",
    message: "`{}`: the compiler vouches for nothing here",
    bad: r"fn apply(bytes: [u8; 8]) -> u64 {
    unsafe { std::mem::transmute(bytes) } //~ ZS801
}
",
    good: r"fn apply(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}
",
    paths: &["std::mem::transmute", "std::mem::transmute_copy", "std::mem::zeroed", "std::mem::uninitialized", "std::mem::MaybeUninit::assume_init", "std::mem::MaybeUninit::assume_init_ref", "std::mem::MaybeUninit::assume_init_mut", "std::mem::MaybeUninit::assume_init_read", "std::mem::MaybeUninit::assume_init_drop", "std::mem::MaybeUninit::array_assume_init", "std::hint::unreachable_unchecked", "std::mem::TransmuteFrom", "std::slice::from_raw_parts", "std::slice::from_raw_parts_mut", "std::str::from_utf8_unchecked", "std::unsafe_pinned"],
    methods: &["assume_init", "assume_init_ref", "assume_init_mut", "assume_init_read"],
    kinds: &[Kind::Shape],
    check: Some(check),
    ..Rule::BASE
};

fn check(view: &View<'_>) -> Option<Found> {
    use crate::summary::Shape as S;
    let shapes = [
        (S::UnsafeBlock, "unsafe block"),
        (S::UnsafeFn, "unsafe fn"),
        (S::UnsafeImpl, "unsafe impl"),
        (S::UnsafeTrait, "unsafe trait"),
        (S::UnsafeExtern, "unsafe extern"),
        (S::UnsafeAttribute, "unsafe attribute"),
    ];
    view.one_of(&shapes)
}
