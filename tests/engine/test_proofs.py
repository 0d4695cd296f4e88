"""What a solo node proves, checked by the light client from roots of every kind."""

import pytest

from mingzhang.consensus.home import Node
from mingzhang.consensus.proofs import CountersignatureRefused, ProofRefused, countersigned
from mingzhang.kernel.records import encode
from mingzhang.verify import bundle, note
from mingzhang.verify.reasons import Rejected
from mingzhang.verify.root import checkpoint_root, validators_root
from tests.engine import small
from tests.engine.small import ANN, SUITE, VERSIONS, Add, Counter, Slip, SlipRecord

WITNESS = SUITE.signer(b"w" * 32)
WITNESS_KEY = note.VerifierKey("audit-office", note.COSIGNATURE, WITNESS.public_key)


@pytest.fixture
def node(tmp_path):
    small.make(tmp_path / "home")
    (tmp_path / "home" / "countersigners.txt").write_text(note.format_key(WITNESS_KEY) + "\n")
    node = Node(tmp_path / "home", VERSIONS)
    node.start()
    yield node
    node.stop()


def answer(node, command):
    return node.engine.submit(ANN(command)).result(20)


def roots(node):
    own = note.parse_key(node.proofs.verifier_key())
    signed = countersigned(node.proofs.checkpoint(), "audit-office", WITNESS)
    return {
        "validators": validators_root(node.proofs.validators_file()),
        "countersigned": checkpoint_root(signed, (own, WITNESS_KEY)),
        "bare": checkpoint_root(node.proofs.checkpoint()),
    }


@pytest.mark.parametrize("root", ["validators", "countersigned", "bare"])
def test_a_record_and_a_receipt_are_proven_from_every_root(node, root):
    final = answer(node, Add(counter="a", amount_fen=7))
    slip = answer(node, Slip(number="n"))
    answer(node, Add(counter="a", amount_fen=7))
    trust = roots(node)[root]
    size = trust.head.checkpoint.size if trust.head else None

    found = bundle.verify(node.proofs.record("count/counter/a", None, size), trust)
    assert found.claim.content == encode(Counter(total_fen=14))

    slip_id = node.application.view().lookup("count/number", "n")
    key = SlipRecord.key(slip_id)
    volume = node.application.committed.volume_of(key, SlipRecord)
    found = bundle.verify(node.proofs.record(key, volume, size), trust)
    assert found.claim.content == b'{"number":"n"}'

    found = bundle.verify(node.proofs.receipt(final.height, final.place, size), trust)
    assert found.claim.content == final.outcome.receipt
    assert found.height == final.height
    assert slip.height > final.height


def test_absence_is_proven_too(node):
    answer(node, Add(counter="a", amount_fen=7))
    found = bundle.verify(node.proofs.record("count/counter/b", None), roots(node)["bare"])
    assert found.claim.kind == "absence"


def test_an_older_checkpoint_still_proves_today_with_consistency_and_not_without(node):
    answer(node, Add(counter="a", amount_fen=1))
    old = roots(node)["countersigned"]
    for _ in range(5):
        answer(node, Add(counter="a", amount_fen=1))
    with pytest.raises(Rejected):
        bundle.verify(node.proofs.record("count/counter/a", None), old)
    with pytest.raises(Rejected) as caught:  # today's head lacks the witness's signature
        bundle.verify(node.proofs.record("count/counter/a", None, old.head.checkpoint.size), old)
    assert "countersigned" in caught.value.code
    bare = checkpoint_root(node.proofs.checkpoint(), (note.parse_key(node.proofs.verifier_key()),))
    answer(node, Add(counter="a", amount_fen=1))
    size = bare.head.checkpoint.size
    bundle.verify(node.proofs.record("count/counter/a", None, size), bare)


def test_proofs_are_there_after_a_restart(node):
    final = answer(node, Add(counter="a", amount_fen=7))
    node.stop()
    again = Node(node.home, VERSIONS)
    again.start()
    try:
        trust = roots(again)["countersigned"]
        found = bundle.verify(again.proofs.record("count/counter/a", None), trust)
        assert found.claim.content == encode(Counter(total_fen=7))
        bundle.verify(again.proofs.receipt(final.height, final.place), trust)
    finally:
        again.stop()


@pytest.mark.parametrize(
    ("height", "place", "reason"),
    [(10_000, 0, "no-block"), (0, 0, "no-block"), (3, 9, "no-receipt")],
)
def test_what_is_not_there_is_not_proven(node, height, place, reason):
    answer(node, Add(counter="a", amount_fen=7))
    with pytest.raises(ProofRefused) as caught:
        node.proofs.receipt(height, place)
    assert caught.value.reason == reason


def test_a_countersignature_is_kept_and_a_wrong_one_refused(node):
    answer(node, Add(counter="a", amount_fen=7))
    present = node.proofs.checkpoint()
    assert node.countersigned.newest() is None
    node.countersigned.add(countersigned(present, "audit-office", WITNESS), present)
    kept = note.parse_note(node.countersigned.newest())
    assert [line.name for line in kept.signatures] == ["small", "audit-office"]

    stranger = SUITE.signer(b"x" * 32)
    old = present
    answer(node, Add(counter="a", amount_fen=7))
    now = node.proofs.checkpoint()
    for offered, reason in (
        (countersigned(now, "somebody", stranger), "no-countersignature"),
        (countersigned(old.replace(b"small\n", b"other\n", 1), "audit-office", WITNESS), None),
        (b"junk", None),
        (now, "no-countersignature"),
    ):
        with pytest.raises(CountersignatureRefused) as caught:
            node.countersigned.add(offered, now)
        assert reason in (None, caught.value.reason)
