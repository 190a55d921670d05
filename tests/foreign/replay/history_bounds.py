"""The history behind `bounds_v1.jsonl`: numbers at their ends. Origins, rulesets, guards, points, erased profiles, the last tick."""

from author import DAY, MINUTE, NEUTRAL, NEUTRAL_SPELLED_OTHERWISE, RULESET, START, Author, Operator, Person, blob, genesis, guards, public
from canonical import encode
from texts import LAST_TICK

ORIGIN = "0.a-1.x--y." + ".".join(c * 63 for c in "bcd") + "." + "e" * 44 + ":65535"
NO_ORIGINS = ("", ":", "a:b", "host:", ":80", "host:0", "host:080", "host:+80", "host:65536", "host:99999", "host:1:2", "..", ".", ".a", "a.",
              "a..b", "-a.b", "a-.b", "a.-b", "a.b-", "A.b", "a_b", "a b", "a/b", "\u00e9.b", "[::1]:80", ORIGIN.replace("e:", "ee:"),
              "b" * 64 + ".c", "127.1", "0x7f.0.0.1", "a.1", "1.2.3", "1.2.3.256", "1.2.3.04")
TRILLION, QUADRILLION = 10**12, 10**15
# y = p + 3: on the curve and of high order, but spelled otherwise than it has to be
HIGH_ORDER_SPELLED_OTHERWISE = "f0" + "ff" * 30 + "7f"


def write():
    """The whole history, as an Author."""
    author = Author(ORIGIN)
    _no_genesis(author)
    author.add(0, genesis(5, origin=ORIGIN))
    operator = Operator(author)
    _rulesets(operator)
    _long_rulesets(operator)
    owners = _points_run_out(operator)
    _caps_and_windows(operator, *owners)
    _guards(operator, *owners)
    _every_guard_advises(operator, *owners)
    _erased_twice(operator, *owners)
    _the_last_tick(operator, owners[0])
    return author


def _no_genesis(author):
    for origin in NO_ORIGINS:
        author.refuses("shape", author.add, 0, genesis(5, origin=origin))
    for key in ("00" * 32, NEUTRAL, NEUTRAL_SPELLED_OTHERWISE, HIGH_ORDER_SPELLED_OTHERWISE):
        for field in ("log_key", "operator_key"):
            author.refuses("shape", author.add, 0, genesis(5, origin=ORIGIN, **{field: key}))
    stranger = Person(author, "olga", "eip191")
    stranger.take_up("0" * 64, "olga device")
    author.refuses("genesis", stranger.profile, 0, "p", 1)
    author.refuses("genesis", Operator(author).stage, 0, "off")


def _rulesets(operator):
    """Each number at both ends, and one beyond."""
    refuses, at = operator.author.refuses, 1_000
    for beyond in (
            {"bonus_divisor": 0}, {"bonus_divisor": TRILLION + 1}, {"coherence_half": 0}, {"coherence_half": TRILLION + 1},
            {"epoch_ms": 0}, {"epoch_ms": TRILLION + 1}, {"referral_window_ms": 0}, {"referral_window_ms": TRILLION + 1},
            {"guards": guards(rate_sessions={"window_ms": 0})}, {"guards": guards(rate_sessions={"window_ms": TRILLION + 1})},
            {"guards": guards(rate_sessions={"max": 10**9 + 1})}, {"guards": guards() + guards()[2:3]},
            {"mint_cap_micro": QUADRILLION + 1}, {"user_cap_micro": QUADRILLION + 1}, {"tiers": [[1, QUADRILLION + 1]]},
            {"tiers": [[10**9 + 1, 1]]}, {"tiers": [[5, 1], [5, 2]]}, {"tiers": [[5, 2], [4, 1]]}, {"version": 1}, {"version": 3}):
        refuses("ruleset_invalid", operator.rules, at, **beyond)
    every = {guard["name"]: {"max": 10**9, "window_ms": TRILLION} for guard in RULESET["guards"]}
    operator.rules(at, bonus_divisor=TRILLION, coherence_half=TRILLION, epoch_ms=TRILLION, guards=guards(**every), mint_cap_micro=QUADRILLION,
                   referral_window_ms=TRILLION, tiers=[[10**9 - 1, QUADRILLION], [10**9, QUADRILLION]], user_cap_micro=QUADRILLION)
    every = {guard["name"]: {"max": 0, "window_ms": 1} for guard in RULESET["guards"]}
    operator.rules(at, bonus_divisor=1, coherence_half=1, epoch_ms=1, guards=guards(**every), mint_cap_micro=0, referral_window_ms=1,
                   tiers=[[0, 0], [1, 0]], user_cap_micro=0)
    refuses("rate_user", Person(operator.author, "olga", "eip191").login, at)
    operator.rules(at, guards=[])


