"""Who may do what: the one authorisation function, of commands and of reads alike.

A right is held through the role templates of the post acted for, or through a grant to the
person or the post (explicit, of a task, delegated). How far a role's right reaches is asked of
`access.ruling` alone: rows of the access contract. Sources: mission rows A4.2, A5.3, A1.3;
design sections 5 and 6.
"""

from mingzhang.domain.identity.access import first_refusal, reaches
from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.state import (
    EVERYONE,
    GRANT_FOR_CASE,
    Governance,
    Grant,
    Held,
    Key,
    Organisation,
    Person,
    Post,
    Role,
    case_grant_value,
)
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Command
from mingzhang.kernel.refusals import KeyNotValid, KeyUnknown, RightMissing

GIVERS_MAX = 8
"""Posts named in a refusal as those who can help."""


class IdentityGate:
    """The kernel's `Gate`."""

    def public_key(self, kid: str, context: Context, ledger: Ledger) -> tuple[str, bytes]:
        """Return (person, public key). Raises `KeyUnknown` or `KeyNotValid` with the reason.

        Of several reasons the first of ``revoked``, ``expired``, ``not_yet``, then the state
        of the person: ``locked``, ``frozen``, ``closed``.
        """
        key = ledger.find(Key, kid)
        if key is None:
            raise KeyUnknown(kid=kid)
        now_ms = context.time_ms
        if key.state == "revoked":
            raise KeyNotValid(kid=kid, reason="revoked")
        if key.state == "expired" or (key.until_ms is not None and key.until_ms <= now_ms):
            raise KeyNotValid(kid=kid, reason="expired")
        if now_ms < key.from_ms:
            raise KeyNotValid(kid=kid, reason="not_yet")
        person = ledger.require(Person, key.person)
        if person.state != "active":
            raise KeyNotValid(kid=kid, reason=person.state)
        return key.person, bytes.fromhex(key.public_key)

    def authorise(self, command: Command, context: Context, ledger: Ledger) -> None:
        """Raise `RightMissing` unless the signer may give this command for that post."""
        may(ledger, context, command.right(), scope_of(command))


def scope_of(command: Command) -> Scope:
    """Return the narrowing fields of a command."""
    return Scope(
        organisation=getattr(command, "organisation", None) or "",
        project=getattr(command, "project", None) or "",
        line=getattr(command, "line", None) or "",
        case=getattr(command, "case", None) or "",
    )


def may(ledger: Ledger, context: Context, right: str, scope: Scope) -> None:
    """Raise `RightMissing` unless the person may use a right for the post acted for.

    `right` is a right or, for what is handed on, the stem of an area. An empty organisation in
    `scope` is the one acted for; `access.JURISDICTION` asks for a right over all of them.
    """
    post = post_in_use(ledger, context)
    if post is None or not (
        post_allows(ledger, post, right, scope) or _granted(ledger, context, right, scope)
    ):
        raise _missing(ledger, context, post, right, scope)


def _missing(
    ledger: Ledger, context: Context, post: Post | None, right: str, scope: Scope
) -> RightMissing:
    """Return the refusal: the row of access that stands against it, or that no role has it."""
    row, zh, en = "", "本人现不担任该岗位。", "You do not hold this post now."
    if post is not None:
        zh, en = "该岗位的角色没有此项权限。", "No role of the post has this right."
        roles = (*post.roles, EVERYONE)
        ruling = first_refusal(ledger, roles, right, post.organisation, scope.organisation)
        if ruling is not None and ruling.allows(right):
            zh, en = "该岗位限于指定项目。", "The post is for certain projects only."
        elif ruling is not None:
            row, zh, en = ruling.row, ruling.zh, ruling.en
    return RightMissing(
        right=right,
        scope=scope.words() or f"organisation={context.organisation}",
        who=givers(ledger, context.organisation, right),
        row=row,
        row_zh=zh,
        row_en=en,
    )


def readable(
    ledger: Ledger, context: Context, level: str, owner: str, table: str, field: str = ""
) -> bool:
    """Say whether a reader may see a table, or one field, of an organisation's records.

    `level` is the class of the data: ``public`` is for everybody; else the right
    ``read.<level>.<table>`` is asked of `may`. Records of no organisation: `access.JURISDICTION`.
    """
    if level == "public":
        return True
    scope = Scope(organisation=owner, field=f"{table}.{field}" if field else table)
    try:
        may(ledger, context, f"read.{level}.{table}", scope)
    except RightMissing:
        return False
    return True


