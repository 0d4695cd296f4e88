"""Every refusal, in its order of precedence; what is refused leaves no trace."""

from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.terms import Award, Document, MilestoneTerm, QuotaPart
from mingzhang.domain.execution.tests.town import (
    ACCOUNT,
    ACCOUNTANT,
    ACCOUNTANT_TOO,
    BANK,
    BUDGET,
    BUILDER,
    BUYER,
    CLERK,
    DIRECTOR,
    ENGINEER,
    HASH,
    HEALTH_FINANCE,
    LIBRARY,
    MAKER,
    NEW_ACCOUNT,
    OTHER,
    PM,
    QUALITY,
    SECTION,
    TREASURY,
    Town,
    cell,
    condition,
    fen,
    who,
)
from mingzhang.domain.funds import authority, holding
from mingzhang.domain.funds import errors as f
from mingzhang.domain.funds.state import FiscalYear
from mingzhang.kernel.calendar import parse_iso
from mingzhang.kernel.refusals import Stale, Unseen
from tests.scene import only


def refused(town, refusal, act):
    """Assert that an act is refused so, and that nothing has changed; return the refusal."""
    before, index = dict(town.memory.records), dict(town.memory.index)
    with pytest.raises(refusal) as caught:
        act()
    assert type(caught.value) is refusal
    assert town.memory.records == before
    assert town.memory.index == index
    return caught.value


@pytest.fixture
def town():
    made = Town()
    made.funded(l1="1,000,000", l2="500,000", l3="300,000", l4="200,000")
    return made


@pytest.fixture
def building():
    """The works agreement signed, its advance paid."""
    made = Town()
    made.funded(l1="6,400,000", l4="600,000")
    made.works("2022-06-15")
    return made


def nonconformity(town, milestone="m1"):
    command = m.OpenNonConformity(
        agreement="works", milestone=milestone, title="cable", evidence_sha256=HASH
    )
    return only(town.do(command, QUALITY), e.NonConformityOpened).nonconformity


def release(town, name, by, duty):
    command = m.ReleaseNonConformity(nonconformity=name, duty=duty, evidence_sha256=OTHER)
    return town.do(command, by)


class TestPrecedenceOfClauses:
    """Where several refuse, the first of R03, R09, R10, R08, R11, R12, R06 is given."""

    FAULTS = ("R03", "R09", "R10", "R08", "R11", "R12", "R06")
    REFUSALS: ClassVar = {
        "R03": x.BeforeTheVote,
        "R09": x.DuplicateInvoice,
        "R10": x.AccountChanged,
        "R08": x.NonConformityOpen,
        "R11": x.WrongPurpose,
        "R12": x.OverBudget,
        "R06": x.EarlyPayment,
    }

    def prepared(self, faults):
        """A town whose m1 may be paid, and a request for it, but for the faults."""
        town = Town()
        town.funded(l1="6,400,000", l4="600,000")
        town.works("2022-06-15")
        town.accepted("m2", "300,000", invoice="00000077")
        asked = {"agreement": "works", "milestone": "m1", "invoice": "00000078"}
        amount = "1,308,330"
        if "R06" not in faults:
            nonconformity(town)
            town.accepted("m1", "1,900,000")
            name = next(iter(town.records(s.NonConformity)))
            if "R08" not in faults:
                release_without_pay(town, name)
        elif "R08" in faults:
            nonconformity(town)
        if "R09" in faults:
            asked["invoice"] = "00000077"
        if "R10" in faults:
            asked["account"] = NEW_ACCOUNT
        if "R11" in faults:
            asked["purpose"] = "31013"
        if "R12" in faults:
            amount = "1,308,330" if "R06" not in faults else "9,000,000"
            take_all(town, leave="1,000,000")
        if "R03" in faults:
            unvote(town)
        return town, town.request("l1", amount, **asked)

    @pytest.mark.parametrize("first", range(7))
    def test_with_all_later_faults_the_first_is_given(self, first):
        faults = self.FAULTS[first:]
        town, request = self.prepared(faults)
        found = refused(town, self.REFUSALS[faults[0]], lambda: town.do(request, CLERK))
        assert found.clause == faults[0]

    @pytest.mark.parametrize("fault", FAULTS)
    def test_each_fault_alone_is_refused(self, fault):
        town, request = self.prepared((fault,))
        found = refused(town, self.REFUSALS[fault], lambda: town.do(request, CLERK))
        assert found.clause == fault
        assert found.contract == "payment-control"
        assert len(found.contract_sha256) == len(found.input_sha256) == 64

    def test_without_fault_it_is_paid(self):
        town, request = self.prepared(())
        assert only(town.do(request, CLERK), e.PaymentRequested).content.state == "instructed"


def release_without_pay(town, name):
    """Release a non-conformity by record alone, as if its milestone had not been paid by it."""
    found = town.memory.records[s.NonConformity.key(name)]
    milestone = town.memory.records["execution/milestone/works:m1"]
    town.put(
        {
            s.NonConformity.key(name): replace(found, state="released"),
            "execution/milestone/works:m1": replace(milestone, open=()),
        }
    )


