use std::ops::DerefMut;

pub struct Room<L>(pub L);

pub fn rename<L>(room: &mut Room<L>, name: &str)
where
    L: DerefMut<Target = parking_lot::RwLock<String>>, //~ ZS502
{
    room.0.get_mut().replace_range(.., name); //~? ZS502
}

pub fn valid(name: &str) -> bool {
    !name.is_empty() && name.len() <= 32
}
