//! Waivers: `// zero-sim: allow(ZS401, reason = "..", until = "2027-01-31")` on a line, statement, item or block.

use crate::check::Finding;
use crate::rules;
use crate::summary::{Note, Pos, Summary};

/// A waiver that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Where it stands.
    pub pos: Pos,
    /// The rules that it waives.
    pub rules: Vec<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, as YYYY-MM-DD.
    pub until: Option<String>,
    /// The lines that it covers, first and last.
    pub lines: (u32, u32),
}

/// A comment that wanted to be one: rule, place, what is wrong.
pub type Mistake = (&'static str, Pos, String);

/// What the comments of a file say.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    /// Those that hold.
    pub valid: Vec<Waiver>,
    /// Those that don't.
    pub mistakes: Vec<Mistake>,
}

impl Waivers {
    /// Reads the comments of a file; `today` as YYYY-MM-DD.
    pub fn read(summary: &Summary, today: &str) -> Self {
        let mut waivers = Self::default();
        for note in summary.notes.iter().filter(|note| &*note.text != "entry") {
            match waiver(note, summary) {
                Ok(waiver) => waivers.add(waiver, today),
                Err((rule, what)) => waivers.mistakes.push((rule, note.pos, what)),
            }
        }
        waivers
    }

    fn add(&mut self, waiver: Waiver, today: &str) {
        match &waiver.until {
            Some(until) if until.as_str() < today => {
                let what = format!("the waiver of {} expired on {until}; today is {today}", waiver.rules.join(", "));
                self.mistakes.push(("ZS991", waiver.pos, what));
            }
            _ => self.valid.push(waiver),
        }
    }
}

impl Waiver {
    /// Whether it covers a finding.
    pub fn covers(&self, finding: &Finding) -> bool {
        let named = self.rules.iter().any(|rule| rule == finding.rule.id);
        named && (self.lines.0..=self.lines.1).contains(&finding.pos.line)
    }
}

fn waiver(note: &Note, summary: &Summary) -> Result<Waiver, (&'static str, String)> {
    let inside = note.text.strip_prefix("allow(").and_then(|rest| rest.trim_end().strip_suffix(')'));
    let Some(inside) = inside else {
        return Err(("ZS990", format!("`{}` is neither `allow(ZS..., reason = \"...\")` nor `entry`", note.text)));
    };
    let (mut ids, mut reason, mut until) = (Vec::new(), None, None);
    for part in split(inside) {
        match part.split_once('=') {
            Some((key, value)) => match (key.trim(), value.trim().trim_matches('"').trim()) {
                ("reason", value) if !value.is_empty() => reason = Some(value.to_string()),
                ("until", value) if is_date(value) => until = Some(value.to_string()),
                ("until", value) => return Err(("ZS990", format!("`until = \"{value}\"` is no date: YYYY-MM-DD"))),
                ("reason", _) => {}
                (key, _) => return Err(("ZS990", format!("a waiver has no `{key}`: only `reason` and `until`"))),
            },
            None => ids.push(part.trim().to_string()),
        }
    }
    ids.retain(|id| !id.is_empty());
    if let Some(unknown) = ids.iter().find(|id| rules::by_id(id).is_none()) {
        return Err(("ZS992", format!("there is no rule `{unknown}`; `zero-sim rules` lists them")));
    }
    match (ids.is_empty(), reason) {
        (false, Some(reason)) => Ok(Waiver { pos: note.pos, rules: ids, reason, until, lines: covered(note, summary) }),
        (true, _) => Err(("ZS990", "a waiver names the rules that it waives".to_string())),
        (_, None) => Err(("ZS990", format!("the waiver of {} gives no reason", ids.join(", ")))),
    }
}

/// Splits at commas outside of quotes.
fn split(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .collect()
}

fn is_date(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00" && ("01".."13").contains(&&text[5..7]) && ("01".."32").contains(&&text[8..10])
}

/// The lines that a comment covers: its own, or what starts on the next line of code.
fn covered(note: &Note, summary: &Summary) -> (u32, u32) {
    if !note.alone {
        return (note.pos.line, note.pos.line);
    }
    let next = note.next;
    let last = summary.extents.iter().filter(|(first, _)| *first == next).map(|(_, last)| *last).max();
    (next, last.unwrap_or(next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::summarize;

    fn read(text: &str) -> Waivers {
        Waivers::read(&summarize(text), "2026-06-01")
    }

    #[test]
    fn a_waiver_covers_its_line_or_what_follows() {
        let text = "fn f() {\n    g(); // zero-sim: allow(ZS101, reason = \"a, b\")\n    // zero-sim: allow(ZS102, reason = \"x\")\n    if a {\n        b();\n    }\n}\n";
        let lines: Vec<_> = read(text).valid.iter().map(|waiver| waiver.lines).collect();
        assert_eq!(lines, [(2, 2), (4, 6)]);
        assert_eq!(read(text).valid[0].reason, "a, b");
    }

    #[test]
    fn what_is_no_waiver_is_told() {
        let rule = |text| read(text).mistakes.iter().map(|mistake| mistake.0).collect::<Vec<_>>();
        assert_eq!(rule("// zero-sim: allow(ZS101)\nfn f() {}\n"), ["ZS990"]);
        assert_eq!(rule("// zero-sim: allow(ZS100, reason = \"x\")\nfn f() {}\n"), ["ZS992"]);
        assert_eq!(rule("// zero-sim: allow(ZS101, reason = \"x\", until = \"2026-05-31\")\nfn f() {}\n"), ["ZS991"]);
        assert_eq!(rule("// zero-sim: allow(ZS101, reason = \"x\", until = \"soon\")\nfn f() {}\n"), ["ZS990"]);
        assert_eq!(rule("/// zero-sim: allow(ZS101)\nfn f() { \"// zero-sim: allow()\"; }\n"), [""; 0]);
    }
}
