"""Turns off one rule at a time, and sees that a test fails.

    python3 tests/mutants/run.py             every mutant of every list
    python3 tests/mutants/run.py notes ttl   those of the list `notes.txt`, and the one called `ttl`
    python3 tests/mutants/run.py --check     builds nothing; sees that each mutant's text stands once in its file

A list holds a mutant a line: name | file under machine/src | text | what stands there instead. In both texts `\\|` is a bar, and `\\n` is the
end of a line unless the file has those two characters there. Each is put alone into a work tree
under target/mutants. It must compile; then tests are asked, the fastest first, until one fails: those beside the mutant, those of
the whole crate, those of the simulator. A mutant that survives all of them is a hole in the tests, unless `survivors.txt` names it
and argues why; one named there that is killed is an error, since its argument is wrong.
Exit 0: all were killed or are argued. 1: a hole, or a wrong argument. 2: it could not run.
"""

import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TREE = ROOT / "target" / "mutants"
# Not the tree's own: its crates would all be built again each time it is made.
ENVIRONMENT = {"CARGO_TARGET_DIR": str(ROOT / "target" / "mutants.target"), **os.environ}
# The tests beside a mutant are the first ones of these.
COMMANDS = [
    ["-p", "machine", "--lib"],
    ["-p", "machine", "--test", "*"],
    ["-p", "sim", "--test", "laws", "--test", "goals", "--test", "golden"],
]
# A mutant that makes a loop endless is noticed by that.
SECONDS_MAX = 1200


class Unusable(Exception):
    """A list that cannot be run; the message says why."""


def rows(file, parts):
    """The lines of a list, split into so many parts."""
    for line in file.read_text().splitlines():
        if line and not line.startswith("#"):
            row = [part.strip() for part in line.split(" | ")]
            if len(row) != parts or not all(row):
                raise Unusable(f"{file.name}: not {parts} parts: {line}")
            yield row


def read_lists():
    """{name of the list: [(name, path, text, replacement)]}, and {name: argument} of the survivors."""
    files = sorted(file for file in HERE.glob("*.txt") if file.name != "survivors.txt")
    lists = {file.stem: list(rows(file, 4)) for file in files}
    survivors = dict(rows(HERE / "survivors.txt", 2))
    names = [mutant[0] for mutants in lists.values() for mutant in mutants]
    twice = {name for name in names if names.count(name) > 1} | (set(names) & set(lists))
    if twice:
        raise Unusable(f"a name used twice: {', '.join(sorted(twice))}")
    if set(survivors) - set(names):
        raise Unusable(f"survivors.txt names no mutant: {', '.join(sorted(set(survivors) - set(names)))}")
    return lists, survivors


def chosen(lists, wanted):
    """The mutants of these lists and names; all without any."""
    unknown = [word for word in wanted if word not in lists and all(word != m[0] for ms in lists.values() for m in ms)]
    if unknown:
        raise Unusable(f"neither a list nor a mutant: {', '.join(unknown)}")
    return [m for name, ms in lists.items() for m in ms if not wanted or name in wanted or m[0] in wanted]


def mutated(tree, mutant):
    """(file, its text, the text with the mutant)."""
    name, path, text, replacement = mutant
    file = tree / "machine" / "src" / path
    source = file.read_text() if file.exists() else ""
    for spell in (lambda text: text.replace("\\|", "|"), lambda text: text.replace("\\|", "|").replace("\\n", "\n")):
        if source.count(spell(text)) == 1:
            return file, source, source.replace(spell(text), spell(replacement))
    raise Unusable(f"{name}: {text!r} stands {source.count(text)} times in {path}")


def cargo(*arguments):
    """Whether a cargo command succeeds in the tree; `None` if it takes too long."""
    command = ["cargo", "test", "--quiet", "--locked", *arguments]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    # In a group of its own: what cargo started ends with it.
    with subprocess.Popen(command, cwd=TREE, env=ENVIRONMENT, start_new_session=True, **quiet) as process:
        try:
            return process.wait(SECONDS_MAX) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None


def beside(path):
    """The module of a mutant, in which the tests that were written for it stand: `kernel::note`, `trust`."""
    parts = path.removesuffix(".rs").split("/")
    return "::".join(parts[:2] if parts[0] == "kernel" else parts[:1])


def killer(path):
    """The first command whose tests fail or never end with a mutant in this file; `None` if none does."""
    filters = [["--", beside(path)], *([] for _ in COMMANDS)]
    for command, only in zip([COMMANDS[0], *COMMANDS], filters):
        if not cargo("--no-run", *command):
            raise Unusable("it does not compile")
        passed = cargo(*command, *only)
        if not passed:
            return " ".join(command + only) + ("" if passed is False else ", which never ends")
    return None


def sound(survived):
    """Raises unless the tests pass without any mutant: all that were asked."""
    commands = COMMANDS if survived else COMMANDS[:1]
    for command in commands:
        if not cargo(*command):
            raise Unusable(f"without any mutant the tests fail: {' '.join(command)}")


def try_all(mutants, survivors):
    """(mutants that survived without an argument, survivors that were killed, whether more than the first tests were asked)."""
    holes, wrong, asked = [], [], False
    for mutant in mutants:
        file, source, changed = mutated(TREE, mutant)
        file.write_text(changed)
        try:
            found = killer(mutant[1])
        except Unusable as error:
            raise Unusable(f"{mutant[0]}: {error}") from None
        finally:
            file.write_text(source)
        argued, asked = mutant[0] in survivors, asked or not found or not found.startswith(" ".join(COMMANDS[0]))
        (wrong if found and argued else holes if not found and not argued else []).append(mutant[0])
        print(f"{mutant[0]:<28} {'killed by ' + found if found else 'SURVIVED'}{', argued' * argued}", flush=True)
    return holes, wrong, asked


def run(wanted):
    """Tries what is wanted in a work tree of its own."""
    lists, survivors = read_lists()
    mutants = chosen(lists, wanted)
    subprocess.run(["git", "worktree", "remove", "--force", str(TREE)], cwd=ROOT, capture_output=True, check=False)
    if subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(TREE)], cwd=ROOT, check=False).returncode:
        raise Unusable("git gives no work tree")
    try:
        sound(survived=False)
        holes, wrong, asked = try_all(mutants, survivors)
        sound(survived=asked)
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(TREE)], cwd=ROOT, check=False)
    print(f"{len(mutants)} mutants, {len(holes)} survived" + (": " + ", ".join(holes) if holes else ""))
    if wrong:
        print(f"survivors.txt is wrong, these were killed: {', '.join(wrong)}")
    return 1 if holes or wrong else 0


def main(wanted):
    """The command."""
    try:
        if wanted == ["--check"]:
            mutants = chosen(read_lists()[0], [])
            for mutant in mutants:
                mutated(ROOT, mutant)
            print(f"{len(mutants)} mutants stand where they should")
            return 0
        return run(wanted)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
