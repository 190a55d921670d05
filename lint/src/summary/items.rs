//! Items: what they declare, in which scope, and whose text follows.

use proc_macro2::Span;
use syn::spanned::Spanned as _;

use super::attrs::{files, is_exempt};
use super::{
    FactKind, Field, Import, Item, ItemId, ItemKind, Local, Lower, NONE, Name, Place, Root, Run, Shape, Ty, TyId,
    UNKNOWN, flag, pos,
};

impl Lower {
    /// The whole file.
    pub(super) fn file(&mut self, file: &syn::File) {
        if is_exempt(&file.attrs) {
            return;
        }
        self.out.no_std = file.attrs.iter().any(|attr| attr.path().is_ident("no_std"));
        self.attrs(&file.attrs, false);
        self.items(&file.items);
    }

    /// Items of a module, or of a macro's argument.
    pub(super) fn items(&mut self, items: &[syn::Item]) {
        items.iter().for_each(|item| self.item(item));
    }

    /// Any item. Locals and parameters around it are out of its sight.
    pub(super) fn item(&mut self, item: &syn::Item) {
        if is_exempt(item_attrs(item)) {
            return;
        }
        if self.wants_extents {
            self.extent(item.span(), item.span());
        }
        let (locals, generics) = (std::mem::take(&mut self.locals), std::mem::take(&mut self.generics));
        let frame = self.frame();
        let helpers = std::mem::take(&mut self.helpers);
        self.item_kind(item);
        self.helpers = helpers;
        self.restore(&frame);
        (self.locals, self.generics) = (locals, generics);
    }

