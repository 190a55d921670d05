//! The pure core: what everything means, as one function.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants))]

extern crate alloc;

#[cfg(feature = "trust")]
pub mod door;
pub mod kernel;
#[cfg(feature = "secure")]
pub mod secure;
#[cfg(feature = "trust")]
pub mod trust;
#[cfg(feature = "trust")]
pub mod view;
