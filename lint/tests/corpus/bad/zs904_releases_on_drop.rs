use std::cell::Cell;
use std::rc::Rc;

pub struct Reservation {
    pub units: u32,
    pool: Rc<Cell<u32>>,
}

impl Drop for Reservation { //~ ZS904
    fn drop(&mut self) { //~? ZS904
        self.pool.set(self.pool.get() + self.units);
    }
}

pub fn reserve(pool: &Rc<Cell<u32>>, units: u32) -> Option<Reservation> {
    pool.set(pool.get().checked_sub(units)?);
    Some(Reservation { units, pool: Rc::clone(pool) })
}
