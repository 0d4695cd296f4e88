"""Writes spec/vectors/signature/: crafted Ed25519 keys and signatures on which libraries disagree.

The curve is done here in plain integers (RFC 8032 section 5.1), because no library lets one make
such signatures. `verdict` is libsodium's, the one judge (design section 5); `registrable` says
whether a ledger takes the key. Keys are made from fixed secrets: test keys, never use them.

    python tools/make_signature_vectors.py
"""

import hashlib
import json
from pathlib import Path

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int]
IDENTITY: Point = (0, 1)
FOLDER = Path(__file__).parents[1] / "spec" / "vectors" / "signature"


def add(one: Point, two: Point) -> Point:
    """Return the sum of two points (affine, complete)."""
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P
    return x, y


def times(scalar: int, point: Point) -> Point:
    """Return a multiple of a point."""
    found = IDENTITY
    while scalar:
        if scalar & 1:
            found = add(found, point)
        point = add(point, point)
        scalar >>= 1
    return found


def recover(y: int, sign: int) -> Point:
    """Return the point with this y and this parity of x. Raises ValueError off the curve."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square:
        raise ValueError(y)
    return (P - x if x & 1 != sign else x), y


BASE = recover(4 * pow(5, P - 2, P) % P, 0)


def packed(point: Point) -> bytes:
    """Return the 32 bytes of a point."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def beyond(y: int) -> bytes:
    """Return a y spelt beyond the field, as y + p."""
    return (y + P).to_bytes(32, "little")


def number(*parts: bytes) -> int:
    """Return SHA-512 of the parts as an integer modulo L."""
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def of_order_8() -> Point:
    """Return a point of order 8."""
    y = 2
    while True:
        try:
            point = times(L, recover(y, 0))
        except ValueError:
            point = IDENTITY
        if times(4, point) != IDENTITY:
            return point
        y += 1


class Key:
    """A secret scalar, and a public key that may carry a point of small order besides."""

    def __init__(self, secret: str, torsion: Point = IDENTITY) -> None:
        self.scalar = number(b"mingzhang test key ", secret.encode())
        self.public_key = packed(add(times(self.scalar, BASE), torsion))

    def sign(self, message: bytes, torsion: Point = IDENTITY) -> bytes:
        """Return a signature whose R carries a point of small order besides."""
        nonce = number(b"nonce", self.public_key, message)
        r = packed(add(times(nonce, BASE), torsion))
        challenge = number(r, self.public_key, message)
        return r + ((nonce + challenge * self.scalar) % L).to_bytes(32, "little")


def first_message(key: Key, *, divisible: bool) -> bytes:
    """Return a message whose challenge is, or is not, a multiple of 8.

    Only then does a key with a part of small order pass the equation without cofactor.
    """
    for count in range(1_000):
        message = f"message {count}".encode()
        signature = key.sign(message)
        if (number(signature[:32], key.public_key, message) % 8 == 0) == divisible:
            return message
    raise ValueError("no such message")


def case(
    name: str, public_key: bytes, message: bytes, signature: bytes, *, verdict: bool, key: str
) -> dict[str, object]:
    """Return one vector; `key` is "" for a registrable key, else why it is refused."""
    return {
        "name": name,
        "public_key": public_key.hex(),
        "message": message.hex(),
        "signature": signature.hex(),
        "verdict": verdict,
        "registrable": not key,
        "key_refused": key,
    }


