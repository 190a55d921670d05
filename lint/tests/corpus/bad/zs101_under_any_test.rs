//! `any(test, ..)` is also true in a build with the feature.

pub struct Ledger {
    pub height: u64,
    pub audited_at: u64,
}

impl Ledger {
    pub fn advance(&mut self) {
        self.height += 1;
        self.audited_at = audit_time();
    }
}

#[cfg(any(test, feature = "audit"))] //~? ZS821
fn audit_time() -> u64 {
    std::time::SystemTime::now() //~ ZS101
        .duration_since(std::time::SystemTime::UNIX_EPOCH) //~? ZS101|ZS103
        .map_or(0, |d| d.as_secs())
}

#[cfg(not(any(test, feature = "audit")))] //~? ZS821
fn audit_time() -> u64 {
    0
}
