"""Payments are public once paid, advances once cleared, accountability when contracts say so."""

import hashlib
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from mingzhang.domain.disclosure.state import Figure, Gap, Queue
from mingzhang.domain.disclosure.terms import FigurePayee
from mingzhang.domain.execution import messages as x
from mingzhang.domain.execution.state import Breach, Payee, Payment
from mingzhang.domain.preparation.tests.cases import OPEN_GATE
from mingzhang.domain.preparation.tests.town import (
    BUDGET,
    CLERK,
    USERS,
    Town,
    command,
    handed_down,
)
from mingzhang.kernel.calendar import parse_iso
from mingzhang.kernel.records import encode
from tests.scene import Who

ACCOUNT = "102581000001:6222020000000001"
QUOTA = {
    "organisation": "dg-rehab",
    "year": 2022,
    "document": {"number": "D财库〔2022〕1号", "sha256": "0" * 64},
    "parts": [
        {
            "line": "rehab-l3",
            "nature": "general",
            "source": "local",
            "vintage": 2022,
            "amount_fen": 70_000_000,
        }
    ],
}
PAYEE = {
    "payee": "designer",
    "title": "设计单位",
    "payee_class": "supplier",
    "credit_code": "91440000DG000001XE",
    "account": ACCOUNT,
}
REQUEST = {
    "line": "rehab-l3",
    "nature": "general",
    "source": "local",
    "year": 2022,
    "amount_fen": 10_000_000,
    "purpose": "31006",
    "payee": "designer",
    "account": ACCOUNT,
    "invoice": "04418832",
}


def act(town: Town, verb: Any, plain: Any, who: Who, *keys: str) -> Any:
    """Give a command of execution; rights are identity's tests."""
    town.scene.modules.gate = OPEN_GATE
    return town.do(command(verb, plain), who, *keys)


def asked() -> Town:
    """Return the town with a payment of 100,000.00 at the bank."""
    town = handed_down()
    town.scene.pass_to("2022-04-01")
    act(town, x.IssueQuota, QUOTA, BUDGET)
    act(town, x.RegisterPayee, PAYEE, CLERK)
    act(town, x.RequestPayment, REQUEST, CLERK)
    return town


def settle(town: Town, outcome: str = "settled") -> Any:
    (payment,) = town.scene.records(Payment)
    item = {"payment": payment, "outcome": outcome, "reference": "R1", "reason": "账号有误"}
    return act(town, x.ReportBank, {"items": [item]}, USERS["bank"])


def payments(town: Town) -> list[Figure]:
    figures = town.scene.records(Figure).values()
    return [figure for figure in figures if figure.content.figure_kind == "payment"]


def test_a_payment_is_public_20_days_after_the_bank_has_paid():
    town = asked()
    settle(town)
    town.scene.pass_to("2022-04-20")
    assert payments(town) == []
    town.scene.pass_to("2022-04-21")  # 04-01 + 20 days
    (figure,) = payments(town)
    assert figure.content.amount_fen == 10_000_000
    assert figure.content.organisation == "dg-rehab"
    (payment,) = town.scene.records(Payment)
    assert figure.content.sources == (
        f"execution/payment/{payment}",
        "funds/line/rehab-l3",
        "funds/cell/rehab-l3:general:local:2022:2022",
    )
    assert town.scene.breaches() == []


def test_a_published_payment_names_who_was_paid_but_no_account_invoice_or_person():
    town = asked()
    settle(town)
    town.scene.pass_to("2022-04-21")
    (figure,) = payments(town)
    assert figure.content.payee == FigurePayee(
        payee_class="supplier", title="设计单位", credit_code="91440000DG000001XE"
    )
    assert figure.rule.row == "publication/rules/D06"
    words = encode(figure).decode()
    for hidden in ("designer", "6222020000000001", CLERK.person, "04418832"):
        assert hidden not in words


def test_a_contract_may_mask_a_payee_of_any_class():
    town = asked()
    ruled(town, "D06", "masked")
    settle(town)
    town.scene.pass_to("2022-04-21")
    (figure,) = payments(town)
    assert figure.content.payee == FigurePayee(payee_class="supplier")
    assert "设计单位" not in encode(figure).decode()


def test_the_parts_of_requests_budgets_and_payments_name_the_same_budget_lines():
    town = asked()
    settle(town)
    town.scene.pass_to("2022-04-21")
    lines = {
        (figure.content.figure_kind, part.line)
        for figure in town.scene.records(Figure).values()
        if figure.content.level == "unit"
        for part in figure.content.parts
    }
    assert ("payment", "rehab-l3") in lines
    budgeted = {line for kind, line in lines if kind == "budget"}
    assert budgeted == {line for kind, line in lines if kind == "request"}
    assert "rehab-l3" in budgeted
    assert "" not in budgeted


