//! x
pub mod check;
pub mod graph;
pub mod resolve;
pub mod rules;
pub mod source;
pub mod summary;
pub mod tables;