    fn item_kind(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Fn(item) => {
                self.function(&item.attrs, &item.vis, &item.sig, Some(&item.block));
            }
            syn::Item::Mod(item) => self.module(item),
            syn::Item::Use(item) => {
                self.attrs(&item.attrs, false);
                let absolute = item.leading_colon.is_some();
                self.use_tree(&item.tree, &mut Vec::new(), absolute, is_public(&item.vis));
            }
            syn::Item::ExternCrate(item) => self.extern_crate(item),
            syn::Item::Struct(item) => {
                self.structure(&item.attrs, &item.vis, &item.ident, &item.generics, &item.fields)
            }
            syn::Item::Union(item) => {
                let fields = syn::Fields::Named(item.fields.clone());
                self.structure(&item.attrs, &item.vis, &item.ident, &item.generics, &fields);
            }
            syn::Item::Enum(item) => self.enumeration(item),
            syn::Item::Trait(item) => self.trait_item(item),
            syn::Item::TraitAlias(item) => {
                let id = self.declare(ItemKind::Trait, &item.ident, &item.vis, &item.attrs);
                let params = self.bound_list(&item.bounds);
                self.item_mut(id).params = params;
            }
            syn::Item::Impl(item) => self.implementation(item),
            syn::Item::Type(item) => {
                let id = self.declare(ItemKind::Alias, &item.ident, &item.vis, &item.attrs);
                let generics = self.generics(&item.generics);
                let ty = self.ty(&item.ty);
                let alias = self.item_mut(id);
                (alias.ty, alias.generics) = (ty, generics);
            }
            syn::Item::Const(item) => self.constant(&item.attrs, &item.vis, &item.ident, &item.ty, Some(&item.expr)),
            syn::Item::Static(item) => self.static_item(item),
            syn::Item::ForeignMod(item) => self.foreign(item),
            syn::Item::Macro(item) => self.item_macro(item),
            syn::Item::Verbatim(tokens) => self.tokens(tokens.clone()),
            _ => {}
        }
    }

    /// Declares a name and makes the item the owner of what follows.
    pub(super) fn declare(
        &mut self,
        kind: ItemKind,
        ident: &syn::Ident,
        vis: &syn::Visibility,
        attrs: &[syn::Attribute],
    ) -> ItemId {
        let name = self.ident(ident);
        let flags = self.attr_flags(attrs) | if is_public(vis) { flag::PUBLIC } else { 0 };
        let item = Item::new(kind, name, pos(ident.span()));
        let id = self.add_item(Item { scope: self.scope, parent: self.owner, flags, ..item });
        self.own(id);
        let ty = matches!(kind, ItemKind::Struct | ItemKind::Enum | ItemKind::Variant);
        self.attrs(attrs, ty);
        id
    }

    fn function(
        &mut self,
        attrs: &[syn::Attribute],
        vis: &syn::Visibility,
        sig: &syn::Signature,
        body: Option<&syn::Block>,
    ) -> ItemId {
        let frame = self.frame();
        let id = self.declare(ItemKind::Fn, &sig.ident, vis, attrs);
        self.qualifiers(sig);
        let generics = self.generics(&sig.generics);
        let params: Vec<TyId> = sig.inputs.iter().map(|input| self.param(input)).collect();
        let (params, output) = (self.list(&params), self.output(&sig.output));
        let mut flags = 0;
        flags |= if sig.receiver().is_some() { flag::RECEIVER } else { 0 };
        flags |= if sig.asyncness.is_some() { flag::ASYNC } else { 0 };
        flags |= if body.is_some() { flag::BODY } else { 0 };
        let item = self.item_mut(id);
        (item.params, item.ty, item.generics) = (params, output, generics);
        item.flags |= flags;
        if let Some(body) = body {
            self.block(body);
        }
        self.restore(&frame);
        id
    }

    fn qualifiers(&mut self, sig: &syn::Signature) {
        if let Some(asyncness) = &sig.asyncness {
            self.shape(asyncness.span, Shape::AsyncFn);
        }
        if let syn::Safety::Unsafe(unsafety) = &sig.safety {
            self.shape(unsafety.span, Shape::UnsafeFn);
        }
        self.abi(sig.abi.as_ref());
    }

    /// `extern "C" fn`, as a function or as the type of a pointer to one.
    pub(super) fn abi(&mut self, abi: Option<&syn::Abi>) {
        if let Some(abi) = abi.filter(|abi| abi.name.as_ref().is_none_or(|name| name.value() != "Rust")) {
            self.shape(abi.extern_token.span, Shape::ForeignFn);
        }
    }

    fn param(&mut self, input: &syn::FnArg) -> TyId {
        match input {
            syn::FnArg::Receiver(receiver) => {
                let ty = match &receiver.kind {
                    syn::ReceiverKind::Typed(_, ty) => self.ty(ty),
                    _ => self.self_ty.unwrap_or(UNKNOWN),
                };
                let name = self.name("self");
                self.locals.push(Local { name, ty });
                ty
            }
            syn::FnArg::Typed(typed) => {
                if self.exempt(&typed.attrs) {
                    return UNKNOWN;
                }
                let ty = self.ty(&typed.ty);
                self.pat(&typed.pat, ty);
                ty
            }
        }
    }

    fn module(&mut self, item: &syn::ItemMod) {
        let kind = if item.content.is_some() { ItemKind::Mod } else { ItemKind::ModFile };
        let id = self.declare(kind, &item.ident, &item.vis, &item.attrs);
        self.item_mut(id).files = files(&item.attrs);
        if let Some((_, items)) = &item.content {
            let inner = self.open_scope(true, id);
            self.item_mut(id).inner = inner;
            self.scope = inner;
            self.self_ty = None;
            self.items(items);
        }
    }

    fn use_tree(&mut self, tree: &syn::UseTree, names: &mut Vec<Name>, absolute: bool, public: bool) {
        match tree {
            syn::UseTree::Path(path) => {
                let name = self.ident(&path.ident);
                names.push(name);
                self.use_tree(&path.tree, names, absolute, public);
                names.pop();
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, names, absolute, public);
                }
            }
            syn::UseTree::Name(leaf) => {
                let name = self.ident(&leaf.ident);
                self.import(names, name, name, absolute, public, leaf.ident.span());
            }
            syn::UseTree::Rename(leaf) => {
                let (name, rename) = (self.ident(&leaf.ident), self.ident(&leaf.rename));
                let rename = if leaf.rename == "_" { NONE } else { rename };
                self.import(names, name, rename, absolute, public, leaf.ident.span());
            }
            syn::UseTree::Glob(leaf) => {
                let root = if absolute { Root::Absolute } else { Root::Plain };
                let path = self.add_path(root, names, Run::default(), pos(leaf.star_token.span));
                self.add_import(path, NONE, true, public);
            }
        }
    }

    fn import(&mut self, names: &[Name], leaf: Name, rename: Name, absolute: bool, public: bool, at: Span) {
        let mut names = names.to_vec();
        let mut rename = rename;
        if self.text(leaf) == "self" {
            if rename == leaf {
                rename = names.last().copied().unwrap_or(leaf);
            }
        } else {
            names.push(leaf);
        }
        let root = if absolute { Root::Absolute } else { Root::Plain };
        let path = self.add_path(root, &names, Run::default(), pos(at));
        self.add_import(path, rename, false, public);
    }

    fn add_import(&mut self, path: super::PathId, name: Name, glob: bool, public: bool) {
        let (scope, owner) = (self.scope, self.owner);
        self.out.imports.push(Import { scope, path, name, glob, public, external: false, owner });
    }

    fn extern_crate(&mut self, item: &syn::ItemExternCrate) {
        self.attrs(&item.attrs, false);
        let krate = self.ident(&item.ident);
        let name = item.rename.as_ref().map_or(krate, |(_, rename)| self.ident(rename));
        let own = self.text(krate) == "self";
        let root = if own { Root::Plain } else { Root::Absolute };
        let path = self.add_path(root, &[krate], Run::default(), pos(item.ident.span()));
        let (scope, owner) = (self.scope, self.owner);
        let public = is_public(&item.vis);
        self.out.imports.push(Import { scope, path, name, glob: false, public, external: !own, owner });
    }

    fn structure(
        &mut self,
        attrs: &[syn::Attribute],
        vis: &syn::Visibility,
        ident: &syn::Ident,
        generics: &syn::Generics,
        fields: &syn::Fields,
    ) {
        let id = self.declare(ItemKind::Struct, ident, vis, attrs);
        let generics = self.generics(generics);
        self.item_mut(id).generics = generics;
        self.fields(id, fields);
    }

    fn fields(&mut self, id: ItemId, fields: &syn::Fields) {
        let mut found = Vec::new();
        for (at, field) in fields.iter().enumerate() {
            if is_exempt(&field.attrs) {
                continue;
            }
            self.attrs(&field.attrs, true);
            let ty = self.ty(&field.ty);
            let name = match &field.ident {
                Some(ident) => self.ident(ident),
                None => self.name(&at.to_string()),
            };
            let span = field.ident.as_ref().map_or_else(|| field.ty.span(), syn::Ident::span);
            self.fact(span, FactKind::Field(ty));
            found.push(Field { name, ty });
            if let Some((_, default)) = &field.default {
                self.expr(default);
            }
        }
        let run = Run { start: self.out.fields.len() as u32, len: found.len() as u32 };
        self.out.fields.extend(found);
        let named = matches!(fields, syn::Fields::Named(_));
        let item = self.item_mut(id);
        item.fields = run;
        item.flags |= if named { flag::NAMED } else { 0 };
    }

    fn enumeration(&mut self, item: &syn::ItemEnum) {
        let id = self.declare(ItemKind::Enum, &item.ident, &item.vis, &item.attrs);
        let generics = self.generics(&item.generics);
        self.item_mut(id).generics = generics;
        for variant in &item.variants {
            if is_exempt(&variant.attrs) {
                continue;
            }
            let name = self.ident(&variant.ident);
            let entry = Item::new(ItemKind::Variant, name, pos(variant.ident.span()));
            let at = self.add_item(Item { scope: self.scope, parent: id, ..entry });
            self.attrs(&variant.attrs, true);
            self.fields(at, &variant.fields);
            if let Some((_, value)) = &variant.discriminant {
                self.expr(value);
            }
        }
    }

    fn trait_item(&mut self, item: &syn::ItemTrait) {
        let id = self.declare(ItemKind::Trait, &item.ident, &item.vis, &item.attrs);
        if let Some(unsafety) = &item.unsafety {
            self.shape(unsafety.span, Shape::UnsafeTrait);
        }
        let own = self.ty_node(Ty::TraitSelf(id));
        self.self_ty = Some(own);
        let generics = self.generics(&item.generics);
        let params = self.bound_list(&item.supertraits);
        let entry = self.item_mut(id);
        (entry.generics, entry.params) = (generics, params);
        for member in &item.items {
            let frame = self.frame();
            self.trait_member(member);
            self.restore(&frame);
        }
    }

    fn trait_member(&mut self, member: &syn::TraitItem) {
        let inherited = syn::Visibility::Inherited;
        match member {
            syn::TraitItem::Fn(member) if !is_exempt(&member.attrs) => {
                self.function(&member.attrs, &inherited, &member.sig, member.default.as_ref());
            }
            syn::TraitItem::Const(member) if !is_exempt(&member.attrs) => {
                let value = member.default.as_ref().map(|(_, value)| value);
                self.constant(&member.attrs, &inherited, &member.ident, &member.ty, value);
            }
            syn::TraitItem::Type(member) => {
                let id = self.declare(ItemKind::Assoc, &member.ident, &inherited, &member.attrs);
                let params = self.bound_list(&member.bounds);
                let ty = member.default.as_ref().map_or(UNKNOWN, |(_, ty)| self.ty(ty));
                let item = self.item_mut(id);
                (item.ty, item.params) = (ty, params);
            }
            syn::TraitItem::Macro(member) => _ = self.mac(&member.mac),
            _ => {}
        }
    }

    fn implementation(&mut self, item: &syn::ItemImpl) {
        let name = self.name("");
        let entry = Item::new(ItemKind::Impl, name, pos(item.impl_token.span));
        let id = self.add_item(Item { scope: self.scope, parent: self.owner, ..entry });
        self.own(id);
        self.attrs(&item.attrs, false);
        if let Some(unsafety) = &item.unsafety {
            self.shape(unsafety.span, Shape::UnsafeImpl);
        }
        let generics = self.generics(&item.generics);
        let ty = self.ty(&item.self_ty);
        self.self_ty = Some(ty);
        let of_trait = item.trait_.as_ref().map_or(NONE, |(path, _)| self.path(None, path, Place::Bound));
        let entry = self.item_mut(id);
        (entry.ty, entry.of_trait, entry.generics) = (ty, of_trait, generics);
        self.drop_body(item, of_trait);
        for member in &item.items {
            let frame = self.frame();
            self.impl_member(member);
            self.restore(&frame);
        }
    }

    /// An impl, of `Drop` perhaps, whose `drop` does something; what trait it is of is looked up later.
    fn drop_body(&mut self, item: &syn::ItemImpl, of_trait: super::PathId) {
        let busy = |member: &syn::ImplItem| matches!(member, syn::ImplItem::Fn(member) if member.sig.ident == "drop" && !member.block.stmts.iter().all(wipes));
        if of_trait != NONE && item.items.iter().any(busy) {
            self.fact(item.impl_token.span, FactKind::Drop(of_trait));
        }
    }

    fn impl_member(&mut self, member: &syn::ImplItem) {
        match member {
            syn::ImplItem::Fn(member) if !is_exempt(&member.attrs) => {
                if self.wants_extents {
                    self.extent(member.span(), member.block.brace_token.span.close());
                }
                self.function(&member.attrs, &member.vis, &member.sig, Some(&member.block));
            }
            syn::ImplItem::Const(member) if !is_exempt(&member.attrs) => {
                self.constant(&member.attrs, &member.vis, &member.ident, &member.ty, Some(&member.expr));
            }
            syn::ImplItem::Type(member) => {
                let id = self.declare(ItemKind::Assoc, &member.ident, &member.vis, &member.attrs);
                self.generics(&member.generics);
                let ty = self.ty(&member.ty);
                self.item_mut(id).ty = ty;
            }
            syn::ImplItem::Macro(member) => _ = self.mac(&member.mac),
            syn::ImplItem::Verbatim(tokens) => self.tokens(tokens.clone()),
            _ => {}
        }
    }

    fn constant(
        &mut self,
        attrs: &[syn::Attribute],
        vis: &syn::Visibility,
        ident: &syn::Ident,
        ty: &syn::Type,
        value: Option<&syn::Expr>,
    ) {
        let id = self.declare(ItemKind::Const, ident, vis, attrs);
        let ty = self.ty(ty);
        self.item_mut(id).ty = ty;
        if let Some(value) = value {
            self.expr(value);
        }
    }

    fn static_item(&mut self, item: &syn::ItemStatic) {
        let id = self.declare(ItemKind::Static, &item.ident, &item.vis, &item.attrs);
        let ty = self.ty(&item.ty);
        self.item_mut(id).ty = ty;
        match &item.mutability {
            syn::StaticMutability::Mut(mutable) => self.shape(mutable.span, Shape::StaticMut),
            _ => self.fact(item.static_token.span, FactKind::Static(ty)),
        }
        self.expr(&item.expr);
    }

    fn foreign(&mut self, item: &syn::ItemForeignMod) {
        self.shape(item.abi.extern_token.span, Shape::ForeignBlock);
        if let Some(unsafety) = &item.unsafety {
            self.shape(unsafety.span, Shape::UnsafeExtern);
        }
        self.attrs(&item.attrs, false);
        for member in &item.items {
            let frame = self.frame();
            match member {
                syn::ForeignItem::Fn(member) => {
                    self.function(&member.attrs, &member.vis, &member.sig, None);
                }
                syn::ForeignItem::Static(member) => {
                    let id = self.declare(ItemKind::Static, &member.ident, &member.vis, &member.attrs);
                    let ty = self.ty(&member.ty);
                    self.item_mut(id).ty = ty;
                }
                syn::ForeignItem::Type(member) => {
                    self.declare(ItemKind::Struct, &member.ident, &member.vis, &member.attrs);
                }
                _ => {}
            }
            self.restore(&frame);
        }
    }
}

/// Wiping a secret is what a destructor is for, and nobody can tell when it ran.
fn wipes(stmt: &syn::Stmt) -> bool {
    matches!(stmt, syn::Stmt::Expr(syn::Expr::MethodCall(call), _) if call.method == "zeroize")
}

fn is_public(vis: &syn::Visibility) -> bool {
    matches!(vis, syn::Visibility::Public(_))
}

/// An item's attributes.
fn item_attrs(item: &syn::Item) -> &[syn::Attribute] {
    use syn::Item as I;
    match item {
        I::Const(item) => &item.attrs,
        I::Enum(item) => &item.attrs,
        I::ExternCrate(item) => &item.attrs,
        I::Fn(item) => &item.attrs,
        I::ForeignMod(item) => &item.attrs,
        I::Impl(item) => &item.attrs,
        I::Macro(item) => &item.attrs,
        I::Mod(item) => &item.attrs,
        I::Static(item) => &item.attrs,
        I::Struct(item) => &item.attrs,
        I::Trait(item) => &item.attrs,
        I::TraitAlias(item) => &item.attrs,
        I::Type(item) => &item.attrs,
        I::Union(item) => &item.attrs,
        I::Use(item) => &item.attrs,
        _ => &[],
    }
}
