"""levels.yml: weights of the instruments and levels of the result, each set from a year on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from ...core.thai import BE_FROM

LEVELS = "ita/levels.yml"
_Row = TypeVar("_Row")
#: What is wrong with a settings file: the path of the key, and what is expected there.
Problem = tuple[str, str]


@dataclass(frozen=True)
class Weight:
    """What an instrument counts for in the total, and the indicators that it is the mean of."""

    instrument: str
    indicators: tuple[str, ...]
    weight: Decimal


@dataclass(frozen=True)
class Level:
    """A level of the result: bounds of the total, least score of every instrument; None: no bound.

    ``below_at_most`` is how many instruments may lie below ``below_score``.
    """

    name: str
    rule: str
    min_total: Decimal
    min_each: Decimal | None
    max_total: Decimal | None
    below_score: Decimal | None
    below_at_most: int | None


@dataclass(frozen=True)
class Standing:
    """The level that scores reach, the one above it, and the instruments that are short of that."""

    level: Level | None
    next_level: Level | None
    short: tuple[str, ...]


@dataclass(frozen=True)
class LevelRules:
    """One set of levels.yml, in force from a year on; levels from the highest.

    A set with a fault has neither weights nor levels: the years it covers are not judged by another.
    """

    valid_from_year: int
    weights: tuple[Weight, ...]
    levels: tuple[Level, ...]
    certainty: str
    source: str

    def standing(self, total: Decimal, scores: Mapping[str, Decimal]) -> Standing:
        """Judge published scores, a total and one of every instrument, of two decimals each."""
        reached = next(
            (i for i, level in enumerate(self.levels) if _meets(level, total, scores)), None
        )
        if reached is None:
            return Standing(None, None, ())
        if reached == 0:
            return Standing(self.levels[0], None, ())
        higher = self.levels[reached - 1]
        least = higher.min_each
        short = (code for code, score in scores.items() if least is not None and score < least)
        return Standing(self.levels[reached], higher, tuple(short))


def _meets(level: Level, total: Decimal, scores: Mapping[str, Decimal]) -> bool:
    # Judged on what is published: two decimals, as the rule's own bounds are written.
    if total < level.min_total or (level.max_total is not None and total > level.max_total):
        return False
    if level.min_each is not None and any(score < level.min_each for score in scores.values()):
        return False
    if level.below_score is None or level.below_at_most is None:
        return True
    return sum(score < level.below_score for score in scores.values()) <= level.below_at_most


def rules_of(sets: tuple[LevelRules, ...], year: int) -> LevelRules | None:
    """Return the set in force in a year: the latest that began by then; None where there is none."""
    begun = [one for one in sets if one.valid_from_year <= year]
    latest = max(begun, key=lambda one: one.valid_from_year, default=None)
    return latest if latest is not None and latest.weights else None


def read_levels(document: Any) -> tuple[tuple[LevelRules, ...], tuple[Problem, ...]]:
    """Read every set of levels.yml, oldest first, and what is wrong with them."""
    rows = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not rows:
        return (), (("rules", "required"),)
    problems: list[Problem] = []
    sets: dict[int, LevelRules] = {}
    for index, row in enumerate(rows, 1):
        path = f"rules[{index}]"
        year = _year(row)
        if year is None:
            problems.append((f"{path}.valid_from_year", "a year of the Buddhist Era (2569)"))
        elif year in sets:
            problems.append((f"{path}.valid_from_year", f"{year} is another set's year"))
        else:
            sets[year] = _set(year, row, path, problems)
    return tuple(sets[year] for year in sorted(sets)), tuple(problems)


def _year(row: Any) -> int | None:
    text = str(row.get("valid_from_year")) if isinstance(row, dict) else ""
    whole = len(text) == 4 and text.isascii() and text.isdigit()
    return int(text) if whole and int(text) >= BE_FROM else None


def _set(year: int, row: Any, path: str, problems: list[Problem]) -> LevelRules:
    found: list[Problem] = []
    weights = tuple(_rows(row.get("weights"), f"{path}.weights", _weight, found))
    levels = tuple(_rows(row.get("levels"), f"{path}.levels", _level, found))
    if not found:
        found += _unbalanced(weights, f"{path}.weights")
    problems += found
    about = str(row.get("certainty") or ""), str(row.get("source") or "")
    return LevelRules(year, *(((), ()) if found else (weights, levels)), *about)


def _rows(
    rows: Any, path: str, read: Callable[[Any], _Row], problems: list[Problem]
) -> Iterator[_Row]:
    if not isinstance(rows, list) or not rows:
        problems.append((path, "required"))
        return
    for index, row in enumerate(rows, 1):
        try:
            yield read(row)
        except KeyError as error:
            problems.append((f"{path}[{index}].{error.args[0]}", "required"))
        except (AttributeError, TypeError, ValueError, InvalidOperation):
            problems.append((f"{path}[{index}]", "numbers and texts as in the other rows"))


def _unbalanced(weights: tuple[Weight, ...], path: str) -> Iterator[Problem]:
    """A total of 100 needs weights that add up to 1, and each thing counted once."""
    if sum(one.weight for one in weights) != 1:
        yield path, "weights that add up to 1.00"
    codes = [one.instrument for one in weights]
    numbers = [number for one in weights for number in one.indicators]
    if len(set(codes)) < len(codes) or len(set(numbers)) < len(numbers):
        yield path, "each instrument and each indicator once"


def _weight(row: Any) -> Weight:
    numbers = row["indicators"]
    if not isinstance(numbers, list) or not numbers:
        raise TypeError("indicators: a list is expected")
    weight = _finite(row["weight"])
    if weight < 0:
        raise ValueError("weight: not below 0")
    return Weight(str(row["instrument"]), tuple(map(str, numbers)), weight)


def _level(row: Any) -> Level:
    def optional(key: str) -> Decimal | None:
        return None if row.get(key) is None else _finite(row[key])

    most = row.get("below_at_most")
    return Level(
        name=str(row["name_th"]),
        rule=str(row["rule_th"]),
        min_total=_finite(row["min_total"]),
        min_each=optional("min_each_instrument"),
        max_total=optional("max_total"),
        below_score=optional("below_score"),
        below_at_most=None if most is None else int(most),
    )


def _finite(text: Any) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise InvalidOperation(str(text))
    return value
