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
    body, gap, tail = data.rpartition(b"\n\n")
    if not gap or not tail.endswith(b"\n"):
        raise BadCheckpoint("no blank line before the signatures, or no newline at the end")
    body += b"\n"
    try:
        lines, signatures = body.decode().split("\n"), tail.decode().split("\n")[:-1]
    except UnicodeDecodeError:
        raise BadCheckpoint("not UTF-8") from None
    if len(lines) < 4 or not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]):
        raise BadCheckpoint("the second line is no size")
    return lines[0], int(lines[1]), _base64(lines[2]), body, [_signature(line) for line in signatures]


def verify_note(name, key, body, signatures):
    """Whether `name` signed with the Ed25519 `key`; lines by others are ignored, as signed-note says."""
    ours = [blob for signer, blob in signatures if signer == name and blob[:4] == key_id(name, key)]
    return bool(ours) and all(curves.ed_verify(key, body, blob[4:]) for blob in ours)


def key_id(name, key):
    """Four bytes: C2SP signed-note, type 1 (Ed25519)."""
    return hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]


def _signature(line):
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not parts[1]:
        raise BadCheckpoint(f"not a signature line: {line[:80]!r}")
    return parts[1], _base64(parts[2])


def _base64(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise BadCheckpoint(f"not base64: {text[:80]!r}") from None
