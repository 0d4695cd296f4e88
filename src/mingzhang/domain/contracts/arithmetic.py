"""What generated contracts call: bounded, exact, or an abort with its reason."""

from collections.abc import Mapping, Sequence

from mingzhang.domain.contracts.value_types import CODE_CHARS_MAX, INTEGER_MAX


class Abort(Exception):
    """The decision cannot be made. `reason` is a key of `admission_texts.ABORTS`."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason, what)
        self.reason = reason
        self.what = what
        self.place = 0
        """Set by the generated code: index into the places of its `Source`."""


def bounded(value: int) -> int:
    """Return the value if it lies within ± 2^63."""
    if -INTEGER_MAX <= value <= INTEGER_MAX:
        return value
    raise Abort("OVERFLOW")


def within(value: int, low: int, high: int, name: str) -> int:
    """Return an output if it lies within its declared bounds."""
    if low <= value <= high:
        return value
    raise Abort("OUTPUT_OUT_OF_BOUNDS", name)


def _divisor(divisor: int) -> int:
    if divisor == 0:
        raise Abort("DIVISION_BY_ZERO")
    return divisor


def floor_quotient(dividend: int, divisor: int) -> int:
    """Round towards −∞."""
    return dividend // _divisor(divisor)


def ceil_quotient(dividend: int, divisor: int) -> int:
    """Round towards +∞."""
    return -(-dividend // _divisor(divisor))


def trunc_quotient(dividend: int, divisor: int) -> int:
    """Round towards zero."""
    quotient = abs(dividend) // abs(_divisor(divisor))
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def half_up_quotient(dividend: int, divisor: int) -> int:
    """Round to the nearest, a half away from zero 四舍五入."""
    of = abs(_divisor(divisor))
    quotient = (2 * abs(dividend) + of) // (2 * of)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def half_even_quotient(dividend: int, divisor: int) -> int:
    """Round to the nearest, a half to the even neighbour."""
    of = abs(_divisor(divisor))
    quotient, rest = divmod(abs(dividend), of)
    if 2 * rest > of or (2 * rest == of and quotient & 1):
        quotient += 1
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def least(values: Sequence[int]) -> int:
    """Return the smallest; of nothing there is none."""
    if not values:
        raise Abort("LIST_EMPTY")
    return min(values)


def greatest(values: Sequence[int]) -> int:
    """Return the largest; of nothing there is none."""
    if not values:
        raise Abort("LIST_EMPTY")
    return max(values)


def is_text(value: object) -> bool:
    """Say whether an input is a text to be compared by equality."""
    return type(value) is str and 0 < len(value) <= CODE_CHARS_MAX


def are_ints(values: object, low: int, high: int, items_max: int) -> bool:
    """Say whether an input is a list of integers within bounds; True is no integer."""
    if type(values) is not tuple or len(values) > items_max:
        return False
    return all(type(value) is int and low <= value <= high for value in values)


def are_codes(values: object, codes: dict[str, None], items_max: int) -> bool:
    """Say whether an input is a list of codes; no codes means any text."""
    if type(values) is not tuple or len(values) > items_max:
        return False
    if not codes:
        return all(is_text(value) for value in values)
    return all(type(value) is str and value in codes for value in values)


def undeclared(given: Mapping[object, object], names: Sequence[str]) -> str:
    """Return an input that the contract does not declare, by its name."""
    return next(str(name)[:40] for name in given if name not in names)


CALLABLE = {
    "Abort": Abort,
    "bounded": bounded,
    "within": within,
    "floor": floor_quotient,
    "ceil": ceil_quotient,
    "trunc": trunc_quotient,
    "round_half_up": half_up_quotient,
    "round_half_even": half_even_quotient,
    "least": least,
    "greatest": greatest,
    "is_text": is_text,
    "are_ints": are_ints,
    "are_codes": are_codes,
    "undeclared": undeclared,
    "type": type,
    "len": len,
    "sum": sum,
    "abs": abs,
    "int": int,
    "str": str,
    "dict": dict,
    "KeyError": KeyError,
}
"""Every name that generated Python may use."""
