//! `not(test)` is the code that runs in production.

pub struct Invoice {
    pub number: u64,
    pub issued: u64,
}

#[cfg(not(test))] //~? ZS821
fn today() -> u64 {
    use std::time::SystemTime;
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |d| d.as_secs() / 86_400) //~ ZS101
}

#[cfg(test)]
fn today() -> u64 {
    20_000
}

pub fn issue(number: u64) -> Invoice {
    Invoice { number, issued: today() }
}
