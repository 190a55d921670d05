//! X3DH without one-time prekeys: the initiator needs only what the other device published.

use alloc::{format, string::String};

use zeroize::Zeroizing;

use super::{
    SecureError,
    keys::{Agreement, NO_SALT, Secret, X3DH, derive_secrets},
};
use crate::kernel::{PublicKey, tags};

/// What a device key signs over its chat keys (`prekey_sig`).
#[must_use]
pub fn prekey_message(identity_key: &PublicKey, prekey: &PublicKey) -> String {
    format!("{}{identity_key}\n{prekey}", tags::PREKEY.0)
}

/// The initiator's side: own identity and ephemeral, the other's identity and prekey.
pub(super) fn initiate<A: Agreement>(
    identity: &Secret,
    ephemeral: &Secret,
    their_identity: &PublicKey,
    their_prekey: &PublicKey,
) -> Result<Secret, SecureError> {
    let dh1 = A::agree(identity, their_prekey);
    let dh2 = A::agree(ephemeral, their_identity);
    let dh3 = A::agree(ephemeral, their_prekey);
    shared_secret([dh1, dh2, dh3])
}

/// The receiver's side of the same three agreements.
pub(super) fn respond<A: Agreement>(
    identity: &Secret,
    prekey: &Secret,
    their_identity: &PublicKey,
    their_ephemeral: &PublicKey,
) -> Result<Secret, SecureError> {
    let dh1 = A::agree(prekey, their_identity);
    let dh2 = A::agree(identity, their_ephemeral);
    let dh3 = A::agree(prekey, their_ephemeral);
    shared_secret([dh1, dh2, dh3])
}

/// HKDF over 32 bytes of FF (no Curve25519 key starts so) and the three agreements.
fn shared_secret(agreements: [Option<Secret>; 3]) -> Result<Secret, SecureError> {
    let mut ikm = Zeroizing::new([0xff; 128]);
    for (part, agreement) in ikm[32..].chunks_exact_mut(32).zip(agreements) {
        part.copy_from_slice(agreement.ok_or(SecureError::LowOrder)?.bytes());
    }
    let [secret] = derive_secrets(&NO_SALT, &*ikm, X3DH);
    Ok(secret)
}
