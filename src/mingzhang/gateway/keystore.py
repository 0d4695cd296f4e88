"""Personal keys for people who sign in with a password instead of keeping a key themselves.

A key is sealed with AES-256-GCM under a key derived from the password by Argon2id (64 MiB, three
passes, four lanes: argon2-cffi's default); the password is stored nowhere, and a wrong one does
not open the seal. The file is HOME/keystore.sqlite, mode 600.
"""

import os
import secrets
import sqlite3
import threading
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw

from mingzhang.crypto.suite import Ed25519Suite, SealBroken, Signer

MEMORY_KIB, PASSES, LANES = 65_536, 3, 4
SALT_BYTES = 16
PASSWORD_CHARS_MIN = 10
PASSWORD_CHARS_MAX = 256
SUITE = Ed25519Suite()


class PasswordRefused(Exception):
    """The password is too short or too long to be set."""


class UserExists(Exception):
    """Somebody has this name already."""


class Keystore:
    """Sealed keys by user name."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it when there is none."""
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self._lock = threading.Lock()
        self._sql = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._sql.execute(
            "CREATE TABLE IF NOT EXISTS keys (user TEXT PRIMARY KEY, person TEXT NOT NULL, "
            "salt BLOB NOT NULL, sealed BLOB NOT NULL, public_key BLOB NOT NULL)"
        )

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def add(self, user: str, person: str, password: str, seed: bytes | None = None) -> bytes:
        """Make (or take) a key for a user; return its public key.

        Raises `PasswordRefused` or `UserExists`.
        """
        if not PASSWORD_CHARS_MIN <= len(password) <= PASSWORD_CHARS_MAX:
            raise PasswordRefused
        seed = SUITE.generate_key() if seed is None else seed
        salt = secrets.token_bytes(SALT_BYTES)
        public_key = SUITE.signer(seed).public_key
        sealed = SUITE.seal(_derived(password, salt), seed, _context(user, person))
        with self._lock:
            try:
                self._sql.execute(
                    "INSERT INTO keys VALUES (?, ?, ?, ?, ?)",
                    (user, person, salt, sealed, public_key),
                )
            except sqlite3.IntegrityError:
                raise UserExists from None
        return public_key

    def open(self, user: str, password: str) -> tuple[str, Signer] | None:
        """Return (person, signer), or None for an unknown user or a wrong password alike.

        An unknown user costs as much time as a wrong password.
        """
        with self._lock:
            row = self._sql.execute(
                "SELECT person, salt, sealed FROM keys WHERE user = ?", (user,)
            ).fetchone()
        person, salt, sealed = row or ("", b"\0" * SALT_BYTES, b"\0" * 60)
        try:
            seed = SUITE.open(_derived(password, salt), sealed, _context(user, person))
        except SealBroken:
            return None
        return person, SUITE.signer(seed)

    def users(self) -> list[tuple[str, str]]:
        """Return (user, person) of all, by user."""
        with self._lock:
            return list(self._sql.execute("SELECT user, person FROM keys ORDER BY user"))


def _derived(password: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        password[:PASSWORD_CHARS_MAX].encode(), salt, PASSES, MEMORY_KIB, LANES, 32, Type.ID
    )


def _context(user: str, person: str) -> bytes:
    return f"mingzhang keystore|{user}|{person}".encode()
