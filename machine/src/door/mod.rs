//! The sans-I/O front: typed requests in, typed replies out, over one node and its durable view.
//!
//! Whatever the shell must be able to do with a request (verify it, refuse it, hold it back, answer it from durable state)
//! happens here, where the simulator drives the same code. Sockets, tokens and frames will join it with the service.

mod blobs;
mod clock;
#[cfg(test)]
mod tests;

use alloc::{collections::VecDeque, string::String, sync::Arc, vec::Vec};

use crate::{
    bug,
    kernel::{
        Clocks, Digest, Entry, Int, Parsed, PublicKey, Signature, Tick, Verified, Verifier as _,
        files::{FileRequest, FileResult, Listing, OpId},
        node::{Answer, Config, Halt, Node, Output as NodeOutput, Receipt, Torn},
        table::{At, Locate as _},
    },
    trust::{
        Effect, Event, Refusal, State, Trust, UserId,
        chat::{ChatKeys, KeysPublished},
        curves::Arithmetic,
        effect::ProfileChanged,
        types::{Blob, Code, Of},
        user::User,
        verify::Signatures,
    },
    view::{Relayed, View},
};
use blobs::{Blobs, Done, Owned};
use clock::ClockGuard;

pub use self::clock::{AHEAD_MS_MAX, PAST_HEAD_MS_MAX};
pub use crate::kernel::node::Ticket;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A challenge: what a LOGIN must name as its anchor.
    Challenge,
    /// An event, in canonical bytes.
    Submit(Vec<u8>),
    /// Stores a blob of 1..=262,144 bytes, which then is this user's.
    PutBlob {
        /// Who puts it. Whoever calls the door knows whose session asks.
        owner: UserId,
        /// The blob's bytes.
        bytes: Vec<u8>,
    },
    /// The bytes of a blob of which this user may read some copy.
    GetBlob {
        /// Who reads it. Whoever calls the door knows whose session asks.
        reader: UserId,
        /// SHA-256 of the bytes.
        sha256: Digest,
    },
    /// The chat keys of a user's devices that have an active session: those that are written to. At most 16, the newest first.
    Keys(UserId),
    /// The chat keys that one device of a user published last, also after its sessions ended: for whoever reads what it sent.
    DeviceKeys(UserId, PublicKey),
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
    /// The event refers to a blob that its sender has not stored: put it, then submit again.
    NoBlob(Digest),
    /// These bytes were a profile of this user that was erased: they are not taken again, and nothing may refer to them.
    Erased(Digest),
    /// The blob is durable.
    Stored(Blob),
    /// The blob's bytes; none if there is no copy that the reader may read.
    Blob(Option<Vec<u8>>),
    /// Chat keys, a device each.
    Keys(Vec<DeviceKeys>),
    /// Messages, oldest first.
    Messages(Vec<Relayed>),
    /// What everybody may know of a user, if there is one.
    Profile(Option<PublicProfile>),
    /// Not now: the service is starting, stopped, or has as much to do as it takes on.
    Unavailable,
}

/// The chat keys of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceKeys {
    /// The key that signs for the device.
    pub device_key: PublicKey,
    /// The device's X25519 identity key.
    pub identity_key: PublicKey,
    /// The device's X25519 prekey.
    pub prekey: PublicKey,
    /// The device key's signature over both.
    pub prekey_sig: Signature,
}

/// What everybody may know of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicProfile {
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
pub enum DoorOutput {
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
        /// A checkpoint was due and none was there: whether entries are missing at the end, only somebody who has an older one can tell.
        unsealed: bool,
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
    clock: ClockGuard,
    view: View,
    blobs: Blobs,
    /// The blobs that are to leave once so many entries were folded: of each, who refers to it then is known.
    leaving: VecDeque<(u64, Owned)>,
    phase: Phase,
    blob_ops: OpId,
    out: VecDeque<DoorOutput>,
}

/// What the door can do now.
#[derive(Debug)]
enum Phase {
    /// It reads back what the disk holds.
    Recovering,
    /// It takes requests.
    Serving,
    /// It tells that it stopped, and why.
    Halting(Halt),
    /// It stopped for good.
    Halted,
}

