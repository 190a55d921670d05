//! Rules about Rust: sizes, first lines, leftovers, reasons, and what a pure machine must not name.

use syn::{spanned::Spanned as _, visit::Visit};

use super::{File, demand, files};

const FILE_LINES_MAX: usize = 600;
const FN_LINES_MAX: usize = 70;

fn rust() -> Vec<File> {
    let snippet = |file: &File| file.path.starts_with("lint/tests/corpus/");
    files().into_iter().filter(|file| file.path.ends_with(".rs") && !snippet(file)).collect()
}

/// Functions with their lines, and whether they are tests.
#[derive(Default)]
struct Functions {
    found: Vec<(String, usize, usize)>,
    in_test: usize,
    plain: Vec<usize>,
}

fn is_test(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let path = attr.path();
        path.is_ident("test")
            || (path.is_ident("cfg")
                && attr.meta.require_list().is_ok_and(|list| list.tokens.to_string().contains("test")))
    })
}

impl Functions {
    fn note(&mut self, name: &syn::Ident, span: proc_macro2::Span, attrs: &[syn::Attribute]) {
        let lines = span.end().line - span.start().line + 1;
        self.found.push((name.to_string(), span.start().line, lines));
        if self.in_test == 0 && !is_test(attrs) {
            self.plain.push(lines);
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.note(&item.sig.ident, item.sig.span().join(item.block.span()).unwrap_or_else(|| item.span()), &item.attrs);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note(&item.sig.ident, item.sig.span().join(item.block.span()).unwrap_or_else(|| item.span()), &item.attrs);
        syn::visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let test = usize::from(is_test(&item.attrs));
        self.in_test += test;
        syn::visit::visit_item_mod(self, item);
        self.in_test -= test;
    }
}

fn functions(file: &File) -> Functions {
    let parsed = syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    let mut functions = Functions { in_test: usize::from(is_test_file(&file.path)), ..Functions::default() };
    functions.visit_file(&parsed);
    functions
}

fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/") || path.contains("/examples/")
}

fn sizes(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    if lines > FILE_LINES_MAX {
        findings.push(format!("{}: {lines} lines; split it by concern, at most {FILE_LINES_MAX}", file.path));
    }
    if !file.text.starts_with("//!") {
        findings.push(format!("{}:1: say why the file exists, in a `//!` line", file.path));
    }
    for (name, line, lines) in functions(file).found.into_iter().filter(|(.., lines)| *lines > FN_LINES_MAX) {
        findings.push(format!("{}:{line}: fn {name} has {lines} lines; at most {FN_LINES_MAX}", file.path));
    }
    findings
}

/// What must not be left behind, put together so that this file does not trip over itself.
fn leftovers(file: &File) -> Vec<String> {
    let words = [
        ["to", "do!("],
        ["unimple", "mented!("],
        ["db", "g!("],
        ["FIX", "ME"],
        ["XX", "X"],
        ["TO", "DO"],
        ["TEMPO", "RARY"],
    ]
    .map(|word| word.concat());
    let lines = file.text.lines().enumerate();
    let left = lines.filter(|(_, line)| words.iter().any(|word| line.contains(word.as_str())));
    left.map(|(at, line)| format!("{}:{}: finish it: {}", file.path, at + 1, line.trim())).collect()
}

fn reasons(file: &File) -> Vec<String> {
    let exception = |line: &str| {
        ["#[allow(", "#![allow(", "#[expect(", "#![expect("].iter().any(|start| line.trim_start().starts_with(start))
    };
    let lines: Vec<&str> = file.text.lines().collect();
    let bare = (0..lines.len())
        .filter(|at| exception(lines[*at]) && !lines[*at..lines.len().min(at + 4)].concat().contains("reason = "));
    bare.map(|at| format!("{}:{}: give the exception a reason = \"...\"", file.path, at + 1)).collect()
}

/// What a pure machine must not name, outside its tests.
fn purity(file: &File) -> Vec<String> {
    let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let banned = ["f32", "f64", "HashMap", "HashSet", "std", "unsafe", "SystemTime", "Instant"];
    let words =
        |line: &str| line.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_string).collect::<Vec<_>>();
    let findings = lines.flat_map(|(at, line)| {
        let found = words(line).into_iter().filter(|word| banned.contains(&word.as_str()));
        found.map(|word| format!("{}:{}: `{word}` has no place in the machine", file.path, at + 1)).collect::<Vec<_>>()
    });
    findings.filter(|finding| !finding.contains("lib.rs") || !finding.contains("`unsafe`")).collect()
}

#[test]
fn files_and_functions_are_small_and_say_why_they_exist() {
    demand(rust().iter().flat_map(sizes).collect());
    let bad = File { path: "bad.rs".to_string(), text: format!("fn long() {{\n{}}}\n", "    work();\n".repeat(70)) };
    assert_eq!(sizes(&bad).len(), 2, "the missing first line, and the long function");
}

#[test]
fn nine_in_ten_functions_are_short() {
    let mut lines: Vec<usize> = rust().iter().flat_map(|file| functions(file).plain).collect();
    lines.sort_unstable();
    let (median, ninth) = (lines[lines.len() / 2], lines[lines.len() * 9 / 10]);
    println!("{} functions, median {median} lines, 9 in 10 at most {ninth}", lines.len());
    assert!(median <= 8 && ninth <= 25, "median {median} (at most 8), 9 in 10 {ninth} (at most 25)");
}

#[test]
fn nothing_is_left_behind_and_every_exception_has_a_reason() {
    demand(rust().iter().flat_map(|file| [leftovers(file), reasons(file)].concat()).collect());
    let bad = |text: &str| File { path: "bad.rs".to_string(), text: text.to_string() };
    assert_eq!(leftovers(&bad(&["db", "g!(x)"].concat())).len(), 1);
    assert_eq!(reasons(&bad("#[allow(dead_code)]\nfn f() {}\n")).len(), 1);
}

#[test]
fn the_machine_is_pure() {
    let machine = rust().into_iter().filter(|file| file.path.starts_with("machine/src/") && !is_test_file(&file.path));
    demand(machine.collect::<Vec<_>>().iter().flat_map(purity).collect());
    let bad =
        File { path: "machine/src/bad.rs".to_string(), text: "use std::time::Instant;\nlet x: f64;\n".to_string() };
    assert_eq!(purity(&bad).len(), 3);
}
