"""Which 32 bytes may be registered as an Ed25519 public key, and the thumbprint that names it.

libsodium, by whose rule every node judges signatures, refuses keys of small order and encodings
that are not canonical (design section 5, Signatures). Here they are refused when a person
registers them, by integer arithmetic. Sources: RFC 8032 section 5.1.3, RFC 8037, RFC 7638.
"""

import hashlib
from typing import Literal

PRIME = (1 << 255) - 19
"""p of Curve25519."""
D = 0x52036CEE2B6FFE738CC740797779E89800700A4D4141D8AB75EB4DCA135978A3
"""d of the curve -x² + y² = 1 + d·x²·y², which is -121665/121666 mod p."""
SMALL_ORDER_Y = (
    0,
    1,
    0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    PRIME - 1,
)
"""y of the eight points of order 1, 2, 4 and 8: such a key "signs" anything somewhere."""

Fault = Literal["not_canonical", "small_order", "not_on_curve"]
_BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def fault_of(public_key: bytes) -> Fault | None:
    """Return why 32 bytes may not be a key, or None for a key.

    The sign bit of x = 0 must be clear to be canonical; those points have small order anyway
    and are refused as such.
    """
    y = int.from_bytes(public_key, "little") & ((1 << 255) - 1)
    if y >= PRIME:
        return "not_canonical"
    if y in SMALL_ORDER_Y:
        return "small_order"
    square = y * y % PRIME
    # x² = (y² - 1) / (d·y² + 1); the quotient is a square exactly when the product is.
    product = (square - 1) * (D * square + 1) % PRIME
    return None if _power(product, (PRIME - 1) >> 1) == 1 else "not_on_curve"


def thumbprint(public_key: bytes) -> str:
    """Return the RFC 7638 thumbprint of an Ed25519 key, as JWS headers name it in `kid`."""
    jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{base64url(public_key)}"}}'
    return base64url(hashlib.sha256(jwk.encode()).digest())


def base64url(data: bytes) -> str:
    """Return bytes in base64url without padding (RFC 4648 section 5)."""
    digits = (len(data) * 8 + 5) // 6
    number = int.from_bytes(data, "big") << (digits * 6 - len(data) * 8)
    return "".join(_BASE64URL[number >> 6 * at & 63] for at in range(digits - 1, -1, -1))


def _power(number: int, exponent: int) -> int:
    """Return number^exponent mod p by squaring; the exponent has at most 255 bits."""
    result = 1
    for _ in range(255):
        if exponent & 1:
            result = result * number % PRIME
        number = number * number % PRIME
        exponent >>= 1
    return result
