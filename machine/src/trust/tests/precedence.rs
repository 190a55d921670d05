//! Precedence: of two refusals that apply at once, the one that stands first in [`precedence`] is the answer. Tried for every
//! kind and every pair that can apply at once. Rows are written here as no entry could leave them, so that each flaw comes alone.

use alloc::vec;

use super::*;
use crate::{
    kernel::table::Only,
    trust::{
        aegis::{AegisRow, AegisStaged},
        chat::{self, ChatKeys, KeysPublished, Message},
        curves::{Arithmetic as _, X25519_LOW_ORDER, address_of, eip191_hash},
        device::Circle,
        kinds::precedence,
        operator::{Operator, OperatorRotated, proof_message},
        profile::{Profile, ProfileErased, ProfileUpdated},
        referral::{REFERRERS_MAX, Referral, ReferralUse},
        session::{Ended, Session, SessionRevoked, SessionRotated, Window},
        types::{Blob, Code, Label, Of, Stage, UserId, Which},
        user::User,
    },
};

/// The counter of the intent that is judged.
const COUNTER: u64 = 2_000_000;

/// What is wrong on purpose: places in a kind's list.
struct Flaws<'a> {
    order: &'a [Refusal],
    places: Vec<usize>,
}

impl Flaws<'_> {
    fn has(&self, refusal: Refusal) -> bool {
        self.order.iter().position(|known| *known == refusal).is_some_and(|place| self.places.contains(&place))
    }

    /// Whether the list's second of this refusal is among them: that of the session which a SESSION_REVOKED names.
    fn has_again(&self, refusal: Refusal) -> bool {
        let last = self.order.iter().rposition(|known| *known == refusal);
        last.is_some_and(|place| self.order[..place].contains(&refusal) && self.places.contains(&place))
    }

    fn flip(&self, refusal: Refusal, signature: &mut Signature) {
        signature.0[0] ^= u8::from(self.has(refusal));
    }
}

fn id(wallet: u8) -> UserId {
    UserId::of(&Account::Ed25519(public(&key(wallet))))
}

fn referred_by(owner: UserId) -> Referral {
    Referral { at: Int::ZERO, closed: false, from_owner: false, from_user: false, owner }
}

/// Guards without any room: those among the flaws refuse, the others follow AEGIS, which is enforced if that is one too.
fn fill_guards(desk: &mut Desk, flaws: &Flaws<'_>) {
    let mut ruleset = desk.ledger.state.ruleset().in_force().clone();
    for guard in &mut ruleset.guards {
        (guard.aegis, guard.max) = (!flaws.has(guard.name.refusal()), Int::ZERO);
    }
    desk.plant(&Only, &ruleset);
    let stage = if flaws.has(Refusal::Aegis) { Stage::Enforce } else { Stage::Off };
    desk.plant(&Only, &AegisRow { stage });
}

/// An intent of alice (wallet 1) from her device 2. Her other device is 5; bob (wallet 3) has device 4.
fn intent_of(kind: &str, flaws: &Flaws<'_>) -> (Desk, Event) {
    let mut desk = Desk::new();
    let session = desk.open(&key(1), &key(2), 60_000);
    let other = desk.open(&key(1), &key(5), 60_000);
    desk.open(&key(3), &key(4), 60_000);
    let named = if flaws.has(Refusal::UnknownSession) { Digest([9; 32]) } else { session };
    let body = match kind {
        "PROFILE_UPDATED" | "PROFILE_ERASED" => profile(&mut desk, flaws, session, kind),
        "SESSION_ROTATED" => {
            let proof = [tags::DEVICE.0, ORIGIN, "\n", &named.to_string()].concat();
            let mut device_sig = sign(&key(6), proof.as_bytes());
            flaws.flip(Refusal::DeviceProof, &mut device_sig);
            Body::SessionRotated(SessionRotated { device_key: public(&key(6)), device_sig })
        }
        "SESSION_REVOKED" => revocation(&mut desk, flaws, other),
        "KEYS_PUBLISHED" => chat_keys(&mut desk, flaws, session),
        "REFERRAL_USE" => referral(&mut desk, flaws),
        "MESSAGE" => message(flaws),
        other => unreachable!("{other} is no intent of a user"),
    };
    use_session(&mut desk, flaws, session);
    fill_guards(&mut desk, flaws);
    let signer = key(if flaws.has(Refusal::WrongKey) { 9 } else { 2 });
    let mut event = intent(named, &signer, COUNTER, body);
    if let Event::Intent(intent) = &mut event {
        flaws.flip(Refusal::BadSignature, &mut intent.sig);
    }
    (desk, event)
}

