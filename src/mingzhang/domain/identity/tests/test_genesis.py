"""A genesis section holds together, or is refused with the part and the remedy named."""

import re

import pytest

from mingzhang.domain.identity.curve import thumbprint
from mingzhang.domain.identity.state import Calendar, Governance, Key, Person, Role, Terms
from mingzhang.domain.identity.tests.keys import public_key
from mingzhang.domain.identity.tests.town import (
    ACCESS,
    STANDARD,
    names,
    organisation,
    section,
    town,
)
from mingzhang.kernel.calendar import parse_iso
from mingzhang.kernel.refusals import OurFault


def test_a_town_comes_to_life():
    keys = [{"public_key": public_key(1), "label": "card"}]
    persons = [
        *section()["persons"],
        {"id": "k", "names": names("k"), "organisation": "audit", "keys": keys},
    ]
    scene = town(persons=persons)
    ledger = scene.ledger
    kid = thumbprint(bytes.fromhex(public_key(1)))
    assert ledger.require(Key, kid).person == "k"
    assert ledger.require(Person, "k").keys == (kid,)
    assert ledger.require(Governance, "now").weights == (
        ("audit", 1),
        ("finance", 2),
        ("health", 1),
    )
    assert ledger.require(Calendar, "2026").holidays == (parse_iso("2026-03-09"),)
    assert ledger.require(Terms, "now").delegation_days_max == 92
    assert "execution.payment.request" in ledger.require(Role, "unit.clerk").rights.exact
    assert scene.breaches() == []


def test_every_row_of_the_standard_contract_and_every_pair_names_roles_of_the_standard():
    roles = [part["id"] for part in STANDARD["roles"]]
    (table,) = ACCESS["nodes"]
    column = table["when"].index("role")
    cells = [row["when"][column] for row in table["rows"]]
    named = [role.strip('" ') for cell in cells if cell != "-" for role in cell.split(",")]
    assert [role for role in named if role not in roles] == []
    assert [role for role in roles if role not in named] == []
    pairs = STANDARD["incompatible"]
    assert len({pair["id"] for pair in pairs}) == len(pairs)


POST = {"id": "p", "organisation": "hospital", "titles": names("p"), "roles": ["unit.clerk"]}
PERSON = {"id": "p", "names": names("p"), "organisation": "hospital"}
WRONG = [
    ("organisations", organisation("a", "audit", "missing"), "enter its parent missing before"),
    ("organisations", organisation("city", "audit"), "organisation city stands twice"),
    ("organisations", organisation("a", "unit"), "unit_kind is for units"),
    ("organisations", organisation("a", "audit", None, "organ"), "unit_kind is for units"),
    ("organisations", {"id": "a"}, "missing required field"),
    ("roles", STANDARD["roles"][0], "a role stands twice"),
    (
        "incompatible",
        {
            "id": "x",
            "of": "role",
            "left": "no",
            "right": "unit.clerk",
            "same_organisation": True,
            "basis": names("b"),
        },
        "there is no no",
    ),
    ("posts", {**POST, "organisation": "no"}, "there is no no"),
    ("posts", {**POST, "roles": ["no.role"]}, "there is no no.role"),
    ("posts", {**POST, "roles": ["congress.secretary"]}, "no role of such an institution"),
    ("posts", {**POST, "id": "hospital.clerk"}, "post hospital.clerk stands twice"),
    ("persons", {**PERSON, "organisation": "no"}, "there is no no"),
    ("persons", {**PERSON, "posts": ["no"]}, "there is no no"),
    ("persons", {**PERSON, "id": "clerk"}, "person clerk stands twice"),
    ("persons", {**PERSON, "keys": [{"public_key": "00" * 32, "label": "k"}]}, "small_order"),
    (
        "persons",
        {**PERSON, "keys": [{"public_key": public_key(1), "label": "k"}] * 2},
        "stands twice",
    ),
    ("persons", {**PERSON, "extra": 1}, "unknown field"),
]


@pytest.mark.parametrize(("part", "added", "words"), WRONG)
def test_a_section_that_does_not_hold_together_is_named(part, added, words):
    with pytest.raises(OurFault) as caught:
        town(**{part: [*section()[part], added]})
    assert re.search(re.escape(words), str(caught.value.__cause__))


def test_a_person_with_incompatible_posts_does_not_begin():
    persons = [{**PERSON, "posts": ["hospital.clerk", "hospital.director"]}]
    with pytest.raises(Exception, match=r"IDE-08.*unit.clerk-unit.director"):
        town(persons=persons)


def test_governance_names_known_institutions_once():
    ok = section()["governance"]
    for institutions in (
        [{"organisation": "no", "weight": 1}],
        [{"organisation": "audit", "weight": 1}] * 2,
    ):
        with pytest.raises(OurFault):
            town(governance={**ok, "institutions": institutions})
