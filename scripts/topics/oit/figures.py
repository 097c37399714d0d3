"""The pictures of OIT: the board, the year's calendar, lateness, history, plan and criteria."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ...core import charts
from ...core.charts import Part
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
from .history import by_month, late_days
from .judge import STATES
from .words import is_late, next_step, samples, sentence, upcoming

_OWN_RULES = "กำหนดเวลาเป็นการตั้งค่าของเว็บไซต์นี้ ไม่ใช่เกณฑ์ของ ป.ป.ช."


def board(facts: OitFacts, year: OitYear, site: Site) -> Iterator[Figure]:
    """Yield the figures of the board, those of time only where there are records."""
    yield _board(year, site)
    if year.records is not None:
        yield _calendar(facts, year, site)
        yield _late(facts, year, site)
        yield _history(facts, year, site)


def _board(year: OitYear, site: Site) -> Figure:
    return Figure(
        id="board",
        title=f"สถานะ {len(year.items)} ข้อ ณ {show_date(site.today)}",
        finding=sentence(year),
        kind="board",
        data={
            "tiles": [(item, *STATES[item.due.state]) for item in year.items],
            "samples": samples(year),
            "counts": _counts(year),
        },
        columns=(
            Column("item", "ข้อ"),
            Column("title", "รายการ"),
            Column("indicator", "ตัวชี้วัด", "number"),
            Column("state", "สถานะ"),
            Column("since", "ตั้งแต่", "date"),
            Column("as_of", "ข้อมูล ณ วันที่", "date"),
            Column("published", "เผยแพร่เมื่อ", "date"),
            Column("checked", "ตรวจหลักฐานเมื่อ", "date"),
            Column("due", "ครบกำหนด", "date"),
            Column("next_step", "ต้องทำต่อ"),
            Column("owner", "หน่วยงานรับผิดชอบ"),
            Column("evidence", "หลักฐาน"),
            Column("sample", "ตัวอย่าง"),
        ),
        rows=tuple(_row(item) for item in year.items),
        source=source_of(year.records or year.criteria, site.today),
        note=_OWN_RULES,
    )


def _counts(year: OitYear) -> list[tuple[str, str, str, int]]:
    """Return (state, word, shape, number) of the states that occur, the good ones first."""
    return [
        (state, *STATES[state], year.counts[state])
        for state in reversed(list(STATES))
        if year.counts[state] or state == "fresh"
    ]


def _row(item: Item) -> tuple[object, ...]:
    record = item.record
    return (
        item.criterion.number,
        item.criterion.title,
        item.criterion.indicator,
        STATES[item.due.state][0],
        item.due.since,
        item.as_of,
        record.published if record else None,
        item.evidence.checked,
        item.due.due,
        next_step(item).th,
        item.owner_name or None,
        item.evidence.target or None,
        ("ใช่" if record.sample else "ไม่") if record else None,
    )


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


def _calendar(facts: OitFacts, year: OitYear, site: Site) -> Figure:
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
        note="กำหนดครั้งถัดไปคิดจากสมมุติฐานว่าครั้งก่อนหน้าทำทันเวลา " + _OWN_RULES,
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


def _late(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    counted = [(late_days(facts.changes, item, site.today), item) for item in year.items]
    late = sorted(
        ((days, item) for days, item in counted if days),
        key=lambda pair: (-pair[0], pair[1].criterion.index),
    )
    total = sum(days for days, _ in late)
    fiscal = fiscal_year(site.today)
    parts = [
        Part(
            f"{item.criterion.number} {item.criterion.title}",
            days,
            f"{days:,} วัน",
            2,
            f"#{item.id}",
        )
        for days, item in late
    ]
    began = min((change.recorded for change in facts.changes), default=None)
    since = f"ประวัติเริ่มบันทึก {show_date(began)}" if began else "ยังไม่มีประวัติที่บันทึกไว้"
    return Figure(
        id="late",
        title=f"จำนวนวันที่เกินกำหนด ปีงบประมาณ {fiscal}",
        finding=f"ปีงบประมาณ {fiscal} เกินกำหนดรวม {total:,} วัน จาก {len(late)} ข้อ"
        + (f" มากที่สุดคือข้อ {late[0][1].criterion.number} {late[0][0]:,} วัน" if late else ""),
        kind="bars",
        data=charts.bars(parts),
        columns=(
            Column("item", "ข้อ"),
            Column("title", "รายการ"),
            Column("owner", "หน่วยงานรับผิดชอบ"),
            Column("days", "วันที่เกินกำหนด", "number", "วัน"),
        ),
        rows=tuple(
            (item.criterion.number, item.criterion.title, item.owner_name or None, days)
            for days, item in late
        ),
        source=source_of(year.records or year.criteria, site.today),
        note=f"นับตั้งแต่ {show_date(fiscal_start(fiscal))} ถึง {show_date(site.today)} รวมข้อที่ยังไม่เปิดเผย "
        f"{since} วันก่อนหน้านั้นคิดจากวันครบกำหนดของข้อที่ยังค้าง",
    )


def _history(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    months = by_month(facts.changes, year.year, year.counts, site.today)
    drawn = []
    for day, counts in months[-12:]:
        whole = sum(counts.values()) or 1
        shares = [
            (state, *STATES[state], number, charts.css(number * 100 / whole))
            for state, number in reversed(list(counts.items()))
            if number
        ]
        drawn.append((f"{MONTHS_SHORT[day.month - 1]} {day.year + 543}", shares))
    first, last = months[0][1], months[-1][1]
    before, now = (one["fresh"] + one["due-soon"] for one in (first, last))
    if len(months) == 1:
        finding = f"เริ่มเก็บประวัติ วันนี้เป็นปัจจุบัน {now} ข้อ"
    elif now == before:
        finding = f"เป็นปัจจุบัน {now} ข้อ เท่ากับเมื่อ {show_date(months[0][0])}"
    else:
        word = "เพิ่มขึ้น" if now > before else "ลดลง"
        finding = f"เป็นปัจจุบัน {now} ข้อ {word}จาก {before} ข้อเมื่อ {show_date(months[0][0])}"
    return Figure(
        id="history",
        title="สถานะรายเดือน",
        finding=finding,
        kind="states",
        data=drawn,
        columns=(
            Column("day", "วันที่", "date"),
            *(Column(state, STATES[state][0], "number", "ข้อ") for state in STATES),
        ),
        rows=tuple((day, *(counts[state] for state in STATES)) for day, counts in months),
        source=source_of(year.records or year.criteria, site.today),
        note="จำนวนข้อในแต่ละสถานะ ณ วันสิ้นเดือน เดือนล่าสุดคือวันที่สร้างเว็บไซต์ ",
    )


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
            "counts": _counts(year),
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
        note="ตัวเลขคือวันที่ครบกำหนดของเดือน ค้างคือข้อที่เลยกำหนดแล้ว แสดงในเดือนนี้ " + _OWN_RULES,
    )


def criteria(year: OitYear, site: Site, certainty: Mapping[str, str]) -> Figure:
    """Return a year's list of items, with what of it is not confirmed."""
    unsure = sum(item.criterion.certainty != "high" for item in year.items)
    ruled = sum(bool(item.criterion.due) for item in year.items)
    return Figure(
        id="criteria",
        title=f"รายการทั้งหมด {len(year.items)} ข้อ",
        finding=f"เกณฑ์ปี {year.year} มี {len(year.items)} ข้อ "
        + (f"ในจำนวนนี้ {unsure} ข้อยังต้องเทียบกับคู่มือของ ป.ป.ช." if unsure else "แหล่งที่มาตรงกัน")
        + ("" if ruled else " ไม่พบกำหนดเวลาของปีนี้"),
        kind="none",
        data=None,
        columns=(
            Column("item", "ข้อ"),
            Column("title", "รายการ"),
            Column("indicator", "ตัวชี้วัด"),
            Column("covers", "ช่วงข้อมูล"),
            Column("due", "กำหนดเวลาที่ใช้ตรวจ"),
            Column("legal_source", "ฐานกฎหมาย"),
            Column("certainty", "ความแน่ใจ"),
            Column("sources", "แหล่งที่มา"),
        ),
        rows=tuple(
            (
                item.criterion.number,
                item.criterion.title,
                item.criterion.sub_indicator or str(item.criterion.indicator),
                item.criterion.covers,
                item.criterion.due,
                item.criterion.legal_source,
                certainty.get(item.criterion.certainty, item.criterion.certainty),
                "; ".join(item.criterion.sources),
            )
            for item in year.items
        ),
        source=source_of(year.criteria, site.today),
        note="ช่องว่างคือยังไม่พบข้อมูล ไม่ได้แปลว่าไม่มีข้อกำหนด กำหนดเวลาเป็นข้อเสนอของเว็บไซต์นี้ "
        "ยกเว้นข้อที่ระบุแหล่งที่มาเป็นอย่างอื่น",
    )


