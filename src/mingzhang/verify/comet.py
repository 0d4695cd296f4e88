"""Headers, votes and commits of CometBFT 0.38, encoded byte for byte as its Go module does.

One shape serves both engines: CometBFT signs these bytes itself, solo signs them with the encoders
here, and one verifier reads both (design section 5, "Header and commit"). Source: CometBFT 0.38
`spec/core/data_structures.md`, `types/block.go`, `types/canonical.go`, `types/validation.go`;
held to that module by `spec/vectors/commit/`.

Units: times are nanoseconds since 1970-01-01T00:00:00Z; powers are CometBFT's voting power.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from mingzhang.verify.ed25519 import signature_holds
from mingzhang.verify.merkle import root as merkle_root

HASH_BYTES = 32
ADDRESS_BYTES = 20
PART_BYTES = 65_536
"""Size of a part of a block, `types.BlockPartSizeBytes`."""

FLAG_ABSENT = 1
FLAG_COMMIT = 2
FLAG_NIL = 3

ZERO_TIME_NS = -62_135_596_800 * 1_000_000_000
"""Go's zero time, 0001-01-01T00:00:00Z: the timestamp of an absent vote."""

MAX_TOTAL_POWER = (2**63 - 1) // 8
"""`types.MaxTotalVotingPower`."""

_PRECOMMIT = 2
_UINT64 = 2**64
_MORE = 0x80


@dataclass(frozen=True, slots=True)
class PartSetHeader:
    """How a block was cut into parts: their number and the Merkle root over them."""

    total: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class BlockId:
    """A block: the hash of its header, and of its parts. The first block's predecessor is empty."""

    hash: bytes
    parts: PartSetHeader


NO_BLOCK = BlockId(b"", PartSetHeader(0, b""))
"""`last_block_id` of the first block."""


@dataclass(frozen=True, slots=True)
class Header:
    """A block header, all fields, in CometBFT's order.

    Hashes are 32 bytes, or empty where CometBFT has none yet; `proposer_address` is 20 bytes.
    """

    block_version: int
    app_version: int
    chain_id: str
    height: int
    time_ns: int
    last_block_id: BlockId
    last_commit_hash: bytes
    data_hash: bytes
    validators_hash: bytes
    next_validators_hash: bytes
    consensus_hash: bytes
    app_hash: bytes
    last_results_hash: bytes
    evidence_hash: bytes
    proposer_address: bytes


@dataclass(frozen=True, slots=True)
class Validator:
    """A validator: its Ed25519 key (32 bytes) and its voting power (≥ 1)."""

    public_key: bytes
    power: int


@dataclass(frozen=True, slots=True)
class CommitSig:
    """One validator's place in a commit: `flag` is absent, commit or nil."""

    flag: int
    validator_address: bytes
    time_ns: int
    signature: bytes


ABSENT = CommitSig(FLAG_ABSENT, b"", ZERO_TIME_NS, b"")
"""The place of a validator whose vote was not seen."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The precommits for one block, one place per validator in the order of the set."""

    height: int
    round: int
    block_id: BlockId
    signatures: tuple[CommitSig, ...]


@dataclass(frozen=True, slots=True)
class ExecTxResult:
    """The part of a transaction's result that consensus covers."""

    code: int
    data: bytes
    gas_wanted: int = 0
    gas_used: int = 0


@dataclass(frozen=True, slots=True)
class Signers:
    """Who stands behind a header: the validators that signed it, in the order of the set."""

    validators: tuple[Validator, ...]
    power: int
    total_power: int


class CommitRefused(Exception):
    """A commit that does not prove its header.

    `reason` is one of: `empty-set`, `bad-power`, `duplicate-validator`, `wrong-chain`,
    `wrong-height`, `wrong-validators`, `wrong-header`, `bad-round`, `signature-count`, `bad-flag`,
    `absent-not-empty`, `wrong-address`, `bad-signature`, `too-little-power`.
    `index` is the place in the commit that is at fault, or None.
    """

    def __init__(self, reason: str, index: int | None = None) -> None:
        super().__init__(reason if index is None else f"{reason} at {index}")
        self.reason = reason
        self.index = index


