//! Edges: from each item to what its text names and calls.

use super::{Edge, Graph, How, Node, names};
use crate::resolve::{Hits, Id, Res, Type, World};
use crate::summary::{FactKind, ItemKind, NONE, Place, flag};

/// Edges that are there only once the candidate's type is reached.
struct Pending {
    edge: Edge,
    of_type: Node,
}

struct Builder<'a> {
    world: &'a World,
    base: Vec<u32>,
    edges: Vec<Edge>,
    pending: Vec<Pending>,
    unresolved: Vec<Node>,
}

/// Builds the graph; nothing is reached yet. If nothing is searched, only functions that certainly call functions are of
/// interest, to whoever looks for recursion.
pub(super) fn build(world: &World, searched: bool) -> Graph {
    let mut base = Vec::with_capacity(world.units.len());
    let mut next = 0;
    for unit in &world.units {
        base.push(next);
        next += unit.summary.items.len() as u32;
    }
    let mut builder = Builder { world, base, edges: Vec::new(), pending: Vec::new(), unresolved: Vec::new() };
    for unit in 0..world.units.len() as u32 {
        if searched {
            builder.items(unit);
            builder.facts(unit);
        } else {
            builder.calls(unit);
        }
    }
    builder.finish(next as usize)
}

impl Builder<'_> {
    fn node(&self, id: Id) -> Node {
        self.base[id.unit as usize] + id.at
    }

    fn edge(&mut self, from: Id, to: Id, how: How) {
        let (from, to) = (self.node(from), self.node(to));
        // A function that surely calls itself is kept for the search of recursion.
        if how == How::Sure || from != to {
            self.edges.push(Edge { from, to, how });
        }
    }

    /// What follows from the structure: modules around, members of impls of foreign traits.
    fn items(&mut self, unit: u32) {
        for at in 0..self.world.summary(unit).items.len() as u32 {
            let id = Id::new(unit, at);
            if let Some(parent) = names::parent(self.world, id)
                && self.world.item(parent).kind != ItemKind::Fn
            {
                self.edge(id, parent, How::Sure);
            }
            if self.world.item(id).kind == ItemKind::Impl {
                self.foreign_impl(id);
            }
        }
    }

    /// Operators, `Drop`, `fmt`, `for`, `?`, `Default`: whoever names the type may call the impl's functions.
    fn foreign_impl(&mut self, id: Id) {
        if !self.world.trait_is_foreign(id) {
            return;
        }
        let summary = self.world.summary(id.unit);
        let members: Vec<Id> = (0u32..)
            .zip(&summary.items)
            .filter(|(_, item)| {
                item.parent == id.at && matches!(item.kind, ItemKind::Fn | ItemKind::Const | ItemKind::Assoc)
            })
            .map(|(at, _)| Id::new(id.unit, at))
            .collect();
        for of in self.header_types(id) {
            self.edge(of, id, How::Sure);
            for member in &members {
                self.edge(of, *member, How::Sure);
            }
        }
    }

    /// Types of the workspace that an impl's header names.
    fn header_types(&self, id: Id) -> Vec<Id> {
        let mut types = Vec::new();
        if let Type::Item(of, _) = self.world.eval(Id::new(id.unit, self.world.item(id).ty)) {
            types.push(of);
        }
        for fact in self.world.summary(id.unit).facts.iter().filter(|fact| fact.owner == id.at) {
            for res in self.world.fact_hits(id.unit, &fact.kind) {
                if let Res::Item(of) = res
                    && matches!(self.world.item(of).kind, ItemKind::Struct | ItemKind::Enum)
                {
                    types.push(of);
                }
            }
        }
        types.sort_unstable();
        types.dedup();
        types
    }

    fn facts(&mut self, unit: u32) {
        let world = self.world;
        for fact in &world.summary(unit).facts {
            let owner = Id::new(unit, fact.owner);
            match fact.kind {
                FactKind::Path(_, place) => {
                    let hits = world.fact_hits(unit, &fact.kind);
                    if hits.is_empty() && place == Place::Call {
                        self.unresolved.push(self.node(owner));
                    }
                    self.named(owner, &hits, place);
                }
                FactKind::Method(receiver, name, args, _) => {
                    self.method(owner, Id::new(unit, receiver), world.gname(unit, name), args);
                }
                _ => {}
            }
        }
    }

    /// The certain hops from functions to functions, and nothing else.
    fn calls(&mut self, unit: u32) {
        let world = self.world;
        let is_fn = |id: Id| world.item(id).kind == ItemKind::Fn;
        for fact in &world.summary(unit).facts {
            let owner = Id::new(unit, fact.owner);
            let hits = match fact.kind {
                FactKind::Path(_, Place::Call) if is_fn(owner) => world.fact_hits(unit, &fact.kind),
                FactKind::Method(receiver, name, args, _) if is_fn(owner) => {
                    let name = world.gname(unit, name);
                    match world.has_method(name, args) {
                        true => world.method(Id::new(unit, receiver), name, args).hits,
                        false => continue,
                    }
                }
                _ => continue,
            };
            for id in items(&hits).filter(|id| is_fn(*id)) {
                if self.how(&hits, id, Place::Call) == How::Sure {
                    self.edge(owner, id, How::Sure);
                }
            }
        }
    }

    /// How well it is known that naming all these is naming this one.
    fn how(&self, hits: &Hits, id: Id, place: Place) -> How {
        // One of several impls, or of an impl and what the type itself has under that name; or a value, called by others.
        let of_impl = || self.world.item(Id::new(id.unit, self.world.item(id).parent)).kind == ItemKind::Impl;
        let value = self.world.item(id).kind == ItemKind::Fn && place != Place::Call;
        if value || hits.len() > 1 && of_impl() { How::May } else { How::Sure }
    }

    fn named(&mut self, owner: Id, hits: &Hits, place: Place) {
        for id in items(hits) {
            self.edge(owner, id, self.how(hits, id, place));
            self.around(owner, id);
            self.overrides(owner, id);
        }
    }

    /// Naming a variant or a member names its type.
    fn around(&mut self, owner: Id, id: Id) {
        let parent = Id::new(id.unit, self.world.item(id).parent);
        match self.world.item(parent).kind {
            ItemKind::Enum => self.edge(owner, parent, How::Sure),
            ItemKind::Impl => {
                if let Type::Item(of, _) = self.world.eval(Id::new(parent.unit, self.world.item(parent).ty)) {
                    self.edge(owner, of, How::Sure);
                }
            }
            _ => {}
        }
    }

    /// A trait's function may be any impl's.
    fn overrides(&mut self, owner: Id, id: Id) {
        let of_trait = Id::new(id.unit, self.world.item(id).parent);
        if self.world.item(of_trait).kind != ItemKind::Trait || self.world.item(id).kind != ItemKind::Fn {
            return;
        }
        let name = self.world.item_name(id);
        let found: Vec<Id> = self
            .world
            .implementors(of_trait)
            .iter()
            .flat_map(|implementor| {
                let items = &self.world.summary(implementor.unit).items;
                (0u32..)
                    .zip(items)
                    .filter(|(_, item)| item.parent == implementor.at && item.kind == ItemKind::Fn)
                    .map(|(at, _)| Id::new(implementor.unit, at))
            })
            .filter(|member| self.world.item_name(*member) == name)
            .collect();
        let how = if found.len() > 1 { How::May } else { How::Likely };
        for member in found {
            self.edge(owner, member, how);
        }
    }

    fn method(&mut self, owner: Id, receiver: Id, name: crate::resolve::GName, args: u8) {
        let targets = self.world.method(receiver, name, args);
        self.named(owner, &targets.hits, Place::Call);
        if targets.known {
            return;
        }
        let candidates = self.world.candidates(name, args).to_vec();
        let how = if candidates.len() > 1 { How::May } else { How::Likely };
        for id in candidates {
            self.candidate(owner, id, how);
        }
    }

    /// An inherent method counts only once its type is reached.
    fn candidate(&mut self, owner: Id, id: Id, how: How) {
        let parent = Id::new(id.unit, self.world.item(id).parent);
        let item = self.world.item(parent);
        if item.kind == ItemKind::Impl
            && item.of_trait == NONE
            && let Type::Item(of, _) = self.world.eval(Id::new(parent.unit, item.ty))
        {
            let edge = Edge { from: self.node(owner), to: self.node(id), how };
            self.pending.push(Pending { edge, of_type: self.node(of) });
            return;
        }
        if self.world.item(id).flags & flag::BODY != 0 {
            self.edge(owner, id, how);
        }
    }

    fn finish(self, nodes: usize) -> Graph {
        let Self { base, mut edges, pending, unresolved, .. } = self;
        let pending = pending.into_iter().map(|pending| (pending.of_type, pending.edge)).collect();
        edges.sort_unstable();
        edges.dedup_by(|a, b| (a.from, a.to) == (b.from, b.to));
        let mut graph = Graph {
            base,
            starts: starts(&edges, nodes),
            edges,
            unresolved,
            by: vec![NONE; nodes],
            may: vec![false; nodes],
            caller: vec![NONE; nodes],
            state: vec![false; nodes],
            entries: Vec::new(),
            pending,
            cyclic: Vec::new(),
        };
        graph.pending.sort_unstable();
        graph
    }
}

/// Those that are of the workspace.
fn items(hits: &Hits) -> impl Iterator<Item = Id> {
    hits.iter().filter_map(|res| if let Res::Item(id) = res { Some(*id) } else { None })
}

/// Where each node's edges start.
pub(super) fn starts(edges: &[Edge], nodes: usize) -> Vec<u32> {
    let mut starts = vec![0u32; nodes + 1];
    for edge in edges {
        starts[edge.from as usize + 1] += 1;
    }
    for at in 0..nodes {
        starts[at + 1] += starts[at];
    }
    starts
}
