"""The history behind `replicated_v1.jsonl`: entries with their place in a replicated log, whose clock gives the tick."""

from author import START, Author, Person, genesis
from canonical import encode, parse
from machine import entry_hash


def write():
    """The whole history, as an Author."""
    author = Author()
    author.add(0, genesis(state_every=3))
    hugo, iris = Person(author, "hugo", "eip191"), Person(author, "iris", "ed25519")
    hugo.login(0, src=f"{START - 5}-0")
    iris.login(0, src=f"{START}-0")
    iris.send(0, hugo, "m 1", 1, src=f"{START}-1")
    hugo.send(0, iris, "m 2", 1, src=f"{START}-10")
    hugo.rotate(0, "hugo device 2", src=f"{START + 9_999}-0")
    hugo.send(0, iris, "m 3", 1, src=f"{START + 9_999}-9007199254740991")
    iris.send(0, hugo, "m 4", 1, src=f"{START + 25_000}-0")
    hugo.send(0, iris, "m 5", 1, src=f"{START + 25_001}-7")
    _bad(author)
    return author


def _bad(author):
    """The last line again, with a place or a tick that it cannot have; all else is made to fit."""
    last = parse(author.lines[-1])
    at, ms = last["at"], f"{last['at']}"
    for changed in ({"src": f"0{ms}-7"}, {"src": f"{ms}-07"}, {"src": f"{ms}-00"}, {"src": f"+{ms}-7"}, {"src": f"{ms}-+7"}, {"src": f" {ms}-7"},
                    {"src": f"{ms}-7 "}, {"src": f"{ms}-"}, {"src": f"{ms}"}, {"src": "-7"}, {"src": ""}, {"src": f"{ms}-7-7"}, {"src": f"{ms}.0-7"},
                    {"src": f"{ms}-x"}, {"src": f"{ms}-*"}, {"src": "not-a-src"}, {"src": "\u0661-7"}, {"src": f"{at + 1}-7"},
                    {"src": f"{at - 1}-7"}, {"at": at + 1}, {"at": at - 1}):
        line = {**last, **changed}
        author.bad.append(encode({**line, "hash": entry_hash(line)}))
