//! ZS404: calls that order ties as they like.

use super::{Default, Group, Rule};

/// Calls that order ties as they like.
pub(super) static RULE: Rule = Rule {
    id: "ZS404",
    title: "calls that order ties as they like",
    group: Group::CollectionOrder,
    default: Default::Contentious,
    what: "`sort_unstable_by_key` and friends, `select_nth_unstable`, `sort_by` with `partial_cmp`, iterating a `BinaryHeap`, `swap_remove`.",
    why: "Equal keys are placed by an algorithm that a release may change.",
    instead: "A stable sort, or a key that tells all elements apart.",
    misses: "Whether the key tells all elements apart; an `Ord` that disagrees with `Eq`.",
    message: "`{}` places ties by its version's algorithm",
    bad: r"struct Row { score: u64, name: u32 }
fn apply(rows: &mut Vec<Row>) {
    rows.sort_unstable_by_key(|row| row.score); //~ ZS404
}
",
    good: r"struct Row { score: u64, name: u32 }
fn apply(rows: &mut Vec<Row>) {
    rows.sort_by_key(|row| (row.score, row.name));
}
",
    paths: &["slice::sort_unstable_by", "slice::sort_unstable_by_key", "slice::select_nth_unstable", "slice::select_nth_unstable_by", "slice::select_nth_unstable_by_key", "std::vec::Vec::swap_remove", "std::collections::VecDeque::swap_remove_back", "std::collections::VecDeque::swap_remove_front", "std::collections::BinaryHeap::iter", "std::collections::BinaryHeap::into_vec", "std::collections::BinaryHeap::drain", "std::collections::BinaryHeap::into_iter"],
    methods: &["sort_unstable_by", "sort_unstable_by_key", "select_nth_unstable", "select_nth_unstable_by", "select_nth_unstable_by_key", "swap_remove", "partial_cmp"],
    ..Rule::BASE
};
