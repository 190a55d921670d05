"""What a row of each table looks like, so that a rule which writes another key or another field than documented stops at once."""

import re

import shapes
from canonical import LIMIT
from shapes import between, hex64, hex128, integer, list_of, pattern, record

HEX, USER, NUMBER, CODE = "[0-9a-f]{64}", "user_[0-9a-f]{64}", "[0-9]{16}", "[0-7][0-9A-HJKMNP-TV-Z]{25}"
SUBJECTS = {"user": USER, "all": "all", "code": CODE}
GUARD = "|".join(f"{name}/{SUBJECTS[per]}" for name, per in shapes.GUARDS.items())


def yes_or_no(value):
    """A boolean."""
    return isinstance(value, bool)


def ids(value):
    """At most 16 session ids, none twice."""
    return list_of(hex64)(value) and len(value) <= 16 and len(set(value)) == len(value)


ROWS = {
    "aegis": ("only", {"stage": pattern("off|observe|enforce")}),
    "anchors": (HEX, {"at": shapes.tick}),
    "chat_keys": (f"{USER}/{HEX}", {"counter": integer, "identity_key": hex64, "prekey": hex64, "prekey_sig": hex128, "session": hex64}),
    "circles": (f"{USER}/{HEX}", {"own": yes_or_no, "users": integer}),
    "codes": (CODE, {"user": shapes.user}),
    "devices": (f"{USER}/{NUMBER}", {"device_key": hex64}),
    "erased": (f"{USER}/{HEX}", {"at": shapes.tick}),
    "genesis": ("only", {"origin": shapes.origin, "state_every": between(1, LIMIT)}),
    "guards": (GUARD, {"count": integer, "window": integer}),
    "head": ("only", {"at": shapes.tick, "first": yes_or_no}),
    "issued": ("only", {"epoch": integer, "epoch_micro": integer, "total_micro": integer}),
    "log": ("only", {"key": hex64}),
    "logins": (f"{NUMBER}/{HEX}", {}),
    "operator": ("only", {"counter": integer, "key": hex64}),
    "profiles": (USER, {"blob": shapes.blob, "counter": integer, "erased": yes_or_no, "session": hex64}),
    "referrals": (USER, {"at": shapes.tick, "closed": yes_or_no, "from_owner": yes_or_no, "from_user": yes_or_no, "owner": shapes.user}),
    "ruleset": ("only", shapes.RULESET_FIELDS),
    "sessions": (HEX, {"device_key": hex64, "ended": pattern("|evicted|revoked|rotated"), "newest": integer, "scope": shapes.scope,
                       "since": shapes.tick, "until": integer, "user": shapes.user, "window": pattern("[0-9a-f]{16}")}),
    "users": (USER, {"account": pattern(f"0x[0-9a-f]{{40}}|{HEX}"), "closed": integer, "coherence_ppm": integer, "created": shapes.tick,
                     "devices": integer, "ended": ids, "epoch": integer, "epoch_micro": integer, "loops": integer,
                     "messaged": yes_or_no, "points_micro": integer, "sessions": ids}),
}


def good_key(table, key):
    """Whether a key is spelled as its table spells it: each key has exactly one spelling."""
    numbers = [part for part in key.split("/") if re.fullmatch(NUMBER, part)]
    return re.fullmatch(ROWS[table][0], key) is not None and all(int(number) <= LIMIT for number in numbers)


def good_row(table, row):
    """Whether a row has all fields of its table, and no other."""
    return record(**ROWS[table][1])(row)


def check(changes):
    """Raises at the first changed row that is none of its table: a bug of the rules, not of the event."""
    for table, key, *row in changes:
        if not good_key(table, key) or not all(good_row(table, value) for value in row):
            raise AssertionError(f"the rules write {table} {key} {row}")
