//! Workspaces: manifests are read directly, without asking cargo, and each member becomes a crate with its dependencies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Crate, Loader, Lock, Sources};
use crate::config::matches;
use crate::summary::Summary;

/// A member's manifest.
#[derive(Clone, Debug)]
pub struct Member {
    /// The package's name, with `-` as written.
    pub name: String,
    /// Its directory.
    pub dir: PathBuf,
    /// The directory from the root, with `/`; empty for the root itself.
    pub shown: String,
    /// The manifest's text.
    pub text: String,
    /// The manifest.
    pub table: toml::Table,
}

/// A workspace's manifests.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Where it is.
    pub root: PathBuf,
    /// The root manifest.
    pub table: toml::Table,
    /// The members, by directory.
    pub members: Vec<Member>,
    /// What is locked.
    pub lock: Lock,
}

impl Workspace {
    /// Finds the workspace, or the package, that a directory lies in.
    ///
    /// # Errors
    /// No manifest, or one that cannot be read.
    pub fn find(start: &Path) -> Result<Self, String> {
        let mut package = None;
        for dir in start.ancestors() {
            let file = dir.join("Cargo.toml");
            if !file.is_file() {
                continue;
            }
            let table = read(&file)?.1;
            if table.contains_key("workspace") {
                return Self::open(dir, table);
            }
            package.get_or_insert((dir.to_path_buf(), table));
        }
        match package {
            Some((dir, table)) => Self::open(&dir, table),
            None => {
                Err(format!("no Cargo.toml in {} or above; give files to `zero-sim check FILE.rs`", start.display()))
            }
        }
    }

    fn open(root: &Path, table: toml::Table) -> Result<Self, String> {
        let mut dirs = Vec::new();
        if table.contains_key("package") {
            dirs.push(root.to_path_buf());
        }
        let workspace = table.get("workspace").and_then(toml::Value::as_table);
        let list = |key: &str| strings(workspace.and_then(|workspace| workspace.get(key)));
        let excluded = list("exclude");
        for glob in list("members") {
            dirs.extend(expand(root, &glob).into_iter().filter(|dir| {
                let shown = shown(root, dir);
                !excluded.iter().any(|glob| matches(glob, &shown)) && dir.join("Cargo.toml").is_file()
            }));
        }
        dirs.sort();
        dirs.dedup();
        let mut members = Vec::new();
        for dir in dirs {
            let (text, table) = read(&dir.join("Cargo.toml"))?;
            let name = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
            let name = name.unwrap_or_default().to_string();
            members.push(Member { name, shown: shown(root, &dir), dir, text, table });
        }
        Ok(Self { root: root.to_path_buf(), table, members, lock: Lock::find(root)? })
    }

    /// Whether arithmetic is checked, or is not, in every profile alike.
    pub fn overflow_is_uniform(&self) -> bool {
        let profile =
            |name: &str| self.table.get("profile")?.get(name)?.get("overflow-checks").and_then(toml::Value::as_bool);
        profile("dev").unwrap_or(true) == profile("release").unwrap_or(false)
    }

