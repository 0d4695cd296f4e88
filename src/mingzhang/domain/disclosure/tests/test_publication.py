"""What becomes public, when, by which rule; what is withheld, corrected, and left out by nobody."""

import hashlib
from typing import Any

import pytest
from msgspec.structs import replace

from mingzhang.domain.disclosure import errors
from mingzhang.domain.disclosure import messages as m
from mingzhang.domain.disclosure.publishing import next_chain
from mingzhang.domain.disclosure.state import (
    EMPTY_CHAIN,
    Figure,
    Gap,
    Gazette,
    Process,
    Queue,
    QueueHead,
)
from mingzhang.domain.preparation.state import Request
from mingzhang.domain.preparation.tests.cases import OPEN_GATE, refused
from mingzhang.domain.preparation.tests.test_totals import basic
from mingzhang.domain.preparation.tests.town import (
    BUREAU_REVIEWER,
    CLERK,
    CLINIC_CLERK,
    CLINIC_DIRECTOR,
    DIRECTOR,
    REVIEWER,
    USERS,
    Town,
    approved,
    called,
    command,
    handed_down,
    ready,
    submitted,
    voted,
)
from mingzhang.kernel.records import encode
from mingzhang.kernel.refusals import RightMissing


def published(town: Town, organisation: str, figure_kind: str) -> list[Figure]:
    return [
        figure
        for figure in town.scene.records(Figure).values()
        if (figure.content.organisation, figure.content.figure_kind) == (organisation, figure_kind)
    ]


def waiting(town: Town, figure_kind: str, organisation: str) -> dict[str, str]:
    """Return figure and page of the only thing of a kind that waits to be published."""
    (found,) = [
        {"figure": entry.figure, "queue": page}
        for page, queue in town.scene.records(Queue).items()
        for entry in queue.entries
        if (entry.figure_kind, entry.organisation) == (figure_kind, organisation)
    ]
    return found


def act(town: Town, verb: type, **fields: Any) -> Any:
    """Give a command of this room; rights are identity's tests."""
    town.scene.modules.gate = OPEN_GATE
    return town.do(command(verb, fields), CLERK)


def secret() -> Town:
    """Return the town with a confidential project approved, voted and handed down."""
    town = called()
    project = town.at("preparation/project/rehab-ward")
    town.scene.put({"preparation/project/rehab-ward": replace(project, confidential=True)})
    return town


def test_the_unit_publishes_on_10_march_by_its_own_act_before_the_20_days_are_over():
    town = handed_down()
    waits = waiting(town, "budget", "dg-rehab")
    town.scene.pass_to("2022-03-10")  # 17 days after 02-21
    act(town, m.PublishFigure, **waits, organisation="dg-rehab")
    content = town.at(f"disclosure/figure/{waits['figure']}").content
    assert (content.amount_fen, content.number) == (850_000_000, "D卫财〔2022〕9号（示意）")
    assert [(p.function, p.economic) for p in content.parts] == [
        ("2100212", "31006"),
        ("2100212", "31003"),
        ("2100212", "31006"),
        ("2100212", "31006"),
    ]
    town.scene.pass_to("2022-03-14")
    assert len(published(town, "dg-rehab", "budget")) == 1
    assert town.scene.breaches() == []


def test_the_governments_budget_is_public_20_days_after_the_vote_by_department():
    town = voted()
    town.scene.pass_to("2022-02-08")
    assert published(town, "dg-finance", "budget") == []
    town.scene.pass_to("2022-02-09")  # 01-20 + 20 days
    (figure,) = published(town, "dg-finance", "budget")
    assert figure.content.level == "government"
    assert [(p.organisation, p.amount_fen) for p in figure.content.parts] == [
        ("dg-health", 850_000_000)
    ]
    assert figure.content.sources == ("preparation/resolution/2022", "preparation/draft/2022:1")


