"""What must hold in a budget beyond the types of its cells."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding, Place
from ...core.model import Loaded, Workspace
from ...core.money import baht
from .facts import BudgetFacts

_PARENTS = (("plan", "plans", "area"), ("task", "tasks", "plan"))


def unbalanced_budget(_ws: Workspace, facts: BudgetFacts) -> Iterator[Finding]:
    """Income equals expense, to the satang, in every ordinance that has both."""
    for year in facts.years:
        if year.income is None or not (_complete(year.expense) and _complete(year.income)):
            continue
        if year.total != year.income_total:
            params = {
                "year": year.year,
                "expense": baht(year.total),
                "income": baht(year.income_total),
                "difference": baht(year.total - year.income_total),
            }
            place = year.income.table.header
            yield Finding("unbalanced-budget", place, "amount", baht(year.income_total), params)


def _complete(item: Loaded) -> bool:
    """Tell whether every amount could be read: otherwise a sum only says that fault again."""
    return not item.frame["amount"].isna().any()


def population_missing(ws: Workspace, facts: BudgetFacts) -> Iterator[Finding]:
    """A year without its population shows no figure per head, and says so."""
    for year in facts.years:
        if year.population is None:
            yield Finding(
                "population-missing", Place("data/agency.yml"), params={"year": year.year}
            )


def parent_mismatch(ws: Workspace, facts: BudgetFacts) -> Iterator[Finding]:
    """A task stands under its own plan, a plan under its own area, as the code lists say."""
    for year in facts.years:
        for field, codelist, above in _PARENTS:
            yield from _mismatches(ws, year.expense, field, codelist, above)


def _mismatches(
    ws: Workspace, item: Loaded, field: str, codelist: str, above: str
) -> Iterator[Finding]:
    codes = ws.codelists.get(codelist)
    if codes is None:
        return
    pairs = zip(item.frame[field], item.frame[above], strict=True)
    for index, (code, parent) in enumerate(pairs):
        expected = codes.get(code, "parent")
        if code and parent and expected and expected != parent:
            params = {"parent": parent, "expected": expected}
            yield Finding("parent-mismatch", item.table.place(index, field), field, code, params)
