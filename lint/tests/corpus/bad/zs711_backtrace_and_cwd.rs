use std::backtrace::Backtrace;

pub struct Fault {
    pub code: u16,
    pub detail: String,
}

pub fn fault(code: u16) -> Fault {
    let detail = match std::env::current_dir() { //~ ZS711
        Ok(_) => Backtrace::capture().to_string(), //~ ZS711
        Err(_) => String::new(),
    };
    Fault { code, detail }
}
