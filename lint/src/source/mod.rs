//! From paths to parsed files: loose files, packages and workspaces, with every module that they name.

mod lock;
mod loose;
mod modules;
mod workspace;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

pub use lock::Lock;
pub use loose::loose;
pub use modules::Loader;
pub use workspace::{Member, Workspace};

use crate::resolve::Id;
use crate::summary::{Pos, Summary};

/// A file, lowered, and its place in a crate.
#[derive(Debug)]
pub struct Unit {
    /// As findings name it: as given, or from the workspace's root, with `/`.
    pub path: String,
    /// The crate.
    pub krate: u32,
    /// The `mod name;` that names it; `None` for a crate's root.
    pub module: Option<Id>,
    /// The scope whose `include!` names it.
    pub included_in: Option<Id>,
    /// Its content.
    pub summary: Summary,
}

/// A crate.
#[derive(Clone, Debug, Default)]
pub struct Crate {
    /// Its name, with `_`; empty for a loose file.
    pub name: String,
    /// Its root file's unit.
    pub root: u32,
    /// Crates of the workspace that it may name, by the name that they have here.
    pub members: HashMap<String, u32>,
    /// Other dependencies that are renamed here, with their real names.
    pub renamed: BTreeMap<String, String>,
    /// Linted for its own sake.
    pub core: bool,
    /// The name of its layer's profile, if it is linted.
    pub layer: Option<usize>,
    /// Where its manifest lies; empty for a loose file.
    pub dir: PathBuf,
}

/// Something about the files themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file that names it, or that is it.
    pub file: String,
    /// Where.
    pub pos: Pos,
    /// What is wrong.
    pub kind: ProblemKind,
    /// The path or the message.
    pub what: String,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A module or include that cannot be read.
    Unreadable,
    /// One that lies outside of its crate.
    Outside,
    /// One that is no Rust.
    Unparsed,
}

/// All files of a run.
#[derive(Debug, Default)]
pub struct Sources {
    /// The files.
    pub units: Vec<Unit>,
    /// The crates.
    pub crates: Vec<Crate>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
}
