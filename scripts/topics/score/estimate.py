"""The arithmetic: item to sub-indicator to indicator to instrument to total, in exact fractions.

Nothing is rounded on the way up. Only what is shown, and what a level is judged by, is rounded: to
two decimals, half up, as the published result is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor

from .needs import Level, Rules, Standing

FRESH, LEFT_OUT = "fresh", "not-applicable"
#: The instrument that the disclosure items make up, and the code of the total.
OIT, TOTAL = "OIT", "ITA"


@dataclass(frozen=True)
class Range:
    """The two bounds of an estimate; a published score has both the same."""

    certain: Fraction
    likely: Fraction

    def __sub__(self, other: Range) -> Range:
        return Range(self.certain - other.certain, self.likely - other.likely)


@dataclass(frozen=True)
class Entry:
    """An item as the estimate sees it."""

    number: str
    title: str
    indicator: str
    sub_indicator: str
    state: str
    sample: bool = False

    @property
    def counted(self) -> bool:
        """Tell whether the item is in the means at all."""
        return self.state != LEFT_OUT


@dataclass(frozen=True)
class Step:
    """One step up: the mean of its parts, and of the total their weighted sum.

    ``kind`` is item, sub-indicator, indicator, instrument or total; ``weight`` is what an
    instrument counts for in the total.
    """

    kind: str
    code: str
    name: str
    value: Range
    parts: tuple[Step, ...] = ()
    weight: Fraction | None = None
    state: str = ""
    sample: bool = False

    def walk(self) -> Iterator[Step]:
        """Yield the steps in the order of counting: parts before what they make up."""
        for part in self.parts:
            yield from part.walk()
        yield self


@dataclass(frozen=True)
class Outcome:
    """A total with all its steps, and the level that each bound of it reaches."""

    total: Step
    certain: Standing
    likely: Standing


@dataclass(frozen=True)
class Basis:
    """What an estimate is counted with besides the items: all of it is data.

    ``published`` holds the indicators of the latest published result by number, and ``names`` the
    names of its instruments.
    """

    marks: Mapping[str, Range]
    rules: Rules
    published: Mapping[str, Step]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Fix:
    """An item that is not current, and what the total gains once it is."""

    entry: Entry
    gain: Range


@dataclass(frozen=True)
class Plan:
    """What the next level needs for one bound: the fewest fixes, largest gain first.

    ``short`` holds the points missing now by instrument (``ITA``: the total). Where even all fixes
    are not ``enough``, ``left`` holds what is missing after them.
    """

    bound: str
    level: Level | None
    target: Level | None
    needed: tuple[str, ...] = ()
    short: tuple[tuple[str, Fraction], ...] = ()
    enough: bool = False
    left: tuple[tuple[str, Fraction], ...] = ()


def rounded(value: Fraction) -> Decimal:
    """Round to two decimals, half up."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def mean(kind: str, code: str, name: str, parts: Sequence[Step]) -> Step:
    """Return the step that is the mean of its parts."""
    count = len(parts)
    value = Range(
        sum((part.value.certain for part in parts), Fraction(0)) / count,
        sum((part.value.likely for part in parts), Fraction(0)) / count,
    )
    return Step(kind, code, name, value, tuple(parts))


def weigh(indicators: Mapping[str, Step], names: Mapping[str, str], rules: Rules) -> Outcome:
    """Take indicators up to instruments, the total and the level."""
    instruments = []
    for one in rules.weights:
        parts = [indicators[number] for number in one.indicators]
        step = mean("instrument", one.instrument, names.get(one.instrument, ""), parts)
        instruments.append(replace(step, weight=Fraction(one.weight)))
    value = Range(
        sum((step.value.certain * (step.weight or 0) for step in instruments), Fraction(0)),
        sum((step.value.likely * (step.weight or 0) for step in instruments), Fraction(0)),
    )
    total = Step("total", TOTAL, "", value, tuple(instruments))
    return Outcome(total, _standing(total, "certain", rules), _standing(total, "likely", rules))


def bound_of(value: Range, bound: str) -> Fraction:
    """Return one bound of a range by its name."""
    return value.certain if bound == "certain" else value.likely


def _standing(total: Step, bound: str, rules: Rules) -> Standing:
    scores = {part.code: rounded(bound_of(part.value, bound)) for part in total.parts}
    return rules.standing(rounded(bound_of(total.value, bound)), scores)


