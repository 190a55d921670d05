//! Types and paths: lowered once, where they stand, with every name in them taken down as a fact.

use super::{FactKind, Local, Lower, Path, PathId, Place, Pos, Root, Run, Shape, Ty, TyId, UNKNOWN, pos};

impl Lower {
    /// A type as written.
    pub(super) fn ty(&mut self, ty: &syn::Type) -> TyId {
        match ty {
            syn::Type::Array(array) => {
                self.expr(&array.len);
                let elem = self.ty(&array.elem);
                self.ty_node(Ty::Slice(elem))
            }
            syn::Type::FnPtr(pointer) => self.fn_pointer(pointer),
            syn::Type::Group(group) => self.ty(&group.elem),
            syn::Type::Paren(paren) => self.ty(&paren.elem),
            syn::Type::ImplTrait(bounds) => self.bounds(&bounds.bounds),
            syn::Type::TraitObject(bounds) => self.bounds(&bounds.bounds),
            syn::Type::Path(path) => self.type_path(path),
            syn::Type::Ptr(pointer) => {
                self.shape(pointer.star_token.span, Shape::PointerType);
                let elem = self.ty(&pointer.elem);
                self.ty_node(Ty::Pointer(elem))
            }
            syn::Type::Reference(reference) => {
                let elem = self.ty(&reference.elem);
                self.ty_node(Ty::Ref(elem))
            }
            syn::Type::Slice(slice) => {
                let elem = self.ty(&slice.elem);
                self.ty_node(Ty::Slice(elem))
            }
            syn::Type::Tuple(tuple) => self.tuple_type(tuple),
            syn::Type::Macro(mac) => {
                self.mac(&mac.mac);
                UNKNOWN
            }
            syn::Type::Verbatim(tokens) => {
                self.tokens(tokens.clone());
                UNKNOWN
            }
            _ => UNKNOWN,
        }
    }

    fn tuple_type(&mut self, tuple: &syn::TypeTuple) -> TyId {
        let elems: Vec<TyId> = tuple.elems.iter().map(|elem| self.ty(elem)).collect();
        let run = self.list(&elems);
        self.ty_node(Ty::Tuple(run))
    }

    fn fn_pointer(&mut self, pointer: &syn::TypeFnPtr) -> TyId {
        if let Some(unsafety) = &pointer.unsafety {
            self.shape(unsafety.span, Shape::UnsafeFn);
        }
        self.abi(pointer.abi.as_ref());
        for input in &pointer.inputs {
            self.ty(&input.ty);
        }
        let output = self.output(&pointer.output);
        self.ty_node(Ty::Fn(output))
    }

    /// What a function returns; unknown for `()`.
    pub(super) fn output(&mut self, output: &syn::ReturnType) -> TyId {
        match output {
            syn::ReturnType::Default => {
                let unit = self.list(&[]);
                self.ty_node(Ty::Tuple(unit))
            }
            syn::ReturnType::Type(_, ty) => self.ty(ty),
        }
    }

    fn type_path(&mut self, path: &syn::TypePath) -> TyId {
        if path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
        {
            let name = self.ident(ident);
            if self.text(name) == "Self"
                && let Some(ty) = self.self_ty
            {
                return ty;
            }
            if let Some(generic) = self.generics.iter().rev().find(|generic| generic.name == name) {
                return generic.ty;
            }
        }
        let id = self.path(path.qself.as_ref(), &path.path, Place::Type);
        self.ty_node(Ty::Path(id))
    }

