"""A city with a hospital whose ward is renovated: real rooms, standard contracts, DG amounts.

Steps read as an official would tell them: ``town.pay("l3", 1_000_00)``. Rights are open to
everybody (they are tested in identity); posts, roles and organisations are real.
"""

import json
from typing import Any

from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.module import EXECUTION
from mingzhang.domain.execution.terms import (
    Award,
    Condition,
    Document,
    MilestoneTerm,
    PayeeClass,
    QuotaPart,
    YearPart,
    check_character,
)
from mingzhang.domain.execution.tests.rules import ROOT, library
from mingzhang.domain.funds import authority
from mingzhang.domain.funds.module import FUNDS
from mingzhang.domain.funds.state import Cell, Commitment, cell_id
from mingzhang.domain.identity.module import IDENTITY
from mingzhang.domain.procedure import messages as p
from mingzhang.domain.procedure.module import PROCEDURE
from mingzhang.domain.procedure.state import Case
from mingzhang.kernel.calendar import parse_iso
from mingzhang.kernel.execute import run_events
from mingzhang.kernel.records import Command, Event
from tests.scene import Scene, Who, only, system

STANDARD = json.loads(
    (ROOT / "src/mingzhang/domain/identity/standard.json").read_text(encoding="utf-8")
)
LIBRARY = (
    "payment-control",
    "payment-levels",
    "contract-signing",
    "milestone-payment",
    "virement-control",
    "change-order",
)
HASH = "ab" * 32
OTHER = "cd" * 32
ACCOUNT = "102581000001:6222020000000001"
NEW_ACCOUNT = "308581000200:755900000000009"
WAGES = "102581000100:6222020099990001"

ORGANISATIONS = (
    ("city", "government", None),
    ("finance", "finance_bureau", "city"),
    ("health", "department", "city"),
    ("hospital", "unit", "health"),
    ("clinic", "unit", "health"),
    ("congress", "congress", None),
    ("bank", "agent_bank", None),
    ("builder", "supplier", None),
    ("builder-lab", "engineer", "builder"),
    ("watch", "engineer", None),
    ("rival", "engineer", None),
    ("maker", "supplier", None),
)
POSTS = (
    ("hospital.clerk", "hospital", "unit.clerk"),
    ("hospital.director", "hospital", "unit.director"),
    ("hospital.pm", "hospital", "unit.project_manager"),
    ("hospital.quality", "hospital", "unit.quality"),
    ("hospital.finance", "hospital", "unit.finance"),
    ("hospital.procurement", "hospital", "unit.procurement"),
    ("clinic.clerk", "clinic", "unit.clerk"),
    ("health.reviewer", "health", "department.reviewer"),
    ("health.finance", "health", "department.finance"),
    ("finance.budget", "finance", "finance.budget"),
    ("finance.treasury", "finance", "finance.treasury"),
    ("congress.secretary", "congress", "congress.secretary"),
    ("bank.operator", "bank", "agent_bank.operator"),
    ("builder.agent", "builder", "supplier.agent"),
    ("builder.engineer", "builder-lab", "engineer.supervisor"),
    ("watch.engineer", "watch", "engineer.supervisor"),
    ("watch.agent", "watch", "supplier.agent"),
    ("rival.engineer", "rival", "engineer.supervisor"),
    ("maker.agent", "maker", "supplier.agent"),
)


def who(post: str, number: int = 1) -> Who:
    """Return a holder of a post; each post has two."""
    (organisation,) = [at for name, at, _ in POSTS if name == post]
    return Who(f"{post}-{number}", organisation, post)


CLERK, DIRECTOR, PM = who("hospital.clerk"), who("hospital.director"), who("hospital.pm")
QUALITY, BUYER = who("hospital.quality"), who("hospital.procurement")
ACCOUNTANT, ACCOUNTANT_TOO = who("hospital.finance"), who("hospital.finance", 2)
HEALTH_FINANCE, REVIEWER = who("health.finance"), who("health.reviewer")
BUDGET, TREASURY = who("finance.budget"), who("finance.treasury")
BANK, BUILDER, MAKER = who("bank.operator"), who("builder.agent"), who("maker.agent")
ENGINEER, SECRETARY = who("watch.engineer"), who("congress.secretary")

