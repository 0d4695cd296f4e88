"""What people read, in Chinese and English: the rooms' catalogues by code and by kind.

A room's ``i18n/zh-CN.json`` and ``en.json`` map a refusal's code to {"text", "remedy"} with its
facts in braces, and a command's kind (without version) to {"title", "fields"}. This module loads
them once; a missing text is an error of ours, found by a test over all refusals and kinds.
"""

import json
import re
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


@lru_cache(maxsize=2)
def catalogue(language: Language) -> dict[str, Any]:
    """Return all texts of a language, by code or kind."""
    found: dict[str, Any] = {}
    rooms = sorted(resources.files("mingzhang.domain").iterdir(), key=lambda each: each.name)
    for folder in (resources.files("mingzhang.gateway"), *rooms):
        path = folder / "i18n" / f"{language}.json"
        if path.is_file():
            found.update(json.loads(path.read_text(encoding="utf-8")))
    return found


def yuan(fen: int) -> str:
    """Return an amount in fen as yuan with two decimals and thousands separators."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def sentence(code: str, part: str, facts: dict[str, Any], language: Language) -> str:
    """Return a refusal's ``text`` or ``remedy`` with its facts filled in.

    Facts whose name ends in ``_fen`` are shown in yuan; one that has no value shows as a dash.
    """
    entry = catalogue(language).get(code)
    if entry is None or part not in entry:
        return ""
    return str(entry[part]).format_map(_Shown({name: _show(name, v) for name, v in facts.items()}))


def title_of(kind: str, language: Language) -> str:
    """Return the title of a command's kind, or the kind itself where a room gave none."""
    entry = catalogue(language).get(kind.partition("/")[0], {})
    return str(entry.get("title", kind)) if isinstance(entry, dict) else str(entry)


def fields_of(kind: str, language: Language) -> dict[str, str]:
    """Return the titles of a command's fields by name; none where a room gave none."""
    entry = catalogue(language).get(kind.partition("/")[0], {})
    return dict(entry.get("fields", {})) if isinstance(entry, dict) else {}


_AMOUNT_OF = re.compile(r"([a-z0-9][a-z0-9._:-]*:[0-9]{4}:[0-9]{4})=([0-9]{1,16})")
"""How refusals list cells with what they could give: ``<cell>=<fen>``."""


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _show(name: str, value: Any) -> str:  # noqa: ANN401 - a fact of any plain type
    if value is None or value == "":
        return "—"
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_fen"):
        return yuan(value)
    if isinstance(value, (list, tuple)):
        return "、".join(_show(name, each) for each in value)
    held = _AMOUNT_OF.fullmatch(str(value))
    return f"{held[1]} {yuan(int(held[2]))} 元" if held else str(value)
