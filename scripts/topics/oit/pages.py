"""OIT pages: the board of the latest year, and each year's list of items."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.shown import Card, Column, Figure, Page, Site
from ...core.sources import source_of
from ...core.thai import join_words, show_date
from .facts import STATES, Item, OitFacts, OitYear

NAV = "เปิดเผยข้อมูล (OIT)"


def pages(facts: OitFacts, site: Site) -> Iterator[Page]:
    """Yield the board and a page a year; nothing where there are no criteria."""
    if not facts.years:
        return
    agency = site.workspace.agency
    board = facts.board or facts.years[-1]
    yield Page(
        path="oit/index.md",
        title=f"รายการเปิดเผยข้อมูล OIT ปี {board.year}",
        description=f"{agency.name_short_th} {sentence(board)}",
        template="oit/board.md.j2",
        context={
            "year": board,
            # What needs care stands first.
            "items": [
                (item, *STATES[state], next_step(item))
                for state in STATES
                for item in board.items
                if item.due.state == state
            ],
            "sentence": sentence(board),
            "today": site.today,
        },
        nav=(NAV, "สถานะทุกข้อ"),
        order=40,
        figures=(_board(board, site),),
        sample=board.records.sample_words if board.records else "",
    )
    for year in reversed(facts.years):
        yield Page(
            path=f"oit/{year.year}.md",
            title=f"เกณฑ์ OIT ปี {year.year}",
            description=f"รายการที่ต้องเปิดเผยตามแบบวัด OIT ปี {year.year} ทั้งหมด {len(year.items)} ข้อ",
            template="oit/criteria.md.j2",
            context={"year": year},
            nav=(NAV, f"เกณฑ์ปี {year.year}"),
            order=41,
            figures=(_criteria(year, site),),
            hide=("toc",),
        )


def cards(facts: OitFacts, site: Site) -> list[Card]:
    """Return the home page's card: how many items are current today."""
    board = facts.board
    if board is None:
        return []
    current = _current(board)
    return [
        Card(
            order=40,
            label=f"ข้อมูล OIT ปี {board.year} ที่เป็นปัจจุบัน",
            value=f"{current}/{len(board.items)}",
            unit="ข้อ",
            sentence=f"ณ วันที่ {show_date(site.today)} {_open_sentence(board)}{_real_words(board)}",
            target="oit/",
            sample=board.records.sample_words if board.records else "",
        )
    ]


def _current(year: OitYear) -> int:
    return year.counts["fresh"] + year.counts["due-soon"]


def sentence(year: OitYear) -> str:
    """Say how many items are current, and what the others are."""
    if year.records is None:
        return f"เกณฑ์ปี {year.year} มี {len(year.items)} ข้อ หน่วยงานยังไม่มีบันทึกการเปิดเผย"
    current, soon, rest = _current(year), year.counts["due-soon"], len(year.items) - _current(year)
    said = f"{current} จาก {len(year.items)} ข้อ" if rest else f"ครบทั้ง {current} ข้อ"
    # Items due soon are still current: they are said inside that number, or the sum would not fit.
    said += f" (ในนี้ใกล้ครบกำหนด {soon} ข้อ)" if soon else ""
    said = f"ข้อมูลเป็นปัจจุบัน {said}" + (f" {_open_sentence(year)}" if rest else "")
    return said + _real_words(year)


def samples(year: OitYear) -> int:
    """Return how many records of the year are invented."""
    return sum(item.record is not None and item.record.sample for item in year.items)


def _real_words(year: OitYear) -> str:
    invented = samples(year)
    real = sum(item.record is not None for item in year.items) - invented
    return f" (บันทึกจริง {real} ข้อ ตัวอย่าง {invented} ข้อ)" if invented else ""


def _open_sentence(year: OitYear) -> str:
    counts = year.counts
    words = [
        f"{STATES[state][0]} {counts[state]} ข้อ"
        for state in ("overdue", "missing", "unknown")
        if counts[state]
    ]
    return join_words(words) if words else "ไม่มีข้อใดค้าง"


