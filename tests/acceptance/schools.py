"""A second town: the worked case's institutions and, under an education department, two schools.

No step of the case is played: the tests of budget preparation, rights and governance bring their
own years, projects, posts and proposals, so that none needs another.
"""

import hashlib
from contextlib import contextmanager
from pathlib import Path

import yaml

from mingzhang.cli import demo
from tests.acceptance.town import YUAN, Town, opened

DEPARTMENT = "dg-edu"
SCHOOLS = ("school-a", "school-b")
LEAVING = "school-c"
"""A school whose people leave."""
GOVERNANCE = {
    "institutions": [
        {"organisation": "dg-finance", "weight": 2},
        {"organisation": "dg-congress", "weight": 1},
        {"organisation": "dg-audit", "weight": 1},
    ],
    "participation_bp": 7_500,
    "approval_bp": 5_001,
}
STAGES = ("first_up", "first_down", "second_up", "congress", "second_down")
DOCUMENTS = ("feasibility", "ex_ante")
GOALS = (("o1", 3_000), ("c1", 2_000), ("b2", 2_000), ("s1", 2_000))
"""Kind and weight in basis points; together 90 points."""
POSTS = {
    "clerk": ["unit.clerk"],
    "pm": ["unit.project_manager"],
    "director": ["unit.director"],
    "finance": ["unit.finance"],
}
OTHERS = (
    ("edu.reviewer", DEPARTMENT, ["department.reviewer"]),
    ("edu.finance", DEPARTMENT, ["department.finance"]),
)


