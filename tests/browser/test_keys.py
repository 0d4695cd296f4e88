"""A key that stays with the person: made, registered, used and restored in the browser."""

import json

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import open_town
from tests.browser.sessions import asked_again

KEYS = "/api/session/keys"
PASSPHRASE = "correct horse battery"  # noqa: S105 - of a test


@pytest.fixture(scope="module")
def keyed():
    with open_town(lambda step: step.at < "2021-08-06") as town:
        yield town


def made(visitor, label, passphrase=""):
    """Make a key, register it; return the backup's text when there is a passphrase."""
    page = visitor.page
    page.get_by_role("textbox", name="给它起个名字").fill(label)
    page.get_by_role("textbox", name="备份口令（至少").fill(passphrase)
    backup = None
    if passphrase:
        with page.expect_download() as found:
            page.get_by_role("button", name="生成并登记").click()
        backup = found.value.path().read_text()
    else:
        page.get_by_role("button", name="生成并登记").click()
    visitor.sees("您将以「DG市康复医院 医院经办」名义")
    page.get_by_role("button", name="签字并提交").click()
    visitor.sees("已写在第")
    page.get_by_role("button", name="关闭").last.click()
    return backup


def test_a_clerk_makes_a_key_signs_in_by_it_and_acts_by_it_alone(visit, keyed):
    visitor = visit(keyed).enter("hospital.clerk", "/desk/keys")
    visitor.sees("这台电脑上还没有您的密钥")
    made(visitor, "经办台")
    visitor.sees("已登记在账本上")
    visitor.page.get_by_role("button", name="退出").click()
    visitor.page.get_by_role("button", name="用本机密钥「经办台」登录").click()
    visitor.page.wait_for_url("**/desk")
    visitor.open("/desk/keys")
    visitor.sees("只有这台电脑能替您签字")
    sent = []
    visitor.page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - it looks at it
    made(visitor, "第二把")
    (given,) = [each for each in sent if each.url.endswith("/api/commands")]
    assert given.headers["content-type"] == "application/jose"
    keys = keyed.person("hospital.clerk").get(KEYS, since=keyed.loaded.node.engine.height)["rows"]
    assert {"经办台", "第二把"} <= {each["label"] for each in keys}
    others = keyed.person("hospital.director").get(KEYS)["rows"]
    assert {each["person"] for each in others} == {"p-hospital-director"}


def test_who_signs_by_his_own_key_comes_back_by_it_to_where_his_session_ended(visit, keyed):
    visitor = visit(keyed).enter("hospital.clerk", "/desk/keys")
    made(visitor, "第三台")
    visitor.page.get_by_role("button", name="退出").click()
    by_key = visitor.page.get_by_role("button", name="用本机密钥「第三台」登录")
    by_key.click()
    visitor.page.wait_for_url("**/desk")
    visitor.open("/desk/keys")
    label = visitor.page.get_by_role("textbox", name="给它起个名字")
    label.fill("还没写完")
    visitor.context.clear_cookies()
    visitor.button("生成并登记").click()
    again = asked_again(visitor)
    expect(again.get_by_role("textbox", name="口令")).to_have_count(0)
    again.get_by_role("button", name="用本机密钥「第三台」登录").click()
    expect(again).to_have_count(0)
    visitor.page.get_by_role("button", name="签字并提交").click()
    visitor.sees("已写在第")
    since = keyed.loaded.node.engine.height
    keys = keyed.person("hospital.clerk").get(KEYS, since=since)["rows"]
    assert {"第三台", "还没写完"} <= {each["label"] for each in keys}

    visitor.page.get_by_role("button", name="关闭").last.click()
    visitor.page.get_by_role("button", name="退出").click()
    other = visitor.enter("hospital.director", "/desk/keys")
    other.sees("这台电脑上还没有您的密钥")
    other.context.clear_cookies()
    other.page.get_by_role("link", name="工作台", exact=True).click()
    asked = asked_again(other)
    expect(asked.get_by_role("textbox", name="口令")).to_be_visible()
    assert "第三台" not in asked.inner_text()


