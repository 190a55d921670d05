use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coin {
    Ten = 10,
    Fifty = 50,
    Hundred = 100,
}

#[derive(Clone, Debug, Default)]
pub enum State {
    #[default]
    Idle,
    Paying(u32),
    OutOfOrder(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    Nothing,
    Item(u8),
    Change(Vec<Coin>),
}

#[derive(Clone, Debug, Default)]
pub struct Machine {
    pub state: State,
    pub shelf: BTreeMap<u8, (u32, u32)>,
}

impl Machine {
    pub fn insert(&mut self, coin: Coin) -> Output {
        self.state = match self.state {
            State::Idle => State::Paying(coin as u32),
            State::Paying(n) => State::Paying(n + coin as u32),
            State::OutOfOrder(_) => return Output::Change(vec![coin]),
        };
        Output::Nothing
    }

    pub fn choose(&mut self, slot: u8) -> Output {
        let State::Paying(paid) = self.state else { return Output::Nothing };
        match self.shelf.get_mut(&slot) {
            Some((price, left @ 1..)) if *price <= paid => {
                *left -= 1;
                self.state = State::Paying(paid - *price);
                Output::Item(slot)
            }
            _ => Output::Nothing,
        }
    }

    pub fn refund(&mut self) -> Output {
        let State::Paying(mut rest) = std::mem::take(&mut self.state) else {
            return Output::Nothing;
        };
        let mut coins = Vec::new();
        for coin in [Coin::Hundred, Coin::Fifty, Coin::Ten] {
            while rest >= coin as u32 {
                rest -= coin as u32;
                coins.push(coin);
            }
        }
        Output::Change(coins)
    }
}
