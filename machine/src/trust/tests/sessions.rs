//! Sessions from their challenge to their end, tick by tick, and every misuse of them.

use super::*;
use crate::trust::{
    profile::{ProfileErased, ProfileUpdated},
    session::{Ended, SessionRevoked, SessionRotated},
    types::{Blob, Label, UserId},
};

const TTL: u64 = 60_000;

pub(super) fn profile(n: u8) -> Body {
    Body::ProfileUpdated(ProfileUpdated { blob: Blob::new(Digest([n; 32]), 1).expect("a blob") })
}

fn rotation(old: Digest, to: &SigningKey) -> Body {
    let message = [tags::DEVICE.0, ORIGIN, "\n", &old.to_string()].concat();
    Body::SessionRotated(SessionRotated { device_key: public(to), device_sig: sign(to, message.as_bytes()) })
}

fn revocation(session: Digest) -> Body {
    Body::SessionRevoked(SessionRevoked { reason: Label::default(), session })
}

/// The session that an entry opened.
fn opened(entry: &Entry<Trust>) -> Digest {
    let opened = entry.effects.iter().find_map(|effect| match effect {
        Effect::SessionOpened(opened) => Some(opened.session),
        _ => None,
    });
    opened.expect("a session was opened")
}

#[test]
fn a_session_is_active_when_it_is_issued_not_before_and_not_when_it_expires() {
    let (mut desk, wallet, device) = (Desk::new(), key(1), key(2));
    let session = desk.open(&wallet, &device, TTL);
    let row = desk.ledger.state.sessions().get(&session).expect("a row").clone();
    assert_eq!((row.since.get(), row.until.get(), row.ended), (START, START + TTL, Ended::No));
    assert!(row.active(START) && row.active(START + TTL - 1) && !row.active(START + TTL));
    assert!(desk.act(session, &device, 1, profile(1)).is_ok(), "in the tick in which it was issued");
    desk.now = START + TTL - 1;
    assert!(desk.act(session, &device, 2, profile(2)).is_ok());
    desk.now = START + TTL;
    assert_eq!(desk.act(session, &device, 3, profile(3)).map(drop), Err(Refusal::SessionInactive));
    let unknown = Digest([1; 32]);
    assert_eq!(desk.act(unknown, &device, 1, profile(4)).map(drop), Err(Refusal::UnknownSession), "before any login");
}

#[test]
fn a_challenge_depends_on_each_entry_and_honours_its_end() {
    let (mut desk, wallet, device) = (Desk::new(), key(1), key(2));
    let first = desk.challenge();
    desk.now += 10_000;
    desk.open(&wallet, &device, TTL);
    let second = desk.challenge();
    assert_ne!(first, second, "a new window, a new challenge");
    let old = desk.login(&wallet, &device, TTL);
    let body = LoginBody { anchor: first, issued_at: Int::saturating(desk.now + 1), ..old.body().clone() };
    let by_the_first = sign_login(body, &wallet, &device);
    assert!(desk.enter(&Event::Login(by_the_first.clone())).is_ok(), "for ten minutes the older one is good too");
    desk.now += 10_000;
    desk.open(&wallet, &device, TTL);
    desk.now += 600_000;
    let late = LoginBody {
        issued_at: Int::saturating(desk.now),
        expires_at: Int::saturating(desk.now + 1),
        ..by_the_first.body().clone()
    };
    let late = sign_login(late, &wallet, &device);
    assert_eq!(desk.enter(&Event::Login(late)).map(drop), Err(Refusal::AnchorUnknown));
}

#[test]
fn an_expired_login_opens_nothing() {
    let (mut desk, wallet, device) = (Desk::new(), key(1), key(2));
    let login = desk.login(&wallet, &device, TTL);
    let before = desk.ledger.head.clone();
    desk.now += 600_000;
    assert_eq!(desk.enter(&Event::Login(login.clone())).map(drop), Err(Refusal::Expired));
    assert_eq!(desk.ledger.head, before, "and nothing is emitted");
    desk.now -= 1;
    assert!(desk.enter(&Event::Login(login)).is_ok(), "one tick before it was good");
}

