//! The module comes from the invocation, so any part of `std` can be meant.

macro_rules! ask {
    ($module:ident, $function:ident, $arg:expr) => {
        std::$module::$function($arg) //~ ZS001|ZS711
    };
}

pub struct Settings {
    pub region: String,
}

pub fn settings() -> Settings {
    Settings { region: ask!(env, var, "REGION").unwrap_or_default() } //~? ZS001|ZS711
}
