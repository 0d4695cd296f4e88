"""The solo engine with real store, worker and signatures: what a submitter and a restart see."""

import json

import pytest

from mingzhang.consensus.audit import audit_home
from mingzhang.consensus.home import HomeRefused, Node
from mingzhang.consensus.solo import ClockBehind
from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.blocks import read_block
from tests.engine import small
from tests.engine.small import ANN, BEN, GONE, RULES, STRANGER, VERSIONS, Add, Later, Slip


@pytest.fixture
def home(tmp_path):
    small.make(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture(params=[None, RULES], ids=["in process", "own process"])
def rules(request):
    """Where the rules run."""
    return request.param


@pytest.fixture
def node(home, rules):
    node = Node(home, VERSIONS, rules=rules)
    node.start()
    yield node
    node.stop()


def answer(node, wire):
    return node.engine.submit(wire).result(timeout=20)


def receipt(final):
    return json.loads(final.outcome.receipt)


def total(node, counter):
    record = node.application.view().find(small.Counter, counter)
    return None if record is None else record.total_fen


def test_a_command_is_executed_and_its_receipt_says_what_happened(node):
    final = answer(node, ANN(Add(counter="a", amount_fen=7)))
    assert final.outcome.code == 0
    assert receipt(final)["events"] == [{"kind": "count.added", "counter": "a", "amount_fen": 7}]
    assert total(node, "a") == 7


def test_no_block_seals_writes_without_the_hash_of_its_header(home):
    node = Node(home, VERSIONS)
    assert node.application.needs_seal
    with pytest.raises(NodeFault, match="without a header"):
        node.application.finalize(1, 1_700_000_000_001, b"", ())
    assert node.application.height == 0
    node.stop()


def test_what_was_acknowledged_is_there_after_a_restart(home, rules):
    node = Node(home, VERSIONS, rules=rules)
    node.start()
    answer(node, ANN(Add(counter="a", amount_fen=7)))
    root, height = node.application.app_hash, node.engine.height
    node.stop()

    again = Node(home, VERSIONS, rules=rules)
    again.start()
    try:
        assert (again.application.app_hash, again.engine.height) == (root, height)
        assert total(again, "a") == 7
        answer(again, ANN(Add(counter="a", amount_fen=1)))
        assert total(again, "a") == 8
    finally:
        again.stop()


def test_each_batch_is_sealed_by_a_header_that_is_in_the_history(node):
    final = answer(node, ANN(Add(counter="a", amount_fen=7)))
    blocks = [read_block(node.store.journal(final.height + n)) for n in range(3)]
    assert [len(block.commands) for block in blocks] == [1, 0, 0]
    assert blocks[2].header.app_hash == node.application.app_hash
    assert blocks[1].header.app_hash != blocks[2].header.app_hash  # the history moved it
    assert node.engine.height == final.height + 2
    assert blocks[1].header.last_results_hash != blocks[2].header.last_results_hash


def test_an_idle_node_makes_no_blocks(node):
    height = node.engine.height
    assert answer(node, b"junk").outcome.void.code == "KER-10"
    assert node.engine.height == height


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (lambda now: b"", "KER-10"),
        (lambda now: b"a.b", "KER-10"),
        (lambda now: b"x" * 70_000, "KER-10"),
        (lambda now: STRANGER(Add(counter="a", amount_fen=1)), "KER-11"),
        (lambda now: GONE(Add(counter="a", amount_fen=1)), "KER-12"),
        (lambda now: ANN(Add(counter="a", amount_fen=1))[:-4] + b"AAAA", "KER-13"),
        (lambda now: ANN.sign(b"[]"), "KER-14"),
        (lambda now: ANN.sign(b"\xff"), "KER-14"),
        (lambda now: ANN(Add(counter="a", amount_fen=1), chain="other"), "KER-15"),
        (lambda now: ANN(Add(counter="a", amount_fen=1), expires=now - 1), "KER-16"),
        (lambda now: ANN(Add(counter="a", amount_fen=1), expires=now + 90_000_000), "KER-16"),
    ],
)
def test_void_commands_get_their_code_and_leave_no_trace(node, wire, code):
    height, root = node.engine.height, node.application.app_hash
    now = small.time.time_ns() // 1_000_000
    final = answer(node, wire(now))
    assert final.outcome.void.code == code
    assert (node.engine.height, node.application.app_hash) == (height, root)


@pytest.mark.parametrize(
    ("command", "changed", "code"),
    [
        (Add(counter="a", amount_fen=1), {"kind": "count.add/2"}, "KER-01"),
        (Add(counter="a", amount_fen=1), {"body": {"counter": "a"}}, "KER-01"),
        (
            Add(counter="a", amount_fen=1),
            {"as": {"organisation": "bureau", "post": "guest"}},
            "KER-02",
        ),
        (Add(counter="a", amount_fen=1), {"on": {"count/counter/a": "0" * 64}}, "KER-03"),
        (Add(counter="a", amount_fen=1_001), {}, "CNT-01"),
        (Add(counter="a", amount_fen=1, trick="divide"), {}, "KER-00"),
        (Add(counter="a", amount_fen=1, trick="break"), {}, "KER-00"),
    ],
)
def test_refused_commands_are_recorded_and_the_next_one_works(node, command, changed, code):
    final = answer(node, ANN(command, **changed))
    assert receipt(final)["refusal"]["code"] == code
    assert total(node, "a") is None
    assert answer(node, ANN(Add(counter="a", amount_fen=1))).outcome.code == 0
    assert total(node, "a") == 1


