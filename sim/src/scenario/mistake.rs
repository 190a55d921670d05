//! Mistakes in a scenario file: each with its place, shown as compilers show them.

use std::{fmt, ops::Range};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

/// One mistake of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    /// What is wrong at this place.
    pub message: String,
    /// How the mistake is mended.
    pub help: String,
}

/// All mistakes of one file, in the order of their places; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes {
    file: String,
    text: String,
    list: Vec<Mistake>,
}

#[derive(Serialize)]
struct Written<'a> {
    column: usize,
    file: &'a str,
    help: &'a str,
    line: usize,
    message: &'a str,
}

impl Mistakes {
    /// The mistakes of a file.
    #[must_use]
    pub fn new(file: &str, text: &str, mut list: Vec<Mistake>) -> Self {
        list.sort_by_key(|mistake| mistake.span.start);
        list.dedup();
        Self { file: file.to_string(), text: text.to_string(), list }
    }

    /// The mistakes, in the order of their places.
    #[must_use]
    pub fn list(&self) -> &[Mistake] {
        &self.list
    }

    /// As compilers show them, with the excerpt and a count at the end.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        for mistake in &self.list {
            let end = self.text.len();
            let span = mistake.span.start.min(end)..mistake.span.end.min(end);
            let label = AnnotationKind::Primary.span(span).label(mistake.help.as_str());
            let snippet = Snippet::source(self.text.as_str()).path(self.file.as_str()).annotation(label);
            let title = Level::ERROR.primary_title(mistake.message.as_str());
            out.push_str(&renderer.render(&[title.element(snippet)]));
            out.push_str("\n\n");
        }
        let (count, s) = (self.list.len(), if self.list.len() == 1 { "" } else { "s" });
        out.push_str(&format!("{count} mistake{s}, nothing was run (exit 2)"));
        out
    }

    /// A JSON list of {column, file, help, line, message}; lines and columns (in characters) count from 1.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let list = self.list.iter().map(|mistake| {
            let (line, column) = place(&self.text, mistake.span.start);
            let Mistake { message, help, .. } = mistake;
            serde_json::json!(Written { column, file: &self.file, help, line, message })
        });
        list.collect()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.render(false))
    }
}

impl std::error::Error for Mistakes {}

/// Line and column of a byte, from 1; the column in characters.
#[must_use]
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The nearest of some names, if it is near enough to be meant.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), known), known));
    let best = scored.min_by_key(|(distance, _)| *distance)?;
    (best.0 <= 1 + name.chars().count() / 4).then_some(best.1)
}

/// "did you mean `x`?", or else what is allowed.
pub(super) fn suggest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone, or: &str) -> String {
    match nearest(name, known.clone()) {
        Some(nearest) => format!("did you mean `{nearest}`?  ({or})"),
        None => {
            let all: Vec<_> = known.collect();
            if all.len() > 12 { or.to_string() } else { format!("known: {}  ({or})", all.join(", ")) }
        }
    }
}
