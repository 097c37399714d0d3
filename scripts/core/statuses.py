"""Says what the agency owes the public, and what falls due, for each reader of a check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .findings import Words, printable
from .shown import Owing, Status
from .thai import show_date

NOBODY = Words("ยังไม่ได้กำหนดผู้รับผิดชอบ", "nobody in charge")
SAMPLE = Words("ตัวอย่าง", "sample")
_NOTHING = Words("ไม่มี", "nothing")


@dataclass(frozen=True)
class Listed:
    """The statuses that a check lists beside its findings; ``ahead``: only what falls due so soon."""

    statuses: tuple[Status, ...] = ()
    today: date = date.min
    ahead: int | None = None

    @property
    def until(self) -> date:
        """Return the last day of the forecast."""
        return self.today + timedelta(days=self.ahead or 0)

    def forecast(self) -> list[tuple[str, list[tuple[Status, Owing]]]]:
        """Return what falls due from today up to the last day, by owner, soonest first.

        What nobody owns stands last.
        """
        found = sorted(
            (
                (status, owing)
                for status in self.statuses
                for owing in status.upcoming
                if self.today <= owing.due <= self.until
            ),
            key=lambda pair: (pair[1].due, pair[0].id),
        )
        owners = sorted(
            {status.owner_name for status, _ in found}, key=lambda name: (not name, name)
        )
        return [
            (owner, [pair for pair in found if pair[0].owner_name == owner]) for owner in owners
        ]


def said(words: Words, lang: str) -> str:
    """Return a text in a language."""
    return words.th if lang == "th" else words.en


def day(value: date | None, lang: str) -> str:
    """Return a day as it is written in a language; an unknown one as a dash."""
    if value is None:
        return "–"
    return show_date(value) if lang == "th" else value.isoformat()


def one_line(value: str) -> str:
    """Return what a person typed on one line, its control characters shown as a sign."""
    return printable(" ".join(value.split()))


def name_of(status: Status, lang: str) -> str:
    """Return the number and title of an item, marked where its record is invented."""
    sample = f" ({said(SAMPLE, lang)})" if status.sample else ""
    return one_line(f"{status.number} {status.title}") + sample


def heading(listed: Listed, lang: str) -> str:
    """Say what the list is of: every item on the day, or what falls due up to which day."""
    if listed.ahead is None:
        today, number = day(listed.today, lang), len(listed.statuses)
        english = f"state of every item on {today} (items: {number})"
        return said(Words(f"สถานะทั้ง {number} ข้อ ณ วันที่ {today}", english), lang)
    until = day(listed.until, lang)
    english = f"falling due within {listed.ahead} days (until {until})"
    return said(Words(f"จะครบกำหนดใน {listed.ahead} วัน (ถึง {until})", english), lang)


def _owner(name: str, lang: str) -> str:
    return one_line(name) or said(NOBODY, lang)


def _days(status: Status, lang: str) -> str:
    if status.due is None:
        return ""
    number = abs(status.days)
    days = f"{number:,} day{'' if number == 1 else 's'}"
    if status.days > 0:
        return said(Words(f"เกินมา {number:,} วัน", f"{days} late"), lang)
    if status.days < 0:
        return said(Words(f"เหลือ {number:,} วัน", f"{days} left"), lang)
    return said(Words("ครบกำหนดวันนี้", "due today"), lang)


def text(listed: Listed, lang: str) -> str:
    """List every status, or the forecast, for the terminal; "" when there is none."""
    if not listed.statuses:
        return ""
    lines = _states(listed, lang) if listed.ahead is None else _forecast(listed, lang)
    return "\n".join([heading(listed, lang), *lines, ""])


def _forecast(listed: Listed, lang: str) -> Iterator[str]:
    groups = listed.forecast()
    if not groups:
        yield f"  {said(_NOTHING, lang)}"
    for owner, pairs in groups:
        yield _owner(owner, lang)
        for status, owing in pairs:
            todo = one_line(said(owing.what, lang))
            yield f"  {day(owing.due, lang)}  {name_of(status, lang)} · {todo}"


def _states(listed: Listed, lang: str) -> Iterator[str]:
    for status in listed.statuses:
        state = said(status.word, lang)
        if status.since:
            state += f" {said(Words('ตั้งแต่', 'since'), lang)} {day(status.since, lang)}"
        owed, owner = one_line(said(status.owed, lang)), _owner(status.owner_name, lang)
        yield f"  {name_of(status, lang)}"
        yield "      " + " · ".join(filter(None, (state, _days(status, lang), owed, owner)))


def markdown(listed: Listed, lang: str) -> Iterator[tuple[str, ...]]:
    """Yield the header and the rows of the same list as cells of a table."""
    return _state_rows(listed, lang) if listed.ahead is None else _forecast_rows(listed, lang)


def _forecast_rows(listed: Listed, lang: str) -> Iterator[tuple[str, ...]]:
    thai = ("ครบกำหนด", "หน่วยงาน", "ข้อ", "ต้องทำ")
    yield thai if lang == "th" else ("due", "owner", "item", "owed")
    groups = listed.forecast()
    if not groups:
        yield "–", "–", said(_NOTHING, lang), "–"
    for owner, pairs in groups:
        for status, owing in pairs:
            todo = one_line(said(owing.what, lang))
            yield day(owing.due, lang), _owner(owner, lang), name_of(status, lang), todo


def _state_rows(listed: Listed, lang: str) -> Iterator[tuple[str, ...]]:
    thai = ("ข้อ", "สถานะ", "ตั้งแต่", "วัน", "ต้องทำต่อ", "หน่วยงาน")
    yield thai if lang == "th" else ("item", "state", "since", "days", "owed next", "owner")
    for status in listed.statuses:
        yield (
            name_of(status, lang),
            said(status.word, lang),
            day(status.since, lang),
            _days(status, lang) or "–",
            one_line(said(status.owed, lang)),
            _owner(status.owner_name, lang),
        )


def plain(listed: Listed, lang: str) -> dict[str, Any]:
    """Return the same list as keys of the JSON report: ``items``, and ``forecast`` if asked for."""
    result: dict[str, Any] = {"items": [_plain(status, lang) for status in listed.statuses]}
    if listed.ahead is not None:
        result["forecast"] = [
            {
                "due": owing.due.isoformat(),
                "id": status.id,
                "number": status.number,
                "title": status.title,
                "owner": status.owner or None,
                "owner_name": status.owner_name or None,
                "owed": said(owing.what, lang),
                "sample": status.sample,
            }
            for _, pairs in listed.forecast()
            for status, owing in pairs
        ]
    return result


def _plain(status: Status, lang: str) -> dict[str, Any]:
    return {
        "id": status.id,
        "number": status.number,
        "title": status.title,
        "state": status.state,
        "state_name": said(status.word, lang),
        "late": status.late,
        "since": status.since.isoformat() if status.since else None,
        "days": status.days if status.due else None,
        "due": status.due.isoformat() if status.due else None,
        "owed": said(status.owed, lang),
        "owner": status.owner or None,
        "owner_name": status.owner_name or None,
        "sample": status.sample,
    }
