"""Grids and YAML lists become tables: a header is found, every cell keeps its true place.

Nothing is guessed and nothing is lost: what is mended on the way (an encoding, a title above the
header, a line break inside a cell) comes back as a finding, what cannot be read comes back as one
that says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from .findings import Finding, Place
from .grids import HEADER_SEARCH_ROWS, Grid, csv_grid, label_key, matches, xlsx_grids
from .model import Table
from .thai import strip_hidden
from .yamls import Document, at

#: Joins the elements of a YAML list in one cell text; no keyboard types it.
LIST_SEPARATOR = "\x1f"
_UNREAD = {"encoding-error", "unreadable-file", "merge-conflict"}
_TOTALS = re.compile(
    r"(?:ยอด|ผล)?รวม(?:ทั้ง|งบ|เงิน|เป็น|ราย|จำนวน|ปี|[ :(]|$).*"
    r"|(?:grand )?total(?:[ :(].*)?|[*( ]*หมายเหตุ.*",
    re.IGNORECASE,
)

Cells = list[list[str]]


def read_table(
    path: Path, file: str, labels: Mapping[str, str]
) -> tuple[Table | None, list[Finding]]:
    """Read a CSV or XLSX file.

    ``labels`` maps every accepted label (its `label_key`) to the field it names; columns of the
    result bear field names, unknown columns keep their label. None comes back for a file that
    cannot be read at all, always with a finding.
    """
    if path.suffix.lower() == ".xlsx":
        grids, findings = xlsx_grids(path, file)
    else:
        grids, findings = csv_grid(path.read_bytes(), file, labels)
    filled = [grid for grid in grids if any(any(map(str.strip, row)) for row in grid.cells)]
    if not filled:
        if not any(item.rule in _UNREAD for item in findings):
            findings.append(Finding("empty-file", Place(file)))
        return None, findings
    best = max(filled, key=lambda grid: (_header_score(grid.cells, labels), _rows_of(grid)))
    score = _header_score(best.cells, labels)
    for grid in filled:
        if grid is not best:
            # A sheet with the same header and rows of its own would be missing; notes would not.
            own = _header_score(grid.cells, labels)
            same = own > 1 and own >= score - 1 and _rows_of(grid) > 1
            place = Place(file, sheet=grid.sheet)
            params = {"sheet": grid.sheet, "used": best.sheet}
            rule = "several-tables" if same else "unread-sheet"
            findings.append(Finding(rule, place, params=params))
    if not score:
        head = next(row for row in best.cells if any(map(str.strip, row)))
        place = best.place(best.cells.index(head))
        value = ", ".join(cell.strip() for cell in head if cell.strip())
        return None, [*findings, Finding("no-header", place, value=value)]
    return _table(best, labels, findings)


def _rows_of(grid: Grid) -> int:
    return sum(any(map(str.strip, row)) for row in grid.cells)


def _header_score(rows: Cells, labels: Mapping[str, str]) -> int:
    return max((matches(row, labels) for row in rows[:HEADER_SEARCH_ROWS]), default=0)


def _header_index(rows: Cells, labels: Mapping[str, str]) -> int:
    """Return the first of the top rows that names at least half as many fields as the best does.

    The first, because a header printed again further down must not swallow the rows above it.
    """
    enough = max(1, -(-_header_score(rows, labels) // 2))
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        if matches(row, labels) >= enough:
            return index
    return next(index for index, row in enumerate(rows) if any(cell.strip() for cell in row))


def _table(
    grid: Grid, labels: Mapping[str, str], findings: list[Finding]
) -> tuple[Table | None, list[Finding]]:
    rows, file = grid.cells, grid.file
    top = _header_index(rows, labels)
    # A spreadsheet row is a CSV record; a file line differs where a cell above holds a line break.
    # Excel knows only rows, so `line` stays 0 there.
    skipped = [i for i in range(top) if any(cell.strip() for cell in rows[i])]
    if skipped:
        place = grid.place(skipped[0])
        text = " ".join(cell for cell in rows[skipped[0]] if cell.strip())
        findings.append(
            Finding("title-row", place, value=text, params={"header": top + 1}, count=len(skipped))
        )
    names, positions = _columns(rows[top], grid, top, labels, findings)
    body, kept = _body(grid, top, len(rows[top]), findings)
    if not body:
        return None, [*findings, Finding("empty-file", grid.place(top))]
    texts: list[tuple[str, ...]] = list(zip(*body, strict=True))
    columns = {name: texts[positions[name] - 1] for name in names}
    numbers = np.asarray(kept, dtype=np.int64)
    line_list = np.asarray(grid.lines, dtype=np.int64)
    table = Table(
        file=file,
        columns=columns,
        positions=positions,
        rows=numbers + 1,
        lines=np.zeros_like(numbers) if grid.sheet else line_list[numbers],
        header=grid.place(top),
        sheet=grid.sheet,
    )
    return table, findings


def _columns(
    header: Sequence[str],
    grid: Grid,
    top: int,
    labels: Mapping[str, str],
    findings: list[Finding],
) -> tuple[list[str], dict[str, int]]:
    positions: dict[str, int] = {}
    for index, cell in enumerate(header, 1):
        label = strip_hidden(cell).strip()
        if not label:
            if any(index <= len(row) and row[index - 1].strip() for row in grid.cells[top + 1 :]):
                findings.append(Finding("blank-label", grid.place(top, index)))
            continue
        name = labels.get(label_key(label), label)
        if name in positions:
            place = grid.place(top, index)
            findings.append(
                Finding("duplicate-label", place, label, params={"first": positions[name]})
            )
            continue
        positions[name] = index
    return list(positions), positions


def _body(grid: Grid, top: int, width: int, findings: list[Finding]) -> tuple[Cells, Sequence[int]]:
    """Return the data rows, each ``width`` cells wide, and their indices in the sheet."""
    body = grid.cells[top + 1 :]
    kept: Sequence[int] = range(top + 1, len(grid.cells))
    blank = [not row or (not row[0].strip() and not "".join(row).strip()) for row in body]
    if any(blank):
        last = max((i for i, empty in enumerate(blank) if not empty), default=-1)
        inner = [i for i, empty in enumerate(blank[: last + 1]) if empty]
        if inner:
            place = grid.place(top + 1 + inner[0])
            findings.append(Finding("blank-row", place, count=len(inner)))
        filled = [not empty for empty in blank]
        body, kept = list(compress(body, filled)), list(compress(kept, filled))
    body, kept = _without_totals(body, kept, grid, findings)
    if set(map(len, body)) <= {width}:
        return body, kept
    return [
        _fit(row, width, grid, index, findings) for row, index in zip(body, kept, strict=True)
    ], kept


def _without_totals(
    body: Cells, kept: Sequence[int], grid: Grid, findings: list[Finding]
) -> tuple[Cells, Sequence[int]]:
    """Take out rows that are totals or notes: published, their amounts would count twice."""
    totals = set()
    # Such rows stand at the end of a table or of a part of it, with most cells empty.
    for number, (row, index) in enumerate(zip(body, kept, strict=True)):
        if len(row) > 3 and row[0] and row[-1] and row[len(row) // 2]:
            continue
        column = next((i for i, cell in enumerate(row) if cell.strip()), 0)
        text = row[column].strip()
        if _TOTALS.fullmatch(text) and _half_empty(row, grid):
            findings.append(Finding("total-row", grid.place(index, column + 1), value=text))
            totals.add(number)
    if not totals:
        return body, kept
    wanted = [number not in totals for number in range(len(body))]
    return list(compress(body, wanted)), list(compress(kept, wanted))


def _half_empty(row: Sequence[str], grid: Grid) -> bool:
    width = max(map(len, [row, *grid.cells[:HEADER_SEARCH_ROWS]]))
    return 2 * sum(bool(cell.strip()) for cell in row) <= width + 2


def _fit(row: list[str], width: int, grid: Grid, index: int, findings: list[Finding]) -> list[str]:
    """Bring a row to the header's width; cells that would be lost or missing are findings."""
    if len(row) > width:
        extra = next((i for i in range(width, len(row)) if row[i].strip()), None)
        if extra is not None:
            place = grid.place(index, extra + 1)
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
                grid.place(index),
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
        # A single element ends with the separator: it may hold a ";" of its own.
        parts = [*cell, None] if len(cell) == 1 else cell
        yield LIST_SEPARATOR.join("" if item is None else item for item in parts)
    elif isinstance(cell, (dict, list)):
        findings.append(Finding("type-error", place, name, "{…}", {"expected": "text"}))
    else:
        yield str(cell)
