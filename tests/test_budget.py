"""The budgets to the baht: totals, the sums below them, and the public files they came from."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

from scripts.core import charts
from scripts.core.charts import Part
from scripts.core.columns import name_key

TOTALS = {2565: 2_622_444_400, 2566: 2_926_219_200}
PUBLIC = "korat-pao-{}-2565-2566.csv"


@pytest.fixture(scope="module")
def years(demo):
    return {year.year: year for year in demo.facts["budget"].years}


@pytest.fixture(scope="module")
def public(repo):
    """The files of the public sources, as they lie beside the repository while it is made."""
    folder = repo.parent / "shared" / "data" / "korat-pao-budget"
    if not folder.is_dir():
        pytest.skip("the public budget files lie outside the repository")

    def rows(name):
        path = folder / PUBLIC.format(name)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return rows


def test_totals_to_the_baht(years):
    assert {year: facts.total for year, facts in years.items()} == {
        year: total * 100 for year, total in TOTALS.items()
    }


def test_income_equals_expense(years):
    for year in years.values():
        assert year.income is not None
        assert year.income_total == year.total
        assert sum(group.amount for group in year.groups) == year.income_total
        assert sum(line.amount for line in year.categories) == year.income_total


def test_every_level_adds_up_to_the_total(years):
    for year in years.values():
        for lines in (year.areas, year.plans, year.types):
            assert sum(line.amount for line in lines) == year.total
        for plan in year.plans:
            assert sum(task.amount for task in plan.tasks) == plan.amount
            for task in plan.tasks:
                assert sum(line.amount for line in task.types) == task.amount
        for area in year.areas:
            below = [plan.amount for plan in year.plans if plan.area == area.code]
            assert sum(below) == area.amount


def test_lines_are_the_largest_first_and_named(years):
    for year in years.values():
        for lines in (year.areas, year.plans, year.types, year.categories):
            amounts = [line.amount for line in lines]
            assert amounts == sorted(amounts, reverse=True)
            assert all(line.name != line.code for line in lines)


def test_shares_of_a_hundred_baht(years):
    for year in years.values():
        for lines in (year.plans, year.areas, year.types, year.categories):
            shares = charts.hundred([Part(line.name, line.amount, "") for line in lines])
            assert sum(share.units for share in shares) == 100
            for share in shares:
                assert abs(share.units - Decimal(share.part.value) * 100 / year.total) < 1


def test_per_head_only_where_the_population_is_known(years, demo):
    people, source = demo.workspace.agency.population[2565]
    assert people == 2_634_154
    assert source
    exact = Decimal(TOTALS[2565]) / people
    assert years[2565].per_head == int(exact.quantize(Decimal(1), ROUND_HALF_UP)) * 100 == 99600
    assert years[2566].population is None
    assert years[2566].per_head is None


def test_disbursement_is_unknown_not_nothing(years):
    assert {year.spent for year in years.values()} == {None}


def names(demo, codelist):
    return {code: row["name_th"] for code, row in demo.workspace.codelists[codelist].rows.items()}


def counted(rows, year, columns):
    return Counter(
        (*(name_key(row[column]) for column in columns), Decimal(row["amount"]))
        for row in rows
        if row["year_be"] == str(year)
    )


@pytest.mark.parametrize("year", TOTALS)
def test_expense_row_by_row(demo, public, repo, year):
    areas, plans = names(demo, "areas"), names(demo, "plans")
    tasks, types = names(demo, "tasks"), names(demo, "expense-types")
    with (repo / f"data/budget/expense-{year}.csv").open(encoding="utf-8", newline="") as file:
        own = Counter(
            (
                name_key(areas[row["area"]]),
                name_key(plans[row["plan"]]),
                name_key(tasks[row["task"]]),
                name_key(types[row["type"]]),
                Decimal(row["amount"]),
            )
            for row in csv.DictReader(file)
        )
    assert own == counted(public("expense"), year, ("area", "plan", "task", "type"))
    assert sum(row[-1] * count for row, count in own.items()) == TOTALS[year]


@pytest.mark.parametrize("year", TOTALS)
def test_income_row_by_row(demo, public, repo, year):
    categories, groups = names(demo, "income-categories"), names(demo, "income-groups")
    parents = {
        code: row["parent"]
        for code, row in demo.workspace.codelists["income-categories"].rows.items()
    }
    with (repo / f"data/budget/income-{year}.csv").open(encoding="utf-8", newline="") as file:
        own = Counter(
            (
                name_key(groups[parents[row["category"]]]),
                name_key(categories[row["category"]]),
                Decimal(row["amount"]),
            )
            for row in csv.DictReader(file)
        )
    assert own == counted(public("income"), year, ("income_type", "income_category"))
    assert sum(row[-1] * count for row, count in own.items()) == TOTALS[year]
