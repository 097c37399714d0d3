"""Facts of OIT: the state of each disclosure item on a day, by its cadence and data-as-of date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from ...core.model import Loaded, Workspace
from ...core.thai import add_months, fiscal_start, fiscal_year, month_end

#: Every state with the word, shape and tone of its badge. Order: what needs care first.
STATES: Mapping[str, tuple[str, str]] = {
    "missing": ("ยังไม่เปิดเผย", "cross"),
    "overdue": ("เกินกำหนด", "triangle"),
    "unknown": ("ไม่ทราบวันที่ของข้อมูล", "question"),
    "due-soon": ("ใกล้ครบกำหนด", "clock"),
    "fresh": ("เป็นปัจจุบัน", "check"),
}

#: The fields that this topic cannot do without: resource -> field -> type.
FIELDS = {
    "criteria": {
        "number": "string",
        "title_th": "string",
        "indicator": "integer",
        "sub_indicator": "string",
        "covers": "string",
        "cadence_suggested": "code",
        "period_end": "date",
        "components": "array",
        "certainty": "string",
        "sources": "array",
    },
    "records": {
        "item": "string",
        "owner": "code",
        "shown": "string",
        "evidence": "string",
        "as_of": "date",
        "published": "date",
        "sample": "boolean",
        "note": "string",
    },
}
_MONTHS = {"1", "2", "3", "4", "6", "12"}


@dataclass(frozen=True)
class Cadence:
    """How often an item falls due: ``kind`` period counts from period ends, rolling from the data."""

    code: str
    name: str
    kind: str
    months: int
    due_days: int
    warn_days: int


@dataclass(frozen=True)
class Criterion:
    """One item of a year's list."""

    number: str
    title: str
    indicator: int
    sub_indicator: str
    covers: str
    cadence: Cadence
    period_end: date | None
    components: tuple[str, ...]
    certainty: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """What the agency says it discloses for an item; ``index`` is its row in the file."""

    item: str
    index: int
    owner: str
    owner_name: str
    shown: str
    evidence: str
    as_of: date | None
    published: date | None
    sample: bool
    note: str


@dataclass(frozen=True)
class Due:
    """The state of an item: ``due`` and ``needed`` are None when nothing more is owed.

    ``needed`` is the day up to which the data must reach by ``due``; ``days`` counts from the due
    day to today and is negative before it.
    """

    state: str
    due: date | None = None
    needed: date | None = None
    days: int = 0


@dataclass(frozen=True)
class Item:
    """An item with its record (None: not disclosed) and state."""

    criterion: Criterion
    record: Record | None
    due: Due


