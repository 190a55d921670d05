"""Writes the golden ledger: one short history that every implementation must derive to the byte, from key material anyone can redo.

    python3 tests/foreign/replay/golden.py           writes machine/tests/golden/trust_v1.jsonl
    python3 tests/foreign/replay/golden.py --check   exits 1 if the file differs from what this would write

Every secret is the SHA-256 of a phrase: `golden log`, `golden operator`, `golden alice wallet`, `golden alice device`,
`golden bob device 2` and so on. Ed25519: the digest is the seed. secp256k1: it is the secret number. Chat keys are no real
pairs: the 32 public bytes are the digest itself. Blobs are digests of phrases too. Nonces are deterministic in both schemes
(RFC 8032, RFC 6979), so the file has one form only.
"""

import hashlib
import pathlib
import sys

import curves
from canonical import encode
from machine import Ledger
from signing import prekey_bytes, proof_bytes, rotation_bytes
from texts import event_id, intent_bytes, login_text, referral_code, session_id, tagged, thread_id, user_id

ORIGIN = "golden.example"
START = 1_700_000_000_000
DAY = 86_400_000
PATH = pathlib.Path(__file__).resolve().parents[3] / "machine/tests/golden/trust_v1.jsonl"
RULESET = {
    "bonus_divisor": 10, "coherence_half": 4, "epoch_ms": DAY, "guards": [
        {"aegis": False, "max": 120, "name": "rate_user", "per": "user", "window_ms": 60_000},
        {"aegis": False, "max": 600, "name": "rate_first_logins", "per": "all", "window_ms": 60_000},
        {"aegis": True, "max": 60, "name": "messages", "per": "user", "window_ms": 60_000},
        {"aegis": True, "max": 20, "name": "code_uses", "per": "code", "window_ms": 3_600_000}],
    "mint_cap_micro": 100_000_000_000, "referral_window_ms": 30 * DAY, "semantics": 1,
    "tiers": [[5, 100_000_000], [20, 80_000_000], [50, 50_000_000], [100, 20_000_000]],
    "user_cap_micro": 1_000_000_000, "version": 1}


def secret(phrase):
    """32 bytes from a phrase."""
    return hashlib.sha256(f"golden {phrase}".encode()).digest()


def public(phrase):
    """The Ed25519 public key of a phrase, hex."""
    return curves.ed_public(secret(phrase)).hex()


def blob(phrase, size):
    """A blob reference; nobody looks at the bytes."""
    return {"sha256": secret(phrase).hex(), "size": size}


def genesis(state_every=1):
    """Entry 0's event."""
    return {"body": {"log_key": public("log"), "operator_key": public("operator"), "origin": ORIGIN, "ruleset": RULESET,
                     "state_every": state_every}, "kind": "GENESIS", "v": 1}


class Author:
    """A ledger under way; an event that is refused is a bug of the history below, and raises."""

    def __init__(self):
        self.ledger = Ledger()
        self.lines = []
        self.hashes = []
        self.opener = 0

    def add(self, at, event):
        """Appends an event at a tick after START."""
        opens = (START + at) // 10_000 != self.ledger.at // 10_000
        entry, changes = self.ledger.next_entry(event, START + at)
        self.ledger.commit(entry, changes)
        self.opener = len(self.lines) if opens else self.opener
        self.lines.append(encode(entry))
        self.hashes.append(entry["hash"])
        return entry


class Operator:
    """Who holds the ledger's keys."""

    def __init__(self, author):
        self.author, self.counter, self.keys = author, 0, {"operator": "operator", "log": "log"}

    def act(self, at, kind, body):
        """Signs with the operator key in force."""
        self.counter += 1
        key = self.keys["operator"]
        intent = {"body": body, "counter": self.counter, "key": public(key), "kind": kind, "session": "operator", "v": 1}
        intent["sig"] = curves.ed_sign(secret(key), intent_bytes(ORIGIN, intent)).hex()
        return self.author.add(at, intent)

    def rotate(self, at, which, phrase):
        """Replaces a key by that of another phrase."""
        proof = curves.ed_sign(secret(phrase), proof_bytes(ORIGIN, which, public(self.keys[which]))).hex()
        entry = self.act(at, "OPERATOR_ROTATED", {"key": public(phrase), "proof": proof, "which": which})
        self.keys[which] = phrase
        return entry


