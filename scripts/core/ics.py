"""Writes calendars of all-day events (RFC 5545, RFC 7986), each with alarms on mornings before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .letters import clusters, link, one_line, printable

_LINE_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class Event:
    """Something that is due on a day; ``alarms`` are days before it (0 is the day itself)."""

    uid: str
    day: date
    summary: str
    description: str
    url: str = ""
    categories: tuple[str, ...] = ()
    alarms: tuple[int, ...] = (30, 7, 1)


def calendar(name: str, description: str, events: Sequence[Event], today: date) -> bytes:
    """Return a calendar file, its events by day and uid; two events of one uid are a `ValueError`."""
    _refuse_twins(events)
    lines = list(_head(name, description))
    for event in sorted(events, key=lambda event: (event.day, one_line(event.uid))):
        lines += _event(event, today)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _refuse_twins(events: Sequence[Event]) -> None:
    counts = Counter(one_line(event.uid) for event in events)
    twins = sorted(uid for uid, count in counts.items() if count > 1)
    if twins:
        raise ValueError(f"several events have the uid {', '.join(twins)}")


def _head(name: str, description: str) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Prongsai//Prongsai//TH"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    # Each said twice: the words of RFC 7986, and those that older readers know.
    for key in ("NAME", "X-WR-CALNAME"):
        yield f"{key}:{_line(name)}"
    for key in ("DESCRIPTION", "X-WR-CALDESC"):
        yield f"{key}:{_text(description)}"
    yield "X-WR-TIMEZONE:Asia/Bangkok"
    yield "REFRESH-INTERVAL;VALUE=DURATION:P1D"
    yield "X-PUBLISHED-TTL:P1D"


def _event(event: Event, today: date) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_line(event.uid)}"
    yield f"DTSTAMP:{_day(today)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_day(event.day)}"
    yield f"DTEND;VALUE=DATE:{_day(event.day + timedelta(days=1))}"
    yield f"SUMMARY:{_line(event.summary)}"
    if description := _text(event.description):
        yield f"DESCRIPTION:{description}"
    if url := link(event.url):
        yield f"URL:{url}"
    if event.categories:
        yield f"CATEGORIES:{','.join(map(_line, event.categories))}"
    # A day on which something is due does not make the reader's day busy.
    yield "TRANSP:TRANSPARENT"
    for days in sorted(set(event.alarms), reverse=True):
        yield from _alarm(event, days)
    yield "END:VEVENT"


def _alarm(event: Event, days: int) -> Iterator[str]:
    when = f"อีก {days} วัน" if days else "วันนี้"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:{_trigger(days)}"
    yield f"DESCRIPTION:{_line(f'{when}: {event.summary}')}"
    yield "END:VALARM"


def _trigger(days: int) -> str:
    """Return the time of an alarm as a distance from the event: 09:00 of that many days before.

    An all-day event begins at midnight, so ``-P1D`` would ring at midnight and wake people; nine
    hours later is a day less and fifteen hours before.
    """
    if days < 0:
        raise ValueError(f"an alarm {-days} days after its event")
    if days == 0:
        return "PT9H"
    return f"-P{days - 1}DT15H" if days > 1 else "-PT15H"


def _day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _text(text: str) -> str:
    return printable(text).translate(_ESCAPES)


def _line(text: str) -> str:
    return _text(one_line(text))


def _folded(line: str) -> str:
    """Break a line at 75 octets, before no mark and inside no character; a space leads each rest."""
    pieces, used = [""], 0
    for cluster in clusters(line):
        size = len(cluster.encode())
        if used + size > _LINE_OCTETS:
            pieces.append(" ")
            used = 1
        pieces[-1] += cluster
        used += size
    return "\r\n".join(pieces)
