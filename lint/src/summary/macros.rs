//! Macros: arguments are parsed again as expressions, statements or items; bodies of `macro_rules!` with holes for `$name`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use rustc_hash::FxHashMap;
use syn::parse::{ParseStream, Parser as _};

use super::types::first_span;
use super::{
    FactKind, HOLE, Include, ItemId, ItemKind, Lower, Place, Root, Shape, Ty, TyId, UNKNOWN, attrs, flag, format, pos,
};

/// How deep macros are followed into macros.
const DEPTH_MAX: u32 = 32;

/// Macros whose arguments are text to the compiler, not code.
const TEXT: &[&str] = &[
    "stringify",
    "line",
    "column",
    "file",
    "module_path",
    "env",
    "option_env",
    "compile_error",
    "asm",
    "global_asm",
    "naked_asm",
    "concat_idents",
    "is_x86_feature_detected",
    "is_aarch64_feature_detected",
    "is_arm_feature_detected",
];

/// How macros that take a format string are named.
const FORMATS: &[&str] =
    &["format", "print", "eprint", "write", "panic", "assert", "un", "todo", "trace", "debug", "info", "warn", "error"];

impl Lower {
    /// An invocation anywhere; gives the type where the macro is a well-known one.
    pub(super) fn mac(&mut self, mac: &syn::Macro) -> TyId {
        if self.depth >= DEPTH_MAX {
            return UNKNOWN;
        }
        self.depth += 1;
        let id = self.silent_path(None, &mac.path);
        let at = pos(first_span(&mac.path));
        self.fact_at(at, FactKind::Path(id, Place::Macro));
        let (fact, items) = (self.out.facts.len() - 1, self.out.items.len());
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let ty = self.mac_args(&name, mac);
        let of_module = matches!(self.out.items[self.owner as usize].kind, ItemKind::Mod);
        if of_module && self.out.items.len() > items {
            // `thread_local! { static X .. }` counts where X does.
            self.out.facts[fact].owner = items as ItemId;
        }
        self.depth -= 1;
        ty
    }

    fn mac_args(&mut self, name: &str, mac: &syn::Macro) -> TyId {
        let tokens = || mac.tokens.clone();
        match name {
            _ if TEXT.contains(&name) => {}
            "include" => self.include(mac),
            "include_str" | "include_bytes" => self.include_data(mac),
            "concat" => self.nested_macros(tokens()),
            "cfg" => {
                self.cfg_macro(tokens(), first_span(&mac.path));
                return self.ty_node(Ty::Bool);
            }
            "matches" => {
                self.matches_macro(tokens());
                return self.ty_node(Ty::Bool);
            }
            "cfg_if" | "cfg_select" => self.branches(tokens()),
            "vec" => {
                let elem = self.args(tokens());
                return self.std_ty(&["std", "vec", "Vec"], &[elem]);
            }
            _ if mac.path.get_ident().is_some() && self.takes_words(name) => self.words(tokens()),
            _ => {
                if name.starts_with("debug_assert") && has_effect(tokens()) {
                    self.shape(first_span(&mac.path), Shape::DebugEffect);
                }
                self.format_args(name, tokens());
                self.args(tokens());
                if name == "format" {
                    return self.std_ty(&["std", "string", "String"], &[]);
                }
            }
        }
        UNKNOWN
    }

    /// A type of the standard library.
    pub(super) fn std_ty(&mut self, segments: &[&str], args: &[TyId]) -> TyId {
        let names: Vec<_> = segments.iter().map(|segment| self.name(segment)).collect();
        let args = self.list(args);
        let id = self.add_path(Root::Absolute, &names, args, super::Pos::default());
        self.ty_node(Ty::Path(id))
    }

    fn takes_words(&mut self, name: &str) -> bool {
        let name = self.name(name);
        self.word_macros.contains(&name)
    }