@pytest.mark.parametrize("step", [lambda t: None, lambda t: settle(t, "bounced")])
def test_what_the_bank_has_not_paid_is_not_published(step):
    town = asked()
    step(town)
    town.scene.pass_to("2022-12-31")
    assert payments(town) == []


def test_what_comes_back_is_published_as_a_figure_below_zero_beside_the_payment():
    town = asked()
    settle(town)
    (payment,) = town.scene.records(Payment)
    for fen in (1_000_000, 500_000):
        back = {"payment": payment, "amount_fen": fen, "reason": "多付"}
        act(town, x.ReturnPayment, back, CLERK)
    town.scene.pass_to("2022-04-21")
    amounts = sorted(figure.content.amount_fen for figure in payments(town))
    assert amounts == [-1_000_000, -500_000, 10_000_000]
    assert town.scene.breaches() == []


def test_a_payment_of_a_confidential_project_is_a_numbered_gap():

    town = asked()
    project = town.at("preparation/project/rehab-ward")
    town.scene.put({"preparation/project/rehab-ward": replace(project, confidential=True)})
    settle(town)
    town.scene.pass_to("2022-12-31")
    assert payments(town) == []
    (gap,) = [gap for gap in town.scene.records(Gap).values() if gap.figure_kind == "payment"]
    assert gap.gazette == "dg-rehab:2022-04"


def test_a_hundred_settlements_wait_on_two_pages():
    town = asked()
    for n in range(1, 100):
        invoice = f"{10_000_000 + n}"
        act(town, x.RequestPayment, REQUEST | {"amount_fen": 100, "invoice": invoice}, CLERK)
    items = [
        {"payment": payment, "outcome": "settled", "reference": f"R{n}"}
        for n, payment in enumerate(town.scene.records(Payment))
    ]
    act(town, x.ReportBank, {"items": items}, USERS["bank"])
    pages = {name: len(queue.entries) for name, queue in town.scene.records(Queue).items()}
    assert sorted(pages.values()) == [36, 64]
    town.scene.pass_to("2022-04-21")
    assert len(payments(town)) == 100
    assert town.scene.records(Queue) == {}
    assert town.scene.breaches() == []


def test_each_payment_of_a_report_is_judged_by_its_own_project():
    town = asked()
    act(town, x.RequestPayment, REQUEST | {"amount_fen": 300, "invoice": "2"}, CLERK)
    (secret,) = [p for p, each in town.scene.records(Payment).items() if each.amount_fen == 300]
    line, payment = town.at("funds/line/rehab-l3"), town.scene.records(Payment)[secret]
    project = town.at(f"preparation/project/{line.project}")
    town.scene.put(
        {
            "preparation/project/hidden": replace(project, confidential=True),
            "funds/line/hidden": replace(line, project="hidden"),
            f"execution/payment/{secret}": replace(payment, line="hidden"),
        }
    )
    (shown,) = [each for each in town.scene.records(Payment) if each != secret]
    items = [
        {"payment": each, "outcome": "settled", "reference": each[-12:]} for each in (secret, shown)
    ]
    act(town, x.ReportBank, {"items": items}, USERS["bank"])
    town.scene.pass_to("2022-04-21")
    assert [figure.content.amount_fen for figure in payments(town)] == [10_000_000]
    assert [gap.figure_kind for gap in town.scene.records(Gap).values()].count("payment") == 1


ADVANCE = {
    "line": "rehab-l3",
    "nature": "general",
    "source": "local",
    "year": 2022,
    "amount_fen": 10_000,
    "purpose": "31006",
    "holder": "nurse",
    "account": ACCOUNT,
    "document_sha256": "1" * 64,
    "clear_by": parse_iso("2022-06-30"),
}


def clear(town: Town, *amounts_fen: int, back_fen: int = 0) -> None:
    (payment,) = town.scene.records(Payment)
    vouchers = [{"amount_fen": fen, "document_sha256": f"{fen:064x}"} for fen in amounts_fen]
    body = {"payment": payment, "vouchers": vouchers, "back_fen": back_fen}
    act(town, x.ClearAdvance, body, Who("colleague", "dg-rehab"), f"execution/payment/{payment}")


def advanced() -> Town:
    town = handed_down()
    town.scene.pass_to("2022-04-01")
    act(town, x.IssueQuota, QUOTA, BUDGET)
    holder = {"payee": "nurse", "credit_code": "91440000DG000002XX", "payee_class": "person"}
    act(town, x.RegisterPayee, PAYEE | holder, CLERK)
    act(town, x.RequestAdvance, ADVANCE, CLERK)
    settle(town)
    return town


