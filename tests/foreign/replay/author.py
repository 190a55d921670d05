"""Who writes the golden ledgers: people, an operator and their keys, made from phrases so that anyone can redo them.

Every secret is the SHA-256 of a phrase: `golden log`, `golden operator`, `golden alice wallet`, `golden alice device`,
`golden bob device 2` and so on. Ed25519: the digest is the seed. secp256k1: it is the secret number. Chat keys are no real
pairs: the 32 public bytes are the digest itself. Blobs are digests of phrases too. Nonces are deterministic in both schemes
(RFC 8032, RFC 6979), so each file has one form only.
"""

import functools
import hashlib

import curves
from canonical import encode
from machine import Ledger, Refused, Unsupported, tick_of
from signing import prekey_bytes, proof_bytes, rotation_bytes
from texts import event_id, intent_bytes, login_text, referral_code, session_id, tagged, thread_id, user_id

ORIGIN = "golden.example"
START = 1_700_000_000_000
MINUTE = 60_000
DAY = 86_400_000
SCOPES = "chat,profile,read,referral,session"
RULESET = {
    "bonus_divisor": 10, "coherence_half": 4, "epoch_ms": DAY, "guards": [
        {"aegis": False, "max": 120, "name": "rate_user", "per": "user", "window_ms": 60_000},
        {"aegis": False, "max": 600, "name": "rate_first_logins", "per": "all", "window_ms": 60_000},
        {"aegis": False, "max": 100, "name": "rate_sessions", "per": "user", "window_ms": DAY},
        {"aegis": True, "max": 60, "name": "messages", "per": "user", "window_ms": 60_000},
        {"aegis": True, "max": 20, "name": "code_uses", "per": "code", "window_ms": 3_600_000}],
    "mint_cap_micro": 100_000_000_000, "referral_window_ms": 30 * DAY, "semantics": 1,
    "tiers": [[5, 100_000_000], [20, 80_000_000], [50, 50_000_000], [100, 20_000_000]],
    "user_cap_micro": 1_000_000_000, "version": 1}


def secret(phrase):
    """32 bytes from a phrase."""
    return hashlib.sha256(f"golden {phrase}".encode()).digest()


@functools.cache
def public(phrase):
    """The Ed25519 public key of a phrase, hex."""
    return curves.ed_public(secret(phrase)).hex()


def sign(phrase, message):
    """The Ed25519 signature of a phrase's key, hex."""
    return curves.ed_sign(secret(phrase), message).hex()


def blob(phrase, size):
    """A blob reference; nobody looks at the bytes."""
    return {"sha256": secret(phrase).hex(), "size": size}


def guards(**changed):
    """The guards of the first ruleset, some fields of some of them replaced."""
    return [{**guard, **changed.get(guard["name"], {})} for guard in RULESET["guards"]]


def genesis(state_every=1, **fields):
    """Entry 0's event; `fields` replace those of the body."""
    return {"body": {"log_key": public("log"), "operator_key": public("operator"), "origin": ORIGIN, "ruleset": RULESET,
                     "state_every": state_every, **fields}, "kind": "GENESIS", "v": 1}


class Author:
    """A ledger under way, and beside it the events that it refused."""

    def __init__(self, origin=ORIGIN):
        self.origin = origin
        self.ledger = Ledger()
        self.lines = []
        self.hashes = []
        self.refused = []
        self.bad = []
        self.opener = 0
        self.code = None

    def add(self, at, event, src=None):
        """Appends an event at a tick after START; where a refusal is expected, notes that it is refused instead, and gives None."""
        at = START + at if src is None else tick_of(src, self.ledger.at)
        assert at >= self.ledger.at, "the tick falls"
        if self.code is not None:
            return self._refuse(at, event)
        opens = at // 10_000 != self.ledger.at // 10_000
        entry, changes = self.ledger.next_entry(event, at, src)
        self.ledger.commit(entry, changes)
        self.opener = len(self.lines) if opens else self.opener
        self.lines.append(encode(entry))
        self.hashes.append(entry["hash"])
        return entry

    def refuses(self, code, act, *arguments, **named):
        """Lets somebody act, and notes the event together with the code that it is refused with."""
        self.code = code
        try:
            assert act(*arguments, **named) is None, "nothing was submitted"
        finally:
            self.code = None

    def _refuse(self, at, event):
        try:
            self.ledger.next_entry(event, at)
        except Refused as refusal:
            found = str(refusal)
        except Unsupported:
            found = "semantics"
        else:
            found = "accepted"
        assert found == self.code, f"{found}, not {self.code}: {event}"
        self.refused.append(encode({"at": at, "event": event, "reason": found, "seq": self.ledger.seq}))


class Operator:
    """Who holds the ledger's keys."""

    def __init__(self, author):
        self.author, self.counter, self.keys = author, 0, {"operator": "operator", "log": "log"}

    def act(self, at, kind, body, counter=None, key=None, sig=None):
        """Signs with the operator key in force, unless the phrase of another is said."""
        counter = self.counter + 1 if counter is None else counter
        key = key or self.keys["operator"]
        intent = {"body": body, "counter": counter, "key": public(key), "kind": kind, "session": "operator", "v": 1}
        intent["sig"] = sig or sign(key, intent_bytes(self.author.origin, intent))
        entry = self.author.add(at, intent)
        self.counter = counter if entry else self.counter
        return entry

    def rotate(self, at, which, phrase, **body):
        """Replaces a key by that of another phrase."""
        proof = sign(phrase, proof_bytes(self.author.origin, which, public(self.keys[which])))
        entry = self.act(at, "OPERATOR_ROTATED", {"key": public(phrase), "proof": proof, "which": which, **body})
        if entry:
            self.keys[which] = phrase
        return entry

    def rules(self, at, **fields):
        """Puts another ruleset in force: the first one with some fields replaced, as the next version."""
        version = self.author.ledger.state.get("ruleset", "only")["version"] + 1
        return self.act(at, "RULESET_ACTIVATED", {"ruleset": {**RULESET, "version": version, **fields}})

    def stage(self, at, stage):
        """Sets the stage of AEGIS."""
        return self.act(at, "AEGIS_STAGED", {"stage": stage})


