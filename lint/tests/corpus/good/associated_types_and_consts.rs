use std::collections::BTreeMap;
use std::fmt::Display;

pub trait Domain {
    type Key: Ord + Copy + Display;
    type Value: Default + Clone;
    type Map: Default + Extend<(Self::Key, Self::Value)>;

    const LIMIT: u32;

    fn parse(text: &str) -> Option<Self::Key>;

    fn describe(key: Self::Key) -> String {
        format!("{key}/{}", Self::LIMIT)
    }
}

pub struct Parking;

impl Domain for Parking {
    type Key = u16;
    type Value = Option<String>;
    type Map = BTreeMap<Self::Key, Self::Value>;

    const LIMIT: u32 = 400;

    fn parse(text: &str) -> Option<u16> {
        text.parse().ok().filter(|n| u32::from(*n) < Self::LIMIT)
    }
}

pub struct Store<D: Domain> {
    pub rows: BTreeMap<D::Key, D::Value>,
}

impl<D: Domain> Store<D> {
    pub fn touch(&mut self, text: &str) -> Result<String, <str as ToOwned>::Owned> {
        let key = <D as Domain>::parse(text).ok_or_else(|| text.to_owned())?;
        self.rows.entry(key).or_insert_with(<D::Value as Default>::default);
        Ok(D::describe(key))
    }

    pub fn export(&self) -> D::Map {
        let mut m = D::Map::default();
        m.extend(self.rows.iter().map(|(k, v)| (*k, v.clone())));
        m
    }
}
