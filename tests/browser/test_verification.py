"""A citizen's own browser holds each figure against what institutions signed, and is not fooled."""

import base64
import json
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from mingzhang.cli import demo
from mingzhang.cli.client import SUITE
from mingzhang.consensus.home import NodeKey
from mingzhang.verify import note
from tests import doors
from tests.acceptance.town import open_town
from tests.browser.address import serving

feature = pytest.mark.feature

PROJECT = "/project/rehab-ward"
XSS = '<img src=x onerror="window.stolen=1">'


def figures(town, **filters):
    since = town.loaded.node.engine.height
    query = {"limit": 500, "since": since, **filters}
    return town.anyone.get("/api/views/disclosure_figures", params=query).json()["rows"]


def take(visitor, address):
    visitor.page.get_by_role("button", name=f"从 {address} 取").click()
    expect(visitor.page.get_by_text(f"已取：{address}")).to_be_visible()


def trusting(visitor, town):
    """Take both institutions' heads from their own addresses, as a citizen does once."""
    visitor.open("/verify")
    for each in town.witnesses:
        take(visitor, each)
    expect(visitor.page.locator('[data-trust="ready"]')).to_be_visible()
    return visitor


def seals(visitor):
    return visitor.page.locator("button[data-figure]")


def to_be(visitor, proof, count=None):
    assert seals(visitor).count() > 0
    found = visitor.page.locator(f'button[data-figure][data-proof="{proof}"]')
    expect(found).to_have_count(seals(visitor).count() if count is None else count)
    return found


def scrolled(visitor):
    """Look at the whole page: what is on screen is checked."""
    seals(visitor).first.wait_for()
    for each in seals(visitor).all():
        each.scroll_into_view_if_needed()


def opened(visitor, figure):
    visitor.page.locator(f'button[data-figure="{figure}"]').first.click()
    return visitor.page.locator("[data-panel]")


@contextmanager
def answering(visitor, pattern, handler):
    """A portal that answers something else than its ledger would."""
    with answering(visitor, pattern, handler):
        yield
        visitor.page.unroute_all(behavior="wait")


@pytest.fixture(scope="module")
def town():
    """A whole case with its witnesses, of this module's own: some tests here change it."""
    with (
        open_town(lambda step: True) as town,
        demo.witnessed(town.loaded, town.url, "127.0.0.1") as addresses,
    ):
        town.witnesses = addresses
        yield town


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


def test_without_a_head_nothing_is_called_checked_and_the_panel_asks_for_one(visit, played):
    visitor = visit(played, PROJECT)
    scrolled(visitor)
    panel = opened(visitor, figures(played)[0]["id"])
    expect(panel).to_contain_text("您还没有设过")
    expect(panel).to_contain_text("本网站不能自己给")
    visitor.page.wait_for_load_state("networkidle")
    to_be(visitor, "unchecked")
    take(visitor, played.witnesses[0])
    expect(panel).to_contain_text("只有一家机构的账头，还不够")
    panel.get_by_role("button", name=f"从 {played.witnesses[1]} 取").click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("相符")


@feature("D1", "trust root from two places")
def test_one_institution_is_not_enough_and_its_removal_is_felt(visit, played):
    visitor = visit(played, "/verify")
    visitor.sees("还没有起点，一个数也不会标为相符")
    take(visitor, played.witnesses[0])
    visitor.sees("只有一家机构")
    visitor.open(PROJECT)
    scrolled(visitor)
    visitor.page.wait_for_load_state("networkidle")
    to_be(visitor, "unchecked")
    visitor.open("/verify")
    take(visitor, played.witnesses[1])
    expect(visitor.page.locator('[data-trust="ready"]')).to_be_visible()
    visitor.page.reload()
    expect(visitor.page.locator('[data-trust="ready"]')).to_be_visible()
    visitor.page.get_by_role("button", name=f"去掉 {played.witnesses[0]}").click()
    expect(visitor.page.locator('[data-trust="single"]')).to_be_visible()


def test_the_same_institution_at_two_addresses_is_one(visit, played):
    first = played.witnesses[0]
    pages = {path: played.anyone.get(f"{first}{path}").content for path in ("/key", "/checkpoint")}
    visitor = visit(played, "/verify")
    with serving(pages) as mirror:
        take(visitor, first)
        visitor.page.get_by_label("机构自己的网址").fill(mirror)
        visitor.page.get_by_role("button", name="取这一家的账头").click()
        expect(visitor.page.get_by_text(mirror).first).to_be_visible()
        expect(visitor.page.locator('[data-trust="single"]')).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("审计局", "网址写完整"),
        ("javascript:alert(1)", "网址写完整"),
        ("http://127.0.0.1:9", "取不到 http://127.0.0.1:9"),
    ],
)
def test_an_address_that_gives_no_head_is_told_and_kept(visit, played, typed, told):
    visitor = visit(played, "/verify")
    field = visitor.page.get_by_label("机构自己的网址")
    field.fill(typed)
    visitor.page.get_by_role("button", name="取这一家的账头").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text(told)
    expect(field).to_have_value(typed)


def test_the_portals_own_address_is_no_place_to_begin_from(visit, played):
    visitor = visit(played, "/verify")
    visitor.page.get_by_label("机构自己的网址").fill(f"{played.url}/api")
    visitor.page.get_by_role("button", name="取这一家的账头").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("这是本网站自己的地址")
    expect(visitor.page.locator('[data-trust="none"]')).to_be_visible()


