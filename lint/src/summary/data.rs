//! What is kept of a file once its tree is dropped: plain data that any thread, and the cache, can hold.

use serde::{Deserialize, Serialize};

/// An identifier, by its number in [`Summary::names`]; `r#` is stripped.
pub type Name = u32;
/// An index into [`Summary::scopes`]; 0 is the file's own module.
pub type ScopeId = u32;
/// An index into [`Summary::items`]; 0 is the file itself.
pub type ItemId = u32;
/// An index into [`Summary::paths`].
pub type PathId = u32;
/// An index into [`Summary::tys`]; 0 is a type that nothing is known about.
pub type TyId = u32;

/// Stands for "no such thing" where an index may be missing.
pub const NONE: u32 = u32::MAX;
/// The type that nothing is known about.
pub const UNKNOWN: TyId = 0;

/// Where something stands: both count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pos {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// A run of elements in one of the summary's lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    /// The first.
    pub start: u32,
    /// How many.
    pub len: u32,
}

impl Run {
    /// The indices, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }
}

/// The identifiers of a file, one behind the other in one text: a file has hundreds, and each for itself would cost more than it
/// says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idents {
    text: String,
    ends: Vec<u32>,
}

impl Idents {
    /// Takes an identifier down, whether it is new or not.
    pub fn push(&mut self, name: &str) -> Name {
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        (self.ends.len() - 1) as Name
    }

    /// All of them, in order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as Name).map(|name| &self[name])
    }

    /// Gives back what was set aside for growing.
    pub fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

impl std::ops::Index<Name> for Idents {
    type Output = str;

    fn index(&self, name: Name) -> &str {
        let start = name.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.text[start as usize..self.ends[name as usize] as usize]
    }
}

/// One file, lowered: what the resolver, the graph and the rules need, and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Identifiers, each once.
    pub names: Idents,
    /// Modules, traits and blocks that declare names.
    pub scopes: Vec<Scope>,
    /// Functions, types, impls, and so on; the first is the file.
    pub items: Vec<Item>,
    /// Fields of structs and variants, in runs.
    pub fields: Vec<Field>,
    /// `use` and `extern crate`, one a name.
    pub imports: Vec<Import>,
    /// Paths as written.
    pub paths: Vec<Path>,
    /// The segments of all paths.
    pub segments: Vec<Name>,
    /// Types, written and derived.
    pub tys: Vec<Ty>,
    /// Lists of types: generic arguments, parameters, tuples.
    pub lists: Vec<TyId>,
    /// What the rules look at.
    pub facts: Vec<Fact>,
    /// Comments that talk to the linter.
    pub notes: Vec<Note>,
    /// First and last lines of statements, items and blocks; only where there are notes.
    pub extents: Vec<(u32, u32)>,
    /// Files that `include!` names, and where their items go.
    pub includes: Vec<Include>,
    /// Files that `include_str!` and `include_bytes!` name.
    pub data: Vec<Include>,
    /// Whether the file says `#![no_std]`.
    pub no_std: bool,
    /// How many lines it has.
    pub lines: u32,
    /// Why it could not be read, where it could not.
    pub error: Option<(Pos, String)>,
}

/// A place that declares names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The one around it; [`NONE`] for the file's module.
    pub parent: ScopeId,
    /// Whether it is a module (paths start there) or a block (names outside stay in sight).
    pub module: bool,
    /// The item that it belongs to.
    pub item: ItemId,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind {
    /// The file itself, or a module in braces.
    Mod,
    /// `mod name;`, its content elsewhere.
    ModFile,
    /// A function or method.
    Fn,
    /// A struct or union.
    Struct,
    /// An enum.
    Enum,
    /// A variant of an enum.
    Variant,
    /// A trait or a trait alias.
    Trait,
    /// An impl block.
    Impl,
    /// A constant, associated or not.
    Const,
    /// A static.
    Static,
    /// A type alias.
    Alias,
    /// An associated type.
    Assoc,
    /// A `macro_rules!` definition.
    Macro,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its name; of an impl the last segment of its type.
    pub name: Name,
    /// Where it is declared.
    pub scope: ScopeId,
    /// The scope that it opens, else [`NONE`].
    pub inner: ScopeId,
    /// The item around it.
    pub parent: ItemId,
    /// Where its name stands.
    pub pos: Pos,
    /// The return type, the type of a constant, the target of an alias, the self type of an impl.
    pub ty: TyId,
    /// The trait of an impl, else [`NONE`].
    pub of_trait: PathId,
    /// Types of the parameters, `self` first; of a trait, its supertraits as bounds.
    pub params: Run,
    /// Its own generic parameters, as [`Ty::Param`].
    pub generics: Run,
    /// Fields of a struct or variant.
    pub fields: Run,
    /// See [`flag`].
    pub flags: u16,
    /// What `#[path]` says, once per `cfg` that says something.
    pub files: Vec<Box<str>>,
}

