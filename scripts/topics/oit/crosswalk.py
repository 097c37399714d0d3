"""data/oit/crosswalk.yml: one topic under its item numbers of each year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CROSSWALK = "oit/crosswalk.yml"


@dataclass(frozen=True)
class Topic:
    """One subject with its item numbers by fiscal year; a year that is not there is not known."""

    name: str
    numbers: Mapping[int, tuple[str, ...]]


def read_crosswalk(document: Any) -> tuple[Topic, ...]:
    """Read the crosswalk; rows and years that are not as they should be are left out."""
    return tuple(
        Topic(
            str(row.get("topic_th") or row.get("topic") or ""),
            {
                int(year): tuple(map(str, numbers))
                for year, numbers in row.items()
                if year.isdecimal() and isinstance(numbers, list)
            },
        )
        for row in (document if isinstance(document, list) else ())
        if isinstance(row, dict)
    )
