"""The history behind `trust_v1.jsonl`: every kind of event once, on its limits, in a ledger whose every entry carries its state root."""

from author import (ANYBODYS_SIGNATURE, DAY, NEUTRAL, NEUTRAL_SPELLED_OTHERWISE, RULESET, START, Author, Operator, Person, blob, genesis,
                    guards, public, sign)
from signing import proof_bytes
from texts import thread_id


def write():
    """The whole history, as an Author."""
    author = Author()
    author.add(0, genesis())
    author.refuses("genesis", author.add, 0, genesis())
    alice, bob, carol, dave = (Person(author, name, scheme) for name, scheme in (
        ("alice", "eip191"), ("bob", "ed25519"), ("carol", "eip191"), ("dave", "ed25519")))
    _first_referral(alice, bob)
    _what_no_signature_holds(alice, bob)
    _what_no_session_may(alice, bob)
    _ten_minutes_later(alice, bob)
    _second_referral(alice, carol)
    _what_nobody_is_invited_to(alice, bob, carol)
    _next_day(bob, dave)
    operator = Operator(author)
    _sessions_end(alice, bob)
    _a_lost_profile(alice, bob)
    _the_operator_acts(operator, alice, bob, carol)
    _what_no_operator_may(operator)
    _seventeen_sessions(dave)
    return author


def _first_referral(alice, bob):
    refuses = alice.author.refuses
    alice.login(1_000, opener=0)
    alice.first_session = alice.session
    alice.keys(2_000)
    alice.profile(3_000, "alice profile 1", 180)
    bob.login(4_000, opener=0, device="bob device 1", scope="read", ttl=DAY - 4_000)
    for act in (lambda: bob.profile(4_000, "p", 1), lambda: bob.keys(4_000), lambda: bob.use_code(4_000, alice),
                lambda: bob.send(4_000, alice, "m", 1), lambda: bob.rotate(4_000, "other"), lambda: bob.revoke(4_000, alice.session)):
        refuses("scope", act)
    bob.login(5_500, opener=0, device="bob device 2")
    bob.keys(6_500)
    bob.use_code(7_250, alice)
    alice.send(8_000, bob, "message 1", 1_000)
    bob.send(9_000, alice, "message 2", 262_144)
    alice.send(9_999, bob, "message 3", 1)
    bob.send(25_000, alice, "message 4", 500)


