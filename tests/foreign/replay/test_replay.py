"""Tests of the second implementation: published vectors for each primitive, the golden ledger, and that no change to it goes unseen."""

import base64
import contextlib
import hashlib
import io
import json
import pathlib
import tempfile

import author
import counting
import curves
import golden
import log
import replay
import tables
import texts
from canonical import NotCanonical, encode, parse
from machine import Ledger, entry_hash

LINES = (golden.FOLDER / "trust_v1.jsonl").read_bytes().splitlines()


def setUpModule():
    """unittest calls it."""
    counting.report_at_exit()


class Primitives(counting.TestCase):
    """Each against numbers that somebody else published."""

    def test_ed25519_rfc_8032(self):
        """Section 7.1, tests 1 to 3."""
        vectors = [
            ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
             "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
             "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
            ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
             "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
             "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
            ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82",
             "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
             "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
        ]
        for seed, message, key, signature in vectors:
            seed, message = bytes.fromhex(seed), bytes.fromhex(message)
            self.assertEqual(curves.ed_public(seed).hex(), key)
            self.assertEqual(curves.ed_sign(seed, message).hex(), signature)
            self.assertTrue(curves.ed_verify(bytes.fromhex(key), message, bytes.fromhex(signature)))
            self.assertFalse(curves.ed_verify(bytes.fromhex(key), message + b"!", bytes.fromhex(signature)))

    def test_ed25519_is_strict(self):
        """What lenient verifiers let pass: s + L, low-order keys and R, other spellings of a point."""
        seed = author.secret("strict")
        key, signature = curves.ed_public(seed), curves.ed_sign(seed, b"m")
        larger = int.from_bytes(signature[32:], "little") + curves.L
        self.assertFalse(curves.ed_verify(key, b"m", signature[:32] + larger.to_bytes(32, "little")))
        challenge = curves._ed_hash((1).to_bytes(32, "little") + key + b"m")
        s = challenge * curves._ed_secret(seed)[0] % curves.L
        forged = (1).to_bytes(32, "little") + s.to_bytes(32, "little")
        self.assertFalse(curves.ed_verify(key, b"m", forged), "the equation holds, R is of low order")
        neutral, zero_s = (1).to_bytes(32, "little"), bytes(32)
        self.assertFalse(curves.ed_verify(neutral, b"m", neutral + zero_s), "the equation holds, the order is too low")
        orders = ["00" * 32, "ec" + "ff" * 30 + "7f", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"]
        for low in orders + ["ed" + "ff" * 30 + "7f", "01" + "00" * 30 + "80", "ee" + "ff" * 30 + "7f"]:
            self.assertIsNone(curves.ed_good_key(bytes.fromhex(low)), low)
        for y in range(19):
            self.assertIsNone(curves.ed_good_key((curves.P + y).to_bytes(32, "little")), f"p + {y}")
        self.assertIsNotNone(curves.ed_good_key(key))

    def test_x25519_low_order(self):
        """The list that libsodium refuses."""
        known = ["00" * 32, "01" + "00" * 31, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                 "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157", "ec" + "ff" * 30 + "7f",
                 "ed" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "7f"]
        self.assertTrue(all(curves.x25519_low_order(bytes.fromhex(point)) for point in known))
        self.assertTrue(curves.x25519_low_order(bytes(31) + b"\x80"), "the top bit is masked")
        self.assertFalse(curves.x25519_low_order((9).to_bytes(32, "little")))

    def test_secp256k1(self):
        """The nonces of RFC 6979 as Bitcoin's libraries publish them; recovery; refusal of high s."""
        digest = hashlib.sha256(b"Satoshi Nakamoto").digest()
        r, s, parity = curves.k1_sign(1, digest)
        self.assertEqual(f"{r:064x}", "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8")
        self.assertEqual(f"{s:064x}", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")
        self.assertEqual(curves.k1_recover(digest, r, s, parity), curves.k1_public(1))
        self.assertNotEqual(curves.k1_recover(digest, r, s, 1 - parity), curves.k1_public(1))
        self.assertIsNone(curves.k1_recover(digest, r, curves.N - s, 1 - parity))
        self.assertIsNone(curves.k1_recover(digest, 0, s, parity))

    def test_ethereum(self):
        """Keccak-256, EIP-55's own examples, EIP-191 as ethers publishes it, the first account of Hardhat."""
        self.assertEqual(curves.keccak256(b"").hex(), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        self.assertEqual(curves.keccak256(b"abc").hex(), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")
        self.assertEqual(len({curves.keccak256(bytes(n)) for n in (134, 135, 136, 137, 272)}), 5)
        for address in ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"):
            self.assertEqual(curves.eip55(address.lower()), address)
        self.assertEqual(curves.eip191(b"Hello World").hex(), "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2")
        secret = 0xAC0974BEC39A17E36BA4A6B4D238FF944BACB478CBED5EFCAE784D7BF4F2FF80
        self.assertEqual(curves.eip55(curves.address_of(curves.k1_public(secret))), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")

    def test_canonical_strings_rfc_8785(self):
        """Section 3.2.3: the order of keys is that of UTF-16; 3.2.2.2: the shortest escapes."""
        names = parse('{"\u20ac":0,"\\r":0,"\ufb33":0,"1":0,"\U0001f600":0,"\x80":0,"\xf6":0}'.encode())
        self.assertEqual(list(parse(encode(names))), ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"])
        text = parse(rb'"\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/\u007f"')
        self.assertEqual(encode(text), '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'.encode())

    def test_canonical_refuses(self):
        """What has no place in a ledger, although JSON knows it."""
        bad = [b'{"a":1,"a":1}', b"1.0", b"1e3", b"-1", b"-0", b"9007199254740992", b"null", b"NaN", b'"\\ud800"',
               b'"\xff"', b"", b"[" * 99999]
        for data in bad:
            with self.subTest(data[:20]), self.assertRaises(NotCanonical):
                parse(data)
        self.assertEqual(parse(b"9007199254740991"), 2**53 - 1)

    def test_merkle_rfc_6962(self):
        """The roots that Certificate Transparency's reference code is tested with."""
        leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        roots = ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                 "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                 "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                 "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                 "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                 "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"]
        tree = log.Tree()
        self.assertEqual(tree.root(), hashlib.sha256(b"").digest())
        for leaf, root in zip(leaves, roots):
            tree.append(bytes.fromhex(leaf))
            self.assertEqual(tree.root().hex(), root)

    def test_signed_note(self):
        """The example in the documentation of Go's sumdb/note."""
        body = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
        line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
        key = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
        signatures = [("Stranger", b"1234"), ("PeterNeumann", base64.b64decode(line))]
        self.assertTrue(log.verify_note("PeterNeumann", key, body, signatures))
        self.assertFalse(log.verify_note("PeterNeumann", key, body + b"!", signatures))
        self.assertFalse(log.verify_note("PeterNeumann", key, body, signatures[:1]))

    def test_a_referral_code_is_written_as_a_ulid(self):
        """The largest ULID has 25 Zs behind a 7; a code's first character has three bits."""
        number = int(hashlib.sha256(b"qfs/referral/v1\nx").hexdigest()[:32], 16)
        code = texts.referral_code("x")
        self.assertEqual(len(code), 26)
        self.assertEqual(sum(texts.CROCKFORD.index(char) << 5 * (25 - i) for i, char in enumerate(code)), number)

    def test_time_text(self):
        """Both ends of what a tick can be."""
        self.assertEqual(texts.time_text(0), "1970-01-01T00:00:00.000Z")
        self.assertEqual(texts.time_text(texts.LAST_TICK), "9999-12-31T23:59:59.999Z")


class StateRoot(counting.TestCase):
    """The incremental tree against the definition, read aloud."""

    def test_any_order_and_removal_lead_to_the_defined_digest(self):
        """Content alone decides."""
        state, rows = tables.State(), {f"key {n}": {"n": n} for n in range(40)}
        state.commit([["users", key, row] for key, row in rows.items()])
        for key in list(rows)[::3]:
            del rows[key]
            state.commit([["users", key]])
        other = tables.State()
        other.commit([["users", key, row] for key, row in reversed(rows.items())])
        digests = dict.fromkeys(tables.NAMES, "0" * 64) | {"users": self._defined(rows)}
        expected = hashlib.sha256(b"qfs/state/v1\n" + json.dumps(digests, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        self.assertEqual((state.root(), other.root()), (expected, expected))

    def _defined(self, rows):
        hashed = [(format(int(texts.sha256(b"qfs/key/v1\n" + key.encode()), 16), "0256b"), encode(row)) for key, row in rows.items()]
        return self._subtree(hashed, 0).hex()

    def _subtree(self, leaves, depth):
        if not leaves:
            return bytes(32)
        if len(leaves) == 1:
            key, value = leaves[0]
            return hashlib.sha256(b"\x00" + int(key, 2).to_bytes(32, "big") + hashlib.sha256(value).digest()).digest()
        left, right = ([leaf for leaf in leaves if leaf[0][depth] == bit] for bit in "01")
        return hashlib.sha256(b"\x01" + self._subtree(left, depth + 1) + self._subtree(right, depth + 1)).digest()


class Lines(counting.TestCase):
    """What is wrong with a line, whatever it says."""

    def test_a_line_that_says_the_same_otherwise_is_found(self):
        """A space, another order of fields, an escape that nobody needs; and what is too long is not even read."""
        first = LINES[0]
        for line, says in ((first.replace(b",", b", ", 1), "not canonical"), (b'{"v":1,' + first[1:-7] + b"}", "not canonical"),
                           (first.replace(b"golden.", b"\\u0067olden."), "not canonical"), (first + b" " * (65_536 - len(first)), "too long"),
                           (first + b" " * (65_535 - len(first)), "not canonical"),
                           (b"", "cannot be read"), (b"7", "no object")):
            with self.assertRaisesRegex(replay.Differs, says):
                replay.check_line(Ledger(), line)

    def test_a_tick_that_falls_is_found(self):
        """Also if all else was made to fit."""
        ledger = Ledger()
        ledger.commit(*replay.check_line(ledger, LINES[0]))
        entry, _ = ledger.next_entry(parse(LINES[1])["event"], ledger.at - 1)
        with self.assertRaisesRegex(replay.Differs, "at falls"):
            replay.check_line(ledger, encode(entry))

    def test_an_order_changed_is_found(self):
        """A line left out, doubled, or swapped with the next."""
        for lines in (LINES[:3] + LINES[4:], LINES[:3] + LINES[2:], LINES[:2] + [LINES[3], LINES[2]] + LINES[4:]):
            with self.assertRaises(replay.Differs):
                ledger = Ledger()
                for line in lines:
                    ledger.commit(*replay.check_line(ledger, line))


class Command(counting.TestCase):
    """What a stranger runs."""

    def test_a_good_ledger_in_two_segments_with_a_live_tail(self):
        """Zero bytes behind the last entry are no entry; the numbers come as JSON."""
        code, out, _ = self._run(self._segments(10) | {"checkpoint": self._checkpoint(21)})
        self.assertEqual(code, 0)
        self.assertRegex(out, r"^68 entries, head [0-9a-f]{64}, state root [0-9a-f]{64}: all recomputed\ncheckpoint of size 21: ")
        code, out, _ = self._run(self._segments(10), "--json")
        totals = json.loads(out)
        self.assertEqual((code, totals["entries"], sorted(totals["points_micro"].values())), (0, 68, [0, 0, 102_000_000, 202_000_000]))

    def test_the_first_bad_entry_is_named(self):
        """File, line, byte offset, what, found and computed."""
        files = self._segments(10)
        name = "segment-0000000000000010.jsonl"
        files[name] = files[name].replace(b'"seq":12', b'"seq":13')
        code, out, _ = self._run(files)
        offset = len(LINES[10]) + len(LINES[11]) + 2
        self.assertEqual((code, out), (1, f"{name}, line 3, byte {offset} (entry 12): seq differs\n  found     13\n  computed  12\n"))
        code, out, _ = self._run(files, "--json")
        self.assertEqual((code, json.loads(out)["offset"]), (1, offset))

    def test_what_is_wrong_with_files_is_found(self):
        """Exit 1: a gap between segments, a torn line, zeros inside, more bytes behind zeros."""
        good, last = self._segments(10), "segment-0000000000000010.jsonl"
        first = "segment-0000000000000000.jsonl"
        for files, says in (
                ({first: good[first], "segment-0000000000000011.jsonl": good[last]}, "name is not its first seq"),
                ({first: good[first][:-9]}, "ends within a line"),
                ({first: good[first] + bytes(9), last: good[last]}, "ends within a line"),
                ({first: good[first], last: good[last] + b"x"}, "ends within a line")):
            code, out, _ = self._run(files)
            self.assertEqual((code, says in out), (1, True), out)

    def test_bad_checkpoints_are_found(self):
        """Too large, another root, a key no longer in force, another origin, no note at all."""
        other = log.checkpoint(author.ORIGIN, 68, self._tree(68), author.secret("log"))
        elsewhere = log.checkpoint("other.example", 68, self._tree(68), author.secret("log 2"))
        wrong_root = log.checkpoint(author.ORIGIN, 68, self._tree(67), author.secret("log 2"))
        too_large = log.checkpoint(author.ORIGIN, 69, self._tree(68), author.secret("log 2"))
        for note, says in ((other, "not signed by the log key"), (elsewhere, "origin differs"), (wrong_root, "root differs"),
                           (too_large, "shorter than its checkpoint"), (b"hello\n", "cannot be read")):
            code, out, _ = self._run(self._segments(10) | {"checkpoint": note})
            self.assertEqual((code, says in out), (1, True), out)

    def test_it_says_when_it_cannot_run(self):
        """Exit 2: nothing there, a name without order, and rules of a later version."""
        ledger = Ledger()
        ledger.commit(*replay.check_line(ledger, LINES[0]))
        event = next(entry["event"] for entry in map(parse, LINES) if entry["event"]["kind"] == "RULESET_ACTIVATED")
        event["body"]["ruleset"]["semantics"] = 2
        later = {"at": ledger.at, "delta": "0" * 64, "effects": [], "event": event, "prev": ledger.head, "seq": 1, "v": 1}
        later["hash"] = entry_hash(later)
        for files, says in (({}, "no segment"), ({"segment-a.jsonl": b""}, "cannot order"),
                            ({"segment-0.jsonl": LINES[0] + b"\n" + encode(later) + b"\n"}, "semantics 2 is not known")):
            code, out, err = self._run(files)
            self.assertEqual((code, out, says in err), (2, "", True), err)

    def _segments(self, cut):
        return {"segment-0000000000000000.jsonl": b"".join(line + b"\n" for line in LINES[:cut]),
                f"segment-{cut:016}.jsonl": b"".join(line + b"\n" for line in LINES[cut:]) + bytes(500)}

    def _tree(self, size):
        tree = log.Tree()
        for line in LINES[:size]:
            tree.append(line)
        return tree.root()

    def _checkpoint(self, size):
        return log.checkpoint(author.ORIGIN, size, self._tree(size), author.secret("log"))

    def _run(self, files, *flags):
        out, err = io.StringIO(), io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            for name, data in files.items():
                (pathlib.Path(folder) / name).write_bytes(data)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = replay.main([folder, *flags])
        return code, out.getvalue(), err.getvalue()
