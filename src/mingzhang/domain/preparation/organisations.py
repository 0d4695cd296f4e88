"""Where an organisation stands in a budget: its department, the government, who is asked."""

from mingzhang.domain.identity.state import Organisation
from mingzhang.domain.preparation.errors import NoDepartment, NoOrganisation, OtherOrganisation
from mingzhang.domain.preparation.events import Author
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger


def organisation_of(ledger: Ledger, organisation: str) -> Organisation:
    """Return a registered organisation. Raises `NoOrganisation`."""
    found = ledger.find(Organisation, organisation)
    if found is None:
        raise NoOrganisation(organisation=organisation)
    return found


def department_of(ledger: Ledger, organisation: str) -> str:
    """Return the department of a unit: itself, or the nearest one above.

    Raises `NoOrganisation`, `NoDepartment`.
    """
    found = organisation_of(ledger, organisation)
    for name in (organisation, *found.ancestors):
        above = ledger.find(Organisation, name)
        if above is not None and above.organisation_kind == "department":
            return name
    raise NoDepartment(organisation=organisation)


def government_of(ledger: Ledger, organisation: str) -> str:
    """Return the nearest government above an organisation, or an empty text."""
    found = organisation_of(ledger, organisation)
    for name in found.ancestors:
        above = ledger.find(Organisation, name)
        if above is not None and above.organisation_kind == "government":
            return name
    return ""


def require_kind(ledger: Ledger, organisation: str, kind: str) -> None:
    """Raise `OtherOrganisation` unless the organisation acted for is of a kind."""
    found = ledger.find(Organisation, organisation)
    if found is None or found.organisation_kind != kind:
        raise OtherOrganisation(organisation=organisation, expected=kind)


def require_itself(context: Context, expected: str) -> None:
    """Raise `OtherOrganisation` unless the organisation acted for is the expected one."""
    if context.organisation != expected:
        raise OtherOrganisation(organisation=context.organisation, expected=expected)


def author_of(context: Context) -> Author:
    """Return who asks, as records keep it."""
    return Author(person=context.person, organisation=context.organisation, post=context.post)
