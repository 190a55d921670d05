//! The simulator: runs any process under seeded faults and virtual time.

pub mod cli;
pub mod engine;
pub mod people;
pub mod scenario;
pub mod stage;
#[cfg(feature = "trust")]
pub mod trust;

pub use cli::main;
pub use engine::check;
pub use stage::Stage;
