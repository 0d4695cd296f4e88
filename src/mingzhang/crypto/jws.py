"""Commands as JSON Web Signatures: compact serialisation only (RFC 7515, design section 5).

The header has exactly `alg`, `kid` and `typ`, each once. Base64url has no padding and one spelling
for each value, so that a token cannot be changed without changing what was signed.
"""

import base64
import json
import re
from binascii import a2b_base64
from functools import lru_cache
from typing import NamedTuple

from mingzhang.crypto.suite import CryptoSuite, Signer

TOKEN_BYTES_MAX = 65_536
TYPE = "mz-command+jws"
"""The header's `typ`: a command of this ledger and nothing else that the key may sign."""
ALGORITHMS = ("Ed25519", "EdDSA")
"""RFC 9864's name and the older one of RFC 8037, for the same signature."""

_HEADER_BYTES_MAX = 512
_SIGNATURE_BYTES = 64
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_STANDARD = bytes.maketrans(b"-_", b"+/")
_PADDING = (b"", None, b"==", b"=")
_LAST_OF_TWO = b"AQgw"
_LAST_OF_THREE = b"AEIMQUYcgkosw048"
_KID = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_DOTS = 2


class EnvelopeRefused(Exception):
    """Bytes that are no command's envelope.

    `reason` is one of: ``too-large``, ``parts``, ``base64url``, ``header``, ``alg``, ``kid``,
    ``typ``, ``signature``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Envelope(NamedTuple):
    """A token taken apart; nothing in it is verified yet."""

    kid: str
    """RFC 7638 thumbprint of the key that is said to have signed."""
    algorithm: str
    signing_input: bytes
    payload: bytes
    signature: bytes


def _strict_base64url(segment: bytes) -> bytes:
    """Return the bytes of a segment, or refuse every spelling but the one without padding."""
    padding = _PADDING[len(segment) % 4]
    if padding is None or segment.translate(None, _ALPHABET):
        raise EnvelopeRefused("base64url")
    if padding and segment[-1] not in (_LAST_OF_TWO if len(padding) == _DOTS else _LAST_OF_THREE):
        raise EnvelopeRefused("base64url")
    return a2b_base64(segment.translate(_STANDARD) + padding)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if [name for name, _ in sorted(pairs, key=lambda pair: pair[0])] != ["alg", "kid", "typ"]:
        raise EnvelopeRefused("header")
    return dict(pairs)


# A person's commands share one header, so it is read once. A header refused is not kept.
@lru_cache(maxsize=4_096)
def _header(segment: bytes) -> tuple[str, str]:
    """Return algorithm and kid of a header, or refuse it."""
    if len(segment) > _HEADER_BYTES_MAX:
        raise EnvelopeRefused("header")
    raw = _strict_base64url(segment)
    if b"[" in raw or raw.count(b"{") != 1:
        raise EnvelopeRefused("header")  # before a parser recurses
    try:
        members = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except ValueError as error:
        raise EnvelopeRefused("header") from error
    if not isinstance(members, dict):
        raise EnvelopeRefused("header")
    algorithm, kid, kind = members["alg"], members["kid"], members["typ"]
    if algorithm not in ALGORITHMS:
        raise EnvelopeRefused("alg")
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise EnvelopeRefused("kid")
    if kind != TYPE:
        raise EnvelopeRefused("typ")
    return algorithm, kid


def split(token: bytes) -> Envelope:
    """Take a compact token apart.

    Raises:
        EnvelopeRefused: with the first reason that applies, in the order of its list.

    """
    if len(token) > TOKEN_BYTES_MAX:
        raise EnvelopeRefused("too-large")
    if token.count(b".") != _DOTS:
        raise EnvelopeRefused("parts")
    signing_input, _, tail = token.rpartition(b".")
    head, _, body = signing_input.partition(b".")
    algorithm, kid = _header(head)
    payload = _strict_base64url(body)
    signature = _strict_base64url(tail)
    if len(signature) != _SIGNATURE_BYTES:
        raise EnvelopeRefused("signature")
    return Envelope(kid, algorithm, signing_input, payload, signature)


def sign(payload: bytes, signer: Signer, suite: CryptoSuite) -> bytes:
    """Return the compact token of a payload, signed.

    Raises:
        EnvelopeRefused: ``too-large`` when the token would not be taken.

    """
    header = {
        "alg": suite.jose_algorithms[0],
        "kid": suite.thumbprint(signer.public_key),
        "typ": TYPE,
    }
    head = _unpadded(json.dumps(header, separators=(",", ":")).encode())
    signing_input = head + b"." + _unpadded(payload)
    token = signing_input + b"." + _unpadded(signer.sign(signing_input))
    if len(token) > TOKEN_BYTES_MAX:
        raise EnvelopeRefused("too-large")
    return token


def _unpadded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
