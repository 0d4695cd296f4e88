"""Agreements, milestones and change orders refused, in order of precedence."""

import pytest

from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution.terms import Award, MilestoneTerm
from mingzhang.domain.execution.tests.town import (
    BUILDER,
    BUYER,
    CLERK,
    DIRECTOR,
    ENGINEER,
    HASH,
    HEALTH_FINANCE,
    MAKER,
    PM,
    QUALITY,
    Town,
    cell,
    fen,
    who,
)
from mingzhang.domain.execution.tests.trouble import (
    nonconformity,
    refused,
    release,
)
from mingzhang.domain.funds import errors as f
from mingzhang.kernel.calendar import parse_iso
from tests.scene import Who, only


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

    def test_one_person_does_not_sign_for_both_sides(self, town):
        town.propose("a", "l1", {2022: "10"})
        town.sign("a", BUILDER)
        the_same = Who(BUILDER.person, "hospital", "hospital.director")
        refused(town, x.SecondPerson, lambda: town.sign("a", the_same))

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

    def test_what_pays_by_itself_is_not_reported(self, building):
        found = refused(building, x.TermsWrong, lambda: building.report("advance"))
        assert found.field == "milestones.advance.trigger"

    def test_what_is_not_reported_is_not_accepted(self, building):
        refused(building, x.StateWrong, lambda: building.accept("m1", ENGINEER, "engineer", "1"))

    @pytest.mark.parametrize(
        "post", ["builder.agent", "builder.engineer", "rival.engineer", "hospital.pm"]
    )
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

    def test_one_person_does_not_sign_in_two_duties_nor_for_his_own_report(self, building):
        building.report("m1")
        reporter = Who(BUILDER.person, "hospital", "hospital.pm")
        refused(building, x.OwnSubmission, lambda: building.accept("m1", reporter, "manager", "1"))
        building.accept("m1", ENGINEER, "engineer", "100")
        the_same = Who(ENGINEER.person, "hospital", "hospital.pm")
        refused(building, x.SecondPerson, lambda: building.accept("m1", the_same, "manager", "100"))

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
        seen = building.sees("execution/milestone/works:m1")
        refused(building, x.NotOnDuty, lambda: building.do(refuse, CLERK, seen))
        building.do(refuse, PM, seen)
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