    /// `if #[cfg(..)] { .. } else { .. }`: each branch as if it were written where the macro stands.
    fn branches(&mut self, tokens: TokenStream) {
        for token in tokens {
            if let TokenTree::Group(group) = token
                && group.delimiter() == proc_macro2::Delimiter::Brace
            {
                self.args(group.stream());
            }
        }
    }

    fn include(&mut self, mac: &syn::Macro) {
        let file = match syn::parse2::<syn::LitStr>(mac.tokens.clone()) {
            Ok(text) => text.value().into(),
            Err(_) => {
                self.args(mac.tokens.clone());
                "".into()
            }
        };
        let (scope, owner, pos) = (self.scope, self.owner, pos(first_span(&mac.path)));
        self.out.includes.push(Include { scope, file, pos, owner });
    }

    fn include_data(&mut self, mac: &syn::Macro) {
        if let Ok(text) = syn::parse2::<syn::LitStr>(mac.tokens.clone()) {
            let (scope, owner, pos) = (self.scope, self.owner, pos(first_span(&mac.path)));
            self.out.data.push(Include { scope, file: text.value().into(), pos, owner });
        } else {
            self.args(mac.tokens.clone());
        }
    }

    /// `concat!(env!("X"))`: literals are text, macros are expanded.
    fn nested_macros(&mut self, tokens: TokenStream) {
        for expr in exprs.parse2(tokens).into_iter().flatten() {
            if let syn::Expr::Macro(mac) = expr {
                self.mac(&mac.mac);
            }
        }
    }

