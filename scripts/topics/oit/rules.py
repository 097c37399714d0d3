"""What must hold in the disclosure records: evidence that is there, data that are current."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from ...core.findings import Finding, Place, Words
from ...core.linkstate import REASONS
from ...core.model import Loaded, Workspace
from ...core.thai import add_months, fiscal_start, fiscal_year
from .due import WORDINGS
from .facts import LINKS, Item, OitFacts, OitYear
from .settings import SETTINGS

_NOBODY = Words("หน่วยงานที่ยังไม่ได้กำหนด", "nobody yet")
_FAULTS = {
    "empty": Words("ไฟล์ว่างเปล่า", "it is empty"),
    "damaged": Words("ไฟล์เสียหรือไม่ครบ", "it is damaged or cut short"),
    "locked": Words("ไฟล์มีรหัสผ่าน", "it is locked with a password"),
    "not-a-pdf": Words("ชื่อลงท้ายด้วย .pdf แต่ข้างในไม่ใช่ PDF", "it ends in .pdf but is none"),
}


def settings(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """Every setting is one that is known, with a value that can be read; so is the link history."""
    for key, problem in facts.settings.problems:
        yield _descriptor(f"data/{SETTINGS}", key, problem)
    for problem in facts.bad_links:
        yield _descriptor(f"data/{LINKS}", problem, "unreadable entry")


def cadences(ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """Every kind of due rule has its days of warning and grace."""
    for code in facts.bad_cadences:
        place = ws.codes("cadences").place(code, "warn_days")
        params = {"problem": "warn_days, grace_days"}
        yield Finding("descriptor-error", place, code, params=params)


def old_list(ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """The list that is judged is of the fiscal year, once half of that has gone by."""
    board, year = facts.board, fiscal_year(ws.today)
    if board and board.year < year and ws.today >= add_months(fiscal_start(year), 6):
        params = {"year": str(year), "board": str(board.year)}
        yield Finding("old-list", Place(f"data/oit/criteria/{year}.yml"), params=params)


def _descriptor(file: str, key: str, problem: str) -> Finding:
    return Finding("descriptor-error", Place(file), key, params={"problem": problem})


def due_rule(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """A due rule is in words that the program knows; items that are asked for have one."""
    for year in facts.years:
        for item in year.items:
            if item.criterion.owed.rule is None and (item.criterion.due or year is facts.board):
                place = year.criteria.table.place(item.criterion.index, "due")
                params = _names(item) | {"accepted": " · ".join(WORDINGS.values())}
                rule = "due-rule-error" if item.criterion.due else "no-due-rule"
                yield Finding(rule, place, "due", item.criterion.due, params)


def holidays(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """Due days that depend on closed days need the list of holidays of their year."""
    unknown: dict[int, list[str]] = {}
    for item in facts.board.items if facts.board else ():
        rule, due = item.criterion.owed.rule, item.due.due
        counts = rule is not None and (rule.working or facts.reckoner.move)
        if due and counts and item.due.state != "waived" and not facts.reckoner.calendar.knows(due):
            unknown.setdefault(due.year, []).append(item.criterion.number)
    for year, items in sorted(unknown.items()):
        params = {"year": str(year + 543), "items": ", ".join(items)}
        place = Place(f"data/holidays/{year + 543}.csv")
        yield Finding("holidays-unknown", place, params=params, count=len(items))


def oit_no_evidence(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """A record says where its evidence is; without it nothing is disclosed."""
    for year, item in _recorded(facts):
        if not item.evidence.target:
            place = _place(year, item, "evidence")
            yield Finding("oit-no-evidence", place, "evidence", params=_names(item))


def evidence(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """Evidence is a page of this site, a file in docs/files/, or a web address, and it is there."""
    rules = {"unsafe": "unsafe-evidence", "private": "private-evidence"}
    for year, item in _recorded(facts):
        found = item.evidence
        if found.kind in rules:
            yield _of_evidence(rules[found.kind], year, item)
        elif not found.found:
            yield _of_evidence("dead-evidence", year, item)
        elif found.target and item.criterion.kinds and found.kind not in item.criterion.kinds:
            accepted = {"accepted": ", ".join(item.criterion.kinds)}
            yield _of_evidence("evidence-kind", year, item, **accepted)


def evidence_files(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """A file that is evidence opens, its text can be searched, and it speaks of the year claimed."""
    for year, item in _recorded(facts):
        file, end = item.evidence.file, item.criterion.owed.period_end
        if file is None:
            continue
        if file.fault:
            yield _of_evidence("unreadable-evidence", year, item, fault=_FAULTS[file.fault])
        elif file.text == "scan":
            yield _of_evidence("scanned-evidence", year, item, pages=str(file.pages or 0))
        elif end and file.years and fiscal_year(end) not in file.years:
            years = {"year": str(fiscal_year(end)), "years": ", ".join(map(str, file.years))}
            yield _of_evidence("evidence-year", year, item, **years)


def evidence_addresses(ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """A web address is safe to open, the agency's own, and was found to work when last checked."""
    website = urlsplit(ws.agency.contact.get("website", "")).hostname or ""
    own = {host for host in (website, *facts.settings.official_hosts) if host}
    for year, item in _recorded(facts):
        if item.evidence.kind != "url":
            continue
        parts = urlsplit(item.evidence.target)
        if parts.scheme == "http":
            yield _of_evidence("evidence-not-https", year, item)
        host = (parts.hostname or "").casefold()
        if own and not any(host == one or host.endswith(f".{one}") for one in map(_bare, own)):
            yield _of_evidence("evidence-off-domain", year, item, host=host)
        link = item.evidence.link
        if link is None or link.state == "ok":
            continue
        failing = link.state == "broken" and link.failures >= facts.settings.link_failures
        said = {
            "reason": Words(*REASONS.get(link.reason, ("?", "?"))),
            "days": str(link.failures),
            "checked": link.last_checked,
            "good": link.last_good or "?",
        }
        rule = "broken-evidence-link" if failing else "doubtful-evidence-link"
        yield _of_evidence(rule, year, item, **said)


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.")


