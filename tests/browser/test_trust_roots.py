"""Where a citizen's checks begin: two institutions' own addresses, or print; never this site."""

import pytest
from playwright.sync_api import expect

from mingzhang.cli.client import SUITE
from mingzhang.consensus.home import NodeKey
from mingzhang.verify import note
from tests.browser.address import serving
from tests.browser.citizen import PROJECT, figures, opened, scrolled, take, to_be

feature = pytest.mark.feature


def test_without_a_head_nothing_is_called_checked_and_the_panel_asks_for_one(visit, played):
    visitor = visit(played, PROJECT)
    scrolled(visitor)
    panel = opened(visitor, figures(played)[0]["id"])
    expect(panel).to_contain_text("您还没有设过")
    expect(panel).to_contain_text("本网站不能自己给")
    visitor.page.wait_for_load_state("networkidle")
    to_be(visitor, "unchecked")
    take(visitor, played.witnesses[0])
    expect(panel).to_contain_text("还不到两家机构的账头")
    panel.get_by_role("button", name=f"从 {played.witnesses[1]} 取").click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("相符")


@feature("D1", "trust root from two places")
def test_one_institution_is_not_enough_and_its_removal_is_felt(visit, played):
    visitor = visit(played, "/verify")
    visitor.sees("还没有起点，一个数也不会标为相符")
    take(visitor, played.witnesses[0])
    visitor.sees("还不到两家机构")
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


def pasted(visitor, text, place="市政府公报第3期"):
    visitor.page.get_by_text("粘贴账头").first.click()
    visitor.page.get_by_label("从哪里得来").fill(place)
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


def test_one_institution_beside_the_ledger_on_paper_is_not_two(visit, played):
    keys = played.anyone.get("/api/keys").json()
    head = played.anyone.get("/api/checkpoint/countersigned").text
    visitor = visit(played, "/verify")
    pasted(visitor, "\n".join([head, keys["node"], keys["countersigners"][0]]))
    expect(visitor.page.locator('[data-trust="single"]')).to_contain_text("账本自己的签名不算")


def test_a_head_that_the_ledger_alone_has_signed_adds_no_place(visit, played):
    head = played.anyone.get("/api/checkpoint").text
    visitor = visit(played, "/verify")
    take(visitor, played.witnesses[0])
    pasted(visitor, "\n".join([head, played.anyone.get("/api/keys").json()["node"]]))
    expect(visitor.page.get_by_role("alert")).to_contain_text("只有账本自己的签名")
    single = visitor.page.locator('[data-trust="single"]')
    expect(single.get_by_role("button", name="去掉")).to_have_count(1)


def test_what_the_portal_itself_has_just_shown_is_no_place_to_begin_from(visit, played):
    visitor = visit(played, "/verify/head")
    text = visitor.page.locator("pre").inner_text()
    visitor.open("/verify")
    pasted(visitor, text)
    expect(visitor.page.get_by_role("alert")).to_contain_text("本网站在这台机器上给您看过")
    expect(visitor.page.locator('[data-trust="none"]')).to_be_visible()


@pytest.mark.parametrize(
    ("place", "told"), [("", "写明从哪里得来"), ("{url}/verify/head", "这是本网站自己的地址")]
)
def test_a_pasted_head_is_from_somewhere_and_not_from_here(visit, played, place, told):
    head = played.anyone.get("/api/checkpoint/countersigned").text
    keys = played.anyone.get("/api/keys").json()
    visitor = visit(played, "/verify")
    pasted(
        visitor,
        "\n".join([head, keys["node"], *keys["countersigners"]]),
        place.format(url=played.url),
    )
    expect(visitor.page.get_by_role("alert")).to_contain_text(told)
    expect(visitor.page.locator('[data-trust="none"]')).to_be_visible()


def test_a_key_on_paper_under_the_name_of_an_institution_with_another_is_found(visit, played):
    """The portal prints a head with keys that it made itself and calls them by known names."""
    true = played.anyone.get(f"{played.witnesses[0]}/key").text.strip()
    head = note.parse_note(played.anyone.get("/api/checkpoint").content)
    forged, keys = note.Note(head.text, ()), []
    for name in (note.parse_key(true).name, "another"):
        signer = NodeKey(SUITE.generate_key())
        line = note.countersign(head.text, name, signer.public_key, 1, signer.sign)
        forged = note.Note(forged.text, (*forged.signatures, line))
        keys.append(note.format_key(note.VerifierKey(name, note.COSIGNATURE, signer.public_key)))
    visitor = visit(played, "/verify")
    take(visitor, played.witnesses[0])
    pasted(visitor, "\n".join([note.format_note(forged).decode(), *keys]))
    told = visitor.page.locator('[data-trust="disagree"]')
    expect(told).to_contain_text("不符：两处起点互相对不上")
    expect(told.locator("figure")).to_have_count(2)


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
