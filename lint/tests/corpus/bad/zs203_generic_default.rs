use rand::rngs;
use rand_core::RngCore;

pub struct Bot<R: RngCore = rngs::StdRng> { //~ ZS203
    rng: R,
    pub moves: u32,
}

impl<R: RngCore> Bot<R> {
    pub fn with(rng: R) -> Self {
        Bot { rng, moves: 0 }
    }

    pub fn choose(&mut self, options: &[u8]) -> Option<u8> {
        self.moves += 1;
        let n = u64::try_from(options.len()).ok()?;
        let at = self.rng.next_u64().checked_rem(n)?;
        options.get(usize::try_from(at).ok()?).copied()
    }
}
