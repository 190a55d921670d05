use lazy_static::lazy_static;

lazy_static! { //~ ZS501
    static ref PRIMES: Vec<u32> = vec![2, 3, 5, 7, 11];
}

pub fn weight(i: usize) -> u32 {
    PRIMES.get(i).copied().unwrap_or(13) //~? ZS501
}

pub struct Vote {
    pub slot: usize,
}

pub fn power(v: &Vote) -> u32 {
    weight(v.slot).pow(2)
}
