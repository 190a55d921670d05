//! Attributes: which code they take away, which macros they name, which builds they tell apart.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::Parser as _;

use super::{FactKind, Lower, Place, Shape, cfg, cfg_flag, flag};

/// Attributes that the compiler and its tools know, and that no rule asks about.
const KNOWN: &[&str] = &[
    "allow",
    "automatically_derived",
    "cold",
    "crate_name",
    "crate_type",
    "debugger_visualizer",
    "default",
    "deny",
    "deprecated",
    "derive",
    "diagnostic",
    "doc",
    "expect",
    "feature",
    "forbid",
    "fundamental",
    "ignore",
    "inline",
    "macro_export",
    "macro_use",
    "must_use",
    "no_implicit_prelude",
    "no_std",
    "no_core",
    "non_exhaustive",
    "proc_macro",
    "proc_macro_attribute",
    "proc_macro_derive",
    "recursion_limit",
    "reexport_test_harness_main",
    "should_panic",
    "type_length_limit",
    "warn",
    "windows_subsystem",
    "rustfmt",
    "clippy",
    "miri",
    "rust_analyzer",
    "unstable",
    "stable",
    "path",
    "test",
    "bench",
    "global_allocator",
    "track_caller",
    "no_mangle",
    "export_name",
    "link",
    "link_section",
    "link_name",
    "link_ordinal",
    "target_feature",
    "used",
    "ffi_const",
    "ffi_pure",
    "naked",
    "panic_handler",
    "repr",
    "instruction_set",
    "no_main",
    "no_link",
    "no_builtins",
    "thread_local",
    "linkage",
    "optimize",
    "coverage",
    "type_const",
    "pointee",
    "rustc_on_unimplemented",
    "alloc_error_handler",
    "test_case",
];

/// Those of them that a rule asks about.
const ASKED: &[&str] = &[
    "global_allocator",
    "track_caller",
    "no_mangle",
    "export_name",
    "link",
    "link_section",
    "link_name",
    "target_feature",
    "used",
    "naked",
    "panic_handler",
    "thread_local",
    "linkage",
    "alloc_error_handler",
    "ffi_const",
    "ffi_pure",
    "instruction_set",
    "link_ordinal",
];

/// Derives of the standard library.
const DERIVES: &[&str] =
    &["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd", "CoercePointee"];

impl Lower {
    /// Whether the attributes say "test only". If not, their facts are left.
    pub(super) fn exempt(&mut self, attrs: &[syn::Attribute]) -> bool {
        if attrs.is_empty() {
            return false;
        }
        let exempt = is_exempt(attrs);
        if !exempt {
            self.attrs(attrs, false);
        }
        exempt
    }

    /// Leaves the facts of the attributes of something that stays; `ty` for types, their fields and variants.
    pub(super) fn attrs(&mut self, attrs: &[syn::Attribute], ty: bool) {
        for attr in attrs {
            self.meta(&attr.meta, ty, attr.pound_token.span);
        }
    }

    /// The bits of [`flag`] that the attributes set.
    pub(super) fn attr_flags(&self, attrs: &[syn::Attribute]) -> u16 {
        let exported = attrs.iter().any(|attr| attr.path().is_ident("macro_export"));
        let feature = attrs.iter().any(|attr| match &attr.meta {
            syn::Meta::List(list) if list.path.is_ident("cfg") => {
                cfg::flags(list.tokens.clone()) & cfg_flag::FEATURE != 0
            }
            _ => false,
        });
        (if exported { flag::EXPORTED } else { 0 }) | (if feature { flag::FEATURE } else { 0 })
    }

    fn meta(&mut self, meta: &syn::Meta, ty: bool, at: Span) {
        let path = meta.path();
        if path.is_ident("doc") {
            return;
        }
        let Some(ident) = path.get_ident() else {
            if !path.segments.first().is_some_and(|first| KNOWN.iter().any(|known| first.ident == known)) {
                self.path(None, path, Place::Attribute);
            }
            return;
        };
        match (ident.to_string().as_str(), meta) {
            ("cfg", syn::Meta::List(list)) => self.cfg(list.tokens.clone(), if ty { cfg_flag::TYPE } else { 0 }, at),
            ("cfg_attr", syn::Meta::List(list)) => self.cfg_attr(list.tokens.clone(), ty, at),
            ("derive", syn::Meta::List(list)) => self.derive(list),
            ("unsafe", syn::Meta::List(list)) => {
                self.shape(ident.span(), Shape::UnsafeAttribute);
                if let Ok(meta) = syn::parse2::<syn::Meta>(list.tokens.clone()) {
                    self.meta(&meta, ty, at);
                }
            }
            (name, meta) => self.named(name, ident, meta),
        }
    }

