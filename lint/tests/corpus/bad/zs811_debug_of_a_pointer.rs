pub fn describe(first: &u64) -> String {
    let place = first as *const u64; //~ ZS811
    format!("at {place:?}") //~ ZS811
}

fn handler(x: u64) -> u64 {
    x
}

pub fn key() -> usize {
    handler as fn(u64) -> u64 as usize //~ ZS811
}

pub fn aligned(place: *const u8) -> usize { //~ ZS811
    place.addr() //~ ZS811
}