impl<A: Arithmetic> Door<A> {
    /// A door over a directory with these files; recovery begins at once.
    ///
    /// It replays the whole ledger: its view is folded from every entry, and a node's snapshot does not hold it.
    ///
    /// It stops if `now` lies over [`PAST_HEAD_MS_MAX`] past the ledger's head, unless whoever opens it `accepts_time`; and later, if the
    /// wall clock runs over [`AHEAD_MS_MAX`] ahead of the monotonic one.
    pub fn open(config: Config, verifier: Signatures<A>, listing: &Listing, now: Clocks, accepts_time: bool) -> Self {
        let whole = Config { snapshot_every: 0, ..config };
        Self {
            node: Node::open(whole, verifier, listing),
            clock: ClockGuard::new(now, accepts_time),
            view: View::default(),
            blobs: Blobs::open(listing),
            leaving: VecDeque::new(),
            phase: Phase::Recovering,
            blob_ops: 0,
            out: VecDeque::new(),
        }
    }

    /// Makes entry 0 of an empty ledger. False if it is not empty or not ready, if this is no genesis of the verifier's origin, or if
    /// the clock cannot be trusted.
    pub fn found(&mut self, genesis: &Event, now: Clocks) -> bool {
        if !self.trusts(now) {
            return false;
        }
        let verifier = self.node.verifier();
        let parsed = Parsed::new::<Trust>(genesis, verifier.origin()).ok();
        let verified = parsed.and_then(|parsed| Verified::by::<Trust>(verifier, parsed).ok());
        verified.is_some_and(|genesis| self.node.found(genesis, now.wall))
    }

    /// Takes a request; its reply comes from [`Door::poll`]. After a halt none comes: whoever called answers for a door that is gone.
    pub fn request(&mut self, ticket: Ticket, request: Request, now: Clocks) {
        if !matches!(self.phase, Phase::Serving) {
            return self.reply(ticket, Reply::Unavailable);
        }
        if !self.trusts(now) {
            return;
        }
        let now = now.wall;
        match request {
            Request::Challenge => self.reply(ticket, self.challenge()),
            Request::Submit(bytes) => self.submit(ticket, &bytes, now),
            Request::PutBlob { .. } | Request::GetBlob { .. } if self.blobs.is_full() => {
                self.reply(ticket, Reply::Unavailable);
            }
            Request::PutBlob { owner, bytes } => self.put_blob(ticket, owner, &bytes),
            Request::GetBlob { reader, sha256 } => self.get_blob(ticket, reader, sha256),
            Request::Keys(user) => self.reply(ticket, Reply::Keys(self.keys(user, now))),
            Request::DeviceKeys(user, device_key) => {
                let keys = self.view.keys(user, device_key).map(|keys| device_keys(device_key, keys));
                self.reply(ticket, Reply::Keys(keys.into_iter().collect()));
            }
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
            Done::Stored(owned, blob, tickets) => {
                // it may have been erased while it was being stored
                let erased = self.is_erased(&owned);
                if erased {
                    self.blobs.remove(&owned);
                }
                let reply = if erased { Reply::Erased(blob.sha256()) } else { Reply::Stored(blob) };
                tickets.into_iter().for_each(|ticket| self.reply(ticket, reply.clone()));
            }
            Done::Read(ticket, bytes) => self.reply(ticket, Reply::Blob(bytes)),
            Done::Failed(halt) => self.halt(halt),
        }
    }

    /// The next thing that the door wants done or tells. A halt is told once, before anything that was still to leave; then nothing is.
    pub fn poll(&mut self) -> Option<DoorOutput> {
        match core::mem::replace(&mut self.phase, Phase::Halted) {
            Phase::Halting(halt) => return Some(DoorOutput::Halted(halt)),
            Phase::Halted => return None,
            phase @ (Phase::Recovering | Phase::Serving) => self.phase = phase,
        }
        if let Some(output) = self.out.pop_front() {
            return Some(output);
        }
        if let Some(op) = self.blobs.poll() {
            self.blob_ops += 1;
            return Some(DoorOutput::File(FileRequest { id: self.blob_ops * 2 + BLOB, op }));
        }
        let output = self.node.poll()?;
        Some(self.of_node(output))
    }

