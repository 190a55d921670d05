"""The trust machine a second time, from the specification's text alone: `apply` says what an event causes, or why it is refused.

Every kind of event, in every stage of AEGIS.
"""

import dataclasses

import rows
import shapes
from canonical import LIMIT, encode
from log import Tree
from signing import proof_bytes, signature_refusal, verifies
from tables import Draft, State, delta
from texts import event_id, referral_code, session_id, sha256, tagged, thread_id, user_id

ANCHOR_WINDOW_MS = 10_000
ANCHOR_LIFE_MS = 600_000
LOGINS_REMOVED_MAX = 4
SESSIONS_MAX = 16
ENDED_MAX = 16
DEVICES_MAX = 64
REFERRERS_MAX = 256
NEEDS = {"MESSAGE": "chat", "KEYS_PUBLISHED": "chat", "PROFILE_UPDATED": "profile", "PROFILE_ERASED": "profile",
         "REFERRAL_USE": "referral", "SESSION_ROTATED": "session", "SESSION_REVOKED": "session"}


class Refused(Exception):
    """An event that may not happen; the message is its code."""


class Unsupported(Exception):
    """An event or rules that this implementation does not know."""


@dataclasses.dataclass(frozen=True)
class Stamp:
    """Where an event falls: its seq, its tick, and the hash of the entry before."""

    seq: int
    at: int
    prev: str


class Ledger:
    """The state together with the chain's head and the log's tree."""

    def __init__(self):
        self.state, self.tree = State(), Tree()
        self.seq, self.at, self.head = 0, 0, "0" * 64

    def copy(self):
        """A ledger that can go its own way."""
        other = Ledger()
        other.state, other.seq, other.at, other.head = self.state.copy(), self.seq, self.at, self.head
        other.tree.size, other.tree.peaks = self.tree.size, list(self.tree.peaks)
        return other

    def next_entry(self, event, at, src=None):
        """(entry, changes): what the next line must be if it holds this event at this tick. Raises Refused."""
        effects, changes = apply(self.state, Stamp(self.seq, at, self.head), event)
        entry = {"at": at, "delta": delta(changes), "effects": effects, "event": event, "prev": self.head, "seq": self.seq, "v": 1}
        if src is not None:
            entry["src"] = src
        every = event["body"]["state_every"] if self.seq == 0 else self.state.get("genesis", "only")["state_every"]
        if self.seq % every == 0:
            entry["state"] = self.state.root(changes)
        return {**entry, "hash": entry_hash(entry)}, changes

    def commit(self, entry, changes):
        """Takes an entry that was checked or made here."""
        self.state.commit(changes)
        self.tree.append(encode(entry))
        self.seq, self.at, self.head = self.seq + 1, entry["at"], entry["hash"]

    def log_key(self):
        """The key that signs a checkpoint of the present size."""
        return bytes.fromhex(self.state.get("log", "only")["key"])


def tick_of(src, head_at):
    """The tick of an entry that a replicated log brought: that of its place there, unless the ledger is further already."""
    return max(int(src.partition("-")[0]), head_at)


def entry_hash(entry):
    """An entry's hash, from all its fields but `hash`."""
    return sha256(tagged("entry", encode({name: value for name, value in entry.items() if name != "hash"}).decode()))


def apply(state, stamp, event):
    """(effects, changed rows) of an event. Raises Refused with the state unchanged."""
    if not shapes.event(event):
        raise Refused("shape")
    kind, operator = event["kind"], event["kind"] in shapes.OPERATOR_BODIES
    _refuse_if(len(encode(event)) > (32_768 if operator or kind == "GENESIS" else 4_096), "size")
    if kind in ("GENESIS", "RULESET_ACTIVATED") and event["body"]["ruleset"]["semantics"] != 1:
        raise Unsupported(f"semantics {event['body']['ruleset']['semantics']}")
    draft = Draft(state)
    if kind == "GENESIS":
        effects = _genesis(draft, stamp, event["body"])
    else:
        _refuse_if(stamp.seq == 0, "genesis")
        _anchors(draft, stamp)
        _logins(draft, stamp)
        effects = (_operate if operator else _login if kind == "LOGIN" else _intent)(draft, stamp, event)
    _head(draft, stamp)
    changes = draft.changes()
    rows.check(changes)
    return effects, changes


