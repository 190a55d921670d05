use std::collections::BTreeMap;

pub fn fee(country: &str) -> Option<u32> {
    static FEES: std::sync::LazyLock<BTreeMap<&'static str, u32>> = //~ ZS501
        std::sync::LazyLock::new(|| BTreeMap::from([("de", 19), ("fr", 20)])); //~ ZS501
    FEES.get(country).copied() //~? ZS501
}

pub fn known(countries: &[&str]) -> usize {
    countries.iter().filter_map(|c| fee(c)).count()
}
