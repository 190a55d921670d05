use std::alloc::System;

#[global_allocator] //~ ZS504
static HEAP: System = System; //~? ZS001|ZS504

pub struct Pool {
    slots: Vec<Option<u64>>,
}

impl Pool {
    pub fn free(&self) -> usize {
        self.slots.iter().filter(|s| s.is_none()).count()
    }
}
