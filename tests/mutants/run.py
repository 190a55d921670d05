"""Turns off one rule at a time, and sees that a test fails: python3 tests/mutants/run.py [NAME...]

Each mutant is one line of `mutants.txt`: name | file under machine/src/trust | text | what stands there instead. They are tried in a work tree of
their own under target/mutants; the tests of `machine` are asked first, then the laws, goals and golden runs of `sim`.
Exit 0: all were killed. 1: some survived. 2: it could not run.
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TREE = ROOT / "target" / "mutants"
# Not the tree's own: its crates would all be built again each time it is made.
ENVIRONMENT = {"CARGO_TARGET_DIR": str(ROOT / "target" / "mutants.target"), **os.environ}
TESTS = [
    ["cargo", "test", "--quiet", "--locked", "-p", "machine"],
    ["cargo", "test", "--quiet", "--locked", "-p", "sim", "--test", "laws", "--test", "goals", "--test", "golden"],
]


def mutants():
    """(name, path, text, replacement) of each line."""
    for line in (pathlib.Path(__file__).parent / "mutants.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield [part.strip() for part in line.split(" | ")]


def killed_by(tree):
    """The first test command that fails, or none."""
    for command in TESTS:
        if subprocess.run(command, cwd=tree, env=ENVIRONMENT, capture_output=True, check=False).returncode:
            return " ".join(command[4:])
    return None


def main(names):
    """The command."""
    subprocess.run(["git", "worktree", "remove", "--force", str(TREE)], cwd=ROOT, capture_output=True, check=False)
    if subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(TREE)], cwd=ROOT, check=False).returncode:
        return 2
    if killed_by(TREE):
        print("the tests fail without any mutant", file=sys.stderr)
        return 2
    survived = []
    for name, file, text, replacement in mutants():
        if names and name not in names:
            continue
        path = TREE / "machine" / "src" / "trust" / file
        source = path.read_text()
        if source.count(text) != 1:
            print(f"{name}: {text!r} stands {source.count(text)} times in {file}", file=sys.stderr)
            return 2
        path.write_text(source.replace(text, replacement))
        killer = killed_by(TREE)
        path.write_text(source)
        print(f"{name:<28} {'killed by ' + killer if killer else 'SURVIVED'}", flush=True)
        survived += [] if killer else [name]
    subprocess.run(["git", "worktree", "remove", "--force", str(TREE)], cwd=ROOT, check=False)
    print(f"{len(survived)} survived" + (": " + ", ".join(survived) if survived else ""))
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
