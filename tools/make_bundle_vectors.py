"""Writes spec/vectors/bundle/: proof bundles, the roots to judge them from, and the verdicts.

One folder a case, in the manner of sigstore's conformance suite: `bundle.json`; of the root
`checkpoint.txt` and `keys.txt`, or `validators.json`, or all three; `expect.json`. A name that
ends in `_fail` must be rejected. Everything is made from fixed secrets, so that a second run writes
the same bytes. The keys are test keys: never use them.

    python tools/make_bundle_vectors.py
"""

import dataclasses
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":  # as a script, Python knows tools/ but not the folder that holds it
    sys.path[0] = str(Path(__file__).parents[1])

from mingzhang.verify import build, comet, ics23, merkle, note
from mingzhang.verify.bundle import Inclusion
from mingzhang.verify.encodings import from_base64, to_base64
from mingzhang.verify.volume import VOLUME_KEY, MapProof
from tools.bundle_cases import (
    ABSENT_KEY,
    CASES,
    COUNTERSIGNED,
    IN_MAIN,
    PINNED,
    PRINTED,
    SEAL_AND_BLOCK,
    Json,
    Root,
    absence,
    absent_in_month,
    changed,
    command,
    constant,
    figure,
    flip,
    flip_hex,
    good_cases,
    payment,
    receipt,
    rejected,
    text_of,
    without,
)
from tools.bundle_traps import trap_cases
from tools.bundle_world import (
    ALL_KEYS,
    BLOCK,
    BY_BOTH,
    BY_HISTORY,
    BY_NEWER,
    BY_VALIDATORS,
    CHAIN,
    COMMANDS,
    EMPTY_MONTH,
    FIGURE,
    HEIGHT,
    HISTORY,
    MAIN,
    MONTH,
    NAMED,
    OLD_SIZE,
    ORIGIN,
    ORIGIN_VKEY,
    OTHERS,
    PAYMENT,
    RECEIPTS,
    RESULTS,
    SEAL,
    SEAL_AT,
    SIZE,
    STRANGER,
    VALIDATOR_KEYS,
    VALIDATORS,
    VOLUME,
    Key,
    checkpoint,
    commit,
    consistency,
    header,
    in_history,
    sha,
)

FOLDER = Path(__file__).parents[1] / "spec" / "vectors" / "bundle"


def claim_failures() -> None:
    """Add claims that the header does not bear out."""
    base, in_volume = figure(BY_VALIDATORS), payment()
    for member, at in (("record", 5), ("salt", 0)):
        bundle = changed(base, "claim", member, to=flip(at))
        rejected(f"{member}-bit-flipped", bundle, PINNED, "not-in-map")
    for at in (0, 30, 70, 120, -1):
        bundle = changed(base, "claim", "map", "proof", to=flip(at))
        rejected(f"map-proof-bit-flipped-{at}", bundle, PINNED, "not-in-map")
    cut = changed(base, "claim", "map", "proof", to=lambda text: to_base64(from_base64(text)[:-70]))
    rejected("map-proof-cut", cut, PINNED, "not-in-map")
    empty = changed(base, "claim", "map", "proof", to=lambda _: "")
    rejected("map-proof-empty", empty, PINNED, "not-in-map")
    other = changed(base, "claim", "key", to=lambda _: OTHERS[3].key)
    rejected("record-of-another-key", other, PINNED, "not-in-map")
    old = dataclasses.replace(BY_VALIDATORS, headers=(BLOCK,), commit=commit(BLOCK))
    rejected("record-under-an-older-state", figure(old), PINNED, "not-in-map")
    for member in ("root", "proof"):
        bundle = changed(in_volume, "claim", "map", "volume", member, to=flip(3))
        rejected(f"volume-{member}-bit-flipped", bundle, PINNED, "not-in-map")
    name = changed(in_volume, "claim", "map", "volume", "name", to=lambda _: EMPTY_MONTH)
    rejected("volume-of-another-name", name, PINNED, "not-in-map")
    in_main = MapProof(None, VOLUME.prove(PAYMENT.key))
    rejected("volume-proof-left-out", payment(in_main), PINNED, "not-in-map")
    nodes = ics23.NODE_PREFIX + VOLUME.halves()
    shown = MapProof(None, MAIN.prove(VOLUME_KEY + MONTH))
    forged = build.record_bundle(VOLUME_KEY + MONTH, nodes[32:], nodes[:32], shown, BY_VALIDATORS)
    rejected("nodes-of-a-volume-as-a-record", forged, PINNED, "reserved-key")
    absence_failures()
    place_failures()


