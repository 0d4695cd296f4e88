"""One command, several rooms: all or nothing, each room writing only what is its own."""

from dataclasses import dataclass, replace

import pytest

from mingzhang.kernel.execute import run
from mingzhang.kernel.faults import InvariantBroken
from mingzhang.kernel.modules import Module
from mingzhang.kernel.records import Event, Record
from mingzhang.kernel.refusals import OurFault, Refusal, RightMissing, Stale, Unseen
from mingzhang.kernel.schedule import Agenda, ParkedItem, Scheduled
from tests.engine.small import (
    COUNT,
    Add,
    Added,
    Counter,
    NumberUsed,
    Slip,
    SlipRecord,
    TooMuch,
)
from tests.scene import Scene, system


class Noted(Event, tag="notes.noted", frozen=True, kw_only=True):
    counter: str
    total_fen: int


class Note(Record, frozen=True, kw_only=True):
    path = "notes/note"

    total_fen: int


class Embargoed(Refusal):
    code = "NOT-01"


def follow(event, context, ledger):
    if event.counter == "secret":
        raise Embargoed
    yield Noted(counter=event.counter, total_fen=ledger.require(Counter, event.counter).total_fen)


NOTES = Module(
    name="notes",
    applies={Noted: lambda e, _: {Note.key(e.counter): Note(total_fen=e.total_fen)}},
    reacts={Added: follow},
    invariants={Note: (lambda note: note.total_fen <= 900,)},
)


def test_a_reaction_sees_what_the_command_did_and_is_recorded_after_it():
    scene = Scene(system(COUNT, NOTES))
    scene.do(Add(counter="a", amount_fen=3))
    events = scene.do(Add(counter="a", amount_fen=4))
    assert events == (Added(counter="a", amount_fen=4), Noted(counter="a", total_fen=7))
    assert scene.records(Note) == {"a": Note(total_fen=7)}


def test_a_reaction_may_refuse_the_whole_command():
    scene = Scene(system(COUNT, NOTES))
    with pytest.raises(Embargoed):
        scene.do(Add(counter="secret", amount_fen=3))
    assert scene.memory.records == {}


def test_reactions_do_not_react():
    echo = Module(name="echo", reacts={Noted: follow})
    scene = Scene(system(COUNT, NOTES, echo))
    assert len(scene.do(Add(counter="a", amount_fen=3))) == 2


def test_rooms_react_in_their_order_each_seeing_the_last():
    second = replace(
        NOTES,
        name="later",
        applies={},
        invariants={},
        reacts={Added: lambda e, c, ledger: iter(seen.append(ledger.find(Note, "a")) or ())},
    )
    seen: list[object] = []
    Scene(system(COUNT, NOTES, second)).do(Add(counter="a", amount_fen=1))
    assert seen == [Note(total_fen=1)]
    seen.clear()
    Scene(system(COUNT, second, NOTES)).do(Add(counter="a", amount_fen=1))
    assert seen == [None]


def writes_elsewhere(event, ledger):
    return {"count/counter/a": None}


@pytest.mark.parametrize(
    ("rooms", "cause"),
    [
        ((COUNT, NOTES), "notes/note/a: not"),  # 901 > 900
        ((COUNT, replace(NOTES, applies={Noted: writes_elsewhere})), "of another module"),
        ((COUNT, replace(NOTES, applies={Noted: lambda e, _: {}["typo"]})), "typo"),
        ((COUNT, replace(NOTES, reacts={Added: lambda e, c, _: iter((Noted,))})), ""),
        ((replace(COUNT, checks={Added: (lambda e, _: False,)}),), "count.added: not"),
    ],
)
def test_what_we_got_wrong_is_dropped_and_the_next_command_works(rooms, cause):
    scene = Scene(system(*rooms))
    with pytest.raises(OurFault) as caught:
        scene.do(Add(counter="a", amount_fen=901))
    assert cause in str(caught.value.__cause__)
    assert scene.memory.records == {}


def test_the_right_comes_before_what_was_seen_and_that_before_the_rule():
    class Nobody:
        def authorise(self, command, context, ledger):
            raise RightMissing(right=command.right(), scope="", who=())

    stale = {"count/counter/a": "0" * 64}
    with pytest.raises(RightMissing):
        Scene(system(COUNT, gate=Nobody())).do(Add(counter="a", amount_fen=9_999), seen=stale)
    with pytest.raises(Stale):
        Scene(system(COUNT)).do(Add(counter="a", amount_fen=9_999), seen=stale)
    with pytest.raises(TooMuch):
        Scene(system(COUNT)).do(Add(counter="a", amount_fen=9_999))


