//! The sans-I/O front: typed requests in, typed replies out, over one node and its durable view.
//!
//! Whatever the shell must be able to do with a request (verify it, refuse it, hold it back, answer it from durable state)
//! happens here, where the simulator drives the same code. Sockets, tokens and frames will join it with the service.

mod blobs;

use alloc::{collections::VecDeque, string::String, sync::Arc, vec::Vec};

use crate::{
    kernel::{
        Digest, Entry, Int, Parsed, PublicKey, Signature, Tick, Verified, Verifier as _,
        files::{FileRequest, FileResult, Listing, OpId},
        node::{Answer, Config, Halt, Node, Output as NodeOutput, Receipt, Torn},
    },
    trust::{
        Body, Effect, Event, Refusal, Trust, UserId, anchor,
        effect::ProfileChanged,
        event::KeysPublished,
        user::User,
        verify::{Arithmetic, Signatures},
        words::{BLOB_BYTES_MAX, Blob, Code, Of},
    },
    view::{Device, Relayed, View},
};
use blobs::{Blobs, Done};

pub use crate::kernel::node::Ticket;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A challenge: what a LOGIN must name as its anchor.
    Challenge,
    /// An event, in canonical bytes.
    Submit(Vec<u8>),
    /// Stores a blob of 1..=262,144 bytes.
    PutBlob(Vec<u8>),
    /// A blob's bytes.
    GetBlob(Digest),
    /// The chat keys of a user's devices.
    Keys(UserId),
    /// A user's messages after an entry, at most 64.
    Messages(UserId, Option<u64>),
    /// What everybody may know of a user.
    Profile(UserId),
}

/// What a client is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The anchor to name, and the ledger's origin.
    Challenge {
        /// The hash of a recent entry.
        anchor: Digest,
        /// The ledger's name.
        origin: String,
    },
    /// The event is an entry, durable.
    Accepted(Receipt),
    /// The event may not happen.
    Refused {
        /// Why.
        refusal: Refusal,
        /// What is wrong with its form, if that is why.
        detail: String,
    },
    /// The event refers to a blob that is not stored: put it, then submit again.
    NoBlob(Digest),
    /// These bytes were a profile that was erased: they are not taken again.
    Erased(Digest),
    /// The blob is durable.
    Stored(Blob),
    /// The blob's bytes, if it is stored.
    Blob(Option<Vec<u8>>),
    /// Chat keys, a device each.
    Keys(Vec<DeviceKeys>),
    /// Messages, oldest first.
    Messages(Vec<Relayed>),
    /// What everybody may know of a user, if there is one.
    Profile(Option<Profile>),
    /// Not now: the service is starting, or stopped.
    Unavailable,
}

/// The chat keys of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceKeys {
    /// Whether a session of the device is active: only then it is written to. Its older messages still open.
    pub active: bool,
    /// Signs for the device.
    pub device_key: PublicKey,
    /// X25519.
    pub identity_key: PublicKey,
    /// X25519.
    pub prekey: PublicKey,
    /// By the device key, over both.
    pub prekey_sig: Signature,
}

/// What everybody may know of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The profile's bytes, if there are any.
    pub blob: Option<Blob>,
    /// The user's referral code.
    pub code: Code,
    /// In parts per million.
    pub coherence_ppm: Int,
    /// In micropoints.
    pub points_micro: Int,
}

/// What the door wants done, or tells.
#[derive(Debug)]
pub enum Output {
    /// Execute this, in order, and report its completion.
    File(FileRequest),
    /// Send this to who asked.
    Reply(Ticket, Reply),
    /// An entry became durable, or was read back at the start.
    Entry {
        /// The entry.
        entry: Arc<Entry<Trust>>,
        /// Whether it was read back.
        replayed: bool,
    },
    /// A signed checkpoint, durable.
    Checkpoint(String),
    /// Recovery is over.
    Ready {
        /// What was set aside, if anything.
        torn: Option<Torn>,
    },
    /// The door stopped for good.
    Halted(Halt),
}

/// How many messages one reply holds at most.
const MESSAGES_MAX: usize = 64;

/// The front of one ledger.
#[derive(Debug)]
pub struct Door<A> {
    node: Node<Trust, Signatures<A>>,
    view: View,
    blobs: Blobs,
    ready: bool,
    blob_ops: OpId,
    out: VecDeque<Output>,
}

impl<A: Arithmetic> Door<A> {
    /// A door over a directory with these files; recovery begins at once.
    ///
    /// It replays the whole ledger: its view is folded from every entry, and a node's snapshot does not hold it.
    pub fn open(config: Config, verifier: Signatures<A>, listing: &Listing) -> Self {
        let whole = Config { snapshot_every: 0, ..config };
        Self {
            node: Node::open(whole, verifier, listing),
            view: View::default(),
            blobs: Blobs::open(listing),
            ready: false,
            blob_ops: 0,
            out: VecDeque::new(),
        }
    }

