"""ITA scores recomputed exactly; the seed document's numbers never change unseen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scripts.core.thai import fold_digits
from scripts.topics.ita import facts as ita

WEIGHTS = {"IIT": Fraction(3, 10), "EIT": Fraction(3, 10), "OIT": Fraction(4, 10)}
INDICATORS = {"IIT": range(5), "EIT": range(5, 8), "OIT": range(8, 10)}
SEED = ("98.63", "98.57", "99.69", "98.88", "97.63", "97.70", "94.96", "94.75", "96.25", "90.00")
SCORES = st.lists(st.integers(0, 10000), min_size=10, max_size=10)


@pytest.fixture(scope="module")
def year(demo):
    (found,) = demo.facts["ita"].years
    return found


def half_up(value, places=2):
    scaled = value * 10**places
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)) / (
        10**places
    )


def exactly(hundredths):
    """Return the mean of each instrument and the total, as exact fractions."""
    means = {
        code: Fraction(sum(hundredths[index] for index in numbers), 100 * len(numbers))
        for code, numbers in INDICATORS.items()
    }
    return means, sum(means[code] * weight for code, weight in WEIGHTS.items())


def recomputed(demo, hundredths):
    """Return the year as the program recomputes it for other scores of the ten indicators."""
    ws = demo.workspace
    key = ("ita", "scores", 2568)
    item = ws.loaded[key]
    means, total = exactly(hundredths)
    given = {str(index + 1): Fraction(value, 100) for index, value in enumerate(hundredths)}
    given |= {code: half_up(mean) for code, mean in means.items()} | {"ITA": half_up(total)}
    scores = [decimal(given[number]) for number in item.frame["number"]]
    frame = item.frame.assign(score=pd.Series(scores, dtype=object))
    (found,) = ita.build(replace(ws, loaded={key: replace(item, frame=frame)})).years
    return found


def decimal(value):
    return Decimal(value.numerator) / Decimal(value.denominator)


def test_the_seed_document(year):
    assert year.year == 2568
    assert tuple(str(one.score) for one in year.indicators) == SEED
    assert {one.code: str(one.score) for one in year.instruments} == {
        "IIT": "98.68",
        "EIT": "95.80",
        "OIT": "93.13",
    }
    assert str(year.total) == "95.60"
    assert {one.code: str(ita.rounded(one.exact)) for one in year.instruments} == {
        "IIT": "98.68",
        "EIT": "95.80",
        "OIT": "93.13",
    }
    assert str(ita.rounded(year.exact_total)) == "95.60"


def test_the_level_and_what_keeps_it_from_the_next(year):
    assert (year.level.name, year.next_level.name) == ("ผ่านดี", "ผ่านดีเยี่ยม")
    ((instrument, missing),) = year.gaps
    assert instrument.code == "OIT"
    assert missing == Decimal("1.875")


def test_binary_floats_would_publish_other_numbers(year):
    """The mean of OIT ends in a half that a float rounds away, and so does the total."""
    oit = [float(one.score) for one in year.indicators if one.instrument == "OIT"]
    assert f"{sum(oit) / 2:.2f}" == "93.12"
    assert str(ita.rounded(Decimal("93.125"))) == "93.13"
    floats = {one.code: float(one.exact) for one in year.instruments}
    total = 0.3 * floats["IIT"] + 0.3 * floats["EIT"] + 0.4 * floats["OIT"]
    assert f"{total:.2f}" == "95.59"
    assert str(ita.rounded(year.exact_total)) == "95.60"


@example([int(Decimal(score) * 100) for score in SEED])
@example([0] * 10)
@example([10000] * 10)
@given(SCORES)
def test_recomputed_scores_are_half_up_of_the_exact_ones(demo, hundredths):
    found = recomputed(demo, hundredths)
    means, total = exactly(hundredths)
    for one in found.instruments:
        assert Fraction(ita.rounded(one.exact)) == half_up(means[one.code])
    assert Fraction(ita.rounded(found.exact_total)) == half_up(total)


@given(SCORES)
def test_the_level_is_that_of_the_exact_scores(demo, hundredths):
    found = recomputed(demo, hundredths)
    means, total = exactly(hundredths)
    published, lowest = half_up(total), min(means.values())
    if published >= 95 and lowest >= 95:
        expected = "ผ่านดีเยี่ยม"
    elif published >= 85 and lowest >= 85:
        expected = "ผ่านดี"
    elif published >= 85:
        expected = "ผ่าน"
    elif published >= 70:
        expected = "ต้องปรับปรุง"
    else:
        expected = "ต้องปรับปรุงโดยด่วน"
    assert found.level.name == expected


@pytest.mark.parametrize(
    ("scores", "level", "gaps"),
    [
        ([9500] * 10, "ผ่านดีเยี่ยม", {}),
        ([9500] * 8 + [9499] * 2, "ผ่านดี", {"OIT": Decimal("0.01")}),
        ([10000] * 8 + [8499] * 2, "ผ่าน", {"OIT": Decimal("0.01")}),
        ([8500] * 10, "ผ่านดี", {code: Decimal(10) for code in WEIGHTS}),
        ([7000] * 10, "ต้องปรับปรุง", {}),
        ([6999] * 10, "ต้องปรับปรุงโดยด่วน", {}),
    ],
)
def test_levels_at_their_limits(demo, scores, level, gaps):
    found = recomputed(demo, scores)
    assert found.level.name == level
    assert {one.code: missing for one, missing in found.gaps} == gaps


def test_a_missing_indicator_means_no_result(demo):
    ws = demo.workspace
    key = ("ita", "scores", 2568)
    item = ws.loaded[key]
    frame = item.frame[item.frame["number"] != "7"].reset_index(drop=True)
    assert ita.build(replace(ws, loaded={key: replace(item, frame=frame)})).years == ()


def test_the_ten_measures_are_whole(year):
    assert [measure.indicator for measure in year.measures] == list(range(1, 11))
    for measure in year.measures:
        for text in (measure.measure, measure.analysis, measure.steps, measure.period):
            assert text.strip()
        assert measure.owner
        assert set(measure.quarters) <= {"1", "2", "3", "4"}
        assert measure.quarters
        assert str(measure.score) == SEED[measure.indicator - 1]


def test_the_measures_are_those_of_the_seed_document(year, repo):
    seed = repo.parent / "shared" / "seed" / "ita-2568-nakhon-ratchasima-pao.txt"
    if not seed.is_file():
        pytest.skip("the seed document lies outside the repository")
    text = fold_digits(seed.read_text(encoding="utf-8"))
    for score in ("98.68", "95.80", "93.13", "95.60"):
        assert score in text
    found = [
        (measure.indicator, f"{measure.name}({measure.score}คะแนน)", measure.measure,
         measure.analysis, measure.steps, measure.period, measure.owner)
        for measure in year.measures
    ]  # fmt: skip
    assert [[plain(cell) for cell in row] for row in found] == seed_table(text)


def seed_table(text):
    """Return the table of measures, its rows whole where a page break cut them in two."""
    rows = []
    for line in text.splitlines():
        cells = [plain(cell) for cell in line.split("\t")]
        if len(cells) != 7 or cells[0] == "ลำดับ":
            continue
        if cells[0]:
            rows.append(cells)
        else:
            rows[-1] = [before + cell for before, cell in zip(rows[-1], cells, strict=True)]
    return rows


def plain(cell):
    """Leave out what the layout of a page adds or drops, and write digits in one way."""
    return "".join(
        char for char in fold_digits(str(cell)) if not char.isspace() and char not in "()"
    )
