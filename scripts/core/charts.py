"""Geometry of the pictures: values in, positions in percent out. Templates draw, nothing here does.

All lengths are percent of the drawing area unless said otherwise, as texts ready for CSS, so that
templates need no arithmetic and the same input always gives the same bytes.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .money import largest_remainder, percent

#: Two layouts of one treemap, in CSS pixels: a desktop column and a 360-pixel phone.
WIDE = (760.0, 430.0)
TALL = (328.0, 560.0)
_FONT_PX = 15.0
_LINE_PX = 22.0
_PADDING_PX = 8.0


@dataclass(frozen=True)
class Part:
    """One thing to draw: ``colour`` is a palette number from 1, ``href`` where its detail stands."""

    label: str
    value: int
    shown: str
    colour: int = 1
    href: str = ""
    note: str = ""


@dataclass(frozen=True)
class Share:
    """A part of a whole: ``units`` of 100, exact ``width``, and the share in words."""

    part: Part
    units: int
    width: str
    percent: str


@dataclass(frozen=True)
class Bar:
    """A bar by its length against the longest one."""

    part: Part
    length: str
    percent: str = ""


@dataclass(frozen=True)
class Box:
    """A box of a treemap; ``labelled`` tells whether its name fits inside."""

    part: Part
    left: str
    top: str
    width: str
    height: str
    percent: str
    labelled: bool = False


@dataclass(frozen=True)
class Treemap:
    """The same boxes laid out twice; each layout has its own boxes too small for their names."""

    wide: tuple[Box, ...]
    tall: tuple[Box, ...]


@dataclass(frozen=True)
class Dot:
    """A score on a scale that need not begin at zero: position, and where the target lies."""

    part: Part
    at: str
    target: str
    reached: bool


def css(value: float) -> str:
    """Write a length for CSS: three decimals, no trailing zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def share_text(value: int, whole: int) -> str:
    """Say a share in percent with one decimal; less than that is ``<0.1``, no whole is empty."""
    share = percent(value, whole)
    if share is None:
        return ""
    if value and share < Decimal("0.1"):
        return "<0.1"
    return str(share)


def hundred(parts: Sequence[Part]) -> tuple[Share, ...]:
    """Split 100 units among parts (largest remainder, always exactly 100), widths unrounded."""
    whole = sum(part.value for part in parts)
    units = largest_remainder([part.value for part in parts])
    return tuple(
        Share(
            part,
            unit,
            css(part.value * 100 / whole if whole else 0),
            share_text(part.value, whole),
        )
        for part, unit in zip(parts, units, strict=True)
    )


def bars(parts: Sequence[Part], *, whole: int | None = None) -> tuple[Bar, ...]:
    """Measure bars against the longest; with ``whole``, also say each one's share of it."""
    longest = max((part.value for part in parts), default=0)
    return tuple(
        Bar(
            part,
            css(part.value * 100 / longest if longest else 0),
            share_text(part.value, whole) if whole is not None else "",
        )
        for part in parts
    )


def dots(
    parts: Sequence[Part], low: Decimal, high: Decimal, target: Decimal, scores: Sequence[Decimal]
) -> tuple[Dot, ...]:
    """Place scores between ``low`` and ``high``; a score below the scale stands at its foot."""
    span = high - low

    def at(score: Decimal) -> str:
        return css(float(max(Decimal(0), min(Decimal(100), (score - low) * 100 / span))))

    return tuple(
        Dot(part, at(score), at(target), score >= target)
        for part, score in zip(parts, scores, strict=True)
    )


def treemap(parts: Sequence[Part]) -> Treemap:
    """Lay out a squarified treemap, wide and tall; parts of no value are left to the table."""
    drawn = sorted((part for part in parts if part.value > 0), key=lambda part: -part.value)
    whole = sum(part.value for part in drawn)
    return Treemap(_layout(drawn, whole, *WIDE), _layout(drawn, whole, *TALL))


def _layout(parts: Sequence[Part], whole: int, width: float, height: float) -> tuple[Box, ...]:
    areas = [part.value * width * height / whole for part in parts]
    boxes = []
    for part, (left, top, w, h) in zip(parts, _squarify(areas, width, height), strict=True):
        box = Box(
            part,
            css(left * 100 / width),
            css(top * 100 / height),
            css(w * 100 / width),
            css(h * 100 / height),
            share_text(part.value, whole),
        )
        boxes.append(replace(box, labelled=_fits(part, w, h)))
    return tuple(boxes)


def _squarify(
    areas: Sequence[float], width: float, height: float
) -> list[tuple[float, float, float, float]]:
    """Place areas (largest first) as (left, top, width, height), rows as square as they get.

    Bruls, Huizing and van Wijk, "Squarified Treemaps", 2000.
    """
    placed: list[tuple[float, float, float, float]] = []
    left = top = 0.0
    start = 0
    while start < len(areas):
        side = min(width, height)
        end = start + 1
        while end < len(areas) and _worst(areas[start : end + 1], side) <= _worst(
            areas[start:end], side
        ):
            end += 1
        row = areas[start:end]
        thick = sum(row) / side if side else 0.0
        offset = 0.0
        for area in row:
            long = area / thick if thick else 0.0
            if width >= height:
                placed.append((left, top + offset, thick, long))
            else:
                placed.append((left + offset, top, long, thick))
            offset += long
        if width >= height:
            left, width = left + thick, max(width - thick, 0.0)
        else:
            top, height = top + thick, max(height - thick, 0.0)
        start = end
    return placed


def _worst(row: Sequence[float], side: float) -> float:
    total = sum(row)
    if not total or not side:
        return math.inf
    return max(side * side * max(row) / total**2, total**2 / (side * side * min(row)))


def text_width(text: str) -> float:
    """Estimate the width of a text in px at the pictures' size; Thai marks above and below are 0."""
    glyphs = sum(not unicodedata.category(char).startswith("M") for char in text)
    return glyphs * _FONT_PX * 0.56


def _fits(part: Part, width: float, height: float) -> bool:
    """Tell whether a name and its value fit into a box with room around them."""
    room = width - 2 * _PADDING_PX
    # The value is bold and must not break; the name breaks between words, which leaves lines short.
    value, name = text_width(part.shown) * 1.15, text_width(part.label)
    if value > room:
        return False
    lines = 1 if name <= room else math.ceil(name * 1.15 / room) + 1
    return (lines + 1) * _LINE_PX + 2 * _PADDING_PX <= height
