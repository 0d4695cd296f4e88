"""House rules that a general linter does not know: prints path:line: reason, exits 1 on a breach.

Consensus files are told by their place, so that a new file is held to the rules before anybody
thinks of it. An exception stands in EXCEPTIONS with its reason and is reported once it is no
longer needed. Run by `./mz lint` and by the tests.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":  # as a script, Python knows tools/ but not the folder that holds it
    sys.path[0] = str(Path(__file__).parents[1])

from tools.determinism import findings

BANNED_NAMES = ("utils.py", "helpers.py", "common.py", "misc.py", "manager.py", "base.py")
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
NOT_CONSENSUS = ("api", "i18n", "tests", "views")

TEXT_RULES = {
    "unfinished": (
        re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|(?i:\b(stubs?|for now)\b)"),
        "finish it, or leave it out and say so in the README's list of what is missing",
    ),
    "machine path": (
        re.compile(r"(?<![\w.])/(work|root|Users)/|(?<![\w.])/home/\w+/|\.\./shared\b"),
        "the clone is all that a reader has",
    ),
    "registry host": (
        re.compile(
            r"(?i)\b(pypi\.org|pythonhosted\.org|proxy\.golang\.org|sum\.golang\.org"
            r"|registry\.npmjs\.org|static\.crates\.io|index\.crates\.io|deb\.debian\.org)\b"
        ),
        "name a package, not the registry that it comes from",
    ),
}

ENVIRONMENT = "src/mingzhang/ledger/environment.py"
CODEGEN = "src/mingzhang/domain/contracts/codegen.py"
STORE = "src/mingzhang/ledger/store.py"
READER = "src/mingzhang/ledger/reader.py"
JOURNAL = "src/mingzhang/ledger/journal.py"

# A feature counts by the doors that clients of tests/doors.py go through, not by a test's own word.
DOOR_OPENED = re.compile(r"\bwent_through\(")

# (file, rule) -> why this file may; a rule is the key that its message is filed under.
EXCEPTIONS = {
    (
        "src/mingzhang/kernel/scan.py",
        "import json",
    ): "only its hooks on keys and numbers find duplicate keys before a command is decoded",
    (CODEGEN, "compile"): "the one place where a checked contract becomes a Python function",
    (CODEGEN, "exec"): "the one place where a checked contract becomes a Python function",
    (ENVIRONMENT, "import os"): "knows whether it was forked since the store was opened",
    (ENVIRONMENT, "import itertools"): "writes in chunks, so that readers get their turn",
    (ENVIRONMENT, "import pathlib"): "the store lies in a folder",
    (ENVIRONMENT, "/"): "joins the store's folder and file names",
    (ENVIRONMENT, "import threading"): "no reader may be inside while the memory map moves",
    (ENVIRONMENT, "import types"): "the type of a traceback, which a context manager is handed",
    (STORE, "import pathlib"): "the store lies in a folder",
    (READER, "import pathlib"): "the store lies in a folder",
    (JOURNAL, "import abc"): "a journal is written here or elsewhere",
    ("uv.lock", "registry host"): "the lock names the default index",
    ("tools/tidy.py", "unfinished"): "names what it forbids",
    ("tests/tools/test_tidy.py", "unfinished"): "shows that the rule bites",
    ("tests/tools/test_tidy.py", "machine path"): "shows that the rule bites",
    ("tests/tools/test_tidy.py", "registry host"): "shows that the rule bites",
}


class Breach(NamedTuple):
    """One breach of a house rule, at a line of a file named from the root of the project."""

    where: str
    line: int
    rule: str
    reason: str

    def __str__(self) -> str:
        """Give the form that editors jump to."""
        return f"{self.where}:{self.line}: {self.reason}"


def breaches(root: Path, path: Path) -> Iterator[Breach]:
    """Yield all breaches in one text file below root, exceptions included."""
    where = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return  # an image or another binary
    yield from _of_text(where, text)
    if path.suffix == ".py":
        yield from _of_python(where, text)
        if is_consensus(where):
            yield from determinism_breaches(where, text)


def determinism_breaches(where: str, text: str) -> Iterator[Breach]:
    """Yield the breaches of the deterministic core's rules in one consensus file."""
    in_ledger = where.startswith("src/mingzhang/ledger/")
    for found in findings(ast.parse(text), in_ledger=in_ledger):
        yield Breach(where, *found)


def is_consensus(where: str) -> bool:
    """Tell whether a file, named from the root, runs on every validator."""
    match Path(where).with_suffix("").parts:
        case ("src", "mingzhang", "domain", _, part, *_) if part in NOT_CONSENSUS:
            return False
        case ("src", "mingzhang", "domain" | "kernel" | "ledger", *_):
            return True
    return False


def _of_text(where: str, text: str) -> Iterator[Breach]:
    for number, line in enumerate(text.splitlines(), start=1):
        for rule, (pattern, reason) in TEXT_RULES.items():
            if found := pattern.search(line):
                yield Breach(where, number, rule, f"{found.group()}: {reason}")


def _of_python(where: str, text: str) -> Iterator[Breach]:
    name = Path(where).name
    tree = ast.parse(text)
    if DOOR_OPENED.search(text) and not where.startswith(("tests/doors.py", "tests/tools/")):
        yield Breach(where, 1, "door", "went_through: take a client from tests/doors.py instead")
    if name in BANNED_NAMES:
        yield Breach(where, 1, "file name", f"{name}: name the file after what it holds")
    if name == "__init__.py" and len(tree.body) > bool(ast.get_docstring(tree)):
        yield Breach(where, 1, "barrel", "__init__.py holds a docstring; import from the source")
    if (lines := text.count("\n")) > FILE_LINES_MAX:
        yield Breach(
            where, 1, "file length", f"{lines} lines: over {FILE_LINES_MAX}; two subjects?"
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                reason = f"{node.name} has {lines} lines, over {FUNCTION_LINES_MAX}"
                yield Breach(where, node.lineno, "function length", reason)


def unneeded(root: Path, used: list[tuple[str, str]]) -> Iterator[Breach]:
    """Yield each exception that nothing uses any more."""
    for where, rule in EXCEPTIONS:
        if (where, rule) not in used and (root / where).exists():
            yield Breach("tools/tidy.py", 1, "exception", f"{where} no longer needs '{rule}'")


def project_files(root: Path) -> list[Path]:
    """List the files of the project, tracked or about to be, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout
    names = sorted(name for name in listed.decode().split("\0") if name)
    return [root / name for name in dict.fromkeys(names) if (root / name).is_file()]


def untidy(root: Path) -> list[Breach]:
    """List the breaches of the whole project that no exception covers."""
    found = [breach for path in project_files(root) for breach in breaches(root, path)]
    used = [(breach.where, breach.rule) for breach in found]
    rest = [breach for breach in found if (breach.where, breach.rule) not in EXCEPTIONS]
    return rest + list(unneeded(root, used))


if __name__ == "__main__":
    left = untidy(Path(__file__).parents[1])
    for breach in left:
        print(breach)
    sys.exit(bool(left))
