"""Text encodings read strictly: each value has exactly one spelling, every other is refused."""

import base64
import binascii
import datetime as dt
import re

BILLION = 1_000_000_000
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{0,8}[1-9]))?Z"
)
_DECIMAL = re.compile(r"0|-?[1-9][0-9]{0,18}")
_HEX = re.compile(r"(?:[0-9A-F]{2})*")
_DAY_S = 86_400
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class BadEncoding(ValueError):
    """A text that is not the one spelling of any value."""


def from_base64(text: str) -> bytes:
    """Return the bytes of standard, padded base64 (RFC 4648 section 4), one spelling only."""
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise BadEncoding("not base64") from error
    if to_base64(decoded) != text:
        raise BadEncoding("not canonical base64")
    return decoded


def to_base64(data: bytes) -> str:
    """Return standard, padded base64."""
    return base64.b64encode(data).decode("ascii")


def from_hex(text: str) -> bytes:
    """Return the bytes of upper-case hexadecimal, as CometBFT's RPC spells hashes."""
    if not _HEX.fullmatch(text):
        raise BadEncoding("not upper-case hexadecimal")
    return bytes.fromhex(text)


def to_hex(data: bytes) -> str:
    """Return upper-case hexadecimal."""
    return data.hex().upper()


def from_decimal(text: str) -> int:
    """Return a signed 64-bit integer spelt in decimal, without a leading zero or plus."""
    if not _DECIMAL.fullmatch(text):
        raise BadEncoding("not a decimal integer")
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise BadEncoding("beyond 64 bits")
    return number


def from_rfc3339(text: str) -> int:
    """Return nanoseconds since 1970 of an RFC 3339 time in UTC, as Go's RFC3339Nano spells it."""
    match = _RFC3339.fullmatch(text)
    if not match:
        raise BadEncoding("not an RFC 3339 time in UTC")
    try:
        moment = dt.datetime.fromisoformat(match[1] + "+00:00")
    except ValueError as error:
        raise BadEncoding("no such moment") from error
    since = moment - _EPOCH
    seconds = since.days * _DAY_S + since.seconds
    return seconds * BILLION + int((match[2] or "").ljust(9, "0"))


def to_rfc3339(time_ns: int) -> str:
    """Return the RFC 3339 spelling in UTC of nanoseconds since 1970 (years 1 to 9999)."""
    seconds, nanos = divmod(time_ns, BILLION)
    moment = _EPOCH + dt.timedelta(seconds=seconds)
    stamp = moment.replace(tzinfo=None).isoformat()
    return f"{stamp}.{nanos:09d}".rstrip("0").rstrip(".") + "Z"
