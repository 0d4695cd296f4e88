"""How a case of spec/vectors/bundle is made, and the cases that must be verified.

Used by `make_bundle_vectors.py`, which adds what must be rejected and writes them all.
"""

import copy
import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mingzhang.verify import build, comet, merkle, note
from mingzhang.verify.bundle import Inclusion
from mingzhang.verify.encodings import from_base64, to_base64
from mingzhang.verify.volume import VOLUME_KEY, MapProof
from tools.bundle_world import (
    ABSENT_ID,
    ALL_KEYS,
    BLOCK,
    BY_BOTH,
    BY_HISTORY,
    BY_NEWER,
    BY_VALIDATORS,
    CHAIN,
    COMMANDS,
    DECEMBER_KEY,
    EMPTY_MONTH,
    FIGURE,
    HEIGHT,
    INSTITUTIONS,
    MAIN,
    MONTH,
    NAMED,
    OLD_SIZE,
    OTHERS,
    PAYMENT,
    RECEIPTS,
    RESULTS,
    SEAL,
    VALIDATORS,
    VOLUME,
    WITNESS_NAMES,
    checkpoint,
    commit,
    sha,
)

Json = dict[str, Any]


@dataclass
class Root:
    """The files of a root."""

    checkpoint: bytes = b""
    keys: Sequence[note.VerifierKey] = ()
    validators: Sequence[tuple[str, comet.Validator]] = ()
    countersigners_required: int | None = None


PINNED = Root(validators=NAMED)
PRINTED = Root(checkpoint(OLD_SIZE))
COUNTERSIGNED = Root(checkpoint(OLD_SIZE), ALL_KEYS)
CASES: dict[str, tuple[bytes, Root, Json]] = {}


def verified(name: str, bundle: bytes, root: Root, *by: str, **facts: object) -> None:
    """Add a case that must be verified."""
    CASES[name] = (bundle, root, {"verdict": "verified", "by": list(by), **facts})


def rejected(name: str, bundle: bytes | Json, root: Root, reason: str) -> None:
    """Add a case that must be rejected."""
    data = bundle if isinstance(bundle, bytes) else text_of(bundle)
    CASES[f"{name}_fail"] = (data, root, {"verdict": "rejected", "reason": reason})


def text_of(bundle: Json) -> bytes:
    """Return a bundle's JSON."""
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode() + b"\n"


def changed(bundle: bytes, *path: str | int, to: Callable[[Any], Any]) -> Json:
    """Return a bundle with one member changed."""
    out: Json = copy.deepcopy(json.loads(bundle))
    place: Any = out
    for step in path[:-1]:
        place = place[step]
    last: Any = path[-1]
    place[last] = to(place[last])
    return out


def without(bundle: bytes, *path: str) -> Json:
    """Return a bundle without one member."""
    out: Json = json.loads(bundle)
    place = out
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return out


def flip(at: int) -> Callable[[str], str]:
    """Return a function that flips one bit of base64'd bytes."""

    def flipped(text: str) -> str:
        data = bytearray(from_base64(text))
        data[at] ^= 1
        return to_base64(bytes(data))

    return flipped


def constant(value: str) -> Callable[[Any], str]:
    """Return a function that answers the same whatever it is given."""
    return lambda _: value


def flip_hex(text: str) -> str:
    """Flip one bit of upper-case hexadecimal."""
    return f"{int(text[:2], 16) ^ 1:02X}{text[2:]}"


IN_MAIN = MapProof(None, MAIN.prove(FIGURE.key))
IN_VOLUME = MapProof(MONTH, VOLUME.prove(PAYMENT.key), VOLUME.root, MAIN.prove(VOLUME_KEY + MONTH))


def figure(evidence: build.Evidence) -> bytes:
    """Return the bundle of the figure."""
    return build.record_bundle(FIGURE.key, FIGURE.body, FIGURE.salt, IN_MAIN, evidence)


def payment(shown: MapProof = IN_VOLUME) -> bytes:
    """Return the bundle of the payment, in its month's volume."""
    return build.record_bundle(PAYMENT.key, PAYMENT.body, PAYMENT.salt, shown, BY_VALIDATORS)


def receipt(at: int) -> bytes:
    """Return the bundle of a receipt."""
    body, code = RECEIPTS[at]
    path = merkle.inclusion([comet.result_bytes(each) for each in RESULTS], at)
    return build.receipt_bundle(body, code, Inclusion(at, len(RESULTS), path), BY_BOTH)


def command(at: int, evidence: build.Evidence) -> bytes:
    """Return the bundle of a command."""
    path = merkle.inclusion([sha(each) for each in COMMANDS], at)
    return build.command_bundle(COMMANDS[at], Inclusion(at, len(COMMANDS), path), evidence)


SEAL_AND_BLOCK = dataclasses.replace(BY_BOTH, headers=(SEAL, BLOCK))
ABSENT_KEY = "disclosure/item/none"


