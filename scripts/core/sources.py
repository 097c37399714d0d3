"""The source line of a figure, out of what the dataset says of itself."""

from __future__ import annotations

from datetime import date

from .model import Loaded
from .shown import Source


def source_of(item: Loaded, built: date) -> Source:
    """Return the source of one dataset file."""
    period = item.period
    return Source(
        title=item.dataset.source_title,
        owner=item.dataset.owner,
        licence=item.dataset.licence,
        as_of=period.as_of,
        published=period.published,
        checked=period.checked,
        built=built,
        sample=item.sample_words,
        covers=f"ปีงบประมาณ {item.year}" if item.year else "",
    )
