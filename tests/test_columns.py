"""Columns of texts become values; the whole-column path and the cell-by-cell path agree."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scripts.core.columns import READERS, future, name_key
from scripts.core.model import Codelist, Field
from scripts.core.money import baht, plain_baht
from scripts.core.thai import MONTHS_SHORT, thai_digits

AMOUNTS = st.lists(st.none() | st.integers(0, 10**15 - 1), min_size=1, max_size=30)
DAYS = st.lists(st.none() | st.dates(date(1900, 1, 1), date(2399, 12, 31)), min_size=1, max_size=30)
METHODS = Codelist(
    "methods",
    {
        "specific": {"code": "specific", "name_th": "วิธีเฉพาะเจาะจง", "name_en": "Specific"},
        "e-bidding": {"code": "e-bidding", "name_th": "วิธี e-bidding", "name_en": "E-bidding"},
    },
    {name_key("วิธีเฉพาะเจาะจง"): "specific", name_key("วิธี e-bidding"): "e-bidding"},
)


def read(kind, texts, codes=None, **limits):
    spec = Field("column", "คอลัมน์", "Column", kind, **limits)
    return READERS[kind](texts, "\n".join(texts), spec, codes)


def plain(parsed):
    return [None if pd.isna(value) else value for value in parsed.values.tolist()]


def rules(parsed):
    return [(row, rule) for row, rule, _ in parsed.faults]


@given(AMOUNTS)
def test_the_same_amounts_however_they_are_written(amounts):
    for write in (plain_baht, baht, lambda satang: thai_digits(baht(satang))):
        parsed = read("money", ["" if satang is None else write(satang) for satang in amounts])
        assert plain(parsed) == amounts
        assert parsed.faults == []
        assert str(parsed.values.dtype) == "Int64"


@given(AMOUNTS)
def test_one_strange_cell_changes_no_other(amounts):
    texts = ["" if satang is None else plain_baht(satang) for satang in amounts]
    parsed = read("money", [*texts, "ห้าบาท"])
    assert plain(parsed) == [*amounts, None]
    assert rules(parsed) == [(len(amounts), "type-error")]


@given(st.lists(st.integers(-(10**15) + 1, 10**15 - 1), min_size=1, max_size=30))
def test_negative_amounts_are_read_and_bounded(amounts):
    parsed = read("money", [plain_baht(satang) for satang in amounts], minimum=0)
    assert plain(parsed) == amounts
    below = [(row, "negative-amount") for row, satang in enumerate(amounts) if satang < 0]
    assert rules(parsed) == below


def test_bounds_are_in_baht():
    parsed = read("money", ["99.99", "100", "200", "200.01", ""], minimum=100, maximum=200)
    assert rules(parsed) == [(0, "constraint-error"), (3, "constraint-error")]


def test_what_was_accepted_is_noted():
    parsed = read("money", ["1", "1,000", "๒,๐๐๐", "๓"])
    assert plain(parsed) == [100, 100000, 200000, 300]
    assert parsed.notes == {"thousands-separator": [1, 2], "thai-digits": [2, 3]}


@given(DAYS)
def test_the_same_days_however_they_are_written(days):
    def be(day):
        return f"{day.day} {MONTHS_SHORT[day.month - 1]} {day.year + 543}"

    for write in (date.isoformat, be, lambda day: thai_digits(be(day))):
        parsed = read("date", ["" if day is None else write(day) for day in days])
        assert [None if pd.isna(day) else day.date() for day in parsed.values] == days
        assert parsed.faults == []
        assert str(parsed.values.dtype) == "datetime64[s]"


@example(0, 1, 1)
@example(1, 1, 1)
@example(2399, 12, 31)
@example(2400, 1, 1)
@example(2569, 2, 31)
@given(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))
def test_a_day_alone_and_beside_another_form_are_judged_alike(year, month, day):
    text = f"{year:04d}-{month:02d}-{day:02d}"
    fast, slow = read("date", [text]), read("date", [text, "1 ม.ค. 2569"])
    assert rules(fast) == rules(slow)
    assert fast.values.tolist()[:1] == slow.values.tolist()[:1] or fast.values.isna()[0]


def test_faults_of_days_say_what_was_meant():
    parsed = read("date", ["2569-01-31", "31/1/69", "31 ก.พ. 2569", "พรุ่งนี้", "2026-01-31"])
    assert rules(parsed) == [
        (0, "era-mismatch"),
        (1, "two-digit-year"),
        (2, "impossible-date"),
        (3, "type-error"),
    ]
    assert parsed.faults[0][2]["meant"] == "2026-01-31 (31 ม.ค. 2569)"
    assert plain(parsed)[:4] == [None] * 4
    assert parsed.values[4] == pd.Timestamp(2026, 1, 31)


def test_days_after_today():
    parsed = read("date", ["2026-11-21", "2026-11-22", "", "2026-11-23"])
    assert future(parsed.values, date(2026, 11, 22)) == [3]


@given(st.lists(st.none() | st.integers(-(10**15) + 1, 10**15 - 1), min_size=1))
def test_whole_numbers_read_back(numbers):
    for write in (str, "{:,}".format, lambda number: thai_digits(str(number))):
        parsed = read("integer", ["" if number is None else write(number) for number in numbers])
        assert plain(parsed) == numbers
        assert parsed.faults == []


@pytest.mark.parametrize("text", ["1.0", "1e3", "หนึ่ง", "1 000", "9,10", "1,23,456", ",1", "1,"])
def test_not_whole_numbers(text):
    assert rules(read("integer", [text])) == [(0, "type-error")]


@given(st.lists(st.none() | st.decimals(-(10**6), 10**6, places=2), min_size=1))
def test_decimals_are_exact(numbers):
    parsed = read("decimal", ["" if number is None else f"{number:f}" for number in numbers])
    assert plain(parsed) == numbers
    assert all(isinstance(value, Decimal) for value in parsed.values if value is not None)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("95.601", "constraint-error"),
        ("100.01", "constraint-error"),
        ("-0.01", "negative-amount"),
        ("95,60", "type-error"),
        ("1.2.3", "type-error"),
        (".", "type-error"),
        ("NaN", "type-error"),
        ("1e1", "type-error"),
        ("เก้าสิบ", "type-error"),
    ],
)
def test_decimals_out_of_bounds(text, rule):
    parsed = read("decimal", ["95.60", text], minimum=0, maximum=100, decimals=2)
    assert rules(parsed) == [(1, rule)]
    assert parsed.values[0] == Decimal("95.60")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ใช่", True), ("ไม่", False), ("ไม่ใช่", False), ("true", True), ("FALSE", False),
        ("Yes", True), ("no", False), ("1", True), ("๐", False), ("", None),
    ],
)  # fmt: skip
def test_yes_and_no(text, value):
    parsed = read("boolean", [text])
    assert plain(parsed) == [value]
    assert parsed.faults == []


def test_neither_yes_nor_no():
    assert rules(read("boolean", ["ใช่", "อาจจะ"])) == [(1, "type-error")]


def test_codes_and_their_names():
    parsed = read("code", ["specific", "วิธีเฉพาะเจาะจง", " วิธี  e-bidding", ""], METHODS)
    assert parsed.values.tolist() == ["specific", "specific", "e-bidding", ""]
    assert parsed.faults == []


def test_unknown_codes_suggest_the_nearest():
    parsed = read("code", ["specfic", "วิธีเฉพาะเจาะจ", "ซื้อเลย", "specific"], METHODS)
    assert rules(parsed) == [(row, "unknown-code") for row in range(3)]
    suggestions = [params["suggestion"] for _, _, params in parsed.faults]
    assert suggestions == ["specific", "วิธีเฉพาะเจาะจง", "specific, e-bidding"]
    assert parsed.values.tolist() == ["", "", "", "specific"]


def test_codes_without_their_list_stay_texts():
    assert read("code", ["any"], None).values.tolist() == ["any"]


def test_names_are_compared_without_invisible_differences():
    assert name_key("สํานัก\u200bปลัด  อบจ.") == name_key("สำนักปลัด อบจ.")


def test_texts_keep_to_their_limits():
    assert rules(read("string", ["a", "", "b"], enum=("a",))) == [(2, "constraint-error")]
    assert rules(read("string", ["O1", "", "o1"], pattern="O[0-9]+")) == [(2, "constraint-error")]
    assert rules(read("string", ["กข", "", "กขค"], max_length=2)) == [(2, "constraint-error")]


def test_lists_are_split():
    parsed = read("array", ["1;2; 3", "", "หนึ่ง\x1fสอง; สาม", "1;;"])
    assert parsed.values.tolist() == [("1", "2", "3"), (), ("หนึ่ง", "สอง; สาม"), ("1",)]
    assert rules(read("array", ["1;2", "1;5"], enum=("1", "2"))) == [(1, "constraint-error")]


@pytest.mark.parametrize("kind", sorted(READERS))
@given(texts=st.lists(st.text(max_size=12).map(str.strip), min_size=1, max_size=8))
def test_any_texts_become_values_or_faults(kind, texts):
    parsed = read(kind, texts)
    assert len(parsed.values) == len(texts)
    assert {row for row, _, _ in parsed.faults} <= set(range(len(texts)))