def take_all(town, leave):
    """Have the works agreement keep only so much of this year's quota."""
    left = town.commitment("works").left[0].amount_fen
    town.verb(
        holding.uncover,
        contract="works",
        cell=cell("l1"),
        amount_fen=left - fen(leave),
        ref="back",
    )


def unvote(town):
    year = town.memory.records["funds/year/2022"]
    town.put({FiscalYear.key("2022"): replace(year, voted=())})


class TestPayment:
    def test_an_unknown_line_names_the_lines_there_are(self, town):
        found = refused(town, x.LineUnknown, lambda: town.pay("l9", "1"))
        assert found.lines == ("l1", "l2", "l3", "l4")

    def test_another_unit_may_not_ask(self, town):
        found = refused(town, x.NotYours, lambda: town.pay("l1", "1", who("clinic.clerk")))
        assert found.who == ("hospital.clerk@hospital",)

    def test_a_payee_may_ask_under_an_agreement_only(self, town):
        refused(town, x.NotYours, lambda: town.pay("l1", "1", BUILDER))

    @pytest.mark.parametrize("year", [2021, 2023])
    def test_another_year_is_refused_with_this_years_cells(self, town, year):
        found = refused(town, x.WrongYear, lambda: town.pay("l1", "1", year=year))
        assert found.cells == (f"{cell('l1')}={fen('1,000,000')}",)

    @pytest.mark.parametrize("proofs", [{"invoice": None}, {"document_sha256": HASH}])
    def test_one_proof_and_no_other(self, town, proofs):
        refused(town, x.ProofMissing, lambda: town.pay("l1", "1", **proofs))

    def test_an_unknown_payee(self, town):
        refused(town, x.NotFound, lambda: town.pay("l1", "1", payee="nobody"))

    def test_a_class_of_payee_that_the_line_does_not_pay(self, town):
        found = refused(town, x.WrongPayeeClass, lambda: town.pay("l1", "1", payee="nurse"))
        assert found.allowed == ("supplier", "unit")

    def test_without_a_policy_nobody_is_paid(self):
        town = Town(section={**SECTION, "payee_classes": {}})
        town.funded(l1="10")
        refused(town, x.WrongPayeeClass, lambda: town.pay("l1", "1"))

    def test_the_longest_prefix_counts(self):
        classes = {"3": ["person"], "310": ["supplier"], "31003": ["unit"]}
        town = Town(section={**SECTION, "payee_classes": classes})
        town.funded(l1="10", l2="10")
        town.pay("l1", "1")
        refused(town, x.WrongPayeeClass, lambda: town.pay("l2", "1"))

    def test_no_agreement_of_that_name(self, town):
        refused(town, x.NotFound, lambda: town.pay("l1", "1", agreement="none"))

    def test_an_agreement_that_is_not_signed(self, town):
        town.propose("a", "l1", {2022: "10"})
        refused(town, x.StateWrong, lambda: town.pay("l1", "1", agreement="a"))

    @pytest.mark.parametrize(
        ("field", "line", "more"),
        [
            ("line", "l3", {}),
            ("source", "l1", {"source": "grant"}),
            ("payee", "l1", {"payee": "maker"}),
        ],
    )
    def test_an_agreement_pays_its_own_payee_from_its_own_line(self, town, field, line, more):
        town.agree("a", "l1", {2022: "10"})
        found = refused(town, x.TermsWrong, lambda: town.pay(line, "1", agreement="a", **more))
        assert found.field == field

    def test_no_milestone_of_that_name(self, town):
        town.agree("a", "l1", {2022: "10"})
        refused(town, x.NotFound, lambda: town.pay("l1", "1", agreement="a", milestone="m9"))

    def test_an_accepted_milestone_pays_what_its_terms_say(self, building):
        nonconformity(building)
        building.accepted("m1", "1,900,000")
        release_without_pay(building, next(iter(building.records(s.NonConformity))))
        found = refused(
            building,
            x.TermsWrong,
            lambda: building.pay("l1", "1,308,331", agreement="works", milestone="m1"),
        )
        assert (found.asked, found.expected) == (fen("1,308,331"), fen("1,308,330"))

    def test_no_intention_of_that_name(self, town):
        missing = "0185134b-a250-721f-86ba-8c9f8be10497"
        refused(town, x.NotFound, lambda: town.pay("l1", "1", intention=missing))

    def test_a_frozen_payee_is_named_before_all_clauses(self, town):
        town.do(m.FreezePayee(payee="builder", reason="court"), TREASURY)
        found = refused(town, x.Frozen, lambda: town.pay("l1", "9,000,000", purpose="31013"))
        assert (found.clause, found.payee, found.cells) == ("F02", "builder", ())
        assert found.who == ("finance.treasury@finance",)
        town.do(m.UnfreezePayee(payee="builder", reason="court"), TREASURY)
        town.pay("l1", "1")

    def test_a_frozen_cell(self, town):
        town.verb(authority.flag, cell=cell("l1"), ref="order")
        found = refused(town, x.Frozen, lambda: town.pay("l1", "1"))
        assert (found.clause, found.cells) == ("F01", (cell("l1"),))

    def test_a_cell_without_quota_is_refused_never_skipped(self, town):
        found = refused(town, x.OverBudget, lambda: town.pay("l1", "1", source="grant"))
        assert (found.left_fen, found.short_fen) == (0, 100)

    def test_over_the_line_proposes_a_virement(self, town):
        found = refused(town, x.OverBudget, lambda: town.pay("l3", "300,000.01"))
        assert (found.left_fen, found.short_fen) == (fen("300,000"), 1)
        assert found.virement_from == (
            f"{cell('l1')}={fen('1,000,000')}",
            f"{cell('l2')}={fen('500,000')}",
            f"{cell('l4')}={fen('200,000')}",
        )
        assert found.who == ("hospital.director@hospital",)

    def test_a_frozen_line_or_another_project_is_not_proposed(self, town):
        town.open_line("other", "31006", project="roof")
        town.funded(other="7")
        town.verb(authority.flag, cell=cell("l1"), ref="order")
        found = refused(town, x.OverBudget, lambda: town.pay("l3", "400,000"))
        assert [each.partition(":")[0] for each in found.virement_from] == ["l2", "l4"]

    def test_a_wrong_purpose_names_the_lines_for_it(self, town):
        found = refused(town, x.WrongPurpose, lambda: town.pay("l1", "1", purpose="31003"))
        assert found.lines == (f"{cell('l2')}={fen('500,000')}",)

    def test_an_invoice_pays_once_on_the_whole_ledger(self, town):
        first = town.pay("l1", "1", invoice="A1")
        found = refused(town, x.DuplicateInvoice, lambda: town.pay("l2", "5", invoice="A1"))
        assert (found.payment, found.state) == (first, "instructed")
        town.pay("l1", "1", invoice="A1", payee="maker")  # another seller's number

    def test_a_document_pays_once(self, town):
        town.pay("l1", "1", invoice=None, document_sha256=HASH)
        refused(
            town,
            x.DuplicateInvoice,
            lambda: town.pay("l1", "1", invoice=None, document_sha256=HASH),
        )

    def test_a_new_account_counts_once_two_persons_confirmed_it(self, town):
        town.do(
            m.ChangePayeeAccount(
                payee="builder", unit="hospital", account=NEW_ACCOUNT, reason="letter"
            ),
            BUILDER,
        )
        confirm = m.ConfirmPayeeAccount(payee="builder", account=NEW_ACCOUNT, channel="telephone")
        for confirmations, by in enumerate((ACCOUNTANT, ACCOUNTANT_TOO)):
            found = refused(
                town, x.AccountChanged, lambda: town.pay("l1", "1", account=NEW_ACCOUNT)
            )
            assert (found.confirmations, found.needed) == (confirmations, 2)
            town.do(confirm, by)
        assert town.payment(town.pay("l1", "1", account=NEW_ACCOUNT)).account == NEW_ACCOUNT

    def test_without_a_contract_of_payment_nothing_is_paid(self):
        town = Town(contracts=tuple(name for name in LIBRARY if not name.startswith("payment")))
        town.funded(l1="10")
        with pytest.raises(Exception, match="CON-"):
            town.pay("l1", "1")
        assert town.records(s.Payment) == {}

    def test_whatever_the_contracts_say_no_account_goes_below_zero(self):
        town = Town(contracts=("payment-levels", "contract-signing"))  # no control at all
        town.funded(l1="10")
        refused(town, f.NotEnough, lambda: town.pay("l1", "11"))
        refused(town, f.NoAccount, lambda: town.pay("l1", "1", source="grant"))
        town.agree("a", "l1", {2022: "4"})
        refused(town, f.OverContract, lambda: town.pay("l1", "5", agreement="a"))


