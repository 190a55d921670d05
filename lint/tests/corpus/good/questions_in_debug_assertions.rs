//! Asking changes nothing.

pub struct Balance {
    parts: Vec<u64>,
}

impl Balance {
    pub fn is_settled(&self) -> bool {
        self.parts.is_empty()
    }

    pub fn has_room(&self) -> bool {
        self.parts.len() < 8
    }

    pub fn add(&mut self, part: u64) {
        debug_assert!(self.has_room() && !self.is_settled(), "{} parts", self.parts.len());
        self.parts.push(part);
    }
}
