pub struct Jobs {
    ids: Vec<u32>,
}

impl Jobs {
    pub fn prepare(&self) -> usize {
        let prepared: Vec<_> = self.ids.iter().map(|id| async move { *id }).collect(); //~ ZS602
        prepared.len()
    }

    pub fn push(&mut self, id: u32) {
        if !self.ids.contains(&id) {
            self.ids.push(id);
        }
    }
}
