"""Money and shares: whole satang in, exact words out. Nothing here is a binary float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

SATANG = 100
_AMOUNT = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?", re.ASCII)
_GROUPED = re.compile(r"-?(?:\d{1,3}(?:,\d{3}){1,3}|\d(?:,\d{3}){4})(?:\.\d{1,2})?", re.ASCII)
_INTEGER = re.compile(r"-?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})", re.ASCII)


def read_satang(text: str) -> int | None:
    """Read baht as an officer types it and return satang; None when it is not an amount.

    Accepts a thousands separator in its right places, at most two decimals, a leading minus.
    """
    if not (_AMOUNT.fullmatch(text) or _GROUPED.fullmatch(text)):
        return None
    return int(Decimal(text.replace(",", "")) * SATANG)


def read_integer(text: str) -> int | None:
    """Read a whole number, with or without thousands separators; None when it is not one."""
    if not _INTEGER.fullmatch(text):
        return None
    return int(text.replace(",", ""))


def round_half_up(value: Decimal, places: int = 0) -> Decimal:
    """Round as people do on paper, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def baht(satang: int) -> str:
    """Write satang as baht with separators, ``1,234.50``; satang are shown only where there are some."""
    sign, rest = ("-", -satang) if satang < 0 else ("", satang)
    whole, part = divmod(rest, SATANG)
    return f"{sign}{whole:,}" + (f".{part:02d}" if part else "")


def plain_baht(satang: int) -> str:
    """Write satang as a bare number for machines, ``1234.50`` or ``1234``."""
    return baht(satang).replace(",", "")


def baht_words(satang: int, places: int = 1) -> str:
    """Write an amount the way it is said: ``2,926.2 ล้านบาท``, ``490,000 บาท``."""
    amount = Decimal(satang) / SATANG
    if abs(amount) >= 1_000_000:
        return f"{round_half_up(amount / 1_000_000, places):,} ล้านบาท"
    return f"{baht(int(round_half_up(amount)) * SATANG)} บาท"


def percent(part: int, whole: int, places: int = 1) -> Decimal | None:
    """Return part of whole in percent, half up; None when there is no whole to share."""
    if whole == 0:
        return None
    return round_half_up(Decimal(part) * 100 / Decimal(whole), places)


def times(part: int, whole: int, places: int = 1) -> Decimal | None:
    """Return how many times whole goes into part, half up; None when whole is nothing."""
    return round_half_up(Decimal(part) / Decimal(whole), places) if whole else None


def largest_remainder(values: Sequence[int], total: int = 100) -> list[int]:
    """Split ``total`` whole units among non-negative values so that the parts always add up to it.

    Hamilton's method: floors first, then one more to the largest remainders, earlier values first
    among equals. All zero gives all zero: there is nothing to share.
    """
    whole = sum(values)
    if whole == 0:
        return [0] * len(values)
    parts = [value * total // whole for value in values]
    remainders = [value * total % whole for value in values]
    order = sorted(range(len(values)), key=lambda index: (-remainders[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts
