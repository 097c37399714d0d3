"""The files of a year's items, row by row: criteria, records, duties, and the limits of cadences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from ...core.model import Loaded, Workspace
from .due import DueRule, parse_due
from .judge import Limits, Owed

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


def read_limits(ws: Workspace) -> dict[str, Limits]:
    """Return the days of warning and grace by kind of due rule; kinds without numbers are left out."""
    found = {}
    for code, row in ws.codes("cadences").rows.items():
        numbers = [row.get(name, "") for name in ("warn_days", "grace_days")]
        if all(re.fullmatch("[0-9]{1,3}", number) for number in numbers):
            found[code] = Limits(*map(int, numbers))
    return found


def read_criteria(criteria: Loaded, kind: str, limits: Mapping[str, Limits]) -> list[Criterion]:
    """Return the items that are asked of a kind of agency, in the order of the list."""
    parsed: dict[str, DueRule | None] = {}
    found = []
    for index, row in enumerate(criteria.records()):
        if row.due not in parsed:
            parsed[row.due] = parse_due(row.due) if row.due else None
        asked = not row.agency_types or kind in row.agency_types
        if row.number and asked:
            found.append(_criterion(index, row, parsed[row.due], limits))
    return found


def read_records(records: Loaded | None) -> dict[str, Record]:
    """Return the records by item; the first where a number stands twice."""
    return _by_item(records, _record)


def read_duties(duties: Loaded | None) -> dict[str, Duty]:
    """Return the duties by item; the first where a number stands twice."""
    return _by_item(duties, _duty)


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
