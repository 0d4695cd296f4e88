"""Figures forged, corrected or withheld: what a citizen sees of it."""

import json

import pytest
from playwright.sync_api import expect

from mingzhang.cli import demo
from tests import doors
from tests.acceptance.town import open_played
from tests.browser.address import serving
from tests.browser.citizen import (
    PROJECT,
    downloaded,
    figures,
    opened,
    scrolled,
    swapped,
    to_be,
    trusting,
)

feature = pytest.mark.feature
XSS = '<img src=x onerror="window.stolen=1">'


@pytest.fixture(scope="module")
def town():
    """A whole case with its witnesses, of this module's own: some tests here change it."""
    with (
        open_played() as town,
        demo.witnessed(town.loaded, town.url, "127.0.0.1") as addresses,
    ):
        town.witnesses = addresses
        yield town


@feature("D1", "forged figure exposed")
def test_a_figure_altered_in_the_local_database_cracks_its_seal(visit, town):
    visitor = trusting(visit(town), town)
    figure = next(f for f in figures(town, year=2022) if f["figure_kind"] == "payment")
    town.anyone.post("/api/sandbox/alter", json={"figure": figure["id"]}).raise_for_status()
    try:
        visitor.open(PROJECT)
        scrolled(visitor)
        to_be(visitor, "mismatch", 1)
        visitor.sees("其中有数不符")
        panel = opened(visitor, figure["id"])
        expect(panel.get_by_role("heading", level=2)).to_contain_text("不符")
        signed, shown = figure["amount_fen"], figure["amount_fen"] + 100_00
        expect(panel.locator("[data-shown]")).to_have_text(f"{shown // 100:,}.00")
        expect(panel.locator("[data-signed]")).to_have_text(f"{signed // 100:,}.00")
        expect(panel.locator("[data-shown] mark")).to_have_count(1)
        expect(panel).to_contain_text("不一样的地方：金额")
        expect(panel).to_contain_text("现在该怎么做")
        expect(panel).not_to_contain_text("一分不差")
        visitor.picture("portal-mismatch")
        visitor.open("/")
        visitor.sees("其中有数不符")
    finally:
        town.anyone.post("/api/sandbox/restore")
    visitor.open(PROJECT)
    scrolled(visitor)
    to_be(visitor, "match")


def cli_verify(bundle, town):
    """Check by the command line, from an institution's own address."""
    (first, *_) = town.witnesses
    key = town.anyone.get(f"{first}/key").text.strip()
    answer = doors.cli(
        "verify", str(bundle), "--root", f"{first}/checkpoint", "--key", key, "--json"
    )
    return json.loads(answer.stdout)


@feature("D1", "forged figure exposed")
def test_a_forged_portal_is_exposed_by_the_bundle_that_it_hands_out(visit, town, tmp_path):
    figure = next(f for f in figures(town, year=2022) if f["figure_kind"] == "payment")
    honest = town.anyone.get(f"/api/proofs/records/disclosure/figure/{figure['id']}").text
    true, false = figure["amount_fen"], figure["amount_fen"] + 8_000_000
    record = json.loads(honest)["claim"]["record"]
    other = honest.replace(record, swapped(record, true, false))
    assert other != honest
    for bundle, exposes in ((honest, "amount"), (other, "proof")):
        page = f"<h1>{false // 100:,}.00</h1><p>已核对·相符</p>"
        page += "<a download='b.json' href='/b.json'>下载核对包</a>"
        with serving({"/": page.encode(), "/b.json": bundle.encode()}) as forged_portal:
            visitor = visit(town)
            visitor.page.goto(forged_portal)
            visitor.sees("已核对·相符")
            answer = cli_verify(downloaded(visitor, tmp_path), town)
        if exposes == "amount":
            assert answer["verified"], answer
            assert answer["content"]["content"]["amount_fen"] == true != false
        else:
            assert (answer["verified"], answer["reason"]) == (False, "not-in-map")


def test_a_new_page_is_checked_as_soon_as_both_institutions_have_signed_it(visit, town):
    visitor = trusting(visit(town), town)
    town.pass_days(1)
    visitor.open(PROJECT)
    scrolled(visitor)
    to_be(visitor, "match")


def test_titles_and_reasons_are_text_and_a_corrected_figure_shows_both_versions(visit, town):
    figure = next(f for f in figures(town, year=2022) if f["figure_kind"] == "payment")
    town.give(
        "hospital.finance",
        "disclosure.figure.correct/1",
        on=(f"disclosure/figure/{figure['id']}",),
        figure=figure["id"],
        organisation="dg-rehab",
        reason=f"名称写错{XSS}",
        title_zh=f"支付更正{XSS}",
    )
    (newer,) = [f for f in figures(town) if f["corrects"] == figure["id"]]
    visitor = trusting(visit(town), town).open("/department/dg-rehab")
    visitor.sees(f"已更正。原因：名称写错{XSS}")
    visitor.sees(f"支付更正{XSS}")
    for each in (newer["id"], figure["id"]):
        panel = opened(visitor, each)
        expect(panel.get_by_role("heading", level=2)).to_have_text("相符")
    visitor.open("/?q=支付更正")
    visitor.sees(f"支付更正{XSS}")
    assert visitor.page.evaluate("window.stolen") is None


def test_what_is_withheld_keeps_its_number_and_names_its_legal_ground(visit, town):
    (queue, *_) = [
        row
        for row in town.rows("auditor", "disclosure_queue")
        if row["entries"][0]["organisation"] == "dg-rehab"
    ]
    town.give(
        "hospital.finance",
        "disclosure.figure.withhold/1",
        figure=queue["entries"][0]["figure"],
        queue=queue["id"],
        organisation="dg-rehab",
        ground_zh="政府信息公开条例第十四条",
        ground_en="Regulations on open information art. 14",
    )
    town.rows("auditor", "disclosure_gaps")
    visitor = visit(town, "/department/dg-rehab")
    visitor.sees("不公开：预算")
    visitor.sees("依据：政府信息公开条例第十四条")
    visitor.sees("其中不公开 1 个")
