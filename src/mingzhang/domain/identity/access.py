"""How far a right held by role reaches: asked of the access contract, never decided here.

Roles say what a post does; the rows of the contract bound to the hook ``identity.access`` say on
whose records: the own organisation's, those below it, any other's, what belongs to nobody. The
room of contracts answers (`Ledger.ask`). No row, no contract, no answer: no reach. One thing is
no contract's to take away: a governing institution's posts deal with contracts on its own behalf,
else a foolish access contract could never be voted out. Sources: mission rows A1.3, A4.2, F4;
design section 6.
"""

from typing import Literal

import msgspec

from mingzhang.domain.identity.state import Governance, Role, is_below
from mingzhang.kernel.ledger import Ledger

JURISDICTION = "*"
"""As the owner: what belongs to no single organisation."""
GOVERNING = "contracts."
"""The area of rights that governing institutions keep whatever the access contract says."""

Relation = Literal["own", "below", "other", "jurisdiction"]
"""The owner, as the organisation acted for sees it."""
Level = Literal["none", "read", "act"]
"""How much a row allows; who may act may read."""


class AccessAsked(msgspec.Struct, frozen=True):
    """A question for the access contract."""

    role: str
    right: str
    """A right, or the stem of an area, of which all is then asked."""
    relation: Relation


class Ruling(msgspec.Struct, frozen=True):
    """What the access contract says, in the words of its row."""

    level: Level
    row: str
    """``<contract>/<node>/<row>``; a refusal's code where no contract decided."""
    zh: str
    en: str

    def allows(self, right: str) -> bool:
        """Say whether the level is enough for a right."""
        return self.level == "act" or (self.level == "read" and right.startswith("read."))


KEPT = Ruling(
    level="act",
    row="",
    zh="治理机构始终可办理合约提案与表决。",
    en="A governing institution may always propose and vote on contracts.",
)


def relation_of(ledger: Ledger, acting: str, owner: str) -> Relation:
    """Return what an owner is to the organisation acted for; an empty owner is itself."""
    if not owner or owner == acting:
        return "own"
    if owner == JURISDICTION:
        return "jurisdiction"
    return "below" if is_below(ledger, owner, acting) else "other"


def ruling(ledger: Ledger, role: str, right: str, acting: str, owner: str) -> Ruling:
    """Return how far a role's right reaches, from one organisation to what another one owns."""
    relation = relation_of(ledger, acting, owner)
    if relation == "own" and right.startswith(GOVERNING) and _governs(ledger, acting):
        return KEPT
    answer: Ruling = ledger.ask(AccessAsked(role, right, relation))
    return answer


def reaches(ledger: Ledger, role: str, right: str, acting: str, owner: str) -> bool:
    """Say whether a role's right, used from one organisation, reaches what another one owns."""
    return ruling(ledger, role, right, acting, owner).allows(right)


def reaches_all(ledger: Ledger, role: str, right: str) -> bool:
    """Say whether a role's right reaches beyond the own organisation and those below it."""
    relations: tuple[Relation, ...] = ("other", "jurisdiction")
    return any(
        ledger.ask(AccessAsked(role, right, relation)).allows(right) for relation in relations
    )


def first_refusal(
    ledger: Ledger, roles: tuple[str, ...], right: str, acting: str, owner: str
) -> Ruling | None:
    """Return why the first of the roles that have a right does not reach; None: none has it."""
    for name in roles:
        role = ledger.find(Role, name)
        if role is not None and role.rights.cover(right):
            return ruling(ledger, name, right, acting, owner)
    return None


def _governs(ledger: Ledger, organisation: str) -> bool:
    governance = ledger.find(Governance, "now")
    return governance is not None and any(name == organisation for name, _ in governance.weights)
