"""The scheduler's pages: any number of items at any time, in order, at the same price."""

import random
from dataclasses import replace
from functools import partial

import pytest

from mingzhang.kernel import schedule
from mingzhang.kernel.execute import run_events
from mingzhang.kernel.records import encode
from mingzhang.kernel.refusals import OurFault
from mingzhang.kernel.schedule import (
    PER_BLOCK_MAX,
    Agenda,
    DueBranch,
    DueItem,
    DuePage,
    Parked,
    Scheduled,
    Unscheduled,
)
from tests.engine.small import COUNT
from tests.scene import Scene, system

MIDNIGHT_MS = 1_772_380_800_000


def record(scene, *events):
    """Record events of the scheduler; return what they wrote."""
    done = run_events(scene.modules, scene.ledger, scene.context(), lambda _: iter(events))
    scene.memory.take(done.layer)
    return done.layer.writes


def put(item):
    return Scheduled(due_ms=item.due_ms, handler=item.handler, subject=item.subject)


def take(item):
    return Unscheduled(due_ms=item.due_ms, handler=item.handler, subject=item.subject)


def item(due_ms, subject, handler="count.add_one"):
    return DueItem(due_ms=due_ms, handler=handler, subject=subject)


def test_items_come_out_in_order_whatever_was_put_in_and_taken_out_in_between():
    scene = Scene(system(COUNT))
    chance = random.Random(8)
    standing = []
    for step in range(6_000):
        grows = chance.random() < (0.8 if step < 3_000 else 0.35)
        if grows or not standing:
            new = item(MIDNIGHT_MS + chance.randrange(40), f"s{step}", f"h{chance.randrange(3)}")
            record(scene, put(new))
            standing.append(new)
        else:
            record(scene, take(standing.pop(chance.randrange(len(standing)))))
        if step % 50 == 0:
            ordered = sorted(standing)
            assert schedule.due_now(scene.ledger, MIDNIGHT_MS + 99, 10_000) == tuple(ordered)
            some = tuple([each for each in ordered if each.due_ms <= MIDNIGHT_MS + 7][:5])
            assert schedule.due_now(scene.ledger, MIDNIGHT_MS + 7, 5) == some
            first = ordered[0].due_ms if ordered else None
            assert schedule.next_due_ms(scene.ledger) == first
    for each in standing:
        record(scene, take(each))
    assert [scene.records(of) for of in (Agenda, DueBranch, DuePage)] == [{}, {}, {}]


def test_twenty_thousand_items_may_be_due_at_one_moment_and_each_costs_the_same():
    scene = Scene(system(COUNT))
    subjects = [f"case-{n}" for n in range(20_000)]
    random.Random(3).shuffle(subjects)
    largest = most = 0
    for subject in subjects:
        writes = record(scene, put(item(MIDNIGHT_MS, subject)))
        largest = max(largest, *(len(encode(each)) for each in writes.values()))
        most = max(most, len(writes))
    assert largest < 5_000
    assert most <= 12
    assert len(schedule.due_now(scene.ledger, MIDNIGHT_MS, 30_000)) == 20_000
    assert schedule.due_now(scene.ledger, MIDNIGHT_MS - 1) == ()


def test_hours_far_apart_have_no_bound_either():
    scene = Scene(system(COUNT))
    for hour in range(25_000):
        record(scene, put(item(MIDNIGHT_MS + hour * 3_600_000, "term")))
    assert schedule.next_due_ms(scene.ledger) == MIDNIGHT_MS


def test_an_item_that_is_not_there_is_no_error_to_take_out():
    scene = Scene(system(COUNT))
    record(scene, take(item(MIDNIGHT_MS, "a")))
    record(scene, put(item(MIDNIGHT_MS, "a")))
    assert record(scene, take(item(MIDNIGHT_MS, "b"))) == {}
    assert schedule.due_now(scene.ledger, MIDNIGHT_MS) == (item(MIDNIGHT_MS, "a"),)


def test_the_same_item_is_not_scheduled_twice_on_whatever_page_it_stands():
    scene = Scene(system(COUNT))
    for n in range(200):
        record(scene, put(item(MIDNIGHT_MS, f"s{n}")))
    for n in (0, 57, 199):
        with pytest.raises(OurFault):
            record(scene, put(item(MIDNIGHT_MS, f"s{n}")))


def test_another_attempt_takes_the_next_free_millisecond_and_is_parked_when_there_is_none():
    scene = Scene(system(COUNT))
    failed = item(MIDNIGHT_MS, "a")
    after = partial(schedule.after_failure, failed, "CNT-01", MIDNIGHT_MS, "p")
    for n in range(PER_BLOCK_MAX):
        (again,) = after(scene.ledger)
        assert again.due_ms == MIDNIGHT_MS + 60_000 + n
        assert again.attempts == 1
        record(scene, again)
    (parked,) = after(scene.ledger)
    tried = DueItem(due_ms=MIDNIGHT_MS, handler=failed.handler, subject="a", attempts=1)
    assert parked == Parked(parked_id="p", item=tried, reason="CNT-01")


def test_the_third_failure_is_the_last():
    scene = Scene(system(COUNT))
    twice = DueItem(due_ms=MIDNIGHT_MS, handler="h", subject="a", attempts=2)
    (parked,) = schedule.after_failure(twice, "CNT-01", MIDNIGHT_MS, "p", scene.ledger)
    assert parked.item.attempts == 3


def test_pages_and_branches_out_of_order_or_of_wrong_length_are_our_fault():
    first, second = item(MIDNIGHT_MS, "a"), item(MIDNIGHT_MS, "b")
    wrong = [
        DuePage(items=()),
        DuePage(items=(second, first)),
        DuePage(items=(first, first)),
        DuePage(items=tuple(item(MIDNIGHT_MS, f"s{n:02d}") for n in range(33))),
        DueBranch(entries=()),
        DueBranch(entries=((second.place, 1), (first.place, 2))),
        DueBranch(entries=tuple((item(n, "a").place, n) for n in range(33))),
    ]
    for broken in wrong:
        room = system(COUNT)
        page = {f"{broken.path}/0000000000": broken}
        kernel = replace(room.in_order[0], applies={Scheduled: lambda _e, _l, w=page: w})
        scene = Scene(type(room)(kernel, COUNT, gate=room.gate))
        with pytest.raises(OurFault):
            record(scene, put(first))
