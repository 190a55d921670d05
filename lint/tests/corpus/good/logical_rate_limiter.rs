use std::collections::BTreeMap;
use std::num::NonZeroU64;

#[derive(Clone, Debug)]
pub struct Limiter {
    per_window: u32,
    window: NonZeroU64,
    used: BTreeMap<u32, (u64, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow { left: u32 },
    Wait { until: u64 },
}

impl Limiter {
    pub fn new(per_window: u32, window: NonZeroU64) -> Self {
        Self { per_window, window, used: BTreeMap::new() }
    }

    pub fn request(&mut self, client: u32, now: u64) -> Decision {
        let start = now - now % self.window;
        let slot = self.used.entry(client).or_insert((start, 0));
        if slot.0 != start {
            *slot = (start, 0);
        }
        if slot.1 < self.per_window {
            slot.1 += 1;
            Decision::Allow { left: self.per_window - slot.1 }
        } else {
            Decision::Wait { until: start + self.window.get() }
        }
    }

    pub fn forget(&mut self, now: u64) {
        let window = self.window.get();
        self.used.retain(|_, (start, _)| now.saturating_sub(*start) <= window);
    }
}
