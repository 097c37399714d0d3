"""Invented contracts, shaped as a year of a provincial administration's real ones.

Nothing here is true: every title ends in "(ตัวอย่าง)", every supplier and place is named ตัวอย่าง,
project numbers begin with S and tax ids are small numbers padded with zeros. The shape follows
published lists of such agencies: nine contracts in ten by the specific method but well under half
of the money, a rush in September, and a crowd just under the 500,000-baht limit.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from ..core.money import SATANG, plain_baht
from ..core.thai import fiscal_end, fiscal_start, show_month
from .kinds import KINDS, LANES, TRADES, Kind, Lane

COLUMNS = (
    "project_id", "contract_id", "title", "department", "procurement_method", "budget_amount",
    "reference_price", "contract_amount", "supplier_id", "supplier_name", "date_signed",
    "end_date", "status",
)  # fmt: skip

#: Contracts signed in each month of the fiscal year, October first: few at first, most at the end.
MONTH_WEIGHTS = (93, 190, 175, 215, 200, 250, 190, 270, 300, 310, 305, 372)
#: A project has this many contracts at most, and only where goods or services come in lots.
MOST_OF_A_PROJECT = 4
IN_LOTS = {"trade", "medical", "food", "service"}
#: Public holidays with a fixed day (month, day): nobody signs then.
HOLIDAYS = {
    (10, 13), (10, 23), (12, 5), (12, 10), (12, 31), (1, 1), (4, 6), (4, 13), (4, 14), (4, 15),
    (5, 1), (5, 4), (6, 3), (7, 28), (8, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Supplier:
    """A supplier that does not exist."""

    id: str
    name: str


def contracts(count: int, year_be: int, seed: int) -> list[dict[str, str]]:
    """Invent the contracts of a fiscal year, oldest first; same arguments, same rows."""
    rng = Random(seed)
    days = _signing_days(rng, count, year_be)
    lanes = _deal(rng, count)
    rows: list[dict[str, str]] = []
    project = 0
    while len(rows) < count:
        signed = days[len(rows) : len(rows) + MOST_OF_A_PROJECT]
        project += rng.randrange(1, max(2, 10**7 // count))
        number = f"S{year_be % 100:02d}{signed[0].month:02d}{project:07d}"
        for row in _project(rng, lanes.pop(), signed, year_be):
            contract = f"ตย. {len(rows) + 1}/{year_be}"
            rows.append({"project_id": number, "contract_id": contract, **row})
    return rows


def procurement_csv(count: int, year_be: int, seed: int) -> str:
    """Write the invented contracts as the text of a CSV file, header first, LF line ends."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(contracts(count, year_be, seed))
    return text.getvalue()


def _signing_days(rng: Random, count: int, year_be: int) -> list[date]:
    """Spread the contracts over the working days of the year, month by month, in order."""
    first, last = fiscal_start(year_be), fiscal_end(year_be)
    year = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    open_days = [day for day in year if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS]
    days: list[date] = []
    bounds = [round(count * part / sum(MONTH_WEIGHTS)) for part in accumulate(MONTH_WEIGHTS)]
    for index, bound in enumerate(bounds):
        month = [day for day in open_days if (day.month - 10) % 12 == index]
        days += sorted(rng.choices(month, k=bound - len(days)))
    return days


def _deal(rng: Random, count: int) -> list[str]:
    """Deal the lanes in exact proportions, shuffled: no seed strays from the shape."""
    total = sum(lane.weight for lane in LANES.values())
    bounds = [round(count * part / total) for part in accumulate(x.weight for x in LANES.values())]
    cards: list[str] = []
    for name, bound in zip(LANES, bounds, strict=True):
        cards += [name] * (bound - len(cards))
    rng.shuffle(cards)
    return cards


def _project(
    rng: Random, lane_name: str, days: Sequence[date], year_be: int
) -> Iterator[dict[str, str]]:
    """Invent one project and yield its contracts, a supplier each, signed on the given days."""
    lane = LANES[lane_name]
    kinds, weights = _KINDS_OF[lane_name]
    kind = rng.choices(kinds, cum_weights=weights)[0]
    in_lots = kind.trade in IN_LOTS and len(days) > 1 and rng.random() < lane.several
    parts = rng.randrange(2, len(days) + 1) if in_lots else 1
    budget, reference, agreed = _prices(rng, lane, kind)
    title = _title(rng, kind, days[0])
    department = rng.choice(kind.departments)
    length = rng.randrange(kind.days[0], kind.days[1] + 1)
    known = lane.method != "specific" or rng.random() >= 0.045
    share = agreed // (parts * SATANG) * SATANG
    for part, supplier in enumerate(_choose(rng, kind, parts)):
        amount = share if part else agreed - share * (parts - 1)
        end = days[part] + timedelta(days=length)
        yield {
            "title": title,
            "department": department,
            "procurement_method": lane.method,
            "budget_amount": plain_baht(budget),
            "reference_price": plain_baht(reference) if known else "",
            "contract_amount": plain_baht(amount),
            "supplier_id": supplier.id,
            "supplier_name": supplier.name,
            "date_signed": days[part].isoformat(),
            "end_date": end.isoformat(),
            "status": _status(rng, end, fiscal_end(year_be)),
        }


