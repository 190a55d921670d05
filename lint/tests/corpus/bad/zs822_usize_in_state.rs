//# pedantic
#[derive(Clone, Default)]
pub struct Cursor {
    pub page: u32,
    pub offset: usize, //~ ZS822
}

impl Cursor {
    pub fn reset(&mut self) {
        self.page = 0;
        self.offset = 0;
    }
}
