"""H1 "no double count": random sequences, against a second model that knows no accounts.

`Book` is written from the words of funds-model.md, not from the ledger's code: what is held is a
list of things (intentions, contracts, payments), each with what it still has of which cell; what
is free is the cell's authority less the things. No fen is ever moved, so none can count twice.
"""

import random
from dataclasses import dataclass, field

import pytest

from tests.acceptance.test_limits import BIG, agreement, counted, limited
from tests.acceptance.town import YUAN

LINES = {"rehab-l2": "31003", "rehab-l4": "31006"}
PAYEE = {"payee": "supplier-icu", "account": "102581000007:6222020000000007"}
VINTAGES = (2022, 2023)
STEPS = 50


def cell_of(line: str, vintage: int) -> str:
    return f"{line}:general:local:2023:{vintage}"


@dataclass
class Thing:
    """An intention, a contract or a payment, and what it has of each cell."""

    has: dict[str, int]
    state: str = ""
    under: "Thing | None" = None
    """Of a payment: the intention or contract that held its money."""
    contract: bool = False
    back: dict[str, int] = field(default_factory=dict)
    """Of a payment: what came back, by cell."""

    def total(self) -> int:
        return sum(self.has.values())

    def spent(self) -> int:
        return self.total() - sum(self.back.values())


class Book:
    """What is held, by whom; and each cell's authority less what was held before."""

    def __init__(self, free: dict[str, int]) -> None:
        self.authority = dict(free)
        self.intentions: dict[str, Thing] = {}
        self.contracts: dict[str, Thing] = {}
        self.payments: dict[str, Thing] = {}

    def held(self, cell: str) -> int:
        things = (*self.intentions.values(), *self.contracts.values())
        paid = [p.has.get(cell, 0) - p.back.get(cell, 0) for p in self.payments.values()]
        return sum(thing.has.get(cell, 0) for thing in things) + sum(paid)

    def free(self, cell: str) -> int:
        return self.authority[cell] - self.held(cell)

    def oldest_first(self, have: dict[str, int], amount_fen: int) -> dict[str, int]:
        """Split an amount over cells, the oldest vintage first."""
        split = {}
        for cell in sorted(have):
            share = min(amount_fen, have[cell])
            amount_fen -= share
            if share:
                split[cell] = share
        assert amount_fen == 0
        return split

    def free_of(self, line: str) -> dict[str, int]:
        return {cell_of(line, vintage): self.free(cell_of(line, vintage)) for vintage in VINTAGES}

    def counts(self) -> tuple[int, int, int]:
        """Held, contracted and paid in all: points 1 to 3 of a limit over everything."""
        paid = sum(each.spent() for each in self.payments.values())
        bound = sum(each.total() for each in self.contracts.values())
        intended = sum(each.total() for each in self.intentions.values())
        return intended + bound + paid, bound + paid, paid


