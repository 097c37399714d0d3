"""The pictures of how it goes: days late in the fiscal year, and the states month by month."""

from __future__ import annotations

from ...core import charts
from ...core.charts import Part
from ...core.shown import Column, Figure, Site
from ...core.thai import MONTHS_SHORT, fiscal_start, fiscal_year, show_date
from .facts import OitFacts, OitYear
from .figures import board_source
from .history import by_month, late_days
from .judge import STATES


def late(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    """Return on how many days of the fiscal year of today each item was late, the most first."""
    counted = [(late_days(facts.changes_of(item), item, site.today), item) for item in year.items]
    rows = sorted(
        ((days, item) for days, item in counted if days),
        key=lambda pair: (-pair[0], pair[1].criterion.index),
    )
    total = sum(days for days, _ in rows)
    fiscal = fiscal_year(site.today)
    parts = [
        Part(
            f"{item.criterion.number} {item.criterion.title}",
            days,
            f"{days:,} วัน",
            2,
            f"#{item.id}",
        )
        for days, item in rows
    ]
    began = min((change.recorded for change in facts.changes), default=None)
    since = f"ประวัติเริ่มบันทึก {show_date(began)}" if began else "ยังไม่มีประวัติที่บันทึกไว้"
    return Figure(
        id="late",
        title=f"จำนวนวันที่เกินกำหนด ปีงบประมาณ {fiscal}",
        finding=f"ปีงบประมาณ {fiscal} เกินกำหนดรวม {total:,} วัน จาก {len(rows)} ข้อ"
        + (f" มากที่สุดคือข้อ {rows[0][1].criterion.number} {rows[0][0]:,} วัน" if rows else ""),
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
            for days, item in rows
        ),
        source=board_source(year, site.today),
        note=f"นับตั้งแต่ {show_date(fiscal_start(fiscal))} ถึง {show_date(site.today)} รวมข้อที่ยังไม่เปิดเผย "
        f"{since} วันก่อนหน้านั้นคิดจากวันครบกำหนดของข้อที่ยังค้าง",
    )


def history(facts: OitFacts, year: OitYear, site: Site) -> Figure:
    """Return how many items were in each state at the end of each month, of twelve at most drawn."""
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
        source=board_source(year, site.today),
        note="จำนวนข้อในแต่ละสถานะ ณ วันสิ้นเดือน เดือนล่าสุดคือวันที่สร้างเว็บไซต์",
    )
