"""Says findings once for each reader: terminal, GitHub, JSON, Markdown, JUnit, SARIF. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from . import statuses
from .findings import Catalogue, Finding, Place, Severity, Spoken, exit_code, ordered, speak
from .statuses import Listed

NOTHING_LISTED = Listed()
#: Bumped when a key of the JSON report changes meaning or goes away; new keys may come.
JSON_VERSION = 1

#: A step summary on GitHub holds 1 MiB: further rows are counted, and stand in the other forms.
MARKDOWN_ROWS = 300

_WORDS = {
    "th": {
        Severity.BROKEN: "ต้องแก้ไข",
        Severity.OVERDUE: "เกินกำหนด",
        Severity.DUE_SOON: "ใกล้ครบกำหนด",
        Severity.NOTICE: "แจ้งให้ทราบ",
        "line": "บรรทัด",
        "row": "แถว",
        "cell": "ช่อง",
        "sheet": "แผ่นงาน",
        "column": "คอลัมน์",
        "hint": "วิธีแก้",
        "none": "ไม่พบปัญหา",
        "place": "ที่",
        "problem": "ปัญหา",
        "level": "ระดับ",
        "heading": "ผลการตรวจข้อมูล",
        "more": "และอีก {n} ปัญหา ดูทั้งหมดในผลของคำสั่ง check",
    },
    "en": {
        Severity.BROKEN: "broken",
        Severity.OVERDUE: "overdue",
        Severity.DUE_SOON: "due soon",
        Severity.NOTICE: "notice",
        "line": "line",
        "row": "row",
        "cell": "cell",
        "sheet": "sheet",
        "column": "column",
        "hint": "to mend it",
        "none": "no problem found",
        "place": "Place",
        "problem": "Problem",
        "level": "Level",
        "heading": "Data check",
        "more": "and {n} more; the check command prints them all",
    },
}
_GITHUB = {
    Severity.BROKEN: "error",
    Severity.OVERDUE: "warning",
    Severity.DUE_SOON: "warning",
    Severity.NOTICE: "notice",
}
_SARIF = {**_GITHUB, Severity.NOTICE: "note"}


def report(
    findings: Sequence[Finding],
    rules: Catalogue,
    form: str,
    lang: str,
    fail_on: Severity,
    today: str,
    listed: Listed = NOTHING_LISTED,
) -> str:
    """Return the findings as text of a form: text, github, json, markdown, junit or sarif.

    The statuses listed beside them stand in those forms that are read whole: text, json, markdown.
    """
    spoken = [speak(finding, rules, lang) for finding in ordered(findings, rules)]
    code = exit_code(findings, rules, fail_on)
    told = FORMS[form](spoken, lang, code, today)
    if not listed.statuses:
        return told
    if form == "json":
        return _dump(_document(spoken, lang, code, today) | statuses.plain(listed, lang))
    if form == "text":
        return f"{told}\n{statuses.text(listed, lang)}"
    if form == "markdown":
        heading = statuses.heading(listed, lang)
        return f"{told}\n### {heading}\n\n{table(statuses.markdown(listed, lang))}\n"
    return told


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, its first row the header; what people typed stays text."""
    head, *body = [[markdown_text(cell) for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def where(place: Place, lang: str) -> str:
    """Say a place for people: file, line, sheet and cell, as far as they are known."""
    words = _WORDS[lang]
    parts = [place.file]
    if place.line:
        parts.append(f"{words['line']} {place.line}")
    if place.sheet:
        parts.append(f"{words['sheet']} {place.sheet}")
    if place.row and place.column:
        parts.append(f"{words['cell']} {place.cell}")
    elif place.row and not place.line:
        parts.append(f"{words['row']} {place.row}")
    return " ".join(parts)


def counts(spoken: Sequence[Spoken], lang: str) -> str:
    """Say how many findings there are of each severity, worst first."""
    numbers = [
        (severity, sum(item.severity == severity for item in spoken))
        for severity in sorted(Severity, reverse=True)
    ]
    said = [f"{_WORDS[lang][severity]} {number:,}" for severity, number in numbers if number]
    return " · ".join(said) or str(_WORDS[lang]["none"])


def _text(spoken: Sequence[Spoken], lang: str, _code: int, _today: str) -> str:
    words = _WORDS[lang]
    lines = []
    for item in spoken:
        lines.append(f"{where(item.finding.place, lang)}")
        lines.append(f"  [{words[item.severity]}] {item.message} ({item.finding.rule})")
        if item.hint:
            lines.append(f"  {words['hint']}: {item.hint}")
        lines.append("")
    return "\n".join([*lines, counts(spoken, lang), ""])


def _github(spoken: Sequence[Spoken], _lang: str, _code: int, _today: str) -> str:
    lines = []
    for item in spoken:
        place = item.finding.place
        # GitHub counts columns in characters of the line; ours are spreadsheet columns, so the
        # cell goes into the title and the annotation marks the whole line.
        properties = {"file": place.file, "line": place.line or place.row or 1}
        properties["title"] = item.title + (
            f" ({place.cell})" if place.column and place.row else ""
        )
        text = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
        message = _data(f"{item.message} {item.hint} [{item.finding.rule}]")
        lines.append(f"::{_GITHUB[item.severity]} {text}::{message}")
    return "\n".join([*lines, ""]) if lines else ""


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _json(spoken: Sequence[Spoken], lang: str, code: int, today: str) -> str:
    return _dump(_document(spoken, lang, code, today))


def _dump(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _document(spoken: Sequence[Spoken], lang: str, code: int, today: str) -> dict[str, Any]:
    return {
        "version": JSON_VERSION,
        "today": today,
        "lang": lang,
        "exit_code": code,
        "counts": {
            severity.word: sum(item.severity == severity for item in spoken)
            for severity in sorted(Severity, reverse=True)
        },
        "findings": [_plain(item) for item in spoken],
    }


def _plain(item: Spoken) -> dict[str, Any]:
    finding = item.finding
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": item.severity.word,
        "file": place.file,
        "line": place.line or None,
        "row": place.row or None,
        "column": place.column or None,
        "cell": place.cell if place.column and place.row else None,
        "sheet": place.sheet or None,
        "field": finding.field or None,
        "value": finding.value or None,
        "count": finding.count,
        "title": item.title,
        "message": item.message,
        "hint": item.hint,
    }


def _markdown(spoken: Sequence[Spoken], lang: str, _code: int, today: str) -> str:
    words = _WORDS[lang]
    lines = [f"## {words['heading']} {today}", "", counts(spoken, lang), ""]
    if spoken:
        header = [words["level"], words["place"], words["problem"], words["hint"]]
        lines += ["| " + " | ".join(map(str, header)) + " |", "|---|---|---|---|"]
        for item in spoken[:MARKDOWN_ROWS]:
            cells = [words[item.severity], where(item.finding.place, lang), item.message, item.hint]
            lines.append("| " + " | ".join(markdown_text(str(cell)) for cell in cells) + " |")
        if len(spoken) > MARKDOWN_ROWS:
            lines += ["", str(words["more"]).format(n=f"{len(spoken) - MARKDOWN_ROWS:,}")]
        lines.append("")
    return "\n".join(lines)


def markdown_text(text: str) -> str:
    """Return a text as Markdown shows it: no markup of its own, on one line."""
    text = escape(text).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
    for mark in "`*_[]":
        text = text.replace(mark, "\\" + mark)
    return text


def _junit(spoken: Sequence[Spoken], lang: str, _code: int, _today: str) -> str:
    failing = [item for item in spoken if item.severity > Severity.NOTICE]
    cases = []
    for item in spoken:
        name = quoteattr(f"{item.finding.rule} {where(item.finding.place, lang)}")
        body = ""
        if item.severity > Severity.NOTICE:
            text = escape(f"{item.message}\n{item.hint}")
            body = f"<failure message={quoteattr(item.message)}>{text}</failure>"
        cases.append(
            f"  <testcase classname={quoteattr(item.finding.place.file)} name={name}>{body}</testcase>"
        )
    if not spoken:
        cases.append('  <testcase classname="data" name="check"/>')
    head = f'<testsuite name="prongsai" tests="{len(cases)}" failures="{len(failing)}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>", ""])


def _sarif(spoken: Sequence[Spoken], _lang: str, _code: int, _today: str) -> str:
    titles = {item.finding.rule: item.title for item in spoken}
    results = []
    for item in spoken:
        place = item.finding.place
        region = {"startLine": place.line or place.row} if place.line or place.row else None
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file)}}
        if region:
            physical["region"] = region
        results.append(
            {
                "ruleId": item.finding.rule,
                "level": _SARIF[item.severity],
                "message": {"text": f"{item.message} {item.hint}".strip()},
                "locations": [{"physicalLocation": physical}],
            }
        )
    driver = {
        "name": "Prongsai",
        "rules": [
            {"id": rule, "shortDescription": {"text": title}}
            for rule, title in sorted(titles.items())
        ],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


#: Every form of ``--format`` with the function that writes it.
FORMS: Mapping[str, Callable[[Sequence[Spoken], str, int, str], str]] = {
    "text": _text,
    "github": _github,
    "json": _json,
    "markdown": _markdown,
    "junit": _junit,
    "sarif": _sarif,
}
