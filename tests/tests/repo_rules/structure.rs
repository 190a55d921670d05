//! Rules about structure: which files import each other, what generic code must not name, and that a public name has one owner.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::Visit;

use super::{File, demand, files};

/// Folders in which no file may import, over others, a file that imports it.
const WITHOUT_CIRCLE: &[&str] = &["sim/src/cli/", "machine/src/trust/"];

/// What the trust loop alone may name in the simulator.
const DOMAIN: &[&str] = &["points_micro", "micropoint", "coherence", "reward", "referral", "session"];

pub(super) fn parse(file: &File) -> syn::File {
    syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path))
}

pub(super) fn is_test(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("cfg")
            && attr.meta.require_list().is_ok_and(|list| list.tokens.to_string().contains("test"))
    })
}

/// The name of a file of a folder as a module; the folder's own file is `mod`, and a folder in it is one module.
fn module_of<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let name = path.strip_prefix(folder)?.strip_suffix(".rs")?;
    Some(name.split_once('/').map_or(name, |(module, _)| module))
}

/// What a file names of its folder, outside its tests.
struct Imports {
    found: BTreeSet<String>,
    /// How the file writes a path that starts in the folder: by `super`, or as `crate` sees it.
    starts: [Vec<String>; 2],
}

impl Imports {
    /// The imports of a file of a folder. One of a folder below it has to say `super` once more.
    fn of(file: &File, folder: &str) -> Self {
        let below = file.path.strip_prefix(folder).is_some_and(|name| name.contains('/') && !name.ends_with("/mod.rs"));
        let by_super = vec!["super".to_string(); if below { 2 } else { 1 }];
        let inside = folder.split_once("/src/").map_or("", |(_, inside)| inside);
        let by_crate = ["crate"].into_iter().chain(inside.split('/').filter(|name| !name.is_empty()));
        let mut imports = Self { found: BTreeSet::new(), starts: [by_super, by_crate.map(str::to_string).collect()] };
        imports.visit_file(&parse(file));
        imports
    }

    /// Takes a path that is written out.
    fn path(&mut self, names: &[String]) {
        for start in &self.starts {
            if let Some(rest) = names.strip_prefix(start.as_slice()) {
                self.found.extend(rest.first().filter(|name| *name != "super").cloned());
            }
        }
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &dyn ToString| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.path(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.path(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.path(&with(&"*")),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.path(&names);
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }
}

/// Which files of a folder import which: a name that is no file's is one of the folder's own file, `mod`.
fn imports(files: &[File], folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let source = files.iter().filter(|file| is_source(&file.path));
    let own: Vec<(&str, &File)> = source.filter_map(|file| Some((module_of(&file.path, folder)?, file))).collect();
    let is_file = |name: &str| own.iter().any(|(module, _)| *module == name);
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, file) in &own {
        let found = Imports::of(file, folder).found.into_iter();
        let to = found.map(|name| if is_file(&name) { name } else { "mod".to_string() });
        let to = to.filter(|name| name != module);
        edges.entry(module.to_string()).or_default().extend(if *module == "mod" {
            own_children(&own)
        } else {
            to.collect()
        });
    }
    edges
}

/// The folder's own file names all others.
fn own_children(own: &[(&str, &File)]) -> BTreeSet<String> {
    own.iter().map(|(module, _)| module.to_string()).filter(|module| module != "mod").collect()
}

/// A way from a file to itself, if there is one.
fn circle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn search(edges: &BTreeMap<String, BTreeSet<String>>, way: &mut Vec<String>) -> bool {
        let next = way.last().and_then(|last| edges.get(last)).cloned().unwrap_or_default();
        next.into_iter().any(|next| {
            let closes = next == way[0];
            if !closes && way.contains(&next) {
                return false;
            }
            way.push(next);
            if closes || search(edges, way) {
                return true;
            }
            way.pop();
            false
        })
    }
    edges.keys().find_map(|start| {
        let mut way = vec![start.clone()];
        search(edges, &mut way).then_some(way)
    })
}

fn circles(files: &[File], folder: &str) -> Vec<String> {
    let way = circle(&imports(files, folder));
    let told =
        way.map(|way| format!("{folder}: {}: move what both need into a file that needs neither", way.join(" -> ")));
    told.into_iter().collect()
}

