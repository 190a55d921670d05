//! Where a text's comments stand, and the text without its documentation.

use std::borrow::Cow;
use std::ops::Range;

/// The comments of a text, in order; what looks like one inside a string or a character is none.
pub(super) struct Comments<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Comments<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0 }
    }

    /// Whether the bytes from an index on are these.
    fn is(&self, at: usize, what: &[u8]) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(what))
    }

    /// The end of the line, or of the text.
    fn line(&self) -> usize {
        let rest = &self.bytes[self.at..];
        self.at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
    }

    /// The end of a block comment; they nest.
    fn block(&self) -> usize {
        let (mut at, mut depth) = (self.at, 0);
        while at < self.bytes.len() {
            let opens = self.is(at, b"/*");
            if opens || self.is(at, b"*/") {
                depth += if opens { 1 } else { -1 };
                at += 2;
                if depth == 0 {
                    return at;
                }
            } else {
                at += 1;
            }
        }
        self.bytes.len()
    }

    /// The end of a string whose first quote is here.
    fn string(&self) -> usize {
        let before = &self.bytes[..self.at];
        let hashes = before.iter().rev().take_while(|byte| **byte == b'#').count();
        let head = &before[..before.len() - hashes];
        if !is_raw(head) {
            return self.quoted(b'"');
        }
        let closes = |at: &usize| {
            self.bytes[*at] == b'"'
                && self.bytes[at + 1..].iter().take(hashes).filter(|byte| **byte == b'#').count() == hashes
        };
        let end = (self.at + 1..self.bytes.len()).find(closes);
        end.map_or(self.bytes.len(), |at| at + 1 + hashes)
    }

    /// The end of something between these quotes, the first of which is here.
    fn quoted(&self, quote: u8) -> usize {
        let mut at = self.at + 1;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                byte if *byte == quote => return at + 1,
                _ => at += 1,
            }
        }
        self.bytes.len()
    }

    /// The end of a character, or of a lifetime's quote.
    fn character(&self) -> usize {
        match self.bytes.get(self.at + 1) {
            Some(b'\\') => self.quoted(b'\''),
            Some(byte) if self.is(self.at + 1 + width(*byte), b"'") => self.at + 2 + width(*byte),
            _ => self.at + 1,
        }
    }
}

impl Iterator for Comments<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while let Some(byte) = self.bytes.get(self.at) {
            let start = self.at;
            match byte {
                b'/' if self.is(start, b"//") => {
                    self.at = self.line();
                    return Some(start..self.at);
                }
                b'/' if self.is(start, b"/*") => {
                    self.at = self.block();
                    return Some(start..self.at);
                }
                b'"' => self.at = self.string(),
                b'\'' => self.at = self.character(),
                _ => self.at += 1,
            }
        }
        None
    }
}

/// Whether a string behind these bytes is a raw one: `r`, `br` or `cr`, as a word of its own.
fn is_raw(head: &[u8]) -> bool {
    let Some(head) = head.strip_suffix(b"r") else { return false };
    let head = head.strip_suffix(b"b").or(head.strip_suffix(b"c")).unwrap_or(head);
    !head.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii())
}

/// How many bytes the character takes that starts with this one.
fn width(first: u8) -> usize {
    match first {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}

/// Without `///` and `//!`: a fifth of what real crates say, and the costliest part of a tree. Nothing else moves.
pub(super) fn without_docs(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut from = 0;
    for comment in Comments::of(text).filter(|comment| is_doc(&text[comment.clone()])) {
        kept.push_str(&text[from..comment.start]);
        from = comment.end;
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[from..]);
    Cow::Owned(kept)
}

/// A documenting line comment.
pub(super) fn is_doc(comment: &str) -> bool {
    comment.starts_with("//!") || (comment.starts_with("///") && !comment.starts_with("////"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        Comments::of(text).map(|comment| &text[comment]).collect()
    }

    #[test]
    fn comments_are_told_from_what_looks_like_them() {
        assert_eq!(found("a // b\nc /* d /* e */ f */ g"), ["// b", "/* d /* e */ f */"]);
        assert_eq!(found(r##"let x = "// no" + r"\" /* yes */ + r#"" // no"# // yes"##), ["/* yes */", "// yes"]);
        assert_eq!(found(r##"br"// \" cr#"/*"# b"\"//" c"//" // yes"##), ["// yes"]);
        assert_eq!(
            found(
                r#"'"' // a
'\'' // b
'a: loop {} // c
'é' // d
f::<'a, 'b>('/', '/') // e"#
            ),
            ["// a", "// b", "// c", "// d", "// e"]
        );
        assert_eq!(found(r#"bar"// no" // yes"#), ["// yes"]);
        assert_eq!(found("/* open"), ["/* open"]);
        assert_eq!(found("\"open // no"), [""; 0]);
        assert_eq!(found("a / b / c"), [""; 0]);
    }

    #[test]
    fn documentation_goes_and_nothing_moves() {
        let text = "//! A\n/// b\n#[x]\nfn f() {} /// c\n//// d\n// e\nconst S: &str = \"\n/// f\n\";\n";
        let kept = "\n\n#[x]\nfn f() {} \n//// d\n// e\nconst S: &str = \"\n/// f\n\";\n";
        assert_eq!(without_docs(text), kept);
        assert!(matches!(without_docs("fn f() {}"), Cow::Borrowed(_)));
    }

    /// The tokens as text, without those that a documenting comment stands for.
    fn tokens(stream: proc_macro2::TokenStream) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for tree in stream {
            match tree {
                proc_macro2::TokenTree::Group(group) if group.to_string().starts_with("[doc =") => {
                    let hash = words.iter().rposition(|word| word == "#").unwrap_or_default();
                    words.truncate(hash);
                }
                proc_macro2::TokenTree::Group(group) => {
                    words.push(format!("{:?}", group.delimiter()));
                    words.extend(tokens(group.stream()));
                    words.push("end".to_string());
                }
                other => words.push(other.to_string()),
            }
        }
        words
    }

    #[test]
    fn our_own_files_are_the_same_without_their_documentation() {
        let mut dirs = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut files = 0;
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok) {
                match std::fs::read_to_string(entry.path()) {
                    Ok(text) => {
                        let parsed = |text: &str| tokens(text.parse().expect("it compiles"));
                        assert_eq!(parsed(&text), parsed(&without_docs(&text)), "{}", entry.path().display());
                        files += 1;
                    }
                    Err(_) => dirs.push(entry.path()),
                }
            }
        }
        assert!(files > 50, "{files}");
    }
}