def _what_no_signature_holds(alice, bob):
    """Changed, another's, and those that a lenient verifier takes for a key of low order, in each place where a key stands."""
    author, at = alice.author, 25_000
    add, refuses = author.add, author.refuses
    login, forged = alice.login_event(at), {"device_key": NEUTRAL, "device_sig": ANYBODYS_SIGNATURE}
    refuses("wrong_signer", add, at, {**login, "body": {**login["body"], "ttl": 60_001}})
    refuses("bad_signature", add, at, {**login, "sig": login["sig"][:128] + "1a"})
    refuses("bad_signature", add, at, {**login, "sig": login["sig"][:128] + "00"})
    refuses("device_proof", add, at, {**login, "body": {**login["body"], "device_sig": "0" * 128}})
    refuses("bad_signature", add, at, {**bob.login_event(at), "sig": "0" * 128})
    for key in (NEUTRAL, NEUTRAL_SPELLED_OTHERWISE):
        refuses("device_proof", alice.login, at, **{**forged, "device_key": key})
        refuses("device_proof", alice.rotate, at, "nobody", **{**forged, "device_key": key})
        account = {**bob.login_event(at, address=key), "sig": ANYBODYS_SIGNATURE}
        refuses("bad_signature", add, at, account)
        intent = {"body": {}, "counter": 9, "key": key, "kind": "PROFILE_ERASED", "session": alice.session, "sig": ANYBODYS_SIGNATURE, "v": 1}
        refuses("bad_signature", add, at, intent)
    refuses("bad_prekey_sig", alice.keys, at, identity_key="1" * 64, prekey_sig=sign("alice device", b"nothing"))
    for point in ("0" * 64, "01" + "00" * 31, "00" * 31 + "80", "ec" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "ff",
                  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"):
        refuses("bad_key", alice.keys, at, identity_key=point)
        refuses("bad_key", alice.keys, at, prekey=point)


def _what_no_session_may(alice, bob):
    """Sessions, counters, shapes and challenges, each at the first value that is not good."""
    refuses, at, now = alice.author.refuses, 25_000, START + 25_000
    session, device, counter = alice.session, alice.device, alice.counter
    alice.take_up("0" * 64, device)
    refuses("unknown_session", alice.profile, at, "p", 1)
    alice.take_up(bob.session, device)
    refuses("wrong_key", alice.profile, at, "p", 1)
    alice.take_up(session, device, counter)
    refuses("counter_used", alice.profile, at, "p", 1, counter=counter)
    refuses("counter_ahead", alice.profile, at, "p", 1, counter=counter + 1_000_001)
    refuses("shape", alice.profile, at, "p", 1, counter=0)
    for size in (0, 262_145):
        refuses("shape", alice.profile, at, "p", size)
    refuses("shape", alice.intend, at, "REFERRAL_USE", {"code": "0" * 25 + "i"})
    refuses("shape", alice.intend, at, "SOMETHING", {})
    refuses("unknown_user", alice.intend, at, "MESSAGE", {"blob": blob("m", 1), "thread": "0" * 64, "to": "user_" + "0" * 64})
    refuses("self_message", alice.send, at, alice, "m", 1)
    refuses("wrong_thread", alice.send, at, bob, "m", 1, thread=thread_id(alice.id, alice.id))
    refuses("anchor_unknown", bob.login, at, anchor=alice.author.hashes[1])
    refuses("issued_in_future", bob.login, at, issued_at=now + 60_001, expires_at=now + 300_000)
    refuses("expired", bob.login, at, expires_at=now)
    refuses("lifetime", bob.login, at, issued_at=now, expires_at=now + 600_001)
    refuses("lifetime", bob.login, at, issued_at=now + 50, expires_at=now + 50)
    refuses("ttl", bob.login, at, ttl=59_999)
    refuses("ttl", bob.login, at, ttl=30 * DAY + 1)


def _ten_minutes_later(alice, bob):
    """The anchor of entry 0 goes, at the first tick at which it may. Counters jump and fall back; what others wrote is named again."""
    alice.send(625_000, bob, "message 5", 500, counter=9)
    alice.author.refuses("anchor_unknown", bob.login, 625_000, opener=0)
    alice.send(700_000, bob, "message 4", 500, counter=7)
    alice.profile(700_000, "message 5", 500)
    alice.profile(701_001, "message 5", 500)
    alice.send(701_002, bob, "message 6", 500, counter=200)
    alice.profile(701_003, "alice profile 2", 200)


def _second_referral(alice, carol):
    """A LOGIN as far ahead and as long as it may be; the oldest counter that is still good."""
    carol.login(702_000, opener=13, issued_at=START + 762_000, expires_at=START + 1_362_000)
    carol.use_code(703_000, alice)
    carol.send(704_000, alice, "message 7", 700)
    alice.author.refuses("counter_old", alice.send, 705_000, carol, "message 8", 800, counter=137)
    alice.author.refuses("stale", alice.profile, 705_000, "p", 1, counter=138)
    alice.send(705_000, carol, "message 8", 800, counter=138)


def _what_nobody_is_invited_to(alice, bob, carol):
    refuses, at = alice.author.refuses, 705_000
    refuses("unknown_code", alice.use_code, at, Person(alice.author, "stranger", "ed25519"))
    refuses("self_referral", alice.use_code, at, alice)
    refuses("already_referred", carol.use_code, at, bob)
    refuses("circular", alice.use_code, at, bob)


def _next_day(bob, dave):
    """A new epoch. Bob's first session has just run out and leaves his list; his new device joins Alice's circle; his code is used."""
    bob.login(DAY, opener=13, device="bob device 3")
    bob.keys(DAY + 11_000)
    dave.login(DAY + 12_000, opener=23, ttl=60_000)
    dave.use_code(DAY + 13_000, bob)
    bob.send(DAY + 14_000, dave, "message 9", 900)
    dave.send(DAY + 15_000, bob, "message 10", 900)


def _sessions_end(alice, bob):
    """Bob goes on under another key and publishes chat keys of its own; Alice ends a session of hers, and then her own."""
    bob.rotate(DAY + 40_000, "bob device 4")
    bob.keys(DAY + 41_000)
    bob.rotate(DAY + 42_000, "bob device 4")
    alice.login(DAY + 43_000, device="alice device 2")
    first = alice.first_session
    alice.revoke(DAY + 44_000, first, "lost on a train")
    alice.keys(DAY + 45_000)
    alice.login(DAY + 46_000, device="alice kiosk", scope="read")
    alice.author.refuses("unknown_session", bob.revoke, DAY + 47_000, alice.session)
    alice.revoke(DAY + 47_000, alice.session, "")
    alice.login(DAY + 60_000, device="alice device 3")


def _a_lost_profile(alice, bob):
    """What is erased stays erased, and a new profile takes its place."""
    refuses = alice.author.refuses
    refuses("no_profile", bob.erase, DAY + 61_000)
    alice.erase(DAY + 61_000)
    refuses("no_profile", alice.erase, DAY + 62_000)
    alice.profile(DAY + 62_000, "alice profile 3", 300)


def _the_operator_acts(operator, alice, bob, carol):
    """New numbers, of which a guard lets nothing pass: AEGIS advises, then refuses, then is off. Both keys of the ledger change."""
    refuses = operator.author.refuses
    operator.rules(DAY + 70_000, guards=guards(messages={"max": 0}), tiers=[[1, 7_000_000], [50, 33_333_333]], coherence_half=2,
                   user_cap_micro=40_000_000)
    operator.stage(DAY + 71_000, "observe")
    alice.send(DAY + 72_000, bob, "message 11", 100)
    operator.rotate(DAY + 73_000, "log", "log 2")
    for key in (NEUTRAL, NEUTRAL_SPELLED_OTHERWISE):
        refuses("bad_proof", operator.rotate, DAY + 74_000, "operator", "operator 2", key=key, proof=ANYBODYS_SIGNATURE)
    late = sign("operator 2", proof_bytes(operator.author.origin, "log", public("log")))
    refuses("bad_proof", operator.rotate, DAY + 74_000, "log", "operator 2", proof=late)
    operator.rotate(DAY + 74_000, "operator", "operator 2")
    operator.stage(DAY + 75_000, "enforce")
    carol.profile(DAY + 76_000, "carol profile", 64)
    refuses("aegis", bob.send, DAY + 76_000, alice, "message 12", 100)
    refuses("self_message", bob.send, DAY + 76_000, bob, "message 12", 100)
    operator.stage(DAY + 77_000, "off")
    bob.send(DAY + 78_000, alice, "message 12", 100)


def _what_no_operator_may(operator):
    refuses, at, body = operator.author.refuses, DAY + 79_000, {"stage": "off"}
    refuses("wrong_key", operator.act, at, "AEGIS_STAGED", body, key="operator")
    refuses("counter_used", operator.act, at, "AEGIS_STAGED", body, counter=operator.counter)
    refuses("counter_ahead", operator.act, at, "AEGIS_STAGED", body, counter=operator.counter + 2)
    refuses("bad_signature", operator.act, at, "AEGIS_STAGED", body, sig=ANYBODYS_SIGNATURE)
    refuses("shape", operator.stage, at, "on")
    refuses("semantics", operator.act, at, "RULESET_ACTIVATED", {"ruleset": {**RULESET, "version": 3, "semantics": 2}})


def _seventeen_sessions(dave):
    """Dave's first session ran out long ago, and his chat keys with it; the seventeenth new one closes the first."""
    dave.login(DAY + 200_000, device="dave device 1")
    dave.keys(DAY + 201_000)
    dave.login(DAY + 202_000, device="dave device 2", ttl=60_000)
    dave.keys(DAY + 203_000)
    for number in range(3, 19):
        dave.login(DAY + 280_000 + number, device=f"dave device {number}")