class TestBank:
    def test_a_payment_is_reported_once(self, town):
        name = town.pay("l1", "1")
        refused(town, x.ItemTwice, lambda: town.bank(name, name))

    def test_an_unknown_payment(self, town):
        refused(town, x.NotFound, lambda: town.bank("0185134b-a250-721f-86ba-8c9f8be10497"))

    def test_one_wrong_item_refuses_the_report(self, town):
        first, second = town.pay("l1", "1"), town.pay("l1", "2")
        town.bank(first)
        found = refused(town, x.StateWrong, lambda: town.bank(second, first))
        assert (found.id, found.state) == (first, "settled")

    def test_an_instruction_is_not_cancelled_nor_instructed_twice(self, town):
        name = town.pay("l1", "1")
        key = town.sees(f"execution/payment/{name}")
        again = m.ReinstructPayment(payment=name, account=ACCOUNT)
        refused(town, x.StateWrong, lambda: town.do(again, CLERK, key))
        cancel = m.CancelPayment(payment=name, reason="no")
        refused(town, x.StateWrong, lambda: town.do(cancel, CLERK, key))

    def test_a_bounced_payment_goes_to_a_confirmed_account_only(self, town):
        name = town.pay("l1", "1")
        town.bank(name, outcome="bounced", reason="closed")
        key = town.sees(f"execution/payment/{name}")
        again = m.ReinstructPayment(payment=name, account=NEW_ACCOUNT)
        found = refused(town, x.AccountUnconfirmed, lambda: town.do(again, ACCOUNTANT, key))
        assert found.who == ("hospital.finance@hospital",)

    def test_a_bounced_payment_is_its_units(self, town):
        name = town.pay("l1", "1")
        town.bank(name, outcome="bounced")
        key = town.sees(f"execution/payment/{name}")
        again = m.ReinstructPayment(payment=name, account=ACCOUNT)
        refused(town, x.NotYours, lambda: town.do(again, who("clinic.clerk"), key))

    def test_no_more_comes_back_than_was_paid(self, town):
        name = town.pay("l1", "10")
        back = m.ReturnPayment(payment=name, amount_fen=600, reason="error")
        refused(town, x.StateWrong, lambda: town.do(back, ACCOUNTANT))
        town.bank(name)
        town.do(back, ACCOUNTANT)
        found = refused(town, x.OverReturn, lambda: town.do(back, ACCOUNTANT))
        assert (found.asked_fen, found.left_fen) == (600, 400)

    def test_a_step_on_what_was_not_seen_is_refused(self, town):
        name = town.pay("l1", "1")
        cancel = m.CancelPayment(payment=name, reason="no")
        refused(town, Unseen, lambda: town.do(cancel, CLERK))
        old = town.sees(f"execution/payment/{name}")
        town.bank(name, outcome="bounced")
        refused(town, Stale, lambda: town.do(cancel, CLERK, old))


