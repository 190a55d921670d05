//! The QFS x ATLAS machine: what logins, profiles, chats, referrals and rewards mean, and nothing else.
//!
//! Each module owns one concern: its rows, its judgement, its writing. An event's way through them:
//!
//! ```text
//! bytes -> event::read -> verify (signatures) -> apply -> session (who, active, scope, counter) -> limits -> its own rules
//!                                                  -> aegis -> then only: head, anchors, counts, its own rows -> effects
//! ```
//!
//! Everything is judged before anything is written, so a refusal leaves the state as it was.
//!
//! Absent on purpose: clocks, randomness, the content of messages and profiles, and any way to write a reward.

pub mod aegis;
pub mod anchor;
mod apply;
pub mod chat;
pub mod curves;
pub mod device;
pub mod effect;
pub mod event;
pub mod explain;
pub mod genesis;
pub mod judgement;
pub mod kinds;
pub mod limits;
pub mod login;
mod machine;
pub mod operator;
mod owned;
pub mod profile;
pub mod referral;
pub mod refusal;
pub mod reward;
pub mod ruleset;
pub mod session;
mod session_change;
pub mod signing;
mod state;
pub mod tables;
pub mod time;
pub mod types;
mod upkeep;
pub mod user;
mod valid;
pub mod verify;

pub use effect::Effect;
pub use event::{Event, Intent, OperatorIntent};
pub use kinds::{Body, OperatorBody};
pub use machine::Trust;
pub use refusal::Refusal;
pub use state::State;
pub use types::UserId;

#[cfg(test)]
pub(crate) mod tests;
