"""The proof bundle: one file that proves one figure from a root (format: spec/bundle.md).

    claim ── map, results or block ──► header ──► commit of the validators that the root pins
                                          └─────► history ──► checkpoint that the root is

`verify` asks in the order of `reasons.TEXTS`, and the first reason is the answer.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from mingzhang.verify import comet, comet_json, merkle, volume
from mingzhang.verify.note import (
    Checkpoint,
    NoteRefused,
    SignedBy,
    parse_checkpoint,
    parse_note,
)
from mingzhang.verify.reasons import Rejected
from mingzhang.verify.root import Head, Trusting, TrustRoot, judge_head
from mingzhang.verify.strict_json import Fields, Malformed, load

FORMAT: Final = "mingzhang.proof/1"
MAX_BYTES: Final = 1_048_576
MAX_KEY_BYTES: Final = 400
MAX_VOLUME_CHARACTERS: Final = 32
SALT_BYTES: Final = 32
HASH_BYTES: Final = 32

Kind = Literal["record", "absence", "receipt", "command"]

_OWN_HEADER_TOO = 2
_MONTHS_APART_MS = (-12 * 3_600_000, 14 * 3_600_000)
"""The earliest and latest of the world's zones: a ledger's date is block time in one of them."""
_UUID7 = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A place in an RFC 6962 list and the path from it to the root."""

    index: int
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a bundle says. Which members are set follows from `kind`."""

    kind: Kind
    key: str = ""
    content: bytes = b""
    """Bytes of the record, receipt or command."""
    salt: bytes = b""
    code: int = 0
    """Code of a receipt's result: 0 accepted, 1 refused, 2 our fault."""
    shown: volume.MapProof | None = None
    inclusion: Inclusion | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as read; nothing in it is verified."""

    chain: str
    claim: Claim
    headers: tuple[comet.Header, ...]
    """The header that the evidence is for, then, for a command, the one before it."""
    validators: tuple[comet.Validator, ...]
    commit: comet.Commit | None
    history: Inclusion | None
    checkpoint: bytes
    """A signed note that is newer than the root, or empty."""
    consistency: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What is proven, and by whom.

    `height` is the block whose effect is proven: a record or an absence is as of the end of this
    block. `sealed_height` and `sealed_time_ns` are those of the header that the evidence is for.
    """

    chain: str
    claim: Claim
    height: int
    sealed_height: int
    sealed_time_ns: int
    header_hash: bytes
    by: tuple[str, ...]
    """`validators`, `checkpoint` or both: what of the root it was proven by."""
    not_judged: tuple[str, ...]
    """`commit` or `history`: evidence in the file for which the root has no measure."""
    validators: tuple[str, ...]
    """Names of the institutions that signed the header."""
    power: int
    total_power: int
    history_size: int
    """Size of the head that the header was found under; 0 without one."""
    checkpoint_signed_by: tuple[SignedBy, ...]
    trusting: Trusting


def read(data: bytes) -> Bundle:
    """Read a bundle. Raises `Rejected`, `too-large` or `malformed`."""
    try:
        return _read(data)
    except Malformed as error:
        code = "too-large" if error.reason == "too-large" else "malformed"
        raise Rejected(code, str(error)) from error


def _read(data: bytes) -> Bundle:
    optional = ("commit", "validators", "history", "checkpoint", "consistency")
    fields = Fields(load(data, MAX_BYTES), "", ("format", "chain", "claim", "headers"), optional)
    if fields.text("format") != FORMAT:
        raise Malformed("bad-value", "format")
    # What hangs on something that is not there could only confuse.
    for name, needs in (("commit", "validators"), ("validators", "commit")):
        if name in fields and needs not in fields:
            raise Malformed("missing-field", needs)
    for name, needs in (("checkpoint", "history"), ("consistency", "checkpoint")):
        if name in fields and needs not in fields:
            raise Malformed("missing-field", needs)
    claim = _read_claim(fields.value("claim"))
    headers = tuple(
        comet_json.read_header(each, where)
        for each, where in fields.items("headers", _OWN_HEADER_TOO)
    )
    if not headers or (len(headers) == _OWN_HEADER_TOO and claim.kind != "command"):
        raise Malformed("bad-value", "headers")
    return Bundle(
        chain=fields.text("chain"),
        claim=claim,
        headers=headers,
        validators=_read_validators(fields),
        commit=(
            comet_json.read_commit(fields.value("commit"), "commit") if "commit" in fields else None
        ),
        history=_read_inclusion(fields, "history") if "history" in fields else None,
        checkpoint=fields.text("checkpoint", MAX_BYTES).encode() if "checkpoint" in fields else b"",
        consistency=_read_path(fields, "consistency") if "consistency" in fields else (),
    )


def _read_validators(fields: Fields) -> tuple[comet.Validator, ...]:
    if "validators" not in fields:
        return ()
    return tuple(
        comet_json.read_validator(each, where)
        for each, where in fields.items("validators", comet_json.MAX_VALIDATORS)
    )