def absence_failures() -> None:
    """Add absences that are not so."""
    present = FIGURE.key
    for skip in (1, 2):
        forged = absence(present, MapProof(None, MAIN.prove(present, skip)))
        rejected(f"absence-of-a-present-key-{skip}", forged, PINNED, "not-absent")
    far = absence(ABSENT_KEY, MapProof(None, MAIN.prove(ABSENT_KEY, 1)))
    rejected("absence-between-distant-neighbours", far, PINNED, "not-absent")
    borrowed = absence(present, MapProof(None, MAIN.prove(ABSENT_KEY)))
    rejected("absence-proof-of-another-key", borrowed, PINNED, "not-absent")
    presence = absence(present, IN_MAIN)
    rejected("absence-by-a-proof-of-presence", presence, PINNED, "not-absent")
    paid = absence(PAYMENT.key, absent_in_month(PAYMENT.key, 1))
    rejected("absence-of-a-payment-made", paid, PINNED, "not-absent")
    missing = MapProof(EMPTY_MONTH, b"", b"", MAIN.prove(VOLUME_KEY + EMPTY_MONTH))
    rejected("absence-in-another-month", absence(PAYMENT.key, missing), PINNED, "wrong-volume")
    hidden = MapProof(MONTH, b"", b"", MAIN.prove(VOLUME_KEY + MONTH, 1))
    unsaid = absence(PAYMENT.key, hidden)
    rejected("absence-of-a-volume-that-is-there", unsaid, PINNED, "not-absent")
    plain = absence(ABSENT_KEY, absent_in_month(ABSENT_KEY))
    rejected("absence-in-a-volume-without-a-dated-id", plain, PINNED, "wrong-volume")


def place_failures() -> None:
    """Add receipts and commands that the block does not hold."""
    base = receipt(2)
    rejected(
        "receipt-bit-flipped", changed(base, "claim", "receipt", to=flip(3)), PINNED,
        "not-in-results",
    )  # fmt: skip
    code = changed(base, "claim", "code", to=lambda _: 1)
    rejected("receipt-refusal-as-acceptance", code, PINNED, "not-in-results")
    moved = changed(base, "claim", "inclusion", "index", to=lambda _: 3)
    rejected("receipt-at-a-wrong-index", moved, PINNED, "not-in-results")
    early = dataclasses.replace(BY_VALIDATORS, headers=(BLOCK,), commit=commit(BLOCK))
    body, kind = RECEIPTS[2]
    path = merkle.inclusion([comet.result_bytes(each) for each in RESULTS], 2)
    under = build.receipt_bundle(body, kind, Inclusion(2, len(RESULTS), path), early)
    rejected("receipt-under-its-own-blocks-header", under, PINNED, "not-in-results")
    base = command(1, SEAL_AND_BLOCK)
    other = changed(base, "claim", "command", to=lambda _: COMMANDS[2].decode())
    rejected("command-of-another-place", other, PINNED, "not-in-block")
    moved = changed(base, "claim", "inclusion", "index", to=lambda _: 0)
    rejected("command-at-a-wrong-index", moved, PINNED, "not-in-block")
    alone = changed(base, "headers", to=lambda headers: headers[:1])
    rejected("command-under-the-next-header", alone, PINNED, "not-in-block")
    forged = changed(base, "headers", 1, "data_hash", to=flip_hex)
    rejected("command-under-a-header-not-linked", forged, PINNED, "headers-not-linked")
    apart = changed(base, "headers", 1, "height", to=lambda _: "40")
    rejected("command-under-a-header-of-another-height", apart, PINNED, "headers-not-linked")
    many = changed(base, "headers", to=lambda headers: [*headers, headers[1]])
    rejected("command-with-three-headers", many, PINNED, "malformed")
    two = changed(figure(BY_VALIDATORS), "headers", to=lambda headers: headers * 2)
    rejected("record-with-two-headers", two, PINNED, "malformed")


