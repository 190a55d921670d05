mod hooks {
    pub type Hook = std::boxed::Box<dyn FnMut(u32) + 'static>; //~? ZS906
}

pub struct Machine {
    pub height: u32,
    pub on_commit: Option<hooks::Hook>, //~ ZS906
}

impl Machine {
    pub fn commit(&mut self) {
        self.height += 1;
        if let Some(hook) = self.on_commit.as_mut() {
            hook(self.height);
        }
    }
}
