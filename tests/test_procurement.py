"""Counts and sums of contracts, against a second computation with nothing but csv and decimal."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from scripts import pipeline

YEAR = 2569
BOUNDS = (10_000, 50_000, 100_000, 490_000, 500_000, 1_000_000, 10_000_000)
MONTHS = (10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9)


@pytest.fixture(scope="module")
def year(demo):
    (found,) = demo.facts["procurement"].years
    return found


@pytest.fixture(scope="module")
def rows(repo):
    with (repo / f"data/procurement/{YEAR}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["status"] != "cancelled"]


def satang(text):
    return int(Decimal(text) * 100)


def grouped(rows, key):
    found = defaultdict(lambda: (0, 0))
    for row in rows:
        count, amount = found[key(row)]
        found[key(row)] = (count + 1, amount + satang(row["contract_amount"]))
    return dict(found)


def as_pairs(groups):
    return {group.code: (group.count, group.amount) for group in groups if group.count}


def test_counts_and_sums(year, rows):
    assert year.year == YEAR
    assert year.count == len(rows)
    assert year.count + year.cancelled == 3000
    assert year.cancelled
    assert year.amount == sum(satang(row["contract_amount"]) for row in rows)
    assert year.projects == len({row["project_id"] for row in rows})
    assert year.suppliers == len({row["supplier_name"] for row in rows})
    assert year.last_signed == max(date.fromisoformat(row["date_signed"]) for row in rows)


def test_a_project_counts_its_budget_once(year, rows):
    budgets = {row["project_id"]: satang(row["budget_amount"]) for row in rows}
    assert year.projects < year.count
    assert year.budget == sum(budgets.values())
    assert year.budget < sum(satang(row["budget_amount"]) for row in rows)


@pytest.mark.parametrize(
    ("part", "column"), [("methods", "procurement_method"), ("departments", "department")]
)
def test_by_code(year, rows, part, column):
    groups = getattr(year, part)
    assert as_pairs(groups) == grouped(rows, lambda row: row[column])
    amounts = [group.amount for group in groups]
    assert amounts == sorted(amounts, reverse=True)
    assert all(group.name != group.code for group in groups)


def test_by_month_in_the_order_of_the_fiscal_year(year, rows):
    assert [int(group.code) for group in year.months] == list(MONTHS)
    expected = grouped(rows, lambda row: str(date.fromisoformat(row["date_signed"]).month))
    assert as_pairs(year.months) == expected


def band(row):
    budget = satang(row["budget_amount"])
    return str(sum(budget > bound * 100 for bound in BOUNDS))


def test_by_band_of_the_budget(year, rows):
    assert len(year.bands) == len(BOUNDS) + 1
    assert as_pairs(year.bands) == grouped(rows, band)
    assert sum(group.count for group in year.bands) == year.count
    assert sum(group.amount for group in year.bands) == year.amount


def test_bands_say_their_bounds(year):
    names = [group.name for group in year.bands]
    assert names[0] == "ไม่เกิน 10,000 บาท"
    assert names[4] == "เกิน 490,000 ถึง 500,000 บาท"
    assert names[-1] == "เกิน 10,000,000 บาท"


def test_the_ten_suppliers_with_most(year, rows):
    by_name = grouped(rows, lambda row: row["supplier_name"])
    ranked = sorted(by_name.items(), key=lambda pair: (-pair[1][1], pair[0]))[:10]
    assert [(group.name, (group.count, group.amount)) for group in year.top_suppliers] == ranked


def test_the_largest_contracts(year, rows):
    amounts = sorted((satang(row["contract_amount"]) for row in rows), reverse=True)[:20]
    assert [contract.amount for contract in year.largest] == amounts
    by_title = {(row["title"], row["supplier_name"], row["date_signed"]) for row in rows}
    for contract in year.largest:
        assert (contract.title, contract.supplier, contract.signed.isoformat()) in by_title


def test_invented_contracts_are_marked(year):
    assert year.item.dataset.sample


def test_one_supplier_in_two_spellings_is_one(tmp_path, repo):
    shutil.copytree(repo / "tests/fixtures/tiny", tmp_path / "a")
    file = tmp_path / "a/data/procurement/2569.csv"
    before = pipeline.check(tmp_path / "a", date(2026, 11, 22)).facts["procurement"].years[-1]
    text = file.read_text("utf-8")
    name = before.top_suppliers[0].name
    assert text.count(name) > 1, "the fixture's first supplier has one contract only"
    # A double space, as exports have it.
    head, _, tail = text.partition(name)
    file.write_text(head + name.replace(" ", "  ", 1) + tail, "utf-8")
    after = pipeline.check(tmp_path / "a", date(2026, 11, 22)).facts["procurement"].years[-1]
    assert [(g.count, g.amount) for g in after.top_suppliers] == [
        (g.count, g.amount) for g in before.top_suppliers
    ]
    assert after.suppliers == before.suppliers