def _read_claim(value: object) -> Claim:
    kinds = ("key", "record", "salt", "map", "receipt", "code", "command", "inclusion")
    kind = Fields(value, "claim", ("kind",), kinds).text("kind")
    if kind == "record":
        fields = Fields(value, "claim", ("kind", "key", "record", "salt", "map"))
        return Claim(
            "record",
            key=_read_key(fields),
            content=fields.base64("record"),
            salt=fields.base64("salt", (SALT_BYTES,)),
            shown=_read_map(fields, absent=False),
        )
    if kind == "absence":
        fields = Fields(value, "claim", ("kind", "key", "map"))
        return Claim("absence", key=_read_key(fields), shown=_read_map(fields, absent=True))
    if kind == "receipt":
        fields = Fields(value, "claim", ("kind", "receipt", "code", "inclusion"))
        return Claim(
            "receipt",
            content=fields.base64("receipt"),
            code=fields.integer("code", 0, 2**32 - 1),
            inclusion=_read_inclusion(fields, "inclusion"),
        )
    if kind == "command":
        fields = Fields(value, "claim", ("kind", "command", "inclusion"))
        return Claim(
            "command",
            content=fields.text("command", 65_536).encode(),
            inclusion=_read_inclusion(fields, "inclusion"),
        )
    raise Malformed("bad-value", "claim.kind")


def _read_key(fields: Fields) -> str:
    key = fields.text("key", MAX_KEY_BYTES)
    if len(key.encode()) > MAX_KEY_BYTES:
        raise Malformed("bad-value", fields.path("key"))
    return key


def _read_map(fields: Fields, *, absent: bool) -> volume.MapProof:
    """Read a proof in the map. An absent volume has neither root nor proof below it."""
    shown = Fields(fields.value("map"), fields.path("map"), (), ("proof", "volume"))
    if "volume" not in shown:
        if "proof" not in shown:
            raise Malformed("missing-field", shown.path("proof"))
        return volume.MapProof(None, shown.base64("proof"))
    below = Fields(shown.value("volume"), shown.path("volume"), ("name", "proof"), ("root",))
    if ("root" in below) != ("proof" in shown) or not (absent or "root" in below):
        raise Malformed("missing-field", below.path("root"))
    return volume.MapProof(
        volume=below.text("name", MAX_VOLUME_CHARACTERS),
        proof=shown.base64("proof") if "proof" in shown else b"",
        volume_root=below.base64("root", (HASH_BYTES,)) if "root" in below else b"",
        volume_proof=below.base64("proof"),
    )


def _read_inclusion(fields: Fields, name: str) -> Inclusion:
    place = Fields(fields.value(name), fields.path(name), ("index", "size", "path"))
    return Inclusion(place.integer("index"), place.integer("size", 1), _read_path(place, "path"))


def _read_path(fields: Fields, name: str) -> tuple[bytes, ...]:
    items = fields.items(name, merkle.MAX_PATH)
    wrapped = (Fields({"hash": each}, where, ("hash",)) for each, where in items)
    return tuple(each.base64("hash", (HASH_BYTES,)) for each in wrapped)


def verify(data: bytes, root: TrustRoot) -> Verified:
    """Prove what a bundle says, from a root.

    Args:
        data: the bundle's bytes.
        root: what the verifier trusts.

    Raises:
        Rejected: with a code of `reasons.TEXTS` and words in Chinese and English.

    """
    bundle = read(data)
    _check_headers(bundle, root)
    signers = _judge_commit(bundle, root)
    head = _judge_history(bundle, root)
    present = [("commit", bundle.commit), ("history", bundle.history)]
    not_judged = [name for name, value in present if value is not None]
    by = []
    if signers is not None:
        by.append("validators")
        not_judged.remove("commit")
    if head is not None:
        by.append("checkpoint")
        not_judged.remove("history")
    if not by:
        raise Rejected("no-evidence", ", ".join(not_judged) or "-")
    height = _judge_claim(bundle)
    sealed = bundle.headers[0]
    return Verified(
        chain=bundle.chain,
        claim=bundle.claim,
        height=height,
        sealed_height=sealed.height,
        sealed_time_ns=sealed.time_ns,
        header_hash=comet.header_hash(sealed),
        by=tuple(by),
        not_judged=tuple(not_judged),
        validators=_names(root, signers),
        power=signers.power if signers else 0,
        total_power=signers.total_power if signers else 0,
        history_size=head.checkpoint.size if head else 0,
        checkpoint_signed_by=head.signed_by if head else (),
        trusting=root.trusting,
    )


def _names(root: TrustRoot, signers: comet.Signers | None) -> tuple[str, ...]:
    signed = signers.validators if signers else ()
    return tuple(name for name, validator in root.validators if validator in signed)


def _check_headers(bundle: Bundle, root: TrustRoot) -> None:
    if bundle.chain != root.chain:
        raise Rejected("wrong-chain", f"{bundle.chain} ≠ {root.chain}")
    for header in bundle.headers:
        if header.chain_id != bundle.chain:
            raise Rejected("wrong-chain", f"{header.chain_id} ≠ {bundle.chain}")
    for later, earlier in zip(bundle.headers, bundle.headers[1:], strict=False):
        if later.height != earlier.height + 1:
            raise Rejected("headers-not-linked", f"{earlier.height}, {later.height}")
        if later.last_block_id.hash != comet.header_hash(earlier):
            raise Rejected("headers-not-linked", f"{earlier.height}")