def _uvarint(number: int) -> bytes:
    out = bytearray()
    while number >= _MORE:
        out.append(number % _MORE | _MORE)
        number >>= 7
    out.append(number)
    return bytes(out)


def _varint_field(field: int, number: int) -> bytes:
    """Protobuf varint field; a zero is left out, a negative number is its 64-bit complement."""
    if number == 0:
        return b""
    return _uvarint(field << 3) + _uvarint(number % _UINT64)


def _fixed64_field(field: int, number: int) -> bytes:
    if number == 0:
        return b""
    return _uvarint(field << 3 | 1) + number.to_bytes(8, "little", signed=True)


def _message_field(field: int, content: bytes) -> bytes:
    """Protobuf length-delimited field that is written even when empty."""
    return _uvarint(field << 3 | 2) + _uvarint(len(content)) + content


def _bytes_field(field: int, content: bytes) -> bytes:
    return _message_field(field, content) if content else b""


def _timestamp(time_ns: int) -> bytes:
    seconds, nanos = divmod(time_ns, 1_000_000_000)
    return _varint_field(1, seconds) + _varint_field(2, nanos)


def _block_id(block_id: BlockId) -> bytes:
    parts = _varint_field(1, block_id.parts.total) + _bytes_field(2, block_id.parts.hash)
    return _bytes_field(1, block_id.hash) + _message_field(2, parts)


def address(public_key: bytes) -> bytes:
    """Return the 20-byte address of an Ed25519 key: the head of its SHA-256."""
    return hashlib.sha256(public_key).digest()[:ADDRESS_BYTES]


def header_hash(header: Header) -> bytes:
    """Return the 32-byte hash of a header: the RFC 6962 root over its fourteen encoded fields."""
    version = _varint_field(1, header.block_version) + _varint_field(2, header.app_version)
    return merkle_root(
        [
            version,
            _bytes_field(1, header.chain_id.encode()),
            _varint_field(1, header.height),
            _timestamp(header.time_ns),
            _block_id(header.last_block_id),
            _bytes_field(1, header.last_commit_hash),
            _bytes_field(1, header.data_hash),
            _bytes_field(1, header.validators_hash),
            _bytes_field(1, header.next_validators_hash),
            _bytes_field(1, header.consensus_hash),
            _bytes_field(1, header.app_hash),
            _bytes_field(1, header.last_results_hash),
            _bytes_field(1, header.evidence_hash),
            _bytes_field(1, header.proposer_address),
        ]
    )


def validators_hash(validators: Sequence[Validator]) -> bytes:
    """Return the hash of a validator set in the given order (CometBFT: power falling, address)."""
    return merkle_root(
        [
            _message_field(1, _bytes_field(1, each.public_key)) + _varint_field(2, each.power)
            for each in validators
        ]
    )


def commit_hash(commit: Commit) -> bytes:
    """Return the `last_commit_hash` that the next header carries for this commit."""
    return merkle_root(
        [
            _varint_field(1, each.flag)
            + _bytes_field(2, each.validator_address)
            + _message_field(3, _timestamp(each.time_ns))
            + _bytes_field(4, each.signature)
            for each in commit.signatures
        ]
    )


def result_bytes(result: ExecTxResult) -> bytes:
    """Return the deterministic bytes of a result: a leaf under `last_results_hash`."""
    return (
        _varint_field(1, result.code)
        + _bytes_field(2, result.data)
        + _varint_field(5, result.gas_wanted)
        + _varint_field(6, result.gas_used)
    )


def results_hash(results: Sequence[ExecTxResult]) -> bytes:
    """Return the `last_results_hash` that the next header carries for a block's results."""
    return merkle_root([result_bytes(each) for each in results])


def data_hash(transactions: Sequence[bytes]) -> bytes:
    """Return the `data_hash` of a block: the root over the SHA-256 of each transaction."""
    return merkle_root([hashlib.sha256(each).digest() for each in transactions])


def no_evidence_hash() -> bytes:
    """Return the `evidence_hash` of a block that holds no evidence."""
    return merkle_root([])


