"""JSON that has exactly one spelling (RFC 8785), without the parts that implementations disagree on: floats, nulls, large integers."""

import json
from json.encoder import encode_basestring

LIMIT = 2**53 - 1
DEPTH_MAX = 64


class NotCanonical(ValueError):
    """The text is no JSON of our kind; the message says why."""


def encode(value):
    """The canonical bytes of a value of dicts, lists, strings, booleans and integers in 0..=2^53-1."""
    return _text(value).encode()


def parse(data):
    """The value of strict JSON: duplicate keys, floats, nulls, other integers and lone surrogates are refused; spacing is not."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_float)
        _walk(value, DEPTH_MAX)
    except RecursionError:
        raise NotCanonical("nested too deeply") from None
    except UnicodeDecodeError as error:
        raise NotCanonical(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise NotCanonical(f"not JSON: {error}") from None
    return value


def _text(value):
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is int and 0 <= value <= LIMIT:
        return str(value)
    if kind is dict:
        return "{" + ",".join([encode_basestring(name) + ":" + _text(value[name]) for name in _sorted(value)]) + "}"
    if kind is list:
        return "[" + ",".join([_text(item) for item in value]) + "]"
    if kind is bool:
        return "true" if value else "false"
    raise NotCanonical(f"{value!r} has no canonical form")


def _sorted(names):
    """By UTF-16 code units; of ASCII that is Python's own order."""
    if all(map(str.isascii, names)):
        return sorted(names)
    return sorted(names, key=lambda name: name.encode("utf-16-be"))


def _object(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotCanonical("a key stands twice in one object")
    return value


def _integer(digits):
    if digits.startswith("-") or len(digits) > 16 or int(digits) > LIMIT:
        raise NotCanonical(f"the integer {digits[:24]} is outside 0..=2^53-1")
    return int(digits)


def _float(digits):
    raise NotCanonical(f"{digits[:24]} is no integer")


def _walk(value, depth):
    if value is None:
        raise NotCanonical("null")
    if depth == 0:
        raise NotCanonical("nested too deeply")
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise NotCanonical("a lone surrogate")
    if isinstance(value, list):
        for item in value:
            _walk(item, depth - 1)
    if isinstance(value, dict):
        for name, item in value.items():
            _walk(name, depth - 1)
            _walk(item, depth - 1)
