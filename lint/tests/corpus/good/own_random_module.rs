//! `rand` here is a module of the game with a linear congruential generator.

mod rand {
    #[derive(Clone, Debug)]
    pub struct ThreadRng(pub u64);

    impl ThreadRng {
        pub fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.0 >> 33
        }
    }

    pub fn thread_rng(seed: u64) -> ThreadRng {
        ThreadRng(seed)
    }

    pub fn random(rng: &mut ThreadRng, sides: u64) -> u64 {
        rng.next() % sides.max(1)
    }
}

pub struct Craps {
    rng: rand::ThreadRng,
    pub point: Option<u64>,
}

impl Craps {
    pub fn new(seed: u64) -> Craps {
        Craps { rng: self::rand::thread_rng(seed), point: None }
    }

    pub fn roll(&mut self) -> u64 {
        let sum = self::rand::random(&mut self.rng, 6) + self::rand::random(&mut self.rng, 6) + 2;
        self.point.get_or_insert(sum);
        sum
    }
}
