//! One file in, plain data out: the tree of `syn` is walked once and dropped, so that memory holds summaries only.

mod attrs;
mod cfg;
mod comments;
mod data;
mod exprs;
mod format;
mod items;
mod macros;
mod notes;
mod pats;
mod tokens;
mod types;

use proc_macro2::{Ident, Span};
use rustc_hash::FxHashMap;

pub use data::*;

/// The prefix of identifiers that stand for a macro's `$name`.
pub const HOLE: &str = "__zero_sim_hole_";

/// Parses the text and lowers it. What can't be parsed gives a summary with [`Summary::error`].
pub fn summarize(text: &str) -> Summary {
    let mut summary = match syn::parse_file(&comments::without_docs(text)) {
        Ok(file) => {
            let mut lower = Lower { wants_extents: text.contains(notes::MARK), ..Lower::new() };
            lower.file(&file);
            lower.out
        }
        Err(error) => failed(&error),
    };
    // Spans live in a thread-local map that only grows; nothing of this file points there any more.
    proc_macro2::extra::invalidate_current_thread_spans();
    summary.lines = clip(text.lines().count());
    summary.shrink();
    notes::collect(text, &mut summary);
    notes::mark_entries(&mut summary);
    summary
}

fn failed(error: &syn::Error) -> Summary {
    Summary { error: Some((pos(error.span()), error.to_string())), ..Lower::new().out }
}

/// Where a span starts.
fn pos(span: Span) -> Pos {
    let start = span.start();
    Pos { line: clip(start.line), column: clip(start.column + 1) }
}

fn clip(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A name bound by `let`, a parameter or a pattern.
struct Local {
    name: Name,
    ty: TyId,
}

/// The walker's state.
struct Lower {
    out: Summary,
    known: FxHashMap<Box<str>, Name>,
    buffer: String,
    scope: ScopeId,
    owner: ItemId,
    /// Type of `Self`, where there is one.
    self_ty: Option<TyId>,
    locals: Vec<Local>,
    generics: Vec<Local>,
    /// Inside a macro's body: facts belong to the macro, whatever items the body declares.
    pinned: bool,
    /// How deep macros' arguments are nested; a limit keeps hostile input from exhausting the stack.
    depth: u32,
    /// The item around has a derive of another crate, whose helper attributes may follow.
    helpers: bool,
    /// Macros of this file that take no more than words from their arguments.
    word_macros: Vec<Name>,
    /// Somebody waives something in this file.
    wants_extents: bool,
}

/// Marks to which the stacks fall back when a scope ends.
struct Frame {
    scope: ScopeId,
    owner: ItemId,
    self_ty: Option<TyId>,
    locals: usize,
    generics: usize,
}

impl Lower {
    fn new() -> Self {
        let mut lower = Self {
            out: Summary::default(),
            known: FxHashMap::default(),
            buffer: String::new(),
            scope: 0,
            owner: 0,
            self_ty: None,
            locals: Vec::new(),
            generics: Vec::new(),
            pinned: false,
            depth: 0,
            helpers: false,
            word_macros: Vec::new(),
            wants_extents: false,
        };
        let empty = lower.name("");
        lower.out.tys.push(Ty::Unknown);
        lower.out.scopes.push(Scope { parent: NONE, module: true, item: 0 });
        let root = Item::new(ItemKind::Mod, empty, Pos { line: 1, column: 1 });
        lower.out.items.push(Item { inner: 0, ..root });
        lower
    }

    /// The index of a name, which is taken down once.
    fn name(&mut self, text: &str) -> Name {
        let text = text.strip_prefix("r#").unwrap_or(text);
        if let Some(name) = self.known.get(text) {
            return *name;
        }
        let name = self.out.names.push(text);
        self.known.insert(text.into(), name);
        name
    }

    fn ident(&mut self, ident: &Ident) -> Name {
        use std::fmt::Write as _;
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        // Writing to a string cannot fail.
        let _ = write!(buffer, "{ident}");
        let name = self.name(&buffer);
        self.buffer = buffer;
        name
    }

    fn text(&self, name: Name) -> &str {
        &self.out.names[name]
    }

    fn ty_node(&mut self, ty: Ty) -> TyId {
        if ty == Ty::Unknown {
            return UNKNOWN;
        }
        self.out.tys.push(ty);
        (self.out.tys.len() - 1) as TyId
    }

    fn list(&mut self, tys: &[TyId]) -> Run {
        let run = Run { start: self.out.lists.len() as u32, len: tys.len() as u32 };
        self.out.lists.extend_from_slice(tys);
        run
    }

    fn fact(&mut self, span: Span, kind: FactKind) {
        self.fact_at(pos(span), kind);
    }

    fn fact_at(&mut self, pos: Pos, kind: FactKind) {
        self.out.facts.push(Fact { pos, owner: self.owner, kind });
    }

    fn shape(&mut self, span: Span, shape: Shape) {
        self.fact(span, FactKind::Shape(shape));
    }

    fn open_scope(&mut self, module: bool, item: ItemId) -> ScopeId {
        self.out.scopes.push(Scope { parent: self.scope, module, item });
        (self.out.scopes.len() - 1) as ScopeId
    }

    fn add_item(&mut self, item: Item) -> ItemId {
        self.out.items.push(item);
        (self.out.items.len() - 1) as ItemId
    }

    fn item_mut(&mut self, id: ItemId) -> &mut Item {
        &mut self.out.items[id as usize]
    }

    /// Makes the item the owner of what follows, unless a macro's body is.
    fn own(&mut self, item: ItemId) {
        if !self.pinned {
            self.owner = item;
        }
    }

    fn frame(&self) -> Frame {
        Frame {
            scope: self.scope,
            owner: self.owner,
            self_ty: self.self_ty,
            locals: self.locals.len(),
            generics: self.generics.len(),
        }
    }

    fn restore(&mut self, frame: &Frame) {
        self.scope = frame.scope;
        self.owner = frame.owner;
        self.self_ty = frame.self_ty;
        self.locals.truncate(frame.locals);
        self.generics.truncate(frame.generics);
    }

    /// First and last line of something that a waiver may cover.
    fn extent(&mut self, first: Span, last: Span) {
        if self.wants_extents {
            self.out.extents.push((pos(first).line, clip(last.end().line)));
        }
    }
}

impl Summary {
    /// Gives back what the lists have set aside for growing: summaries stay for the whole run.
    fn shrink(&mut self) {
        self.names.shrink_to_fit();
        self.items.shrink_to_fit();
        self.paths.shrink_to_fit();
        self.segments.shrink_to_fit();
        self.tys.shrink_to_fit();
        self.lists.shrink_to_fit();
        self.facts.shrink_to_fit();
    }

    /// A file without anything in it.
    pub fn empty() -> Self {
        Lower::new().out
    }
}

impl Item {
    /// An item with nothing but its name.
    fn new(kind: ItemKind, name: Name, pos: Pos) -> Self {
        Self {
            kind,
            name,
            scope: 0,
            inner: NONE,
            parent: 0,
            pos,
            ty: UNKNOWN,
            of_trait: NONE,
            params: Run::default(),
            generics: Run::default(),
            fields: Run::default(),
            flags: 0,
            files: Vec::new(),
        }
    }
}