def _refuse_if(condition, code):
    if condition:
        raise Refused(code)


# --- every entry ---

def _anchors(draft, stamp):
    head = draft.get("head", "only")
    if not head["first"]:
        return
    draft.put("anchors", stamp.prev, {"at": head["at"]})
    anchors = sorted(draft.items("anchors"), key=lambda item: item[1]["at"])
    for (key, _), (_, successor) in zip(anchors, anchors[1:]):
        if successor["at"] + ANCHOR_LIFE_MS <= stamp.at:
            draft.drop("anchors", key)


def _logins(draft, stamp):
    """Forgets the LOGINs that cannot be replayed any more, a few an entry."""
    spent = sorted(key for key, _ in draft.items("logins") if int(key.partition("/")[0]) <= stamp.at)
    for key in spent[:LOGINS_REMOVED_MAX]:
        draft.drop("logins", key)


def _head(draft, stamp):
    head = draft.get("head", "only")
    first = head is None or head["at"] // ANCHOR_WINDOW_MS != stamp.at // ANCHOR_WINDOW_MS
    draft.put("head", "only", {"at": stamp.at, "first": first})


def _genesis(draft, stamp, body):
    rules = body["ruleset"]
    _refuse_if(rules["version"] != 1 or not shapes.ruleset_valid(rules), "ruleset_invalid")
    _refuse_if(stamp.seq != 0, "genesis")
    draft.put("aegis", "only", {"stage": "off"})
    draft.put("genesis", "only", {"origin": body["origin"], "state_every": body["state_every"]})
    draft.put("log", "only", {"key": body["log_key"]})
    draft.put("operator", "only", {"counter": 0, "key": body["operator_key"]})
    draft.put("ruleset", "only", rules)
    return []


def _count(draft, stamp, subjects):
    """Counts for the guards that concern the entry, and refuses what is over one that is not of AEGIS. Those of AEGIS that it is
    over: [Advised]."""
    advised = []
    for guard in draft.get("ruleset", "only")["guards"]:
        if guard["name"] in subjects:
            subject = subjects[guard["name"]]
            key = guard["name"] + "/" + subject
            row, window = draft.get("guards", key), stamp.at // guard["window_ms"]
            count = row["count"] if row and row["window"] == window else 0
            if count >= guard["max"]:
                _refuse_if(not guard["aegis"], guard["name"])
                advised.append({"guard": guard["name"], "kind": "Advised", "subject": subject})
            draft.put("guards", key, {"count": count + 1, "window": window})
    return advised


def _aegis(draft, advised):
    """What the stage makes of the guards that an entry is over; judged last."""
    stage = draft.get("aegis", "only")["stage"]
    _refuse_if(stage == "enforce" and advised, "aegis")
    return advised if stage == "observe" else []


# --- the operator ---

def _operate(draft, _stamp, event):
    origin, row, body = draft.get("genesis", "only")["origin"], draft.get("operator", "only"), event["body"]
    refusal = signature_refusal(origin, event)
    _refuse_if(refusal is not None, refusal)
    _refuse_if(row["key"] != event["key"], "wrong_key")
    _refuse_if(event["counter"] <= row["counter"], "counter_used")
    _refuse_if(event["counter"] > row["counter"] + 1, "counter_ahead")
    draft.update("operator", "only", counter=event["counter"])
    if event["kind"] == "AEGIS_STAGED":
        draft.put("aegis", "only", {"stage": body["stage"]})
        return [{"kind": "StageChanged", "stage": body["stage"]}]
    if event["kind"] == "RULESET_ACTIVATED":
        rules, last = body["ruleset"], draft.get("ruleset", "only")["version"]
        _refuse_if(rules["version"] != last + 1 or not shapes.ruleset_valid(rules), "ruleset_invalid")
        draft.put("ruleset", "only", rules)
        return [{"kind": "RulesetChanged", "version": rules["version"]}]
    table = body["which"]
    replaced = draft.get(table, "only")["key"]
    _refuse_if(not verifies(body["key"], proof_bytes(origin, table, replaced), body["proof"]), "bad_proof")
    draft.put(table, "only", {**draft.get(table, "only"), "key": body["key"]})
    return [{"key": body["key"], "kind": "KeyRotated", "which": table}]


