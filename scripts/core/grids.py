"""Files become grids of texts: CSV in the encodings offices use, XLSX by its cells. No header yet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .findings import Finding, Place
from .thai import strip_hidden

#: A header is looked for in this many rows: real forms carry a few title rows above it.
HEADER_SEARCH_ROWS = 20
#: A stray cell far out makes a sheet of billions: no table of ours comes near these.
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
_FAR_COLUMN = re.compile(rb'<c r="[A-Z]{3}[0-9]')
_LAST_ROW = re.compile(rb'<row r="([0-9]+)"')
_MOST_ROWS = 500_000
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)
_UNVALUED = re.compile(rb"<f[ >/]|t=\"e\"")
#: An XLSX that unpacks to more than this is refused unread.
XLSX_LIMIT_BYTES = 500 * 1024 * 1024


csv.field_size_limit(2**31 - 1)


@dataclass
class Grid:
    """A sheet of texts with the file line of each row; ``sheet`` is "" for a text file."""

    file: str
    cells: list[list[str]]
    lines: Sequence[int]
    sheet: str = ""

    def place(self, index: int, column: int = 0) -> Place:
        """Return the place of a row (from 0) or of its cell in a column (from 1)."""
        # Excel knows rows only, so the line stays 0 there.
        line = 0 if self.sheet else self.lines[index]
        return Place(self.file, line, index + 1, column, self.sheet)


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


def label_key(text: str) -> str:
    """Return the form in which column labels are compared: no case, no white space."""
    return "".join(strip_hidden(text).split()).casefold()


def matches(row: Sequence[str], labels: Mapping[str, str]) -> int:
    """Return how many different fields the cells of a row name."""
    return len({labels[key] for cell in row if (key := label_key(cell)) in labels})


def conflict_line(text: str) -> int:
    """Return the line of the first conflict marker that git left in a text; 0 when there is none."""
    found = _CONFLICT.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    return text.count("\n", 0, found.start()) + 1 if found else 0


def csv_grid(data: bytes, file: str, labels: Mapping[str, str]) -> tuple[list[Grid], list[Finding]]:
    """Read CSV; no grid where the file cannot be read, with the finding that says why."""
    text, findings = decode(data, file)
    if text is None:
        return [], findings
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if line := conflict_line(text):
        return [], [*findings, Finding("merge-conflict", Place(file, line))]
    delimiter = _delimiter(text, labels)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        # The rows before it were read: a quotation mark left open is on the first line after them.
        begun = _true_lines(text, delimiter)
        place = Place(file, begun[len(rows)] if len(rows) < len(begun) else reader.line_num)
        return [], [*findings, _unreadable(file, str(error), place.line)]
    lines: Sequence[int] = range(1, len(rows) + 1)
    if reader.line_num != len(rows):
        lines = _true_lines(text, delimiter)
    return [Grid(file, rows, lines)], findings


def _delimiter(text: str, labels: Mapping[str, str]) -> str:
    """Return the delimiter that makes most known labels of a line near the top."""
    head = text.split("\n", HEADER_SEARCH_ROWS)[:HEADER_SEARCH_ROWS]
    first = next((line for line in head if line.strip()), "")

    def score(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(head, delimiter=delimiter)
        return max((matches(row, labels) for row in rows), default=0), first.count(delimiter)

    return max(",\t;", key=score)


def _true_lines(text: str, delimiter: str) -> list[int]:
    """Return the first line of each row: a second look, needed only when cells hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines, last = [], 0
    for _ in reader:
        lines.append(last + 1)
        last = reader.line_num
    return lines


def xlsx_grids(path: Path, file: str) -> tuple[list[Grid], list[Finding]]:
    """Read every visible sheet of an XLSX that holds anything; none where it cannot be read."""
    # Imported here: most agencies keep CSV, and start-up should not pay for a reader unused.
    from python_calamine import (  # noqa: PLC0415
        CalamineError,
        CalamineWorkbook,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
            if unpacked > XLSX_LIMIT_BYTES:
                return [], [_unreadable(file, f"{unpacked:,} bytes unpacked")]
            parts = [name for name in archive.namelist() if _SHEET_PART.fullmatch(name)]
            second_look = False
            for part in parts:
                xml = archive.read(part)
                if far := _far(xml):
                    return [], [_unreadable(file, far)]
                second_look |= bool(_UNVALUED.search(xml))
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [
            (sheet.name, workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False))
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, zipfile.BadZipFile, zlib.error, NotImplementedError, OSError) as error:
        return [], [_unreadable(file, str(error) or type(error).__name__)]
    texts = [(name, [list(map(_cell_text, row)) for row in rows]) for name, rows in sheets]
    if second_look and (problem := _fill_unvalued(path, dict(texts))):
        return [], [_unreadable(file, problem)]
    return [
        Grid(file, rows, range(1, len(rows) + 1), name)
        for name, rows in texts
        if any(map(any, rows))
    ], []


def _far(xml: bytes) -> str:
    """Say where a cell stands that makes a sheet too large to be a table; "" when none does."""
    if found := _FAR_COLUMN.search(xml):
        end = xml.index(b'"', found.end())
        return "a cell far out: " + xml[found.start() + 6 : end].decode("ascii", "replace")
    last = xml.rfind(b"<row r=")
    row = _LAST_ROW.match(xml, last) if last >= 0 else None
    return f"a row far down: {int(row[1])}" if row and int(row[1]) > _MOST_ROWS else ""


def _fill_unvalued(path: Path, sheets: Mapping[str, list[list[str]]]) -> str:
    """Write the formula or the error where the reader gives nothing, so that it is not lost.

    A formula that was never calculated has no value in the file, nor has one that failed. Returns
    why that could not be found out, or nothing.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - slow, and needed for such files only

    try:
        book = load_workbook(path, read_only=True)
        for sheet in book.worksheets:
            rows = sheets.get(sheet.title, [])
            for cells, texts in zip(sheet.iter_rows(), rows, strict=False):
                for index, cell in enumerate(cells[: len(texts)]):
                    if cell.data_type in ("f", "e") and not texts[index]:
                        texts[index] = str(cell.value)
        book.close()
    # openpyxl has no error of its own for damaged files: these are what its parsers raise.
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, SyntaxError) as error:
        return str(error) or type(error).__name__
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        return str(error) or type(error).__name__
    return ""


def _unreadable(file: str, problem: str, line: int = 0) -> Finding:
    return Finding("unreadable-file", Place(file, line), params={"problem": problem})


def _cell_text(cell: Any) -> str:
    """Write an Excel value as the text an officer sees: no exponent, no ``.0``, ISO dates."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell)
