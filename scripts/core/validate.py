"""A table against its resource: labels, cells, keys; every problem, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches

import numpy as np
import pandas as pd

from . import columns
from .findings import Finding, Place
from .grids import label_key
from .model import Codelist, Field, Resource, Table
from .tables import LIST_SEPARATOR
from .thai import (
    fiscal_end,
    fiscal_start,
    fold_digits,
    has_hidden,
    has_thai_digits,
    strip_hidden,
)

_TAG = re.compile(r"<[A-Za-z/!]")
_FORMULA = re.compile(r"[=@]|[+-](?=[A-Za-z(@=])|#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
#: Thirteen digits, also with hyphens of any kind, spaces or invisible signs between them.
_ID = re.compile(
    "(?<![0-9])[1-9](?:[-\u2010-\u2015\u2212 \u00a0\u200b-\u200d\u2060\ufeff]?[0-9]){12}(?![0-9])"
)
_EXCEL_NUMBER = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+")
#: Question marks or U+FFFD in place of letters; UTF-8 that was read as cp874 or as Latin 1.
_LOST = re.compile("\\?{3,}|\ufffd|(?:เ[ธน].){3,}|(?:à[¸¹].){2,}")
#: What stands in every text that the slower patterns find.
_MARKS = {"lost-letters": ("???", "\ufffd", "เธ", "à¸"), "excel-number": ("E+",)}
#: What a cell that failed becomes; other types become None, which pandas writes as its own.
_EMPTY = {"string": "", "code": "", "array": ()}
_DASHES = {"-", "–", "—"}


def labels(resource: Resource) -> dict[str, str]:
    """Map every accepted column label to its field: the name, the Thai and the English title."""
    return {
        label_key(label): item.name
        for item in resource.fields
        for label in (item.title_en, item.title, item.name)
    }


def validate(
    table: Table,
    resource: Resource,
    codelists: Mapping[str, Codelist],
    year: int,
    today: date,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Give the rows their types.

    Returns a frame with every field of the resource as a column (missing ones empty) and one row
    a row of the table; cells that failed are empty there and stand in the findings.
    """
    findings = list(_check_labels(table, resource))
    frame: dict[str, pd.Series] = {}
    for spec in resource.fields:
        raw = table.columns.get(spec.name)
        if raw is None:
            raw = ("",) * len(table)
        frame[spec.name] = _column(table, spec, raw, codelists, year, today, findings)
    typed = pd.DataFrame(frame, index=range(len(table)))
    findings += _check_key(table, resource, typed)
    return typed, findings


def _check_labels(table: Table, resource: Resource) -> Iterator[Finding]:
    known = [item.name for item in resource.fields]
    unknown = [name for name in table.columns if name not in known]
    for spec in resource.fields:
        if spec.required and spec.name not in table.columns:
            present = ", ".join(table.columns) or "-"
            params = {"title": spec.title, "present": present}
            yield Finding("missing-label", table.header, spec.name, params=params)
    words = {word: item.name for item in resource.fields for word in (item.name, item.title)}
    for name in unknown:
        close = get_close_matches(name, words, n=1, cutoff=0.6)
        suggestion = words[close[0]] if close else ", ".join(known)
        header = table.header
        lines = (at for (_, key), at in table.cell_lines.items() if key == name)
        line = min(lines, default=header.line)
        place = Place(header.file, line, header.row, table.positions.get(name, 0), header.sheet)
        yield Finding("extra-label", place, name, params={"suggestion": suggestion})


def _column(
    table: Table,
    spec: Field,
    raw: Sequence[str],
    codelists: Mapping[str, Codelist],
    year: int,
    today: date,
    findings: list[Finding],
) -> pd.Series:
    texts = list(map(str.strip, raw))
    blob = "\n".join(texts)
    if has_hidden(blob):
        texts, blob = _show_hidden(table, spec, texts, findings)
    if LIST_SEPARATOR in blob and spec.type != "array":
        texts, blob = _refuse_lists(table, spec, texts, findings)
    if blob.count("\n") >= max(len(texts), 1):
        texts, blob = _fold_breaks(table, spec, texts, findings)
    findings += _suspicious(table, spec, texts, blob)
    if any(f"\n{dash}\n" in f"\n{blob}\n" for dash in _DASHES):
        texts, blob = _empty_dashes(table, spec, texts, findings)
    # A list that could not be read is said once, not at every cell that uses it.
    codelist = codelists.get(spec.codelist) if spec.codelist else None
    if codelist is not None and not codelist.rows:
        codelist = None
    parsed = columns.READERS[spec.type](texts, blob, spec, codelist)
    if spec.required and spec.name in table.columns and "" in texts:
        findings += [
            Finding("required-error", table.place(i, spec.name), spec.name)
            for i, text in enumerate(texts)
            if not text
        ]
    for i, rule, params in parsed.faults:
        value = texts[i].replace(LIST_SEPARATOR, "; ")
        findings.append(Finding(rule, table.place(i, spec.name), spec.name, value, params))
        parsed.values.iat[i] = _EMPTY.get(spec.type)
    findings += [
        _of_rows(table, spec, rule, rows, texts[rows[0]]) for rule, rows in parsed.notes.items()
    ]
    if spec.type == "date":
        findings += _check_dates(table, spec, texts, parsed.values, year, today)
    values: pd.Series = parsed.values
    return values


def _of_rows(table: Table, spec: Field, rule: str, rows: list[int], value: str = "") -> Finding:
    """Return one finding for many cells of a column: the first one's place, and their number."""
    return Finding(rule, table.place(rows[0], spec.name), spec.name, value, count=len(rows))


