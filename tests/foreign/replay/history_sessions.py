"""The history behind `sessions_v1.jsonl`: how sessions leave, when their rows and chat keys go, and which LOGINs cannot come again."""

from author import MINUTE, START, Author, Person, genesis
from texts import session_id

NEIGHBOURS = "~\u061b\u061d\u200a\u2010\u2027\u202f\u205f\u2070\u3163\u3165\ufefe\uff00\xa0\U000dffff\U000e1000"
MORE_NEIGHBOURS = "\xac\xae\u034e\u0350\u115e\u1161\u17b3\u17b6\u180a\u1810\u27ff\u2801\uff9f\uffa1\uffef\ufffc\U0001bc9f\U0001d17b"
LABELS = (NEIGHBOURS, MORE_NEIGHBOURS, "\u00e9" * 32, "\U0001f469\u200d\U0001f469\u200d\U0001f467", "a \u200d b",
          "\U0001f469\u200d\u2764\ufe0f\u200d\U0001f469", "\u845b\U000e0100\u57ce")
NO_LABELS = ("\u00e9" * 32 + "x", "\u200da", "a\u200d", "\u200d", "a\u200d\u200db", "a\u200d\u200b", " a", "a ", " ", "\u3000a", "a\xa0",
             "a\u2028b", "a\u200ab\u2009", "\u1680a", "a\x00b", "a\x1fb", "a\x7fb", "a\x9fb", "a\u061cb", "a\u200bb", "a\u200cb", "a\u200eb",
             "a\u200fb", "a\u202eb", "a\u2060b", "a\u206fb", "a\ufeffb", "\u3164", "a\U000e0000b", "a\U000e007fb", "a\xadb", "a\u034fb",
             "\u115f", "\u1160", "a\u17b5b", "a\u180bb", "a\u180fb", "\u2800", "\uffa0", "a\ufff0b", "a\ufffbb", "a\U0001bca3b",
             "\U0001d159", "a\U0001d17ab", "a\U000e0080b", "a\U000e0fffb", "\ufe0f", "\ufe0fa", "a \ufe0f", "a\ufe0f\ufe0f",
             "a\u200d\ufe0f", "\U000e0100")


def write():
    """The whole history, as an Author."""
    author = Author()
    author.add(0, genesis(state_every=8))
    erin, finn, gwen = (Person(author, name, scheme) for name, scheme in (("erin", "eip191"), ("finn", "ed25519"), ("gwen", "ed25519")))
    logins = _evicted(erin)
    _dropped(erin, logins)
    _replayed(erin, logins[1])
    _expired_beside_a_rotation(finn)
    _expired_beside_a_login(finn)
    _sixteen_expired(finn)
    _one_key_in_two_sessions(gwen)
    _labels(gwen)
    return author


def _id(person, login):
    return session_id(person.author.origin, login["body"])


def _evicted(erin):
    """Eighteen sessions: the first two share a device, whose chat keys go with the second. Gives each LOGIN by its number."""
    author, logins = erin.author, {}

    def login(number, device=None, **fields):
        device = device or f"erin device {number}"
        entry = erin.login(number * 1_000, device=device, **fields)
        logins[number] = entry["event"]

    login(1, "erin laptop", expires_at=START + 1_000 - 1_234 + 10 * MINUTE)
    login(2, "erin laptop")
    erin.keys(2_500)
    for number in range(3, 17):
        login(number, **({"expires_at": START + 320_000} if 5 <= number <= 12 else {}))
    login(17)
    assert len(author.ledger.state.items("chat_keys")) == 1, "the second session has the same device"
    login(18)
    assert not author.ledger.state.items("chat_keys")
    erin.first, erin.second = _id(erin, logins[1]), _id(erin, logins[2])
    _in_session(erin, erin.first, "session_inactive", 18_500)
    author.refuses("session_exists", author.add, 18_500, logins[1])
    for number in range(19, 33):
        login(number)
    assert (len(erin.row()["ended"]), len(erin.row()["sessions"])) == (16, 16)
    _in_session(erin, erin.first, "session_inactive", 32_500)
    login(33)
    return logins


def _in_session(person, session, code, at, device=None):
    """What an intent in an older session comes to."""
    kept = person.session, person.device, person.counter
    person.take_up(session, device or "erin laptop")
    person.author.refuses(code, person.profile, at, "p", 1)
    person.take_up(*kept)


def _dropped(erin, logins):
    """The seventeenth that left takes the row of the first with it; the LOGIN is remembered all the same."""
    author, at = erin.author, 33_500
    _in_session(erin, erin.first, "unknown_session", at)
    _in_session(erin, erin.second, "session_inactive", at)
    author.refuses("unknown_session", erin.revoke, at, erin.first)
    author.refuses("session_inactive", erin.revoke, at, erin.second)
    for number in (1, 2, 33):
        author.refuses("session_exists", author.add, at, logins[number])


def _replayed(erin, login):
    """33 LOGINs have expired, that of the first session last of all; each entry forgets four."""
    author, expires = erin.author, login["body"]["expires_at"] - START
    author.refuses("session_exists", author.add, expires - 1, login)
    for number in range(7):
        erin.profile(expires, f"erin profile {number}", 100)
    assert len(author.ledger.state.items("logins")) == 5
    author.refuses("session_exists", author.add, expires, login)
    erin.profile(expires, "erin profile 7", 100)
    assert len(author.ledger.state.items("logins")) == 1
    author.refuses("expired", author.add, expires, login)
    _in_session(erin, erin.first, "unknown_session", expires)
    erin.profile(expires + 1, "erin profile 8", 100)
    assert not author.ledger.state.items("logins")


