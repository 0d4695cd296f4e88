"""From the text of a cell to tokens. Integers only, no escapes, no `$`, `#`, `.`, `;`."""

import msgspec

from mingzhang.domain.contracts.syntax import SyntaxFault

CELL_CHARS_MAX = 1_000
"""Longest cell, in characters."""
TOKENS_MAX = 300
INTEGER_DIGITS_MAX = 16
"""As in commands: 2^53 − 1 has 16 digits."""

KEYWORDS = ("and", "or", "not", "in", "true", "false")
REFUSED_WORDS = ("null", "nil", "none", "undefined", "NaN", "Infinity")
"""Absence is not a value: a field that is missing refuses, never skips (design section 6)."""

_TWO_CHARS = ("==", "!=", "<=", ">=", "..", "??")
_ONE_CHAR = "+-*/()[],<>?:"
_DIGITS = "0123456789"
_WORD_START = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
_WORD = _WORD_START + _DIGITS

_NOT_IN_TEXT = (
    ("\x00", "\x1f"),
    ("\x7f", "\x9f"),
    ("\u2028", "\u2029"),
    ("\ud800", "\udfff"),
)
"""Control characters, separators of lines and paragraphs, halves of surrogate pairs."""


class Token(msgspec.Struct, frozen=True):
    """`kind` is `int`, `str`, `name`, `op` (keywords included), `column` or `any`."""

    kind: str
    text: str
    at: int


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the tokens of a cell, or raise `SyntaxFault`."""
    if len(text) > CELL_CHARS_MAX:
        raise SyntaxFault("CELL_TOO_LONG", 0, str(len(text)))
    tokens: list[Token] = []
    at = 0
    while at < len(text):  # each round moves `at` forward: `_token` never returns an empty one
        if text[at] in " \t":
            at += 1
            continue
        token, at = _token(text, at)
        tokens.append(token)
        if len(tokens) > TOKENS_MAX:
            raise SyntaxFault("CELL_TOO_LONG", at, str(len(text)))
    return tuple(tokens)


def _token(text: str, at: int) -> tuple[Token, int]:
    char = text[at]
    if char in "\"'":
        return _string(text, at)
    if char in _DIGITS:
        return _integer(text, at)
    if char in _WORD_START:
        return _word(text, at)
    if (two := text[at : at + 2]) in _TWO_CHARS and two != "??":
        return Token("op", two, at), at + 2
    if char in _ONE_CHAR and two != "??":
        return Token("op", char, at), at + 1
    raise SyntaxFault("SIGN_UNKNOWN", at, two if two == "??" else char)


def _string(text: str, at: int) -> tuple[Token, int]:
    end = text.find(text[at], at + 1)
    if end < 0:
        raise SyntaxFault("STRING_OPEN", at)
    value = text[at + 1 : end]
    if not value or any(not _may_stand_in_text(char) for char in value):
        raise SyntaxFault("STRING_SIGNS", at)
    return Token("str", value, at), end + 1


def _may_stand_in_text(char: str) -> bool:
    """No escapes, and nothing of `_NOT_IN_TEXT`.

    Ranges and not `str.isprintable`, whose answer follows the Unicode version of a Python.
    """
    return char != "\\" and not any(first <= char <= last for first, last in _NOT_IN_TEXT)


def _run(text: str, at: int, allowed: str) -> int:
    """Return the end of the run of allowed characters that begins at `at`."""
    for end in range(at, len(text)):
        if text[end] not in allowed:
            return end
    return len(text)


def _integer(text: str, at: int) -> tuple[Token, int]:
    end = _run(text, at, _DIGITS)
    digits = text[at:end]
    if (text[end : end + 1] == "." and text[end : end + 2] != "..") or (
        text[end : end + 1] and text[end] in _WORD
    ):
        raise SyntaxFault("INTEGER_ONLY", at, text[at : end + 2])
    if len(digits) > INTEGER_DIGITS_MAX or (digits[0] == "0" and digits != "0"):
        raise SyntaxFault("INTEGER_ONLY", at, digits)
    return Token("int", digits, at), end


def _word(text: str, at: int) -> tuple[Token, int]:
    end = _run(text, at, _WORD)
    word = text[at:end]
    if word in REFUSED_WORDS:
        raise SyntaxFault("NULL_REFUSED", at, word)
    return Token("op" if word in KEYWORDS else "name", word, at), end
