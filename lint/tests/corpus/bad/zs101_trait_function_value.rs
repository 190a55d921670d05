pub trait Source {
    type Reading;
    fn read() -> Self::Reading;
}

pub struct Wall;

impl Source for Wall {
    type Reading = u64;

    fn read() -> u64 {
        let now: fn() -> _ = <std::time::SystemTime>::now; //~ ZS101
        now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs()) //~? ZS101|ZS103
    }
}

pub struct Block {
    pub at: <Wall as Source>::Reading,
}

pub fn block() -> Block {
    Block { at: <Wall as Source>::read() }
}
