"""Facts of the official holidays: each year's days, and the calendar of working days they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from ...core.model import Loaded, Workspace
from ...core.thai import BE_OFFSET
from ...core.workdays import WorkCalendar

#: The fields that this topic cannot do without: resource -> field -> type.
FIELDS = {
    "days": {
        "date": "date",
        "name_th": "string",
        "kind": "string",
        "certainty": "string",
        "source": "string",
    },
}
_SATURDAY = 5


@dataclass(frozen=True)
class Holiday:
    """One day on which offices are closed; ``kind`` is holiday, substitution or special."""

    day: date
    name: str
    kind: str
    certainty: str
    source: str

    @property
    def on_weekday(self) -> bool:
        """Tell whether it takes a working day, and not a Saturday or Sunday."""
        return self.day.weekday() < _SATURDAY

    @property
    def sure(self) -> bool:
        """Tell whether nothing is left to be confirmed."""
        return self.certainty == "high"


@dataclass(frozen=True)
class HolidayYear:
    """The days of one calendar year (BE), in calendar order."""

    year: int
    loaded: Loaded
    days: tuple[Holiday, ...]

    @property
    def unsure(self) -> tuple[Holiday, ...]:
        """Return the days that are still to be confirmed."""
        return tuple(item for item in self.days if not item.sure)

    def count(self, kind: str) -> int:
        """Return how many days are of a kind."""
        return sum(item.kind == kind for item in self.days)


@dataclass(frozen=True)
class HolidayFacts:
    """Every year that has a file, oldest first, and the calendar of all of them.

    The calendar knows a year as soon as its file is there; ``unsure_years`` (CE) are those of which
    some days are still to be confirmed.
    """

    years: tuple[HolidayYear, ...] = ()
    calendar: WorkCalendar = field(default=WorkCalendar(frozenset(), frozenset()))

    @property
    def unsure_years(self) -> frozenset[int]:
        """Return the CE years whose list may still change."""
        return frozenset(item.year - BE_OFFSET for item in self.years if item.unsure)


def paths(ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    return ["holidays/"] if ws.years("holidays", "days") else []


def build(ws: Workspace) -> HolidayFacts:
    """Read the holidays of every year, and make the calendar of working days from them."""
    years = tuple(
        HolidayYear(year, loaded, tuple(sorted(_days(loaded), key=lambda item: item.day)))
        for year in ws.years("holidays", "days")
        if (loaded := ws.get("holidays", "days", year)) is not None
    )
    closed = frozenset(item.day for year in years for item in year.days)
    known = frozenset(item.year - BE_OFFSET for item in years)
    return HolidayFacts(years, WorkCalendar(closed, known))


def _days(loaded: Loaded) -> Iterator[Holiday]:
    """Yield the rows whose day could be read; the check has said which could not."""
    for row in loaded.records():
        if not pd.isna(row.date):
            yield Holiday(row.date.date(), row.name_th, row.kind, row.certainty, row.source)
