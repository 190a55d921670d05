use std::collections::{BTreeMap, BTreeSet};

pub type Candidate = &'static str;

pub struct Ballot {
    pub choices: Vec<Candidate>,
    pub weight: u64,
}

pub fn tally(ballots: &[Ballot], out: &BTreeSet<Candidate>) -> BTreeMap<Candidate, u64> {
    let mut sums = BTreeMap::new();
    for b in ballots {
        if let Some(c) = b.choices.iter().find(|c| !out.contains(*c)) {
            *sums.entry(*c).or_insert(0) += b.weight;
        }
    }
    sums
}

pub fn winner(ballots: &[Ballot]) -> Option<Candidate> {
    let mut out = BTreeSet::new();
    loop {
        let sums = tally(ballots, &out);
        let all: u64 = sums.values().sum();
        let (best, votes) = sums.iter().max_by_key(|(name, n)| (**n, std::cmp::Reverse(**name)))?;
        if *votes * 2 > all || sums.len() == 1 {
            return Some(best);
        }
        let (last, _) = sums.iter().min_by_key(|(name, n)| (**n, **name))?;
        out.insert(*last);
    }
}
