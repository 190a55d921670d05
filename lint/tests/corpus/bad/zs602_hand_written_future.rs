use std::pin::Pin;
use std::task::{Context as Cx, Poll as P};

pub struct Countdown {
    pub left: u32,
}

impl std::future::Future for Countdown { //~ ZS602
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Cx<'_>) -> P<u32> { //~ ZS602
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return P::Ready(0); //~ ZS602
        }
        P::Pending //~ ZS602
    }
}
