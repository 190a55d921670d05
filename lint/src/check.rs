//! From facts to findings: what is reached is shown to the rules, one file after another.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{Entries, Graph};
use crate::resolve::{ExtId, GName, Hits, Id, Res, Space, World};
use crate::rules::{self, Default as On, Found, Kind, Rule, View};
use crate::source::{Problem, ProblemKind};
use crate::summary::{Fact, FactKind, HOLE, ItemKind, Place, Pos, Root, Ty};
use crate::tables::Verdict;

/// Something that breaks a rule.
#[derive(Clone)]
pub struct Finding {
    /// The file, as given or from the workspace's root.
    pub file: String,
    /// Where in it.
    pub pos: Pos,
    /// The rule.
    pub rule: &'static Rule,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The resolved name.
    pub path: String,
    /// The shortest way from an entry point, entry first.
    pub reached_from: Vec<String>,
    /// That way has a hop that only may be taken.
    pub may: bool,
    /// Reasonable people disagree.
    pub contentious: bool,
}

impl Finding {
    /// A finding that no function reaches: about a file, a manifest, the configuration.
    pub fn plain(rule: &str, file: &str, pos: Pos, path: &str) -> Option<Self> {
        let rule = rules::by_id(rule)?;
        Some(Self {
            file: file.to_string(),
            pos,
            rule,
            message: rule.says(path),
            path: path.to_string(),
            reached_from: Vec::new(),
            may: false,
            contentious: rule.is_contentious(),
        })
    }

    /// The order of all output: file, place, rule, name.
    pub fn order(&self, other: &Self) -> Ordering {
        let key = |finding: &Self| (finding.pos, finding.rule.id);
        self.file.cmp(&other.file).then_with(|| key(self).cmp(&key(other))).then_with(|| self.path.cmp(&other.path))
    }
}

/// Which rules are on, and what is allowed besides the tables.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Contentious rules too.
    pub pedantic: bool,
    /// What no entry point reaches too.
    pub all: bool,
    /// Rules that are on whatever their default says.
    pub on: Vec<String>,
    /// Rules that are off.
    pub off: Vec<String>,
    /// Only these groups, if any are named.
    pub groups: Vec<String>,
    /// Canonical paths, crates too, that are allowed with all below them.
    pub allow: Vec<String>,
    /// Arithmetic is checked in every profile.
    pub overflow_checked: bool,
}

impl Scope {
    /// Whether a rule, or a contentious part of it, is on.
    pub fn is_on(&self, rule: &Rule, contentious: bool) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == rule.id || name == rule.group.name());
        if named(&self.off) {
            return false;
        }
        let by_default = match rule.default {
            On::On => !contentious || self.pedantic,
            On::Contentious => self.pedantic,
            On::OptIn => false,
        };
        let in_groups = self.groups.is_empty() || self.groups.iter().any(|group| group == rule.group.name());
        named(&self.on) || (by_default && in_groups)
    }

    /// The entry that allows a path.
    fn allows(&self, path: &str) -> Option<&String> {
        let below =
            |allowed: &str| path.strip_prefix(allowed).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
        self.allow.iter().find(|allowed| below(allowed))
    }
}

/// Rules that are on, by the kind of fact that they look at.
struct OnRules {
    by_kind: Vec<Vec<&'static Rule>>,
}

impl OnRules {
    fn new(scope: &Scope) -> Self {
        let on: Vec<&Rule> =
            rules::ALL.iter().copied().filter(|rule| scope.is_on(rule, false) || scope.is_on(rule, true)).collect();
        let of = |kind| on.iter().copied().filter(|rule| rule.kinds.contains(&kind)).collect();
        Self { by_kind: Kind::ALL.into_iter().map(of).collect() }
    }
}

/// Shows facts to rules.
pub struct Checker<'a> {
    world: &'a World,
    graph: &'a Graph,
    by_name: FxHashMap<GName, usize>,
    loose: bool,
    has_state: bool,
    /// Entries of the configuration's `allow` that allowed something.
    pub used: RefCell<BTreeSet<String>>,
}

impl<'a> Checker<'a> {
    /// A checker; in `loose` files every item is in scope.
    pub fn new(world: &'a World, graph: &'a Graph, entries: &Entries, loose: bool) -> Self {
        let mut by_name = FxHashMap::default();
        for (at, rule) in rules::ALL.iter().enumerate() {
            for name in rule.methods {
                by_name.entry(world.add_name(name)).or_insert(at);
            }
        }
        Self { world, graph, by_name, loose, has_state: !entries.state.is_empty(), used: RefCell::default() }
    }

    /// The findings of one file, unsorted.
    pub fn unit(&self, unit: u32, scope: &Scope) -> Vec<Finding> {
        let mut findings = Vec::new();
        let rules = OnRules::new(scope);
        for fact in &self.world.summary(unit).facts {
            let in_scope = self.in_scope(Id::new(unit, fact.owner), scope);
            self.fact(unit, fact, (scope, &rules), in_scope, &mut findings);
        }
        self.drop_inner(unit, &mut findings);
        self.drop_hashers(unit, &mut findings);
        self.imports(unit, scope, &mut findings);
        self.recursion(unit, scope, &mut findings);
        findings
    }

    /// `<Instant as Clock>::now` is one finding, not another one for the type inside.
    fn drop_inner(&self, unit: u32, findings: &mut Vec<Finding>) {
        let summary = self.world.summary(unit);
        let found: FxHashSet<Pos> = findings.iter().map(|finding| finding.pos).collect();
        let mut inner: FxHashSet<Pos> = FxHashSet::default();
        for path in summary.paths.iter().filter(|path| found.contains(&path.pos)) {
            if let Root::Type(ty) | Root::TypeAs(ty, _) = path.root
                && let Ty::Path(of) = summary.tys[ty as usize]
                && summary.paths[of as usize].pos != path.pos
                && summary.paths[of as usize].pos.line == path.pos.line
            {
                inner.insert(summary.paths[of as usize].pos);
            }
        }
        findings.retain(|finding| !inner.contains(&finding.pos));
    }

    /// A fixed hasher in an `IndexMap` decides nothing: that map's order is the order of insertion.
    fn drop_hashers(&self, unit: u32, findings: &mut Vec<Finding>) {
        if !findings.iter().any(|finding| finding.rule.id == "ZS402") {
            return;
        }
        let summary = self.world.summary(unit);
        let hasher_at = |at: u32| {
            let hits = self.world.hits(Id::new(unit, at), Space::Type);
            let name = hits
                .iter()
                .find_map(|res| if let Res::Ext(ext) = res { Some(self.world.ext_path(*ext)) } else { None })?;
            match name.strip_prefix("indexmap::")?.rsplit("::").next()? {
                "IndexMap" => Some(2),
                "IndexSet" => Some(1),
                _ => None,
            }
        };
        let mut inside: FxHashSet<Pos> = FxHashSet::default();
        for (at, path) in (0u32..).zip(&summary.paths).filter(|(_, path)| path.args.len > 1) {
            let args = &summary.lists[path.args.range()];
            let mut tys: Vec<u32> = hasher_at(at).and_then(|at: usize| args.get(at)).into_iter().copied().collect();
            while let Some(ty) = tys.pop() {
                if let Ty::Path(of) = summary.tys[ty as usize] {
                    let of = &summary.paths[of as usize];
                    inside.insert(of.pos);
                    tys.extend(&summary.lists[of.args.range()]);
                }
            }
        }
        findings.retain(|finding| finding.rule.id != "ZS402" || !inside.contains(&finding.pos));
    }

    /// Whether the configuration allows a path; which entry did is noted.
    fn allowed(&self, scope: &Scope, path: &str) -> bool {
        let entry = scope.allows(path);
        if let Some(entry) = entry {
            self.used.borrow_mut().insert(entry.clone());
        }
        entry.is_some()
    }

    fn in_scope(&self, owner: Id, scope: &Scope) -> bool {
        self.loose || scope.all || self.graph.is_reached(owner)
    }