def claims(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """A record does not claim newer data than the rows behind its evidence show."""
    for year, item in _recorded(facts):
        claimed, shown = item.record.as_of if item.record else None, item.evidence.shown
        if claimed and shown and claimed > shown:
            params = _names(item) | {"claimed": claimed, "shown": shown,
                                     "evidence": item.evidence.target}  # fmt: skip
            place = _place(year, item, "as_of")
            yield Finding("claims-newer-than-data", place, "as_of", claimed.isoformat(), params)


def unknown_item(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """A record, or a duty, is of an item that the year's list has."""
    for year in facts.years:
        known = set(year.criteria.frame["number"])
        for loaded in (year.records, year.duties):
            for index, number in enumerate(loaded.frame["item"] if loaded else ()):
                if number and number not in known:
                    assert loaded is not None
                    place = loaded.table.place(index, "item")
                    params = {"item": number, "year": year.year}
                    yield Finding("unknown-item", place, "item", number, params)


def exceptions(ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """An exception says why, and a waiver who decided it and until when; it ends by itself."""
    for year in facts.years:
        for item in year.items:
            if (duty := item.duty) is None or year.duties is None:
                continue
            waived = duty.exception == "waived"
            needed = {
                "reason": duty.exception and not duty.reason,
                "decided_by": waived and not duty.decided_by,
                "until": waived and duty.until is None,
                "exception": not duty.exception and duty.until is not None,
            }
            for field in (name for name, lacking in needed.items() if lacking):
                place = year.duties.table.place(duty.index, field)
                yield Finding("incomplete-exception", place, field, params=_names(item))
            if waived and duty.until and duty.until > ws.today + timedelta(days=366):
                place = year.duties.table.place(duty.index, "until")
                params = _names(item) | {"until": duty.until}
                yield Finding("long-waiver", place, "until", duty.until.isoformat(), params)
            if waived and duty.until and duty.until < ws.today and year is facts.board:
                place = year.duties.table.place(duty.index, "until")
                params = _names(item) | {"until": duty.until}
                yield Finding("expired-waiver", place, "until", duty.until.isoformat(), params)


def frozen(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """What is frozen after a day is not changed after it."""
    for year, item in _recorded(facts):
        rule, record = item.criterion.owed.rule, item.record
        if rule is None or rule.frozen is None or record is None:
            continue
        for field, day in (("as_of", record.as_of), ("published", record.published)):
            if day and day > rule.frozen:
                params = _names(item) | {"frozen": rule.frozen}
                place = _place(year, item, field)
                yield Finding("changed-after-freeze", place, field, day.isoformat(), params)


def freshness(_ws: Workspace, facts: OitFacts) -> Iterator[Finding]:
    """Every item of the latest year with records is disclosed, dated and current.

    Earlier years are closed: what they lacked is no longer owed.
    """
    for item in facts.board.items if facts.board else ():
        if finding := _lateness(facts.board, item):
            yield finding


def _lateness(year: OitYear | None, item: Item) -> Finding | None:
    assert year is not None and year.records is not None
    params: dict[str, object] = _names(item) | {"owner": item.owner_name or _NOBODY}
    state = item.due.state
    if state == "missing":
        return _missing(year, item, params)
    if state == "unknown" and item.criterion.owed.rule is not None:
        return Finding("undated-item", _place(year, item, "as_of"), "as_of", params=params)
    if state not in ("overdue", "delinquent", "due-soon"):
        return None
    assert item.as_of is not None
    params |= {
        "due": item.due.due,
        "needed": item.due.needed,
        "days": f"{abs(item.due.days):,}",
        "grace": item.criterion.owed.limits.grace,
    }
    place = _place(year, item, "as_of")
    return Finding(f"{state}-item", place, "as_of", item.as_of.isoformat(), params)


def _missing(year: OitYear, item: Item, params: dict[str, object]) -> Finding | None:
    """Return the finding of an item without a record: nothing before its days of warning."""
    assert year.records is not None
    due = item.due
    if due.due is None or due.days < -item.criterion.owed.limits.warn:
        return None
    said = {"year": year.year, "due": due.due, "needed": due.needed, "days": f"{abs(due.days):,}"}
    rule = "missing-item" if due.days > 0 else "due-soon-item"
    place = Place(year.records.table.file)
    return Finding(rule, place, "item", item.criterion.number, params | said)


def _recorded(facts: OitFacts) -> Iterator[tuple[OitYear, Item]]:
    for year in facts.years:
        for item in year.items:
            if item.record is not None:
                yield year, item


def _names(item: Item) -> dict[str, object]:
    return {"item": item.criterion.number, "title": item.criterion.title}


def _of_evidence(rule: str, year: OitYear, item: Item, /, **said: object) -> Finding:
    params = _names(item) | {"evidence": item.evidence.target} | said
    return Finding(rule, _place(year, item, "evidence"), "evidence", item.evidence.target, params)


def _place(year: OitYear, item: Item, column: str) -> Place:
    assert year.records is not None and item.record is not None
    loaded: Loaded = year.records
    return loaded.table.place(item.record.index, column)
