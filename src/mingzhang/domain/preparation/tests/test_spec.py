"""What README and refusals of preparation and disclosure tell of alarms."""

import re

import pytest

from mingzhang.domain.disclosure.module import DISCLOSURE
from mingzhang.domain.preparation.module import PREPARATION
from tests.rooms.offered import refusals_of, spec_of

EACH = pytest.mark.parametrize("room", [PREPARATION, DISCLOSURE], ids=lambda room: room.name)


@EACH
def test_spec_lists_refusals_with_their_alarm(room):
    rows = re.findall(r"^\| ([A-Z]{3}-\d\d) \| `\w+` \| (\w*) ?\|", spec_of(room), re.MULTILINE)
    assert rows == [(each.code, each.alarm) for each in refusals_of(room)]


@EACH
def test_every_alarm_is_a_colour_of_the_alert(room):
    for refusal in refusals_of(room):
        assert refusal.alarm in ("", "red", "orange", "yellow", "blue")