# --- LOGIN ---

def _login(draft, stamp, event):
    body, origin = event["body"], draft.get("genesis", "only")["origin"]
    refusal = signature_refusal(origin, event)
    _refuse_if(refusal is not None, refusal)
    session, user = session_id(origin, body), user_id(body["scheme"], body["address"])
    replayable = f"{body['expires_at']:016}/{session}"
    _refuse_if(draft.get("logins", replayable) is not None or draft.get("sessions", session) is not None, "session_exists")
    first = draft.get("users", user) is None
    subjects = {"rate_user": user, "rate_sessions": user} | ({"rate_first_logins": "all"} if first else {})
    advised = _count(draft, stamp, subjects)
    _login_rules(draft, stamp, body)
    advised = _aegis(draft, advised)
    draft.put("logins", replayable, {})
    if first:
        _create_user(draft, stamp, user, body["address"])
    left, kept = _expired(draft, stamp, user)
    closed = [_end(draft, kept[0], "evicted")] if len(kept) == SESSIONS_MAX else []
    opened = _open(draft, stamp, user, session, body, first)
    _list_sessions(draft, stamp, user, kept[len(closed):] + [session], left + kept[:len(closed)])
    return advised + closed + [opened]


def _login_rules(draft, stamp, body):
    life = body["expires_at"] - body["issued_at"]
    _refuse_if(draft.get("anchors", body["anchor"]) is None, "anchor_unknown")
    _refuse_if(body["issued_at"] > stamp.at + 60_000, "issued_in_future")
    _refuse_if(stamp.at >= body["expires_at"], "expired")
    _refuse_if(not 0 < life <= 600_000, "lifetime")
    _refuse_if(not 60_000 <= body["ttl"] <= 30 * 86_400_000, "ttl")


def _create_user(draft, stamp, user, account):
    draft.put("users", user, {
        "account": account, "closed": 0, "coherence_ppm": 0, "created": stamp.at, "devices": 0, "ended": [], "epoch": 0,
        "epoch_micro": 0, "loops": 0, "messaged": False, "points_micro": 0, "sessions": []})
    code = referral_code(user)
    if draft.get("codes", code) is None:
        draft.put("codes", code, {"user": user})


def _is_active(session, at):
    return session["ended"] == "" and at < session["until"]


def _end(draft, sid, how, reason=""):
    """Ends a session before its time."""
    user = draft.get("sessions", sid)["user"]
    draft.update("sessions", sid, ended=how)
    effect = {"cause": how, "kind": "SessionClosed", "session": sid, "user": user}
    return {**effect, "reason": reason} if reason else effect


def _expired(draft, stamp, user):
    """(the listed sessions that are not active any more, those that are)."""
    listed = draft.get("users", user)["sessions"]
    active = [sid for sid in listed if _is_active(draft.get("sessions", sid), stamp.at)]
    return [sid for sid in listed if sid not in active], active


def _list_sessions(draft, stamp, user, listed, left):
    """Replaces a user's list of sessions by `listed`; those that leave join the ended, of which the oldest are forgotten. Chat keys
    go with the last active session of their device."""
    session = lambda sid: draft.get("sessions", sid)
    kept = {session(sid)["device_key"] for sid in listed if _is_active(session(sid), stamp.at)}
    for device in {session(sid)["device_key"] for sid in left} - kept:
        draft.drop("chat_keys", f"{user}/{device}")
    ended = draft.get("users", user)["ended"] + left
    for sid in ended[:-ENDED_MAX]:
        draft.drop("sessions", sid)
    draft.update("users", user, ended=ended[-ENDED_MAX:], sessions=listed)


