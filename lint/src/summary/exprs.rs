//! Expressions and statements: each gives the type that its text shows, and leaves facts on the way.

use syn::spanned::Spanned as _;

use super::{FactKind, Lower, Name, Operator, Place, Root, Run, Shape, Ty, TyId, UNKNOWN, pos};

impl Lower {
    /// A block: a scope of its own if it declares anything.
    pub(super) fn block(&mut self, block: &syn::Block) -> TyId {
        self.extent(block.brace_token.span.open(), block.brace_token.span.close());
        self.stmts(&block.stmts)
    }

    /// Statements, in a scope of their own.
    pub(super) fn stmts(&mut self, stmts: &[syn::Stmt]) -> TyId {
        let frame = self.frame();
        if stmts.iter().any(|stmt| matches!(stmt, syn::Stmt::Item(_))) {
            let owner = self.owner;
            self.scope = self.open_scope(false, owner);
        }
        let mut last = UNKNOWN;
        for stmt in stmts {
            last = self.stmt(stmt);
        }
        self.restore(&frame);
        last
    }

    fn stmt(&mut self, stmt: &syn::Stmt) -> TyId {
        match stmt {
            syn::Stmt::Local(local) => self.local(local),
            syn::Stmt::Item(item) => self.item(item),
            syn::Stmt::Expr(expr, semi) => {
                if self.exempt(expr_attrs(expr)) {
                    return UNKNOWN;
                }
                if self.wants_extents {
                    self.extent(expr.span(), semi.as_ref().map_or_else(|| expr.span(), |semi| semi.span));
                }
                let ty = self.expr(expr);
                return if semi.is_some() { UNKNOWN } else { ty };
            }
            syn::Stmt::Macro(mac) => {
                if self.exempt(&mac.attrs) {
                    return UNKNOWN;
                }
                if self.wants_extents {
                    self.extent(mac.span(), mac.mac.delimiter.span().close());
                }
                return self.mac(&mac.mac);
            }
        }
        UNKNOWN
    }

    fn local(&mut self, local: &syn::Local) {
        if self.exempt(&local.attrs) {
            return;
        }
        self.extent(local.let_token.span, local.semi_token.span);
        let mut ty = UNKNOWN;
        let facts = self.out.facts.len();
        if let Some(init) = &local.init {
            ty = self.expr(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.expr(diverge);
            }
        }
        match (&local.pat, &local.init) {
            (syn::Pat::Type(typed), Some(init)) => {
                let written = self.ty(&typed.ty);
                self.drawn_into(facts, &init.expr, written);
                self.pat(&typed.pat, written);
            }
            (pat, _) => self.pat(pat, ty),
        }
    }

    /// `let x: usize = rng.random();`, one of the facts from here on.
    fn drawn_into(&mut self, facts: usize, init: &syn::Expr, written: TyId) {
        let syn::Expr::MethodCall(call) = init else { return };
        let at = pos(call.method.span());
        let of_call = |fact: &super::Fact| fact.pos == at && matches!(fact.kind, FactKind::Method(..));
        if let Some(found) = self.out.facts[facts..].iter().position(of_call) {
            self.draws(facts + found, Ty::Ref(written));
        }
    }

    /// Any expression.
    pub(super) fn expr(&mut self, expr: &syn::Expr) -> TyId {
        use syn::Expr as E;
        match expr {
            E::Lit(lit) => self.expr_lit(lit),
            E::Path(path) => self.expr_path(path, Place::Value),
            E::Call(call) => self.call(call),
            E::MethodCall(call) => self.method_call(call),
            E::Field(field) => self.field(field),
            E::Macro(mac) => self.mac(&mac.mac),
            E::Binary(binary) => self.binary(binary),
            E::Unary(unary) => self.unary(unary),
            E::Cast(cast) => self.cast(cast),
            E::Closure(closure) => self.closure(closure, UNKNOWN),
            E::Index(index) => self.index(index),
            E::Struct(value) => self.struct_literal(value),
            E::Reference(reference) => {
                let ty = self.expr(&reference.expr);
                self.ty_node(Ty::Ref(ty))
            }
            E::Try(tried) => {
                let ty = self.expr(&tried.expr);
                self.ty_node(Ty::Try(ty))
            }
            E::Paren(paren) => self.expr(&paren.expr),
            E::Group(group) => self.expr(&group.expr),
            E::Tuple(tuple) => {
                let tys: Vec<TyId> = tuple.elems.iter().map(|elem| self.expr(elem)).collect();
                let run = self.list(&tys);
                self.ty_node(Ty::Tuple(run))
            }
            E::Array(array) => {
                let tys: Vec<TyId> = array.elems.iter().map(|elem| self.expr(elem)).collect();
                self.ty_node(Ty::Slice(tys.first().copied().unwrap_or(UNKNOWN)))
            }
            E::Repeat(repeat) => {
                let ty = self.expr(&repeat.expr);
                self.expr(&repeat.len);
                self.ty_node(Ty::Slice(ty))
            }
            _ => self.control(expr),
        }
    }

