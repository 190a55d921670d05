use std::borrow::{Borrow, Cow, ToOwned};
use std::collections::BTreeMap;

pub struct Template<'t> {
    parts: Vec<Part<'t>>,
}

enum Part<'t> {
    Text(&'t str),
    Hole(&'t str),
}

impl<'t> Template<'t> {
    pub fn parse(source: &'t str) -> Self {
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some((text, tail)) = rest.split_once('<') {
            let (hole, after) = tail.split_once('>').unwrap_or((tail, ""));
            parts.extend([Part::Text(text), Part::Hole(hole)]);
            rest = after;
        }
        parts.push(Part::Text(rest));
        Template { parts }
    }

    pub fn fill<K, V>(&self, values: &BTreeMap<K, V>) -> Cow<'t, str>
    where
        K: Borrow<str> + Ord,
        V: AsRef<str>,
    {
        if let [Part::Text(only)] = self.parts.as_slice() {
            return Cow::Borrowed(only);
        }
        let mut out = String::new();
        for p in &self.parts {
            out.push_str(match p {
                Part::Text(t) => t,
                Part::Hole(h) => values.get(*h).map_or("?", AsRef::as_ref),
            });
        }
        Cow::Owned(out)
    }
}

pub fn own<T: ToOwned + ?Sized>(value: Cow<'_, T>) -> T::Owned {
    value.into_owned()
}