def commit_failures() -> None:
    """Add commits that prove nothing."""
    base = figure(BY_VALIDATORS)
    for member in ("app_hash", "last_results_hash", "proposer_address"):
        bundle = changed(base, "headers", 0, member, to=flip_hex)
        rejected(f"header-{member}-bit-flipped", bundle, PINNED, "commit-refused")
    for member, value in (("height", "43"), ("time", "2026-11-24T00:00:00Z")):
        bundle = changed(base, "headers", 0, member, to=constant(value))
        rejected(f"header-{member}-changed", bundle, PINNED, "commit-refused")
    places: tuple[str | int, ...] = ("commit", "signatures")
    flipped = changed(base, *places, 2, "signature", to=flip(9))
    rejected("signature-bit-flipped", flipped, PINNED, "commit-refused")
    late = changed(base, *places, 2, "timestamp", to=lambda _: "2026-11-24T00:00:00Z")
    rejected("vote-time-changed", late, PINNED, "commit-refused")
    for name, to in (
        ("extra-signature", lambda each: [*each, each[0]]),
        ("signature-left-out", lambda each: each[:3]),
        ("signature-twice", lambda each: [each[0], each[0], *each[2:]]),
        ("signatures-swapped", lambda each: [each[1], each[0], *each[2:]]),
    ):
        rejected(name, changed(base, *places, to=to), PINNED, "commit-refused")
    unknown = changed(base, *places, 2, "block_id_flag", to=lambda _: 4)
    rejected("unknown-flag", unknown, PINNED, "commit-refused")
    for name, flags in (("half-absent", (2, 1, 1, 2)), ("half-for-no-block", (2, 3, 3, 2))):
        some = dataclasses.replace(BY_VALIDATORS, commit=commit(SEAL, flags))
        rejected(f"too-little-power-{name}", figure(some), PINNED, "too-little-power")
    three = VALIDATORS[:3]
    seal = header(HEIGHT + 1, BLOCK, three, app_hash=MAIN.root)
    exact = commit(seal, (2, 2, 1), VALIDATOR_KEYS[:3])
    two_thirds = figure(build.Evidence((seal,), tuple(three), exact))
    rejected("exactly-two-thirds", two_thirds, Root(validators=NAMED[:3]), "too-little-power")
    thieves = [Key(f"thief {number}") for number in range(4)]
    band = tuple(comet.Validator(each.public_key, 10) for each in thieves)
    seal = header(HEIGHT + 1, BLOCK, band, app_hash=MAIN.root)
    stolen = figure(build.Evidence((seal,), band, commit(seal, keys=thieves)))
    rejected("another-validator-set", stolen, PINNED, "wrong-validators")
    claimed = dataclasses.replace(BY_VALIDATORS, headers=(seal,), commit=commit(seal, keys=thieves))
    rejected("pinned-set-signatures-of-another", figure(claimed), PINNED, "commit-refused")
    heavier = changed(base, "validators", 0, "voting_power", to=lambda _: "1000")
    rejected("voting-power-changed", heavier, PINNED, "wrong-validators")
    no_votes = without(base, "commit")
    rejected("validators-without-commit", no_votes, PINNED, "malformed")


def history_failures() -> None:
    """Add headers that the pinned history does not hold, and roots that are not to be had."""
    base = figure(BY_HISTORY)
    for name, member, to in (
        ("at-a-wrong-index", "index", lambda _: SEAL_AT - 1),
        ("path-cut", "path", lambda path: path[:-1]),
        ("path-empty", "path", lambda _: []),
        ("path-longer", "path", lambda path: [*path, path[0]]),
        ("path-bit-flipped", "path", lambda path: [flip(0)(path[0]), *path[1:]]),
        ("index-beyond-the-end", "index", lambda _: OLD_SIZE),
    ):
        rejected(f"history-{name}", changed(base, "history", member, to=to), PRINTED,
                 "not-in-history")  # fmt: skip
    later = figure(build.Evidence((SEAL,), history=in_history(SIZE)))
    rejected("history-of-another-size", later, PRINTED, "wrong-history-size")
    forged = changed(base, "headers", 0, "app_hash", to=flip_hex)
    rejected("history-header-bit-flipped", forged, PRINTED, "not-in-history")
    rewritten = [*HISTORY[:3], sha("rewritten"), *HISTORY[4:]]
    other = Root(checkpoint(OLD_SIZE, rewritten), ALL_KEYS)
    rejected("another-checkpoint", base, other, "not-in-history")
    elsewhere = Root(checkpoint(OLD_SIZE, origin="mz-other"))
    rejected("root-of-another-ledger", base, elsewhere, "wrong-chain")
    rejected("no-evidence", figure(build.Evidence((SEAL,))), PINNED, "no-evidence")
    rejected("commit-for-a-checkpoint", figure(BY_VALIDATORS), PRINTED, "no-evidence")
    rejected("history-for-pinned-validators", base, PINNED, "no-evidence")
    root_failures(base)
    newer_failures(rewritten)


