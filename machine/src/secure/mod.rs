//! SecureMessageV2: what the two ends of a chat run. The service never does, and never sees a key or a plaintext.
//!
//! X3DH begins a session between two devices, the Double Ratchet carries it on. Randomness and time are arguments; nothing
//! here draws or looks. **Unaudited.**
//!
//! ```text
//! Chats::seal -> for each device: session (or handshake) -> ratchet: message key -> ChaCha20-Poly1305 -> envelope -> blob
//! blob -> own copy -> session (or handshake) -> envelope's tag -> ratchet, on a copy -> tag of the cipher verified
//!      -> the copy becomes the session
//! ```
//!
//! | file | what lives there |
//! | --- | --- |
//! | `keys` | secrets that erase themselves, key agreement, every HKDF label |
//! | `handshake` | X3DH: one secret from three agreements |
//! | `cipher` | padding, encryption and decryption in place |
//! | `envelope` | what is sent: header, ciphertext, tag, copies; what a message is bound to |
//! | `ratchet`, `marks` | one session: chains, skipped keys, which messages were opened |
//! | `peers` | the other devices: which session is written to, what is forgotten |
//! | `store`, `written` | what a device keeps, as it is read, erased and written |
//! | `chats` | sealing and opening |
//! | `outcome` | what the two give: events, who was left out |
//! | `extras` | safety numbers, history moved by passphrase |
//!
//! # For whoever writes another client
//!
//! Everything is HKDF-SHA-256 with the info strings of [`LABELS`], which say salt, input and what is made; where outputs are
//! named they follow one another in that order, 32 bytes each. Keys, digests and `random` are lower-case hex in JSON.
//!
//! **Handshake.** The initiator makes an ephemeral key; DH1 = (its identity, their prekey), DH2 = (ephemeral, their
//! identity), DH3 = (ephemeral, their prekey). The shared secret is the first root key, and gives a tag key for each end. The
//! prekey is the responder's first ratchet key.
//!
//! **Turn.** Who writes after hearing a new chain makes a ratchet key, agrees it with the newest one of the other, and
//! derives from root key and agreement the next root key and a chain key. The other end does the same when it reads. `turn`
//! in a header counts the chains that its sender began before, from 0.
//!
//! **Message.** Each step of a chain gives the next chain key and a message key. Message key and the header's `random`
//! give the cipher's key and nonce. A plaintext is followed by 0x80 and zeros up to a multiple of 160 bytes.
//!
//! **Associated data**, of the cipher and within the tag: these lines, each ended by a newline (0x0A), and the header in
//! canonical form behind them, without one. Both ends are named with (user, device key, identity key), initiator first; so
//! an identity key that somebody else published opens nothing under that name.
//!
//! ```text
//! qfs/msg/v2
//! {origin}
//! user_{64 hex}                          the session's initiator: user id,
//! {64 hex}                               device key,
//! {64 hex}                               identity key
//! user_{64 hex}                          the responder
//! {64 hex}
//! {64 hex}
//! {64 hex}                               the thread
//! {"n":N,"prekey":P,"previous":M,"random":R,"ratchet":K,"session":E,"turn":T}
//! ```
//!
//! `session` is the initiator's ephemeral key and names the session. `prekey` is there until the initiator heard an answer.
//!
//! **Tag** of an envelope: derived from its sender's tag key over associated data, a newline, and SHA-256 of
//! `qfs/ciphertext/v2` + newline + the ciphertext's base64 text, in hex. It is checked first: a forged envelope changes nothing
//! and costs nothing else. (A tag key is as old as its session. Who steals it can cause work within the bounds below and fresh
//! sessions, and can read or write nothing.)
//!
//! **Forks.** An envelope whose tag is good, and which fits no chain, proves that one end's state was restored or cloned: it
//! begins a chain that is known with another ratchet key, goes on behind a chain's end, lies more than one turn ahead, has a
//! number under which another `random` was opened in the newest chain, or opens under another key. That is
//! [`SecureError::Forked`], and the next message to that device begins a fresh session. An envelope that came before, or is
//! of a chain that is no longer remembered, is [`SecureError::Used`].
//!
//! **Randomness.** 32 bytes a sealing, from which each copy derives an ephemeral secret, a ratchet secret and the `random`
//! of its header. A device whose state was restored or cloned uses a message key twice, and still no pair of key and nonce.
//! A client writes its state down between sealing and sending.
//!
//! **Sessions** belong to (user, device key, identity key). Another identity key erases those with the one before. A fresh
//! session begins where the last one can carry nothing more ([`Renewal`]), without a word from the person, and both ends
//! get a [`ChatEvent`]. So lost messages cost what was lost: a direction is never dead for longer than [`CHAIN_MAX`]
//! messages, however many were lost. A client that answers [`SecureError::Forked`] with an empty message heals the chat at
//! once.
//!
//! # Bounds
//!
//! | bound | value | beyond it |
//! | --- | --- | --- |
//! | [`PLAINTEXT_BYTES_MAX`] | 16,384 bytes | refused |
//! | [`PAD`] | 160 bytes | plaintexts are padded to multiples; other lengths are refused |
//! | [`COPIES_MAX`] | 16 copies a blob | older devices are left out, and the sender is told; refused when read |
//! | [`BLOB_BYTES_MAX`] | 262,144 bytes a blob | likewise: 11 copies of the longest plaintext |
//! | [`CHAIN_MAX`] | 1,024 messages a chain | the sender begins a fresh session; refused when read |
//! | [`CHAINS_MAX`] | 8 receiving chains a session | the oldest goes, with its skipped keys |
//! | [`SKIPPED_MAX`] | 1,000 skipped keys a device | the oldest goes |
//! | [`SESSIONS_MAX`] | 4 sessions a device | the one heard of longest ago goes |
//! | [`PEERS_MAX`] | 1,024 devices that were written to | the one used longest ago is forgotten |
//! | [`STRANGERS_MAX`] | 256 devices that never were | likewise |
//! | [`USED_MAX`] | 4,096 sessions begun with one prekey | refused until the prekey changes |
//! | [`PREKEYS_MAX`] | 32 prekeys | the oldest is erased early |
//! | [`PREKEY_KEPT_MS`] | 30 days from a prekey's successor | erased by the next sealing, opening or rotation |
//!
//! Before an envelope's tag verifies, opening it costs a SHA-256 of the ciphertext and an HKDF of about 1 KB in a known
//! session; in one that begins, three agreements and three HKDFs. After it, and before the cipher's tag verifies, at most
//! 2 x `CHAIN_MAX` steps and one agreement: only the other end of a session can cause them.
//!
//! A device that never is written to leaves at most about 120 kB in a device's state, all of them about 30 MB.
//!
//! # Erasure
//!
//! Secrets, cipher keys, plaintexts and written states are erased when dropped; the ciphers' own `zeroize` features are on.
//! Not erased: what the hash function and moves leave on the stack, and what the caller was given.
//!
//! What stays visible to everybody: who writes to whom, when, in which session, and the padded size. Absent on purpose:
//! one-time prekeys (no server to hand them out once), header encryption, post-quantum agreement, groups.

