//! SecureMessageV2: what the two ends of a chat run. The service never does, and never sees a key or a plaintext.
//!
//! X3DH begins a session between two devices, the Double Ratchet carries it on. Randomness and time are arguments; nothing
//! here draws or looks. **Unaudited.**
//!
//! ```text
//! Chats::seal -> for each device: session (or handshake) -> ratchet: message key -> ChaCha20-Poly1305 -> envelope -> blob
//! blob -> own copy -> session (or handshake) -> ratchet, on a copy -> tag verified -> the copy becomes the session
//! ```
//!
//! | file | what lives there |
//! | --- | --- |
//! | `keys` | secrets that erase themselves, key agreement, every HKDF label |
//! | `handshake` | X3DH: one secret from three agreements |
//! | `ratchet` | one session: chains, skipped keys |
//! | `envelope` | what is sent: header, padding, ciphertext, copies |
//! | `chats` | a device: its keys, its sessions, sealing and opening |
//! | `extras` | safety numbers, history moved by passphrase |
//!
//! What stays visible to everybody: who writes to whom, when, and the padded size. Absent on purpose: one-time prekeys (no
//! server to hand them out once), header encryption, post-quantum agreement, groups.

mod chats;
mod envelope;
mod extras;
mod handshake;
mod keys;
mod ratchet;

#[cfg(test)]
mod tests;

pub use chats::{Chats, PREKEY_KEPT_MS, Recipient};
pub use envelope::{COPIES_MAX, Copies, Envelope, Header, PAD, PLAINTEXT_BYTES_MAX};
pub use extras::{export, import, safety_number};
pub use handshake::{Handshake, prekey_message};
pub use keys::{Agreement, LABELS, Secret, X25519};
pub use ratchet::{AHEAD_MAX, SKIPPED_MAX, Session};

/// Why something cannot be sealed or opened. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecureError {
    /// A key of low order: the shared secret would be no secret.
    #[error("a key of low order")]
    LowOrder,
    /// Not of the form of a blob or an envelope.
    #[error("not a message of this form")]
    Form,
    /// Longer than [`PLAINTEXT_BYTES_MAX`].
    #[error("longer than 16 KiB")]
    TooLong,
    /// More than [`COPIES_MAX`] devices.
    #[error("more than 16 devices")]
    TooManyCopies,
    /// No copy for this device.
    #[error("no copy for this device")]
    NotForUs,
    /// No session with this device, and the message begins none.
    #[error("no session with this device")]
    NoSession,
    /// It begins with a prekey that this device does not have, or erased.
    #[error("an unknown or erased prekey")]
    UnknownPrekey,
    /// The message key was used and erased, or dropped as too old.
    #[error("opened before, or too old")]
    Used,
    /// So far ahead of the chain that the work is refused.
    #[error("too far ahead")]
    TooFarAhead,
    /// The tag does not verify: wrong key, or not what was sealed.
    #[error("does not verify")]
    Tag,
    /// The passphrase is not the one, or the bytes are not what was exported.
    #[error("wrong passphrase, or not an export")]
    Passphrase,
}