def part_set_header(block: bytes) -> PartSetHeader:
    """Return the part set header of a block's bytes, cut into parts of 64 KiB (at least one)."""
    parts = [block[at : at + PART_BYTES] for at in range(0, len(block), PART_BYTES)] or [b""]
    return PartSetHeader(len(parts), merkle_root(parts))


def vote_sign_bytes(
    chain_id: str, height: int, round_number: int, block_id: BlockId | None, time_ns: int
) -> bytes:
    """Return the bytes that a validator signs to precommit a block.

    Args:
        chain_id: the chain's name.
        height: the block's height.
        round_number: the round of the vote, ≥ 0.
        block_id: the block, or None for a vote for no block.
        time_ns: when the validator voted.

    """
    message = (
        _varint_field(1, _PRECOMMIT)
        + _fixed64_field(2, height)
        + _fixed64_field(3, round_number)
        + (b"" if block_id is None else _message_field(4, _block_id(block_id)))
        + _message_field(5, _timestamp(time_ns))
        + _bytes_field(6, chain_id.encode())
    )
    return _uvarint(len(message)) + message


def _check_set(validators: Sequence[Validator]) -> int:
    """Return the total power of a set, or refuse a set that no chain may have."""
    if not validators:
        raise CommitRefused("empty-set")
    total = 0
    seen: dict[bytes, int] = {}
    for index, each in enumerate(validators):
        if each.power < 1:
            raise CommitRefused("bad-power", index)
        if each.public_key in seen:
            raise CommitRefused("duplicate-validator", index)
        seen[each.public_key] = index
        total += each.power
    if total > MAX_TOTAL_POWER:
        raise CommitRefused("bad-power")
    return total


def _check_binding(
    chain_id: str, validators: Sequence[Validator], header: Header, commit: Commit
) -> None:
    """Refuse a commit that speaks of another chain, height, set or header."""
    if header.chain_id != chain_id:
        raise CommitRefused("wrong-chain")
    if commit.height != header.height:
        raise CommitRefused("wrong-height")
    if validators_hash(validators) != header.validators_hash:
        raise CommitRefused("wrong-validators")
    if commit.block_id.hash != header_hash(header):
        raise CommitRefused("wrong-header")
    if commit.round < 0:
        raise CommitRefused("bad-round")
    if len(commit.signatures) != len(validators):
        raise CommitRefused("signature-count")


def _vote_counts(
    chain_id: str, commit: Commit, index: int, place: CommitSig, validator: Validator
) -> bool:
    """Whether a place of the commit is a vote for the block; refuse one that is not in order."""
    if place.flag == FLAG_ABSENT:
        if place != ABSENT:
            raise CommitRefused("absent-not-empty", index)
        return False
    if place.flag not in (FLAG_COMMIT, FLAG_NIL):
        raise CommitRefused("bad-flag", index)
    if place.validator_address != address(validator.public_key):
        raise CommitRefused("wrong-address", index)
    voted = commit.block_id if place.flag == FLAG_COMMIT else None
    signed = vote_sign_bytes(chain_id, commit.height, commit.round, voted, place.time_ns)
    if not signature_holds(validator.public_key, signed, place.signature):
        raise CommitRefused("bad-signature", index)
    return place.flag == FLAG_COMMIT


def verify_commit(
    chain_id: str, validators: Sequence[Validator], header: Header, commit: Commit
) -> Signers:
    """Prove that more than two thirds of `validators`' power signed `header`.

    Every signature present must be good, those for no block included: one bad vote refuses the
    commit, as CometBFT's own `VerifyCommit` does. That the set itself is to be trusted is the
    caller's to know; here it is only bound to the header by its hash.

    Returns:
        The validators that signed this header, and their power.

    Raises:
        CommitRefused: with the reason and the place at fault.

    """
    total = _check_set(validators)
    _check_binding(chain_id, validators, header, commit)
    signers = tuple(
        validator
        for index, (place, validator) in enumerate(zip(commit.signatures, validators, strict=True))
        if _vote_counts(chain_id, commit, index, place, validator)
    )
    power = sum(each.power for each in signers)
    if power * 3 <= total * 2:
        raise CommitRefused("too-little-power")
    return Signers(signers, power, total)
