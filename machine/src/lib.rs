//! The pure core: what everything means, as one function.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants))]

extern crate alloc;

pub mod kernel;
#[cfg(feature = "trust")]
pub mod trust;
