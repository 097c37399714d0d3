"""The pictures of due days: the fiscal year's calendar, and the plan that prints on one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ...core.shown import Column, Figure, Site
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
from .figures import OWN_RULES, board_source, counts
from .judge import STATES
from .words import is_late, other_year, upcoming


def _months(today: date) -> list[date]:
    """Return the first days of the months of the fiscal year of a day."""
    start = fiscal_start(fiscal_year(today))
    return [date(start.year + (month < 10), month, 1) for month in FISCAL_MONTHS]


@dataclass(frozen=True)
class _Chip:
    """One due day of an item in the year, and the day where it stands."""

    day: date
    due: date
    late: bool
    item: Item


def _in_year(item: Item, facts: OitFacts, today: date) -> Iterator[_Chip]:
    """Yield the due days of an item up to the end of the fiscal year of a day.

    What is late stands in the month of today, where it is still owed, whenever it was due.
    """
    for owing in upcoming(item, facts, fiscal_end(fiscal_year(today))):
        late = owing.due < today and is_late(item)
        yield _Chip(today if late else owing.due, owing.due, late, item)


def calendar(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    """Return the months of the fiscal year of today with what falls due in each."""
    today = site.today
    chips = sorted(
        (chip for item in year.items for chip in _in_year(item, facts, today)),
        key=lambda chip: (chip.day, chip.item.criterion.index),
    )
    return Figure(
        id="calendar",
        title=f"ปฏิทินครบกำหนด ปีงบประมาณ {fiscal_year(today)}",
        finding=_calendar_sentence(chips),
        kind="months",
        data=[_month(first, chips, today) for first in _months(today)],
        columns=(
            Column("due", "ครบกำหนด", "date"),
            Column("item", "ข้อ"),
            Column("title", "รายการ"),
            Column("owner", "หน่วยงานรับผิดชอบ"),
            Column("late", "เลยกำหนดแล้ว"),
        ),
        rows=tuple(
            (
                chip.due,
                chip.item.criterion.number,
                chip.item.criterion.title,
                chip.item.owner_name or None,
                "ใช่" if chip.late else "ไม่",
            )
            for chip in chips
        ),
        source=board_source(year, today),
        note="ข้อที่ค้างแสดงในเดือนนี้ กำหนดครั้งถัดไปคิดจากสมมุติฐานว่าครั้งก่อนหน้าทำทันเวลา " + OWN_RULES,
    )


def _month(
    first: date, chips: Iterable[_Chip], today: date
) -> tuple[str, str, list[tuple[Item, int, str, bool]]]:
    """Return a month's name, whether it is past or now, and its chips with the tone of each."""
    months = first.year * 12 + first.month, today.year * 12 + today.month
    when = "now" if months[0] == months[1] else "past" if months[0] < months[1] else ""
    here = [
        (chip.item, chip.day.day, "overdue" if chip.late else chip.item.due.state, chip.late)
        for chip in chips
        if (chip.day.year, chip.day.month) == (first.year, first.month)
    ]
    return show_month(first), when, here


def _calendar_sentence(chips: Iterable[_Chip]) -> str:
    late = {chip.item.criterion.number for chip in chips if chip.late}
    coming = [chip for chip in chips if not chip.late]
    said = f"ค้างอยู่ {len(late)} ข้อ " if late else ""
    if not coming:
        return f"{said}ไม่มีกำหนดที่จะถึงอีกในปีงบประมาณนี้"
    day = coming[0].day
    numbers = [chip.item.criterion.number for chip in coming if chip.day == day]
    shown = join_words(numbers) if len(numbers) <= 3 else f"{len(numbers)} ข้อ"
    return f"{said}กำหนดถัดไปคือ {show_date(day)} ({shown})"


def plan(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    """Return the year's plan: every item with the days on which it falls due, month by month."""
    today = site.today
    firsts = _months(today)
    rows = []
    total = asked = 0
    for item in year.items:
        cells: list[list[tuple[int, bool]]] = [[] for _ in firsts]
        for chip in _in_year(item, facts, today):
            cells[(chip.day.month - 10) % 12].append((chip.day.day, chip.late))
            total += 1
        asked += any(cells)
        rows.append((item, *STATES[item.due.state], cells))
    return Figure(
        id="plan",
        title="กำหนดรายเดือน",
        finding=f"ตั้งแต่ {show_date(today)} ถึงสิ้นปีงบประมาณ {fiscal_year(today)} "
        f"มีกำหนดที่ต้องทำ {total:,} ครั้ง จาก {asked} ข้อ" + other_year(year, today),
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
        source=board_source(year, today),
        note="ตัวเลขคือวันที่ครบกำหนดของเดือน ค้างคือข้อที่เลยกำหนดแล้ว แสดงในเดือนนี้ " + OWN_RULES,
    )
