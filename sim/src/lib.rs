//! The simulator: runs any process under seeded faults and virtual time.

pub mod engine;
#[cfg(feature = "trust")]
pub mod trust;

pub use engine::check;
