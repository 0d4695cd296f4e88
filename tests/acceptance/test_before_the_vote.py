"""A2.4, B1.3 in the Januaries: interim quota by its measure, levels of payments by amount."""

import pytest

from tests.acceptance.town import YUAN, open_town

feature = pytest.mark.feature
L3 = "rehab-l3:general:local:2023:{}"
DELEGATED = 2_000_000 * YUAN
"""Up to this a payment needs no person (contracts/payment-levels.json)."""
DEPARTMENT = 10_000_000 * YUAN
"""Up to this the department decides, above it the bureau."""


@pytest.fixture(scope="module")
def new_year():
    """17 January 2023: 2022 is closed, the draft of 2023 is before the congress."""
    with open_town(lambda step: step.at < "2023-01-18") as town:
        yield town


def grant(town, line, amount_fen, purpose, year, measured_fen=0):
    return {
        "line": line,
        "nature": "general",
        "source": "local",
        "year": year,
        "amount_fen": amount_fen,
        "purpose": purpose,
        "measured_fen": measured_fen,
        "document": {"number": f"预拨〔{year}〕{town.number()}号", "sha256": "ab" * 32},
    }


def granted(town, *what, **more):
    return town.give("finance.budget", "execution.interim.grant/1", **grant(town, *what, **more))


@feature("A2.4", "same period of last year before the vote")
def test_mandatory_spending_passes_up_to_what_the_ledger_shows_of_last_year(new_year):
    town = new_year
    spent = sum(
        row["settled_fen"]
        for row in town.rows("auditor", "funds_cells", line="rehab-l3", year=2022)
    )
    paid = town.rows("auditor", "execution_payments", line="rehab-l3", year=2022, state="settled")
    assert spent == sum(row["amount_fen"] for row in paid) > 0
    measure = {"measured_fen": 10 * spent}  # whatever the document says
    refused = town.refused(
        "finance.budget",
        "execution.interim.grant/1",
        **grant(town, "rehab-l3", spent + 1, "same_period", 2023, **measure),
    )
    assert (refused["code"], refused["facts"]["left_fen"]) == ("EXE-11", spent)
    granted(town, "rehab-l3", spent, "same_period", 2023, **measure)
    refused = town.refused(
        "finance.budget",
        "execution.interim.grant/1",
        **grant(town, "rehab-l3", 1, "same_period", 2023, **measure),
    )
    assert (refused["code"], refused["facts"]["left_fen"]) == ("EXE-11", 0)

    ordinary = {"line": "rehab-l3", "purpose": "31006", "art54": "none"}
    mandatory = ordinary | {"art54": "same_period"}
    left = spent + town.cell(L3.format(2022))["available_fen"]
    assert town.ask_refused(**ordinary, amount_fen=200_000 * YUAN)["facts"]["clause"] == "R03"
    while left:
        amount = min(left, 200_000 * YUAN)
        town.ask(**mandatory, amount_fen=amount)
        left -= amount
    beyond = town.ask_refused(**mandatory, amount_fen=1)
    assert beyond["facts"]["clause"] == "R12.1"
    assert town.cell(L3.format(2023))["instructed_fen"] == spent


@feature("A2.4", "legal duty before the vote")
@pytest.mark.parametrize(
    ("purpose", "line", "economic"),
    [("legal_duty", "rehab-l2", "31003"), ("disaster", "rehab-l4", "31006")],
)
def test_a_legal_duty_or_a_disaster_passes_by_its_own_interim_quota_alone(
    january, purpose, line, economic
):
    asked = {"line": line, "purpose": economic, "year": 2022}
    other = {"legal_duty": "disaster", "disaster": "legal_duty"}[purpose]
    none_yet = january.ask_refused(**asked, art54=purpose, amount_fen=1 * YUAN)
    assert none_yet["facts"]["clause"] in ("R03", "R12.1")
    granted(january, line, 3_000 * YUAN, purpose, 2022)
    for wrong in (other, "same_period", "none", "carry_over"):
        refused = january.ask_refused(**asked, art54=wrong, amount_fen=1 * YUAN)
        assert refused["facts"]["clause"] in ("R03", "R03.1"), wrong
    answer = january.ask(**asked, art54=purpose, amount_fen=3_000 * YUAN)
    content = january.event(answer, "execution.payment_requested")["content"]
    assert (content["state"], content["art54"]) == ("instructed", purpose)
    beyond = january.ask_refused(**asked, art54=purpose, amount_fen=1)
    assert beyond["facts"]["clause"] == "R12.1"


def asked(town, amount_fen):
    """Ask for a payment without agreement after a disaster; return its id and state."""
    answer = town.ask(
        line="rehab-l2",
        purpose="31003",
        year=2022,
        art54="disaster",
        amount_fen=amount_fen,
    )
    event = town.event(answer, "execution.payment_requested")
    return event["payment"], event["content"]["state"]


def decision_of(town, payment):
    (case,) = [c for c in town.rows("auditor", "procedure_cases") if c["subject_id"] == payment]
    key = f"execution/payment/{payment}"
    return case, {
        "on": (f"procedure/case/{case['id']}", key),
        "case": case["id"],
        "subject": key,
        "reason": "同意",
    }


@feature("B1.3", "by authority")
def test_an_amount_above_the_delegated_limit_goes_to_the_level_that_decides_and_to_no_other(
    january,
):
    town = january
    granted(town, "rehab-l2", 40_000_000 * YUAN, "disaster", 2022)
    assert asked(town, 200_000 * YUAN)[1] == "instructed"  # no person
    assert asked(town, DELEGATED)[1] == "asked"  # to explain; no level above the unit
    cell = "rehab-l2:general:local:2022:2022"
    for amount_fen, decides, others in (
        (DELEGATED + 1, "health.reviewer", ("finance.budget", "hospital.director")),
        (DEPARTMENT, "health.reviewer", ("finance.budget", "hospital.director")),
        (DEPARTMENT + 1, "finance.budget", ("health.reviewer", "hospital.director")),
    ):
        before = town.cell(cell)
        payment, state = asked(town, amount_fen)
        assert state == "routed"
        assert town.cell(cell) == before  # nothing has moved
        case, decision = decision_of(town, payment)
        level = "department" if decides == "health.reviewer" else "bureau"
        assert case["level"] == level
        for user in (*others, "hospital.clerk", "congress.secretary"):
            problem = town.refused(user, "procedure.case.approve/1", **decision)
            assert problem["code"] in ("PRO-04", "PRO-05", "KER-02"), user
        (row,) = town.rows("auditor", "execution_payments", id=payment)
        assert row["state"] == "routed"
        town.give(decides, "procedure.case.approve/1", **decision)
        (row,) = town.rows("auditor", "execution_payments", id=payment)
        assert row["state"] == "instructed"
        after = town.cell(cell)
        assert after["instructed_fen"] - before["instructed_fen"] == amount_fen


@feature("B1.3", "by authority")
def test_who_has_no_right_to_ask_is_told_which_right_and_who_can_give_it(january):
    problem = january.refused(
        "hospital.pm", "execution.payment.request/1", **january.payment(year=2022)
    )
    assert problem["code"] == "KER-02"
    assert problem["facts"]["right"] == "execution.payment.request"
    assert any("security" in who for who in problem["facts"]["who"])
