"""What others subscribe to: calendars, a feed of changes, the status as JSON with its schema, a badge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ...core import atom, ics
from ...core.badge import badge_svg
from ...core.ids import stable_id
from ...core.shown import Download, Site, Status
from ...core.thai import show_date
from .facts import Item, OitFacts, OitYear
from .history import News, late_days, news
from .judge import STATES
from .words import is_late, next_step, samples, sentence, state_words, statuses

#: Where all of it lies, below the site's root.
FOLDER = "api/oit"
#: Bumped when a key of status.json changes meaning or goes away; new keys may come.
VERSION = 1
#: A feed holds what is new; the history itself is a download.
_NEWEST = 100
_SCHEMA = Path(__file__).with_name("status.schema.json")
_NEWS = {
    "new": "เปิดเผยแล้ว",
    "updated": "ปรับปรุงข้อมูล",
    "overdue": "เกินกำหนด",
    "recovered": "กลับมาเป็นปัจจุบัน",
}


@dataclass(frozen=True)
class Files:
    """The addresses of what can be subscribed to; ``owners`` maps names to their calendars."""

    calendar: str
    feed: str
    status: str
    schema: str
    badge: str
    owners: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, str], ...]


def files(facts: OitFacts, today: date) -> Files | None:
    """Return the addresses of the files, None where no year has records.

    Who owes nothing within a year has no calendar: readers refuse one without an event.
    """
    if facts.board is None:
        return None
    owing = [status for status in statuses(facts, today) if status.upcoming]
    owners = {status.owner: status.owner_name for status in owing if status.owner}
    return Files(
        calendar=f"{FOLDER}/calendar.ics",
        feed=f"{FOLDER}/feed.xml",
        status=f"{FOLDER}/status.json",
        schema=f"{FOLDER}/status.schema.json",
        badge=f"{FOLDER}/badge.svg",
        owners=tuple(
            (name, f"{FOLDER}/calendar/unit/{code}.ics")
            for code, name in sorted(owners.items(), key=lambda pair: pair[1])
        ),
        items=tuple(
            (status.number, f"{FOLDER}/calendar/item/{status.number.lower()}.ics")
            for status in owing
        ),
    )


def downloads(facts: OitFacts, site: Site) -> Iterator[Download]:
    """Yield every file; its bytes are made only when it is written."""
    board = facts.board
    if board is None:
        return
    listed = list(statuses(facts, site.today))
    agency = site.workspace.agency.name_short_th
    name = f"กำหนดเปิดเผยข้อมูล OIT {agency}"
    yield Download(f"{FOLDER}/calendar.ics", partial(_calendar, name, listed, site))
    for owner in sorted({status.owner for status in listed if status.owner and status.upcoming}):
        own = [status for status in listed if status.owner == owner]
        title = f"{name} · {own[0].owner_name}"
        yield Download(f"{FOLDER}/calendar/unit/{owner}.ics", partial(_calendar, title, own, site))
    for status in (status for status in listed if status.upcoming):
        item = status.number.lower()
        title = f"{name} · {status.number}"
        yield Download(
            f"{FOLDER}/calendar/item/{item}.ics", partial(_calendar, title, [status], site)
        )
    yield Download(f"{FOLDER}/feed.xml", partial(_feed, facts, board, site))
    yield Download(f"{FOLDER}/status.json", partial(_status, facts, board, site))
    yield Download(f"{FOLDER}/status.schema.json", _SCHEMA.read_bytes)
    yield Download(f"{FOLDER}/badge.svg", partial(_badge, board))


def _calendar(name: str, listed: Sequence[Status], site: Site) -> bytes:
    about = "กำหนดเวลาเป็นการตั้งค่าของเว็บไซต์ ไม่ใช่เกณฑ์ของ ป.ป.ช."
    events = [event for status in listed for event in _events(status, site)]
    return ics.calendar(name, about, events, site.today)


def _events(status: Status, site: Site) -> Iterator[ics.Event]:
    """Yield an event for each day on which an item falls due.

    An event keeps its name while it is owed, so that a reminder moves with its day.
    """
    mark = "ตัวอย่าง · " if status.sample else ""
    owner = f" · {status.owner_name}" if status.owner_name else ""
    agency = site.workspace.agency.name_en
    for owing in status.upcoming:
        yield ics.Event(
            uid=stable_id(agency, status.id, owing.key).removeprefix("urn:uuid:"),
            day=owing.due,
            summary=f"{mark}{status.number} {status.title}",
            description=f"{owing.what.th}{owner}",
            url=site.base_url + quote(status.address, safe="/#") if site.base_url else "",
            categories=("OIT", status.owner_name) if status.owner_name else ("OIT",),
        )


def _feed(facts: OitFacts, board: OitYear, site: Site) -> bytes:
    agency = site.workspace.agency
    items = {
        (item.year, item.criterion.number): item for year in facts.years for item in year.items
    }
    entries = [
        _entry(one, items[one.change.year, one.change.item], board, site)
        for one in list(news(facts.changes))[-_NEWEST:]
        if (one.change.year, one.change.item) in items
    ]
    latest = facts.changes[-1].recorded if facts.changes else site.today
    page = f"{site.base_url}oit/" if site.base_url else ""
    return atom.feed(
        id=stable_id(agency.name_en, "oit", "feed"),
        title=f"ความเปลี่ยนแปลงของข้อมูล OIT {agency.name_short_th}",
        subtitle=sentence(board),
        url=page,
        self_url=f"{site.base_url}{FOLDER}/feed.xml" if site.base_url else "",
        author=agency.name_th,
        entries=entries,
        updated=latest,
    )


def _entry(one: News, item: Item, board: OitYear, site: Site) -> atom.Entry:
    change, agency = one.change, site.workspace.agency
    word = state_words(change.state).th
    mark = "ตัวอย่าง · " if change.sample else ""
    return atom.Entry(
        id=stable_id(agency.name_en, str(change.year), change.item, change.recorded.isoformat()),
        title=f"{mark}{_NEWS[one.kind]}: {change.item} {item.criterion.title}",
        updated=change.recorded,
        summary=f"ปี {change.year} สถานะ {word} ข้อมูล ณ วันที่ {show_date(change.as_of)}",
        url=_page_of(item, board, site),
        categories=(one.kind,),
    )


def _page_of(item: Item, board: OitYear, site: Site) -> str:
    """Return where an item is shown: on the board, or in the list of its own year."""
    path = f"oit/#{item.id}" if item.year == board.year else f"oit/{item.year}/"
    return f"{site.base_url}{path}" if site.base_url else ""


def _status(facts: OitFacts, board: OitYear, site: Site) -> bytes:
    agency = site.workspace.agency
    document = {
        "version": VERSION,
        "agency": {"name_th": agency.name_th, "name_en": agency.name_en},
        "today": site.today.isoformat(),
        "year": board.year,
        "current": board.current,
        "asked": board.asked,
        "counts": board.counts,
        "late_days": sum(
            late_days(facts.changes_of(item), item, site.today) for item in board.items
        ),
        "samples": samples(board),
        "items": [
            _item(item, status, facts, site.today)
            for item, status in zip(board.items, statuses(facts, site.today), strict=True)
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _item(item: Item, status: Status, facts: OitFacts, today: date) -> dict[str, Any]:
    record, due, seen = item.record, item.due, item.evidence
    step = next_step(item)
    return {
        "id": status.id,
        "number": status.number,
        "title": status.title,
        "indicator": item.criterion.indicator,
        "state": due.state,
        "state_name": state_words(due.state)._asdict(),
        "since": _iso(status.since),
        "as_of": _iso(item.as_of),
        "published": _iso(record.published if record else None),
        "checked": _iso(seen.checked),
        "due": _iso(due.due),
        "needed": _iso(due.needed),
        "days": due.days if due.due else None,
        "late": status.late,
        "late_days": late_days(facts.changes_of(item), item, today),
        "owed": step._asdict(),
        "owner": {"code": item.owner, "name_th": item.owner_name} if item.owner else None,
        "due_rule": item.criterion.due or None,
        "upcoming": [
            {"due": one.due.isoformat(), "owed": one.what.th}
            for one in status.upcoming
            if one.due <= today + timedelta(days=366)
        ],
        "shown": record.shown if record else None,
        "evidence": _evidence(item),
        "exception": _exception(item),
        "sample": record.sample if record else None,
    }


def _evidence(item: Item) -> dict[str, Any] | None:
    seen = item.evidence
    if not seen.target:
        return None
    file, link = seen.file, seen.link
    return {
        "address": seen.target,
        "kind": seen.kind,
        "size": file.size if file else None,
        "sha256": file.sha256 if file else None,
        "pages": file.pages if file else None,
        "text": (file.text or None) if file else None,
        "years": list(file.years) if file else None,
        "link_state": link.state if link else None,
    }


def _exception(item: Item) -> dict[str, Any] | None:
    duty = item.duty
    if duty is None or item.due.state not in ("waived", "not-applicable"):
        return None
    return {
        "kind": duty.exception,
        "reason": duty.reason,
        "decided_by": duty.decided_by or None,
        "until": _iso(duty.until),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _badge(board: OitYear) -> bytes:
    late = {item.due.state for item in board.items if is_late(item)}
    tone = "bad" if late & {"delinquent", "missing"} else "warn"
    value = f"{board.current}/{board.asked} {STATES['fresh'][0]}"
    value += " (ตัวอย่าง)" if samples(board) else ""
    return badge_svg("OIT", value, tone if late else "good")
