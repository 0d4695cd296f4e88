"""`decide`: one verdict of several gates, reasons, effects, and every way to fail closed."""

import hashlib
import json

import msgspec
import pytest

from mingzhang.domain.contracts.decision import (
    DecisionNote,
    Subject,
    clauses_of,
    decide,
)
from mingzhang.domain.contracts.errors import (
    DecisionAborted,
    EffectConflict,
    NothingBound,
    SubjectMissing,
)
from mingzhang.domain.contracts.hook_catalogue import HOOKS
from mingzhang.domain.contracts.hooks import VERDICTS
from mingzhang.domain.contracts.state import Binding, ContractText
from mingzhang.domain.contracts.tests.council import (
    PAYMENT,
    canonical,
    hash_of,
    inputs_of,
    library,
    scene,
)

CONTROL = library("payment-control")
BOTH = ("payment-control", "payment-levels")


def with_documents(*documents):
    at = scene()
    for number, document in enumerate(documents):
        section = {"delay_days": 1, "vote_days": 1, "documents": [document]}
        at.genesis({"contracts": section})
        assert len(at.memory.records) > number
    return at


def test_a_decision_says_verdict_clause_law_remedy_and_hashes():
    inputs = inputs_of("payment-control", amount_fen=555_332_001)
    decision = decide(scene("payment-control").ledger, PAYMENT, inputs)
    assert decision.verdict == "reject"
    clause = decision.clause
    assert clause is not None
    assert (clause.name, clause.version, clause.row) == ("payment-control", 1, "R12")
    assert clause.zh == "申请金额超过合同本年余额。"
    assert clause.en == "The amount exceeds what the contract has left in this year."
    assert clause.basis_zh == ("预算法第十三条", "预算法第五十七条")
    assert clause.remedy_en.startswith("Cut it")
    wire = json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()
    assert decision.note == DecisionNote(
        hook=PAYMENT,
        binding=1,
        input_sha256=hashlib.sha256(wire).hexdigest(),
        verdict="reject",
        contracts=(hash_of(CONTROL),),
        rows=("payment-control/rules/R12",),
        outputs={"notify": "finance"},
    )
    (effect,) = decision.effects
    assert (effect.effect, effect.field, effect.value) == ("notify", "notify", "finance")
    assert decision.output("notify") == "finance"
    assert decision.output("route_to") is None


@pytest.mark.parametrize(
    ("changed", "verdict", "rows"),
    [
        ({}, "approve", ("payment-control/rules/default", "payment-levels/rules/L1")),
        (
            {"amount_fen": 300_000_000},
            "route",
            ("payment-levels/rules/L2", "payment-control/rules/default"),
        ),
        (
            {"amount_fen": 300_000_000, "plan_to_date_left_fen": 0},
            "hold",
            ("payment-control/rules/P01", "payment-levels/rules/L2"),
        ),
        (
            {"amount_fen": 300_000_000, "invoice_used": True},
            "reject",
            ("payment-control/rules/R09", "payment-levels/rules/L2"),
        ),
    ],
)
def test_several_gates_combine_to_the_first_verdict_and_keep_all_reasons(changed, verdict, rows):
    decision = decide(scene(*BOTH).ledger, PAYMENT, inputs_of("payment-control", **changed))
    assert decision.verdict == verdict
    assert decision.note.rows == rows
    assert decision.clause == decision.reasons[0].clause
    assert [reason.verdict for reason in decision.reasons] == sorted(
        (reason.verdict for reason in decision.reasons), key=VERDICTS.index
    )


def test_verdicts_are_ordered_as_the_design_says():
    assert VERDICTS == ("reject", "hold", "ask", "route", "warn", "approve")


@pytest.mark.parametrize("hook", [name for name in HOOKS if HOOKS[name].mandatory])
def test_a_mandatory_hook_with_nothing_bound_refuses(hook):
    at = scene()
    at.memory.records.pop(Binding.key(hook), None)  # genesis does not go without access
    with pytest.raises(NothingBound):
        decide(at.ledger, hook, {})


def test_a_hook_that_is_not_mandatory_has_no_effect_when_nothing_is_bound():
    decision = decide(scene().ledger, "execution.milestone", {})
    assert (decision.verdict, decision.effects, decision.note.binding) == ("", (), 0)


