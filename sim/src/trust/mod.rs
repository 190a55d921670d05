//! The trust loop in simulation: actors with keys, a door with its node, a naive second machine, and what must always hold.
pub mod crypto;
pub mod naive;
