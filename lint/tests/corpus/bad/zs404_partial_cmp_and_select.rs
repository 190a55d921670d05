//# pedantic
use std::cmp::Ordering;

#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub struct Score(pub u32);

pub fn table(mut rows: Vec<(Score, u16)>) -> Vec<(Score, u16)> {
    rows.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal)); //~ ZS404
    rows
}

pub fn median(mut rows: Vec<(u64, u16)>, middle: u16) -> Option<u16> {
    if rows.len() <= usize::from(middle) {
        return None;
    }
    let (_, found, _) = rows.select_nth_unstable_by_key(usize::from(middle), |r| r.0); //~ ZS404
    Some(found.1)
}
