"""A small jurisdiction for tests: its genesis section, and who is who."""

import json
from pathlib import Path
from typing import Any

from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.domain.identity.module import GATE, IDENTITY
from tests.scene import Scene, Who, system

ACCESS = json.loads(
    (Path(__file__).parents[5] / "contracts/access-levels.json").read_text(encoding="utf-8")
)
STANDARD = json.loads((Path(__file__).parents[1] / "standard.json").read_text(encoding="utf-8"))


def names(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def organisation(name: str, kind: str, parent: str | None = None, unit: str | None = None) -> Any:
    part = {"id": name, "names": names(name), "kind": kind, "parent": parent}
    return part | ({"unit_kind": unit} if unit else {})


ORGANISATIONS = [
    organisation("city", "government"),
    organisation("finance", "finance_bureau", "city"),
    organisation("health", "department", "city"),
    organisation("hospital", "unit", "health", "institution"),
    organisation("clinic", "unit", "health", "institution"),
    organisation("school", "unit", "city", "institution"),
    organisation("congress", "congress"),
    organisation("audit", "audit"),
    organisation("bank", "agent_bank"),
    organisation("builder", "supplier"),
    organisation("watch", "engineer"),
]
# post, organisation, roles
POSTS = [
    ("finance.budget", "finance", ["finance.budget"]),
    ("finance.treasury", "finance", ["finance.treasury"]),
    ("finance.security", "finance", ["security.chief"]),
    ("health.reviewer", "health", ["department.reviewer"]),
    ("health.security", "health", ["security.officer"]),
    ("hospital.clerk", "hospital", ["unit.clerk"]),
    ("hospital.director", "hospital", ["unit.director"]),
    ("hospital.finance", "hospital", ["unit.finance"]),
    ("hospital.security", "hospital", ["security.officer"]),
    ("clinic.clerk", "clinic", ["unit.clerk"]),
    ("school.clerk", "school", ["unit.clerk"]),
    ("congress.secretary", "congress", ["congress.secretary"]),
    ("audit.auditor", "audit", ["audit.auditor"]),
    ("bank.operator", "bank", ["agent_bank.operator"]),
    ("builder.agent", "builder", ["supplier.agent"]),
    ("watch.engineer", "watch", ["engineer.supervisor"]),
]
# person, home organisation, posts
PERSONS = [
    ("budget-a", "finance", ["finance.budget"]),
    ("budget-b", "finance", ["finance.budget"]),
    ("treasurer", "finance", ["finance.treasury"]),
    ("chief", "finance", ["finance.security"]),
    ("reviewer", "health", ["health.reviewer"]),
    ("guard", "health", ["health.security"]),
    ("clerk", "hospital", ["hospital.clerk"]),
    ("clerk-two", "hospital", ["hospital.clerk"]),
    ("director", "hospital", ["hospital.director"]),
    ("accountant", "hospital", ["hospital.finance"]),
    ("officer-a", "hospital", ["hospital.security"]),
    ("officer-b", "hospital", ["hospital.security"]),
    ("spare", "hospital", []),
    ("nurse", "clinic", ["clinic.clerk"]),
    ("teacher", "school", ["school.clerk"]),
    ("secretary", "congress", ["congress.secretary"]),
    ("auditor", "audit", ["audit.auditor"]),
    ("teller", "bank", ["bank.operator"]),
    ("agent", "builder", ["builder.agent"]),
    ("engineer", "watch", ["watch.engineer"]),
]
POST_OF = {post: where for post, where, _ in POSTS}


def section(**changed: Any) -> dict[str, Any]:
    return {
        **STANDARD,
        "organisations": ORGANISATIONS,
        "posts": [
            {"id": post, "organisation": where, "titles": names(post), "roles": roles}
            for post, where, roles in POSTS
        ],
        "persons": [
            {"id": who, "names": names(who), "organisation": home, "posts": posts}
            for who, home, posts in PERSONS
        ],
        "governance": {
            "institutions": [
                {"organisation": "finance", "weight": 2},
                {"organisation": "health", "weight": 1},
                {"organisation": "audit", "weight": 1},
            ],
            "participation_bp": 6_700,
            "approval_bp": 5_001,
        },
        "calendar": [
            {
                "year": 2026,
                "holidays": ["2026-03-09"],
                "workdays": ["2026-03-14"],
                "source": "test",
            }
        ],
        **changed,
    }


def who(person: str) -> Who:
    (posts,) = [posts for name, _, posts in PERSONS if name == person]
    post = posts[0] if posts else "none"
    return Who(person, POST_OF.get(post, "hospital"), post)


def town(*rooms: Any, access: Any = ACCESS, **changed: Any) -> Scene:
    """Return the town with its people; the contract `access` says how far roles reach."""
    scene = Scene(system(IDENTITY, CONTRACTS, *rooms, gate=GATE))
    contracts = {"delay_days": 1, "vote_days": 9, "documents": [access]}
    scene.genesis({"identity": section(**changed), "contracts": contracts})
    return scene
