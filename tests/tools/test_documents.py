"""What the documents at the root point at is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", "STYLE.md", "CHANGELOG.md", "docs/features.md", "docs/glossary.md"]
MZ = (ROOT / "mz").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
COMMAND = re.compile(r"\./mz ([a-z]+)")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file_of_the_project(name):
    document = ROOT / name
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_that_is_named_exists(name):
    named = COMMAND.findall((ROOT / name).read_text(encoding="utf-8"))
    known = re.findall(r"^  ([a-z]+)[a-z| -]*\)", MZ, re.MULTILINE)
    assert [command for command in named if command not in known] == []


def test_the_readme_names_the_two_commands_and_how_to_verify():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "./mz demo" in text
    assert "./mz test" in text
    assert "./mz run verify" in text
