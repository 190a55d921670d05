//! What sealing and opening give beside bytes: who was left out, and what a person should see about a chat.

use alloc::vec::Vec;

use super::{
    SecureError,
    cipher::Plaintext,
    envelope::{Copies, Party},
};
use crate::kernel::PublicKey;

/// Something about a chat that its person should see, or that a client acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatEvent {
    /// The first session with this device, or the first since the device was forgotten (see the table of bounds).
    Met(Party),
    /// The device goes by another identity key than before: the sessions with the old one are erased, and one with the new
    /// one began. The safety number changes too.
    IdentityChanged {
        /// The identity key that the sessions were with.
        was: PublicKey,
        /// The device as it is now.
        now: Party,
    },
    /// This end began a fresh session, since nothing more can be written in the one that there was.
    BeganAnew {
        /// The other end.
        with: Party,
        /// The reason.
        why: Renewal,
    },
    /// The other end began a fresh session though one was in use: it lost messages, or its state.
    TheyBeganAnew(Party),
}

/// Why this end began a fresh session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// [`super::CHAIN_MAX`] messages in a row had no answer.
    Unanswered,
    /// The state of one of the two devices was restored or cloned: from there on they hold different keys.
    Forked,
    /// The other device published another prekey before it answered.
    Prekey,
}

/// A sealed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The blob.
    pub copies: Copies,
    /// What happened to the chats with the devices that have a copy.
    pub events: Vec<ChatEvent>,
    /// Devices that have no copy, with the reason: [`SecureError::NoRoom`], or a key with which none can be made.
    pub left_out: Vec<(PublicKey, SecureError)>,
}

/// An opened message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What happened to the chat with the sender's device.
    pub event: Option<ChatEvent>,
    /// What was sealed; erased when dropped.
    pub plaintext: Plaintext,
}
