"""The glossary gives each term once, in order, with both names and a meaning."""

from pathlib import Path

LINES = (
    (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
)
TERMS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in LINES[LINES.index("| --- | --- | --- |") + 1 :]
]


def test_every_row_has_a_term_a_chinese_term_and_a_meaning():
    for row in TERMS:
        term, chinese, meaning = row
        assert term.isascii(), row
        assert any("一" <= letter <= "鿿" for letter in chinese), row
        assert meaning, row


def test_terms_are_in_alphabetical_order_and_stand_once():
    terms = [term.lower() for term, _, _ in TERMS]
    assert terms == sorted(dict.fromkeys(terms))


def test_no_chinese_term_stands_for_two_things():
    chinese = [chinese for _, chinese, _ in TERMS]
    assert len(chinese) == len(dict.fromkeys(chinese))


def test_the_word_for_quota_is_not_used_for_an_indicator():
    named = {term: chinese for term, chinese, _ in TERMS}
    assert named["allotment"] == "预算指标"
    assert named["performance indicator"] == "绩效指标"
