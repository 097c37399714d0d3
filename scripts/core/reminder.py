"""The issue that reminds a repository of what is late: one body of Markdown, grouped by owner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from .report import markdown_text
from .shown import Owing, Status
from .statuses import NOBODY, name_of, one_line
from .thai import show_date

#: Finds the issue again, whatever people did to its title.
MARKER = "<!-- prongsai:freshness -->"
LABEL = "prongsai-freshness"
_NEW = timedelta(days=7)
_SOON = timedelta(days=30)
#: What GitHub would turn into a mention of somebody, or a link to another issue.
_CALLS = re.compile(r"(?<![\w.])@(?=\w)|#(?=\d)")
_FOOT = (
    "ข้อความนี้เขียนใหม่ทุกวันจากข้อมูลใน `data/` จึงไม่ต้องแก้ที่นี่ ถ้าจะพูดคุย ให้เขียนความเห็นไว้ข้างล่าง "
    "เมื่อไม่มีข้อค้าง รายการนี้ปิดเอง"
)


@dataclass(frozen=True)
class Reminder:
    """The issue: ``late`` is how many items somebody must act on; none means that it may be closed."""

    title: str
    body: str
    late: int


def reminder(statuses: Sequence[Status], agency: str, today: date, base_url: str) -> Reminder:
    """Return the issue of a day; links lead to the board where the site's address is known."""
    late = [status for status in statuses if status.late]
    head = f"ข้อมูลที่ค้างอยู่ {len(late)} ข้อ" if late else "ไม่มีข้อมูลค้าง"
    lines = [MARKER, f"**{_safe(agency)}** ณ วันที่ {show_date(today)}: {head}"]
    if new := [_safe(status.number) for status in late if _is_new(status, today)]:
        lines.append(f"เพิ่งเกินกำหนดในช่วง {_NEW.days} วัน: {', '.join(new)}")
    lines += ["", *_late(late, base_url), *_soon(statuses, today, base_url), _FOOT]
    return Reminder(f"{head} ({one_line(agency)})", "\n".join(lines) + "\n", len(late))


def _is_new(status: Status, today: date) -> bool:
    """Tell whether an item became late in the last days; its state may have begun later than that."""
    first = status.due + timedelta(days=1) if status.due else status.since
    return first is not None and today - first < _NEW


def _late(late: Sequence[Status], base_url: str) -> Iterator[str]:
    for owner, own in _by_owner(late):
        yield f"### {_safe(owner)} ({len(own)} ข้อ)"
        yield ""
        for status in own:
            # What is owed says since when it is, where it has a day.
            since = f" ตั้งแต่ {show_date(status.since)}" if status.since and not status.due else ""
            told = f"**{_safe(status.word.th)}**{since} · {_safe(status.owed.th)}"
            yield f"- {_link(status, base_url)} · {told}"
        yield ""


def _soon(statuses: Sequence[Status], today: date, base_url: str) -> Iterator[str]:
    found = sorted(
        (
            (owing.due, status.id, status, owing)
            for status in statuses
            for owing in status.upcoming
            if today <= owing.due <= today + _SOON
        ),
        key=lambda row: row[:2],
    )
    if not found:
        return
    yield f"### จะครบกำหนดใน {_SOON.days} วัน"
    yield ""
    for due, _, status, owing in found:
        yield _due_line(due, status, owing, base_url)
    yield ""


def _due_line(due: date, status: Status, owing: Owing, base_url: str) -> str:
    owner = _safe(status.owner_name) or NOBODY.th
    return f"- {show_date(due)} · {_link(status, base_url)} · {_safe(owing.what.th)} · {owner}"


def _by_owner(statuses: Iterable[Status]) -> list[tuple[str, list[Status]]]:
    groups: dict[str, list[Status]] = {}
    for status in statuses:
        groups.setdefault(status.owner_name, []).append(status)
    named = sorted(groups.items(), key=lambda pair: (not pair[0], pair[0]))
    return [
        (owner or NOBODY.th, sorted(own, key=lambda status: (-status.days, status.id)))
        for owner, own in named
    ]


def _link(status: Status, base_url: str) -> str:
    text = _safe(name_of(status, "th"))
    if not base_url:
        return text
    address = quote(base_url, safe=":/%[]@~") + quote(status.address, safe="/#")
    return f"[{text}]({address})"


def _safe(text: str) -> str:
    """Return what people typed as text that GitHub shows as it is, and that calls nobody."""
    return _CALLS.sub(r"\g<0>&#8203;", markdown_text(one_line(text)))
