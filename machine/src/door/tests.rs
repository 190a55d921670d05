//! The front over a disk that crashes and fails: whose a blob is, what erasing means, who is written to, and that a halt is one.

use alloc::{format, string::ToString as _, vec, vec::Vec};

use ed25519_dalek::SigningKey;

use super::*;
use crate::{
    kernel::{
        files::FileOp,
        node::tests::disk::{Disk, Done as Executed},
        table::RowKey as _,
    },
    trust::{
        Body,
        chat::{Message, thread},
        curves::Curves,
        profile::{ProfileErased, ProfileUpdated},
        session::SessionRevoked,
        tests::{ORIGIN, START, genesis, intent, key, login_at, public, sign},
        types::{Account, Label},
    },
};

const TTL: u64 = 2_592_000_000;

/// A door with its disk, and whoever asks.
struct Front {
    door: Door<Curves>,
    disk: Disk,
    now: Tick,
    /// By how much the wall clock is ahead of the monotonic one.
    ahead: u64,
    replies: Vec<(Ticket, Reply)>,
    halts: Vec<Halt>,
    /// What the start said of checkpoints.
    unsealed: bool,
    tickets: Ticket,
}

/// Somebody with a session.
struct Person {
    user: UserId,
    device: SigningKey,
    session: Digest,
    counter: u64,
}

impl Front {
    fn open(disk: Disk) -> Self {
        Self::open_at(disk, START, true)
    }

    fn open_at(disk: Disk, now: Tick, accepts_time: bool) -> Self {
        let config =
            Config { log_keys: vec![key(101)], checkpoint_every: 4, segment_bytes: 1 << 16, ..Config::default() };
        let verifier = Signatures { origin: String::from(ORIGIN), arithmetic: Curves };
        let door = Door::open(config, verifier, &disk.listing(), clocks(now, 0), accepts_time);
        let mut front =
            Self { door, disk, now, ahead: 0, replies: Vec::new(), halts: Vec::new(), unsealed: false, tickets: 0 };
        front.run();
        front
    }

    fn new() -> Self {
        let mut front = Self::open(Disk::default());
        assert!(front.door.found(&genesis(), clocks(START, 0)));
        front.run();
        front
    }

    /// One thing that the door wants done; false if there is nothing.
    fn step(&mut self) -> bool {
        let output = self.door.poll();
        output.map(|output| self.take(output)).is_some()
    }

    /// Everything that the door wants done now, not yet done.
    fn given(&mut self) -> Vec<DoorOutput> {
        core::iter::from_fn(|| self.door.poll()).collect()
    }

    fn take(&mut self, output: DoorOutput) {
        match output {
            DoorOutput::File(FileRequest { id, op }) => {
                let result = self.disk.execute(&op);
                self.door.completed(id, result);
            }
            DoorOutput::Reply(ticket, reply) => self.replies.push((ticket, reply)),
            DoorOutput::Halted(halt) => self.halts.push(halt),
            DoorOutput::Ready { unsealed, .. } => self.unsealed = unsealed,
            DoorOutput::Entry { .. } | DoorOutput::Checkpoint(_) => {}
        }
    }

    fn run(&mut self) {
        while self.step() {}
    }

    fn send(&mut self, request: Request) -> Ticket {
        self.tickets += 1;
        self.door.request(self.tickets, request, clocks(self.now, self.ahead));
        self.tickets
    }

    /// The answer to a request, once the disk is quiet.
    fn ask(&mut self, request: Request) -> Reply {
        let ticket = self.send(request);
        self.run();
        let at = self.replies.iter().position(|(answered, _)| *answered == ticket).expect("an answer");
        self.replies.remove(at).1
    }

    fn join(&mut self, wallet: u8, device: SigningKey) -> Person {
        let Reply::Challenge { anchor, .. } = self.ask(Request::Challenge) else { panic!("a challenge") };
        let login = login_at(anchor, self.now, &key(wallet), &device, TTL);
        let (user, session) = (login.user(), login.id(ORIGIN));
        let reply = self.ask(Request::Submit(Event::Login(login).to_canonical()));
        assert!(matches!(reply, Reply::Accepted(_)), "{reply:?}");
        Person { user, device, session, counter: 0 }
    }

    fn act(&mut self, person: &mut Person, body: impl Into<Body>) -> Reply {
        let request = person.wants(body);
        self.ask(request)
    }

