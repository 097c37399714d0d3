"""estimate.yml: what an item earns in each state, each set from a year on, and who may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from ...core.thai import BE_FROM
from .estimate import FRESH, Range

ESTIMATE = "ita/estimate.yml"
#: The states that earn marks; what is not applicable is left out of every mean.
STATES = (FRESH, "due-soon", "waived", "overdue", "unknown", "delinquent", "missing")
_YES, _NO = {"true", "yes", "ใช่"}, {"false", "no", "ไม่"}
#: What is wrong with a settings file: the path of the key, and what is expected there.
Problem = tuple[str, str]


@dataclass(frozen=True)
class MarkRules:
    """One set: the marks of each state, from a year on; no marks where the set has a fault."""

    valid_from_year: int
    marks: Mapping[str, Range]
    source: str


@dataclass(frozen=True)
class Settings:
    """What estimate.yml says; ``public`` tells whether the site shows a page."""

    public: bool = False
    rules: tuple[MarkRules, ...] = ()
    problems: tuple[Problem, ...] = ()

    def rules_of(self, year: int) -> MarkRules | None:
        """Return the set in force in a year: the latest that began by then; None without one."""
        begun = [one for one in self.rules if one.valid_from_year <= year]
        latest = max(begun, key=lambda one: one.valid_from_year, default=None)
        return latest if latest is not None and latest.marks else None


def read_settings(document: Any) -> Settings:
    """Read estimate.yml; nothing of it is public unless it says so."""
    if document is None:
        return Settings()
    document = document if isinstance(document, dict) else {}
    problems: list[Problem] = []
    public = str(document.get("public")).casefold()
    if public not in _YES | _NO:
        problems.append(("public", "true or false expected"))
    rules = tuple(_sets(document.get("rules"), problems))
    return Settings(public in _YES, rules, tuple(problems))


def _sets(rows: Any, problems: list[Problem]) -> Iterator[MarkRules]:
    if not isinstance(rows, list) or not rows:
        problems.append(("rules", "required"))
        return
    seen: set[int] = set()
    for index, given in enumerate(rows, 1):
        path, row = f"rules[{index}]", given if isinstance(given, dict) else {}
        year = _year(row.get("valid_from_year"))
        if year is None:
            problems.append((f"{path}.valid_from_year", "a year of the Buddhist Era (2569)"))
        elif year in seen:
            problems.append((f"{path}.valid_from_year", f"{year} is another set's year"))
        else:
            seen.add(year)
            marks, found = _marks(row.get("marks"), f"{path}.marks")
            problems += found
            yield MarkRules(year, {} if found else marks, str(row.get("source") or ""))


def _year(value: Any) -> int | None:
    text = str(value)
    whole = len(text) == 4 and text.isascii() and text.isdigit()
    return int(text) if whole and int(text) >= BE_FROM else None


def _marks(rows: Any, path: str) -> tuple[dict[str, Range], list[Problem]]:
    if not isinstance(rows, dict):
        return {}, [(path, "required")]
    problems = [(f"{path}.{name}", "no such state") for name in rows if name not in STATES]
    marks: dict[str, Range] = {}
    for state in STATES:
        mark = _mark(rows.get(state))
        if mark is None:
            problems.append((f"{path}.{state}", "certain and likely, 0 to 100, certain <= likely"))
        else:
            marks[state] = mark
    best = marks.get(FRESH)
    for state, mark in marks.items():
        # Otherwise mending an item could lower the estimate.
        if best and (mark.certain > best.certain or mark.likely > best.likely):
            problems.append((f"{path}.{state}", f"not more than {FRESH}"))
    return marks, problems


def _mark(row: Any) -> Range | None:
    try:
        certain, likely = Decimal(row["certain"]), Decimal(row["likely"])
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None
    if not (certain.is_finite() and likely.is_finite() and 0 <= certain <= likely <= 100):
        return None
    return Range(Fraction(certain), Fraction(likely))
