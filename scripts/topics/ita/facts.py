"""Facts of the ITA: scores recomputed in decimal, the level, and what keeps it from the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from ...core.model import Loaded, Workspace
from ...core.money import round_half_up


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
    """A level of the result: least total, and least score of every instrument (None: no such rule)."""

    name: str
    rule: str
    min_total: Decimal
    min_each: Decimal | None


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
    context: Mapping[str, str]
    level_source: str


@dataclass(frozen=True)
class ItaFacts:
    """Every year that has complete scores, oldest first."""

    years: tuple[ItaYear, ...]


def paths(ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    years = ws.years("ita", "scores")
    return ["ita/", *(f"ita/{year}/" for year in years)] if years else []


def build(ws: Workspace) -> ItaFacts:
    """Recompute every year of the workspace that has scores."""
    rules = ws.documents.get("ita/levels.yml")
    weights, levels, source = _rules(rules if isinstance(rules, dict) else {})
    years = (
        _year(ws, item, weights, levels, source)
        for year in ws.years("ita", "scores")
        if (item := ws.get("ita", "scores", year)) is not None
    )
    return ItaFacts(tuple(year for year in years if year is not None))


def _decimal(text: Any) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None


def _rules(
    document: Mapping[str, Any],
) -> tuple[list[tuple[str, tuple[str, ...], Decimal]], list[Level], str]:
    """Read levels.yml: weights of instruments, levels from the highest, and their source."""
    weights = [
        (
            str(row["instrument"]),
            tuple(map(str, row["indicators"])),
            _decimal(row["weight"]) or Decimal(0),
        )
        for row in document.get("weights") or []
    ]
    levels = [
        Level(
            str(row["name_th"]),
            str(row["rule_th"]),
            _decimal(row["min_total"]) or Decimal(0),
            _decimal(row.get("min_each_instrument")),
        )
        for row in document.get("levels") or []
    ]
    return weights, levels, str(document.get("source") or "")


def _year(
    ws: Workspace,
    item: Loaded,
    weights: list[tuple[str, tuple[str, ...], Decimal]],
    levels: list[Level],
    level_source: str,
) -> ItaYear | None:
    frame = item.frame
    rows = zip(frame["kind"], frame["number"], frame["name"], frame["score"], strict=True)
    scores = {
        (kind, number): (name, score) for kind, number, name, score in rows if score is not None
    }
    total = scores.get(("total", "ITA"))
    instruments = tuple(_instruments(scores, weights))
    if total is None or not instruments:
        return None
    belongs = {number: one.code for one in instruments for number in one.indicators}
    indicators = tuple(
        Indicator(number, name, score, belongs.get(number, ""))
        for (kind, number), (name, score) in scores.items()
        if kind == "indicator"
    )
    exact_total = sum((one.exact * one.weight for one in instruments), Decimal(0))
    level, higher, gaps = _standing(total[1], instruments, levels)
    measures_item = ws.get("ita", "measures", item.year)
    by_number = {one.number: one.score for one in indicators}
    context = ws.documents.get(f"ita/context-{item.year}.yml")
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
        context=context if isinstance(context, dict) else {},
        level_source=level_source,
    )


def _instruments(
    scores: Mapping[tuple[str, str], tuple[str, Decimal]],
    weights: list[tuple[str, tuple[str, ...], Decimal]],
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
    total: Decimal, instruments: tuple[Instrument, ...], levels: list[Level]
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
        if higher.min_each is not None and one.exact < higher.min_each
    )
    return levels[reached], higher, gaps


def _meets(level: Level, total: Decimal, instruments: tuple[Instrument, ...]) -> bool:
    return total >= level.min_total and (
        level.min_each is None or all(one.exact >= level.min_each for one in instruments)
    )


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