/// The session's row as the flaws want it.
fn use_session(desk: &mut Desk, flaws: &Flaws<'_>, session: Digest) {
    let newest = match flaws {
        flaws if flaws.has(Refusal::CounterUsed) => COUNTER,
        flaws if flaws.has(Refusal::CounterOld) => COUNTER + 64,
        flaws if flaws.has(Refusal::CounterAhead) => 1,
        _ => COUNTER - 1,
    };
    let (newest, window) = Window::default().take(newest - 1, newest).expect("the first use");
    let ended = if flaws.has(Refusal::SessionInactive) { Ended::Revoked } else { Ended::No };
    let scope = if flaws.has(Refusal::Scope) { Scope::parse("read").expect("a scope") } else { Scope::ALL };
    let row = desk.ledger.state.sessions().get(&session).expect("a row").clone();
    desk.plant(&session, &Session { ended, newest: Int::saturating(newest), scope, window, ..row });
}

/// The counter that wrote the row which an intent of the same session replaces.
fn written(flaws: &Flaws<'_>) -> Counter {
    Counter::new(if flaws.has(Refusal::Stale) { COUNTER + 1 } else { COUNTER - 1 }).expect("a counter")
}

fn profile(desk: &mut Desk, flaws: &Flaws<'_>, session: Digest, kind: &str) -> Body {
    let blob = Blob::new(Digest([7; 32]), 1).expect("a blob");
    let erased = flaws.has(Refusal::NoProfile);
    desk.plant(&id(1), &Profile { blob, counter: written(flaws), erased, session });
    match kind {
        "PROFILE_ERASED" => Body::ProfileErased(ProfileErased {}),
        _ => Body::ProfileUpdated(ProfileUpdated { blob }),
    }
}

fn revocation(desk: &mut Desk, flaws: &Flaws<'_>, other: Digest) -> Body {
    let row = desk.ledger.state.sessions().get(&other).expect("a row").clone();
    let user = if flaws.has_again(Refusal::UnknownSession) { id(3) } else { row.user };
    let ended = if flaws.has_again(Refusal::SessionInactive) { Ended::Revoked } else { Ended::No };
    desk.plant(&other, &Session { ended, user, ..row });
    Body::SessionRevoked(SessionRevoked { reason: Label::default(), session: other })
}

fn chat_keys(desk: &mut Desk, flaws: &Flaws<'_>, session: Digest) -> Body {
    let low = PublicKey::from_hex(X25519_LOW_ORDER[1]).expect("a key");
    let prekey = if flaws.has(Refusal::BadKey) { low } else { PublicKey([8; 32]) };
    let identity_key = PublicKey([7; 32]);
    let signer = key(if flaws.has(Refusal::WrongKey) { 9 } else { 2 });
    let mut prekey_sig = sign(&signer, format!("{}{identity_key}\n{prekey}", tags::PREKEY.0).as_bytes());
    flaws.flip(Refusal::BadPrekeySig, &mut prekey_sig);
    let row = ChatKeys { counter: written(flaws), identity_key, prekey, prekey_sig, session };
    desk.plant(&Of(id(1), public(&key(2))), &row);
    Body::KeysPublished(KeysPublished { identity_key, prekey, prekey_sig })
}