    /// Blocks, branches and loops.
    fn control(&mut self, expr: &syn::Expr) -> TyId {
        use syn::Expr as E;
        match expr {
            E::Block(block) => self.block(&block.block),
            E::Const(block) => self.block(&block.block),
            E::TryBlock(block) => self.block(&block.block),
            E::Unsafe(block) => {
                self.shape(block.unsafe_token.span, Shape::UnsafeBlock);
                self.block(&block.block)
            }
            E::If(branch) => self.branch(branch),
            E::Match(matched) => self.matched(matched),
            E::ForLoop(each) => self.for_loop(each),
            E::While(each) => {
                let frame = self.frame();
                self.expr(&each.cond);
                self.block(&each.body);
                self.restore(&frame);
                UNKNOWN
            }
            E::Loop(each) => {
                self.block(&each.body);
                UNKNOWN
            }
            E::Let(bound) => {
                let ty = self.expr(&bound.expr);
                self.pat(&bound.pat, ty);
                self.ty_node(Ty::Bool)
            }
            _ => self.rare(expr),
        }
    }

    /// Jumps, assignments, async, and what has no type worth keeping.
    fn rare(&mut self, expr: &syn::Expr) -> TyId {
        use syn::Expr as E;
        match expr {
            E::Assign(assign) => {
                self.expr(&assign.left);
                self.expr(&assign.right);
            }
            E::Async(block) => {
                self.shape(block.async_token.span, Shape::AsyncBlock);
                self.block(&block.block);
            }
            E::Await(awaited) => {
                self.expr(&awaited.base);
                self.shape(awaited.await_token.span, Shape::Await);
            }
            E::Break(jump) => jump.expr.iter().for_each(|expr| _ = self.expr(expr)),
            E::Return(jump) => jump.expr.iter().for_each(|expr| _ = self.expr(expr)),
            E::Yield(jump) => jump.expr.iter().for_each(|expr| _ = self.expr(expr)),
            E::Range(range) => {
                let start = range.start.as_ref().map(|start| self.expr(start));
                let end = range.end.as_ref().map(|end| self.expr(end));
                // `0..n` is of n's type.
                let literal = matches!(range.start.as_deref(), Some(syn::Expr::Lit(_)));
                let of = if literal { end.or(start) } else { start.or(end) };
                return self.ty_node(Ty::Slice(of.unwrap_or(UNKNOWN)));
            }
            E::RawAddr(raw) => {
                self.shape(raw.raw.span, Shape::RawBorrow);
                let ty = self.expr(&raw.expr);
                return self.ty_node(Ty::Pointer(ty));
            }
            E::Verbatim(tokens) => self.tokens(tokens.clone()),
            _ => {}
        }
        UNKNOWN
    }

    /// A literal.
    pub(super) fn expr_lit(&mut self, lit: &syn::ExprLit) -> TyId {
        self.lit(&lit.lit)
    }

    pub(super) fn lit(&mut self, lit: &syn::Lit) -> TyId {
        let ty = match lit {
            syn::Lit::Float(_) => {
                self.shape(lit.span(), Shape::FloatLiteral);
                Ty::Float
            }
            syn::Lit::Int(int) if int.suffix().starts_with('f') => {
                self.shape(lit.span(), Shape::FloatLiteral);
                Ty::Float
            }
            syn::Lit::Int(_) | syn::Lit::Byte(_) => Ty::Int,
            syn::Lit::Str(_) => Ty::Str,
            syn::Lit::Bool(_) => Ty::Bool,
            syn::Lit::Char(_) => Ty::Char,
            _ => Ty::Unknown,
        };
        self.ty_node(ty)
    }

