"""Tests of the rules that a ledger cannot show, because what they refuse is in no entry; and of caps too far off for the golden one."""

import functools

import author
import counting
import curves
from author import DAY, Author, Person, secret
from canonical import encode
from machine import Refused, Stamp, _base, _grant, _refuse_circle, apply
from signing import prekey_bytes
from tables import Draft, State
from texts import referral_code, thread_id

MINUTE = 60_000


def setUpModule():
    """unittest calls it."""
    counting.report_at_exit()


class Rules(counting.TestCase):
    """Two people who just logged in; Alice's session may do everything."""

    def setUp(self):
        self.author = Author()
        self.author.add(0, author.genesis(state_every=1_024))
        self.alice, self.bob = Person(self.author, "alice", "eip191"), Person(self.author, "bob", "ed25519")
        self.alice.login(1_000, 0)
        self.bob.login(1_000, 0)

    def refused(self, code, act, *arguments, **named):
        """Asserts a refusal that leaves the state as it was."""
        before = self.author.ledger.state.root()
        with self.assertRaises(Refused) as caught:
            act(*arguments, **named)
        self.assertEqual((str(caught.exception), self.author.ledger.state.root()), (code, before))

    def carol_login(self, **fields):
        """A third one's LOGIN, with other fields than usual."""
        return Person(self.author, "carol", "eip191").login(2_000, 0, **fields)

    def test_counters(self):
        """Used, too old, too far ahead; the last good ones at both ends."""
        send = functools.partial(self.alice.send, 2_000, self.bob, "m", 1)
        send(counter=100)
        self.refused("counter_used", send, counter=100)
        send(counter=37)
        self.refused("counter_used", send, counter=37)
        self.refused("counter_old", send, counter=36)
        self.refused("counter_ahead", send, counter=1_000_101)
        send(counter=1_000_100)
        row = self.author.ledger.state.get("sessions", self.alice.session)
        self.assertEqual((row["newest"], row["window"]), (1_000_100, "0000000000000001"))

    def test_session(self):
        """Unknown, somebody else's key, run out, without the scope."""
        session, self.alice.session = self.alice.session, "0" * 64
        self.refused("unknown_session", self.alice.profile, 2_000, "p", 1)
        self.alice.session = self.bob.session
        self.refused("wrong_key", self.alice.profile, 2_000, "p", 1)
        self.alice.session = session
        self.alice.profile(1_000 + 30 * DAY - 1, "p", 1)
        self.refused("session_inactive", self.alice.profile, 1_000 + 30 * DAY, "p", 1)

    def test_scope(self):
        """Each kind needs its own."""
        self.alice.login(2_000, 0, device="other", scope="read,session")
        for act in (lambda: self.alice.profile(2_000, "p", 1), lambda: self.alice.keys(2_000),
                    lambda: self.alice.use_code(2_000, self.bob), lambda: self.alice.send(2_000, self.bob, "m", 1)):
            self.refused("scope", act)

    def test_login_rules(self):
        """Each, at the first value that is not good any more."""
        now = author.START + 2_000
        self.refused("anchor_unknown", self.carol_login, anchor=self.author.hashes[1])
        self.refused("issued_in_future", self.carol_login, issued_at=now + MINUTE + 1)
        self.refused("expired", self.carol_login, expires_at=now)
        self.refused("lifetime", self.carol_login, issued_at=now, expires_at=now + 10 * MINUTE + 1)
        self.refused("lifetime", self.carol_login, issued_at=now + 50, expires_at=now + 50)
        self.refused("ttl", self.carol_login, ttl=MINUTE - 1)
        self.refused("ttl", self.carol_login, ttl=30 * DAY + 1)
        self.carol_login(issued_at=now + MINUTE, expires_at=now + 11 * MINUTE, ttl=MINUTE)

    def test_login_signatures(self):
        """A changed text recovers another signer; the device's and the account's Ed25519 do not verify."""
        event = self.carol_login(ttl=MINUTE + 1)["event"]
        add = functools.partial(self.author.add, 2_000)
        self.refused("session_exists", add, event)
        self.refused("wrong_signer", add, {**event, "body": {**event["body"], "ttl": MINUTE + 2}})
        self.refused("device_proof", add, {**event, "body": {**event["body"], "device_sig": "0" * 128}})
        high = curves.N - int(event["sig"][64:128], 16)
        flipped = f"{event['sig'][:64]}{high:064x}{'1b' if event['sig'][128:] == '1c' else '1c'}"
        for sig in (flipped, event["sig"][:128] + "00", event["sig"][:128] + "01"):
            self.refused("bad_signature", add, {**event, "sig": sig})
        ed25519 = Person(Author(), "bob", "ed25519")
        ed25519.author.add(0, author.genesis(state_every=1_024))
        event = ed25519.login(5_000, 0)["event"]
        self.refused("bad_signature", add, {**event, "sig": "0" * 128})

    def test_shapes(self):
        """Counter 0, no blob, no scope, a code in lower case, a field too many, a boolean for a number."""
        self.refused("shape", self.alice.intend, 2_000, "MESSAGE", {})
        for kind, body in (("REFERRAL_USE", {"code": referral_code(self.bob.id).lower()}),
                           ("PROFILE_UPDATED", {"blob": author.blob("p", 0)}), ("PROFILE_UPDATED", {"blob": author.blob("p", 262_145)}), ("PROFILE_UPDATED", {"blob": author.blob("p", True)}),
                           ("PROFILE_UPDATED", {"blob": author.blob("p", 1), "x": 1}), ("SOMETHING", {})):
            self.refused("shape", self.alice.intend, 2_000, kind, body)
        for fields in ({"scope": ""}, {"scope": "read,chat"}, {"chain_id": 0}, {"device_key": "A" * 64}, {"address": "0x" + "A" * 40}):
            self.refused("shape", self.carol_login, **fields)
        for event in (None, 1, [], {}, {"kind": []}, {"kind": "LOGIN", "v": 1}, {"kind": "MESSAGE", "v": True}):
            self.refused("shape", self.author.add, 2_000, event)
        self.refused("genesis", self.author.add, 2_000, author.genesis())

    def test_genesis(self):
        """One key for both, keys that sign nothing, a later version, numbers out of bounds, another event first, a second one."""
        body, first = author.genesis()["body"], Stamp(0, 0, "0" * 64)
        for code, changed in (("shape", {"log_key": body["operator_key"]}), ("shape", {"log_key": "0" * 64}),
                              ("shape", {"operator_key": author.NEUTRAL_SPELLED_OTHERWISE}), ("shape", {"state_every": 0}),
                              ("shape", {"origin": "a:b"}), ("ruleset_invalid", {"ruleset": {**author.RULESET, "version": 2}}),
                              ("ruleset_invalid", {"ruleset": {**author.RULESET, "tiers": []}}),
                              ("ruleset_invalid", {"ruleset": {**author.RULESET, "tiers": [[5, 1], [5, 1]]}}),
                              ("ruleset_invalid", {"ruleset": {**author.RULESET, "epoch_ms": 0}})):
            event = {"body": {**body, **changed}, "kind": "GENESIS", "v": 1}
            self.refused(code, apply, State(), first, event)
            self.refused(code, self.author.add, 2_000, event)
        self.refused("genesis", self.author.add, 2_000, author.genesis())
        self.refused("genesis", apply, State(), first, self.alice.profile(2_000, "p", 1)["event"])
        self.refused("genesis", apply, State(), first, self.bob.login(2_000, 0, device="other")["event"])

    def test_guards_of_a_ruleset(self):
        """A name or a subject that nobody knows is no ruleset; one that belongs to another guard, or comes twice, is a wrong one."""
        guards = author.guards()
        for code, changed in (("shape", {"name": "rate_all"}), ("shape", {"per": "session"}), ("ruleset_invalid", {"per": "all"}),
                              ("ruleset_invalid", {"name": "messages"}), ("shape", {"aegis": 0}), ("shape", {"max": True})):
            event = author.genesis(ruleset={**author.RULESET, "guards": [{**guards[0], **changed}] + guards[1:]})
            self.refused(code, apply, State(), Stamp(0, 0, "0" * 64), event)

    def test_chat_keys(self):
        """The device's own signature over them, no point of low order, none older than what stands there."""
        body = {"identity_key": "0" * 64, "prekey": secret("prekey").hex()}
        body["prekey_sig"] = curves.ed_sign(secret(self.alice.device), prekey_bytes(body)).hex()
        self.refused("bad_key", self.alice.intend, 2_000, "KEYS_PUBLISHED", body)
        self.refused("bad_prekey_sig", self.alice.intend, 2_000, "KEYS_PUBLISHED", {**body, "identity_key": "1" * 64})
        self.alice.counter = 5
        self.alice.keys(2_000)
        self.alice.counter = 2
        self.refused("stale", self.alice.keys, 2_000)
        self.alice.profile(2_000, "p", 1)
        self.alice.counter = 1
        self.refused("stale", self.alice.profile, 2_000, "p", 1)

    def test_messages(self):
        """To whom, and in which thread."""
        stranger = {"blob": author.blob("m", 1), "thread": "0" * 64, "to": "user_" + "0" * 64}
        self.refused("unknown_user", self.alice.intend, 2_000, "MESSAGE", stranger)
        self.refused("self_message", self.alice.send, 2_000, self.alice, "m", 1)
        self.refused("wrong_thread", self.alice.intend, 2_000, "MESSAGE", {**stranger, "to": self.bob.id})
        self.assertEqual(thread_id(self.alice.id, self.bob.id), thread_id(self.bob.id, self.alice.id))

    def test_referrals(self):
        """In the order listed."""
        carol = Person(self.author, "carol", "eip191")
        self.refused("unknown_code", self.bob.use_code, 2_000, carol)
        self.refused("self_referral", self.bob.use_code, 2_000, self.bob)
        self.bob.use_code(2_000, self.alice)
        self.refused("already_referred", self.bob.use_code, 2_000, self.alice)
        self.refused("circular", self.alice.use_code, 2_000, self.bob)
        carol.login(3_000, 0)
        carol.send(3_000, self.bob, "m", 1)
        self.refused("too_late", carol.use_code, 3_000, self.bob)

    def test_cap(self):
        """A hundred closed referrals are what a code is good for."""
        row = self.author.ledger.state.get("users", self.alice.id)
        self.author.ledger.state.commit([["users", self.alice.id, {**row, "closed": 100}]])
        self.refused("cap", self.bob.use_code, 2_000, self.alice)
        self.author.ledger.state.commit([["users", self.alice.id, {**row, "closed": 99}]])
        self.bob.use_code(2_000, self.alice)

    def test_a_device_of_the_circle_cannot_be_invited(self):
        """Not the owner's, nor one that used the owner's code, also when it came only later."""
        self.bob.use_code(2_000, self.alice)
        self.bob.login(3_000, 0, device="later")
        for name, device in (("carol", "alice device"), ("dave", "bob device"), ("erin", "later")):
            person = Person(self.author, name, "ed25519")
            person.login(4_000, 0)
            person.login(4_000, 0, device=device)
            self.refused("duplicate_device", person.use_code, 4_000, self.alice)

    def test_late_after_thirty_days(self):
        """The first LOGIN counts, not the last."""
        self.bob.profile(30 * DAY, "p", 1)
        self.bob.login(30 * DAY + 999, opener=3, device="new")
        self.refused("too_late", self.bob.use_code, 30 * DAY + 1_000, self.alice)
        self.bob.use_code(30 * DAY + 1_000 - 1, self.alice)

    def test_rate_user(self):
        """120 entries a minute, LOGINs too, and the next minute is new; `messages` is AEGIS's and only counts."""
        window = MINUTE - author.START % MINUTE
        for _ in range(120):
            self.alice.send(window, self.bob, "m", 1)
        self.refused("rate_user", self.alice.send, window + MINUTE - 1, self.bob, "m", 1)
        self.assertEqual(self.author.ledger.state.get("guards", f"messages/{self.alice.id}")["count"], 120)
        self.alice.send(window + MINUTE, self.bob, "m", 1)

    def test_size(self):
        """4,096 bytes are never reached by a kind with a fixed form, so by a shape that is right and long."""
        rules = {**author.RULESET, "tiers": [[n + 1, 1] for n in range(4_000)]}
        event = {**author.genesis(), "body": {**author.genesis()["body"], "ruleset": rules}}
        self.assertGreater(len(encode(event)), 32_768)
        self.refused("size", apply, State(), Stamp(0, 0, "0" * 64), event)


