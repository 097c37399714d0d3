"""The only reader of tables: CSV, XLSX and YAML lists become texts with the true place of each cell.

Nothing is guessed and nothing is lost: what is mended on the way (an encoding, a title above the
header, a line break inside a cell) comes back as a finding, what cannot be read comes back as one
that says why.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from .findings import Finding, Place
from .model import Table
from .yamls import Document, at

#: A header is looked for in this many rows: real forms carry a few title rows above it.
HEADER_SEARCH_ROWS = 20
#: Joins the elements of a YAML list in one cell text; no keyboard types it.
LIST_SEPARATOR = "\x1f"
#: An XLSX that unpacks to more than this is refused unread.
XLSX_LIMIT_BYTES = 500 * 1024 * 1024

Cells = list[list[str]]


@dataclass
class _Grid:
    """A sheet of texts, with the file line and the spreadsheet row of each of its rows."""

    cells: Cells
    lines: Sequence[int]
    sheet: str = ""
    findings: list[Finding] = field(default_factory=list)


def label_key(text: str) -> str:
    """Return the form in which column labels are compared: no case, no white space."""
    return "".join(text.split()).casefold()


def decode(data: bytes, file: str) -> tuple[str | None, list[Finding]]:
    """Decode a text file as offices save them: BOM, then UTF-8, then cp874.

    Returns the text without a BOM (None when no encoding fits) and ``file-bom``, ``file-encoding``
    or ``encoding-error`` findings.
    """
    place = Place(file)
    if data.startswith(b"\xef\xbb\xbf"):
        data, findings = data[3:], [Finding("file-bom", place)]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _try_decode(data, "utf-16", place)
    elif b"\x00" in data[:200]:
        return _try_decode(data, "utf-16-le", place)
    else:
        findings = []
    try:
        return data.decode("utf-8"), findings
    except UnicodeDecodeError as error:
        text, mended = _try_decode(data, "cp874", place)
        if text is None:
            # Neither fits. Such a file is UTF-8 with a damaged spot: name that spot.
            line = data.count(b"\n", 0, error.start) + 1
            mended = [Finding("encoding-error", Place(file, line))]
        return text, mended


def _try_decode(data: bytes, encoding: str, place: Place) -> tuple[str | None, list[Finding]]:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Finding("encoding-error", Place(place.file, line))]
    return text, [Finding("file-encoding", place, params={"encoding": encoding.upper()})]


def read_table(
    path: Path, file: str, labels: Mapping[str, str]
) -> tuple[Table | None, list[Finding]]:
    """Read a CSV or XLSX file.

    ``labels`` maps every accepted label (its `label_key`) to the field it names; columns of the
    result bear field names, unknown columns keep their label. None comes back for a file that
    cannot be read at all, always with a finding.
    """
    if path.suffix.lower() == ".xlsx":
        grid = _xlsx_grid(path, file, labels)
    else:
        grid = _csv_grid(path.read_bytes(), file)
    if not any(any(cell.strip() for cell in row) for row in grid.cells):
        if not any(item.rule in ("encoding-error", "unreadable-file") for item in grid.findings):
            grid.findings.append(Finding("empty-file", Place(file, sheet=grid.sheet)))
        return None, grid.findings
    return _table(grid, file, labels)


def _csv_grid(data: bytes, file: str) -> _Grid:
    text, findings = decode(data, file)
    if text is None:
        return _Grid([], [], findings=findings)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: Cells = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        # The rows before it were read: a quotation mark left open is on the first line after them.
        begun = _true_lines(text, delimiter)
        place = Place(file, begun[len(rows)] if len(rows) < len(begun) else reader.line_num)
        findings.append(Finding("unreadable-file", place, params={"problem": str(error)}))
        return _Grid([], [], findings=findings)
    lines: Sequence[int] = range(1, len(rows) + 1)
    if reader.line_num != len(rows):
        lines = _true_lines(text, delimiter)
    return _Grid(rows, lines, findings=findings)


def _delimiter(text: str) -> str:
    head = text.lstrip("\n").split("\n", 1)[0]
    return max(",\t;", key=head.count)


def _true_lines(text: str, delimiter: str) -> list[int]:
    """Return the first line of each row: a second look, needed only when cells hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines, last = [], 0
    for _ in reader:
        lines.append(last + 1)
        last = reader.line_num
    return lines


