use core::ops::Drop as Release;

pub struct Undo<'a> {
    target: &'a mut u64,
    old: u64,
}

impl Release for Undo<'_> { //~ ZS904
    fn drop(&mut self) { //~? ZS904
        *self.target = self.old;
    }
}

pub fn attempt(balance: &mut u64, by: u64) -> u64 {
    let old = *balance;
    let undo = Undo { target: balance, old };
    *undo.target = undo.target.wrapping_add(by);
    *undo.target
}
