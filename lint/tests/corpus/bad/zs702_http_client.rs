pub struct Rate {
    pub currency: [u8; 3],
    pub micros: u64,
}

pub fn refresh(rate: &mut Rate) -> Option<()> {
    let body = reqwest::blocking::get("https://rates.example/eur").ok()?.text().ok()?; //~ ZS702
    rate.micros = body.trim().parse().ok()?;
    Some(())
}
