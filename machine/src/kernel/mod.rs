//! The kernel: keeps the ledger of any machine. It knows entries, tables, proofs and files, and nothing of what they mean.
//!
//! | file | what lives there |
//! | --- | --- |
//! | `machine` | the two traits: what a machine is, and what keeping its ledger needs |
//! | `canonical`, `digest`, `tags` | bytes: canonical JSON, hex, domain tags |
//! | `entry` | one line of the ledger, written and read again by applying it |
//! | `table` | the state as tables with digests and proofs |
//! | `heap` | an order beside a table, cloned for nothing |
//! | `merkle`, `note`, `tlog_proof` | the tree over the lines, signed checkpoints, proofs for whoever has the key |
//! | `node` | the sans-I/O keeper: submissions in, file operations out, replies once durable |
//! | `files` | those operations as data |
//! | `echo` | a toy machine, with which all of it is tested |
//!
//! Absent on purpose: threads, sockets, clocks, a storage trait (operations are data), a generic JSON value.

pub mod canonical;
pub mod digest;
pub mod echo;
pub mod entry;
pub mod files;
pub mod heap;
pub mod machine;
pub mod merkle;
pub mod node;
pub mod note;
pub mod table;
pub mod tags;
pub mod tlog_proof;

pub use canonical::Int;
pub use digest::{Digest, PublicKey, Signature};
pub use entry::{Entry, Head, Src};
pub use machine::{Clocks, Effects, Lane, Ledgered, Machine, Parsed, Settings, Stamp, Tick, Verified, Verifier};