class TestQuota:
    def issue(self, town, **changed):
        body: dict[str, Any] = {
            "organisation": "hospital",
            "year": 2022,
            "document": Document(number="N", sha256=HASH),
            "parts": (
                QuotaPart(line="l1", nature="general", source="local", vintage=2022, amount_fen=1),
            ),
        }
        return town.do(m.IssueQuota(**(body | changed)), TREASURY)

    def test_a_number_is_used_once_by_its_issuer(self, town):
        town.voted(l3="1")
        town.quota(condition=condition("N"), l3="1")
        document = next(iter(town.records(s.QuotaDocument).values())).document
        refused(town, x.AlreadyExists, lambda: self.issue(town, document=document))

    def test_a_line_of_another_unit(self, town):
        town.open_line("c1", "31006", unit="clinic")
        parts = (
            QuotaPart(line="c1", nature="general", source="local", vintage=2022, amount_fen=1),
        )
        refused(town, x.NotYours, lambda: self.issue(town, parts=parts))

    def test_an_unknown_line(self, town):
        parts = (
            QuotaPart(line="zz", nature="general", source="local", vintage=2022, amount_fen=1),
        )
        refused(town, x.LineUnknown, lambda: self.issue(town, parts=parts))

    def test_more_than_was_voted(self, town):
        refused(town, f.NotEnough, lambda: self.issue(town))

    def release(self, town, quota, number, sha256=HASH):
        command = m.ReleaseQuota(quota=quota, met_by=Document(number=number, sha256=sha256))
        return town.do(command, TREASURY, town.sees(f"execution/quota_document/{quota}"))

    def test_the_condition_is_met_by_its_document_only(self):
        town = Town()
        town.voted(l1="10")
        quota = town.quota(condition=condition("minutes 19", HASH), l1="10")
        for number, sha256 in (("minutes 18", HASH), ("minutes 19", OTHER)):
            refused(
                town,
                x.ConditionNotMet,
                lambda n=number, h=sha256: self.release(town, quota, n, h),
            )
        self.release(town, quota, "minutes 19")
        assert town.at("l1").allotted_fen == fen("10")
        refused(town, x.StateWrong, lambda: self.release(town, quota, "minutes 19"))

    def test_an_unknown_document(self, town):
        missing = "0185134b-a250-721f-86ba-8c9f8be10497"
        refused(town, x.NotFound, lambda: self.release(town, missing, "N"))

    def interim(self, town, amount, purpose="same_period", measured="100"):
        command = m.GrantInterim(
            line="l1",
            nature="general",
            source="local",
            year=2022,
            amount_fen=fen(amount),
            purpose=purpose,
            document=Document(number="N", sha256=HASH),
            measured_fen=fen(measured),
        )
        return town.do(command, BUDGET)

    def test_interim_quota_for_the_same_period_stays_within_its_measure(self):
        town = Town("2022-01-10")
        self.interim(town, "60")
        found = refused(town, x.OverMeasure, lambda: self.interim(town, "41"))
        assert (found.asked_fen, found.left_fen) == (4_100, 4_000)
        self.interim(town, "40")
        self.interim(town, "500", "disaster")

    def test_interim_quota_ends_with_the_vote(self, town):
        refused(town, f.YearVoted, lambda: self.interim(town, "1"))

    def test_before_the_vote_only_a_granted_class_is_paid(self):
        town = Town("2022-01-10")
        self.interim(town, "60", "disaster")
        for art54 in ("none", "same_period", "legal_duty", "carry_over"):
            found = refused(town, x.BeforeTheVote, lambda c=art54: town.pay("l1", "1", art54=c))
            assert (found.lawful, found.cells) == ("interim", (f"{cell('l1')}={fen('60')}",))
        assert town.payment(town.pay("l1", "60", art54="disaster")).state == "instructed"
        refused(town, x.OverBudget, lambda: town.pay("l1", "0.01", art54="disaster"))

    def test_a_plan_is_the_units_own_and_within_its_quota(self, town):
        def plan(by, month):
            command = m.SetPlan(
                line="l1",
                nature="general",
                source="local",
                year=2022,
                vintage=2022,
                months_fen=(month,) * 12,
            )
            return town.do(command, by)

        refused(town, x.NotYours, lambda: plan(who("clinic.clerk"), 1))
        refused(town, f.OverQuota, lambda: plan(ACCOUNTANT, fen("1,000,000")))


