//! Patterns: they bind names, and each bound name gets the type of the part that it takes out.

use super::{FactKind, Local, Lower, Place, Root, Run, Ty, TyId, UNKNOWN, pos};

impl Lower {
    /// Binds what the pattern binds; `of` is the type of what is matched.
    pub(super) fn pat(&mut self, pat: &syn::Pat, of: TyId) {
        match pat {
            syn::Pat::Ident(ident) => self.pat_ident(ident, of),
            syn::Pat::Type(typed) => {
                let ty = self.ty(&typed.ty);
                self.pat(&typed.pat, ty);
            }
            syn::Pat::Reference(reference) => {
                let ty = self.ty_node(Ty::Deref(of));
                self.pat(&reference.pat, ty);
            }
            syn::Pat::Paren(paren) => self.pat(&paren.pat, of),
            syn::Pat::Guard(guard) => {
                self.pat(&guard.pat, of);
                self.expr(&guard.guard);
            }
            syn::Pat::Or(or) => or.cases.iter().for_each(|case| self.pat(case, of)),
            syn::Pat::Tuple(tuple) => self.tuple_pat(&tuple.elems, of),
            syn::Pat::TupleStruct(pat) => self.tuple_struct_pat(pat, of),
            syn::Pat::Struct(pat) => self.struct_pat(pat, of),
            syn::Pat::Slice(slice) => {
                let element = self.ty_node(Ty::Index(of));
                slice.elems.iter().for_each(|elem| self.pat(elem, element));
            }
            _ => self.plain_pat(pat),
        }
    }

    /// Patterns that bind nothing.
    fn plain_pat(&mut self, pat: &syn::Pat) {
        match pat {
            syn::Pat::Lit(lit) => {
                self.expr_lit(lit);
            }
            syn::Pat::Path(path) => {
                self.path(path.qself.as_ref(), &path.path, Place::Pattern);
            }
            syn::Pat::Range(range) => {
                for end in [&range.start, &range.end].into_iter().flatten() {
                    self.expr(end);
                }
            }
            syn::Pat::Const(block) => {
                self.block(&block.block);
            }
            syn::Pat::Macro(mac) => {
                self.mac(&mac.mac);
            }
            syn::Pat::Verbatim(tokens) => self.tokens(tokens.clone()),
            _ => {}
        }
    }

    /// A lone word is a binding unless it is written like a constant or a variant.
    fn pat_ident(&mut self, pat: &syn::PatIdent, of: TyId) {
        let name = self.ident(&pat.ident);
        let constant = pat.by_ref.is_none()
            && pat.mutability.is_none()
            && pat.subpat.is_none()
            && self.text(name).starts_with(|c: char| c.is_uppercase());
        if constant {
            let at = pos(pat.ident.span());
            let id = self.add_path(Root::Plain, &[name], Run::default(), at);
            self.fact_at(at, FactKind::Path(id, Place::Pattern));
        } else {
            self.locals.push(Local { name, ty: of });
        }
        if let Some((_, sub)) = &pat.subpat {
            self.pat(sub, of);
        }
    }

    fn tuple_pat<'a>(&mut self, elems: impl IntoIterator<Item = &'a syn::Pat>, of: TyId) {
        for (at, elem) in elems.into_iter().enumerate() {
            let ty = if of == UNKNOWN { UNKNOWN } else { self.ty_node(Ty::TuplePart(of, at as u32)) };
            self.pat(elem, ty);
        }
    }

    fn tuple_struct_pat(&mut self, pat: &syn::PatTupleStruct, of: TyId) {
        let id = self.path(pat.qself.as_ref(), &pat.path, Place::Pattern);
        for (at, elem) in pat.elems.iter().enumerate() {
            let name = self.name(&at.to_string());
            let ty = self.ty_node(Ty::Part(of, id, name));
            self.pat(elem, ty);
        }
    }

    fn struct_pat(&mut self, pat: &syn::PatStruct, of: TyId) {
        let id = self.path(pat.qself.as_ref(), &pat.path, Place::Pattern);
        for field in &pat.fields {
            let name = self.member(&field.member);
            let ty = self.ty_node(Ty::Part(of, id, name));
            self.pat(&field.pat, ty);
        }
    }

    /// A field's name, or its number.
    pub(super) fn member(&mut self, member: &syn::Member) -> super::Name {
        match member {
            syn::Member::Named(ident) => self.ident(ident),
            syn::Member::Unnamed(index) => self.name(&index.index.to_string()),
        }
    }
}
