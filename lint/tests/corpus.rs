//! The corpus: snippets that somebody wrote from the specification alone. Bad ones are found on the marked lines, good ones are not.
//!
//! `//~ ZS101` marks a finding, `A|B` either of two, `//~?` one that may be there as well; `//# pedantic` asks for all rules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use zero_sim::{Options, check_text};

type Finding = (u32, String);

struct Snippet {
    name: String,
    wanted: Vec<(u32, Vec<String>)>,
    optional: BTreeSet<Finding>,
    found: BTreeSet<Finding>,
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).expect("the corpus").map(|entry| entry.expect("readable").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|of| of == "rs")).collect();
    files.sort();
    files
}

fn snippets(kind: &str) -> Vec<Snippet> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(kind);
    files(&dir).iter().map(|file| snippet(file)).collect()
}

fn snippet(file: &Path) -> Snippet {
    let text = std::fs::read_to_string(file).expect("readable");
    let options = Options { pedantic: text.contains("//# pedantic"), threads: 1, ..Options::default() };
    let outcome = check_text(&file.to_string_lossy(), &text, &options);
    let found = outcome.findings.iter().map(|finding| (finding.pos.line, finding.rule.id.to_string())).collect();
    let (mut wanted, mut optional) = (Vec::new(), BTreeSet::new());
    for (line, text) in (1..).zip(text.lines()) {
        for mark in text.split("//~").skip(1) {
            let (may, ids) = mark.strip_prefix('?').map_or((false, mark), |ids| (true, ids));
            for id in ids.split_whitespace().take_while(|word| word.starts_with("ZS")) {
                let any: Vec<String> = id.split('|').map(str::to_string).collect();
                match may {
                    true => optional.extend(any.into_iter().map(|id| (line, id))),
                    false => wanted.push((line, any)),
                }
            }
        }
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Snippet { name, wanted, optional, found }
}

impl Snippet {
    fn missing(&self) -> Vec<&(u32, Vec<String>)> {
        let is_found =
            |(line, any): &(u32, Vec<String>)| any.iter().any(|id| self.found.contains(&(*line, id.clone())));
        self.wanted.iter().filter(|mark| !is_found(mark)).collect()
    }

    fn extra(&self) -> Vec<&Finding> {
        let wanted = |(line, id): &Finding| self.wanted.iter().any(|(at, any)| at == line && any.contains(id));
        self.found.iter().filter(|finding| !wanted(finding) && !self.optional.contains(*finding)).collect()
    }
}

#[test]
fn what_is_bad_is_found_where_it_is_marked() {
    let snippets = snippets("bad");
    assert!(snippets.len() >= 200, "{} bad snippets", snippets.len());
    let missing: Vec<_> =
        snippets.iter().flat_map(|s| s.missing().into_iter().map(move |mark| (&s.name, mark))).collect();
    assert!(missing.is_empty(), "not found: {missing:#?}");
    let extra: Vec<_> = snippets.iter().flat_map(|s| s.extra().into_iter().map(move |mark| (&s.name, mark))).collect();
    assert!(extra.len() * 100 <= snippets.len() * 3, "found and not marked: {extra:#?}");
    assert!(snippets.iter().all(|snippet| !snippet.wanted.is_empty()), "a bad snippet without a mark");
}

#[test]
fn what_is_good_is_left_alone() {
    let snippets = snippets("good");
    assert!(snippets.len() >= 70, "{} good snippets", snippets.len());
    let found: Vec<_> = snippets.iter().filter(|s| !s.found.is_empty()).map(|s| (&s.name, &s.found)).collect();
    assert!(found.is_empty(), "{found:#?}");
}
