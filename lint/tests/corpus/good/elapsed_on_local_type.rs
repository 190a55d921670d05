#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopwatch {
    started: u64,
}

impl Stopwatch {
    pub fn start(tick: u64) -> Self {
        Stopwatch { started: tick }
    }

    pub fn elapsed(&self, tick: u64) -> u64 {
        tick - self.started
    }
}

pub trait Timed {
    fn watch(&self) -> Stopwatch;

    fn is_late(&self, tick: u64, limit: u64) -> bool {
        self.watch().elapsed(tick) > limit
    }
}

pub struct Delivery {
    pub parcel: u64,
    watch: Stopwatch,
}

impl Timed for Delivery {
    fn watch(&self) -> Stopwatch {
        self.watch
    }
}

pub fn late(all: &[Delivery], tick: u64) -> Vec<u64> {
    all.iter().filter(|d| d.is_late(tick, 48)).map(|d| d.parcel).collect()
}