/// Bits of [`Item::flags`].
pub mod flag {
    /// `pub` without a restriction.
    pub const PUBLIC: u16 = 1;
    /// Takes `self`.
    pub const RECEIVER: u16 = 2;
    /// Marked `// zero-sim: entry`.
    pub const ENTRY: u16 = 4;
    /// Stands under `cfg(feature = ..)`.
    pub const FEATURE: u16 = 8;
    /// A macro with `#[macro_export]`.
    pub const EXPORTED: u16 = 16;
    /// Has a body (a trait's method may not).
    pub const BODY: u16 = 32;
    /// `async`.
    pub const ASYNC: u16 = 64;
    /// Fields of a struct have names.
    pub const NAMED: u16 = 128;
}

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name, or its number as a name.
    pub name: Name,
    /// Its type.
    pub ty: TyId,
}

/// One name that a `use` brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Where.
    pub scope: ScopeId,
    /// What.
    pub path: PathId,
    /// Under which name; [`NONE`] for `_`.
    pub name: Name,
    /// Everything below the path.
    pub glob: bool,
    /// `pub`, or restricted to something wider than the module.
    pub public: bool,
    /// `extern crate`.
    pub external: bool,
    /// The item in whose body it stands.
    pub owner: ItemId,
}

/// A path as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// Where it is looked up.
    pub scope: ScopeId,
    /// What it starts from.
    pub root: Root,
    /// Its segments.
    pub segments: Run,
    /// Generic arguments of the last segment that has any.
    pub args: Run,
    /// Where it starts.
    pub pos: Pos,
}

/// What a path starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Root {
    /// A name in scope.
    Plain,
    /// `::name`.
    Absolute,
    /// `<T>::`, `Self::`, a generic parameter.
    Type(TyId),
    /// `<T as Trait>::`.
    TypeAs(TyId, PathId),
}

/// A type, as written or as the expression it belongs to shows it. Evaluated only when asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ty {
    /// Nothing is known.
    Unknown,
    /// An integer literal.
    Int,
    /// A float literal.
    Float,
    /// `str`, `bool`, `char` literals.
    Str,
    /// See above.
    Bool,
    /// See above.
    Char,
    /// A path in a type's place.
    Path(PathId),
    /// A path in a value's place: a constant, a function, a constructor.
    Value(PathId),
    /// A generic parameter and its bounds (types of [`Ty::Path`]).
    Param(Name, Run),
    /// `Self` in a trait.
    TraitSelf(ItemId),
    /// `dyn` and `impl` types with their bounds.
    Bounds(Run),
    /// `&T`.
    Ref(TyId),
    /// `*const T`.
    Pointer(TyId),
    /// `[T]` and `[T; n]`.
    Slice(TyId),
    /// A tuple.
    Tuple(Run),
    /// A function pointer or closure, by what it returns.
    Fn(TyId),
    /// What calling it gives.
    Call(TyId),
    /// What a method gives.
    Method(TyId, Name),
    /// A field.
    Field(TyId, Name),
    /// An element by index.
    Index(TyId),
    /// `*x`.
    Deref(TyId),
    /// `x?`.
    Try(TyId),
    /// What iterating gives, or what a closure's parameter gets.
    Element(TyId),
    /// What a pattern takes out: the variant's path and the number or name of the field.
    Part(TyId, PathId, Name),
    /// The same, of a tuple.
    TuplePart(TyId, u32),
}

/// Something that a rule, or the call graph, may care about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Where.
    pub pos: Pos,
    /// The item in whose text it stands.
    pub owner: ItemId,
    /// What.
    pub kind: FactKind,
}

/// The place that a path stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// A type.
    Type,
    /// The type in a `impl .. for` header or after a `:`.
    Bound,
    /// A value.
    Value,
    /// The callee of a call.
    Call,
    /// The type of a struct literal.
    Constructor,
    /// A constant, a variant or a struct in a pattern.
    Pattern,
    /// Words in a macro's arguments that could not be parsed.
    Token,
    /// A macro.
    Macro,
    /// An attribute that the compiler doesn't know.
    Attribute,
    /// A derive.
    Derive,
}