@pytest.mark.parametrize("amount_fen", [1, 1_001])
def test_an_identifier_is_spent_by_acceptance_and_refusal_alike(node, amount_fen):
    now = small.time.time_ns() // 1_000_000
    wire = ANN(Add(counter="a", amount_fen=amount_fen))
    first = answer(node, wire)
    again = answer(node, wire)
    assert again.outcome.void.code == "KER-17"
    spent = node.application.spent(ANN.kid, receipt(first)["id"])
    assert int.from_bytes(spent[32:], "big") == first.height
    theirs = BEN.payload(Add(counter="b", amount_fen=1), now, id=receipt(first)["id"])
    assert answer(node, BEN.sign(theirs)).outcome.code == 0  # another person's id is another id


def test_a_key_holds_only_so_many_unexpired_refusals(tmp_path):
    small.make(tmp_path / "home", refused_per_key=3)
    node = Node(tmp_path / "home", VERSIONS)
    node.start()
    try:
        codes = [
            answer(node, ANN(Add(counter="a", amount_fen=5_000))).outcome.code for _ in range(3)
        ]
        assert codes == [1, 1, 1]
        assert answer(node, ANN(Add(counter="a", amount_fen=1))).outcome.void.code == "KER-18"
        assert answer(node, BEN(Add(counter="a", amount_fen=1))).outcome.code == 0
    finally:
        node.stop()


@pytest.mark.parametrize("trick", ["read fails", "waver", "disk"])
def test_what_may_differ_between_nodes_stops_this_node(home, rules, trick):
    node = Node(home, VERSIONS, rules=rules)
    node.start()
    answer(node, ANN(Add(counter="a", amount_fen=1)))
    height = node.engine.height
    waiting = node.engine.submit(ANN(Add(counter="a", amount_fen=1, trick=trick)))
    with pytest.raises(RuntimeError, match="stopped"):
        waiting.result(timeout=20)
    assert isinstance(node.engine.fault, NodeFault)
    with pytest.raises(RuntimeError):
        node.engine.submit(ANN(Add(counter="a", amount_fen=1)))
    node.stop()
    again = Node(home, VERSIONS)  # nothing of the block was kept
    assert again.engine.height == height
    again.stop()


def test_a_due_item_runs_by_itself(node):
    now = small.time.time_ns() // 1_000_000
    due = answer(node, ANN(Later(counter="soon", due_ms=now + 200)))
    assert due.outcome.code == 0
    seen = []
    node.engine.listen(seen.append)
    deadline = small.time.monotonic() + 20
    while not seen and small.time.monotonic() < deadline:
        answer(node, b"junk")
    assert total(node, "soon") == 1
    assert len(seen) == 1


def test_the_clock_must_not_lie_behind_the_ledger(home):
    node = Node(home, VERSIONS, clock=lambda: 1_600_000_000_000)
    with pytest.raises(ClockBehind, match="时钟"):
        node.start()
    node.stop()


def test_a_folder_without_ledger_or_with_another_genesis_is_refused(home, tmp_path):
    with pytest.raises(HomeRefused, match="mingzhang init"):
        Node(tmp_path / "elsewhere", VERSIONS)
    (home / "genesis.json").write_text((home / "genesis.json").read_text().replace("CNY", "USD"))
    with pytest.raises(HomeRefused, match=r"genesis\.json"):
        Node(home, VERSIONS)


def test_a_unique_number_is_found_again_within_and_across_blocks(node):
    first = node.engine.submit(ANN(Slip(number="n1")))
    second = node.engine.submit(ANN(Slip(number="n1")))
    codes = sorted((first.result(20).outcome.code, second.result(20).outcome.code))
    assert codes == [0, 1]
    assert receipt(answer(node, BEN(Slip(number="n1"))))["refusal"]["code"] == "CNT-02"


@pytest.mark.parametrize(("number", "kept"), [("n1", 1), ("quiet", None), ("breaks", None)])
def test_what_is_kept_of_a_refusal_is_recorded_after_it_and_the_refusal_stands(
    home, rules, number, kept
):
    node = Node(home, VERSIONS, rules=rules)
    node.start()
    answer(node, ANN(Slip(number=number)))
    final = answer(node, BEN(Slip(number=number)))
    given = receipt(final)
    assert given["refusal"]["code"] == "CNT-02"
    assert "events" not in given
    assert total(node, f"twice-{number}") == kept
    block = read_block(node.store.journal(final.height))
    assert len(block.automatic) == (1 if kept else 0)
    if kept:
        note = json.loads(block.automatic[0])
        assert note["id"] == f"refused {given['id']}"
        assert note["events"][0]["counter"] == "twice-n1"
    node.stop()
    again = Node(home, VERSIONS, rules=rules)
    again.start()
    assert total(again, f"twice-{number}") == kept
    again.stop()
    assert audit_home(home, VERSIONS).differences == ()