class Person:
    """A wallet and the session last opened with it."""

    def __init__(self, author, name, scheme):
        self.author, self.name, self.scheme = author, name, scheme
        phrase = f"{name} wallet"
        self.address = public(phrase) if scheme == "ed25519" else curves.address_of(curves.k1_public(self._number(phrase)))
        self.id = user_id(scheme, self.address)

    def login(self, at, opener=None, device=None, **fields):
        """Opens a session with the challenge of entry `opener`, or else of the newest that opened its window; `device` is its key's phrase, `fields` replace those of the body."""
        self.device, self.counter = device or f"{self.name} device", 0
        body = {
            "address": self.address, "anchor": self.author.hashes[self.author.opener if opener is None else opener], "chain_id": 1 if self.scheme == "eip191" else 0,
            "device_key": public(self.device), "expires_at": START + at + 300_000, "issued_at": START + at - 1_234, "scheme": self.scheme,
            "scope": "chat,profile,read,referral,session", "ttl": 30 * DAY, **fields}
        text = login_text(ORIGIN, body)
        body["device_sig"] = curves.ed_sign(secret(self.device), tagged("device", text)).hex()
        self.session = session_id(ORIGIN, body)
        self.first_session = getattr(self, "first_session", self.session)
        return self.author.add(at, {"body": body, "kind": "LOGIN", "sig": self._wallet_sign(text), "v": 1})

    def intend(self, at, kind, body, counter=None):
        """Signs an intent with the session's device key; its counter is one above the highest unless said."""
        counter = counter or self.counter + 1
        self.counter = max(self.counter, counter)
        intent = {"body": body, "counter": counter, "key": public(self.device), "kind": kind, "session": self.session, "v": 1}
        intent["sig"] = curves.ed_sign(secret(self.device), intent_bytes(ORIGIN, intent)).hex()
        return self.author.add(at, intent)

    def rotate(self, at, device):
        """Goes on under the key of another device."""
        body = {"device_key": public(device), "device_sig": curves.ed_sign(secret(device), rotation_bytes(ORIGIN, self.session)).hex()}
        entry = self.intend(at, "SESSION_ROTATED", body)
        self.session, self.device, self.counter = event_id(ORIGIN, entry["event"]), device, 0
        return entry

    def revoke(self, at, session, reason):
        """Ends a session."""
        return self.intend(at, "SESSION_REVOKED", {"reason": reason, "session": session})

    def keys(self, at, mark=""):
        """Publishes chat keys of the device."""
        body = {"identity_key": secret(f"{self.device} identity{mark}").hex(), "prekey": secret(f"{self.device} prekey{mark}").hex()}
        body["prekey_sig"] = curves.ed_sign(secret(self.device), prekey_bytes(body)).hex()
        return self.intend(at, "KEYS_PUBLISHED", body)

    def profile(self, at, phrase, size):
        """Replaces the profile."""
        return self.intend(at, "PROFILE_UPDATED", {"blob": blob(phrase, size)})

    def use_code(self, at, owner):
        """Says that `owner` invited this one."""
        return self.intend(at, "REFERRAL_USE", {"code": referral_code(owner.id)})

    def send(self, at, to, phrase, size, counter=None):
        """Sends a message."""
        body = {"blob": blob(phrase, size), "thread": thread_id(self.id, to.id), "to": to.id}
        return self.intend(at, "MESSAGE", body, counter)

    def _wallet_sign(self, text):
        if self.scheme == "ed25519":
            return curves.ed_sign(secret(f"{self.name} wallet"), tagged("login", text)).hex()
        r, s, parity = curves.k1_sign(self._number(f"{self.name} wallet"), curves.eip191(text.encode()))
        return f"{r:064x}{s:064x}{27 + parity:02x}"

    @staticmethod
    def _number(phrase):
        return int.from_bytes(secret(phrase), "big")


