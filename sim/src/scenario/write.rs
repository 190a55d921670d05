//! Writes a scenario back with fewer steps and with choices; the rest stays as its author wrote it, comments included.

use std::fmt::Write as _;

use super::{Document, document::StepList};

impl Document {
    /// The scenario with only these steps (by position), with a seed and the choices of one run: one line each. Reading
    /// it gives that run again. What it expected of the whole story (counts, balances) goes, unless `expecting`.
    #[must_use]
    pub fn shrunk(&self, steps: &[usize], seed: u64, choices: &[String], expecting: bool) -> String {
        let mut out = self.text.clone();
        let mut cuts: Vec<_> = self.replaceable.iter().map(|span| (span.clone(), String::new())).collect();
        for StepList { span, held } in &self.lists {
            let kept = steps.iter().filter(|step| held.contains(step)).filter_map(|step| self.steps.get(*step));
            let kept = kept.map(|step| &self.text[step.span.clone()]);
            let list = kept.fold(String::from("[\n"), |list, step| list + "  " + step + ",\n") + "]";
            cuts.push((span.clone(), list));
        }
        if !expecting {
            cuts.extend(self.expectations.iter().map(|span| (span.clone(), String::new())));
        }
        cuts.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, text) in cuts {
            out.replace_range(span, &text);
        }
        head(seed, choices) + &out
    }
}

/// The lines that make a scenario one run: they must stand before the first table.
fn head(seed: u64, choices: &[String]) -> String {
    let mut head = format!(
        "# One run, shrunk: without any of its steps or choices it does not fail any more.\nseed    = {seed}\n"
    );
    if choices.is_empty() {
        head.push_str("choices = []\n");
        return head;
    }
    head.push_str("choices = [\n");
    for choice in choices {
        // writing into a string cannot fail
        let _ = writeln!(head, "  {},", serde_json::Value::from(choice.as_str()));
    }
    head.push_str("]\n");
    head
}
