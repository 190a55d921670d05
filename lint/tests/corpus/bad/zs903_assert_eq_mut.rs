pub struct Stack {
    items: Vec<u32>,
}

fn pop_into(items: &mut Vec<u32>) -> Option<u32> {
    items.pop()
}

impl Stack {
    pub fn drop_top(&mut self) -> usize {
        core::debug_assert_ne!(pop_into(&mut self.items), None); //~ ZS903
        self.items.len()
    }
}
