"""Commands, events and records: the three shapes of a room's data."""

from collections.abc import Iterator
from typing import ClassVar, Protocol, TypeVar

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """The body of a signed request. A released one never changes: a change is ``…/2``.

    Subclasses repeat ``frozen=True, kw_only=True`` (msgspec does not inherit the second, mypy
    does not see the first) and set the class variables. A field named `organisation`,
    `project` or `line` narrows the right that the signer needs to that object.
    """

    kind: ClassVar[str]
    """``<room>.<subject>.<verb>/<version>``: also the API route and the CLI command."""
    on_keys: ClassVar[tuple[str, ...]] = ()
    """Keys that `on` must name, as templates over the body: ``procedure/case/{case}``."""

    @classmethod
    def right(cls) -> str:
        """Return the right that this command needs: its kind without the version."""
        return cls.kind.partition("/")[0]


class Event(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag_field="kind"
):
    """A fact recorded in a block, named in the past tense (``tag="funds.allotted"``).

    Field order is wire order. Append optional fields, never reorder, never change a default: a
    default is not written, so that old bytes stay as they are and a replay gives the old hashes.
    """


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A value in the ledger's map, stored at ``<path>/<id>``. Grows as `Event` does."""

    path: ClassVar[str]
    """``<room>/<name>``, two segments; the room alone writes it."""
    piles_up: ClassVar[bool] = False
    """True for records whose number grows with payments: they live in the volume of the month
    of their id, which the kernel made (`Context.record_id`)."""

    @classmethod
    def key(cls, record_id: str) -> str:
        """Return the key of the record with this id in the map."""
        return f"{cls.path}/{record_id}"


R = TypeVar("R", bound=Record)


class Records(Protocol):
    """All records of a ledger, for truths over many of them."""

    def of(self, record_type: type[R]) -> Iterator[tuple[str, R]]:
        """Yield (id, record) of every record of a type, read anew each time."""


def encode(value: msgspec.Struct) -> bytes:
    """Return the canonical bytes of an event or record: JSON, members in declared order."""
    return msgspec.json.encode(value)


def kind_of(event_type: type[msgspec.Struct]) -> str:
    """Return the tag of an event type."""
    return str(event_type.__struct_config__.tag)
