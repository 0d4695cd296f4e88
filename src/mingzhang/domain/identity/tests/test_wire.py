"""Bodies of commands that are not read. Their golden bytes: tests/rooms/test_bytes.py."""

import pytest

from mingzhang.domain.identity import messages as m
from tests.rooms.offered import is_not_read, whole_of


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        (m.AddKey, "public_key", '"zz"'),
        (m.AddKey, "public_key", '"%s"' % ("AB" * 32)),
        (m.AddKey, "public_key", '"%s\\n"' % ("ab" * 32)),
        (m.AddKey, "person", '"Upper"'),
        (m.GiveGrant, "right_given", '"*"'),
        (m.GiveGrant, "right_given", '"a.*.b"'),
        (m.GiveGrant, "until_ms", "-1"),
        (m.GiveGrant, "until_ms", "null"),
        (m.GiveDelegation, "rights", "[]"),
        (m.RotateKey, "overlap_h", "169"),
        (m.RevokeKey, "kid", '"short"'),
        (m.CreatePost, "roles", "[]"),
        (m.CreatePost, "note", '"unknown"'),
        (m.RegisterOrganisation, "organisation_kind", '"bank"'),
        (m.ConfirmProposal, "proposal", '"019ca8a1-2b00-4000-8000-000000000001"'),
        (m.SetCalendar, "year", "1989"),
    ],
)
def test_a_malformed_body_is_not_read(command, field, value):
    is_not_read(command, whole_of(command), field, value)
