"""Plain values that every room uses: money, identifiers, digests, texts."""

from typing import Annotated

from msgspec import Meta

FEN_MAX = 9_007_199_254_740_991
"""Largest amount in minor units (fen 分, ¥0.01), 2^53 - 1: about 90 trillion yuan.

It is the largest integer a browser holds exactly, so a citizen's page can re-add published
sums with plain numbers (design section 3).
"""

BP_ONE = 10_000
"""One whole in basis points."""

Fen = Annotated[int, Meta(ge=0, le=FEN_MAX)]
PositiveFen = Annotated[int, Meta(gt=0, le=FEN_MAX)]
SignedFen = Annotated[int, Meta(ge=-FEN_MAX, le=FEN_MAX)]
BasisPoints = Annotated[int, Meta(ge=0, le=1_000_000)]

# In Python, not in ECMA, `$` also matches before a last newline; `(?!\n)` ends that.
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._:-]{0,95}(?!\n)$")]
"""An opaque identifier: lower case, digits and ``. _ : -``; at most 96 characters."""
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}(?!\n)$")]
"""A code of a classification table, such as ``2100212``."""
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
"""A SHA-256 digest in lower-case hexadecimal."""
Uuid7 = Annotated[
    str,
    Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?!\n)$"),
]
Kind = Annotated[str, Meta(pattern=r"^[a-z]+(\.[a-z_]+)+/[1-9][0-9]{0,3}(?!\n)$", max_length=96)]
"""A command's kind with its version: ``execution.payment.request/1``."""
Title = Annotated[str, Meta(min_length=1, max_length=200)]
"""One line of text that people read."""
Text = Annotated[str, Meta(max_length=4_000)]
"""A paragraph that people read."""
TimeMs = Annotated[int, Meta(ge=0, le=FEN_MAX)]
"""Block time: milliseconds since 1970-01-01 UTC."""
Day = Annotated[int, Meta(ge=0, le=100_000)]
"""A date of the ledger: days since 1970-01-01 in the jurisdiction's zone."""
Year = Annotated[int, Meta(ge=1990, le=2200)]
"""A budget year."""