SECTION = {
    "procurement_from_fen": {
        "works": 400_000_000,
        "equipment": 200_000_000,
        "services": 100_000_000,
    },
    "payee_classes": {"301": ["person"], "302": ["supplier"], "310": ["supplier", "unit"]},
    "desks": [
        {"level": "unit", "role": "unit.director", "days": 5},
        {"level": "department", "role": "department.reviewer", "days": 5},
        {"level": "bureau", "role": "finance.budget", "days": 5, "organisation": "finance"},
        {
            "level": "standing_committee",
            "role": "congress.secretary",
            "days": 0,
            "organisation": "congress",
        },
    ],
    "reference": "illustrative",
}


def fen(yuan: str) -> int:
    """Return fen of an amount in yuan as the case writes it: ``846,680.00``."""
    whole, _, cents = yuan.replace(",", "").partition(".")
    return int(whole) * 100 + int((cents or "00").ljust(2, "0"))


def names(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def identity_section() -> dict[str, Any]:
    return {
        **STANDARD,
        "organisations": [
            {
                "id": name,
                "kind": kind,
                "parent": parent,
                "names": names(name),
                **({"unit_kind": "institution"} if kind == "unit" else {}),
            }
            for name, kind, parent in ORGANISATIONS
        ],
        "posts": [
            {"id": post, "organisation": at, "titles": names(post), "roles": [role]}
            for post, at, role in POSTS
        ],
        "persons": [
            {"id": f"{post}-{n}", "names": names(post), "organisation": at, "posts": [post]}
            for post, at, _ in POSTS
            for n in (1, 2)
        ],
        "governance": {
            "institutions": [{"organisation": "finance", "weight": 1}],
            "participation_bp": 6_700,
            "approval_bp": 5_001,
        },
        "calendar": [],
    }


def code_of(body: str) -> str:
    """Return a credit code of seventeen characters and their check."""
    return body + check_character(body)


class Town(Scene):
    """A ledger on which the hospital's project has lines with estimates, and payees."""

    LINES = (
        ("l1", "31006", "8,860,000"),
        ("l2", "31003", "2,436,000"),
        ("l3", "31006", "921,250"),
        ("l4", "31006", "600,350"),
    )

    def __init__(
        self,
        date: str = "2022-03-01",
        contracts: tuple[str, ...] = LIBRARY,
        more: tuple[dict[str, Any], ...] = (),
        section: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(system(IDENTITY, CONTRACTS, FUNDS, PROCEDURE, EXECUTION), date)
        documents = [library(name) for name in ("access-levels", *contracts)]
        self.genesis(
            {
                "identity": identity_section(),
                "contracts": {"delay_days": 1, "vote_days": 9, "documents": [*documents, *more]},
                "funds": {"carry_over_years": 2, "reference": "illustrative"},
                "execution": SECTION if section is None else section,
            }
        )
        for line, economic, estimate in self.LINES:
            self.open_line(line, economic)
            self.verb(authority.estimate, line=line, estimate_fen=fen(estimate), ref="estimate")
        payees: tuple[tuple[str, PayeeClass], ...] = (
            ("builder", "supplier"),
            ("maker", "supplier"),
            ("hospital", "unit"),
            ("nurse", "person"),
        )
        for number, (payee, of_class) in enumerate(payees):
            self.do(
                m.RegisterPayee(
                    payee=payee,
                    title=payee,
                    payee_class=of_class,
                    credit_code=code_of(f"91440000DG00000{number}X"),
                    account=ACCOUNT,
                ),
                ACCOUNTANT,
            )

    def verb(self, verb: Any, **values: Any) -> tuple[Event, ...]:
        """Run one verb of funds as another room's command would."""
        context = self.context(TREASURY)
        self.height += 1
        self.time_ms += 1_000

        def steps(layer: Any) -> Any:
            given = (layer, context) if "context" in verb.__code__.co_varnames[:2] else (layer,)
            return verb(*given, **values)

        done = run_events(self.modules, self.ledger, context, steps)
        self.memory.take(done.layer)
        return done.events

    def open_line(
        self, line: str, economic: str, unit: str = "hospital", project: str = "ward"
    ) -> None:
        self.verb(
            authority.open_line,
            line=line,
            unit=unit,
            project=project,
            function="2100212",
            economic=economic,
            title=f"Line {line}",
        )

    def voted(self, year: int = 2022, **amounts: Any) -> None:
        """Hand down what was voted for lines; quota is not issued yet."""
        for line, amount in amounts.items():
            self.verb(authority.open_cell, line=line, nature="general", source="local", year=year)
            self.verb(
                authority.appropriate,
                cell=cell(line, year),
                amount_fen=fen(amount),
                ref="resolution",
            )

    def quota(self, year: int = 2022, condition: Any = None, **amounts: Any) -> Any:
        """Issue a quota document; return its id."""
        self.count += 1
        command = m.IssueQuota(
            organisation="hospital",
            year=year,
            document=Document(number=f"No. {self.count}", sha256=HASH),
            parts=tuple(
                QuotaPart(
                    line=line, nature="general", source="local", vintage=year, amount_fen=fen(of)
                )
                for line, of in amounts.items()
            ),
            condition=condition,
        )
        return only(self.do(command, TREASURY), e.QuotaIssued).document_id

    def funded(self, year: int = 2022, **amounts: Any) -> None:
        self.voted(year, **amounts)
        self.quota(year, **amounts)

    def at(self, line: str, year: int = 2022, vintage: int | None = None) -> Cell:
        return self.ledger.require(Cell, cell(line, year, vintage))

    def sees(self, *keys: str) -> dict[str, str | None]:
        return {key: self.ledger.version(key) for key in keys}

    # Agreements

    def propose(self, agreement: str, line: str, years: dict[int, str], **more: Any) -> Any:
        parts = tuple(YearPart(year=y, amount_fen=fen(of)) for y, of in years.items())
        terms: dict[str, Any] = {
            "number": agreement.upper(),
            "title": agreement,
            "agreement_kind": "services",
            "payee": "builder",
            "nature": "general",
            "source": "local",
            "total_fen": sum(part.amount_fen for part in parts),
            "years": parts,
            "document_sha256": HASH,
        }
        command = m.ProposeAgreement(agreement=agreement, line=line, **(terms | more))
        return self.do(command, BUYER)

    def sign(self, agreement: str, who: Who, **more: Any) -> Any:
        command = m.SignAgreement(agreement=agreement, **more)
        return self.do(command, who, self.sees(f"execution/agreement/{agreement}"))

    def agree(self, agreement: str, line: str, years: dict[int, str], **more: Any) -> Any:
        """Propose an agreement and have both sides sign it; return the last events."""
        self.propose(agreement, line, years, **more)
        payee = {"maker": MAKER}.get(more.get("payee", ""), BUILDER)
        self.sign(agreement, payee)
        return self.sign(agreement, DIRECTOR)

    def works(self, date: str = "2022-07-05") -> None:
        """The works agreement of the case, signed on 2022-06-15."""
        self.pass_to("2022-06-15")
        self.agree(
            "works",
            "l1",
            {2022: "6,400,000", 2023: "2,066,800"},
            agreement_kind="works",
            advance_bp=1_000,
            progress_bp=8_000,
            wage_bp=2_000,
            wage_account=WAGES,
            retention_bp=300,
            performance_bond_fen=fen("846,680"),
            engineer="watch",
            award=Award(
                number="award",
                sha256=HASH,
                amount_fen=fen("8,466,800"),
                day=parse_iso("2022-06-01"),
            ),
            milestones=(
                MilestoneTerm(
                    id="advance",
                    title="advance",
                    kind="advance",
                    trigger="date",
                    day=parse_iso(date),
                ),
                *(
                    MilestoneTerm(
                        id=f"m{n}",
                        title=f"M{n}",
                        kind="progress",
                        trigger="acceptance",
                        recoup_fen=fen("211,670"),
                    )
                    for n in (1, 2, 3, 4)
                ),
            ),
        )

    def report(self, milestone: str, agreement: str = "works", **more: Any) -> Any:
        self.count += 1
        given = {"invoice": f"9{self.count:07d}"} | more
        command = m.ReportMilestone(
            agreement=agreement, milestone=milestone, evidence_sha256=HASH, **given
        )
        return self.do(command, MAKER if agreement == "kit" else BUILDER)

    def accept(
        self, milestone: str, who: Who, duty: Any, measured: str = "0", agreement: str = "works"
    ) -> Any:
        command = m.AcceptMilestone(
            agreement=agreement, milestone=milestone, duty=duty, measured_fen=fen(measured)
        )
        return self.do(command, who, self.sees(f"execution/milestone/{agreement}:{milestone}"))

    def accepted(self, milestone: str, measured: str, **more: Any) -> Any:
        """Report a milestone and have both sign it; return the second one's events."""
        self.report(milestone, **more)
        self.accept(milestone, ENGINEER, "engineer", measured)
        return self.accept(milestone, PM, "manager", measured)

    # Payments

    def request(self, line: str, amount: str, **more: Any) -> m.RequestPayment:
        """Return a request that is in order, but for what `more` changes."""
        self.count += 1
        economic = {name: of for name, of, _ in self.LINES}.get(line, "31006")
        body: dict[str, Any] = {
            "nature": "general",
            "source": "local",
            "year": 2022,
            "purpose": economic,
            "payee": "builder",
            "account": ACCOUNT,
            "invoice": f"{self.count:08d}",
        }
        return m.RequestPayment(line=line, amount_fen=fen(amount), **(body | more))

    def pay(self, line: str, amount: str, who: Who = CLERK, **more: Any) -> str:
        """Ask for a payment; return its id."""
        events = self.do(self.request(line, amount, **more), who)
        return str(only(events, e.PaymentRequested).payment)

    def payment(self, name: str) -> s.Payment:
        return self.ledger.require(s.Payment, name)

    def bank(self, *payments: str, outcome: Any = "settled", reason: str = "") -> Any:
        items = tuple(
            m.BankItem(payment=name, outcome=outcome, reference=f"BK-{n}", reason=reason)
            for n, name in enumerate(payments)
        )
        return self.do(m.ReportBank(items=items), BANK)

    def settle_all(self) -> None:
        """Let the bank pay whatever it has been told to pay."""
        open_ = [n for n, each in self.records(s.Payment).items() if each.state == "instructed"]
        if open_:
            self.bank(*sorted(open_))

    def paid(self, year: int, line: str | None = None) -> int:
        return sum(
            each.settled_fen
            for each in self.records(Cell).values()
            if each.year == year and line in (None, each.line)
        )

    def commitment(self, agreement: str) -> Commitment:
        return self.ledger.require(Commitment, agreement)

    def vire(self, giving: str, taking: str, amount: str, **more: Any) -> Any:
        command = m.RequestVirement(
            from_cell=giving, to_cell=taking, amount_fen=fen(amount), reason="needed", **more
        )
        return self.do(command, DIRECTOR)

    def decide(self, verb: type[Command], case: str, by: Who, **more: Any) -> Any:
        """Decide on a case of procedure."""
        subject = self.ledger.require(Case, case).subject.key
        command = verb(case=case, subject=subject, **more)
        return self.do(command, by, self.sees(f"procedure/case/{case}", subject))

    def approve_case(self, case: str, by: Who = REVIEWER) -> Any:
        return self.decide(p.ApproveCase, case, by)


def cell(line: str, year: int = 2022, vintage: int | None = None) -> str:
    return cell_id(line, "general", "local", year, vintage or year)


def condition(number: str, sha256: str | None = None) -> Condition:
    return Condition(number=number, sha256=sha256)
