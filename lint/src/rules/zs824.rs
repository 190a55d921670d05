//! ZS824: Unicode tables.

use super::{Default, Group, Rule};

/// Unicode tables.
pub(super) static RULE: Rule = Rule {
    id: "ZS824",
    title: "Unicode tables",
    group: Group::Platform,
    default: Default::Contentious,
    what: "`char::is_alphanumeric`, `to_lowercase` and their like, crates with Unicode tables.",
    why: "The version of the tables follows the toolchain.",
    instead: "ASCII: `is_ascii_alphanumeric`, `to_ascii_lowercase`; or a table of a stated version.",
    misses: "`trim` and `split_whitespace`, whose table has not changed for long.",
    message: "`{}` follows the toolchain's Unicode version",
    bad: r"fn apply(name: &str) -> String {
    name.to_lowercase() //~ ZS824
}
",
    good: r"fn apply(name: &str) -> String {
    name.to_ascii_lowercase()
}
",
    paths: &["char::is_alphanumeric", "char::is_alphabetic", "char::is_numeric", "char::is_uppercase", "char::is_lowercase", "char::to_uppercase", "char::to_lowercase", "str::to_lowercase", "str::to_uppercase", "char::UNICODE_VERSION", "std::char::UNICODE_VERSION", "unicode_normalization", "unicode_segmentation", "unicode_width", "unicode_xid", "unicode_ident", "unicode_bidi", "unicode_categories", "unicode_general_category", "unicode_script", "unicase", "caseless", "idna", "icu", "icu_properties", "icu_normalizer", "icu_collator", "icu_casemap", "icu_locale", "unicode_skeleton", "unidecode", "deunicode", "punycode", "stringprep", "confusables"],
    methods: &["is_alphanumeric", "is_alphabetic", "is_numeric", "to_lowercase", "to_uppercase"],
    ..Rule::BASE
};