def _open(draft, stamp, user, session, body, first):
    device, until = body["device_key"], stamp.at + body["ttl"]
    draft.put("sessions", session, {
        "device_key": device, "ended": "", "newest": 0, "scope": body["scope"], "since": stamp.at, "until": until, "user": user,
        "window": "0" * 16})
    _own_device(draft, user, device)
    return {"device_key": device, "first": first, "kind": "SessionOpened", "scope": body["scope"], "session": session,
            "until": until, "user": user}


def _own_device(draft, user, device):
    """Adds a device key to those of a user, of which the oldest goes."""
    row = draft.get("circles", f"{user}/{device}")
    if row and row["own"]:
        return
    number, referral = draft.get("users", user)["devices"], draft.get("referrals", user)
    _circle(draft, user, device, own=True)
    draft.put("devices", f"{user}/{number:016}", {"device_key": device})
    draft.update("users", user, devices=number + 1)
    if referral:
        _circle(draft, referral["owner"], device, more=1)
    if number >= DEVICES_MAX:
        oldest = f"{user}/{number - DEVICES_MAX:016}"
        gone = draft.get("devices", oldest)["device_key"]
        draft.drop("devices", oldest)
        _circle(draft, user, gone, own=False)
        if referral:
            _circle(draft, referral["owner"], gone, more=-1)


def _circle(draft, owner, device, own=None, more=0):
    """Says whether a device key is the owner's, or that more or fewer of those who used the owner's code have it."""
    row = draft.get("circles", f"{owner}/{device}") or {"own": False, "users": 0}
    row = {"own": row["own"] if own is None else own, "users": row["users"] + more}
    if row == {"own": False, "users": 0}:
        draft.drop("circles", f"{owner}/{device}")
    else:
        draft.put("circles", f"{owner}/{device}", row)


# --- intents of a session ---

def _intent(draft, stamp, event):
    origin, sid = draft.get("genesis", "only")["origin"], event["session"]
    refusal = signature_refusal(origin, event)
    _refuse_if(refusal is not None, refusal)
    session = draft.get("sessions", sid)
    _refuse_if(session is None, "unknown_session")
    _refuse_if(session["device_key"] != event["key"], "wrong_key")
    _refuse_if(not _is_active(session, stamp.at), "session_inactive")
    itself = event["kind"] == "SESSION_REVOKED" and event["body"]["session"] == sid
    _refuse_if(NEEDS[event["kind"]] not in session["scope"].split(",") and not itself, "scope")
    _use_counter(draft, sid, session, event["counter"])
    advised = _count(draft, stamp, _subjects(event, session["user"]))
    effects = KINDS[event["kind"]](draft, stamp, event, session["user"])
    return _aegis(draft, advised) + effects


def _use_counter(draft, sid, session, counter):
    newest, window = session["newest"], int(session["window"], 16)
    ahead = counter - newest
    _refuse_if(ahead > 1_000_000, "counter_ahead")
    _refuse_if(ahead < -63, "counter_old")
    if ahead > 0:
        newest, window = counter, (window << min(ahead, 64)) & (2**64 - 1) | 1
    else:
        _refuse_if(window >> -ahead & 1, "counter_used")
        window |= 1 << -ahead
    draft.update("sessions", sid, newest=newest, window=f"{window:016x}")


def _subjects(event, user):
    subjects = {"rate_user": user}
    if event["kind"] == "MESSAGE":
        subjects["messages"] = user
    if event["kind"] == "SESSION_ROTATED":
        subjects["rate_sessions"] = user
    if event["kind"] == "REFERRAL_USE":
        subjects["code_uses"] = event["body"]["code"]
    return subjects


def _refuse_stale(row, event):
    _refuse_if(row and row["session"] == event["session"] and row["counter"] > event["counter"], "stale")