def _judge_commit(bundle: Bundle, root: TrustRoot) -> comet.Signers | None:
    """Return who signed, or None when there is no commit or the root pins no validators."""
    if bundle.commit is None or not root.validators:
        return None
    if comet.validators_hash(bundle.validators) != root.validators_hash:
        raise Rejected("wrong-validators")
    try:
        return comet.verify_commit(root.chain, bundle.validators, bundle.headers[0], bundle.commit)
    except comet.CommitRefused as error:
        if error.reason == "too-little-power":
            raise Rejected("too-little-power") from error
        raise Rejected("commit-refused", str(error)) from error


def _judge_history(bundle: Bundle, root: TrustRoot) -> Head | None:
    """Return the head that the header stands under, or None when file or root has none."""
    if bundle.history is None or root.head is None:
        return None
    head = _newest_head(bundle, root, root.head)
    if bundle.history.size != head.checkpoint.size:
        raise Rejected("wrong-history-size", f"{bundle.history.size} ≠ {head.checkpoint.size}")
    leaf = comet.header_hash(bundle.headers[0])
    if not _included(head.checkpoint.root, leaf, bundle.history):
        raise Rejected("not-in-history")
    return head


def _newest_head(bundle: Bundle, root: TrustRoot, pinned: Head) -> Head:
    """Return the bundle's head when it brings one: signed like the root, and extending it."""
    if not bundle.checkpoint or _same_head(bundle.checkpoint, pinned.checkpoint):
        return pinned
    if not root.policy.keys:
        raise Rejected("checkpoint-unsigned-root")
    newer = judge_head(bundle.checkpoint, root.chain, root.policy, "checkpoint")
    old, new = pinned.checkpoint, newer.checkpoint
    if new.size < old.size:
        raise Rejected("checkpoint-older")
    try:
        merkle.verify_consistency(old.root, old.size, new.root, new.size, bundle.consistency)
    except merkle.BadProof as error:
        raise Rejected("not-consistent") from error
    return newer


def _same_head(data: bytes, pinned: Checkpoint) -> bool:
    try:
        return parse_checkpoint(parse_note(data).text) == pinned
    except NoteRefused as error:
        raise Rejected("checkpoint-malformed", error.reason) from error


def _included(expected: bytes, leaf: bytes, place: Inclusion) -> bool:
    try:
        merkle.verify_inclusion(expected, leaf, place.index, place.size, place.path)
    except merkle.BadProof:
        return False
    return True


def _judge_claim(bundle: Bundle) -> int:
    """Return the height whose effect the claim shows, or reject the claim."""
    claim, header = bundle.claim, bundle.headers[-1]
    if claim.kind in ("record", "absence"):
        _judge_map(claim, header.app_hash)
        return header.height - 1
    if claim.inclusion is None:
        raise Rejected("malformed", "claim.inclusion")
    if claim.kind == "receipt":
        digest = hashlib.sha256(claim.content).digest()
        leaf = comet.result_bytes(comet.ExecTxResult(claim.code, digest))
        if not _included(header.last_results_hash, leaf, claim.inclusion):
            raise Rejected("not-in-results")
        return header.height - 1
    leaf = hashlib.sha256(claim.content).digest()
    if not _included(header.data_hash, leaf, claim.inclusion):
        raise Rejected("not-in-block")
    return header.height


def _judge_map(claim: Claim, app_hash: bytes) -> None:
    if claim.shown is None:
        raise Rejected("malformed", "claim.map")
    if claim.kind == "record":
        # The values there are roots of volumes, whose preimage is not a record but two nodes.
        if claim.key.startswith(volume.VOLUME_KEY):
            raise Rejected("reserved-key", claim.key)
        value, code = hashlib.sha256(claim.salt + claim.content).digest(), "not-in-map"
    else:
        _check_volume(claim.key, claim.shown.volume)
        value, code = None, "not-absent"
    try:
        volume.verify_value(app_hash, claim.key, value, claim.shown)
    except merkle.BadProof as error:
        raise Rejected(code) from error


def _check_volume(key: str, name: str | None) -> None:
    """Refuse an absence that was looked for in another month than that of the record's id."""
    if name is None:
        return
    match = _UUID7.fullmatch(key.rpartition("/")[2])
    if not match or name not in _months(int(match[1] + match[2], 16)):
        raise Rejected("wrong-volume", f"{key}, {name}")


def _months(time_ms: int) -> Sequence[str]:
    """Return the months, `YYYY-MM`, that a moment lies in somewhere in the world."""
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    try:
        moments = [epoch + dt.timedelta(milliseconds=time_ms + each) for each in _MONTHS_APART_MS]
    except OverflowError:
        return ()
    return [each.strftime("%Y-%m") for each in moments]