class TestAgreement:
    def test_an_id_is_used_once(self, town):
        town.propose("a", "l1", {2022: "10"})
        refused(town, x.AlreadyExists, lambda: town.propose("a", "l1", {2022: "10"}))

    def test_a_line_of_another_unit(self, town):
        town.open_line("c1", "31006", unit="clinic")
        refused(town, x.NotYours, lambda: town.propose("a", "c1", {2022: "10"}))

    def test_an_unknown_payee_or_line(self, town):
        refused(town, x.NotFound, lambda: town.propose("a", "l1", {2022: "1"}, payee="nobody"))
        refused(town, x.LineUnknown, lambda: town.propose("a", "zz", {2022: "1"}))

    @pytest.mark.parametrize("engineer", ["builder", "builder-lab"])
    def test_the_engineer_is_not_the_contractor_nor_below_it(self, town, engineer):
        refused(
            town, x.NotTheEngineer, lambda: town.propose("a", "l1", {2022: "1"}, engineer=engineer)
        )

    @pytest.mark.parametrize(
        ("field", "terms"),
        [
            ("years", {"total_fen": 9}),
            ("years", {"parts": "falling"}),
            ("progress_bp", {"progress_bp": 10_001}),
            ("wage_account", {"wage_bp": 1}),
            ("retention_bp", {"retention_bp": 300, "retains_before_completion": True}),
        ],
    )
    def test_terms_agree_with_each_other(self, town, field, terms):
        years = {2023: "5", 2022: "5"} if "parts" in terms else {2022: "10"}
        terms = {name: value for name, value in terms.items() if name != "parts"}
        found = refused(town, x.TermsWrong, lambda: town.propose("a", "l1", years, **terms))
        assert found.field == field

    @pytest.mark.parametrize(
        ("field", "term", "terms"),
        [
            ("milestones.a.day", {"kind": "delivery", "base_fen": 9, "trigger": "date"}, {}),
            ("milestones.a.trigger", {"kind": "progress", "trigger": "acceptance"}, {}),
            (
                "milestones.a.trigger",
                {"kind": "progress", "trigger": "signing"},
                {"progress_bp": 8_000},
            ),
            ("milestones.a.trigger", {"kind": "advance", "trigger": "signing"}, {}),
            (
                "milestones.a.trigger",
                {"kind": "advance", "trigger": "acceptance"},
                {"advance_bp": 100},
            ),
            (
                "milestones.a.recoup_fen",
                {"kind": "delivery", "trigger": "signing", "base_fen": 9, "recoup_fen": 1},
                {},
            ),
            ("milestones.a.base_fen", {"kind": "delivery", "trigger": "signing"}, {}),
            (
                "milestones.a.share_bp",
                {"kind": "delivery", "trigger": "signing", "base_fen": 9, "share_bp": 10_001},
                {},
            ),
            ("milestones", {"kind": "delivery", "trigger": "signing", "base_fen": 1_001}, {}),
            (
                "milestones",
                {"kind": "progress", "trigger": "acceptance", "recoup_fen": 1},
                {"progress_bp": 8_000},
            ),
        ],
    )
    def test_milestones_agree_with_the_terms(self, town, field, term, terms):
        milestone = MilestoneTerm(id="a", title="a", **term)
        found = refused(
            town,
            x.TermsWrong,
            lambda: town.propose("a", "l1", {2022: "10"}, milestones=(milestone,), **terms),
        )
        assert found.field == field

    def test_two_milestones_of_one_name(self, town):
        milestone = MilestoneTerm(
            id="a", title="a", kind="delivery", trigger="acceptance", base_fen=1
        )
        refused(
            town,
            x.TermsWrong,
            lambda: town.propose("a", "l1", {2022: "10"}, milestones=(milestone, milestone)),
        )

    def test_a_class_of_payee_that_the_line_does_not_pay(self, town):
        refused(
            town, x.WrongPayeeClass, lambda: town.propose("a", "l1", {2022: "10"}, payee="nurse")
        )

    def test_a_third_party_does_not_sign(self, town):
        town.propose("a", "l1", {2022: "10"})
        refused(town, x.NotYours, lambda: town.sign("a", MAKER))

    def test_nobody_signs_what_he_proposed(self, town):
        town.propose("a", "l1", {2022: "10"})
        refused(town, x.OwnSubmission, lambda: town.sign("a", BUYER))

    def test_a_side_signs_once(self, town):
        town.propose("a", "l1", {2022: "10"})
        town.sign("a", DIRECTOR)
        refused(town, x.SecondPerson, lambda: town.sign("a", who("hospital.director", 2)))

    def test_what_binds_is_not_signed_again(self, town):
        town.agree("a", "l1", {2022: "10"})
        refused(town, x.StateWrong, lambda: town.sign("a", who("hospital.director", 2)))

    @pytest.mark.parametrize(
        ("clause", "years", "terms"),
        [
            ("S04", {2022: "1,000,000", 2023: "9,000,000"}, {}),
            ("S05", {2022: "1,000,001"}, {}),
            ("S06", {2022: "999,999", 2023: "3,000,001"}, {"agreement_kind": "works"}),
            ("S09", {2022: "10"}, {"advance_bp": 3_001}),
            ("S12", {2022: "10"}, {"retention_bp": 301}),
            ("S15", {2022: "10"}, {"is_engineer": True}),
        ],
    )
    def test_the_contract_of_signing_names_its_clause(self, town, clause, years, terms):
        award = Award(number="w", sha256=HASH, amount_fen=1, day=parse_iso("2022-02-01"))
        if clause == "S04":
            total = sum(fen(each) for each in years.values())
            award = Award(number="w", sha256=HASH, amount_fen=total, day=award.day)
            terms = {**terms, "award": award}
        town.propose("a", "l1", years, **terms)
        town.sign("a", BUILDER)
        found = refused(town, x.RefusedByContract, lambda: town.sign("a", DIRECTOR))
        assert (found.verdict, found.clause) == ("reject", clause)

    def test_a_contract_that_holds_lets_nobody_sign_last(self, town):
        town.propose("a", "l1", {2022: "10"}, agreement_kind="works", progress_bp=8_000)
        town.sign("a", BUILDER)
        found = refused(town, x.RefusedByContract, lambda: town.sign("a", DIRECTOR))
        assert (found.verdict, found.clause) == ("hold", "S14")

    def test_before_the_vote_nothing_is_signed(self):
        town = Town("2022-01-10")
        town.propose("a", "l1", {2022: "10"})
        town.sign("a", BUILDER)
        found = refused(town, x.RefusedByContract, lambda: town.sign("a", DIRECTOR))
        assert found.clause == "S03"

    def test_cover_is_the_units_and_within_what_is_committed(self, town):
        town.agree("a", "l1", {2022: "10", 2023: "20"})

        def cover(by, amount):
            command = m.CoverAgreement(agreement="a", year=2022, amount_fen=fen(amount))
            return town.do(command, by)

        refused(town, x.NotYours, lambda: cover(BUILDER, "1"))
        refused(town, f.OverCommitted, lambda: cover(BUYER, "20.01"))
        missing = m.CoverAgreement(agreement="b", year=2022, amount_fen=1)
        refused(town, x.NotFound, lambda: town.do(missing, BUYER))
        cover(BUYER, "20")
        assert town.commitment("a").committed_fen == 0


