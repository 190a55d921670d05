"""JSON that has exactly one spelling (RFC 8785), without the parts that implementations disagree on: floats, nulls, large integers."""

import json

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
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(_text(name) + ":" + _text(member) for name, member in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and 0 <= value <= LIMIT:
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    raise NotCanonical(f"{value!r} has no canonical form")


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
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        raise NotCanonical("a lone surrogate")
    if isinstance(value, list):
        for item in value:
            _walk(item, depth - 1)
    if isinstance(value, dict):
        for name, item in value.items():
            _walk(name, depth - 1)
            _walk(item, depth - 1)
