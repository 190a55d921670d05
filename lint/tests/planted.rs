//! This project's own machine with something planted in it: directly, behind another name, three calls away, in another crate,
//! in a macro. Each is found, on its line, with the way from `apply`; without it the tree is clean.

use std::path::{Path, PathBuf};

use zero_sim::{Options, check_workspace};

/// Something that must not be in a machine.
struct Impure {
    rule: &'static str,
    /// The statement, with full names.
    plain: &'static str,
    /// Items that give it other names, and the statement by them.
    renamed: (&'static str, &'static str),
}

const IMPURE: [Impure; 7] = [
    Impure {
        rule: "ZS101",
        plain: "_ = ::std::time::SystemTime::now();",
        renamed: ("use std::time::SystemTime as Tide;", "_ = Tide::now();"),
    },
    Impure {
        rule: "ZS401",
        plain: "for _ in ::std::collections::HashMap::<u8, u8>::new().iter() {}",
        renamed: ("use std::collections::HashMap as Ordered;", "for _ in Ordered::<u8, u8>::new().iter() {}"),
    },
    Impure {
        rule: "ZS301",
        plain: "let _: f64 = ::core::default::Default::default();",
        renamed: ("type Share = f64;", "let _: Share = ::core::default::Default::default();"),
    },
    Impure {
        rule: "ZS201",
        plain: "_ = ::rand::thread_rng();",
        renamed: ("use rand::thread_rng as seeded;", "_ = seeded();"),
    },
    Impure {
        rule: "ZS501",
        plain: "static mut SEEN: u8 = 0; unsafe { SEEN += 1 };",
        renamed: ("mod counts { pub static mut SEEN: u8 = 0; }\nuse counts::SEEN as FIXED;", "unsafe { FIXED += 1 };"),
    },
    Impure {
        rule: "ZS711",
        plain: "_ = ::std::env::var(\"RATE\");",
        renamed: ("use std::env::var as constant;", "_ = constant(\"RATE\");"),
    },
    Impure {
        rule: "ZS811",
        plain: "_ = ::alloc::format!(\"{:p}\", &0);",
        renamed: ("use alloc::format as text;", "_ = text!(\"{:p}\", &0);"),
    },
];

const APPLY: &str = "impl Machine for Trust {";
const BODY: &str = "        let result = apply::apply(";

/// The machine's crate and its manifest, alone in a workspace.
struct Copy(tempfile::TempDir);

impl Copy {
    fn new() -> Self {
        let copy = Self(tempfile::tempdir().expect("a directory"));
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let manifest = std::fs::read_to_string(own.join("Cargo.toml")).expect("a manifest");
        let members = manifest.lines().find(|line| line.starts_with("members")).expect("members");
        copy.write("Cargo.toml", &manifest.replace(members, "members = [\"machine\", \"planted\"]"));
        let layer = "[[layer]]\nname = \"machine\"\npaths = [\"machine\"]\noff = [\"ZS905\"]\ncrates = [\"planted\"]\n";
        copy.write("zero-sim.toml", layer);
        let manifest = std::fs::read_to_string(own.join("machine/Cargo.toml")).expect("a manifest");
        let with = "[dependencies]\nplanted = { path = \"../planted\" }\n";
        copy.write("machine/Cargo.toml", &manifest.replacen("[dependencies]\n", with, 1));
        copy.write("planted/Cargo.toml", "[package]\nname = \"planted\"\n");
        copy.write("planted/src/lib.rs", "#![no_std]\n");
        for file in files(&own.join("machine/src")) {
            let text = std::fs::read_to_string(&file).expect("a source");
            copy.write(&file.strip_prefix(own).expect("below it").display().to_string(), &text);
        }
        copy
    }

    fn write(&self, name: &str, text: &str) {
        let file = self.0.path().join(name);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
        std::fs::write(file, text).expect("written");
    }

    /// The findings with this text before `impl Machine for Trust`, this statement in `apply`, and this in the other crate.
    fn with(&self, items: &str, statement: &str, other: &str) -> Vec<zero_sim::check::Finding> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let text = std::fs::read_to_string(own.join("machine/src/trust/machine.rs")).expect("a source");
        assert_eq!((text.matches(APPLY).count(), text.matches(BODY).count()), (1, 1));
        let text = text.replace(APPLY, &format!("{items}\n{APPLY}")).replace(BODY, &format!("{statement}\n{BODY}"));
        self.write("machine/src/trust/machine.rs", &text);
        self.write("planted/src/lib.rs", &format!("#![no_std]\n{other}\n"));
        check_workspace(self.0.path(), &Options::default()).expect("a workspace").findings
    }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        found.extend(if path.is_dir() { files(&path) } else { vec![path] });
    }
    found
}

#[test]
fn what_is_planted_in_the_machine_is_found() {
    let copy = Copy::new();
    let clean = copy.with("", "", "pub fn go() {}");
    assert!(clean.is_empty(), "{}", clean[0].message);
    for Impure { rule, plain, renamed } in IMPURE {
        let far = format!("fn a() {{ b() }}\nfn b() {{ c() }}\nfn c() {{ {plain} }}");
        let of_macro = format!("macro_rules! settle {{ () => {{ {plain} }} }}");
        let places = [
            ("directly", ["", plain, ""], ["machine::trust::machine::Trust::apply"].as_slice()),
            ("renamed", [renamed.0, renamed.1, ""], &["machine::trust::machine::Trust::apply"]),
            (
                "three calls away",
                [&far, "a();", ""],
                &[
                    "machine::trust::machine::Trust::apply",
                    "machine::trust::machine::a",
                    "machine::trust::machine::b",
                    "machine::trust::machine::c",
                ],
            ),
            (
                "in another crate",
                ["", "planted::go();", &format!("pub fn go() {{ {plain} }}")],
                &["machine::trust::machine::Trust::apply", "planted::go"],
            ),
            ("in a macro", [&of_macro, "settle!();", ""], &["machine::trust::machine::Trust::apply"]),
        ];
        for (place, [items, statement, other], way) in places {
            let found = copy.with(items, statement, other);
            let told = found.iter().map(|finding| format!("{} {:?}", finding.rule.id, finding.reached_from));
            let told: Vec<String> = told.collect();
            let hit = found.iter().find(|finding| finding.rule.id == rule);
            let hit = hit.unwrap_or_else(|| panic!("{rule} {place}: {told:?}"));
            assert_eq!(hit.reached_from, way, "{rule} {place}");
        }
    }
}
