"""What must hold in the ITA scores beyond the types of their cells."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding, Place
from ...core.model import Loaded, Workspace
from .facts import ItaFacts, rounded
from .levels import LEVELS


def levels(ws: Workspace, facts: ItaFacts) -> Iterator[Finding]:
    """levels.yml gives every weight and level, each set from a year of its own on.

    Without them neither total nor level can be judged.
    """
    for path, expected in facts.problems if "ita" in ws.datasets else ():
        params = {"problem": expected}
        yield Finding("descriptor-error", Place(f"data/{LEVELS}"), path, params=params)


def missing_score(_ws: Workspace, facts: ItaFacts) -> Iterator[Finding]:
    """A year has its total, every instrument and every indicator, or it cannot be shown."""
    for item, what in facts.missing:
        yield Finding("missing-score", item.table.header, "number", params={"what": what})


def score_mismatch(_ws: Workspace, facts: ItaFacts) -> Iterator[Finding]:
    """Instruments and total are what the ten indicators recompute to, in decimal, half up."""
    for year in facts.years:
        given = [("instrument", one.code, one.score, one.exact) for one in year.instruments]
        for kind, number, score, exact in [*given, ("total", "ITA", year.total, year.exact_total)]:
            if exact is not None and score != (expected := rounded(exact)):
                params = {"what": number, "expected": expected}
                place = _place(year.item, kind, number)
                yield Finding("score-mismatch", place, "score", str(score), params)


def _place(item: Loaded, kind: str, number: str) -> Place:
    frame = item.frame
    index = int(((frame["kind"] == kind) & (frame["number"] == number)).to_numpy().argmax())
    return item.table.place(index, "score")


def level_mismatch(_ws: Workspace, facts: ItaFacts) -> Iterator[Finding]:
    """The level that the document names is the one that its scores reach by levels.yml."""
    for year in facts.years:
        named, reached = year.context.level, year.level.name if year.level else "?"
        if year.rules is not None and named and named != reached:
            place = Place(f"data/ita/context-{year.year}.yml")
            yield Finding("level-mismatch", place, "level_th", named, {"expected": reached})
