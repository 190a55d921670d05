//! Names from outside the workspace, as one tree of canonical paths: `core`, `alloc` and `std` are merged, re-exports lead to
//! the place of definition, and each name carries the verdict of the longest listed path that it lies under.

use rustc_hash::FxHashMap;

use super::names::{GName, Names};
use crate::tables::{self, Verdict};

/// A canonical path from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExtId(pub u32);

/// The root above all crates and primitive types.
pub const ROOT: ExtId = ExtId(0);

struct Node {
    parent: ExtId,
    name: GName,
    verdict: Verdict,
    /// Listed by name, not merely below something listed.
    listed: bool,
    /// Where it is really defined.
    target: Option<ExtId>,
}

/// The tree.
pub struct Exts {
    nodes: Vec<Node>,
    children: FxHashMap<(ExtId, GName), ExtId>,
}

impl Exts {
    /// The tree of all that rules and allow-lists name.
    pub fn new(names: &mut Names, listed: &[(&str, Verdict)]) -> Self {
        let root = Node { parent: ROOT, name: names.add(""), verdict: Verdict::Unknown, listed: false, target: None };
        let mut exts = Self { nodes: vec![root], children: FxHashMap::default() };
        for (from, to) in tables::REEXPORTS {
            let to = exts.add_path(names, to);
            let from = exts.add_path(names, from);
            exts.nodes[from.0 as usize].target = Some(to);
        }
        // Short paths first, so that what lies below starts from the right verdict.
        let mut listed = listed.to_vec();
        listed.sort_by_key(|(path, _)| (path.matches("::").count(), *path));
        for (path, verdict) in listed {
            let id = exts.add_path(names, path);
            let node = &mut exts.nodes[id.0 as usize];
            (node.verdict, node.listed) = (verdict, true);
        }
        exts.inherit();
        exts
    }

    /// Nodes made before their parents were listed take over what these say.
    fn inherit(&mut self) {
        let mut order: Vec<usize> = (1..self.nodes.len()).collect();
        order.sort_by_key(|at| self.depth(ExtId(*at as u32)));
        for at in order {
            if !self.nodes[at].listed {
                self.nodes[at].verdict = self.nodes[self.nodes[at].parent.0 as usize].verdict;
            }
        }
    }

    fn depth(&self, mut id: ExtId) -> usize {
        let mut depth = 0;
        while id != ROOT {
            id = self.nodes[id.0 as usize].parent;
            depth += 1;
        }
        depth
    }

    fn add_path(&mut self, names: &mut Names, path: &str) -> ExtId {
        path.split("::").fold(ROOT, |at, segment| {
            let name = names.add(segment);
            self.child(at, name)
        })
    }

    /// The name below; made if it is new.
    pub fn child(&mut self, parent: ExtId, name: GName) -> ExtId {
        let parent = self.target(parent);
        if let Some(id) = self.children.get(&(parent, name)) {
            return self.target(*id);
        }
        let id = ExtId(self.nodes.len() as u32);
        let verdict = self.nodes[parent.0 as usize].verdict;
        self.nodes.push(Node { parent, name, verdict, listed: false, target: None });
        self.children.insert((parent, name), id);
        id
    }

    /// The name below, if it is listed, or known to be another name of something.
    pub fn listed_child(&self, parent: ExtId, name: GName) -> Option<ExtId> {
        let id = *self.children.get(&(self.target(parent), name))?;
        let target = self.target(id);
        (target != id || self.nodes[id.0 as usize].listed).then_some(target)
    }

    /// The name below, if anything has asked for it before.
    pub fn known_child(&self, parent: ExtId, name: GName) -> Option<ExtId> {
        self.children.get(&(self.target(parent), name)).map(|id| self.target(*id))
    }

    fn target(&self, mut id: ExtId) -> ExtId {
        while let Some(target) = self.nodes[id.0 as usize].target {
            id = target;
        }
        id
    }

    /// What is to be said about it.
    pub fn verdict(&self, id: ExtId) -> Verdict {
        self.nodes[id.0 as usize].verdict
    }

    /// Whether it is listed by its full name.
    pub fn is_listed(&self, id: ExtId) -> bool {
        self.nodes[id.0 as usize].listed
    }

    /// The name above; the root's is the root.
    pub fn parent(&self, id: ExtId) -> ExtId {
        self.nodes[id.0 as usize].parent
    }

    /// The last segment.
    pub fn name(&self, id: ExtId) -> GName {
        self.nodes[id.0 as usize].name
    }

    /// Whether `id` is `above` or lies below it.
    pub fn is_below(&self, mut id: ExtId, above: ExtId) -> bool {
        while id != ROOT {
            if id == above {
                return true;
            }
            id = self.parent(id);
        }
        above == ROOT
    }

    /// The canonical path, with `::`.
    pub fn path(&self, names: &Names, mut id: ExtId) -> String {
        let mut segments = Vec::new();
        while id != ROOT {
            segments.push(&**names.text(self.name(id)));
            id = self.parent(id);
        }
        segments.reverse();
        segments.join("::")
    }

    /// The node of a canonical path, if there is one.
    pub fn find(&self, names: &Names, path: &str) -> Option<ExtId> {
        path.split("::").try_fold(ROOT, |at, segment| self.known_child(at, names.find(segment)?))
    }

    /// A macro's `$name` below another: pure only where everything below is.
    pub fn hole(&mut self, parent: ExtId, name: GName) -> ExtId {
        let parent = self.target(parent);
        let own = self.nodes[parent.0 as usize].verdict;
        let id = self.child(parent, name);
        let others =
            (0u32..).map(ExtId).zip(&self.nodes).filter(|(at, node)| node.listed && node.verdict != own && *at != id);
        let mixed = others.map(|(at, _)| at).any(|at| self.is_below(at, parent));
        if own == Verdict::Allowed && mixed {
            self.nodes[id.0 as usize].verdict = Verdict::Unknown;
        }
        id
    }

    /// Whether anything below it is listed or was asked for.
    pub fn has_children(&self, parent: ExtId) -> bool {
        let parent = self.target(parent);
        self.children.keys().any(|(above, _)| *above == parent)
    }
}
