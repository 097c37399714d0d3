"""Facts of the ITA: scores recomputed in decimal, the level, and what keeps it from the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import pandas as pd

from ...core.model import Loaded, Workspace
from ...core.money import round_half_up

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
LEVELS = "ita/levels.yml"
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Instrument:
    """One instrument: the published score, and the unrounded mean of its indicators."""

    code: str
    name: str
    score: Decimal
    exact: Decimal
    weight: Decimal
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """One indicator and its published score."""

    number: str
    name: str
    score: Decimal
    instrument: str


@dataclass(frozen=True)
class Level:
    """A level of the result: bounds of the total, least score of every instrument; None: no bound.

    ``below_at_most`` is how many instruments may lie below ``below_score``.
    """

    name: str
    rule: str
    min_total: Decimal
    min_each: Decimal | None
    max_total: Decimal | None
    below_score: Decimal | None
    below_at_most: int | None


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
    """One year's result. ``gaps`` holds (instrument, points missing) to ``next_level``."""

    year: int
    item: Loaded
    total: Decimal
    exact_total: Decimal
    instruments: tuple[Instrument, ...]
    indicators: tuple[Indicator, ...]
    level: Level | None
    next_level: Level | None
    gaps: tuple[tuple[Instrument, Decimal], ...]
    measures_item: Loaded | None
    measures: tuple[Measure, ...]
    context: Context
    level_source: str


@dataclass(frozen=True)
class ItaFacts:
    """Every year that has complete scores, oldest first; ``problems`` are those of levels.yml.

    ``missing`` names what a scores file lacks to be counted with, such as ``indicator 7``.
    """

    years: tuple[ItaYear, ...]
    problems: tuple[str, ...] = ()
    missing: tuple[tuple[Loaded, str], ...] = ()


def paths(ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    years = ws.years("ita", "scores")
    return ["ita/", *(f"ita/{year}/" for year in years)] if years else []


def build(ws: Workspace) -> ItaFacts:
    """Recompute every year of the workspace that has scores."""
    rules = _rules(ws.documents.get(LEVELS))
    files = [
        item
        for year in ws.years("ita", "scores")
        if (item := ws.get("ita", "scores", year)) is not None
    ]
    years = (_year(ws, item, rules) for item in files)
    missing = tuple((item, what) for item in files for what in _missing(item, rules))
    return ItaFacts(tuple(year for year in years if year is not None), rules.problems, missing)


def _missing(item: Loaded, rules: _Rules) -> Iterator[str]:
    """Name what levels.yml counts with and the file does not have."""
    if "kind" not in item.table.columns or "number" not in item.table.columns:
        return  # said already: the columns are missing
    there = set(zip(item.frame["kind"], item.frame["number"], strict=True))
    wanted = [("total", "ITA")]
    for code, numbers, _ in rules.weights:
        wanted += [("instrument", code), *(("indicator", number) for number in numbers)]
    yield from (f"{kind} {number}" for kind, number in wanted if (kind, number) not in there)


Weight = tuple[str, tuple[str, ...], Decimal]


@dataclass(frozen=True)
class _Rules:
    """levels.yml: weights of instruments, levels from the highest, their source, what is wrong."""

    weights: tuple[Weight, ...]
    levels: tuple[Level, ...]
    source: str
    problems: tuple[str, ...]


def _rules(document: Any) -> _Rules:
    document = document if isinstance(document, dict) else {}
    problems: list[str] = []
    weights = tuple(_rows(document.get("weights"), "weights", _weight, problems))
    levels = tuple(_rows(document.get("levels"), "levels", _level, problems))
    return _Rules(weights, levels, str(document.get("source") or ""), tuple(problems))


def _rows(rows: Any, name: str, read: Callable[[Any], _Row], problems: list[str]) -> Iterator[_Row]:
    if not isinstance(rows, list) or not rows:
        problems.append(f"{name}: required")
        return
    for index, row in enumerate(rows, 1):
        try:
            yield read(row)
        except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation):
            problems.append(f"{name}[{index}]")