def _xlsx_grid(path: Path, file: str, labels: Mapping[str, str]) -> _Grid:
    # Imported here: most agencies keep CSV, and start-up should not pay for a reader unused.
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > XLSX_LIMIT_BYTES:
            problem = f"{unpacked:,} bytes unpacked"
            finding = Finding("unreadable-file", Place(file), params={"problem": problem})
            return _Grid([], [], findings=[finding])
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in workbook.sheet_names
        ]
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        problem = str(error) or type(error).__name__
        return _Grid(
            [], [], findings=[Finding("unreadable-file", Place(file), params={"problem": problem})]
        )
    filled = [(name, rows) for name, rows in sheets if any(any(c != "" for c in r) for r in rows)]
    if not filled:
        return _Grid([], [])
    texts = [(name, [[_cell_text(cell) for cell in row] for row in rows]) for name, rows in filled]
    best = max(range(len(texts)), key=lambda index: _header_score(texts[index][1], labels))
    name, rows = texts[best]
    findings = [
        Finding("unread-sheet", Place(file, sheet=other), params={"sheet": other, "used": name})
        for index, (other, _) in enumerate(texts)
        if index != best
    ]
    return _Grid(rows, range(1, len(rows) + 1), name, findings)


def _cell_text(cell: Any) -> str:
    """Write an Excel value as the text an officer sees: no exponent, no ``.0``, ISO dates."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell)


def _header_score(rows: Cells, labels: Mapping[str, str]) -> int:
    return max((_matches(row, labels) for row in rows[:HEADER_SEARCH_ROWS]), default=0)


def _matches(row: Sequence[str], labels: Mapping[str, str]) -> int:
    return len({labels[key] for cell in row if (key := label_key(cell)) in labels})


def _header_index(rows: Cells, labels: Mapping[str, str]) -> int:
    """Return the row that names most columns among the first ones; the first filled row if none."""
    head = rows[:HEADER_SEARCH_ROWS]
    first = next(index for index, row in enumerate(rows) if any(cell.strip() for cell in row))
    best = max(range(len(head)), key=lambda index: (_matches(head[index], labels), -index))
    return best if _matches(head[best], labels) >= 1 else first


def _table(grid: _Grid, file: str, labels: Mapping[str, str]) -> tuple[Table, list[Finding]]:
    findings, rows = grid.findings, grid.cells
    top = _header_index(rows, labels)
    # A spreadsheet row is a CSV record; a file line differs where a cell above holds a line break.
    # Excel knows only rows, so `line` stays 0 there.
    skipped = [i for i in range(top) if any(cell.strip() for cell in rows[i])]
    if skipped:
        place = _place(grid, file, skipped[0])
        text = " ".join(cell for cell in rows[skipped[0]] if cell.strip())
        findings.append(
            Finding("title-row", place, value=text, params={"header": top + 1}, count=len(skipped))
        )
    names, positions = _columns(rows[top], grid, file, top, labels, findings)
    body, kept = _body(grid, file, top, len(rows[top]), findings)
    texts: list[tuple[str, ...]] = list(zip(*body, strict=True))
    columns = {name: texts[positions[name] - 1] if texts else () for name in names}
    numbers = np.asarray(kept, dtype=np.int64)
    line_list = np.asarray(grid.lines, dtype=np.int64)
    table = Table(
        file=file,
        columns=columns,
        positions=positions,
        rows=numbers + 1,
        lines=np.zeros_like(numbers) if grid.sheet else line_list[numbers],
        header=_place(grid, file, top),
        sheet=grid.sheet,
    )
    return table, findings


def _place(grid: _Grid, file: str, index: int, column: int = 0) -> Place:
    line = 0 if grid.sheet else grid.lines[index]
    return Place(file, line, index + 1, column, grid.sheet)


def _columns(
    header: Sequence[str],
    grid: _Grid,
    file: str,
    top: int,
    labels: Mapping[str, str],
    findings: list[Finding],
) -> tuple[list[str], dict[str, int]]:
    positions: dict[str, int] = {}
    for index, cell in enumerate(header, 1):
        label = cell.strip()
        if not label:
            if any(index <= len(row) and row[index - 1].strip() for row in grid.cells[top + 1 :]):
                findings.append(Finding("blank-label", _place(grid, file, top, index)))
            continue
        name = labels.get(label_key(label), label)
        if name in positions:
            place = _place(grid, file, top, index)
            findings.append(
                Finding("duplicate-label", place, label, params={"first": positions[name]})
            )
            continue
        positions[name] = index
    return list(positions), positions


def _body(
    grid: _Grid, file: str, top: int, width: int, findings: list[Finding]
) -> tuple[Cells, Sequence[int]]:
    """Return the data rows, each ``width`` cells wide, and their indices in the sheet."""
    body = grid.cells[top + 1 :]
    kept: Sequence[int] = range(top + 1, len(grid.cells))
    blank = [not row or (not row[0].strip() and not "".join(row).strip()) for row in body]
    if any(blank):
        last = max((i for i, empty in enumerate(blank) if not empty), default=-1)
        inner = [i for i, empty in enumerate(blank[: last + 1]) if empty]
        if inner:
            place = _place(grid, file, top + 1 + inner[0])
            findings.append(Finding("blank-row", place, count=len(inner)))
        filled = [not empty for empty in blank]
        body, kept = list(compress(body, filled)), list(compress(kept, filled))
    if set(map(len, body)) <= {width}:
        return body, kept
    return [
        _fit(row, width, grid, file, index, findings) for row, index in zip(body, kept, strict=True)
    ], kept


def _fit(
    row: list[str], width: int, grid: _Grid, file: str, index: int, findings: list[Finding]
) -> list[str]:
    """Bring a row to the header's width; cells that would be lost or missing are findings."""
    if len(row) > width:
        extra = next((i for i in range(width, len(row)) if row[i].strip()), None)
        if extra is not None:
            place = _place(grid, file, index, extra + 1)
            findings.append(
                Finding(
                    "extra-cell",
                    place,
                    value=row[extra],
                    params={"cells": len(row), "width": width},
                )
            )
    elif len(row) < width and not grid.sheet:
        findings.append(
            Finding(
                "missing-cell",
                _place(grid, file, index),
                params={"cells": len(row), "width": width},
            )
        )
    return (row + [""] * width)[:width]


