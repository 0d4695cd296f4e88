"""Bytes that were signed become one payload or none, whoever reads them.

The payload is bounded before any parser recurses: how deep a parser may go depends on the
caller's stack, and msgspec lets duplicate keys pass (measured: design section 5).
"""

import json
from typing import Annotated, Any, NoReturn

import msgspec

from mingzhang.kernel.records import Command
from mingzhang.kernel.refusals import Malformed, PayloadMalformed
from mingzhang.kernel.values import Id, Kind, TimeMs, Uuid7

DEPTH_MAX = 16
"""Objects and lists inside one another, the outermost included."""
INTEGER_CHARS_MAX = 17
"""Sixteen digits and a sign."""
ON_MAX = 32


class Acting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The organisation and the post that the signer acts for."""

    organisation: Id
    post: Id


class Payload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is signed. `body` stays raw until the kind is known."""

    chain: Id
    id: Uuid7
    acting: Acting = msgspec.field(name="as")
    kind: Kind
    on: dict[str, str | None]
    body: msgspec.Raw
    expires: TimeMs


_PAYLOAD = msgspec.json.Decoder(Payload)

PLAIN_DEPTH = 5
"""Levels of what `is_plain` reads, the outermost included."""
_LARGEST = int("9" * (INTEGER_CHARS_MAX - 1))


def _plain() -> Any:  # noqa: ANN401 - a type that is made
    """Return the type of JSON objects of so many levels, in which numbers are integers."""
    scalar = None | bool | str | Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]
    found: Any = scalar
    for _ in range(PLAIN_DEPTH - 1):
        found = scalar | list[found] | dict[str, found]
    return dict[str, found]


_JSON = msgspec.json.Encoder()
_PLAIN = msgspec.json.Decoder(_plain())


def read_payload(wire: bytes) -> Payload:
    """Return the payload in bytes that were signed. Raises `PayloadMalformed` with a reason."""
    if not is_plain(wire):
        scan(wire)
    try:
        payload = _PAYLOAD.decode(wire)
    except ValueError as found:
        raise PayloadMalformed(reason=_where(found)) from None
    if len(payload.on) > ON_MAX:
        raise PayloadMalformed(reason=f"`on` names more than {ON_MAX} keys")
    return payload


def read_body(command_type: type[Command], kind: str, body: msgspec.Raw) -> Command:
    """Return the command in a scanned payload's body. Raises `Malformed` naming the field."""
    try:
        return msgspec.json.decode(body, type=command_type)
    except ValueError as found:
        raise Malformed(kind=kind, field=_field(found)) from None


def is_plain(wire: bytes) -> bool:
    """Say whether bytes are the compact JSON that writing what they say gives again.

    Then `scan` has nothing to find in them: a key that stands twice is written once, and no
    other number than an integer of 16 digits, and no more than `PLAIN_DEPTH` levels, are read.
    Most clients write like this, and it takes a quarter of the time (measured).
    """
    try:
        return _JSON.encode(_PLAIN.decode(wire)) == wire
    except ValueError:
        return False


def scan(wire: bytes) -> None:
    """Raise `PayloadMalformed` for bytes whose JSON readers could understand differently."""
    try:
        text = wire.decode()
    except UnicodeDecodeError:
        raise PayloadMalformed(reason="not UTF-8") from None
    if too_deep(text):
        raise PayloadMalformed(reason=f"nested deeper than {DEPTH_MAX}")
    try:
        _STRICT_JSON.decode(text)
    except _Strict as found:
        raise PayloadMalformed(reason=str(found)) from None
    except ValueError as found:
        raise PayloadMalformed(reason=_where(found)) from None


def too_deep(text: str) -> bool:
    """Say whether brackets outside strings nest deeper than `DEPTH_MAX`."""
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return False
    strings_are_odd = text.replace(r"\\", "").replace(r"\"", "").split('"')
    depth = 0
    for char in "".join(strings_are_odd[::2]):
        if char in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                return True
        elif char in "]}":
            depth -= 1
    return False


class _Strict(ValueError):
    """What the scanner found, in words of ours that are the same on every node."""


def _no_key_twice(pairs: list[tuple[str, Any]]) -> None:
    if len(dict.fromkeys(key for key, _ in pairs)) < len(pairs):
        raise _Strict("a key stands twice")


def _short_integer(digits: str) -> None:
    if len(digits) > INTEGER_CHARS_MAX or (len(digits) == INTEGER_CHARS_MAX and digits[0] != "-"):
        raise _Strict("an integer of more than 16 digits")


def _not_an_integer(_number: str) -> NoReturn:
    raise _Strict("a number that is not an integer")


_STRICT_JSON = json.JSONDecoder(
    object_pairs_hook=_no_key_twice,
    parse_int=_short_integer,
    parse_float=_not_an_integer,
    parse_constant=_not_an_integer,
)


def _field(found: ValueError) -> str:
    """Return the path that msgspec names, ``$.body.amount_fen`` style, or ``$``."""
    _, marker, path = str(found).rpartition(" - at `")
    if not marker:
        unknown = str(found).partition("unknown field `")[2] or str(found).partition("field `")[2]
        return f"$.{unknown.partition('`')[0]}" if unknown else "$"
    return path.rstrip("`")


def _where(found: ValueError) -> str:
    path = _field(found)
    return f"not as described at {path}" if path != "$" else "not the JSON of a payload"
