"""A head on paper, by camera or photo: the picture is of a code that the portal itself printed."""

import base64
import subprocess
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.citizen import PROJECT, scrolled, to_be
from tests.browser.conftest import _chromium
from tests.browser.visitor import AXE, Visitor
from tests.web.verifier import node

feature = pytest.mark.feature
SCAN = "扫描纸上的账头"
HEAD = "/verify/head"


def code(visitor):
    found = visitor.page.get_by_role("img", name="二维码")
    found.scroll_into_view_if_needed()
    return found


def lying_on_a_table(visitor, picture, tmp_path):
    """Photograph a picture as a hand does: small, turned, leaning away, a little out of focus."""
    image = base64.b64encode(picture).decode()
    page = visitor.context.new_page()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.set_content(
        f"""<body style="margin:0;background:#8a7a63;perspective:900px">
        <img src="data:image/png;base64,{image}" style="width:600px;margin:50px 300px;
        transform:rotateX(12deg) rotateZ(7deg);filter:blur(.5px) brightness(.85)">"""
    )
    photo = tmp_path / f"{len(list(tmp_path.iterdir()))}.jpg"
    page.screenshot(path=photo, type="jpeg", quality=80)
    page.close()
    return photo


@pytest.fixture
def paper(visit, played, tmp_path):
    """A photo of the head that the portal prints."""
    visitor = visit(played, HEAD)
    return lying_on_a_table(visitor, code(visitor).screenshot(), tmp_path)


def code_of(visitor, text, tmp_path):
    """A photo of a code that says something else."""
    program = "import qr from 'qr'; console.log(qr(process.argv[1], 'svg', {ecc: 'medium'}))"
    svg = subprocess.run(
        [node(), "--input-type=module", "-e", program, text],
        cwd=AXE.parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    page = visitor.context.new_page()
    page.set_content(f'<div style="width:600px;background:#fff">{svg}</div>')
    picture = page.locator("div").screenshot()
    page.close()
    return lying_on_a_table(visitor, picture, tmp_path)


@contextmanager
def browser_of(chromium, *flags):
    """Another Chromium: what a camera shows and which names are known is said at its start."""
    browser = chromium.browser_type.launch(
        executable_path=_chromium(), args=["--no-sandbox", "--force-prefers-reduced-motion", *flags]
    )
    try:
        yield browser
    finally:
        browser.close()


def photographed(visitor, picture):
    visitor.page.get_by_role("button", name=SCAN).click()
    visitor.page.get_by_label("一张二维码的照片").set_input_files(picture)


def begun(visitor, place):
    """Say where a scanned head is from and begin from it."""
    where = visitor.page.get_by_label("从哪里得来")
    expect(where).to_be_focused()
    expect(visitor.page.get_by_role("status").filter(has_text="扫到了")).to_be_visible()
    where.fill(place)
    visitor.page.get_by_role("button", name="用这个账头").click()
    expect(visitor.page.locator('[data-trust="ready"]')).to_contain_text(place)


@feature("D1", "trust root from two places")
def test_a_photo_of_a_printed_head_is_a_place_to_begin_from(visit, played, paper):
    visitor = visit(played, "/verify")
    photographed(visitor, paper)
    begun(visitor, "市政府公报第3期")
    visitor.open(PROJECT)
    scrolled(visitor)
    to_be(visitor, "match")


def test_a_printed_head_says_whose_signatures_it_carries_and_is_also_text(visit, played, tmp_path):
    visitor = visit(played, HEAD)
    names = [each.split("+")[0] for each in played.anyone.get("/api/keys").json()["countersigners"]]
    for each in names:
        visitor.sees(each)
    with visitor.page.expect_download() as found:
        visitor.page.get_by_role("link", name="存成文本文件").click()
    text = found.value.path().read_text()
    assert text.startswith(played.anyone.get("/api/checkpoint/countersigned").text)
    assert played.anyone.get("/api/keys").json()["node"] in text
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("button", name="打印这一张")).to_be_hidden()
    expect(code(visitor)).to_be_visible()


def test_a_head_in_use_is_handed_to_the_next_machine_as_a_code(visit, played, paper, tmp_path):
    first = visit(played, "/verify")
    photographed(first, paper)
    begun(first, "公报")
    first.page.get_by_text("显示二维码").click()
    shown = tmp_path / "shown.png"
    code(first).screenshot(path=shown)
    second = visit(played, "/verify")
    photographed(second, shown)
    begun(second, "一位邻居的手机")


