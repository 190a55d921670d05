//# pedantic
use std::rc::Rc;

pub struct Asset {
    data: Rc<Vec<u8>>,
}

impl Asset {
    pub fn share(&self) -> Asset {
        Asset { data: Rc::clone(&self.data) }
    }

    pub fn is_unused(&self) -> bool {
        Rc::strong_count(&self.data) == 1 //~ ZS503
    }
}
