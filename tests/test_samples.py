"""The invented contracts: their shape, their marks, and that the committed file is theirs."""

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from scripts.core.thai import fiscal_end, fiscal_start
from scripts.core.validate import has_national_id
from scripts.samples.procurement import COLUMNS, HOLIDAYS, contracts, procurement_csv

DATA = Path(__file__).parents[1] / "data"
SEEDS = (2569, 1, 7)


def amount(row: dict[str, str], column: str) -> float:
    return float(row[column])


@pytest.fixture(scope="module", params=SEEDS)
def rows(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    return contracts(3000, 2569, request.param)


def test_the_committed_file_is_what_the_generator_writes() -> None:
    committed = (DATA / "procurement" / "2569.csv").read_bytes()
    assert committed == procurement_csv(3000, 2569, 2569).encode()


def test_same_seed_same_rows_and_another_seed_others() -> None:
    assert procurement_csv(500, 2569, 3) == procurement_csv(500, 2569, 3)
    assert procurement_csv(500, 2569, 3) != procurement_csv(500, 2569, 4)


@pytest.mark.parametrize("count", [0, 1, 5, 13, 20_000])
def test_any_count_can_be_had(count: int) -> None:
    text = procurement_csv(count, 2568, 1)
    read = list(csv.DictReader(io.StringIO(text)))
    assert len(read) == count
    assert text.startswith(",".join(COLUMNS) + "\n")
    assert "\r" not in text


def test_nine_in_ten_by_the_specific_method_but_under_half_of_the_money(
    rows: list[dict[str, str]],
) -> None:
    specific = [row for row in rows if row["procurement_method"] == "specific"]
    assert 0.86 <= len(specific) / len(rows) <= 0.92
    value = sum(amount(row, "contract_amount") for row in specific)
    assert 0.35 <= value / sum(amount(row, "contract_amount") for row in rows) <= 0.48


def test_the_busiest_month_is_september_with_four_times_the_quietest(
    rows: list[dict[str, str]],
) -> None:
    months = Counter(row["date_signed"][:7] for row in rows)
    assert len(months) == 12
    assert max(months, key=months.__getitem__) == "2026-09"
    assert 3.7 <= max(months.values()) / min(months.values()) <= 4.3


def test_one_in_ten_has_a_budget_just_under_the_limit(rows: list[dict[str, str]]) -> None:
    near = [row for row in rows if 490_000 <= amount(row, "budget_amount") <= 500_000]
    assert 0.08 <= len(near) / len(rows) <= 0.12


def test_prices_never_rise_from_budget_to_reference_to_contract(
    rows: list[dict[str, str]],
) -> None:
    for row in rows:
        assert 0 < amount(row, "contract_amount") <= amount(row, "budget_amount")
        if row["reference_price"]:
            assert amount(row, "contract_amount") <= amount(row, "reference_price")
            assert amount(row, "reference_price") <= amount(row, "budget_amount")
    missing = sum(not row["reference_price"] for row in rows)
    assert 0.02 <= missing / len(rows) <= 0.06


def test_contracts_of_one_project_share_its_budget_and_stay_within_it(
    rows: list[dict[str, str]],
) -> None:
    projects: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        projects.setdefault(row["project_id"], []).append(row)
    several = [group for group in projects.values() if len(group) > 1]
    assert several
    for group in several:
        assert len({row["budget_amount"] for row in group}) == 1
        assert len({row["supplier_name"] for row in group}) == len(group)
        total = sum(amount(row, "contract_amount") for row in group)
        assert total <= amount(group[0], "budget_amount") + 0.001


def test_keys_are_unique(rows: list[dict[str, str]]) -> None:
    assert len({(row["project_id"], row["contract_id"]) for row in rows}) == len(rows)


def test_dates_are_working_days_of_the_fiscal_year(rows: list[dict[str, str]]) -> None:
    for row in rows:
        signed, end = (date.fromisoformat(row[name]) for name in ("date_signed", "end_date"))
        assert fiscal_start(2569) <= signed <= fiscal_end(2569)
        assert signed.weekday() < 5
        assert (signed.month, signed.day) not in HOLIDAYS
        assert signed < end
        if row["status"] == "ended":
            assert end <= fiscal_end(2569)


def test_nothing_can_be_taken_for_real(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert row["title"].endswith(" (ตัวอย่าง)")
        assert "ตัวอย่าง" in row["supplier_name"]
        assert row["project_id"].startswith("S69")
        assert len(row["project_id"]) == 12
        assert row["contract_id"].startswith("ตย. ")
        assert row["supplier_id"] == "" or row["supplier_id"].startswith(("000000000", "xxxx"))
        assert not any(has_national_id(value) for value in row.values())


def test_suppliers_are_some_hundreds_and_a_few_win_much(rows: list[dict[str, str]]) -> None:
    wins = Counter(row["supplier_name"] for row in rows)
    assert 250 <= len(wins) <= 330
    assert sum(count for _, count in wins.most_common(30)) > len(rows) / 4


@pytest.mark.parametrize(
    ("column", "codelist"),
    [
        ("department", "departments"),
        ("procurement_method", "procurement-methods"),
        ("status", "contract-status"),
    ],
)
def test_codes_are_in_their_codelists(
    rows: list[dict[str, str]], column: str, codelist: str
) -> None:
    with (DATA / "codelists" / f"{codelist}.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert {row[column] for row in rows} <= codes
