"""Replays a ledger from its files alone and names the first entry that is not what the specification makes of it.

    python3 tests/foreign/replay/replay.py DIR [--json]

DIR holds `segment-<first seq>.jsonl` files and perhaps a `checkpoint`. The last segment may end in zero bytes, as a live one does.
Exit 0: everything was recomputed. 1: something differs, and the first such thing is named. 2: it could not run, or the ledger holds
what this implementation does not know. A torn tail counts as different: whether it may be cut is the owner's decision, not a reader's.
"""

import argparse
import dataclasses
import json
import pathlib
import re
import sys

import shapes
from canonical import NotCanonical, encode, parse
from log import BadCheckpoint, read_checkpoint, verify_note
from machine import Ledger, Refused, Unsupported, entry_hash, tick_of

LINE_MAX = 65_535
SEGMENT = re.compile(r"segment-([0-9]+)\.jsonl")
FIELDS = {"at": shapes.tick, "delta": shapes.hex64, "effects": shapes.list_of(lambda effect: isinstance(effect, dict)),
          "event": lambda event: isinstance(event, dict), "hash": shapes.hex64, "prev": shapes.hex64, "seq": shapes.integer,
          "v": shapes.between(1, 1)}
OPTIONAL = {"state": shapes.hex64, "src": shapes.source}


class Differs(Exception):
    """Something that is not as computed: what, as found, as computed."""

    def __init__(self, what, found="", computed=""):
        super().__init__(what)
        self.what, self.found, self.computed = what, found, computed