def test_a_refused_draft_is_not_published_as_a_budget():
    town = approved()
    town.compile()
    town.stage("congress")
    town.scene.pass_to("2022-01-20")
    votes = {"deputies": 400, "in_favour": 200, "against": 200, "abstained": 0}
    town.resolve(votes=votes)
    town.scene.pass_to("2022-12-31")
    assert published(town, "dg-finance", "budget") == []


def test_request_and_approvals_are_public_20_days_after_the_approval_with_who_decided():
    town = submitted()
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)  # on 2021-10-18
    town.scene.pass_to("2021-11-06")
    assert town.scene.records(Figure) == {}
    town.scene.pass_to("2021-11-07")
    (request,) = published(town, "dg-rehab", "request")
    (approval,) = published(town, "dg-rehab", "approval")
    assert request.content.amount_fen == 1_281_760_000  # both years
    assert approval.content.amount_fen == 850_000_000  # the budget year
    assert [(s.level, s.answer, s.organisation) for s in approval.content.steps] == [
        ("unit", "approve", "dg-rehab"),
        ("department", "approve", "dg-health"),
        ("bureau", "approve", "dg-finance"),
    ]
    named = encode(approval).decode() + encode(request).decode()
    assert "p-hospital-director" not in named


def test_every_source_of_a_figure_is_a_record_on_the_ledger():
    town = handed_down()
    town.scene.pass_to("2022-03-31")
    figures = town.scene.records(Figure).values()
    assert len(figures) == 5  # government, department, unit; request, approval
    for figure in figures:
        assert figure.content.sources
        for key in figure.content.sources:
            assert town.at(key) is not None


def test_each_figure_names_its_rule_its_basis_and_the_height_it_was_read_at():
    town = handed_down()
    town.scene.pass_to("2022-02-28")
    (figure,) = published(town, "dg-health", "budget")
    assert figure.rule.row == "publication/rules/default"
    assert town.at(f"contracts/contract/{figure.rule.contract}").name == "publication"
    assert figure.rule.basis_zh
    assert 0 < figure.height <= town.scene.height


def test_the_process_is_public_at_once_while_its_content_is_not():
    town = submitted()
    (name,) = town.scene.records(Request)
    at = town.at(f"disclosure/process/{name}")
    assert (at.state, at.level, at.turn) == ("submitted", "unit", ("dg-rehab",))
    assert (at.clause, at.unit, at.version) == ("L1", "dg-rehab", 1)
    assert "1281760000" not in encode(at).decode()
    town.review("approve", DIRECTOR)
    at = town.at(f"disclosure/process/{name}")
    assert (at.level, at.turn, at.clause) == ("department", ("dg-health",), "L2")
    since = at.since_ms
    town.review("ask", REVIEWER, question="依据？")
    at = town.at(f"disclosure/process/{name}")
    assert (at.state, at.turn) == ("asked", ("dg-rehab",))
    assert at.since_ms > since
    town.answer()
    town.review("approve", REVIEWER)
    town.review("approve", BUREAU_REVIEWER)
    at = town.at(f"disclosure/process/{name}")
    assert (at.state, at.turn, at.clause) == ("approved", (), "L5")


def test_what_did_not_change_is_not_recorded_again():
    events = ready().submit()
    assert [type(e).__name__ for e in events].count("ProcessMoved") == 1


@pytest.mark.parametrize(
    ("verb", "words", "state", "turn"),
    [
        ("reject", {"reason": "不属职能"}, "rejected", ()),
        ("return", {"reason": "压减"}, "returned", ("dg-rehab",)),
    ],
)
def test_the_process_shows_how_a_review_ended(verb, words, state, turn):
    town = submitted()
    town.review(verb, DIRECTOR, **words)
    (process,) = town.scene.records(Process).values()
    assert (process.state, process.turn) == (state, turn)


def test_the_process_shows_a_withdrawal():
    town = submitted()
    town.withdraw()
    (process,) = town.scene.records(Process).values()
    assert (process.state, process.turn) == ("withdrawn", ())


