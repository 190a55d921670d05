use std::cell::Cell;

thread_local! { //~ ZS501
    static DEPTH: Cell<u32> = const { Cell::new(0) }; //~? ZS501
}

pub struct Call {
    pub gas: u64,
}

pub fn enter(call: &Call) -> bool {
    DEPTH.with(|d| { //~? ZS501
        d.set(d.get() + 1);
        d.get() < 64 && call.gas > 0
    })
}
