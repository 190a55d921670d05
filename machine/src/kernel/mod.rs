//! The kernel: keeps the ledger of any machine.
pub mod canonical;
pub mod digest;
pub mod files;
pub mod tags;

pub use canonical::Int;
pub use digest::{Digest, PublicKey, Signature};
