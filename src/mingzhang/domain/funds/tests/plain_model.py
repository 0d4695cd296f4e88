"""A second opinion on funds: pots of money in dictionaries, written apart from the room.

It shares no code with the room. It knows no events, postings, chains or running totals: limits
are recomputed from all pots, and an operation is tried on a copy and kept if nothing is wrong.
"""

from copy import deepcopy

DEBIT = ("voted", "interim", "carried", "moved", "lapsed", "prior", "shortfall")
PAYING = ("approved", "instructed", "advanced", "settled", "claimed")
BOUND = {
    "payment": PAYING,
    "contract": ("encumbered", *PAYING),
    "intention": ("intended", "encumbered", *PAYING),
}
ALL = (*DEBIT, "unallotted", "allotted", "frozen", *BOUND["intention"])


class No(Exception):
    """The model refuses."""


def need(true):
    if not true:
        raise No


class Plain:
    """State: pots by cell name; a cell name is (line, nature, year, vintage)."""

    def __init__(self):
        self.year = 2026
        self.pots = {}
        self.flagged = {}
        self.closed = {}
        self.estimates = {}
        self.contracts = {}
        self.intentions = {}
        self.payments = {}
        self.caps = {}  # (line or None, point) -> amount, of 2026
        self.plans = {}  # cell -> a month's amount
        self.voted = {}

    def open(self, cell):
        self.pots.setdefault(cell, dict.fromkeys(ALL, 0))

    def attempt(self, name, *args, tested=False):
        """Do an operation; return whether it was allowed, and leave no trace if not."""
        keep = deepcopy(self.__dict__)
        before = {key: self.counted(*key) for key in self.caps}
        try:
            getattr(self, name)(*args)
            need(
                all(
                    v >= 0
                    for pots in self.pots.values()
                    for a, v in pots.items()
                    if a not in ("carried", "moved", "lapsed")
                )
            )
            for key, cap in self.caps.items() if tested else ():
                after = self.counted(*key)
                need(after <= before[key] or after <= cap)
            if tested:
                planned = self.counted("b", "payment")
                need(planned <= self.counted_in(keep, "b") or planned <= self.plan_so_far())
        except No:
            self.__dict__ = keep
            return False
        for pots in self.pots.values():
            filled = min(pots["shortfall"], pots["allotted"])
            pots["shortfall"] -= filled
            pots["allotted"] -= filled
        return True

    def counted(self, line, point):
        return sum(
            pots[pot]
            for (of, _, year, _), pots in self.pots.items()
            if year == 2026 and line in (None, of)
            for pot in BOUND[point]
        )

    @staticmethod
    def counted_in(state, line):
        return sum(
            pots[pot]
            for (of, _, year, _), pots in state["pots"].items()
            if year == 2026 and of == line
            for pot in PAYING
        )

    def plan_so_far(self):
        months = 3 if self.year == 2026 else 12  # the machine plays in March
        return sum(months * fen for (line, *_), fen in self.plans.items() if line == "b")

    def standing(self, cell):
        need(cell in self.pots and not self.closed.get(cell))

    def current(self, cell):
        self.standing(cell)
        need(cell[2] >= self.year)

    def usable(self, cell):
        self.current(cell)
        need(cell[2] == self.year and not self.flagged.get(cell))
        need(not self.pots[cell]["shortfall"])

    def shift(self, cell, source, target, fen):
        self.pots[cell][source] -= fen
        self.pots[cell][target] += fen

    # authority

    def interim(self, cell, fen):
        self.current(cell)
        need((cell[2], cell[1]) not in self.voted)
        self.pots[cell]["interim"] += fen
        self.pots[cell]["allotted"] += fen

    def vote(self, cell, fen):
        self.current(cell)
        pots = self.pots[cell]
        given_back = max(0, pots["interim"] - fen)
        kept = pots["interim"] - given_back
        need(pots["allotted"] >= given_back)
        pots["allotted"] -= given_back
        pots["interim"] = 0
        pots["voted"] += fen
        pots["unallotted"] += fen - kept
        self.voted[cell[2], cell[1]] = True

    def supplement(self, cell, fen):
        self.current(cell)
        self.pots[cell]["voted"] += fen
        self.pots[cell]["unallotted"] += fen

    def reduce(self, cell, fen):
        self.current(cell)
        self.pots[cell]["voted"] -= fen
        self.pots[cell]["unallotted"] -= fen

    def allot(self, cell, fen):
        self.current(cell)
        self.shift(cell, "unallotted", "allotted", fen)

    def cut(self, cell, fen):
        self.current(cell)
        self.shift(cell, "allotted", "unallotted", fen)

    def freeze(self, cell, fen):
        self.standing(cell)
        self.shift(cell, "allotted", "frozen", fen)

    def lift(self, cell, fen):
        self.standing(cell)
        self.shift(cell, "frozen", "allotted", fen)

    def flag(self, cell):
        self.standing(cell)
        self.flagged[cell] = not self.flagged.get(cell)

    def vire(self, source, target, fen):
        need(source != target and source[1:] == target[1:])
        for cell in (source, target):
            self.current(cell)
            need(not self.flagged.get(cell) and not self.pots[cell]["shortfall"])
        self.pots[source]["allotted"] -= fen
        self.pots[source]["moved"] -= fen
        self.pots[target]["allotted"] += fen
        self.pots[target]["moved"] += fen

    def plan(self, cell, fen):
        self.current(cell)
        pots = self.pots[cell]
        need(12 * fen <= sum(pots[d] for d in DEBIT[:-1]) - pots["unallotted"])
        self.plans[cell] = fen

    # holding

    def intend(self, name, cell, fen):
        self.usable(cell)
        self.shift(cell, "allotted", "intended", fen)
        self.intentions[name] = {"cell": cell, "total": fen, "left": fen}

    def release(self, name, fen):
        intention = self.intentions[name]
        intention["left"] -= fen
        need(intention["left"] >= 0)
        self.shift(intention["cell"], "intended", "allotted", fen)

    def sign(self, name, line, total, cell, fen, intention):
        self.usable(cell)
        need(cell[0] == line and fen <= total)
        need(
            sum(c["total"] for c in self.contracts.values() if c["line"] == line) + total
            <= self.estimates[line]
        )
        if intention:
            held = self.intentions[intention]
            need(held["cell"] == cell and held["left"] >= fen)
            held["left"] -= fen
        self.shift(cell, "intended" if intention else "allotted", "encumbered", fen)
        self.contracts[name] = {
            "line": line,
            "total": total,
            "left": {cell: fen},
            "paid": 0,
            "flight": 0,
            "open": True,
        }

    def bare(self, contract):
        return contract["total"] - sum(contract["left"].values()) - contract["paid"]

    def cover(self, name, cell, fen):
        contract = self.contracts[name]
        self.usable(cell)
        need(contract["open"] and cell[0] == contract["line"] and fen <= self.bare(contract))
        self.shift(cell, "allotted", "encumbered", fen)
        contract["left"][cell] = contract["left"].get(cell, 0) + fen

    def uncover(self, name, cell, fen):
        contract = self.contracts[name]
        self.standing(cell)
        need(contract["left"].get(cell, 0) >= fen)
        self.shift(cell, "encumbered", "allotted", fen)
        contract["left"][cell] -= fen

    def change(self, name, fen):
        contract = self.contracts[name]
        need(contract["open"] and -fen <= self.bare(contract))
        contract["total"] += fen
        line = contract["line"]
        bound = sum(c["total"] for c in self.contracts.values() if c["line"] == line)
        need(bound <= self.estimates[line])

    def close(self, name):
        contract = self.contracts[name]
        need(contract["open"] and not contract["flight"])
        for cell, fen in contract["left"].items():
            self.shift(cell, "encumbered", "allotted", fen)
            contract["left"][cell] = 0
        contract["total"] = contract["paid"]
        contract["open"] = False

    # payments

    def approve(self, name, cell, fen, contract, intention):
        self.usable(cell)
        source = "allotted"
        if contract:
            source = "encumbered"
            of = self.contracts[contract]
            need(of["open"] and of["line"] == cell[0] and of["left"].get(cell, 0) >= fen)
            of["left"][cell] -= fen
            of["paid"] += fen
            of["flight"] += fen
        elif intention:
            source = "intended"
            held = self.intentions[intention]
            need(held["cell"] == cell and held["left"] >= fen)
            held["left"] -= fen
        self.shift(cell, source, "approved", fen)
        self.payments[name] = {
            "cell": cell,
            "fen": fen,
            "contract": contract,
            "intention": intention,
            "at": "approved",
            "back": 0,
        }

    def instruct(self, name):
        payment = self.payments[name]
        self.usable(payment["cell"])
        if payment["cell"][0] == "b" and payment["cell"][2] == 2026:
            need(self.counted("b", "payment") <= self.plan_so_far())
        self.shift(payment["cell"], "approved", "instructed", payment["fen"])
        payment["at"] = "instructed"

    def settle(self, name, to):
        payment = self.payments[name]
        self.standing(payment["cell"])
        self.shift(payment["cell"], "instructed", to, payment["fen"])
        if payment["contract"]:
            self.contracts[payment["contract"]]["flight"] -= payment["fen"]
        payment["at"] = to

    def bounce(self, name):
        payment = self.payments[name]
        self.standing(payment["cell"])
        self.shift(payment["cell"], "instructed", "approved", payment["fen"])
        payment["at"] = "approved"

    def cancel(self, name):
        payment = self.payments[name]
        cell, fen = payment["cell"], payment["fen"]
        self.standing(cell)
        to = "allotted"
        if payment["contract"]:
            to = "encumbered"
            of = self.contracts[payment["contract"]]
            of["left"][cell] = of["left"].get(cell, 0) + fen
            of["paid"] -= fen
            of["flight"] -= fen
        elif payment["intention"]:
            to = "intended"
            self.intentions[payment["intention"]]["left"] += fen
        self.shift(cell, "approved", to, fen)
        payment["at"] = "cancelled"

    def clear(self, name, used, back):
        payment = self.payments[name]
        need(payment["back"] + used + back <= payment["fen"])
        self.standing(payment["cell"])
        payment["back"] += used + back
        self.shift(payment["cell"], "advanced", "settled", used)
        self.shift(payment["cell"], "advanced", "allotted", back)

    def take_back(self, name, fen):
        payment = self.payments[name]
        need(payment["back"] + fen <= payment["fen"])
        self.standing(payment["cell"])
        payment["back"] += fen
        to = "allotted"
        if payment["contract"]:
            of = self.contracts[payment["contract"]]
            need(of["paid"] - of["flight"] >= fen)
            of["paid"] -= fen
            if of["open"]:
                to = "encumbered"
                of["left"][payment["cell"]] = of["left"].get(payment["cell"], 0) + fen
            else:
                of["total"] -= fen
        self.shift(payment["cell"], "settled", to, fen)

    def reverse(self, name, fen):
        payment = self.payments[name]
        need(fen <= payment["back"])
        self.standing(payment["cell"])
        cell = payment["cell"]
        payment["back"] -= fen
        if payment["contract"]:
            of = self.contracts[payment["contract"]]
            taken = min(fen, of["left"].get(cell, 0))
            if taken:
                of["left"][cell] -= taken
                of["paid"] += taken
            self.shift(cell, "encumbered", "settled", taken)
            fen -= taken
        free = min(fen, self.pots[cell]["allotted"])
        self.shift(cell, "allotted", "settled", free)
        self.pots[cell]["shortfall"] += fen - free
        self.pots[cell]["settled"] += fen - free

    def claim(self, cell, fen):
        self.standing(cell)
        self.shift(cell, "settled", "claimed", fen)

    def claim_paid(self, cell, fen):
        self.standing(cell)
        self.shift(cell, "claimed", "allotted", fen)

    def write_off(self, cell, fen):
        self.standing(cell)
        self.shift(cell, "claimed", "settled", fen)

    # year end

    def new_year(self):
        self.year += 1
        for cell in list(self.pots):
            if cell[2] == self.year - 1:
                self.carry(cell)

    def carry(self, cell):
        pots = self.pots[cell]
        if any(pots[pot] for pot in ("approved", "instructed", "advanced", "shortfall")):
            return
        for intention in self.intentions.values():
            if intention["cell"] == cell:
                self.shift(cell, "intended", "allotted", intention["left"])
                intention["left"] = 0
        pots["lapsed"] -= pots["unallotted"]
        pots["unallotted"] = 0
        after = (*cell[:2], cell[2] + 1, cell[3])
        amounts = {pot: pots[pot] for pot in ("allotted", "frozen", "encumbered")}
        if any(amounts.values()):
            self.open(after)
        for pot, fen in amounts.items():
            if fen:
                pots[pot] = 0
                pots["carried"] -= fen
                self.pots[after][pot] += fen
                self.pots[after]["carried"] += fen
        for contract in self.contracts.values():
            fen = contract["left"].pop(cell, 0)
            if fen:
                contract["left"][after] = contract["left"].get(after, 0) + fen
        self.closed[cell] = True
