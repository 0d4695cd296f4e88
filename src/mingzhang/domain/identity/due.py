"""What ends by its date: rights end in the block of that date, without anybody calling."""

from collections.abc import Iterator

from mingzhang.domain.identity import events as e
from mingzhang.domain.identity.state import Grant, Key, Person, Proposal
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import DueItem


def ends(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """End the grant, holding, key or proposal that the subject names.

    One that has ended already, or has got another term since, is left alone.
    """
    what, _, rest = item.subject.partition("|")
    if what == "grant":
        grant = ledger.require(Grant, rest)
        if grant.ended is None and _over(grant.until_ms, context):
            yield e.GrantEnded(grant=rest, reason="expired")
    elif what == "post":
        person_id, _, post = rest.partition("|")
        for held in ledger.require(Person, person_id).posts:
            if held.post == post and _over(held.until_ms, context):
                yield e.PostReleased(person=person_id, post=post, reason="expired")
    elif what == "key":
        key = ledger.require(Key, rest)
        if key.state == "valid" and _over(key.until_ms, context):
            yield e.KeyExpired(kid=rest)
    elif what == "proposal":
        proposal = ledger.require(Proposal, rest)
        if proposal.state == "open" and _over(proposal.until_ms, context):
            yield e.ProposalEnded(proposal=rest, reason="expired")


def _over(until_ms: int | None, context: Context) -> bool:
    return until_ms is not None and until_ms <= context.time_ms
