"""Tables as files for people and machines: CSV, CSV for Excel, XLSX, JSON. Same rows, same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from .columns import READERS
from .model import Loaded, Workspace
from .money import SATANG, plain_baht
from .shown import Column

#: Spreadsheets take a cell that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: XLSX files carry a creation time; a fixed one keeps the bytes the same.
_XLSX_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a constant of the file format, no clock
_KINDS = {"money": "money", "integer": "number", "decimal": "number", "date": "date"}
_NOTES = "ที่มา"
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
PROVENANCE = Column("provenance", "ที่มาของข้อมูล")
SAMPLE_WORD = "sample (ข้อมูลตัวอย่าง)"


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before it."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def machine(value: Any, kind: str) -> str:
    """Write a value for machines: money in baht with a point, dates ISO, nothing for no data."""
    if value is None:
        return ""
    if kind == "money":
        return plain_baht(value)
    if isinstance(value, (int, Decimal, dt.date)):
        return str(value)
    return neutral(str(value))


def _number(value: Any, kind: str) -> Any:
    """Return a value for JSON: numbers stay numbers, money in baht."""
    if value is None:
        return None
    if kind == "money":
        whole, part = divmod(value, SATANG)
        return float(plain_baht(value)) if part else whole
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def csv_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write CSV for machines: field names, UTF-8, LF."""
    text = _csv([column.name for column in columns], columns, rows)
    return text.replace("\r\n", "\n").encode()


def excel_csv_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write CSV that Excel opens in Thai: a BOM, Thai titles, CRLF."""
    return b"\xef\xbb\xbf" + _csv([column.title for column in columns], columns, rows).encode()


def _csv(header: Sequence[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> str:
    kinds = [column.kind for column in columns]
    stream = io.StringIO(newline="")
    # Written with both, because only then does the csv module quote a lone \r inside a text.
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(map(neutral, header))
    writer.writerows(
        [machine(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows
    )
    return stream.getvalue()


def json_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a JSON array of objects, one a line, so that differences can be read."""
    kinds = [(column.name, column.kind) for column in columns]
    lines = (
        json.dumps(
            {name: _number(value, kind) for value, (name, kind) in zip(row, kinds, strict=True)},
            ensure_ascii=False,
        )
        for row in rows
    )
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def xlsx_bytes(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], sheet: str, about: Sequence[str]
) -> bytes:
    """Write XLSX: Thai titles in a frozen first row, numbers as numbers, a sheet on the source."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": _XLSX_CREATED, "title": sheet})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        amount = book.add_format({"num_format": "#,##0.00"})
        page = book.add_worksheet(_sheet_name(sheet))
        page.freeze_panes(1, 0)
        page.write_row(0, 0, [column.title for column in columns], bold)
        for index, column in enumerate(columns):
            page.set_column(index, index, 18 if column.kind != "text" else 24,
                            amount if column.kind == "money" else None)  # fmt: skip
        kinds = [column.kind for column in columns]
        for number, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                _xlsx_cell(page, number, index, value, kinds[index], amount)
        notes = book.add_worksheet(_NOTES)
        notes.set_column(0, 0, 100)
        for number, line in enumerate(about):
            notes.write_string(number, 0, line)
    return stream.getvalue()


def _sheet_name(title: str) -> str:
    """Return a title as Excel allows it for a sheet: no signs of its own, 31 UTF-16 units at most."""
    name = _SHEET_SIGNS.sub(" ", title)
    while len(name.encode("utf-16-le")) > 2 * 31:
        name = name[:-1]
    name = name.strip().strip("'").strip()
    return "ข้อมูล" if not name or name in (_NOTES, "History") else name


def _xlsx_cell(page: Any, row: int, index: int, value: Any, kind: str, amount: Any) -> None:
    if value is None or value == "":
        return
    if kind == "money":
        page.write_number(row, index, value / SATANG, amount)
    elif isinstance(value, (int, Decimal)):
        page.write_number(row, index, float(value))
    else:
        page.write_string(row, index, str(value))


def columns_of(item: Loaded) -> tuple[Column, ...]:
    """Return the columns of a published dataset file: its fields, and the Thai name of each code."""
    result: list[Column] = []
    for spec in item.resource.fields:
        kind = _KINDS.get(spec.type, "text")
        if spec.type == "code":
            result.append(Column(spec.name, f"{spec.title} (รหัส)"))
            result.append(Column(f"{spec.name}_name", spec.title))
        else:
            result.append(Column(spec.name, spec.title, kind, spec.unit))
    if item.dataset.sample:
        result.append(PROVENANCE)
    return tuple(result)


def rows_of(item: Loaded, ws: Workspace) -> list[tuple[Any, ...]]:
    """Return the rows of a dataset file for export, in the file's order; None is no data."""
    columns: list[Sequence[Any]] = []
    for spec in item.resource.fields:
        values = plain_values(item.frame[spec.name])
        columns.append(values)
        if spec.type == "code":
            codes = ws.codes(spec.codelist)
            columns.append([codes.name_of(code) for code in values])
    if item.dataset.sample:
        columns.append([SAMPLE_WORD] * len(item.frame))
    return list(zip(*columns, strict=True))


def plain_values(series: pd.Series) -> list[Any]:
    """Return plain Python values: int, Decimal, date, str, bool; None for no data; lists as text."""
    if series.dtype.kind == "M":
        days = series.to_numpy().astype("datetime64[D]").astype(object)
        return [None if pd.isna(day) else day for day in days]
    if isinstance(series.dtype, np.dtype):
        return [
            "; ".join(value) if isinstance(value, tuple) else value for value in series.tolist()
        ]
    if isinstance(series.dtype, pd.BooleanDtype):
        return [None if pd.isna(value) else ("ใช่" if value else "ไม่") for value in series]
    return [None if pd.isna(value) else int(value) for value in series.tolist()]


assert set(_KINDS) <= set(READERS)
