//! ZS904: a destructor that does something.

use super::{Found, Group, Kind, Rule, View};

/// A destructor that does something.
pub(super) static RULE: Rule = Rule {
    id: "ZS904",
    title: "a destructor that does something",
    group: Group::Panic,
    what: "`impl Drop` with a body.",
    why: "When it runs is implied by scopes, and the order of temporaries changed with an edition.",
    instead: "A method that is called where the effect is meant.",
    misses: "Destructors of other crates' types.",
    message: "`{}`: when it runs is implied by scopes",
    bad: r"struct Guard<'a>(&'a mut u64);
impl Drop for Guard<'_> { //~ ZS904
    fn drop(&mut self) {
        *self.0 = self.0.saturating_add(1);
    }
}
fn apply(count: &mut u64) { drop(Guard(count)); }
",
    good: r"fn apply(count: &mut u64) { finish(count); }
fn finish(count: &mut u64) {
    *count = count.saturating_add(1);
}
",
    kinds: &[Kind::Drop],
    check: Some(check),
    ..Rule::BASE
};

use crate::resolve::{Id, Res, Space};
use crate::summary::FactKind;

fn check(view: &View<'_>) -> Option<Found> {
    let FactKind::Drop(of_trait) = view.fact.kind else { return None };
    let is_drop = |res| matches!(res, Res::Ext(id) if view.world.ext_path(id) == "std::ops::Drop");
    let hits = view.world.hits(Id::new(view.unit, of_trait), Space::Type);
    hits.into_iter().any(is_drop).then(|| Found::new("impl Drop"))
}
