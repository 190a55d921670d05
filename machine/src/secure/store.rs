//! What a device keeps: its keys, its prekeys with what they remember, its sessions. How it is written, read and erased.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
    SecureError,
    cipher::Plaintext,
    envelope::Party,
    keys::{Agreement, Secret},
    peers::Peers,
    written::{Written as _, written},
};
use crate::{
    bug,
    kernel::{Int, PublicKey, Tick},
};

/// How long a prekey is kept after its successor came, in ms: 30 days.
pub const PREKEY_KEPT_MS: u64 = 30 * 86_400_000;
/// How many prekeys are kept; a device that changes its prekey more often than once a day loses the oldest early.
pub const PREKEYS_MAX: usize = 32;
/// How many sessions may begin with one prekey. All are remembered, so that none begins twice; the next one is refused, and
/// [`super::Chats::prekey_is_worn`] asks for a new prekey long before.
pub const USED_MAX: usize = 4_096;

/// A prekey, and when its successor came.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prekey {
    pub(super) public: PublicKey,
    retired: Option<Int>,
    pub(super) secret: Secret,
    /// The (identity, ephemeral) pairs that began a session with it.
    pub(super) used: BTreeSet<(PublicKey, PublicKey)>,
}

/// Everything that one device keeps for its chats.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Store {
    pub(super) identity: Secret,
    pub(super) me: Party,
    pub(super) origin: String,
    pub(super) peers: Peers,
    /// The newest last; never empty.
    prekeys: Vec<Prekey>,
}

written!(Prekey { public, retired, secret, used });
written!(Store { identity, me, origin, peers, prekeys });

impl Prekey {
    pub(super) fn new<A: Agreement>(secret: Secret) -> Self {
        Self { public: A::public(&secret), retired: None, secret, used: BTreeSet::new() }
    }
}

impl Store {
    pub(super) fn new(origin: String, me: Party, identity: Secret, prekey: Prekey) -> Self {
        Self { identity, me, origin, peers: Peers::default(), prekeys: alloc::vec![prekey] }
    }

    /// The prekey to publish.
    pub(super) fn newest(&self) -> &Prekey {
        self.prekeys.last().unwrap_or_else(|| bug!("a device without a prekey"))
    }

    pub(super) fn prekey(&mut self, public: &PublicKey) -> Option<&mut Prekey> {
        self.prekeys.iter_mut().find(|prekey| prekey.public == *public)
    }

    /// A new prekey comes into use.
    pub(super) fn rotate(&mut self, prekey: Prekey, now: Tick) {
        if let Some(last) = self.prekeys.last_mut() {
            last.retired = Some(Int::saturating(now));
        }
        self.prekeys.push(prekey);
        self.erase_due(now);
        if self.prekeys.len() > PREKEYS_MAX {
            self.prekeys.remove(0);
        }
    }

    /// Erases prekeys whose successor is [`PREKEY_KEPT_MS`] old, with what they remember.
    pub(super) fn erase_due(&mut self, now: Tick) {
        self.prekeys.retain(|prekey| prekey.retired.is_none_or(|retired| now < retired.get() + PREKEY_KEPT_MS));
    }

    /// Canonical JSON, with every secret in it; erased when dropped. It is laid out at once: a buffer that grew would leave
    /// secrets behind.
    pub(super) fn to_bytes(&self) -> Plaintext {
        let mut bytes = Vec::with_capacity(self.bytes_max());
        let room = bytes.capacity();
        self.write(&mut bytes);
        if bytes.capacity() != room {
            bug!("a device's state is longer than its parts: {} bytes", bytes.len());
        }
        Zeroizing::new(bytes)
    }

    /// No fewer bytes than the canonical form has. Each part is a few names, digests of 66 and integers of at most 16 bytes.
    fn bytes_max(&self) -> usize {
        let [peers, sessions, chains, skipped, marks] = self.peers.counts();
        let used: usize = self.prekeys.iter().map(|prekey| prekey.used.len()).sum();
        let parts = [
            (self.prekeys.len(), 256),
            (used, 144),
            (peers, 384),
            (sessions, 1_024),
            (chains, 320),
            (skipped, 96),
            (marks, 8),
        ];
        // an origin is a host's name, but nobody looks at it here: six bytes are the longest escape of one
        1_024 + self.origin.len() * 6 + parts.iter().map(|(count, bytes)| count * bytes).sum::<usize>()
    }

    /// Reads exactly what [`Store::to_bytes`] writes.
    pub(super) fn read<A: Agreement>(bytes: &[u8]) -> Result<Self, SecureError> {
        let store: Self = serde_json::from_slice(bytes).map_err(|_| SecureError::Form)?;
        let good = store.sound::<A>() && *store.to_bytes() == bytes;
        good.then_some(store).ok_or(SecureError::Form)
    }

    /// Whether every bound holds and every public key is its secret's.
    fn sound<A: Agreement>(&self) -> bool {
        let Some((newest, older)) = self.prekeys.split_last() else { return false };
        let own = |prekey: &Prekey| A::public(&prekey.secret) == prekey.public && prekey.used.len() <= USED_MAX;
        self.prekeys.len() <= PREKEYS_MAX
            && !self.origin.contains('\n')
            && A::public(&self.identity) == self.me.identity_key
            && newest.retired.is_none()
            && older.iter().all(|prekey| prekey.retired.is_some())
            && self.prekeys.iter().all(own)
            && self.peers.sound()
    }
}
