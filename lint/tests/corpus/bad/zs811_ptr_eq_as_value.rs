use std::rc::Rc;

pub struct Scene {
    pub actors: Vec<Rc<String>>,
}

impl Scene {
    pub fn position(&self, actor: &Rc<String>) -> Option<usize> {
        self.actors.iter().position(|a| Rc::ptr_eq(a, actor)) //~ ZS811
    }

    pub fn same(a: &Scene, b: &Scene) -> bool {
        core::ptr::eq(a, b) //~ ZS811
    }
}
