"""What this topic uses of the disclosure items and of the ITA result: topics never import another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol


class Criterion(Protocol):
    """An item of a year's list; ``sub_indicator`` is "" where the list does not say it."""

    number: str
    title: str
    indicator: int
    sub_indicator: str


class Due(Protocol):
    """The state of an item on the workspace's day."""

    state: str


class Record(Protocol):
    """What the agency says it discloses for an item."""

    sample: bool


class Item(Protocol):
    """An item, its record (None: not disclosed) and its state."""

    criterion: Criterion
    record: Record | None
    due: Due


class Board(Protocol):
    """The latest year with records."""

    year: int
    items: Sequence[Item]


class Disclosure(Protocol):
    """The facts of the disclosure items."""

    board: Board | None


class Level(Protocol):
    """A level of the result and its bounds."""

    name: str
    min_total: Decimal
    min_each: Decimal | None


class Standing(Protocol):
    """The level that scores reach, the one above, and the instruments that are short of that."""

    level: Level | None
    next_level: Level | None
    short: Sequence[str]


class Weight(Protocol):
    """What an instrument counts for, and its indicators."""

    instrument: str
    indicators: Sequence[str]
    weight: Decimal


class Rules(Protocol):
    """Weights and levels in force in a year, levels from the highest."""

    weights: Sequence[Weight]
    levels: Sequence[Level]
    source: str

    def standing(self, total: Decimal, scores: Mapping[str, Decimal]) -> Standing:
        """Judge a total and the instruments' scores, of two decimals each."""


class Instrument(Protocol):
    """An instrument of a published result."""

    code: str
    name: str


class Indicator(Protocol):
    """An indicator and its published score."""

    number: str
    name: str
    score: Decimal


class Result(Protocol):
    """A year's published result."""

    year: int
    instruments: Sequence[Instrument]
    indicators: Sequence[Indicator]


class Results(Protocol):
    """The facts of the ITA, oldest year first."""

    years: Sequence[Result]

    def rules_of(self, year: int) -> Rules | None:
        """Return the weights and levels in force in a year."""
