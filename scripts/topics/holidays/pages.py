"""The page of official holidays: each year's list, with how sure each day is and who says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ...core.shown import Column, Figure, Page, Site, Source
from ...core.sources import source_of
from ...core.thai import join_words, show_date
from .facts import Holiday, HolidayFacts, HolidayYear

WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
KINDS = {"holiday": "วันหยุดประจำปี", "substitution": "ชดเชย", "special": "พิเศษ"}
CERTAINTIES = {"high": "สูง", "medium": "ปานกลาง", "low": "ต่ำ"}


def pages(facts: HolidayFacts, site: Site) -> Iterator[Page]:
    """Yield the page; nothing where there is no list of any year."""
    if not facts.years:
        return
    newest = list(reversed(facts.years))
    yield Page(
        path="holidays.md",
        title="วันหยุดราชการ",
        description=f"วันหยุดราชการปี {_span(facts)} พร้อมแหล่งที่มาและความแน่ใจของแต่ละวัน",
        template="holidays/holidays.md.j2",
        context={
            "sentence": next_sentence(facts, site),
            "about": newest[0].loaded.dataset.description,
            "unsure": [item for item in newest if item.unsure],
            "sources": sources(facts),
        },
        nav=("เปิดเผยข้อมูล (OIT)", "วันหยุดราชการ"),
        order=45,
        figures=tuple(_figure(item, site) for item in newest),
        sample=newest[0].loaded.sample_words,
    )


def sources(facts: HolidayFacts) -> list[tuple[str, int]]:
    """Return every source with the number of days that rest on it, the most used first."""
    counts = Counter(
        source.strip()
        for year in facts.years
        for item in year.days
        for source in item.source.split(";")
    )
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def next_sentence(facts: HolidayFacts, site: Site) -> str:
    """Say which working day the offices are closed next, from the site's day on."""
    coming = (
        item
        for year in facts.years
        for item in year.days
        if item.on_weekday and item.day >= site.today
    )
    found = min(coming, key=lambda item: item.day, default=None)
    if found is None:
        return "ยังไม่มีรายการวันหยุดราชการที่จะถึง"
    doubt = "" if found.sure else " (ยังต้องยืนยัน)"
    return f"วันทำการที่ราชการหยุดครั้งถัดไป คือ {_day(found)} {found.name}{doubt}"


def finding(year: HolidayYear) -> str:
    """Say how many working days a year loses, and how many days are not certain yet."""
    weekdays = sum(item.on_weekday for item in year.days)
    parts = [
        f"{KINDS[kind]} {count} วัน"
        for kind in ("substitution", "special")
        if (count := year.count(kind))
    ]
    said = f"ปี {year.year} ราชการหยุดในวันจันทร์ถึงศุกร์ {weekdays} วัน"
    said += f" ในจำนวนนี้เป็นวันหยุด{join_words(parts)}" if parts else ""
    return said + (f" ยังต้องยืนยัน {len(year.unsure)} วัน" if year.unsure else "")


def _span(facts: HolidayFacts) -> str:
    first, last = facts.years[0].year, facts.years[-1].year
    return str(last) if first == last else f"{first} ถึง {last}"


def _day(item: Holiday) -> str:
    return f"วัน{WEEKDAYS[item.day.weekday()]}ที่ {show_date(item.day)}"


def _source(year: HolidayYear, site: Site) -> Source:
    # The files of this dataset are of calendar years, those of every other one of fiscal years.
    return replace(source_of(year.loaded, site.today), covers=f"ปีปฏิทิน {year.year}")


def _figure(year: HolidayYear, site: Site) -> Figure:
    return Figure(
        id=f"year-{year.year}",
        title=f"วันหยุดราชการปี {year.year}",
        finding=finding(year),
        kind="none",
        data=None,
        columns=(
            Column("date", "วันที่", "date"),
            Column("weekday", "วัน"),
            Column("name", "วันหยุด"),
            Column("kind", "ประเภท"),
            Column("certainty", "ความแน่ใจ"),
        ),
        rows=tuple(
            (
                item.day,
                WEEKDAYS[item.day.weekday()],
                item.name,
                KINDS.get(item.kind, item.kind),
                CERTAINTIES.get(item.certainty, item.certainty),
            )
            for item in year.days
        ),
        source=_source(year, site),
        note="วันหยุดประจำปีที่ตรงกับเสาร์หรืออาทิตย์แสดงไว้ด้วย แต่ไม่นับในจำนวนวันจันทร์ถึงศุกร์",
    )
