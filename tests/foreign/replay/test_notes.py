"""Tests of notes, checkpoints and proofs against the C2SP texts, sentence by sentence where one of them says MUST."""

import base64

import author
import counting
import curves
import log
import proof
from log import BadCheckpoint, key_id, leaf_hash, node_hash

ORIGIN, SEED = "log.example", author.secret("log")
KEY = curves.ed_public(SEED)
ENTRIES = [f"entry {number}" for number in range(5)]


def setUpModule():
    """unittest calls it."""
    counting.report_at_exit()


def note(lines, signatures=None):
    """A note of these lines; signed by the log unless signature lines are given."""
    body = "".join(line + "\n" for line in lines)
    if signatures is None:
        blob = key_id(ORIGIN, KEY) + curves.ed_sign(SEED, body.encode())
        signatures = [f"\u2014 {ORIGIN} {base64.b64encode(blob).decode()}"]
    return body + "\n" + "".join(line + "\n" for line in signatures)


def tree():
    """(the root of five entries, the path of the third)."""
    leaves = [leaf_hash(entry.encode()) for entry in ENTRIES]
    pairs = [node_hash(*leaves[0:2]), node_hash(*leaves[2:4])]
    left = node_hash(*pairs)
    return node_hash(left, leaves[4]), [leaves[3], pairs[0], leaves[4]]


ROOT = base64.b64encode(tree()[0]).decode()
GOOD = [ORIGIN, "5", ROOT]


class Notes(counting.TestCase):
    """Whether a text is a checkpoint, before any key is asked."""

    def test_good_ones(self):
        """Extension lines are allowed, and signatures of others, sixteen and more."""
        others = [f"\u2014 witness{n}.example {base64.b64encode(bytes(5 + n)).decode()}" for n in range(20)]
        ours = note(GOOD).split("\n")[-2]
        for text in (note(GOOD), note(GOOD + ["more", "and more"]), note(GOOD, others + [ours]), note([ORIGIN, "0", ROOT])):
            origin, _, _, body, signatures = log.read_checkpoint(text.encode())
            self.assertEqual(origin, ORIGIN)
            self.assertTrue(log.verify_note(ORIGIN, KEY, body, signatures))

    def test_bad_ones(self):
        """No UTF-8, control characters, carriage returns, empty lines, other spellings of numbers and of base64."""
        ours = note(GOOD).split("\n")[-2]
        blob = ours.rpartition(" ")[2]
        loose = blob.rstrip("=")[:-1] + chr(ord(blob.rstrip("=")[-1]) + 1) + "=" * blob.count("=")
        texts = [note(GOOD).encode()[:-1], note(GOOD).encode().replace(b"log", b"l\xffg"), note(GOOD).replace("\n", "\r\n").encode(), b"", b"\n\n"]
        bad = [note(lines) for lines in (
            [ORIGIN, "5"], ["", "5", ROOT], GOOD + [""], GOOD + ["", "more"], [ORIGIN, "05", ROOT], [ORIGIN, "+5", ROOT], [ORIGIN, "5 ", ROOT],
            [ORIGIN, "", ROOT], [ORIGIN, "5", ROOT[:-1]], [ORIGIN, "5", ROOT[:-2] + "=="], [ORIGIN, "5", base64.b64encode(bytes(31)).decode()],
            [ORIGIN + "\t", "5", ROOT], GOOD + ["\x00"], GOOD + ["\x1f"])]
        bad += [note(GOOD, signatures) for signatures in (
            [], [""], [ours, ""], [f"\u2014 {ORIGIN}"], [f"\u2014 {ORIGIN} "], [f"- {ORIGIN} {blob}"], [f"\u2014  {blob}"],
            [f"\u2014 a+b {blob}"], [f"\u2014 a\u00a0b {blob}"], [f"\u2014 a b {blob}"], [ours + " "], [" " + ours], [ours, "hello"],
            [f"\u2014 {ORIGIN} {loose}"], [f"\u2014 {ORIGIN} {blob}="], [f"\u2014 {ORIGIN} {base64.b64encode(bytes(4)).decode()}"])]
        for text in texts + [text.encode() for text in bad]:
            with self.subTest(text), self.assertRaises(BadCheckpoint):
                log.read_checkpoint(text)

    def test_a_false_signature_by_a_known_key_spoils_the_note(self):
        """Also beside a good one; by another name or id it is somebody else's."""
        good = note(GOOD).split("\n")[-2]
        false = base64.b64encode(key_id(ORIGIN, KEY) + bytes(64)).decode()
        for lines, holds in (([good, f"\u2014 {ORIGIN} {false}"], False), ([good, f"\u2014 other.example {false}"], True),
                             ([f"\u2014 other.example {false}"], False), ([good, good], True)):
            _, _, _, body, signatures = log.read_checkpoint(note(GOOD, lines).encode())
            self.assertEqual(log.verify_note(ORIGIN, KEY, body, signatures), holds)