    /// A local, or a path to look up.
    fn expr_path(&mut self, expr: &syn::ExprPath, place: Place) -> TyId {
        if expr.qself.is_none()
            && let Some(ident) = expr.path.get_ident()
        {
            let name = self.ident(ident);
            if let Some(ty) = self.local_ty(name) {
                return ty;
            }
        }
        let id = self.path(expr.qself.as_ref(), &expr.path, place);
        self.ty_node(Ty::Value(id))
    }

    /// The type of a name that is bound here.
    pub(super) fn local_ty(&self, name: Name) -> Option<TyId> {
        self.locals.iter().rev().find(|local| local.name == name).map(|local| local.ty)
    }

    fn call(&mut self, call: &syn::ExprCall) -> TyId {
        let callee = match &*call.func {
            syn::Expr::Path(path) => self.expr_path(path, Place::Call),
            other => self.expr(other),
        };
        let made = if callee == UNKNOWN { UNKNOWN } else { self.ty_node(Ty::Call(callee)) };
        if let syn::Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last().filter(|last| last.ident == "with_capacity")
        {
            let name = self.ident(&last.ident);
            self.capacity(&call.args, call.paren_token.span.open(), (made, name));
        }
        call.args.iter().for_each(|arg| _ = self.expr(arg));
        made
    }

