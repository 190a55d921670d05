use std::marker::PhantomData;

pub trait State: Sized {
    const NAME: &'static str;
}

pub struct Open;
pub struct Running;
pub struct Closed;

impl State for Open {
    const NAME: &'static str = "open";
}
impl State for Running {
    const NAME: &'static str = "running";
}
impl State for Closed {
    const NAME: &'static str = "closed";
}

pub struct Auction<S: State> {
    best: Option<(u32, u64)>,
    reserve: u64,
    state: PhantomData<S>,
}

impl Auction<Open> {
    pub const fn new(reserve: u64) -> Self {
        Auction { best: None, reserve, state: PhantomData }
    }

    pub fn start(self) -> Auction<Running> {
        self.turn()
    }
}

impl Auction<Running> {
    pub fn bid(&mut self, who: u32, cents: u64) -> bool {
        let better = self.best.is_none_or(|(_, b)| cents > b);
        if better {
            self.best = Some((who, cents));
        }
        better
    }

    pub fn close(self) -> Auction<Closed> {
        self.turn()
    }
}

impl Auction<Closed> {
    pub fn winner(&self) -> Option<u32> {
        self.best.filter(|(_, b)| *b >= self.reserve).map(|(who, _)| who)
    }
}

impl<S: State> Auction<S> {
    fn turn<T: State>(self) -> Auction<T> {
        Auction { best: self.best, reserve: self.reserve, state: PhantomData }
    }

    pub fn name(&self) -> &'static str {
        S::NAME
    }
}
