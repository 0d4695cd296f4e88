"""Everything that people may read has Chinese and English words; every command has somebody."""

import json
import re
from importlib import resources

import pytest

from mingzhang.app import VERSIONS
from mingzhang.gateway.texts import LANGUAGES, catalogue, sentence, title_of, yuan
from mingzhang.kernel.refusals import Refusal

MODULES = VERSIONS[max(VERSIONS)]


def refusals():
    waiting, found = [Refusal], []
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if "code" in vars(each) and re.fullmatch(r"[A-Z]{3}-[0-9]{2}", each.code):
                found.append(each)
    return [each for each in found if each.__module__.startswith("mingzhang.")]


def test_codes_are_permanent_and_unique():
    codes = [each.code for each in refusals()]
    assert len(codes) > 100
    assert sorted(codes) == sorted(dict.fromkeys(codes))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_refusal_says_what_is_wrong_and_what_to_do(language):
    missing = []
    for each in refusals():
        facts = {
            name: 1 if name.endswith("_fen") else "x"
            for name in vars(each).get("__annotations__", {})
        }
        for part in ("text", "remedy"):
            words = sentence(each.code, part, facts, language)
            if not words or "{" in words:
                missing.append((each.code, part, words))
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_has_a_title(language):
    missing = [kind for kind in MODULES.commands if title_of(kind, language) == kind]
    assert missing == []


def test_the_two_catalogues_have_the_same_entries():
    zh, en = (catalogue(language) for language in LANGUAGES)
    assert sorted(zh) == sorted(en)


def test_each_command_is_a_right_of_some_standard_role():
    path = resources.files("mingzhang.domain.identity") / "standard.json"
    roles = json.loads(path.read_text(encoding="utf-8"))["roles"]
    rights = [right for role in roles for right in role["rights"]]

    def held(right):
        return any(
            right == each or (each.endswith(".*") and right.startswith(each[:-1]))
            for each in rights
        )

    nobody = [kind for kind, command in MODULES.commands.items() if not held(command.right())]
    assert nobody == []


def test_amounts_are_shown_in_yuan():
    assert yuan(1_281_760_000) == "12,817,600.00"
    assert yuan(-5) == "-0.05"
    assert yuan(0) == "0.00"
