//! The trust loop in simulation: actors with keys, a door with its node, a naive second machine, and what must always hold.

pub mod actor;
pub mod checks;
pub mod client;
pub mod compile;
pub mod crypto;
mod describe;
mod director;
mod explained;
pub mod front;
pub mod generator;
pub mod message;
pub mod naive;
pub mod steps;
pub mod story;
mod system;
mod trust_world;
pub mod units;

pub use trust_world::{ACTORS, DIRECTOR, TrustSettings, TrustWorld};
