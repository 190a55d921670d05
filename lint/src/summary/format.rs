//! Format strings: `{name:#p}` and friends, as `std::fmt` describes them.

/// One placeholder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hole {
    /// What it prints: a name, a number, or empty for the next argument.
    pub(super) name: String,
    /// How: the type's letter (`p`, `e`, `E`, `?`, `x`, ..), 0 for `Display`.
    pub(super) letter: u8,
}

impl Hole {
    /// Whether a rule asks what it prints.
    pub(super) fn is_asked(&self) -> bool {
        matches!(self.letter, b'p' | b'e' | b'E' | b'?')
    }
}

/// The placeholders that print an argument in a way that a rule asks about, in order; others keep their place.
pub(super) fn holes(text: &str) -> Vec<Hole> {
    let mut holes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (brace, after) = rest[at..].split_at(1);
        if let Some(escaped) = after.strip_prefix(brace) {
            rest = escaped;
            continue;
        }
        if brace == "{" {
            let end = after.find('}').unwrap_or(after.len());
            holes.push(hole(&after[..end]));
            rest = after.get(end + 1..).unwrap_or("");
        } else {
            rest = after;
        }
    }
    holes
}

fn hole(inside: &str) -> Hole {
    let (name, spec) = inside.split_once(':').unwrap_or((inside, ""));
    let last = spec.trim_end().bytes().next_back();
    let letter = last.filter(|letter| b"peE?xXob".contains(letter)).unwrap_or_default();
    Hole { name: name.trim().to_string(), letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_apart() {
        let letters = |text| holes(text).iter().map(|hole| (hole.name.clone(), hole.letter)).collect::<Vec<_>>();
        assert_eq!(letters("{} {{p}} {x:#p}"), [(String::new(), 0), ("x".to_string(), b'p')]);
        assert_eq!(letters("{0:>8.3e}{:?}"), [("0".to_string(), b'e'), (String::new(), b'?')]);
        assert_eq!(letters("{"), [(String::new(), 0)]);
    }
}
