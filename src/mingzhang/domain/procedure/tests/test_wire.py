"""Bodies of commands that are not read. Their golden bytes: tests/rooms/test_bytes.py."""

import pytest
from msgspec import Raw
from msgspec.json import encode

from mingzhang.domain.procedure import messages as m
from mingzhang.domain.procedure.routing import FOLLOWED, NOTICE_KINDS
from mingzhang.kernel.scan import read_body
from tests.rooms.offered import is_not_read, whole_of


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        (m.ApproveCase, "case", '"c1"'),
        (m.ApproveCase, "subject", '"preparation/request"'),
        (m.ApproveCase, "subject", '"preparation/request/a/b"'),
        (m.ApproveCase, "subject", '"preparation/request/a\\n"'),
        (m.RejectCase, "reason", '""'),
        (m.AskCase, "question", "null"),
        (m.AnswerCase, "documents", '["ab"]'),
        (m.AddComment, "mentions", '["Nobody"]'),
        (m.HandOverTask, "to", '""'),
        (m.HandOverWork, "note", '"unknown"'),
        (m.SetSubscription, "about", '""'),
        (m.SetSubscription, "about", '"preparation/project"'),
        (m.SetSubscription, "about", '"mentioned\\n"'),
        (m.SetSubscription, "person", '"Nobody"'),
        (m.EndSubscription, "about", '"a/b/c/d"'),
    ],
)
def test_a_malformed_body_is_not_read(command, field, value):
    is_not_read(command, whole_of(command), field, value)


@pytest.mark.parametrize("about", [*NOTICE_KINDS, *(f"{path}/p-1" for path in FOLLOWED)])
def test_whatever_can_be_followed_can_be_written(about):
    found = read_body(m.SetSubscription, "", Raw(encode({"about": about})))
    assert found == m.SetSubscription(about=about)
