//! `now`, `random`, `exit`, `read`, `lock`, `exists` and `spawn` on types of our own.

pub struct Kiosk {
    open: bool,
    stock: Vec<u32>,
    clock: u64,
}

impl Kiosk {
    pub fn now(&self) -> u64 {
        self.clock
    }

    pub fn sleep(&mut self, ticks: u64) -> &mut Self {
        self.clock += ticks;
        self
    }

    pub fn exists(&self, article: usize) -> bool {
        self.stock.get(article).is_some_and(|n| *n > 0)
    }

    pub fn random(&self, seed: u64) -> u64 {
        seed.rotate_left(17) ^ self.now()
    }

    pub fn lock(&mut self) -> bool {
        std::mem::replace(&mut self.open, false)
    }

    pub fn exit(mut self) -> Vec<u32> {
        self.lock();
        self.sleep(1).stock.split_off(0)
    }

    pub fn metadata(&self) -> (bool, usize) {
        (self.open, self.stock.len())
    }
}

pub fn spawn(clock: u64) -> Kiosk {
    let mut k = Kiosk { open: true, stock: vec![3, 0, 2], clock };
    k.sleep(5).sleep(k_ticks(clock));
    k
}

const fn k_ticks(n: u64) -> u64 {
    n % 7
}
