"""No consensus file contains what may differ between two validators (design section 3)."""

from pathlib import Path

from tools.tidy import EXCEPTIONS, determinism_breaches, is_consensus, project_files

ROOT = Path(__file__).parents[2]


def consensus_files():
    named = [(path.relative_to(ROOT).as_posix(), path) for path in project_files(ROOT)]
    return [(where, path) for where, path in named if path.suffix == ".py" and is_consensus(where)]


def test_every_consensus_file_is_deterministic_as_far_as_its_syntax_shows():
    found = [
        str(breach)
        for where, path in consensus_files()
        for breach in determinism_breaches(where, path.read_text(encoding="utf-8"))
        if (where, breach.rule) not in EXCEPTIONS
    ]
    assert found == []


def test_the_kernel_is_among_the_files_that_are_read():
    assert [where for where, _ in consensus_files() if where.startswith("src/mingzhang/kernel/")]


def test_consensus_folders_hold_nothing_that_is_run_but_python():
    allowed = (".py", ".md", ".yaml", ".json")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in project_files(ROOT)
        if is_consensus(path.relative_to(ROOT).as_posix()) and path.suffix not in allowed
    ]
    assert found == []
