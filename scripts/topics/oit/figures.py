"""The pictures of OIT: the board, the year's calendar, lateness, history, plan and criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from ...core.shown import Column, Figure, Site, Source
from ...core.sources import source_of
from ...core.thai import (
    show_date,
)
from .facts import Item, OitFacts, OitYear
from .judge import STATES
from .words import next_step, samples, sentence

OWN_RULES = "กำหนดเวลาเป็นการตั้งค่าของเว็บไซต์นี้ ไม่ใช่เกณฑ์ของ ป.ป.ช."


def board(year: OitYear, site: Site) -> Figure:
    """Return the board: a tile an item, and the table of all that is known of each."""
    return Figure(
        id="board",
        title=f"สถานะ {len(year.items)} ข้อ ณ {show_date(site.today)}",
        finding=sentence(year),
        kind="board",
        data={
            "tiles": [(item, *STATES[item.due.state]) for item in year.items],
            "samples": samples(year),
            "counts": counts(year),
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
        source=board_source(year, site.today),
        note=OWN_RULES,
    )


def board_source(year: OitYear, built: date) -> Source:
    """Return the source of what the records say; their own latest days stand for the file's."""
    source = source_of(year.records or year.criteria, built)
    records = [item.record for item in year.items if item.record]
    return replace(
        source,
        as_of=max((one.as_of for one in records if one.as_of), default=source.as_of),
        published=max((one.published for one in records if one.published), default=None),
        checked=built,
    )


def counts(year: OitYear) -> list[tuple[str, str, str, int]]:
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
