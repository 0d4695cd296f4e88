"""The signature process: right verdicts, in order, through deaths, and none without an answer."""

import os
import signal

import pytest

from mingzhang.crypto import worker as worker_module
from mingzhang.crypto.suite import suite_named
from mingzhang.crypto.worker import SignatureWorker
from mingzhang.kernel.faults import NodeFault

SUITE = suite_named("ed25519-sha256-aes256gcm")
SIGNER = SUITE.signer(bytes(32))


def signed(count, *, first_bad=False):
    batch = []
    for index in range(count):
        message = f"command {index}".encode() * 20
        batch.append((SIGNER.public_key, message, SIGNER.sign(message)))
    if first_bad:
        batch[0] = (batch[0][0], b"another message", batch[0][2])
    return batch


@pytest.fixture
def worker():
    started = SignatureWorker()
    yield started
    started.close()


def test_each_signature_has_its_own_verdict(worker):
    batch = signed(5)
    batch[1] = (batch[1][0], batch[1][1], batch[2][2])
    batch[3] = (b"short", batch[3][1], batch[3][2])
    assert worker.verify(batch) == [True, False, True, False, True]


def test_an_empty_batch_has_no_verdicts(worker):
    assert worker.verify([]) == []


def test_tickets_may_be_collected_in_any_order(worker):
    tickets = [worker.submit(signed(3, first_bad=bool(index % 2))) for index in range(6)]
    for index in reversed(range(6)):
        assert worker.collect(tickets[index]) == [index % 2 == 0, True, True]


def test_a_ticket_is_collected_once(worker):
    ticket = worker.submit(signed(1))
    worker.collect(ticket)
    with pytest.raises(KeyError):
        worker.collect(ticket)


def test_more_batches_than_may_wait_are_all_answered(worker):
    tickets = [worker.submit(signed(2)) for _ in range(40)]
    assert [worker.collect(each) for each in tickets] == [[True, True]] * 40


def test_a_batch_greater_than_the_pipe_is_answered(worker):
    message = bytes(60_000)
    batch = [(SIGNER.public_key, message, SIGNER.sign(message))] * 40
    assert worker.verify(batch) == [True] * 40


def test_a_process_killed_between_batches_is_started_again(worker):
    worker.verify(signed(1))
    dead = worker.pid
    os.kill(dead, signal.SIGKILL)
    assert worker.verify(signed(3, first_bad=True)) == [False, True, True]
    assert worker.pid != dead


def test_a_process_killed_while_batches_wait_answers_all_after_its_restart(worker):
    os.kill(worker.pid, signal.SIGSTOP)
    tickets = [worker.submit(signed(3, first_bad=bool(index))) for index in range(3)]
    os.kill(worker.pid, signal.SIGKILL)
    assert [worker.collect(each) for each in tickets] == [
        [True, True, True],
        [False, True, True],
        [False, True, True],
    ]


def test_a_batch_on_which_the_process_dies_twice_stops_the_node(worker):
    # None where bytes belong raises in the process: every process that reads it dies.
    ticket = worker.submit([(bytes(32), None, bytes(64))])
    with pytest.raises(NodeFault) as caught:
        worker.collect(ticket)
    assert "twice" in caught.value.what
    assert caught.value.remedy


def test_a_batch_waiting_behind_a_deadly_one_is_not_blamed_for_it(worker):
    deadly = worker.submit([(bytes(32), None, bytes(64))])
    worker.submit(signed(2))
    with pytest.raises(NodeFault) as caught:
        worker.collect(deadly)
    assert caught.value.where == f"ticket {deadly}, 1 signatures"


def test_a_process_that_stays_silent_is_replaced(worker, monkeypatch):
    monkeypatch.setattr(worker_module, "PATIENCE_S", 0.1)
    silent = worker.pid
    os.kill(silent, signal.SIGSTOP)
    ticket = worker.submit(signed(2))
    worker._take_answer()
    monkeypatch.undo()
    assert worker.collect(ticket) == [True, True]
    assert worker.pid != silent


def test_a_fault_of_the_signature_process_is_no_ordinary_exception():
    assert not issubclass(NodeFault, Exception)


def test_the_process_ends_when_its_parent_closes_it(worker):
    pid = worker.pid
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
