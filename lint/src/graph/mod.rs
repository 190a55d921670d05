//! The call graph: who may call whom, what the entry points reach, and by which shortest path.
//!
//! Over-approximated on purpose: a method call on a receiver of unknown type may mean every method of that name and number of
//! arguments; a call through a trait may mean every impl. Such hops are marked, and reports say "may".

mod build;
mod entries;
mod names;
mod search;

pub use entries::Entries;

use crate::resolve::{Id, World};
use crate::summary::{ItemKind, NONE};

/// A node: an item, numbered through all units.
pub type Node = u32;

/// One hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Who names or calls.
    pub from: Node,
    /// What.
    pub to: Node,
    /// How well that is known.
    pub how: How,
}

/// How well a hop is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It is what the text says.
    Sure,
    /// The only candidate by its name, or through a trait: outside there may be others.
    Likely,
    /// One of several candidates, or a value that others call.
    May,
}

/// The graph, and what is reached in it.
pub struct Graph {
    base: Vec<u32>,
    edges: Vec<Edge>,
    starts: Vec<u32>,
    /// Calls of functions that nothing declares: who makes them.
    unresolved: Vec<Node>,
    /// The function through which a node was reached first; [`NONE`] if it was not.
    by: Vec<Node>,
    /// Whether that way has a hop that only may be taken.
    may: Vec<bool>,
    /// The caller of a reached function; itself for an entry.
    caller: Vec<Node>,
    state: Vec<bool>,
    pending: Vec<(Node, Edge)>,
    /// Functions that may lie on a circle of calls.
    cyclic: Vec<bool>,
    /// The entry points.
    pub entries: Vec<Id>,
}

impl Graph {
    /// Builds the graph and searches it from the entry points.
    pub fn new(world: &World, entries: &Entries) -> Self {
        let searched = !entries.functions.is_empty() || !entries.state.is_empty();
        let mut graph = build::build(world, searched);
        if searched {
            graph.entries = entries.functions.clone();
            graph.mark_state(world, entries);
            graph.search(world);
        }
        graph.peel(world);
        graph
    }

    /// An item's node.
    pub fn node(&self, id: Id) -> Node {
        self.base[id.unit as usize] + id.at
    }

    /// A node's item.
    pub fn id(&self, node: Node) -> Id {
        let unit = self.base.partition_point(|base| *base <= node) - 1;
        Id::new(unit as u32, node - self.base[unit])
    }

    /// The hops from a node.
    pub fn hops(&self, node: Node) -> &[Edge] {
        &self.edges[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// Whether an entry point reaches the item.
    pub fn is_reached(&self, id: Id) -> bool {
        self.by[self.node(id) as usize] != NONE
    }

    /// Whether the item belongs to the state of a machine.
    pub fn is_state(&self, id: Id) -> bool {
        self.state[self.node(id) as usize]
    }

    /// Whether the way to the item has a hop that only may be taken.
    pub fn is_maybe(&self, id: Id) -> bool {
        self.may[self.node(id) as usize]
    }

    /// The functions on the shortest way from an entry point to the item, entry first.
    pub fn path(&self, world: &World, id: Id) -> Vec<String> {
        let mut at = self.by[self.node(id) as usize];
        let mut path = Vec::new();
        while at != NONE {
            path.push(self.qualified(world, self.id(at)));
            let caller = self.caller[at as usize];
            at = if caller == at { NONE } else { caller };
        }
        path.reverse();
        path
    }

    /// How many functions are reached.
    pub fn reached_functions(&self, world: &World) -> usize {
        let nodes = 0..self.by.len() as Node;
        nodes.filter(|node| self.by[*node as usize] != NONE && world.item(self.id(*node)).kind == ItemKind::Fn).count()
    }

    /// How many calls of reached functions could not be resolved.
    pub fn unresolved_calls(&self) -> usize {
        self.unresolved.iter().filter(|node| self.by[**node as usize] != NONE).count()
    }
}