def write():
    """The whole history, as an Author."""
    author = Author()
    author.add(0, genesis())
    alice, bob, carol, dave = (Person(author, name, scheme) for name, scheme in (
        ("alice", "eip191"), ("bob", "ed25519"), ("carol", "eip191"), ("dave", "ed25519")))
    _first_referral(alice, bob)
    _ten_minutes_later(alice, bob)
    _second_referral(alice, carol)
    _next_day(bob, dave)
    operator = Operator(author)
    _sessions_end(alice, bob)
    _a_lost_profile(alice)
    _the_operator_acts(operator, alice, bob, carol)
    _seventeen_sessions(dave)
    return author


def _first_referral(alice, bob):
    alice.login(1_000, opener=0)
    alice.keys(2_000)
    alice.profile(3_000, "alice profile 1", 180)
    bob.login(4_000, opener=0, device="bob device 1", scope="read", ttl=DAY - 4_000)
    bob.login(5_500, opener=0, device="bob device 2")
    bob.keys(6_500)
    bob.use_code(7_250, alice)
    alice.send(8_000, bob, "message 1", 1_000)
    bob.send(9_000, alice, "message 2", 262_144)
    alice.send(9_999, bob, "message 3", 1)
    bob.send(25_000, alice, "message 4", 500)


def _ten_minutes_later(alice, bob):
    """The anchor of entry 0 goes, at the first tick at which it may. Counters jump and fall back; blobs are shared and let go."""
    alice.send(625_000, bob, "message 5", 500, counter=9)
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
    alice.send(705_000, carol, "message 8", 800, counter=138)


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
    alice.revoke(DAY + 47_000, alice.session, "")
    alice.login(DAY + 60_000, device="alice device 3")


def _a_lost_profile(alice):
    """What is erased stays erased, and a new profile takes its place."""
    alice.intend(DAY + 61_000, "PROFILE_ERASED", {})
    alice.profile(DAY + 62_000, "alice profile 3", 300)


def _the_operator_acts(operator, alice, bob, carol):
    """New numbers, of which a guard lets nothing pass: AEGIS advises, then refuses, then is off. Both keys of the ledger change."""
    guards = [{**guard, "max": 0 if guard["name"] == "messages" else guard["max"]} for guard in RULESET["guards"]]
    rules = {**RULESET, "version": 2, "guards": guards, "tiers": [[1, 7_000_000], [50, 33_333_333]], "coherence_half": 2,
             "user_cap_micro": 40_000_000}
    operator.act(DAY + 70_000, "RULESET_ACTIVATED", {"ruleset": rules})
    operator.act(DAY + 71_000, "AEGIS_STAGED", {"stage": "observe"})
    alice.send(DAY + 72_000, bob, "message 11", 100)
    operator.rotate(DAY + 73_000, "log", "log 2")
    operator.rotate(DAY + 74_000, "operator", "operator 2")
    operator.act(DAY + 75_000, "AEGIS_STAGED", {"stage": "enforce"})
    carol.profile(DAY + 76_000, "carol profile", 64)
    operator.act(DAY + 77_000, "AEGIS_STAGED", {"stage": "off"})
    bob.send(DAY + 78_000, alice, "message 12", 100)


def _seventeen_sessions(dave):
    """Dave's first session ran out long ago, and his chat keys with it; the seventeenth new one closes the first."""
    dave.login(DAY + 200_000, device="dave device 1")
    dave.keys(DAY + 201_000)
    dave.login(DAY + 202_000, device="dave device 2", ttl=60_000)
    dave.keys(DAY + 203_000)
    for number in range(3, 19):
        dave.login(DAY + 280_000 + number, device=f"dave device {number}")


def main(arguments):
    """The command."""
    data = b"".join(line + b"\n" for line in write().lines)
    if arguments == ["--check"]:
        same = PATH.exists() and PATH.read_bytes() == data
        print(f"{PATH.name}: {'as written' if same else 'differs; run golden.py without --check and read the diff'}")
        return 0 if same else 1
    if arguments:
        print("usage: golden.py [--check]", file=sys.stderr)
        return 2
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_bytes(data)
    print(f"{PATH.name}: {data.count(bytes([10]))} entries written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
