//! `zero-sim init`: finds candidates for the entry points and writes `zero-sim.toml`.

use std::path::Path;

use crate::config::FILE;
use crate::graph::{Entries, Graph};
use crate::resolve::{Id, World};
use crate::source::Workspace;
use crate::summary::{ItemKind, NONE, flag, summarize};
use crate::tables;

/// Functions that are likely entry points, by name.
const NAMES: &[&str] = &["apply", "step", "transition", "handle", "reduce", "on_event", "update", "execute"];

/// Writes the file; gives what to print.
pub(super) fn init(start: &Path, force: bool) -> Result<String, String> {
    let start = std::fs::canonicalize(start).unwrap_or_else(|_| start.to_path_buf());
    let workspace = Workspace::find(&start)?;
    let file = workspace.root.join(FILE);
    if file.exists() && !force {
        return Err(format!("{FILE} is there already; --force overwrites it"));
    }
    let sources = workspace.load(&|_| Some(0), 1, &|_, text| summarize(text));
    let world = World::new(sources.units, sources.crates, &tables::listed());
    let entries = Entries::find(&world, &[]);
    let graph = Graph::new(&world, &entries);
    let machines: Vec<u32> = entries.functions.iter().map(|id| world.units[id.unit as usize].krate).collect();
    let mut text = String::from("# Layers of the linter zero-sim; `zero-sim rules` lists the rules.\n");
    let mut found = 0;
    for (at, krate) in (0u32..).zip(&world.crates) {
        let candidates = candidates(&world, &graph, at);
        if !machines.contains(&at) && candidates.is_empty() {
            continue;
        }
        found += 1;
        let shown = krate.dir.strip_prefix(&workspace.root).unwrap_or(&krate.dir).to_string_lossy().replace('\\', "/");
        let shown = if shown.is_empty() { ".".to_string() } else { shown };
        text.push_str(&layer(&krate.name, &shown, machines.contains(&at), &candidates));
    }
    if found == 0 {
        return Err(
            "no candidate for an entry point: implement `Machine`, or mark a function `// zero-sim: entry`".to_string()
        );
    }
    std::fs::write(&file, &text).map_err(|error| format!("{FILE}: {error}"))?;
    Ok(format!("{FILE} written:\n\n{text}"))
}

fn layer(name: &str, dir: &str, machine: bool, candidates: &[String]) -> String {
    let list = candidates.iter().map(|path| format!("    \"{path}\",\n")).collect::<String>();
    let entry = match (machine, list.is_empty()) {
        (true, _) => "# entry points: every `impl Machine`\n".to_string(),
        (false, true) => String::new(),
        (false, false) => format!("# take out what is no entry point\nentry = [\n{list}]\n"),
    };
    format!("\n[[layer]]\nname = \"{name}\"\npaths = [\"{dir}\"]\nprofile = \"pure\"\n{entry}")
}

/// Public functions that are named like an entry point and take two things or more, `self` counted.
fn candidates(world: &World, graph: &Graph, krate: u32) -> Vec<String> {
    let mut found = Vec::new();
    for unit in (0..world.units.len() as u32).filter(|unit| world.units[*unit as usize].krate == krate) {
        for at in 0..world.summary(unit).items.len() as u32 {
            let id = Id::new(unit, at);
            let item = world.item(id);
            let named = item.kind == ItemKind::Fn && NAMES.contains(&world.item_name(id));
            let own = world.owner(id).is_none_or(|owner| owner.of_trait == NONE);
            if named && own && item.flags & flag::PUBLIC != 0 && item.params.len >= 2 {
                found.push(graph.qualified(world, id));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}