def test_two_contracts_that_set_one_field_are_refused():
    at = scene("payment-control")
    too = CONTROL | {"id": "payment-control-too"}
    text = ContractText(name=too["id"], version=1, hook=PAYMENT, document=canonical(too))
    binding = Binding(version=2, contracts=(hash_of(CONTROL), hash_of(too)))
    at.put({ContractText.key(hash_of(too)): text, Binding.key(PAYMENT): binding})
    with pytest.raises(EffectConflict) as caught:
        decide(at.ledger, PAYMENT, inputs_of("payment-control"))
    assert (caught.value.hook, caught.value.field) == (PAYMENT, "notify")
    assert len(caught.value.contracts) == 2


@pytest.mark.parametrize(
    ("changed", "reason", "what"),
    [
        ({"amount_fen": "130833000"}, "INPUT_INVALID", "amount_fen"),
        ({"amount_fen": 1.5}, "INPUT_INVALID", "amount_fen"),
        ({"invoice_used": None}, "INPUT_INVALID", "invoice_used"),
        ({"art54_class": "carry-over"}, "INPUT_INVALID", "art54_class"),
        ({"extra": 1}, "INPUT_NAMES", "extra"),
    ],
)
def test_an_input_of_another_type_refuses_and_names_the_contract(changed, reason, what):
    with pytest.raises(DecisionAborted) as caught:
        decide(scene(*BOTH).ledger, PAYMENT, inputs_of("payment-control", **changed))
    found = caught.value
    assert (found.contract, found.name) == (hash_of(CONTROL), "payment-control")
    assert (found.reason, found.what) == (reason, what)


def test_nothing_matched_refuses_with_its_node():
    with pytest.raises(DecisionAborted) as caught:
        decide(
            scene("approval-levels").ledger,
            "preparation.request",
            inputs_of("approval-levels", stage="submit", level="bureau"),
        )
    assert (caught.value.node, caught.value.reason) == ("rules", "NOTHING_MATCHED")


def test_a_contract_for_some_projects_decides_these_only():
    scope = {"organisations": [], "projects": ["p-1"], "lines": []}
    at = with_documents(CONTROL | {"scope": scope})
    inputs = inputs_of("payment-control")
    assert decide(at.ledger, PAYMENT, inputs, subject=Subject(project="p-1")).verdict == "approve"
    with pytest.raises(NothingBound):
        decide(at.ledger, PAYMENT, inputs, subject=Subject(project="p-2"))
    with pytest.raises(SubjectMissing):
        decide(at.ledger, PAYMENT, inputs)


def test_effects_of_an_effect_hook_are_typed():
    at = scene("milestone-payment")
    decision = decide(at.ledger, "execution.milestone", inputs_of("milestone-payment"))
    assert decision.verdict == ""
    assert {each.field: (each.effect, each.value) for each in decision.effects} == {
        "pay_fen": ("pay", 130_833_000),
        "wage_fen": ("pay", 38_000_000),
        "recouped_fen": ("adjust", 21_167_000),
        "notify": ("notify", "none"),
    }


def test_a_recorded_decision_is_put_into_words_again_from_the_documents():
    at = scene(*BOTH)
    inputs = inputs_of("payment-control", invoice_used=True, amount_fen=300_000_000)
    decision = decide(at.ledger, PAYMENT, inputs)
    wire = msgspec.json.encode(decision.note)
    note = msgspec.json.decode(wire, type=DecisionNote)
    assert clauses_of(at.ledger, note) == tuple(reason.clause for reason in decision.reasons)


def test_inputs_in_another_order_have_the_same_hash():
    at = scene("payment-control")
    inputs = inputs_of("payment-control")
    turned = dict(reversed(inputs.items()))
    assert list(turned) != list(inputs)
    one, other = decide(at.ledger, PAYMENT, inputs), decide(at.ledger, PAYMENT, turned)
    assert one.note.input_sha256 == other.note.input_sha256


def test_the_clause_to_cite_is_that_of_the_last_table():
    document = json.loads(json.dumps(library("payment-levels")))
    rules = document["nodes"][0]
    first = json.loads(json.dumps(rules))
    first["id"] = "size"
    first["outputs"] = [{"name": "size", "unit": "count"}]
    first["rows"] = [{**first["rows"][0], "id": "any", "when": ["-"], "then": ["1"]}]
    document["nodes"] = [first, rules]
    for test in document["tests"]:
        test["fires"] = [{"node": "size", "row": "any"}, *test["fires"]]
    decision = decide(with_documents(document).ledger, PAYMENT, inputs_of("payment-levels"))
    assert decision.note.rows == ("payment-levels/rules/L1", "payment-levels/size/any")
    assert decision.clause is not None
    assert decision.clause.row == "L1"
