pub struct Entity {
    pub health: u32,
}

pub fn key(e: &Entity) -> usize {
    e as *const Entity as usize //~ ZS811
}

pub fn handler(e: &Entity) -> u32 {
    let f: fn(&Entity) -> usize = key;
    f(e) as u32 ^ e.health
}
