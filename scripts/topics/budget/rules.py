"""What must hold in a budget beyond the types of its cells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...core.findings import Finding, Place
from ...core.model import Loaded, Workspace
from ...core.money import baht
from .facts import BudgetFacts

#: Code list -> the list its ``parent`` column names.
_ABOVE = {"plans": "areas", "tasks": "plans", "income-categories": "income-groups"}
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
    if not ws.agency.type:
        return  # agency.yml could not be read, and that is said already
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
    codes = ws.codes(codelist)
    known = ws.codes(_ABOVE[codelist]).rows
    pairs = zip(item.frame[field], item.frame[above], strict=True)
    for index, (code, parent) in enumerate(pairs):
        expected = codes.get(code, "parent")
        # A parent that its own list does not have is said at the code list.
        if code and parent and expected in known and expected != parent:
            params = {"parent": parent, "expected": expected}
            yield Finding("parent-mismatch", item.table.place(index, field), field, code, params)


def unknown_parent(ws: Workspace, facts: BudgetFacts) -> Iterator[Finding]:
    """Every code stands under one of the list above it, or its sums would belong nowhere."""
    for name, above in _ABOVE.items():
        codes, parents = ws.codelists.get(name), ws.codelists.get(above)
        if codes is None or parents is None or not facts.years:
            continue
        for code in codes.rows:
            parent = codes.get(code, "parent")
            if parent not in parents.rows:
                params = {"parent": parent, "codelist": above}
                yield Finding(
                    "unknown-parent", codes.place(code, "parent"), "parent", parent, params
                )


def disbursement(_ws: Workspace, facts: BudgetFacts) -> Iterator[Finding]:
    """What is disbursed is said for every row or for none, and is not more than the amount."""
    for year in facts.years:
        disbursed = year.expense.frame.get("disbursed")
        if disbursed is None or disbursed.isna().all():
            continue
        blank = [int(i) for i in np.flatnonzero(disbursed.isna().to_numpy())]
        if blank:
            place = year.expense.table.place(blank[0], "disbursed")
            yield Finding("disbursed-incomplete", place, "disbursed", count=len(blank))
        more = disbursed > year.expense.frame["amount"]
        for index in map(int, np.flatnonzero(more.fillna(value=False).to_numpy(dtype=bool))):
            params = {"amount": baht(int(year.expense.frame["amount"].iloc[index]))}
            place = year.expense.table.place(index, "disbursed")
            value = baht(int(disbursed.iloc[index]))
            yield Finding("overspent", place, "disbursed", value, params)
