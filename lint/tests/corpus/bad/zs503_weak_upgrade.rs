//# pedantic
use std::rc::{Rc, Weak};

pub struct Guild {
    pub name: String,
}

pub struct Member {
    guild: Weak<Guild>,
    pub rank: u8,
}

impl Member {
    pub fn guild(&self) -> Option<Rc<Guild>> {
        self.guild.upgrade() //~ ZS503
    }
}
