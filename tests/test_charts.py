"""Geometry: nothing lost, nothing outside the drawing, areas and lengths in proportion."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.charts import (
    TALL,
    WIDE,
    Part,
    bars,
    css,
    dots,
    hundred,
    share_text,
    text_width,
    treemap,
)

VALUES = st.lists(st.integers(0, 10**14), min_size=1, max_size=30)
#: Lengths carry three decimals, so a position may be off by half of the last one.
OFF = 0.0011


def parts_of(values):
    return [Part(f"ส่วน {index}", value, str(value)) for index, value in enumerate(values)]


@given(VALUES.filter(any))
def test_a_hundred_is_a_hundred(values):
    shares = hundred(parts_of(values))
    assert [share.part.value for share in shares] == values
    assert sum(share.units for share in shares) == 100
    assert sum(Decimal(share.width) for share in shares) == pytest.approx(
        100, abs=OFF * len(values)
    )
    for share in shares:
        assert float(share.width) == pytest.approx(share.part.value * 100 / sum(values), abs=OFF)


def test_a_hundred_of_nothing():
    assert hundred([]) == ()
    assert [(s.units, s.width, s.percent) for s in hundred(parts_of([0, 0]))] == [(0, "0", "")] * 2


@given(VALUES)
def test_bars_are_measured_against_the_longest(values):
    drawn = bars(parts_of(values), whole=sum(values))
    assert [bar.part.value for bar in drawn] == values
    longest = max(values)
    for bar in drawn:
        expected = bar.part.value * 100 / longest if longest else 0
        assert float(bar.length) == pytest.approx(expected, abs=OFF)
        assert bar.percent == share_text(bar.part.value, sum(values))


def test_bars_without_a_whole_say_no_share():
    assert [(bar.length, bar.percent) for bar in bars(parts_of([50, 200]))] == [
        ("25", ""),
        ("100", ""),
    ]
    assert bars([]) == ()


@pytest.mark.parametrize(
    ("value", "whole", "said"),
    [(1, 2, "50.0"), (1, 3, "33.3"), (0, 5, "0.0"), (1, 10**6, "<0.1"), (1, 2000, "0.1"), (0, 0, "")],
)  # fmt: skip
def test_shares_are_said(value, whole, said):
    assert share_text(value, whole) == said


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (100, "100"), (33.33333, "33.333"), (12.5, "12.5"), (0.0004, "0")]
)
def test_lengths_are_written_for_css(value, text):
    assert css(value) == text


def inside(box):
    left, top, width, height = (
        float(value) for value in (box.left, box.top, box.width, box.height)
    )
    assert min(left, top, width, height) >= 0
    assert left + width <= 100 + OFF
    assert top + height <= 100 + OFF
    return left, top, left + width, top + height


@given(VALUES)
def test_treemap_keeps_every_part_that_has_a_value(values):
    drawn = treemap(parts_of(values))
    for boxes in (drawn.wide, drawn.tall):
        assert [box.part.value for box in boxes] == sorted(filter(None, values), reverse=True)


@given(VALUES.filter(any))
def test_treemap_areas_are_the_shares(values):
    whole = sum(values)
    for boxes in (treemap(parts_of(values)).wide, treemap(parts_of(values)).tall):
        for box in boxes:
            area = float(box.width) * float(box.height) / 100
            assert area == pytest.approx(box.part.value * 100 / whole, abs=2 * OFF)
            assert box.percent == share_text(box.part.value, whole)


@given(VALUES.filter(any))
def test_treemap_boxes_stay_inside_and_apart(values):
    for boxes in (treemap(parts_of(values)).wide, treemap(parts_of(values)).tall):
        places = [inside(box) for box in boxes]
        for (l1, t1, r1, b1), (l2, t2, r2, b2) in combinations(places, 2):
            across = min(r1, r2) - max(l1, l2)
            down = min(b1, b2) - max(t1, t2)
            assert across <= 2 * OFF or down <= 2 * OFF


def test_treemap_of_one_part_fills_the_drawing():
    (box,) = treemap(parts_of([7])).wide
    assert (box.left, box.top, box.width, box.height) == ("0", "0", "100", "100")
    assert box.labelled


def test_treemap_of_nothing():
    assert treemap([]).wide == treemap(parts_of([0])).tall == ()


def test_treemap_labels_only_what_fits():
    parts = [Part("แผนงานใหญ่", 10**6, ""), Part("แผนงานเล็กมาก", 1, "")]
    wide, tall = treemap(parts).wide, treemap(parts).tall
    assert [box.labelled for box in wide] == [box.labelled for box in tall] == [True, False]
    assert WIDE[0] > WIDE[1]
    assert TALL[0] < TALL[1]


def test_thai_marks_have_no_width():
    assert text_width("ที่นี่") == text_width("ทน")
    assert text_width("") == 0


@given(st.decimals(0, 100, places=2))
def test_dots_never_leave_the_scale(score):
    low, high, target = Decimal(80), Decimal(100), Decimal(95)
    (dot,) = dots(parts_of([1]), low, high, target, [score])
    assert 0 <= float(dot.at) <= 100
    assert float(dot.at) == pytest.approx(max(0, (float(score) - 80) * 5), abs=OFF)
    assert dot.reached == (score >= target)
    assert dot.target == "75"


def test_dots_need_a_score_for_each_part():
    with pytest.raises(ValueError, match="zip"):
        dots(parts_of([1, 2]), Decimal(0), Decimal(1), Decimal(1), [Decimal(1)])