    fn fact(
        &self,
        unit: u32,
        fact: &Fact,
        (scope, rules): (&Scope, &OnRules),
        in_scope: bool,
        findings: &mut Vec<Finding>,
    ) {
        if !in_scope {
            return;
        }
        let (hits, known) = self.targets(unit, fact);
        let view = self.view(unit, fact, &hits, known);
        for (rule, found) in self.judge(&view, scope, rules) {
            if scope.is_on(rule, found.contentious) && !self.allowed(scope, &found.path) {
                findings.push(self.finding(unit, fact.pos, Id::new(unit, fact.owner), rule, found));
            }
        }
    }

    /// What a fact's path, or its method, may mean.
    fn targets(&self, unit: u32, fact: &Fact) -> (Hits, bool) {
        match fact.kind {
            FactKind::Path(..) => (self.world.fact_hits(unit, &fact.kind), true),
            FactKind::Method(receiver, name, args, _) => {
                let targets = self.world.method(Id::new(unit, receiver), self.world.gname(unit, name), args);
                (targets.hits, targets.known)
            }
            _ => (Hits::new(), true),
        }
    }

    fn view<'v>(&'v self, unit: u32, fact: &'v Fact, hits: &'v Hits, known: bool) -> View<'v> {
        let owner = Id::new(unit, fact.owner);
        let entry = self.graph.entries.contains(&owner);
        let in_state = self.graph.is_state(owner) || entry || (self.loose && !self.has_state && self.is_type(owner));
        View { world: self.world, unit, fact, hits, known, in_state, overflow_checked: false }
    }

    fn is_type(&self, id: Id) -> bool {
        matches!(self.world.item(id).kind, ItemKind::Struct | ItemKind::Enum)
    }

    /// All that the rules say about a fact.
    fn judge(&self, view: &View<'_>, scope: &Scope, rules: &OnRules) -> Vec<(&'static Rule, Found)> {
        let view = &View { overflow_checked: scope.overflow_checked, ..*view };
        let mut found = Vec::new();
        match view.fact.kind {
            FactKind::Path(_, place) => self.judge_path(view, place, &mut found),
            FactKind::Method(_, name, args, _) => self.judge_method(view, name, args, &mut found),
            _ => {}
        }
        for rule in &rules.by_kind[view.fact.kind.kind() as usize] {
            if let Some(check) = rule.check
                && let Some(hit) = check(view)
                && !found.iter().any(|(other, _)| other.id == rule.id)
            {
                found.push((rule, hit));
            }
        }
        found
    }

    fn judge_path(&self, view: &View<'_>, place: Place, found: &mut Vec<(&'static Rule, Found)>) {
        if view.hits.is_empty() {
            found.extend(self.unresolved_macro(view, place));
            return;
        }
        for res in view.hits {
            let Res::Ext(ext) = res else { continue };
            if let Some((rule, path)) = self.judge_ext(*ext, place, view)
                && !found.iter().any(|(other, _): &(&Rule, Found)| other.id == rule.id)
            {
                found.push((rule, Found::new(path)));
            }
        }
    }

    /// A macro, attribute or derive that nothing declares.
    fn unresolved_macro(&self, view: &View<'_>, place: Place) -> Option<(&'static Rule, Found)> {
        if !matches!(place, Place::Macro | Place::Attribute | Place::Derive) {
            return None;
        }
        let FactKind::Path(path, _) = view.fact.kind else { return None };
        let summary = self.world.summary(view.unit);
        let names = &summary.segments[summary.paths[path as usize].segments.range()];
        let text = names.iter().map(|name| view.text(*name)).collect::<Vec<_>>().join("::");
        if text.contains(HOLE) || (place == Place::Derive && is_std_derive(&text)) {
            return None;
        }
        let bang = if place == Place::Macro { "!" } else { "" };
        rules::by_id("ZS003").map(|rule| (rule, Found::new(format!("{text}{bang}"))))
    }

    fn judge_ext(&self, ext: ExtId, place: Place, view: &View<'_>) -> Option<(&'static Rule, String)> {
        let verdict = self.world.verdict(ext);
        if verdict == Verdict::Allowed {
            return None;
        }
        let path = self.world.ext_path(ext);
        if place == Place::Derive && is_std_derive(&path) {
            return None;
        }
        let rule = match verdict {
            Verdict::Rule(at) => rules::ALL[at as usize],
            _ if matches!(place, Place::Macro | Place::Attribute | Place::Derive) => rules::by_id("ZS003")?,
            _ => rules::by_id("ZS001")?,
        };
        let rule = refine(rule, &path, view)?;
        Some((rule, path.trim_end_matches('!').to_string() + if path.ends_with('!') { "!" } else { "" }))
    }

    fn judge_method(&self, view: &View<'_>, name: u32, args: u8, found: &mut Vec<(&'static Rule, Found)>) {
        for res in view.hits {
            let Res::Ext(ext) = res else { continue };
            // What is merely below a forbidden type was reported where the type is named; `elapsed` says what it is.
            if let Verdict::Rule(at) = self.world.verdict(*ext)
                && (self.world.is_listed(*ext) || self.by_name.contains_key(&view.gname(name)))
            {
                let path = self.world.ext_path(*ext);
                found.push((rules::ALL[at as usize], Found::new(path)));
            }
        }
        // Of a type that no list knows, the method's name says as much as where the type itself is unknown.
        let unlisted = |res: &Res| matches!(res, Res::Ext(ext) if self.world.verdict(*ext) == Verdict::Unknown);
        if (!view.known || (!view.hits.is_empty() && view.hits.iter().all(unlisted)))
            && let Some(at) = self.by_name.get(&view.gname(name))
            && !self.world.has_method(view.gname(name), args)
        {
            found.push((rules::ALL[*at], Found::new(format!("_::{}", view.text(name)))));
        }
    }

    fn finding(&self, unit: u32, pos: Pos, owner: Id, rule: &'static Rule, found: Found) -> Finding {
        let mut reached_from = self.graph.path(self.world, owner);
        if reached_from.is_empty() && self.world.item(owner).kind == ItemKind::Fn {
            reached_from.push(self.graph.qualified(self.world, owner));
        }
        Finding {
            file: self.world.units[unit as usize].path.clone(),
            pos,
            rule,
            message: rule.says(&found.path),
            path: found.path,
            reached_from,
            may: self.graph.is_maybe(owner),
            contentious: found.contentious || rule.is_contentious(),
        }
    }

    /// Names that the file's paths mention, and names that its imports start from.
    fn mentioned(&self, unit: u32) -> FxHashSet<u32> {
        let summary = self.world.summary(unit);
        let imports: FxHashSet<u32> = summary.imports.iter().map(|import| import.path).collect();
        let mut names = FxHashSet::default();
        for (at, path) in (0u32..).zip(&summary.paths) {
            let segments = &summary.segments[path.segments.range()];
            let own =
                || segments.first().is_some_and(|first| ["crate", "self", "super"].contains(&&summary.names[*first]));
            match segments {
                segments if !imports.contains(&at) => names.extend(segments),
                // An import names what it goes through: in this crate modules, which may be imports too; never itself.
                [through @ .., _] if own() => names.extend(through),
                [first, _, ..] => _ = names.insert(*first),
                _ => {}
            }
        }
        names
    }

    /// A forbidden import counts where nothing in the file uses it by name: a trait, or a left-over.
    fn imports(&self, unit: u32, scope: &Scope, findings: &mut Vec<Finding>) {
        let summary = self.world.summary(unit);
        let used = self.mentioned(unit);
        for (at, import) in (0u32..).zip(&summary.imports) {
            let owner = Id::new(unit, import.owner);
            if !self.in_scope(owner, scope) {
                continue;
            }
            let pos = summary.paths[import.path as usize].pos;
            for res in self.world.import_hits(Id::new(unit, at), Space::Any) {
                let Res::Ext(ext) = res else { continue };
                let found = match import.glob {
                    true => self.glob(ext),
                    false if used.contains(&import.name) => continue,
                    false => self.import(ext, scope),
                };
                for (rule, path) in found {
                    if scope.is_on(rule, false) {
                        findings.push(self.finding(unit, pos, owner, rule, Found::new(path)));
                    }
                }
            }
        }
    }

    fn glob(&self, ext: ExtId) -> Vec<(&'static Rule, String)> {
        let path = self.world.ext_path(ext);
        if path == "std::prelude" || path.starts_with("std::prelude::") {
            return Vec::new();
        }
        let rule = rules::by_id("ZS004").into_iter();
        rule.map(|rule| (rule, format!("{path}::*"))).collect()
    }

    fn import(&self, ext: ExtId, scope: &Scope) -> Vec<(&'static Rule, String)> {
        let path = self.world.ext_path(ext);
        if self.allowed(scope, &path) {
            return Vec::new();
        }
        match self.world.verdict(ext) {
            Verdict::Allowed => Vec::new(),
            Verdict::Rule(at) => vec![(rules::ALL[at as usize], path)],
            // A module of `std` that is only a way to names that are judged where they are used.
            Verdict::Unknown if path == "std" || (path.starts_with("std::") && !self.is_leaf(ext)) => Vec::new(),
            Verdict::Unknown => rules::by_id("ZS001").into_iter().map(|rule| (rule, path.clone())).collect(),
        }
    }

    fn is_leaf(&self, ext: ExtId) -> bool {
        !self.world.has_children(ext)
    }

    fn recursion(&self, unit: u32, scope: &Scope, findings: &mut Vec<Finding>) {
        let Some(rule) = rules::by_id("ZS905").filter(|rule| scope.is_on(rule, false)) else { return };
        for id in self.graph.recursive_in(self.world, unit) {
            if self.in_scope(id, scope) {
                let name = self.graph.qualified(self.world, id);
                findings.push(self.finding(
                    unit,
                    self.world.item(id).pos,
                    id,
                    rule,
                    Found::new(format!("{name} calls itself")),
                ));
            }
        }
    }
}

