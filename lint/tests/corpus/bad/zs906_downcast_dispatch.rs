use std::any::Any;

pub struct Opened(pub u32);

#[rustfmt::skip]
pub fn opened(event: &dyn Any) -> Option<u32> { event.downcast_ref::<Opened>().map(|o| o.0) } //~ ZS906

pub fn count(ids: &[u32]) -> u32 {
    ids.iter().fold(0, |n, _| n + 1)
}