#[test]
fn a_response_by_another_key_or_with_another_ttl_opens_nothing() {
    let (mut desk, wallet, device) = (Desk::new(), key(1), key(2));
    let good = desk.login(&wallet, &device, TTL);
    let by_another = login_of(good.body().clone(), desk.login(&key(3), &device, TTL).sig());
    assert_eq!(desk.enter(&Event::Login(by_another)).map(drop), Err(Refusal::BadSignature));
    let longer = LoginBody { ttl: Int::saturating(TTL + 1), ..good.body().clone() };
    assert_eq!(desk.enter(&Event::Login(login_of(longer, good.sig()))).map(drop), Err(Refusal::BadSignature));
    let front_run = LoginBody { device_key: public(&key(4)), ..good.body().clone() };
    let front_run = Event::Login(login_of(front_run, good.sig()));
    assert_eq!(desk.enter(&front_run).map(drop), Err(Refusal::BadSignature), "a device put in its place");
    let unproven = sign_login(good.body().clone(), &wallet, &key(4));
    let unproven = LoginBody { device_key: public(&device), ..unproven.body().clone() };
    let text = unproven.text(ORIGIN, &good.account());
    let sig = WalletSig::Ed25519(sign(&wallet, [tags::LOGIN.0, &text].concat().as_bytes()));
    let unproven = Event::Login(login_of(unproven, &sig));
    assert_eq!(desk.enter(&unproven).map(drop), Err(Refusal::DeviceProof));
    assert!(desk.enter(&Event::Login(good)).is_ok());
}

#[test]
fn rotating_keeps_user_scope_age_and_end_and_emits_once() {
    let (mut desk, wallet, phone) = (Desk::new(), key(1), key(2));
    let mut session = desk.open(&wallet, &phone, TTL);
    let first = desk.ledger.state.sessions().get(&session).expect("a row").clone();
    let (mut device, mut seen) = (phone, Vec::from([session]));
    for n in 3..8 {
        desk.now += 1_000;
        let (next, old) = (key(n), session);
        let entry = desk.act(old, &device, 1, rotation(old, &next)).expect("a good rotation");
        assert_eq!(kinds(&entry), ["SessionClosed", "SessionOpened"]);
        session = opened(&entry);
        assert!(!seen.contains(&session), "several in a row all differ");
        let row = desk.ledger.state.sessions().get(&session).expect("a row");
        assert_eq!((row.user, row.scope, row.since, row.until), (first.user, first.scope, first.since, first.until));
        assert_eq!((row.device_key, row.newest), (public(&next), Int::ZERO));
        assert_eq!(
            desk.ledger.state.sessions().get(&old).map(|row| (row.ended, row.newest)),
            Some((Ended::Rotated, Int::from(1)))
        );
        let again = desk.act(old, &device, 2, profile(n));
        assert_eq!(again.map(drop), Err(Refusal::SessionInactive), "the old key is out at once");
        seen.push(session);
        device = next;
    }
    desk.now = START + TTL;
    let late = desk.act(session, &device, 1, rotation(session, &key(9)));
    assert_eq!(late.map(drop), Err(Refusal::SessionInactive), "rotating does not prolong");
}

#[test]
fn a_rotation_needs_the_new_key_and_is_good_for_one_session() {
    let (mut desk, wallet, device) = (Desk::new(), key(1), key(2));
    let session = desk.open(&wallet, &device, TTL);
    let Body::SessionRotated(mut unproven) = rotation(session, &key(3)) else { unreachable!() };
    unproven.device_key = public(&key(4));
    let refused = desk.act(session, &device, 1, Body::SessionRotated(unproven));
    assert_eq!(refused.map(drop), Err(Refusal::DeviceProof));
    desk.now += 1;
    let other = desk.open(&wallet, &device, TTL);
    let replayed = desk.act(other, &device, 1, rotation(session, &key(3)));
    assert_eq!(replayed.map(drop), Err(Refusal::DeviceProof), "the proof names its session");
    assert!(desk.act(session, &device, 1, rotation(session, &device)).is_ok(), "to the key in use is allowed");
}