    fn matches_macro(&mut self, tokens: TokenStream) {
        let parser = |input: ParseStream<'_>| {
            let expr: syn::Expr = input.parse()?;
            input.parse::<syn::Token![,]>()?;
            let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
            let guard = if input.peek(syn::Token![if]) {
                input.parse::<syn::Token![if]>()?;
                Some(input.parse::<syn::Expr>()?)
            } else {
                None
            };
            input.parse::<Option<syn::Token![,]>>()?;
            Ok((expr, pat, guard))
        };
        let Ok((expr, pat, guard)) = parser.parse2(tokens.clone()) else { return self.tokens(tokens) };
        let frame = self.frame();
        let of = self.expr(&expr);
        self.pat(&pat, of);
        if let Some(guard) = guard {
            self.expr(&guard);
        }
        self.restore(&frame);
    }

    /// Arguments of a macro that puts them into text, or takes no more of them than words.
    fn words(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let joined = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.words(group.stream()),
                TokenTree::Ident(_) if !(joined(at + 1) || at > 0 && joined(at - 1)) => {
                    self.tokens(std::iter::once(token.clone()).collect());
                }
                _ => {}
            }
        }
    }

    /// Arguments as expressions, else statements and items, else token by token. Gives the first expression's type.
    fn args(&mut self, tokens: TokenStream) -> TyId {
        if tokens.is_empty() {
            return UNKNOWN;
        }
        if let Ok(exprs) = exprs.parse2(tokens.clone()) {
            let tys: Vec<TyId> = exprs.iter().map(|expr| self.arg(expr)).collect();
            return tys.first().copied().unwrap_or(UNKNOWN);
        }
        match syn::Block::parse_within.parse2(tokens.clone()) {
            Ok(stmts) if stmts.iter().all(|stmt| matches!(stmt, syn::Stmt::Item(_) | syn::Stmt::Macro(_))) => {
                for stmt in &stmts {
                    match stmt {
                        syn::Stmt::Item(item) => self.item(item),
                        syn::Stmt::Macro(of) => _ = self.mac(&of.mac),
                        _ => {}
                    }
                }
                UNKNOWN
            }
            Ok(stmts) => self.stmts(&stmts),
            Err(_) => match without_ref(&tokens) {
                Some(plain) => self.args(plain),
                None => {
                    self.tokens(tokens);
                    UNKNOWN
                }
            },
        }
    }

    /// `name = value` names an argument; it is no assignment.
    fn arg(&mut self, expr: &syn::Expr) -> TyId {
        match expr {
            syn::Expr::Assign(assign) if matches!(&*assign.left, syn::Expr::Path(path) if path.path.get_ident().is_some()) => {
                self.expr(&assign.right)
            }
            expr => self.expr(expr),
        }
    }

    /// Placeholders of a format string: which argument each one prints, and how.
    fn format_args(&mut self, name: &str, tokens: TokenStream) {
        // Other macros may pass a format string on; what they print by name is looked at with their arguments.
        let known = FORMATS.iter().any(|start| name.starts_with(start));
        let has_hole = |literal: &proc_macro2::Literal| literal.to_string().contains('{');
        if !tokens.clone().into_iter().any(|token| matches!(&token, TokenTree::Literal(literal) if has_hole(literal))) {
            return;
        }
        let parts: Vec<TokenStream> = super::cfg::split(tokens);
        let Some(at) = parts.iter().take(3).position(|part| literal_text(part).is_some()) else { return };
        let Some(text) = literal_text(&parts[at]) else { return };
        let args = &parts[at + 1..];
        for (position, hole) in format::holes(&text.value()).into_iter().enumerate() {
            if !known && (!hole.is_asked() || args.is_empty()) {
                continue;
            }
            let ty = self.format_arg(&hole, position, args, text.span());
            if hole.is_asked() {
                self.fact(text.span(), FactKind::Format(hole.letter, ty));
            }
        }
    }

    fn format_arg(
        &mut self,
        hole: &format::Hole,
        position: usize,
        args: &[TokenStream],
        at: proc_macro2::Span,
    ) -> TyId {
        let number = if hole.name.is_empty() { Some(position) } else { hole.name.parse().ok() };
        let tokens = match number {
            Some(number) => args.get(number).cloned(),
            None => args.iter().find_map(|arg| named_arg(arg, &hole.name)),
        };
        match tokens {
            Some(tokens) if hole.is_asked() => self.quiet_ty(tokens),
            Some(_) => UNKNOWN,
            None if number.is_none() => {
                let name = self.name(&hole.name);
                self.lone_name(name, at)
            }
            None => UNKNOWN,
        }
    }

    /// The type of an expression that is lowered elsewhere as well: its facts are not left twice.
    fn quiet_ty(&mut self, tokens: TokenStream) -> TyId {
        let Ok(expr) = syn::parse2::<syn::Expr>(tokens) else { return UNKNOWN };
        let (facts, includes) = (self.out.facts.len(), self.out.includes.len());
        let ty = self.arg(&expr);
        self.out.facts.truncate(facts);
        self.out.includes.truncate(includes);
        ty
    }

    /// `macro_rules! name { .. }`, or an invocation in an item's place.
    pub(super) fn item_macro(&mut self, item: &syn::ItemMacro) {
        let Some(ident) = item.ident.as_ref().filter(|_| item.mac.path.is_ident("macro_rules")) else {
            self.attrs(&item.attrs, false);
            self.mac(&item.mac);
            return;
        };
        let inherited = syn::Visibility::Inherited;
        let id = self.declare(ItemKind::Macro, ident, &inherited, &item.attrs);
        self.item_mut(id).flags |= flag::BODY;
        if attrs::is_exempt(&item.attrs) {
            return;
        }
        let pinned = std::mem::replace(&mut self.pinned, true);
        let mut takes_code = false;
        for (matcher, body) in rules(item.mac.tokens.clone()) {
            let mut fragments = FxHashMap::default();
            collect_fragments(matcher, &mut fragments);
            takes_code |= uses_code(body.clone(), &fragments);
            let frame = self.frame();
            self.body(holes(body, &fragments));
            self.restore(&frame);
        }
        self.pinned = pinned;
        let name = self.ident(ident);
        if !takes_code {
            self.word_macros.push(name);
        }
    }

    fn body(&mut self, tokens: TokenStream) {
        match syn::Block::parse_within.parse2(tokens.clone()) {
            Ok(stmts) => _ = self.stmts(&stmts),
            Err(_) => self.tokens(tokens),
        }
    }
}

