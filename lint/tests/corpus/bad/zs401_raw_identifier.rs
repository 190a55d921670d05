pub struct Menu {
    pub dishes: std::collections::r#HashMap<u16, u32>, //~ ZS401
}

impl Menu {
    pub fn price(&self, dish: u16) -> Result<u32, u16> {
        match self.dishes.get(&dish) { //~? ZS401
            Some(cents) => Ok(*cents),
            None => Err(dish),
        }
    }
}
