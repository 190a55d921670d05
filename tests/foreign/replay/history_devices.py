"""The history behind `devices_v1.jsonl`: more device keys than count, the circle of a code that forgets them, and a day's worth of sessions."""

from author import DAY, START, Author, Person, genesis, public

DAY_ENDS = DAY - START % DAY


def write():
    """The whole history, as an Author."""
    author = Author()
    author.add(0, genesis(state_every=50))
    oscar, uma, vic = (Person(author, name, scheme) for name, scheme in (("oscar", "eip191"), ("uma", "ed25519"), ("vic", "ed25519")))
    guests = {}
    _sixty_four_devices(oscar, uma)
    _a_circle_forgets(oscar, uma, vic, guests)
    _an_owner_forgets(oscar, guests)
    _a_hundred_sessions(oscar)
    return author


def _circle(owner, phrase):
    """(own, users) of a device key in an owner's circle, or None."""
    row = owner.author.ledger.state.get("circles", f"{owner.id}/{public(phrase)}")
    return row and (row["own"], row["users"])


def _sixty_four_devices(oscar, uma):
    """Uma's first key is Oscar's too; once she has added 64 others, it is no device of hers any more, and she may use his code."""
    at = 1_000
    oscar.login(at, device="oscar device 0")
    oscar.login(at + 1, device="uma device 0")
    uma.login(at + 2, device="uma device 0")
    for number in range(1, 64):
        uma.rotate(at + 500 * number, f"uma device {number}")
    uma.author.refuses("duplicate_device", uma.use_code, 33_000, oscar)
    uma.rotate(33_000, "uma device 64")
    uma.use_code(33_500, oscar)
    assert (_circle(oscar, "uma device 0"), _circle(oscar, "uma device 1")) == ((True, 0), (False, 1))
    assert _circle(uma, "uma device 0") is None


def _a_circle_forgets(oscar, uma, vic, guests):
    """What Uma's newer keys push out leaves Oscar's circle, unless Vic has it as well: then once Vic alone is counted."""
    author, at = oscar.author, 40_000
    vic.login(at, device="vic device")
    vic.use_code(at + 1, oscar)
    vic.login(at + 2, device="uma device 2")
    vic.login(at + 3, device="oscar device 0")
    assert (_circle(oscar, "uma device 2"), _circle(oscar, "oscar device 0")) == ((False, 2), (True, 1))
    for name, device in (("wes", "uma device 1"), ("xena", "uma device 2"), ("yves", "uma device 0"), ("zoe", "oscar device 0")):
        guests[name] = Person(author, name, "ed25519")
        guests[name].login(at + 10, device=device)
        author.refuses("duplicate_device", guests[name].use_code, at + 10, oscar)
    uma.rotate(at + 20, "uma device 65")
    assert _circle(oscar, "uma device 1") is None
    guests["wes"].use_code(at + 21, oscar)
    uma.rotate(at + 30, "uma device 66")
    assert _circle(oscar, "uma device 2") == (False, 1)
    author.refuses("duplicate_device", guests["xena"].use_code, at + 31, oscar)
    uma.rotate(at + 40, "uma device 66")
    uma.rotate(at + 41, "uma device 1")
    assert (_circle(oscar, "uma device 1"), _circle(oscar, "uma device 3")) == ((False, 2), None)
    guests["xena"].login(at + 50, device="xena device")


def _an_owner_forgets(oscar, guests):
    """The owner's own keys leave as well; one that a guest has stays, and Oscar's return to an old one counts as new."""
    author, at = oscar.author, 60_000
    for number in range(1, 63):
        oscar.rotate(at + 600 * number, f"oscar device {number}")
    author.refuses("duplicate_device", guests["yves"].use_code, at + 38_000, oscar)
    oscar.rotate(at + 38_000, "oscar device 63")
    assert _circle(oscar, "oscar device 0") == (False, 1)
    author.refuses("duplicate_device", guests["zoe"].use_code, at + 38_001, oscar)
    author.refuses("duplicate_device", guests["yves"].use_code, at + 38_001, oscar)
    oscar.rotate(at + 38_002, "oscar device 64")
    assert _circle(oscar, "uma device 0") is None
    guests["yves"].use_code(at + 38_003, oscar)
    oscar.rotate(at + 38_004, "oscar device 0")
    assert _circle(oscar, "oscar device 0") == (True, 1)


def _a_hundred_sessions(oscar):
    """A hundred LOGINs and rotations a day, and not one more before the next."""
    author, at, opened = oscar.author, 200_000, 2 + 65
    for number in range(opened, 100):
        oscar.rotate(at + 1_000 * number, f"oscar device {number}")
    for act in (lambda when: oscar.rotate(when, "oscar device 100"), lambda when: oscar.login(when, device="oscar device 0")):
        author.refuses("rate_sessions", act, at + 100_000)
        author.refuses("rate_sessions", act, DAY_ENDS - 1)
    oscar.profile(DAY_ENDS - 1, "oscar profile", 100)
    oscar.rotate(DAY_ENDS, "oscar device 100")
    oscar.login(DAY_ENDS + 2 * DAY, device="oscar device 101")