def _weight(row: Any) -> Weight:
    numbers = row["indicators"]
    if not isinstance(numbers, list) or not numbers:
        raise TypeError("indicators: a list is expected")
    return str(row["instrument"]), tuple(map(str, numbers)), _finite(row["weight"])


def _level(row: Any) -> Level:
    def optional(key: str) -> Decimal | None:
        return None if row.get(key) is None else _finite(row[key])

    most = row.get("below_at_most")
    return Level(
        name=str(row["name_th"]),
        rule=str(row["rule_th"]),
        min_total=_finite(row["min_total"]),
        min_each=optional("min_each_instrument"),
        max_total=optional("max_total"),
        below_score=optional("below_score"),
        below_at_most=None if most is None else int(most),
    )


def _finite(text: Any) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise InvalidOperation(str(text))
    return value


def _context(document: Any) -> Context:
    document = document if isinstance(document, dict) else {}
    keys = ("level_th", "total_rank", "rank_scope_th", "summary", "source")
    return Context(*(str(document.get(key) or "") for key in keys))


def _year(
    ws: Workspace,
    item: Loaded,
    rules: _Rules,
) -> ItaYear | None:
    frame = item.frame
    rows = zip(frame["kind"], frame["number"], frame["name"], frame["score"], strict=True)
    scores = {
        (kind, number): (name, score) for kind, number, name, score in rows if score is not None
    }
    total = scores.get(("total", "ITA"))
    instruments = tuple(_instruments(scores, rules.weights))
    if total is None or not instruments:
        return None
    belongs = {number: one.code for one in instruments for number in one.indicators}
    indicators = tuple(
        Indicator(number, name, score, belongs.get(number, ""))
        for (kind, number), (name, score) in scores.items()
        if kind == "indicator"
    )
    exact_total = sum((one.exact * one.weight for one in instruments), Decimal(0))
    level, higher, gaps = _standing(total[1], instruments, rules.levels)
    measures_item = ws.get("ita", "measures", item.year)
    by_number = {one.number: one.score for one in indicators}
    return ItaYear(
        year=item.year,
        item=item,
        total=total[1],
        exact_total=exact_total,
        instruments=instruments,
        indicators=indicators,
        level=level,
        next_level=higher,
        gaps=gaps,
        measures_item=measures_item,
        measures=tuple(_measures(measures_item, by_number)),
        context=_context(ws.documents.get(f"ita/context-{item.year}.yml")),
        level_source=rules.source,
    )


def _instruments(
    scores: Mapping[tuple[str, str], tuple[str, Decimal]],
    weights: tuple[Weight, ...],
) -> list[Instrument]:
    found = []
    for code, numbers, weight in weights:
        given = scores.get(("instrument", code))
        parts = [scores[("indicator", n)][1] for n in numbers if ("indicator", n) in scores]
        if given is None or len(parts) < len(numbers):
            return []
        exact = sum(parts, Decimal(0)) / len(parts)
        found.append(Instrument(code, given[0], given[1], exact, weight, numbers))
    return found


def _standing(
    total: Decimal, instruments: tuple[Instrument, ...], levels: tuple[Level, ...]
) -> tuple[Level | None, Level | None, tuple[tuple[Instrument, Decimal], ...]]:
    """Return the level reached, the one above it, and each instrument's points missing to that."""
    reached = next((i for i, level in enumerate(levels) if _meets(level, total, instruments)), None)
    if reached is None:
        return None, None, ()
    if reached == 0:
        return levels[0], None, ()
    higher = levels[reached - 1]
    gaps = tuple(
        (one, higher.min_each - one.exact)
        for one in instruments
        if higher.min_each is not None and one.score < higher.min_each
    )
    return levels[reached], higher, gaps


def _meets(level: Level, total: Decimal, instruments: tuple[Instrument, ...]) -> bool:
    # Judged on what is published: two decimals, as the rule's own bounds are written.
    if total < level.min_total or (level.max_total is not None and total > level.max_total):
        return False
    if level.min_each is not None and any(one.score < level.min_each for one in instruments):
        return False
    if level.below_score is None or level.below_at_most is None:
        return True
    return sum(one.score < level.below_score for one in instruments) <= level.below_at_most


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