/// Where a path alone doesn't say which rule it breaks.
fn refine(rule: &'static Rule, path: &str, view: &View<'_>) -> Option<&'static Rule> {
    let args = view.args();
    let hasher = match path {
        "std::collections::HashMap" | "indexmap::IndexMap" | "hashbrown::HashMap" | "indexmap::map::IndexMap" => {
            args.get(2)
        }
        "std::collections::HashSet" | "indexmap::IndexSet" | "hashbrown::HashSet" | "indexmap::set::IndexSet" => {
            args.get(1)
        }
        // A marker in a map's third place; the map says it better.
        "std::hash::BuildHasherDefault" => return None,
        _ => return Some(rule),
    };
    let fixed = hasher.is_some_and(|hasher| match hasher {
        crate::resolve::Type::Item(..) => true,
        ty => view.ext_name(ty).is_some_and(|name| {
            ![
                "std::hash::RandomState",
                "ahash::RandomState",
                "foldhash::fast::RandomState",
                "foldhash::quality::RandomState",
            ]
            .contains(&name.as_str())
        }),
    });
    match (fixed, path.starts_with("indexmap")) {
        (true, true) => None,
        (true, false) => rules::by_id("ZS402"),
        (false, _) => Some(rule),
    }
}

fn is_std_derive(path: &str) -> bool {
    let last = path.rsplit("::").next().unwrap_or(path);
    let std = !path.contains("::") || path.starts_with("std::");
    std && ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd", "CoercePointee"]
        .contains(&last)
}

/// What is wrong with the files themselves, as findings.
pub fn problems(problems: &[Problem]) -> Vec<Finding> {
    let finding = |problem: &Problem| {
        let rule = match problem.kind {
            ProblemKind::Unreadable | ProblemKind::Outside => "ZS020",
            ProblemKind::Unparsed => "ZS995",
        };
        Finding::plain(rule, &problem.file, problem.pos, &problem.what)
    };
    problems.iter().filter_map(finding).collect()
}
