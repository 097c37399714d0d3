"""Due rules in the words that officers use, and the days they mean.

Every accepted wording stands in `WORDINGS`; digits may be Thai, spaces may vary. A rule tells two
things: up to which day the next data must reach (``needed``), and by which day they must be there
(``due``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ...core.thai import (
    MONTHS,
    MONTHS_SHORT,
    DateFault,
    add_months,
    fiscal_start,
    fiscal_year,
    fold_digits,
    month_end,
    read_date,
    strip_hidden,
)
from ...core.workdays import WorkCalendar

#: One example of every wording, as messages and the officers' page show it.
WORDINGS: Mapping[str, str] = {
    "monthly": "ทุกเดือน ภายใน 10 วันทำการหลังสิ้นเดือน",
    "quarterly": "ทุกไตรมาส ภายใน 30 วันหลังสิ้นไตรมาส",
    "half-yearly": "ทุกครึ่งปี ภายใน 30 วันหลังสิ้นครึ่งปี",
    "yearly": "ทุกปีงบประมาณ ภายใน 90 วันหลังสิ้นปีงบประมาณ",
    "yearly-by": "ปีละครั้ง ภายในวันที่ 31 ธันวาคม",
    "year-after": "ภายในวันที่ 30 เมษายน ของปีงบประมาณถัดไป",
    "on-change": "เมื่อมีการเปลี่ยนแปลง และทบทวนอย่างน้อยปีละครั้ง",
    "once": "ครั้งเดียว ภายในวันที่ 31 มกราคม 2569",
    "on-demand": "เมื่อมีผู้ขอ",
    "frozen": "ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569",
}
_PERIODS = {
    "เดือน": ("monthly", 1),
    "ไตรมาส": ("quarterly", 3),
    "ครึ่งปี": ("half-yearly", 6),
    "ปี": ("yearly", 12),
}
_UNIT = r"(เดือน|ไตรมาส|ครึ่งปี|ปี)(?:งบประมาณ)?"
_DAY_MONTH = r" ?(?:วันที่ ?)?(\d{1,2}) ?([ก-๙.]+?)"
_AFTER_PERIOD = re.compile(
    rf"(?:ทุก|ราย){_UNIT} ?ภายใน ?(\d{{1,3}}) ?วัน ?(ทำการ)? ?"
    rf"(?:หลังจาก|หลัง|นับถัดจาก|นับแต่|นับจาก|จาก)?(?:วัน)?สิ้น{_UNIT}"
)
_NEXT_MONTH = re.compile(r"(?:ทุก|ราย)เดือน ?ภายใน ?วันที่ ?(\d{1,2}) ?ของเดือนถัดไป")
_YEARLY_BY = re.compile(
    rf"(?:ปีละ ?(?:1 ?|หนึ่ง)?ครั้ง|ทุกปี(?:งบประมาณ)?) ?ภายใน{_DAY_MONTH}(?: ?ของทุกปี)?"
)
_YEAR_AFTER = re.compile(
    rf"(?:ปีละ ?(?:1 ?)?ครั้ง ?)?ภายใน{_DAY_MONTH} ?(?:ของ|ใน)?ปี(?:งบประมาณ)?ถัดไป"
)
_REVIEW = re.compile(
    r"(?:(?:แก้ไข|แก้|ปรับปรุง)?(?:ทุกครั้ง)?(?:เมื่อ|ที่)มีการเปลี่ยนแปลง)? ?(?:และ ?)?"
    r"ทบทวน ?(?:อย่างน้อย)? ?(?:ปีละ ?(?:(\d{1,2}) ?)?ครั้ง|ทุก ?(\d{1,2}) ?เดือน)"
)
_ONCE = re.compile(r"ครั้งเดียว(?: ?ภายใน(?:วันที่ ?)?(.+))?")
_FROZEN = re.compile(r"(.*?) ?(?:และ ?)?(?:ตรึงข้อมูล|ไม่แก้ไข) ?หลัง ?(?:วันที่ ?)?(.+)")
_SPACES = re.compile(r"\s+")
_MONTH_NUMBER = {
    name.replace(".", ""): number
    for names in (MONTHS, MONTHS_SHORT)
    for number, name in enumerate(names, 1)
}


@dataclass(frozen=True)
class DueRule:
    """A parsed due rule.

    ``kind`` is a key of `WORDINGS` and of cadences.csv. ``months`` is the length of its period, or
    the time between reviews. The due day is ``days`` (``working`` days, if so) after the period's
    end, or the ``day`` of the ``month`` that comes next (month 0: of the following month). ``by`` is
    the day of what is owed once; nothing falls due after ``frozen``.
    """

    kind: str
    months: int = 0
    days: int = 0
    working: bool = False
    month: int = 0
    day: int = 0
    by: date | None = None
    frozen: date | None = None


@dataclass(frozen=True)
class Reckoner:
    """Turns what a rule needs into a due day: knows the closed days, and whether they move one."""

    calendar: WorkCalendar
    move: bool = False

    def due(self, rule: DueRule, needed: date) -> date:
        """Return the day by which data that reach to ``needed`` must be there."""
        return self.moved(self.unmoved(rule, needed))

    def moved(self, day: date) -> date:
        """Return the day itself, or the next open one where closed days move what is due."""
        return self.calendar.next_open(day) if self.move else day

    def unmoved(self, rule: DueRule, needed: date) -> date:
        """Return the due day as the rule says it, open or closed."""
        if rule.kind in ("once", "frozen"):
            return rule.by or rule.frozen or needed
        if rule.month:
            after = fiscal_start(fiscal_year(needed) + 1)
            start = after if rule.kind == "year-after" else needed
            return _next_date(rule.month, rule.day, start)
        if rule.day:
            following = month_end(needed.year, needed.month) + timedelta(days=1)
            return _held(following.year, following.month, rule.day)
        if rule.working:
            return self.calendar.add_open_days(needed, rule.days)
        return needed + timedelta(days=rule.days)


def _held(year: int, month: int, day: int) -> date:
    """Return a day of a month, held to its last one: 29 February in a common year is the 28th."""
    return min(month_end(year, month), date(year, month, 1) + timedelta(days=day - 1))


def _next_date(month: int, day: int, start: date) -> date:
    """Return the first such day of a year on or after ``start``."""
    found = _held(start.year, month, day)
    return found if found >= start else _held(start.year + 1, month, day)


def next_period_end(day: date, months: int) -> date:
    """Return the first end of a fiscal period of so many months that lies after a day."""
    # Fiscal periods end in months counted from September: month ends, quarters, halves, the year.
    end = month_end(day.year, day.month)
    while end <= day or (end.month - 9) % months:
        following = end + timedelta(days=1)
        end = month_end(following.year, following.month)
    return end


def next_needed(rule: DueRule, day: date) -> date | None:
    """Return the day up to which the next data must reach, after data that reach to ``day``.

    None: nothing more is ever owed.
    """
    if rule.kind == "on-change":
        return add_months(day, rule.months)
    if rule.kind == "yearly-by":
        return fiscal_start(fiscal_year(day) + 1)
    return next_period_end(day, rule.months) if rule.months else None


def complete_at(rule: DueRule, end: date) -> date:
    """Return the day from which data are complete for an item that covers a period up to ``end``.

    What is owed once in a year is complete as soon as it is of that year.
    """
    return fiscal_start(fiscal_year(end)) if rule.kind == "yearly-by" else end


def parse_due(text: str) -> DueRule | None:
    """Parse a due rule as officers write it; None when the wording is not one of `WORDINGS`."""
    text = _SPACES.sub(" ", fold_digits(strip_hidden(text))).strip()
    text = text.replace("ทุก ๆ ", "ทุก").replace("ทุกๆ ", "ทุก").replace("ทุกๆ", "ทุก")
    if match := _FROZEN.fullmatch(text):
        frozen = read_date(match[2].strip())
        if isinstance(frozen, DateFault):
            return None
        rule = parse_due(match[1]) if match[1] else DueRule("frozen")
        # Frozen twice is a slip, not a rule.
        return replace(rule, frozen=frozen) if rule and not rule.frozen else None
    for pattern, read in _READERS:
        if match := pattern.fullmatch(text):
            return read(match)
    return None


def _after_period(match: re.Match[str]) -> DueRule | None:
    if match[1] != match[4]:
        return None  # every month, within days after the quarter: one of the two is a slip
    kind, months = _PERIODS[match[1]]
    return DueRule(kind, months, int(match[2]), working=bool(match[3]))


def _next_month(match: re.Match[str]) -> DueRule | None:
    day = int(match[1])
    return DueRule("monthly", 1, day=day) if 1 <= day <= 31 else None


def _dated(kind: str, months: int) -> Callable[[re.Match[str]], DueRule | None]:
    def read(match: re.Match[str]) -> DueRule | None:
        day, month = int(match[1]), _MONTH_NUMBER.get(match[2].replace(".", ""), 0)
        # 2028 has a 29 February.
        if not month or not 1 <= day <= month_end(2028, month).day:
            return None
        return DueRule(kind, months, month=month, day=day)

    return read


def _review(match: re.Match[str]) -> DueRule | None:
    times, months = int(match[1] or 1), int(match[2] or 0)
    if not match[2] and times and 12 % times == 0:
        months = 12 // times
    return DueRule("on-change", months) if 1 <= months <= 60 else None


def _once(match: re.Match[str]) -> DueRule | None:
    by = read_date(match[1]) if match[1] else None
    return None if isinstance(by, DateFault) else DueRule("once", by=by)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], DueRule | None]], ...] = (
    (_AFTER_PERIOD, _after_period),
    (_NEXT_MONTH, _next_month),
    (_YEAR_AFTER, _dated("year-after", 12)),
    (_YEARLY_BY, _dated("yearly-by", 12)),
    (_REVIEW, _review),
    (_ONCE, _once),
    (re.compile(r"เมื่อมีผู้(?:ร้อง)?ขอ"), lambda _: DueRule("on-demand")),
)
