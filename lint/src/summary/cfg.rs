//! `cfg` predicates: which of them mean "test only", and which let two builds differ.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::cfg_flag;

/// A predicate.
enum Cfg {
    All(Vec<Cfg>),
    Any(Vec<Cfg>),
    Not(Box<Cfg>),
    Test,
    Flag(u8),
}

/// Whether code under the predicate exists in test builds only: `test`, `all(test, ..)`, but neither `not(test)` nor `any(test, ..)`.
pub(super) fn is_test(tokens: TokenStream) -> bool {
    parse(tokens).is_some_and(|cfg| cfg.is_test())
}

/// What the predicate depends on, as [`cfg_flag`]s.
pub(super) fn flags(tokens: TokenStream) -> u8 {
    parse(tokens).map_or(cfg_flag::OTHER, |cfg| cfg.flags())
}

impl Cfg {
    fn is_test(&self) -> bool {
        match self {
            Self::All(of) => of.iter().any(Self::is_test),
            Self::Any(of) => !of.is_empty() && of.iter().all(Self::is_test),
            Self::Test => true,
            Self::Not(_) | Self::Flag(_) => false,
        }
    }

    fn flags(&self) -> u8 {
        match self {
            Self::All(of) | Self::Any(of) => of.iter().fold(0, |flags, cfg| flags | cfg.flags()),
            Self::Not(of) => of.flags(),
            Self::Test => 0,
            Self::Flag(flag) => *flag,
        }
    }
}

fn parse(tokens: TokenStream) -> Option<Cfg> {
    let mut tokens = tokens.into_iter();
    let TokenTree::Ident(word) = tokens.next()? else { return None };
    let word = word.to_string();
    let args = match tokens.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => Some(group.stream()),
        _ => None,
    };
    Some(match (word.as_str(), args) {
        ("all", Some(args)) => Cfg::All(list(args)),
        ("any", Some(args)) => Cfg::Any(list(args)),
        ("not", Some(args)) => Cfg::Not(Box::new(parse(args)?)),
        ("test", _) => Cfg::Test,
        _ => Cfg::Flag(class(&word)),
    })
}

fn list(tokens: TokenStream) -> Vec<Cfg> {
    split(tokens).into_iter().filter_map(parse).collect()
}

/// Splits at commas of the first level.
pub(super) fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            _ => parts.last_mut().into_iter().for_each(|part| part.extend([token.clone()])),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn class(word: &str) -> u8 {
    match word {
        "unix" | "windows" | "panic" | "wasm" | "relocation_model" => cfg_flag::TARGET,
        _ if word.starts_with("target_") => cfg_flag::TARGET,
        "debug_assertions" | "overflow_checks" | "ub_checks" => cfg_flag::DEBUG,
        "feature" => cfg_flag::FEATURE,
        "doc" | "doctest" | "docsrs" | "miri" | "rustfmt" | "clippy" | "true" | "false" => 0,
        _ => cfg_flag::OTHER,
    }
}
