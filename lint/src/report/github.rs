//! Annotations of GitHub Actions: `::error file=..,line=..::message`.

use crate::Outcome;

/// One workflow command a finding.
pub fn github(outcome: &Outcome) -> String {
    let line = |finding: &crate::check::Finding| {
        let via = match finding.reached_from.as_slice() {
            [] => String::new(),
            path => format!(" (reached from {})", path.join(" -> ")),
        };
        format!(
            "::error file={},line={},col={},title={}::{}\n",
            property(&finding.file),
            finding.pos.line,
            finding.pos.column,
            finding.rule.id,
            message(&format!("{}{via}", finding.message)),
        )
    };
    outcome.findings.iter().map(line).collect()
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    #[test]
    fn separators_are_escaped() {
        assert_eq!(super::property("a,b:c%"), "a%2Cb%3Ac%25");
        assert_eq!(super::message("a\nb: c"), "a%0Ab: c");
    }
}
