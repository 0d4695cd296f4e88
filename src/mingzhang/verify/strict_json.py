"""JSON read strictly: bounded, one meaning per file, every field known and of its type.

A verifier that reads more than its format says can be told two stories by one file: hence no
duplicate members, no unknown fields, no fractions, no lenient encodings (RFC 8259 leaves these
open; RFC 7493, I-JSON, closes most of them).
"""

import json
import re
from collections.abc import Callable
from typing import NoReturn

from mingzhang.verify.encodings import BadEncoding, from_base64, from_decimal, from_hex
from mingzhang.verify.encodings import from_rfc3339 as decode_time

MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1
_MAX_DIGITS = len("-9007199254740991")

# An unclosed string matches to the end, so that brackets after it are not counted: the parser
# refuses such a text in any case.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\Z)', re.DOTALL)


class Malformed(ValueError):
    """A file that is not in its format. `reason` is a slug, `where` a path such as `claim.key`.

    `reason` is one of: `too-large`, `not-utf8`, `byte-order-mark`, `too-deep`, `not-json`,
    `duplicate-field`, `number`, `unknown-field`, `missing-field`, `wrong-type`, `bad-value`.
    """

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason}: {where}" if where else reason)
        self.reason = reason
        self.where = where


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed("duplicate-field", name)
        found[name] = value
    return found


def _no_number(text: str) -> NoReturn:
    raise Malformed("number", text[:40])


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS or abs(int(text)) > MAX_INTEGER:
        raise Malformed("number", text[:40])
    return int(text)


def _check_depth(data: bytes) -> None:
    depth = 0
    for each in _STRING.sub(b"", data):
        if each in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed("too-deep")
        elif each in b"]}":
            depth -= 1


def load(data: bytes, max_bytes: int) -> object:
    """Return the value of a JSON file of at most `max_bytes`.

    Raises:
        Malformed: with the reason.

    """
    if len(data) > max_bytes:
        raise Malformed("too-large")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Malformed("byte-order-mark")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("not-utf8") from error
    _check_depth(data)
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_members,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except Malformed:
        raise
    except ValueError as error:
        raise Malformed("not-json") from error
    return value


class Fields:
    """The members of one JSON object, all of them known, each taken by its type."""

    def __init__(
        self, value: object, where: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> None:
        """Take `value` as an object with exactly these members.

        Args:
            value: a value returned by `load`.
            where: its path in the file, for messages; empty at the top.
            required: members that must be there.
            optional: members that may be there.

        Raises:
            Malformed: `wrong-type`, `missing-field` or `unknown-field`.

        """
        if not isinstance(value, dict):
            raise Malformed("wrong-type", where)
        self._members: dict[str, object] = value
        self._where = where
        for name in required:
            if name not in self._members:
                raise Malformed("missing-field", self.path(name))
        for name in self._members:
            if name not in required and name not in optional:
                raise Malformed("unknown-field", self.path(str(name)))

    def path(self, name: str) -> str:
        """Return the path of a member in the file."""
        return f"{self._where}.{name}" if self._where else name

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def value(self, name: str) -> object:
        """Return a member as it is."""
        return self._members[name]

    def text(self, name: str, max_length: int = 4_096) -> str:
        """Return a member that is a string of well-formed Unicode, not empty, not too long."""
        value = self._members[name]
        if not isinstance(value, str):
            raise Malformed("wrong-type", self.path(name))
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise Malformed("bad-value", self.path(name)) from error
        if not 0 < len(value) <= max_length:
            raise Malformed("bad-value", self.path(name))
        return value

    def integer(self, name: str, minimum: int = 0, maximum: int = MAX_INTEGER) -> int:
        """Return a member that is a JSON integer within bounds."""
        value = self._members[name]
        if not isinstance(value, int) or isinstance(value, bool):
            raise Malformed("wrong-type", self.path(name))
        if not minimum <= value <= maximum:
            raise Malformed("bad-value", self.path(name))
        return value

    def items(self, name: str, max_length: int) -> list[tuple[object, str]]:
        """Return the elements of a member that is an array, each with its path."""
        value = self._members[name]
        if not isinstance(value, list):
            raise Malformed("wrong-type", self.path(name))
        if len(value) > max_length:
            raise Malformed("bad-value", self.path(name))
        return [(each, f"{self.path(name)}[{index}]") for index, each in enumerate(value)]

    def base64(self, name: str, lengths: tuple[int, ...] | None = None) -> bytes:
        """Return the bytes of a member in base64, of one of `lengths` where given."""
        return self._bytes(name, from_base64, lengths)

    def hex(self, name: str, lengths: tuple[int, ...]) -> bytes:
        """Return the bytes of a member in upper-case hexadecimal, of one of `lengths`."""
        return self._bytes(name, from_hex, lengths)

    def decimal(self, name: str, minimum: int, maximum: int = 2**63 - 1) -> int:
        """Return a 64-bit integer that stands as a decimal string, within bounds."""
        number = self._decoded(name, from_decimal)
        if not minimum <= number <= maximum:
            raise Malformed("bad-value", self.path(name))
        return number

    def time_ns(self, name: str) -> int:
        """Return nanoseconds since 1970 of an RFC 3339 time in UTC."""
        return self._decoded(name, decode_time)

    def _decoded(self, name: str, decode: Callable[[str], int]) -> int:
        value = self._members[name]
        if not isinstance(value, str):
            raise Malformed("wrong-type", self.path(name))
        try:
            return decode(value)
        except BadEncoding as error:
            raise Malformed("bad-value", self.path(name)) from error

    def _bytes(
        self, name: str, decode: Callable[[str], bytes], lengths: tuple[int, ...] | None
    ) -> bytes:
        value = self._members[name]
        if not isinstance(value, str):
            raise Malformed("wrong-type", self.path(name))
        try:
            decoded = decode(value)
        except BadEncoding as error:
            raise Malformed("bad-value", self.path(name)) from error
        if lengths is not None and len(decoded) not in lengths:
            raise Malformed("bad-value", self.path(name))
        return decoded