class Player:
    """Takes one random step at a time, through HTTP and in the book."""

    def __init__(self, town, seed: int) -> None:
        self.town = town
        self.source = random.Random(seed)
        self.met: dict[str, int] = {}
        self.newest = ""
        rows = town.rows("auditor", "funds_cells", year=2023, limit=500)
        self.before = {row["id"]: row for row in rows}
        self.book = Book({cell: self.before[cell]["available_fen"] for cell in self.cells()})

    def cells(self) -> list[str]:
        return [cell_of(line, vintage) for line in LINES for vintage in VINTAGES]

    def some(self, most_fen: int) -> int:
        return self.source.randint(1, max(1, min(most_fen, 500 * YUAN)))

    def pick(self, things, accepts=lambda thing: True):
        """Return the name of one that is fit, or None."""
        fit = [name for name, thing in things.items() if accepts(thing)]
        return self.source.choice(fit) if fit else None

    def step(self) -> None:
        steps = (
            self.intend,
            self.cancel_intention,
            self.pay,
            self.pay_from_intention,
            self.sign,
            self.pay_from_contract,
            self.pay_from_contract,
            self.settle,
            self.bounce,
            self.after_bounce,
            self.give_back,
            self.vire,
            self.too_much,
        )
        chosen = self.source.choice(steps)
        if chosen():
            self.met[chosen.__name__] = self.met.get(chosen.__name__, 0) + 1

    def intend(self) -> bool:
        line = self.source.choice(list(LINES))
        amount = self.some(10**12)
        fit = [cell for cell, free in sorted(self.book.free_of(line).items()) if free >= amount]
        answer = self.town.give(
            "hospital.clerk", "execution.intention.open/1", **self.intention(line, amount)
        )
        name = self.town.event(answer, "funds.intended")["intention"]
        self.book.intentions[name] = Thing({fit[0]: amount})
        return True

    def intention(self, line: str, amount_fen: int) -> dict:
        common = {"nature": "general", "source": "local", "year": 2023, "reason": "预占（测试）"}
        return {"line": line, "amount_fen": amount_fen, **common}

    def cancel_intention(self) -> bool:
        name = self.pick(self.book.intentions, Thing.total)
        if name is None:
            return False
        thing = self.book.intentions[name]
        ((cell, left),) = thing.has.items()
        amount = self.some(left)
        self.town.give(
            "hospital.clerk",
            "execution.intention.cancel/1",
            intention=name,
            amount_fen=amount,
            reason="取消（测试）",
        )
        thing.has[cell] -= amount
        return True

    def requested(self, line: str, amount_fen: int, **more) -> str:
        answer = self.town.ask(
            line=line, purpose=LINES[line], amount_fen=amount_fen, **PAYEE, **more
        )
        event = self.town.event(answer, "execution.payment_requested")
        assert event["content"]["state"] == "instructed"
        self.newest = event["payment"]
        return self.newest

    def pay(self) -> bool:
        line = self.source.choice(list(LINES))
        free = self.book.free_of(line)
        amount = self.some(sum(free.values()))
        split = self.book.oldest_first(free, amount)
        self.book.payments[self.requested(line, amount)] = Thing(split, "instructed")
        return True

    def pay_from(self, holder: Thing, **named) -> None:
        amount = self.some(holder.total())
        split = self.book.oldest_first(holder.has, amount)
        line = next(iter(split)).partition(":")[0]
        name = self.requested(line, amount, **named)
        for cell, share in split.items():
            holder.has[cell] -= share
        self.book.payments[name] = Thing(split, "instructed", holder)

    def pay_from_intention(self) -> bool:
        name = self.pick(self.book.intentions, Thing.total)
        if name is not None:
            self.pay_from(self.book.intentions[name], intention=name)
        return name is not None

    def pay_from_contract(self) -> bool:
        name = self.pick(self.book.contracts, Thing.total)
        if name is not None:
            self.pay_from(self.book.contracts[name], agreement=name)
        return name is not None

    def sign(self) -> bool:
        on_l2 = {n: t for n, t in self.book.intentions.items() if "rehab-l2" in next(iter(t.has))}
        held = self.pick(on_l2, Thing.total) if self.source.random() < 0.6 else None
        if held is None:
            free = self.book.free_of("rehab-l2")
            total = self.some(sum(free.values()))
            split = self.book.oldest_first(free, total)
        else:
            ((cell, left),) = on_l2[held].has.items()
            total = self.some(left)
            split = {cell: total}
            on_l2[held].has[cell] -= total
        name, key, _ = agreement(self.town, total, "supplier-icu")
        body = {"agreement": name, "intention": held}
        self.town.give("hospital.director", "execution.agreement.sign/1", on=(key,), **body)
        self.book.contracts[name] = Thing(split, contract=True)
        return True

    def bank(self, outcome: str, name: str | None = None) -> bool:
        name = name or self.pick(self.book.payments, lambda each: each.state == "instructed")
        if name is None:
            return False
        item = {"payment": name, "outcome": outcome, "reference": "BK", "reason": "测试"}
        self.town.give("bank", "execution.bank.settle/1", items=[item])
        self.book.payments[name].state = outcome
        return True

    def settle(self) -> bool:
        return self.bank("settled")

    def bounce(self) -> bool:
        return self.bank("bounced")

    def after_bounce(self) -> bool:
        """Give a bounced payment to the bank again, or give it up: its holder has it back."""
        name = self.pick(self.book.payments, lambda each: each.state == "bounced")
        if name is None:
            return False
        if self.source.random() < 0.5:
            on = (f"execution/payment/{name}",)
            self.town.give(
                "hospital.finance",
                "execution.payment.reinstruct/1",
                on=on,
                payment=name,
                account=PAYEE["account"],
            )
            self.book.payments[name].state = "instructed"
        else:
            self.give_up(name)
        return True

    def give_up(self, name: str) -> None:
        thing, on = self.book.payments.pop(name), (f"execution/payment/{name}",)
        self.town.give(
            "hospital.clerk", "execution.payment.cancel/1", on=on, payment=name, reason="撤销"
        )
        for cell, share in thing.has.items():
            if thing.under is not None:
                thing.under.has[cell] += share

    def give_back(self, name: str | None = None) -> bool:
        """Money of a settled payment comes back: the youngest vintage first."""
        name = name or self.pick(
            self.book.payments, lambda each: each.state == "settled" and each.spent() > 0
        )
        if name is None:
            return False
        thing = self.book.payments[name]
        amount = rest = self.some(thing.spent())
        self.town.give(
            "hospital.finance",
            "execution.payment.return/1",
            payment=name,
            amount_fen=amount,
            reason="退回（测试）",
        )
        for cell in sorted(thing.has, reverse=True):
            share = min(rest, thing.has[cell] - thing.back.get(cell, 0))
            rest -= share
            thing.back[cell] = thing.back.get(cell, 0) + share
            if thing.under is not None and thing.under.contract:
                thing.under.has[cell] += share
        return True

    def vire(self) -> bool:
        """Move free quota between the two lines: other subjects, so the bureau decides."""
        vintage = self.source.choice(VINTAGES)
        giving, taking = self.source.sample(list(LINES), 2)
        one, other = cell_of(giving, vintage), cell_of(taking, vintage)
        if self.book.free(one) < 1:
            return False
        amount = self.some(self.book.free(one))
        answer = self.town.give(
            "hospital.director",
            "execution.virement.request/1",
            from_cell=one,
            to_cell=other,
            amount_fen=amount,
            reason="调剂（测试）",
        )
        event = self.town.event(answer, "execution.virement_decided")
        key = f"execution/virement/{event['virement']}"
        self.compare()  # until it is decided nothing has moved
        self.town.give(
            "finance.budget",
            "procedure.case.approve/1",
            on=(f"procedure/case/{event['case']}", key),
            case=event["case"],
            subject=key,
            reason="同意",
        )
        self.book.authority[one] -= amount
        self.book.authority[other] += amount
        return True

    def too_much(self) -> bool:
        """Ask for a fen more than there is; refused, it changes nothing (seen by `compare`)."""
        line = self.source.choice(list(LINES))
        free = self.book.free_of(line)
        self.town.refused(
            "hospital.clerk",
            "execution.intention.open/1",
            **self.intention(line, max(free.values()) + 1),
        )
        over = {"line": line, "purpose": LINES[line], **PAYEE}
        self.town.ask_refused(**over, amount_fen=sum(free.values()) + 1)
        for kind, holders in (
            ("intention", self.book.intentions),
            ("agreement", self.book.contracts),
        ):
            name = self.pick(holders, Thing.total)
            if name is not None:
                of = next(iter(holders[name].has)).partition(":")[0]
                over = {"line": of, "purpose": LINES[of], **PAYEE, kind: name}
                self.town.ask_refused(**over, amount_fen=holders[name].total() + 1)
        return True

    def each_way_back(self) -> None:
        """Whatever the random steps met: a payment of each kind given up, another given back."""
        for pay in (self.pay, self.pay_from_intention, self.pay_from_contract):
            self.intend()
            self.sign()
            for outcome, back in (("bounced", self.give_up), ("settled", self.give_back)):
                assert pay()
                self.bank(outcome, self.newest)
                self.compare()
                back(self.newest)
                self.compare()

    def compare(self) -> None:
        """Hold what HTTP reads say of each cell against the book."""
        book = self.book
        for row in self.town.rows("auditor", "funds_cells", year=2023, limit=500):
            cell = row["id"]
            if cell not in book.authority:
                continue
            assert row["available_fen"] == book.free(cell)
            for column, expected in (
                ("intended_fen", book.intentions),
                ("encumbered_fen", book.contracts),
            ):
                added = row[column] - self.before[cell][column]
                assert added == sum(each.has.get(cell, 0) for each in expected.values()), column
            for column, state in (
                ("approved_fen", "bounced"),
                ("instructed_fen", "instructed"),
                ("settled_fen", "settled"),
            ):
                added = row[column] - self.before[cell][column]
                now = [each for each in book.payments.values() if each.state == state]
                paid = [each.has.get(cell, 0) - each.back.get(cell, 0) for each in now]
                assert added == sum(paid), column