    fn put(&mut self, owner: UserId, bytes: &[u8]) -> Reply {
        self.ask(Request::PutBlob { owner, bytes: bytes.to_vec() })
    }

    fn get(&mut self, reader: UserId, bytes: &[u8]) -> Option<Vec<u8>> {
        match self.ask(Request::GetBlob { reader, sha256: blob(bytes).sha256() }) {
            Reply::Blob(bytes) => bytes,
            other => panic!("{other:?}"),
        }
    }

    fn profile(&mut self, person: &mut Person, bytes: &[u8]) {
        assert_eq!(self.put(person.user, bytes), Reply::Stored(blob(bytes)));
        let reply = self.act(person, ProfileUpdated { blob: blob(bytes) });
        assert!(matches!(reply, Reply::Accepted(_)), "{reply:?}");
    }

    fn erase(&mut self, person: &mut Person) {
        let reply = self.act(person, ProfileErased {});
        assert!(matches!(reply, Reply::Accepted(_)), "{reply:?}");
    }

    /// As after a power cut and a start.
    fn restart(self) -> Self {
        let mut front = Self::open(self.disk.crash());
        front.now = self.now;
        front
    }

    fn stored(&self) -> usize {
        self.disk.names("blob").len()
    }
}

/// The clocks at this tick, with the wall clock so much ahead.
fn clocks(now: Tick, ahead: u64) -> Clocks {
    Clocks { wall: now + ahead, monotonic: now - 1_000_000 }
}

impl Person {
    fn wants(&mut self, body: impl Into<Body>) -> Request {
        self.counter += 1;
        Request::Submit(intent(self.session, &self.device, self.counter, body.into()).to_canonical())
    }
}

fn blob(bytes: &[u8]) -> Blob {
    Blob::of(bytes).expect("a blob")
}

fn message(from: &Person, to: &Person, bytes: &[u8]) -> Message {
    Message { blob: blob(bytes), thread: thread(from.user, to.user), to: to.user }
}

fn is_accepted(reply: &Reply) -> bool {
    matches!(reply, Reply::Accepted(_))
}

#[test]
fn nobody_erases_what_is_anothers_though_the_bytes_are_the_same() {
    let mut front = Front::new();
    let (mut ann, mut bob) = (front.join(1, key(11)), front.join(2, key(12)));
    front.profile(&mut ann, b"profile");
    let refused = front.act(&mut bob, ProfileUpdated { blob: blob(b"profile") });
    assert_eq!(refused, Reply::NoBlob(blob(b"profile").sha256()), "he stored no such bytes");
    front.profile(&mut bob, b"profile");
    assert_eq!(front.stored(), 2, "a copy each");
    front.erase(&mut bob);
    assert_eq!(front.get(bob.user, b"profile").as_deref(), Some(&b"profile"[..]), "hers, which all may read");
    assert_eq!(front.stored(), 1);
    let mut front = front.restart();
    assert_eq!(front.get(bob.user, b"profile").as_deref(), Some(&b"profile"[..]));
    assert_eq!(front.put(bob.user, b"profile"), Reply::Erased(blob(b"profile").sha256()), "his are gone for good");
    assert_eq!(front.put(ann.user, b"profile"), Reply::Stored(blob(b"profile")));
    front.erase(&mut ann);
    assert_eq!(front.get(ann.user, b"profile"), None);
    assert_eq!(front.stored(), 0);
}

#[test]
fn erasing_takes_the_bytes_from_the_owners_messages_too() {
    let mut front = Front::new();
    let (mut ann, bob) = (front.join(1, key(11)), front.join(2, key(12)));
    front.profile(&mut ann, b"twice used");
    let told = message(&ann, &bob, b"twice used");
    assert!(is_accepted(&front.act(&mut ann, told.clone())));
    front.erase(&mut ann);
    assert_eq!(front.get(bob.user, b"twice used"), None);
    let reply = front.act(&mut ann, told);
    assert_eq!(reply, Reply::Erased(blob(b"twice used").sha256()), "nothing refers to them again");
    assert_eq!(front.restart().stored(), 0);
}

