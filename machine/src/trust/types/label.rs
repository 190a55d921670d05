//! Labels: short texts for people, in which nothing is hidden.

use alloc::string::{String, ToString as _};
use core::fmt;

use super::as_text;
use crate::kernel::table::RowKey;

/// A text for people: at most 64 bytes, nothing that people cannot see ([`is_plain`]); may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// The longest, in bytes.
    pub const BYTES_MAX: usize = 64;

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl RowKey for Label {
    fn parse(text: &str) -> Option<Self> {
        (text.len() <= Self::BYTES_MAX && is_plain(text)).then(|| Self(text.to_string()))
    }
}

as_text!(Label, "at most 64 bytes without control or invisible characters, or white space at either end");

/// Joins the characters of one emoji: the one invisible character that may stand in a text.
const JOINER: char = '\u{200d}';

/// Whether a name or label shows as what it is: no control characters, none that are invisible or turn the direction of writing, and
/// no white space at either end. A zero-width joiner may stand between two other characters.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.trim() == text && !text.chars().any(is_hidden) && joins(text)
}

fn is_hidden(c: char) -> bool {
    c != JOINER
        && matches!(c,
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether each joiner has another character on either side.
fn joins(text: &str) -> bool {
    text.split(JOINER).count() == 1 || text.split(JOINER).all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn a_label_shows_as_what_it_is() {
        for good in ["", "lost phone", "größer", "日本", "👩\u{200d}👩\u{200d}👧", "a\u{a0}b"] {
            assert!(is_plain(good), "{good:?}");
        }
    }

    #[test]
    fn what_people_cannot_see_is_refused() {
        let hidden = [
            0x0, 0x1f, 0x7f, 0x9f, 0x61c, 0x200b, 0x200c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060,
            0x2066, 0x206f, 0x3164, 0xfeff, 0xe0000, 0xe0001, 0xe007f,
        ];
        for c in hidden.map(|code| char::from_u32(code).expect("a character")) {
            assert!(!is_plain(&format!("a{c}b")) && !is_plain(&format!("{c}")), "{c:?}");
        }
        for bad in [" a", "a ", "a\u{a0}", "\u{3000}a", "\u{200d}", "a\u{200d}", "\u{200d}a", "a\u{200d}\u{200d}b"] {
            assert!(!is_plain(bad), "{bad:?}");
        }
    }

    #[test]
    fn one_beside_each_range_is_no_hidden_character() {
        for code in [
            0x20_u32, 0x7e, 0xa1, 0x61b, 0x61d, 0x200a, 0x2010, 0x2027, 0x202f, 0x205f, 0x2070, 0x3163, 0x3165, 0xfefe,
            0xff00, 0xe0080,
        ] {
            let c = char::from_u32(code).expect("a character");
            assert!(is_plain(&format!("a{c}b")), "{code:x}");
        }
    }

    #[test]
    fn a_label_ends_at_64_bytes() {
        assert!(Label::parse(&"a".repeat(64)).is_some());
        assert_eq!(Label::parse(&"a".repeat(65)), None);
        assert_eq!(Label::parse(&"ä".repeat(33)), None, "bytes, not characters");
    }
}
