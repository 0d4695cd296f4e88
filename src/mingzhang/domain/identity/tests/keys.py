"""Ed25519 keys from numbers, for tests."""

from nacl.signing import SigningKey


def public_key(number: int) -> str:
    return SigningKey(number.to_bytes(32, "big")).verify_key.encode().hex()
