//! ZS803: assembly and intrinsics.

use super::{Found, Group, Kind, Rule, View};

/// Assembly and intrinsics.
pub(super) static RULE: Rule = Rule {
    id: "ZS803",
    title: "assembly and intrinsics",
    group: Group::Platform,
    what: "`asm!`, `core::arch`, `std::simd`, `#[target_feature]`, `#[naked]`.",
    why: "Other CPUs do something else, or nothing.",
    instead: "Portable code; let the compiler vectorise.",
    misses: "Intrinsics inside of a listed crate; those listed give the same result on every CPU.",
    message: "`{}` depends on the CPU",
    bad: r"use std::arch::x86_64::_mm_crc32_u64;
fn apply(x: u64) -> u64 {
    unsafe { _mm_crc32_u64(0, x) } //~ ZS801 ZS803
}
",
    good: r"fn apply(x: u64) -> u64 {
    x.count_ones().into()
}
",
    paths: &["std::arch", "std::simd", "std::intrinsics", "std::asm!", "std::global_asm!", "std::naked_asm!", "std::arch::asm!", "std::arch::global_asm!", "std::arch::naked_asm!", "std::core_arch", "packed_simd", "wide", "pulp", "std::core_simd", "safe_arch", "macerator", "multiversion", "raw_cpuid::CpuId", "x86", "x86_64", "cortex_m", "core_arch"],
    kinds: &[Kind::Builtin],
    check: Some(check),
    ..Rule::BASE
};

fn check(view: &View<'_>) -> Option<Found> {
    view.builtin(&["naked", "target_feature", "instruction_set"])
}
