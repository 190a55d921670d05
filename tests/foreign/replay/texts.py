"""What is hashed and signed: every domain tag, id and rendered text of the specification's sections 1 and 3."""

import datetime
import hashlib

from canonical import encode
from curves import eip55

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LAST_TICK = 253_402_300_799_999


def sha256(data):
    """Lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def tagged(tag, *lines):
    """The bytes of a tag and lines, joined by newlines: what is hashed or signed."""
    return "\n".join((f"qfs/{tag}/v1",) + lines).encode()


def intent_bytes(origin, intent):
    """What an intent's key signs; its SHA-256 is the event's id."""
    bare = {name: value for name, value in intent.items() if name != "sig"}
    return tagged("intent", origin, encode(bare).decode())


def login_text(origin, body):
    """The ERC-4361 text of a LOGIN body."""
    ethereum = body["scheme"] == "eip191"
    account = eip55(body["address"]) if ethereum else body["address"]
    return "\n".join((
        f"{origin} wants you to sign in with your {'Ethereum' if ethereum else 'Ed25519'} account:",
        account, "",
        "What you do here is public and permanent. Messages are encrypted.", "",
        f"URI: https://{origin}", "Version: 1", f"Chain ID: {body['chain_id']}", f"Nonce: {body['anchor']}",
        f"Issued At: {time_text(body['issued_at'])}", f"Expiration Time: {time_text(body['expires_at'])}",
        "Resources:",
        f"- urn:qfs:device:{body['device_key']}", f"- urn:qfs:scope:{body['scope']}", f"- urn:qfs:ttl:{body['ttl']}",
    ))


def session_id(origin, body):
    """A LOGIN's event id, which is its session's id."""
    return sha256(tagged("login", login_text(origin, body)))


def event_id(origin, event):
    """SHA-256 of the signed bytes."""
    if event["kind"] == "LOGIN":
        return session_id(origin, event["body"])
    return sha256(intent_bytes(origin, event))


def user_id(scheme, address):
    """The user of a wallet, the same on all chains."""
    return "user_" + sha256(tagged("user", ("eip155:" if scheme == "eip191" else "ed25519:") + address))


def thread_id(one, other):
    """The conversation of two users, whoever asks."""
    return sha256(tagged("thread", *sorted((one, other))))


def referral_code(user):
    """26 characters: 128 bits as a ULID is written, two zero bits first."""
    number = int(sha256(tagged("referral", user))[:32], 16)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def time_text(tick):
    """`YYYY-MM-DDTHH:MM:SS.mmmZ`."""
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=tick)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{tick % 1000:03}Z"
