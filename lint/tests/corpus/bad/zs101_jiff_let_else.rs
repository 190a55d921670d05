pub struct Offer {
    pub expires: i64,
    pub price: u32,
}

pub fn accept(offer: Option<Offer>) -> Result<u32, &'static str> {
    let Some(offer) = offer.filter(|o| o.expires > jiff::Timestamp::now().as_second()) else { //~ ZS101
        return Err("expired");
    };
    Ok(offer.price)
}
