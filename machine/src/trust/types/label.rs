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

/// Joins the characters of one emoji: it may stand between two other characters.
const JOINER: char = '\u{200d}';

/// Whether a name or label shows as what it is: nothing that people cannot see, nothing that turns the direction of writing, and no
/// white space at either end.
///
/// Refused are all of Unicode's control characters, Default_Ignorable_Code_Point (bidirectional controls are among these), the line
/// and paragraph separators, the annotations U+FFF9-FFFB, and two characters that are drawn as nothing, U+2800 and U+1D159. The ranges
/// are written out, so that no later version of Unicode changes what a ledger says. Emoji and names need two of the invisible ones: a
/// zero-width joiner between two other characters, and a variation selector directly behind a character that shows.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.trim() == text && !text.chars().any(is_hidden) && joins(text) && selects(text)
}

fn is_hidden(c: char) -> bool {
    c != JOINER
        && !is_selector(c)
        && matches!(c,
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Says which form of the character before it is meant: an emoji's, or that of a name.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether each variation selector stands behind a character that shows.
fn selects(text: &str) -> bool {
    let shows = |c: char| !c.is_whitespace() && c != JOINER && !is_selector(c);
    let before = [' '].into_iter().chain(text.chars());
    before.zip(text.chars()).all(|(before, c)| !is_selector(c) || shows(before))
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
        let selected = ["❤\u{fe0f}", "👩\u{200d}❤\u{fe0f}\u{200d}👩", "1\u{fe0f}\u{20e3}", "葛\u{e0100}城"];
        for good in
            ["", "lost phone", "größer", "日本", "👩\u{200d}👩\u{200d}👧", "a\u{a0}b"].into_iter().chain(selected)
        {
            assert!(is_plain(good), "{good:?}");
        }
    }

    #[test]
    fn what_people_cannot_see_is_refused() {
        let hidden = [
            0x0, 0x1f, 0x7f, 0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x180f, 0x200b,
            0x200c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x206f, 0x2800, 0x3164, 0xfeff,
            0xffa0, 0xfff0, 0xfffb, 0x1bca0, 0x1bca3, 0x1d159, 0x1d173, 0x1d17a, 0xe0000, 0xe0001, 0xe007f, 0xe0080,
            0xe00ff, 0xe01f0, 0xe0fff,
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
            0x20_u32, 0x7e, 0xa1, 0xac, 0xae, 0x34e, 0x350, 0x61b, 0x61d, 0x115e, 0x1161, 0x17b3, 0x17b6, 0x180a,
            0x1810, 0x200a, 0x2010, 0x2027, 0x202f, 0x205f, 0x2070, 0x27ff, 0x2801, 0x3163, 0x3165, 0xfdff, 0xfe10,
            0xfefe, 0xff00, 0xff9f, 0xffa1, 0xffef, 0xfffc, 0x1bc9f, 0x1bca4, 0x1d158, 0x1d15a, 0x1d172, 0x1d17b,
            0xdffff, 0xe1000,
        ] {
            let c = char::from_u32(code).expect("a character");
            assert!(is_plain(&format!("a{c}b")), "{code:x}");
        }
    }

    /// A selector says something of the character before it, and there must be one to see.
    #[test]
    fn a_variation_selector_stands_behind_what_shows() {
        for selector in ['\u{fe00}', '\u{fe0f}', '\u{e0100}', '\u{e01ef}'] {
            assert!(is_plain(&format!("a{selector}")) && is_plain(&format!("a{selector}b{selector}")));
            for bad in ["S", "Sa", "aSS", "a S", "a\u{200d}S", "a Sb"] {
                let bad = bad.replace('S', &format!("{selector}"));
                assert!(!is_plain(&bad), "{bad:?}");
            }
        }
    }

    #[test]
    fn a_label_ends_at_64_bytes() {
        assert!(Label::parse(&"a".repeat(64)).is_some());
        assert_eq!(Label::parse(&"a".repeat(65)), None);
        assert_eq!(Label::parse(&"ä".repeat(33)), None, "bytes, not characters");
    }
}
