//! Local items with the names of well-known crates.

mod tokio {
    pub mod time {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Timeout(pub u32);

        pub fn sleep(ticks: u32) -> Timeout {
            Timeout(ticks)
        }
    }

    pub fn spawn(t: time::Timeout) -> Vec<time::Timeout> {
        vec![t]
    }
}

mod chrono {
    pub struct Utc;

    impl Utc {
        pub fn now(height: u64) -> u64 {
            height * 6
        }
    }
}

mod reqwest {
    pub fn get(state: &super::State, key: u32) -> Option<u64> {
        state.rates.get(key as usize).copied()
    }
}

use chrono::Utc;

pub struct State {
    pub rates: Vec<u64>,
    pub timers: Vec<tokio::time::Timeout>,
}

pub fn apply(state: &mut State, height: u64) -> Option<u64> {
    let now = Utc::now(height);
    state.timers.extend(tokio::spawn(tokio::time::sleep(3)));
    reqwest::get(state, 0).map(|r| r + now)
}