def _show_hidden(
    table: Table, spec: Field, texts: list[str], findings: list[Finding]
) -> tuple[list[str], str]:
    rows = [i for i, text in enumerate(texts) if has_hidden(text)]
    findings.append(_of_rows(table, spec, "hidden-character", rows))
    texts = [strip_hidden(text).strip() for text in texts]
    return texts, "\n".join(texts)


def _refuse_lists(
    table: Table, spec: Field, texts: list[str], findings: list[Finding]
) -> tuple[list[str], str]:
    for i, text in enumerate(texts):
        if LIST_SEPARATOR in text:
            value = text.replace(LIST_SEPARATOR, "; ")
            place = table.place(i, spec.name)
            findings.append(Finding("type-error", place, spec.name, value, {"expected": "text"}))
            texts[i] = ""
    return texts, "\n".join(texts)


def _fold_breaks(
    table: Table, spec: Field, texts: list[str], findings: list[Finding]
) -> tuple[list[str], str]:
    rows = [i for i, text in enumerate(texts) if "\n" in text or "\r" in text]
    findings.append(_of_rows(table, spec, "line-break", rows, texts[rows[0]]))
    folded = [" ".join(text.split()) if "\n" in text or "\r" in text else text for text in texts]
    return folded, "\n".join(folded)


def _empty_dashes(
    table: Table, spec: Field, texts: list[str], findings: list[Finding]
) -> tuple[list[str], str]:
    rows = [i for i, text in enumerate(texts) if text in _DASHES]
    findings.append(_of_rows(table, spec, "dash-empty", rows, texts[rows[0]]))
    cleaned = ["" if text in _DASHES else text for text in texts]
    return cleaned, "\n".join(cleaned)


def _suspicious(table: Table, spec: Field, texts: list[str], blob: str) -> Iterator[Finding]:
    """Find what must never be published: formulas, markup, lost letters, a citizen's 13-digit id.

    The whole column is looked at in one go, each text once; cells only where it shows something.
    """
    padded = "\n" + blob
    if any(mark in padded for mark in ("\n=", "\n@", "\n+", "\n-", "\n#")):
        yield from (
            Finding("formula-cell", table.place(i, spec.name), spec.name, text)
            for i, text in enumerate(texts)
            if _FORMULA.match(text)
        )
    if "<" in blob:
        yield from (
            Finding("html-cell", table.place(i, spec.name), spec.name, text)
            for i, text in enumerate(texts)
            if has_markup(text)
        )
    for rule, test in (("lost-letters", _LOST.search), ("excel-number", _EXCEL_NUMBER.fullmatch)):
        if spec.type == "string" and any(mark in blob for mark in _MARKS[rule]):
            rows = [i for i, text in enumerate(texts) if test(text)]
            if rows:
                yield _of_rows(table, spec, rule, rows, texts[rows[0]])
    if spec.type != "date" and has_national_id("\n".join(dict.fromkeys(texts))):
        for i, text in enumerate(texts):
            if has_national_id(text):
                # The id itself is left out of the report: reports are published too.
                yield Finding("national-id", table.place(i, spec.name), spec.name, "•" * 13)


def lost_letters(text: str) -> bool:
    """Tell whether Thai letters were lost when the text was saved in a foreign encoding."""
    return bool(_LOST.search(text))


def has_markup(text: str) -> bool:
    """Tell whether a text holds HTML."""
    return bool(_TAG.search(text))


def has_national_id(text: str) -> bool:
    """Tell whether a text holds a person's 13-digit id (mod 11), also spaced or in Thai digits.

    Ids that begin with 0 are juristic persons' and public.
    """
    if has_thai_digits(text):
        text = fold_digits(text)
    return any(_is_national_id(match[0]) for match in _ID.finditer(text))


def mask_national_ids(text: str) -> str:
    """Return the text with every person's 13-digit id blotted out."""
    folded = fold_digits(text)
    for match in reversed(list(_ID.finditer(folded))):
        if _is_national_id(match[0]):
            text = text[: match.start()] + "•" * 13 + text[match.end() :]
    return text


def _is_national_id(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()]
    total = sum(digit * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - total % 11) % 10 == digits[12]


def _check_dates(
    table: Table, spec: Field, texts: list[str], values: pd.Series, year: int, today: date
) -> Iterator[Finding]:
    if spec.past:
        for i in columns.future(values, today):
            params = {"today": today}
            yield Finding("future-date", table.place(i, spec.name), spec.name, texts[i], params)
    if spec.in_period:
        start, end = fiscal_start(year), fiscal_end(year)
        outside = (values < pd.Timestamp(start)) | (values > pd.Timestamp(end))
        for i in map(int, np.flatnonzero(outside.to_numpy())):
            bounds = {"year": str(year), "start": start, "end": end}
            place = table.place(i, spec.name)
            yield Finding("outside-period", place, spec.name, texts[i], bounds)


def _check_key(table: Table, resource: Resource, frame: pd.DataFrame) -> Iterator[Finding]:
    key = [name for name in resource.primary_key if name in table.columns]
    if not key or len(key) < len(resource.primary_key):
        return
    filled = frame[(frame[key] != "").all(axis=1)] if len(frame) else frame
    again = filled.duplicated(key)
    if not again.any():
        return
    first: dict[tuple[object, ...], int] = {}
    for index, *values in filled[key].itertuples(name=None):
        if again[index]:
            original = table.place(first[tuple(values)])
            place = table.place(int(index), key[0])
            params = {"first": original.row or original.line, "key": " + ".join(key)}
            value = " / ".join(map(str, values))
            yield Finding("unique-error", place, key[0], value, params)
        else:
            first[tuple(values)] = int(index)
