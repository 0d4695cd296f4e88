"""The first balancing proposal: proportional shares where what is asked exceeds the ceiling.

Row A2.1: when all required units have submitted, totals stand there by themselves, and beside a
sum over the ceiling what each would have if all were cut alike. A proposal binds nobody.
"""

from collections.abc import Iterator

from mingzhang.domain.preparation.events import BalanceProposed, BalanceReached, Proposed
from mingzhang.domain.preparation.state import Balance, Total, total_id
from mingzhang.domain.procedure import verbs
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def balance(
    ledger: Ledger, context: Context, year: int, bureau: str, department: str
) -> Iterator[Event]:
    """Propose, or withdraw, a balance of the department's total and then of the bureau's.

    Whose ceiling is exceeded gets a notice.
    """
    for organisation, name in (
        (department, total_id(year, department)),
        (bureau, total_id(year)),
    ):
        total = ledger.find(Total, name)
        if total is None:
            continue
        standing = ledger.find(Balance, name)
        asked, ceiling = total.asked_fen, total.ceiling_fen
        if ceiling is not None and total.complete and asked > ceiling:
            shares = proportional(
                tuple((share.organisation, share.asked_fen) for share in total.shares), ceiling
            )
            wanted = Balance(asked_fen=asked, ceiling_fen=ceiling, shares=shares)
            if standing != wanted:
                yield BalanceProposed(
                    year=year,
                    organisation=organisation,
                    asked_fen=asked,
                    ceiling_fen=ceiling,
                    shares=shares,
                )
                yield from verbs.notify(
                    ledger,
                    context,
                    "balance_proposed",
                    Balance.key(name),
                    organisation=organisation,
                )
        elif standing is not None:
            yield BalanceReached(year=year, organisation=organisation)


def proportional(asked: tuple[tuple[str, int], ...], ceiling_fen: int) -> tuple[Proposed, ...]:
    """Return shares in the proportion of what is asked that sum to the ceiling exactly.

    Each is rounded down to the fen; the fen that remain go one each to the largest remainders,
    equal ones in the order given. No share exceeds what was asked; `ceiling_fen` is below the sum.
    """
    whole = sum(fen for _, fen in asked)
    floors = [fen * ceiling_fen // whole for _, fen in asked]
    left = ceiling_fen - sum(floors)
    order = sorted(
        range(len(asked)), key=lambda place: (-(asked[place][1] * ceiling_fen % whole), place)
    )
    for place in order[:left]:
        floors[place] += 1
    return tuple(Proposed(name, fen) for (name, _), fen in zip(asked, floors, strict=True))
