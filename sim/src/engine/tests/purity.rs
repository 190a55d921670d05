//! Nothing in the engine can make a run differ from itself: no clock, thread, environment, hash map or static state.

use std::{fs, path::Path};

const FORBIDDEN: [&str; 9] =
    ["HashMap", "HashSet", "std::time", "Instant", "SystemTime", "std::thread", "std::env", "std::fs", "static mut"];

#[test]
fn the_engine_names_nothing_that_could_differ_from_run_to_run() {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine");
    let mut files = 0;
    visit(&engine, &mut |path, text| {
        files += 1;
        for (line, content) in (1..).zip(text.lines()).filter(|(_, content)| !content.trim_start().starts_with("//")) {
            let named = FORBIDDEN.iter().find(|name| content.contains(*name));
            assert!(
                named.is_none(),
                "{}:{line} names {}: a run would not repeat",
                path.display(),
                named.unwrap_or(&"")
            );
        }
    });
    assert!(files > 20, "only {files} files seen");
}

/// All sources but the tests.
fn visit(folder: &Path, see: &mut impl FnMut(&Path, &str)) {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the engine's folder").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.ends_with("tests") {
            visit(&path, see);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            see(&path, &fs::read_to_string(&path).expect("a source"));
        }
    }
}
