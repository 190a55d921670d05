"""The state: named tables of rows, the rows that one entry changes, and the digests of both."""

import hashlib

from canonical import encode
from texts import sha256, tagged

NAMES = ("aegis", "anchors", "chat_keys", "circles", "codes", "devices", "erased", "genesis", "guards", "head", "issued", "log",
         "logins", "operator", "profiles", "referrals", "ruleset", "sessions", "users")
EMPTY = bytes(32)


class State:
    """All rows. Values are never changed in place: a new row replaces the old one."""

    def __init__(self):
        self.rows = {name: {} for name in NAMES}
        self.tries = dict.fromkeys(NAMES)

    def get(self, table, key):
        """The row, or None."""
        return self.rows[table].get(key)

    def items(self, table):
        """(key, row) of every row."""
        return self.rows[table].items()

    def copy(self):
        """A state that can go its own way; rows and nodes are shared."""
        other = State()
        other.rows = {name: dict(rows) for name, rows in self.rows.items()}
        other.tries = dict(self.tries)
        return other

    def commit(self, changes):
        """Makes the changes of a draft."""
        self.tries = self._tries_after(changes)
        for table, key, *row in changes:
            if row:
                self.rows[table][key] = row[0]
            else:
                del self.rows[table][key]

    def root(self, changes=()):
        """The state root, hex; with changes, the one that they would lead to."""
        digests = {name: _digest(node).hex() for name, node in self._tries_after(changes).items()}
        return sha256(tagged("state", encode(digests).decode()))

    def _tries_after(self, changes):
        tries = dict(self.tries)
        for table, key, *row in changes:
            place = int.from_bytes(hashlib.sha256(tagged("key", key)).digest(), "big")
            if row:
                tries[table] = _insert(tries[table], place, hashlib.sha256(encode(row[0])).digest(), 255)
            else:
                tries[table] = _remove(tries[table], place, 255)
        return tries


class Draft:
    """Rows about to change, on top of a state that stays as it is."""

    def __init__(self, state):
        self.state = state
        self.new = {}

    def get(self, table, key):
        """The row as it will be, or None."""
        return self.new[table, key] if (table, key) in self.new else self.state.get(table, key)

    def put(self, table, key, row):
        """Writes a row."""
        self.new[table, key] = row

    def update(self, table, key, **fields):
        """Writes a row again, with some fields new."""
        self.put(table, key, {**self.get(table, key), **fields})

    def drop(self, table, key):
        """Removes a row."""
        self.new[table, key] = None

    def items(self, table):
        """(key, row) of every row as it will be."""
        rows = dict(self.state.items(table))
        rows.update({key: row for (name, key), row in self.new.items() if name == table})
        return [(key, row) for key, row in rows.items() if row is not None]

    def changes(self):
        """The net changes as the delta lists them."""
        changed = [(table, key, row) for (table, key), row in self.new.items() if row != self.state.get(table, key)]
        return [[table, key] if row is None else [table, key, row] for table, key, row in sorted(changed, key=_place)]


def delta(changes):
    """The digest of an entry's changes, hex."""
    return sha256(tagged("delta", encode(changes).decode()))


def _place(change):
    return change[0], change[1].encode()


# Nodes of the sparse Merkle tree: None, ("leaf", digest, key hash as a number, value digest) or ("fork", digest, left, right).

def _digest(node):
    return EMPTY if node is None else node[1]


def _leaf(place, value):
    return "leaf", hashlib.sha256(b"\x00" + place.to_bytes(32, "big") + value).digest(), place, value


def _fork(left, right):
    """A subtree with one leaf is that leaf, at whatever depth."""
    if left is None and (right is None or right[0] == "leaf"):
        return right
    if right is None and left[0] == "leaf":
        return left
    return "fork", hashlib.sha256(b"\x01" + _digest(left) + _digest(right)).digest(), left, right


def _insert(node, place, value, bit):
    if node is None or node[0] == "leaf" and node[2] == place:
        return _leaf(place, value)
    left, right = _split(node, bit)
    if place >> bit & 1:
        return _fork(left, _insert(right, place, value, bit - 1))
    return _fork(_insert(left, place, value, bit - 1), right)


def _remove(node, place, bit):
    if node is None or node[0] == "leaf":
        return None if node is None or node[2] == place else node
    if place >> bit & 1:
        return _fork(node[2], _remove(node[3], place, bit - 1))
    return _fork(_remove(node[2], place, bit - 1), node[3])


def _split(node, bit):
    if node[0] == "fork":
        return node[2], node[3]
    return (None, node) if node[2] >> bit & 1 else (node, None)
