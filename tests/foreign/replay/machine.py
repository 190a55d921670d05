"""The trust machine a second time, from the specification's text alone: `apply` says what an event causes, or why it is refused.

Kinds: GENESIS, LOGIN, PROFILE_UPDATED, KEYS_PUBLISHED, REFERRAL_USE, MESSAGE. AEGIS is off, because nothing here can stage it.
"""

import dataclasses

import shapes
from canonical import LIMIT, encode
from log import Tree
from signing import signature_refusal
from tables import Draft, State, delta
from texts import event_id, referral_code, session_id, sha256, tagged, thread_id, user_id

ANCHOR_WINDOW_MS = 10_000
ANCHOR_LIFE_MS = 600_000
SESSIONS_MAX = 16
REFERRERS_MAX = 256
NEEDS = {"MESSAGE": "chat", "KEYS_PUBLISHED": "chat", "PROFILE_UPDATED": "profile", "REFERRAL_USE": "referral"}


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


def entry_hash(entry):
    """An entry's hash, from all its fields but `hash`."""
    return sha256(tagged("entry", encode({name: value for name, value in entry.items() if name != "hash"}).decode()))


def apply(state, stamp, event):
    """(effects, changed rows) of an event. Raises Refused with the state unchanged."""
    _check_known(event)
    if not shapes.event(event):
        raise Refused("shape")
    if len(encode(event)) > (32_768 if event["kind"] == "GENESIS" else 4_096):
        raise Refused("size")
    if (event["kind"] == "GENESIS") != (stamp.seq == 0):
        raise Refused("genesis")
    draft = Draft(state)
    if stamp.seq == 0:
        effects = _genesis(draft, event["body"])
    else:
        _anchors(draft, stamp)
        effects = (_login if event["kind"] == "LOGIN" else _intent)(draft, stamp, event)
    _head(draft, stamp)
    return effects, draft.changes()


def _check_known(event):
    kind = event.get("kind") if isinstance(event, dict) else None
    if isinstance(kind, str) and kind in shapes.LATER_KINDS:
        raise Unsupported(f"the event kind {kind}")


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


def _head(draft, stamp):
    head = draft.get("head", "only")
    first = head is None or head["at"] // ANCHOR_WINDOW_MS != stamp.at // ANCHOR_WINDOW_MS
    draft.put("head", "only", {"at": stamp.at, "first": first})


def _genesis(draft, body):
    rules = body["ruleset"]
    if rules["semantics"] != 1:
        raise Unsupported(f"semantics {rules['semantics']}")
    _refuse_if(signature_refusal("", {"kind": "GENESIS", "body": body}) is not None, "bad_key")
    _refuse_if(body["log_key"] == body["operator_key"] or rules["version"] != 1, "genesis")
    _refuse_if(not shapes.ruleset_valid(rules), "ruleset_invalid")
    draft.put("aegis", "only", {"stage": "off"})
    draft.put("genesis", "only", {"origin": body["origin"], "state_every": body["state_every"]})
    draft.put("log", "only", {"key": body["log_key"]})
    draft.put("operator", "only", {"counter": 0, "key": body["operator_key"]})
    draft.put("ruleset", "only", rules)
    return []


def _count(draft, stamp, subjects):
    """Counts for the guards that concern the entry, and refuses what is over one that is not of AEGIS."""
    for guard in draft.get("ruleset", "only")["guards"]:
        if guard["name"] in subjects:
            key = guard["name"] + "/" + subjects[guard["name"]]
            row, window = draft.get("guards", key), stamp.at // guard["window_ms"]
            count = row["count"] if row and row["window"] == window else 0
            _refuse_if(count >= guard["max"] and not guard["aegis"], guard["name"])
            draft.put("guards", key, {"count": count + 1, "window": window})


# --- LOGIN ---

def _login(draft, stamp, event):
    body, origin = event["body"], draft.get("genesis", "only")["origin"]
    refusal = signature_refusal(origin, event)
    _refuse_if(refusal is not None, refusal)
    session, user = session_id(origin, body), user_id(body["scheme"], body["address"])
    _refuse_if(draft.get("sessions", session) is not None, "session_exists")
    first = draft.get("users", user) is None
    _count(draft, stamp, {"rate_user": user} | ({"rate_first_logins": "all"} if first else {}))
    _login_rules(draft, stamp, body)
    if first:
        _create_user(draft, stamp, user, body["address"])
    closed = _make_room(draft, stamp, user)
    return closed + [_open(draft, stamp, user, session, body, first)]


def _login_rules(draft, stamp, body):
    life = body["expires_at"] - body["issued_at"]
    _refuse_if(draft.get("anchors", body["anchor"]) is None, "anchor_unknown")
    _refuse_if(body["issued_at"] > stamp.at + 60_000, "issued_in_future")
    _refuse_if(stamp.at >= body["expires_at"], "expired")
    _refuse_if(not 0 < life <= 600_000, "lifetime")
    _refuse_if(not 60_000 <= body["ttl"] <= 30 * 86_400_000, "ttl")


def _create_user(draft, stamp, user, account):
    draft.put("users", user, {
        "account": account, "closed": 0, "coherence_ppm": 0, "created": stamp.at, "devices": 0, "epoch": 0, "epoch_micro": 0,
        "loops": 0, "messaged": False, "points_micro": 0, "sessions": []})
    code = referral_code(user)
    if draft.get("codes", code) is None:
        draft.put("codes", code, {"user": user})