def test_an_advance_is_published_once_it_is_cleared_as_paid_less_what_came_back():
    town = advanced()
    clear(town, 6_000)
    town.scene.pass_to("2022-05-10")
    assert payments(town) == []
    clear(town, 3_000, back_fen=1_000)
    town.scene.pass_to("2022-05-30")
    amounts = sorted(figure.content.amount_fen for figure in payments(town))
    assert amounts == [-1_000, 10_000]
    assert town.scene.breaches() == []


def test_of_a_person_who_was_paid_the_class_alone_is_public_by_the_row_that_masks():
    town = advanced()
    clear(town, 9_000, back_fen=1_000)
    town.scene.pass_to("2022-05-30")
    assert len(payments(town)) == 2
    for figure in payments(town):
        assert figure.content.payee == FigurePayee(payee_class="person")
        assert figure.rule.row == "publication/rules/D05"
        words = encode(figure).decode()
        for hidden in ("nurse", PAYEE["title"], "91440000DG000002XX"):
            assert hidden not in words


@pytest.mark.parametrize("number", ["440106199003071234", "440106199003070041"])
def test_who_stands_as_a_unit_under_an_identity_number_is_not_named(number):
    """The second number bears a credit code's check by chance, as one in 31 does."""
    town = asked()
    key = Payee.key("designer")
    wrong = {"title": "张三", "payee_class": "unit", "credit_code": number}
    town.scene.put({key: replace(town.scene.records(Payee)["designer"], **wrong)})
    settle(town)
    town.scene.pass_to("2022-04-21")
    (figure,) = payments(town)
    assert figure.content.payee == FigurePayee(payee_class="unit")
    assert figure.rule.row == "publication/rules/D05"
    assert "张三" not in encode(figure).decode()
    assert number not in encode(figure).decode()


def test_an_advance_that_is_wholly_given_back_is_no_payment():
    town = advanced()
    clear(town, back_fen=10_000)
    town.scene.pass_to("2022-12-31")
    assert payments(town) == []


def breach(town: Town, **changed: Any) -> str:
    """Have a payment refused; return the id of the record that it leaves."""
    town.scene.modules.gate = OPEN_GATE
    body = {**REQUEST, "invoice": "99999999", "purpose": "31003", **changed}
    town.scene.refused(command(x.RequestPayment, body), CLERK)
    (name,) = town.scene.records(Breach)
    return name


def accountability(town: Town) -> list[Figure]:
    figures = town.scene.records(Figure).values()
    return [figure for figure in figures if figure.content.figure_kind == "accountability"]


def test_an_accountability_record_is_public_when_the_contract_says_without_persons():
    town = asked()
    name = breach(town)
    town.scene.pass_to("2022-04-20")
    assert accountability(town) == []
    town.scene.pass_to("2022-04-21")
    (figure,) = accountability(town)
    assert figure.rule.row == "publication/rules/D07"
    assert figure.content.sources == (f"execution/breach/{name}", "funds/line/rehab-l3")
    assert [step.answer for step in figure.content.steps] == ["overdue"]
    words = encode(figure).decode()
    for hidden in ("designer", "6222020000000001", CLERK.person, CLERK.post):
        assert hidden not in words
    assert town.scene.breaches() == []


def test_a_contract_may_withhold_accountability_and_a_secret_project_is_withheld():
    for change in (withheld_by_contract, confidential):
        town = asked()
        change(town)
        breach(town)
        town.scene.pass_to("2022-12-31")
        assert accountability(town) == []
        gaps = town.scene.records(Gap).values()
        assert [gap.figure_kind for gap in gaps] == ["accountability"]


def test_a_line_that_does_not_exist_is_nobodys_to_publish():
    town = asked()
    breach(town, line="rehab-l9")
    town.scene.pass_to("2022-12-31")
    assert accountability(town) == []


def confidential(town: Town) -> None:
    project = town.at("preparation/project/rehab-ward")
    town.scene.put({"preparation/project/rehab-ward": replace(project, confidential=True)})


def withheld_by_contract(town: Town) -> None:
    ruled(town, "D07", "withhold", days=0)


def ruled(town: Town, name: str, publish: str, days: int = 20) -> None:
    """Let a row of the contract in force say something else."""
    (bound,) = town.at("contracts/binding/disclosure.publish").contracts
    text = town.at(f"contracts/contract/{bound}")
    document = msgspec.json.decode(text.document)
    (row,) = [row for row in document["nodes"][0]["rows"] if row["id"] == name]
    row["then"] = [f'"{publish}"', f"{days}"]
    raw = msgspec.json.encode(document)
    new = hashlib.sha256(raw).hexdigest()
    binding = replace(town.at("contracts/binding/disclosure.publish"), contracts=(new,))
    town.scene.put(
        {
            f"contracts/contract/{new}": replace(text, document=msgspec.Raw(raw)),
            "contracts/binding/disclosure.publish": binding,
        }
    )
