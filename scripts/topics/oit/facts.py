"""Facts of OIT: every year's list of items, what is disclosed of each, and its state on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Protocol

from ...core.linkstate import LinkState, read_history
from ...core.model import Codelist, Loaded, Workspace
from ...core.workdays import WorkCalendar
from .crosswalk import CROSSWALK, Topic, read_crosswalk
from .due import WORDINGS, Reckoner
from .evidence import Evidence, Known, look_at, read_files
from .history import Change, read_changes
from .judge import LATE, STATES, Due, Limits, judge, judge_missing
from .rows import (
    FIELDS,
    Criterion,
    Duty,
    Record,
    read_criteria,
    read_duties,
    read_limits,
    read_records,
)
from .settings import SETTINGS, Settings, read_settings

__all__ = ["FIELDS", "NEEDS", "Item", "OitFacts", "OitYear", "build", "paths"]

#: The topics whose facts these are made with.
NEEDS = ("holidays",)
LINKS = "oit/link-history.json"
_RECORDS = ("oit", "records")


class _Holidays(Protocol):
    """What is used of the facts of the holidays."""

    @property
    def calendar(self) -> WorkCalendar: ...


@dataclass(frozen=True)
class Item:
    """An item with its record (None: not disclosed), who owns it, its evidence and its state."""

    year: int
    criterion: Criterion
    record: Record | None
    duty: Duty | None
    owner: str
    owner_name: str
    evidence: Evidence
    due: Due

    @property
    def id(self) -> str:
        """Return the item's anchor on the board, ``o11``."""
        return self.criterion.number.lower()

    @property
    def excused_until(self) -> date | None:
        """Return the last day of the item's waiver, None where it has or had none."""
        return self.duty.until if self.duty and self.duty.exception == "waived" else None

    @property
    def late_since(self) -> date | None:
        """Return the first day on which the item was late; None while it is not."""
        if self.due.due is None or self.due.days <= 0 or self.due.state not in LATE:
            return None
        first = self.due.due + timedelta(days=1)
        excused = self.excused_until
        return max(first, excused + timedelta(days=1)) if excused else first

    @property
    def as_of(self) -> date | None:
        """Return the day up to which the data truly reach: the record's, but not beyond its rows."""
        claimed = self.record.as_of if self.record else None
        shown = self.evidence.shown
        return min(claimed, shown) if claimed and shown else claimed


