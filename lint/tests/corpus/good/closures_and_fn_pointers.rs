pub type Discount = fn(u64, u32) -> u64;

pub const RULES: [(&str, Discount); 3] = [
    ("none", |cents, _| cents),
    ("bulk", |cents, n| if n >= 10 { cents - cents / 10 } else { cents }),
    ("flat", flat),
];

fn flat(cents: u64, _count: u32) -> u64 {
    cents.saturating_sub(500)
}

pub fn compose<A, B, C>(f: impl Fn(A) -> B, g: impl Fn(B) -> C) -> impl Fn(A) -> C {
    move |a| g(f(a))
}

pub fn best(cents: u64, count: u32) -> (&'static str, u64) {
    RULES
        .iter()
        .map(|(name, rule)| (*name, rule(cents, count)))
        .min_by_key(|(name, total)| (*total, *name))
        .unwrap_or(("none", cents))
}

pub fn rule(name: &str) -> Option<Discount> {
    RULES.iter().find(|r| r.0 == name).map(|r| r.1)
}

pub fn repeat<F: FnMut(u32) -> bool>(times: u32, mut f: F) -> u32 {
    (0..times).filter(|i| f(*i)).count() as u32
}

pub fn with_tax(cents: u64) -> u64 {
    let taxed = compose(|c: u64| c * 119, |c: u64| c / 100);
    taxed(cents)
}
