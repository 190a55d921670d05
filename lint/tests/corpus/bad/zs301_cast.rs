pub struct Poll {
    pub yes: u32,
    pub no: u32,
}

impl Poll {
    /// More than two thirds said yes.
    pub fn passed(&self) -> bool {
        let total = self.yes + self.no;
        self.yes as f32 > total as f32 / 3 as f32 * 2 as f32 //~ ZS301
    }
}