def test_what_was_seen_must_be_the_newest_and_a_kind_may_demand_it(monkeypatch):
    scene = Scene(system(COUNT))
    scene.do(Add(counter="a", amount_fen=1))
    seen = scene.memory.version("count/counter/a")
    scene.do(Add(counter="a", amount_fen=1), seen={"count/counter/a": seen})
    with pytest.raises(Stale):
        scene.do(Add(counter="a", amount_fen=1), seen={"count/counter/a": seen})
    monkeypatch.setattr(Add, "on_keys", ("count/counter/{counter}",))
    with pytest.raises(Unseen):
        scene.do(Add(counter="a", amount_fen=1))
    scene.do(Add(counter="b", amount_fen=1), seen={"count/counter/b": None})


def test_what_follows_a_refusal_is_decided_without_the_refused_command():
    scene = Scene(system(COUNT, NOTES))
    scene.do(Slip(number="n"))
    refusal, events = scene.refused(Slip(number="n"))
    assert type(refusal) is NumberUsed
    twice = Added(counter="twice-n", amount_fen=1)
    assert events == (twice, Noted(counter="twice-n", total_fen=1))  # other rooms follow it too
    assert len(scene.records(SlipRecord)) == 1
    assert scene.refused(Add(counter="a", amount_fen=1_001))[1] == ()  # nobody keeps that one
    scene.do(Slip(number="quiet"))
    assert scene.refused(Slip(number="quiet"))[1] == ()
    scene.do(Slip(number="breaks"))
    before = dict(scene.memory.records)
    with pytest.raises(OurFault):
        scene.refused(Slip(number="breaks"))
    assert scene.memory.records == before


def test_a_unique_index_names_a_record_until_it_is_gone():
    scene = Scene(system(COUNT))
    scene.do(Slip(number="n"))
    assert scene.memory.lookup("count/number", "n") is not None
    with pytest.raises(Refusal):
        scene.do(Slip(number="n"))


class Schedule(Add, frozen=True, kw_only=True):
    kind = "count.schedule/1"


def schedule(command, context, ledger):
    yield Scheduled(
        due_ms=context.time_ms + command.amount_fen,
        handler="count.add_one",
        subject=command.counter,
    )


SCHEDULING = replace(COUNT, rules={Schedule: schedule})


def test_due_items_run_in_order_of_time_and_leave_the_agenda():
    scene = Scene(system(SCHEDULING))
    for counter, after_ms in (("late", 5_000), ("soon", 100), ("soon", 101)):
        scene.do(Schedule(counter=counter, amount_fen=after_ms))
    ran = scene.pass_to("2026-03-03")
    assert [events[1].counter for events in ran] == ["soon", "soon", "late"]
    assert scene.records(Agenda) == {}


def test_the_same_item_twice_is_our_fault():
    def twice(command, context, ledger):
        yield from schedule(command, context, ledger)
        yield from schedule(command, context, ledger)

    scene = Scene(system(replace(SCHEDULING, rules={Schedule: twice})))
    with pytest.raises(OurFault):
        scene.do(Schedule(counter="a", amount_fen=1))


def test_manifests_with_two_owners_or_foreign_names_do_not_start():
    with pytest.raises(ValueError, match="twice"):
        system(COUNT, COUNT)
    with pytest.raises(ValueError, match="name it after its room"):
        system(replace(COUNT, name="other"))
    with pytest.raises(ValueError, match="nothing to follow"):
        system(Module(name="echo", reacts={Noted: follow}))


def test_an_event_without_owner_is_our_fault():
    stray = replace(COUNT, rules={Add: lambda *_: iter((Noted(counter="a", total_fen=1),))})
    scene = Scene(system(stray))
    with pytest.raises(OurFault) as caught:
        run(scene.modules, scene.ledger, Add(counter="a", amount_fen=1), scene.context())
    assert isinstance(caught.value.__cause__, InvariantBroken)


def test_parked_items_have_a_place():
    assert ParkedItem.path == "kernel/parked"


@dataclass(frozen=True)
class HowMany:
    counter: str


def many(asked, ledger):
    found = ledger.find(Counter, asked.counter)
    return 0 if found is None else found.total_fen


def test_a_room_asks_a_later_one_and_is_told_what_its_own_view_of_the_ledger_holds():
    scene = Scene(
        system(Module(name="asking", asks=(HowMany,)), replace(COUNT, answers={HowMany: many}))
    )
    scene.do(Add(counter="a", amount_fen=3))
    layer = scene.ledger.layer()
    assert layer.ask(HowMany("a")) == 3
    over = scene.ledger.layer()
    over.apply(Added(counter="a", amount_fen=2))
    assert over.ask(HowMany("a")) == 5
    assert scene.ledger.ask(HowMany("b")) == 0


def test_a_system_whose_questions_nobody_or_two_answer_does_not_start():
    asking = Module(name="asking", asks=(HowMany,))
    with pytest.raises(ValueError, match="asking asks HowMany"):
        system(asking, COUNT)
    both = {HowMany: many}
    with pytest.raises(ValueError, match="asking asks HowMany"):
        system(asking, replace(COUNT, answers=both), replace(NOTES, answers=both))
