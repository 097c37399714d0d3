"""Money is whole satang; shares add up; halves round up."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.money import (
    baht,
    baht_words,
    largest_remainder,
    percent,
    plain_baht,
    read_satang,
    round_half_up,
    times,
)

LARGEST = 10**15 - 1
AMOUNTS = st.integers(-LARGEST, LARGEST)


@given(AMOUNTS)
def test_amounts_read_back_equal(satang):
    assert read_satang(baht(satang)) == satang
    assert read_satang(plain_baht(satang)) == satang
    assert Decimal(plain_baht(satang)) * 100 == satang


@pytest.mark.parametrize(
    ("text", "satang"),
    [
        ("0", 0),
        ("007", 700),
        ("0.1", 10),
        ("0.29", 29),
        ("1.10", 110),
        ("-5", -500),
        ("-0.05", -5),
        ("999", 99900),
        ("1,000", 100000),
        ("12,345,678.90", 1234567890),
        ("-1,234.5", -123450),
        ("2926219200", 292621920000),
        ("9999999999999.99", 999999999999999),
    ],
)
def test_accepted_amounts(text, satang):
    assert read_satang(text) == satang


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "1,23,456", "12,34", "1,2345", "1234,567", ",123", "1,234,", "1.234", "1,234.567",
        "1.", ".5", "1.2.3", "๑", "1٢", "١", "１", "+5", "5-", "--5", "(5)", "1 000", "1 ", "1\n",
        "1e5", "0x10", "1_000", "NaN", "inf", "๕ บาท", "5 บาท", "฿5", "99999999999999",
        "99,999,999,999,999",
    ],
)  # fmt: skip
def test_refused_amounts(text):
    assert read_satang(text) is None


@given(st.text(alphabet="0123456789,.-+eE ๑１٢", max_size=12))
def test_what_is_read_is_what_python_reads(text):
    satang = read_satang(text)
    if satang is not None:
        assert Decimal(text.replace(",", "")) * 100 == satang


@pytest.mark.parametrize(
    ("satang", "said", "plain"),
    [
        (0, "0", "0"),
        (5, "0.05", "0.05"),
        (-5, "-0.05", "-0.05"),
        (100, "1", "1"),
        (123450, "1,234.50", "1234.50"),
        (-100000000, "-1,000,000", "-1000000"),
    ],
)
def test_amounts_are_written(satang, said, plain):
    assert baht(satang) == said
    assert plain_baht(satang) == plain


@pytest.mark.parametrize(
    ("satang", "said"),
    [
        (292621920000, "2,926.2 ล้านบาท"),
        (262244440000, "2,622.4 ล้านบาท"),
        (49000000, "490,000 บาท"),
        (100000000, "1.0 ล้านบาท"),
        (105000000, "1.1 ล้านบาท"),
        (104999999, "1.0 ล้านบาท"),
        (-150000000, "-1.5 ล้านบาท"),
        (12345, "123 บาท"),
        (12350, "124 บาท"),
        (-12350, "-124 บาท"),
        (0, "0 บาท"),
    ],
)
def test_amounts_are_said(satang, said):
    assert baht_words(satang) == said


def test_amounts_are_said_with_more_places():
    assert baht_words(292621920000, places=2) == "2,926.22 ล้านบาท"


def half_up(value: Fraction, places: int) -> Fraction:
    """Round as on paper, in whole numbers only: another way than the program's."""
    scaled = abs(value) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(units if value >= 0 else -units, 10**places)


@given(AMOUNTS, AMOUNTS.filter(bool), st.integers(0, 3))
def test_percent_is_half_up(part, whole, places):
    found = percent(part, whole, places)
    assert Fraction(found) == half_up(Fraction(part * 100, whole), places)
    assert -found.as_tuple().exponent == places


@given(st.decimals(-100, 100, places=4), st.integers(0, 3))
def test_rounding_is_half_up(value, places):
    assert Fraction(round_half_up(value, places)) == half_up(Fraction(value), places)
    assert round_half_up(value, places) == value.quantize(
        Decimal(10) ** -places, rounding=ROUND_HALF_UP
    )


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1, 8, "12.5"), (1, 16, "6.3"), (5, 10000, "0.1"), (2, 3, "66.7"), (7, 7, "100.0"), (0, 9, "0.0")],
)  # fmt: skip
def test_percent_of_something(part, whole, share):
    assert str(percent(part, whole)) == share


def test_percent_and_times_of_nothing_are_not_zero():
    assert percent(0, 0) is None
    assert percent(5, 0) is None
    assert times(5, 0) is None
    assert str(times(412, 103)) == "4.0"


SHARES = st.lists(st.integers(0, LARGEST), max_size=40)


@given(SHARES, st.sampled_from([1, 7, 100, 1000]))
def test_parts_always_add_up(values, total):
    parts = largest_remainder(values, total)
    assert len(parts) == len(values)
    assert sum(parts) == (total if any(values) else 0)
    assert all(part >= 0 for part in parts)


@given(SHARES.filter(any))
def test_parts_are_within_one_of_the_exact_share(values):
    whole = sum(values)
    for value, part in zip(values, largest_remainder(values), strict=True):
        assert abs(part - Fraction(value * 100, whole)) < 1


@given(SHARES.filter(any))
def test_parts_keep_the_order_of_the_values(values):
    parts = largest_remainder(values)
    ranked = sorted(zip(values, parts, strict=True), key=lambda pair: -pair[0])
    assert all(before[1] >= after[1] for before, after in pairwise(ranked))


def test_parts_of_nothing():
    assert largest_remainder([]) == []
    assert largest_remainder([0, 0]) == [0, 0]
    assert largest_remainder([1, 1, 1]) == [34, 33, 33]