def test_of_a_confidential_project_only_numbered_gaps_are_shown():
    town = secret()
    town.stage("first_down")
    town.estimate()
    town.ceiling("dg-finance", 20_000_000)
    town.ceiling("dg-health", 10_000_000)
    town.stage("second_up")
    town.submit()
    assert town.scene.records(Process) == {}
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    gaps = town.scene.records(Gap)
    assert list(gaps) == ["dg-rehab:2021-08:1", "dg-rehab:2021-08:2"]
    assert [gap.figure_kind for gap in gaps.values()] == ["request", "approval"]
    assert all(gap.rule.row == "publication/rules/D01" for gap in gaps.values())
    assert town.at("disclosure/gazette/dg-rehab:2021-08").withheld == 2
    town.compile()
    town.stage("congress")
    town.scene.pass_to("2022-01-20")
    town.resolve()
    town.issue()
    town.hand_down()
    town.scene.pass_to("2022-12-31")
    assert published(town, "dg-rehab", "budget") == []
    assert "rehab-ward" not in "".join(
        encode(figure).decode() for figure in town.scene.records(Figure).values()
    )
    assert town.at("disclosure/gap/dg-rehab:2022-01:1").figure_kind == "budget"
    assert town.scene.breaches() == []


def test_budgets_above_a_confidential_project_leave_it_out_and_say_so_by_a_gap():
    town = secret()
    town.scene.pass_to("2021-09-28")
    for stage in ("first_down", "second_up"):
        town.stage(stage)
        if stage == "first_down":
            town.estimate()
            town.ceiling("dg-finance", 20_000_000)
            town.ceiling("dg-health", 10_000_000)
    town.submit()  # 8,500,000.00 of the year, secret
    basic(town, "dg-clinic", 300_000, CLINIC_CLERK)
    for request, head in town.scene.records(Request).items():
        director = CLINIC_DIRECTOR if head.unit == "dg-clinic" else DIRECTOR
        for who in (director, REVIEWER, BUREAU_REVIEWER):
            if town.request(request).state == "submitted":
                town.review("approve", who, request)
    (drafted,) = town.compile()
    assert (drafted.total_fen, drafted.departments[0].open_fen) == (880_000_000, 30_000_000)
    town.stage("congress")
    town.scene.pass_to("2022-01-20")
    binding = town.scene.memory.records.pop("contracts/binding/disclosure.publish")
    town.resolve()  # not refused, though nothing says what to publish
    town.scene.put({"contracts/binding/disclosure.publish": binding})
    town.issue()
    town.scene.pass_to("2022-03-01")
    for organisation, part in (("dg-finance", "dg-health"), ("dg-health", "dg-clinic")):
        (figure,) = published(town, organisation, "budget")
        assert figure.content.amount_fen == 30_000_000
        assert [(p.organisation, p.amount_fen) for p in figure.content.parts] == [
            (part, 30_000_000)
        ]
        (gap,) = [
            gap
            for gap in town.scene.records(Gap).values()
            if gap.gazette.startswith(f"{organisation}:")
        ]
        assert gap.ground_zh
    assert town.scene.breaches() == []


def test_the_gazettes_chain_can_be_recomputed_from_what_is_public():
    town = handed_down()
    town.scene.pass_to("2022-03-31")
    gazettes = town.scene.records(Gazette)
    assert sum(gazette.count for gazette in gazettes.values()) == 5
    for name, gazette in gazettes.items():
        chain = EMPTY_CHAIN
        items = {
            figure.number: (f"disclosure/figure/{key}", figure)
            for key, figure in town.scene.records(Figure).items()
            if figure.gazette == name
        }
        for number in range(1, gazette.count + 1):
            key, figure = items[number]
            digest = hashlib.sha256(encode(figure)).hexdigest()
            chain = hashlib.sha256(f"{chain}|{number}|{key}|{digest}".encode()).hexdigest()
        assert chain == gazette.chain


