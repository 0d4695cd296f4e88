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
from mingzhang.kernel.views import Table, public, restricted


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
        public("name_zh"),
        public("name_en"),
        public("organisation_kind", indexed=True),
        public("unit_kind"),
        public("parent", indexed=True),
        public("ancestors", "json"),
    ),
    row=_organisation,
)
POSTS = Table(
    name="identity_posts",
    of=Post,
    columns=(
        public("organisation", indexed=True),
        public("title_zh"),
        public("title_en"),
        public("roles", "json"),
        public("projects", "json"),
        restricted("holders", "json"),
    ),
    row=_post,
)
PERSONS = Table(
    name="identity_persons",
    of=Person,
    columns=(
        restricted("name_zh"),
        restricted("name_en"),
        restricted("organisation", indexed=True),
        restricted("state", indexed=True),
        restricted("posts", "json"),
    ),
    row=_person,
)
KEYS = Table(
    name="identity_keys",
    of=Key,
    columns=(
        restricted("person", indexed=True),
        public("public_key"),
        public("algorithm"),
        restricted("label"),
        public("from_ms", "int"),
        public("until_ms", "int"),
        public("state"),
        public("successor"),
        restricted("reason"),
    ),
    row=_key,
)
GRANTS = Table(
    name="identity_grants",
    of=Grant,
    columns=(
        restricted("grantee", indexed=True),
        restricted("right", indexed=True),
        restricted("organisation", indexed=True),
        restricted("project", indexed=True),
        restricted("line"),
        restricted("field"),
        restricted("case_id", indexed=True),
        restricted("origin", indexed=True),
        restricted("from_ms", "int"),
        restricted("until_ms", "int"),
        restricted("given_by", indexed=True),
        restricted("reason"),
        restricted("ended"),
    ),
    row=_grant,
)
ROLES = Table(
    name="identity_roles",
    of=Role,
    columns=(
        public("title_zh"),
        public("title_en"),
        *(public(name, "json") for name in ("rights", "gives")),
    ),
    row=_role,
)
PROPOSALS = Table(
    name="identity_proposals",
    of=Proposal,
    columns=(
        restricted("action"),
        restricted("organisation", indexed=True),
        restricted("proposed_by"),
        restricted("person", indexed=True),
        restricted("kid"),
        restricted("until_ms", "int"),
        restricted("state", indexed=True),
        restricted("reason"),
    ),
    row=_proposal,
)
CALENDARS = Table(
    name="identity_calendars",
    of=Calendar,
    columns=(
        public("holidays", "json"),
        public("workdays", "json"),
        public("source"),
    ),
    row=_calendar,
)
GOVERNANCE = Table(
    name="identity_governance",
    of=Governance,
    columns=(
        public("weights", "json"),
        public("participation_bp", "int"),
        public("approval_bp", "int"),
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
