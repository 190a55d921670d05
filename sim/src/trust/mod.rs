//! The trust loop in simulation: actors with keys, a door with its node, a naive second machine, and what must always hold.

pub mod actor;
pub mod anything;
pub mod checks;
pub mod crypto;
mod director;
mod explained;
pub mod mail;
pub mod naive;
pub mod part;
pub mod server;
mod staged;
pub mod story;
pub mod tale;
pub mod words;
pub mod world;
