"""The tables of the pages in spec/, so that tests hold pages and code to each other."""

import re
from pathlib import Path

SPEC = Path(__file__).parents[2] / "spec"


def table(page, title):
    """The rows of the first table under a heading, each a list of its cells."""
    text = (SPEC / page).read_text(encoding="utf-8").split(f"## {title}\n", 1)[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return rows[2:]


def quoted(cell):
    """The words between backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)