def test_withholding_needs_a_legal_ground_and_leaves_a_numbered_gap():
    town = handed_down()
    waits = waiting(town, "budget", "dg-rehab")
    ground = {"ground_zh": "政府信息公开条例第十四条", "ground_en": "Openness Regulation art. 14"}
    act(town, m.WithholdFigure, **waits, organisation="dg-rehab", **ground)
    gap = town.at("disclosure/gap/dg-rehab:2022-02:1")
    assert (gap.ground_zh, gap.rule) == (ground["ground_zh"], None)
    town.scene.pass_to("2022-12-31")
    assert published(town, "dg-rehab", "budget") == []
    assert town.scene.breaches() == []
    with pytest.raises(ValueError, match="ground_zh"):
        command(
            m.WithholdFigure,
            {**waits, "organisation": "x", "ground_zh": "", "ground_en": "y"},
        )


def test_a_correction_reads_the_sources_again_and_both_figures_stay():
    town = handed_down()
    town.scene.pass_to("2022-03-13")
    (before,) = [
        k
        for k, f in town.scene.records(Figure).items()
        if (f.content.organisation, f.content.figure_kind) == ("dg-rehab", "budget")
    ]
    town.reverse()
    act(town, m.CorrectFigure, figure=before, organisation="dg-rehab", reason="批复已撤销")
    old = town.at(f"disclosure/figure/{before}")
    assert (old.status, old.content.amount_fen, old.reason) == (
        "corrected",
        850_000_000,
        "批复已撤销",
    )
    new = town.at(f"disclosure/figure/{old.corrected_by}")
    assert (new.status, new.corrects, new.content.reversed) == ("reversed", before, True)
    assert town.scene.breaches() == []
    found = refused(
        town,
        lambda t: act(t, m.CorrectFigure, figure=before, organisation="dg-rehab", reason="再次"),
    )
    assert (type(found), found.corrected_by) == (errors.AlreadyCorrected, old.corrected_by)


def test_a_title_may_be_corrected_and_a_figure_that_says_what_its_sources_say_not():
    town = handed_down()
    town.scene.pass_to("2022-02-28")
    (name,) = [
        k for k, f in town.scene.records(Figure).items() if f.content.organisation == "dg-health"
    ]
    fields = {"figure": name, "organisation": "dg-health", "reason": "标题有误"}
    found = refused(town, lambda t: act(t, m.CorrectFigure, **fields))
    assert type(found) is errors.NothingToCorrect
    act(town, m.CorrectFigure, **fields, title_zh="卫健局2022年部门预算")
    new = town.at(f"disclosure/figure/{town.at(f'disclosure/figure/{name}').corrected_by}")
    assert new.content.title_zh == "卫健局2022年部门预算"
    assert new.content.title_en == "DG health bureau: department budget 2022"
    assert new.content.amount_fen == 850_000_000


def test_what_was_taken_back_before_its_day_is_published_as_reversed_beside_the_reversal():
    town = handed_down()
    town.reverse()
    town.scene.pass_to("2022-03-31")
    (budget,) = published(town, "dg-rehab", "budget")
    (reversal,) = published(town, "dg-rehab", "adjustment")
    assert (budget.status, budget.content.amount_fen) == ("reversed", 850_000_000)
    assert reversal.content.amount_fen == -850_000_000


NOBODY = "019ca8a1-2b00-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("verb", "fields", "refusal"),
    [
        (m.PublishFigure, {"queue": "19064:0"}, errors.NotQueued),
        (
            m.WithholdFigure,
            {"queue": "1:0", "ground_zh": "依据", "ground_en": "ground"},
            errors.NotQueued,
        ),
        (m.CorrectFigure, {"reason": "错"}, errors.NoFigure),
    ],
)
def test_what_is_not_there_is_refused(verb, fields, refusal):
    town = handed_down()
    found = refused(town, lambda t: act(t, verb, figure=NOBODY, organisation="dg-clinic", **fields))
    assert type(found) is refusal


