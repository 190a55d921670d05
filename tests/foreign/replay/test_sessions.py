"""Tests of what the state forgets: sessions, LOGINs and device keys, each at its bound and one beyond."""

import author
import counting
from author import DAY, MINUTE, START, Author, Person, public
from machine import Refused


def setUpModule():
    """unittest calls it."""
    counting.report_at_exit()


class Case(counting.TestCase):
    """Alice, who has a wallet."""

    def setUp(self):
        self.author = Author()
        self.author.add(0, author.genesis(state_every=1_024))
        self.alice = Person(self.author, "alice", "ed25519")

    def refused(self, code, act, *arguments, **named):
        """Asserts a refusal that leaves the state as it was."""
        before = self.author.ledger.state.root()
        with self.assertRaises(Refused) as caught:
            act(*arguments, **named)
        self.assertEqual((str(caught.exception), self.author.ledger.state.root()), (code, before))

    def in_session(self, session, device, at):
        """An intent in an older session."""
        self.alice.take_up(session, device)
        return self.alice.profile(at, "p", 1)

    def logins(self, count, at, **fields):
        """So many more sessions, each with a device of its own; gives their ids."""
        opened = []
        for number in range(count):
            self.alice.login(at, device=f"device {at} {number}", **fields)
            opened.append(self.alice.session)
        return opened


class Forgetting(Case):
    """Alice logs in and out."""

    def test_the_seventeenth_session_closes_the_oldest(self):
        """Its chat keys go with it; its row stays, so that it is known to have ended."""
        self.alice.login(1_000)
        self.alice.keys(2_000)
        first = self.alice.session
        self.assertEqual(len(self.logins(15, 2_000)), 15)
        self.assertEqual((self.alice.row()["ended"], len(self.alice.row()["sessions"])), ([], 16))
        effects = self.alice.login(2_000, device="another")["effects"]
        self.assertEqual(effects[0], {"cause": "evicted", "kind": "SessionClosed", "session": first, "user": self.alice.id})
        self.assertEqual(len(self.author.ledger.state.items("chat_keys")), 0)
        self.assertEqual((self.alice.row()["ended"], len(self.alice.row()["sessions"])), ([first], 16))
        self.refused("session_inactive", self.in_session, first, "alice device", 2_000)

    def test_the_seventeenth_that_left_takes_the_row_of_the_first(self):
        """From then on nobody knows it, while the LOGIN itself is still remembered."""
        login = self.alice.login(1_000)["event"]
        first = self.alice.session
        self.logins(31, 2_000)
        self.assertEqual(self.alice.row()["ended"][0], first)
        self.assertIsNotNone(self.author.ledger.state.get("sessions", first))
        self.alice.login(2_000, device="another")
        self.assertIsNone(self.author.ledger.state.get("sessions", first))
        self.assertEqual(len(self.author.ledger.state.items("sessions")), 32)
        self.refused("session_exists", self.author.add, 2_000, login)
        self.refused("session_exists", self.author.add, login["body"]["expires_at"] - START - 1, login)
        self.refused("unknown_session", self.in_session, first, "alice device", 2_000)

    def test_a_login_is_forgotten_when_it_expires_four_an_entry(self):
        """The fifth that expired is remembered one entry longer. While the session has a row, the LOGIN needs none."""
        self.logins(32, 1_000)
        events = [self.alice.login_event(2_000, device=f"d {number}", expires_at=START + MINUTE + number) for number in range(6)]
        for event in events:
            self.author.add(2_000, event)
        self.logins(32, 3_000)
        rows = lambda: len(self.author.ledger.state.items("logins"))
        self.assertEqual(rows(), 70)
        codes = []
        for event in events:
            with self.assertRaises(Refused) as caught:
                self.author.add(MINUTE + 4, event)
            codes.append(str(caught.exception))
        self.assertEqual(codes, ["expired"] * 4 + ["session_exists"] * 2)
        self.alice.profile(MINUTE + 4, "p", 1)
        self.assertEqual(rows(), 66)
        self.refused("session_exists", self.author.add, MINUTE + 4, events[5])
        self.alice.profile(MINUTE + 4, "p", 1)
        self.assertEqual(rows(), 65)
        self.alice.profile(MINUTE + 5, "p", 1)
        self.assertEqual(rows(), 64)

    def test_a_row_of_a_session_remembers_its_login_as_well(self):
        """Long after it could be replayed."""
        login = self.alice.login(1_000)["event"]
        for number in range(2):
            self.alice.profile(DAY + number, "p", 1)
        self.assertEqual(self.author.ledger.state.items("logins"), {}.items())
        self.refused("session_exists", self.author.add, DAY + 2, login)

    def test_expired_sessions_leave_beside_whatever_opens_one(self):
        """In the order of the list, before the one that is rotated; nothing else finds them."""
        for opens in ("login", "rotate"):
            with self.subTest(opens):
                self.setUp()
                short = self.logins(2, 1_000, ttl=MINUTE)
                self.alice.login(1_000)
                own = self.alice.session
                self.alice.profile(1_000 + MINUTE, "p", 1)
                self.assertEqual(self.alice.row()["sessions"], short + [own])
                getattr(self.alice, opens)(1_000 + MINUTE, device="new")
                left, kept = (short, [own]) if opens == "login" else (short + [own], [])
                self.assertEqual((self.alice.row()["ended"], self.alice.row()["sessions"]), (left, kept + [self.alice.session]))
                self.assertEqual(self.author.ledger.state.get("sessions", short[0])["ended"], "")

    def test_who_ran_out_is_not_evicted(self):
        """At the tick at which the oldest of sixteen runs out it leaves; a millisecond before it is closed."""
        for at, closed in ((MINUTE + 999, 1), (MINUTE + 1_000, 0)):
            self.setUp()
            self.logins(1, 1_000, ttl=MINUTE)
            self.logins(15, 2_000)
            self.assertEqual(len(self.alice.login(at, device="new")["effects"]), 1 + closed)

    def test_chat_keys_stay_while_a_session_of_their_device_is_active(self):
        """Two sessions of a device; when one is revoked, the other has a millisecond left, or has just run out."""
        for at, kept in ((MINUTE + 999, 1), (MINUTE + 1_000, 0)):
            self.setUp()
            self.alice.login(1_000, ttl=MINUTE)
            self.alice.login(2_000)
            self.alice.keys(3_000)
            self.alice.revoke(at, self.alice.session)
            self.assertEqual(len(self.author.ledger.state.items("chat_keys")), kept)
            self.assertEqual(len(self.alice.row()["sessions"]), 1)

    def test_chat_keys_stay_if_the_new_session_has_their_device(self):
        """Rotated to the same key, or opened with the key of one that ran out in this very entry."""
        self.alice.login(1_000, ttl=MINUTE)
        self.alice.keys(1_000)
        self.alice.rotate(2_000, "alice device")
        self.alice.login(MINUTE + 1_000)
        self.assertEqual(len(self.author.ledger.state.items("chat_keys")), 1)
        self.alice.rotate(MINUTE + 1_000, "other")
        self.assertEqual(len(self.author.ledger.state.items("chat_keys")), 0)

    def test_a_hundred_sessions_a_day(self):
        """LOGINs and rotations alike, within a day of the calendar, a user each; what opens none goes on."""
        self.alice.login(1_000)
        for number in range(99):
            self.alice.rotate(1_000 * number + 1_000, f"device {number % 3}")
        ends = DAY - START % DAY
        self.refused("rate_sessions", self.alice.rotate, ends - 1, "other")
        self.refused("rate_sessions", self.alice.login, ends - 1)
        self.alice.profile(ends - 1, "p", 1)
        Person(self.author, "bob", "ed25519").login(ends - 1)
        self.alice.rotate(ends, "other")
        self.assertEqual(self.author.ledger.state.get("guards", f"rate_sessions/{self.alice.id}")["count"], 1)


