"""Payments from source to use to payee: each step adds up, each row is checked and taken away."""

import csv
import io
import json

import pytest
from playwright.sync_api import expect

from tests import doors
from tests.acceptance.town import open_town
from tests.browser.citizen import answering, figures, scrolled, to_be, trusting

feature = pytest.mark.feature
PAGE = "/payments"


def payments(town):
    return [each for each in figures(town) if each["figure_kind"] == "payment"]


def yuan(fen):
    return f"{fen // 100:,}.{fen % 100:02}"


def total(rows):
    return yuan(sum(each["amount_fen"] for each in rows))


def groups(visitor, title):
    return visitor.page.get_by_role("table", name=title).locator("tbody tr")


def listed(visitor):
    return visitor.page.get_by_role("table", name="逐笔").locator("[data-figure-row]")


@feature("D2", "source to use to payee")
@feature("D2", "each row verified")
def test_a_citizen_goes_from_source_to_use_to_payee_and_each_step_adds_up(visit, played):
    paid = payments(played)
    visitor = trusting(visit(played), played).open(PAGE)
    source = groups(visitor, "钱从哪里来")
    expect(source).to_have_count(1)
    expect(source).to_contain_text("一般公共预算·本级财力")
    expect(source).to_contain_text(total(paid))
    source.get_by_role("link").click()

    uses = {each["parts"][0]["line"]: [] for each in paid}
    for each in paid:
        uses[each["parts"][0]["line"]].append(each)
    expect(groups(visitor, "用在什么上")).to_have_count(len(uses))
    line, of_line = max(uses.items(), key=lambda each: len(each[1]))
    title = of_line[0]["parts"][0]["title_zh"]
    row = groups(visitor, "用在什么上").filter(has_text=title)
    expect(row).to_contain_text(total(of_line))
    expect(row).to_contain_text("DG市康复医院")
    row.get_by_role("link").click()
    visitor.page.wait_for_url(f"**use={line}*")

    payees = {each["payee"]["credit_code"]: [] for each in of_line}
    for each in of_line:
        payees[each["payee"]["credit_code"]].append(each)
    expect(groups(visitor, "付给了谁")).to_have_count(len(payees))
    code, of_payee = next(iter(payees.items()))
    row = groups(visitor, "付给了谁").filter(has_text=code)
    expect(row).to_contain_text(total(of_payee))
    row.get_by_role("link", name=of_payee[0]["payee"]["title"]).click()

    expect(groups(visitor, "付给了谁")).to_have_count(0)
    expect(listed(visitor)).to_have_count(len(of_payee))
    for each in of_payee:
        shown = visitor.page.locator(f'[data-figure-row="{each["id"]}"]')
        expect(shown).to_contain_text(yuan(each["amount_fen"]))
        expect(shown).to_contain_text(f"付给{each['payee']['title']}")
    scrolled(visitor)
    to_be(visitor, "match")
    visitor.picture("portal-payments")
    visitor.page.get_by_role("navigation", name="看到哪一层").get_by_role(
        "link", name="全部付款"
    ).click()
    expect(listed(visitor)).to_have_count(len(paid))


def sums(visitor, proof):
    return visitor.page.locator(f'main span[data-proof="{proof}"]')


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows, one: [*rows, one], "缺 0 个，重 1 个"),
        (lambda rows, one: [row for row in rows if row != one], "缺 1 个，重 0 个"),
    ],
)
def test_no_sum_is_the_same_while_a_figure_is_sent_twice_or_left_out(visit, played, change, told):
    visitor = trusting(visit(played), played).open(PAGE)
    expect(sums(visitor, "match").first).to_contain_text("各笔都已核对·相符")
    paid = payments(played)
    (first, *_) = sorted(paid, key=lambda each: (each["gazette"], each["number"]))

    def answer(route):
        body = route.fetch().json()
        one = next(row for row in body["rows"] if row["id"] == first["id"])
        route.fulfill(json={**body, "rows": change(body["rows"], one)})

    with answering(visitor, "**/api/views/disclosure_figures*", answer):
        visitor.open(PAGE)
        expect(sums(visitor, "mismatch").first).to_contain_text(told)
        scrolled(visitor)
        to_be(visitor, "match")
        expect(sums(visitor, "match")).to_have_count(0)
        count = len(change(paid, first)) if "缺 1" in told else len(paid)
        expect(listed(visitor)).to_have_count(count)
        repeated = visitor.page.get_by_text("重复发了一遍")
        expect(repeated).to_have_count(1 if "重 1" in told else 0)