    /// Makes entry 0 of an empty ledger. False if it is not empty or not ready, or if this is no genesis of the verifier's origin.
    pub fn found(&mut self, genesis: &Event, now: Tick) -> bool {
        let verifier = self.node.verifier();
        let parsed = Parsed::new::<Trust>(genesis, verifier.origin()).ok();
        let verified = parsed.and_then(|parsed| Verified::by::<Trust>(verifier, parsed).ok());
        verified.is_some_and(|genesis| self.node.found(genesis, now))
    }

    /// Takes a request; its reply comes from [`Door::poll`].
    pub fn request(&mut self, ticket: Ticket, request: Request, now: Tick) {
        if !self.ready {
            return self.reply(ticket, Reply::Unavailable);
        }
        match request {
            Request::Challenge => self.reply(ticket, self.challenge()),
            Request::Submit(bytes) => self.submit(ticket, &bytes, now),
            Request::PutBlob(bytes) => self.put_blob(ticket, &bytes),
            Request::GetBlob(sha256) => {
                if !self.blobs.get(ticket, sha256, BLOB_BYTES_MAX) {
                    self.reply(ticket, Reply::Blob(None));
                }
            }
            Request::Keys(user) => self.reply(ticket, Reply::Keys(self.keys(user, now))),
            Request::Messages(user, after) => {
                let messages = self.view.messages(user, after, MESSAGES_MAX).cloned().collect();
                self.reply(ticket, Reply::Messages(messages));
            }
            Request::Profile(user) => self.reply(ticket, Reply::Profile(self.profile(user))),
        }
    }

    /// Takes the completion of a file operation.
    pub fn completed(&mut self, id: OpId, result: FileResult) {
        if id % 2 == NODE {
            return self.node.completed(id / 2, result);
        }
        match self.blobs.completed(result) {
            Done::Nothing => {}
            Done::Stored(blob, tickets) => {
                // it may have been erased while it was being stored
                let erased = self.is_erased(&blob.sha256);
                if erased {
                    self.blobs.erase(&blob.sha256);
                }
                let reply = if erased { Reply::Erased(blob.sha256) } else { Reply::Stored(blob) };
                tickets.into_iter().for_each(|ticket| self.reply(ticket, reply.clone()));
            }
            Done::Read(ticket, bytes) => self.reply(ticket, Reply::Blob(bytes)),
            Done::Failed(halt) => self.out.push_back(Output::Halted(halt)),
        }
    }