def voted(town) -> dict[int, int]:
    """What the congress resolved, by year, less what was not appropriated to lines."""
    return {
        row["year"]: row["total_fen"] for row in town.rows("auditor", "preparation_resolutions")
    }


HELD = ("intended", "encumbered", "approved", "instructed", "advanced", "settled", "claimed")


def against_the_vote(town) -> None:
    """Every fen of a year is free or held, once, and all of them are what was voted and carried."""
    cells = town.rows("auditor", "funds_cells", year=2023, limit=500)
    for cell in cells:
        parts = (*HELD, "unallotted", "allotted", "frozen")
        assert sum(cell[f"{name}_fen"] for name in parts) == cell["authority_fen"]
    of_the_project = [cell for cell in cells if cell["id"].startswith("rehab-")]
    assert sum(cell["voted_fen"] for cell in of_the_project) == voted(town)[2023]
    assert sum(cell["moved_fen"] for cell in cells) == 0
    carried = sum(cell["carried_fen"] for cell in cells)
    assert sum(cell["authority_fen"] for cell in cells) == voted(town)[2023] + carried


@pytest.mark.feature("H1", "no double count")
@pytest.mark.parametrize("seed", [2023, 77])
def test_random_sequences_never_count_a_fen_twice(town, seed):
    player = Player(town, seed)
    point = {"function": "2100212", "project": "rehab-w"}
    with limited(town, "intention", BIG, **point) as pattern:
        start = counted(town, pattern)
        for _ in range(STEPS):
            player.step()
            player.compare()
            now = counted(town, pattern)
            columns = ("held_fen", "contracted_fen", "paid_fen")
            added = tuple(now[column] - start[column] for column in columns)
            assert added == player.book.counts()
        player.each_way_back()
        against_the_vote(town)
        assert len(player.met) >= 10, player.met
