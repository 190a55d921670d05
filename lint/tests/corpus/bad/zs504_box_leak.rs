pub struct Names {
    interned: Vec<&'static str>,
}

impl Names {
    pub fn intern(&mut self, name: &str) -> &'static str {
        if let Some(found) = self.interned.iter().find(|n| **n == name) {
            return found;
        }
        let leaked: &'static str = Box::leak(name.to_owned().into_boxed_str()); //~ ZS504
        self.interned.push(leaked);
        leaked
    }
}
