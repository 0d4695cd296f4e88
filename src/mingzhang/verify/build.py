"""Writes what `bundle.py` and `root.py` read, so that the format has one home.

Nothing is checked here but that the file can be read back: a wrong part makes a bundle that is
rejected, never one that is wrongly accepted.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from mingzhang.verify import bundle, comet, comet_json
from mingzhang.verify.encodings import to_base64
from mingzhang.verify.root import VALIDATORS_FORMAT
from mingzhang.verify.volume import MapProof


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a header is to be believed; what is not given is left out of the bundle.

    `headers` is the header that the rest is for and, for a command whose own block's header is
    not the evidenced one, that block's header. `commit` comes with its `validators`.
    `checkpoint` is a signed note newer than the verifier's root, `consistency` the proof from the
    root's size to it.
    """

    headers: tuple[comet.Header, ...]
    validators: tuple[comet.Validator, ...] = ()
    commit: comet.Commit | None = None
    history: bundle.Inclusion | None = None
    checkpoint: bytes = b""
    consistency: tuple[bytes, ...] | None = None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _path(path: Sequence[bytes]) -> list[str]:
    return [to_base64(each) for each in path]


def _inclusion(place: bundle.Inclusion) -> dict[str, object]:
    return {"index": place.index, "size": place.size, "path": _path(place.path)}


def _map(shown: MapProof) -> dict[str, object]:
    out: dict[str, object] = {}
    if shown.proof:
        out["proof"] = to_base64(shown.proof)
    if shown.volume is not None:
        below: dict[str, object] = {"name": shown.volume}
        if shown.volume_root:
            below["root"] = to_base64(shown.volume_root)
        out["volume"] = {**below, "proof": to_base64(shown.volume_proof)}
    return out


def _bundle(claim: dict[str, object], evidence: Evidence) -> bytes:
    out: dict[str, object] = {
        "format": bundle.FORMAT,
        "chain": evidence.headers[0].chain_id,
        "claim": claim,
        "headers": [comet_json.write_header(each) for each in evidence.headers],
    }
    if evidence.commit is not None:
        out["validators"] = comet_json.write_validators(evidence.validators)
        out["commit"] = comet_json.write_commit(evidence.commit)
    if evidence.history is not None:
        out["history"] = _inclusion(evidence.history)
    if evidence.checkpoint:
        out["checkpoint"] = evidence.checkpoint.decode()
    if evidence.consistency is not None:
        out["consistency"] = _path(evidence.consistency)
    data = _json(out)
    bundle.read(data)
    return data


def record_bundle(
    key: str, record: bytes, salt: bytes, shown: MapProof, evidence: Evidence
) -> bytes:
    """Return a bundle that a record stands under a key.

    Args:
        key: the record's key in the map.
        record: its canonical bytes.
        salt: its 32 bytes of salt.
        shown: the proof in the map whose root is the `app_hash` of the evidenced header.
        evidence: why that header is to be believed.

    Raises:
        Rejected: `malformed` or `too-large` when no bundle can hold these parts.

    """
    claim: dict[str, object] = {
        "kind": "record",
        "key": key,
        "record": to_base64(record),
        "salt": to_base64(salt),
        "map": _map(shown),
    }
    return _bundle(claim, evidence)


def absence_bundle(key: str, shown: MapProof, evidence: Evidence) -> bytes:
    """Return a bundle that no record stands under a key. Raises as `record_bundle` does."""
    return _bundle({"kind": "absence", "key": key, "map": _map(shown)}, evidence)


def receipt_bundle(receipt: bytes, code: int, place: bundle.Inclusion, evidence: Evidence) -> bytes:
    """Return a bundle that a receipt is among the results of a block.

    Args:
        receipt: its canonical bytes.
        code: the code of its result.
        place: where it stands under the `last_results_hash` of the evidenced header.
        evidence: why that header, the one after the receipt's block, is to be believed.

    Raises:
        Rejected: as `record_bundle`.

    """
    claim: dict[str, object] = {
        "kind": "receipt",
        "receipt": to_base64(receipt),
        "code": code,
        "inclusion": _inclusion(place),
    }
    return _bundle(claim, evidence)


def command_bundle(command: bytes, place: bundle.Inclusion, evidence: Evidence) -> bytes:
    """Return a bundle that a command is in a block: under the `data_hash` of the last header.

    Raises:
        Rejected: as `record_bundle`.

    """
    claim: dict[str, object] = {
        "kind": "command",
        "command": command.decode(),
        "inclusion": _inclusion(place),
    }
    return _bundle(claim, evidence)


def validators_root_file(chain: str, validators: Sequence[tuple[str, comet.Validator]]) -> bytes:
    """Return the root file that pins a set: each institution's name and its validator."""
    written = comet_json.write_validators([validator for _, validator in validators])
    members = [{"name": name, **each} for (name, _), each in zip(validators, written, strict=True)]
    return _json({"format": VALIDATORS_FORMAT, "chain": chain, "validators": members})
