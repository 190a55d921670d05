mod units {
    pub type Real = f64; //~ ZS301
    pub type Metres = Real; //~? ZS301
}

pub struct Robot {
    pub x: units::Metres, //~? ZS301
    pub cell: (i32, i32),
}

impl Robot {
    pub fn cell(&self) -> (i32, i32) {
        self.cell
    }
}
