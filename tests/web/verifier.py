"""The browser's verifier, run by Node: one process that judges line after line."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "web" / "packages" / "verify"
OLDEST = (22, 12)
END_S = 10


def node() -> str:
    """Return Node's path, or skip the test with the reason."""
    found = os.environ.get("MZ_NODE") or shutil.which("node")
    if found is None:
        pytest.skip("no Node: set MZ_NODE or PATH; the browser's verifier is NOT tested")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in told.strip().removeprefix("v").split(".")[:2])
    if version < OLDEST:
        pytest.skip(f"Node {told.strip()} is older than 22.12; the verifier is NOT tested")
    folders = [PACKAGE, *PACKAGE.parents[:2]]
    if not any((each / "node_modules" / "@noble").is_dir() for each in folders):
        pytest.skip("web/node_modules is missing: npm ci in web/; the verifier is NOT tested")
    return found


class Judge:
    """Asks the verifier line by line; each question has one answer."""

    def __init__(self, path: str) -> None:
        self._process = subprocess.Popen(
            [path, str(PACKAGE / "test" / "judge.ts")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question: dict[str, object]) -> dict[str, object]:
        """Return the answer to one question; bytes are put into base64."""
        pipes = self._process.stdin, self._process.stdout
        if pipes[0] is None or pipes[1] is None:
            raise OSError("the judge has no pipes")
        plain = {k: _base64(v) if isinstance(v, bytes) else v for k, v in question.items()}
        pipes[0].write(json.dumps(plain) + "\n")
        pipes[0].flush()
        line = pipes[1].readline()
        if not line:
            raise AssertionError(f"the judge ended at {plain}")
        answer: dict[str, object] = json.loads(line)
        return answer

    def end(self) -> None:
        """End the process by closing what it reads."""
        self._process.communicate(timeout=END_S)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def judge() -> Iterator[Judge]:
    """Yield one judge and end it afterwards."""
    started = Judge(node())
    yield started
    started.end()


def run_tests(pattern: str) -> subprocess.CompletedProcess[str]:
    """Run the package's own tests."""
    arguments: Sequence[str] = (node(), "--test", "--test-reporter=dot", pattern)
    return subprocess.run(arguments, cwd=PACKAGE, capture_output=True, text=True, check=False)
