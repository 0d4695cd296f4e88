"""What the README of funds shows beyond names: texts, command rows, postings of each movement."""

import re

from mingzhang.domain.funds import events
from mingzhang.domain.funds.module import FUNDS
from tests.rooms.offered import spec_of, texts_of

README = spec_of(FUNDS)


def test_the_readme_shows_the_chinese_text_of_each_refusal():
    for code, entry in texts_of(FUNDS, "zh-CN").items():
        if code.startswith("FND"):
            assert entry["text"] in README


def test_every_command_and_record_has_a_row_in_the_readme():
    for command in FUNDS.rules:
        assert f"| `{command.__name__}` `{command.kind}` |" in README
    for record in FUNDS.invariants:
        assert re.search(
            rf"^\| `{record.path}/<?[\w:-]+>?` \| `{record.__name__}` \|", README, re.MULTILINE
        )


def test_the_postings_of_each_movement_are_those_of_the_readme():
    table = README.partition("## Verbs and their postings")[2].splitlines()
    for event, pairs in events.PAIRS.items():
        row = next(line for line in table if f"| `{event.__name__}` |" in line)
        stated = row.rstrip(" |").rpartition("|")[2].strip()
        assert stated == ", ".join(f"{debit} / {credit}" for debit, credit in pairs), event


def test_every_event_is_in_the_journal_under_the_rooms_name():
    assert all(str(e.__struct_config__.tag).startswith("funds.") for e in FUNDS.applies)
    assert set(events.PAIRS) <= set(FUNDS.applies)
