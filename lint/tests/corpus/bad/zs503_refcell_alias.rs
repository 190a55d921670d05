//# pedantic
use std::cell::RefCell as Shared;
use std::sync::Arc;

pub struct Node {
    pub tags: Shared<Vec<u16>>, //~ ZS503
    pub parent: Option<u32>,
}

pub fn own(mut label: Arc<str>) -> Option<u8> {
    let text = Arc::get_mut(&mut label)?; //~ ZS503
    text.make_ascii_uppercase();
    text.bytes().next()
}