class TestMilestone:
    def test_only_the_payee_reports(self, building):
        command = m.ReportMilestone(agreement="works", milestone="m1", evidence_sha256=HASH)
        refused(building, x.NotYours, lambda: building.do(command, PM))

    def test_no_such_milestone(self, building):
        refused(building, x.NotFound, lambda: building.report("m9"))

    def test_what_is_not_reported_is_not_accepted(self, building):
        refused(building, x.StateWrong, lambda: building.accept("m1", ENGINEER, "engineer", "1"))

    @pytest.mark.parametrize("post", ["builder.agent", "builder.engineer", "hospital.pm"])
    def test_only_the_agreements_engineer_signs_as_engineer(self, building, post):
        building.report("m1")
        other = who(post, 2)
        found = refused(
            building, x.NotTheEngineer, lambda: building.accept("m1", other, "engineer", "1")
        )
        assert (found.engineer, found.who) == ("watch", ("watch.engineer@watch",))

    def test_another_post_of_the_engineer_does_not_sign(self, building):
        building.report("m1")
        agent = who("watch.agent")
        refused(building, x.NotTheEngineer, lambda: building.accept("m1", agent, "engineer", "1"))

    @pytest.mark.parametrize(
        ("post", "duty"),
        [
            ("hospital.clerk", "manager"),
            ("watch.engineer", "manager"),
            ("hospital.quality", "quality"),
        ],
    )
    def test_a_duty_needs_its_role_and_must_be_asked_for(self, building, post, duty):
        building.report("m1")
        found = refused(building, x.NotOnDuty, lambda: building.accept("m1", who(post), duty, "1"))
        assert found.needed == ("engineer", "manager")

    def test_a_duty_signs_once(self, building):
        building.report("m1")
        building.accept("m1", ENGINEER, "engineer", "100")
        other = who("watch.engineer", 2)
        refused(building, x.SecondPerson, lambda: building.accept("m1", other, "engineer", "100"))

    def test_both_measure_alike(self, building):
        building.report("m1")
        building.accept("m1", ENGINEER, "engineer", "1,900,000")
        found = refused(
            building, x.TermsWrong, lambda: building.accept("m1", PM, "manager", "1,900,001")
        )
        assert found.expected == fen("1,900,000")

    def test_progress_is_measured(self, building):
        building.report("m1")
        refused(building, x.TermsWrong, lambda: building.accept("m1", ENGINEER, "engineer"))

    def test_more_than_the_agreement_has_left_is_not_paid_by_itself(self, building):
        building.report("m1")
        building.accept("m1", ENGINEER, "engineer", "8,000,000")
        found = refused(
            building, x.OverBudget, lambda: building.accept("m1", PM, "manager", "8,000,000")
        )
        assert found.clause == "M03"

    def test_a_refused_milestone_is_reported_again(self, building):
        building.report("m1")
        building.accept("m1", ENGINEER, "engineer", "1,900,000")
        refuse = m.RefuseMilestone(
            agreement="works", milestone="m1", duty="manager", reason="leaks"
        )
        refused(building, x.NotOnDuty, lambda: building.do(refuse, CLERK))
        building.do(refuse, PM)
        refused(building, x.StateWrong, lambda: building.accept("m1", PM, "manager", "1"))
        building.accepted("m1", "1,900,000")  # signatures begin anew
        refused(building, x.StateWrong, lambda: building.report("m1"))

    def test_a_non_conformity_is_released_by_two_others(self, building):
        name = nonconformity(building)
        other = who("hospital.quality", 2)
        refused(building, x.OwnSubmission, lambda: release(building, name, QUALITY, "quality"))
        refused(building, x.NotOnDuty, lambda: release(building, name, PM, "manager"))
        refused(building, x.NotTheEngineer, lambda: release(building, name, BUILDER, "engineer"))
        release(building, name, other, "quality")
        refused(building, x.SecondPerson, lambda: release(building, name, other, "quality"))
        release(building, name, ENGINEER, "engineer")
        refused(building, x.StateWrong, lambda: release(building, name, ENGINEER, "engineer"))

    def test_there_is_no_end_of_non_conformities(self, building):
        for _ in range(16):
            nonconformity(building)
        found = refused(building, x.BoundReached, lambda: nonconformity(building))
        assert found.most == 16


