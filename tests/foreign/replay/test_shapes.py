"""Tests of each form that a text may have: origins, labels, places in a replicated log, keys that sign, keys of rows."""

import pathlib
import re
import sys
import unicodedata

import counting
import curves
import history_bounds
import history_sessions
import rows
import shapes
import tables

TABLES_RS = pathlib.Path(__file__).resolve().parents[3] / "machine/src/trust/tables.rs"


def setUpModule():
    """unittest calls it."""
    counting.report_at_exit()


class Texts(counting.TestCase):
    """What an event may say."""

    def test_origins(self):
        """Hosts with and without a port, at the bounds and one beyond."""
        longest = ".".join(["x" * 63] * 3 + ["x" * 61])
        for origin in ("a", "0.a", "0x1g", "localhost:8787", "a-b.c--d.e", "1.2.3.4:1", "0.0.0.0", "255.255.255.255", "host:65535", "x" * 63,
                       longest, history_bounds.ORIGIN):
            self.assertTrue(shapes.origin(origin), origin)
        for origin in (*history_bounds.NO_ORIGINS, longest + "x", "x" * 64 + ".y", "0", "0x", "a.0xff", "2130706433", "1.2.3.4.5", "1.2.3.",
                       "1.2.3.4.", "1..3.4", "1.2.3.-4", "256.2.3.4", "a:", "a:65536", "a:00001", "a\n", "a:1\n", "a:\u0661", 7, None):
            self.assertFalse(shapes.origin(origin), origin)

    def test_labels(self):
        """Those that the golden ledgers hold and refuse; lengths in bytes."""
        for label in ("", "a", "x" * 64, *history_sessions.LABELS):
            self.assertTrue(shapes.label(label), ascii(label))
        for label in ("x" * 65, *history_sessions.NO_LABELS, 7, None):
            self.assertFalse(shapes.label(label), ascii(label))

    def test_every_character_of_a_label(self):
        """Within a label: refused by the list of the specification, and a joiner between two others is none of them."""
        ignorable = {0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F),
                     *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0, *range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4),
                     *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000)}
        selectors = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
        others = {*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0x2800, *range(0xFFF9, 0xFFFC), 0x1D159}
        listed = (ignorable | others) - selectors - {0x200D}
        for code in [*range(0x10000), *range(0x1BC00, 0x1BD00), *range(0x1D100, 0x1D200), *range(0xDFF00, 0xE1100), sys.maxunicode]:
            if not 0xD800 <= code <= 0xDFFF:
                self.assertEqual(shapes.label(f"a{chr(code)}b"), code not in listed, hex(code))

    def test_white_space(self):
        """The 25 characters of Unicode's White_Space: all that Unicode calls separators, and six controls."""
        separators = {chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in ("Zs", "Zl", "Zp")}
        self.assertEqual(set(shapes.WHITE_SPACE), separators | set("\t\n\v\f\r\x85"))
        self.assertEqual(len(shapes.WHITE_SPACE), 25)
        for white in shapes.WHITE_SPACE:
            self.assertFalse(shapes.label(white + "a") or shapes.label("a" + white), ascii(white))

    def test_joiners(self):
        """Only between two others, wherever they stand."""
        joiner = shapes.JOINER
        for label in (joiner, joiner + "a", "a" + joiner, f"a{joiner}{joiner}b", f"a{joiner}b{joiner}", f"a{joiner}\u200bb"):
            self.assertFalse(shapes.label(label), ascii(label))
        for label in (f"a{joiner}b", f"a{joiner}b{joiner}c", f"\U0001f468{joiner}\U0001f469", f"a {joiner} b"):
            self.assertTrue(shapes.label(label), ascii(label))

    def test_variation_selectors(self):
        """Only directly behind what shows."""
        for selector in ("\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef"):
            for label in (selector, selector + "a", f"a{selector}{selector}", f"a {selector}", f"a\u200d{selector}"):
                self.assertFalse(shapes.label(label), ascii(label))
            for label in (f"a{selector}", f"a{selector}b{selector}", f"a{selector}\u200db"):
                self.assertTrue(shapes.label(label), ascii(label))

    def test_sources(self):
        """`<ms>-<n>` in one spelling each."""
        for src in ("0-0", "1-0", "0-1", "1700000000000-9007199254740991", "253402300799999-18446744073709551615"):
            self.assertTrue(shapes.source(src), src)
        for src in ("", "-", "0", "0-", "-0", "00-0", "0-00", "01-0", "0-01", "+1-0", "1-+0", "1--0", "-1-0", "1-0-0", "1.0-0", "1-0 ", " 1-0",
                    "1-0\n", "1_0-0", "x-0", "1-*", "\u0661-0", "253402300800000-0", "0-18446744073709551616", 7, None):
            self.assertFalse(shapes.source(src), src)

    def test_keys_that_sign(self):
        """Canonical, on the curve, not of low order: of a key that is spelled as y + p none passes, whatever its order."""
        self.assertTrue(shapes.good_key(curves.ed_public(b"x" * 32).hex()))
        for y in range(19):
            self.assertFalse(shapes.good_key((curves.P + y).to_bytes(32, "little").hex()), f"p + {y}")
        self.assertTrue(shapes.good_key((3).to_bytes(32, "little").hex()), "the same point as p + 3")
        for key in ("00" * 32, "01" + "00" * 31, "02" + "00" * 31, "ec" + "ff" * 30 + "7f", "A" * 64, "0" * 63, 7):
            self.assertFalse(shapes.good_key(key), key)


