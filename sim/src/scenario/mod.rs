//! Scenario files: TOML in, typed and checked values out, and every mistake named at its place, all in one go.
//!
//! What a scenario may say is a [`Vocabulary`]: plain slices of documented words, from which reading, help and tests all
//! follow. One file is one scenario is one test. Absent on purpose: floats (decimals and ratios are text), includes,
//! conditions, loops other than `times` and crowds.

mod document;
mod expand;
mod mistake;
mod read;
mod value;
mod vocabulary;
mod write;

#[cfg(test)]
mod tests;

pub use document::{DeclaredActor, Document, FaultSetting, Step};
pub use expand::Turn;
pub use mistake::{Mistake, Mistakes};
pub use value::{Value, Values};
pub use vocabulary::{COUNTS, Decimal, KeyWord, Kind, MapKeys, StepWord, TableWord, Vocabulary, help, is_step_key};