/// The words of one system in code that serves every system.
fn domain_words(file: &File) -> Vec<String> {
    let lines = file.text.lines().enumerate();
    let found = lines.flat_map(|(at, line)| {
        let low = line.to_lowercase();
        let words = DOMAIN.iter().filter(move |word| low.contains(**word));
        words.map(move |word| (at + 1, word)).collect::<Vec<_>>()
    });
    let told = found.map(|(line, word)| {
        format!(
            "{}:{line}: `{word}` is the trust loop's: let the system say it (`measures`, `questions`, `vocabulary`)",
            file.path
        )
    });
    told.collect()
}

/// The public types and traits of a file, outside its tests; also those that a macro is given.
fn public_names(file: &File) -> Vec<String> {
    let code = file.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let kinds = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
    let named = code.lines().filter_map(|line| kinds.iter().find_map(|kind| line.trim_start().strip_prefix(kind)));
    let names = named.filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
    names.filter(|name| !name.is_empty()).map(str::to_string).collect()
}

/// The owners of every public name.
fn owners<'a>(files: impl Iterator<Item = &'a File>) -> BTreeMap<String, BTreeSet<String>> {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        for name in public_names(file) {
            owners.entry(name).or_default().insert(file.path.clone());
        }
    }
    owners
}

fn shared(owners: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let shared = owners.iter().filter(|(_, files)| files.len() > 1);
    let told = shared.map(|(name, files)| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        format!("`{name}` is public in {}: one owner a name, rename the others", files.join(" and "))
    });
    told.collect()
}

fn is_source(path: &str) -> bool {
    path.ends_with(".rs")
        && path.contains("/src/")
        && !path.starts_with("lint/")
        && !path.contains("/tests/")
        && !path.ends_with("/tests.rs")
}

pub(super) fn file(path: &str, text: &str) -> File {
    File { path: path.to_string(), text: text.to_string() }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let all = files();
    demand(WITHOUT_CIRCLE.iter().flat_map(|folder| circles(&all, folder)).collect());
    let one_way = [
        file("x/src/a/mod.rs", "mod b;\nmod c;\n"),
        file("x/src/a/b.rs", "use super::c::C;\n"),
        file("x/src/a/c.rs", ""),
    ];
    assert_eq!(circles(&one_way, "x/src/a/"), Vec::<String>::new());
    let below = [file("x/src/a/mod.rs", ""), file("x/src/a/b.rs", "use super::d;"), file("x/src/a/d/mod.rs", "mod e;")];
    let deep = |back: &str| [&below[..], &[file("x/src/a/d/e.rs", back)]].concat();
    assert_eq!(circles(&deep("use super::F;"), "x/src/a/"), Vec::<String>::new(), "a folder is one module");
    assert_eq!(circles(&deep("use super::super::b::B;"), "x/src/a/").len(), 1);
    let both = |back: &str| {
        [
            file("x/src/a/mod.rs", "mod b; mod c;"),
            file("x/src/a/b.rs", "use super::{c::C};"),
            file("x/src/a/c.rs", back),
        ]
    };
    for back in
        ["use super::b;", "fn f() { super::b::g() }", "use super::Shared;", "use super::*;", "use crate::a::b::B;"]
    {
        assert_eq!(circles(&both(back), "x/src/a/").len(), 1, "{back}");
    }
}

#[test]
fn generic_code_names_nothing_of_one_system() {
    let generic =
        |path: &str| path.starts_with("sim/src/") && !path.starts_with("sim/src/trust/") && path != "sim/src/main.rs";
    demand(files().iter().filter(|file| generic(&file.path) && is_source(&file.path)).flat_map(domain_words).collect());
    assert_eq!(domain_words(&file("bad.rs", "let x = tale.points_micro;\n/// A Reward.\n")).len(), 2);
}

#[test]
fn a_public_name_has_one_owner() {
    let all = files();
    demand(shared(&owners(all.iter().filter(|file| is_source(&file.path)))));
    let two = [file("a.rs", "pub struct World;"), file("b.rs", "    pub enum World {}\npub(crate) struct X;")];
    assert_eq!(
        shared(&owners(two.iter())),
        ["`World` is public in a.rs and b.rs: one owner a name, rename the others"]
    );
}
