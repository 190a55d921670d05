//! Keys of actors: real curves, or *sealed* ones (keyed hashes, a thousand times faster) for searching. Keys come from the
//! seed and a name, so they are the same on every machine; findings made with sealed keys are confirmed with real ones.

use ed25519_dalek::{Signer as _, SigningKey};
use machine::{
    kernel::{PublicKey, Signature},
    secure::{Agreement, Secret},
    trust::{
        curves::{Arithmetic, Curves, address_of, eip191_hash},
        login::WalletSig,
        types::Account,
    },
};
use sha2::{Digest as _, Sha256};

/// Which arithmetic a run uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Crypto {
    /// Ed25519, secp256k1 and X25519.
    #[default]
    Real,
    /// Keyed hashes in their place: nobody in a simulation knows how to forge them, and nobody outside uses them.
    Sealed,
}

/// A secret of 32 bytes, from the seed of the run and what it is for.
#[must_use]
pub fn secret(seed: u64, name: &str, purpose: &str) -> [u8; 32] {
    hash(&[b"secret", &seed.to_be_bytes(), name.as_bytes(), purpose.as_bytes()])
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

impl Arithmetic for Crypto {
    fn ed25519(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        match self {
            Self::Real => Curves.ed25519(key, message, signature),
            Self::Sealed => seal(key, message) == *signature,
        }
    }

    fn eip191(&self, text: &str, signature: &[u8; 65]) -> Option<[u8; 20]> {
        match self {
            Self::Real => Curves.eip191(text, signature),
            Self::Sealed => {
                let address = *signature.first_chunk::<20>()?;
                (seal_text(&address, text) == *signature).then_some(address)
            }
        }
    }
}

/// Key agreement in a sealed run: a hash over both public keys, which only is a secret because nobody in a simulation
/// computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedAgreement;

impl Agreement for SealedAgreement {
    fn public(secret: &Secret) -> PublicKey {
        PublicKey(hash(&[b"sealed agreement", secret.bytes()]))
    }

    fn agree(secret: &Secret, public: &PublicKey) -> Option<Secret> {
        let ours = Self::public(secret);
        let (smaller, larger) = (ours.min(*public), ours.max(*public));
        Some(Secret::new(&hash(&[b"sealed secret", &smaller.0, &larger.0])))
    }
}

/// The sealed signature: two hashes over key and message.
fn seal(key: &PublicKey, message: &[u8]) -> Signature {
    let mut bytes = [0; 64];
    let left = hash(&[b"seal left", &key.0, message]);
    bytes[..32].copy_from_slice(&left);
    bytes[32..].copy_from_slice(&hash(&[b"seal right", &left]));
    Signature(bytes)
}

/// What a sealed run takes for this key's signature.
pub(super) fn sign_sealed(key: &PublicKey, message: &[u8]) -> Signature {
    seal(key, message)
}

/// The sealed wallet signature: address || hash || zeros || 1b.
fn seal_text(address: &[u8; 20], text: &str) -> [u8; 65] {
    let mut bytes = [0; 65];
    bytes[..20].copy_from_slice(address);
    bytes[20..52].copy_from_slice(&hash(&[b"seal text", address, text.as_bytes()]));
    bytes[64] = 0x1b;
    bytes
}

/// A device's signing key.
#[derive(Clone, Debug)]
pub struct DeviceKey {
    secret: [u8; 32],
    public: PublicKey,
    /// The expanded key of a real one: making it costs as much as a signature.
    real: Option<Box<SigningKey>>,
}

impl DeviceKey {
    /// The key of a secret.
    #[must_use]
    pub fn new(crypto: Crypto, secret: [u8; 32]) -> Self {
        let real = (crypto == Crypto::Real).then(|| Box::new(SigningKey::from_bytes(&secret)));
        let public = real.as_ref().map(|key| key.verifying_key().to_bytes());
        let public = PublicKey(public.unwrap_or_else(|| hash(&[b"sealed key", &secret])));
        Self { secret, public, real }
    }

    /// The public half of the key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// Signs a message with the key.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        match &self.real {
            Some(key) => Signature(key.sign(message).to_bytes()),
            None => seal(&self.public, message),
        }
    }

    /// The secret, so that a check can look for it where it must not be.
    #[must_use]
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }
}

