"""How far roles reach is what the bound contract says: levels, relations, and failing closed."""

import json

import pytest

from mingzhang.domain.contracts import access
from mingzhang.domain.contracts.access import inputs_of
from mingzhang.domain.contracts.admission import admit
from mingzhang.domain.contracts.events import ContractPaused
from mingzhang.domain.contracts.hook_catalogue import ACCESS, HOOKS
from mingzhang.domain.contracts.messages import Pause
from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.domain.contracts.state import Binding
from mingzhang.domain.contracts.tests.council import hash_of, library, propose
from mingzhang.domain.identity.access import JURISDICTION, relation_of, ruling
from mingzhang.domain.identity.gate import may
from mingzhang.domain.identity.module import GATE, IDENTITY
from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.tests.town import section, town, who
from mingzhang.kernel.refusals import OurFault, RightMissing
from tests.scene import Scene, system

STANDARD = library("access-levels")
PAY, READ = "execution.payment.request", "read.restricted.execution_payments"


def said(scene, role, right, acting="hospital", owner="hospital"):
    found = ruling(scene.ledger, role, right, acting, owner)
    return found.level, found.row


def refused(scene, person, right, **scope):
    with pytest.raises(RightMissing) as caught:
        may(scene.ledger, scene.context(who(person)), right, Scope(**scope))
    return caught.value


def nobody_reaches_anything():
    """A foolish contract: its only row allows nothing."""
    changed = json.loads(json.dumps(STANDARD))
    (table,) = changed["nodes"]
    table["rows"] = table["rows"][:1]
    changed["tests"] = [each for each in changed["tests"] if each["outputs"]["access"] == "none"]
    return changed


@pytest.mark.parametrize(
    ("right", "inputs"),
    [
        (PAY, ("none", "execution", "execution.payment", PAY)),
        ("execution.payment.", ("none", "execution", "execution.payment", "execution.payment.*")),
        ("execution.", ("none", "execution", "execution", "execution.*")),
        ("", ("none", "*", "*", "*")),
        ("contracts.vote", ("none", "contracts", "contracts", "contracts.vote")),
        (READ, ("restricted", "execution", "execution_payments", "execution_payments")),
        ("read.protected.x", ("protected", "x", "x", "x")),
        ("read.restricted.", ("restricted", "*", "*", "*")),
        ("read.", ("any", "*", "*", "*")),
    ],
)
def test_a_right_is_asked_by_class_room_area_and_name(right, inputs):
    assert tuple(inputs_of(right).values()) == inputs


def test_an_owner_is_own_below_other_or_the_jurisdiction_s():
    ledger = town().ledger
    assert relation_of(ledger, "health", "") == "own"
    assert relation_of(ledger, "health", "health") == "own"
    assert relation_of(ledger, "health", "hospital") == "below"
    assert relation_of(ledger, "city", "hospital") == "below"
    assert relation_of(ledger, "hospital", "health") == "other"
    assert relation_of(ledger, "health", "school") == "other"
    assert relation_of(ledger, "health", JURISDICTION) == "jurisdiction"


@pytest.mark.parametrize(
    ("role", "right", "acting", "owner", "level", "row"),
    [
        ("unit.clerk", PAY, "hospital", "hospital", "act", "A03"),
        ("unit.clerk", READ, "hospital", "clinic", "none", "default"),
        ("department.reviewer", READ, "health", "clinic", "act", "A04"),
        ("audit.auditor", READ, "audit", "hospital", "read", "A08"),
        ("audit.auditor", PAY, "audit", "hospital", "read", "A08"),
        ("agent_bank.operator", READ, "bank", "hospital", "read", "A14"),
        ("agent_bank.operator", "execution.bank.settle", "bank", "hospital", "act", "A13"),
        ("finance.budget", "read.protected.x", "finance", "finance", "none", "A01"),
        ("no.role", PAY, "hospital", "hospital", "none", "default"),
    ],
)
def test_the_standard_contract_says_how_far_a_role_reaches(role, right, acting, owner, level, row):
    assert said(town(), role, right, acting, owner) == (level, f"access-levels/rules/{row}")


