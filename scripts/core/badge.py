"""Draws badges: a label and a value in one small SVG, to be shown on any page of any site."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from unicodedata import category, east_asian_width

import jinja2

from .letters import one_line
from .render import environment

#: The ground of the value, dark enough for white letters; the value's words say the same.
TONES: Mapping[str, str] = MappingProxyType(
    {"good": "#1d6b36", "warn": "#7a5c00", "bad": "#a51d2d", "neutral": "#565656"}
)

_FONT_SIZE = 13
_PADDING = 8
#: A text of marks alone has no advance; it still needs a place to be drawn in.
_LEAST = 8
# Hundredths of the font's size, the mean of looped and loopless Thai fonts.
_ADVANCES = {
    char: advance
    for advance, chars in (
        (26, " !',.:;ijl"),
        (32, "()-[]fIเแโใไ"),
        (38, '"/\\{}rtJ'),
        (44, "_|?ะาำๅ"),
        (50, "cskvxyzงรว"),
        (54, "aegq๑๔๕"),
        (63, "DKMbdhnuพฟ"),
        (74, "GHNOQUw&"),
        (88, "mMW%@ฌญฒณ"),
    )
    for char in chars
}
_USUAL = 58
_WIDE = 110


def badge_svg(label: str, value: str, tone: str) -> bytes:
    """Return a badge that says ``label: value``; ``tone`` is good, warn, bad or neutral."""
    if tone not in TONES:
        raise ValueError(f"tone {tone!r} is none of {', '.join(TONES)}")
    label, value = one_line(label), one_line(value)
    label_text, value_text = _width(label), _width(value)
    split = label_text + 2 * _PADDING
    width = split + value_text + 2 * _PADDING
    text = _template().render(
        label=label,
        value=value,
        fill=TONES[tone],
        label_text=label_text,
        value_text=value_text,
        label_x=_PADDING,
        value_x=split + _PADDING,
        split=split,
        width=width,
        inner_width=width - 1,
        font_size=_FONT_SIZE,
    )
    return f"{text.strip()}\n".encode()


@cache
def _template() -> jinja2.Template:
    return environment().get_template("badge.svg.j2")


def _width(text: str) -> int:
    """Return about how many pixels a text is wide; the drawing is held to exactly that."""
    return max(_LEAST, round(sum(map(_advance, text)) * _FONT_SIZE / 100))


def _advance(char: str) -> int:
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    usual = _WIDE if east_asian_width(char) in "WF" else _USUAL
    return _ADVANCES.get(char, usual)
