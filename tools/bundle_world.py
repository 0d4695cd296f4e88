"""The small ledger that the vectors of spec/vectors/bundle are about: records, a volume, a block.

Everything is made from fixed secrets, so that a second run makes the same bytes. The keys are test
keys: never use them. Used by `make_bundle_vectors.py`.
"""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from mingzhang.verify import build, comet, ics23, merkle, note
from mingzhang.verify.bundle import Inclusion
from mingzhang.verify.volume import VOLUME_KEY

CHAIN = "mz-vectors-2026"
SECOND_NS = 1_000_000_000
START_NS = 1_795_420_800 * SECOND_NS
HEIGHT = 41


def sha(text: str | bytes) -> bytes:
    """Return SHA-256, of a text's UTF-8."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).digest()


class Key:
    """A test key: Ed25519 from a fixed secret."""

    def __init__(self, secret: str) -> None:
        seed = sha(f"mingzhang test bundle key {secret}")
        self.public_key, self._private = crypto_sign_seed_keypair(seed)

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return crypto_sign(message, self._private)[:64]


class Map:
    """A map small enough to be hashed anew for each question."""

    def __init__(self, leaves: dict[str, bytes]) -> None:
        self._leaves = sorted((sha(key), key.encode(), value) for key, value in leaves.items())
        self.root = self._hash(0, len(self._leaves), 0)

    def _split(self, low: int, high: int, depth: int) -> int:
        for at in range(low, high):
            if self._leaves[at][0][depth // 8] >> (7 - depth % 8) & 1:
                return at
        return high

    def _hash(self, low: int, high: int, depth: int) -> bytes:
        if low == high:
            return ics23.EMPTY
        if high - low == 1:
            position, _, value = self._leaves[low]
            return sha(ics23.LEAF_PREFIX + position + sha(value))
        middle = self._split(low, high, depth)
        left, right = self._hash(low, middle, depth + 1), self._hash(middle, high, depth + 1)
        return sha(ics23.NODE_PREFIX + left + right)

    def halves(self) -> bytes:
        """Return the two hashes under the root."""
        middle = self._split(0, len(self._leaves), 0)
        return self._hash(0, middle, 1) + self._hash(middle, len(self._leaves), 1)

    def _existence(self, at: int) -> ics23.Existence:
        low, high, depth, path = 0, len(self._leaves), 0, []
        while high - low > 1:
            middle = self._split(low, high, depth)
            if at < middle:
                path.append((0, self._hash(middle, high, depth + 1)))
                high = middle
            else:
                path.append((1, self._hash(low, middle, depth + 1)))
                low = middle
            depth += 1
        return ics23.Existence(self._leaves[at][1], self._leaves[at][2], tuple(path[::-1]))

    def prove(self, key: str, skip: int = 0) -> bytes:
        """Return the proof of a key, present or absent.

        `skip` moves the right neighbour away from an absent key: a forgery.
        """
        position = sha(key)
        at = sum(1 for each in self._leaves if each[0] < position)
        if not skip and at < len(self._leaves) and self._leaves[at][0] == position:
            return ics23.encode_presence(self._existence(at))
        right_at = at + skip
        left = self._existence(at - 1) if at else None
        right = self._existence(right_at) if right_at < len(self._leaves) else None
        return ics23.encode_absence(key.encode(), left, right)


@dataclass(frozen=True)
class Record:
    """A record of the ledger with its salt."""

    key: str
    body: bytes

    @property
    def salt(self) -> bytes:
        """Return its salt."""
        return sha(f"salt {self.key}")

    @property
    def value(self) -> bytes:
        """Return what the map holds."""
        return sha(self.salt + self.body)


def record(key: str, **members: object) -> Record:
    """Return a record with a JSON body."""
    return Record(key, json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode())


def dated_id(time_s: int) -> str:
    """Return an id as the kernel makes them: UUIDv7 layout, a moment in front."""
    moment = f"{time_s * 1_000:012x}"
    return f"{moment[:8]}-{moment[8:]}-7abc-8def-0123456789ab"


MONTH, EMPTY_MONTH = "2026-11", "2026-12"
START_S = START_NS // SECOND_NS
PAYMENT_ID, ABSENT_ID = dated_id(START_S), dated_id(START_S + 999)
FIGURE = record("disclosure/item/2026-2100212", title="门诊楼修缮", amount_fen=1_280_000_000)
OTHERS = [record(f"disclosure/item/{number}", amount_fen=number) for number in range(20)]
PAYMENT = record(f"execution/payment/{PAYMENT_ID}", amount_fen=32_000_000, status="settled")
PAYMENTS = [
    record(f"execution/payment/{dated_id(START_S + 1 + number)}", amount_fen=number)
    for number in range(9)
]
VOLUME = Map({each.key: each.value for each in [PAYMENT, *PAYMENTS]})
MAIN = Map({each.key: each.value for each in [FIGURE, *OTHERS]} | {VOLUME_KEY + MONTH: VOLUME.root})
DECEMBER_KEY = f"execution/payment/{dated_id(START_S + 20 * 86_400)}"

COMMANDS = [f"eyJhbGciOiJFZDI1NTE5In0.command-{number}.sig".encode() for number in range(5)]
RECEIPTS = [(f'{{"id":"{number}","events":[]}}'.encode(), number % 2) for number in range(5)]
RESULTS = [comet.ExecTxResult(code, sha(receipt)) for receipt, code in RECEIPTS]

INSTITUTIONS = ("财政局 Finance", "审计局 Audit", "人大 Congress", "卫健委 Health")
VALIDATOR_KEYS = [Key(name) for name in INSTITUTIONS]
VALIDATORS = [comet.Validator(key.public_key, 10) for key in VALIDATOR_KEYS]
NAMED = list(zip(INSTITUTIONS, VALIDATORS, strict=True))
ORIGIN, WITNESSES, STRANGER = Key("origin"), [Key("audit"), Key("university")], Key("stranger")
WITNESS_NAMES = ("audit.example/mz", "university.example/mz")
ORIGIN_VKEY = note.VerifierKey(CHAIN, note.ED25519, ORIGIN.public_key)
WITNESS_VKEYS = [
    note.VerifierKey(name, note.COSIGNATURE, key.public_key)
    for name, key in zip(WITNESS_NAMES, WITNESSES, strict=True)
]
ALL_KEYS = [ORIGIN_VKEY, *WITNESS_VKEYS]


def header(
    height: int,
    last: comet.Header | None = None,
    validators: Sequence[comet.Validator] = VALIDATORS,
    **members: Any,  # noqa: ANN401 - fields of different types
) -> comet.Header:
    """Return a header that follows another."""
    block_id = comet.BlockId(comet.header_hash(last), parts(last)) if last else comet.NO_BLOCK
    plain = comet.Header(
        block_version=11,
        app_version=1,
        chain_id=CHAIN,
        height=height,
        time_ns=START_NS + height * SECOND_NS,
        last_block_id=block_id,
        last_commit_hash=sha(f"commit {height - 1}"),
        data_hash=comet.data_hash(()),
        validators_hash=comet.validators_hash(validators),
        next_validators_hash=comet.validators_hash(validators),
        consensus_hash=sha("consensus"),
        app_hash=sha(f"state {height - 1}"),
        last_results_hash=comet.results_hash(()),
        evidence_hash=comet.no_evidence_hash(),
        proposer_address=comet.address(validators[0].public_key),
    )
    return dataclasses.replace(plain, **members)


def parts(of: comet.Header) -> comet.PartSetHeader:
    """Return a part set header for a block."""
    return comet.PartSetHeader(1, sha(f"parts {of.height}"))


def commit(
    of: comet.Header, flags: Sequence[int] = (2, 2, 2, 2), keys: Sequence[Key] = VALIDATOR_KEYS
) -> comet.Commit:
    """Return a commit for a header in which each validator's place bears the given flag."""
    block_id, places = comet.BlockId(comet.header_hash(of), parts(of)), []
    for number, (flag, key) in enumerate(zip(flags, keys, strict=True)):
        if flag == comet.FLAG_ABSENT:
            places.append(comet.ABSENT)
            continue
        time_ns = of.time_ns + SECOND_NS + number * 1_000_003
        voted = block_id if flag == comet.FLAG_COMMIT else None
        message = comet.vote_sign_bytes(CHAIN, of.height, 0, voted, time_ns)
        address = comet.address(key.public_key)
        places.append(comet.CommitSig(flag, address, time_ns, key.sign(message)))
    return comet.Commit(of.height, 0, block_id, tuple(places))


