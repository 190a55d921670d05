//! ZS904: a destructor that does something.

use super::{Found, Group, Rule, View};

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
    check: Some(check),
    ..Rule::BASE
};

use crate::resolve::{Id, Res, Space};

fn check(view: &View<'_>) -> Option<Found> {
    let found = view.one_of(&[(crate::summary::Shape::DropBody, "impl Drop")])?;
    let owner = Id::new(view.unit, view.fact.owner);
    let of_trait = Id::new(view.unit, view.world.item(owner).of_trait);
    let is_drop = |res| matches!(res, Res::Ext(id) if view.world.ext_path(id) == "std::ops::Drop");
    view.world.hits(of_trait, Space::Type).into_iter().any(is_drop).then_some(found)
}