    /// A capacity that is neither a literal, a constant, nor the length of something that is already there.
    fn capacity<'a>(
        &mut self,
        args: impl IntoIterator<Item = &'a syn::Expr>,
        span: proc_macro2::Span,
        (of, name): (TyId, Name),
    ) {
        if args.into_iter().any(|arg| !is_bounded(arg)) {
            self.fact(span, FactKind::Capacity(of, name));
        }
    }

    fn method_call(&mut self, call: &syn::ExprMethodCall) -> TyId {
        let receiver = self.expr(&call.receiver);
        let name = self.ident(&call.method);
        let turbofish = match &call.turbofish {
            Some(args) => {
                let run = self.angle_args(args);
                self.out.lists[run.range()].first().copied().unwrap_or(UNKNOWN)
            }
            None => UNKNOWN,
        };
        let args = u8::try_from(call.args.len()).unwrap_or(u8::MAX);
        let fact = self.out.facts.len();
        self.fact(call.method.span(), FactKind::Method(receiver, name, args, turbofish));
        if matches!(self.text(name), "reserve" | "reserve_exact" | "resize") {
            self.capacity(call.args.first(), call.method.span(), (receiver, name));
        }
        for arg in &call.args {
            match arg {
                syn::Expr::Closure(closure) => _ = self.closure(closure, receiver),
                syn::Expr::Range(_) => {
                    let range = self.expr(arg);
                    self.draws(fact, Ty::Element(range));
                }
                arg => _ = self.expr(arg),
            }
        }
        self.ty_node(Ty::Method(receiver, name))
    }

    /// A method that draws from a generator, without a turbofish: what its range is over, or what the `let` says.
    fn draws(&mut self, fact: usize, ty: Ty) {
        let FactKind::Method(receiver, name, args, UNKNOWN) = self.out.facts[fact].kind else { return };
        if matches!(self.text(name), "gen" | "random" | "gen_range" | "random_range" | "sample") {
            let ty = self.ty_node(ty);
            self.out.facts[fact].kind = FactKind::Method(receiver, name, args, ty);
        }
    }

    fn field(&mut self, field: &syn::ExprField) -> TyId {
        let base = self.expr(&field.base);
        let name = self.member(&field.member);
        if base == UNKNOWN { UNKNOWN } else { self.ty_node(Ty::Field(base, name)) }
    }

    fn binary(&mut self, binary: &syn::ExprBinary) -> TyId {
        use syn::BinOp as B;
        let left = self.expr(&binary.left);
        let right = self.expr(&binary.right);
        let Some((operator, span)) = operator(&binary.op) else {
            return match binary.op {
                B::BitXor(_) | B::BitAnd(_) | B::BitOr(_) => left,
                _ => self.ty_node(Ty::Bool),
            };
        };
        let literal = matches!((&*binary.left, &*binary.right), (syn::Expr::Lit(_), syn::Expr::Lit(_)));
        let harmless =
            operator != Operator::Arithmetic && matches!(&*binary.right, syn::Expr::Lit(lit) if !is_zero(lit));
        if !literal && !harmless {
            self.fact(span, FactKind::Binary(operator, left, right));
        }
        if left == UNKNOWN { right } else { left }
    }

    fn unary(&mut self, unary: &syn::ExprUnary) -> TyId {
        let ty = self.expr(&unary.expr);
        match &unary.op {
            syn::UnOp::Deref(_) => self.ty_node(Ty::Deref(ty)),
            syn::UnOp::Neg(minus) if !matches!(&*unary.expr, syn::Expr::Lit(_)) => {
                self.fact(minus.span, FactKind::Negate(ty));
                ty
            }
            _ => ty,
        }
    }

    fn cast(&mut self, cast: &syn::ExprCast) -> TyId {
        let from = self.expr(&cast.expr);
        let to = self.ty(&cast.ty);
        self.fact(cast.as_token.span, FactKind::Cast(from, to));
        to
    }

    /// A closure; parameters without a type get what the receiver of the method it is passed to hands out.
    fn closure(&mut self, closure: &syn::ExprClosure, receiver: TyId) -> TyId {
        let frame = self.frame();
        if let Some(asyncness) = &closure.asyncness {
            self.shape(asyncness.span, Shape::AsyncClosure);
        }
        let element = if receiver == UNKNOWN { UNKNOWN } else { self.ty_node(Ty::Element(receiver)) };
        let alone = closure.inputs.len() == 1;
        for input in &closure.inputs {
            self.pat(input, if alone { element } else { UNKNOWN });
        }
        let written = match &closure.output {
            syn::ReturnType::Default => UNKNOWN,
            output => self.output(output),
        };
        let body = self.expr(&closure.body);
        self.restore(&frame);
        self.ty_node(Ty::Fn(if written == UNKNOWN { body } else { written }))
    }

    fn index(&mut self, index: &syn::ExprIndex) -> TyId {
        let base = self.expr(&index.expr);
        self.expr(&index.index);
        let range = matches!(&*index.index, syn::Expr::Range(_));
        self.fact(index.bracket_token.span.open(), FactKind::Index(base, range));
        if range { base } else { self.ty_node(Ty::Index(base)) }
    }

    fn struct_literal(&mut self, value: &syn::ExprStruct) -> TyId {
        let id = self.path(value.qself.as_ref(), &value.path, Place::Constructor);
        for field in &value.fields {
            if !self.exempt(&field.attrs) {
                self.expr(&field.expr);
            }
        }
        if let Some(rest) = &value.rest {
            self.expr(rest);
        }
        self.ty_node(Ty::Path(id))
    }

    fn branch(&mut self, branch: &syn::ExprIf) -> TyId {
        let frame = self.frame();
        self.debug_branch(branch);
        self.expr(&branch.cond);
        let then = self.block(&branch.then_branch);
        self.restore(&frame);
        let other = branch.else_branch.as_ref().map_or(UNKNOWN, |(_, other)| self.expr(other));
        if then == UNKNOWN { other } else { then }
    }

    /// `if cfg!(debug_assertions) { .. }`.
    fn debug_branch(&mut self, branch: &syn::ExprIf) {
        if let syn::Expr::Macro(mac) = &*branch.cond
            && mac.mac.path.is_ident("cfg")
            && mac.mac.tokens.to_string() == "debug_assertions"
        {
            self.shape(branch.if_token.span, Shape::DebugEffect);
        }
    }

    fn matched(&mut self, matched: &syn::ExprMatch) -> TyId {
        let of = self.expr(&matched.expr);
        let mut ty = UNKNOWN;
        for arm in &matched.arms {
            if self.exempt(&arm.attrs) {
                continue;
            }
            let frame = self.frame();
            self.pat(&arm.pat, of);
            let body = self.expr(&arm.body);
            if ty == UNKNOWN {
                ty = body;
            }
            self.restore(&frame);
        }
        ty
    }

    fn for_loop(&mut self, each: &syn::ExprForLoop) -> TyId {
        let frame = self.frame();
        let of = self.expr(&each.expr);
        self.fact(each.for_token.span, FactKind::For(of));
        let element = self.ty_node(Ty::Element(of));
        self.pat(&each.pat, element);
        self.block(&each.body);
        self.restore(&frame);
        UNKNOWN
    }

    /// A name without a path around it, as macros and format strings have them.
    pub(super) fn lone_name(&mut self, name: Name, span: proc_macro2::Span) -> TyId {
        if let Some(ty) = self.local_ty(name) {
            return ty;
        }
        let at = pos(span);
        let id = self.add_path(Root::Plain, &[name], Run::default(), at);
        self.fact_at(at, FactKind::Path(id, Place::Token));
        self.ty_node(Ty::Value(id))
    }
}

