//! Rules about assertions: where a wrong state would cost most, code says often enough what must hold, and stops if it does not.

use syn::visit::Visit;

use super::{
    File, demand, files,
    structure::{file, is_test, parse},
};

/// Folders that assert at least [`LEAST`] times a function.
const ASSERTING: &[&str] = &["machine/src/kernel/node/", "machine/src/kernel/table/", "machine/src/trust/"];

/// Assertions a function, in tenths.
const LEAST: usize = 3;

/// What stops in every build if something impossible is true. Not `debug_assert`: a shipped build goes on over it.
const ASSERTIONS: &[&str] = &["assert", "assert_eq", "assert_ne", "bug", "unreachable"];

/// The functions with a body and the assertions of some files, outside their tests. What stands in a macro's body is neither.
#[derive(Debug, Default, PartialEq, Eq)]
struct Density {
    functions: usize,
    assertions: usize,
}

impl Density {
    fn of<'a>(files: impl Iterator<Item = &'a File>) -> Self {
        let mut density = Self::default();
        files.for_each(|file| density.visit_file(&parse(file)));
        density
    }

    fn is_enough(&self) -> bool {
        self.assertions * 10 >= self.functions * LEAST
    }
}

impl<'ast> Visit<'ast> for Density {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attrs = match item {
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Trait(item) => &item.attrs,
            _ => return syn::visit::visit_item(self, item),
        };
        if !is_test(attrs) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.functions += 1;
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            self.functions += 1;
            syn::visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if !is_test(&item.attrs) {
            self.functions += usize::from(item.default.is_some());
            syn::visit::visit_trait_item_fn(self, item);
        }
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        let name = invoked.path.segments.last().map(|last| last.ident.to_string());
        self.assertions += usize::from(name.is_some_and(|name| ASSERTIONS.contains(&name.as_str())));
    }
}

fn density(files: &[File], folder: &str) -> Density {
    let is_tests = |path: &str| path.contains("/tests/") || path.ends_with("/tests.rs");
    Density::of(
        files
            .iter()
            .filter(|file| file.path.starts_with(folder) && file.path.ends_with(".rs") && !is_tests(&file.path)),
    )
}

fn sparse(files: &[File], folder: &str) -> Option<String> {
    let density = density(files, folder);
    let Density { functions, assertions } = density;
    let told = || {
        format!(
            "{folder}: {assertions} assertions in {functions} functions, at least 0.{LEAST} a function are needed: assert what holds \
             before and after, what relates two values, and what is read back as it was written"
        )
    };
    (functions == 0 || !density.is_enough()).then(told)
}

#[test]
fn what_must_not_go_wrong_asserts_often_enough() {
    let all = files();
    ASSERTING.iter().for_each(|folder| println!("{folder}: {:?}", density(&all, folder)));
    demand(ASSERTING.iter().filter_map(|folder| sparse(&all, folder)).collect());
    let ten = "fn f() {}\n".repeat(10);
    let with = |assertions: &str| [file("x/src/a/b.rs", &format!("{ten}const _: () = {{ {assertions} }};"))];
    assert_eq!(sparse(&with("assert!(A); bug!(\"b\"); assert_ne!(C, D);"), "x/src/a/"), None);
    let few = sparse(&with("assert!(A); debug_assert!(B); unreachable!();"), "x/src/a/").expect("a finding");
    assert!(few.starts_with("x/src/a/: 2 assertions in 10 functions"), "{few}");
    assert!(sparse(&with(""), "x/src/c/").is_some(), "a folder without a function says nothing");
}

#[test]
fn what_is_counted_is_code_that_ships() {
    let counted = |text: &str| {
        let found = density(&[file("x/src/a/b.rs", text)], "x/src/a/");
        (found.functions, found.assertions)
    };
    assert_eq!(counted("fn f() { assert!(true); assert_eq!(1, 1); g().unwrap_or_else(|| bug!(\"no g\")) }"), (1, 3));
    assert_eq!(counted("impl A { fn f() { unreachable!() } }\ntrait B { fn g(); fn h() {} }"), (2, 1));
    assert_eq!(counted("fn f() { fn g() { crate::bug!(\"deep\"); } }\nmod c { fn h() {} }"), (3, 1));
    for none in [
        "#[cfg(test)]\nmod tests { fn f() { assert!(true); } }",
        "#[cfg(test)]\nfn f() { assert!(true); }",
        "#[cfg(test)]\nimpl A { fn f() { assert!(true); } }",
        "trait A { #[cfg(test)]\nfn f() { assert!(true); } }",
        "macro_rules! m { () => { fn f() { assert!(true); } }; }",
        "const A: () = debug_assert!(true);",
    ] {
        assert_eq!(counted(none), (0, 0), "{none}");
    }
    let tests = ["x/src/a/tests.rs", "x/src/a/tests/b.rs", "x/src/b.rs", "x/src/a/b.md"];
    let files = tests.map(|path| file(path, "fn f() { assert!(true); }"));
    assert_eq!(density(&files, "x/src/a/"), Density::default());
}
