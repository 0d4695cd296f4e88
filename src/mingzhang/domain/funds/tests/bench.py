"""A bench for the verbs: each runs as one command of a lifecycle room would, all or nothing."""

from typing import Any

from mingzhang.domain.funds import authority, holding, payments
from mingzhang.domain.funds.module import FUNDS
from mingzhang.domain.funds.state import Cell, Part, cell_id
from mingzhang.kernel.execute import run_due, run_events
from mingzhang.kernel.schedule import due_now
from tests.scene import Scene, system

GENESIS = {"carry_over_years": 2, "reference": "Budget Law Implementation Rules art. 42"}


def yuan(text):
    """Return fen of an amount in yuan as the case writes it, ``6,846,270.00`` or less."""
    whole, _, cents = str(text).replace(",", "").partition(".")
    return int(whole) * 100 + int((cents or "00").ljust(2, "0"))


def cell(line="l", year=2026, vintage=None, nature="general", source="local"):
    return cell_id(line, nature, source, year, vintage or year)


class Bench(Scene):
    def __init__(self, date="2026-03-02", modules=None):
        super().__init__(modules or system(FUNDS), date)
        self.genesis({"funds": GENESIS})

    def verb(self, verb, *args, **values):
        """Run one verb as one command; return its events, or raise its refusal."""
        context = self.context()
        self.height += 1
        self.time_ms += 1_000

        def steps(layer):
            given = (layer, context) if "context" in verb.__code__.co_varnames[:2] else (layer,)
            return verb(*given, *args, **values)

        done = run_events(self.modules, self.ledger, context, steps)
        self.memory.take(done.layer)
        return done.events

    def run_due(self):
        """Run what is due now, until nothing is."""
        ran: list[Any] = []
        for _ in range(200):
            items = due_now(self.ledger, self.time_ms)
            if not items:
                break
            for item in items:
                context = self.context()
                done = run_due(self.modules, self.ledger, item, context)
                self.memory.take(done.layer)
                ran += done.events
            self.time_ms += 1
        return ran

    def line(self, line="l", unit="361001", project="p1", function="2100212", economic="31006"):
        self.verb(
            authority.open_line,
            line=line,
            unit=unit,
            project=project,
            function=function,
            economic=economic,
            title=f"Line {line}",
        )

    def cell(self, line="l", year=2026, vintage=None, nature="general", source="local"):
        self.verb(
            authority.open_cell,
            line=line,
            nature=nature,
            source=source,
            year=year,
            vintage=vintage,
        )
        return cell(line, year, vintage, nature, source)

    def quota(self, name, fen):
        """Vote and allot an amount."""
        self.verb(authority.appropriate, cell=name, amount_fen=fen, ref="resolution")
        self.verb(authority.allot, cell=name, amount_fen=fen, ref="quota")

    def funded(self, fen, line="l", estimate_fen=10**12):
        """Return a cell of this year on a line with an estimate, with so much quota."""
        self.line(line)
        self.verb(authority.estimate, line=line, estimate_fen=estimate_fen, ref="estimate")
        name = self.cell(line)
        if fen:
            self.quota(name, fen)
        return name

    def sign(self, contract, line, total_fen, *now, intention=None):
        self.verb(
            holding.sign,
            contract=contract,
            line=line,
            total_fen=total_fen,
            now=tuple(Part(*part) for part in now),
            intention=intention,
        )

    def pay(self, payment, *parts, contract=None, intention=None, advance=False):
        """Approve, instruct and settle a payment."""
        drawn = tuple(Part(*part) for part in parts)
        self.verb(
            payments.approve, payment=payment, parts=drawn, contract=contract, intention=intention
        )
        self.verb(payments.instruct, payment=payment, parts=drawn)
        self.verb(payments.settle, payment=payment, parts=drawn, contract=contract, advance=advance)

    def at(self, name: str) -> Cell:
        return self.ledger.require(Cell, name)
