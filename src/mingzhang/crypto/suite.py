"""The crypto suite of a ledger: how commands are signed, records hashed, documents sealed.

Genesis names the suite and it never changes. One exists, ``ed25519-sha256-aes256gcm``. A national
network will be able to choose ``sm2-sm3-sm4gcm`` (GB/T 32918, 32905, 32907; design section 5, 国密)
through the same interface; it is not part of this release, and a genesis that names it is refused.
"""

import base64
import hashlib
import json
import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError

ED25519_SUITE = "ed25519-sha256-aes256gcm"

_FIELD_PRIME = 2**255 - 19
_SIGN_BIT = 2**255
_SMALL_ORDER_Y = (
    0,
    1,
    _FIELD_PRIME - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
)
"""The y coordinates of the eight points whose order divides 8."""
_GCM_NONCE_BYTES = 12


class UnsafeKey(Exception):
    """A public key that may not be registered.

    `reason` is ``length``, ``non-canonical``, ``small-order`` or ``not-prime-order`` (off the
    curve, or a sum with a point of small order).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"公钥不安全 unsafe public key: {reason}")
        self.reason = reason


class SealBroken(Exception):
    """A sealed document does not open: it was changed, or key or context are not its own."""


class UnknownSuite(Exception):
    """Genesis names a suite that this release does not have."""


class Signer(Protocol):
    """A private key in use."""

    @property
    def public_key(self) -> bytes:
        """The public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""


class CryptoSuite(Protocol):
    """What differs between suites; everything else in the project is the same under each."""

    @property
    def name(self) -> str:
        """The suite's name in the genesis file."""

    @property
    def jose_algorithms(self) -> tuple[str, ...]:
        """Values of the JOSE header `alg` that mean this suite's signature; the first is ours."""

    def hash(self, data: bytes) -> bytes:
        """Return the 32-byte digest of `data`."""

    def generate_key(self) -> bytes:
        """Return a new private key from the system's randomness."""

    def signer(self, private_key: bytes) -> Signer:
        """Return a signer for a private key. Raises ValueError when its length is wrong."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is good. Bytes of a wrong length are a bad signature."""

    def check_public_key(self, public_key: bytes) -> None:
        """Accept a key for registration. Raises `UnsafeKey`."""

    def thumbprint(self, public_key: bytes) -> str:
        """Return the key's id, its RFC 7638 thumbprint in base64url."""

    def public_jwk(self, public_key: bytes) -> dict[str, str]:
        """Return the public key as a JSON Web Key (RFC 7517)."""

    def seal(self, key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """Encrypt and authenticate; `context` is authenticated and must be given to open."""

    def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Return the plaintext of what `seal` made. Raises `SealBroken`."""


class Ed25519Signer:
    """An Ed25519 private key, expanded once."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32-byte seed of RFC 8032. Raises ValueError for any other length."""
        if len(seed) != Ed25519Suite.PRIVATE_KEY_BYTES:
            raise ValueError("an Ed25519 private key is a seed of 32 bytes")
        self._public_key, self._expanded = crypto_sign_seed_keypair(seed)

    @property
    def public_key(self) -> bytes:
        """The 32-byte public key."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature over a message (deterministic, RFC 8032)."""
        return crypto_sign(message, self._expanded)[: Ed25519Suite.SIGNATURE_BYTES]


class Ed25519Suite:
    """Ed25519 as libsodium judges it, SHA-256, AES-256-GCM."""

    PRIVATE_KEY_BYTES = 32
    PUBLIC_KEY_BYTES = 32
    SIGNATURE_BYTES = 64
    SEALING_KEY_BYTES = 32

    name = ED25519_SUITE
    jose_algorithms = ("Ed25519", "EdDSA")

    def hash(self, data: bytes) -> bytes:
        """Return the SHA-256 of `data`."""
        return hashlib.sha256(data).digest()

    def generate_key(self) -> bytes:
        """Return a new 32-byte seed."""
        return os.urandom(self.PRIVATE_KEY_BYTES)

    def signer(self, private_key: bytes) -> Signer:
        """Return a signer for a seed. Raises ValueError unless it has 32 bytes."""
        return Ed25519Signer(private_key)

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether libsodium accepts the signature."""
        if len(public_key) != self.PUBLIC_KEY_BYTES or len(signature) != self.SIGNATURE_BYTES:
            return False
        try:
            crypto_sign_open(signature + message, public_key)
        except BadSignatureError:
            return False
        return True

    def check_public_key(self, public_key: bytes) -> None:
        """Accept a canonical point of the prime-order group, never the identity.

        Raises:
            UnsafeKey: under other keys than these, libraries disagree on what is signed.

        """
        if len(public_key) != self.PUBLIC_KEY_BYTES:
            raise UnsafeKey("length")
        y = int.from_bytes(public_key, "little") % _SIGN_BIT
        if y >= _FIELD_PRIME:
            raise UnsafeKey("non-canonical")
        if y in _SMALL_ORDER_Y:
            raise UnsafeKey("small-order")
        if not crypto_core_ed25519_is_valid_point(public_key):
            raise UnsafeKey("not-prime-order")

    def thumbprint(self, public_key: bytes) -> str:
        """Return the RFC 7638 thumbprint of the OKP key (RFC 8037), 43 characters."""
        members = self.public_jwk(public_key)
        canonical = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
        return _base64url(hashlib.sha256(canonical).digest())

    def public_jwk(self, public_key: bytes) -> dict[str, str]:
        """Return the key as an OKP JSON Web Key with the members that RFC 7638 hashes."""
        return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public_key)}

    def seal(self, key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """Return nonce (12 bytes, random) ‖ AES-256-GCM ciphertext ‖ tag (16 bytes).

        A key seals at most 2^32 documents (NIST SP 800-38D, random nonces). Raises ValueError
        unless the key has 32 bytes.
        """
        nonce = os.urandom(_GCM_NONCE_BYTES)
        return nonce + _cipher(key).encrypt(nonce, plaintext, context)

    def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Return the plaintext. Raises `SealBroken`, or ValueError for a key of other length."""
        nonce, ciphertext = sealed[:_GCM_NONCE_BYTES], sealed[_GCM_NONCE_BYTES:]
        cipher = _cipher(key)
        try:
            return cipher.decrypt(nonce, ciphertext, context)
        except (InvalidTag, ValueError) as error:
            raise SealBroken(
                "密文已被更动，或密钥、上下文不符。"
                "The sealed bytes were changed, or key or context are not theirs."
            ) from error


def _cipher(key: bytes) -> AESGCM:
    if len(key) != Ed25519Suite.SEALING_KEY_BYTES:
        raise ValueError("an AES-256-GCM key has 32 bytes")
    return AESGCM(key)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def suite_named(name: str) -> CryptoSuite:
    """Return the suite that a genesis file names.

    Raises:
        UnknownSuite: naming what this release has.

    """
    if name != ED25519_SUITE:
        raise UnknownSuite(
            f"创世文件的密码套件 {name!r} 本版不支持，只有 {ED25519_SUITE}。"
            f"Genesis names the crypto suite {name!r}; this release has {ED25519_SUITE} only."
        )
    return Ed25519Suite()
