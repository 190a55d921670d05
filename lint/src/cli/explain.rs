//! What the rules say of themselves: one, all, as a book, as clippy can check them, and what none of them sees.

use std::fmt::Write as _;

use crate::prove::{self, Proof};
use crate::rules::{self, Default as On, Rule};
use crate::tables::CRATES;

/// One rule.
pub(super) fn explain(id: &str) -> Result<String, String> {
    let id = id.to_ascii_uppercase();
    let rule = rules::by_id(&id).ok_or_else(|| format!("there is no rule `{id}`; `zero-sim rules` lists them"))?;
    let mut out = format!("{} {} ({}{})\n", rule.id, rule.title, rule.group.name(), when(rule));
    for (title, text) in [("What", rule.what), ("Why", rule.why), ("Instead", rule.instead), ("Misses", rule.misses)] {
        _ = write!(out, "\n{title}\n{}\n", indented(text));
    }
    if !rule.bad.is_empty() {
        _ = write!(out, "\nBad\n{}\nGood\n{}", indented(rule.bad), indented(rule.good));
    }
    let waiver = format!("// zero-sim: allow({}, reason = \"why it holds\")", rule.id);
    _ = write!(out, "\nTo waive one finding\n{}\n", indented(&waiver));
    Ok(out)
}

fn when(rule: &Rule) -> &'static str {
    match rule.default {
        On::On => "",
        On::Contentious => ", with --pedantic",
        On::OptIn => ", where the configuration asks for it",
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// All rules, one a line.
pub(super) fn list() -> String {
    rules::ALL
        .iter()
        .map(|rule| format!("{}  {:16}  {}{}\n", rule.id, rule.group.name(), rule.title, when(rule)))
        .collect()
}

/// Plants every example; the exit code is 1 if a rule does not fire as marked.
pub(super) fn prove() -> (String, u8) {
    let (mut out, mut failed, mut fired) = (String::new(), 0, 0);
    for (rule, proof) in prove::all() {
        let said = match &proof {
            Proof::Fires => "fires on its bad example, and not on its good one".to_string(),
            Proof::NoExample => "no example of one file; its own tests show it".to_string(),
            Proof::Fails(what) => what.clone(),
        };
        failed += usize::from(matches!(proof, Proof::Fails(_)));
        fired += usize::from(proof == Proof::Fires);
        _ = writeln!(out, "{}  {said}", rule.id);
    }
    _ = writeln!(out, "{fired} of {} rules fire, {failed} do not", fired + failed);
    (out, u8::from(failed > 0))
}

/// What `syn` cannot see, rule by rule.
pub(super) fn limits() -> String {
    let mut out = String::from(LIMITS);
    for rule in rules::ALL.iter().filter(|rule| rule.misses != "Nothing.") {
        _ = writeln!(out, "{}  {}", rule.id, rule.misses);
    }
    out
}

const LIMITS: &str = "\
zero-sim reads sources with syn: it sees names, not types, and it expands no foreign macro.

- The type of a receiver is known where the text shows it: annotations, constructors, fields, parameters, return types of the
  workspace's functions. What comes out of another crate's function is unknown; then only the method's name speaks.
- A method call on an unknown receiver may mean every method of that name and number of arguments. Such ways are printed with \"may\".
- Function values and closures are followed where they are named, not where they are called.
- Generic code is judged as written: a hasher or clock that a caller outside of the core plugs in is not seen.
- An `Ord` that disagrees with `Eq`, and data that serde builds, are not seen.
- Close it at the border: every name from outside has to be on a list (ZS001), so a value that is not understood cannot get in.

What each rule misses:

";

/// The rule book: everything that the rules say, in Markdown. `lint/RULES.md` is this text.
pub fn book() -> String {
    let mut out = String::from(
        "# Rules\n\nWritten by `zero-sim rules --book`; do not edit. A rule's id is never reused. A new rule arrives as a warning for one minor version.\n\n| id | title | group | default |\n| --- | --- | --- | --- |\n",
    );
    for rule in rules::ALL {
        let default = match rule.default {
            On::On => "on",
            On::Contentious => "`--pedantic`",
            On::OptIn => "opt-in",
        };
        let anchor = rule.id.to_lowercase();
        _ = writeln!(out, "| [{}](#{anchor}) | {} | {} | {default} |", rule.id, rule.title, rule.group.name());
    }
    for rule in rules::ALL {
        _ = write!(out, "\n## {}\n\n{}\n\n", rule.id, capital(rule.title));
        _ = writeln!(
            out,
            "- **What:** {}\n- **Why:** {}\n- **Instead:** {}\n- **Misses:** {}",
            rule.what, rule.why, rule.instead, rule.misses
        );
        if !rule.bad.is_empty() {
            _ = write!(out, "\nBad:\n\n```rust,ignore\n{}```\n\nGood:\n\n```rust,ignore\n{}```\n", rule.bad, rule.good);
        }
    }
    out.push_str("\n## Crates on the list\n\n| crate | why it is pure |\n| --- | --- |\n");
    for (name, why) in CRATES {
        _ = writeln!(out, "| {name} | {why} |");
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).chain(['.']).collect())
}

/// What clippy can check of it, by type, in one configuration: a second opinion.
pub(super) fn clippy_config() -> String {
    let mut types = String::from("disallowed-types = [\n");
    let mut methods = String::from("disallowed-methods = [\n");
    for rule in rules::ALL.iter().filter(|rule| rule.default == On::On) {
        for path in rule.paths.iter().filter(|path| path.starts_with("std::") && !path.ends_with('!')) {
            let last = path.rsplit("::").next().unwrap_or("");
            let entry = format!("  {{ path = \"{path}\", reason = \"{}: {}\" }},\n", rule.id, rule.title);
            let parent_is_type =
                path.rsplit("::").nth(1).is_some_and(|name| name.starts_with(|c: char| c.is_uppercase()));
            if last.starts_with(|c: char| c.is_uppercase()) && !parent_is_type && last.chars().any(char::is_lowercase) {
                types.push_str(&entry);
            } else if parent_is_type && last.starts_with(|c: char| c.is_lowercase()) {
                methods.push_str(&entry);
            }
        }
    }
    format!("# Written by `zero-sim rules --clippy`.\n{types}]\n{methods}]\n")
}