def _make_room(draft, stamp, user):
    """Drops the sessions that ran out, and closes the oldest if sixteen are left."""
    active = [sid for sid in draft.get("users", user)["sessions"] if draft.get("sessions", sid)["until"] > stamp.at]
    effects = []
    if len(active) >= SESSIONS_MAX:
        evicted, *active = active
        effects.append({"cause": "evicted", "kind": "SessionClosed", "session": evicted, "user": user})
        device = draft.get("sessions", evicted)["device_key"]
        if all(draft.get("sessions", sid)["device_key"] != device for sid in active):
            draft.drop("chat_keys", f"{user}/{device}")
    draft.update("users", user, sessions=active)
    return effects


def _open(draft, stamp, user, session, body, first):
    device, until = body["device_key"], stamp.at + body["ttl"]
    draft.put("sessions", session, {
        "device_key": device, "newest": 0, "scope": body["scope"], "since": stamp.at, "until": until, "user": user, "window": "0" * 16})
    draft.update("users", user, sessions=draft.get("users", user)["sessions"] + [session])
    _own_device(draft, user, device)
    return {"device_key": device, "first": first, "kind": "SessionOpened", "scope": body["scope"], "session": session,
            "until": until, "user": user}


def _own_device(draft, user, device):
    row = draft.get("circles", f"{user}/{device}")
    if row and row["own"]:
        return
    draft.put("circles", f"{user}/{device}", {"own": True})
    number = draft.get("users", user)["devices"]
    draft.put("devices", f"{user}/{number:016}", {"device_key": device})
    draft.update("users", user, devices=number + 1)
    referral = draft.get("referrals", user)
    if referral:
        _join_circle(draft, referral["owner"], device)


def _join_circle(draft, owner, device):
    if draft.get("circles", f"{owner}/{device}") is None:
        draft.put("circles", f"{owner}/{device}", {"own": False})


# --- intents of a session ---

def _intent(draft, stamp, event):
    origin, sid = draft.get("genesis", "only")["origin"], event["session"]
    refusal = signature_refusal(origin, event)
    _refuse_if(refusal is not None, refusal)
    session = draft.get("sessions", sid)
    _refuse_if(session is None, "unknown_session")
    _refuse_if(session["device_key"] != event["key"], "wrong_key")
    active = stamp.at < session["until"] and sid in draft.get("users", session["user"])["sessions"]
    _refuse_if(not active, "session_inactive")
    _refuse_if(NEEDS[event["kind"]] not in session["scope"].split(","), "scope")
    _use_counter(draft, sid, session, event["counter"])
    _count(draft, stamp, _subjects(event, session["user"]))
    return KINDS[event["kind"]](draft, stamp, event, session["user"])


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
    if event["kind"] == "REFERRAL_USE":
        subjects["code_uses"] = event["body"]["code"]
    return subjects


def _refuse_stale(row, event):
    _refuse_if(row and row["session"] == event["session"] and row["counter"] > event["counter"], "stale")


def _profile_updated(draft, _stamp, event, user):
    old, blob = draft.get("profiles", user), event["body"]["blob"]
    _refuse_stale(old, event)
    if old:
        _release_blob(draft, old["blob"]["sha256"])
    _hold_blob(draft, blob["sha256"])
    draft.put("profiles", user, {"blob": blob, "counter": event["counter"], "session": event["session"]})
    return [{"blob": blob, "erased": False, "kind": "ProfileChanged", "user": user}]


def _hold_blob(draft, digest):
    row = draft.get("blobs", digest)
    draft.put("blobs", digest, {"refs": row["refs"] + 1 if row else 1})


def _release_blob(draft, digest):
    refs = draft.get("blobs", digest)["refs"]
    if refs == 1:
        draft.drop("blobs", digest)
    else:
        draft.put("blobs", digest, {"refs": refs - 1})


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
    devices = [draft.get("devices", f"{user}/{number:016}")["device_key"] for number in range(row["devices"])]
    _refuse_if(any(draft.get("circles", f"{owner}/{device}") for device in devices), "duplicate_device")
    for device in devices:
        _join_circle(draft, owner, device)
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
    _hold_blob(draft, blob["sha256"])
    draft.update("users", user, messaged=True)
    relayed = {"blob": blob, "from": user, "kind": "MessageRelayed", "thread": thread, "to": to}
    closing = _advance(draft, user, to, "from_user") or _advance(draft, to, user, "from_owner")
    return [relayed] + (_reward(draft, stamp, event, *closing) if closing else [])


KINDS = {"PROFILE_UPDATED": _profile_updated, "KEYS_PUBLISHED": _keys_published, "REFERRAL_USE": _referral_use, "MESSAGE": _message}


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
    granted = min(wanted, max(0, rules["user_cap_micro"] - mine), max(0, rules["mint_cap_micro"] - everyone), LIMIT - row["points_micro"])
    draft.update("users", owner, epoch=epoch, epoch_micro=mine + granted, points_micro=row["points_micro"] + granted)
    draft.put("issued", "only", {
        "epoch": epoch, "epoch_micro": everyone + granted, "total_micro": issued["total_micro"] + granted})
    return granted


def _cohere(draft, user, rules):
    k = draft.get("users", user)["loops"] + 1
    ppm = 1_000_000 * k // (k + rules["coherence_half"])
    draft.update("users", user, loops=k, coherence_ppm=ppm)
    return {"coherence_ppm": ppm, "k": k, "kind": "CoherenceChanged", "user": user}
