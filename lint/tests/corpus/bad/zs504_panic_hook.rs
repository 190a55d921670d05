use std::panic;

pub struct Engine {
    pub quiet: bool,
}

impl Engine {
    pub fn start(&self) {
        if self.quiet {
            panic::set_hook(Box::new(|_| {})); //~ ZS504
        } else {
            let _ = panic::take_hook(); //~ ZS504
        }
    }
}
