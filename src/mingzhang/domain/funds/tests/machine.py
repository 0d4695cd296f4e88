"""The state machine: random commands to the room and to the plain model, compared each step."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mingzhang.domain.funds import authority, holding, limits, payments
from mingzhang.domain.funds.module import FUNDS
from mingzhang.domain.funds.state import Cell, Commitment, Intention, Part, Pattern, cell_id
from mingzhang.domain.funds.tests.bench import Bench
from mingzhang.domain.funds.tests.plain_model import ALL, BOUND, Plain
from mingzhang.kernel.calendar import parse_iso, start_of
from mingzhang.kernel.refusals import OurFault, Refusal
from tests.scene import SETTING, system

FEN = st.integers(1, 400)
SMALL = st.integers(1, 120)
INDEX = st.integers(0, 40)


def name_of(cell):
    line, nature, year, vintage = cell
    return cell_id(line, nature, "local", year, vintage)


class Funds(RuleBasedStateMachine):
    """Two lines, two natures, three limits and a plan; then whatever Hypothesis thinks of."""

    modules = system(FUNDS)

    @initialize()
    def begin(self):
        self.count = 0
        self.bench = bench = Bench("2026-03-02", self.modules)
        self.plain = plain = Plain()
        for line, function in (("a", "2100212"), ("b", "2050101")):
            bench.line(line, function=function)
            bench.verb(authority.estimate, line=line, estimate_fen=500, ref="e")
            plain.estimates[line] = 500
        for line, nature in (("a", "general"), ("b", "general"), ("a", "government_fund")):
            cell = (line, nature, 2026, 2026)
            bench.cell(line, nature=nature)
            plain.open(cell)
            if nature == "general":
                self.same("vote", authority.appropriate, cell, 600)
                self.same("allot", authority.allot, cell, 500)
        self.plan(1, 40)
        self.signed(("a", "general", 2026, 2026), 120, 250, None)
        self.signed(("b", "general", 2026, 2026), 60, 90, None)
        self.limit(None, "payment", 450, "")
        self.limit("a", "contract", 400, "210")
        self.limit("a", "intention", 450, "210")
        self.bench.verb(
            limits.set_limit,
            year=2026,
            function="205",
            point="payment",
            horizon="plan_to_date",
            mode="stop",
            basis="b",
        )
        self.bench.run_due()

    def limit(self, line, point, fen, function):
        self.bench.verb(
            limits.set_limit,
            year=2026,
            function=function,
            point=point,
            horizon="year",
            mode="stop",
            amount_fen=fen,
            basis="b",
        )
        self.bench.run_due()
        self.plain.caps[line, point] = fen

    def act(self, operation, verb, values, *args, tested=False):
        """Do it in both; both accept or both refuse, and the room never breaks a promise."""
        expected = self.plain.attempt(operation, *args, tested=tested)
        refusal = None
        try:
            self.bench.verb(verb, **values)
        except OurFault as fault:
            raise AssertionError(f"{operation}: {fault.__cause__}") from fault
        except Refusal as given:
            refusal = given
        assert (refusal is None) == expected, f"{operation}{args}: {refusal}"

    def same(self, operation, verb, cell, fen):
        values = {"cell": name_of(cell), "amount_fen": fen, "ref": "r"}
        self.act(operation, verb, values, cell, fen)

    def pick(self, things, index):
        return list(things)[index % len(things)]

    def new(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    @rule(index=INDEX, fen=FEN, which=st.integers(0, 7))
    def authority_moves(self, index, fen, which):
        cell = self.pick(self.plain.pots, index)
        operation, verb = (
            ("interim", authority.grant_interim),
            ("vote", authority.appropriate),
            ("supplement", authority.supplement),
            ("allot", authority.allot),
            ("cut", authority.cut),
            ("reduce", authority.reduce),
            ("freeze", authority.freeze),
            ("lift", authority.lift_freeze),
        )[which]
        self.same(operation, verb, cell, fen)

    @rule(one=INDEX, two=INDEX, fen=FEN)
    def vire(self, one, two, fen):
        one, two = self.pick(self.plain.pots, one), self.pick(self.plain.pots, two)
        values = {"from_cell": name_of(one), "to_cell": name_of(two), "amount_fen": fen, "ref": "r"}
        self.act("vire", authority.vire, values, one, two, fen)

    @rule(index=INDEX)
    def flag(self, index):
        cell = self.pick(self.plain.pots, index)
        verb = authority.unflag if self.plain.flagged.get(cell) else authority.flag
        self.act("flag", verb, {"cell": name_of(cell), "ref": "r"}, cell)

    @rule(index=INDEX, fen=st.integers(0, 60))
    def plan(self, index, fen):
        cell = self.pick(self.plain.pots, index)
        values = {"cell": name_of(cell), "months_fen": (fen,) * 12, "ref": "r"}
        self.act("plan", authority.plan, values, cell, fen)

    @rule(index=INDEX, fen=SMALL)
    def intend(self, index, fen):
        cell, name = self.pick(self.plain.pots, index), self.new("i")
        values = {"intention": name, "cell": name_of(cell), "amount_fen": fen}
        self.act("intend", holding.intend, values, name, cell, fen, tested=True)

    @precondition(lambda self: self.plain.intentions)
    @rule(index=INDEX, fen=SMALL)
    def release(self, index, fen):
        name = self.pick(self.plain.intentions, index)
        values = {"intention": name, "amount_fen": fen, "ref": "r"}
        self.act("release", holding.release_intention, values, name, fen)

    @rule(index=INDEX, fen=SMALL, more=st.integers(-5, 300), on=st.none() | INDEX)
    def sign(self, index, fen, more, on):
        cell = self.pick(self.plain.pots, index)
        intention = None
        if on is not None and self.plain.intentions:
            intention = self.pick(self.plain.intentions, on)
            cell = self.plain.intentions[intention]["cell"]
        self.signed(cell, fen, max(1, fen + more), intention)

    def signed(self, cell, fen, total, intention):
        name = self.new("k")
        values = {
            "contract": name,
            "line": cell[0],
            "total_fen": total,
            "now": (Part(name_of(cell), fen),),
            "intention": intention,
        }
        args = (name, cell[0], total, cell, fen, intention)
        self.act("sign", holding.sign, values, *args, tested=True)

    @precondition(lambda self: self.plain.contracts)
    @rule(index=INDEX, at=INDEX, fen=SMALL, take=st.booleans())
    def cover(self, index, at, fen, take):
        name, cell = self.pick(self.plain.contracts, index), self.pick(self.plain.pots, at)
        if at % 3 and self.plain.contracts[name]["left"]:
            cell = self.pick(self.plain.contracts[name]["left"], at)
        values = {"contract": name, "cell": name_of(cell), "amount_fen": fen, "ref": "r"}
        if take:
            self.act("uncover", holding.uncover, values, name, cell, fen)
        else:
            self.act("cover", holding.cover, values, name, cell, fen, tested=True)

    @precondition(lambda self: self.plain.contracts)
    @rule(index=INDEX, fen=st.integers(-300, 400).filter(bool))
    def change(self, index, fen):
        name = self.pick(self.plain.contracts, index)
        values = {"contract": name, "change_fen": fen, "ref": "r"}
        self.act("change", holding.change, values, name, fen)

    @precondition(lambda self: self.plain.contracts)
    @rule(index=INDEX)
    def close(self, index):
        busy = [name for name, each in self.plain.contracts.items() if each["flight"]]
        name = self.pick(busy if busy and index % 2 else self.plain.contracts, index)
        self.act("close", holding.close_contract, {"contract": name, "ref": "r"}, name)

    @rule(index=INDEX, fen=SMALL, by=st.sampled_from(("free", "contract", "intention")), at=INDEX)
    def approve(self, index, fen, by, at):
        self.approved(index, fen, by, at)

    def approved(self, index, fen, by, at):
        cell, name = self.pick(self.plain.pots, index), self.new("p")
        contract = intention = None
        if by == "contract" and self.plain.contracts:
            contract = self.pick(self.plain.contracts, at)
            left = self.plain.contracts[contract]["left"] or {cell: 0}
            cell = self.pick(left, index)
            if index % 4 and left[cell]:
                fen = min(fen, left[cell])
        if by == "intention" and self.plain.intentions:
            intention = self.pick(self.plain.intentions, at)
            cell = self.plain.intentions[intention]["cell"]
        values = {
            "payment": name,
            "parts": (Part(name_of(cell), fen),),
            "contract": contract,
            "intention": intention,
        }
        args = (name, cell, fen, contract, intention)
        self.act("approve", payments.approve, values, *args, tested=True)
        return name

    @rule(
        index=INDEX, fen=SMALL, by=st.sampled_from(("free", "contract")), at=INDEX, on=st.booleans()
    )
    def pay(self, index, fen, by, at, on):
        """Approve, instruct and settle, each if the one before was accepted."""
        name = self.approved(index, fen, by, at)
        if name not in self.plain.payments:
            return
        payment = self.plain.payments[name]
        values = {"payment": name, "parts": self.parts(payment)}
        self.act("instruct", payments.instruct, values, name)
        if self.plain.payments[name]["at"] == "instructed":
            advance = on and payment["contract"] is None
            values |= {"contract": payment["contract"], "advance": advance}
            self.act("settle", payments.settle, values, name, "advanced" if advance else "settled")

    @precondition(lambda self: self.payments_at("settled"))
    @rule(index=INDEX)
    def return_spend_and_reverse(self, index):
        """What comes back is cut, then the return proves a mistake: a shortfall."""
        name = self.pick(self.payments_at("settled"), index)
        payment = self.plain.payments[name]
        most = payment["fen"] - payment["back"]
        if not most:
            return
        cell = payment["cell"]
        values = {
            "payment": name,
            "cell": name_of(cell),
            "amount_fen": most,
            "contract": payment["contract"],
        }
        self.act("take_back", payments.take_back, values, name, most)
        if self.plain.pots[cell]["allotted"]:
            self.same("cut", authority.cut, cell, self.plain.pots[cell]["allotted"])
        if self.plain.payments[name]["back"] == payment["fen"]:
            self.act("reverse", payments.reverse_return, values, name, most)

    def payments_at(self, *states):
        return [name for name, payment in self.plain.payments.items() if payment["at"] in states]

    def parts(self, payment):
        return (Part(name_of(payment["cell"]), payment["fen"]),)

    @precondition(lambda self: self.payments_at("approved"))
    @rule(index=INDEX, give_up=st.integers(0, 3))
    def instruct_or_cancel(self, index, give_up):
        name = self.pick(self.payments_at("approved"), index)
        payment = self.plain.payments[name]
        values = {"payment": name, "parts": self.parts(payment)}
        if give_up:
            self.act("instruct", payments.instruct, values, name)
            return
        values |= {"contract": payment["contract"], "intention": payment["intention"]}
        self.act("cancel", payments.cancel, values, name)

    @precondition(lambda self: self.payments_at("instructed"))
    @rule(index=INDEX, what=st.sampled_from(("settle", "settle", "advance", "bounce")))
    def bank_answers(self, index, what):
        name = self.pick(self.payments_at("instructed"), index)
        payment = self.plain.payments[name]
        values = {"payment": name, "parts": self.parts(payment)}
        if what == "bounce":
            self.act("bounce", payments.bounce, values, name)
            return
        advance = what == "advance" and payment["contract"] is None
        values |= {"contract": payment["contract"], "advance": advance}
        to = "advanced" if advance else "settled"
        self.act("settle", payments.settle, values, name, to)

    @precondition(lambda self: self.payments_at("settled"))
    @rule(index=INDEX, fen=SMALL, undo=st.booleans())
    def come_back(self, index, fen, undo):
        name = self.pick(self.payments_at("settled"), index)
        payment = self.plain.payments[name]
        most = payment["back"] if undo else payment["fen"] - payment["back"]
        if not most:
            return
        fen = min(fen, most)  # that returns stay within the payment, the caller sees
        values = {
            "payment": name,
            "cell": name_of(payment["cell"]),
            "amount_fen": fen,
            "contract": payment["contract"],
        }
        if undo:
            self.act("reverse", payments.reverse_return, values, name, fen)
        else:
            self.act("take_back", payments.take_back, values, name, fen)

    @precondition(lambda self: self.payments_at("advanced"))
    @rule(index=INDEX, used=SMALL, back=st.integers(0, 40))
    def clear(self, index, used, back):
        name = self.pick(self.payments_at("advanced"), index)
        payment = self.plain.payments[name]
        if payment["back"] + used + back > payment["fen"]:
            return
        values = {
            "payment": name,
            "cell": name_of(payment["cell"]),
            "used_fen": used,
            "back_fen": back,
        }
        self.act("clear", payments.clear_advance, values, name, used, back)

    @rule(index=INDEX, fen=st.integers(1, 40), which=st.integers(0, 2))
    def claims(self, index, fen, which):
        cell = self.pick(self.plain.pots, index)
        operation, verb = (
            ("claim", payments.claim),
            ("claim_paid", payments.claim_paid),
            ("write_off", payments.write_off_claim),
        )[which]
        values = {"payment": "p", "cell": name_of(cell), "amount_fen": fen}
        self.act(operation, verb, values, cell, fen)

    @rule(fen=st.integers(100, 600), which=st.integers(0, 2))
    def new_limit(self, fen, which):
        if self.plain.year == 2026:
            line, point, function = (
                ("b", "contract", "205"),
                ("a", "payment", "2100"),
                (None, "intention", ""),
            )[which]
            self.limit(line, point, fen, function)

    @rule(fen=FEN, voted=FEN)
    def vote_on_interim_quota(self, fen, voted):
        cell = ("a", "government_fund", 2026, 2026)
        self.same("interim", authority.grant_interim, cell, fen)
        self.same("vote", authority.appropriate, cell, voted)

    @rule(index=INDEX, at=INDEX)
    def pay_up_to_a_limit(self, index, at):
        key = self.pick(self.plain.caps, index)
        fen = self.plain.caps[key] - self.plain.counted(*key)
        cells = [cell for cell in self.plain.pots if key[0] in (None, cell[0])]
        cell = max(cells, key=lambda each: self.plain.pots[each]["allotted"])
        if not fen > 0:
            return
        if key[1] == "intention":
            name = self.new("i")
            values = {"intention": name, "cell": name_of(cell), "amount_fen": fen}
            self.act("intend", holding.intend, values, name, cell, fen, tested=True)
        else:
            self.approved(list(self.plain.pots).index(cell), fen, "free", at)

    @precondition(lambda self: self.count > 6 and self.plain.year < 2027)
    @rule(index=INDEX, fen=FEN)
    def year_ends(self, index, fen):
        self.same("freeze", authority.freeze, self.pick(self.plain.pots, index), fen)
        self.plain.attempt("new_year")
        day = parse_iso(f"{self.plain.year}-01-01")
        self.bench.time_ms = start_of(day, SETTING.offset_s)
        try:
            self.bench.run_due()
        except Refusal as fault:
            raise AssertionError(f"year end: {fault.__cause__ or fault}") from fault

    @invariant()
    def every_pot_is_the_same(self):
        cells = self.bench.records(Cell)
        assert sorted(cells) == sorted(map(name_of, self.plain.pots))
        for cell, pots in self.plain.pots.items():
            record = cells[name_of(cell)]
            assert {pot: getattr(record, f"{pot}_fen") for pot in ALL} == pots, cell
            assert record.closed == bool(self.plain.closed.get(cell))

    @invariant()
    def every_hold_is_the_same(self):
        found = self.bench.records(Commitment)
        assert sorted(found) == sorted(self.plain.contracts)
        for name, contract in self.plain.contracts.items():
            record = found[name]
            left = {name_of(cell): fen for cell, fen in contract["left"].items() if fen}
            assert {p.cell: p.amount_fen for p in record.left if p.amount_fen} == left
            assert (record.total_fen, record.paid_fen) == (contract["total"], contract["paid"])
            assert (record.in_flight_fen, record.closed) == (
                contract["flight"],
                not contract["open"],
            )
        intentions = self.bench.records(Intention)
        assert {n: i.left_fen for n, i in intentions.items()} == {
            n: i["left"] for n, i in self.plain.intentions.items()
        }

    @invariant()
    def every_limit_counts_the_same(self):
        for pattern in self.bench.records(Pattern).values():
            line = {"": None, "2": "a", "1": "b"}.get(
                ""
                if not pattern.function
                else {"210": "2", "2100": "2", "205": "1"}[pattern.function]
            )
            assert pattern.complete
            assert (pattern.held_fen, pattern.contracted_fen, pattern.paid_fen) == tuple(
                self.plain.counted(line, point) for point in ("intention", "contract", "payment")
            ), BOUND

    @invariant()
    def no_whole_ledger_truth_is_broken(self):
        assert self.bench.breaches() == []
