"""What follows by itself: an adopted proposal takes effect, a vote expires, a term ends.

Due items: ``contracts.activate`` (a proposal), ``contracts.expire`` (a proposal), and
``contracts.lapse`` (a contract whose last day has passed).
"""

from collections.abc import Iterator

from mingzhang.domain.contracts import events as e
from mingzhang.domain.contracts.changes import suspended
from mingzhang.domain.contracts.document import Contract, Scope, from_json
from mingzhang.domain.contracts.errors import EffectClash
from mingzhang.domain.contracts.state import (
    BOUND_MAX,
    Binding,
    ContractText,
    Named,
    Proposal,
    Standing,
    Terms,
)
from mingzhang.domain.identity.verbs import unfit
from mingzhang.kernel.calendar import MS_PER_HOUR, parse_iso, start_of
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import DueItem, Scheduled

ACTIVATE = "contracts.activate"
EXPIRE = "contracts.expire"
LAPSE = "contracts.lapse"


def first_day(context: Context, ledger: Ledger) -> int:
    """Return the first day on which something adopted today may take effect."""
    return context.day + ledger.require(Terms, "now").delay_days


def activate(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Let an adopted proposal take effect; before its height, ask again an hour later."""
    proposal = ledger.require(Proposal, item.subject)
    if context.height < proposal.activate_height:
        due_ms = context.time_ms + MS_PER_HOUR
        yield Scheduled(due_ms=due_ms, handler=ACTIVATE, subject=item.subject)
        return
    yield from take_effect(item.subject, context, ledger)


def expire(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """End a proposal that nobody decided in time."""
    del context
    if ledger.require(Proposal, item.subject).state in ("submitted", "voting"):
        yield e.ProposalEnded(proposal=item.subject, how="expired")


def lapse(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Unbind a contract whose last day has passed."""
    del context
    if ledger.require(Standing, item.subject).state == "bound":
        yield _unbound(item.subject, "last day passed", ledger)


def take_effect(proposal_id: str, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Do what was adopted, or mark it as overtaken where the ground has moved since.

    So it is too when who proposed it is now kept from acting: he deploys nothing (row H17).
    """
    proposal = ledger.require(Proposal, proposal_id)
    done = True
    match proposal.action:
        case _ if unfit(ledger, proposal.by, context.time_ms):
            done = False
        case "bind":
            done = _can_be_bound(proposal.contract, ledger)
            if done:
                yield from bind(proposal.contract, proposal.reason, context, ledger)
        case "withdraw":
            done = ledger.require(Standing, proposal.contract).state == "bound"
            if done:
                yield _unbound(proposal.contract, proposal.reason, ledger)
        case "resume":
            done = proposal.contract in suspended(ledger)
            if done:
                yield e.ContractResumed(contract=proposal.contract, proposal=proposal_id)
        case "rebind":
            yield e.CaseRebound(
                hook=proposal.hook,
                case=proposal.case,
                version=proposal.version,
                proposal=proposal_id,
            )
    yield e.ProposalEnded(proposal=proposal_id, how="done" if done else "overtaken")


def bind(contract: str, reason: str, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Bind a contract to its hook in place of the version before it, by priority, then name."""
    text = ledger.require(ContractText, contract)
    document = from_json(bytes(text.document))
    binding = ledger.find(Binding, text.hook)
    before = binding.contracts if binding else ()
    replaced = document.prev if document.prev in before else ""
    ordered = [(document.priority, document.id, contract)]
    for other in before:
        if other != replaced:
            bound = from_json(bytes(ledger.require(ContractText, other).document))
            ordered.append((bound.priority, bound.id, other))
    yield e.BindingChanged(
        hook=text.hook,
        version=(binding.version if binding else 0) + 1,
        contracts=tuple(bound for _, _, bound in sorted(ordered)),
        added=contract,
        removed=replaced or "",
        reason=reason,
    )
    if document.effective_to is not None:
        day = parse_iso(document.effective_to) + 1
        due_ms = max(start_of(day, context.setting.offset_s), context.time_ms)
        yield Scheduled(due_ms=due_ms, handler=LAPSE, subject=contract)


def _can_be_bound(contract: str, ledger: Ledger) -> bool:
    """Say whether it still follows the version in force, finds room, and clashes with none."""
    text = ledger.require(ContractText, contract)
    document = from_json(bytes(text.document))
    named = ledger.find(Named, text.name)
    expected = (named.version + 1, named.contract) if named else (1, None)
    binding = ledger.find(Binding, text.hook)
    bound = binding.contracts if binding else ()
    has_room = len(bound) < BOUND_MAX or document.prev in bound
    follows = (document.version, document.prev) == expected
    return has_room and follows and clash_of(document, ledger) is None


def clash_of(document: Contract, ledger: Ledger) -> EffectClash | None:
    """Return how a document clashes with one already bound, other than the version before it.

    Both set a field beside the verdict, and a case can fall to both. Every request in their
    common scope would then be refused (`decision`).
    """
    binding = ledger.find(Binding, document.hook)
    mine = [field.name for field in document.outputs if field.name != "verdict"]
    for other in binding.contracts if binding else ():
        bound = from_json(bytes(ledger.require(ContractText, other).document))
        theirs = [field.name for field in bound.outputs if field.name in mine]
        if theirs and other != document.prev and _share_cases(document.scope, bound.scope):
            return EffectClash(hook=document.hook, field=theirs[0], name=bound.id, contract=other)
    return None


def _share_cases(one: Scope, other: Scope) -> bool:
    """Say whether a case may fall in both scopes: no list of theirs keeps them apart."""
    pairs = (
        (one.organisations, other.organisations),
        (one.projects, other.projects),
        (one.lines, other.lines),
    )
    return all(not a or not b or any(each in b for each in a) for a, b in pairs)


def _unbound(contract: str, reason: str, ledger: Ledger) -> e.BindingChanged:
    text = ledger.require(ContractText, contract)
    binding = ledger.require(Binding, text.hook)
    return e.BindingChanged(
        hook=text.hook,
        version=binding.version + 1,
        contracts=tuple(other for other in binding.contracts if other != contract),
        removed=contract,
        reason=reason,
    )