def yaml_table(
    document: Document, file: str, root: str, labels: Mapping[str, str]
) -> tuple[Table | None, list[Finding]]:
    """Turn a YAML list of mappings (at the key ``root``, or the whole file) into a table.

    Lists inside a cell are joined with `LIST_SEPARATOR`; deeper structures are ``type-error``.
    """
    path: tuple[Any, ...] = (root,) if root else ()
    value = document.value
    if root:
        value = value.get(root) if isinstance(value, dict) else None
    if not isinstance(value, list) or not value:
        place = Place(file, at(document.lines, *path))
        return None, [] if document.findings else [Finding("empty-file", place)]
    findings: list[Finding] = []
    names: dict[str, None] = {}
    records: list[dict[str, str]] = []
    cell_lines: dict[tuple[int, str], int] = {}
    lines: list[int] = []
    for index, entry in enumerate(value):
        line = document.lines[(*path, index)]
        if not isinstance(entry, dict):
            findings.append(Finding("type-error", Place(file, line), value=str(entry)[:40],
                                    params={"expected": "mapping"}))  # fmt: skip
            continue
        record = {}
        for key, cell in entry.items():
            name = labels.get(label_key(key), key)
            cell_line = document.lines[(*path, index, key)]
            record[name] = "".join(_yaml_cell(cell, name, Place(file, cell_line), findings))
            cell_lines[(len(records), name)] = cell_line
        names.update(dict.fromkeys(record))
        records.append(record)
        lines.append(line)
    columns = {name: tuple(record.get(name, "") for record in records) for name in names}
    numbers = np.asarray(lines, dtype=np.int64)
    header = Place(file, at(document.lines, *path))
    table = Table(file, columns, {}, numbers, numbers, header, cell_lines=cell_lines)
    return table, findings


def _yaml_cell(cell: Any, name: str, place: Place, findings: list[Finding]) -> Iterator[str]:
    if cell is None:
        return
    if isinstance(cell, list) and all(not isinstance(item, (dict, list)) for item in cell):
        yield LIST_SEPARATOR.join("" if item is None else item for item in cell)
    elif isinstance(cell, (dict, list)):
        findings.append(Finding("type-error", place, name, "{…}", {"expected": "text"}))
    else:
        yield str(cell)
