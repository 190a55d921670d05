pub struct Sale {
    pub region: u8,
    pub cents: u64,
    pub items: Vec<u16>,
}

pub fn running(sales: &[Sale]) -> Vec<u64> {
    sales
        .iter()
        .scan(0u64, |sum, s| {
            *sum = sum.saturating_add(s.cents);
            Some(*sum)
        })
        .collect()
}

pub fn extremes(sales: &[Sale]) -> Option<(u64, u64)> {
    let mut it = sales.iter().map(|s| s.cents);
    let first = it.next()?;
    Some(it.fold((first, first), |(low, high), c| (low.min(c), high.max(c))))
}

pub fn pairs(sales: &[Sale]) -> impl Iterator<Item = (&Sale, &Sale)> + Clone {
    sales.iter().zip(sales.iter().skip(1)).step_by(2)
}

pub fn items(sales: &[Sale]) -> Vec<(usize, u16)> {
    let all = sales.iter().flat_map(|s| s.items.iter().copied());
    all.enumerate().skip_while(|(_, i)| *i == 0).take(10).inspect(|_| {}).collect()
}

pub fn columns(sales: &[Sale]) -> (Vec<u8>, Vec<u64>) {
    sales.iter().map(|s| (s.region, s.cents)).unzip()
}

pub fn cycle(sales: &[Sale], n: usize) -> Vec<u8> {
    let tail = std::iter::once(0).chain(std::iter::repeat(9));
    sales.iter().map(|s| s.region).cycle().take(n).chain(tail).take(n + 1).collect()
}

pub fn is_ascending(sales: &[Sale]) -> bool {
    sales.is_sorted_by_key(|s| s.cents) && sales.iter().map(|s| s.region).lt([255].into_iter())
}

pub fn powers() -> Vec<u32> {
    let mut n = 1u32;
    std::iter::from_fn(|| {
        let old = n;
        n = n.checked_mul(3)?;
        Some(old)
    })
    .collect()
}