def _long_rulesets(operator):
    """32,768 bytes, and one more."""
    author, at = operator.author, 2_000
    version = author.ledger.state.get("ruleset", "only")["version"] + 1
    intent = {"body": {"ruleset": {**RULESET, "tiers": [], "version": version}}, "counter": operator.counter + 1, "key": public("operator"),
              "kind": "RULESET_ACTIVATED", "session": "operator", "sig": "0" * 128, "v": 1}
    room = 32_768 - len(encode(intent))
    tiers = [[100_000_000 + number, QUADRILLION] for number in range((room - 27) // 29)]
    rest = room - 29 * len(tiers) - 25
    tiers += [[10**9 - 2, 1], [10**9 - 1, 10**(rest - 2)]]
    author.refuses("size", operator.rules, at, tiers=tiers[:-2] + [[10**9 - 2, 10], tiers[-1]])
    entry = operator.rules(at, tiers=tiers)
    assert len(encode(entry["event"])) == 32_768


def _points_run_out(operator):
    """Each closing is worth as much as a ruleset can say, in an epoch of its own, until no more may ever be granted to all."""
    author, at = operator.author, 3_000
    operator.rules(at, tiers=[[100, QUADRILLION]], user_cap_micro=QUADRILLION, mint_cap_micro=QUADRILLION, epoch_ms=1)
    olga, pete = Person(author, "olga", "eip191"), Person(author, "pete", "ed25519")
    olga.login(at)
    pete.login(at)
    grants = [_close(olga, pete, at + 10)]
    for number in range(1, 11):
        guest, owner = Person(author, f"guest {number}", "ed25519"), olga if number < 6 else pete
        guest.login(at + 100 * number)
        grants.append(_close(owner, guest, at + 100 * number + 10))
    rest = 2**53 - 1 - 9 * QUADRILLION
    assert grants == [QUADRILLION] * 9 + [rest, 0], grants
    return olga, pete


def _close(owner, guest, at):
    """A referral from its use to its end; gives what was granted."""
    guest.use_code(at, owner)
    owner.send(at + 1, guest, f"to {guest.name}", 1)
    reward = guest.send(at + 2, owner, f"from {guest.name}", 1)["effects"][2]
    return reward["granted_micro"]


def _caps_and_windows(operator, olga, pete):
    """Olga has six closed referrals: too many for a last tier of six. Ten seconds after a first LOGIN, or after a first MESSAGE, it is
    too late."""
    author, at, refuses = operator.author, 10_000, operator.author.refuses
    assert olga.row()["closed"] == 6
    operator.rules(at, tiers=[[6, 1]], referral_window_ms=10_000)
    quinn, rita, sean = (Person(author, name, "ed25519") for name in ("quinn", "rita", "sean"))
    for person in (quinn, rita, sean):
        person.login(at)
    refuses("cap", quinn.use_code, at, olga)
    operator.rules(at, tiers=[[7, 1]], referral_window_ms=10_000)
    sean.send(at + 1, pete, "m", 1)
    refuses("too_late", sean.use_code, at + 1, olga)
    quinn.use_code(at + 9_999, olga)
    refuses("too_late", rita.use_code, at + 10_000, olga)
    rita.profile(at + 10_000, "rita profile", 1)


def _guards(operator, olga, pete):
    """Each of the five lets one entry pass in its window, the next one in the next."""
    author, at, refuses = operator.author, 30_000, operator.author.refuses
    sam, tess = Person(author, "sam", "ed25519"), Person(author, "tess", "ed25519")
    one = {"aegis": False, "max": 1, "window_ms": 10_000}
    for number, (name, first, second) in enumerate((
            ("rate_user", lambda when: olga.profile(when, "olga profile 1", 1), lambda when: olga.profile(when, "olga profile 2", 1)),
            ("rate_first_logins", sam.login, tess.login),
            ("rate_sessions", lambda when: pete.rotate(when, "pete device 2"), lambda when: pete.login(when, device="pete device 3")),
            ("messages", lambda when: pete.send(when, olga, "m", 1), lambda when: pete.send(when, sam, "m", 1)),
            ("code_uses", lambda when: sam.use_code(when, pete), lambda when: tess.use_code(when, pete)))):
        when = at + 100_000 * number
        operator.rules(when, guards=guards(**{name: one}))
        first(when)
        refuses(name, second, when + 9_999)
        second(when + 10_000)


def _every_guard_advises(operator, olga, pete):
    """All five are AEGIS's and let nothing pass: what they say comes before all other effects, in their order."""
    author, at, refuses = operator.author, 600_000, operator.author.refuses
    none = {guard["name"]: {"aegis": True, "max": 0} for guard in RULESET["guards"]}
    operator.rules(at, guards=guards(**none))
    operator.stage(at, "observe")
    vera = Person(author, "vera", "eip191")
    names = lambda entry: [effect.get("guard", effect["kind"]) for effect in entry["effects"]]
    assert names(vera.login(at)) == ["rate_user", "rate_first_logins", "rate_sessions", "SessionOpened"]
    assert names(vera.rotate(at + 1, "vera device 2")) == ["rate_user", "rate_sessions", "SessionClosed", "SessionOpened"]
    assert names(vera.use_code(at + 2, pete)) == ["rate_user", "code_uses", "ReferralUsed"]
    pete.send(at + 3, vera, "m", 1)
    assert names(vera.send(at + 4, pete, "m", 1))[:4] == ["rate_user", "messages", "MessageRelayed", "ReferralClosed"]
    operator.stage(at + 5, "enforce")
    refuses("aegis", vera.profile, at + 6, "p", 1)
    refuses("no_profile", vera.erase, at + 6)
    refuses("aegis", vera.login, at + 6)
    refuses("ttl", vera.login, at + 6, ttl=0)
    refuses("aegis", Person(author, "walt", "ed25519").login, at + 6)
    operator.stage(at + 7, "off")
    assert names(vera.profile(at + 8, "vera profile", 1)) == ["ProfileChanged"]


def _erased_twice(operator, olga, pete):
    """A digest is erased for whoever erases it. Once more it may be named, and erased again: the row says when last."""
    author, at, refuses = operator.author, 700_000, operator.author.refuses
    operator.rules(at)
    for person in (olga, pete):
        person.profile(at, "shared profile", 262_144)
    olga.erase(at + 1)
    refuses("no_profile", olga.erase, at + 2)
    key = f"{olga.id}/{blob('shared profile', 1)['sha256']}"
    assert [name for name, _ in author.ledger.state.items("erased")] == [key]
    olga.profile(at + 3, "shared profile", 1)
    olga.erase(at + 4, counter=olga.counter + 5)
    refuses("stale", olga.erase, at + 5, counter=olga.counter - 1)
    refuses("stale", olga.profile, at + 5, "p", 1, counter=olga.counter - 2)
    assert author.ledger.state.get("erased", key) == {"at": START + at + 4}
    pete.erase(at + 6)
    olga.profile(at + 7, "olga profile 3", 2)
    olga.profile(at + 8, "olga profile 4", 3)
    assert len(author.ledger.state.items("erased")) == 2
    olga.login(at + 9, device="olga device 2")
    olga.profile(at + 10, "olga profile 5", 4, counter=1)


def _the_last_tick(operator, olga):
    """The last second that a ledger can know; a session that opens then would outlive it."""
    author, last = operator.author, LAST_TICK - START
    operator.stage(last - 1_000, "off")
    author.refuses("session_inactive", olga.profile, last - 1_000, "p", 1)
    event = olga.login_event(last - 1, expires_at=LAST_TICK)
    author.refuses("shape", author.add, last - 1, {**event, "body": {**event["body"], "expires_at": LAST_TICK + 1}})
    entry = olga.login(last - 1, issued_at=LAST_TICK - 10 * MINUTE, expires_at=LAST_TICK, ttl=30 * DAY)
    assert entry["effects"][0]["until"] > LAST_TICK
    author.refuses("session_exists", author.add, last, entry["event"])
    author.refuses("expired", olga.login, last, issued_at=LAST_TICK - 1, expires_at=LAST_TICK)
    olga.profile(last, "olga profile 6", 5)
