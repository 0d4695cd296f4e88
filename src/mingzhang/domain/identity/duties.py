"""Separation of duties 不相容岗位相互分离: which duties may not meet in one person.

The pairs are data of genesis, each with its legal basis. Source: 行政事业单位内部控制规范
（试行）第十四条; design section 3.
"""

from mingzhang.domain.identity.errors import DutiesClash
from mingzhang.domain.identity.patterns import overlap
from mingzhang.domain.identity.state import (
    Grant,
    Held,
    Incompatible,
    Pair,
    Person,
    Post,
    Role,
)
from mingzhang.kernel.ledger import Ledger

Duty = tuple[str, str, str]
"""(``role`` or ``right``, name or pattern, organisation in which it is done)."""


def duties_of_roles(ledger: Ledger, roles: tuple[str, ...], organisation: str) -> tuple[Duty, ...]:
    """Return the duties that role templates bring: the roles and their rights."""
    found: list[Duty] = []
    for name in roles:
        found.append(("role", name, organisation))
        role = ledger.require(Role, name)
        found += [("right", pattern, organisation) for pattern in role.rights.patterns()]
    return tuple(found)


def duties_of(ledger: Ledger, person_id: str) -> tuple[Duty, ...]:
    """Return what a person does already: by posts held or to come, and by open grants."""
    found: list[Duty] = []
    for held in ledger.require(Person, person_id).posts:
        post = ledger.require(Post, held.post)
        found += duties_of_roles(ledger, post.roles, post.organisation)
    grants = ledger.find(Held, f"person:{person_id}")
    for grant_id in grants.grants if grants else ():
        grant = ledger.require(Grant, grant_id)
        found.append(("right", grant.right, grant.scope.organisation or grant.by_organisation))
    return tuple(found)


def require_no_clash(
    ledger: Ledger, person_id: str, held: tuple[Duty, ...], asked: tuple[Duty, ...]
) -> None:
    """Raise `DutiesClash` for the first pair, by name, that would meet in one person."""
    known = ledger.find(Incompatible, "all")
    for pair in known.pairs if known else ():
        for one in asked:
            for other in (*held, *asked):
                if _clash(pair, one, other):
                    raise DutiesClash(person=person_id, held=other[1], asked=one[1], pair=pair.pair)


def _clash(pair: Pair, one: Duty, other: Duty) -> bool:
    if pair.same_organisation and one[2] != other[2]:
        return False
    return (_is(pair, pair.left, one) and _is(pair, pair.right, other)) or (
        _is(pair, pair.right, one) and _is(pair, pair.left, other)
    )


def _is(pair: Pair, side: str, duty: Duty) -> bool:
    """Say whether a duty is a side of a pair; rights overlap when one pattern holds the other."""
    sort, name, _ = duty
    if sort != pair.of:
        return False
    if sort == "role":
        return name == side
    return overlap(name, side)
