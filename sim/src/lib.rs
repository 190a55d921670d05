//! The simulator: runs any process under seeded faults and virtual time.

pub mod engine;
pub mod scenario;
#[cfg(feature = "trust")]
pub mod trust;

pub use engine::check;
