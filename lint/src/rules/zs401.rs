//! ZS401: randomly ordered collections.

use super::{Found, Group, Kind, Rule, View};

/// Randomly ordered collections.
pub(super) static RULE: Rule = Rule {
    id: "ZS401",
    title: "randomly ordered collections",
    group: Group::CollectionOrder,
    what: "`HashMap`, `HashSet` and their like, even for look-ups only; iterating over one. `indexmap` needs a fixed hasher.",
    why: "They iterate in another order in every process; sooner or later somebody iterates.",
    instead: "`BTreeMap` and `BTreeSet`, or a sorted `Vec`.",
    misses: "A map that another crate's function returns and that is never named here.",
    message: "`{}` has another order in every process",
    bad: r"use std::collections::HashMap;
struct State {
    points: HashMap<u32, u64>, //~ ZS401
}
fn apply(state: State) -> Vec<u64> {
    state.points.values().copied().collect() //~ ZS401
}
",
    good: r"use std::collections::BTreeMap;
struct State {
    points: BTreeMap<u32, u64>,
}
fn apply(state: State) -> Vec<u64> {
    state.points.values().copied().collect()
}
",
    paths: &["std::collections::HashMap", "std::collections::HashSet", "std::collections::hash_map", "std::collections::hash_set", "std::collections::HashMap::iter", "std::collections::HashMap::iter_mut", "std::collections::HashMap::keys", "std::collections::HashMap::values", "std::collections::HashMap::values_mut", "std::collections::HashMap::into_iter", "std::collections::HashMap::into_keys", "std::collections::HashMap::into_values", "std::collections::HashMap::drain", "std::collections::HashMap::retain", "std::collections::HashMap::extract_if", "std::collections::HashSet::iter", "std::collections::HashSet::into_iter", "std::collections::HashSet::drain", "std::collections::HashSet::retain", "std::collections::HashSet::union", "std::collections::HashSet::intersection", "std::collections::HashSet::difference", "std::collections::HashSet::symmetric_difference", "hashbrown", "dashmap", "ahash", "indexmap", "im::HashMap", "im::HashSet", "im::hashmap", "im::hashset", "im_rc", "scc", "flurry", "chashmap", "papaya", "moka", "quick_cache", "lru", "whirlwind", "evmap", "left_right", "rpds::HashTrieMap", "rpds::HashTrieSet", "multimap", "bimap::BiHashMap", "bimap::BiMap", "hashlink", "linked_hash_map", "cached", "lru_cache", "std::collections::hash_map!", "maplit::hashmap!", "maplit::hashset!", "itertools::Itertools::into_group_map", "itertools::Itertools::counts", "itertools::Itertools::into_grouping_map"],
    methods: &["into_group_map", "into_group_map_by", "counts", "counts_by", "into_grouping_map", "into_grouping_map_by"],
    kinds: &[Kind::For],
    check: Some(check),
    ..Rule::BASE
};

/// Iterating over one, wherever its type was written.
fn check(view: &View<'_>) -> Option<Found> {
    let crate::summary::FactKind::For(ty) = view.fact.kind else { return None };
    let path = view.ext_name(&view.ty(ty))?;
    ["std::collections::HashMap", "std::collections::HashSet"].contains(&path.as_str()).then(|| Found::new(path))
}
