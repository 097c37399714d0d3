"""OIT pages: the board of the latest year, its yearly plan, and each year's list of items."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.shown import Card, Download, Figure, Page, Site
from ...core.thai import fiscal_year, show_date
from . import api, calendars, figures, progress
from .facts import Item, OitFacts, OitYear
from .judge import STATES
from .words import (
    next_step,
    open_sentence,
    other_year,
    real_words,
    sentence,
    since_words,
    statuses,
)

__all__ = ["cards", "downloads", "pages", "statuses"]

NAV = "เปิดเผยข้อมูล (OIT)"
_CERTAINTY = {
    "high": "สูง",
    "medium": "ปานกลาง",
    "low": "ต่ำ",
    "inferred": "อนุมาน",
    "proposal": "ข้อเสนอของเว็บไซต์นี้",
}


def pages(facts: OitFacts, site: Site) -> Iterator[Page]:
    """Yield the board, its plan and a page a year; nothing where there are no criteria."""
    if not facts.years:
        return
    agency = site.workspace.agency
    board = facts.board or facts.years[-1]
    sample = board.records.sample_words if board.records else ""
    yield Page(
        path="oit/index.md",
        title=f"รายการเปิดเผยข้อมูล OIT ปี {board.year}",
        description=f"{agency.name_short_th} {sentence(board)}",
        template="oit/board.md.j2",
        context={
            "year": board,
            "sentence": sentence(board) + other_year(board, site.today),
            "today": site.today,
            "items": _ordered(board),
            "filters": _filters(board),
            "files": api.files(facts, site.today),
        },
        nav=(NAV, "สถานะทุกข้อ"),
        order=40,
        figures=tuple(_figures(facts, board, site)),
        sample=sample,
    )
    if facts.board:
        yield Page(
            path="oit/plan.md",
            title=f"แผนเปิดเผยข้อมูล OIT ปีงบประมาณ {fiscal_year(site.today)}",
            description=f"กำหนดเปิดเผยข้อมูลทุกข้อของ{agency.name_short_th} รายเดือน พิมพ์ได้หนึ่งหน้า",
            template="oit/plan.md.j2",
            context={"year": board, "agency": agency},
            nav=(NAV, "แผนทั้งปี (พิมพ์ได้)"),
            order=41,
            figures=(calendars.plan(facts, board, site),),
            sample=sample,
            hide=("toc", "navigation"),
        )
    for year in reversed(facts.years):
        yield _criteria_page(year, facts, site)


def _figures(facts: OitFacts, board: OitYear, site: Site) -> Iterator[Figure]:
    """Yield the figures of the board, those of time only where there are records."""
    yield figures.board(board, site)
    if board.records is not None:
        yield calendars.calendar(facts, board, site)
        yield progress.late(facts, board, site)
        yield progress.history(facts, board, site)


def _criteria_page(year: OitYear, facts: OitFacts, site: Site) -> Page:
    shown = [figures.criteria(year, site, _CERTAINTY)]
    if year is facts.years[-1] and facts.crosswalk:
        shown.append(figures.crosswalk(facts, year, site))
    return Page(
        path=f"oit/{year.year}.md",
        title=f"เกณฑ์ OIT ปี {year.year}",
        description=f"รายการที่ต้องเปิดเผยตามแบบวัด OIT ปี {year.year} ทั้งหมด {len(year.items)} ข้อ",
        template="oit/criteria.md.j2",
        context={
            "year": year,
            "certainty": _CERTAINTY,
            "details": [item.criterion for item in year.items if _has_details(item)],
        },
        nav=(NAV, f"เกณฑ์ปี {year.year}"),
        order=42,
        figures=tuple(shown),
        hide=("toc",),
    )


def _has_details(item: Item) -> bool:
    return bool(item.criterion.components or item.criterion.statements)


def _ordered(board: OitYear) -> list[tuple[Item, str, str, str, str]]:
    """Return (item, word, shape, next step, since) of every item, what needs care first."""
    return [
        (item, *STATES[state], next_step(item).th, since_words(item))
        for state in STATES
        for item in board.items
        if item.due.state == state
    ]


def _filters(board: OitYear) -> dict[str, list[tuple[str, str, int]]]:
    """Return the choices of both filters as (code, name, number of items), and what has none."""
    names = {item.owner: item.owner_name for item in board.items}
    owners = sorted(names, key=lambda code: (not code, names[code]))
    states = [(state, STATES[state][0], number) for state, number in board.counts.items() if number]
    numbers = [(code, sum(item.owner == code for item in board.items)) for code in owners]
    there = {(item.due.state, item.owner) for item in board.items}
    return {
        "states": states,
        "owners": [(code or "none", names[code] or "ยังไม่ได้กำหนด", n) for code, n in numbers],
        # Pairs of choices that no item has: then a sentence says so.
        "empty": [
            (state, code or "none", 0)
            for state, _, _ in states
            for code in owners
            if (state, code) not in there
        ],
    }


def cards(facts: OitFacts, site: Site) -> list[Card]:
    """Return the home page's card: how many items are current today."""
    board = facts.board
    if board is None:
        return []
    return [
        Card(
            order=40,
            label=f"ข้อมูล OIT ปี {board.year} ที่เป็นปัจจุบัน",
            value=f"{board.current}/{board.asked}",
            unit="ข้อ",
            sentence=f"ณ วันที่ {show_date(site.today)} {open_sentence(board)}{real_words(board)}",
            target="oit/",
            sample=board.records.sample_words if board.records else "",
        )
    ]


def downloads(facts: OitFacts, site: Site) -> Iterator[Download]:
    """Yield the calendars, the feed, the status file with its schema, and the badge."""
    yield from api.downloads(facts, site)
