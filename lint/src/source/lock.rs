//! Cargo.lock: what a dependency brings with it. It names no features, but a crate that only a feature asks for stands in it
//! once anybody in the workspace turned that feature on.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use serde::Deserialize;

/// The locked packages.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Lock {
    #[serde(default, rename = "package")]
    packages: Vec<Package>,
}

#[derive(Clone, Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    /// `name`, or `name version` where several versions are locked.
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Lock {
    /// Reads a workspace's Cargo.lock; empty if there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn find(root: &Path) -> Result<Self, String> {
        let file = root.join("Cargo.lock");
        if !file.is_file() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Whether a package of this name is locked.
    pub fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }

    /// The shortest way from a dependency of a package to one of the named crates: names, the dependency first.
    pub fn way(&self, package: &str, dependency: &str, to: &[&str]) -> Option<Vec<String>> {
        let mut from: BTreeMap<usize, usize> = BTreeMap::new();
        let start = self.packages.iter().filter(|known| known.name == package);
        let named = start.flat_map(|known| &known.dependencies).filter(|entry| name_of(entry) == dependency);
        let mut queue: VecDeque<usize> = named.filter_map(|entry| self.at(entry)).collect();
        queue.iter().for_each(|at| _ = from.insert(*at, *at));
        while let Some(at) = queue.pop_front() {
            let here = &self.packages[at];
            if to.contains(&here.name.as_str()) {
                return Some(self.back(at, &from));
            }
            for next in here.dependencies.iter().filter_map(|entry| self.at(entry)) {
                if let std::collections::btree_map::Entry::Vacant(place) = from.entry(next) {
                    place.insert(at);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    fn back(&self, mut at: usize, from: &BTreeMap<usize, usize>) -> Vec<String> {
        let mut way = vec![self.packages[at].name.clone()];
        while let Some(before) = from.get(&at).filter(|before| **before != at) {
            at = *before;
            way.push(self.packages[at].name.clone());
        }
        way.reverse();
        way
    }

    fn at(&self, entry: &str) -> Option<usize> {
        let version = entry.split(' ').nth(1);
        let same = |known: &Package| known.name == name_of(entry) && version.is_none_or(|of| of == known.version);
        self.packages.iter().position(same)
    }
}

fn name_of(entry: &str) -> &str {
    entry.split(' ').next().unwrap_or_default()
}
