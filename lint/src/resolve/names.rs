//! Identifiers of the whole workspace, each once.

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// An identifier, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GName(pub u32);

/// All identifiers.
#[derive(Default)]
pub struct Names {
    texts: Vec<Rc<str>>,
    known: FxHashMap<Rc<str>, GName>,
}

impl Names {
    /// The number of a name, which is taken down if it is new.
    pub fn add(&mut self, text: &str) -> GName {
        if let Some(name) = self.known.get(text) {
            return *name;
        }
        let name = GName(self.texts.len() as u32);
        let text: Rc<str> = text.into();
        self.texts.push(Rc::clone(&text));
        self.known.insert(text, name);
        name
    }

    /// The number of a name that is known.
    pub fn find(&self, text: &str) -> Option<GName> {
        self.known.get(text).copied()
    }

    /// What it says.
    pub fn text(&self, name: GName) -> &Rc<str> {
        &self.texts[name.0 as usize]
    }
}
