"""The state of an item on a day, and what it owes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ...core.thai import fiscal_start, fiscal_year
from .due import DueRule, Reckoner, complete_at, next_needed

#: Every state with the words and the shape of its badge. Order: what needs care first.
STATES: Mapping[str, tuple[str, str]] = {
    "missing": ("ยังไม่เปิดเผย", "cross"),
    "delinquent": ("ค้างนาน", "triangles"),
    "overdue": ("เกินกำหนด", "triangle"),
    "unknown": ("ยังตัดสินไม่ได้", "question"),
    "due-soon": ("ใกล้ครบกำหนด", "clock"),
    "fresh": ("เป็นปัจจุบัน", "check"),
    "waived": ("ผ่อนผัน", "pause"),
    "not-applicable": ("ไม่เกี่ยวข้อง", "dash"),
}
STATES_EN = {state: state.replace("-", " ") for state in STATES} | {"missing": "not disclosed"}
#: What counts as current, what is late, and what is asked of nobody.
CURRENT = frozenset({"fresh", "due-soon"})
LATE = frozenset({"missing", "delinquent", "overdue", "unknown"})


@dataclass(frozen=True)
class Limits:
    """Days of warning before the due day, and of grace after it until an item is delinquent."""

    warn: int = 0
    grace: int = 0


@dataclass(frozen=True)
class Owed:
    """What the judgement needs of an item: its rule, its limits, the end of what it must cover.

    ``rule`` is None where the wording could not be read.
    """

    rule: DueRule | None
    limits: Limits
    period_end: date | None = None


@dataclass(frozen=True)
class Due:
    """The state of an item: ``due`` and ``needed`` are None when nothing more is owed.

    ``needed`` is the day up to which the data must reach by ``due``; ``days`` counts from the due
    day to today and is negative before it; ``since`` is the first day of the state, as far as known.
    Of a late item ``missed`` is what was needed by ``due``, and ``needed`` what is needed by now.
    """

    state: str
    due: date | None = None
    needed: date | None = None
    days: int = 0
    since: date | None = None
    missed: date | None = None


def judge(owed: Owed, as_of: date | None, today: date, reckoner: Reckoner) -> Due:
    """Return the state of an item whose data reach to ``as_of``, on a day.

    Data that reach the end of the period an item covers are complete and owe nothing more. What is
    late is late since the first period that was missed, and needs the last one whose due day has
    passed: less would be late again at once.
    """
    rule, end = owed.rule, owed.period_end
    if as_of is None or rule is None:
        return Due("unknown")
    if end is not None and as_of >= complete_at(rule, end):
        return Due("fresh")
    # What was missed before the fiscal year of this list is owed to another list; a review that is
    # older than that was missed all the same.
    closed = end is not None and rule.kind != "on-change"
    before = fiscal_start(fiscal_year(end)) - timedelta(days=1) if end and closed else as_of
    steps = _steps(owed, max(as_of, before), reckoner)
    first = next(steps, None)
    if first is None:
        return Due("fresh")
    missed, due = first
    needed = missed
    days = (today - due).days
    if days <= 0:
        soon = due - timedelta(days=owed.limits.warn)
        return Due("due-soon" if today >= soon else "fresh", due, needed, days,
                   soon if today >= soon else None)  # fmt: skip
    if rule.kind != "on-change":
        for following, its_due in steps:
            if its_due >= today:
                break
            needed = following
    grace = owed.limits.grace
    state, later = ("delinquent", grace + 1) if days > grace else ("overdue", 1)
    return Due(state, due, needed, days, due + timedelta(days=later), missed)


def judge_missing(owed: Owed, year: int, today: date, reckoner: Reckoner) -> Due:
    """Return what an item without any record owes, by the list of a fiscal year.

    What is reviewed is owed from the year's first day; a period item owes its first period of the
    year it covers; what is given on demand is late for nobody.
    """
    rule = owed.rule
    if rule is None:
        return Due("unknown")
    if rule.kind == "on-demand":
        return Due("missing")
    start = fiscal_start(fiscal_year(owed.period_end) if owed.period_end else year)
    if rule.kind in ("on-change", "once", "frozen"):
        due = reckoner.moved(start) if rule.kind == "on-change" else reckoner.due(rule, start)
        return _missing(due, start, today)
    found = judge(owed, start - timedelta(days=1), today, reckoner)
    if found.due is None or found.needed is None:
        return Due("missing")
    return replace(_missing(found.due, found.needed, today), missed=found.missed)


def _missing(due: date, needed: date, today: date) -> Due:
    days = (today - due).days
    return Due("missing", due, needed, days, due + timedelta(days=1) if days > 0 else None)


def _steps(owed: Owed, day: date, reckoner: Reckoner) -> Iterator[tuple[date, date]]:
    """Yield (needed, due) of what is owed one after another, after data that reach to ``day``.

    It ends where the item's period ends, where nothing more is owed, or where it is frozen.
    """
    rule, end = owed.rule, owed.period_end
    if rule is None:
        return
    last = complete_at(rule, end) if end else None
    while last is None or day < last:
        needed = next_needed(rule, day)
        if needed is None:
            return
        needed = needed if last is None else min(needed, last)
        if rule.frozen and reckoner.unmoved(rule, needed) > rule.frozen:
            return
        yield needed, reckoner.due(rule, needed)
        day = needed


def schedule(
    owed: Owed, state: Due, until: date, reckoner: Reckoner
) -> Iterator[tuple[date, date]]:
    """Yield (needed, due) of an item up to a day, what it owes now first.

    Each later one supposes that the one before it is met on its day.
    """
    if state.due is None or state.needed is None:
        return
    if state.due <= until:
        yield state.missed or state.needed, state.due
    if owed.rule is None or owed.rule.kind in ("once", "frozen", "on-demand"):
        return
    if owed.rule.kind == "on-change" and state.days > 0:
        return  # the next review is reckoned from the day of the one that is late
    for needed, due in _steps(owed, state.needed, reckoner):
        if due > until:
            return
        yield needed, due
