"""Writes the golden ledgers: short histories that every implementation must derive to the byte, from key material anyone can redo.

    python3 tests/foreign/replay/golden.py           writes machine/tests/golden/*.jsonl
    python3 tests/foreign/replay/golden.py --check   exits 1 if a file differs from what this would write

NAME.jsonl is a ledger. NAME.refused.jsonl holds events that it refuses: `event`, judged at the tick `at` as what would become
entry `seq`, earns the code `reason` and changes nothing. NAME.bad.jsonl holds lines that are not the next entry at their `seq`.
"""

import pathlib
import sys

import history_bounds
import history_devices
import history_replicated
import history_sessions
import history_trust

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "machine/tests/golden"
HISTORIES = {"trust_v1": history_trust.write, "sessions_v1": history_sessions.write, "devices_v1": history_devices.write,
             "bounds_v1": history_bounds.write, "replicated_v1": history_replicated.write}


def files():
    """Each file's name and bytes."""
    written = {}
    for name, write in HISTORIES.items():
        author = write()
        for suffix, lines in (("", author.lines), (".refused", author.refused), (".bad", author.bad)):
            if lines:
                written[f"{name}{suffix}.jsonl"] = b"".join(line + b"\n" for line in lines)
    return written


def main(arguments):
    """The command."""
    if arguments not in ([], ["--check"]):
        print("usage: golden.py [--check]", file=sys.stderr)
        return 2
    written, code = files(), 0
    present = {path.name: path.read_bytes() for path in FOLDER.glob("*.jsonl")}
    for name in sorted(written.keys() | present.keys()):
        if arguments:
            same = written.get(name) == present.get(name)
            code = code if same else 1
            print(f"{name}: {'as written' if same else 'differs; run golden.py without --check and read the diff'}")
        elif name in written:
            (FOLDER / name).write_bytes(written[name])
            print(f"{name}: {written[name].count(bytes([10]))} lines written")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
