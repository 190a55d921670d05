//! The simulator: runs any process under seeded faults and virtual time.

pub mod engine;

pub use engine::check;