    /// The next thing that the door wants done or tells.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(output) = self.out.pop_front() {
            return Some(output);
        }
        if let Some(op) = self.blobs.poll() {
            self.blob_ops += 1;
            return Some(Output::File(FileRequest { id: self.blob_ops * 2 + BLOB, op }));
        }
        let output = self.node.poll()?;
        Some(self.of_node(output))
    }

    /// The node behind it.
    pub fn node(&self) -> &Node<Trust, Signatures<A>> {
        &self.node
    }

    /// Whether nothing is under way.
    pub fn idle(&self) -> bool {
        self.node.idle() && self.blobs.idle() && self.out.is_empty()
    }

    /// Ends the ledger's last segment and signs a last checkpoint. Once idle, the directory is complete.
    pub fn close(&mut self) {
        self.node.close();
    }

    fn of_node(&mut self, output: NodeOutput<Trust>) -> Output {
        match output {
            NodeOutput::File(FileRequest { id, op }) => Output::File(FileRequest { id: id * 2 + NODE, op }),
            NodeOutput::Reply(ticket, Answer::Accepted(receipt)) => Output::Reply(ticket, Reply::Accepted(receipt)),
            NodeOutput::Reply(ticket, Answer::Refused(refusal)) => Output::Reply(ticket, refused(refusal, "")),
            NodeOutput::Reply(ticket, Answer::Unavailable | Answer::Busy) => Output::Reply(ticket, Reply::Unavailable),
            NodeOutput::Entry { entry, replayed } => {
                self.view.fold(&entry);
                if !replayed {
                    self.erase(&entry);
                }
                Output::Entry { entry, replayed }
            }
            NodeOutput::Checkpoint(note) => Output::Checkpoint(note),
            NodeOutput::Ready { torn, .. } => {
                self.ready = true;
                let state = &self.node.durable().state;
                self.blobs.sweep(|sha256| state.blobs.get(sha256).is_some_and(|row| !row.erased));
                Output::Ready { torn }
            }
            NodeOutput::Halted(halt) => {
                self.ready = false;
                Output::Halted(halt)
            }
        }
    }

    fn reply(&mut self, ticket: Ticket, reply: Reply) {
        self.out.push_back(Output::Reply(ticket, reply));
    }

    fn challenge(&self) -> Reply {
        let durable = self.node.durable();
        let anchor = anchor::newest(&durable.state, &durable.head.hash);
        match (anchor, durable.state.genesis()) {
            (Some(anchor), Some(genesis)) => Reply::Challenge { anchor, origin: genesis.origin.clone() },
            (None, _) | (_, None) => Reply::Unavailable,
        }
    }

    fn submit(&mut self, ticket: Ticket, bytes: &[u8], now: Tick) {
        let verifier = self.node.verifier();
        let parsed = match Parsed::read::<Trust>(bytes, verifier.origin()) {
            Ok(parsed) => parsed,
            Err(malformed) => return self.reply(ticket, refused(malformed.refusal, &malformed.detail)),
        };
        let verified = match Verified::by::<Trust>(verifier, parsed) {
            Ok(verified) => verified,
            Err(refusal) => return self.reply(ticket, refused(refusal, "")),
        };
        match blob_of(verified.event()).filter(|blob| !self.blobs.has(blob)) {
            Some(blob) => self.reply(ticket, Reply::NoBlob(blob.sha256)),
            None => self.node.submit(ticket, verified, now),
        }
    }

    fn put_blob(&mut self, ticket: Ticket, bytes: &[u8]) {
        if bytes.is_empty() || bytes.len() as u64 > BLOB_BYTES_MAX {
            return self.reply(ticket, refused(Refusal::Shape, "a blob has 1..=262144 bytes"));
        }
        let sha256 = Digest::untagged(&[bytes]);
        if self.is_erased(&sha256) {
            return self.reply(ticket, Reply::Erased(sha256));
        }
        if let Some(blob) = self.blobs.put(ticket, bytes) {
            self.reply(ticket, Reply::Stored(blob));
        }
    }

    fn is_erased(&self, sha256: &Digest) -> bool {
        self.node.durable().state.blobs.get(sha256).is_some_and(|row| row.erased)
    }

    /// Deletes the bytes of a profile that an entry erased. What a crash leaves of it, the sweep at the start deletes.
    fn erase(&mut self, entry: &Entry<Trust>) {
        for effect in &entry.effects {
            if let Effect::ProfileChanged(ProfileChanged { blob, erased: true, .. }) = effect {
                self.blobs.erase(&blob.sha256);
            }
        }
    }

    /// The chat keys of a user's devices.
    fn keys(&self, user: UserId, now: Tick) -> Vec<DeviceKeys> {
        let durable = self.node.durable();
        let at = now.max(durable.head.at);
        let sessions = durable.state.users.get(&user).map_or(&[] as &[Digest], |row| &row.sessions);
        let sessions = sessions.iter().filter_map(|id| durable.state.sessions.get(id));
        let active: Vec<_> = sessions.filter(|session| session.active(at)).map(|session| session.device_key).collect();
        let keys = self.view.devices(user).iter().map(|Device { device_key, keys }| {
            let KeysPublished { identity_key, prekey, prekey_sig } = *keys;
            let known = durable.state.chat_keys.get(&Of(user, *device_key)).is_some();
            let active = known && active.contains(device_key);
            DeviceKeys { active, device_key: *device_key, identity_key, prekey, prekey_sig }
        });
        keys.collect()
    }

    fn profile(&self, user: UserId) -> Option<Profile> {
        let state = &self.node.durable().state;
        let User { coherence_ppm, points_micro, .. } = *state.users.get(&user)?;
        let blob = state.profiles.get(&user).filter(|profile| !profile.erased).map(|profile| profile.blob);
        Some(Profile { blob, code: Code::of(&user), coherence_ppm, points_micro })
    }
}

/// The node's operations have even ids, those on blobs odd ones.
const NODE: OpId = 0;
const BLOB: OpId = 1;

fn refused(refusal: Refusal, detail: &str) -> Reply {
    Reply::Refused { refusal, detail: String::from(detail) }
}

/// The blob that an event refers to.
fn blob_of(event: &Event) -> Option<Blob> {
    match event {
        Event::Genesis(_) | Event::Login(_) | Event::Operator(_) => None,
        Event::Intent(intent) => match &intent.body {
            Body::ProfileUpdated(body) => Some(body.blob),
            Body::Message(body) => Some(body.blob),
            Body::KeysPublished(_)
            | Body::ReferralUse(_)
            | Body::SessionRotated(_)
            | Body::SessionRevoked(_)
            | Body::ProfileErased(_) => None,
        },
    }
}
