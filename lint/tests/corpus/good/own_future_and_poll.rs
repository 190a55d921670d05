//! `Poll` asks people, `Context` is what they are asked about.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll {
    Ready(Option<u8>),
    Pending,
}

#[derive(Clone, Debug)]
pub struct Context {
    pub question: String,
    pub quorum: u32,
}

pub trait Future {
    type Output;
    fn poll(&self, cx: &Context) -> Self::Output;
}

#[derive(Clone, Debug, Default)]
pub struct Votes {
    by_option: BTreeMap<u8, u32>,
}

impl Future for Votes {
    type Output = Poll;

    fn poll(&self, cx: &Context) -> Poll {
        let total: u32 = self.by_option.values().sum();
        if total < cx.quorum || cx.question.is_empty() {
            return Poll::Pending;
        }
        Poll::Ready(self.by_option.iter().max_by_key(|(o, n)| (**n, **o)).map(|(o, _)| *o))
    }
}

pub fn ask(f: &impl Future<Output = Poll>, cx: &Context) -> bool {
    matches!(f.poll(cx), Poll::Ready(Some(_)))
}
