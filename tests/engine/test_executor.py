"""Rules that run in a process of their own, ahead of what is written."""

import os
import signal
from pathlib import Path

import pytest

from mingzhang.consensus.audit import audit_home
from mingzhang.consensus.home import HomeRefused, Node
from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.damaged import Damaged
from tests.engine import small
from tests.engine.small import ANN, BEN, RULES, VERSIONS, Add, Counter, Later, Slip


@pytest.fixture
def home(tmp_path):
    small.make(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def node(home):
    node = Node(home, VERSIONS, rules=RULES)
    node.start()
    yield node
    node.stop()


def test_a_home_whose_node_runs_is_not_opened_by_another_and_is_once_it_has_stopped(home, node):
    with pytest.raises(HomeRefused, match="runs on"):
        Node(home, VERSIONS)
    assert code_of(node.engine.submit(ANN(Add(counter="one", amount_fen=1)))) == 0
    node.stop()
    again = Node(home, VERSIONS)
    again.stop()


def submit_ahead(node, wire):
    """Submit a command, and wait until it has been sent to be executed as a batch of its own."""
    sent = node.engine._batches_sent
    answer = node.engine.submit(wire)
    deadline = small.time.monotonic() + 20
    while node.engine._batches_sent == sent:
        assert small.time.monotonic() < deadline
        os.sched_yield()
    return answer


def code_of(answer):
    outcome = answer.result(20).outcome
    return outcome.void.code if outcome.void else outcome.code


def refusal_of(answer):
    return small.json.loads(answer.result(20).outcome.receipt)["refusal"]["code"]


def flip(path, where):
    """Flip a bit wherever these bytes stand in a file."""
    content = path.read_bytes()
    assert where in content
    with path.open("r+b") as file:
        at = content.find(where)
        while at >= 0:
            file.seek(at)
            file.write(bytes([content[at] ^ 1]))
            at = content.find(where, at + 1)


def leaf(node, key):
    return node.application.committed.version(key)


def test_a_batch_sees_what_the_batches_before_it_did_though_nothing_is_written(node):
    with node.engine.state_lock:  # nothing is written as long as we hold it
        answers = [submit_ahead(node, ANN(Add(counter="a", amount_fen=1))) for _ in range(3)]
        assert [answer.done() for answer in answers] == [False] * 3
        assert node.application.view().find(Counter, "a") is None
    assert [code_of(answer) for answer in answers] == [0, 0, 0]
    assert node.application.view().find(Counter, "a").total_fen == 3


def test_a_number_that_an_unwritten_batch_has_used_is_used(node):
    with node.engine.state_lock:
        first = submit_ahead(node, ANN(Slip(number="n")))
        second = submit_ahead(node, ANN(Slip(number="n")))
    assert code_of(first) == 0
    assert refusal_of(second) == "CNT-02"


def test_an_identifier_that_an_unwritten_batch_has_spent_is_spent(node):
    wire = ANN(Add(counter="a", amount_fen=1))
    with node.engine.state_lock:
        first, second = submit_ahead(node, wire), submit_ahead(node, wire)
    assert (code_of(first), code_of(second)) == (0, "KER-17")


def test_what_the_signer_saw_is_compared_with_a_record_once_it_is_written(node):
    key = "count/counter/a"
    assert code_of(node.engine.submit(ANN(Add(counter="a", amount_fen=1)))) == 0
    seen = {key: leaf(node, key)}
    with node.engine.state_lock:
        changed = submit_ahead(node, ANN(Add(counter="a", amount_fen=1)))
        stale = submit_ahead(node, BEN(Add(counter="a", amount_fen=1), on=seen))
    assert code_of(changed) == 0
    assert refusal_of(stale) == "KER-03"
    fresh = node.engine.submit(BEN(Add(counter="a", amount_fen=1), on={key: leaf(node, key)}))
    assert code_of(fresh) == 0


def test_a_node_that_ran_ahead_holds_what_a_replay_gives(home, node):
    with node.engine.state_lock:
        due_ms = node.engine.next_time_ms() + 1
        waiting = [submit_ahead(node, ANN(Later(counter="b", due_ms=due_ms)))]
        waiting += [submit_ahead(node, ANN(Add(counter="a", amount_fen=n))) for n in (1, 1_001, 2)]
    waiting += [node.engine.submit(BEN(Slip(number=f"n{n % 250}"))) for n in range(300)]
    assert sorted(dict.fromkeys(code_of(each) for each in waiting)) == [0, 1]
    node.stop()
    assert audit_home(home, VERSIONS).differences == ()


def test_the_node_stops_when_the_process_of_its_rules_dies(home, node):
    assert code_of(node.engine.submit(ANN(Add(counter="a", amount_fen=1)))) == 0
    os.kill(node._executor.pid, signal.SIGKILL)
    waiting = node.engine.submit(ANN(Add(counter="a", amount_fen=1)))
    with pytest.raises(RuntimeError, match="stopped"):
        waiting.result(20)
    assert isinstance(node.engine.fault, NodeFault)
    assert "has ended" in str(node.engine.fault)
    node.stop()
    again = Node(home, VERSIONS, rules=RULES)
    again.start()
    try:
        assert again.application.view().find(Counter, "a").total_fen == 1
        assert code_of(again.engine.submit(ANN(Add(counter="a", amount_fen=1)))) == 0
    finally:
        again.stop()


def test_rules_that_cannot_be_imported_stop_the_node_with_the_reason(home):
    node = Node(home, VERSIONS, rules="tests.engine.small:NOTHING")
    with pytest.raises(NodeFault, match="NOTHING"):
        node.start()
    node.stop()


def test_damage_that_a_rule_reads_in_its_process_is_named_by_key(home):
    before = Node(home, VERSIONS, rules=RULES)
    before.start()
    assert code_of(before.engine.submit(ANN(Add(counter="a", amount_fen=777)))) == 0
    before.stop()
    node = Node(home, VERSIONS, rules=RULES)
    node.start()
    flip(home / "ledger" / "data.mdb", b'{"total_fen":777}')
    waiting = node.engine.submit(ANN(Add(counter="a", amount_fen=1)))
    with pytest.raises(RuntimeError, match="stopped"):
        waiting.result(20)
    assert isinstance(node.engine.fault, Damaged)
    assert "count/counter/a" in str(node.engine.fault)
    node.stop()


def test_nothing_of_the_node_runs_on_after_it_has_stopped(home):
    node = Node(home, VERSIONS, rules=RULES)
    node.start()
    pid = node._executor.pid
    children = [int(each) for each in _children(pid)]
    assert children
    node.stop()
    deadline = small.time.monotonic() + 20
    while any(_runs(each) for each in (pid, *children)):
        assert small.time.monotonic() < deadline
        os.sched_yield()


def _children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def _runs(pid):
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