def crosswalk(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    """Return the table of topics under their item numbers of every year that is known."""
    years = sorted({known for topic in facts.crosswalk for known in topic.numbers})
    moved = sum(len(set(topic.numbers.values())) > 1 for topic in facts.crosswalk)
    return Figure(
        id="crosswalk",
        title="เรื่องเดียวกันในแต่ละปี",
        finding=f"เลขข้อเปลี่ยนทุกปี จาก {len(facts.crosswalk)} เรื่องที่เทียบไว้ เปลี่ยนเลขหรือจำนวนข้อ {moved} เรื่อง",
        kind="none",
        data=None,
        columns=(
            Column("topic", "เรื่อง"),
            *(Column(f"y{known}", f"ปี {known}") for known in years),
        ),
        rows=tuple(
            (topic.name, *(_numbers(topic.numbers.get(known)) for known in years))
            for topic in facts.crosswalk
        ),
        source=source_of(year.criteria, site.today),
        note="ไม่มี คือไม่พบข้อของเรื่องนั้นในรายการของปี ปีที่ไม่มีคอลัมน์คือยังไม่พบรายการของปีนั้น",
    )


def _numbers(numbers: tuple[str, ...] | None) -> str | None:
    return None if numbers is None else ", ".join(numbers) or "ไม่มี"
