"""The signatures that need no state: which of an event's do not hold, in the order in which the specification names the codes."""

import curves
from texts import intent_bytes, login_text, tagged


def signature_refusal(origin, event):
    """The code of the first signature or key that does not hold, or None. A GENESIS has no signature."""
    kind = event["kind"]
    if kind == "LOGIN":
        return _login_refusal(origin, event)
    if not verifies(event["key"], intent_bytes(origin, event), event["sig"]):
        return "bad_signature"
    if kind == "SESSION_ROTATED":
        body = event["body"]
        proves = verifies(body["device_key"], rotation_bytes(origin, event["session"]), body["device_sig"])
        return None if proves else "device_proof"
    return _keys_refusal(event) if kind == "KEYS_PUBLISHED" else None


def rotation_bytes(origin, session):
    """What a new device key signs to take over a session."""
    return tagged("device", origin, session)


def proof_bytes(origin, which, replaced):
    """What a new key of the ledger signs to take the place of another."""
    return tagged("operator", origin, which, replaced)


def verifies(key, message, signature):
    """Ed25519 over hex."""
    return curves.ed_verify(bytes.fromhex(key), message, bytes.fromhex(signature))


def prekey_bytes(body):
    """What the device key signs of published chat keys."""
    return tagged("prekey", body["identity_key"], body["prekey"])


def _login_refusal(origin, event):
    body, text = event["body"], login_text(origin, event["body"])
    if body["scheme"] == "eip191":
        signer = _ethereum_signer(text, bytes.fromhex(event["sig"]))
        if signer != body["address"]:
            return "bad_signature" if signer is None else "wrong_signer"
    elif not verifies(body["address"], tagged("login", text), event["sig"]):
        return "bad_signature"
    return None if verifies(body["device_key"], tagged("device", text), body["device_sig"]) else "device_proof"


def _ethereum_signer(text, signature):
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if v not in (27, 28):
        return None
    point = curves.k1_recover(curves.eip191(text.encode()), r, s, v - 27)
    return None if point is None else curves.address_of(point)


def _keys_refusal(event):
    body = event["body"]
    if not verifies(event["key"], prekey_bytes(body), body["prekey_sig"]):
        return "bad_prekey_sig"
    points = (body["identity_key"], body["prekey"])
    return "bad_key" if any(curves.x25519_low_order(bytes.fromhex(point)) for point in points) else None
