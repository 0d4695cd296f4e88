"""Writes spec/reasons.json: the reasons of `mingzhang/verify/reasons.py`, for other languages.

The table in Python is the one home; the browser's verifier reads the file.

    python tools/make_reasons.py
"""

import json
import sys
from pathlib import Path

if __name__ == "__main__":  # as a script, Python knows tools/ but not the folder that holds it
    sys.path[0] = str(Path(__file__).parents[1])

from mingzhang.verify.reasons import TEXTS

FILE = Path(__file__).parents[1] / "spec" / "reasons.json"


def text() -> str:
    """Return the file's text."""
    table = {code: {"zh": zh, "en": en} for code, (zh, en) in TEXTS.items()}
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
