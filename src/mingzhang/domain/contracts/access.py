"""The answer to identity's question how far a role's right reaches: the rows bound to the hook.

Asked at every command and every read, hence remembered: an answer depends on the documents that
decide, the role, the right and the relation, and on nothing else.
"""

from mingzhang.domain.contracts.changes import suspended
from mingzhang.domain.contracts.decision import decide
from mingzhang.domain.contracts.evaluator import CACHE_MAX
from mingzhang.domain.contracts.hook_catalogue import ACCESS
from mingzhang.domain.contracts.state import Binding
from mingzhang.domain.identity.access import AccessAsked, Ruling
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.refusals import Refusal

_ANSWERS: dict[tuple[tuple[str, ...], tuple[str, ...], AccessAsked], Ruling] = {}
"""A pure cache: what is bound, what is suspended (both by hash) and the question say it all."""
ANSWERS_MAX = 16 * CACHE_MAX


def access(asked: AccessAsked, ledger: Ledger) -> Ruling:
    """Return what the access contracts say; what they cannot decide is not allowed."""
    binding = ledger.find(Binding, ACCESS.name)
    key = (binding.contracts if binding else (), suspended(ledger), asked)
    found = _ANSWERS.get(key)
    if found is None:
        if len(_ANSWERS) >= ANSWERS_MAX:
            _ANSWERS.clear()
        found = _ANSWERS[key] = _decided(asked, ledger)
    return found


def _decided(asked: AccessAsked, ledger: Ledger) -> Ruling:
    inputs = {"role": asked.role, "relation": asked.relation, **inputs_of(asked.right)}
    try:
        decision = decide(ledger, ACCESS.name, inputs)
    except Refusal as refusal:
        return _undecided(refusal.code)
    clause = decision.reasons[0].clause
    level = decision.output("access")
    return Ruling(
        level="act" if level == "act" else "read" if level == "read" else "none",
        row=f"{clause.name}/{clause.node}/{clause.row}",
        zh=clause.zh,
        en=clause.en,
    )


def inputs_of(right: str) -> dict[str, str]:
    """Return a right, or the stem of an area, as the hook's inputs.

    ``execution.payment.request`` is of the room `execution` and the area `execution.payment`;
    the reading of a table is of the room it begins with, the table being area and right.
    An area's stem has ``*`` in the place of what it leaves open.
    """
    whole = f"{right}*" if not right or right.endswith(".") else right
    if not whole.startswith("read."):
        area = whole.rpartition(".")[0] or "*"
        room = whole.partition(".")[0]
        return {"data_class": "none", "room": room, "area": area, "right": whole}
    _, _, named = whole.partition(".")
    level, _, table = named.partition(".")
    table = table or "*"
    return {
        "data_class": "any" if level == "*" else level,
        "room": table.partition("_")[0],
        "area": table,
        "right": table,
    }


def _undecided(code: str) -> Ruling:
    return Ruling(
        level="none",
        row=code,
        zh="权限合约未绑定、已暂停或无法判定；治理机构仍可提出、表决和恢复合约。",
        en="The access contract is not bound, suspended, or cannot decide; governing "
        "institutions can still propose, vote on and resume contracts.",
    )
