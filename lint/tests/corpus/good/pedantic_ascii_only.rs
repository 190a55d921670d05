//# pedantic
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handle(String);

#[derive(Clone, Debug, Default)]
pub struct Registry {
    taken: BTreeSet<Handle>,
}

impl Handle {
    pub fn parse(raw: &str) -> Option<Handle> {
        let ok = !raw.is_empty()
            && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && raw.starts_with(|c: char| c.is_ascii_alphabetic());
        ok.then(|| Handle(raw.to_ascii_lowercase()))
    }
}

impl Registry {
    pub fn claim(&mut self, raw: &str) -> Result<(), String> {
        match Handle::parse(raw) {
            Some(h) if self.taken.insert(h.clone()) => Ok(()),
            Some(h) => Err(h.0),
            None => Err(raw.trim_end_matches('!').to_owned()),
        }
    }
}
