//! ZS821: conditional code.

use super::{Found, Group, Kind, Rule, View};

/// Conditional code.
pub(super) static RULE: Rule = Rule {
    id: "ZS821",
    title: "conditional code",
    group: Group::Platform,
    what: "`cfg` on the target, on `unix` or `windows`, on `debug_assertions`; `cfg!(..)`; `cfg_attr` on these; a `cfg(feature)` on the state or on an entry function; CPU feature detection.",
    why: "Replicas that are built differently run different code. All branches are linted, but nothing says that they agree.",
    instead: "One code for all; choose in the shell.",
    misses: "A build script that sets a `cfg` of its own under a well-known name.",
    message: "`{}`: replicas may be built differently",
    bad: r#"#[cfg(target_pointer_width = "64")] //~ ZS821
fn limit() -> u64 { 1 << 40 }
#[cfg(not(target_pointer_width = "64"))] //~ ZS821
fn limit() -> u64 { 1 << 20 }
fn apply(x: u64) -> u64 { x.min(limit()) }
"#,
    good: r#"#[cfg(feature = "explain")]
fn explain() -> &'static str { "the smaller one" }
fn apply(x: u64) -> u64 { x.min(1 << 20) }
#[cfg(test)]
mod tests {}
"#,
    paths: &["std::is_x86_feature_detected!", "std::arch::is_x86_feature_detected!", "std::is_aarch64_feature_detected!", "std::arch::is_aarch64_feature_detected!", "std::arch::is_arm_feature_detected!", "std::arch::is_riscv_feature_detected!", "std::cfg_select!", "cfg_if", "cfg_aliases", "cpufeatures", "rustversion"],
    kinds: &[Kind::Cfg],
    check: Some(check),
    ..Rule::BASE
};

use crate::summary::{FactKind, cfg_flag};

fn check(view: &View<'_>) -> Option<Found> {
    let FactKind::Cfg(flags) = view.fact.kind else { return None };
    let target = flags & (cfg_flag::TARGET | cfg_flag::DEBUG) != 0;
    let other = flags & cfg_flag::OTHER != 0 && flags & cfg_flag::ATTR == 0;
    let state = flags & cfg_flag::FEATURE != 0 && flags & cfg_flag::ATTR == 0 && view.in_state;
    let asked = flags & cfg_flag::MACRO != 0;
    (target || other || state || asked).then(|| Found::new(name(flags)))
}

fn name(flags: u8) -> &'static str {
    if flags & cfg_flag::MACRO != 0 {
        "cfg!"
    } else if flags & cfg_flag::TARGET != 0 {
        "cfg(target)"
    } else if flags & cfg_flag::DEBUG != 0 {
        "cfg(debug_assertions)"
    } else if flags & cfg_flag::FEATURE != 0 {
        "cfg(feature)"
    } else {
        "cfg"
    }
}