@dataclass(frozen=True)
class OitYear:
    """One year's list. ``records`` is None where the agency keeps no records for it."""

    year: int
    criteria: Loaded
    records: Loaded | None
    duties: Loaded | None
    items: tuple[Item, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of items in each state, in the order of `STATES`."""
        return {state: sum(item.due.state == state for item in self.items) for state in STATES}

    @property
    def asked(self) -> int:
        """Return how many items are asked of the agency: all that are applicable."""
        return len(self.items) - self.counts["not-applicable"]

    @property
    def current(self) -> int:
        """Return how many items are current, those that fall due soon among them."""
        return self.counts["fresh"] + self.counts["due-soon"]


@dataclass(frozen=True)
class OitFacts:
    """Every year that has criteria, oldest first; ``board`` is the latest with records.

    ``bad_cadences`` are the codes of cadences.csv that lack numbers, or are lacking themselves;
    ``bad_links`` the entries of the link history that cannot be read.
    """

    years: tuple[OitYear, ...]
    board: OitYear | None
    settings: Settings
    reckoner: Reckoner
    links: Mapping[str, LinkState]
    changes: tuple[Change, ...] = ()
    crosswalk: tuple[Topic, ...] = ()
    bad_cadences: tuple[str, ...] = ()
    bad_links: tuple[str, ...] = ()

    @cached_property
    def _changes(self) -> dict[tuple[int, str], list[Change]]:
        found: dict[tuple[int, str], list[Change]] = {}
        for change in self.changes:
            found.setdefault((change.year, change.item), []).append(change)
        return found

    def changes_of(self, item: Item) -> list[Change]:
        """Return the recorded changes of one item, oldest first."""
        return self._changes.get((item.year, item.criterion.number), [])


def paths(ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    years = ws.years("oit", "criteria")
    if not years:
        return []
    plan = ["oit/plan/"] if ws.years("oit", "records") else []
    return ["oit/", *plan, *(f"oit/{year}/" for year in years)]


def build(ws: Workspace, holidays: _Holidays) -> OitFacts:
    """Judge every item of every year on the workspace's day."""
    settings = read_settings(ws.documents.get(SETTINGS))
    links, unread = read_history(ws.documents.get(LINKS))
    limits = read_limits(ws)
    records = (item for (name, part, _), item in ws.loaded.items() if (name, part) == _RECORDS)
    targets = {target for item in records for target in item.frame["evidence"]}
    known = Known(read_files(ws, targets), links)
    maker = _Maker(ws, limits, Reckoner(holidays.calendar, settings.move), known)
    years = tuple(
        maker.year(item)
        for year in ws.years("oit", "criteria")
        if (item := ws.get("oit", "criteria", year)) is not None
    )
    board = next((year for year in reversed(years) if year.records is not None), None)
    bad = tuple(code for code in WORDINGS if code not in limits) if years else ()
    changes = read_changes(ws)
    bad_links = tuple(".".join(map(str, one.path)) for one in unread)
    return OitFacts(
        years,
        board,
        settings,
        maker.reckoner,
        links,
        changes=changes,
        crosswalk=read_crosswalk(ws.documents.get(CROSSWALK)),
        bad_cadences=bad,
        bad_links=bad_links,
    )


@dataclass(frozen=True)
class _Maker:
    """Puts the items of a year together out of its files."""

    ws: Workspace
    limits: Mapping[str, Limits]
    reckoner: Reckoner
    known: Known

    def year(self, criteria: Loaded) -> OitYear:
        records = self.ws.get("oit", "records", criteria.year)
        duties = self.ws.get("oit", "duties", criteria.year)
        by_item = read_records(records)
        duty_of = read_duties(duties)
        departments = self.ws.codes("departments")
        items = tuple(
            self.item(criterion, by_item, duty_of, criteria.year, departments)
            for criterion in read_criteria(criteria, self.ws.agency.type, self.limits)
        )
        return OitYear(criteria.year, criteria, records, duties, items)

    def item(
        self,
        criterion: Criterion,
        records: Mapping[str, Record],
        duties: Mapping[str, Duty],
        year: int,
        departments: Codelist,
    ) -> Item:
        record, duty = records.get(criterion.number), duties.get(criterion.number)
        owner = (record.owner if record else "") or (duty.owner if duty else "")
        item = Item(
            year=year,
            criterion=criterion,
            record=record,
            duty=duty,
            owner=owner,
            owner_name=departments.name_of(owner) if owner else "",
            evidence=look_at(self.ws, record.evidence if record else "", self.known),
            due=Due("unknown"),
        )
        return replace(item, due=self.state(item))

    def state(self, item: Item) -> Due:
        today, owed = self.ws.today, item.criterion.owed
        if (excused := _excused(item.duty, today)) is not None:
            return excused
        if item.record is None:
            found = judge_missing(owed, item.year, today, self.reckoner)
        else:
            found = judge(owed, item.as_of, today, self.reckoner)
        if found.since is None or item.excused_until is None:
            return found
        # Nobody was asked for it while it was waived.
        return replace(found, since=max(found.since, item.excused_until + timedelta(days=1)))


def _excused(duty: Duty | None, today: date) -> Due | None:
    """Return the state of an item that nobody is asked for today; a waiver ends by itself."""
    if duty is None or not duty.exception:
        return None
    if duty.exception == "not-applicable":
        return Due("not-applicable")
    if duty.until is None or today > duty.until:
        return None
    return Due("waived", due=duty.until, days=(today - duty.until).days)
