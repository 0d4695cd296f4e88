"""A1.2: what one institution enters is on the open pages of the others."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.schools import open_schools
from tests.acceptance.town import YUAN

feature = pytest.mark.feature
AT_ONCE_MS = 2_000


@pytest.fixture
def schools(tmp_path):
    with open_schools(tmp_path) as town:
        yield town


@feature("A1.2", "seen within two seconds")
def test_a_new_submission_shows_at_other_departments_without_a_reload(visit, schools):
    year = schools.cycle()
    for user, amount in (("edu.reviewer", 123_456), ("finance.budget", 234_567)):
        other = visit(schools).enter(user, "/desk/requests")
        other.sees("状态日期" if amount > 200_000 else "还没有预算申报")
        other.page.evaluate("window.isSamePage = true")
        schools.submit("school-a", year, amount * YUAN)
        row = other.page.get_by_role("row").filter(has_text=f"{amount:,}.00")
        expect(row.first).to_be_visible(timeout=AT_ONCE_MS)
        expect(row.first).to_contain_text("school-a")
        assert other.page.evaluate("window.isSamePage")
