pub fn histogram(values: &[u8]) -> Vec<(u8, u32)> {
    let mut counts = <std::collections::HashMap<u8, u32> as Default>::default(); //~ ZS401
    for v in values {
        *counts.entry(*v).or_default() += 1; //~? ZS401
    }
    let mut rows: Vec<(u8, u32)> = counts.into_iter().collect(); //~? ZS401
    rows.sort();
    rows
}