class TestChange:
    def asked(self, town, by=BUILDER):
        command = m.RequestChange(
            agreement="works", increase_fen=fen("1,000"), reason="r", document_sha256=HASH
        )
        return only(town.do(command, by), e.ChangeRequested).change

    def act(self, town, command_type, name, by):
        return town.do(command_type(change=name), by, town.sees(f"execution/change/{name}"))

    def test_only_the_two_sides_ask(self, building):
        refused(building, x.NotYours, lambda: self.asked(building, MAKER))

    def test_only_the_engineer_agrees_and_once(self, building):
        name = self.asked(building)
        refused(building, x.NotTheEngineer, lambda: self.act(building, m.AgreeChange, name, PM))
        self.act(building, m.AgreeChange, name, ENGINEER)
        other = who("watch.engineer", 2)
        refused(building, x.SecondPerson, lambda: self.act(building, m.AgreeChange, name, other))

    def test_nobody_approves_what_he_asked_for(self, building):
        name = self.asked(building, PM)
        refused(building, x.OwnSubmission, lambda: self.act(building, m.ApproveChange, name, PM))

    def test_without_the_engineer_the_contract_asks(self, building):
        name = self.asked(building)
        found = refused(
            building,
            x.RefusedByContract,
            lambda: self.act(building, m.ApproveChange, name, HEALTH_FINANCE),
        )
        assert (found.verdict, found.clause) == ("ask", "C02")

    def test_without_quota_the_contract_holds(self, building):
        name = self.asked(building)
        self.act(building, m.AgreeChange, name, ENGINEER)
        found = refused(
            building,
            x.RefusedByContract,
            lambda: self.act(building, m.ApproveChange, name, HEALTH_FINANCE),
        )
        assert (found.verdict, found.clause) == ("hold", "C05")

    def test_an_approved_change_is_not_approved_again(self, building):
        name = self.asked(building)
        self.act(building, m.AgreeChange, name, ENGINEER)
        building.vire(cell("l4"), cell("l1"), "1,000")
        self.act(building, m.ApproveChange, name, HEALTH_FINANCE)
        refused(
            building,
            x.StateWrong,
            lambda: self.act(building, m.ApproveChange, name, HEALTH_FINANCE),
        )