class Numbers(counting.TestCase):
    """Caps and depth, on rows made for it."""

    def test_tiers(self):
        """Each limit belongs to its tier."""
        bases = [_base(n, author.RULESET) // 1_000_000 for n in (1, 5, 6, 20, 21, 50, 51, 100, 101)]
        self.assertEqual(bases, [100, 100, 80, 80, 50, 50, 20, 20, 0])

    def test_caps(self):
        """The user's, then everyone's, then the largest integer; a new epoch starts again."""
        rules = {**author.RULESET, "user_cap_micro": 100, "mint_cap_micro": 150}
        draft = self._users("a", "b", "c")
        granted = [_grant(draft, user, 7, 80, rules) for user in ("a", "a", "b", "c")] + [_grant(draft, "a", 8, 80, rules)]
        self.assertEqual(granted, [80, 20, 50, 0, 80])
        self.assertEqual(draft.get("issued", "only"), {"epoch": 8, "epoch_micro": 80, "total_micro": 230})
        draft.update("users", "b", points_micro=2**53 - 11)
        self.assertEqual(_grant(draft, "b", 9, 80, rules), 10)
        draft.update("issued", "only", total_micro=2**53 - 8)
        self.assertEqual([_grant(draft, "c", epoch, 80, rules) for epoch in (10, 11)], [7, 0])
        self.assertEqual(draft.get("issued", "only"), {"epoch": 11, "epoch_micro": 0, "total_micro": 2**53 - 1})

    def test_circle(self):
        """256 referrers above the owner are looked at; a 257th is too deep."""
        draft = self._users()
        for number in range(256):
            draft.put("referrals", f"u{number}", {"owner": f"u{number + 1}"})
        _refuse_circle(draft, "u0", "stranger")
        with self.assertRaisesRegex(Refused, "circular"):
            _refuse_circle(draft, "u0", "u256")
        draft.put("referrals", "u256", {"owner": "u257"})
        for user in ("stranger", "u257"):
            with self.assertRaisesRegex(Refused, "too_deep"):
                _refuse_circle(draft, "u0", user)

    def _users(self, *names):
        draft = Draft(State())
        for name in names:
            draft.put("users", name, {"epoch": 0, "epoch_micro": 0, "points_micro": 0})
        return draft