class Rows(counting.TestCase):
    """What the state may hold."""

    def test_tables_are_those_of_the_document(self):
        """Names and fields, as the list of tables says."""
        found = {}
        for text in TABLES_RS.read_text().split("TableDoc {")[2:]:
            name = re.search(r'name: "(\w+)"', text)[1]
            fields = re.search(r"fields: &\[(.*?)\],\s*rule:", text, re.DOTALL)[1]
            found[name] = re.findall(r'\(\s*"(\w+)",\s*"(\w+)"', fields)
        self.assertEqual(list(found), list(tables.NAMES))
        self.assertEqual({name: [field for field, _ in fields] for name, fields in found.items()},
                         {name: list(fields) for name, (_, fields) in rows.ROWS.items()})
        samples = {"int": 7, "bool": True, "hex64": "0" * 64, "hex128": "0" * 128, "user": "user_" + "0" * 64}
        for name, fields in found.items():
            for field, kind in fields:
                if kind in samples:
                    check = rows.ROWS[name][1][field]
                    self.assertTrue(check(samples[kind]) and not check("x") and not check(None), f"{name}.{field}")

    def test_a_key_has_one_spelling(self):
        """Signs, blanks, other digits, missing and superfluous zeros, upper case, other separators: none of them is a key."""
        user, digest, number = "user_" + "a" * 64, "b" * 64, "0000000000000007"
        good = {"devices": f"{user}/{number}", "logins": f"{number}/{digest}", "circles": f"{user}/{digest}", "erased": f"{user}/{digest}",
                "sessions": digest, "users": user, "head": "only", "codes": "7" + "Z" * 25, "guards": f"rate_sessions/{user}"}
        for table, key in good.items():
            self.assertTrue(rows.good_key(table, key), key)
            for other in (key + "/", "/" + key, key + " ", " " + key, key + "\n", key[:-1], key + "0", key.replace("/", "//"), key.upper() + "x",
                          key.replace("_", "-") + "/", "+" + key, ""):
                self.assertEqual(rows.good_key(table, other), other == key, other)
        for other in ("+000000000000007", "7", " 000000000000007", "000000000000007", "00000000000000007", "-000000000000007",
                      "000000000000000\u0667", "9007199254740992"):
            self.assertFalse(rows.good_key("devices", f"{user}/{other}"), other)
            self.assertFalse(rows.good_key("logins", f"{other}/{digest}"), other)
        self.assertTrue(rows.good_key("devices", f"{user}/9007199254740991"))
        for other in ("rate_sessions/all", f"rate_first_logins/{user}", f"code_uses/{user}", "blobs/all"):
            self.assertFalse(rows.good_key("guards", other), other)

    def test_a_row_has_its_fields_and_no_other(self):
        """A rule that writes another is a bug, and says so."""
        rows.check([["circles", f"user_{'a' * 64}/{'b' * 64}", {"own": True, "users": 0}], ["head", "only"]])
        for change in (["circles", f"user_{'a' * 64}/{'b' * 64}", {"own": True}], ["circles", "b" * 64, {"own": True, "users": 0}],
                       ["logins", "0" * 16 + "/" + "b" * 64, {"x": 1}], ["sessions", "B" * 64]):
            with self.assertRaises(AssertionError):
                rows.check([change])
