"""Cases of spec/vectors/bundle on which a second verifier goes wrong, and what a network signed.

Languages differ in what they call a character, a space, an integer, a time; a verifier may stop
at the first good evidence. Used by `make_bundle_vectors.py`.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

from mingzhang.verify import build, comet, comet_json, note
from mingzhang.verify.encodings import to_base64
from mingzhang.verify.volume import VOLUME_KEY, MapProof
from tools.bundle_cases import (
    COUNTERSIGNED,
    PINNED,
    PRINTED,
    Json,
    Root,
    absence,
    absent_in_month,
    changed,
    constant,
    figure,
    flip,
    payment,
    receipt,
    rejected,
    verified,
    without,
)
from tools.bundle_world import (
    ALL_KEYS,
    BY_BOTH,
    BY_HISTORY,
    BY_NEWER,
    BY_VALIDATORS,
    CHAIN,
    DECEMBER_KEY,
    EMPTY_MONTH,
    FIGURE,
    HEIGHT,
    MAIN,
    MONTH,
    NAMED,
    OLD_SIZE,
    SEAL,
    SEAL_AT,
    STRANGER,
    VALIDATORS,
    WITNESS_NAMES,
    WITNESSES,
    checkpoint,
    commit,
    dated_id,
    header,
)

NETWORK = Path(__file__).parents[1] / "spec" / "vectors" / "commit" / "network.json"
DECEMBER_S = 1_796_083_200
HOUR_S = 3_600
IN_YEAR_10889 = "ffffffff-ffff-7abc-8def-0123456789ab"
OLD_TIME = "2026-11-22T00:00:00Z"
ABSENT_MONTH = MapProof(EMPTY_MONTH, b"", b"", MAIN.prove(VOLUME_KEY + EMPTY_MONTH))
FACTS: Json = {"claim": "record", "key": FIGURE.key, "height": HEIGHT}


def trap_cases() -> None:
    """Add all cases of this file."""
    text_traps()
    time_traps()
    root_traps()
    set_traps()
    head_traps()
    evidence_traps()
    month_traps()
    network_cases()


def text_traps() -> None:
    """Add files that a lenient reader takes."""
    base = figure(BY_BOTH)
    text = base.decode()
    place = f'"index": {SEAL_AT}'
    edits = {
        "duplicate-field-in-a-header": text.replace('"height"', '"height": "42",\n   "height"', 1),
        "duplicate-field-by-an-escape": text.replace(
            '"claim"', f'"ch\\u0061in": "{CHAIN}", "claim"'
        ),
        "field-of-every-object": text.replace('"claim"', '"__proto__": {}, "claim"', 1),
        "comma-at-the-end": text.rstrip()[:-1] + ",}",
        "no-break-space": text.replace(": ", ":\u00a0", 1),
        "zero-in-front": text.replace(place, f'"index": 0{SEAL_AT}'),
        "number-that-rounds": text.replace(place, '"index": 6.0000000000000000001'),
        "line-break-in-a-text": text.replace(CHAIN, f"{CHAIN}\n", 1),
        "unknown-escape": text.replace(CHAIN, f"\\{CHAIN}", 1),
    }
    for name, edited in edits.items():
        if edited == text:
            raise ValueError(name)
        rejected(name, edited.encode(), PINNED, "malformed")
    long_key = changed(base, "claim", "key", to=lambda _: "明" * 134)
    rejected("key-of-402-bytes", long_key, PINNED, "malformed")
    path = changed(base, "history", "path", to=lambda path: path[:1] * 65)
    rejected("history-path-of-65", path, PINNED, "malformed")
    code = changed(receipt(2), "claim", "code", to=lambda _: 2**32)
    rejected("receipt-code-beyond-32-bits", code, PINNED, "malformed")
    far = changed(base, "headers", 0, "height", to=constant(str(2**63)))
    rejected("height-beyond-63-bits", far, PINNED, "malformed")
    first = changed(base, "headers", 0, "height", to=constant("0"))
    rejected("height-zero", first, PINNED, "malformed")
    minus = changed(base, "validators", 0, "voting_power", to=constant("-1"))
    rejected("negative-power", minus, PINNED, "malformed")
    spaced = changed(base, "claim", "record", to=lambda text: f"{text[:8]}\n{text[8:]}")
    rejected("base64-with-a-line-break", spaced, PINNED, "malformed")
    url = changed(base, "claim", "record", to=lambda _: "-_-_")
    rejected("base64-for-addresses", url, PINNED, "malformed")
    escaped = text.replace('"claim"', '"cl\\u0061im"', 1).replace("/", "\\/")
    every = Root(checkpoint(OLD_SIZE), ALL_KEYS, NAMED)
    verified("record-spelt-with-escapes", escaped.encode(), every, "validators", "checkpoint",
             **FACTS)  # fmt: skip


def time_traps() -> None:
    """Add times that are not, and times set back."""
    base = figure(BY_BOTH)
    for name, value in (
        ("day-that-is-not", "2026-02-30T00:00:00Z"),
        ("hour-24", "2026-11-24T24:00:00Z"),
        ("second-60", "2026-11-24T23:59:60Z"),
        ("year-0", "0000-01-01T00:00:00Z"),
        ("zone", "2026-11-24T08:00:00+08:00"),
    ):
        bundle = changed(base, "headers", 0, "time", to=constant(value))
        rejected(f"time-of-{name}", bundle, PINNED, "malformed")
    old = changed(base, "headers", 0, "time", to=constant(OLD_TIME))
    rejected("header-time-set-back", old, PINNED, "commit-refused")
    rejected("history-header-time-set-back", old, PRINTED, "not-in-history")
    vote = changed(base, "commit", "signatures", 1, "timestamp", to=constant(OLD_TIME))
    rejected("vote-time-set-back", vote, PINNED, "commit-refused")


def root_traps() -> None:
    """Add roots that are nearly the right one."""
    base = figure(BY_BOTH)
    text = checkpoint(OLD_SIZE)
    parsed = note.parse_note(text)
    own, *witnesses = parsed.signatures
    earlier = dataclasses.replace(
        witnesses[0], signature=bytes(7) + b"\1" + witnesses[0].signature[8:]
    )
    stamped = note.format_note(note.Note(parsed.text, (own, earlier, *witnesses[1:])))
    back = Root(stamped, ALL_KEYS)
    rejected("root-countersigned-at-another-time", base, back, "root-bad-signature")
    stranger = note.sign(parsed.text, "mz-stranger", STRANGER.public_key, STRANGER.sign)
    more = note.format_note(note.Note(parsed.text, (stranger, *parsed.signatures, own)))
    verified(
        "record-by-a-checkpoint-with-a-strangers-signature",
        figure(BY_HISTORY),
        Root(more, ALL_KEYS),
        "checkpoint",
        **FACTS,
        checkpoint_signed_by=[CHAIN, *WITNESS_NAMES],
    )
    lone = note.format_note(note.Note(parsed.text, (own,) * 3))
    rejected("root-signed-thrice-by-the-ledger", base, Root(lone, ALL_KEYS),
             "root-not-countersigned")  # fmt: skip
    other = [(name, comet.Validator(each.public_key, 11)) for name, each in NAMED]
    rejected("root-of-other-powers", base, Root(validators=other), "wrong-validators")
    rejected("root-in-another-order", base, Root(validators=NAMED[::-1]), "wrong-validators")
    rejected("root-of-three-of-the-four", base, Root(validators=NAMED[:3]), "wrong-validators")
    twice = (*VALIDATORS[:3], VALIDATORS[0])
    seal = header(HEIGHT + 1, validators=twice, app_hash=MAIN.root)
    doubled = build.Evidence((seal,), twice, dataclasses.replace(BY_BOTH, headers=(seal,)).commit)
    names = [name for name, _ in NAMED]
    rejected("validator-twice", figure(doubled),
             Root(validators=list(zip(names, twice, strict=True))), "commit-refused")  # fmt: skip
    rare = [("\U00020bb7" * 150, each) for _, each in NAMED]
    verified("record-by-validators-of-rare-names", figure(BY_VALIDATORS), Root(validators=rare),
             "validators", **FACTS, validators=[name for name, _ in rare])  # fmt: skip


def set_traps() -> None:
    """Add sets that no chain may have, and absent votes that say something."""
    names = [name for name, _ in NAMED]
    for name, powers in (("of-no-power", (10, 10, 10, 0)), ("of-too-much-power", (2**59,) * 4)):
        some = tuple(
            comet.Validator(each.public_key, power)
            for each, power in zip(VALIDATORS, powers, strict=True)
        )
        seal = header(HEIGHT + 1, validators=some, app_hash=MAIN.root)
        bundle = figure(build.Evidence((seal,), some, commit(seal)))
        root = Root(validators=list(zip(names, some, strict=True)))
        rejected(f"validators-{name}", bundle, root, "commit-refused")
    absent = figure(dataclasses.replace(BY_VALIDATORS, commit=commit(SEAL, (2, 2, 1, 2))))
    place = ("commit", "signatures", 2)
    address = comet.address(VALIDATORS[2].public_key).hex().upper()
    for member, value in (
        ("validator_address", address),
        ("timestamp", OLD_TIME),
        ("signature", to_base64(bytes(64))),
    ):
        spoken = changed(absent, *place, member, to=constant(value))
        rejected(f"absent-vote-with-a-{member}", spoken, PINNED, "commit-refused")


def head_traps() -> None:
    """Add heads in a bundle that are nearly the pinned one, for a root that cannot judge them."""
    same = figure(dataclasses.replace(BY_HISTORY, checkpoint=checkpoint(OLD_SIZE)))
    line = note.parse_note(checkpoint(OLD_SIZE)).text.split("\n")[2]
    for name, old, new in (
        ("size", "\n9\n", "\n10\n"),
        ("root", line, to_base64(bytes(32))),
        ("extension", f"{line}\n", f"{line}\nmore\n"),
        ("origin", f"{CHAIN}\n", f"{CHAIN}x\n"),
    ):
        bundle = changed(same, "checkpoint", to=_replaced(old, new))
        rejected(f"head-of-another-{name}", bundle, PRINTED, "checkpoint-unsigned-root")
    extended = note.parse_checkpoint(note.parse_note(checkpoint(OLD_SIZE)).text)
    texts = [
        note.format_checkpoint(dataclasses.replace(extended, extensions=(each,)))
        for each in ("one", "two")
    ]
    notes = [
        note.format_note(note.Note(text, note.parse_note(checkpoint(OLD_SIZE)).signatures))
        for text in texts
    ]
    two = changed(same, "checkpoint", to=constant(notes[1].decode()))
    rejected("head-of-another-extension-line", two, Root(notes[0]), "checkpoint-unsigned-root")
    rejected("head-without-the-pinned-extension", same, Root(notes[0]), "checkpoint-unsigned-root")
    marked = Root(b"\xef\xbb\xbf" + checkpoint(OLD_SIZE))
    rejected("root-behind-a-byte-order-mark", same, marked, "wrong-chain")
    parsed = note.parse_note(checkpoint(OLD_SIZE, witnesses=()))
    late = 2**63
    stamped = note.NoteSignature(
        WITNESS_NAMES[0],
        ALL_KEYS[1].key_id,
        late.to_bytes(8, "big") + WITNESSES[0].sign(note.cosigned_bytes(parsed.text, late)),
    )
    data = note.format_note(note.Note(parsed.text, (*parsed.signatures, stamped)))
    rejected("root-countersigned-beyond-63-bits", same, Root(data, ALL_KEYS[:2]),
             "root-bad-signature")  # fmt: skip


def _replaced(old: str, new: str) -> Any:  # noqa: ANN401 - as `changed` takes it
    return lambda text: text.replace(old, new, 1)


def evidence_traps() -> None:
    """Add what is false beside what is good, and parts left out."""
    base = figure(BY_BOTH)
    every = Root(checkpoint(OLD_SIZE), ALL_KEYS, NAMED)
    vote = changed(base, "commit", "signatures", 3, "signature", to=flip(40))
    rejected("false-commit-beside-a-good-history", vote, every, "commit-refused")
    path = changed(base, "history", "path", to=lambda path: [flip(9)(path[0]), *path[1:]])
    rejected("false-history-beside-a-good-commit", path, every, "not-in-history")
    missing = absence(DECEMBER_KEY, ABSENT_MONTH)
    more = changed(missing, "claim", "map", to=lambda shown: {**shown, "proof": "AAAA"})
    rejected("absence-of-volume-with-a-proof-in-it", more, PINNED, "malformed")
    for member in ("proof", "root", "name"):
        bundle = changed(payment(), "claim", "map", "volume", to=_without(member))
        rejected(f"volume-without-{member}", bundle, PINNED, "malformed")
    inner = changed(payment(), "claim", "map", to=_without("proof"))
    rejected("volume-without-a-proof-in-it", inner, PINNED, "malformed")
    no_root = changed(payment(), "claim", "map", to=lambda shown: {
        "volume": {"name": shown["volume"]["name"], "proof": shown["volume"]["proof"]}
    })  # fmt: skip
    rejected("record-in-a-volume-that-is-not-shown", no_root, PINNED, "malformed")
    alone = without(base, "validators")
    rejected("commit-without-validators", alone, PINNED, "malformed")
    hanging = without(figure(BY_NEWER), "checkpoint")
    rejected("consistency-without-checkpoint", hanging, COUNTERSIGNED, "malformed")
    nothing = changed(base, "validators", to=lambda _: [])
    rejected("validators-empty", nothing, PINNED, "wrong-validators")
    short = changed(base, "commit", "signatures", 0, "signature", to=lambda _: to_base64(bytes(63)))
    rejected("signature-of-63-bytes", short, PINNED, "commit-refused")
    null = changed(base, "commit", "signatures", 0, "signature", to=lambda _: None)
    rejected("signature-null-of-a-present-vote", null, PINNED, "commit-refused")
    newer = changed(figure(dataclasses.replace(BY_HISTORY, checkpoint=checkpoint(OLD_SIZE))),
                    "checkpoint", to=lambda text: text.replace("\n9\n", "\n09\n"))  # fmt: skip
    rejected("newer-head-size-with-a-zero", newer, COUNTERSIGNED, "checkpoint-malformed")


def _without(member: str) -> Any:  # noqa: ANN401 - as `changed` takes it
    return lambda members: {name: each for name, each in members.items() if name != member}


def month_traps() -> None:
    """Add absences at the edges of a month, and of an id beyond the calendar."""
    shown = ABSENT_MONTH
    evening = f"execution/payment/{dated_id(DECEMBER_S - 13 * HOUR_S)}"
    verified("absence-in-the-month-of-an-eastern-zone", absence(evening, shown), PINNED,
             "validators", claim="absence", key=evening, height=HEIGHT, volume=EMPTY_MONTH,
             )  # fmt: skip
    early = f"execution/payment/{dated_id(DECEMBER_S - 15 * HOUR_S)}"
    rejected("absence-in-a-month-of-no-zone", absence(early, shown), PINNED, "wrong-volume")
    key = f"execution/payment/{IN_YEAR_10889}"
    rejected("absence-of-an-id-beyond-the-calendar", absence(key, shown), PINNED, "wrong-volume")
    beyond = MapProof("+010889", b"", b"", MAIN.prove(VOLUME_KEY + "+010889"))
    rejected("absence-in-a-month-beyond-the-calendar", absence(key, beyond), PINNED,
             "wrong-volume")  # fmt: skip
    for hours, is_november in ((11, True), (13, False)):
        key = f"execution/payment/{dated_id(DECEMBER_S + hours * HOUR_S)}"
        bundle = absence(key, absent_in_month(key))
        if is_november:
            verified("absence-in-the-month-of-a-western-zone", bundle, PINNED, "validators",
                     claim="absence", key=key, height=HEIGHT, volume=MONTH)  # fmt: skip
        else:
            rejected("absence-in-the-month-before", bundle, PINNED, "wrong-volume")
    upper = evening.replace("7abc", "7ABC")
    rejected("absence-of-an-id-in-capitals", absence(upper, shown), PINNED, "wrong-volume")


def network_cases() -> None:
    """Add the figure under headers that CometBFT's Go module signed for a network."""
    for case in json.loads(NETWORK.read_text())["cases"]:
        seal = comet_json.read_header(case["header"], "header")
        if seal.app_hash != MAIN.root:
            raise ValueError("network.json is of another state: run tests/conformance/comet")
        validators = _validators(case["validators"])
        signed = comet_json.read_commit(case["commit"], "commit")
        bundle = figure(build.Evidence((seal,), validators, signed))
        pinned = _validators(case["pinned"])
        names = [f"机构 {number}" for number in range(len(pinned))]
        root = Root(validators=list(zip(names, pinned, strict=True)))
        name = f"network-{case['name'].replace(' ', '-')}"
        if pinned != validators:
            rejected(name, bundle, root, "wrong-validators")
        elif case["accepted"]:
            signers = [
                name
                for name, place in zip(names, signed.signatures, strict=True)
                if place.flag == comet.FLAG_COMMIT
            ]
            verified(name, bundle, root, "validators", claim="record", key=FIGURE.key,
                     height=seal.height - 1, validators=signers)  # fmt: skip
        else:
            few = "insufficient voting power" in case["error"]
            rejected(name, bundle, root, "too-little-power" if few else "commit-refused")


def _validators(members: list[Json]) -> tuple[comet.Validator, ...]:
    return tuple(comet_json.read_validator(each, "validators") for each in members)
