"""Bodies of commands that are not read. Their golden bytes: tests/rooms/test_bytes.py."""

import pytest

from mingzhang.domain.procedure import messages as m
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
    ],
)
def test_a_malformed_body_is_not_read(command, field, value):
    is_not_read(command, whole_of(command), field, value)
