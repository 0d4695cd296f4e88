"""What is true of every record of this room, whatever was asked."""

import hashlib
from collections.abc import Iterator

from mingzhang.domain.contracts.document import contract_hash, from_json
from mingzhang.domain.contracts.state import (
    BOUND_MAX,
    OPEN_MAX,
    SUSPENDED_MAX,
    Ballot,
    Binding,
    ContractText,
    OpenProposals,
    Proposal,
    Standing,
    SuspendedList,
)
from mingzhang.kernel.records import Records


def names_what_its_document_says(text: ContractText) -> bool:
    """Name, version and hook of a document are those that its bytes state."""
    document = from_json(bytes(text.document))
    return (text.name, text.version, text.hook) == (document.id, document.version, document.hook)


def binds_each_once(binding: Binding) -> bool:
    """No contract stands twice at a hook, and not too many do."""
    bound = binding.contracts
    return len(dict.fromkeys(bound)) == len(bound) <= BOUND_MAX


def lists_few_in_order(listed: SuspendedList) -> bool:
    """The suspended are sorted, each once, at least one."""
    found = listed.contracts
    return 0 < len(found) <= SUSPENDED_MAX and list(found) == sorted(dict.fromkeys(found))


def lists_open_in_order(listed: OpenProposals) -> bool:
    """The open proposals are sorted, each once, at least one."""
    found = listed.proposals
    return 0 < len(found) <= OPEN_MAX and list(found) == sorted(dict.fromkeys(found))


def nobody_reviewed_his_own(proposal: Proposal) -> bool:
    """The proposer is not the reviewer."""
    return proposal.reviewer != proposal.by


def each_institution_voted_once(ballot: Ballot) -> bool:
    """No institution voted twice, and the proposer did not vote."""
    voters = [vote.organisation for vote in ballot.votes]
    return len(dict.fromkeys(voters)) == len(voters) and ballot.proposer not in [
        vote.by for vote in ballot.votes
    ]


def documents_have_the_hash_they_stand_under(records: Records) -> Iterator[str]:
    """A document's id is the SHA-256 of its bytes, and these are canonical."""
    for record_id, text in records.of(ContractText):
        wire = bytes(text.document)
        if hashlib.sha256(wire).hexdigest() != record_id:
            yield f"contract {record_id}: its bytes have another hash"
        elif contract_hash(from_json(wire)) != record_id:
            yield f"contract {record_id}: its bytes are not canonical"


def what_is_bound_stands_as_bound(records: Records) -> Iterator[str]:
    """Exactly the contracts at hooks stand as bound."""
    bound = sorted(name for _, binding in records.of(Binding) for name in binding.contracts)
    standing = sorted(name for name, one in records.of(Standing) if one.state == "bound")
    if bound != standing:
        yield f"bound are {bound}, standing as bound {standing}"


def the_open_are_listed(records: Records) -> Iterator[str]:
    """Exactly the proposals that wait for review or votes are on the list."""
    waiting = sorted(
        name for name, one in records.of(Proposal) if one.state in ("submitted", "voting")
    )
    listed = [name for _, held in records.of(OpenProposals) for name in held.proposals]
    if waiting != listed:
        yield f"open proposals are {waiting}, listed {listed}"
