"""What tests of refusals share: an act that is refused, and defects."""

import pytest
from msgspec.structs import replace

from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.tests.town import (
    ACCOUNTANT,
    ACCOUNTANT_TOO,
    BUILDER,
    CLERK,
    HASH,
    NEW_ACCOUNT,
    OTHER,
    QUALITY,
)
from tests.scene import only


def refused(town, refusal, act):
    """Assert that an act is refused so, and that nothing has changed; return the refusal."""
    before, index = dict(town.memory.records), dict(town.memory.index)
    with pytest.raises(refusal) as caught:
        act()
    assert type(caught.value) is refusal
    assert town.memory.records == before
    assert town.memory.index == index
    return caught.value


def nonconformity(town, milestone="m1"):
    command = m.OpenNonConformity(
        agreement="works", milestone=milestone, title="cable", evidence_sha256=HASH
    )
    return only(town.do(command, QUALITY), e.NonConformityOpened).nonconformity


def release(town, name, by, duty):
    command = m.ReleaseNonConformity(nonconformity=name, duty=duty, evidence_sha256=OTHER)
    return town.do(command, by)


def release_without_pay(town, name):
    """Release a non-conformity by record alone, as if its milestone had not been paid by it."""
    found = town.memory.records[s.NonConformity.key(name)]
    milestone = town.memory.records["execution/milestone/works:m1"]
    town.put(
        {
            s.NonConformity.key(name): replace(found, state="released"),
            "execution/milestone/works:m1": replace(milestone, open=()),
        }
    )


def confirmed(town, payee="builder"):
    change = m.ChangePayeeAccount(
        payee=payee, unit="hospital", account=NEW_ACCOUNT, reason="letter"
    )
    town.do(change, BUILDER)
    for by in (ACCOUNTANT, ACCOUNTANT_TOO):
        town.do(m.ConfirmPayeeAccount(payee=payee, account=NEW_ACCOUNT, channel="visit"), by)


def cancel(town, name, by=CLERK):
    command = m.CancelPayment(payment=name, reason="not needed")
    return town.do(command, by, town.sees(s.Payment.key(name)))
