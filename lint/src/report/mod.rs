//! What a run prints: for people, for programs, for code hosts. Sorted, and the same bytes every time.

mod github;
mod human;
mod json;
mod sarif;

pub use human::{human, summary};
pub use json::{json, jsonl};
pub use sarif::sarif;

pub use github::github;

use crate::Outcome;

/// The forms of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// As rustc shows errors.
    #[default]
    Human,
    /// One object.
    Json,
    /// One finding a line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// The whole output in a form; `read` gives a file's text for excerpts.
pub fn render(outcome: &Outcome, format: Format, colour: bool, read: &dyn Fn(&str) -> Option<String>) -> String {
    match format {
        Format::Human => human(outcome, colour, read),
        Format::Json => json(outcome),
        Format::Jsonl => jsonl(outcome),
        Format::Sarif => sarif(outcome),
        Format::Github => github(outcome),
    }
}
