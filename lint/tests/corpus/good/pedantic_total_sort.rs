//# pedantic
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub points: u32,
    pub team: u16,
}

pub fn table(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|a, b| b.points.cmp(&a.points).then(a.team.cmp(&b.team)));
    rows
}

pub fn champion(rows: &[Row]) -> Option<u16> {
    rows.iter().max_by_key(|r| (r.points, core::cmp::Reverse(r.team))).map(|r| r.team)
}

pub fn place(rows: &[Row], team: u16) -> Option<u64> {
    let mut sorted = rows.to_vec();
    sorted.sort();
    (1u64..).zip(sorted.iter().rev()).find(|(_, r)| r.team == team).map(|(i, _)| i)
}