class Devices(Case):
    """And Bob, whose code is used."""

    def setUp(self):
        super().setUp()
        self.bob = Person(self.author, "bob", "ed25519")
        self.bob.login(0)

    def circle(self, owner, device):
        """(own, users) of a key in an owner's circle, or None."""
        row = self.author.ledger.state.get("circles", f"{owner.id}/{public(device)}")
        return row and (row["own"], row["users"])

    def rotations(self, person, count, at):
        """So many more devices."""
        for number in range(count):
            person.rotate(at + 600 * number, f"{person.name} {at} {number}")

    def test_the_65th_device_pushes_out_the_first(self):
        """Whoever has that key may use the owner's code again."""
        guest = Person(self.author, "guest", "ed25519")
        guest.login(1_000, device="bob device")
        self.rotations(self.bob, 63, 1_000)
        self.assertEqual(self.circle(self.bob, "bob device"), (True, 0))
        self.refused("duplicate_device", guest.use_code, 50_000, self.bob)
        self.rotations(self.bob, 1, 50_000)
        self.assertIsNone(self.circle(self.bob, "bob device"))
        self.assertEqual(len([key for key, _ in self.author.ledger.state.items("devices") if key.startswith(self.bob.id)]), 64)
        guest.use_code(50_000, self.bob)
        self.assertEqual(self.circle(self.bob, "bob device"), (False, 1))
        self.bob.rotate(50_000, "bob device")
        self.assertEqual((self.circle(self.bob, "bob device"), self.bob.row()["devices"]), ((True, 1), 66))

    def test_a_circle_counts_the_newest_64_of_whoever_joins(self):
        """No older ones; and each that is pushed out later is counted out, down to none."""
        self.alice.login(1_000, device="shared")
        self.rotations(self.alice, 64, 1_000)
        self.alice.use_code(50_000, self.bob)
        first = "alice 1000 0"
        self.assertEqual((self.circle(self.bob, "shared"), self.circle(self.bob, first)), (None, (False, 1)))
        carol = Person(self.author, "carol", "ed25519")
        carol.login(50_000, device="carol device")
        carol.use_code(50_000, self.bob)
        carol.login(50_000, device=first)
        carol.login(50_001, device=first)
        self.assertEqual(self.circle(self.bob, first), (False, 2))
        self.alice.rotate(50_001, "alice 1000 63")
        self.assertEqual(self.circle(self.bob, first), (False, 2), "a key that she has pushes out none")
        self.rotations(self.alice, 1, 60_000)
        self.assertEqual(self.circle(self.bob, first), (False, 1))
        self.rotations(self.alice, 1, 70_000)
        self.assertIsNone(self.circle(self.bob, "alice 1000 1"))


class Erased(Case):
    """Profiles that are gone."""

    def test_erased(self):
        """The user's own row, with the tick of the last time; the same digest may be named again, and is nobody else's."""
        self.alice.login(1_000)
        bob = Person(self.author, "bob", "ed25519")
        bob.login(1_000)
        bob.profile(1_000, "p", 1)
        for at in (2_000, 3_000):
            self.alice.profile(at, "p", 1)
            self.alice.erase(at)
            self.refused("no_profile", self.alice.erase, at)
            erased = dict(self.author.ledger.state.items("erased"))
            self.assertEqual(erased, {f"{self.alice.id}/{author.blob('p', 1)['sha256']}": {"at": START + at}})
        self.assertFalse(self.author.ledger.state.get("profiles", bob.id)["erased"])