def root_failures(base: bytes) -> None:
    """Add roots that do not hold what is asked of them."""
    alone = Root(checkpoint(OLD_SIZE, witnesses=()), ALL_KEYS)
    rejected("root-not-countersigned", base, alone, "root-not-countersigned")
    half = Root(checkpoint(OLD_SIZE, witnesses=[0]), ALL_KEYS)
    rejected("root-countersigned-by-one-of-two", base, half, "root-not-countersigned")
    stranger = Root(checkpoint(OLD_SIZE, signer=STRANGER), ALL_KEYS)
    rejected("root-signed-by-a-stranger", base, stranger, "root-not-signed")
    text = checkpoint(OLD_SIZE).replace(b"\n9\n", b"\n8\n")
    rejected("root-size-changed", base, Root(text, ALL_KEYS), "root-bad-signature")
    cut = Root(checkpoint(OLD_SIZE).rpartition(b"\n\n")[0] + b"\n", ALL_KEYS)
    rejected("root-without-signatures", base, cut, "root-malformed")
    same = note.VerifierKey("w.example", note.COSIGNATURE, ORIGIN.public_key)
    twice = Root(checkpoint(OLD_SIZE), [ORIGIN_VKEY, same])
    rejected("root-countersigner-is-the-ledger", base, twice, "root-bad-key")
    foreign = note.VerifierKey("mz-other", note.ED25519, ORIGIN.public_key)
    rejected("root-key-of-another-ledger", base, Root(checkpoint(OLD_SIZE), [foreign]),
             "root-bad-key")  # fmt: skip


def newer_failures(rewritten: Sequence[bytes]) -> None:
    """Add newer heads that a root does not extend to."""

    def newer(data: bytes, proof: tuple[bytes, ...] | None = None) -> bytes:
        return figure(
            build.Evidence(
                (SEAL,),
                history=in_history(SIZE),
                checkpoint=data,
                consistency=consistency() if proof is None else proof,
            )
        )

    good = checkpoint(SIZE)
    rejected("newer-head-for-a-root-without-keys", newer(good), PRINTED, "checkpoint-unsigned-root")
    rejected("newer-head-without-consistency", newer(good, ()), COUNTERSIGNED, "not-consistent")
    fork = checkpoint(SIZE, rewritten)
    rejected("newer-head-of-a-rewritten-history", newer(fork), COUNTERSIGNED, "not-consistent")
    alone = newer(checkpoint(SIZE, witnesses=()))
    rejected("newer-head-not-countersigned", alone, COUNTERSIGNED, "checkpoint-not-countersigned")
    stranger = newer(checkpoint(SIZE, signer=STRANGER))
    rejected("newer-head-not-signed", stranger, COUNTERSIGNED, "checkpoint-not-signed")
    other = newer(checkpoint(SIZE, origin="mz-other"))
    rejected("newer-head-of-another-ledger", other, COUNTERSIGNED, "checkpoint-wrong-origin")
    forged = newer(good.replace(b"\n13\n", b"\n14\n"))
    rejected("newer-head-size-changed", forged, COUNTERSIGNED, "checkpoint-bad-signature")
    rejected("newer-head-is-no-note", newer(b"13"), COUNTERSIGNED, "checkpoint-malformed")
    old = build.Evidence((SEAL,), history=in_history(8), checkpoint=checkpoint(8), consistency=())
    rejected("older-head", figure(old), COUNTERSIGNED, "checkpoint-older")


