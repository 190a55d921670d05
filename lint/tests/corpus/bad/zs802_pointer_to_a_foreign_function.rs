pub type Callback = extern "C" fn(u64) -> u64; //~ ZS802

pub fn call(callback: Callback, x: u64) -> u64 {
    callback(x)
}

pub fn fine(callback: fn(u64) -> u64, x: u64) -> u64 {
    callback(x)
}
