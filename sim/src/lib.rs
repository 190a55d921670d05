//! The simulator: runs any process under seeded faults and virtual time.

#[cfg(feature = "trust")]
pub mod trust;
