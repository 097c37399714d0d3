"""Facts of OIT: every year's list of items, what is disclosed of each, and its state on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import pandas as pd

from ...core.linkstate import LinkState, read_history
from ...core.model import Codelist, Loaded, Workspace
from ...core.workdays import WorkCalendar
from .crosswalk import CROSSWALK, Topic, read_crosswalk
from .due import WORDINGS, DueRule, Reckoner, parse_due
from .evidence import Evidence, Known, look_at, read_files
from .history import Change, read_changes
from .judge import STATES, Due, Limits, Owed, judge, judge_missing
from .settings import SETTINGS, Settings, read_settings

#: The topics whose facts these are made with.
NEEDS = ("holidays",)
LINKS = "oit/link-history.json"
_RECORDS = ("oit", "records")
#: The fields that this topic cannot do without: resource -> field -> type.
FIELDS = {
    "criteria": {
        "number": "string",
        "title_th": "string",
        "indicator": "integer",
        "sub_indicator": "string",
        "covers": "string",
        "due": "string",
        "grace_days": "integer",
        "evidence_kinds": "array",
        "legal_source": "string",
        "agency_types": "array",
        "period_end": "date",
        "components": "array",
        "statements": "array",
        "certainty": "string",
        "sources": "array",
    },
    "records": {
        "item": "string",
        "owner": "code",
        "shown": "string",
        "evidence": "string",
        "as_of": "date",
        "published": "date",
        "sample": "boolean",
        "note": "string",
    },
    "duties": {
        "item": "string",
        "owner": "code",
        "exception": "string",
        "reason": "string",
        "decided_by": "string",
        "until": "date",
        "sample": "boolean",
    },
    "history": {
        "recorded": "date",
        "year": "integer",
        "item": "string",
        "state": "string",
        "since": "date",
        "as_of": "date",
        "evidence": "string",
        "sample": "boolean",
    },
}


class _Holidays(Protocol):
    """What is used of the facts of the holidays."""

    @property
    def calendar(self) -> WorkCalendar: ...


@dataclass(frozen=True)
class Statement:
    """One statement of a criterion that is less certain than the rest, and who says it."""

    field: str
    certainty: str
    source: str


@dataclass(frozen=True)
class Criterion:
    """One item of a year's list; ``index`` is its row in the file, ``owed`` what is judged of it.

    ``due`` is the rule as written, "" where none is known. ``kinds`` are the kinds of evidence that
    are accepted; empty: all.
    """

    number: str
    title: str
    index: int
    indicator: int
    sub_indicator: str
    covers: str
    due: str
    owed: Owed
    kinds: tuple[str, ...]
    legal_source: str
    components: tuple[str, ...]
    statements: tuple[Statement, ...]
    certainty: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """What the agency says it discloses for an item; ``index`` is its row in the file."""

    item: str
    index: int
    owner: str
    shown: str
    evidence: str
    as_of: date | None
    published: date | None
    sample: bool
    note: str


@dataclass(frozen=True)
class Duty:
    """Who is in charge of an item, and whether it is waived or not applicable, why and until when."""

    item: str
    index: int
    owner: str
    exception: str
    reason: str
    decided_by: str
    until: date | None
    sample: bool


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
    limits = _limits(ws)
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


def _limits(ws: Workspace) -> dict[str, Limits]:
    found = {}
    for code, row in ws.codes("cadences").rows.items():
        numbers = [row.get(name, "") for name in ("warn_days", "grace_days")]
        if all(number.isascii() and number.isdigit() for number in numbers):
            found[code] = Limits(*map(int, numbers))
    return found


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
        by_item = _by_item(records, _record)
        duty_of = _by_item(duties, _duty)
        departments = self.ws.codes("departments")
        items = tuple(
            self.item(criterion, by_item, duty_of, criteria.year, departments)
            for criterion in self.criteria(criteria)
        )
        return OitYear(criteria.year, criteria, records, duties, items)

    def criteria(self, criteria: Loaded) -> list[Criterion]:
        kind = self.ws.agency.type
        parsed: dict[str, DueRule | None] = {}
        found = []
        for index, row in enumerate(criteria.records()):
            if row.due not in parsed:
                parsed[row.due] = parse_due(row.due) if row.due else None
            asked = not row.agency_types or kind in row.agency_types
            if row.number and asked:
                found.append(_criterion(index, row, parsed[row.due], self.limits))
        return found

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
        return Item(**{**vars(item), "due": self.state(item)})

    def state(self, item: Item) -> Due:
        today, owed = self.ws.today, item.criterion.owed
        if (excused := _excused(item.duty, today)) is not None:
            return excused
        if item.record is None:
            return judge_missing(owed, item.year, today, self.reckoner)
        return judge(owed, item.as_of, today, self.reckoner)


def _excused(duty: Duty | None, today: date) -> Due | None:
    """Return the state of an item that nobody is asked for today; a waiver ends by itself."""
    if duty is None or not duty.exception:
        return None
    if duty.exception == "not-applicable":
        return Due("not-applicable")
    if duty.until is None or today > duty.until:
        return None
    return Due("waived", due=duty.until, days=(today - duty.until).days)


def _by_item(loaded: Loaded | None, make: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, row in enumerate(loaded.records() if loaded else ()):
        made = make(index, row)
        found.setdefault(made.item, made)
    return found


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else value.date()


def _criterion(
    index: int, row: Any, rule: DueRule | None, limits: Mapping[str, Limits]
) -> Criterion:
    usual = limits.get(rule.kind, Limits()) if rule else Limits()
    grace = usual.grace if pd.isna(row.grace_days) else int(row.grace_days)
    return Criterion(
        number=row.number,
        title=row.title_th,
        index=index,
        indicator=0 if pd.isna(row.indicator) else int(row.indicator),
        sub_indicator=row.sub_indicator,
        covers=row.covers,
        due=row.due,
        owed=Owed(rule, Limits(usual.warn, grace), _day(row.period_end)),
        kinds=row.evidence_kinds,
        legal_source=row.legal_source,
        components=row.components,
        statements=tuple(_statement(text) for text in row.statements),
        certainty=row.certainty,
        sources=row.sources,
    )


def _statement(text: str) -> Statement:
    field, certainty, source = (*(part.strip() for part in text.split("|", 2)), "", "")[:3]
    return Statement(field, certainty, source)


def _record(index: int, row: Any) -> Record:
    return Record(
        item=row.item,
        index=index,
        owner=row.owner,
        shown=row.shown,
        evidence=row.evidence,
        as_of=_day(row.as_of),
        published=_day(row.published),
        sample=not pd.isna(row.sample) and bool(row.sample),
        note=row.note,
    )


def _duty(index: int, row: Any) -> Duty:
    return Duty(
        item=row.item,
        index=index,
        owner=row.owner,
        exception=row.exception,
        reason=row.reason,
        decided_by=row.decided_by,
        until=_day(row.until),
        sample=not pd.isna(row.sample) and bool(row.sample),
    )
