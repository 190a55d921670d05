#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct LotId(pub u64);

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Lot {
    pub id: LotId,
    pub reserve: u64,
    #[serde(rename = "hammer")]
    pub sold_for: Option<u64>,
}

pub fn encode<S>(lot: &Lot, serializer: S) -> Result<S::Ok, S::Error>
where
    S: serde::Serializer,
{
    serde::Serialize::serialize(lot, serializer)
}

pub fn sell(lot: &mut Lot, bids: &[u64]) -> Option<u64> {
    let best = bids.iter().copied().filter(|b| *b >= lot.reserve).max()?;
    lot.sold_for.replace(best);
    Some(best)
}
