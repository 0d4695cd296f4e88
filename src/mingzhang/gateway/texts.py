"""What people read, in Chinese and English: the rooms' catalogues by code and by kind.

A room's ``i18n/zh-CN.json`` and ``en.json`` map a refusal's code to {"text", "remedy"} with its
facts in braces, and a command's kind (without version) to {"title", "fields"}. This module loads
them once; a missing text is an error of ours, found by a test over all refusals and kinds. What
members of records and their codes are called stands in the gateway's ``words.json``.
"""

import json
import re
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from mingzhang.domain.contracts.hook_catalogue import HOOKS

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


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Return what is read for names of members and for their codes, each in Chinese and English.

    ``members`` by name; ``codes`` by the member's name, then the code.
    """
    path = resources.files("mingzhang.gateway") / "i18n" / "words.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def member_in_words(name: str, language: Language) -> str:
    """Return what a record's member, or a fact of a contract, is called; else `name` itself."""
    both = words()["members"].get(name) or _facts_of_contracts().get(name)
    return str(both[LANGUAGES.index(language)]) if both else name


@lru_cache(maxsize=1)
def _facts_of_contracts() -> dict[str, tuple[str, str]]:
    return {each.field.name: (each.zh, each.en) for hook in HOOKS.values() for each in hook.inputs}


def code_in_words(member: str, code: str, language: Language) -> str:
    """Return what a code of a member is called; the code itself where the member has none such."""
    both = words()["codes"].get(member, {}).get(code)
    return str(both[LANGUAGES.index(language)]) if both else code


def yuan(fen: int) -> str:
    """Return an amount in fen as yuan with two decimals and thousands separators."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def sentence(code: str, part: str, facts: dict[str, Any], language: Language) -> str:
    """Return a refusal's ``text`` or ``remedy`` with its facts filled in.

    Facts whose name ends in ``_fen`` are shown in yuan, members, codes and rights in words; a fact
    without a value shows as a dash.
    """
    entry = catalogue(language).get(code)
    if entry is None or part not in entry:
        return ""
    shown = {name: _show(name, value, language) for name, value in facts.items()}
    return str(entry[part]).format_map(_Shown(shown))


def title_of(kind: str, language: Language) -> str:
    """Return the title of a command's kind, or the kind itself where a room gave none."""
    entry = catalogue(language).get(kind.partition("/")[0], {})
    return str(entry.get("title", kind)) if isinstance(entry, dict) else str(entry)


def fields_of(kind: str, language: Language) -> dict[str, str]:
    """Return the titles of a command's fields by name; none where a room gave none."""
    entry = catalogue(language).get(kind.partition("/")[0], {})
    return dict(entry.get("fields", {})) if isinstance(entry, dict) else {}


_CELL = re.compile(
    r"(?:funds/cell/)?([a-z0-9][a-z0-9._-]*):([a-z_]+):([A-Za-z0-9._-]+):([0-9]{4}):([0-9]{4})"
    r"(?:=([0-9]{1,16}))?"
)
"""A cell ``line:nature:source:year:vintage``; refusals list what cells could give as ``=<fen>``."""


COMMA = {"zh-CN": "、", "en": ", "}
FRAME = {"zh-CN": "{}（{}）", "en": "{} ({})"}
YUAN = {"zh-CN": "元", "en": "yuan"}
KINDS = ("kind", "right")
"""Facts that name a command, or the right to give it, which is named as the command is."""


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _show(name: str, value: Any, language: Language) -> str:  # noqa: ANN401 - any plain fact
    if value is None or value == "":
        return "—"
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_fen"):
        return yuan(value)
    if isinstance(value, (list, tuple)):
        return COMMA[language].join(_show(name, each, language) for each in value)
    if name == "failures":
        return _failure(str(value), language)
    if name == "field":
        return _path(str(value), language)
    if name in KINDS:
        return title_of(str(value), language)
    cell = _CELL.fullmatch(str(value))
    if cell:
        return _cell(cell, language)
    return code_in_words(name, str(value), language)


def _cell(found: re.Match[str], language: Language) -> str:
    """Tell a cell by its line and what tells it from the line's others, and what it could give."""
    line, nature, source, year, vintage, fen = found.groups()
    of = {"nature": nature, "source": source, "year": year}
    if vintage != year:
        of["vintage"] = vintage
    told = COMMA[language].join(
        f"{member_in_words(name, language)} {code_in_words(name, code, language)}"
        for name, code in of.items()
    )
    held = f" {yuan(int(fen))} {YUAN[language]}" if fen else ""
    return FRAME[language].format(line, told) + held


def _failure(text: str, language: Language) -> str:
    """Tell ``<clause> <field> <found> <required>``, as a request's verdict lists what failed."""
    clause, _, rest = text.partition(" ")
    field, *both = rest.split(" ")
    figures = [
        yuan(int(each)) if field.endswith("_fen") and each.isdecimal() else each for each in both
    ]
    return " ".join((clause, _path(field, language), " / ".join(figures))).strip()


def _path(path: str, language: Language) -> str:
    """Tell where in a command something is: ``$.account``, or ``$.content.lines[0].line``."""
    parts = [part for part in re.split(r"[.\[\]]+", path) if part not in ("$", "")]
    return "·".join([member_in_words(part, language) for part in parts])
