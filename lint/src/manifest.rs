//! Rules about manifests: which dependencies and features a pure crate may have, and what the lock file says they bring.

use crate::check::Finding;
use crate::config::Layer;
use crate::source::{Member, Workspace};
use crate::summary::Pos;
use crate::tables::CRATES;

/// Features that turn randomness on.
const RANDOM: &[&str] =
    &["getrandom", "std_rng", "os_rng", "thread_rng", "runtime-rng", "sys_rng", "small_rng", "fast-rng", "v4", "v7"];

/// Crates that read the system's randomness: a listed crate that brings one has such a feature on.
const ENTROPY: &[&str] = &["getrandom"];

/// What a pure layer's manifests break.
pub(crate) fn findings(workspace: &Workspace, members: &[&Member], layer: &Layer) -> Vec<Finding> {
    members.iter().flat_map(|member| member_findings(workspace, member, layer)).collect()
}

fn member_findings(workspace: &Workspace, member: &Member, layer: &Layer) -> Vec<Finding> {
    let file = if member.shown.is_empty() { "Cargo.toml".to_string() } else { format!("{}/Cargo.toml", member.shown) };
    let mut found = Vec::new();
    for (name, package) in workspace.dependencies(member) {
        let krate = package.replace('-', "_");
        let own = workspace.members.iter().any(|member| member.name == package);
        let listed =
            CRATES.iter().any(|(of, _)| *of == krate) || layer.crates.iter().any(|of| *of == package || *of == krate);
        let pos = Pos { line: line_of(&member.text, &name), column: 1 };
        if !own && !listed {
            found.extend(Finding::plain("ZS002", &file, pos, &package));
        }
        let way = workspace.lock.way(&member.name, &package, ENTROPY).filter(|_| !own && listed);
        let allowed = |way: &Vec<String>| way.last().is_some_and(|last| layer.crates.contains(last));
        if let Some(way) = way.filter(|way| !allowed(way)) {
            found.extend(Finding::plain("ZS002", &file, pos, &way.join(" -> ")));
        }
        for feature in features(workspace, member, &name).iter().filter(|feature| RANDOM.contains(&feature.as_str())) {
            found.extend(Finding::plain("ZS002", &file, pos, &format!("{package}/{feature}")));
        }
    }
    found.extend(build_script(member));
    found
}

/// `build.rs` may put anything into the crate.
fn build_script(member: &Member) -> Option<Finding> {
    let named = member.table.get("package").and_then(|package| package.get("build"));
    let off = named.and_then(toml::Value::as_bool) == Some(false);
    let file = named.and_then(toml::Value::as_str).unwrap_or("build.rs");
    if off || !member.dir.join(file).is_file() {
        return None;
    }
    let shown = if member.shown.is_empty() { file.to_string() } else { format!("{}/{file}", member.shown) };
    Finding::plain("ZS002", &shown, Pos { line: 1, column: 1 }, "build.rs")
}

/// Features that the member, or any other member through the workspace, turns on.
fn features(workspace: &Workspace, member: &Member, name: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let tables = workspace.members.iter().filter(|other| other.dir == member.dir || depends(workspace, other, name));
    for table in tables.map(|member| &member.table) {
        all.extend(listed(table.get("dependencies").and_then(|table| table.get(name))));
    }
    let shared = workspace.table.get("workspace").and_then(|table| table.get("dependencies"));
    all.extend(listed(shared.and_then(|table| table.get(name))));
    all.sort();
    all.dedup();
    all
}

fn depends(workspace: &Workspace, member: &Member, name: &str) -> bool {
    workspace.dependencies(member).contains_key(name)
}

fn listed(value: Option<&toml::Value>) -> Vec<String> {
    let features = value.and_then(|value| value.get("features")).and_then(toml::Value::as_array);
    features.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_string).collect()
}

/// The line that names a dependency.
fn line_of(text: &str, name: &str) -> u32 {
    let mut inside = false;
    for (line, at) in text.lines().zip(1..) {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line.contains("dependencies") && !line.contains("dev-") && !line.contains("build-");
            if inside && line.trim_end_matches(']').ends_with(&format!("dependencies.{name}")) {
                return at;
            }
        } else if inside && line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', '.'])) {
            return at;
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_has_a_line() {
        let text = "[package]\nrand = 1\n[dependencies]\nserde = \"1\"\nrand.workspace = true\n[dependencies.toml]\n";
        assert_eq!(
            (line_of(text, "serde"), line_of(text, "rand"), line_of(text, "toml"), line_of(text, "x")),
            (4, 5, 6, 1)
        );
    }
}
