"""Imports point one way (design section 4): the arrows of pyproject.toml, and that they bite."""

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from tools.arrows import breaches, part_of, read_arrows

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TABLE = read_arrows(SETTINGS["tool"]["importlinter"]["contracts"][0]["arrows"])


def said(*imports):
    graph = grimp.ImportGraph()
    for importer, imported in imports:
        for module in (importer, imported):
            if f"mingzhang.{module}" not in graph.modules:
                graph.add_module(f"mingzhang.{module}")
        graph.add_import(
            importer=f"mingzhang.{importer}",
            imported=f"mingzhang.{imported}",
            line_number=7,
            line_contents="",
        )
    return "\n".join(breaches(graph, TABLE))


def test_the_project_keeps_its_arrows():
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("kernel.fen", "domain.funds.state"),
        ("kernel.fen", "crypto.suite"),
        ("domain.funds.rules", "domain.execution.state"),
        ("domain.funds.rules", "ledger.store"),
        ("domain.funds.rules", "app"),
        ("domain.identity.rules", "domain.procedure.rules"),
        ("domain.execution.rules", "domain.preparation.rules"),
        ("domain.execution.rules", "domain.preparation.messages"),
        ("domain.disclosure.rules", "domain.execution.views"),
        ("ledger.store", "domain.funds.state"),
        ("ledger.store", "app"),
        ("ledger.store", "consensus.solo"),
        ("consensus.solo", "gateway.main"),
        ("consensus.solo", "domain.funds.rules"),
        ("verify.proof", "kernel.fen"),
        ("verify.proof", "crypto.suite"),
        ("crypto.suite", "kernel.ledger"),
        ("crypto.suite", "verify.proof"),
        ("app", "views.projector"),
        ("app", "consensus.solo"),
        ("views.projector", "gateway.main"),
        ("gateway.main", "cli.main"),
    ],
)
def test_an_import_against_the_arrows_is_named(importer, imported):
    line = f"mingzhang.{importer} -> mingzhang.{imported} (l.7)"
    assert said((importer, imported)).startswith(line)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("kernel.fen", "kernel.faults"),
        ("domain.funds.rules", "kernel.fen"),
        ("domain.funds.rules", "domain.funds.state"),
        ("domain.execution.rules", "domain.funds.verbs"),
        ("domain.execution.rules", "domain.preparation.state"),
        ("domain.execution.rules", "domain.preparation.events"),
        ("domain.funds.tests.test_rules", "domain.execution.rules"),
        ("app", "domain.funds.module"),
        ("ledger.store", "kernel.ledger"),
        ("ledger.store", "verify.encodings"),
        ("ledger.store", "crypto.suite"),
        ("consensus.solo", "ledger.store"),
        ("consensus.solo", "app"),
        ("views.projector", "app"),
        ("gateway.main", "views.projector"),
        ("gateway.main", "verify.proof"),
        ("cli.main", "gateway.main"),
        ("crypto.worker", "kernel.faults"),
        ("domain.funds.rules", "mingzhang"),
    ],
)
def test_an_import_along_the_arrows_passes(importer, imported):
    assert said((importer, imported)) == ""


def test_a_new_folder_must_be_placed_first():
    assert "mingzhang.oracle.main: not in the table" in said(("oracle.main", "kernel.fen"))


def test_the_most_specific_part_counts():
    table = {"domain.*": (), "domain.funds": (), "domain": ()}
    assert part_of("domain.funds.state", table) == "domain.funds"
    assert part_of("domain.risk.state", table) == "domain.*"
    assert part_of("domain", table) == "domain"
    assert part_of("domains", table) is None


@pytest.mark.parametrize("text", ["kernel", "-> kernel", "domain -> kernel"])
def test_an_arrow_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match="each part once"):
        read_arrows(["domain ->", text])