fn referral(desk: &mut Desk, flaws: &Flaws<'_>) -> Body {
    let user = id(1);
    let owner = if flaws.has(Refusal::SelfReferral) { user } else { id(3) };
    let code = Code::of(&if flaws.has(Refusal::UnknownCode) { id(77) } else { owner });
    if flaws.has(Refusal::AlreadyReferred) {
        desk.plant(&user, &referred_by(UserId(Digest([200; 32]))));
    }
    if flaws.has(Refusal::Circular) {
        desk.plant(&owner, &referred_by(user));
    } else if flaws.has(Refusal::TooDeep) {
        let above = |n: usize| UserId(Digest::untagged(&[&n.to_be_bytes()]));
        (0..REFERRERS_MAX).for_each(|n| desk.plant(&above(n), &referred_by(above(n + 1))));
        desk.plant(&owner, &referred_by(above(0)));
    }
    if flaws.has(Refusal::DuplicateDevice) {
        desk.plant(&Of(owner, public(&key(5))), &Circle { own: false, users: Int::from(1) });
    }
    let row = desk.ledger.state.users().get(&user).expect("alice").clone();
    desk.plant(&user, &User { messaged: flaws.has(Refusal::TooLate), ..row });
    let row = desk.ledger.state.users().get(&owner).expect("the owner").clone();
    desk.plant(&owner, &User { closed: Int::from(if flaws.has(Refusal::Cap) { 100 } else { 99 }), ..row });
    ReferralUse { code }.into()
}

fn message(flaws: &Flaws<'_>) -> Body {
    let to = match flaws {
        flaws if flaws.has(Refusal::UnknownUser) => id(99),
        flaws if flaws.has(Refusal::SelfMessage) => id(1),
        _ => id(3),
    };
    let thread = if flaws.has(Refusal::WrongThread) { Digest([1; 32]) } else { chat::thread(id(1), to) };
    Body::Message(Message { blob: Blob::new(Digest([7; 32]), 1).expect("a blob"), thread, to })
}

/// A first login of an Ethereum wallet.
fn login(flaws: &Flaws<'_>) -> (Desk, Event) {
    let mut desk = Desk::new();
    let wallet = k256::ecdsa::SigningKey::from_slice(&[11; 32]).expect("a key");
    let account = Account::Eip155(address_of(wallet.verifying_key().to_sec1_point(false).as_bytes()));
    let (now, mut body) = (desk.now, desk.login(&key(1), &key(2), 60_000).body().clone());
    (body.address, body.scheme, body.chain_id) = (account.to_string(), "eip191".to_string(), Int::from(1));
    let (issued, expires) = match flaws {
        flaws if flaws.has(Refusal::IssuedInFuture) && flaws.has(Refusal::Lifetime) => (now + 60_001, now + 1),
        flaws if flaws.has(Refusal::IssuedInFuture) => (now + 60_001, now + 60_002),
        flaws if flaws.has(Refusal::Expired) && flaws.has(Refusal::Lifetime) => (now - 700_000, now),
        flaws if flaws.has(Refusal::Expired) => (now - 600_000, now),
        flaws if flaws.has(Refusal::Lifetime) => (now - 1, now + 600_000),
        _ => (now + 60_000, now + 600_000),
    };
    (body.issued_at, body.expires_at) = (Int::saturating(issued), Int::saturating(expires));
    if flaws.has(Refusal::IssuedInFuture) && flaws.has(Refusal::Expired) {
        body.expires_at = Int::saturating(now);
    }
    if flaws.has(Refusal::AnchorUnknown) {
        body.anchor = Digest([9; 32]);
    }
    body.ttl = Int::saturating(if flaws.has(Refusal::Ttl) { 59_999 } else { 60_000 });
    let text = body.text(ORIGIN, &account);
    body.device_sig = sign(&key(2), [tags::DEVICE.0, &text].concat().as_bytes());
    flaws.flip(Refusal::DeviceProof, &mut body.device_sig);
    let signer = k256::ecdsa::SigningKey::from_slice(&[12; 32]).expect("a key");
    let signer = if flaws.has(Refusal::WrongSigner) { signer } else { wallet };
    let mut sig = eip191(&signer, &text);
    sig[64] ^= u8::from(flaws.has(Refusal::BadSignature)) << 7;
    if flaws.has(Refusal::SessionExists) {
        let id = Digest::of(tags::LOGIN, &[text.as_bytes()]);
        let (since, until) = (Int::saturating(now), Int::saturating(now + 60_000));
        let (device_key, scope, user, window) = (body.device_key, body.scope, self::id(3), Window::default());
        desk.plant(
            &id,
            &Session { device_key, ended: Ended::No, newest: Int::ZERO, scope, since, until, user, window },
        );
    }
    fill_guards(&mut desk, flaws);
    if flaws.has(Refusal::Genesis) {
        desk.ledger = Ledger::default();
    }
    (desk, Event::Login(login_of(body, &WalletSig::Eip191(sig))))
}