def post_in_use(ledger: Ledger, context: Context) -> Post | None:
    """Return the post acted for, if the person is active and holds it now."""
    return held_post(ledger, context.person, context.post, context.organisation, context.time_ms)


def held_post(
    ledger: Ledger, person: str, post: str, organisation: str, time_ms: int
) -> Post | None:
    """Return a post if an active person holds it at a time in that organisation."""
    found = ledger.find(Person, person)
    if found is None or found.state != "active" or not found.holds(post, time_ms):
        return None
    held = ledger.require(Post, post)
    return held if held.organisation == organisation else None


def post_allows(ledger: Ledger, post: Post, right: str, scope: Scope) -> bool:
    """Say whether a post's role templates allow a right on a scope."""
    if post.projects and scope.project and scope.project not in post.projects:
        return False
    for name in (*post.roles, EVERYONE):
        role = ledger.find(Role, name)
        if (
            role is not None
            and role.rights.cover(right)
            and reaches(ledger, name, right, post.organisation, scope.organisation)
        ):
            return True
    return False


def _granted(ledger: Ledger, context: Context, right: str, scope: Scope) -> bool:
    """Say whether a grant to the person or to the post acted for allows a right."""
    asked = (
        scope
        if scope.organisation
        else Scope(
            organisation=context.organisation,
            project=scope.project,
            line=scope.line,
            field=scope.field,
            case=scope.case,
        )
    )
    for holder in (f"person:{context.person}", f"post:{context.post}"):
        if asked.case:
            found = ledger.lookup(GRANT_FOR_CASE, case_grant_value(holder, asked.case))
            if found is not None and _serves(ledger, found, right, asked, context.time_ms):
                return True
        held = ledger.find(Held, holder)
        for grant_id in held.grants if held else ():
            if _serves(ledger, grant_id, right, asked, context.time_ms):
                return True
    return False


def _serves(ledger: Ledger, grant_id: str, right: str, asked: Scope, time_ms: int) -> bool:
    """Say whether a grant allows a right now; a delegated one, while its giver has it himself."""
    grant = ledger.require(Grant, grant_id)
    if not grant.serves(right, asked, time_ms):
        return False
    if grant.origin != "delegation":
        return True
    post = held_post(ledger, grant.by, grant.by_post, grant.by_organisation, time_ms)
    return post is not None and post_allows(ledger, post, right, asked)


def may_give(ledger: Ledger, context: Context, right: str, scope: Scope) -> bool:
    """Say whether the post acted for may hand a right (or the stem of an area) to others."""
    post = post_in_use(ledger, context)
    return post is not None and post_gives(ledger, post, right, scope.organisation)


def post_gives(ledger: Ledger, post: Post, right: str, organisation: str) -> bool:
    """Say whether a post's roles hand on a right within an organisation."""
    for name in post.roles:
        role = ledger.find(Role, name)
        if (
            role is not None
            and role.gives.cover(right)
            and reaches(ledger, name, "identity.grant.give", post.organisation, organisation)
        ):
            return True
    return False


def givers(ledger: Ledger, organisation: str, right: str) -> tuple[str, ...]:
    """Return the posts, nearest first, that can give a right to somebody of an organisation.

    Each as ``<post>@<organisation>``; at most `GIVERS_MAX`. Asked are the organisation, those
    above it, then the institutions that govern the ledger.
    """
    found: list[str] = []
    own = ledger.find(Organisation, organisation)
    governance = ledger.find(Governance, "now")
    names = [organisation, *(own.ancestors if own else ())]
    names += [name for name, _ in (governance.weights if governance else ())]
    for name in dict.fromkeys(names):
        above = ledger.find(Organisation, name)
        for post_id in above.posts if above else ():
            post = ledger.require(Post, post_id)
            if len(found) < GIVERS_MAX and post_gives(ledger, post, right, organisation):
                found.append(f"{post_id}@{name}")
    return tuple(found)
