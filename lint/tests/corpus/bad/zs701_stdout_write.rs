use std::io::{self, Write}; //~? ZS001|ZS701

pub struct Report {
    pub lines: Vec<String>,
}

impl Report {
    pub fn emit(&self) -> bool {
        let mut out = io::stdout(); //~ ZS701
        self.lines.iter().all(|l| out.write_all(l.as_bytes()).is_ok())
    }
}
