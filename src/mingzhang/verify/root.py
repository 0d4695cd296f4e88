"""What a verifier trusts before it looks at a proof: a checkpoint, or the validators' keys.

A root that came from the server it checks proves only that the server agrees with itself, so each
root says where it came from (design section 5, "Trust root").
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from mingzhang.verify import comet, note
from mingzhang.verify.comet_json import MAX_VALIDATORS, read_named_validator
from mingzhang.verify.reasons import Rejected
from mingzhang.verify.strict_json import Fields, Malformed, load

VALIDATORS_FORMAT: Final = "mingzhang.validators/1"
MAX_ROOT_BYTES: Final = 262_144
MAX_KEYS: Final = 16

Trusting = Literal["independent", "as given", "the same server"]
"""Where a root came from: another address than the server's that is checked; a file, or an address
where that server's is not known, of which only the verifier knows; that server, or the bundle."""
INDEPENDENT: Final = "independent"
AS_GIVEN: Final = "as given"
SAME_SERVER: Final = "the same server"


@dataclass(frozen=True, slots=True)
class Policy:
    """Whose signatures a head must bear.

    Each of `origin_keys` must have signed; of `countersigners`, `countersigners_required`.
    """

    origin_keys: tuple[note.VerifierKey, ...] = ()
    countersigners: tuple[note.VerifierKey, ...] = ()
    countersigners_required: int = 0

    @property
    def keys(self) -> tuple[note.VerifierKey, ...]:
        """All keys that the policy names."""
        return self.origin_keys + self.countersigners


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint, and which of the policy's keys have signed it."""

    checkpoint: note.Checkpoint
    signed_by: tuple[note.SignedBy, ...]


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """What a verifier trusts. At least one of `head` and `validators` is there."""

    chain: str
    head: Head | None
    policy: Policy
    validators: tuple[tuple[str, comet.Validator], ...]
    """Name and key of each institution, in the order that the set's hash covers."""
    trusting: Trusting

    @property
    def validators_hash(self) -> bytes:
        """The hash of the pinned set."""
        return comet.validators_hash([validator for _, validator in self.validators])


def policy_of(
    chain: str, keys: Sequence[note.VerifierKey], countersigners_required: int | None = None
) -> Policy:
    """Return the policy that a list of keys means.

    Args:
        chain: the ledger; its own key bears this name.
        keys: the ledger's key (type 0x01) and countersigners' (type 0x04), at most 16.
        countersigners_required: how many of the countersigners must have signed; None for all.

    Raises:
        Rejected: `root-bad-key` for a key of another ledger, a key given twice, or a
            "countersigner" that is the ledger's own key: such a witness witnesses nothing.

    """
    seen: dict[bytes, str] = {}
    for key in keys:
        if key.public_key in seen:
            raise Rejected("root-bad-key", f"{key.name} = {seen[key.public_key]}")
        if key.kind == note.ED25519 and key.name != chain:
            raise Rejected("root-bad-key", f"{key.name} ≠ {chain}")
        seen[key.public_key] = key.name
    origin_keys = tuple(key for key in keys if key.kind == note.ED25519)
    countersigners = tuple(key for key in keys if key.kind == note.COSIGNATURE)
    required = len(countersigners) if countersigners_required is None else countersigners_required
    if len(keys) > MAX_KEYS or not 0 <= required <= len(countersigners):
        raise Rejected("root-bad-key", f"{required} / {len(countersigners)}")
    return Policy(origin_keys, countersigners, required)


def judge_head(data: bytes, chain: str, policy: Policy, prefix: str) -> Head:
    """Read a checkpoint and hold it to a policy.

    Args:
        data: the signed note.
        chain: the ledger that it must be of.
        policy: whose signatures it must bear.
        prefix: `root` or `checkpoint`: which codes to reject with.

    Raises:
        Rejected: `<prefix>-malformed`, `-bad-signature`, `-not-signed`, `-not-countersigned`;
            `wrong-chain` or `checkpoint-wrong-origin`.

    """
    try:
        signed = note.parse_note(data)
        checkpoint = note.parse_checkpoint(signed.text)
    except note.NoteRefused as error:
        raise Rejected(f"{prefix}-malformed", error.reason) from error
    if checkpoint.origin != chain:
        code = "wrong-chain" if prefix == "root" else "checkpoint-wrong-origin"
        raise Rejected(code, f"{checkpoint.origin} ≠ {chain}")
    try:
        signed_by = note.verify_note(signed, policy.keys)
    except note.NoteRefused as error:
        raise Rejected(f"{prefix}-bad-signature", error.where) from error
    signers = [each.key for each in signed_by]
    for key in policy.origin_keys:
        if key not in signers:
            raise Rejected(f"{prefix}-not-signed", key.name)
    countersigned = sum(1 for key in policy.countersigners if key in signers)
    if countersigned < policy.countersigners_required:
        fact = f"{countersigned} < {policy.countersigners_required}"
        raise Rejected(f"{prefix}-not-countersigned", fact)
    return Head(checkpoint, signed_by)