class Proofs(counting.TestCase):
    """Whether an entry stands where a proof says."""

    def proof(self, first="c2sp.org/tlog-proof@v1", index="index 2", hashes=None, text=None):
        """The third entry's, with some lines replaced."""
        path = [base64.b64encode(digest).decode() for digest in tree()[1]] if hashes is None else hashes
        return "\n".join([first, index, *path]) + "\n\n" + (text or note(GOOD))

    def check(self, text, entry=ENTRIES[2]):
        """The index, or what is wrong."""
        return proof.check(entry, text, ORIGIN, KEY)

    def test_good_ones(self):
        """With and without extra data."""
        self.assertEqual(self.check(self.proof()), 2)
        self.assertEqual(self.check(self.proof(index="extra YQ==\nindex 2")), 2)

    def test_bad_ones(self):
        """Another version, other spellings, hashes too many, too few, too short, another entry, another place."""
        path = [base64.b64encode(digest).decode() for digest in tree()[1]]
        for text in (self.proof("c2sp.org/tlog-proof@v2"), self.proof(index="index 02"), self.proof(index="index +2"), self.proof(index="2"),
                     self.proof(index="index 2 "), self.proof(index="index 1"), self.proof(index="index 7"), self.proof(index="index"),
                     self.proof(index="index 2\nextra YQ=="), self.proof(index="extra\nindex 2"), self.proof(index="extra Y\nindex 2"),
                     self.proof(hashes=path[:2]), self.proof(hashes=path + path[:1]), self.proof(hashes=[]), self.proof(hashes=path[::-1]),
                     self.proof(hashes=path[:2] + [path[2][:-1]]), self.proof(hashes=path[:2] + ["YQ=="]), self.proof().replace("\n", "\r\n"),
                     self.proof() + "\n", self.proof(text=note([ORIGIN, "9", ROOT])), self.proof(text=note(["other.example", "5", ROOT]))):
            with self.subTest(text), self.assertRaises((proof.BadProof, BadCheckpoint)):
                self.check(text)
        with self.assertRaises(proof.BadProof):
            self.check(self.proof(), ENTRIES[3])

    def test_verifier_keys(self):
        """A name without blanks, the id that fits, the type of Ed25519."""
        typed = base64.b64encode(b"\x01" + KEY).decode()
        explanation = [{"causes": [{"seq": 2}], "proofs": [{"seq": 2, "entry": '{"seq":2}', "proof": ""}]}]
        self.assertEqual(proof.check_all([], f"{ORIGIN}+{key_id(ORIGIN, KEY).hex()}+{typed}"), 0)
        for name, identity, text in (("", key_id("", KEY).hex(), typed), ("a b", key_id("a b", KEY).hex(), typed), (ORIGIN, "00000000", typed),
                                     (ORIGIN, key_id(ORIGIN, KEY).hex().upper(), typed),
                                     (ORIGIN, key_id(ORIGIN, KEY).hex(), base64.b64encode(b"\x02" + KEY).decode()),
                                     (ORIGIN, key_id(ORIGIN, KEY).hex(), typed + "=")):
            with self.subTest((name, identity)), self.assertRaises((proof.BadProof, BadCheckpoint)):
                proof.check_all([], f"{name}+{identity}+{text}")
        with self.assertRaises(proof.BadProof):
            proof.check_all(explanation, f"{ORIGIN}+{key_id(ORIGIN, KEY).hex()}+{typed}")