def honest_cases() -> list[dict[str, object]]:
    """Return an honest signature and ordinary forgeries of it."""
    key, message = Key("honest"), b"allot 1 000 000 fen"
    good = key.sign(message)
    flipped = bytes([good[0] ^ 1]) + good[1:]
    scalar = int.from_bytes(good[32:], "little")
    plus_l = good[:32] + (scalar + L).to_bytes(32, "little")
    public = key.public_key
    return [
        case("honest", public, message, good, verdict=True, key=""),
        case("honest, empty message", public, b"", key.sign(b""), verdict=True, key=""),
        case("other message", public, message + b"0", good, verdict=False, key=""),
        case("other key", Key("other").public_key, message, good, verdict=False, key=""),
        case("bit of R flipped", public, message, flipped, verdict=False, key=""),
        case(
            "S + L: the same signature spelt otherwise",
            public,
            message,
            plus_l,
            verdict=False,
            key="",
        ),
        case("S = 0", public, message, good[:32] + bytes(32), verdict=False, key=""),
        case("all zero", public, message, bytes(64), verdict=False, key=""),
        case("signature of 63 bytes", public, message, good[:63], verdict=False, key=""),
        case("signature of 65 bytes", public, message, good + b"\0", verdict=False, key=""),
        case("key of 31 bytes", public[:31], message, good, verdict=False, key="length"),
        case("key of 33 bytes", public + b"\0", message, good, verdict=False, key="length"),
    ]


def signed_by_nobody(torsion: Point) -> list[dict[str, object]]:
    """Return signatures under keys of small order that only the rule on the key refuses.

    S·B = R of great order, and the challenge times the key is nothing.
    """
    out = []
    nonce = number(b"nonce of nobody")
    r, s = packed(times(nonce, BASE)), nonce.to_bytes(32, "little")
    for multiple in (0, 4, 1):
        point = packed(times(multiple, torsion))
        said = next(
            each
            for each in (f"message {count}".encode() for count in range(1_000))
            if number(r, point, each) % 8 == 0
        )
        name = f"key of small order: {multiple} times a point of order 8, R of great order"
        out.append(case(name, point, said, r + s, verdict=False, key="small-order"))
    return out


def crafted_cases() -> list[dict[str, object]]:
    """Return keys and signatures made to divide libraries."""
    torsion, message = of_order_8(), b"pay everybody"
    nothing = packed(IDENTITY) + bytes(32)
    out = signed_by_nobody(torsion)
    for multiple in range(8):
        point = packed(times(multiple, torsion))
        name = f"key of small order: {multiple} times a point of order 8, S = 0"
        out.append(case(name, point, message, nothing, verdict=False, key="small-order"))
    signed_identity = (1 | 1 << 255).to_bytes(32, "little")
    out.append(
        case(
            "identity with its sign bit",
            signed_identity,
            message,
            nothing,
            verdict=False,
            key="small-order",
        )
    )
    for y in (0, 1, 3, 18):
        spelt = beyond(y)
        name = f"key spelt beyond the field: y = {y} + p"
        out.append(case(name, spelt, message, nothing, verdict=False, key="non-canonical"))
    mixed = Key("mixed", torsion)
    for divisible in (True, False):
        said = first_message(mixed, divisible=divisible)
        name = f"key with a part of order 8, challenge {'' if divisible else 'not '}divisible by 8"
        out.append(
            case(
                name,
                mixed.public_key,
                said,
                mixed.sign(said),
                verdict=divisible,
                key="not-prime-order",
            )
        )
    honest = Key("honest")
    name = "R with a part of order 8: good only under the equation with cofactor"
    out.append(
        case(name, honest.public_key, message, honest.sign(message, torsion), verdict=False, key="")
    )
    for name, r in (("the identity", packed(IDENTITY)), ("the identity, y + p", beyond(1))):
        challenge = number(r, honest.public_key, message)
        said = r + (challenge * honest.scalar % L).to_bytes(32, "little")
        out.append(case(f"R is {name}", honest.public_key, message, said, verdict=False, key=""))
    off_curve = (2).to_bytes(32, "little")
    out.append(
        case("key off the curve", off_curve, message, nothing, verdict=False, key="not-prime-order")
    )
    return out


def main() -> None:
    """Write the vectors."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"cases": honest_cases() + crafted_cases()}, indent=1)
    (FOLDER / "ed25519.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