def _prices(rng: Random, lane: Lane, kind: Kind) -> tuple[int, int, int]:
    """Return budget, reference price and agreed price in satang, none above the one before."""
    # Logarithmic: many small amounts, few large ones.
    amount = math.exp(rng.uniform(math.log(kind.low), math.log(kind.high)))
    budget = _rounded(rng, amount, kind.low)
    if rng.random() < lane.equal:
        return budget, budget, budget
    reference = _rounded(rng, budget / 100 * rng.uniform(*lane.reference), 0)
    agreed = _rounded(rng, reference / 100 * rng.uniform(*lane.agreed), 0)
    return budget, min(reference, budget), min(agreed, reference, budget)


def _rounded(rng: Random, baht: float, low: int) -> int:
    """Round as people price things (never below ``low``) and return satang."""
    step: float
    if baht < 20_000:
        step = rng.choices((5, 10, 50, 100), (2, 4, 2, 2))[0]
    elif baht < 490_000:
        step = rng.choices((0.25, 10, 100, 500, 1000), (1, 3, 4, 2, 3))[0]
    else:
        step = rng.choices((10, 100, 1000), (1, 3, 6))[0]
    return max(round(math.floor(baht / step) * step * SATANG), low * SATANG)


def _title(rng: Random, kind: Kind, signed: date) -> str:
    road = f"สายบ้านตัวอย่าง {rng.randrange(1, 400)} - บ้านตัวอย่าง {rng.randrange(400, 800)}"
    return (
        rng.choice(kind.titles).format(
            n=rng.randrange(2, 60),
            few=rng.randrange(2, 10),
            month=show_month(signed),
            road=road,
            village=f"บ้านตัวอย่าง {rng.randrange(1, 800)} หมู่ที่ {rng.randrange(1, 18)}",
        )
        + " (ตัวอย่าง)"
    )


def _choose(rng: Random, kind: Kind, parts: int) -> list[Supplier]:
    """Choose different suppliers; a shop gets small contracts only."""
    suppliers, weights = (_SUPPLIERS if kind.lane == "small" else _FIRMS)[kind.trade]
    chosen: list[Supplier] = []
    while len(chosen) < parts:
        supplier = rng.choices(suppliers, cum_weights=weights)[0]
        if supplier not in chosen:
            chosen.append(supplier)
    return chosen


def _status(rng: Random, end: date, as_of: date) -> str:
    chance = rng.random()
    if chance < 0.008:
        return "cancelled"
    # Some contracts run on after their last day.
    return "ended" if end <= as_of and chance < 0.975 else "active"


def _supplier(number: int, name: str) -> Supplier:
    if not name.startswith(("ร้าน", "อู่")):
        return Supplier(f"{number:013d}", name)
    # Shops belong to persons: their numbers are masked, and often left out.
    return Supplier("" if number % 3 == 0 else f"xxxxxxxxx{number:04d}", name)


def _suppliers() -> dict[str, list[Supplier]]:
    """Make every supplier; one number each through all trades."""
    pools: dict[str, list[Supplier]] = {}
    first = 1
    for trade, (count, names) in TRADES.items():
        numbers = range(first, first + count)
        pools[trade] = [_supplier(n, names[n % len(names)].format(n=n)) for n in numbers]
        first += count
    return pools


def _skewed(suppliers: list[Supplier]) -> tuple[list[Supplier], list[float]]:
    """Pair suppliers with weights that let the first few of a trade win much of it."""
    return suppliers, list(accumulate(1 / (rank + 2) ** 0.8 for rank in range(len(suppliers))))


_KINDS_OF = {
    name: (kinds, list(accumulate(kind.weight for kind in kinds)))
    for name in LANES
    for kinds in [[kind for kind in KINDS if kind.lane == name]]
}
_SUPPLIERS = {trade: _skewed(pool) for trade, pool in _suppliers().items()}
_FIRMS = {
    trade: _skewed([supplier for supplier in pool if supplier.id.startswith("0")])
    for trade, pool in _suppliers().items()
}
