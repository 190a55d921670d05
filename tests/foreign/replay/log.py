"""The log's tree and its checkpoints: RFC 6962, C2SP signed-note and tlog-checkpoint."""

import base64
import hashlib
import re

import curves


class BadCheckpoint(ValueError):
    """A checkpoint that does not hold; the message says why."""


class Tree:
    """The hashes of a growing log: complete subtrees only, largest first."""

    def __init__(self):
        self.size = 0
        self.peaks = []

    def append(self, leaf):
        """Adds one entry, as bytes."""
        node, size = leaf_hash(leaf), self.size
        while size & 1:
            node, size = node_hash(self.peaks.pop(), node), size >> 1
        self.peaks.append(node)
        self.size += 1

    def root(self):
        """The Merkle tree hash, 32 bytes."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def leaf_hash(leaf):
    """RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left, right):
    """RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def checkpoint(origin, size, root, seed):
    """A signed checkpoint, for tests."""
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    signature = key_id(origin, curves.ed_public(seed)) + curves.ed_sign(seed, body)
    return body + f"\n\u2014 {origin} {base64.b64encode(signature).decode()}\n".encode()


def read_checkpoint(data):
    """(origin, size, root, signed bytes, [(name, signature bytes)]) of a note whose signatures are not yet checked."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadCheckpoint("not UTF-8") from None
    if any(char < " " and char != "\n" for char in text):
        raise BadCheckpoint("a control character")
    body, gap, tail = text.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise BadCheckpoint("no blank line before the signatures, or no newline at the end")
    lines, signatures = body.split("\n"), tail.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise BadCheckpoint("fewer than three lines, or an empty one")
    if not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]):
        raise BadCheckpoint("the second line is no size")
    root = base64_bytes(lines[2])
    if len(root) != 32:
        raise BadCheckpoint("the third line is no SHA-256")
    return lines[0], int(lines[1]), root, (body + "\n").encode(), [_signature(line) for line in signatures]


def is_key_name(name):
    """Whether a key may be called so: not empty, no white space, no plus."""
    return bool(name) and "+" not in name and not any(map(str.isspace, name))


def verify_note(name, key, body, signatures):
    """Whether `name` signed with the Ed25519 `key`; lines by others are ignored, as signed-note says."""
    ours = [blob for signer, blob in signatures if signer == name and blob[:4] == key_id(name, key)]
    return bool(ours) and all(curves.ed_verify(key, body, blob[4:]) for blob in ours)


def key_id(name, key):
    """Four bytes: C2SP signed-note, type 1 (Ed25519)."""
    return hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]


def _signature(line):
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not is_key_name(parts[1]):
        raise BadCheckpoint(f"not a signature line: {line[:80]!r}")
    signature = base64_bytes(parts[2])
    if len(signature) < 5:
        raise BadCheckpoint(f"no signature behind the key's id: {line[:80]!r}")
    return parts[1], signature


def base64_bytes(text):
    """The bytes of base64 in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = None
    if data is None or base64.b64encode(data).decode() != text:
        raise BadCheckpoint(f"not base64: {text[:80]!r}")
    return data
