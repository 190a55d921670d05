//! The search from the entry points: first what is reached at all, then the shortest ways; ties go to the first by name.

use std::collections::BTreeSet;

use super::{Edge, Entries, Graph, How, Node, build};
use crate::resolve::{Id, World};
use crate::summary::{ItemKind, NONE};

impl Graph {
    /// Marks the types of the state, and what their fields are made of.
    pub(super) fn mark_state(&mut self, world: &World, entries: &Entries) {
        let mut queue: Vec<Node> = entries.state.iter().map(|id| self.node(*id)).collect();
        while let Some(node) = queue.pop() {
            let kind = world.item(self.id(node)).kind;
            if self.state[node as usize]
                || !matches!(kind, ItemKind::Struct | ItemKind::Enum | ItemKind::Alias | ItemKind::Assoc)
            {
                continue;
            }
            self.state[node as usize] = true;
            queue.extend(self.hops(node).iter().map(|edge| edge.to));
        }
    }

    /// Fills in who reaches what.
    pub(super) fn search(&mut self, world: &World) {
        self.settle();
        let mut names: Vec<(String, Node)> = Vec::new();
        for id in &self.entries {
            names.push((self.qualified(world, *id), self.node(*id)));
        }
        names.sort();
        let mut level: Vec<Node> = names.into_iter().map(|(_, node)| node).collect();
        level.iter().for_each(|node| self.caller[*node as usize] = *node);
        while !level.is_empty() {
            let mut next = Vec::new();
            for function in level {
                self.expand(world, function, &mut next);
            }
            level = next;
        }
    }

    /// Reaches all that a function names; functions wait for the next level, in order of their names.
    fn expand(&mut self, world: &World, function: Node, next: &mut Vec<Node>) {
        self.by[function as usize] = function;
        let mut called: BTreeSet<(String, Node, bool)> = BTreeSet::new();
        let mut stack = vec![function];
        while let Some(node) = stack.pop() {
            for edge in self.hops(node).to_vec() {
                let to = edge.to as usize;
                if self.by[to] != NONE || self.caller[to] != NONE {
                    continue;
                }
                let id = self.id(edge.to);
                let may = edge.how == How::May || self.may[node as usize];
                if world.item(id).kind == ItemKind::Fn {
                    called.insert((self.qualified(world, id), edge.to, may));
                } else {
                    self.by[to] = function;
                    self.may[to] = may;
                    stack.push(edge.to);
                }
            }
        }
        for (_, node, may) in called {
            if self.caller[node as usize] == NONE {
                self.caller[node as usize] = function;
                self.may[node as usize] = may;
                next.push(node);
            }
        }
    }

    /// Adds the pending edges whose type is reached, until no more come.
    fn settle(&mut self) {
        let mut reached = vec![false; self.by.len()];
        let mut queue: Vec<Node> = self.entries.iter().map(|id| self.node(*id)).collect();
        let pending = std::mem::take(&mut self.pending);
        let mut waiting: Vec<Edge> = Vec::new();
        let mut active: Vec<Edge> = Vec::new();
        let mut by_source: std::collections::BTreeMap<Node, Vec<Edge>> = std::collections::BTreeMap::new();
        while let Some(node) = queue.pop() {
            if std::mem::replace(&mut reached[node as usize], true) {
                continue;
            }
            queue.extend(self.hops(node).iter().map(|edge| edge.to));
            waiting.extend(by_source.remove(&node).into_iter().flatten());
            let of_type = pending.partition_point(|(of, _)| *of < node);
            for (_, edge) in pending[of_type..].iter().take_while(|(of, _)| *of == node) {
                match reached[edge.from as usize] {
                    true => waiting.push(*edge),
                    false => by_source.entry(edge.from).or_default().push(*edge),
                }
            }
            queue.extend(waiting.iter().map(|edge| edge.to));
            active.append(&mut waiting);
        }
        self.edges.extend(active);
        self.edges.sort_unstable();
        self.edges.dedup_by(|a, b| (a.from, a.to) == (b.from, b.to));
        self.starts = build::starts(&self.edges, self.by.len());
    }

    /// Functions of a file that certainly call themselves, directly or through others.
    pub fn recursive_in(&self, world: &World, unit: u32) -> Vec<Id> {
        let ids = (0..world.summary(unit).items.len() as u32).map(|at| Id::new(unit, at));
        ids.filter(|id| self.cyclic[self.node(*id) as usize] && self.returns_to(world, self.node(*id))).collect()
    }

    /// Marks functions that lie on a circle of certain hops, or between two: what calls nothing is peeled off, again and again.
    pub(super) fn peel(&mut self, world: &World) {
        let items = world.units.iter().flat_map(|unit| &unit.summary.items);
        let is_fn: Vec<bool> = items.map(|item| item.kind == ItemKind::Fn).collect();
        let counts = |edge: &&Edge| edge.how == How::Sure && is_fn[edge.from as usize] && is_fn[edge.to as usize];
        let mut calls = vec![0u32; is_fn.len()];
        let mut callers: Vec<(Node, Node)> = Vec::new();
        for edge in self.edges.iter().filter(counts) {
            calls[edge.from as usize] += 1;
            callers.push((edge.to, edge.from));
        }
        callers.sort_unstable();
        let mut leaves: Vec<Node> = (0..is_fn.len() as Node).filter(|node| calls[*node as usize] == 0).collect();
        self.cyclic = is_fn;
        while let Some(leaf) = leaves.pop() {
            self.cyclic[leaf as usize] = false;
            let first = callers.partition_point(|(to, _)| *to < leaf);
            for (_, from) in callers[first..].iter().take_while(|(to, _)| *to == leaf) {
                calls[*from as usize] -= 1;
                if calls[*from as usize] == 0 {
                    leaves.push(*from);
                }
            }
        }
    }

    /// Whether a function comes back to itself by hops that are certain, through functions only.
    fn returns_to(&self, world: &World, start: Node) -> bool {
        let mut seen = BTreeSet::new();
        let mut stack = vec![start];
        while let Some(node) = stack.pop() {
            for edge in self.hops(node).iter().filter(|edge| edge.how == How::Sure) {
                if edge.to == start {
                    return true;
                }
                if world.item(self.id(edge.to)).kind == ItemKind::Fn && seen.insert(edge.to) {
                    stack.push(edge.to);
                }
            }
        }
        false
    }
}
