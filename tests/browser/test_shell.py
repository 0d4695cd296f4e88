from playwright.sync_api import expect


def test_a_clerk_signs_in_by_password_and_sees_the_workbench(visit, played):
    visitor = visit(played, "/enter")
    visitor.sign_in("hospital.clerk")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    visitor.sees("DG市康复医院")


def test_a_wrong_password_is_told_and_the_name_is_kept(visit, played):
    visitor = visit(played, "/enter")
    visitor.page.get_by_role("textbox", name="账号").fill("hospital.clerk")
    visitor.page.get_by_role("textbox", name="口令").fill("not the password")
    visitor.page.get_by_role("button", name="登录", exact=True).click()
    visitor.sees("用户名或密码不正确")
    expect(visitor.page.get_by_role("textbox", name="账号")).to_have_value("hospital.clerk")


def test_a_visitor_of_the_demonstration_enters_by_a_card(visit, played):
    visitor = visit(played, "/enter")
    visitor.page.get_by_role("button", name="医院经办").click()
    visitor.page.wait_for_url("**/desk")
    visitor.sees("DG市康复医院")


def test_the_desk_asks_for_a_sign_in_and_returns_to_where_one_was(visit, played):
    visitor = visit(played, "/desk/nowhere?q=1")
    visitor.page.wait_for_url("**/enter")
    visitor.page.get_by_role("button", name="审计人员").click()
    visitor.page.wait_for_url("**/desk/nowhere?q=1")


def test_everything_is_also_in_english(visit, played):
    visitor = visit(played, "/enter")
    visitor.page.get_by_role("button", name="English").click()
    visitor.sees("Try it without a password")
    assert visitor.page.locator("html").get_attribute("lang") == "en"


def test_the_policy_lets_no_script_in_but_our_own(visit, played):
    visitor = visit(played, "/enter")
    visitor.page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.stolen = 1';"
        "document.body.append(s)"
    )
    assert visitor.page.evaluate("window.stolen") is None
    assert visitor.errors.pop().startswith("Executing inline script violates")