def format_failures() -> None:
    """Add files that are not in the format."""
    base = figure(BY_BOTH)
    text = base.decode()
    edits = {
        "unknown-field": text.replace('"claim"', '"extra": 1,\n "claim"', 1),
        "unknown-field-in-header": text.replace('"chain_id"', '"extra": "1",\n   "chain_id"', 1),
        "duplicate-field": text.replace('"claim"', f'"chain": "{CHAIN}",\n "claim"', 1),
        "another-format": text.replace("mingzhang.proof/1", "mingzhang.proof/2"),
        "fraction": text.replace(f'"index": {SEAL_AT}', f'"index": {SEAL_AT}.0'),
        "exponent": text.replace(f'"index": {SEAL_AT}', '"index": 6e0'),
        "not-a-number": text.replace(f'"index": {SEAL_AT}', '"index": NaN'),
        "negative": text.replace(f'"index": {SEAL_AT}', '"index": -1'),
        "integer-beyond-2-53": text.replace(f'"index": {SEAL_AT}', '"index": 9007199254740992'),
        "boolean-for-a-number": text.replace(f'"index": {SEAL_AT}', '"index": true'),
        "number-for-a-text": text.replace('"height": "42"', '"height": 42'),
        "height-with-a-zero": text.replace('"height": "42"', '"height": "042"'),
        "time-with-a-zero": text.replace('Z"', '.10Z"', 1),
        "bytes-after-the-end": text + "x",
        "cut": text[:-20],
        "empty": "",
        "a-list": "[]",
        "deep-900": '{"format":' + "[" * 900 + "]" * 900 + "}",
        "deep-100000": "[" * 100_000,
        "half-a-surrogate": text.replace(FIGURE.key, "disclosure/item/\\ud800", 1),
        "null-for-a-path": text.replace('"history": {', '"history": null, "commitment": {', 1),
    }
    for name, edited in edits.items():
        if edited == text:
            raise ValueError(name)
        rejected(name, edited.encode(), PINNED, "malformed")
    lower = changed(base, "headers", 0, "app_hash", to=str.lower)
    rejected("lower-case-hash", lower, PINNED, "malformed")
    loose = changed(base, "claim", "salt", to=lambda salt: salt.rstrip("="))
    rejected("base64-without-padding", loose, PINNED, "malformed")
    spelt = changed(base, "claim", "salt", to=lambda salt: salt[:-2] + chr(ord(salt[-2]) + 1) + "=")
    rejected("base64-spelt-otherwise", spelt, PINNED, "malformed")
    short = changed(base, "claim", "salt", to=lambda _: to_base64(bytes(31)))
    rejected("salt-of-31-bytes", short, PINNED, "malformed")
    for path in (("claim",), ("headers",), ("claim", "map"), ("claim", "map", "proof")):
        rejected(f"without-{path[-1]}", without(base, *path), PINNED, "malformed")
    rejected("checkpoint-without-history", without(figure(BY_NEWER), "history"), PINNED,
             "malformed")  # fmt: skip
    kind = changed(base, "claim", "kind", to=lambda _: "total")
    rejected("unknown-kind", kind, PINNED, "malformed")
    rejected("not-utf8", base.replace(b"Z", b"\xff", 1), PINNED, "malformed")
    rejected("byte-order-mark", b"\xef\xbb\xbf" + base, PINNED, "malformed")
    rejected("huge", base + b" " * 1_048_576, PINNED, "too-large")
    other = changed(base, "chain", to=lambda _: "mz-other")
    rejected("chain-renamed", other, PINNED, "wrong-chain")
    inner = changed(base, "headers", 0, "chain_id", to=lambda _: "mz-other")
    rejected("header-of-another-chain", inner, PINNED, "wrong-chain")


def write(folder: Path, bundle: bytes, root: Root, expect: Json) -> None:
    """Write one case."""
    folder.mkdir(parents=True)
    (folder / "bundle.json").write_bytes(bundle)
    if root.checkpoint:
        (folder / "checkpoint.txt").write_bytes(root.checkpoint)
    if root.keys:
        lines = "".join(f"{note.format_key(key)}\n" for key in root.keys)
        (folder / "keys.txt").write_text(lines)
    if root.validators:
        pinned = build.validators_root_file(CHAIN, root.validators)
        (folder / "validators.json").write_bytes(pinned)
    if root.countersigners_required is not None:
        expect = {"countersigners_required": root.countersigners_required, **expect}
    (folder / "expect.json").write_bytes(text_of(expect))


def main(folder: Path) -> None:
    """Write all cases."""
    CASES.clear()
    good_cases()
    claim_failures()
    commit_failures()
    history_failures()
    format_failures()
    trap_cases()
    if folder.exists():
        shutil.rmtree(folder)
    for name, (bundle, root, expect) in CASES.items():
        write(folder / name, bundle, root, expect)


if __name__ == "__main__":
    main(FOLDER)
