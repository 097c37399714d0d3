"""The pictures of due days: the fiscal year's calendar, and the plan that prints on one page."""

from __future__ import annotations

from datetime import date

from ...core.shown import Column, Figure, Site
from ...core.sources import source_of
from ...core.thai import (
    FISCAL_MONTHS,
    MONTHS_SHORT,
    fiscal_end,
    fiscal_start,
    fiscal_year,
    join_words,
    show_date,
    show_month,
)
from .facts import Item, OitFacts, OitYear
from .figures import OWN_RULES, counts
from .judge import STATES
from .words import is_late, upcoming


def _months(today: date) -> list[date]:
    """Return the first days of the months of the fiscal year of a day."""
    start = fiscal_start(fiscal_year(today))
    return [date(start.year + (month < 10), month, 1) for month in FISCAL_MONTHS]


def _in_year(item: Item, facts: OitFacts, today: date) -> list[tuple[date, bool]]:
    """Return (due day, whether it is past due) of an item in the fiscal year of a day.

    What has been late since before the year stands in the month of today, where it is still owed.
    """
    start, end = fiscal_start(fiscal_year(today)), fiscal_end(fiscal_year(today))
    found = []
    for owing in upcoming(item, facts, end):
        late = owing.due < today and is_late(item)
        found.append((owing.due if owing.due >= start else today, late))
    return found


def calendar(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    """Return the months of the fiscal year of today with what falls due in each."""
    today = site.today
    dues = sorted(
        (day, item.criterion.number, late, item)
        for item in year.items
        for day, late in _in_year(item, facts, today)
    )
    months = []
    for first in _months(today):
        here = [row for row in dues if (row[0].year, row[0].month) == (first.year, first.month)]
        state = "now" if (first.year, first.month) == (today.year, today.month) else ""
        past = "past" if (first.year, first.month) < (today.year, today.month) else state
        chips = [
            (item, day.day, "overdue" if late else item.due.state, late)
            for day, _, late, item in here
        ]
        months.append((show_month(first), past, chips))
    return Figure(
        id="calendar",
        title=f"ปฏิทินครบกำหนด ปีงบประมาณ {fiscal_year(today)}",
        finding=_calendar_sentence(dues),
        kind="months",
        data=months,
        columns=(
            Column("due", "ครบกำหนด", "date"),
            Column("item", "ข้อ"),
            Column("title", "รายการ"),
            Column("owner", "หน่วยงานรับผิดชอบ"),
            Column("late", "เลยกำหนดแล้ว"),
        ),
        rows=tuple(
            (day, number, item.criterion.title, item.owner_name or None, "ใช่" if late else "ไม่")
            for day, number, late, item in dues
        ),
        source=source_of(year.records or year.criteria, today),
        note="กำหนดครั้งถัดไปคิดจากสมมุติฐานว่าครั้งก่อนหน้าทำทันเวลา " + OWN_RULES,
    )


def _calendar_sentence(dues: list[tuple[date, str, bool, Item]]) -> str:
    open_ones = [row for row in dues if not row[2]]
    late = len({row[1] for row in dues if row[2]})
    said = f"ค้างอยู่ {late} ข้อ " if late else ""
    if not open_ones:
        return f"{said}ไม่มีกำหนดที่จะถึงอีกในปีงบประมาณนี้"
    day = open_ones[0][0]
    numbers = [row[1] for row in open_ones if row[0] == day]
    shown = join_words(numbers[:3]) if len(numbers) <= 3 else f"{len(numbers)} ข้อ"
    return f"{said}กำหนดถัดไปคือ {show_date(day)} ({shown})"


def plan(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    """Return the year's plan: every item with the days on which it falls due, month by month."""
    today = site.today
    firsts = _months(today)
    rows = []
    total = 0
    for item in year.items:
        cells: list[list[tuple[int, bool]]] = [[] for _ in firsts]
        for day, late in _in_year(item, facts, today):
            cells[(day.month - 10) % 12].append((day.day, late))
            total += 1
        rows.append((item, *STATES[item.due.state], cells))
    return Figure(
        id="plan",
        title="กำหนดรายเดือน",
        finding=f"ปีงบประมาณ {fiscal_year(today)} มีกำหนดที่ต้องทำ {total:,} ครั้ง จาก {len(year.items)} ข้อ",
        kind="plan",
        data={
            "months": [MONTHS_SHORT[first.month - 1] for first in firsts],
            "rows": rows,
            "counts": counts(year),
        },
        columns=(
            Column("item", "ข้อ"),
            Column("title", "รายการ"),
            Column("owner", "หน่วยงานรับผิดชอบ"),
            *(Column(f"m{first.month:02}", show_month(first)) for first in firsts),
        ),
        rows=tuple(
            (
                item.criterion.number,
                item.criterion.title,
                item.owner_name or None,
                *(
                    ", ".join("ค้าง" if late else str(day) for day, late in cell) or None
                    for cell in cells
                ),
            )
            for item, _, _, cells in rows
        ),
        source=source_of(year.records or year.criteria, today),
        note="ตัวเลขคือวันที่ครบกำหนดของเดือน ค้างคือข้อที่เลยกำหนดแล้ว แสดงในเดือนนี้ " + OWN_RULES,
    )