fn eip191(wallet: &k256::ecdsa::SigningKey, text: &str) -> [u8; 65] {
    let (signature, id) = wallet.sign_prehash_recoverable(&eip191_hash(text));
    let mut sig = [0x1b + id.to_byte(); 65];
    sig[..64].copy_from_slice(&signature.to_bytes());
    sig
}

/// The first numbers, with what is wrong with them.
fn ruleset(flaws: &Flaws<'_>, version: u64) -> Ruleset {
    let tier = |n: u64| (Int::saturating(n), Int::from(1));
    let first = Ruleset::first();
    let tiers = if flaws.has(Refusal::Size) { (0..6_000).map(tier).collect() } else { first.tiers.clone() };
    let version = Int::saturating(version + u64::from(flaws.has(Refusal::RulesetInvalid)));
    let semantics = Int::saturating(SEMANTICS.get() + u64::from(flaws.has(Refusal::Semantics)));
    Ruleset { tiers, version, semantics, ..first }
}

fn founding(flaws: &Flaws<'_>) -> (Desk, Event) {
    let mut desk = Desk::new();
    if !flaws.has(Refusal::Genesis) {
        desk.ledger = Ledger::default();
    }
    let Event::Genesis(genesis) = genesis() else { unreachable!("it is one") };
    let log_key = if flaws.has(Refusal::Shape) { genesis.operator_key } else { genesis.log_key };
    (desk, Event::Genesis(Genesis { log_key, ruleset: ruleset(flaws, 1), ..genesis }))
}

fn operator(kind: &str, flaws: &Flaws<'_>) -> (Desk, Event) {
    let mut desk = Desk::new();
    let counter = match flaws {
        flaws if flaws.has(Refusal::CounterUsed) => 7,
        flaws if flaws.has(Refusal::CounterAhead) => 9,
        _ => 8,
    };
    let in_force = public(&key(100));
    desk.plant(&Only, &Operator { counter: Int::from(7), key: in_force });
    let body = match kind {
        "RULESET_ACTIVATED" => RulesetActivated { ruleset: ruleset(flaws, 2) }.into(),
        "AEGIS_STAGED" => AegisStaged { stage: Stage::Observe }.into(),
        _ => {
            let message = proof_message(ORIGIN, Which::Operator, &in_force);
            let mut proof = sign(&key(103), message.as_bytes());
            flaws.flip(Refusal::BadProof, &mut proof);
            OperatorRotated { key: public(&key(103)), proof, which: Which::Operator }.into()
        }
    };
    let signer = key(if flaws.has(Refusal::WrongKey) { 9 } else { 100 });
    let Event::Operator(mut intent) = operator_intent(&signer, counter, body) else { unreachable!("it is one") };
    flaws.flip(Refusal::BadSignature, &mut intent.sig);
    if flaws.has(Refusal::Genesis) {
        desk.ledger = Ledger::default();
    }
    (desk, Event::Operator(intent))
}

