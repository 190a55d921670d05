//! An expression tree evaluated with an explicit stack.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    Value(i64),
    Add(Box<Expr>, Box<Expr>),
    Neg(Box<Expr>),
}

enum Work<'a> {
    Visit(&'a Expr),
    Add,
    Neg,
}

impl Expr {
    pub fn eval(&self) -> Option<i64> {
        let mut work = vec![Work::Visit(self)];
        let mut values: Vec<i64> = Vec::new();
        while let Some(w) = work.pop() {
            match w {
                Work::Visit(Expr::Value(v)) => values.push(*v),
                Work::Visit(Expr::Add(a, b)) => {
                    work.extend([Work::Add, Work::Visit(a), Work::Visit(b)]);
                }
                Work::Visit(Expr::Neg(e)) => {
                    work.push(Work::Neg);
                    work.push(Work::Visit(e.as_ref()));
                }
                Work::Add => {
                    let (a, b) = (values.pop()?, values.pop()?);
                    values.push(a.checked_add(b)?);
                }
                Work::Neg => {
                    let v = values.pop()?;
                    values.push(v.checked_neg()?);
                }
            }
        }
        values.pop()
    }
}
