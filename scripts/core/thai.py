"""Thai calendar, digits and words: no clock, no locale, no dependency."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

BE_OFFSET = 543
#: A year at or above this is Buddhist Era, below it Common Era: nobody means 2400 CE or 1857 BE.
BE_FROM = 2400

MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
MONTHS_SHORT = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
#: Months of a Thai fiscal year in its own order, October first.
FISCAL_MONTHS = (10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9)

_FOLD = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_UNFOLD = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_THAI_DIGIT = re.compile("[๐-๙]")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
#: Looked for one by one: that is many times faster in a long text than a character class.
_HIDDEN_CHARS = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00a0"
_MIDNIGHT = r"(?:[ T]0?0:00(?::00)?)?"
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})" + _MIDNIGHT)
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})" + _MIDNIGHT)
_WRITTEN = re.compile(r"(\d{1,2})[\s-]*([ก-๙.]+)[\s-]*(?:พ\.?ศ\.?\s*)?(\d{2}|\d{4})")
_MONTH_NUMBER = {
    name.replace(".", ""): number
    for names in (MONTHS, MONTHS_SHORT)
    for number, name in enumerate(names, 1)
}


@dataclass(frozen=True)
class DateFault:
    """Why a text is not an accepted date: a rule id, and the date it probably means (or None)."""

    rule: str
    meant: date | None = None


def has_hidden(text: str) -> bool:
    """Tell whether a text holds characters that nobody sees: zero-width ones, no-break spaces."""
    return any(char in text for char in _HIDDEN_CHARS)


def strip_hidden(text: str) -> str:
    """Return the text without zero-width characters, and with plain spaces for no-break ones."""
    return _HIDDEN.sub("", text).replace("\u00a0", " ")


def fold_digits(text: str) -> str:
    """Return the text with Thai digits as ASCII digits."""
    return text.translate(_FOLD)


def thai_digits(text: str) -> str:
    """Return the text with ASCII digits as Thai digits."""
    return text.translate(_UNFOLD)


def has_thai_digits(text: str) -> bool:
    """Tell whether any Thai digit stands in the text."""
    return bool(_THAI_DIGIT.search(text))


def _date(year: int, month: int, day: int) -> date | None:
    # No earlier day is meant by anybody; the first years cannot even be reckoned with.
    if not BE_FROM - BE_OFFSET <= year < BE_FROM:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_date(text: str) -> date | DateFault:  # noqa: PLR0911 - one line a form
    """Read a date as an officer writes it.

    Accepted: ``2026-01-31`` (year first is Common Era) and ``31 ม.ค. 2569``, ``31 มกราคม 2569``,
    ``31/1/2569`` (day first is Buddhist Era, four digits); Thai digits everywhere. Anything else
    is a `DateFault` whose rule is ``type-error``, ``impossible-date``, ``era-mismatch`` or
    ``two-digit-year``.
    """
    text = " ".join(fold_digits(text).split())
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
        if year >= BE_FROM:
            return DateFault("era-mismatch", _date(year - BE_OFFSET, month, day))
        return _date(year, month, day) or DateFault("impossible-date")
    if match := _SLASHED.fullmatch(text):
        day, month, year_text = int(match[1]), int(match[2]), match[3]
    elif match := _WRITTEN.fullmatch(text):
        month_name = match[2].replace(".", "").removesuffix("พศ")
        day, month, year_text = int(match[1]), _MONTH_NUMBER.get(month_name, 0), match[3]
        if not month:
            return DateFault("type-error")
    else:
        return DateFault("type-error")
    if month > 12 >= day:
        # Written the American way round: say which day that would be.
        swapped = read_date(f"{month}/{day}/{year_text}")
        meant = swapped.meant if isinstance(swapped, DateFault) else swapped
        return DateFault("impossible-date", meant)
    if len(year_text) == 2:
        return DateFault("two-digit-year", _date(2500 + int(year_text) - BE_OFFSET, month, day))
    year = int(year_text)
    if year < BE_FROM:
        return DateFault("era-mismatch", _date(year, month, day))
    return _date(year - BE_OFFSET, month, day) or DateFault("impossible-date")


def fiscal_year(day: date) -> int:
    """Return the Thai fiscal year (BE) of a day: it begins on 1 October of the year before."""
    return day.year + BE_OFFSET + (1 if day.month >= 10 else 0)


def fiscal_start(year_be: int) -> date:
    """Return the first day of a fiscal year given in BE."""
    return date(year_be - BE_OFFSET - 1, 10, 1)


def fiscal_end(year_be: int) -> date:
    """Return the last day of a fiscal year given in BE."""
    return date(year_be - BE_OFFSET, 9, 30)


def fiscal_quarter(day: date) -> int:
    """Return the quarter of the fiscal year, 1 to 4 (October to December is 1)."""
    return (day.month - 10) % 12 // 3 + 1


def month_end(year: int, month: int) -> date:
    """Return the last day of a month of a CE year."""
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """Move a day by months, held to the last day of the month it lands in."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return min(month_end(year, month + 1), date(year, month + 1, 1) + timedelta(days=day.day - 1))


def show_date(day: date | None) -> str:
    """Write a day for readers, as ``30 ก.ย. 2569``; an unknown day as ``ไม่ทราบ``."""
    if day is None:
        return "ไม่ทราบ"
    return f"{day.day} {MONTHS_SHORT[day.month - 1]} {day.year + BE_OFFSET}"


def show_month(day: date) -> str:
    """Write a month for readers, as ``กันยายน 2569``."""
    return f"{MONTHS[day.month - 1]} {day.year + BE_OFFSET}"


def join_words(words: list[str]) -> str:
    """Join words as Thai does: ``ก ข และ ค``."""
    if len(words) < 2:
        return "".join(words)
    return " ".join(words[:-1]) + " และ" + words[-1]