def text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def sha(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _case_with_schools(folder: Path) -> None:
    """Write the case's folder again with the schools' institutions, posts, people and users."""
    plain = yaml.safe_load((demo.CASE / "genesis.yaml").read_text(encoding="utf-8"))
    script = yaml.safe_load((demo.CASE / "steps.yaml").read_text(encoding="utf-8"))
    script["steps"] = []
    identity, users = plain["rooms"]["identity"], script["users"]
    identity["organisations"] += [
        {
            "id": DEPARTMENT,
            "kind": "department",
            "parent": "dg-government",
            "names": text("教育局"),
        },
        *(
            {
                "id": school,
                "kind": "unit",
                "parent": DEPARTMENT,
                "unit_kind": "institution",
                "names": text(school),
            }
            for school in (*SCHOOLS, LEAVING)
        ),
    ]
    identity["governance"] = GOVERNANCE
    posts = [(f"{s}.{p}", s, roles) for s in (*SCHOOLS, LEAVING) for p, roles in POSTS.items()]
    for post, organisation, roles in (*posts, *OTHERS):
        identity["posts"].append(
            {"id": post, "organisation": organisation, "roles": roles, "titles": text(post)}
        )
        _person(identity, users, post, organisation, post)
    for school in SCHOOLS:
        _person(identity, users, f"{school}.clerk2", school, f"{school}.clerk")
    _person(identity, users, "security2", "dg-government", "security")
    (folder / "genesis.yaml").write_text(yaml.safe_dump(plain, allow_unicode=True))
    (folder / "steps.yaml").write_text(yaml.safe_dump(script, allow_unicode=True))


def _person(identity, users, user: str, organisation: str, post: str) -> None:
    person = {"id": f"p-{user}", "organisation": organisation, "posts": [post], "names": text(user)}
    identity["persons"].append(person)
    users[user] = {
        "person": person["id"],
        "organisation": organisation,
        "post": post,
        "zh": user,
        "en": user,
    }


class Schools(Town):
    """Commands of budget preparation in the field's words."""

    def cycle(self, year: int = 0) -> int:
        """Open the cycle of a year, else of one of its own, each stage ten days; return it."""
        if not year:
            self._years = getattr(self, "_years", 2_028) + 2
            year = self._years
        codes = {"o1": "output", "c1": "cost", "b2": "benefit", "s1": "satisfaction"}
        self.give(
            "finance.budget",
            "preparation.cycle.open/1",
            year=year,
            titles=text(f"{year}年预算编制"),
            deadlines=[
                {"stage": stage, "day": self.today() + 10 * (n + 1)}
                for n, stage in enumerate(STAGES)
            ],
            required_units=list(SCHOOLS),
            rules={
                "goal_weight_bp": 9_000,
                "forbidden": [
                    {"function": "201", "economic": "31001", "basis": "楼堂馆所管理条例第三条"}
                ],
                "goal_kinds": [
                    {"code": code, "group": group, "titles": text(group)}
                    for code, group in codes.items()
                ],
                "required_groups": list(codes.values()),
                "project_documents": list(DOCUMENTS),
                "desks": [
                    {"level": "unit", "role": "unit.director", "days": 5},
                    {"level": "department", "role": "department.reviewer", "days": 5},
                    {"level": "bureau", "role": "finance.budget", "days": 5},
                    {"level": "government", "role": "security.chief", "days": 5},
                ],
                "department_days": 20,
                "unit_days": 15,
                "sources": ["预算法第五十二条"],
            },
        )
        return year

    def stage(self, year: int, stage: str) -> None:
        self.give("finance.budget", "preparation.cycle.stage/1", year=year, stage=stage)

    def ceiling(self, year: int, organisation: str, amount_fen: int):
        return self.give(
            "finance.budget",
            "preparation.ceiling.set/1",
            year=year,
            organisation=organisation,
            ceiling_fen=amount_fen,
            number=f"D财预〔{year}〕1号",
        )

    def project(self, school: str, year: int, last_year: int = 0) -> str:
        name = f"project-{self.number()}"
        self.give(
            f"{school}.pm",
            "preparation.project.register/1",
            project=name,
            organisation=school,
            titles=text("教学楼修缮"),
            project_kind="new",
            first_year=year,
            last_year=last_year or year,
            documents=[
                {"document_kind": kind, "title": kind, "sha256": sha(kind)} for kind in DOCUMENTS
            ],
            confidential=False,
        )
        return name

    def content(self, school: str, year: int, amount_fen: int, **changes):
        line = {
            "line": f"{school}-line-{self.number()}",
            "titles": text("维修"),
            "function": "2050201",
            "economic": "31006",
            "government_economic": "50601",
            "nature": "general",
            "source": "local",
            "amounts": [{"year": year, "amount_fen": amount_fen}],
        }
        line.update(changes.pop("line", {}))
        return {
            "titles": text("教学楼修缮"),
            "lines": [line],
            "documents": [
                {"document_kind": kind, "title": kind, "sha256": sha(kind)} for kind in DOCUMENTS
            ],
            "goals": self.goals(),
            **changes,
        }

    def goals(self, weights=GOALS):
        return {
            "overall_goal": "改善办学条件",
            "year_goal": "完成修缮",
            "other_funds_fen": 0,
            "indicators": [
                {
                    "indicator_kind": kind,
                    "name": kind,
                    "operator": "ge",
                    "target": "90",
                    "target_text": "",
                    "unit": "%",
                    "direction": "higher",
                    "weight_bp": weight,
                    "evidence": "年报",
                }
                for kind, weight in weights
            ],
        }

    def request(self, school: str, year: int, amount_fen: int = 100_000 * YUAN, **changes):
        """Return the body of a lawful request for a project of its own."""
        project = changes.pop("project", None) or self.project(school, year)
        return {
            "year": year,
            "organisation": school,
            "project": project,
            "previous": changes.pop("previous", None),
            "reason": "申报",
            "content": self.content(school, year, amount_fen, **changes),
        }

    def submit(self, school: str, year: int, amount_fen: int = 100_000 * YUAN, **changes):
        """Submit such a request; return its id and its case's."""
        body = self.request(school, year, amount_fen, **changes)
        answer = self.give(f"{school}.clerk", "preparation.request.submit/1", **body)
        event = self.event(answer, "preparation.request_submitted")
        return event["request"], event["case"]

    def submit_refused(self, school: str, year: int, amount_fen: int = 100_000 * YUAN, **changes):
        body = self.request(school, year, amount_fen, **changes)
        return self.refused(f"{school}.clerk", "preparation.request.submit/1", **body)

    def decide(self, user: str, verb: str, request: str, case: str, **body):
        return self._decided(self.give, user, verb, request, case, body)

    def decide_refused(self, user: str, verb: str, request: str, case: str, **body):
        return self._decided(self.refused, user, verb, request, case, body)

    def _decided(self, give, user, verb, request, case, body):
        subject = f"preparation/request/{request}"
        on = (f"procedure/case/{case}", subject)
        return give(user, f"procedure.case.{verb}/1", on=on, case=case, subject=subject, **body)

    def approved(self, school: str, year: int, amount_fen: int = 100_000 * YUAN, **changes):
        """Submit a request and let all three levels approve it."""
        request, case = self.submit(school, year, amount_fen, **changes)
        for user in (f"{school}.director", "edu.reviewer", "finance.budget"):
            self.decide(user, "approve", request, case)
        return request, case


@contextmanager
def open_schools(folder: Path):
    """Start the town of the schools on 2 August 2021."""
    _case_with_schools(folder)
    with opened(Schools, folder) as town:
        yield town
