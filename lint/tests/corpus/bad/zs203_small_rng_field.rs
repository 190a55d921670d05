use rand_core::RngCore;

pub struct Weather {
    rng: rand::rngs::SmallRng, //~ ZS203
    pub raining: bool,
}

impl Weather {
    pub fn tick(&mut self) {
        if self.rng.next_u32() % 10 == 0 { //~? ZS203
            self.raining = !self.raining;
        }
    }
}
