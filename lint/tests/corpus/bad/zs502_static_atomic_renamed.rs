use core::sync::atomic::{self as at, AtomicBool as Flag};

static HALTED: Flag = Flag::new(false); //~ ZS501 ZS502

pub enum Outcome {
    Done,
    Halted,
}

pub fn step(stop: bool) -> Outcome {
    if stop {
        HALTED.store(true, at::Ordering::SeqCst); //~ ZS502 //~? ZS501
    }
    match HALTED.load(at::Ordering::SeqCst) { //~ ZS502 //~? ZS501
        true => Outcome::Halted,
        false => Outcome::Done,
    }
}
