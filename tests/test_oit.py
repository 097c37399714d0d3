"""The state of a disclosure item on a day: a table of cases, and what the demo says of itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import pipeline
from scripts.core.thai import month_end
from scripts.topics.oit.facts import (
    STATES,
    Cadence,
    Criterion,
    Due,
    judge,
    judge_missing,
    next_period_end,
)

MONTHLY = Cadence("monthly", "ทุกเดือน", "period", 1, 15, 7)
QUARTERLY = Cadence("quarterly", "ทุกไตรมาส", "period", 3, 30, 14)
ANNUAL = Cadence("annual", "ปีละครั้ง", "period", 12, 90, 30)
YEARLY = Cadence("review_yearly", "ทบทวนปีละครั้ง", "rolling", 12, 0, 30)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def item(cadence, period_end=None):
    return Criterion("O1", "ก", 9, "", "", cadence, period_end, (), "high", ())


#: cadence, data as of, end of the period covered, due day, data needed by then
CASES = [
    # A month's data are due 15 days after the month's end.
    (MONTHLY, date(2026, 10, 31), None, date(2026, 12, 15), date(2026, 11, 30)),
    (MONTHLY, date(2026, 10, 30), None, date(2026, 11, 15), date(2026, 10, 31)),
    (MONTHLY, date(2026, 11, 1), None, date(2026, 12, 15), date(2026, 11, 30)),
    (MONTHLY, date(2026, 12, 31), None, date(2027, 2, 15), date(2027, 1, 31)),
    (MONTHLY, date(2028, 1, 31), None, date(2028, 3, 15), date(2028, 2, 29)),
    (MONTHLY, date(2028, 2, 28), None, date(2028, 3, 15), date(2028, 2, 29)),
    # A quarter of the fiscal year ends in December, March, June and September.
    (QUARTERLY, date(2026, 9, 30), None, date(2027, 1, 30), date(2026, 12, 31)),
    (QUARTERLY, date(2026, 10, 1), None, date(2027, 1, 30), date(2026, 12, 31)),
    (QUARTERLY, date(2026, 9, 29), None, date(2026, 10, 30), date(2026, 9, 30)),
    (QUARTERLY, date(2026, 12, 31), None, date(2027, 4, 30), date(2027, 3, 31)),
    # A fiscal year ends on 30 September.
    (ANNUAL, date(2026, 9, 30), None, date(2027, 12, 29), date(2027, 9, 30)),
    (ANNUAL, date(2026, 10, 1), None, date(2027, 12, 29), date(2027, 9, 30)),
    (ANNUAL, date(2026, 9, 29), None, date(2026, 12, 29), date(2026, 9, 30)),
    (ANNUAL, date(2025, 9, 30), None, date(2026, 12, 29), date(2026, 9, 30)),
    # A review is due a year after the last one.
    (YEARLY, date(2025, 11, 22), None, date(2026, 11, 22), date(2026, 11, 22)),
    (YEARLY, date(2024, 2, 29), None, date(2025, 2, 28), date(2025, 2, 28)),
    (YEARLY, date(2027, 2, 28), None, date(2028, 2, 28), date(2028, 2, 28)),
    (YEARLY, date(2025, 9, 30), None, date(2026, 9, 30), date(2026, 9, 30)),
    # Nothing beyond the period that an item covers is owed.
    (MONTHLY, date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 15), date(2026, 9, 30)),
    (QUARTERLY, date(2026, 6, 30), date(2026, 9, 30), date(2026, 10, 30), date(2026, 9, 30)),
    (ANNUAL, date(2026, 3, 31), date(2026, 9, 30), date(2026, 12, 29), date(2026, 9, 30)),
    (ANNUAL, date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 28), date(2026, 6, 30)),
]
each_case = pytest.mark.parametrize(("cadence", "as_of", "end", "due", "needed"), CASES)


@each_case
def test_when_it_falls_due(cadence, as_of, end, due, needed):
    found = judge(item(cadence, end), as_of, date(2026, 11, 22))
    assert (found.due, found.needed) == (due, needed)


@each_case
def test_what_an_overdue_item_needs_is_enough_and_no_more(cadence, as_of, end, due, needed):
    criterion = item(cadence, end)
    today = due + timedelta(days=400)
    late = judge(criterion, as_of, today)
    assert (late.state, late.due, late.days) == ("overdue", due, 400)
    if cadence.kind == "rolling":
        assert late.needed == needed
        return
    assert judge(criterion, late.needed, today).state != "overdue"
    assert judge(criterion, late.needed - timedelta(days=1), today).state == "overdue"


def test_a_list_owes_nothing_of_the_years_before_it():
    quarterly = Cadence("quarterly", "ทุกไตรมาส", "period", 3, 30, 14)
    late = judge(item(quarterly, date(2026, 9, 30)), date(2022, 9, 30), date(2026, 11, 22))
    assert (late.due, late.needed, late.days) == (date(2026, 1, 30), date(2026, 9, 30), 296)


@each_case
def test_the_states_follow_one_another_on_their_days(cadence, as_of, end, due, needed):
    criterion = item(cadence, end)
    warn = due - timedelta(days=cadence.warn_days)
    for today, state, days in (
        (as_of, "fresh", (as_of - due).days),
        (warn - timedelta(days=1), "fresh", -cadence.warn_days - 1),
        (warn, "due-soon", -cadence.warn_days),
        (due - timedelta(days=1), "due-soon", -1),
        (due, "due-soon", 0),
        (due + timedelta(days=1), "overdue", 1),
    ):
        assert judge(criterion, as_of, today) == Due(state, due, needed, days)


@pytest.mark.parametrize("cadence", [MONTHLY, QUARTERLY, ANNUAL, YEARLY])
@pytest.mark.parametrize("after", [0, 1, 300])
def test_data_that_reach_the_end_of_the_period_are_complete_for_ever(cadence, after):
    end = date(2026, 9, 30)
    criterion = item(cadence, end)
    assert judge(criterion, end + timedelta(days=after), date(2099, 1, 1)) == Due("fresh")


def test_data_one_day_short_of_the_period_are_not_complete():
    criterion = item(ANNUAL, date(2026, 9, 30))
    assert judge(criterion, date(2026, 9, 29), date(2099, 1, 1)).state == "overdue"


@pytest.mark.parametrize("cadence", [MONTHLY, YEARLY])
def test_data_without_a_day_are_unknown(cadence):
    assert judge(item(cadence), None, date(2026, 11, 22)) == Due("unknown")


@given(DAYS, st.sampled_from([1, 3, 12]))
def test_a_period_ends_at_the_first_fiscal_end_after_a_day(day, months):
    end = next_period_end(day, months)
    ends = [
        month_end(year, month)
        for year in range(day.year, day.year + 3)
        for month in range(1, 13)
        if (month - 9) % months == 0
    ]
    assert end == min(candidate for candidate in ends if candidate > day)


@given(DAYS, DAYS, st.sampled_from([MONTHLY, QUARTERLY, ANNUAL, YEARLY]), st.none() | DAYS)
def test_newer_data_are_never_in_a_worse_state(as_of, today, cadence, end):
    order = ["overdue", "due-soon", "fresh"]
    older = judge(item(cadence, end), as_of, today)
    newer = judge(item(cadence, end), as_of + timedelta(days=40), today)
    assert order.index(newer.state) >= order.index(older.state)


def board(checked):
    return checked.facts["oit"].board


def test_the_demo_on_its_day(demo):
    year = board(demo)
    assert year.year == 2569
    assert list(year.counts) == list(STATES)
    assert year.counts == {"missing": 2, "overdue": 2, "unknown": 0, "due-soon": 1, "fresh": 21}
    states = {one.criterion.number: one.due.state for one in year.items}
    assert {number for number, state in states.items() if state != "fresh"} == {
        "O6",
        "O8",
        "O12",
        "O16",
        "O22",
    }
    assert (states["O6"], states["O8"], states["O16"]) == ("overdue", "overdue", "due-soon")
    assert (states["O12"], states["O22"]) == ("missing", "missing")


def test_the_demo_gets_staler_without_a_change(demo, repo):
    later = board(pipeline.check(repo, date(2027, 12, 31)))
    now = board(demo)
    assert later.counts["overdue"] > now.counts["overdue"] + 5
    assert later.counts["missing"] == now.counts["missing"]
    assert sum(later.counts.values()) == sum(now.counts.values()) == 26
    before = {one.criterion.number for one in now.items if one.due.state == "overdue"}
    after = {one.criterion.number for one in later.items if one.due.state == "overdue"}
    assert before < after
    complete = {one.criterion.number for one in now.items if one.due == Due("fresh")}
    assert complete
    assert not complete & after


def test_a_year_without_records_is_not_judged(demo):
    first = demo.facts["oit"].years[0]
    assert (first.year, first.records) == (2568, None)
    assert len(first.items) == 28
    assert not [f for f in demo.findings if f.place.file.endswith("2568.yml")]


@pytest.mark.parametrize(
    ("kind", "months", "end", "today", "due", "days"),
    [
        # A new year's list: what is reviewed is owed at once, what has periods after the first one.
        ("rolling", 12, None, date(2026, 10, 1), date(2026, 10, 1), 0),
        ("period", 1, None, date(2026, 10, 1), date(2026, 11, 15), -45),
        ("period", 1, None, date(2026, 11, 16), date(2026, 11, 15), 1),
        # The year before is owed by its own end, not by the end of the list's year.
        ("period", 12, date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 15), -14),
    ],
)
def test_an_item_without_a_record_is_owed_by_its_year(kind, months, end, today, due, days):
    criterion = item(Cadence("x", "x", kind, months, 15, 7), end)
    owed = judge_missing(criterion, 2570, today)
    assert (owed.state, owed.due, owed.days) == ("missing", due, days)
