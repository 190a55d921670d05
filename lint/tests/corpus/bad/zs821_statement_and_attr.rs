#[cfg_attr(target_endian = "big", repr(C))] //~ ZS821
pub struct Header {
    pub height: u32,
    pub round: u32,
}

pub fn next(h: &Header) -> Header {
    #[cfg(unix)] //~ ZS821
    let round = h.round + 1;
    #[cfg(not(unix))] //~ ZS821
    let round = 0;
    Header { height: h.height, round }
}
