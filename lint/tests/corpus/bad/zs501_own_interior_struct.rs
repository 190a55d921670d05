//! The static looks constant; the cell is two types away.

use std::cell::UnsafeCell;

pub struct Slot {
    inner: UnsafeCell<u64>,
}

pub struct Slots {
    pub a: Slot,
    pub limit: u64,
}

unsafe impl Sync for Slots {} //~ ZS801

pub static SLOTS: Slots = Slots { a: Slot { inner: UnsafeCell::new(0) }, limit: 8 }; //~ ZS501

pub fn limit() -> u64 {
    SLOTS.limit //~? ZS501
}
