"""Facts of procurement: counts and contract values of a fiscal year, in satang."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ...core.columns import name_key
from ...core.model import Codelist, Loaded, Workspace
from ...core.money import SATANG
from ...core.thai import FISCAL_MONTHS

#: The fields that this topic cannot do without: resource -> field -> type.
FIELDS = {
    "contracts": {
        "project_id": "string",
        "title": "string",
        "department": "code",
        "procurement_method": "code",
        "budget_amount": "money",
        "contract_amount": "money",
        "supplier_id": "string",
        "supplier_name": "string",
        "date_signed": "date",
        "end_date": "date",
        "status": "code",
    },
}
CANCELLED = "cancelled"
#: Upper bounds of the price bands, in baht; the last band is open.
BANDS = (10_000, 50_000, 100_000, 490_000, 500_000, 1_000_000, 10_000_000)


@dataclass(frozen=True)
class Group:
    """Contracts that share something: how many, and the sum of their values."""

    code: str
    name: str
    count: int
    amount: int


@dataclass(frozen=True)
class Contract:
    """One contract as the page lists it."""

    title: str
    supplier: str
    method: str
    signed: date | None
    amount: int


@dataclass(frozen=True)
class ProcurementYear:
    """One fiscal year, without the contracts that were cancelled: they bought nothing.

    ``projects`` is less than ``count`` where a project has several contracts, and ``budget`` counts
    each project once; ``cancelled`` counts what every other figure leaves out.
    """

    year: int
    item: Loaded
    count: int
    projects: int
    amount: int
    budget: int
    suppliers: int
    cancelled: int
    methods: tuple[Group, ...]
    months: tuple[Group, ...]
    departments: tuple[Group, ...]
    bands: tuple[Group, ...]
    top_suppliers: tuple[Group, ...]
    largest: tuple[Contract, ...]
    last_signed: date | None


@dataclass(frozen=True)
class ProcurementFacts:
    """Every year that has contracts, oldest first."""

    years: tuple[ProcurementYear, ...]


def paths(ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    years = ws.years("procurement", "contracts")
    return ["procurement/", *(f"procurement/{year}/" for year in years)] if years else []


def build(ws: Workspace) -> ProcurementFacts:
    """Sum every procurement year of the workspace."""
    return ProcurementFacts(
        tuple(
            _year(ws, item)
            for year in ws.years("procurement", "contracts")
            if (item := ws.get("procurement", "contracts", year)) is not None
        )
    )


def _year(ws: Workspace, item: Loaded) -> ProcurementYear:
    stands = (item.frame["status"] != CANCELLED).to_numpy()
    frame = item.frame[stands]
    amounts = frame["contract_amount"].fillna(0).to_numpy(dtype=np.int64)
    # One project may have several contracts, each row with the project's whole budget.
    once = ~frame["project_id"].duplicated().to_numpy()
    budgets = frame["budget_amount"].fillna(0).to_numpy(dtype=np.int64)
    suppliers = _supplier_keys(frame)
    names = dict(zip(reversed(suppliers), reversed(frame["supplier_name"].tolist()), strict=True))
    by_key = {key: {"name_th": name} for key, name in names.items()}
    signed = frame["date_signed"]
    last = signed.max()
    return ProcurementYear(
        year=item.year,
        item=item,
        count=len(frame),
        projects=int(once.sum()),
        amount=int(amounts.sum()),
        budget=int(budgets[once].sum()),
        suppliers=len(set(suppliers)),
        cancelled=int((~stands).sum()),
        methods=_by_code(frame["procurement_method"], amounts, ws.codes("procurement-methods")),
        months=_by_month(signed, amounts),
        departments=_by_code(frame["department"], amounts, ws.codes("departments")),
        bands=_by_band(budgets, amounts),
        top_suppliers=_by_code(
            pd.Series(suppliers, dtype=object), amounts, Codelist("suppliers", by_key, {})
        )[:10],
        largest=_largest(frame, amounts, ws.codes("procurement-methods")),
        last_signed=None if pd.isna(last) else last.date(),
    )


def _supplier_keys(frame: pd.DataFrame) -> list[str]:
    """Return what tells suppliers apart: a juristic person's id, else the name as it is read.

    One supplier's name is spelt in several ways in real exports; masked ids tell nobody apart.
    """
    pairs = zip(frame["supplier_id"], frame["supplier_name"], strict=True)
    return [
        number if len(number) == 13 and number.isdigit() else name_key(name)
        for number, name in pairs
    ]


def _groups(keys: np.ndarray, amounts: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Count and sum by an integer key from 0 to size - 1, exactly, in whole satang."""
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, keys, amounts)
    return np.bincount(keys, minlength=size), sums


def _by_code(series: pd.Series, amounts: np.ndarray, codes: Codelist) -> tuple[Group, ...]:
    """Group by a column, largest value first."""
    keys, names = pd.factorize(series.to_numpy())
    counts, sums = _groups(keys, amounts, len(names))
    groups = [
        Group(str(code), codes.name_of(str(code)) or "ไม่ระบุ", int(count), int(total))
        for code, count, total in zip(names, counts, sums, strict=True)
    ]
    return tuple(sorted(groups, key=lambda group: (-group.amount, group.name)))


def _by_month(signed: pd.Series, amounts: np.ndarray) -> tuple[Group, ...]:
    """Group by month in the fiscal year's order; contracts without a date are left out."""
    known = signed.notna().to_numpy()
    months = signed[known].dt.month.to_numpy().astype(np.int64)
    counts, sums = _groups(months, amounts[known], 13)
    return tuple(Group(str(m), str(m), int(counts[m]), int(sums[m])) for m in FISCAL_MONTHS)


def _by_band(budgets: np.ndarray, amounts: np.ndarray) -> tuple[Group, ...]:
    keys = np.searchsorted(np.array(BANDS) * SATANG, budgets, side="left")
    counts, sums = _groups(keys, amounts, len(BANDS) + 1)
    return tuple(
        Group(str(index), name, int(counts[index]), int(sums[index]))
        for index, name in enumerate(_band_names(BANDS))
    )


def _band_names(bounds: Sequence[int]) -> list[str]:
    lows = [0, *bounds]
    names = [f"ไม่เกิน {bounds[0]:,} บาท"]
    names += [
        f"เกิน {low:,} ถึง {high:,} บาท" for low, high in zip(lows[1:], bounds[1:], strict=False)
    ]
    return [*names, f"เกิน {bounds[-1]:,} บาท"]


def _largest(
    frame: pd.DataFrame, amounts: np.ndarray, methods: Codelist, limit: int = 20
) -> tuple[Contract, ...]:
    order = np.argsort(-amounts, kind="stable")[:limit]
    rows: Iterator[Any] = iter(frame.iloc[order].itertuples(index=False))
    return tuple(
        Contract(
            title=row.title,
            supplier=row.supplier_name,
            method=methods.name_of(row.procurement_method),
            signed=None if pd.isna(row.date_signed) else row.date_signed.date(),
            amount=int(amounts[index]),
        )
        for index, row in zip(order, rows, strict=True)
    )