class CannotRun(Exception):
    """Nothing can be said about the ledger; the message says why."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """The first thing that differs, and where."""

    file: str
    line: int
    offset: int
    seq: int
    what: str
    found: str
    computed: str

    def text(self):
        """For people."""
        return (f"{self.file}, line {self.line}, byte {self.offset} (entry {self.seq}): {self.what}\n"
                f"  found     {self.found}\n  computed  {self.computed}")


def check_line(ledger, line):
    """(entry, changes) of the line that comes next. Raises Differs or Unsupported; the ledger stays as it is."""
    entry = _parse(line)
    _check_chain(ledger, entry)
    try:
        computed, changes = ledger.next_entry(entry["event"], entry["at"], entry.get("src"))
    except Refused as refusal:
        raise Differs("the event is refused", "an entry", f"refused: {refusal}") from None
    for name in ("effects", "delta", "state"):
        _compare(name, entry.get(name), computed.get(name))
    _compare("entry", entry, computed)
    return entry, changes


def replay(folder):
    """(ledger, finding or None, size of the verified checkpoint or None) of a folder. Raises CannotRun."""
    ledger, places = Ledger(), _segments(folder)
    try:
        note = _read_note(folder / "checkpoint")
        verified = _check_note(ledger, note)
        for number, path in enumerate(places):
            for place, line in _lines(path, number + 1 == len(places), ledger.seq):
                _take(ledger, place, line)
                verified = _check_note(ledger, note) or verified
        if note and not verified:
            raise Differs("the ledger is shorter than its checkpoint", f"{ledger.seq} entries", f"{note[1]} entries")
    except Located as located:
        return ledger, located.finding, None
    except Differs as differs:
        return ledger, Finding("checkpoint", 1, 0, ledger.seq, differs.what, differs.found, differs.computed), None
    return ledger, None, verified


class Located(Exception):
    """A difference together with its place."""

    def __init__(self, place, seq, differs):
        super().__init__(differs.what)
        self.finding = Finding(*place, seq, differs.what, differs.found, differs.computed)


def _take(ledger, place, line):
    try:
        entry, changes = check_line(ledger, line)
    except Differs as differs:
        raise Located(place, ledger.seq, differs) from None
    except Unsupported as unknown:
        raise CannotRun(f"{place[0]}, line {place[1]}, byte {place[2]} (entry {ledger.seq}): {unknown} is not known here; "
                        f"the {ledger.seq} entries before are as computed") from None
    ledger.commit(entry, changes)


# --- one line ---

def _parse(line):
    if len(line) > LINE_MAX:
        raise Differs("the line is too long", f"{len(line)} bytes", f"at most {LINE_MAX}")
    try:
        entry = parse(line)
    except NotCanonical as error:
        raise Differs("the line cannot be read", str(error), "canonical JSON") from None
    if encode(entry) != line:
        raise Differs("the line is not canonical", *_around(line, encode(entry)))
    _check_fields(entry)
    return entry


def _around(found, computed):
    at = next((i for i, (a, b) in enumerate(zip(found, computed)) if a != b), min(len(found), len(computed)))
    return tuple(repr(text[max(0, at - 20):at + 20]) + f" around byte {at} of the line" for text in (found, computed))


def _check_fields(entry):
    if not isinstance(entry, dict):
        raise Differs("the line is no object", type(entry).__name__, "an entry")
    unknown = sorted(entry.keys() - FIELDS.keys() - OPTIONAL.keys())
    if unknown:
        raise Differs("a field is unknown", ", ".join(unknown), ", ".join(sorted(FIELDS | OPTIONAL)))
    for name, check in (FIELDS | OPTIONAL).items():
        if name not in entry and name in FIELDS:
            raise Differs(f"{name} is missing", "nothing", f"the field {name}")
        if name in entry and not check(entry[name]):
            raise Differs(f"{name} has a wrong form", _short(entry[name]), "as the specification writes it")


def _check_chain(ledger, entry):
    _compare("seq", entry["seq"], ledger.seq)
    _compare("prev", entry["prev"], ledger.head)
    if entry["at"] < ledger.at:
        raise Differs("at falls", str(entry["at"]), f"at least {ledger.at}, the tick of the entry before")
    if "src" in entry:
        _compare("at", entry["at"], tick_of(entry["src"], ledger.at))
    _compare("hash", entry["hash"], entry_hash(entry))


def _compare(name, found, computed):
    """Names the first place within a value that differs."""
    if _spelling(found) == _spelling(computed):
        return
    if isinstance(found, list) and isinstance(computed, list) and len(found) == len(computed):
        for number, pair in enumerate(zip(found, computed)):
            _compare(f"{name}[{number}]", *pair)
    if isinstance(found, dict) and isinstance(computed, dict):
        for key in sorted(found.keys() | computed.keys()):
            _compare(f"{name}.{key}", found.get(key), computed.get(key))
    raise Differs(f"{name} differs", _short(found), _short(computed))


def _spelling(value):
    """What tells `true` from 1, which Python holds for equal."""
    return None if value is None else encode(value)


def _short(value):
    text = "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "..."


# --- the files ---

def _segments(folder):
    if not folder.is_dir():
        raise CannotRun(f"{folder} is no folder; name the one that holds the segments")
    paths = sorted(folder.glob("segment-*.jsonl"))
    strange = [path.name for path in paths if not SEGMENT.fullmatch(path.name)]
    if strange or not paths:
        raise CannotRun(f"{folder}: {'cannot order ' + strange[0] if strange else 'no segment-<first seq>.jsonl in it'}")
    return sorted(paths, key=lambda path: int(SEGMENT.fullmatch(path.name)[1]))


def _lines(path, is_last, seq):
    """((file, line, offset), bytes) of each line."""
    data = _read(path)
    first = int(SEGMENT.fullmatch(path.name)[1])
    if first != seq:
        raise Located((path.name, 1, 0), seq, Differs("the segment's name is not its first seq", str(first), str(seq)))
    if is_last:
        data = data.rstrip(b"\0")
    offset = 0
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        yield (path.name, number, offset), line
        offset += len(line) + 1
    if offset < len(data):
        differs = Differs("the file ends within a line", _short(repr(data[offset:offset + 60])), "a newline after the last entry")
        raise Located((path.name, data.count(b"\n") + 1, offset), seq + data.count(b"\n"), differs)


def _read(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}") from None


def _read_note(path):
    if not path.exists():
        return None
    try:
        note = read_checkpoint(_read(path))
    except BadCheckpoint as error:
        raise Differs("the checkpoint cannot be read", str(error), "a C2SP checkpoint") from None
    if note[1] == 0:
        raise Differs("the checkpoint has no key that could sign it", "size 0", "a size of 1 or more")
    return note


def _check_note(ledger, note):
    """The checkpoint's size, once the ledger has grown to it; otherwise None."""
    if note is None or ledger.seq != note[1]:
        return None
    origin, size, root, body, signatures = note
    _compare("origin", origin, ledger.state.get("genesis", "only")["origin"])
    _compare("root", root.hex(), ledger.tree.root().hex())
    if not verify_note(origin, ledger.log_key(), body, signatures):
        raise Differs("the checkpoint is not signed by the log key", f"{len(signatures)} signature lines",
                      f"one by {origin}, key {ledger.log_key().hex()}")
    return size


# --- the command ---

def main(arguments=None):
    """The command; its exit code."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("folder", metavar="DIR", type=pathlib.Path, help="the folder with the segments")
    options.add_argument("--json", action="store_true", help="points, coherence, entries, head and state root as JSON")
    chosen = options.parse_args(arguments)
    try:
        ledger, finding, verified = replay(chosen.folder)
    except CannotRun as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    if finding:
        print(json.dumps(dataclasses.asdict(finding)) if chosen.json else finding.text())
        return 1
    print(encode(_totals(ledger)).decode() if chosen.json else _summary(ledger, verified))
    return 0


def _summary(ledger, verified):
    line = f"{ledger.seq} entries, head {ledger.head}, state root {ledger.state.root()}: all recomputed"
    return f"{line}\ncheckpoint of size {verified}: root and log key's signature hold" if verified else line


def _totals(ledger):
    users = dict(ledger.state.items("users"))
    totals = {name: {user: row[name] for user, row in users.items()} for name in ("coherence_ppm", "points_micro")}
    return {**totals, "entries": ledger.seq, "head": ledger.head, "state_root": ledger.state.root()}


if __name__ == "__main__":
    sys.exit(main())