/// Kinds of facts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum FactKind {
    /// A path was named.
    Path(PathId, Place),
    /// A method was called: receiver, name, number of arguments, the turbofish's or annotated type.
    Method(TyId, Name, u8, TyId),
    /// A cast: from, to.
    Cast(TyId, TyId),
    /// A shape that needs no more than its place.
    Shape(Shape),
    /// A static and its type.
    Static(TyId),
    /// A field's type.
    Field(TyId),
    /// An impl of this trait whose `drop` does something.
    Drop(PathId),
    /// A binary operator: left, right.
    Binary(Operator, TyId, TyId),
    /// Unary minus.
    Negate(TyId),
    /// `x[i]`, and whether by a range.
    Index(TyId, bool),
    /// A type in a for loop.
    For(TyId),
    /// A capacity that neither a constant nor a length bounds: what gets it, and the function's name.
    Capacity(TyId, Name),
    /// `cfg`, see [`cfg_flag`].
    Cfg(u8),
    /// A placeholder of a format string: its letter and the argument.
    Format(u8, TyId),
    /// An attribute of the compiler's own, by name.
    Builtin(Name),
}

/// Kinds of facts without what they carry, to choose rules by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the variant of `FactKind` of that name")]
pub enum Kind {
    Path,
    Method,
    Cast,
    Shape,
    Static,
    Field,
    Drop,
    Binary,
    Negate,
    Index,
    For,
    Capacity,
    Cfg,
    Format,
    Builtin,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Path,
        Self::Method,
        Self::Cast,
        Self::Shape,
        Self::Static,
        Self::Field,
        Self::Drop,
        Self::Binary,
        Self::Negate,
        Self::Index,
        Self::For,
        Self::Capacity,
        Self::Cfg,
        Self::Format,
        Self::Builtin,
    ];
}

impl FactKind {
    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Path(..) => Kind::Path,
            Self::Method(..) => Kind::Method,
            Self::Cast(..) => Kind::Cast,
            Self::Shape(_) => Kind::Shape,
            Self::Static(_) => Kind::Static,
            Self::Field(_) => Kind::Field,
            Self::Drop(_) => Kind::Drop,
            Self::Binary(..) => Kind::Binary,
            Self::Negate(_) => Kind::Negate,
            Self::Index(..) => Kind::Index,
            Self::For(_) => Kind::For,
            Self::Capacity(..) => Kind::Capacity,
            Self::Cfg(_) => Kind::Cfg,
            Self::Format(..) => Kind::Format,
            Self::Builtin(_) => Kind::Builtin,
        }
    }
}

/// Bits of [`FactKind::Cfg`].
pub mod cfg_flag {
    /// The target: `target_*`, `unix`, `windows`, `panic`.
    pub const TARGET: u8 = 1;
    /// `debug_assertions`, `overflow_checks`.
    pub const DEBUG: u8 = 2;
    /// `feature`.
    pub const FEATURE: u8 = 4;
    /// Anything else, `test` and `doc` aside.
    pub const OTHER: u8 = 8;
    /// `cfg!(..)`.
    pub const MACRO: u8 = 16;
    /// `cfg_attr(..)`.
    pub const ATTR: u8 = 32;
    /// On a type, its field or its variant.
    pub const TYPE: u8 = 64;
}

/// Operators that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// `+ - *`, and their assignments.
    Arithmetic,
    /// `/ %`.
    Division,
    /// `<< >>`.
    Shift,
}

/// Shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// `1.0`.
    FloatLiteral,
    /// `unsafe { }`.
    UnsafeBlock,
    /// `unsafe fn`.
    UnsafeFn,
    /// `unsafe impl`.
    UnsafeImpl,
    /// `unsafe trait`.
    UnsafeTrait,
    /// `unsafe extern { }`.
    UnsafeExtern,
    /// `#[unsafe(..)]`.
    UnsafeAttribute,
    /// `extern "C" { }`.
    ForeignBlock,
    /// `extern "C" fn`.
    ForeignFn,
    /// `async fn`.
    AsyncFn,
    /// `async { }`.
    AsyncBlock,
    /// `async || ..`.
    AsyncClosure,
    /// `.await`.
    Await,
    /// `static mut`.
    StaticMut,
    /// `*const T` as a type.
    PointerType,
    /// `&raw const x`.
    RawBorrow,
    /// A debug assertion whose argument does something.
    DebugEffect,
    /// `#[path]` that leaves the crate, a module or include that cannot be read.
    HiddenSource,
}

/// A comment that talks to the linter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Where it starts.
    pub pos: Pos,
    /// Nothing but the comment stands on its line.
    pub alone: bool,
    /// The next line with code on it.
    pub next: u32,
    /// What follows `zero-sim:`.
    pub text: Box<str>,
}

/// An `include!`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Include {
    /// Where its items go.
    pub scope: ScopeId,
    /// The path as written; empty when it isn't a plain string.
    pub file: Box<str>,
    /// Where it stands.
    pub pos: Pos,
    /// In whose text.
    pub owner: ItemId,
}
