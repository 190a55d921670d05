#[link(name = "ratings")] //~ ZS802
unsafe extern "C" {} //~? ZS802|ZS801

#[unsafe(link_section = ".ratings")] //~ ZS802 //~? ZS801
pub static TABLE: [u16; 4] = [1000, 1200, 1500, 2000];

pub fn class(rating: u16) -> usize {
    TABLE.iter().filter(|t| **t <= rating).count()
}
