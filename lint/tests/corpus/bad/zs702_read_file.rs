use std::fs;

pub struct Tariff {
    pub rows: Vec<(String, u32)>,
}

pub fn load(name: &str) -> Option<Tariff> {
    let text = fs::read_to_string(name).ok()?; //~ ZS702
    let rows = text
        .lines()
        .filter_map(|l| l.split_once('='))
        .filter_map(|(k, v)| Some((k.to_owned(), v.parse().ok()?)))
        .collect();
    Some(Tariff { rows })
}
