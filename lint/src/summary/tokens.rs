//! What can't be parsed is walked token by token: paths, method calls, literals and keywords are still seen.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

use super::{FactKind, Lower, Place, Root, Run, Shape, UNKNOWN, pos};

/// Words that start no path.
const KEYWORDS: &[&str] = &[
    "as", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait", "true", "type",
    "use", "where", "while", "_", "union", "auto", "default",
];

impl Lower {
    /// Walks the tokens.
    pub(super) fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => _ = self.lit(&syn::Lit::new(literal.clone())),
                TokenTree::Ident(ident) => at += self.word(ident, &tokens, at),
                TokenTree::Punct(punct) if punct.as_char() == '.' => at += self.member_token(&tokens, at),
                TokenTree::Punct(punct) if punct.as_char() == '#' || punct.as_char() == '$' => {
                    at += usize::from(matches!(tokens.get(at), Some(TokenTree::Group(_))));
                }
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    self.pointer_token(punct.span(), tokens.get(at));
                }
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// `*const T`.
    fn pointer_token(&mut self, span: Span, next: Option<&TokenTree>) {
        if matches!(next, Some(TokenTree::Ident(word)) if word == "const") {
            self.shape(span, Shape::PointerType);
        }
    }

    /// `.name`: a field, `.await`, or a method if arguments follow. Gives how many tokens that took.
    fn member_token(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let Some(TokenTree::Ident(ident)) = tokens.get(at) else { return usize::from(is_number(tokens.get(at))) };
        if ident == "await" {
            self.shape(ident.span(), Shape::Await);
            return 1;
        }
        if let Some(TokenTree::Group(group)) = tokens.get(at + 1)
            && group.delimiter() == Delimiter::Parenthesis
        {
            let args = u8::try_from(super::cfg::split(group.stream()).len()).unwrap_or(u8::MAX);
            let name = self.ident(ident);
            self.fact(ident.span(), FactKind::Method(UNKNOWN, name, args, UNKNOWN));
        }
        1
    }

    /// A word: a keyword that says something, or the start of a path.
    fn word(&mut self, ident: &Ident, tokens: &[TokenTree], at: usize) -> usize {
        let text = ident.to_string();
        match text.as_str() {
            "unsafe" => self.shape(ident.span(), Shape::UnsafeBlock),
            "async" => self.shape(ident.span(), Shape::AsyncBlock),
            _ if KEYWORDS.contains(&text.as_str()) => {}
            _ => return self.token_path(ident, tokens, at),
        }
        0
    }

    fn token_path(&mut self, first: &Ident, tokens: &[TokenTree], at: usize) -> usize {
        let mut names = vec![self.ident(first)];
        let mut used = 0;
        while is_colon(tokens.get(at + used)) && is_colon(tokens.get(at + used + 1)) {
            let Some(TokenTree::Ident(next)) = tokens.get(at + used + 2) else { break };
            names.push(self.ident(next));
            used += 3;
        }
        let named_field = names.len() == 1 && is_colon(tokens.get(at)) && !is_colon(tokens.get(at + 1));
        let bound = names.len() == 1 && self.local_ty(names[0]).is_some();
        if named_field || bound {
            return used;
        }
        let bang = matches!(tokens.get(at + used), Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
            && matches!(tokens.get(at + used + 1), Some(TokenTree::Group(_)));
        let start = pos(first.span());
        let id = self.add_path(Root::Plain, &names, Run::default(), start);
        self.fact_at(start, FactKind::Path(id, if bang { Place::Macro } else { Place::Token }));
        used
    }
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

/// The `1` of `x.0.1` is no float.
fn is_number(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Literal(_)))
}
