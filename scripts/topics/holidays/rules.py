"""What must hold in the lists of holidays beyond the types of their cells."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ...core.findings import Finding
from ...core.model import Workspace
from ...core.thai import BE_OFFSET
from .facts import HolidayFacts


def holiday_year(_ws: Workspace, facts: HolidayFacts) -> Iterator[Finding]:
    """A day stands in the file of its calendar year: elsewhere it would close no office."""
    for year in facts.years:
        for index, day in enumerate(year.loaded.frame["date"]):
            if not pd.isna(day) and day.year + BE_OFFSET != year.year:
                place = year.loaded.table.place(index, "date")
                params = {"year": str(year.year), "meant": str(day.year + BE_OFFSET)}
                yield Finding("holiday-year", place, "date", day.date().isoformat(), params)
