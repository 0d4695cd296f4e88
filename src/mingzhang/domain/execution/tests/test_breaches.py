"""Accountability 问责: what a refused payment leaves, whom it is told, and its correction."""

import pytest
from msgspec.structs import replace

from mingzhang.domain.execution import breach_rules, invariants
from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.module import EXECUTION
from mingzhang.domain.execution.terms import Document
from mingzhang.domain.execution.tests.rules import by_amount
from mingzhang.domain.execution.tests.town import (
    ACCOUNTANT,
    BUILDER,
    CLERK,
    DIRECTOR,
    HASH,
    NEW_ACCOUNT,
    SECTION,
    Town,
    fen,
    who,
)
from mingzhang.domain.execution.tests.trouble import refused
from mingzhang.domain.procedure.state import Notice, Task
from tests.rooms.offered import refusals_of
from tests.scene import only


@pytest.fixture
def town():
    made = Town()
    made.funded(l1="10,000", l2="10,000")
    return made


def breach(town, command, who=CLERK, seen=None):
    """Have a command refused; return (refusal, id of the record, record)."""
    refusal, recorded = town.refused(command, who, seen)
    name = only(recorded, e.BreachRecorded).breach
    return refusal, name, town.ledger.require(s.Breach, name)


def correct(town, name, by=CLERK, **more):
    command = m.CorrectBreach(breach=name, statement="withdrawn", **more)
    return town.do(command, by, town.sees(s.Breach.key(name)))


def told(town, kind):
    return [n.organisation for n in town.records(Notice).values() if n.notice_kind == kind]


def test_every_refusal_with_an_alarm_that_stops_a_payment_leaves_a_record():
    of_others = {x.OwnSubmission, x.NotTheEngineer, x.OverMeasure, x.OverReturn, x.NoDesk}
    alarmed = {each for each in refusals_of(EXECUTION) if each.alarm}
    assert set(breach_rules.LEAVES_A_RECORD) == alarmed - of_others
    assert set(EXECUTION.refused) == set(breach_rules.LEAVES_A_RECORD)


def test_a_record_holds_the_refusal_and_moves_no_money(town):
    cells = dict(town.records(s.LineCells)), town.at("l1")
    refusal, _, found = breach(town, town.request("l1", "10", purpose="31003"))
    assert (found.code, found.facts) == ("EXE-26", refusal.facts())
    assert (found.contract, found.clause, found.contract_version) == ("payment-control", "R11", 1)
    assert (found.person, found.height) == (CLERK.person, town.height - 1)
    assert (dict(town.records(s.LineCells)), town.at("l1")) == cells
    assert town.records(s.Payment) == {}
    assert town.breaches() == []


def test_the_desks_of_unit_department_and_bureau_are_told(town):
    _, name, found = breach(town, town.request("l1", "10", purpose="31003"))
    assert found.managers == ("hospital", "health", "finance")
    assert told(town, "breach_recorded") == ["hospital", "health", "finance"]
    notices = town.records(Notice).values()
    assert all(n.about == s.Breach.key(name) and n.must_acknowledge for n in notices)


def test_where_no_desk_is_named_nobody_is_told_but_the_record_stands():
    town = Town(section={**SECTION, "desks": []})
    town.funded(l1="10")
    _, _, found = breach(town, town.request("l1", "10", purpose="31003"))
    assert found.managers == ()
    assert told(town, "breach_recorded") == []


def test_a_payee_who_asks_under_an_agreement_owes_the_correction_to_the_unit(town):
    town.agree("job", "l1", {2022: "1,000"})
    wish = town.request("l1", "1,000.01", agreement="job")
    _, name, found = breach(town, wish, BUILDER)
    assert (found.unit, found.organisation) == ("hospital", "builder")
    assert town.ledger.require(Task, found.task).holder == f"person:{BUILDER.person}"
    assert refused(town, x.NotYours, lambda: correct(town, name)).who == ("builder",)
    correct(town, name, BUILDER)


