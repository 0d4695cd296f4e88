"""The ledger's dates agree with the standard library's, which consensus code may not use."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.kernel.calendar import (
    civil,
    day_number,
    day_of,
    is_working,
    iso,
    month_of,
    parse_iso,
    start_of,
    working_day_after,
)
from mingzhang.kernel.context import Context, Setting, time_of_id

EPOCH = dt.date(1970, 1, 1)


@given(st.integers(0, 90_000))
def test_dates_are_those_of_the_standard_library(day):
    date = EPOCH + dt.timedelta(days=day)
    assert civil(day) == (date.year, date.month, date.day)
    assert day_number(date.year, date.month, date.day) == day
    assert iso(day) == date.isoformat()
    assert parse_iso(date.isoformat()) == day
    assert month_of(day) == f"{date:%Y-%m}"
    assert is_working(day, (), ()) == (date.weekday() < 5)


def test_a_day_begins_at_midnight_of_the_zone():
    start = start_of(parse_iso("2022-01-01"), 28_800)
    assert day_of(start, 28_800) == parse_iso("2022-01-01")
    assert day_of(start - 1, 28_800) == parse_iso("2021-12-31")


@pytest.mark.parametrize("text", ["2022-02-30", "2022-1-1", "x", "2022-01-01 "])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r"2022|unpack|literal"):
        parse_iso(text)


def test_working_days_skip_weekends_and_holidays_and_count_extra_days():
    friday = parse_iso("2022-09-30")
    holidays = tuple(friday + n for n in range(1, 8))
    extra = (parse_iso("2022-10-08"), parse_iso("2022-10-09"))
    assert iso(working_day_after(friday, 1, holidays, extra)) == "2022-10-08"
    assert iso(working_day_after(friday, 3, holidays, extra)) == "2022-10-10"
    assert working_day_after(friday, 0, (), ()) == friday


def test_ids_carry_block_time_and_differ_by_ordinal():
    context = Context(
        setting=Setting(chain="c", offset_s=0), height=1, time_ms=123_456, kid="k", command_id="i"
    )
    first, second = context.record_id(), context.record_id(1)
    assert first != second
    assert time_of_id(first) == 123_456
    assert first[14] == "7"
    assert first[19] in "89ab"
    assert context.record_id() == first
