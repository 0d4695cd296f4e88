"""A citizen's own browser holds each figure against what institutions signed."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests import doors
from tests.browser.citizen import (
    PROJECT,
    answering,
    downloaded,
    figures,
    opened,
    scrolled,
    seals,
    swapped,
    to_be,
    trusting,
)

feature = pytest.mark.feature


@feature("D1", "browser verifies each figure")
@feature("D2", "each row verified")
def test_with_two_institutions_heads_each_figure_of_a_project_is_checked(visit, played):
    visitor = trusting(visit(played), played).open(PROJECT)
    scrolled(visitor)
    to_be(visitor, "match")
    assert seals(visitor).count() > 20
    times = visitor.page.evaluate(
        "performance.getEntriesByName('mz.verify').map(each => each.duration)"
    )
    assert len(times) > 20


@feature("D1", "browser verifies each figure")
def test_the_panel_says_who_signed_why_to_believe_it_and_what_it_does_not_show(visit, played):
    visitor = trusting(visit(played), played).open(PROJECT)
    (request,) = [f for f in figures(played, year=2022) if f["figure_kind"] == "request"]
    panel = opened(visitor, request["id"])
    expect(panel.get_by_role("heading", level=2)).to_have_text("相符")
    expect(panel).to_contain_text("12,817,600.00")
    assert panel.get_by_role("heading", level=3).all_inner_texts() == [
        "谁签的字",
        "凭什么相信这些签字",
        "这说明",
        "这不说明",
        "不放心，换个地方再核",
    ]
    expect(panel).to_contain_text("目前只有 1 家签账（DG市财政局）")
    for each in (*played.witnesses, "audit-office", "congress", "当初报的票据一定真实"):
        expect(panel).to_contain_text(each)
    visitor.picture("portal-proof")
    visitor.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(visitor.page.locator(f'button[data-figure="{request["id"]}"]').first).to_be_focused()


def test_on_a_phone_the_panel_opens_under_the_figure(visit, played):
    visitor = trusting(visit(played, width=360, height=780), played).open(PROJECT)
    row = visitor.page.locator("[data-figure-row]").first
    row.get_by_role("button").click()
    panel = visitor.page.locator("[data-figure-row] + tr [data-panel]")
    expect(panel.get_by_role("heading", level=2)).to_have_text("相符")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 360
    visitor.picture("portal-proof-phone")


def test_the_open_panel_has_no_accessibility_fault(visit, played):
    visitor = trusting(visit(played, bypass_csp=True), played)
    assert visitor.accessibility_faults() == []
    visitor.open(PROJECT)
    panel = opened(visitor, figures(played)[0]["id"])
    expect(panel.get_by_role("heading", level=2)).to_have_text("相符")
    assert visitor.accessibility_faults() == []


def forged(figures_json, figure, change):
    for row in figures_json["rows"]:
        if row["id"] == figure:
            row.update(change)
    return figures_json


@pytest.mark.parametrize(
    ("change", "told"),
    [({"title_zh": "支付：别的用途"}, "名称"), ({"basis_zh": ["没有这部法"]}, "法律依据")],
)
def test_a_title_or_a_basis_that_was_never_signed_is_found_too(visit, played, change, told):
    visitor = trusting(visit(played), played)
    figure = next(f for f in figures(played) if f["figure_kind"] == "payment")
    with answering(
        visitor,
        "**/api/views/disclosure_figures*",
        lambda route: route.fulfill(json=forged(route.fetch().json(), figure["id"], change)),
    ):
        visitor.open(PROJECT)
        panel = opened(visitor, figure["id"])
        expect(panel).to_contain_text(f"不一样的地方：{told}")
        expect(panel).to_contain_text(f"账上编号 {figure['organisation']}")


def test_an_institution_is_called_by_the_name_that_was_signed(visit, played):
    visitor = trusting(visit(played), played)
    figure = next(f for f in figures(played) if f["organisation"] == "dg-rehab")
    (true,) = [
        row["name_zh"]
        for row in played.rows("auditor", "identity_organisations")
        if row["id"] == "dg-rehab"
    ]
    with answering(
        visitor,
        "**/api/views/identity_organisations*",
        lambda route: route.fulfill(
            json=forged(route.fetch().json(), "dg-rehab", {"name_zh": "DG市别的医院"})
        ),
    ):
        panel = opened(visitor.open(PROJECT), figure["id"])
        expect(panel).to_contain_text(f"单位：{true}（名称已核对")
        expect(panel.get_by_role("alert")).to_contain_text("本网站把它叫“DG市别的医院”")


def test_a_name_without_a_proof_is_not_shown_beside_a_seal(visit, played):
    visitor = trusting(visit(played), played)
    figure = next(f for f in figures(played) if f["organisation"] == "dg-rehab")
    with answering(
        visitor,
        "**/api/proofs/records/identity/**",
        lambda route: route.fulfill(status=503, body=""),
    ):
        panel = opened(visitor.open(PROJECT), figure["id"])
        expect(panel.get_by_role("heading", level=2)).to_have_text("相符")
        expect(panel).to_contain_text("单位的账上编号：dg-rehab。名称还没有核对")


def test_a_figure_that_the_ledger_does_not_hold_is_called_so(visit, played):
    visitor = trusting(visit(played), played)
    invented = "0181c9f0-a400-773f-990d-153528bc53aa"

    def with_another(route):
        answer = route.fetch().json()
        (first, *_) = [row for row in answer["rows"] if row["figure_kind"] == "payment"]
        answer["rows"].append({**first, "id": invented})
        route.fulfill(json=answer)

    with answering(visitor, "**/api/views/disclosure_figures*", with_another):
        visitor.open(PROJECT)
        panel = opened(visitor, invented)
        expect(panel.get_by_role("heading", level=2)).to_contain_text("签过的账里没有这个数")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-2],
        lambda text: "{}",
        lambda text: re.sub('"record": *"', '"record":"e30g', text),
        lambda text: text.replace('"index":', '"index":1', 1),
    ],
)
def test_a_proof_that_does_not_hold_is_no_proof(visit, played, change):
    visitor = trusting(visit(played), played)
    figure = figures(played)[0]["id"]
    with answering(
        visitor,
        "**/api/proofs/**",
        lambda route: route.fulfill(body=change(route.fetch().text())),
    ):
        visitor.open(PROJECT)
        panel = opened(visitor, figure)
        expect(panel.get_by_role("heading", level=2)).to_contain_text("证明对不上")


def test_the_proof_of_another_figure_is_not_taken(visit, played):
    visitor = trusting(visit(played), played)
    one, other = [f["id"] for f in figures(played)][:2]
    with answering(
        visitor,
        "**/api/proofs/**",
        lambda route: route.fulfill(
            response=route.fetch(url=route.request.url.replace(one, other))
        ),
    ):
        visitor.open(PROJECT)
        panel = opened(visitor, one)
        expect(panel.get_by_role("heading", level=2)).to_contain_text("给出的是另一个数的证明")


def test_a_portal_that_gives_no_proof_is_not_believed(visit, played):
    visitor = trusting(visit(played), played)
    with answering(visitor, "**/api/proofs/**", lambda route: route.fulfill(status=503, body="")):
        visitor.open(PROJECT)
        panel = opened(visitor, figures(played)[0]["id"])
        expect(panel).to_contain_text("本网站没有给出证明")
        to_be(visitor, "unchecked")


@feature("D1", "forged figure exposed")
def test_what_is_downloaded_is_checked_by_the_very_command_that_the_panel_shows(
    visit, played, tmp_path
):
    visitor = trusting(visit(played), played).open(PROJECT)
    figure = figures(played)[0]
    panel = opened(visitor, figure["id"])
    expect(panel.get_by_role("heading", level=2)).to_have_text("相符")
    downloaded(visitor, tmp_path)
    with visitor.page.expect_download() as head:
        panel.get_by_role("link", name="下载账头").click()
    head.value.save_as(tmp_path / "checkpoint.txt")
    command = panel.locator("[data-command]").inner_text().replace("'", "").split()
    assert command[:2] == ["mingzhang", "verify"]
    assert command.count("--key") == len(played.witnesses)
    files = [
        str(tmp_path / each) if each.endswith((".json", ".txt")) else each for each in command[1:]
    ]
    answer = json.loads(doors.cli(*files, "--json").stdout)
    assert answer["verified"], answer
    assert answer["content"]["content"]["amount_fen"] == figure["amount_fen"]


def test_a_bundle_from_anywhere_is_checked_on_the_page_about_checking(visit, played, tmp_path):
    figure = next(f for f in figures(played, year=2022) if f["figure_kind"] == "payment")
    good = played.anyone.get(f"/api/proofs/records/disclosure/figure/{figure['id']}").text
    record = json.loads(good)["claim"]["record"]
    bad = good.replace(record, swapped(record, figure["amount_fen"], 1))
    visitor = visit(played, "/verify")
    visitor.sees("先设好核对起点，才能核")
    trusting(visitor, played)
    for text, told in (
        (good, f"{figure['title_zh']}：{figure['amount_fen'] // 100:,}.00 元"),
        (bad, "不符：这个核对包通不过"),
        ("not a bundle", "不符：这个核对包通不过"),
    ):
        (tmp_path / "b.json").write_text(text)
        visitor.page.get_by_label("选核对包").set_input_files(tmp_path / "b.json")
        visitor.sees(told)


@feature("H8", "file registered or not")
def test_anyone_learns_if_and_when_a_file_was_registered(visit, played, tmp_path):
    number = "D财建〔2022〕31号（示意）"
    visitor = visit(played, "/verify")
    visitor.sees("单位申报附件、合同和凭证的文件不公开，这里查不到")
    file = tmp_path / "quota.txt"
    file.write_text(number)
    visitor.page.get_by_label("选文件").set_input_files(file)
    visitor.sees(number)
    visitor.sees("2022-03-25")
    file.write_text(number + " ")
    visitor.page.get_by_label("选文件").set_input_files(file)
    visitor.sees("公开的表里没有这个文件")


def test_a_number_that_the_portal_leaves_out_is_missed(visit, played):
    visitor = visit(played)
    hidden = next(f for f in figures(played) if f["gazette"] == "dg-rehab:2022-07")

    def without(route):
        answer = route.fetch().json()
        answer["rows"] = [row for row in answer["rows"] if row["id"] != hidden["id"]]
        route.fulfill(json=answer)

    with answering(visitor, "**/api/views/disclosure_figures*", without):
        visitor.open("/department/dg-rehab")
        visitor.sees(f"缺第 {hidden['number']} 号")