#[test]
fn an_erasure_on_its_way_to_the_disk_counts() {
    let mut front = Front::new();
    let mut ann = front.join(1, key(11));
    front.profile(&mut ann, b"going");
    let requests = [ann.wants(ProfileErased {}), ann.wants(ProfileUpdated { blob: blob(b"going") })];
    let tickets = requests.map(|request| front.send(request));
    front.run();
    let answer = |ticket| front.replies.iter().find(|(to, _)| *to == ticket).map(|(_, reply)| reply.clone());
    assert!(answer(tickets[0]).as_ref().is_some_and(is_accepted));
    assert_eq!(answer(tickets[1]), Some(Reply::Erased(blob(b"going").sha256())));
}

#[test]
fn bytes_that_are_erased_while_they_are_stored_again_go() {
    let mut front = Front::new();
    let mut ann = front.join(1, key(11));
    front.profile(&mut ann, b"one");
    front.profile(&mut ann, b"two");
    assert_eq!(front.stored(), 1, "what a profile no longer shows is not kept");
    let put = front.send(Request::PutBlob { owner: ann.user, bytes: b"two".to_vec() });
    let erase = ann.wants(ProfileErased {});
    let erased = front.send(erase);
    front.run();
    let answer = |ticket| front.replies.iter().find(|(to, _)| *to == ticket).map(|(_, reply)| reply.clone());
    assert_eq!(answer(put), Some(Reply::Stored(blob(b"two"))), "they still were");
    assert!(answer(erased).as_ref().is_some_and(is_accepted));
    assert_eq!((front.stored(), front.get(ann.user, b"two")), (0, None));
}

/// The entry that erases is durable before the put of the same bytes is.
#[test]
fn a_put_that_an_erasure_overtakes_is_answered_so() {
    let mut front = Front::new();
    let mut ann = front.join(1, key(11));
    front.profile(&mut ann, b"bytes");
    let file = front.disk.names("blob").remove(0);
    front.disk.remove(&file);
    front = front.restart_with_lost_blob();
    let erase = ann.wants(ProfileErased {});
    let erased = front.send(erase);
    let asked: Vec<_> = core::iter::from_fn(|| front.door.poll()).collect();
    front.send(Request::PutBlob { owner: ann.user, bytes: b"bytes".to_vec() });
    for output in asked {
        let DoorOutput::File(FileRequest { id, op }) = output else { panic!("{output:?}") };
        let result = front.disk.execute(&op);
        front.door.completed(id, result);
    }
    front.run();
    let put = front.replies.iter().find(|(to, _)| *to == erased + 1).map(|(_, reply)| reply.clone());
    assert_eq!(put, Some(Reply::Erased(blob(b"bytes").sha256())));
    assert_eq!(front.stored(), 0);
}

impl Front {
    /// As after a start that found a blob's file gone.
    fn restart_with_lost_blob(self) -> Self {
        let mut front = Self::open(self.disk.settle());
        front.now = self.now;
        front
    }
}

#[test]
fn a_messages_bytes_are_for_its_two_ends() {
    let mut front = Front::new();
    let people = [(1, 11), (2, 12), (3, 13)].map(|(wallet, device)| front.join(wallet, key(device)));
    let [mut ann, bob, eve] = people;
    assert_eq!(front.put(ann.user, b"sealed"), Reply::Stored(blob(b"sealed")));
    let told = message(&ann, &bob, b"sealed");
    assert!(is_accepted(&front.act(&mut ann, told)));
    let mut front = front.restart();
    assert_eq!(front.stored(), 1, "a message refers to it");
    for (reader, reads) in [(ann.user, true), (bob.user, true), (eve.user, false)] {
        assert_eq!(front.get(reader, b"sealed").is_some(), reads, "{reader}");
    }
    assert_eq!(front.put(eve.user, b"sealed"), Reply::Stored(blob(b"sealed")), "a copy of her own");
    assert!(front.get(eve.user, b"sealed").is_some());
    assert_eq!(front.restart().stored(), 1, "which nothing refers to");
}

#[test]
fn a_rotten_blob_is_not_served_and_an_unfinished_one_goes() {
    let mut front = Front::new();
    let mut ann = front.join(1, key(11));
    front.profile(&mut ann, b"profile");
    let file = front.disk.names("blob").remove(0);
    front.disk.file(&file)[0] ^= 1;
    assert_eq!(front.get(ann.user, b"profile"), None);
    front.disk.put(&format!("blob.new-{}", &file[5..]), b"half".to_vec());
    assert_eq!(front.restart_with_lost_blob().disk.names("blob.new"), Vec::<String>::new());
}