def missing(outcome: Outcome, bound: str) -> tuple[tuple[str, Fraction], ...]:
    """Return the unrounded points that each instrument, and the total, lack for the next level."""
    standing = outcome.certain if bound == "certain" else outcome.likely
    higher = standing.next_level
    if higher is None:
        return ()
    gaps = [
        (part.code, Fraction(higher.min_each) - bound_of(part.value, bound))
        for part in outcome.total.parts
        if higher.min_each is not None and part.code in standing.short
    ]
    total = bound_of(outcome.total.value, bound)
    if rounded(total) < higher.min_total:
        gaps.append((TOTAL, Fraction(higher.min_total) - total))
    return tuple(gaps)


def estimate(entries: Sequence[Entry], basis: Basis, fixed: Collection[str] = ()) -> Outcome:
    """Estimate the total, with the items named in ``fixed`` as if they were current.

    Every indicator of OIT must have an item that counts (`without_items`).
    """
    mended = [
        replace(entry, state=FRESH) if entry.counted and entry.number in fixed else entry
        for entry in entries
    ]
    indicators = dict(basis.published)
    for number in oit_indicators(basis.rules):
        name = basis.published[number].name if number in basis.published else ""
        own = [entry for entry in mended if entry.indicator == number]
        indicators[number] = _indicator(number, name, own, basis.marks)
    return weigh(indicators, basis.names, basis.rules)


def oit_indicators(rules: Rules) -> tuple[str, ...]:
    """Return the numbers of the indicators that the disclosure items make up."""
    return tuple(
        number for one in rules.weights if one.instrument == OIT for number in one.indicators
    )


def without_items(entries: Iterable[Entry], rules: Rules) -> list[str]:
    """Return the indicators of OIT that no counted item belongs to."""
    there = {entry.indicator for entry in entries if entry.counted}
    return [number for number in oit_indicators(rules) if number not in there]


def by_sub_indicator(entries: Collection[Entry]) -> bool:
    """Tell whether the mean of an indicator goes by its sub-indicators.

    Only where every item says which one is its own: where some do not, nobody knows how many items
    share a sub-indicator, and the indicator is the mean of its items. Items that are left out count
    here, so that no change of state changes the way of counting.
    """
    return all(entry.sub_indicator for entry in entries)


def _indicator(
    number: str, name: str, entries: Sequence[Entry], marks: Mapping[str, Range]
) -> Step:
    items = [(entry, _item(entry, marks)) for entry in entries if entry.counted]
    if not by_sub_indicator(entries):
        return mean("indicator", number, name, [step for _, step in items])
    groups: dict[str, list[Step]] = {}
    for entry, step in items:
        groups.setdefault(entry.sub_indicator, []).append(step)
    subs = [mean("sub-indicator", code, "", steps) for code, steps in groups.items()]
    return mean("indicator", number, name, subs)


def _item(entry: Entry, marks: Mapping[str, Range]) -> Step:
    # A state that the table does not know may be worth anything that a current item is.
    value = marks.get(entry.state, Range(Fraction(0), marks[FRESH].likely))
    return Step("item", entry.number, entry.title, value, state=entry.state, sample=entry.sample)


def fixes(entries: Sequence[Entry], basis: Basis) -> tuple[Fix, ...]:
    """Return every counted item that is not current with its gain, the largest gain first."""
    before = estimate(entries, basis).total.value
    belongs = set(oit_indicators(basis.rules))
    found = [
        Fix(entry, estimate(entries, basis, {entry.number}).total.value - before)
        for entry in entries
        if entry.counted and entry.state != FRESH and entry.indicator in belongs
    ]
    return tuple(
        sorted(found, key=lambda fix: (-fix.gain.certain, -fix.gain.likely, order_of(fix.entry.number)))
    )  # fmt: skip


def order_of(number: str) -> tuple[int, str]:
    """Order O2 before O10."""
    return len(number), number


def plan(entries: Sequence[Entry], basis: Basis, bound: str, found: Sequence[Fix]) -> Plan:
    """Say what the next level needs for one bound.

    The total is linear in what the items earn, so the largest gains first are the fewest fixes.
    """
    now = estimate(entries, basis)
    standing = now.certain if bound == "certain" else now.likely
    target, short = standing.next_level, missing(now, bound)
    if target is None:
        return Plan(bound, standing.level, None)
    gainful = sorted(found, key=lambda fix: -bound_of(fix.gain, bound))
    numbers = [fix.entry.number for fix in gainful if bound_of(fix.gain, bound) > 0]
    after = now
    for count in range(1, len(numbers) + 1):
        after = estimate(entries, basis, numbers[:count])
        reached = (after.certain if bound == "certain" else after.likely).level
        levels = list(basis.rules.levels)
        if reached is not None and levels.index(reached) <= levels.index(target):
            return Plan(bound, standing.level, target, tuple(numbers[:count]), short, enough=True)
    left = missing(after, bound)
    return Plan(bound, standing.level, target, tuple(numbers), short, left=left)
