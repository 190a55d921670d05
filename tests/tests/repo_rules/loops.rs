//! The rule about loops: what `apply` may cost is bounded, and each file of the machine that loops says over what and how often at most.

use syn::visit::Visit;

use super::{
    File, demand, files,
    structure::{file, is_test, parse},
};

/// The folder whose files say so; folders in it hold values and tests.
const BOUNDED: &str = "machine/src/trust/";

/// Files of the folder that no event goes through.
const ELSEWHERE: &[(&str, &str)] =
    &[("explain.rs", "a reader folds the ledger there"), ("valid.rs", "a simulation checks the state there")];

/// Methods that go through all that there is, or may have to.
const LOOPING: &[&str] = &[
    "all",
    "any",
    "collect",
    "contains",
    "count",
    "drain",
    "find",
    "find_map",
    "fold",
    "for_each",
    "max_by_key",
    "min_by_key",
    "partition",
    "position",
    "retain",
    "sum",
    "windows",
];

/// How a file's documentation says what it loops over.
const SAYS: &str = "//! Loops: ";

/// How often a file loops, outside its tests.
#[derive(Default)]
struct Loops(usize);

impl<'ast> Visit<'ast> for Loops {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attrs: &[syn::Attribute] = match item {
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Mod(item) => &item.attrs,
            _ => &[],
        };
        if !is_test(attrs) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_expr(&mut self, expr: &'ast syn::Expr) {
        let loops = match expr {
            syn::Expr::ForLoop(_) | syn::Expr::While(_) | syn::Expr::Loop(_) => true,
            syn::Expr::MethodCall(call) => LOOPING.contains(&call.method.to_string().as_str()),
            _ => false,
        };
        self.0 += usize::from(loops);
        syn::visit::visit_expr(self, expr);
    }
}

fn unsaid(file: &File) -> Option<String> {
    let name = file.path.strip_prefix(BOUNDED).filter(|name| name.ends_with(".rs") && !name.contains('/'))?;
    if name == "tests.rs" || ELSEWHERE.iter().any(|(other, _)| *other == name) {
        return None;
    }
    let mut loops = Loops::default();
    loops.visit_file(&parse(file));
    let says = file.text.lines().any(|line| line.starts_with(SAYS));
    match (loops.0, says) {
        (0, true) => Some(format!("{}: it says what it loops over, and does not: take that out", file.path)),
        (1.., false) => {
            Some(format!("{}: it loops, and does not say over what and how often at most: add `{SAYS}...`", file.path))
        }
        _ => None,
    }
}

#[test]
fn every_file_that_an_event_goes_through_says_what_it_loops_over() {
    let all = files();
    assert!(all.iter().any(|file| file.path.starts_with(BOUNDED)), "the folder has another name");
    demand(all.iter().filter_map(unsaid).collect());
    let of = |text: &str| unsaid(&file("machine/src/trust/a.rs", text)).is_some();
    for bad in [
        "fn f() { for a in b() {} }",
        "fn f() { while a() {} }",
        "impl A { fn f(&self) { self.b.iter().for_each(drop); } }",
        "//! Loops: over nothing.\nfn f() {}",
    ] {
        assert!(of(bad), "{bad}");
    }
    for good in [
        "fn f() {}",
        "//! Loops: over b, at most 3.\nfn f() { for a in b() {} }",
        "#[cfg(test)]\nmod tests { fn f() { for a in b() {} } }",
    ] {
        assert!(!of(good), "{good}");
    }
    assert_eq!(unsaid(&file("machine/src/trust/types/a.rs", "fn f() { loop {} }")), None);
}