    /// The bounds of a parameter, of `dyn` or of `impl`.
    pub(super) fn bounds<'a>(&mut self, bounds: impl IntoIterator<Item = &'a syn::TypeParamBound>) -> TyId {
        let run = self.bound_list(bounds);
        self.ty_node(Ty::Bounds(run))
    }

    /// The same, as a list of types.
    pub(super) fn bound_list<'a>(&mut self, bounds: impl IntoIterator<Item = &'a syn::TypeParamBound>) -> Run {
        let mut tys = Vec::new();
        for bound in bounds {
            if let syn::TypeParamBound::Trait(bound) = bound {
                let id = self.path(None, &bound.path, Place::Bound);
                tys.push(self.ty_node(Ty::Path(id)));
            }
        }
        self.list(&tys)
    }

    /// Brings generic parameters into sight; returns them. The caller restores the frame.
    pub(super) fn generics(&mut self, generics: &syn::Generics) -> Run {
        let start = self.generics.len();
        let params: Vec<_> = generics.type_params().collect();
        for param in &params {
            let name = self.ident(&param.ident);
            let ty = self.ty_node(Ty::Param(name, Run::default()));
            self.generics.push(Local { name, ty });
        }
        let mut tys = Vec::new();
        for (at, param) in params.iter().enumerate() {
            let mut bounds: Vec<TyId> = self.bound_tys(&param.bounds);
            bounds.extend(self.where_bounds(generics, &param.ident));
            let run = self.list(&bounds);
            let local = &self.generics[start + at];
            let (name, ty) = (local.name, local.ty);
            self.out.tys[ty as usize] = Ty::Param(name, run);
            tys.push(ty);
            if let Some((_, default)) = &param.default {
                self.ty(default);
            }
        }
        self.const_params(generics);
        self.other_where(generics);
        self.list(&tys)
    }

    fn bound_tys<'a>(&mut self, bounds: impl IntoIterator<Item = &'a syn::TypeParamBound>) -> Vec<TyId> {
        let run = self.bound_list(bounds);
        self.out.lists[run.range()].to_vec()
    }

    fn const_params(&mut self, generics: &syn::Generics) {
        for param in generics.const_params() {
            let name = self.ident(&param.ident);
            let ty = self.ty(&param.ty);
            self.locals.push(Local { name, ty });
        }
    }

    fn where_bounds(&mut self, generics: &syn::Generics, ident: &syn::Ident) -> Vec<TyId> {
        let mut tys = Vec::new();
        for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
            if let syn::WherePredicate::Type(predicate) = predicate
                && matches!(&predicate.bounded_ty, syn::Type::Path(path) if path.path.is_ident(ident))
            {
                tys.extend(self.bound_tys(&predicate.bounds));
            }
        }
        tys
    }

    /// Predicates on something else than a parameter of this item.
    fn other_where(&mut self, generics: &syn::Generics) {
        for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
            let syn::WherePredicate::Type(predicate) = predicate else { continue };
            let own = |path: &syn::TypePath| generics.type_params().any(|param| path.path.is_ident(&param.ident));
            if !matches!(&predicate.bounded_ty, syn::Type::Path(path) if own(path)) {
                self.ty(&predicate.bounded_ty);
                self.bound_list(&predicate.bounds);
            }
        }
    }

    /// A path anywhere; its generic arguments are lowered too, and a fact is left.
    pub(super) fn path(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path, place: Place) -> PathId {
        let id = self.silent_path(qself, path);
        let at = self.out.paths[id as usize].pos;
        self.fact_at(at, FactKind::Path(id, place));
        id
    }

    /// The same without the fact.
    pub(super) fn silent_path(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path) -> PathId {
        let args = self.path_args(path);
        let at = match qself {
            Some(qself) => pos(qself.lt_token.span),
            None => pos(first_span(path)),
        };
        let (root, skip) = self.root(qself, path);
        let names: Vec<_> = path.segments.iter().skip(skip).map(|segment| self.ident(&segment.ident)).collect();
        self.add_path(root, &names, args, at)
    }

    /// Takes a path down.
    pub(super) fn add_path(&mut self, root: Root, names: &[super::Name], args: Run, pos: Pos) -> PathId {
        let segments = Run { start: self.out.segments.len() as u32, len: names.len() as u32 };
        self.out.segments.extend_from_slice(names);
        self.out.paths.push(Path { scope: self.scope, root, segments, args, pos });
        (self.out.paths.len() - 1) as PathId
    }

    /// What the path starts from, and how many segments that takes.
    fn root(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path) -> (Root, usize) {
        if let Some(qself) = qself {
            let ty = self.ty(&qself.ty);
            if qself.position == 0 {
                return (Root::Type(ty), 0);
            }
            let mut of = path.clone();
            of.segments = path.segments.iter().take(qself.position).cloned().collect();
            let of = self.path(None, &of, Place::Bound);
            return (Root::TypeAs(ty, of), qself.position);
        }
        if path.leading_colon.is_some() {
            return (Root::Absolute, 0);
        }
        let Some(first) = path.segments.first() else { return (Root::Plain, 0) };
        let name = self.ident(&first.ident);
        if self.text(name) == "Self" {
            return self.self_ty.map_or((Root::Plain, 0), |ty| (Root::Type(ty), 1));
        }
        match self.generics.iter().rev().find(|generic| generic.name == name) {
            Some(generic) => (Root::Type(generic.ty), 1),
            None => (Root::Plain, 0),
        }
    }

    /// The arguments of the last segment that has any; all are lowered.
    fn path_args(&mut self, path: &syn::Path) -> Run {
        let mut run = Run::default();
        for segment in &path.segments {
            match &segment.arguments {
                syn::PathArguments::None => {}
                syn::PathArguments::AngleBracketed(args) => run = self.angle_args(args),
                syn::PathArguments::Parenthesized(args) => {
                    let mut tys: Vec<TyId> = args.inputs.iter().map(|input| self.ty(&input.ty)).collect();
                    tys.push(self.output(&args.output));
                    run = self.list(&tys);
                }
            }
        }
        run
    }

    /// `<..>`: types only are kept; constants, bindings and constraints leave their facts.
    pub(super) fn angle_args(&mut self, args: &syn::AngleBracketedGenericArguments) -> Run {
        let mut tys = Vec::new();
        for arg in &args.args {
            match arg {
                syn::GenericArgument::Type(ty) => tys.push(self.ty(ty)),
                syn::GenericArgument::Const(expr) => {
                    self.expr(expr);
                }
                syn::GenericArgument::AssocType(assoc) => {
                    tys.push(self.ty(&assoc.ty));
                }
                syn::GenericArgument::AssocConst(assoc) => {
                    self.expr(&assoc.value);
                }
                syn::GenericArgument::Constraint(constraint) => {
                    self.bound_list(&constraint.bounds);
                }
                _ => {}
            }
        }
        self.list(&tys)
    }
}

/// Where a path starts.
pub(super) fn first_span(path: &syn::Path) -> proc_macro2::Span {
    let first = || path.segments.first().map_or_else(proc_macro2::Span::call_site, |segment| segment.ident.span());
    path.leading_colon.as_ref().map_or_else(first, |colon| colon.spans[0])
}
