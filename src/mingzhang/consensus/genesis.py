"""The genesis file: what a jurisdiction's ledger begins with, and its hash."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml
from msgspec import Meta

from mingzhang.crypto.suite import UnknownSuite, suite_named
from mingzhang.kernel.context import Setting
from mingzhang.kernel.values import Id, Sha256, TimeMs

GENESIS_BYTES_MAX = 16 * 1024 * 1024


class GenesisValidator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An institution's node: Ed25519 public key in hex, and its voting power."""

    organisation: Id
    public_key: Sha256
    power: int = 1


class Genesis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as a whole. `rooms` holds each room's section, as its README describes."""

    chain: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,49}(?!\n)$")]
    """At most 50 characters, CometBFT's bound."""
    time_ms: TimeMs
    offset_s: int
    currency: str
    minor_unit: str
    crypto: str
    """Name of the crypto suite: ``ed25519-sha256-aes256gcm``."""
    app_version: int
    salt_sha256: Sha256
    """Hash of the 32 secret random bytes that validators hold beside this file."""
    validators: tuple[GenesisValidator, ...]
    refused_per_key: int = 100
    rooms: dict[str, Any]

    @property
    def setting(self) -> Setting:
        """What rules may know of it."""
        return Setting(
            chain=self.chain,
            offset_s=self.offset_s,
            currency=self.currency,
            minor_unit=self.minor_unit,
            refused_per_key=self.refused_per_key,
        )

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical bytes: JSON, members sorted, no spaces, UTF-8."""
        return hashlib.sha256(canonical(self)).hexdigest()


class GenesisRefused(Exception):
    """The genesis file cannot be used; the message says where and what to do."""


def canonical(genesis: Genesis) -> bytes:
    """Return the bytes whose hash names the genesis."""
    plain = msgspec.to_builtins(genesis)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_genesis(path: Path) -> Genesis:
    """Return the genesis in a JSON or YAML file. Raises `GenesisRefused`."""
    return genesis_of(plain_genesis(path), str(path))


def plain_genesis(path: Path) -> Any:  # noqa: ANN401 - a file's content, not yet judged
    """Return what a JSON or YAML file holds. Raises `GenesisRefused`."""
    try:
        wire = path.read_bytes()
    except OSError as error:
        raise GenesisRefused(
            f"{path}: cannot be read ({error.strerror}). 创世文件无法读取。"
        ) from error
    if len(wire) > GENESIS_BYTES_MAX:
        raise GenesisRefused(f"{path}: larger than {GENESIS_BYTES_MAX} bytes. 创世文件过大。")
    try:
        return yaml.safe_load(wire) if path.suffix in (".yaml", ".yml") else json.loads(wire)
    except (ValueError, yaml.YAMLError) as error:
        raise _wrong(str(path), error) from error


def genesis_of(plain: Any, where: str) -> Genesis:  # noqa: ANN401 - not yet judged
    """Return the genesis in a file's content. Raises `GenesisRefused`, naming `where`."""
    try:
        genesis = msgspec.convert(plain, Genesis)
        suite_named(genesis.crypto)
    except (msgspec.ValidationError, UnknownSuite) as error:
        raise _wrong(where, error) from error
    return genesis


def _wrong(where: str, error: Exception) -> GenesisRefused:
    return GenesisRefused(
        f"{where}: {error}. Correct the file; its fields are described in docs/genesis.md. "
        "创世文件有误，请按 docs/genesis.md 更正。"
    )
