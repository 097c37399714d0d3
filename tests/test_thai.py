"""Dates, digits and the fiscal year, as Thai offices write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.thai import (
    MONTHS,
    MONTHS_SHORT,
    DateFault,
    add_months,
    fiscal_end,
    fiscal_quarter,
    fiscal_start,
    fiscal_year,
    fold_digits,
    has_thai_digits,
    join_words,
    month_end,
    read_date,
    show_date,
    show_month,
    thai_digits,
)

JANUARY = date(2026, 1, 31)
#: From the first year that is BE without doubt to the last that is CE without doubt.
DAYS = st.dates(date(1900, 1, 1), date(2399, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026-1-31",
        "2026-01-31 00:00:00",
        "2026-01-31T00:00:00",
        "2026-01-31 00:00",
        "๒๐๒๖-๐๑-๓๑",
        "31/1/2569",
        "31/01/2569",
        "31-01-2569",
        "31.1.2569",
        "๓๑/๐๑/๒๕๖๙",
        "31 ม.ค. 2569",
        "31 ม.ค.2569",
        "31ม.ค.2569",
        "31 มค 2569",
        "31 มกราคม 2569",
        "๓๑ มกราคม ๒๕๖๙",
        "31 มกราคม พ.ศ. 2569",
        "31 มกราคม พ.ศ.2569",
        "31 มกราคม พศ 2569",
        "31 ม.ค. พ.ศ. ๒๕๖๙",
        "  31   ม.ค.\t2569 ",
    ],
)
def test_accepted_forms(text):
    assert read_date(text) == JANUARY


@pytest.mark.parametrize(
    ("text", "rule", "meant"),
    [
        # Not a date at all.
        ("", "type-error", None),
        ("ไม่ทราบ", "type-error", None),
        ("31 ม.ก.ร.า. 2569", "type-error", None),
        ("31 Jan 2569", "type-error", None),
        ("มกราคม 2569", "type-error", None),
        ("2026-01", "type-error", None),
        ("31/1/569", "type-error", None),
        ("31/1/25690", "type-error", None),
        ("46053", "type-error", None),
        ("2026-01-31 08:30:00", "type-error", None),
        ("2026-01-31Z", "type-error", None),
        # A day that no calendar has.
        ("29 ก.พ. 2569", "impossible-date", None),
        ("30 ก.พ. 2567", "impossible-date", None),
        ("31 เม.ย. 2569", "impossible-date", None),
        ("31/13/2569", "impossible-date", None),
        ("0/1/2569", "impossible-date", None),
        ("2026-02-29", "impossible-date", None),
        ("2026-00-10", "impossible-date", None),
        ("0000-00-00", "impossible-date", None),
        # The wrong era for the form: year first is ค.ศ., day first is พ.ศ.
        ("2569-01-31", "era-mismatch", JANUARY),
        ("๒๕๖๙-๐๑-๓๑", "era-mismatch", JANUARY),
        ("2569-02-31", "era-mismatch", None),
        ("31/1/2026", "era-mismatch", JANUARY),
        ("31 ม.ค. 2026", "era-mismatch", JANUARY),
        ("29 ก.พ. 2024", "era-mismatch", date(2024, 2, 29)),
        ("29/2/2026", "era-mismatch", None),
        # Two digits may be of either era.
        ("31/1/69", "two-digit-year", JANUARY),
        ("31 ม.ค. 69", "two-digit-year", JANUARY),
        ("31 มกราคม พ.ศ. 69", "two-digit-year", JANUARY),
        ("๓๑ ม.ค. ๖๙", "two-digit-year", JANUARY),
        ("29/2/69", "two-digit-year", None),
    ],
)
def test_faults(text, rule, meant):
    assert read_date(text) == DateFault(rule, meant)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("29 ก.พ. 2567", date(2024, 2, 29)),
        ("28 ก.พ. 2569", date(2026, 2, 28)),
        ("30 ก.ย. 2569", date(2026, 9, 30)),
        ("1 ต.ค. 2569", date(2026, 10, 1)),
        ("31 ธ.ค. 2569", date(2026, 12, 31)),
    ],
)
def test_month_ends_and_leap_days(text, day):
    assert read_date(text) == day


@given(DAYS)
def test_every_way_of_writing_a_day_reads_back_equal(day):
    year = day.year + 543
    written = [
        day.isoformat(),
        f"{day.day}/{day.month}/{year}",
        f"{day.day:02d}-{day.month:02d}-{year}",
        f"{day.day} {MONTHS_SHORT[day.month - 1]} {year}",
        f"{day.day} {MONTHS[day.month - 1]} {year}",
        f"{day.day} {MONTHS[day.month - 1]} พ.ศ. {year}",
        show_date(day),
    ]
    assert {read_date(text) for text in written} == {day}
    assert {read_date(thai_digits(text)) for text in written} == {day}


@given(DAYS)
def test_the_wrong_era_is_never_read_as_a_day(day):
    for text in (f"{day.day}/{day.month}/{day.year}", f"{day.year + 543}-{day:%m-%d}"):
        assert read_date(text) == DateFault("era-mismatch", day)


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_a_fault(text):
    assert isinstance(read_date(text), (date, DateFault))


@given(st.text())
def test_digits_fold_and_unfold(text):
    assert fold_digits(thai_digits(text)) == fold_digits(text)
    assert thai_digits(fold_digits(text)) == thai_digits(text)
    assert not has_thai_digits(fold_digits(text))
    assert len(fold_digits(text)) == len(text)


def test_digits_one_by_one():
    assert thai_digits("0123456789 บาท") == "๐๑๒๓๔๕๖๗๘๙ บาท"
    assert fold_digits("๐๑๒๓๔๕๖๗๘๙ บาท") == "0123456789 บาท"
    assert has_thai_digits("ข้อ ๑")
    assert not has_thai_digits("ข้อ 1")


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 9, 30), 2569),
        (date(2026, 10, 1), 2570),
        (date(2025, 10, 1), 2569),
        (date(2026, 1, 1), 2569),
        (date(2026, 12, 31), 2570),
    ],
)
def test_the_fiscal_year_begins_in_october(day, year):
    assert fiscal_year(day) == year


@given(DAYS)
def test_a_day_lies_in_its_fiscal_year(day):
    year = fiscal_year(day)
    assert fiscal_start(year) <= day <= fiscal_end(year)
    assert fiscal_end(year) + timedelta(days=1) == fiscal_start(year + 1)


def test_quarters_of_the_fiscal_year():
    quarters = [fiscal_quarter(date(2026, month, 1)) for month in range(1, 13)]
    assert quarters == [2, 2, 2, 3, 3, 3, 4, 4, 4, 1, 1, 1]


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
    ],
)
def test_months_are_added_within_the_month(day, months, moved):
    assert add_months(day, months) == moved


@given(DAYS, st.integers(-600, 600))
def test_added_months_land_in_their_month(day, months):
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == min(day.day, month_end(moved.year, moved.month).day)


@given(DAYS)
def test_the_end_of_a_month_is_the_day_before_the_next(day):
    end = month_end(day.year, day.month)
    assert (end + timedelta(days=1)).day == 1
    assert (end.year, end.month) == (day.year, day.month)


def test_words_for_readers():
    assert show_date(date(2026, 9, 30)) == "30 ก.ย. 2569"
    assert show_date(None) == "ไม่ทราบ"
    assert show_month(date(2026, 9, 30)) == "กันยายน 2569"


@pytest.mark.parametrize(
    ("words", "said"),
    [([], ""), (["ก"], "ก"), (["ก", "ข"], "ก และข"), (["ก", "ข", "ค"], "ก ข และค")],
)
def test_words_are_joined(words, said):
    assert join_words(words) == said
