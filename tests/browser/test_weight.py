"""What a phone must load before it shows anything, and for each page after that."""

from tests.browser.scales import FIRST_MAX, FURTHER_MAX, ROUTES, weights


def test_the_first_page_and_each_further_one_are_light(chromium, played):
    first, further = weights(chromium, played)
    assert 0 < first <= FIRST_MAX
    assert len(further) == len(ROUTES)
    assert {path: size for path, size in further.items() if size > FURTHER_MAX} == {}
    assert min(further.values()) > 0
    assert further["/desk/analysis?year=2022"] > further["/desk/ledger"]  # its charts were counted