/// The tokens without the `ref` of `static ref X`, if there is one.
fn without_ref(tokens: &TokenStream) -> Option<TokenStream> {
    let is = |token: &TokenTree, text: &str| matches!(token, TokenTree::Ident(ident) if ident == text);
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let drops = |at: usize| at > 0 && is(&all[at], "ref") && is(&all[at - 1], "static");
    (0..all.len()).any(drops).then(|| (0..all.len()).filter(|at| !drops(*at)).map(|at| all[at].clone()).collect())
}

/// Expressions with `,`, `;` or `=>` between them.
fn exprs(input: ParseStream<'_>) -> syn::Result<Vec<syn::Expr>> {
    let mut exprs = Vec::new();
    while !input.is_empty() {
        exprs.push(input.parse()?);
        if input.is_empty() {
            break;
        }
        if input.peek(syn::Token![=>]) {
            input.parse::<syn::Token![=>]>()?;
        } else if input.peek(syn::Token![;]) {
            input.parse::<syn::Token![;]>()?;
        } else {
            input.parse::<syn::Token![,]>()?;
        }
    }
    Ok(exprs)
}

/// The text, if the tokens are one string literal.
fn literal_text(tokens: &TokenStream) -> Option<syn::LitStr> {
    let mut tokens = tokens.clone().into_iter();
    let TokenTree::Literal(literal) = tokens.next()? else { return None };
    match syn::Lit::new(literal) {
        syn::Lit::Str(text) if tokens.next().is_none() => Some(text),
        _ => None,
    }
}

/// The value of `name = value`.
fn named_arg(tokens: &TokenStream, name: &str) -> Option<TokenStream> {
    let mut tokens = tokens.clone().into_iter();
    let named = matches!(tokens.next()?, TokenTree::Ident(ident) if ident == name);
    let equals = matches!(tokens.next()?, TokenTree::Punct(punct) if punct.as_char() == '=');
    (named && equals).then(|| tokens.collect())
}

/// Methods that only look: calling one in a debug assertion changes nothing.
const LOOKS: &[&str] = &[
    "all",
    "any",
    "as_bytes",
    "as_ref",
    "as_slice",
    "as_str",
    "capacity",
    "chars",
    "clone",
    "cmp",
    "contains",
    "contains_key",
    "count",
    "copied",
    "cloned",
    "ends_with",
    "eq",
    "first",
    "ge",
    "get",
    "gt",
    "into_iter",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "is_some_and",
    "is_none_or",
    "is_power_of_two",
    "is_sorted",
    "iter",
    "keys",
    "last",
    "le",
    "len",
    "lt",
    "matches",
    "max",
    "min",
    "ne",
    "partial_cmp",
    "starts_with",
    "to_string",
    "trim",
    "unwrap_or",
    "values",
    "windows",
    "zip",
    "checked_add",
    "checked_sub",
    "checked_mul",
    "saturating_add",
    "Some",
    "Ok",
    "Err",
    "is_ascii",
    "abs",
    "abs_diff",
    "rev",
    "map",
    "is_multiple_of",
];

/// Whether an argument calls something that may do something, or borrows mutably.
fn has_effect(tokens: TokenStream) -> bool {
    let mut before: Option<Ident> = None;
    let mut ampersand = false;
    for token in tokens {
        let (word, amp) = match token {
            TokenTree::Ident(ident) => {
                if ampersand && ident == "mut" {
                    return true;
                }
                (Some(ident), false)
            }
            TokenTree::Punct(punct) => (None, punct.as_char() == '&'),
            TokenTree::Group(group) => {
                let called = group.delimiter() == Delimiter::Parenthesis
                    && before.take().is_some_and(|word| !only_looks(&word) && !is_keyword(&word));
                if called || has_effect(group.stream()) {
                    return true;
                }
                (None, false)
            }
            TokenTree::Literal(_) => (None, false),
        };
        (before, ampersand) = (word, amp);
    }
    false
}

