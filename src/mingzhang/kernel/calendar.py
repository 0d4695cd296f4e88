"""The ledger's dates, from block time by integer arithmetic; no time-zone database.

The ledger's date is block time plus the genesis offset (28,800 s in China). Civil dates follow
the proleptic Gregorian calendar by the usual era arithmetic (400 years = 146,097 days).
"""

from collections.abc import Sequence

MS_PER_DAY = 86_400_000
MS_PER_HOUR = 3_600_000


def day_of(time_ms: int, offset_s: int) -> int:
    """Return the day number of a block time in the zone at `offset_s`."""
    return (time_ms + offset_s * 1_000) // MS_PER_DAY


def start_of(day: int, offset_s: int) -> int:
    """Return the block time in ms at which a day begins in the zone at `offset_s`."""
    return day * MS_PER_DAY - offset_s * 1_000


def day_number(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a civil date."""
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (9 if month <= 2 else -3)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def civil(day: int) -> tuple[int, int, int]:
    """Return (year, month, day of month) of a day number."""
    known = _CIVIL.get(day)
    if known is None:
        if len(_CIVIL) >= CIVIL_MAX:
            _CIVIL.clear()
        known = _CIVIL[day] = _civil(day)
    return known


_CIVIL: dict[int, tuple[int, int, int]] = {}
"""A pure cache: a rule asks several times what day it is."""
CIVIL_MAX = 4_096


def _civil(day: int) -> tuple[int, int, int]:
    shifted = day + 719_468
    era = shifted // 146_097
    of_era_day = shifted - era * 146_097
    of_era = (
        of_era_day - of_era_day // 1_460 + of_era_day // 36_524 - of_era_day // 146_096
    ) // 365
    of_year_day = of_era_day - (365 * of_era + of_era // 4 - of_era // 100)
    part = (5 * of_year_day + 2) // 153
    month = part + (3 if part < 10 else -9)
    return of_era + era * 400 + (month <= 2), month, of_year_day - (153 * part + 2) // 5 + 1


def iso(day: int) -> str:
    """Return a day number as ``YYYY-MM-DD``."""
    year, month, of_month = civil(day)
    return f"{year:04d}-{month:02d}-{of_month:02d}"


def parse_iso(text: str) -> int:
    """Return the day number of ``YYYY-MM-DD``. Raises `ValueError` for anything else."""
    year, month, of_month = (int(part) for part in text.split("-"))
    day = day_number(year, month, of_month)
    if iso(day) != text:
        raise ValueError(text)
    return day


def month_of(day: int) -> str:
    """Return the month of a day number as ``YYYY-MM``."""
    year, month, _ = civil(day)
    return f"{year:04d}-{month:02d}"


def is_working(day: int, holidays: Sequence[int], extra: Sequence[int]) -> bool:
    """Say whether a day is worked: Monday to Friday but `holidays`, and weekends in `extra`."""
    if day in extra:
        return True
    return (day + 3) % 7 < 5 and day not in holidays


def working_day_after(day: int, count: int, holidays: Sequence[int], extra: Sequence[int]) -> int:
    """Return the `count`-th working day after a day; `count` from 0 to 400."""
    if not 0 <= count <= 400:
        raise ValueError(f"{count} working days; at most 400")
    for later in range(day + 1, day + 1 + 4 * count + 400):
        if count == 0:
            return later - 1
        if is_working(later, holidays, extra):
            count -= 1
            if count == 0:
                return later
    raise ValueError("the holiday table leaves too few working days")
