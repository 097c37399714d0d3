"""data/oit/history.csv: when the state or the data of an item changed, and what follows from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...core.model import ALL_YEARS, Workspace
from ...core.thai import fiscal_start, fiscal_year, month_end
from .judge import CURRENT

if TYPE_CHECKING:
    from .facts import Item, OitYear

HISTORY = "data/oit/history.csv"
HEADER = ("recorded", "year", "item", "state", "since", "as_of", "evidence", "sample")
_COUNTED = frozenset({"missing", "overdue", "delinquent"})


@dataclass(frozen=True, order=True)
class Change:
    """What was seen of an item on the day it was recorded.

    ``since`` is the first day on which the item was late, or else the first day of its state.
    """

    recorded: date
    year: int
    item: str
    state: str
    since: date | None
    as_of: date | None
    evidence: str
    sample: bool = False


@dataclass(frozen=True)
class News:
    """One thing that happened to an item: ``kind`` is new, updated, overdue or recovered."""

    kind: str
    change: Change


def read_changes(ws: Workspace) -> tuple[Change, ...]:
    """Return the recorded changes, oldest first; rows that a check has refused are left out."""
    item = ws.get("oit", "history", ALL_YEARS)
    rows = item.records() if item else ()
    changes = (
        Change(_day(row.recorded), int(row.year), row.item, row.state, _day(row.since),
               _day(row.as_of), row.evidence, not pd.isna(row.sample) and bool(row.sample))
        for row in rows
        if not pd.isna(row.recorded) and not pd.isna(row.year) and row.item and row.state
    )  # fmt: skip
    return tuple(sorted(changes, key=lambda change: (change.recorded, change.year, change.item)))


def _day(value: Any) -> Any:
    return None if pd.isna(value) else value.date()


def seen(item: Item, today: date) -> Change:
    """Return what is to be seen of an item today."""
    return Change(
        recorded=today,
        year=item.year,
        item=item.criterion.number,
        state=item.due.state,
        since=item.late_since or item.due.since,
        as_of=item.as_of,
        evidence=item.record.evidence if item.record else "",
        sample=item.record is not None and item.record.sample,
    )


def to_append(changes: Sequence[Change], board: OitYear, today: date) -> list[Change]:
    """Return what a day adds to the history: every item that differs from its last entry.

    Nothing, when something was recorded today or later: the history grows once a day at most.
    """
    if any(change.recorded >= today for change in changes):
        return []
    last = {change.item: change for change in changes if change.year == board.year}
    return [
        now
        for now in (seen(item, today) for item in board.items)
        if now.item not in last or _facts(now) != _facts(last[now.item])
    ]


def appended(old: bytes, before: Iterable[Change], changes: Iterable[Change]) -> bytes:
    """Return the history file with changes at its end; the bytes that are there stay as they are.

    A file that is not as this program writes it (semicolons, another order of columns, another
    encoding) is written anew from what was read in it, because rows at its end would not fit.
    """
    try:
        text = old.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    ours = bool(text.strip()) and text.splitlines()[0].strip() == ",".join(HEADER)
    end = "\r\n" if ours and b"\r\n" in old else "\n"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end)
    if not ours:
        old, changes = b"", [*before, *changes]
        writer.writerow(HEADER)
    elif not text.endswith("\n"):
        out.write(end)
    for one in changes:
        days = (one.since, one.as_of)
        since, as_of = (day.isoformat() if day else "" for day in days)
        sample = "ใช่" if one.sample else "ไม่"
        row = (one.recorded.isoformat(), one.year, one.item, one.state, since, as_of)
        writer.writerow((*row, one.evidence, sample))
    return old + out.getvalue().encode()


def _facts(change: Change) -> tuple[Any, ...]:
    return change.state, change.as_of, change.evidence, _is_late(change)


def _is_late(change: Change) -> bool:
    """Tell whether an item was late: what is missing only from its due day on."""
    return change.state in _COUNTED and (change.state != "missing" or change.since is not None)


def late_days(changes: Iterable[Change], item: Item, today: date) -> int:
    """Return on how many days of the fiscal year of today an item was late, today included.

    Lateness counts from its first day, also where that was before it was recorded; any other state
    from the day on which it was seen.
    """
    start = fiscal_start(fiscal_year(today))
    number = item.criterion.number
    rows = [one for one in changes if (one.year, one.item) == (item.year, number)]
    rows = [one for one in rows if one.recorded < today] + [seen(item, today)]
    begins: list[date] = []
    for row in rows:
        begin = row.since if row.state in _COUNTED and row.since else row.recorded
        begins.append(max(begin, begins[-1]) if begins else begin)
    ends = [*begins[1:], today + timedelta(days=1)]
    return sum(
        max((min(end, today + timedelta(days=1)) - max(begin, start)).days, 0)
        for row, begin, end in zip(rows, begins, ends, strict=True)
        if _is_late(row)
    )


def by_month(
    changes: Iterable[Change], year: int, now: Mapping[str, int], today: date
) -> list[tuple[date, dict[str, int]]]:
    """Return (last day seen, items in each state) of every month since the first record.

    The month of today stands last, with the states of today.
    """
    rows = [change for change in changes if change.year == year and change.recorded <= today]
    if not rows:
        return [(today, dict(now))]
    result = []
    states: dict[str, str] = {}
    position = 0
    for end in _month_ends(rows[0].recorded, today):
        while position < len(rows) and rows[position].recorded <= end:
            states[rows[position].item] = rows[position].state
            position += 1
        result.append((end, {state: list(states.values()).count(state) for state in now}))
    return [*result, (today, dict(now))]


def _month_ends(first: date, today: date) -> Iterator[date]:
    """Yield the ends of the months from the first day on that lie before the month of today."""
    end = month_end(first.year, first.month)
    while (end.year, end.month) < (today.year, today.month):
        yield end
        following = end + timedelta(days=1)
        end = month_end(following.year, following.month)


def news(changes: Sequence[Change]) -> Iterator[News]:
    """Yield what happened, oldest first; the first record of all is where the history begins."""
    last: dict[tuple[int, str], Change] = {}
    began = changes[0].recorded if changes else None
    for change in changes:
        before = last.get((change.year, change.item))
        last[change.year, change.item] = change
        if before is None:
            if change.recorded != began and change.evidence and change.state != "missing":
                yield News("new", change)
        elif kind := _kind(before, change):
            yield News(kind, change)


def _kind(before: Change, now: Change) -> str:
    if before.state == "missing" and now.state != "missing" and now.evidence:
        return "new"
    if not _lacks(before) and _lacks(now):
        return "overdue"
    if _lacks(before) and now.state in CURRENT:
        return "recovered"
    return "updated" if (before.as_of, before.evidence) != (now.as_of, now.evidence) else ""


def _lacks(change: Change) -> bool:
    return change.state == "unknown" or _is_late(change)