def parse_keys(texts: Sequence[str]) -> tuple[note.VerifierKey, ...]:
    """Read verifier keys as people pass them on. Raises `Rejected`, `root-bad-key`."""
    try:
        return tuple(note.parse_key(text.strip()) for text in texts)
    except note.NoteRefused as error:
        raise Rejected("root-bad-key", error.where) from error


def checkpoint_root(
    data: bytes,
    keys: Sequence[note.VerifierKey] = (),
    *,
    countersigners_required: int | None = None,
    trusting: Trusting = INDEPENDENT,
) -> TrustRoot:
    """Return the root that a checkpoint is.

    Without keys the checkpoint is trusted as it was found (printed, in the gazette) and a newer
    one cannot be judged.

    Args:
        data: the signed note.
        keys: keys that must have signed it, and any newer head of a bundle as well.
        countersigners_required: how many of the countersigners among `keys`; None for all.
        trusting: where the checkpoint came from.

    Raises:
        Rejected: with a code that begins with `root-`.

    """
    try:
        chain = note.parse_checkpoint(note.parse_note(data).text).origin
    except note.NoteRefused as error:
        raise Rejected("root-malformed", error.reason) from error
    policy = policy_of(chain, keys, countersigners_required)
    head = judge_head(data, chain, policy, "root")
    return TrustRoot(chain, head, policy, (), trusting)


def _read_validators(data: bytes) -> tuple[str, tuple[tuple[str, comet.Validator], ...]]:
    fields = Fields(load(data, MAX_ROOT_BYTES), "", ("format", "chain", "validators"))
    if fields.text("format") != VALIDATORS_FORMAT:
        raise Malformed("bad-value", "format")
    validators = tuple(
        read_named_validator(each, where)
        for each, where in fields.items("validators", MAX_VALIDATORS)
    )
    return fields.text("chain"), validators


def validators_root(data: bytes, *, trusting: Trusting = INDEPENDENT) -> TrustRoot:
    """Return the root that a list of validators is (`mingzhang.validators/1`, spec/bundle.md).

    Raises:
        Rejected: `root-malformed`.

    """
    try:
        chain, validators = _read_validators(data)
    except Malformed as error:
        raise Rejected("root-malformed", str(error)) from error
    if not validators:
        raise Rejected("root-malformed", "validators")
    return TrustRoot(chain, None, Policy(), validators, trusting)


def both(checkpoint: TrustRoot, validators: TrustRoot) -> TrustRoot:
    """Return a root that asks for the validators' commit and the history, where both are given.

    Raises:
        Rejected: `wrong-chain` when the two are of different ledgers.

    """
    if checkpoint.chain != validators.chain:
        raise Rejected("wrong-chain", f"{validators.chain} ≠ {checkpoint.chain}")
    trusting = checkpoint.trusting if checkpoint.trusting == SAME_SERVER else validators.trusting
    return replace(checkpoint, validators=validators.validators, trusting=trusting)


def read_root(
    data: bytes,
    keys: Sequence[note.VerifierKey] = (),
    *,
    countersigners_required: int | None = None,
    trusting: Trusting = INDEPENDENT,
) -> TrustRoot:
    """Return the root in a file: JSON is a list of validators, else it is a checkpoint.

    Raises:
        Rejected: as `checkpoint_root` and `validators_root`; `root-bad-key` when keys are given
            with a list of validators, which they cannot sign.

    """
    if not data.startswith(b"{"):
        return checkpoint_root(
            data, keys, countersigners_required=countersigners_required, trusting=trusting
        )
    if keys:
        raise Rejected("root-bad-key", keys[0].name)
    return validators_root(data, trusting=trusting)