def test_another_publisher_neither_publishes_nor_withholds_nor_corrects():
    town = handed_down()
    waits = waiting(town, "budget", "dg-rehab")
    ground = {"ground_zh": "依据", "ground_en": "ground"}
    for verb, more in ((m.PublishFigure, {}), (m.WithholdFigure, ground)):
        found = refused(
            town, lambda t, v=verb, w=more: act(t, v, **waits, organisation="dg-health", **w)
        )
        assert (type(found), found.publisher) == (errors.OtherPublisher, "dg-rehab")
    town.scene.pass_to("2022-03-13")
    found = refused(
        town,
        lambda t: act(
            t, m.CorrectFigure, figure=waits["figure"], organisation="dg-health", reason="错"
        ),
    )
    assert type(found) is errors.OtherPublisher


def test_what_the_contracts_withhold_is_not_published_by_command():
    town = approved()
    waits = waiting(town, "approval", "dg-rehab")
    project = town.at("preparation/project/rehab-ward")
    town.scene.put({"preparation/project/rehab-ward": replace(project, confidential=True)})
    found = refused(town, lambda t: act(t, m.PublishFigure, **waits, organisation="dg-rehab"))
    assert (type(found), found.clause) == (errors.WithheldByContract, "D01")
    town.scene.pass_to("2021-11-30")
    assert published(town, "dg-rehab", "approval") == []
    assert len(town.scene.records(Gap)) == 2


def test_disclosure_stands_in_no_facts_way_where_its_contracts_cannot_decide():
    town = voted()
    binding = town.scene.memory.records.pop("contracts/binding/disclosure.publish")
    town.scene.pass_to("2022-02-08")
    town.issue()  # not refused, though nothing is bound at the mandatory hook
    assert waiting(town, "budget", "dg-health")
    town.scene.put({"contracts/binding/disclosure.publish": binding})
    town.scene.pass_to("2022-02-09")
    assert len(published(town, "dg-health", "budget")) == 1


def test_a_page_that_cannot_be_decided_on_its_day_waits_for_the_next():
    town = handed_down()
    binding = town.scene.memory.records.pop("contracts/binding/disclosure.publish")
    town.scene.pass_to("2022-03-01")
    assert waiting(town, "budget", "dg-health")
    assert published(town, "dg-health", "budget") == []
    town.scene.put({"contracts/binding/disclosure.publish": binding})
    town.scene.pass_to("2022-03-02")
    assert len(published(town, "dg-health", "budget")) == 1
    assert town.scene.breaches() == []


def test_a_day_has_pages_of_64_entries_and_each_is_one_due_item():
    town = ready()
    head = QueueHead(count=64)
    town.scene.put({"disclosure/queue_head/18938": head})  # 2021-11-07
    town.submit()
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    assert list(town.scene.records(Queue)) == ["18938:1"]
    town.scene.pass_to("2021-11-07")
    assert len(town.scene.records(Figure)) == 2


def test_a_figure_that_was_changed_breaks_its_gazettes_chain():
    town = handed_down()
    town.scene.pass_to("2022-02-28")
    (figure,) = published(town, "dg-health", "budget")
    honest = next_chain(None, 1, "k", figure)
    forged = replace(figure, content=replace(figure.content, amount_fen=1))
    assert next_chain(None, 1, "k", forged) != honest


def test_the_units_finance_publishes_by_its_own_right_and_its_clerk_does_not():
    town = handed_down()
    waits = waiting(town, "budget", "dg-rehab")
    asked = command(m.PublishFigure, {**waits, "organisation": "dg-rehab"})
    with pytest.raises(RightMissing):
        town.do(asked, CLERK)
    town.do(asked, USERS["hospital.finance"])
    assert len(published(town, "dg-rehab", "budget")) == 1
