//! The trust loop in simulation: actors with keys, a door with its node, a naive second machine, and what must always hold.

pub mod actor;
pub mod checks;
pub mod crypto;
mod director;
mod explained;
pub mod generator;
pub mod history;
pub mod mail;
pub mod naive;
pub mod part;
pub mod server;
pub mod steps;
pub mod story;
mod system;
pub mod world;