    /// The normal dependencies of a member: name here, package.
    pub fn dependencies(&self, member: &Member) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut tables = vec![&member.table];
        let targets = member.table.get("target").and_then(toml::Value::as_table);
        tables.extend(targets.into_iter().flat_map(|targets| targets.values().filter_map(toml::Value::as_table)));
        for table in tables {
            let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
            for (name, value) in dependencies.into_iter().flatten() {
                found.insert(name.clone(), self.package(name, value));
            }
        }
        found
    }

    fn package(&self, name: &str, value: &toml::Value) -> String {
        let inherited = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
        let shared = || self.table.get("workspace")?.get("dependencies")?.get(name);
        let value = if inherited { shared().unwrap_or(value) } else { value };
        value.get("package").and_then(toml::Value::as_str).unwrap_or(name).to_string()
    }

    /// Reads the members that are wanted, and the members that these depend on.
    pub fn load(
        &self,
        layer_of: &dyn Fn(&Member) -> Option<usize>,
        threads: usize,
        summarize: &(dyn Fn(&str, &str) -> Summary + Sync),
    ) -> Sources {
        let mut loader = Loader::new(&self.root, threads, summarize);
        let wanted = self.wanted(layer_of);
        let mut numbers = BTreeMap::new();
        let mut roots = Vec::new();
        for member in wanted.iter().map(|at| &self.members[*at]) {
            for (name, root) in targets(member) {
                let core = layer_of(member);
                let krate = Crate {
                    name: name.replace('-', "_"),
                    core: core.is_some(),
                    layer: core,
                    dir: member.dir.clone(),
                    ..Crate::default()
                };
                let shown = loader.shown(&root);
                let at = loader.add_crate(krate, &root, &shown);
                numbers.entry(member.name.clone()).or_insert(at);
                roots.push((member, at));
            }
        }
        for (member, at) in roots {
            self.connect(member, at, &numbers, &mut loader);
        }
        loader.run();
        loader.sources
    }

    fn connect(&self, member: &Member, at: u32, numbers: &BTreeMap<String, u32>, loader: &mut Loader<'_>) {
        let library = numbers.get(&member.name).copied().filter(|library| *library != at);
        let krate = &mut loader.sources.crates[at as usize];
        if let Some(library) = library {
            krate.members.insert(member.name.replace('-', "_"), library);
        }
        for (name, package) in self.dependencies(member) {
            let here = name.replace('-', "_");
            match numbers.get(&package) {
                Some(number) => _ = krate.members.insert(here, *number),
                None => _ = krate.renamed.insert(here, package.replace('-', "_")),
            }
        }
    }

    /// Members of a layer, and members that these depend on.
    fn wanted(&self, layer_of: &dyn Fn(&Member) -> Option<usize>) -> Vec<usize> {
        let mut wanted: Vec<usize> =
            (0..self.members.len()).filter(|at| layer_of(&self.members[*at]).is_some()).collect();
        let mut next = 0;
        while let Some(at) = wanted.get(next).copied() {
            next += 1;
            let packages: Vec<String> = self.dependencies(&self.members[at]).into_values().collect();
            let more = (0..self.members.len()).filter(|other| packages.contains(&self.members[*other].name));
            let more: Vec<usize> = more.filter(|other| !wanted.contains(other)).collect();
            wanted.extend(more);
        }
        wanted.sort_unstable();
        wanted
    }
}

/// The library and the binaries of a member: name and root file.
fn targets(member: &Member) -> Vec<(String, PathBuf)> {
    let at = |path: &str| member.dir.join(path);
    let lib = member.table.get("lib").and_then(toml::Value::as_table);
    let text = |table: &toml::Table, key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_string);
    let path = lib.and_then(|lib| text(lib, "path")).unwrap_or_else(|| "src/lib.rs".to_string());
    let mut targets = Vec::new();
    if lib.is_some() || at(&path).is_file() {
        targets.push((lib.and_then(|lib| text(lib, "name")).unwrap_or_else(|| member.name.clone()), at(&path)));
    }
    let bins = member.table.get("bin").and_then(toml::Value::as_array);
    for bin in bins.into_iter().flatten().filter_map(toml::Value::as_table) {
        let name = text(bin, "name").unwrap_or_default();
        let path = text(bin, "path").unwrap_or_else(|| format!("src/bin/{name}.rs"));
        targets.push((name, at(&path)));
    }
    if bins.is_none() && at("src/main.rs").is_file() {
        targets.push((member.name.clone(), at("src/main.rs")));
    }
    targets
}

fn read(file: &Path) -> Result<(String, toml::Table), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let table = text.parse().map_err(|error| format!("{}: {error}", file.display()))?;
    Ok((text, table))
}

fn strings(value: Option<&toml::Value>) -> Vec<String> {
    let list = value.and_then(toml::Value::as_array).into_iter().flatten();
    list.filter_map(toml::Value::as_str).map(str::to_string).collect()
}

fn shown(root: &Path, dir: &Path) -> String {
    dir.strip_prefix(root).unwrap_or(dir).to_string_lossy().replace('\\', "/")
}

/// Directories that a member's glob names.
fn expand(root: &Path, glob: &str) -> Vec<PathBuf> {
    let mut dirs = vec![root.to_path_buf()];
    for part in glob.split('/').filter(|part| !part.is_empty() && *part != ".") {
        dirs = dirs.into_iter().flat_map(|dir| below(&dir, part)).collect();
    }
    dirs
}

fn below(dir: &Path, part: &str) -> Vec<PathBuf> {
    if !part.contains('*') {
        return vec![dir.join(part)];
    }
    let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries
        .filter(|path| path.is_dir() && matches(part, &path.file_name().unwrap_or_default().to_string_lossy()))
        .collect();
    found.sort();
    found
}
