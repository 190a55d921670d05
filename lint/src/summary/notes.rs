//! Comments that talk to the linter: `// zero-sim: ..`. Strings and doc comments do not.

use super::comments::{Comments, is_doc};
use super::{ItemKind, Note, Pos, Summary, clip, flag};

/// What such a comment starts with, after its slashes.
pub(super) const MARK: &str = "zero-sim:";

/// Takes the comments down.
pub(super) fn collect(text: &str, summary: &mut Summary) {
    if !text.contains(MARK) {
        return;
    }
    let (mut line, mut line_start, mut at) = (1, 0, 0);
    for comment in Comments::of(text) {
        for (offset, _) in text[at..comment.start].match_indices('\n') {
            line += 1;
            line_start = at + offset + 1;
        }
        at = comment.start;
        if let Some(said) = plain(&text[comment.clone()]).and_then(|said| said.trim_start().strip_prefix(MARK)) {
            let before = &text[line_start..at];
            let pos = Pos { line, column: clip(before.chars().count() + 1) };
            let (alone, next) = (before.trim().is_empty(), next_code(&text[comment.end..], line));
            summary.notes.push(Note { pos, alone, next, text: said.trim().into() });
        }
    }
}

/// What a comment says that documents nothing.
fn plain(comment: &str) -> Option<&str> {
    match comment.strip_prefix("//") {
        Some(said) => (!is_doc(comment)).then_some(said),
        None if comment.starts_with("/*!") || comment.starts_with("/**") => None,
        None => comment.get(2..comment.len().saturating_sub(2)),
    }
}

/// Marks functions that a comment calls entry points.
pub(super) fn mark_entries(summary: &mut Summary) {
    let marks: Vec<u32> =
        summary.notes.iter().filter(|note| &*note.text == "entry").map(|note| note.pos.line).collect();
    for line in marks {
        let functions = summary.items.iter_mut().filter(|item| item.kind == ItemKind::Fn && item.pos.line >= line);
        if let Some(function) = functions.min_by_key(|item| item.pos) {
            function.flags |= flag::ENTRY;
        }
    }
}

/// The first line behind a comment that is neither empty nor a line comment.
fn next_code(rest: &str, line: u32) -> u32 {
    let skipped = rest.lines().skip(1).take_while(|text| text.trim().is_empty() || text.trim_start().starts_with("//"));
    line + 1 + clip(skipped.count())
}