#[test]
fn a_revoked_session_is_out_at_once_and_another_wallets_is_nobodys_business() {
    let (mut desk, wallet, phone, laptop) = (Desk::new(), key(1), key(2), key(3));
    let lost = desk.open(&wallet, &phone, TTL);
    let kept = desk.open(&wallet, &laptop, TTL);
    let foreign = desk.open(&key(5), &key(6), TTL);
    assert_eq!(desk.act(kept, &laptop, 1, revocation(foreign)).map(drop), Err(Refusal::UnknownSession));
    assert_eq!(desk.act(foreign, &laptop, 1, profile(1)).map(drop), Err(Refusal::WrongKey), "a stolen session id");
    let entry = desk.act(kept, &laptop, 1, revocation(lost)).expect("a good revocation");
    assert_eq!(kinds(&entry), ["SessionClosed"]);
    assert_eq!(desk.act(lost, &phone, 1, profile(1)).map(drop), Err(Refusal::SessionInactive));
    assert_eq!(desk.act(kept, &laptop, 2, revocation(lost)).map(drop), Err(Refusal::SessionInactive), "once is enough");
    assert!(desk.act(kept, &laptop, 2, revocation(kept)).is_ok(), "a session may end itself");
    let row = desk.ledger.state.sessions().get(&kept).expect("a row");
    assert_eq!((row.ended, row.newest), (Ended::Revoked, Int::from(2)), "and marks its counter");
}

#[test]
fn the_seventeenth_session_closes_the_oldest_login() {
    let (mut desk, wallet) = (Desk::new(), key(1));
    let mut sessions = Vec::new();
    for n in 10..26 {
        desk.now += 1;
        sessions.push(desk.open(&wallet, &key(n), TTL));
    }
    let rotated = desk.act(sessions[0], &key(10), 1, rotation(sessions[0], &key(40))).expect("a good rotation");
    let oldest = opened(&rotated);
    desk.now += 1;
    let entry = desk.enter(&Event::Login(desk.login(&wallet, &key(41), TTL))).expect("a good login");
    assert_eq!(kinds(&entry), ["SessionClosed", "SessionOpened"]);
    assert_eq!(
        desk.ledger.state.sessions().get(&oldest).map(|row| row.ended),
        Some(Ended::Evicted),
        "rotating keeps the age"
    );
    let user = UserId::of(&Account::Ed25519(public(&wallet)));
    assert_eq!(desk.ledger.state.users().get(&user).map(|row| row.sessions.len()), Some(16));
    desk.now += TTL;
    let entry = desk.enter(&Event::Login(desk.login(&wallet, &key(42), TTL))).expect("a good login");
    assert_eq!(kinds(&entry), ["SessionOpened"], "expired ones make room by themselves");
    assert_eq!(desk.ledger.state.users().get(&user).map(|row| row.sessions.len()), Some(1));
}

#[test]
fn a_prefix_of_the_ledger_replays_to_what_was_then() {
    let (mut desk, wallet, device) = (Desk::new(), key(1), key(2));
    let (mut replayed, mut ledger) = (Vec::new(), Ledger::<Trust>::default());
    let session = desk.login(&wallet, &device, TTL).id(ORIGIN);
    let events = [
        genesis(),
        Event::Login(desk.login(&wallet, &device, TTL)),
        intent(session, &device, 1, profile(1)),
        intent(session, &device, 2, Body::ProfileErased(ProfileErased {})),
        intent(session, &device, 3, revocation(session)),
    ];
    desk.ledger = Ledger::default();
    for event in &events {
        let line = desk.enter(event).expect("a good event").line;
        ledger.replay(&line).expect("it replays");
        replayed.push((desk.ledger.clone(), ledger.clone()));
    }
    for (n, (made, read)) in replayed.iter().enumerate() {
        assert_eq!(made.head, read.head);
        let active = read.state.sessions().get(&session).map(|row| row.active(START));
        assert_eq!(active, [None, Some(true), Some(true), Some(true), Some(false)][n], "after {} entries", n + 1);
    }
}
