"""Headers, commits and validators in the JSON of CometBFT's RPC, read strictly and written.

The shape is CometBFT's (64-bit integers as decimal strings, hashes in upper-case hexadecimal,
signatures and keys in base64), so that what its RPC answers can be put into a bundle as it is and
what a bundle holds can be given to its tools.
"""

from collections.abc import Sequence

from mingzhang.verify import comet
from mingzhang.verify.encodings import to_base64, to_hex, to_rfc3339
from mingzhang.verify.strict_json import Fields, Malformed

MAX_VALIDATORS = 500
"""More than any jurisdiction has institutions; bounds the signatures that one file asks for."""

KEY_TYPE = "tendermint/PubKeyEd25519"

_HASH = (comet.HASH_BYTES,)
_HASH_OR_NONE = (0, comet.HASH_BYTES)
_MAX_CHAIN_ID = 50
_INT32_MAX = 2**31 - 1
_HEADER_HASHES = (
    "last_commit_hash",
    "data_hash",
    "validators_hash",
    "next_validators_hash",
    "consensus_hash",
    "app_hash",
    "last_results_hash",
    "evidence_hash",
)


def read_block_id(value: object, where: str) -> comet.BlockId:
    """Read a block id; both hashes are empty for "no block"."""
    fields = Fields(value, where, ("hash", "parts"))
    parts = Fields(fields.value("parts"), fields.path("parts"), ("total", "hash"))
    return comet.BlockId(
        fields.hex("hash", _HASH_OR_NONE),
        comet.PartSetHeader(
            parts.integer("total", 0, _INT32_MAX), parts.hex("hash", _HASH_OR_NONE)
        ),
    )


def read_header(value: object, where: str) -> comet.Header:
    """Read a header, all fields."""
    names = ("version", "chain_id", "height", "time", "last_block_id", "proposer_address")
    fields = Fields(value, where, (*names, *_HEADER_HASHES))
    version = Fields(fields.value("version"), fields.path("version"), ("block",), ("app",))
    return comet.Header(
        block_version=version.decimal("block", 0),
        app_version=version.decimal("app", 0) if "app" in version else 0,
        chain_id=fields.text("chain_id", _MAX_CHAIN_ID),
        height=fields.decimal("height", 1),
        time_ns=fields.time_ns("time"),
        last_block_id=read_block_id(fields.value("last_block_id"), fields.path("last_block_id")),
        last_commit_hash=fields.hex("last_commit_hash", _HASH_OR_NONE),
        data_hash=fields.hex("data_hash", _HASH_OR_NONE),
        validators_hash=fields.hex("validators_hash", _HASH),
        next_validators_hash=fields.hex("next_validators_hash", _HASH),
        consensus_hash=fields.hex("consensus_hash", _HASH),
        app_hash=fields.hex("app_hash", _HASH_OR_NONE),
        last_results_hash=fields.hex("last_results_hash", _HASH_OR_NONE),
        evidence_hash=fields.hex("evidence_hash", _HASH_OR_NONE),
        proposer_address=fields.hex("proposer_address", (comet.ADDRESS_BYTES,)),
    )


def read_commit(value: object, where: str) -> comet.Commit:
    """Read a commit; whether it proves anything is `comet.verify_commit`'s to say."""
    fields = Fields(value, where, ("height", "round", "block_id", "signatures"))
    return comet.Commit(
        height=fields.decimal("height", 1),
        round=fields.integer("round", -_INT32_MAX, _INT32_MAX),
        block_id=read_block_id(fields.value("block_id"), fields.path("block_id")),
        signatures=tuple(
            _read_place(each, path) for each, path in fields.items("signatures", MAX_VALIDATORS)
        ),
    )


def _read_place(value: object, where: str) -> comet.CommitSig:
    fields = Fields(value, where, ("block_id_flag", "validator_address", "timestamp", "signature"))
    # Go writes the missing signature of an absent vote as null.
    missing = fields.value("signature") is None
    return comet.CommitSig(
        flag=fields.integer("block_id_flag", 0, 255),
        validator_address=fields.hex("validator_address", (0, comet.ADDRESS_BYTES)),
        time_ns=fields.time_ns("timestamp"),
        signature=b"" if missing else fields.base64("signature", (0, 63, 64, 65)),
    )


def read_validator(value: object, where: str) -> comet.Validator:
    """Read a validator: key and voting power."""
    fields = Fields(value, where, ("pub_key", "voting_power"))
    return _read_validator(fields)


def read_named_validator(value: object, where: str) -> tuple[str, comet.Validator]:
    """Read a validator with the name of its institution."""
    fields = Fields(value, where, ("name", "pub_key", "voting_power"))
    return fields.text("name", 200), _read_validator(fields)


def _read_validator(fields: Fields) -> comet.Validator:
    key = Fields(fields.value("pub_key"), fields.path("pub_key"), ("type", "value"))
    if key.text("type") != KEY_TYPE:
        raise Malformed("bad-value", key.path("type"))
    return comet.Validator(key.base64("value", (32,)), fields.decimal("voting_power", 0))


def write_block_id(block_id: comet.BlockId) -> dict[str, object]:
    """Return a block id as JSON."""
    parts = {"total": block_id.parts.total, "hash": to_hex(block_id.parts.hash)}
    return {"hash": to_hex(block_id.hash), "parts": parts}


def write_header(header: comet.Header) -> dict[str, object]:
    """Return a header as JSON."""
    version = {"block": str(header.block_version)}
    if header.app_version:
        version["app"] = str(header.app_version)
    return {
        "version": version,
        "chain_id": header.chain_id,
        "height": str(header.height),
        "time": to_rfc3339(header.time_ns),
        "last_block_id": write_block_id(header.last_block_id),
        **{name: to_hex(getattr(header, name)) for name in _HEADER_HASHES},
        "proposer_address": to_hex(header.proposer_address),
    }


def write_commit(commit: comet.Commit) -> dict[str, object]:
    """Return a commit as JSON."""
    return {
        "height": str(commit.height),
        "round": commit.round,
        "block_id": write_block_id(commit.block_id),
        "signatures": [
            {
                "block_id_flag": each.flag,
                "validator_address": to_hex(each.validator_address),
                "timestamp": to_rfc3339(each.time_ns),
                "signature": to_base64(each.signature) if each.signature else None,
            }
            for each in commit.signatures
        ],
    }


def write_validators(validators: Sequence[comet.Validator]) -> list[dict[str, object]]:
    """Return a validator set as JSON, in the order that its hash covers."""
    return [
        {
            "pub_key": {"type": KEY_TYPE, "value": to_base64(each.public_key)},
            "voting_power": str(each.power),
        }
        for each in validators
    ]