/// The wallet with which an actor logs in.
#[derive(Clone, Debug)]
pub enum Wallet {
    /// An Ethereum wallet: secp256k1.
    Eip155 {
        /// Which arithmetic the run uses.
        crypto: Crypto,
        /// The secret scalar of the key, 32 bytes.
        secret: [u8; 32],
    },
    /// An Ed25519 wallet: one key.
    Ed25519(DeviceKey),
}

impl Wallet {
    /// The secret of the wallet.
    #[must_use]
    pub fn secret(&self) -> &[u8; 32] {
        match self {
            Self::Eip155 { secret, .. } => secret,
            Self::Ed25519(key) => key.secret(),
        }
    }

    /// What the wallet is known by.
    #[must_use]
    pub fn account(&self) -> Account {
        match self {
            Self::Ed25519(key) => Account::Ed25519(key.public()),
            Self::Eip155 { crypto: Crypto::Sealed, secret } => Account::Eip155(sealed_address(secret)),
            Self::Eip155 { crypto: Crypto::Real, secret } => {
                let point = ethereum_key(secret).verifying_key().to_sec1_point(false);
                Account::Eip155(address_of(point.as_bytes()))
            }
        }
    }

    /// Signs a login's text.
    #[must_use]
    pub fn sign_login(&self, text: &str) -> WalletSig {
        match self {
            Self::Ed25519(key) => {
                let tagged = [machine::kernel::tags::LOGIN.0, text].concat();
                WalletSig::Ed25519(key.sign(tagged.as_bytes()))
            }
            Self::Eip155 { crypto: Crypto::Sealed, secret } => {
                WalletSig::Eip191(seal_text(&sealed_address(secret), text))
            }
            Self::Eip155 { crypto: Crypto::Real, secret } => WalletSig::Eip191(sign_eip191(secret, text)),
        }
    }
}

fn sealed_address(secret: &[u8; 32]) -> [u8; 20] {
    let mut address = [0; 20];
    address.copy_from_slice(&hash(&[b"sealed address", secret])[..20]);
    address
}

/// A secp256k1 key from 32 bytes; the one scalar in 2^128 that is none is hashed once more.
fn ethereum_key(secret: &[u8; 32]) -> k256::ecdsa::SigningKey {
    k256::ecdsa::SigningKey::from_slice(secret).unwrap_or_else(|_| ethereum_key(&hash(&[b"again", secret])))
}

fn sign_eip191(secret: &[u8; 32], text: &str) -> [u8; 65] {
    let mut bytes = [0; 65];
    let (signature, id) = ethereum_key(secret).sign_prehash_recoverable(&eip191_hash(text));
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = 0x1b + id.to_byte();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_signs_verifies_and_nothing_else_does() {
        for crypto in [Crypto::Real, Crypto::Sealed] {
            let key = DeviceKey::new(crypto, secret(1, "alice", "device"));
            let signature = key.sign(b"hello");
            assert!(crypto.ed25519(&key.public(), b"hello", &signature));
            assert!(!crypto.ed25519(&key.public(), b"hullo", &signature));
            let other = DeviceKey::new(crypto, secret(2, "alice", "device"));
            assert!(!crypto.ed25519(&other.public(), b"hello", &signature));
        }
    }

    #[test]
    fn an_ethereum_wallets_text_recovers_to_its_address() {
        for crypto in [Crypto::Real, Crypto::Sealed] {
            let wallet = Wallet::Eip155 { crypto, secret: secret(1, "alice", "wallet") };
            let Account::Eip155(address) = wallet.account() else { panic!("an Ethereum account") };
            let WalletSig::Eip191(mut signature) = wallet.sign_login("text") else { panic!("an EIP-191 signature") };
            assert_eq!(crypto.eip191("text", &signature), Some(address));
            assert_ne!(crypto.eip191("taxt", &signature), Some(address));
            signature[64] = 0;
            assert_eq!(crypto.eip191("text", &signature), None, "v is 1b or 1c");
        }
    }

    #[test]
    fn the_well_known_first_test_account_has_its_well_known_address() {
        let hex = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
        let secret = machine::kernel::digest::unhex(hex).expect("hex");
        let wallet = Wallet::Eip155 { crypto: Crypto::Real, secret };
        assert_eq!(wallet.account().shown(), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    }
}