def _expired_beside_a_rotation(finn):
    """Two sessions of a minute run out, the second just now: a rotation of the third finds both, and chat keys go with them."""
    author, at = finn.author, 620_000
    finn.login(at, device="finn phone", ttl=MINUTE)
    phone = finn.session
    finn.login(at + 1_000, device="finn tablet", ttl=MINUTE)
    finn.keys(at + 2_000)
    tablet = finn.session
    finn.login(at + 3_000, device="finn laptop")
    finn.keys(at + 4_000)
    laptop = finn.session
    finn.take_up(phone, "finn phone")
    finn.profile(at + MINUTE - 1, "finn profile 1", 100)
    author.refuses("session_inactive", finn.profile, at + MINUTE, "p", 1)
    finn.take_up(laptop, "finn laptop", 1)
    author.refuses("session_inactive", finn.revoke, at + MINUTE, phone)
    assert len(author.ledger.state.items("chat_keys")) == 2
    finn.rotate(at + MINUTE + 1_000, "finn desktop")
    assert finn.row()["ended"] == [phone, tablet, laptop] and not author.ledger.state.items("chat_keys")
    _in_session(finn, laptop, "session_inactive", at + MINUTE + 1_000, "finn laptop")
    _in_session(finn, finn.session, "wrong_key", at + MINUTE + 1_000, "finn laptop")


def _expired_beside_a_login(finn):
    """Sixteen sessions, the second of which has just run out: the next LOGIN evicts nobody, the one after it the first."""
    at, desktop = 700_000, finn.session
    finn.login(at, device="finn device 1", ttl=MINUTE)
    for number in range(2, 16):
        finn.login(at + number, device=f"finn device {number}", ttl=2 * MINUTE)
    assert len(finn.row()["sessions"]) == 16
    assert len(finn.login(at + MINUTE, device="finn device 16", ttl=MINUTE)["effects"]) == 1
    assert finn.row()["sessions"][0] == desktop
    finn.keys(at + MINUTE + 1)
    assert finn.login(at + MINUTE + 2, device="finn device 17", ttl=30 * MINUTE)["effects"][0]["session"] == desktop
    finn.desktop = desktop
    finn.kept = finn.session


def _sixteen_expired(finn):
    """All but one have run out when that one is rotated: sixteen leave at once, and the five that had left before are forgotten.
    The new session has the device of one that ran out, whose chat keys therefore stay."""
    author, at = finn.author, 700_000 + 2 * MINUTE + 15
    before = finn.row()["ended"]
    assert (len(before), len(finn.row()["sessions"])) == (5, 16)
    finn.rotate(at, "finn device 16")
    assert (len(finn.row()["ended"]), len(finn.row()["sessions"])) == (16, 1)
    assert not set(before) & set(finn.row()["ended"]) and len(author.ledger.state.items("chat_keys")) == 1
    _in_session(finn, finn.desktop, "unknown_session", at, "finn desktop")
    _in_session(finn, finn.kept, "session_inactive", at, "finn device 17")
    finn.rotate(at + 1, "finn device 18")
    assert not author.ledger.state.items("chat_keys")


def _one_key_in_two_sessions(gwen):
    """Two pairs of sessions on one device each, one of each pair for a minute: when the other is revoked, the chat keys go where
    that minute is over, and stay where it has a millisecond left, until a LOGIN finds it over."""
    author, at = gwen.author, 900_000
    state = author.ledger.state
    gwen.login(at, device="gwen phone", ttl=MINUTE)
    gwen.login(at + 1, device="gwen tablet", ttl=MINUTE)
    short = gwen.session
    gwen.login(at + 1_000, device="gwen phone")
    gwen.keys(at + 2_000)
    phone = gwen.session
    gwen.login(at + 3_000, device="gwen tablet")
    gwen.keys(at + 4_000)
    tablet = gwen.session
    gwen.login(at + 5_000, device="gwen laptop")
    gwen.revoke(at + MINUTE, phone, "lost")
    gwen.revoke(at + MINUTE, tablet, "lost too")
    assert [row["session"] for _, row in state.items("chat_keys")] == [tablet]
    author.refuses("session_inactive", gwen.revoke, at + MINUTE + 1, short)
    gwen.profile(at + MINUTE + 1, "gwen profile", 100)
    assert len(state.items("chat_keys")) == 1
    gwen.login(at + MINUTE + 2, device="gwen laptop")
    assert not state.items("chat_keys") and len(gwen.row()["ended"]) == 4


def _labels(gwen):
    """Reasons that people can read, on their limits; those that look like something else than they are."""
    author, at = gwen.author, 1_000_000
    laptop = gwen.session
    for number, label in enumerate(LABELS):
        gwen.login(at + number, device="gwen kiosk", scope="read")
        kiosk = gwen.session
        gwen.take_up(laptop, "gwen laptop", number)
        gwen.revoke(at + number, kiosk, label)
    for label in NO_LABELS:
        author.refuses("shape", gwen.revoke, at + 100, laptop, label)