/// What the machine says of an event of this kind with these flaws.
fn answer(kind: &str, flaws: &Flaws<'_>) -> Option<Refusal> {
    let (mut desk, event) = match kind {
        "GENESIS" => founding(flaws),
        "LOGIN" => login(flaws),
        "RULESET_ACTIVATED" | "AEGIS_STAGED" | "OPERATOR_ROTATED" => operator(kind, flaws),
        kind => intent_of(kind, flaws),
    };
    assert_eq!(event.kind(), kind);
    let mut bytes = event.to_canonical();
    if flaws.has(Refusal::Shape) && kind != "GENESIS" {
        bytes.push(b' ');
    }
    let read = Event::read(&bytes).map_err(|malformed| malformed.refusal);
    read.and_then(|event| desk.enter(&event)).err()
}

/// Refusals that exclude each other: of each line at most one can apply.
const ONE_OF: [&[Refusal]; 2] = [
    &[Refusal::CounterUsed, Refusal::CounterOld, Refusal::CounterAhead],
    &[Refusal::UnknownUser, Refusal::SelfMessage],
];

/// Whether both can apply at once.
fn together(kind: &str, a: Refusal, b: Refusal) -> bool {
    let one = ONE_OF.iter().any(|group| group.contains(&a) && group.contains(&b));
    // where `rate_user` is the only guard of the kind, it either refuses or is AEGIS's
    let only_guard = !["LOGIN", "MESSAGE", "REFERRAL_USE", "SESSION_ROTATED"].contains(&kind);
    !(one || only_guard && a == Refusal::RateUser && b == Refusal::Aegis)
}

/// No event of these kinds that is well-formed is too long.
fn reachable(kind: &str, refusal: Refusal) -> bool {
    refusal != Refusal::Size || ["GENESIS", "RULESET_ACTIVATED"].contains(&kind)
}

#[test]
fn of_two_refusals_the_one_that_stands_first_is_the_answer() {
    let mut pairs = 0;
    for (kind, order) in &precedence() {
        let places: Vec<usize> = (0..order.len()).filter(|place| reachable(kind, order[*place])).collect();
        assert_eq!(answer(kind, &Flaws { order, places: vec![] }), None, "{kind} without a flaw");
        for (at, first) in places.iter().enumerate() {
            let alone = Flaws { order, places: vec![*first] };
            assert_eq!(answer(kind, &alone), Some(order[*first]), "{kind} with one flaw");
            for second in places[at + 1..].iter().filter(|second| together(kind, order[*first], order[**second])) {
                let both = Flaws { order, places: vec![*first, *second] };
                assert_eq!(answer(kind, &both), Some(order[*first]), "{kind} with {} too", order[*second]);
                pairs += 1;
            }
        }
    }
    assert!(pairs > 700, "{pairs} pairs");
}

#[test]
fn a_code_is_good_until_the_window_ends() {
    let all = precedence();
    let order = &all.iter().find(|(kind, _)| *kind == "REFERRAL_USE").expect("it is one").1;
    let window = Ruleset::first().referral_window_ms.get();
    for (age, refused) in [(window - 1, None), (window, Some(Refusal::TooLate))] {
        let (mut desk, event) = intent_of("REFERRAL_USE", &Flaws { order, places: vec![] });
        let row = desk.ledger.state.users().get(&id(1)).expect("alice").clone();
        desk.plant(&id(1), &User { created: Int::saturating(desk.now - age), ..row });
        assert_eq!(desk.enter(&event).err(), refused, "{age} ms after the first login");
    }
}

/// The same signature with n - s in the place of s: good for a curve, and refused.
#[test]
fn a_malleable_signature_is_none() {
    let wallet = k256::ecdsa::SigningKey::from_slice(&[11; 32]).expect("a key");
    let good = eip191(&wallet, "text");
    let address = address_of(wallet.verifying_key().to_sec1_point(false).as_bytes());
    assert_eq!(Curves.eip191("text", &good), Some(address));
    let (r, s) = k256::ecdsa::Signature::from_slice(&good[..64]).expect("a signature").split_scalars();
    let high = k256::ecdsa::Signature::from_scalars(r, -s).expect("a signature");
    let mut malleable = good;
    malleable[..64].copy_from_slice(&high.to_bytes());
    malleable[64] ^= 0x1b ^ 0x1c;
    assert_eq!(Curves.eip191("text", &malleable), None);
}
