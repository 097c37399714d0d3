"""Facts of the estimate: the published result recomputed, the estimate of the board's year, fixes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ...core.model import Workspace
from . import needs
from .estimate import (
    OIT,
    Basis,
    Entry,
    Fix,
    Outcome,
    Plan,
    Range,
    Step,
    estimate,
    fixes,
    oit_indicators,
    plan,
    weigh,
    without_items,
)
from .marks import ESTIMATE, MarkRules, Problem, Settings, read_settings

#: The topics whose facts `build` is handed, in this order.
NEEDS = ("oit", "ita")
BOUNDS = ("certain", "likely")


@dataclass(frozen=True)
class Reason:
    """Why there is no estimate: a key of the words, and what fills them."""

    key: str
    what: str = ""


@dataclass(frozen=True)
class ScoreFacts:
    """Everything that the report and the page say; ``estimate`` is None where ``why_not`` says why.

    ``year`` is the year of the estimate and ``official_year`` that of the latest published result;
    ``entries`` and ``basis`` are what `with_fix` counts again with.
    """

    today: date
    agency: str
    public: bool = False
    problems: tuple[Problem, ...] = ()
    official_year: int = 0
    official: Outcome | None = None
    year: int = 0
    entries: tuple[Entry, ...] = ()
    basis: Basis | None = None
    marks_source: str = ""
    estimate: Outcome | None = None
    why_not: Reason | None = None
    fixes: tuple[Fix, ...] = ()
    plans: tuple[Plan, ...] = ()

    @property
    def counted(self) -> tuple[Entry, ...]:
        """Return the items that the estimate counts."""
        known = set(oit_indicators(self.basis.rules)) if self.basis else set()
        return tuple(one for one in self.entries if one.counted and one.indicator in known)

    @property
    def samples(self) -> int:
        """Return how many of the items that count have an invented record."""
        return sum(entry.sample for entry in self.counted)

    def with_fix(self, numbers: Collection[str]) -> Outcome | None:
        """Estimate again with these items as if they were current; None without an estimate."""
        if self.basis is None or self.estimate is None:
            return None
        return estimate(self.entries, self.basis, numbers)


def paths(ws: Workspace) -> list[str]:
    """Return the address of the page, where the agency chose to publish it."""
    return ["score/"] if read_settings(ws.documents.get(ESTIMATE)).public else []


def build(ws: Workspace, oit: needs.Disclosure, ita: needs.Results) -> ScoreFacts:
    """Recompute the latest published result and estimate the year of the board."""
    settings = read_settings(ws.documents.get(ESTIMATE))
    latest = ita.years[-1] if ita.years else None
    board = oit.board
    entries = tuple(map(_entry, board.items)) if board is not None else ()
    found = _basis(settings, latest, board, ita, entries)
    basis, marks = found if isinstance(found, tuple) else (None, None)
    ways = fixes(entries, basis) if basis else ()
    return ScoreFacts(
        today=ws.today,
        agency=ws.agency.name_th,
        public=settings.public,
        problems=settings.problems,
        official_year=latest.year if latest else 0,
        official=_official(latest, ita) if latest else None,
        year=board.year if board else 0,
        entries=entries,
        basis=basis,
        marks_source=marks.source if marks else "",
        estimate=estimate(entries, basis) if basis else None,
        why_not=found if isinstance(found, Reason) else None,
        fixes=ways,
        plans=tuple(plan(entries, basis, bound, ways) for bound in BOUNDS) if basis else (),
    )


def _entry(item: needs.Item) -> Entry:
    criterion = item.criterion
    return Entry(
        number=criterion.number,
        title=criterion.title,
        indicator=str(criterion.indicator),
        sub_indicator=criterion.sub_indicator,
        state=item.due.state,
        sample=item.record is not None and item.record.sample,
    )


def _published(latest: needs.Result) -> dict[str, Step]:
    return {
        one.number: Step("indicator", one.number, one.name, _same(Fraction(one.score)))
        for one in latest.indicators
    }


def _same(value: Fraction) -> Range:
    return Range(value, value)


def _names(latest: needs.Result) -> dict[str, str]:
    return {one.code: one.name for one in latest.instruments}


def _official(latest: needs.Result, ita: needs.Results) -> Outcome | None:
    rules = ita.rules_of(latest.year)
    published = _published(latest)
    if rules is None or any(n not in published for one in rules.weights for n in one.indicators):
        return None
    return weigh(published, _names(latest), rules)


def _basis(
    settings: Settings,
    latest: needs.Result | None,
    board: needs.Board | None,
    ita: needs.Results,
    entries: tuple[Entry, ...],
) -> tuple[Basis, MarkRules] | Reason:
    """Return what the estimate counts with, or the first thing that it lacks."""
    if board is None or latest is None:
        return Reason("no-board" if board is None else "no-result")
    rules, marks = ita.rules_of(board.year), settings.rules_of(board.year)
    if rules is None or marks is None:
        return Reason("no-levels" if rules is None else "no-marks", str(board.year))
    published = _published(latest)
    lack = _lack(entries, published, rules, board.year)
    return lack or (Basis(marks.marks, rules, published, _names(latest)), marks)


def _lack(
    entries: tuple[Entry, ...], published: Mapping[str, Step], rules: needs.Rules, year: int
) -> Reason | None:
    others = [n for one in rules.weights if one.instrument != OIT for n in one.indicators]
    if unpublished := [number for number in others if number not in published]:
        return Reason("no-score", ", ".join(unpublished))
    if not oit_indicators(rules):
        return Reason("no-oit", str(year))
    empty = without_items(entries, rules)
    return Reason("no-items", ", ".join(empty)) if empty else None