def _profile_updated(draft, _stamp, event, user):
    old, blob = draft.get("profiles", user), event["body"]["blob"]
    _refuse_stale(old, event)
    draft.put("profiles", user, {"blob": blob, "counter": event["counter"], "erased": False, "session": event["session"]})
    return [{"blob": blob, "erased": False, "kind": "ProfileChanged", "user": user}]


def _profile_erased(draft, stamp, event, user):
    row = draft.get("profiles", user)
    _refuse_stale(row, event)
    _refuse_if(row is None or row["erased"], "no_profile")
    draft.put("erased", f"{user}/{row['blob']['sha256']}", {"at": stamp.at})
    draft.update("profiles", user, counter=event["counter"], erased=True, session=event["session"])
    return [{"blob": row["blob"], "erased": True, "kind": "ProfileChanged", "user": user}]


def _session_rotated(draft, stamp, event, user):
    old, new, device = event["session"], event_id(draft.get("genesis", "only")["origin"], event), event["body"]["device_key"]
    row = draft.get("sessions", old)
    left, kept = _expired(draft, stamp, user)
    closed = _end(draft, old, "rotated")
    draft.put("sessions", new, {**row, "device_key": device, "newest": 0, "window": "0" * 16})
    _own_device(draft, user, device)
    _list_sessions(draft, stamp, user, [new if sid == old else sid for sid in kept], left + [old])
    return [closed, {"device_key": device, "first": False, "kind": "SessionOpened", "scope": row["scope"], "session": new,
                     "until": row["until"], "user": user}]


def _session_revoked(draft, stamp, event, user):
    sid = event["body"]["session"]
    row = draft.get("sessions", sid)
    _refuse_if(row is None or row["user"] != user, "unknown_session")
    _refuse_if(not _is_active(row, stamp.at), "session_inactive")
    closed = _end(draft, sid, "revoked", event["body"]["reason"])
    _list_sessions(draft, stamp, user, [other for other in draft.get("users", user)["sessions"] if other != sid], [sid])
    return [closed]


def _keys_published(draft, _stamp, event, user):
    key, body = f"{user}/{event['key']}", event["body"]
    _refuse_stale(draft.get("chat_keys", key), event)
    draft.put("chat_keys", key, {**body, "counter": event["counter"], "session": event["session"]})
    return [{"device_key": event["key"], "identity_key": body["identity_key"], "kind": "KeysChanged", "prekey": body["prekey"],
             "user": user}]


def _referral_use(draft, stamp, event, user):
    code = event["body"]["code"]
    owned = draft.get("codes", code)
    _refuse_if(owned is None, "unknown_code")
    owner = owned["user"]
    _refuse_if(owner == user, "self_referral")
    _refuse_if(draft.get("referrals", user) is not None, "already_referred")
    _refuse_circle(draft, owner, user)
    rules, row = draft.get("ruleset", "only"), draft.get("users", user)
    _refuse_if(row["messaged"] or stamp.at >= row["created"] + rules["referral_window_ms"], "too_late")
    _refuse_if(draft.get("users", owner)["closed"] >= rules["tiers"][-1][0], "cap")
    numbers = range(max(0, row["devices"] - DEVICES_MAX), row["devices"])
    devices = [draft.get("devices", f"{user}/{number:016}")["device_key"] for number in numbers]
    _refuse_if(any(draft.get("circles", f"{owner}/{device}") for device in devices), "duplicate_device")
    for device in devices:
        _circle(draft, owner, device, more=1)
    draft.put("referrals", user, {"at": stamp.at, "closed": False, "from_owner": False, "from_user": False, "owner": owner})
    return [{"code": code, "kind": "ReferralUsed", "owner": owner, "user": user}]


def _refuse_circle(draft, owner, user):
    above = draft.get("referrals", owner)
    for _ in range(REFERRERS_MAX):
        if above is None:
            return
        _refuse_if(above["owner"] == user, "circular")
        above = draft.get("referrals", above["owner"])
    _refuse_if(above is not None, "too_deep")


