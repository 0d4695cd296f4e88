"""Due items that fail: the ledger goes on, here, after a restart and in a replay."""

from dataclasses import replace

import pytest

from mingzhang.consensus.audit import audit_home
from mingzhang.consensus.home import Node
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.refusals import Refusal
from mingzhang.kernel.schedule import DueItem, ParkedItem, Scheduled
from tests.engine import small
from tests.engine.small import ANN, COUNT, RULES, VERSIONS, Add, Later

START_MS = 1_800_000_000_000


class Sandbox:
    """A node whose clock stands until it is moved."""

    def __init__(self, home, versions=VERSIONS, rules=None):
        self.home, self.versions, self.rules = home, versions, rules
        self.now_ms = START_MS
        small.make(home)
        self.open()

    def open(self):
        self.node = Node(self.home, self.versions, lambda: self.now_ms, rules=self.rules)
        self.node.start()

    def do(self, command):
        return self.node.engine.submit(ANN(command, self.now_ms)).result(20).outcome

    def later(self, counter, *due_ms):
        for each in due_ms:
            assert self.do(Later(counter=counter, due_ms=each)).code == 0

    def pass_ms(self, by_ms):
        """Move the clock, and wait until nothing is due."""
        self.now_ms += by_ms
        deadline = small.time.monotonic() + 20
        while (self.node.application.next_due_ms() or self.now_ms + 1) <= self.now_ms:
            height = self.node.engine.height
            self.node.engine.nudge()
            self.node.engine.wait_above(height, 20)
            assert self.node.engine.fault is None, self.node.engine.fault
            assert small.time.monotonic() < deadline

    def parked(self):
        view = self.node.application.view()
        keys = [key for _, key, _ in self.node.store.leaves()]
        return [view.load(key) for key in keys if key.startswith(f"{ParkedItem.path}/")]

    def end(self):
        self.node.stop()
        assert audit_home(self.home, self.versions).differences == ()


@pytest.mark.parametrize("rules", [None, RULES], ids=["in process", "own process"])
def test_two_items_of_one_subject_that_fail_in_one_block_are_both_tried_again_and_parked(
    tmp_path, rules
):
    town = Sandbox(tmp_path / "home", rules=rules)
    town.later("never", START_MS + 500, START_MS + 501)
    town.node.stop()
    town.now_ms += 1_000
    town.open()  # both are due when the node looks again
    for _ in range(3):
        town.pass_ms(61_000)
    assert town.do(Add(counter="a", amount_fen=1)).code == 0
    first_ms = {each.item.due_ms for each in town.parked()}
    assert [each.item.attempts for each in town.parked()] == [3, 3]
    assert len(first_ms) == 2
    town.end()


class NoSecondAttempt(Refusal):
    code = "ECH-01"


def no_second_attempt(event, context, ledger):
    if event.attempts:
        raise NoSecondAttempt
    yield from ()


def test_an_item_whose_next_attempt_cannot_be_recorded_is_parked_and_the_ledger_goes_on(tmp_path):
    room = replace(COUNT, reacts={Scheduled: no_second_attempt})
    rooms = VERSIONS[1].in_order
    versions = {1: Modules(rooms[0], rooms[1], room, gate=small.SmallGate())}
    town = Sandbox(tmp_path / "home", versions)
    town.later("never", START_MS + 500)
    town.pass_ms(1_000)
    (parked,) = town.parked()
    assert parked == ParkedItem(
        item=DueItem(due_ms=START_MS + 500, handler="count.add_one", subject="never"),
        reason="CNT-01",
    )
    assert town.do(Add(counter="a", amount_fen=1)).code == 0
    town.end()
