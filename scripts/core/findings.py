"""What a check has to say: values with a place, and the documentation entry of each rule."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, NamedTuple

from .thai import show_date

_CONTROLS = re.compile("[\\x00-\\x1f\\x7f\\ufffe\\uffff]")


class Severity(IntEnum):
    """How bad a finding is, worst highest; the names are those of ``--fail-on``."""

    NOTICE = 0
    DUE_SOON = 1
    OVERDUE = 2
    BROKEN = 3

    @property
    def word(self) -> str:
        """Return the name used on the command line and in JSON, e.g. ``due-soon``."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def of(cls, word: str) -> Severity:
        """Return the severity of a word such as ``due-soon``; KeyError when there is none."""
        return cls[word.upper().replace("-", "_")]


def column_letter(index: int) -> str:
    """Return the spreadsheet's letter of a 1-based column: 1 is A, 27 is AA."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, order=True)
class Place:
    """Where a finding is: file from the root, line of the text, row and column of the spreadsheet.

    ``line``, ``row`` and ``column`` count from 1; 0 means the whole file. ``row`` differs from
    ``line`` where a cell above holds a line break.
    """

    file: str
    line: int = 0
    row: int = 0
    column: int = 0
    sheet: str = ""

    @property
    def cell(self) -> str:
        """Return the spreadsheet address, ``B7``, as far as it is known."""
        return (column_letter(self.column) if self.column else "") + (
            str(self.row) if self.row else ""
        )


class Words(NamedTuple):
    """A text of a message in each language."""

    th: str
    en: str


@dataclass(frozen=True)
class Finding:
    """One problem. ``params`` fill the rule's message; ``count`` is how many cells it speaks for.

    A parameter may be a `Words` or a date: it is said in the language of the message.
    """

    rule: str
    place: Place
    field: str = ""
    value: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    count: int = 1


@dataclass(frozen=True)
class RuleText:
    """What a rule says in one language; ``message`` and ``hint`` are `str.format` templates."""

    title: str
    message: str
    why: str
    hint: str


@dataclass(frozen=True)
class Rule:
    """The documentation entry of a rule: its severity, words, an example, and its legal basis."""

    id: str
    severity: Severity
    texts: Mapping[str, RuleText]
    bad: str
    good: str
    basis: str = ""


@dataclass(frozen=True)
class Spoken:
    """A finding put into words, ready for any format."""

    finding: Finding
    severity: Severity
    title: str
    message: str
    hint: str


class Catalogue(dict[str, Rule]):
    """All rules by id, with the words that messages share: word -> language -> translation."""

    words: Mapping[str, Mapping[str, str]] = {}


def speak(finding: Finding, rules: Catalogue, lang: str) -> Spoken:
    """Put a finding into the words of its rule; KeyError when the rule has no entry."""
    rule = rules[finding.rule]
    text = rule.texts[lang]
    words = {
        "field": printable(finding.field),
        "value": _shorten(finding.value),
        "count": f"{finding.count:,}",
        **{
            name: rules.words.get(str(value), {}).get(lang, printable(_said(value, lang)))
            for name, value in finding.params.items()
        },
    }
    return Spoken(
        finding,
        rule.severity,
        text.title,
        text.message.format(**words),
        text.hint.format(**words),
    )


def _said(value: Any, lang: str) -> str:
    if isinstance(value, Words):
        return value.th if lang == "th" else value.en
    if isinstance(value, date):
        return show_date(value) if lang == "th" else value.isoformat()
    return str(value)


def printable(text: str) -> str:
    """Return a text with control characters shown as a sign: they move cursors and break XML."""
    return _CONTROLS.sub("�", text)


def _shorten(value: str, limit: int = 80) -> str:
    value = printable(value.replace("\r\n", "\n").replace("\n", "↵"))
    return value if len(value) <= limit else value[: limit - 1] + "…"


def ordered(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """Sort findings for reading: worst first, then by file and place."""
    return sorted(
        findings,
        key=lambda item: (
            -rules[item.rule].severity,
            item.place,
            item.rule,
            item.field,
            item.value,
        ),
    )


def exit_code(findings: Iterable[Finding], rules: Mapping[str, Rule], fail_on: Severity) -> int:
    """Return 1 when something is broken, 3 when it is only late and that was asked for, else 0."""
    worst = max((rules[item.rule].severity for item in findings), default=Severity.NOTICE)
    if worst == Severity.BROKEN:
        return 1
    return 3 if worst >= fail_on else 0