def test_a_picture_without_a_code_and_a_file_that_is_no_picture_are_told(visit, played, tmp_path):
    visitor = visit(played, "/")
    blank = tmp_path / "blank.png"
    visitor.page.screenshot(path=blank)
    letter = tmp_path / "letter.png"
    letter.write_text("no picture")
    visitor.open("/verify")
    photographed(visitor, blank)
    alert = visitor.page.get_by_role("alert")
    expect(alert).to_contain_text("找不到二维码", timeout=60_000)  # a whole picture is searched
    visitor.page.get_by_label("一张二维码的照片").set_input_files(letter)
    expect(alert).to_contain_text("这个文件不是图片")
    expect(visitor.page.locator('[data-trust="none"]')).to_be_visible()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (lambda head, keys: "https://example.org/菜单", "写的是「https://example.org/菜单」"),
        (lambda head, keys: head, "缺公钥"),
        (lambda head, keys: head.replace("\n1", "\n2", 1) + keys, "签名不成立"),
    ],
)
def test_a_code_of_something_else_is_told_for_what_it_is(visit, played, tmp_path, text, told):
    head = played.anyone.get("/api/checkpoint/countersigned").text
    keys = played.anyone.get("/api/keys").json()
    other = text(head, "\n".join([keys["node"], *keys["countersigners"]]))
    visitor = visit(played, "/verify")
    photographed(visitor, code_of(visitor, other, tmp_path))
    expect(visitor.page.get_by_role("alert")).to_contain_text(told)
    expect(visitor.page.get_by_role("textbox", name="粘贴账头")).to_be_hidden()
    expect(visitor.page.locator('[data-trust="none"]')).to_be_visible()


@feature("D1", "trust root from two places")
def test_a_head_held_before_the_camera_is_read_by_itself(chromium, played, paper, tmp_path):
    film = tmp_path / "film.mjpeg"
    film.write_bytes(paper.read_bytes() * 4)
    with browser_of(
        chromium,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ) as browser:
        visitor = Visitor(browser, played).open("/verify")
        visitor.page.get_by_role("button", name=SCAN).click()
        begun(visitor, "审计局门口的公告栏")
        expect(visitor.page.locator("video")).to_have_count(0)
        visitor.close()


def test_a_camera_that_sees_no_code_goes_on_until_it_is_closed(chromium, played):
    with browser_of(
        chromium, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"
    ) as browser:
        visitor = Visitor(browser, played, bypass_csp=True).open("/verify")
        visitor.page.get_by_role("button", name=SCAN).click()
        visitor.sees("扫到就停")
        film = visitor.page.locator("video").evaluate_handle("video => video.srcObject")
        assert visitor.accessibility_faults() == []
        visitor.page.get_by_role("button", name="不扫了").click()
        expect(visitor.page.locator("video")).to_have_count(0)
        assert film.evaluate("film => film.getTracks().every(t => t.readyState === 'ended')")
        visitor.close()


@pytest.mark.parametrize(
    ("flags", "host", "told"),
    [
        ([], "127.0.0.1", "没有摄像头"),
        (
            ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny"],
            "127.0.0.1",
            "没有准许",
        ),
        (["--host-resolver-rules=MAP portal.test 127.0.0.1"], "portal.test", "不是用 https"),
    ],
)
def test_without_a_camera_the_page_says_why_and_takes_a_photo(
    chromium, played, paper, flags, host, told
):
    with browser_of(chromium, *flags) as browser:
        visitor = Visitor(browser, played)
        visitor.page.goto(played.url.replace("127.0.0.1", host) + "/verify")
        visitor.page.get_by_role("button", name=SCAN).click()
        expect(visitor.page.get_by_role("alert")).to_contain_text(told)
        expect(visitor.page.locator("video")).to_have_count(0)
        visitor.page.get_by_label("选一张二维码的照片").set_input_files(paper)
        begun(visitor, "市政府公报第3期")
        # Chromium says so of each page that is not secure; it is what the visitor is told too.
        visitor.errors = [each for each in visitor.errors if "untrustworthy" not in each]
        visitor.close()