def good_cases() -> None:
    """Add what must be verified."""
    facts: Json = {"claim": "record", "key": FIGURE.key, "height": HEIGHT}
    verified("record-by-validators", figure(BY_VALIDATORS), PINNED, "validators", **facts)
    verified("record-by-printed-checkpoint", figure(BY_HISTORY), PRINTED, "checkpoint", **facts)
    verified(
        "record-by-countersigned-checkpoint",
        figure(BY_HISTORY),
        COUNTERSIGNED,
        "checkpoint",
        **facts,
        checkpoint_signed_by=[CHAIN, *WITNESS_NAMES],
    )
    one = Root(checkpoint(OLD_SIZE, witnesses=[1]), ALL_KEYS, countersigners_required=1)
    verified(
        "record-by-one-of-two-countersigners",
        figure(BY_HISTORY),
        one,
        "checkpoint",
        **facts,
        checkpoint_signed_by=[CHAIN, WITNESS_NAMES[1]],
    )
    every = Root(checkpoint(OLD_SIZE), ALL_KEYS, NAMED)
    verified("record-by-both", figure(BY_BOTH), every, "validators", "checkpoint", **facts)
    verified(
        "record-history-not-judged",
        figure(BY_BOTH),
        PINNED,
        "validators",
        **facts,
        not_judged=["history"],
    )
    verified("record-by-newer-checkpoint", figure(BY_NEWER), COUNTERSIGNED, "checkpoint", **facts)
    same = dataclasses.replace(BY_HISTORY, checkpoint=checkpoint(OLD_SIZE))
    verified("record-with-the-roots-own-checkpoint", figure(same), PRINTED, "checkpoint", **facts)
    for name, flags in (("absent", (2, 2, 1, 2)), ("nil", (2, 3, 2, 2))):
        some = dataclasses.replace(BY_VALIDATORS, commit=commit(SEAL, flags))
        signers = [each for each, flag in zip(INSTITUTIONS, flags, strict=True) if flag == 2]  # noqa: PLR2004
        verified(
            f"record-three-of-four-{name}",
            figure(some),
            PINNED,
            "validators",
            **facts,
            validators=signers,
        )
    verified(
        "record-in-volume",
        payment(),
        PINNED,
        "validators",
        claim="record",
        key=PAYMENT.key,
        height=HEIGHT,
        volume=MONTH,
    )
    more_good_cases()


def absence(key: str, shown: MapProof) -> bytes:
    """Return a bundle of absence."""
    return build.absence_bundle(key, shown, BY_VALIDATORS)


def absent_in_month(key: str, skip: int = 0) -> MapProof:
    """Return a proof of absence in the payments' month."""
    return MapProof(MONTH, VOLUME.prove(key, skip), VOLUME.root, MAIN.prove(VOLUME_KEY + MONTH))


def more_good_cases() -> None:
    """Add absences, receipts and commands that must be verified."""
    edges = {"between": ABSENT_KEY}
    positions = sorted(sha(each.key) for each in [FIGURE, *OTHERS])
    positions = sorted([*positions, sha(VOLUME_KEY + MONTH)])
    for number in range(500):
        key = f"disclosure/item/edge-{number}"
        if sha(key) < positions[0]:
            edges["before-all"] = key
        if sha(key) > positions[-1]:
            edges["after-all"] = key
    for name, key in edges.items():
        bundle = absence(key, MapProof(None, MAIN.prove(key)))
        verified(
            f"absence-{name}", bundle, PINNED, "validators", claim="absence", key=key, height=HEIGHT
        )
    key = f"execution/payment/{ABSENT_ID}"
    facts: Json = {"claim": "absence", "height": HEIGHT}
    verified(
        "absence-in-volume",
        absence(key, absent_in_month(key)),
        PINNED,
        "validators",
        **facts,
        key=key,
        volume=MONTH,
    )
    missing = MapProof(EMPTY_MONTH, b"", b"", MAIN.prove(VOLUME_KEY + EMPTY_MONTH))
    verified(
        "absence-of-volume",
        absence(DECEMBER_KEY, missing),
        PINNED,
        "validators",
        **facts,
        key=DECEMBER_KEY,
        volume=EMPTY_MONTH,
    )
    for at, name in ((2, "accepted"), (3, "refused")):
        verified(
            f"receipt-{name}", receipt(at), PINNED, "validators", claim="receipt", height=HEIGHT
        )
    verified("receipt-last", receipt(4), PRINTED, "checkpoint", claim="receipt", height=HEIGHT)
    own = build.Evidence((BLOCK,), tuple(VALIDATORS), commit(BLOCK))
    facts = {"claim": "command", "height": HEIGHT}
    verified("command-by-next-header", command(1, SEAL_AND_BLOCK), PRINTED, "checkpoint", **facts)
    verified("command-by-own-header", command(4, own), PINNED, "validators", **facts)
