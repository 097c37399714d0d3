"""Working days: weekends and public holidays are closed, every other day is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, cast

import numpy as np


@dataclass(frozen=True)
class WorkCalendar:
    """The days on which offices are closed; ``years`` are the CE years whose holidays are known.

    In other years only weekends are closed: ask `knows` before a day is said to be certain.
    """

    closed: frozenset[date]
    years: frozenset[int]

    @cached_property
    def _calendar(self) -> np.busdaycalendar:
        return np.busdaycalendar(holidays=np.array(sorted(self.closed), dtype="datetime64[D]"))

    def knows(self, day: date) -> bool:
        """Tell whether the holidays of the day's year are known."""
        return day.year in self.years

    def is_open(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        return bool(np.is_busday(np.datetime64(day, "D"), busdaycal=self._calendar))

    def next_open(self, day: date) -> date:
        """Return the first open day from a day on: the day itself when it is open."""
        return self._offset(day, 0, "forward")

    def add_open_days(self, day: date, count: int) -> date:
        """Return the count-th open day after a day, which is not counted itself, open or closed.

        A count of 0 returns the day unchanged, so that "within 0 working days" is that very day.
        """
        if count < 0:
            raise ValueError(f"open days are counted forward, not by {count}")
        # Backward, or a closed day would be moved to an open one that is then not counted.
        return day if count == 0 else self._offset(day, count, "backward")

    def _offset(self, day: date, count: int, roll: Literal["forward", "backward"]) -> date:
        start = np.datetime64(day, "D")
        found = np.busday_offset(start, count, roll=roll, busdaycal=self._calendar)
        return cast(date, found.item())
