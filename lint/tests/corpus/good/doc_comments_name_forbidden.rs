//! Never call `std::time::Instant::now()` or `SystemTime::now()` here: use [`Tick`].
//!
//! ```
//! let t = std::time::Instant::now();
//! let m: std::collections::HashMap<u8, f64> = Default::default();
//! println!("{:p}", &m);
//! ```

/// A tick. Unlike `std::time::Instant`, it is part of the input.
///
/// `rand::random::<f64>()` would differ on each replica, as would `1.5e3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick(pub u64);

/* The old code used std::thread::spawn and an AtomicU64.
   /* static mut COUNTER: u64 = 0; unsafe { COUNTER += 1 } */ */

#[doc = "Replaces `std::env::var(\"TICK\")`."]
pub fn parse(text: &str) -> Option<Tick> {
    // std::process::exit(1) was here once
    text.parse().ok().map(Tick)
}

/**
Like `SystemTime::elapsed`, but pure: `0.5` never appears.
*/
pub fn since(from: Tick, to: Tick) -> Option<u64> {
    to.0.checked_sub(from.0)
}
