"""What must hold in the disclosure records: evidence that is there, data that are current."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.findings import Finding, Place
from ...core.model import Workspace
from .facts import Item, OitFacts, OitYear

_URL = re.compile(r"https?://[^\s<>\"']+")
#: An address within this site: no scheme, no host; names may be Thai and hold spaces.
_SITE = re.compile(r"(?!/)[^:\\<>\"'#?]*(?:#[^\s:\\<>\"'#?]+)?")


def cadences(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """Every cadence has its kind and numbers: an item without them could not be judged."""
    for code in facts.bad_cadences:
        place = Place("data/codelists/cadences.csv")
        params = {"problem": "kind: period, rolling; months, due_days, warn_days: whole numbers"}
        yield Finding("descriptor-error", place, code, params=params)


def oit_no_evidence(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """A record says where its evidence is; without it nothing is disclosed."""
    for year, item in _recorded(facts):
        if item.record and not item.record.evidence:
            place = _place(year, item, "evidence")
            yield Finding("oit-no-evidence", place, "evidence", params=_names(item))


def evidence(ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """Evidence is a page of this site, a file in docs/files/, or a web address, and it is there."""
    for year, item in _recorded(facts):
        target = item.record.evidence if item.record else ""
        if not target or _URL.fullmatch(target):
            continue
        params = {"item": item.criterion.number, "evidence": target}
        place = _place(year, item, "evidence")
        if not _SITE.fullmatch(target) or ".." in target.split("/"):
            yield Finding("unsafe-evidence", place, "evidence", target, params)
        elif not _is_there(ws, target):
            yield Finding("dead-evidence", place, "evidence", target, params)


def _is_there(ws: Workspace, target: str) -> bool:
    path, _, anchor = target.partition("#")
    if path in ws.files:
        return path.startswith("files/")
    if path in ws.written:
        return not anchor or anchor in ws.written[path].anchors
    # Anchors of generated pages are looked at when the site is built.
    return path in ws.paths


def unknown_item(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """A record is of an item that the year's list has."""
    for year in facts.years:
        if year.records is None:
            continue
        known = set(year.criteria.frame["number"])
        for index, number in enumerate(year.records.frame["item"]):
            if number and number not in known:
                place = year.records.table.place(index, "item")
                params = {"item": number, "year": year.year}
                yield Finding("unknown-item", place, "item", number, params)


def freshness(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """Every item of the latest year with records is disclosed, dated and current.

    Earlier years are closed: what they lacked is no longer owed.
    """
    if facts.board is None:
        return
    for item in facts.board.items:
        if finding := _lateness(facts.board, item):
            yield finding


def _lateness(year: OitYear, item: Item) -> Finding | None:
    params: dict[str, object] = dict(_names(item))
    state = item.due.state
    if state == "missing":
        assert year.records is not None
        if item.due.days <= 0:
            return None  # the year has only begun: nothing is owed yet
        place = Place(year.records.table.file)
        number = item.criterion.number
        return Finding("missing-item", place, "item", number, {**params, "year": year.year})
    if state == "unknown":
        return Finding("undated-item", _place(year, item, "as_of"), "as_of", params=params)
    if state not in ("overdue", "due-soon"):
        return None
    assert item.record is not None and item.record.as_of is not None
    params |= {
        "owner": item.record.owner_name,
        "due": item.due.due,
        "needed": item.due.needed,
        "days": f"{abs(item.due.days):,}",
    }
    value = item.record.as_of.isoformat()
    return Finding(f"{state}-item", _place(year, item, "as_of"), "as_of", value, params)


def _recorded(facts: OitFacts) -> Iterator[tuple[OitYear, Item]]:
    for year in facts.years:
        for item in year.items:
            if item.record is not None:
                yield year, item


def _names(item: Item) -> dict[str, str]:
    return {"item": item.criterion.number, "title": item.criterion.title}


def _place(year: OitYear, item: Item, column: str) -> Place:
    assert year.records is not None and item.record is not None
    return year.records.table.place(item.record.index, column)