@feature("D2", "searchable")
def test_rows_are_found_by_payee_voucher_and_year_and_what_is_not_there_is_said(visit, played):
    paid = payments(played)
    visitor = visit(played, PAGE)
    field = visitor.page.get_by_role("searchbox", name="在这些付款里找")
    field.fill(paid[0]["payee"]["title"])
    mine = [each for each in paid if each["payee"] == paid[0]["payee"]]
    expect(listed(visitor)).to_have_count(len(mine))
    field.fill(paid[0]["document_number"])
    expect(listed(visitor)).to_have_count(1)
    visitor.page.reload()
    expect(listed(visitor)).to_have_count(1)
    field.fill("<img src=x onerror=alert(1)>")
    visitor.sees("没有查到「<img src=x onerror=alert(1)>」")
    visitor.page.get_by_role("link", name="看全部付款").click()
    expect(listed(visitor)).to_have_count(len(paid))
    visitor.page.get_by_role("button", name="2022", exact=True).click()
    expect(listed(visitor)).to_have_count(sum(each["year"] == 2022 for each in paid))
    visitor.open(f"{PAGE}?payee=nobody")
    visitor.sees("这里没有付款")


def taken(visitor, kind, folder):
    with visitor.page.expect_download() as found:
        visitor.page.get_by_role("button", name=f"下载 {kind}").click()
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path.read_text(encoding="utf-8-sig")


@feature("D2", "open data")
@feature("D2", "each row verified")
def test_what_is_shown_is_taken_away_as_open_data_whose_rows_verify_anywhere(
    visit, played, tmp_path
):
    paid = {each["id"]: each for each in payments(played) if each["year"] == 2022}
    visitor = trusting(visit(played), played).open(f"{PAGE}?year=2022")
    scrolled(visitor)
    to_be(visitor, "match")
    text = taken(visitor, "CSV", tmp_path)
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert "# ledger: dg-sandbox-2021" in head
    height = played.loaded.node.engine.height
    assert f"# height: {height}" in head
    assert any(line.startswith("# licence: CC BY 4.0") for line in head)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    rows = list(csv.DictReader(io.StringIO(body)))
    whole = json.loads(taken(visitor, "JSON", tmp_path))
    assert (whole["ledger"], whole["height"]) == ("dg-sandbox-2021", height)
    assert [{name: str(cell) for name, cell in row.items()} for row in whole["rows"]] == rows
    assert {row["record"].removeprefix("disclosure/figure/") for row in rows} == set(paid)
    first = played.witnesses[0]
    key = played.anyone.get(f"{first}/key").text.strip()
    for row in rows:
        assert row["checked"] == "match"
        bundle = tmp_path / "bundle.json"
        bundle.write_bytes(played.anyone.get(row["proof"]).content)
        said = json.loads(
            doors.cli(
                *("verify", f"{bundle}", "--root", f"{first}/checkpoint", "--key", key, "--json")
            ).stdout
        )
        assert said["verified"], said
        content = said["content"]["content"]
        assert content["amount_fen"] == int(row["amount_fen"])
        assert content["payee"]["title"] == row["payee"]
        assert content["payee"]["credit_code"] == row["payee_credit_code"]


def test_a_page_without_payments_says_when_they_come(visit):
    with open_town(lambda step: False) as early:
        visitor = visit(early, PAGE)
        visitor.sees("还没有付款公开")
        expect(visitor.page.get_by_role("button", name="下载 CSV")).to_have_count(0)