BLOCK = header(HEIGHT, data_hash=comet.data_hash(COMMANDS))
SEAL = header(HEIGHT + 1, BLOCK, app_hash=MAIN.root, last_results_hash=comet.results_hash(RESULTS))
SEAL_AT = 6
HISTORY = [comet.header_hash(SEAL) if at == SEAL_AT else sha(f"header {at}") for at in range(13)]
OLD_SIZE, SIZE = 9, 13


def checkpoint(
    size: int,
    leaves: Sequence[bytes] = HISTORY,
    witnesses: Sequence[int] = (0, 1),
    origin: str = CHAIN,
    signer: Key = ORIGIN,
) -> bytes:
    """Return the signed and countersigned head of the first `size` leaves."""
    head = note.Checkpoint(origin, size, merkle.root(leaves[:size]))
    text = note.format_checkpoint(head)
    lines = [note.sign(text, origin, signer.public_key, signer.sign)]
    for at in witnesses:
        key = WITNESSES[at]
        lines.append(
            note.countersign(
                text, WITNESS_NAMES[at], key.public_key, START_NS // SECOND_NS + size, key.sign
            )
        )
    return note.format_note(note.Note(text, tuple(lines)))


def in_history(size: int = OLD_SIZE) -> Inclusion:
    """Return the place of the sealing header in the history of `size`."""
    return Inclusion(SEAL_AT, size, merkle.inclusion(HISTORY[:size], SEAL_AT))


def consistency() -> tuple[bytes, ...]:
    """Return the proof that the newer history extends the older."""
    return merkle.consistency([merkle.leaf_hash(each) for each in HISTORY], OLD_SIZE)


BY_VALIDATORS = build.Evidence((SEAL,), tuple(VALIDATORS), commit(SEAL))
BY_HISTORY = build.Evidence((SEAL,), history=in_history())
BY_BOTH = dataclasses.replace(BY_VALIDATORS, history=in_history())
BY_NEWER = build.Evidence(
    (SEAL,), history=in_history(SIZE), checkpoint=checkpoint(SIZE), consistency=consistency()
)
