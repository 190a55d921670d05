pub fn balance(entries: &[(u32, i64)]) -> Vec<i64> {
    let mut sums: nohash_hasher::IntMap<u32, i64> = Default::default(); //~ ZS402
    for (account, amount) in entries {
        let slot = sums.entry(*account).or_default(); //~? ZS402
        *slot += *amount;
    }
    sums.into_values().collect() //~? ZS402
}
