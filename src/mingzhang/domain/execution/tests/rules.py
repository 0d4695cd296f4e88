"""Rule contracts that answer as a test needs, made from those of the library."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[5]


def library(name: str) -> dict[str, Any]:
    found = json.loads((ROOT / f"contracts/{name}.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def by_amount(verdict: str, of_fen: int) -> dict[str, Any]:
    """Return a contract of payment that answers a verdict for exactly one amount."""
    document = library("payment-levels")
    test = document["tests"][0]

    def row(name: str, when: str, answer: str) -> dict[str, Any]:
        given: dict[str, Any] = document["nodes"][0]["rows"][0]
        return given | {"id": name, "when": [when], "then": [f'"{answer}"']}

    def shown(name: str, amount: int, answer: str) -> dict[str, Any]:
        return {
            "name": name,
            "fires": [{"node": "rules", "row": name}],
            "inputs": test["inputs"] | {"amount_fen": amount},
            "outputs": {"verdict": answer},
        }

    rows = [row("D1", str(of_fen), verdict), row("D2", "-", "approve")]
    verdicts = document["nodes"][0]["outputs"][:1]
    node = document["nodes"][0] | {"rows": rows, "outputs": verdicts}
    return document | {
        "outputs": document["outputs"][:1],
        "id": f"one-{verdict}",
        "nodes": [node],
        "tests": [shown("D1", of_fen, verdict), shown("D2", of_fen + 1, "approve")],
    }


def always(name: str, verdict: str, level: str) -> dict[str, Any]:
    """Return a contract, made from one of the library, that answers always the same."""
    document = library(name)
    answers = {"verdict": verdict, "route_to": level}
    given: dict[str, Any] = document["nodes"][0]["rows"][0]
    row = given | {"id": "A1", "when": ["-"], "then": [f'"{verdict}"', f'"{level}"']}
    first = document["inputs"][0]["name"]
    outputs = [each for each in document["nodes"][0]["outputs"] if each["name"] in answers]
    node = document["nodes"][0] | {
        "when": [first],
        "rows": [row],
        "outputs": outputs,
        "default": None,
    }
    test = {
        "name": "always",
        "fires": [{"node": node["id"], "row": "A1"}],
        "inputs": document["tests"][0]["inputs"],
        "outputs": answers,
    }
    declared = [each for each in document["outputs"] if each["name"] in answers]
    return document | {
        "id": f"always-{verdict}",
        "outputs": declared,
        "nodes": [node],
        "tests": [test],
        "invariants": [],
        "waivers": [],
    }
