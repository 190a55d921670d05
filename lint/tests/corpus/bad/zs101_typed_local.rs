use std::time::SystemTime;

pub struct Session {
    pub opened: SystemTime, //~ ZS103
    pub idle_secs: u64,
}

impl Session {
    pub fn touch(&mut self) {
        let t: SystemTime = self.opened; //~? ZS103
        if let Ok(d) = t.elapsed() { //~ ZS101
            self.idle_secs = d.as_secs();
        }
    }
}