fn is_zero(lit: &syn::ExprLit) -> bool {
    matches!(&lit.lit, syn::Lit::Int(int) if int.base10_digits().trim_start_matches('0').is_empty())
}

/// Whether a capacity is known before anything untrusted is looked at.
fn is_bounded(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Lit(_) => true,
        syn::Expr::Path(path) => {
            path.path.segments.last().is_some_and(|last| last.ident.to_string().chars().all(|c| !c.is_lowercase()))
        }
        syn::Expr::MethodCall(call) => {
            let counts = ["len", "min", "clamp", "count", "sum", "capacity"].iter().any(|name| call.method == name);
            counts || (is_bounded(&call.receiver) && call.args.iter().all(is_bounded))
        }
        syn::Expr::Call(call) => !call.args.is_empty() && call.args.iter().all(is_bounded),
        syn::Expr::Binary(binary) => is_bounded(&binary.left) && is_bounded(&binary.right),
        syn::Expr::Paren(paren) => is_bounded(&paren.expr),
        syn::Expr::Group(group) => is_bounded(&group.expr),
        syn::Expr::Cast(cast) => is_bounded(&cast.expr),
        _ => false,
    }
}

/// The attributes of what is likely to carry any.
fn expr_attrs(expr: &syn::Expr) -> &[syn::Attribute] {
    use syn::Expr as E;
    match expr {
        E::Assign(expr) => &expr.attrs,
        E::Block(expr) => &expr.attrs,
        E::Binary(expr) => &expr.attrs,
        E::Call(expr) => &expr.attrs,
        E::ForLoop(expr) => &expr.attrs,
        E::If(expr) => &expr.attrs,
        E::Loop(expr) => &expr.attrs,
        E::Macro(expr) => &expr.attrs,
        E::Match(expr) => &expr.attrs,
        E::MethodCall(expr) => &expr.attrs,
        E::Return(expr) => &expr.attrs,
        E::Unsafe(expr) => &expr.attrs,
        E::While(expr) => &expr.attrs,
        _ => &[],
    }
}

/// What kind of operator it is, and where it stands; `None` for what can neither overflow nor panic.
fn operator(op: &syn::BinOp) -> Option<(Operator, proc_macro2::Span)> {
    use syn::BinOp as B;
    Some(match op {
        B::Add(token) => (Operator::Arithmetic, token.span),
        B::Sub(token) => (Operator::Arithmetic, token.span),
        B::Mul(token) => (Operator::Arithmetic, token.span),
        B::AddAssign(token) => (Operator::Arithmetic, token.spans[0]),
        B::SubAssign(token) => (Operator::Arithmetic, token.spans[0]),
        B::MulAssign(token) => (Operator::Arithmetic, token.spans[0]),
        B::Div(token) => (Operator::Division, token.span),
        B::Rem(token) => (Operator::Division, token.span),
        B::DivAssign(token) => (Operator::Division, token.spans[0]),
        B::RemAssign(token) => (Operator::Division, token.spans[0]),
        B::Shl(token) => (Operator::Shift, token.spans[0]),
        B::Shr(token) => (Operator::Shift, token.spans[0]),
        B::ShlAssign(token) => (Operator::Shift, token.spans[0]),
        B::ShrAssign(token) => (Operator::Shift, token.spans[0]),
        _ => return None,
    })
}
