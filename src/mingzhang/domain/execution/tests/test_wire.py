"""Bodies of commands that are not read. Their golden bytes: tests/rooms/test_bytes.py."""

import pytest

from mingzhang.domain.execution import messages as m
from tests.rooms.offered import is_not_read, whole_of


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        (m.IssueQuota, "parts", "[]"),
        (m.IssueQuota, "year", "1989"),
        (m.ReleaseQuota, "quota", '"q1"'),
        (m.SetPlan, "months_fen", "[1,2,3]"),
        (m.RegisterPayee, "account", '"6222020000000001"'),
        (m.RegisterPayee, "credit_code", '"91440000dg000001xx"'),
        (m.ChangePayeeAccount, "account", '"102581000001:6222020000000001\\n"'),
        (m.ProposeAgreement, "years", "[]"),
        (m.ProposeAgreement, "total_fen", "0"),
        (m.AcceptMilestone, "duty", '"owner"'),
        (m.AcceptMilestone, "milestone", '"m:1"'),
        (m.RequestPayment, "amount_fen", "0"),
        (m.RequestPayment, "amount_fen", "-1"),
        (m.RequestPayment, "amount_fen", "9007199254740992"),
        (m.RequestPayment, "amount_fen", "1.5"),
        (m.RequestPayment, "invoice", '"04418832 "'),
        (m.RequestPayment, "invoice", '"a4418832"'),
        (m.RequestPayment, "purpose", '""'),
        (m.RequestPayment, "note", '"unknown"'),
        (m.ReportBank, "items", "[]"),
        (m.RequestVirement, "from_cell", '"l1"'),
        (m.RequestVirement, "art67_case", '"other"'),
    ],
)
def test_a_malformed_body_is_not_read(command, field, value):
    is_not_read(command, whole_of(command), field, value)