    fn named(&mut self, name: &str, ident: &syn::Ident, meta: &syn::Meta) {
        if ASKED.contains(&name) {
            let name = self.name(name);
            self.fact(ident.span(), FactKind::Builtin(name));
        } else if !KNOWN.contains(&name) && !self.helpers && name != "cfg" {
            self.path(None, meta.path(), Place::Attribute);
        }
        if name == "serde"
            && let syn::Meta::List(list) = meta
        {
            self.serde(list.tokens.clone());
        }
    }

    /// Functions that serde's generated code calls: `#[serde(default = "path", with = "path")]`.
    fn serde(&mut self, tokens: TokenStream) {
        let mut called = false;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    called = ["default", "with", "serialize_with", "deserialize_with", "skip_serializing_if", "getter"]
                        .iter()
                        .any(|name| word == name);
                }
                TokenTree::Literal(literal) if called => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal)
                        && let Ok(path) = text.parse::<syn::Path>()
                    {
                        self.path(None, &path, Place::Call);
                    }
                }
                _ => {}
            }
        }
    }

    fn cfg(&mut self, tokens: TokenStream, more: u8, at: Span) {
        let flags = cfg::flags(tokens);
        if flags != 0 {
            self.fact(at, FactKind::Cfg(flags | more));
        }
    }

    /// `cfg_attr(predicate, attributes..)`: the attributes count whatever the predicate says.
    fn cfg_attr(&mut self, tokens: TokenStream, ty: bool, at: Span) {
        let mut parts = cfg::split(tokens).into_iter();
        let Some(predicate) = parts.next() else { return };
        if cfg::is_test(predicate.clone()) {
            return;
        }
        self.cfg(predicate, cfg_flag::ATTR, at);
        for part in parts {
            if let Ok(meta) = syn::parse2::<syn::Meta>(part) {
                self.meta(&meta, ty, at);
            }
        }
    }

    fn derive(&mut self, list: &syn::MetaList) {
        let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
        for path in parser.parse2(list.tokens.clone()).into_iter().flatten() {
            let std = path.get_ident().is_some_and(|ident| DERIVES.iter().any(|derive| ident == derive));
            self.helpers |= !std;
            self.path(None, &path, Place::Derive);
        }
    }

    /// `cfg!(..)`.
    pub(super) fn cfg_macro(&mut self, tokens: TokenStream, at: Span) {
        self.cfg(tokens, cfg_flag::MACRO, at);
    }
}

/// Whether the attributes say that code exists in test builds only.
pub(super) fn is_exempt(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        syn::Meta::NameValue(_) => false,
        syn::Meta::List(list) if list.path.is_ident("cfg") => cfg::is_test(list.tokens.clone()),
        meta => meta.path().segments.last().is_some_and(|last| {
            ["test", "bench", "rstest", "test_case", "proptest"].iter().any(|name| last.ident == name)
        }),
    })
}

/// What `#[path = ".."]` says, also under `cfg_attr`.
pub(super) fn files(attrs: &[syn::Attribute]) -> Vec<Box<str>> {
    attrs.iter().flat_map(|attr| path_values(&attr.meta)).collect()
}

fn path_values(meta: &syn::Meta) -> Vec<Box<str>> {
    match meta {
        syn::Meta::NameValue(value) if value.path.is_ident("path") => match &value.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => vec![text.value().into()],
            _ => Vec::new(),
        },
        syn::Meta::List(list) if list.path.is_ident("cfg_attr") => cfg::split(list.tokens.clone())
            .into_iter()
            .skip(1)
            .filter_map(|part| syn::parse2::<syn::Meta>(part).ok())
            .flat_map(|meta| path_values(&meta))
            .collect(),
        _ => Vec::new(),
    }
}