#[test]
fn a_blob_has_its_size_and_bounds() {
    let mut front = Front::new();
    let mut ann = front.join(1, key(11));
    for (len, stored) in [(0, false), (1, true), (262_144, true), (262_145, false)] {
        let reply = front.put(ann.user, &vec![7; len]);
        assert_eq!(matches!(reply, Reply::Stored(_)), stored, "{len} bytes");
    }
    let other_size = Blob::new(blob(&[7]).sha256(), 2).expect("a blob");
    let reply = front.act(&mut ann, ProfileUpdated { blob: other_size });
    assert_eq!(reply, Reply::NoBlob(other_size.sha256()), "the same digest, and another size");
}

#[test]
fn only_devices_with_an_active_session_are_written_to_the_newest_first() {
    let mut front = Front::new();
    let mut phone = front.join(1, key(11));
    front.now += 1_000;
    let laptop = front.join(1, key(12));
    let publish = |person: &mut Person| {
        let (identity_key, prekey) = (PublicKey([7; 32]), PublicKey([8; 32]));
        let signed = format!("qfs/prekey/v1\n{identity_key}\n{prekey}");
        person.wants(KeysPublished { identity_key, prekey, prekey_sig: sign(&person.device, signed.as_bytes()) })
    };
    let mut laptop = laptop;
    for request in [publish(&mut phone), publish(&mut laptop)] {
        assert!(is_accepted(&front.ask(request)));
    }
    let keys = |front: &mut Front| match front.ask(Request::Keys(phone.user)) {
        Reply::Keys(keys) => keys.into_iter().map(|keys| keys.device_key).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(keys(&mut front), [public(&key(12)), public(&key(11))]);
    let revoke = SessionRevoked { reason: Label::default(), session: phone.session };
    let request = laptop.wants(revoke);
    assert!(is_accepted(&front.ask(request)));
    assert_eq!(keys(&mut front), [public(&key(12))]);
    let old = front.ask(Request::DeviceKeys(phone.user, public(&key(11))));
    assert!(matches!(old, Reply::Keys(keys) if keys.len() == 1), "whoever reads what it sent");
    front.now = START + 1_000 + TTL;
    assert_eq!(keys(&mut front), [], "expired, though no entry says so");
}

#[test]
fn an_erased_profile_is_not_shown() {
    let mut front = Front::new();
    let mut ann = front.join(1, key(11));
    front.profile(&mut ann, b"profile");
    let shown = |front: &mut Front| match front.ask(Request::Profile(ann.user)) {
        Reply::Profile(profile) => profile.expect("a user").blob,
        other => panic!("{other:?}"),
    };
    assert_eq!(shown(&mut front), Some(blob(b"profile")));
    let erase = Request::Submit(intent(ann.session, &ann.device, 2, ProfileErased {}.into()).to_canonical());
    assert!(is_accepted(&front.ask(erase)));
    assert_eq!(shown(&mut front), None);
    assert_eq!(Account::parse(&format!("{}", public(&key(1)))).map(|account| UserId::of(&account)), Some(ann.user));
}

#[test]
fn after_a_failed_blob_nothing_leaves_but_the_halt() {
    let mut operations = 0;
    for fails in 0.. {
        let mut front = Front::new();
        let mut ann = front.join(1, key(11));
        let next = front.disk.executed;
        front.disk = front.disk.failing(next + fails, Executed::No);
        let put = front.send(Request::PutBlob { owner: ann.user, bytes: b"lost".to_vec() });
        let pending = front.send(Request::Challenge);
        front.run();
        if front.halts.is_empty() {
            assert!(fails >= 5, "create, write, sync, rename and the directory's sync can fail");
            break;
        }
        operations += 1;
        assert_eq!(front.halts.len(), 1);
        assert!(!front.replies.iter().any(|(to, reply)| *to == put && matches!(reply, Reply::Stored(_))), "{fails}");
        let refers = ann.wants(ProfileUpdated { blob: blob(b"lost") });
        front.replies.retain(|(to, _)| *to != pending);
        front.send(refers);
        front.run();
        assert_eq!((front.replies.len(), front.halts.len()), (0, 1), "sticky");
        let mut front = front.restart();
        assert!(front.halts.is_empty());
        assert_eq!(front.get(ann.user, b"lost"), None);
        assert!(!front.disk.names("blob-").iter().any(|_| true), "nothing half-done is taken for a blob");
    }
    assert!(operations >= 5, "{operations}");
}

/// A file takes its name only once its bytes are durable.
#[test]
fn the_name_comes_after_the_bytes() {
    let mut front = Front::new();
    let ann = front.join(1, key(11));
    front.send(Request::PutBlob { owner: ann.user, bytes: b"bytes".to_vec() });
    let mut order = Vec::new();
    while let Some(output) = front.door.poll() {
        if let DoorOutput::File(FileRequest { id, op }) = output {
            order.push(match &op {
                FileOp::Sync { .. } => "sync",
                FileOp::Rename { .. } => "rename",
                FileOp::SyncDir => "names",
                _ => "other",
            });
            let result = front.disk.execute(&op);
            if matches!(op, FileOp::Sync { .. }) {
                assert!(front.door.poll().is_none(), "nothing is asked for until the sync is answered");
            }
            front.door.completed(id, result);
        }
    }
    assert_eq!(order, ["other", "other", "sync", "rename", "names"]);
}

/// The profile lets go of bytes while what refers to them anew is on its way to the disk, in the same group.
#[test]
fn bytes_that_are_referred_to_again_on_the_way_to_the_disk_stay() {
    let mut front = Front::new();
    let (mut ann, bob) = (front.join(1, key(11)), front.join(2, key(12)));
    front.profile(&mut ann, b"first");
    assert_eq!(front.put(ann.user, b"second"), Reply::Stored(blob(b"second")));
    let told = message(&ann, &bob, b"first");
    let (second, first) = (ProfileUpdated { blob: blob(b"second") }, ProfileUpdated { blob: blob(b"first") });
    let requests = [ann.wants(second.clone()), ann.wants(told), ann.wants(first), ann.wants(second)];
    let tickets = requests.map(|request| front.send(request));
    front.run();
    for ticket in tickets {
        let answer = front.replies.iter().find(|(to, _)| *to == ticket).map(|(_, reply)| reply);
        assert!(answer.is_some_and(is_accepted), "{answer:?}");
    }
    let mut front = front.restart();
    assert_eq!(front.get(bob.user, b"first").as_deref(), Some(&b"first"[..]), "a message refers to it");
    assert_eq!(front.get(bob.user, b"second").as_deref(), Some(&b"second"[..]), "the profile shows it");
}

/// A profile lets go of bytes while an entry is on its way to the disk, and until that is there they are put again.
#[test]
fn bytes_that_are_put_again_while_they_leave_stay() {
    for put_is_first in [true, false] {
        let mut front = Front::new();
        let mut ann = front.join(1, key(11));
        front.profile(&mut ann, b"first");
        assert_eq!(front.put(ann.user, b"second"), Reply::Stored(blob(b"second")));
        for _ in 0..2 {
            let replace = ann.wants(ProfileUpdated { blob: blob(b"second") });
            front.send(replace);
        }
        while front.replies.is_empty() {
            assert!(front.step(), "the first of the two is durable");
        }
        let refers = ann.wants(ProfileUpdated { blob: blob(b"first") });
        let early = front.send(refers);
        let pending: Vec<_> = if put_is_first { Vec::new() } else { front.given() };
        let put = front.send(Request::PutBlob { owner: ann.user, bytes: b"first".to_vec() });
        pending.into_iter().for_each(|output| front.take(output));
        front.run();
        let answer = |ticket| front.replies.iter().find(|(to, _)| *to == ticket).map(|(_, reply)| reply.clone());
        assert_eq!(answer(early), Some(Reply::NoBlob(blob(b"first").sha256())), "what leaves is not referred to anew");
        assert_eq!(answer(put), Some(Reply::Stored(blob(b"first"))));
        assert!(is_accepted(&front.act(&mut ann, ProfileUpdated { blob: blob(b"first") })));
        assert_eq!(front.get(ann.user, b"first").as_deref(), Some(&b"first"[..]), "put first: {put_is_first}");
    }
}

#[test]
fn no_more_blobs_are_under_way_than_the_bound() {
    let mut front = Front::new();
    let ann = front.join(1, key(11));
    let three_each = blobs::OPERATIONS_MAX.div_ceil(3);
    let tickets: Vec<_> = (0..three_each + 5)
        .map(|n| front.send(Request::PutBlob { owner: ann.user, bytes: n.to_be_bytes().to_vec() }))
        .collect();
    let read = front.send(Request::GetBlob { reader: ann.user, sha256: Digest::ZERO });
    front.run();
    let answer = |ticket: &Ticket| front.replies.iter().find(|(to, _)| to == ticket).map(|(_, reply)| reply);
    let stored = tickets.iter().filter(|ticket| matches!(answer(ticket), Some(Reply::Stored(_)))).count();
    let busy = tickets.iter().filter(|ticket| answer(ticket) == Some(&Reply::Unavailable)).count();
    assert_eq!((stored, busy, answer(&read)), (three_each, 5, Some(&Reply::Unavailable)));
    assert_eq!(front.put(ann.user, b"later"), Reply::Stored(blob(b"later")), "and then there is room again");
}

/// Mark and checkpoint are gone: nothing shows whether entries are too, and whoever starts the service must hear of it.
#[test]
fn a_start_without_the_checkpoint_that_was_due_says_so() {
    let mut front = Front::new();
    (1..=4).for_each(|n| drop(front.join(n, key(10 + n))));
    let mut front = front.restart();
    assert!(!front.unsealed && !front.disk.names("checkpoint").is_empty());
    front.disk.remove("checkpoint");
    front.disk.remove("durable");
    let front = Front::open(front.disk.settle());
    assert!(front.unsealed && front.halts.is_empty());
}

/// Somebody sets the clock while the door is open: no entry is stamped with that, and nothing is answered any more.
#[test]
fn a_clock_that_jumps_ahead_stops_the_door_before_it_stamps_anything() {
    for (ahead, stops) in [(AHEAD_MS_MAX, false), (AHEAD_MS_MAX + 1, true), (2_303_000_000_000, true)] {
        let mut front = Front::new();
        let mut ann = front.join(1, key(11));
        front.now += 40 * 86_400_000;
        let expired = front.act(&mut ann, ProfileErased {});
        assert!(matches!(expired, Reply::Refused { refusal: Refusal::SessionInactive, .. }), "a quiet time is no jump");
        let mut ann = front.join(1, key(11));
        front.ahead = ahead;
        let request = ann.wants(ProfileErased {});
        front.send(request);
        front.send(Request::Challenge);
        front.run();
        assert_eq!((front.halts.len(), front.replies.is_empty()), (usize::from(stops), stops), "{ahead} ms");
        let told = front.halts.first().map_or("", |halt| halt.reason.as_str());
        assert_eq!(told.contains("60 s ahead"), stops, "{told}");
        assert!(front.door.node().durable().head.at <= front.now, "{ahead} ms");
        let now = front.now;
        let mut front = Front::open_at(front.disk.crash(), now, false);
        let reply = front.act(&mut ann, ProfileErased {});
        assert!(matches!(reply, Reply::Refused { refusal: Refusal::NoProfile, .. }), "the session lives: {reply:?}");
    }
}

/// The clock was set while the door was closed.
#[test]
fn a_start_far_past_the_last_entry_needs_somebody_who_accepts_the_time() {
    for (past, accepts, starts) in [(0, false, true), (1, false, false), (1, true, true)] {
        let mut front = Front::new();
        front.join(1, key(11));
        let head = front.door.node().durable().head.at;
        let mut front = Front::open_at(front.disk.crash(), head + PAST_HEAD_MS_MAX + past, accepts);
        assert_eq!(front.halts.is_empty(), starts, "{past} ms over, accepted: {accepts}");
        assert!(starts || front.halts[0].to_string().contains("--accept-time"));
        front.send(Request::Challenge);
        front.run();
        assert_eq!(front.replies.is_empty(), !starts);
    }
    let empty = Front::open_at(Disk::default(), 1 << 45, false);
    assert!(empty.halts.is_empty(), "an empty ledger has no last entry");
}

#[test]
fn a_clock_that_goes_back_and_a_process_that_sleeps_are_no_jump() {
    let guard = ClockGuard::new(Clocks { wall: 1_000_000, monotonic: 5_000 }, false);
    for (wall, monotonic, good) in [(0, 6_000, true), (1_000_000, 0, true), (1_060_000, 0, true), (1_060_001, 0, false)]
    {
        assert_eq!(guard.judge(Clocks { wall, monotonic }).is_ok(), good, "{wall}, {monotonic}");
    }
    assert!(guard.judge(Clocks { wall: u64::MAX, monotonic: u64::MAX }).is_ok(), "as long as one can count");
    assert!(guard.judge(Clocks { wall: u64::MAX, monotonic: 0 }).is_err());
}
