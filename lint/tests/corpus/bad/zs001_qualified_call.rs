//! Invoice totals for a billing ledger.

pub struct Invoice {
    pub net_cents: u64,
    pub country: [u8; 2],
}

pub enum Event {
    Billed { gross_cents: u64 },
    Rejected,
}

pub fn bill(invoice: &Invoice) -> Event {
    let rate = acme_tax_tables::rate_for(invoice.country); //~ ZS001
    match invoice.net_cents.checked_mul(100 + rate) {
        Some(v) => Event::Billed { gross_cents: v / 100 },
        None => Event::Rejected,
    }
}
