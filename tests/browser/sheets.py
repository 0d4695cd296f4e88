"""What a clerk does with sheets and signatures, in a test's words."""

from playwright.sync_api import expect

LINES = [
    ["装修及安装工程费", "2100212", "31006", "", "640", "246"],
    ["设备购置费", "2100212", "31003", "", "80", "163.6"],
    ["工程建设其他费", "2100212", "31006", "", "70", "22.125"],
    ["基本预备费", "2100212", "31006", "", "60", "0.035"],
]
"""The case's lawful request in 万元: 12,817,600.00 in all, 8,500,000.00 of it in 2022."""
GOALS = [
    ["数量指标", "改造面积", "ge", "5338.5", "平方米", "15", "竣工测绘报告"],
    ["质量指标", "竣工验收一次合格率", "eq", "100", "%", "15", "竣工验收报告"],
    ["时效指标", "竣工时间", "qualitative", "2023-03-31 前", "日", "10", "竣工验收报告"],
    ["经济成本指标", "总投资", "le", "12817600.00", "元", "20", "竣工财务决算"],
    ["社会效益指标", "康复住院服务能力提升", "ge", "20", "%", "10", "医院统计年报"],
    ["可持续影响指标", "设备完好率", "ge", "98", "%", "10", "设备台账"],
    ["服务对象满意度指标", "患者满意度", "ge", "90", "%", "10", "满意度调查"],
]
_PASTE = """([cell, text]) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    cell.focus();
    cell.dispatchEvent(
        new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def table(rows):
    """Return rows as Excel copies them."""
    return "\n".join("\t".join(row) for row in rows)


def lines(first="640", *, heading=True):
    """Return the lines with another amount in the first, as Excel copies them."""
    rows = [[*LINES[0][:4], first, LINES[0][5]], *LINES[1:]]
    above = [["支出内容", "", "", "", "2022年（万元）", "2023年（万元）"]] if heading else []
    return table([*above, *rows])


def cell(page, row, column, sheet="分项支出"):
    return page.get_by_role("grid", name=sheet).locator(f'td[data-at="{row}:{column}"]')


def paste(page, row, column, text, sheet="分项支出"):
    at = cell(page, row, column, sheet)
    expect(at).to_be_visible()
    page.evaluate(_PASTE, [at.element_handle(), text])


def tab(page, name):
    page.get_by_role("tab", name=name).click()


def fill_request(page, first="640"):
    """Fill the whole request of the case, with another first amount where one is named."""
    tab(page, "分项支出")
    paste(page, 0, 0, lines(first))
    tab(page, "绩效目标")
    page.get_by_label("长期（实施期）目标").fill("完成约5338.5平方米病区改造")
    page.get_by_label("年度目标", exact=True).fill("完成年度改造任务，资金按进度支付")
    page.get_by_role("tabpanel").locator("visible=true").get_by_role(
        "button", name="加一行"
    ).click()
    paste(page, 0, 0, table(GOALS), "绩效目标")


def total(page, amount):
    """Expect the sum that always stays in sight."""
    foot = page.locator("dl").filter(has_text="合计").last
    expect(foot).to_contain_text(amount)


def sign(page):
    """Read what will be signed, sign it, and close the drawer when it stands on a page."""
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("您将以「")
    drawer.get_by_role("button", name="签字并提交").click()
    expect(drawer).to_contain_text("已写在第")
    drawer.get_by_role("button", name="关闭").last.click()
    expect(drawer).to_have_count(0)
