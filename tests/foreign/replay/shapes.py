"""What an event may look like before anything is judged: fields, types, ranges. Every check here is a yes or a no."""

import re

import curves
from canonical import LIMIT
from texts import LAST_TICK

SCOPES = ("chat", "profile", "read", "referral", "session")
GUARDS = {"rate_user": "user", "rate_first_logins": "all", "rate_sessions": "user", "messages": "user", "code_uses": "code"}
JOINER = "\u200d"
SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
REFUSED_RANGES = ((0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
                  (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164),
                  (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159), (0x1D173, 0x1D17A),
                  (0xE0000, 0xE00FF), (0xE01F0, 0xE0FFF))
# Unicode's White_Space: written out, since Python's own `strip` takes four more
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


def pattern(expression):
    """A check: a string that matches as a whole."""
    compiled = re.compile(expression)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def between(low, high):
    """A check: an integer, and no boolean."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def record(**fields):
    """A check: an object with these fields and no other."""
    return lambda value: (isinstance(value, dict) and value.keys() == fields.keys()
                          and all(check(value[name]) for name, check in fields.items()))


def scope(value):
    """A sorted comma-joined subset of the scopes, not empty, nothing twice."""
    parts = value.split(",") if isinstance(value, str) else []
    return bool(parts) and parts == sorted(set(parts)) and set(parts) <= set(SCOPES)


def list_of(check):
    """A check: a list whose every item passes."""
    return lambda value: isinstance(value, list) and all(check(item) for item in value)


def pair(value):
    """One tier: up to which n, how much."""
    return isinstance(value, list) and len(value) == 2 and all(between(0, LIMIT)(item) for item in value)


def label(value):
    """At most 64 bytes that people can see: nothing invisible, no white space at either end, joiners only between two others, variation
    selectors only behind what shows."""
    if not isinstance(value, str) or len(value.encode()) > 64 or value != value.strip(WHITE_SPACE):
        return False
    joined = value.split(JOINER)
    selected = all(match.start() > 0 and not _is_invisible(value[match.start() - 1]) for match in SELECTOR.finditer(value))
    return (len(joined) == 1 or all(joined)) and selected and not any(map(_is_refused, "".join(joined)))


def _is_invisible(char):
    return char in WHITE_SPACE or char == JOINER or SELECTOR.match(char) is not None


def _is_refused(char):
    return any(low <= ord(char) <= high for low, high in REFUSED_RANGES)


def origin(value):
    """A lower-case host with or without a port, as a login text names it."""
    if not isinstance(value, str) or len(value) > 253:
        return False
    host, colon, port = value.partition(":")
    if colon and not (re.fullmatch("[1-9][0-9]{0,4}", port) and int(port) <= 65_535):
        return False
    parts = host.split(".")
    if re.fullmatch("0x[0-9a-f]*|[0-9]*", parts[-1]):
        # a browser takes it for an address
        return len(parts) == 4 and all(re.fullmatch("0|[1-9][0-9]{0,2}", part) and int(part) <= 255 for part in parts)
    return all(re.fullmatch("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", part) for part in parts)


def source(value):
    """`<ms>-<n>`: a tick and an unsigned 64-bit number, as Redis counts; decimals without leading zeros."""
    match = SOURCE.fullmatch(value) if isinstance(value, str) else None
    return match is not None and int(match[1]) <= LAST_TICK and int(match[2]) < 2**64


def good_key(value):
    """An Ed25519 key that can sign anything: canonical, on the curve, not of low order."""
    return hex64(value) and curves.ed_good_key(bytes.fromhex(value)) is not None


SOURCE = re.compile("(0|[1-9][0-9]{0,19})-(0|[1-9][0-9]{0,19})")
integer = between(0, LIMIT)
tick = between(0, LAST_TICK)
text = pattern(r"(?s).*")
hex64 = pattern("[0-9a-f]{64}")
hex128 = pattern("[0-9a-f]{128}")
user = pattern("user_[0-9a-f]{64}")
blob = record(sha256=hex64, size=between(1, 262_144))
guard = record(aegis=lambda value: isinstance(value, bool), max=integer, name=pattern("|".join(GUARDS)), per=pattern("all|code|user"),
               window_ms=integer)
RULESET_FIELDS = {
    "bonus_divisor": integer, "coherence_half": integer, "epoch_ms": integer, "guards": list_of(guard), "mint_cap_micro": integer,
    "referral_window_ms": integer, "semantics": integer, "tiers": list_of(pair), "user_cap_micro": integer, "version": integer}
ruleset = record(**RULESET_FIELDS)
login_fields = record(
    address=text, scheme=pattern("eip191|ed25519"), chain_id=integer, anchor=hex64, issued_at=tick, expires_at=tick,
    device_key=hex64, scope=scope, ttl=integer, device_sig=hex128)

BODIES = {
    "PROFILE_UPDATED": record(blob=blob),
    "KEYS_PUBLISHED": record(identity_key=hex64, prekey=hex64, prekey_sig=hex128),
    "REFERRAL_USE": record(code=pattern("[0-7][0-9A-HJKMNP-TV-Z]{25}")),
    "MESSAGE": record(to=user, thread=hex64, blob=blob),
    "SESSION_ROTATED": record(device_key=hex64, device_sig=hex128),
    "SESSION_REVOKED": record(session=hex64, reason=label),
    "PROFILE_ERASED": record(),
}
OPERATOR_BODIES = {
    "RULESET_ACTIVATED": record(ruleset=ruleset),
    "AEGIS_STAGED": record(stage=pattern("off|observe|enforce")),
    "OPERATOR_ROTATED": record(which=pattern("operator|log"), key=hex64, proof=hex128),
}


def event(value):
    """Whether a parsed event has the shape of its kind."""
    if not isinstance(value, dict) or not between(1, 1)(value.get("v")):
        return False
    kind = value.get("kind")
    if not isinstance(kind, str):
        return False
    if kind == "GENESIS":
        return _genesis(value)
    if kind == "LOGIN":
        return _login(value)
    if kind in OPERATOR_BODIES:
        return record(body=OPERATOR_BODIES[kind], counter=between(1, LIMIT), key=hex64, kind=text, session=pattern("operator"),
                      sig=hex128, v=integer)(value)
    return kind in BODIES and record(
        body=BODIES[kind], counter=between(1, LIMIT), key=hex64, kind=text, session=hex64, sig=hex128, v=integer)(value)


def ruleset_valid(rules):
    """The bounds that the specification sets for the numbers; semantics is the caller's concern."""
    milliseconds = [rules["epoch_ms"], rules["referral_window_ms"], rules["bonus_divisor"], rules["coherence_half"]]
    milliseconds += [item["window_ms"] for item in rules["guards"]]
    amounts = [rules["mint_cap_micro"], rules["user_cap_micro"]] + [amount for _, amount in rules["tiers"]]
    limits = [limit for limit, _ in rules["tiers"]]
    names = [item["name"] for item in rules["guards"]]
    return (all(1 <= number <= 10**12 for number in milliseconds) and all(amount <= 10**15 for amount in amounts)
            and limits and limits == sorted(set(limits)) and limits[-1] <= 10**9
            and len(names) == len(set(names)) and all(GUARDS[item["name"]] == item["per"] for item in rules["guards"])
            and all(item["max"] <= 10**9 for item in rules["guards"]))


def _genesis(value):
    body = record(log_key=good_key, operator_key=good_key, origin=origin, ruleset=ruleset, state_every=between(1, LIMIT))
    return record(body=body, kind=text, v=integer)(value) and value["body"]["log_key"] != value["body"]["operator_key"]


def _login(value):
    if not record(body=login_fields, kind=text, sig=text, v=integer)(value):
        return False
    body, sig = value["body"], value["sig"]
    if body["scheme"] == "eip191":
        return pattern("0x[0-9a-f]{40}")(body["address"]) and body["chain_id"] >= 1 and pattern("[0-9a-f]{130}")(sig)
    return hex64(body["address"]) and body["chain_id"] == 0 and hex128(sig)
