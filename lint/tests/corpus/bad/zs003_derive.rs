use wire_macros::Encode;

/// Sent to every replica.
#[derive(Clone, Debug, Encode)] //~ ZS003
pub struct Transfer {
    pub from: u32,
    pub to: u32,
    pub cents: u64,
}

impl Transfer {
    pub fn is_loop(&self) -> bool {
        self.from == self.to
    }
}
