"""A home of the small system with something of everything, at times that are always the same."""

from mingzhang.consensus.home import Node
from tests.engine import small
from tests.engine.small import ANN, BEN, VERSIONS, Add, Later, Slip

START_MS = 1_700_000_000_000
HOUR_MS = 3_600_000


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, now_ms=START_MS):
        self.now_ms = now_ms

    def __call__(self):
        return self.now_ms


def commands(now_ms, rounds, first=0):
    """Signed commands, some refused, some of two hours, in order."""
    made = []
    for n in range(first, first + rounds):
        for who in (ANN, BEN):
            made += [
                who(Add(counter=f"c{n % 3}", amount_fen=n * 60 % 1_400), now_ms),
                who(Slip(number=f"n{n}"), now_ms, expires=now_ms + (1 + n % 3) * HOUR_MS),
                who(Later(counter="later", due_ms=now_ms + (n + 1) * HOUR_MS), now_ms),
            ]
    return made


def give(node, wires):
    """Give commands one by one; return their answers."""
    return [node.engine.submit(wire).result(20) for wire in wires]


def let_due_items_run(node):
    """Wait until nothing is due at the clock's time, so that blocks fall alike in every run."""
    due_ms = node.application.next_due_ms()
    if due_ms is not None and due_ms <= node.engine.next_time_ms():
        height = node.engine.height
        node.engine.nudge()
        node.engine.wait_above(height)


def go_on(home):
    """Let such a home, or a copy, take more commands an hour after its second day."""
    now_ms = START_MS + 25 * HOUR_MS
    node = Node(home, VERSIONS, clock=Clock(now_ms))
    node.start()
    give(node, commands(now_ms, 2, 70))
    node.stop()


def grow(home, rounds=5):
    """Make a home and let it live through two days; return the last commands given."""
    small.make(home, time_ms=START_MS)
    clock = Clock(START_MS + 1_000)
    node = Node(home, VERSIONS, clock=clock)
    node.start()
    last = []
    for day in range(2):
        clock.now_ms += day * 24 * HOUR_MS
        let_due_items_run(node)
        last = commands(clock.now_ms, rounds, day * rounds)
        give(node, last)
    node.stop()
    return last