def pasted(visitor, text):
    visitor.page.get_by_text("粘贴账头").first.click()
    visitor.page.get_by_label("从哪里得来").fill("市政府公报第3期")
    visitor.page.get_by_role("textbox", name="粘贴账头").fill(text)
    visitor.page.get_by_role("button", name="用这个账头").click()


@feature("D1", "trust root from two places")
def test_a_printed_head_that_two_have_signed_is_enough(visit, played):
    head = played.anyone.get("/api/checkpoint/countersigned").text
    keys = played.anyone.get("/api/keys").json()
    text = "\n".join([head, keys["node"], *keys["countersigners"]])
    visitor = visit(played, "/verify")
    pasted(visitor, text)
    expect(visitor.page.locator('[data-trust="ready"]')).to_contain_text("市政府公报第3期")
    visitor.open(PROJECT)
    scrolled(visitor)
    to_be(visitor, "match")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda head, keys: head, "缺公钥"),
        (lambda head, keys: head.replace("\n1", "\n2", 1) + keys, "签名不成立"),
        (lambda head, keys: keys, "没有收下"),
        (lambda head, keys: head + "nobody+00000000+" + "A" * 44, "没有收下"),
    ],
)
def test_a_pasted_head_that_is_not_in_order_is_refused_with_the_reason(visit, played, change, told):
    head = played.anyone.get("/api/checkpoint/countersigned").text
    keys = played.anyone.get("/api/keys").json()
    visitor = visit(played, "/verify")
    pasted(visitor, change(head, "\n".join([keys["node"], *keys["countersigners"]])))
    expect(visitor.page.get_by_role("alert")).to_contain_text(told)
    expect(visitor.page.locator('[data-trust="none"]')).to_be_visible()


def test_a_head_that_the_ledger_alone_has_signed_is_one_institution(visit, played):
    head = played.anyone.get("/api/checkpoint").text
    visitor = visit(played, "/verify")
    pasted(visitor, f"{head}\n{played.anyone.get('/api/keys').json()['node']}")
    expect(visitor.page.locator('[data-trust="single"]')).to_be_visible()


@feature("D1", "trust root from two places")
def test_two_heads_that_contradict_each_other_are_both_shown(visit, played):
    """An institution that was shown another past of the same length."""
    size = note.parse_checkpoint(
        note.parse_note(played.anyone.get("/api/checkpoint").content).text
    ).size
    signer = NodeKey(SUITE.generate_key())
    forked = note.format_checkpoint(note.Checkpoint("dg-sandbox-2021", size, b"\1" * 32, ()))
    bare = note.Note(
        forked, (note.countersign(forked, "fooled", signer.public_key, 1, signer.sign),)
    )
    key = note.format_key(note.VerifierKey("fooled", note.COSIGNATURE, signer.public_key))
    pages = {"/key": key.encode(), "/checkpoint": note.format_note(bare)}
    visitor = visit(played, "/verify")
    with serving(pages) as address:
        take(visitor, played.witnesses[0])
        visitor.page.get_by_label("机构自己的网址").fill(address)
        visitor.page.get_by_role("button", name="取这一家的账头").click()
        told = visitor.page.locator('[data-trust="disagree"]')
        expect(told).to_contain_text("不符：两处起点互相对不上")
        expect(told.locator("figure")).to_have_count(2)
        expect(told).to_contain_text("AQEBAQEB")
        visitor.open(PROJECT)
        scrolled(visitor)
        visitor.page.wait_for_load_state("networkidle")
        to_be(visitor, "unchecked")


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


def forged(figures_json, figure):
    for row in figures_json["rows"]:
        if row["id"] == figure:
            row["title_zh"] = "支付：别的用途"
    return figures_json


def test_a_title_that_was_never_signed_is_found_too(visit, played):
    visitor = trusting(visit(played), played)
    figure = next(f for f in figures(played) if f["figure_kind"] == "payment")["id"]
    with answering(
        visitor,
        "**/api/views/disclosure_figures*",
        lambda route: route.fulfill(json=forged(route.fetch().json(), figure)),
    ):
        visitor.open(PROJECT)
        panel = opened(visitor, figure)
        expect(panel).to_contain_text("不一样的地方：名称")


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
    ("change", "told"),
    [
        (lambda text: text.replace('"amount_fen":', '"amount_fen" :', 1), None),
        (lambda text: text[:-2], "证明对不上"),
        (lambda text: "{}", "证明对不上"),
    ],
)
def test_a_proof_that_does_not_hold_is_no_proof(visit, played, change, told):
    visitor = trusting(visit(played), played)
    figure = figures(played)[0]["id"]
    with answering(
        visitor,
        "**/api/proofs/**",
        lambda route: route.fulfill(body=change(route.fetch().text())),
    ):
        visitor.open(PROJECT)
        panel = opened(visitor, figure)
        expect(panel.get_by_role("heading", level=2)).to_contain_text(told or "相符")


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


def downloaded(visitor, tmp_path):
    with visitor.page.expect_download() as found:
        visitor.page.get_by_role("link", name="下载核对包").click()
    bundle = tmp_path / found.value.suggested_filename
    found.value.save_as(bundle)
    return bundle


def cli_verify(bundle, town):
    """Check by the command line, from an institution's own address."""
    (first, *_) = town.witnesses
    key = town.anyone.get(f"{first}/key").text.strip()
    answer = doors.cli(
        "verify", str(bundle), "--root", f"{first}/checkpoint", "--key", key, "--json"
    )
    return json.loads(answer.stdout)


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


def swapped(record, true, false):
    """The record, base64 as bundles hold it, with another amount."""
    text = base64.b64decode(record)
    return base64.b64encode(text.replace(f"{true}".encode(), f"{false}".encode())).decode()


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
