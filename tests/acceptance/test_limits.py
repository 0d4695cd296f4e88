"""H1: limits at three points, for the year and the plan to date, over any combination.

Each test takes a pattern of its own (another prefix of the function code), sets the limit just
above what the pattern counts already, and lifts it again.
"""

from contextlib import contextmanager

import pytest

from tests.acceptance.town import YUAN

feature = pytest.mark.feature
CELLS = ("rehab-l2:general:local:2023:2022", "rehab-l2:general:local:2023:2023")
BIG = 10**15
COUNTS = ("held_fen", "contracted_fen", "paid_fen")


@contextmanager
def limited(town, point, room_fen, *, mode="stop", horizon="year", **codes):
    """Set a limit that leaves so much room over a pattern; yield its id."""
    pattern = {"unit": "", "function": "", "source": "", "project": "", **codes}
    if pattern["unit"]:
        (line,) = town.rows("auditor", "funds_lines", id="rehab-l2")
        assert line["unit_code"].endswith(pattern["unit"])
        pattern["unit"] = line["unit_code"]
    common = {"year": 2023, **pattern, "basis": "限额通知（测试）"}
    watch = town.give(
        "finance.treasury",
        "funds.limit.set/1",
        **common,
        point=point,
        horizon="year",
        mode="warn",
        amount_fen=BIG,
    )
    name = town.event(watch, "funds.limit_set")["pattern"]
    while not counted(town, name)["complete"]:
        height = town.loaded.node.engine.height
        town.loaded.clock.set(town.loaded.clock() + 1_000)
        town.loaded.node.engine.nudge()
        town.loaded.node.engine.wait_above(height)
    column = {"intention": "held_fen", "contract": "contracted_fen", "payment": "paid_fen"}[point]
    amount = 0 if horizon == "plan_to_date" else counted(town, name)[column] + room_fen
    own = {"point": point, "horizon": horizon, "mode": mode}
    town.give("finance.treasury", "funds.limit.set/1", **common, **own, amount_fen=amount)
    try:
        yield name
    finally:
        lift = {"pattern": name, "basis": "取消（测试）"}
        town.give("finance.treasury", "funds.limit.lift/1", **lift, **own)
        if own != {"point": point, "horizon": "year", "mode": "warn"}:
            watching = {"point": point, "horizon": "year", "mode": "warn"}
            town.give("finance.treasury", "funds.limit.lift/1", **lift, **watching)


def counted(town, pattern):
    (row,) = town.rows("auditor", "funds_patterns", id=pattern)
    return row


def free(town):
    """What the equipment line has in 2023, of both vintages."""
    return sum(town.cell(cell)["allotted_fen"] for cell in CELLS)


def intend(town, amount_fen, *, expect_refusal=False):
    body = {
        "line": "rehab-l2",
        "nature": "general",
        "source": "local",
        "year": 2023,
        "amount_fen": amount_fen,
        "reason": "预占（测试）",
    }
    if expect_refusal:
        return town.refused("hospital.clerk", "execution.intention.open/1", **body)
    answer = town.give("hospital.clerk", "execution.intention.open/1", **body)
    return town.event(answer, "funds.intended")["intention"]


def cancel(town, intention, amount_fen=None):
    town.give(
        "hospital.clerk",
        "execution.intention.cancel/1",
        intention=intention,
        amount_fen=amount_fen,
        reason="取消（测试）",
    )


def agreement(town, total_fen, payee, intention=None):
    """Have an agreement signed by both sides; return the answer of the last signature."""
    name = f"c-limit-{town.number()}"
    town.give(
        "hospital.procurement",
        "execution.agreement.propose/1",
        agreement=name,
        number=name,
        title="测试采购",
        agreement_kind="equipment",
        payee=payee,
        line="rehab-l2",
        nature="general",
        source="local",
        total_fen=total_fen,
        years=[{"year": 2023, "amount_fen": total_fen}],
        document_sha256="ab" * 32,
    )
    key = f"execution/agreement/{name}"
    town.give("supplier.icu", "execution.agreement.sign/1", on=(key,), agreement=name)
    return name, key, intention


def sign(town, pending):
    name, key, intention = pending
    return town.give(
        "hospital.director",
        "execution.agreement.sign/1",
        on=(key,),
        agreement=name,
        intention=intention,
    )


@feature("H1", "at intention")
@feature("H1", "stop")
@feature("H1", "any combination of dimensions")
@feature("B1.1", "limit condition")
def test_a_limit_on_function_and_project_stops_an_intention(town):
    with limited(town, "intention", 500 * YUAN, function="2", project="rehab-ward"):
        problem = intend(town, 501 * YUAN, expect_refusal=True)
        assert (problem["facts"]["point"], problem["facts"]["left_fen"]) == (
            "intention",
            500 * YUAN,
        )
        cancel(town, intend(town, 500 * YUAN))


@feature("H1", "at contract")
def test_a_limit_on_unit_and_source_stops_a_contract(town):
    pending = agreement(town, 800 * YUAN, "supplier-icu")
    with limited(town, "contract", 799 * YUAN, unit="dg-rehab", source="local"):
        name, key, _ = pending
        problem = town.refused(
            "hospital.director", "execution.agreement.sign/1", on=(key,), agreement=name
        )
        assert (problem["facts"]["point"], problem["facts"]["asked_fen"]) == (
            "contract",
            800 * YUAN,
        )
    town.kinds(sign(town, pending))


