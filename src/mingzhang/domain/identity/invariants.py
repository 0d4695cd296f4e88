"""What is true of every record of identity, whatever was asked."""

from collections.abc import Iterator

from mingzhang.domain.identity.state import (
    DEPTH_MAX,
    GRANTS_PER_HOLDER_MAX,
    Governance,
    Grant,
    Held,
    Key,
    Organisation,
    Person,
    Post,
    Proposal,
)
from mingzhang.kernel.records import Records
from mingzhang.kernel.values import BP_ONE


def stands_below_its_parent(organisation: Organisation) -> bool:
    """The ancestors begin with the parent, name none twice and are not too many."""
    ancestors = organisation.ancestors
    return (
        (ancestors[0] if ancestors else None) == organisation.parent
        and len(dict.fromkeys(ancestors)) == len(ancestors)
        and len(ancestors) <= DEPTH_MAX
    )


def a_unit_says_what_it_is(organisation: Organisation) -> bool:
    """Units, and only they, are organ, institution or enterprise."""
    return (organisation.organisation_kind == "unit") == (organisation.unit_kind is not None)


def holds_each_post_once(person: Person) -> bool:
    """The holdings are sorted by post and none stands twice."""
    posts = [held.post for held in person.posts]
    return posts == sorted(dict.fromkeys(posts))


def a_closed_person_holds_nothing(person: Person) -> bool:
    """Whoever has left holds no post."""
    return person.state != "closed" or not person.posts


def holders_are_sorted(post: Post) -> bool:
    """The holders of a post are sorted and none stands twice."""
    return list(post.holders) == sorted(dict.fromkeys(post.holders))


def a_term_has_a_length(timed: Key | Grant) -> bool:
    """What has an end begins before it, or a rotation has ended it at once."""
    return timed.until_ms is None or timed.from_ms <= timed.until_ms


def a_delegation_ends_and_has_a_giver(grant: Grant) -> bool:
    """Delegated and explicit rights are given by somebody and for a time."""
    return grant.origin == "task" or (grant.until_ms is not None and bool(grant.by))


def lists_few_grants_in_order(held: Held) -> bool:
    """The list of a holder is sorted, has none twice, is not empty and not too long."""
    return 0 < len(held.grants) <= GRANTS_PER_HOLDER_MAX and list(held.grants) == sorted(
        dict.fromkeys(held.grants)
    )


def majorities_can_be_reached(governance: Governance) -> bool:
    """Participation and approval are shares of at most the whole, of at least one weight."""
    return (
        sum(weight for _, weight in governance.weights) > 0
        and 0 < governance.participation_bp <= BP_ONE
        and 0 < governance.approval_bp <= BP_ONE
    )


def a_proposal_names_its_object(proposal: Proposal) -> bool:
    """Keys are named where keys are proposed; a new one with its bytes."""
    if proposal.action == "person_unlock":
        return proposal.kid is None
    return proposal.kid is not None and (
        (proposal.public_key is not None) == (proposal.action == "key_add")
    )


def holders_and_holdings_agree(records: Records) -> Iterator[str]:
    """Say where posts and persons disagree about who holds what."""
    held: dict[tuple[str, str], int] = {}
    for person, of_person in records.of(Person):
        for holding in of_person.posts:
            held[holding.post, person] = held.get((holding.post, person), 0) + 1
    for post, of_post in records.of(Post):
        for person in of_post.holders:
            held[post, person] = held.get((post, person), 0) - 1
    for (post, person), balance in held.items():
        if balance:
            yield f"post {post} and person {person} disagree about the holding"


def valid_keys_are_listed(records: Records) -> Iterator[str]:
    """Say where keys that have not ended and persons disagree about whose they are."""
    keys: dict[tuple[str, str], int] = {}
    for name, person in records.of(Person):
        for kid in person.keys:
            keys[kid, name] = keys.get((kid, name), 0) + 1
    for kid, key in records.of(Key):
        if key.state == "valid":
            keys[kid, key.person] = keys.get((kid, key.person), 0) - 1
    for (kid, name), balance in keys.items():
        if balance:
            yield f"key {kid} and person {name} disagree"


def open_grants_are_listed(records: Records) -> Iterator[str]:
    """Say which open grants are on no list, and which listed ones are not open."""
    listed: dict[tuple[str, str], int] = {}
    for holder, held in records.of(Held):
        for name in held.grants:
            listed[holder, name] = listed.get((holder, name), 0) + 1
    for name, grant in records.of(Grant):
        if grant.ended is None and not grant.scope.case:
            listed[grant.grantee, name] = listed.get((grant.grantee, name), 0) - 1
    for (holder, name), balance in listed.items():
        if balance:
            yield f"grant {name} and the list of {holder} disagree"
