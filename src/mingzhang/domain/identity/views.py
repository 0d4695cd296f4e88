"""Tables that people read about identity. Rows follow records; rules read none of them."""

from typing import Any

import msgspec

from mingzhang.domain.identity.state import (
    Calendar,
    Governance,
    Grant,
    Key,
    Organisation,
    Person,
    Post,
    Proposal,
    Role,
)
from mingzhang.kernel.views import Column, Table


def _public(name: str, *, indexed: bool = False) -> Column:
    return Column(name=name, indexed=indexed, level="public")


def _organisation(record_id: str, record: Organisation) -> dict[str, Any]:
    return {
        "name_zh": record.names.zh,
        "name_en": record.names.en,
        "organisation_kind": record.organisation_kind,
        "unit_kind": record.unit_kind,
        "parent": record.parent,
        "ancestors": list(record.ancestors),
    }


def _post(record_id: str, record: Post) -> dict[str, Any]:
    return {
        "organisation": record.organisation,
        "title_zh": record.titles.zh,
        "title_en": record.titles.en,
        "roles": list(record.roles),
        "projects": list(record.projects),
        "holders": list(record.holders),
    }


def _person(record_id: str, record: Person) -> dict[str, Any]:
    return {
        "name_zh": record.names.zh,
        "name_en": record.names.en,
        "organisation": record.organisation,
        "state": record.state,
        "posts": [msgspec.to_builtins(held) for held in record.posts],
    }


def _key(record_id: str, record: Key) -> dict[str, Any]:
    return {
        "person": record.person,
        "public_key": record.public_key,
        "algorithm": record.algorithm,
        "label": record.label,
        "from_ms": record.from_ms,
        "until_ms": record.until_ms,
        "state": record.state,
        "successor": record.successor,
        "reason": record.reason,
    }


def _grant(record_id: str, record: Grant) -> dict[str, Any]:
    return {
        "grantee": record.grantee,
        "right": record.right,
        "organisation": record.scope.organisation or record.by_organisation,
        "project": record.scope.project,
        "line": record.scope.line,
        "field": record.scope.field,
        "case_id": record.scope.case,
        "origin": record.origin,
        "from_ms": record.from_ms,
        "until_ms": record.until_ms,
        "given_by": record.by,
        "reason": record.reason,
        "ended": record.ended,
    }


def _role(record_id: str, record: Role) -> dict[str, Any]:
    return {
        "title_zh": record.titles.zh,
        "title_en": record.titles.en,
        "rights": list(record.rights.patterns()),
        "gives": list(record.gives.patterns()),
        "reach_own": list(record.reach.own.patterns()),
        "reach_below": list(record.reach.below.patterns()),
        "reach_all": list(record.reach.everywhere.patterns()),
    }


def _proposal(record_id: str, record: Proposal) -> dict[str, Any]:
    return {
        "action": record.action,
        "organisation": record.organisation,
        "proposed_by": record.by,
        "person": record.person,
        "kid": record.kid,
        "until_ms": record.until_ms,
        "state": record.state,
        "reason": record.reason,
    }


def _calendar(record_id: str, record: Calendar) -> dict[str, Any]:
    return {
        "holidays": list(record.holidays),
        "workdays": list(record.workdays),
        "source": record.source,
    }


def _governance(record_id: str, record: Governance) -> dict[str, Any]:
    return {
        "weights": [list(pair) for pair in record.weights],
        "participation_bp": record.participation_bp,
        "approval_bp": record.approval_bp,
    }


ORGANISATIONS = Table(
    name="identity_organisations",
    of=Organisation,
    columns=(
        _public("name_zh"),
        _public("name_en"),
        _public("organisation_kind", indexed=True),
        _public("unit_kind"),
        _public("parent", indexed=True),
        Column(name="ancestors", type="json", level="public"),
    ),
    row=_organisation,
)
POSTS = Table(
    name="identity_posts",
    of=Post,
    columns=(
        _public("organisation", indexed=True),
        _public("title_zh"),
        _public("title_en"),
        Column(name="roles", type="json", level="public"),
        Column(name="projects", type="json", level="public"),
        Column(name="holders", type="json"),
    ),
    row=_post,
)
PERSONS = Table(
    name="identity_persons",
    of=Person,
    columns=(
        Column(name="name_zh"),
        Column(name="name_en"),
        Column(name="organisation", indexed=True),
        Column(name="state", indexed=True),
        Column(name="posts", type="json"),
    ),
    row=_person,
)
KEYS = Table(
    name="identity_keys",
    of=Key,
    columns=(
        Column(name="person", indexed=True),
        _public("public_key"),
        _public("algorithm"),
        Column(name="label"),
        Column(name="from_ms", type="int", level="public"),
        Column(name="until_ms", type="int", level="public"),
        _public("state"),
        _public("successor"),
        Column(name="reason"),
    ),
    row=_key,
)
GRANTS = Table(
    name="identity_grants",
    of=Grant,
    columns=(
        Column(name="grantee", indexed=True),
        Column(name="right", indexed=True),
        Column(name="organisation", indexed=True),
        Column(name="project", indexed=True),
        Column(name="line"),
        Column(name="field"),
        Column(name="case_id", indexed=True),
        Column(name="origin", indexed=True),
        Column(name="from_ms", type="int"),
        Column(name="until_ms", type="int"),
        Column(name="given_by", indexed=True),
        Column(name="reason"),
        Column(name="ended"),
    ),
    row=_grant,
)
ROLES = Table(
    name="identity_roles",
    of=Role,
    columns=(
        _public("title_zh"),
        _public("title_en"),
        *(
            Column(name=name, type="json", level="public")
            for name in ("rights", "gives", "reach_own", "reach_below", "reach_all")
        ),
    ),
    row=_role,
)
PROPOSALS = Table(
    name="identity_proposals",
    of=Proposal,
    columns=(
        Column(name="action"),
        Column(name="organisation", indexed=True),
        Column(name="proposed_by"),
        Column(name="person", indexed=True),
        Column(name="kid"),
        Column(name="until_ms", type="int"),
        Column(name="state", indexed=True),
        Column(name="reason"),
    ),
    row=_proposal,
)
CALENDARS = Table(
    name="identity_calendars",
    of=Calendar,
    columns=(
        Column(name="holidays", type="json", level="public"),
        Column(name="workdays", type="json", level="public"),
        _public("source"),
    ),
    row=_calendar,
)
GOVERNANCE = Table(
    name="identity_governance",
    of=Governance,
    columns=(
        Column(name="weights", type="json", level="public"),
        Column(name="participation_bp", type="int", level="public"),
        Column(name="approval_bp", type="int", level="public"),
    ),
    row=_governance,
)
TABLES = (
    ORGANISATIONS,
    POSTS,
    PERSONS,
    KEYS,
    GRANTS,
    ROLES,
    PROPOSALS,
    CALENDARS,
    GOVERNANCE,
)
