"""The library of standard contracts: every document is admitted, and says what the law says."""

from pathlib import Path

import msgspec
import pytest

from mingzhang.domain.contracts.admission import admit
from mingzhang.domain.contracts.document import Table, canonical_bytes, from_json
from mingzhang.domain.contracts.evaluator import Evaluator
from mingzhang.domain.contracts.hook_catalogue import HOOKS
from mingzhang.domain.contracts.jdm import from_jdm, to_jdm

LIBRARY = sorted((Path(__file__).parents[2] / "contracts").glob("*.json"))
NAMES = [
    *("access-levels", "approval-levels", "change-order", "contract-signing"),
    *("milestone-payment", "payment-control", "payment-doubts", "payment-levels", "publication"),
    *("request-control", "virement-control"),
]


def read(name):
    return next(path for path in LIBRARY if path.stem == name).read_text(encoding="utf-8")


def decided(name, **changed):
    """Return what a contract decides on its first test's inputs with some of them changed."""
    contract = from_json(read(name))
    outcome = Evaluator(contract).evaluate({**contract.tests[0].inputs, **changed})
    return outcome.fired[-1][1], outcome.outputs


def test_the_library_holds_these_contracts_one_a_file():
    assert [path.stem for path in LIBRARY] == NAMES
    assert [from_json(read(name)).id for name in NAMES] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_is_admitted_and_written_so_that_a_change_is_a_readable_difference(name):
    text = read(name)
    assert admit(text, HOOKS).findings == ()
    canonical = canonical_bytes(from_json(text))
    assert text.encode() == msgspec.json.format(canonical, indent=2) + b"\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_says_what_to_do_when_it_does_not_approve(name):
    contract = from_json(read(name))
    for node in contract.nodes:
        for row in node.rows if isinstance(node, Table) else ():
            if row.then[0] in ('"reject"', '"hold"', '"ask"'):
                assert row.remedy_zh, row.id
                assert row.remedy_en, row.id


def test_every_hook_has_a_standard_contract():
    hooks = [from_json(read(name)).hook for name in NAMES]
    assert sorted(dict.fromkeys(hooks)) == sorted(HOOKS)


@pytest.mark.parametrize("name", NAMES)
def test_it_goes_to_jdm_and_back_and_decides_the_same(name):
    contract = from_json(read(name))
    returned = Evaluator(msgspec.structs.replace(contract, nodes=from_jdm(to_jdm(contract))))
    for test in contract.tests:
        outcome = returned.evaluate(test.inputs)
        assert outcome.outputs == test.outputs
        assert outcome.fired == tuple((fired.node, fired.row) for fired in test.fires)


# The order in which payment control refuses when several reasons hold (the worked case).
PRECEDENCE: dict[str, dict[str, object]] = {
    "R03": {"year_voted": False},
    "R09": {"invoice_used": True},
    "R10": {"account_matches": False},
    "R08": {"open_nonconformity": True},
    "R11": {"economic_class_matches": False},
    "R12": {"amount_fen": 555_332_001},
    "R06": {"milestone_accepted": False},
}


@pytest.mark.parametrize("first", PRECEDENCE)
def test_payment_control_refuses_by_the_first_rule_of_its_precedence(first):
    order = list(PRECEDENCE)
    wrong: dict[str, object] = {}
    for rule in order[order.index(first) :]:
        wrong |= PRECEDENCE[rule]
    row, outputs = decided("payment-control", **wrong)
    assert (row, outputs["verdict"]) == (first, "reject")


# The worked case, amounts in fen.
@pytest.mark.parametrize(
    ("name", "changed", "row", "outputs"),
    [
        ("request-control", {"amount_fen": 1_305_000_000}, "R01", {"verdict": "reject"}),
        ("request-control", {}, "default", {"verdict": "approve"}),
        ("payment-control", {"year_voted": False}, "R03", {"verdict": "reject"}),
        ("virement-control", {}, "default", {"verdict": "approve"}),
        (
            "virement-control",
            {"art67_case": "debt"},
            "V05",
            {"verdict": "route", "route_to": "standing_committee"},
        ),
        ("contract-signing", {}, "default", {"verdict": "approve"}),
        # 12,860,000 of 846,680,000 is 1.52 %
        ("change-order", {}, "default", {"verdict": "approve"}),
        # 190,000,000 × 80 % − 21,167,000 = 130,833,000; 20 % wages = 38,000,000
        ("milestone-payment", {}, "default", {"pay_fen": 130_833_000, "wage_fen": 38_000_000}),
        ("publication", {"protected_fields": 1}, "R13", {"publish": "withhold"}),
        ("access-levels", {"role": "audit.auditor"}, "A08", {"access": "read"}),
        ("access-levels", {"relation": "other"}, "default", {"access": "none"}),
    ],
)
def test_the_worked_case_is_decided_as_its_script_says(name, changed, row, outputs):
    fired, found = decided(name, **changed)
    assert (fired, {key: found[key] for key in outputs}) == (row, outputs)
