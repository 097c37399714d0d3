"""Working days: long weekends, Songkran, year ends, leap days, and a naive loop as second opinion."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.workdays import WorkCalendar

#: Holidays of 2568 (2025) and 2569 (2026) that lie near the boundaries looked at here.
CLOSED = frozenset(
    {
        *(date(2025, 4, day) for day in (6, 7, 13, 14, 15, 16)),
        *(date(2025, 6, day) for day in (2, 3)),
        date(2025, 12, 31),
        *(date(2026, 1, day) for day in (1, 2)),
        *(date(2026, 4, day) for day in (6, 13, 14, 15)),
        *(date(2026, 12, day) for day in (5, 7, 10, 31)),
    }
)
CALENDAR = WorkCalendar(CLOSED, frozenset({2025, 2026}))
NONE = WorkCalendar(frozenset(), frozenset())
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
CALENDARS = st.builds(
    WorkCalendar,
    closed=st.frozensets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=60),
    years=st.just(frozenset({2025, 2026})),
)


def naive(calendar, day, count):
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in calendar.closed
    return day


#: day, the first open day from it on, the first open day after it
OPEN = [
    # Chakri day on a Sunday, with Monday in its place.
    (date(2025, 4, 4), date(2025, 4, 4), date(2025, 4, 8)),
    (date(2025, 4, 5), date(2025, 4, 8), date(2025, 4, 8)),
    (date(2025, 4, 6), date(2025, 4, 8), date(2025, 4, 8)),
    (date(2025, 4, 7), date(2025, 4, 8), date(2025, 4, 8)),
    # Songkran from Sunday to Tuesday, with Wednesday in its place.
    (date(2025, 4, 11), date(2025, 4, 11), date(2025, 4, 17)),
    (date(2025, 4, 12), date(2025, 4, 17), date(2025, 4, 17)),
    (date(2025, 4, 16), date(2025, 4, 17), date(2025, 4, 17)),
    # Songkran from Monday to Wednesday.
    (date(2026, 4, 10), date(2026, 4, 10), date(2026, 4, 16)),
    (date(2026, 4, 13), date(2026, 4, 16), date(2026, 4, 16)),
    # A special day before a Tuesday makes four days.
    (date(2025, 5, 30), date(2025, 5, 30), date(2025, 6, 4)),
    (date(2025, 5, 31), date(2025, 6, 4), date(2025, 6, 4)),
    # The end of a year, five days long.
    (date(2025, 12, 30), date(2025, 12, 30), date(2026, 1, 5)),
    (date(2025, 12, 31), date(2026, 1, 5), date(2026, 1, 5)),
    (date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 5)),
    # Into a year that is not known, where 1 January counts as open.
    (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 1)),
    # A holiday on a Saturday, with Monday in its place.
    (date(2026, 12, 4), date(2026, 12, 4), date(2026, 12, 8)),
    (date(2026, 12, 5), date(2026, 12, 8), date(2026, 12, 8)),
    # 29 February, a Tuesday in 2028 and a Sunday in 2032.
    (date(2028, 2, 28), date(2028, 2, 28), date(2028, 2, 29)),
    (date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 1)),
    (date(2032, 2, 28), date(2032, 3, 1), date(2032, 3, 1)),
    (date(2032, 2, 29), date(2032, 3, 1), date(2032, 3, 1)),
]


@pytest.mark.parametrize(("day", "from_on", "after"), OPEN)
def test_the_open_day_from_and_after(day, from_on, after):
    assert CALENDAR.next_open(day) == from_on
    assert CALENDAR.add_open_days(day, 1) == after
    assert CALENDAR.is_open(day) == (day == from_on)


#: day, count, the count-th open day after it
COUNTED = [
    (date(2026, 11, 22), 1, date(2026, 11, 23)),
    (date(2026, 11, 20), 5, date(2026, 11, 27)),
    (date(2026, 11, 20), 6, date(2026, 11, 30)),
    (date(2026, 12, 4), 3, date(2026, 12, 11)),
    (date(2026, 12, 5), 3, date(2026, 12, 11)),
    (date(2026, 12, 7), 3, date(2026, 12, 11)),
    (date(2026, 12, 8), 3, date(2026, 12, 14)),
    (date(2025, 4, 4), 7, date(2025, 4, 21)),
    (date(2025, 12, 24), 7, date(2026, 1, 7)),
    (date(2024, 2, 28), 2, date(2024, 3, 1)),
]


@pytest.mark.parametrize(("day", "count", "expected"), COUNTED)
def test_counting_open_days(day, count, expected):
    assert CALENDAR.add_open_days(day, count) == expected == naive(CALENDAR, day, count)


@pytest.mark.parametrize("day", [date(2026, 12, 4), date(2026, 12, 5), date(2026, 12, 7)])
def test_no_days_are_the_day_itself_open_or_closed(day):
    assert CALENDAR.add_open_days(day, 0) == day


def test_days_are_not_counted_backward():
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_open_days(date(2026, 12, 4), -1)


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_year_is_known_from_its_first_day_to_its_last(day, known):
    assert CALENDAR.knows(day) is known
    assert NONE.knows(day) is False


def test_without_holidays_only_weekends_are_closed():
    week = [date(2026, 12, 7) + timedelta(days=number) for number in range(7)]
    assert [NONE.is_open(day) for day in week] == [True] * 5 + [False] * 2


def test_answers_are_plain_dates():
    for found in (CALENDAR.next_open(date(2026, 4, 13)), CALENDAR.add_open_days(date.min, 3)):
        assert type(found) is date


def test_calendars_of_the_same_days_are_the_same():
    other = WorkCalendar(frozenset(CLOSED), frozenset({2026, 2025}))
    assert CALENDAR.is_open(date(2026, 11, 23))
    assert (other, hash(other)) == (CALENDAR, hash(CALENDAR))


@given(calendar=CALENDARS, day=DAYS | st.dates(date(2025, 1, 1), date(2026, 12, 31)))
def test_as_a_naive_loop_finds_the_open_day(calendar, day):
    expected = naive(calendar, day - timedelta(days=1), 1)
    assert calendar.next_open(day) == expected
    assert calendar.is_open(day) == (expected == day)


@given(
    calendar=CALENDARS,
    day=st.dates(date(2024, 12, 1), date(2026, 12, 31)),
    count=st.integers(0, 400),
)
def test_as_a_naive_loop_counts_open_days(calendar, day, count):
    assert calendar.add_open_days(day, count) == naive(calendar, day, count)


@given(calendar=CALENDARS, day=DAYS, first=st.integers(0, 90), second=st.integers(0, 90))
def test_counting_on_is_counting_once(calendar, day, first, second):
    there = calendar.add_open_days(calendar.add_open_days(day, first), second)
    assert there == calendar.add_open_days(day, first + second)