@feature("H1", "at payment")
@feature("H1", "for the year")
def test_a_limit_over_everything_stops_a_payment_for_the_year(town):
    with limited(town, "payment", 300 * YUAN):
        problem = town.ask_refused(amount_fen=301 * YUAN)
        assert problem["facts"]["point"] == "payment"
        assert problem["facts"]["horizon"] == "year"
        town.ask(amount_fen=300 * YUAN)
        assert town.ask_refused(amount_fen=1)["facts"]["left_fen"] == 0


@feature("H1", "for the plan to date")
@feature("B1.1", "plan condition")
def test_a_limit_follows_the_cash_plan_to_date(town):
    town.give(
        "hospital.finance",
        "execution.plan.set/1",
        line="rehab-l3",
        nature="general",
        source="local",
        year=2023,
        vintage=2023,
        months_fen=[100 * YUAN, 200 * YUAN, *([1_000 * YUAN] * 10)],
    )
    with limited(town, "payment", 0, horizon="plan_to_date", function="210", project="rehab-ward"):
        problem = town.ask_refused(amount_fen=100_000 * YUAN)
    assert problem["facts"]["horizon"] == "plan_to_date"
    held = town.ask(line="rehab-l3", purpose="31006", amount_fen=60_000 * YUAN)
    content = town.event(held, "execution.payment_requested")["content"]
    assert content["state"] == "routed"  # P01: beyond the plan to date, held for a person


@feature("H1", "warn")
def test_a_limit_that_warns_lets_pass_and_the_warning_is_on_the_ledger(town):
    with limited(town, "payment", 10 * YUAN, mode="warn", function="2100"):
        answer = town.ask(amount_fen=11 * YUAN)
        warned = town.event(answer, "funds.limit_warned")
        assert (warned["asked_fen"], warned["left_fen"]) == (11 * YUAN, 10 * YUAN)


@feature("H1", "counts on every ancestor")
def test_a_payment_counts_on_the_line_and_every_prefix_above_it(town):
    with (
        limited(town, "payment", BIG, function="21002") as above,
        limited(town, "payment", BIG, function="2100212", project="rehab-ward") as own,
    ):
        before = counted(town, above)["paid_fen"], counted(town, own)["paid_fen"]
        town.ask(amount_fen=7 * YUAN)
        after = counted(town, above)["paid_fen"], counted(town, own)["paid_fen"]
        assert [b - a for a, b in zip(before, after, strict=True)] == [7 * YUAN, 7 * YUAN]


@feature("H1", "missing code refuses")
def test_a_missing_code_and_a_missing_mandatory_limit_refuse_and_are_never_skipped(town):
    body = town.payment()
    del body["purpose"]
    assert town.refused("hospital.clerk", "execution.payment.request/1", **body)["code"] == "KER-01"
    before = free(town)
    for code, wrong, refusal in (
        ("purpose", "", "KER-01"),
        ("source", "", "KER-01"),
        ("nature", "", "KER-01"),
        ("line", "", "KER-01"),
        ("line", "rehab-l8", "EXE-12"),
        ("purpose", "3", "EXE-26"),  # a prefix of the line's code is another code
        ("source", "loca", "EXE-27"),  # no cell is not a limit of nothing
        ("nature", "special", "KER-01"),
    ):
        problem = town.ask_refused(**{code: wrong})
        assert problem["code"] == refusal, (code, wrong, problem)
    assert free(town) == before
    require = {"year": 2023, "basis": "须有限额（测试）"}
    town.give("finance.treasury", "funds.limit.require/1", points=["payment"], **require)
    try:
        assert town.ask_refused(amount_fen=1 * YUAN)["code"] == "FND-35"
    finally:
        town.give("finance.treasury", "funds.limit.require/1", points=[], **require)


@feature("H1", "hold moves along")
@feature("H1", "hold moves in part")
@feature("H1", "cancel returns the hold")
def test_one_hold_moves_from_intention_to_contract_in_part_and_back(town):
    with limited(town, "intention", BIG, function="210021") as pattern:
        start, before = counted(town, pattern), free(town)
        intention = intend(town, 300 * YUAN)
        assert free(town) == before - 300 * YUAN
        pending = agreement(town, 200 * YUAN, "supplier-icu", intention)
        sign(town, pending)
        held = counted(town, pattern)
        assert held["held_fen"] - start["held_fen"] == 300 * YUAN  # never twice
        assert held["contracted_fen"] - start["contracted_fen"] == 200 * YUAN
        assert free(town) == before - 300 * YUAN
        cancel(town, intention, 40 * YUAN)
        assert free(town) == before - 260 * YUAN
        cancel(town, intention)
        assert free(town) == before - 200 * YUAN
        assert counted(town, pattern)["held_fen"] - start["held_fen"] == 200 * YUAN
        account = {"payee": "supplier-icu", "account": "102581000007:6222020000000007"}
        paid = town.ask(amount_fen=70 * YUAN, agreement=pending[0], **account)
        now = counted(town, pattern)
        assert [now[column] - start[column] for column in COUNTS] == [
            200 * YUAN,
            200 * YUAN,
            70 * YUAN,
        ]
        assert free(town) == before - 200 * YUAN  # it pays from its own hold, not from the line
        payment = town.event(paid, "execution.payment_requested")["payment"]
        bounced = {"payment": payment, "outcome": "bounced", "reference": "BK", "reason": "户名"}
        town.give("bank", "execution.bank.settle/1", items=[bounced])
        town.give(
            "hospital.clerk",
            "execution.payment.cancel/1",
            on=(f"execution/payment/{payment}",),
            payment=payment,
            reason="撤销（测试）",
        )
        now = counted(town, pattern)
        assert [now[column] - start[column] for column in COUNTS] == [200 * YUAN, 200 * YUAN, 0]
        assert free(town) == before - 200 * YUAN  # back to the contract that held it
