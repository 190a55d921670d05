//! Comments that talk to the linter: `// zero-sim: ..`. Strings and doc comments do not.

use super::{ItemKind, Note, Pos, Summary, clip, flag};

/// What such a comment starts with, after its slashes.
pub(super) const MARK: &str = "zero-sim:";

/// Takes the comments down.
pub(super) fn collect(text: &str, summary: &mut Summary) {
    if !text.contains(MARK) {
        return;
    }
    let mut line_start = 0;
    let mut line = 1;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (length, comment) = token(rest);
        if let Some(comment) = comment
            && let Some(said) = comment.trim_start().strip_prefix(MARK)
        {
            let before = &text[line_start..at];
            let pos = Pos { line, column: clip(before.chars().count() + 1) };
            let (alone, next) = (before.trim().is_empty(), next_code(&rest[length..], line));
            summary.notes.push(Note { pos, alone, next, text: said.trim().into() });
        }
        for (offset, _) in rest[..length].match_indices('\n') {
            line += 1;
            line_start = at + offset + 1;
        }
        at += length;
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

/// The length of the next token, and what a plain line or block comment says.
fn token(rest: &str) -> (usize, Option<&str>) {
    if let Some(comment) = rest.strip_prefix("//") {
        let end = comment.find('\n').unwrap_or(comment.len());
        let plain = !comment.starts_with('!') && (!comment.starts_with('/') || comment.starts_with("//"));
        return (end + 2, plain.then(|| &comment[..end]));
    }
    if rest.starts_with("/*") {
        let end = block_comment(rest);
        let plain = !rest.starts_with("/*!") && !rest.starts_with("/**");
        let inner = rest.get(2..end.saturating_sub(2)).unwrap_or("");
        return (end, plain.then_some(inner));
    }
    (literal(rest), None)
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Strings and characters as a whole, words as a whole (so that `br"` is seen), anything else by character.
fn literal(rest: &str) -> usize {
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let after = &rest[word..];
    let prefix = &rest[..word];
    if after.starts_with('"') && ["", "b", "c"].contains(&prefix) {
        return word + quoted(after, '"');
    }
    if ["r", "br", "cr"].contains(&prefix) && (after.starts_with('"') || after.starts_with("#")) {
        return word + raw(after);
    }
    if after.starts_with('\'') && ["", "b"].contains(&prefix) {
        return word + character(after);
    }
    if word > 0 { word } else { rest.chars().next().map_or(1, char::len_utf8) }
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A raw string from its hashes on; a raw identifier is one hash long.
fn raw(text: &str) -> usize {
    let hashes = text.find(|c| c != '#').unwrap_or(text.len());
    let Some(body) = text[hashes..].strip_prefix('"') else { return hashes.max(1) };
    let end = format!("\"{}", "#".repeat(hashes));
    body.find(&end).map_or(text.len(), |at| hashes + 1 + at + end.len())
}

/// A character, or the quote of a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => quoted(text, '\''),
        (_, Some((at, '\''))) => at + 1,
        _ => 1,
    }
}