/// Questions by name (`is_zero`, `has_room`) and what `LOOKS` lists.
fn only_looks(word: &Ident) -> bool {
    LOOKS.iter().any(|look| word == look) || ["is_", "has_"].iter().any(|start| word.to_string().starts_with(start))
}

fn is_keyword(word: &Ident) -> bool {
    ["if", "match", "in", "while", "return", "as", "else", "let", "move"].iter().any(|keyword| word == keyword)
}

/// The rules of a `macro_rules!`: matcher and body.
fn rules(tokens: TokenStream) -> Vec<(TokenStream, TokenStream)> {
    let groups: Vec<TokenStream> = tokens
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        })
        .collect();
    groups.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

/// Which kind of fragment each `$name:kind` stands for.
fn collect_fragments(matcher: TokenStream, fragments: &mut FxHashMap<String, String>) {
    let tokens: Vec<TokenTree> = matcher.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => collect_fragments(group.stream(), fragments),
            TokenTree::Punct(punct) if punct.as_char() == '$' => {
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Ident(kind))) =
                    (tokens.get(at + 1), tokens.get(at + 3))
                {
                    fragments.insert(name.to_string(), kind.to_string());
                }
            }
            _ => {}
        }
    }
}

/// Whether a body uses a fragment that can hold more than a word, other than as text.
fn uses_code(body: TokenStream, fragments: &FxHashMap<String, String>) -> bool {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let word = |at: usize| tokens.get(at).map(ToString::to_string).unwrap_or_default();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => {
            let text = at >= 2 && word(at - 1) == "!" && ["stringify", "concat"].contains(&word(at - 2).as_str());
            !text && uses_code(group.stream(), fragments)
        }
        TokenTree::Punct(punct) if punct.as_char() == '$' => {
            fragments.get(&word(at + 1)).is_some_and(|kind| !["ident", "vis", "lifetime"].contains(&kind.as_str()))
        }
        _ => false,
    })
}

/// The body with identifiers, or nothing, for `$name`, and each repetition once.
fn holes(body: TokenStream, fragments: &FxHashMap<String, String>) -> TokenStream {
    let mut out = Vec::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(ident)) if ident == "crate" => out.push(TokenTree::Ident(ident)),
                Some(TokenTree::Ident(ident)) => out.extend(hole(&ident, fragments)),
                Some(TokenTree::Group(group)) => {
                    out.extend(holes(group.stream(), fragments));
                    skip_repetition(&mut tokens);
                }
                _ => {}
            },
            TokenTree::Group(group) => {
                let mut filled = proc_macro2::Group::new(group.delimiter(), holes(group.stream(), fragments));
                filled.set_span(group.span());
                out.push(TokenTree::Group(filled));
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

fn hole(ident: &Ident, fragments: &FxHashMap<String, String>) -> Option<TokenTree> {
    match fragments.get(&ident.to_string()).map(String::as_str) {
        Some("vis" | "item" | "lifetime" | "meta") => None,
        Some("block") => Some(TokenTree::Group(proc_macro2::Group::new(Delimiter::Brace, TokenStream::new()))),
        _ => Some(TokenTree::Ident(Ident::new(&format!("{HOLE}{ident}"), ident.span()))),
    }
}

/// Steps over `sep op` behind `$(..)`.
fn skip_repetition(tokens: &mut std::iter::Peekable<proc_macro2::token_stream::IntoIter>) {
    for _ in 0..2 {
        match tokens.next() {
            Some(TokenTree::Punct(punct)) if ['*', '+', '?'].contains(&punct.as_char()) => return,
            Some(_) => {}
            None => return,
        }
    }
}
