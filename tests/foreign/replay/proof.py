"""Checks the proofs beside explanations with nothing but the log's key: C2SP tlog-proof over RFC 6962.

    sim explain reward --ledger DIR --json | python3 tests/foreign/replay/proof.py VKEY

Exit 0: every entry that an explanation names comes with a proof, and each holds. 1: one does not. 2: it could not run.
"""

import json
import re
import sys

from log import BadCheckpoint, base64_bytes, is_key_name, key_id, leaf_hash, node_hash, read_checkpoint, verify_note

PROOF = re.compile(r"c2sp\.org/tlog-proof@v1(\nextra (?P<extra>[^\s]+))?\nindex (?P<index>0|[1-9][0-9]{0,15})(?P<hashes>(\n[^\s]+)*)")


class BadProof(ValueError):
    """A proof that does not hold; the message says why."""


def check(entry, proof, name, key):
    """Raises unless `entry` stands in the log of this name and key, where the proof says; gives its index."""
    head, gap, note = proof.partition("\n\n")
    match = PROOF.fullmatch(head)
    if not gap or not match:
        raise BadProof("not a tlog-proof")
    if match["extra"]:
        base64_bytes(match["extra"])
    index, hashes = int(match["index"]), [base64_bytes(line) for line in match["hashes"].split("\n")[1:]]
    if any(len(digest) != 32 for digest in hashes):
        raise BadProof("a hash that is no SHA-256")
    origin, size, root, body, signatures = read_checkpoint(note.encode())
    if origin != name or not verify_note(name, key, body, signatures):
        raise BadProof("the checkpoint is not signed by the log's key")
    if not 0 <= index < size or root_of(leaf_hash(entry.encode()), index, size, hashes) != root:
        raise BadProof(f"the entry does not stand at {index} of {size}")
    return index


def root_of(node, index, size, hashes):
    """The root that an inclusion proof leads to: RFC 9162, section 2.1.3.2, read from the leaf up."""
    last, rest = size - 1, list(hashes)
    while last > 0:
        if index & 1 or index == last:
            if index & 1:
                node = node_hash(rest.pop(0), node) if rest else b""
        else:
            node = node_hash(node, rest.pop(0)) if rest else b""
        if not node:
            return None
        index, last = index >> 1, last >> 1
    return None if rest else node


def check_all(explanations, vkey):
    """How many proofs were checked; raises at the first that does not hold or is missing."""
    name, identity, typed = vkey.split("+", 2)
    typed = base64_bytes(typed)
    key = typed[1:]
    if not is_key_name(name) or len(typed) != 33 or typed[0] != 1 or key_id(name, key).hex() != identity:
        raise BadProof("not a verifier key, or its id does not fit it")
    checked = 0
    for explanation in explanations:
        named = {cause["seq"] for cause in explanation.get("causes", [])}
        named |= {explanation[field] for field in ("opened_by", "ended_by", "used_by") if field in explanation}
        for evidence in explanation["proofs"]:
            index = check(evidence["entry"], evidence["proof"], name, key)
            if index != evidence["seq"] or json.loads(evidence["entry"])["seq"] != index:
                raise BadProof(f"entry {evidence['seq']} is proven to be {index}")
            named.discard(index)
            checked += 1
        if named:
            raise BadProof(f"no proof of entries {sorted(named)}")
    return checked


def main(arguments):
    """The command."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        checked = check_all(json.load(sys.stdin), arguments[0])
    except (BadProof, BadCheckpoint) as error:
        print(f"wrong: {error}")
        return 1
    except (ValueError, KeyError, IndexError) as error:
        print(f"cannot run: {error}", file=sys.stderr)
        return 2
    print(f"{checked} proofs hold")
    return 0 if checked else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
