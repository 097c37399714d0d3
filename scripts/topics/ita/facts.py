"""Facts of the ITA: scores recomputed in decimal, the level, and what keeps it from the next one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from ...core.model import Loaded, Workspace
from ...core.money import round_half_up
from .levels import LEVELS, Level, LevelRules, Problem, Standing, read_levels, rules_of

#: The fields that this topic cannot do without: resource -> field -> type.
FIELDS = {
    "scores": {"kind": "string", "number": "string", "name": "string", "score": "decimal"},
    "measures": {
        "indicator": "integer",
        "name": "string",
        "measure": "string",
        "analysis": "string",
        "steps": "string",
        "period": "string",
        "quarters": "array",
        "owner": "string",
    },
}
_Scores = Mapping[tuple[str, str], tuple[str, Decimal]]


@dataclass(frozen=True)
class Instrument:
    """One instrument: the published score, and the unrounded mean of its indicators.

    ``exact`` and ``weight`` are None in a year that levels.yml says nothing of.
    """

    code: str
    name: str
    score: Decimal
    exact: Decimal | None = None
    weight: Decimal | None = None
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """One indicator and its published score."""

    number: str
    name: str
    score: Decimal
    instrument: str


@dataclass(frozen=True)
class Measure:
    """One improvement measure as the document has it, whole."""

    indicator: int
    name: str
    measure: str
    analysis: str
    steps: str
    period: str
    quarters: tuple[str, ...]
    owner: str
    score: Decimal | None


@dataclass(frozen=True)
class Context:
    """What the document says of the result beyond its scores; "" where it says nothing."""

    level: str = ""
    rank: str = ""
    rank_scope: str = ""
    summary: str = ""
    source: str = ""


@dataclass(frozen=True)
class ItaYear:
    """One year's result. ``gaps`` holds (instrument, points missing) to ``next_level``.

    ``rules`` is the set of levels.yml in force that year; without one nothing is recomputed.
    """

    year: int
    item: Loaded
    total: Decimal
    exact_total: Decimal | None
    instruments: tuple[Instrument, ...]
    indicators: tuple[Indicator, ...]
    level: Level | None
    next_level: Level | None
    gaps: tuple[tuple[Instrument, Decimal], ...]
    measures_item: Loaded | None
    measures: tuple[Measure, ...]
    context: Context
    rules: LevelRules | None


@dataclass(frozen=True)
class ItaFacts:
    """Every year that has complete scores, oldest first; ``problems`` are those of levels.yml.

    ``missing`` names what a scores file lacks to be counted with, such as ``indicator 7``;
    ``rules`` are the sets of levels.yml, oldest first.
    """

    years: tuple[ItaYear, ...]
    problems: tuple[Problem, ...] = ()
    missing: tuple[tuple[Loaded, str], ...] = ()
    rules: tuple[LevelRules, ...] = ()

    def rules_of(self, year: int) -> LevelRules | None:
        """Return the weights and levels in force in a year; None where levels.yml has none."""
        return rules_of(self.rules, year)


def paths(ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    years = ws.years("ita", "scores")
    return ["ita/", *(f"ita/{year}/" for year in years)] if years else []


def build(ws: Workspace) -> ItaFacts:
    """Recompute every year of the workspace that has scores."""
    sets, problems = read_levels(ws.documents.get(LEVELS))
    files = [
        (item, rules_of(sets, year))
        for year in ws.years("ita", "scores")
        if (item := ws.get("ita", "scores", year)) is not None
    ]
    years = (_year(ws, item, rules) for item, rules in files)
    missing = tuple((item, what) for item, rules in files for what in _missing(item, rules))
    return ItaFacts(tuple(year for year in years if year is not None), problems, missing, sets)


def _missing(item: Loaded, rules: LevelRules | None) -> Iterator[str]:
    """Name what levels.yml counts with and the file does not have."""
    if "kind" not in item.table.columns or "number" not in item.table.columns:
        return  # said already: the columns are missing
    there = set(zip(item.frame["kind"], item.frame["number"], strict=True))
    wanted = [("total", "ITA")]
    for one in rules.weights if rules else ():
        wanted += [("instrument", one.instrument)]
        wanted += [("indicator", number) for number in one.indicators]
    yield from (f"{kind} {number}" for kind, number in wanted if (kind, number) not in there)


def _context(document: Any) -> Context:
    document = document if isinstance(document, dict) else {}
    keys = ("level_th", "total_rank", "rank_scope_th", "summary", "source")
    return Context(*(str(document.get(key) or "") for key in keys))


def _year(ws: Workspace, item: Loaded, rules: LevelRules | None) -> ItaYear | None:
    frame = item.frame
    rows = zip(frame["kind"], frame["number"], frame["name"], frame["score"], strict=True)
    scores = {
        (kind, number): (name, score) for kind, number, name, score in rows if score is not None
    }
    total = scores.get(("total", "ITA"))
    instruments = tuple(_instruments(scores, rules))
    if total is None or (rules is not None and not instruments):
        return None
    belongs = {number: one.code for one in instruments for number in one.indicators}
    indicators = tuple(
        Indicator(number, name, score, belongs.get(number, ""))
        for (kind, number), (name, score) in scores.items()
        if kind == "indicator"
    )
    standing = _standing(total[1], instruments, rules)
    measures_item = ws.get("ita", "measures", item.year)
    by_number = {one.number: one.score for one in indicators}
    return ItaYear(
        year=item.year,
        item=item,
        total=total[1],
        exact_total=_exact_total(scores, rules),
        instruments=instruments,
        indicators=indicators,
        level=standing.level,
        next_level=standing.next_level,
        gaps=tuple(_gaps(standing, instruments)),
        measures_item=measures_item,
        measures=tuple(_measures(measures_item, by_number)),
        context=_context(ws.documents.get(f"ita/context-{item.year}.yml")),
        rules=rules,
    )


def _instruments(scores: _Scores, rules: LevelRules | None) -> list[Instrument]:
    if rules is None:
        # Nothing says what belongs together in that year: what was published stands alone.
        given = ((number, row) for (kind, number), row in scores.items() if kind == "instrument")
        return [Instrument(number, *row) for number, row in given]
    found = []
    for one in rules.weights:
        row = scores.get(("instrument", one.instrument))
        parts = [scores[("indicator", n)][1] for n in one.indicators if ("indicator", n) in scores]
        if row is None or len(parts) < len(one.indicators):
            return []
        exact = sum(parts, Decimal(0)) / len(parts)
        found.append(Instrument(one.instrument, *row, exact, one.weight, one.indicators))
    return found


def _exact_total(scores: _Scores, rules: LevelRules | None) -> Decimal | None:
    """Weigh the means of the indicators as fractions: thirds of a score must not blur a half."""
    if rules is None:
        return None
    total = Fraction(0)
    for one in rules.weights:
        points = sum(Fraction(scores[("indicator", n)][1]) for n in one.indicators)
        total += Fraction(one.weight) * points / len(one.indicators)
    return Decimal(total.numerator) / Decimal(total.denominator)


def _standing(
    total: Decimal, instruments: tuple[Instrument, ...], rules: LevelRules | None
) -> Standing:
    if rules is None:
        return Standing(None, None, ())
    return rules.standing(total, {one.code: one.score for one in instruments})


def _gaps(
    standing: Standing, instruments: tuple[Instrument, ...]
) -> Iterator[tuple[Instrument, Decimal]]:
    """Yield the instruments short of the next level, each with the unrounded points missing."""
    higher = standing.next_level
    for one in instruments:
        if one.code in standing.short and higher and higher.min_each and one.exact is not None:
            yield one, higher.min_each - one.exact


def _measures(item: Loaded | None, scores: Mapping[str, Decimal]) -> list[Measure]:
    if item is None:
        return []
    return [
        Measure(
            indicator=int(row.indicator),
            name=row.name,
            measure=row.measure,
            analysis=row.analysis,
            steps=row.steps,
            period=row.period,
            quarters=row.quarters,
            owner=row.owner,
            score=scores.get(str(row.indicator)),
        )
        for row in item.records()
        if not pd.isna(row.indicator)
    ]


def rounded(value: Decimal) -> Decimal:
    """Round a score as it is published: two decimals, half up."""
    return round_half_up(value, 2)
