"""Facts of the budget: sums by area, plan, task and type, in satang."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from ...core.model import Codelist, Loaded, Workspace
from ...core.money import SATANG, round_half_up

#: The fields that this topic cannot do without: resource -> field -> type.
FIELDS = {
    "expense": {"area": "code", "plan": "code", "task": "code", "type": "code", "amount": "money"},
    "income": {"category": "code", "amount": "money"},
}


@dataclass(frozen=True)
class Line:
    """A sum under one code; ``parent`` is the code above it."""

    code: str
    name: str
    amount: int
    parent: str = ""


@dataclass(frozen=True)
class Task:
    """A task with its sums by expense type, in the code list's order."""

    code: str
    name: str
    amount: int
    types: tuple[Line, ...]


@dataclass(frozen=True)
class Plan:
    """A plan with its tasks, largest first."""

    code: str
    name: str
    area: str
    area_name: str
    amount: int
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class BudgetYear:
    """One ordinance. ``income`` is None where the year has no income file.

    ``per_head`` is in satang, None where the population of that year is not known. ``spent`` is what
    was disbursed, None unless every row says it: a part of it would look like all of it.
    """

    year: int
    expense: Loaded
    income: Loaded | None
    total: int
    income_total: int
    areas: tuple[Line, ...]
    plans: tuple[Plan, ...]
    types: tuple[Line, ...]
    categories: tuple[Line, ...]
    groups: tuple[Line, ...]
    population: int | None
    population_source: str
    per_head: int | None
    spent: int | None


@dataclass(frozen=True)
class BudgetFacts:
    """Every year that has an expense file, oldest first."""

    years: tuple[BudgetYear, ...]


def paths(ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    years = ws.years("budget", "expense")
    return ["budget/", *(f"budget/{year}/" for year in years)] if years else []


def build(ws: Workspace) -> BudgetFacts:
    """Sum every budget year of the workspace."""
    years = (_year(ws, year) for year in ws.years("budget", "expense"))
    return BudgetFacts(tuple(item for item in years if item is not None))


def _year(ws: Workspace, year: int) -> BudgetYear | None:
    expense = ws.get("budget", "expense", year)
    if expense is None:
        return None
    income = ws.get("budget", "income", year)
    total = int(expense.frame["amount"].sum())
    population, source = ws.agency.population.get(year, (None, ""))
    categories = tuple(_lines(income, "category", ws.codes("income-categories"))) if income else ()
    return BudgetYear(
        year=year,
        expense=expense,
        income=income,
        total=total,
        income_total=sum(line.amount for line in categories),
        areas=tuple(_lines(expense, "area", ws.codes("areas"))),
        plans=tuple(_plans(ws, expense)),
        types=tuple(_lines(expense, "type", ws.codes("expense-types"))),
        categories=categories,
        groups=_grouped(categories, ws.codes("income-groups")),
        population=population,
        population_source=source,
        per_head=_per_head(total, population),
        spent=_spent(expense),
    )


def _spent(expense: Loaded) -> int | None:
    disbursed = expense.frame.get("disbursed")
    if disbursed is None or not len(disbursed) or disbursed.isna().any():
        return None
    return int(disbursed.sum())


def _per_head(total: int, population: int | None) -> int | None:
    if not population:
        return None
    return int(round_half_up(Decimal(total) / SATANG / population)) * SATANG


def _sums(item: Loaded, column: str) -> dict[str, int]:
    sums = item.frame.groupby(column, sort=False)["amount"].sum()
    return {str(code): int(amount) for code, amount in sums.items() if code != ""}


def _lines(item: Loaded, column: str, codes: Codelist) -> list[Line]:
    """Return the sums by a code column, largest first; equal sums in the code list's order."""
    order = {code: index for index, code in enumerate(codes.rows)}
    lines = [
        Line(code, codes.name_of(code), amount, codes.get(code, "parent"))
        for code, amount in _sums(item, column).items()
    ]
    return sorted(lines, key=lambda line: (-line.amount, order.get(line.code, len(order))))


def _grouped(lines: tuple[Line, ...], groups: Codelist) -> tuple[Line, ...]:
    return tuple(
        Line(code, row["name_th"], sum(line.amount for line in lines if line.parent == code))
        for code, row in groups.rows.items()
    )


def _plans(ws: Workspace, expense: Loaded) -> Iterator[Plan]:
    areas, plans = ws.codes("areas"), ws.codes("plans")
    tasks, types = ws.codes("tasks"), ws.codes("expense-types")
    sums = expense.frame.groupby(["plan", "task", "type"], sort=False)["amount"].sum()
    tree: dict[str, dict[str, dict[str, int]]] = {}
    for key, amount in sums.items():
        plan, task, kind = cast("tuple[str, str, str]", key)
        if plan and task and kind:
            tree.setdefault(plan, {}).setdefault(task, {})[kind] = int(amount)
    for line in _lines(expense, "plan", plans):
        branches = [
            Task(
                code,
                tasks.name_of(code),
                sum(by_type.values()),
                tuple(
                    Line(kind, types.name_of(kind), by_type[kind])
                    for kind in types.rows
                    if kind in by_type
                ),
            )
            for code, by_type in tree.get(line.code, {}).items()
        ]
        yield Plan(
            code=line.code,
            name=line.name,
            area=line.parent,
            area_name=areas.name_of(line.parent),
            amount=line.amount,
            tasks=tuple(sorted(branches, key=lambda task: -task.amount)),
        )