class Person:
    """A wallet and the session last opened with it, or taken up again."""

    def __init__(self, author, name, scheme):
        self.author, self.name, self.scheme = author, name, scheme
        phrase = f"{name} wallet"
        self.address = public(phrase) if scheme == "ed25519" else curves.address_of(curves.k1_public(self._number(phrase)))
        self.id = user_id(scheme, self.address)
        self.session, self.device, self.counter = "", f"{name} device", 0

    def row(self):
        """The user's row in the state."""
        return self.author.ledger.state.get("users", self.id)

    def login_event(self, at, opener=None, device=None, **fields):
        """A LOGIN with the challenge of entry `opener`, or else of the newest that opened its window; `device` is its key's phrase, `fields` replace those of the body."""
        device = device or f"{self.name} device"
        opener = self.author.opener if opener is None else opener
        body = {
            "address": self.address, "anchor": self.author.hashes[opener], "chain_id": 1 if self.scheme == "eip191" else 0,
            "device_key": public(device), "expires_at": START + at + 300_000, "issued_at": START + at - 1_234, "scheme": self.scheme,
            "scope": SCOPES, "ttl": 30 * DAY, **fields}
        text = login_text(self.author.origin, body)
        body.setdefault("device_sig", sign(device, tagged("device", text)))
        return {"body": body, "kind": "LOGIN", "sig": self._wallet_sign(text), "v": 1}

    def login(self, at, opener=None, device=None, src=None, **fields):
        """Opens a session; gives its entry."""
        event = self.login_event(at, opener, device, **fields)
        entry = self.author.add(at, event, src)
        if entry:
            self.take_up(session_id(self.author.origin, event["body"]), device or f"{self.name} device")
        return entry

    def take_up(self, session, device, counter=0):
        """Goes on in a session that is open already."""
        self.session, self.device, self.counter = session, device, counter

    def intend(self, at, kind, body, counter=None, src=None):
        """Signs an intent with the session's device key; its counter is one above the highest unless said."""
        counter = self.counter + 1 if counter is None else counter
        intent = {"body": body, "counter": counter, "key": public(self.device), "kind": kind, "session": self.session, "v": 1}
        intent["sig"] = sign(self.device, intent_bytes(self.author.origin, intent))
        entry = self.author.add(at, intent, src)
        self.counter = max(self.counter, counter) if entry else self.counter
        return entry

    def rotate(self, at, device, src=None, **body):
        """Goes on under the key of another device."""
        proof = sign(device, rotation_bytes(self.author.origin, self.session))
        entry = self.intend(at, "SESSION_ROTATED", {"device_key": public(device), "device_sig": proof, **body}, src=src)
        if entry:
            self.take_up(event_id(self.author.origin, entry["event"]), device)
        return entry

    def revoke(self, at, session, reason=""):
        """Ends a session."""
        return self.intend(at, "SESSION_REVOKED", {"reason": reason, "session": session})

    def keys(self, at, mark="", counter=None, **body):
        """Publishes chat keys of the device."""
        body = {"identity_key": secret(f"{self.device} identity{mark}").hex(), "prekey": secret(f"{self.device} prekey{mark}").hex(), **body}
        body.setdefault("prekey_sig", sign(self.device, prekey_bytes(body)))
        return self.intend(at, "KEYS_PUBLISHED", body, counter)

    def profile(self, at, phrase, size, counter=None):
        """Replaces the profile."""
        return self.intend(at, "PROFILE_UPDATED", {"blob": blob(phrase, size)}, counter)

    def erase(self, at, counter=None):
        """Erases the profile."""
        return self.intend(at, "PROFILE_ERASED", {}, counter)

    def use_code(self, at, owner):
        """Says that `owner` invited this one."""
        return self.intend(at, "REFERRAL_USE", {"code": referral_code(owner.id)})

    def send(self, at, to, phrase, size, counter=None, src=None, **body):
        """Sends a message."""
        body = {"blob": blob(phrase, size), "thread": thread_id(self.id, to.id), "to": to.id, **body}
        return self.intend(at, "MESSAGE", body, counter, src)

    def _wallet_sign(self, text):
        if self.scheme == "ed25519":
            return sign(f"{self.name} wallet", tagged("login", text))
        r, s, parity = curves.k1_sign(self._number(f"{self.name} wallet"), curves.eip191(text.encode()))
        return f"{r:064x}{s:064x}{27 + parity:02x}"

    @staticmethod
    def _number(phrase):
        return int.from_bytes(secret(phrase), "big")


# What a lenient verifier takes for a signature of anything by a key of order 1: R = s x B, whatever the message.
NEUTRAL = "01" + "00" * 31
NEUTRAL_SPELLED_OTHERWISE = "ee" + "ff" * 30 + "7f"
ANYBODYS_SIGNATURE = public("anybody") + curves.ed_scalar(secret("anybody")).to_bytes(32, "little").hex()