@dataclass(frozen=True)
class OitYear:
    """One year's list. ``records`` is None where the agency keeps no records for it."""

    year: int
    criteria: Loaded
    records: Loaded | None
    items: tuple[Item, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of items in each state, in the order of `STATES`."""
        return {state: sum(item.due.state == state for item in self.items) for state in STATES}


@dataclass(frozen=True)
class OitFacts:
    """Every year that has criteria, oldest first; ``board`` is the latest with records.

    ``bad_cadences`` are the codes of cadences.csv whose numbers cannot be read.
    """

    years: tuple[OitYear, ...]
    board: OitYear | None
    bad_cadences: tuple[str, ...] = ()


def paths(ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    years = ws.years("oit", "criteria")
    return ["oit/", *(f"oit/{year}/" for year in years)] if years else []


def build(ws: Workspace) -> OitFacts:
    """Judge every item of every year on the workspace's day."""
    cadences = _cadences(ws)
    years = tuple(
        _year(ws, item, cadences)
        for year in ws.years("oit", "criteria")
        if (item := ws.get("oit", "criteria", year)) is not None
    )
    board = next((year for year in reversed(years) if year.records is not None), None)
    bad = tuple(code for code in ws.codes("cadences").rows if code not in cadences)
    return OitFacts(years, board, bad)


def judge(criterion: Criterion, as_of: date | None, today: date) -> Due:
    """Return the state of an item whose data reach to ``as_of``, on a day.

    Data that reach the end of the period an item covers are complete and owe nothing more. A
    period item owes the next period's data ``due_days`` after that period's end; a rolling item
    owes a review ``months`` after its data's day. What is late is late since the first period that
    was missed, and needs the last one whose due day has passed: less would be late again at once.
    """
    cadence, end = criterion.cadence, criterion.period_end
    if as_of is None:
        return Due("unknown")
    if end is not None and as_of >= end:
        return Due("fresh")
    # What was missed before the fiscal year of this list is owed to another list.
    before = fiscal_start(fiscal_year(end)) - timedelta(days=1) if end else as_of
    needed = _next_needed(max(as_of, before), criterion)
    due = needed + timedelta(days=cadence.due_days)
    days = (today - due).days
    if days <= 0:
        state = "due-soon" if days >= -cadence.warn_days else "fresh"
        return Due(state, due, needed, days)
    while cadence.kind == "period" and needed != end:
        following = _next_needed(needed, criterion)
        if following + timedelta(days=cadence.due_days) >= today:
            break
        needed = following
    return Due("overdue", due, needed, days)


def judge_missing(criterion: Criterion, year: int, today: date) -> Due:
    """Return what an item without any record owes, by the list of a fiscal year.

    What is reviewed is owed from the year's first day; a period item owes its first period of the
    year it covers.
    """
    start = fiscal_start(fiscal_year(criterion.period_end) if criterion.period_end else year)
    if criterion.cadence.kind == "rolling":
        return Due("missing", start, start, (today - start).days)
    owed = judge(criterion, start - timedelta(days=1), today)
    return Due("missing", owed.due, owed.needed, owed.days)


def _next_needed(day: date, criterion: Criterion) -> date:
    """Return the day up to which the next data must reach, after data that reach to ``day``."""
    if criterion.cadence.kind == "rolling":
        return add_months(day, criterion.cadence.months)
    needed = next_period_end(day, criterion.cadence.months)
    return needed if criterion.period_end is None else min(needed, criterion.period_end)


def next_period_end(day: date, months: int) -> date:
    """Return the first end of a fiscal period of so many months that lies after a day."""
    # Fiscal periods end in months counted from September: month ends, quarters, the year.
    end = month_end(day.year, day.month)
    while end <= day or (end.month - 9) % months:
        following = end + timedelta(days=1)
        end = month_end(following.year, following.month)
    return end


def _year(ws: Workspace, criteria: Loaded, cadences: Mapping[str, Cadence]) -> OitYear:
    records = ws.get("oit", "records", criteria.year)
    by_item = _records(ws, records) if records is not None else {}
    items = []
    for row in criteria.records():
        cadence = cadences.get(row.cadence_suggested)
        if cadence is None or not row.number:
            continue
        criterion = _criterion(row, cadence)
        record = by_item.get(criterion.number)
        due = (
            judge(criterion, record.as_of, ws.today)
            if record
            else judge_missing(criterion, criteria.year, ws.today)
        )
        items.append(Item(criterion, record, due))
    return OitYear(criteria.year, criteria, records, tuple(items))


def _cadences(ws: Workspace) -> dict[str, Cadence]:
    rows = ws.codes("cadences").rows
    found = {}
    for code, row in rows.items():
        numbers = [row.get(name, "") for name in ("months", "due_days", "warn_days")]
        whole = all(number.isascii() and number.isdigit() for number in numbers)
        # Periods are told by their ends, so they must divide the year.
        if row.get("kind") in ("period", "rolling") and whole and numbers[0] in _MONTHS:
            found[code] = Cadence(code, row["name_th"], row["kind"], *map(int, numbers))
    return found


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else value.date()


def _criterion(row: Any, cadence: Cadence) -> Criterion:
    return Criterion(
        number=row.number,
        title=row.title_th,
        indicator=0 if pd.isna(row.indicator) else int(row.indicator),
        sub_indicator=row.sub_indicator,
        covers=row.covers,
        cadence=cadence,
        period_end=_day(row.period_end),
        components=row.components,
        certainty=row.certainty,
        sources=row.sources,
    )


def _records(ws: Workspace, records: Loaded) -> dict[str, Record]:
    departments = ws.codes("departments")
    found: dict[str, Record] = {}
    for index, row in enumerate(records.records()):
        record = Record(
            item=row.item,
            index=index,
            owner=row.owner,
            owner_name=departments.name_of(row.owner),
            shown=row.shown,
            evidence=row.evidence,
            as_of=_day(row.as_of),
            published=_day(row.published),
            sample=not pd.isna(row.sample) and bool(row.sample),
            note=row.note,
        )
        found.setdefault(record.item, record)
    return found