def test_an_unknown_line_is_put_down_to_who_asked(town):
    _, _, found = breach(town, town.request("l9", "10"), who("clinic.clerk"))
    assert (found.unit, found.line, found.contract) == ("clinic", "l9", "")
    assert found.adjustment == "execution.payment.request/1"


def test_what_follows_a_payment_counts_with_the_payments_line_and_amount(town):
    name = town.pay("l1", "12")
    town.bank(name, outcome="bounced", reason="closed")
    again = m.ReinstructPayment(payment=name, account=NEW_ACCOUNT)
    refusal, _, found = breach(town, again, ACCOUNTANT, town.sees(s.Payment.key(name)))
    assert type(refusal) is x.AccountUnconfirmed
    assert (found.line, found.amount_fen) == ("l1", fen("12"))
    assert found.adjustment == "execution.payee.confirm/1"


def test_an_answer_that_is_refused_by_contract_leaves_a_record():
    town = Town(more=(by_amount("ask", fen("10")),))
    town.funded(l1="10")
    name = town.pay("l1", "10")
    town.pay("l1", "9")
    answer = m.AnswerPayment(payment=name, answer="because")
    refusal, _, found = breach(town, answer, CLERK, town.sees(s.Payment.key(name)))
    assert type(refusal) is x.OverBudget
    assert found.command_kind == "execution.payment.answer/1"


def test_a_refusal_of_another_command_or_without_alarm_leaves_nothing(town):
    town.agree("job", "l1", {2022: "1,000"})
    other = m.DesignateLine(line="l9", use="basic", document=Document(number="1", sha256=HASH))
    assert town.refused(other, CLERK)[1] == ()
    assert town.refused(town.request("l1", "10", invoice=None), CLERK)[1] == ()
    assert town.refused(town.request("l1", "10"), who("clinic.clerk"))[1] == ()
    assert town.records(s.Breach) == {}


def test_a_correction_ends_task_and_deadline_and_is_told(town):
    _, name, found = breach(town, town.request("l1", "10", purpose="31003"))
    correct(town, name, DIRECTOR, document_sha256=HASH)
    after = town.ledger.require(s.Breach, name)
    assert (after.state, after.corrected_by) == ("corrected", DIRECTOR.person)
    assert (after.statement, after.document_sha256) == ("withdrawn", HASH)
    assert town.ledger.require(Task, found.task).outcome == "corrected"
    assert told(town, "breach_corrected") == ["hospital", "health", "finance"]
    town.pass_to("2022-12-01")
    assert told(town, "breach_overdue") == []
    assert town.ledger.require(s.Breach, name).state == "corrected"
    refused(town, x.StateWrong, lambda: correct(town, name))


@pytest.mark.parametrize(("days", "on_time", "late"), [(10, "15", "16"), (3, "04", "05")])
def test_a_correction_is_overdue_after_the_days_that_genesis_gives(days, on_time, late):
    town = Town(section={**SECTION, "correct_days": days})  # begins on Tuesday, 2022-03-01
    town.funded(l1="10")
    _, name, _ = breach(town, town.request("l1", "10", purpose="31003"))
    town.pass_to(f"2022-03-{on_time}")
    assert town.ledger.require(s.Breach, name).state == "open"
    town.pass_to(f"2022-03-{late}")
    assert town.ledger.require(s.Breach, name).state == "overdue"
    assert told(town, "breach_overdue") == ["hospital", "health", "finance"]
    correct(town, name)
    assert town.ledger.require(s.Breach, name).state == "corrected"


def test_nobody_corrects_what_is_not_there(town):
    unknown = "019ca8a1-2b00-7000-8000-000000000001"
    refused(town, x.NotFound, lambda: correct(town, unknown))


def test_a_correction_says_by_whom_and_how(town):
    holds = invariants.corrected_says_by_whom_and_how
    _, _, found = breach(town, town.request("l1", "10", purpose="31003"))
    assert holds(found)
    assert not holds(replace(found, state="corrected"))
    assert not holds(replace(found, corrected_by="somebody", statement="withdrawn"))
