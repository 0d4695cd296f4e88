"""Run one command, or one due item, on a layer of its own: all or nothing.

The order of the checks is that of design section 5; the steps before these (envelope, key,
signature, payload, chain, expiry, spent, quota) are `consensus.admission`'s.
"""

from collections.abc import Callable, Iterator

import msgspec

from mingzhang.kernel.context import Context
from mingzhang.kernel.faults import OF_THE_MACHINE, InvariantBroken, NodeFault
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.records import Command, Event
from mingzhang.kernel.refusals import Malformed, OurFault, Refusal, Stale, Unseen
from mingzhang.kernel.scan import Payload, read_body
from mingzhang.kernel.schedule import DueItem, Unscheduled

EVENTS_MAX = 2_000
"""Events of one command; more is a rule that does not end."""


class Done(msgspec.Struct, frozen=True):
    """What was decided: the events in order, and the layer that holds their effect."""

    events: tuple[Event, ...]
    layer: Ledger


def run_command(modules: Modules, ledger: Ledger, payload: Payload, context: Context) -> Done:
    """Execute what was signed. Raises the first refusal that applies, `OurFault` included.

    Kind and body, then the role, then `on` (first key in order), then the rule and reactions.
    """
    command_type = modules.commands.get(payload.kind)
    if command_type is None:
        raise Malformed(kind=payload.kind, field="$.kind")
    command = read_body(command_type, payload.kind, payload.body)
    return run(modules, ledger, command, context)


def run(modules: Modules, ledger: Ledger, command: Command, context: Context) -> Done:
    """Execute a command that has been read. As `run_command`."""

    def steps(layer: Ledger) -> Iterator[Event]:
        modules.gate.authorise(command, context, layer)
        _require_fresh(command, context, layer)
        return modules.rules[type(command)](command, context, layer)

    return _guarded(modules, ledger, context, steps)


def run_refused(
    modules: Modules, ledger: Ledger, payload: Payload, refusal: Refusal, context: Context
) -> Done | None:
    """Record what a room keeps of a refusal, or None: most leave nothing. As `after_refusal`."""
    if type(refusal) not in modules.refused:
        return None
    command = read_body(modules.commands[payload.kind], payload.kind, payload.body)
    return after_refusal(modules, ledger, command, refusal, context)


def after_refusal(
    modules: Modules, ledger: Ledger, command: Command, refusal: Refusal, context: Context
) -> Done | None:
    """Record what a room keeps of a refusal, or None, on the state without the refused command.

    Raises what a rule may raise; the refusal stands all the same.
    """
    rule = modules.refused.get(type(refusal))
    if rule is None:
        return None

    def steps(layer: Ledger) -> Iterator[Event]:
        return rule(refusal, command, context, layer)

    done = _guarded(modules, ledger, context, steps)
    return done if done.events else None


def run_due(modules: Modules, ledger: Ledger, item: DueItem, context: Context) -> Done:
    """Execute a due item; it is taken off the agenda in the same step."""

    def steps(layer: Ledger) -> Iterator[Event]:
        yield Unscheduled(due_ms=item.due_ms, handler=item.handler, subject=item.subject)
        handler = modules.due.get(item.handler)
        if handler is None:
            raise InvariantBroken(f"nothing handles {item.handler}")
        yield from handler(item, context, layer)

    return _guarded(modules, ledger, context, steps)


def run_events(
    modules: Modules, ledger: Ledger, context: Context, events: Callable[[Ledger], Iterator[Event]]
) -> Done:
    """Record events that no command asked for: genesis, and the scheduler's own bookkeeping."""
    return _guarded(modules, ledger, context, events)


def _guarded(
    modules: Modules, ledger: Ledger, context: Context, steps: Callable[[Ledger], Iterator[Event]]
) -> Done:
    """Decide, and tell our faults from those of this machine (design section 3)."""
    try:
        return _decide(modules, ledger, context, steps)
    except Refusal:
        raise
    except Exception as fault:
        if _of_the_machine(fault):
            raise NodeFault(repr(fault), "a rule", "Repair this node and restart it.") from fault
        first = fault
    try:
        _decide(modules, ledger, context, steps)
    except Exception as again:  # noqa: BLE001 - what it is, is compared with the first run
        if type(again) is type(first) and str(again) == str(first):
            raise OurFault from first
    raise NodeFault(
        f"a rule answered twice, differently: {first!r}", "a rule", "Check this node's memory."
    )


def _decide(
    modules: Modules, ledger: Ledger, context: Context, steps: Callable[[Ledger], Iterator[Event]]
) -> Done:
    layer = ledger.layer()
    apply = layer.apply
    events: list[Event] = []
    for event in steps(layer):
        apply(event)
        events.append(event)
        if len(events) > EVENTS_MAX:
            raise InvariantBroken(f"more than {EVENTS_MAX} events")
    events += _reactions(modules, layer, context, events)
    for key, record in layer.writes.items():
        if record is not None:
            for holds in modules.invariants[type(record)]:
                if not holds(record):
                    raise InvariantBroken(f"{key}: not {holds.__name__}")
    return Done(tuple(events), layer)


def _reactions(
    modules: Modules, layer: Ledger, context: Context, decided: list[Event]
) -> list[Event]:
    """Let each room, in order, follow each decided event; what follows is not followed."""
    further: list[Event] = []
    followed = [event for event in decided if type(event) in modules.reactions]
    for room in modules.reacting if followed else ():
        for event in followed:
            react = room.reacts.get(type(event))
            if react is not None:
                for following in react(event, context, layer):
                    layer.apply(following)
                    further.append(following)
    return further


def _require_fresh(command: Command, context: Context, ledger: Ledger) -> None:
    for template in command.on_keys:
        key = template.format_map(_Fields(command))
        if key not in context.seen:
            raise Unseen(key=key)
    for key in sorted(context.seen):
        if ledger.version(key) != context.seen[key]:
            raise Stale(key=key)


class _Fields(dict[str, str]):
    """The fields of a command, for the templates of its `on_keys`."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self._command = command

    def __missing__(self, name: str) -> str:
        return str(getattr(self._command, name))


def _of_the_machine(fault: BaseException) -> bool:
    chain: list[BaseException] = []
    current: BaseException | None = fault
    while current is not None and current not in chain:
        if isinstance(current, OF_THE_MACHINE):
            return True
        chain.append(current)
        current = current.__cause__ or current.__context__
    return False
