"""A witness: countersigns a ledger's checkpoints, each only as a continuation of the one before.

KEY            the witness's own key, as `keygen` makes it
KEY.seen.json  the ledger's verifier key and the newest checkpoint signed; on the disk before a
               signature leaves, so that no two signed checkpoints contradict each other
"""

import fcntl
import os
from pathlib import Path

import msgspec

from mingzhang.cli.client import Client, KeyFile
from mingzhang.consensus.proofs import countersigned
from mingzhang.verify import merkle, note
from mingzhang.verify.reasons import Rejected
from mingzhang.verify.root import checkpoint_root, parse_keys


class WitnessRefused(Exception):
    """The checkpoint is not countersigned; the message says why and what to do."""


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a witness goes on from. The verifier key's name is the checkpoint's origin."""

    ledger_key: str
    size: int
    root: str
    """Hex."""


class Witness:
    """Somebody with a key who watches one ledger."""

    def __init__(self, key: Path, name: str) -> None:
        """Read a key file and what stands beside it. Raises OSError or ValueError."""
        self._key_file = key
        self._file = key.with_name(f"{key.name}.seen.json")
        self._signer = KeyFile.read(key).signer
        self._name = name

    @property
    def seen(self) -> Seen | None:
        """The newest checkpoint signed, or None before the first."""
        if not self._file.exists():
            return None
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Seen)
        except msgspec.MsgspecError as error:
            raise WitnessRefused(
                f"{self._file} 无法读取；请从备份恢复。{self._file} does not read: {error}. "
                "Restore it from a backup."
            ) from error

    @property
    def verifier_key(self) -> str:
        """The key that others verify this witness by, as people pass it on."""
        own = note.VerifierKey(self._name, note.COSIGNATURE, self._signer.public_key)
        return note.format_key(own)

    def countersign(self, client: Client, ledger_key: str) -> bytes:
        """Countersign a ledger's newest checkpoint, send it back, and return it.

        Raises `WitnessRefused` for one that the ledger's key has not signed, for another key than
        at the first time, and for one that does not continue what this witness signed before;
        `CallFailed` when the server says no.
        """
        with self._key_file.open("rb") as alone:
            fcntl.flock(alone, fcntl.LOCK_EX)
            seen = self.seen
            if seen is not None and seen.ledger_key != ledger_key:
                raise WitnessRefused(
                    f"账本公钥与首次联署时不同：{ledger_key}。The ledger's key is another one than "
                    f"at the first time, {seen.ledger_key}. Ask the ledger's operator; for another "
                    "ledger use a key of its own."
                )
            present = client.checkpoint()
            checkpoint = _judged(present, ledger_key)
            if seen is not None:
                _require_continued(client, seen, checkpoint)
            self._keep(Seen(ledger_key, checkpoint.size, checkpoint.root.hex()))
        signed = countersigned(present, self._name, self._signer)
        client.post_note(signed)
        return signed

    def _keep(self, seen: Seen) -> None:
        new = self._file.with_name(f"{self._file.name}.new")
        with new.open("wb") as file:
            file.write(msgspec.json.encode(seen))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _judged(present: bytes, ledger_key: str) -> note.Checkpoint:
    """Return the checkpoint in a note that the ledger's key has signed."""
    try:
        root = checkpoint_root(present, parse_keys([ledger_key]))
    except Rejected as refused:
        raise WitnessRefused(
            f"检查点未由账本公钥签名，或属于另一账本；未联署。The checkpoint is not this ledger's, "
            f"signed by its key, and was not countersigned: {refused}. Is the address the ledger's?"
        ) from refused
    if root.head is None or not root.policy.origin_keys:
        raise WitnessRefused(
            "给出的不是账本公钥。What was given is not a ledger's key; see /api/keys, `node`."
        )
    return root.head.checkpoint


def _require_continued(client: Client, seen: Seen, now: note.Checkpoint) -> None:
    """Require that a checkpoint's history begins with the one signed before."""
    if now.size < seen.size:
        raise WitnessRefused(
            f"账本变短了：{seen.size} → {now.size}；未联署。The ledger has become shorter, "
            f"{seen.size} → {now.size}, and was not countersigned. Ask its operator; if a newer "
            "state is lost, keep the checkpoint that you signed: it proves what was there."
        )
    try:
        proof = client.consistency(seen.size, now.size) if now.size > seen.size else ()
        merkle.verify_consistency(bytes.fromhex(seen.root), seen.size, now.root, now.size, proof)
    except (merkle.BadProof, ValueError) as bad:
        raise WitnessRefused(
            f"账本历史与已联署的检查点（长度 {seen.size}）不一致；未联署。The ledger's history "
            f"does not continue the checkpoint of size {seen.size} that you signed ({bad}) and was "
            "not countersigned. Keep and publish both notes: they prove that history was changed."
        ) from bad
