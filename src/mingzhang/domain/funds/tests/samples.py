"""One value of every struct, from its declared types: the same on every run."""

from typing import Any

import msgspec
from msgspec import inspect as mi

TEXTS = {
    "cell": "l1:general:local:2026:2026",
    "pattern": "2026-0123456789abcdef0123456789abcdef",
    "sha": "ab" * 32,
}


def text(kind: mi.StrType) -> str:
    pattern = kind.pattern or ""
    if "[0-9]{4}:[0-9]{4}" in pattern:
        return TEXTS["cell"]
    if "[0-9a-f]{32}" in pattern:
        return TEXTS["pattern"]
    if "[0-9a-f]{64}" in pattern:
        return TEXTS["sha"]
    return "x1"


def sample(kind: mi.Type) -> Any:
    match kind:
        case mi.Metadata(type=inner):
            return sample(inner)
        case mi.IntType():
            return 2026 if kind.ge == 1990 else 3
        case mi.StrType():
            return text(kind)
        case mi.BoolType():
            return True
        case mi.LiteralType(values=values):
            return min(map(str, values))
        case mi.UnionType(types=types):
            return sample(next(each for each in types if not isinstance(each, mi.NoneType)))
        case mi.VarTupleType(item_type=item):
            return (sample(item),)
        case mi.TupleType(item_types=items):
            return tuple(sample(item) for item in items)
        case mi.StructType(cls=cls):
            return full(cls)
    raise TypeError(kind)


def full(cls: Any) -> Any:
    """Return a value with every field set."""
    info: Any = mi.type_info(cls)
    return cls(**{field.name: sample(field.type) for field in info.fields})


def least(cls: Any) -> Any:
    """Return a value with required fields only."""
    info: Any = mi.type_info(cls)
    return cls(**{field.name: sample(field.type) for field in info.fields if field.required})


def golden(cls: Any) -> dict[str, str]:
    """Return the canonical bytes of both, and every default of the second spelled out."""
    short = least(cls)
    spelled = {name: getattr(short, name) for name in cls.__struct_fields__}
    return {
        "full": msgspec.json.encode(full(cls)).decode(),
        "least": msgspec.json.encode(short).decode(),
        "spelled": msgspec.json.encode(spelled).decode(),
    }
