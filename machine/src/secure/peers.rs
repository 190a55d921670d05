//! The other devices and the sessions with them: which session is written to, and what is forgotten at which bound.

use alloc::vec::Vec;

use serde::Deserialize;

use super::{
    chats::Recipient,
    envelope::Party,
    outcome::ChatEvent,
    ratchet::Session,
    written::{Written, written},
};
use crate::{bug, kernel::PublicKey};

/// How many sessions with one device are kept: two may begin at once, and either end may begin anew. The one that was heard
/// of longest ago goes first.
pub const SESSIONS_MAX: usize = 4;
/// How many keys of messages that did not come are kept for one device; the oldest of its oldest session go first.
pub const SKIPPED_MAX: usize = 1_000;
/// How many devices that were written to are remembered; the one that was used longest ago goes first.
pub const PEERS_MAX: usize = 1_024;
/// How many devices that were never written to are remembered: nobody's messages push out a device that is written to.
pub const STRANGERS_MAX: usize = 256;

/// Another device.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Peer {
    party: Party,
    /// With the party's identity key, the one written in or heard of last at the end; never empty. If nothing can be written
    /// in that one, a fresh one begins.
    sessions: Vec<Session>,
    /// Whether this end ever sealed for it.
    written: bool,
}

/// All other devices, the one used last at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct Peers(Vec<Peer>);

/// Where a message is written.
pub(super) enum Writing<'a> {
    /// In this session.
    In(&'a Session),
    /// In a fresh one, for this reason.
    Anew(ChatEvent),
}

written!(Party { device_key, identity_key, user });
written!(Peer { party, sessions, written });

impl Written for Peers {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl Peers {
    /// Where to write to a device.
    pub(super) fn writing(&self, to: &Recipient) -> Writing<'_> {
        let with = to.party;
        let Some(peer) = self.of(&with) else { return Writing::Anew(ChatEvent::Met(with)) };
        if peer.party != with {
            return Writing::Anew(ChatEvent::IdentityChanged { was: peer.party.identity_key, now: with });
        }
        let Some(last) = peer.sessions.last() else { bug!("a device without a session") };
        last.worn(&to.prekey).map_or(Writing::In(last), |why| Writing::Anew(ChatEvent::BeganAnew { with, why }))
    }

    /// The session of this name with this device under this identity.
    pub(super) fn session(&self, from: &Party, id: &PublicKey) -> Option<&Session> {
        let peer = self.of(from).filter(|peer| peer.party == *from)?;
        peer.sessions.iter().find(|session| session.id() == id)
    }

    /// What it means that the other end begins a session.
    pub(super) fn begun(&self, by: &Party) -> Option<ChatEvent> {
        match self.of(by) {
            None => Some(ChatEvent::Met(*by)),
            Some(peer) if peer.party != *by => {
                Some(ChatEvent::IdentityChanged { was: peer.party.identity_key, now: *by })
            }
            Some(peer) => peer.sessions.iter().any(Session::heard).then_some(ChatEvent::TheyBeganAnew(*by)),
        }
    }

    /// Keeps a session that was just written in or heard of. With another identity than before, all older ones are erased.
    pub(super) fn keep(&mut self, with: &Party, session: Session, written: bool) {
        let known = self.0.iter().position(|peer| same_device(&peer.party, with));
        let mut peer = known.map_or_else(|| Peer::new(with), |at| self.0.remove(at));
        if peer.party != *with {
            peer = Peer { written: peer.written, ..Peer::new(with) };
        }
        peer.written |= written;
        peer.keep(session);
        self.0.push(peer);
        self.forget(true, PEERS_MAX);
        self.forget(false, STRANGERS_MAX);
    }

    /// Marks a session of which one end's state was restored or cloned. It was heard of last, so the next message to that
    /// device begins a fresh one, whatever other sessions there are: the end that wrote here may know none of them.
    pub(super) fn fork(&mut self, from: &Party, id: &PublicKey) {
        let Some(mut session) = self.session(from, id).cloned() else { bug!("a session that was there a moment ago") };
        session.fork();
        self.keep(from, session, false);
    }

    fn of(&self, party: &Party) -> Option<&Peer> {
        self.0.iter().find(|peer| same_device(&peer.party, party))
    }

    fn forget(&mut self, written: bool, max: usize) {
        let of_its_kind = |peer: &Peer| peer.written == written;
        if self.0.iter().filter(|peer| of_its_kind(peer)).count() > max
            && let Some(oldest) = self.0.iter().position(of_its_kind)
        {
            self.0.remove(oldest);
        }
    }

    /// How many devices, sessions, receiving chains, skipped keys and marks of opened messages there are.
    pub(super) fn counts(&self) -> [usize; 5] {
        let sessions = || self.0.iter().flat_map(|peer| &peer.sessions);
        let (chains, skipped) = (sessions().map(Session::chains).sum(), sessions().map(Session::skipped).sum());
        [self.0.len(), sessions().count(), chains, skipped, sessions().map(Session::marks).sum()]
    }

    /// Whether what was read could have been written.
    pub(super) fn sound(&self) -> bool {
        let of_kind = |written: bool| self.0.iter().filter(|peer| peer.written == written).count();
        let twice = |at: usize, peer: &Peer| self.0[..at].iter().any(|other| same_device(&other.party, &peer.party));
        of_kind(true) <= PEERS_MAX
            && of_kind(false) <= STRANGERS_MAX
            && self.0.iter().enumerate().all(|(at, peer)| peer.sound() && !twice(at, peer))
    }
}

/// A device key is a device of a user; one key may serve two users, and their chats have nothing in common.
fn same_device(left: &Party, right: &Party) -> bool {
    left.user == right.user && left.device_key == right.device_key
}

impl Peer {
    fn new(party: &Party) -> Self {
        Self { party: *party, sessions: Vec::new(), written: false }
    }

    /// The session becomes the last one.
    fn keep(&mut self, session: Session) {
        self.sessions.retain(|other| other.id() != session.id());
        self.sessions.push(session);
        if self.sessions.len() > SESSIONS_MAX {
            self.sessions.remove(0);
        }
        let over = self.skipped().saturating_sub(SKIPPED_MAX);
        self.sessions.iter_mut().fold(over, |left, session| session.drop_skipped(left));
    }

    fn skipped(&self) -> usize {
        self.sessions.iter().map(Session::skipped).sum()
    }

    fn sound(&self) -> bool {
        let twice = |at: usize, id: &PublicKey| self.sessions[..at].iter().any(|other| other.id() == id);
        (1..=SESSIONS_MAX).contains(&self.sessions.len())
            && self.skipped() <= SKIPPED_MAX
            && self.sessions.iter().enumerate().all(|(at, session)| session.sound() && !twice(at, session.id()))
    }
}