class TestVirement:
    def test_no_such_cell(self, town):
        refused(town, x.NotFound, lambda: town.vire(cell("l1"), cell("zz"), "1"))

    def test_a_line_of_another_unit_gives_nothing(self, town):
        town.open_line("c1", "31006", unit="clinic")
        town.voted(c1="10")
        refused(town, x.NotYours, lambda: town.vire(cell("c1"), cell("l1"), "1"))

    @pytest.mark.parametrize(("clause", "amount"), [("V06", "1,000,000.01"), ("V01", "1")])
    def test_the_contract_names_its_clause(self, town, clause, amount):
        if clause == "V01":
            town.verb(authority.flag, cell=cell("l3"), ref="order")
        found = refused(
            town, x.RefusedByContract, lambda: town.vire(cell("l1"), cell("l3"), amount)
        )
        assert found.clause == clause


class TestPayee:
    def test_an_id_and_a_credit_code_are_used_once(self, town):
        def register(payee, code):
            command = m.RegisterPayee(
                payee=payee, title="t", payee_class="supplier", credit_code=code, account=ACCOUNT
            )
            return town.do(command, ACCOUNTANT)

        refused(town, x.AlreadyExists, lambda: register("builder", "91440000DG000099XX"))
        found = refused(town, x.AlreadyExists, lambda: register("new", "91440000DG000000XX"))
        assert (found.what, found.id) == ("credit_code", "builder")

    def change(self, town, by, payee="builder"):
        command = m.ChangePayeeAccount(
            payee=payee, unit="hospital", account=NEW_ACCOUNT, reason="letter"
        )
        return town.do(command, by)

    def confirm(self, town, by, account=NEW_ACCOUNT):
        command = m.ConfirmPayeeAccount(payee="builder", account=account, channel="visit")
        return town.do(command, by)

    def test_a_stranger_changes_no_account(self, town):
        refused(town, x.NotYours, lambda: self.change(town, MAKER))
        refused(town, x.NotFound, lambda: self.change(town, ACCOUNTANT, "nobody"))

    def test_nothing_to_confirm(self, town):
        refused(town, x.NotFound, lambda: self.confirm(town, ACCOUNTANT))

    def test_nobody_confirms_what_he_asked_for_nor_twice(self, town):
        self.change(town, ACCOUNTANT)
        refused(town, x.OwnSubmission, lambda: self.confirm(town, ACCOUNTANT))
        self.confirm(town, ACCOUNTANT_TOO)
        refused(town, x.SecondPerson, lambda: self.confirm(town, ACCOUNTANT_TOO))
        self.confirm(town, DIRECTOR)
        refused(town, x.StateWrong, lambda: self.confirm(town, CLERK))

    def test_what_has_since_been_replaced_is_not_confirmed(self, town):
        self.change(town, BUILDER)
        refused(town, x.StateWrong, lambda: self.confirm(town, ACCOUNTANT, ACCOUNT))

    def test_a_new_question_leaves_the_confirmed_account(self, town):
        self.change(town, BUILDER)
        self.confirm(town, ACCOUNTANT)
        self.confirm(town, ACCOUNTANT_TOO)
        third = "102581000001:7777777777"
        asked = m.ChangePayeeAccount(
            payee="builder", unit="hospital", account=third, reason="letter"
        )
        town.do(asked, BUILDER)
        town.pay("l1", "1", account=NEW_ACCOUNT)
        refused(town, x.AccountChanged, lambda: town.pay("l1", "1", account=third))

    def test_a_freeze_is_made_once_and_lifted_once(self, town):
        freeze = m.FreezePayee(payee="builder", reason="r")
        lift = m.UnfreezePayee(payee="builder", reason="r")
        refused(town, x.StateWrong, lambda: town.do(lift, TREASURY))
        town.do(freeze, TREASURY)
        refused(town, x.StateWrong, lambda: town.do(freeze, TREASURY))
        missing = m.FreezePayee(payee="nobody", reason="r")
        refused(town, x.NotFound, lambda: town.do(missing, TREASURY))


class TestIntention:
    def opened(self, town, amount="300", by=CLERK, **more):
        body: dict[str, Any] = {
            "nature": "general",
            "source": "local",
            "year": 2022,
            "reason": "r",
        }
        command = m.OpenIntention(line="l1", amount_fen=fen(amount), **(body | more))
        return town.do(command, by)

    def test_only_the_unit_sets_its_money_aside(self, town):
        refused(town, x.NotYours, lambda: self.opened(town, by=BANK))

    def test_only_this_years_and_no_more_than_is_there(self, town):
        refused(town, x.WrongYear, lambda: self.opened(town, year=2023))
        refused(town, f.NotEnough, lambda: self.opened(town, "1,000,000.01"))
        refused(town, f.NoAccount, lambda: self.opened(town, source="grant"))

    def test_only_the_unit_gives_it_back_and_no_more_than_it_holds(self, town):
        name = self.opened(town)[0].intention
        part = m.CancelIntention(intention=name, amount_fen=fen("301"), reason="r")
        refused(town, f.OverIntention, lambda: town.do(part, CLERK))
        refused(town, x.NotYours, lambda: town.do(part, BANK))
        missing = m.CancelIntention(intention="0185134b-a250-721f-86ba-8c9f8be10497", reason="r")
        refused(town, x.NotFound, lambda: town.do(missing, CLERK))