def test_a_backup_restores_the_key_in_another_browser_and_nobody_elses(visit, keyed):
    visitor = visit(keyed).enter("hospital.clerk", "/desk/keys")
    backup = made(visitor, "有备份", PASSPHRASE)
    assert json.loads(backup)["person"] == "p-hospital-clerk"
    other = visit(keyed).enter("hospital.clerk", "/desk/keys")
    file = {"name": "k.json", "mimeType": "application/json", "buffer": backup.encode()}
    other.page.get_by_label("备份文件").set_input_files(file)
    other.page.get_by_role("textbox", name="备份口令", exact=True).fill("another passphrase")
    other.page.get_by_role("button", name="恢复", exact=True).click()
    other.sees("打不开")
    other.page.get_by_role("textbox", name="备份口令", exact=True).fill(PASSPHRASE)
    other.page.get_by_role("button", name="恢复", exact=True).click()
    other.sees("已登记在账本上")
    stranger = visit(keyed).enter("hospital.director", "/desk/keys")
    stranger.page.get_by_label("备份文件").set_input_files(file)
    stranger.page.get_by_role("textbox", name="备份口令", exact=True).fill(PASSPHRASE)
    stranger.page.get_by_role("button", name="恢复", exact=True).click()
    stranger.sees("这是别人的密钥备份")


def test_at_an_address_that_is_not_the_systems_own_a_key_signs_nobody_in(visit, keyed):
    """A page elsewhere passes everything on, and its visitor has put his key into it."""
    backup = made(visit(keyed).enter("hospital.clerk", "/desk/keys"), "被骗的", PASSPHRASE)
    visitor = visit(keyed)
    page, elsewhere = visitor.page, keyed.url.replace("127.0.0.1", "mz.localhost")
    keyed.loaded.service.sign_in_rate._buckets.clear()
    account = {"user": "hospital.clerk", "password": keyed.loaded.password}
    page.goto(f"{elsewhere}/enter")
    page.evaluate(
        """account => fetch('/api/session', {method: 'POST', body: JSON.stringify(account),
        headers: {'Content-Type': 'application/json'}})""",
        account,
    )
    page.goto(f"{elsewhere}/desk/keys")
    file = {"name": "k.json", "mimeType": "application/json", "buffer": backup.encode()}
    page.get_by_label("备份文件").set_input_files(file)
    page.get_by_role("textbox", name="备份口令", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="恢复", exact=True).click()
    visitor.sees("已登记在账本上")
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="用本机密钥「被骗的」登录").click()
    visitor.sees(f"网址 {elsewhere} 不是本系统的地址")
    visitor.sees(keyed.url)
    assert page.evaluate("fetch('/api/session').then(a => a.json())")["person"] is None


def test_a_short_passphrase_makes_no_key(visit, keyed):
    visitor = visit(keyed).enter("hospital.finance", "/desk/keys")
    visitor.page.get_by_role("textbox", name="给它起个名字").fill("x")
    visitor.page.get_by_role("textbox", name="备份口令（至少").fill("short")
    visitor.page.get_by_role("button", name="生成并登记").click()
    visitor.sees("备份口令至少 12 个字")
    visitor.sees("这台电脑上还没有您的密钥")


def test_a_key_is_removed_only_on_a_second_press(visit, keyed):
    visitor = visit(keyed).enter("hospital.clerk", "/desk/keys")
    made(visitor, "要删的")
    remove = visitor.page.get_by_role("button", name="从这台电脑删去")
    remove.click()
    visitor.sees("没有备份就找不回来")
    remove.click()
    visitor.sees("这台电脑上还没有您的密钥")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 800)])
def test_the_page_of_keys_passes_axe_and_fits(visit, keyed, width, height):
    visitor = visit(keyed, "/enter", bypass_csp=True, width=width, height=height)
    visitor.enter("hospital.finance", "/desk/keys")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    assert visitor.accessibility_faults() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
