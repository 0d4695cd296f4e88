"""Why disclosure may refuse, in order of precedence. Codes are permanent.

`alarm` is the colour of the alert that a refusal raises, "" for none.
"""

from dataclasses import dataclass
from typing import ClassVar

from mingzhang.kernel.refusals import Refusal


@dataclass(eq=False)
class NotQueued(Refusal):
    """Nothing of that id waits on that page; it may have been published already."""

    code = "DIS-01"
    alarm: ClassVar[str] = ""
    figure: str
    queue: str


@dataclass(eq=False)
class NoFigure(Refusal):
    """No figure of that id has been published."""

    code = "DIS-02"
    alarm: ClassVar[str] = ""
    figure: str


@dataclass(eq=False)
class OtherPublisher(Refusal):
    """The figure is published by `publisher`, who alone may act on it."""

    code = "DIS-03"
    alarm: ClassVar[str] = "yellow"
    organisation: str
    publisher: str


@dataclass(eq=False)
class AlreadyCorrected(Refusal):
    """A later figure has replaced this one; correct that one."""

    code = "DIS-04"
    alarm: ClassVar[str] = ""
    figure: str
    corrected_by: str


@dataclass(eq=False)
class NothingToCorrect(Refusal):
    """The sources say what the figure says, and no other title was given."""

    code = "DIS-05"
    alarm: ClassVar[str] = ""
    figure: str


@dataclass(eq=False)
class WithheldByContract(Refusal):
    """The contracts of the hook withhold it (clause), so it cannot be published."""

    code = "DIS-06"
    alarm: ClassVar[str] = "orange"
    clause: str
    row: str
    contract: str
    input_sha256: str