mod chats;
mod cipher;
mod envelope;
mod extras;
mod handshake;
mod keys;
mod marks;
mod outcome;
mod peers;
mod ratchet;
mod store;
mod written;

#[cfg(test)]
mod tests;

pub use chats::{Chats, Recipient};
pub use cipher::{PAD, PLAINTEXT_BYTES_MAX, Plaintext};
pub use envelope::{BLOB_BYTES_MAX, COPIES_MAX, Copies, Envelope, Header, Party};
pub use extras::{export, import, safety_number};
pub use handshake::prekey_message;
pub use keys::{Agreement, LABELS, Salt, Secret, X25519};
pub use outcome::{ChatEvent, Opened, Renewal, Sealed};
pub use peers::{PEERS_MAX, SESSIONS_MAX, SKIPPED_MAX, STRANGERS_MAX};
pub use ratchet::{CHAIN_MAX, CHAINS_MAX};
pub use store::{PREKEY_KEPT_MS, PREKEYS_MAX, USED_MAX};

/// Why something cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecureError {
    /// A key of low order: the shared secret would be no secret.
    #[error("a key of low order")]
    LowOrder,
    /// Not of the form of a blob or an envelope.
    #[error("not a message of this form")]
    Form,
    /// Longer than [`PLAINTEXT_BYTES_MAX`], or a blob longer than [`BLOB_BYTES_MAX`].
    #[error("longer than a message may be")]
    TooLong,
    /// More than [`COPIES_MAX`] copies.
    #[error("more than 16 copies")]
    TooManyCopies,
    /// The blob has no room for another copy: [`COPIES_MAX`] or [`BLOB_BYTES_MAX`] is reached.
    #[error("no room for another copy")]
    NoRoom,
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
    /// A number that no chain of [`CHAIN_MAX`] messages has.
    #[error("too far ahead")]
    TooFarAhead,
    /// [`USED_MAX`] sessions began with this prekey: only a new prekey lets more begin.
    #[error("no more sessions begin with this prekey")]
    PrekeyWorn,
    /// The other device's state was restored or cloned, or this one's, so the message's key is not to be had. The next message
    /// to that device begins a fresh session; what it wrote must be sent again.
    #[error("the state of one of the two devices was restored or cloned")]
    Forked,
    /// The tag does not verify: wrong key, or not what was sealed.
    #[error("does not verify")]
    Tag,
    /// The passphrase is not the one, or the bytes are not what was exported.
    #[error("wrong passphrase, or not an export")]
    Passphrase,
}