def next_step(item: Item) -> str:
    """Say what is owed next and by when."""
    due = item.due
    if due.state == "missing":
        late = f" (เกินมา {due.days:,} วัน)" if due.days > 0 else ""
        return f"ต้องเปิดเผยและบันทึกหลักฐาน ภายใน {show_date(due.due)}{late}"
    if due.state == "unknown":
        return "ต้องระบุวันที่ของข้อมูล"
    if due.due is None or due.needed is None:
        return "ครบตามช่วงที่ต้องเปิดเผยแล้ว"
    what = (
        "ทบทวนข้อมูล"
        if item.criterion.cadence.kind == "rolling"
        else f"ข้อมูลถึง {show_date(due.needed)}"
    )
    if due.state == "overdue":
        return f"{what} ค้างตั้งแต่ {show_date(due.due)} (เกินมา {due.days:,} วัน)"
    return f"{what} ภายใน {show_date(due.due)}"


def _board(year: OitYear, site: Site) -> Figure:
    loaded = year.records or year.criteria
    order = list(STATES)
    return Figure(
        id="board",
        title=f"สถานะ {len(year.items)} ข้อ ณ {show_date(site.today)}",
        finding=sentence(year),
        kind="board",
        data={
            "tiles": [(item, *STATES[item.due.state]) for item in year.items],
            "samples": samples(year),
            "counts": [
                (state, *STATES[state], year.counts[state])
                for state in reversed(order)
                if year.counts[state] or state == "fresh"
            ],
        },
        columns=(
            Column("item", "ข้อ"),
            Column("title", "รายการ"),
            Column("indicator", "ตัวชี้วัด", "number"),
            Column("state", "สถานะ"),
            Column("as_of", "ข้อมูล ณ วันที่", "date"),
            Column("published", "เผยแพร่เมื่อ", "date"),
            Column("next_step", "ต้องทำต่อ"),
            Column("owner", "หน่วยงานรับผิดชอบ"),
            Column("evidence", "หลักฐาน"),
            Column("sample", "ตัวอย่าง"),
        ),
        rows=tuple(
            (
                item.criterion.number,
                item.criterion.title,
                item.criterion.indicator,
                STATES[item.due.state][0],
                item.record.as_of if item.record else None,
                item.record.published if item.record else None,
                next_step(item),
                item.record.owner_name if item.record else None,
                item.record.evidence if item.record else None,
                ("ใช่" if item.record.sample else "ไม่") if item.record else None,
            )
            for item in year.items
        ),
        source=source_of(loaded, site.today),
        note="ความถี่และกำหนดวันเป็นการตั้งค่าของเว็บไซต์นี้ ไม่ใช่เกณฑ์ของ ป.ป.ช.",
    )


def _criteria(year: OitYear, site: Site) -> Figure:
    unsure = sum(item.criterion.certainty != "high" for item in year.items)
    certainty = {"high": "สูง", "medium": "ปานกลาง", "low": "ต่ำ"}
    return Figure(
        id="criteria",
        title=f"รายการทั้งหมด {len(year.items)} ข้อ",
        finding=f"เกณฑ์ปี {year.year} มี {len(year.items)} ข้อ "
        + (f"ในจำนวนนี้ {unsure} ข้อยังต้องเทียบกับคู่มือของ ป.ป.ช." if unsure else "แหล่งที่มาตรงกัน"),
        kind="none",
        data=None,
        columns=(
            Column("item", "ข้อ"),
            Column("title", "รายการ"),
            Column("indicator", "ตัวชี้วัด"),
            Column("covers", "ช่วงข้อมูล"),
            Column("cadence", "ความถี่ที่ใช้ตรวจ"),
            Column("certainty", "ความแน่ใจ"),
            Column("sources", "แหล่งที่มา"),
        ),
        rows=tuple(
            (
                item.criterion.number,
                item.criterion.title,
                item.criterion.sub_indicator or str(item.criterion.indicator),
                item.criterion.covers,
                item.criterion.cadence.name,
                certainty.get(item.criterion.certainty, item.criterion.certainty),
                "; ".join(item.criterion.sources),
            )
            for item in year.items
        ),
        source=source_of(year.criteria, site.today),
        note="ช่องว่างคือยังไม่พบข้อมูล ไม่ได้แปลว่าไม่มีข้อกำหนด",
    )
