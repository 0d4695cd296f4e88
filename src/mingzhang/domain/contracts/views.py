"""Tables that people read about contracts. Rows follow records; rules read none of them."""

from typing import Any

import msgspec

from mingzhang.domain.contracts.document import from_json
from mingzhang.domain.contracts.state import (
    Ballot,
    Binding,
    CaseBinding,
    ContractText,
    PastBinding,
    Proposal,
    Standing,
    SuspendedList,
)
from mingzhang.kernel.views import Table, public, restricted


def _contract(record_id: str, record: ContractText) -> dict[str, Any]:
    del record_id
    document = from_json(bytes(record.document))
    return {
        "name": record.name,
        "version": record.version,
        "hook": record.hook,
        "title_zh": document.title_zh,
        "title_en": document.title_en,
        "mode": document.mode,
        "priority": document.priority,
        "prev": document.prev,
        "effective_from": document.effective_from,
        "effective_to": document.effective_to,
        "document": msgspec.to_builtins(document),
    }


def _standing(record_id: str, record: Standing) -> dict[str, Any]:
    del record_id
    return {"state": record.state}


def _binding(record_id: str, record: Binding) -> dict[str, Any]:
    del record_id
    return {"version": record.version, "contracts": list(record.contracts)}


def _past(record_id: str, record: PastBinding) -> dict[str, Any]:
    hook, _, version = record_id.rpartition(":")
    return {"hook": hook, "version": int(version), "contracts": list(record.contracts)}


def _suspended(record_id: str, record: SuspendedList) -> dict[str, Any]:
    del record_id
    return {"contracts": list(record.contracts)}


def _case(record_id: str, record: CaseBinding) -> dict[str, Any]:
    hook, _, case = record_id.partition(":")
    return {"hook": hook, "case": case, "version": record.version, "proposal": record.proposal}


def _proposal(record_id: str, record: Proposal) -> dict[str, Any]:
    del record_id
    return {
        "action": record.action,
        "hook": record.hook,
        "contract": record.contract or None,
        "case": record.case or None,
        "version": record.version or None,
        "state": record.state,
        "by": record.by,
        "organisation": record.organisation,
        "reviewer": record.reviewer or None,
        "certificate_sha256": record.certificate_sha256,
        "activate_day": record.activate_day,
        "activate_height": record.activate_height,
        "until_ms": record.until_ms,
        "reason": record.reason,
    }


def _ballot(record_id: str, record: Ballot) -> dict[str, Any]:
    del record_id
    institutions = [
        {"organisation": vote.organisation, "accepted": vote.accepted} for vote in record.votes
    ]
    return {"votes": institutions}


TABLES = (
    Table(
        name="contracts_documents",
        of=ContractText,
        columns=(
            public("name", indexed=True),
            public("version", "int"),
            public("hook", indexed=True),
            public("title_zh"),
            public("title_en"),
            public("mode"),
            public("priority", "int"),
            public("prev"),
            public("effective_from"),
            public("effective_to"),
            public("document", "json"),
        ),
        row=_contract,
    ),
    Table(
        name="contracts_standings",
        of=Standing,
        columns=(public("state", indexed=True),),
        row=_standing,
    ),
    Table(
        name="contracts_bindings",
        of=Binding,
        columns=(public("version", "int"), public("contracts", "json")),
        row=_binding,
    ),
    Table(
        name="contracts_past_bindings",
        of=PastBinding,
        columns=(
            public("hook", indexed=True),
            public("version", "int"),
            public("contracts", "json"),
        ),
        row=_past,
    ),
    Table(
        name="contracts_suspended",
        of=SuspendedList,
        columns=(public("contracts", "json"),),
        row=_suspended,
    ),
    Table(
        name="contracts_cases",
        of=CaseBinding,
        columns=(
            public("hook", indexed=True),
            public("case", indexed=True),
            public("version", "int"),
            public("proposal"),
        ),
        row=_case,
    ),
    Table(
        name="contracts_proposals",
        of=Proposal,
        columns=(
            public("action"),
            public("hook", indexed=True),
            public("contract", indexed=True),
            public("case"),
            public("version", "int"),
            public("state", indexed=True),
            restricted("by"),
            public("organisation"),
            restricted("reviewer"),
            public("certificate_sha256"),
            public("activate_day", "int"),
            public("activate_height", "int"),
            public("until_ms", "int"),
            public("reason"),
        ),
        row=_proposal,
    ),
    Table(
        name="contracts_ballots",
        of=Ballot,
        columns=(public("votes", "json"),),
        row=_ballot,
    ),
)