    /// Whether the clocks can be trusted; the door stops if not.
    fn trusts(&mut self, now: Clocks) -> bool {
        let judged = self.clock.judge(now);
        judged.map_err(|reason| self.halt(self.clock_halt(reason))).is_ok()
    }

    fn clock_halt(&self, reason: String) -> Halt {
        Halt { file: String::from("the clock"), offset: 0, seq: self.node.durable().head.size, reason }
    }

    /// Stops for good: what was to leave does not.
    fn halt(&mut self, halt: Halt) {
        if !matches!(self.phase, Phase::Halting(_) | Phase::Halted) {
            self.out.clear();
            self.phase = Phase::Halting(halt);
        }
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

    fn of_node(&mut self, output: NodeOutput<Trust>) -> DoorOutput {
        match output {
            NodeOutput::File(FileRequest { id, op }) => DoorOutput::File(FileRequest { id: id * 2 + NODE, op }),
            NodeOutput::Reply(ticket, Answer::Accepted(receipt)) => DoorOutput::Reply(ticket, Reply::Accepted(receipt)),
            NodeOutput::Reply(ticket, Answer::Refused(refusal)) => DoorOutput::Reply(ticket, refused(refusal, "")),
            NodeOutput::Reply(ticket, Answer::Unavailable | Answer::Busy) => {
                DoorOutput::Reply(ticket, Reply::Unavailable)
            }
            NodeOutput::Entry { entry, replayed } => {
                let unreferred = self.view.fold(&entry);
                if !replayed {
                    self.remove_blobs(&entry, unreferred);
                }
                DoorOutput::Entry { entry, replayed }
            }
            NodeOutput::Checkpoint(note) => DoorOutput::Checkpoint(note),
            NodeOutput::Ready { torn, unsealed } => {
                let head = &self.node.durable().head;
                let judged = if head.size > 0 { self.clock.judge_start(head.at) } else { Ok(()) };
                if let Err(reason) = judged {
                    self.out.clear();
                    self.phase = Phase::Halted;
                    return DoorOutput::Halted(self.clock_halt(reason));
                }
                self.phase = Phase::Serving;
                let (view, state) = (&self.view, &self.node.durable().state);
                self.blobs.sweep(|(sha256, owner)| view.refers(*owner, sha256) && !is_erased(state, (*sha256, *owner)));
                DoorOutput::Ready { torn, unsealed }
            }
            NodeOutput::Halted(halt) => {
                self.out.clear();
                self.phase = Phase::Halted;
                DoorOutput::Halted(halt)
            }
        }
    }

    fn reply(&mut self, ticket: Ticket, reply: Reply) {
        self.out.push_back(DoorOutput::Reply(ticket, reply));
    }

    fn challenge(&self) -> Reply {
        let durable = self.node.durable();
        let state = &durable.state;
        let anchor = state.challenge(&durable.head.hash);
        match (anchor, state.founding()) {
            (Some(anchor), Some(genesis)) => Reply::Challenge { anchor, origin: String::from(genesis.origin.as_str()) },
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
        match self.missing_blob(verified.event()) {
            Some(reply) => self.reply(ticket, reply),
            None => self.node.submit(ticket, verified, now),
        }
    }

    /// Why an event may not refer to its blob, if it refers to one: the sender must have stored it, and not erased it. Judged against
    /// the state that the event itself will be judged against: an erasure may be on its way to the disk.
    fn missing_blob(&self, event: &Event) -> Option<Reply> {
        let blob = event.blob()?;
        let Event::Intent(intent) = event else { bug!("{} refers to a blob of nobody", event.kind()) };
        let state = &self.node.applied().state;
        // an unknown session is refused for that
        let owned = (blob.sha256(), state.sessions().get(&At::new(intent.session))?.user);
        if is_erased(state, owned) {
            return Some(Reply::Erased(blob.sha256()));
        }
        (!self.blobs.has(&owned, blob.size())).then(|| Reply::NoBlob(blob.sha256()))
    }

    fn put_blob(&mut self, ticket: Ticket, owner: UserId, bytes: &[u8]) {
        let Some(blob) = Blob::of(bytes) else {
            return self.reply(ticket, refused(Refusal::Shape, "a blob has 1..=262144 bytes"));
        };
        let owned = (blob.sha256(), owner);
        if self.is_erased(&owned) {
            return self.reply(ticket, Reply::Erased(blob.sha256()));
        }
        if self.blobs.has(&owned, blob.size()) {
            return self.reply(ticket, Reply::Stored(blob));
        }
        self.blobs.put(ticket, owned, blob, bytes);
    }

    fn get_blob(&mut self, ticket: Ticket, reader: UserId, sha256: Digest) {
        let (view, blobs) = (&self.view, &mut self.blobs);
        let readable = blobs.owners(&sha256).find(|owner| view.may_read(reader, *owner, &sha256));
        match readable {
            Some(owner) => blobs.get(ticket, (sha256, owner)),
            None => self.reply(ticket, Reply::Blob(None)),
        }
    }

    fn is_erased(&self, owned: &Owned) -> bool {
        is_erased(&self.node.durable().state, *owned)
    }

    /// Deletes the bytes that an entry erased, or that nothing refers to since, once every entry was folded that was judged before
    /// this one was durable: another may refer to them anew. What a crash leaves of them, the sweep at the start deletes.
    fn remove_blobs(&mut self, entry: &Entry<Trust>, unreferred: Option<(UserId, Blob)>) {
        for effect in &entry.effects {
            if let Effect::ProfileChanged(ProfileChanged { blob, erased: true, user }) = effect {
                self.blobs.remove(&(blob.sha256(), *user));
            }
        }
        let folded = entry.stamp.seq + 1;
        self.let_leave(folded);
        if let Some((owner, blob)) = unreferred {
            let owned = (blob.sha256(), owner);
            self.blobs.leave(&owned);
            self.leaving.push_back((self.node.applied().head.size, owned));
            self.let_leave(folded);
        }
    }

    /// Deletes the blobs that were to leave by now, unless something refers to them.
    fn let_leave(&mut self, folded: u64) {
        while let Some((_, owned)) = self.leaving.pop_front_if(|(size, _)| *size <= folded) {
            self.blobs.left(&owned, self.view.refers(owned.1, &owned.0));
        }
    }

    /// The chat keys of a user's devices with an active session, the one that logged in last first.
    fn keys(&self, user: UserId, now: Tick) -> Vec<DeviceKeys> {
        let durable = self.node.durable();
        let (state, at) = (&durable.state, now.max(durable.head.at));
        let listed = state.users().get(&user).map_or(&[] as &[Digest], |row| &row.sessions);
        let sessions = listed.iter().rev().filter_map(|id| state.sessions().get(id));
        let mut devices: Vec<PublicKey> = Vec::new();
        for session in sessions.filter(|session| session.active(at)) {
            if !devices.contains(&session.device_key) {
                devices.push(session.device_key);
            }
        }
        let keys = devices.into_iter().filter_map(|device_key| {
            let ChatKeys { identity_key, prekey, prekey_sig, .. } = *state.chat_keys().get(&Of(user, device_key))?;
            Some(DeviceKeys { device_key, identity_key, prekey, prekey_sig })
        });
        keys.collect()
    }

    fn profile(&self, user: UserId) -> Option<PublicProfile> {
        let (state, user) = (&self.node.durable().state, At::new(user));
        let User { coherence_ppm, points_micro, .. } = *state.users().get(&user)?;
        Some(PublicProfile {
            blob: state.profiles().current(&user),
            code: Code::of(user.key()),
            coherence_ppm,
            points_micro,
        })
    }
}

/// The node's operations have even ids, those on blobs odd ones.
const NODE: OpId = 0;
const BLOB: OpId = 1;

fn refused(refusal: Refusal, detail: &str) -> Reply {
    Reply::Refused { refusal, detail: String::from(detail) }
}

fn is_erased(state: &State, (sha256, owner): Owned) -> bool {
    state.erased().get(&Of(owner, sha256)).is_some()
}

fn device_keys(device_key: PublicKey, keys: &KeysPublished) -> DeviceKeys {
    let KeysPublished { identity_key, prekey, prekey_sig } = *keys;
    DeviceKeys { device_key, identity_key, prekey, prekey_sig }
}