def _message(draft, stamp, event, user):
    to, thread, blob = (event["body"][name] for name in ("to", "thread", "blob"))
    _refuse_if(draft.get("users", to) is None, "unknown_user")
    _refuse_if(to == user, "self_message")
    _refuse_if(thread != thread_id(user, to), "wrong_thread")
    draft.update("users", user, messaged=True)
    relayed = {"blob": blob, "from": user, "kind": "MessageRelayed", "thread": thread, "to": to}
    closing = _advance(draft, user, to, "from_user") or _advance(draft, to, user, "from_owner")
    return [relayed] + (_reward(draft, stamp, event, *closing) if closing else [])


KINDS = {"PROFILE_ERASED": _profile_erased, "SESSION_ROTATED": _session_rotated, "SESSION_REVOKED": _session_revoked,
         "PROFILE_UPDATED": _profile_updated, "KEYS_PUBLISHED": _keys_published, "REFERRAL_USE": _referral_use, "MESSAGE": _message}


# --- the trust loop ---

def _advance(draft, referred, owner, side):
    """(owner, referred) if the referral between the two closes now."""
    row = draft.get("referrals", referred)
    if row is None or row["owner"] != owner or row["closed"]:
        return None
    row = {**row, side: True}
    row["closed"] = row["from_owner"] and row["from_user"]
    draft.put("referrals", referred, row)
    return (owner, referred) if row["closed"] else None


def _reward(draft, stamp, event, owner, referred):
    rules, row = draft.get("ruleset", "only"), draft.get("users", owner)
    n, before = row["closed"] + 1, row["coherence_ppm"]
    base = _base(n, rules)
    bonus = base * before // (1_000_000 * rules["bonus_divisor"])
    epoch = stamp.at // rules["epoch_ms"]
    granted = _grant(draft, owner, epoch, base + bonus, rules)
    draft.update("users", owner, closed=n)
    tx_id = sha256(tagged("reward", event_id(draft.get("genesis", "only")["origin"], event), "referral_closed", owner))
    return [
        {"kind": "ReferralClosed", "n": n, "owner": owner, "user": referred},
        {"base_micro": base, "bonus_micro": bonus, "capped_micro": base + bonus - granted, "coherence_ppm": before, "epoch": epoch,
         "granted_micro": granted, "kind": "RewardGranted", "n": n, "referred": referred, "rule": "referral_closed",
         "ruleset": rules["version"], "tx_id": tx_id, "user": owner},
        _cohere(draft, owner, rules), _cohere(draft, referred, rules),
    ]


def _base(n, rules):
    return next((amount for limit, amount in rules["tiers"] if n <= limit), 0)


def _grant(draft, owner, epoch, wanted, rules):
    """Adds to the user's points and to what is issued, as far as the caps allow."""
    row = draft.get("users", owner)
    issued = draft.get("issued", "only") or {"epoch": epoch, "epoch_micro": 0, "total_micro": 0}
    mine = row["epoch_micro"] if row["epoch"] == epoch else 0
    everyone = issued["epoch_micro"] if issued["epoch"] == epoch else 0
    granted = min(wanted, max(0, rules["user_cap_micro"] - mine), max(0, rules["mint_cap_micro"] - everyone),
                  LIMIT - row["points_micro"], LIMIT - issued["total_micro"])
    draft.update("users", owner, epoch=epoch, epoch_micro=mine + granted, points_micro=row["points_micro"] + granted)
    draft.put("issued", "only", {
        "epoch": epoch, "epoch_micro": everyone + granted, "total_micro": issued["total_micro"] + granted})
    return granted


def _cohere(draft, user, rules):
    k = draft.get("users", user)["loops"] + 1
    ppm = 1_000_000 * k // (k + rules["coherence_half"])
    draft.update("users", user, loops=k, coherence_ppm=ppm)
    return {"coherence_ppm": ppm, "k": k, "kind": "CoherenceChanged", "user": user}