def test_a_level_of_reading_allows_reads_and_no_acts():
    found = ruling(town().ledger, "audit.auditor", READ, "audit", "hospital")
    assert found.level == "read"
    assert found.allows(READ)
    assert not found.allows(PAY)


def test_a_refusal_names_the_row_and_says_it_in_both_languages():
    found = refused(town(), "clerk", PAY, organisation="clinic")
    default = STANDARD["nodes"][0]["default"]
    assert found.row == "access-levels/rules/default"
    assert (found.row_zh, found.row_en) == (default["zh"], default["en"])
    protected = refused(town(), "clerk", "read.protected.x")
    assert (protected.row, protected.row_en) == ("", "No role of the post has this right.")


def test_of_two_contracts_each_ledger_is_told_what_its_own_says():
    standard, foolish = town(), town(access=nobody_reaches_anything())
    for _ in range(2):
        assert said(standard, "unit.clerk", PAY)[0] == "act"
        assert said(foolish, "unit.clerk", PAY)[0] == "none"


def test_an_answer_is_the_same_when_it_is_remembered_and_when_it_is_not():
    scene = town()
    first = said(scene, "unit.clerk", PAY)
    access._ANSWERS.clear()
    assert said(scene, "unit.clerk", PAY) == first == said(scene, "unit.clerk", PAY)


def paused(scene):
    scene.do(Pause(contract=hash_of(STANDARD), reason="r"), who("auditor"))
    return "CON-21"


def withdrawn(scene):
    scene.put({Binding.key(ACCESS.name): Binding(version=2, contracts=())})
    return "CON-20"


@pytest.mark.parametrize("end", [paused, withdrawn])
def test_with_the_contract_gone_nobody_acts_or_reads_but_the_governing_keep_contracts(end):
    scene = town()
    assert said(scene, "unit.clerk", PAY)[0] == "act"
    code = end(scene)
    found = refused(scene, "clerk", PAY)
    assert found.row == code
    assert "not bound, suspended" in found.row_en
    for person in ("chief", "budget-a"):
        refused(scene, person, "read.restricted.x")
    assert scene.do(propose(library("payment-control"), scene.context().day + 1), who("budget-a"))


def test_a_contract_that_allows_nothing_leaves_the_governing_their_vote():
    scene = town(access=nobody_reaches_anything())
    assert refused(scene, "clerk", PAY).row == "access-levels/rules/default"
    assert refused(scene, "budget-a", "preparation.ceiling.set").row
    foolish = hash_of(nobody_reaches_anything())
    following = STANDARD | {"version": 2, "prev": foolish}
    assert scene.do(propose(following, scene.context().day + 1), who("budget-a"))
    events = scene.do(Pause(contract=foolish, reason="r"), who("auditor"))
    assert [type(event) for event in events] == [ContractPaused]


def test_what_the_governing_keep_is_contracts_for_themselves_and_only_by_their_roles():
    scene = town(access=nobody_reaches_anything())
    assert said(scene, "finance.budget", "contracts.vote", "finance", "")[0] == "act"
    assert said(scene, "finance.budget", "contracts.vote", "finance", "audit")[0] == "none"
    assert said(scene, "finance.budget", "contracts.vote", "hospital", "")[0] == "none"
    assert said(scene, "finance.budget", "contracts_x.vote", "finance", "")[0] == "none"
    assert refused(scene, "budget-a", "contracts.pause").row_en.startswith("No role")


def test_a_ledger_does_not_begin_without_an_access_contract():
    scene = Scene(system(IDENTITY, CONTRACTS, gate=GATE))
    other = {"delay_days": 1, "vote_days": 9, "documents": [library("payment-control")]}
    with pytest.raises(OurFault) as caught:
        scene.genesis({"identity": section(), "contracts": other})
    assert "access-levels" in str(caught.value.__cause__)


def test_an_access_contract_is_for_everybody():
    scope = {"lines": [], "organisations": ["hospital"], "projects": []}
    (finding,) = admit(json.dumps(STANDARD | {"scope": scope}), HOOKS).findings
    assert (finding.code, finding.what) == ("INTERFACE", "scope")
