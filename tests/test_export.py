"""Downloads read back equal, cell for cell and to the satang, in every form; same rows, same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import pipeline
from scripts.core import export
from scripts.core.shown import Column

COLUMNS = (
    Column("name", "ชื่อ"),
    Column("amount", "จำนวนเงิน (บาท)", "money"),
    Column("count", "จำนวน", "number"),
    Column("share", "ร้อยละ", "percent"),
    Column("day", "วันที่", "date"),
)
ROWS = (
    ("ก, \"ข\"; 'ค'", 292621920000, 3000, Decimal("12.5"), dt.date(2026, 9, 30)),
    ("", 5, 0, Decimal("0.0"), None),
    ("ไม่มีข้อมูล", None, None, None, None),
    ("ลบ", -12345, -1, Decimal("-0.1"), dt.date(2569, 1, 1)),
)
#: The demo's tables that hold invented rows.
WITH_SAMPLES = ("procurement", "oit-records", "oit-duties", "oit-history")
FORMULAS = ("=1+1", "+66", "-5 องศา", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x","y")')


@pytest.fixture(scope="module")
def tables(demo):
    """Every published table of the demo: name, columns and rows."""
    ws = demo.workspace
    return {
        "-".join(key[:2]) + item.named: (export.columns_of(item), export.rows_of(item, ws))
        for key, item in ws.loaded.items()
    }


def from_csv(data, columns):
    """Read CSV for machines back to values, by the kinds that datapackage.json tells."""
    rows = csv.reader(io.StringIO(data.decode()))
    assert next(rows) == [column.name for column in columns]
    return [
        tuple(from_text(cell, column.kind) for cell, column in zip(row, columns, strict=True))
        for row in rows
    ]


def from_text(text, kind):
    if kind == "text":
        return text
    if not text:
        return None
    if kind == "money":
        return int(Decimal(text) * 100)
    return dt.date.fromisoformat(text) if kind == "date" else Decimal(text)


def said(value):
    """Say a value as a text form holds it: no data is an empty text."""
    return "" if value is None else value


def as_text(rows, columns, *, neutral):
    """Return the rows as a text form should give them back."""
    return [
        tuple(
            (export.neutral(str(said(value))) if neutral else said(value))
            if column.kind == "text"
            else value
            for value, column in zip(row, columns, strict=True)
        )
        for row in rows
    ]


def from_json(data, columns):
    rows = json.loads(data, parse_float=Decimal)
    for row in rows:
        assert list(row) == [column.name for column in columns]
    return [tuple(from_number(row[column.name], column.kind) for column in columns) for row in rows]


def from_number(value, kind):
    if value is None or kind == "text":
        return said(value) if kind == "text" else None
    if kind == "money":
        return int(Decimal(value) * 100)
    return dt.date.fromisoformat(value) if kind == "date" else value


def from_xlsx(data, columns):
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    header, *rows = page.iter_rows()
    assert [cell.value for cell in header] == [column.title for column in columns]
    assert not any(cell.data_type == "f" for row in rows for cell in row)
    return [
        tuple(
            from_cell(row[index].value if index < len(row) else None, column.kind)
            for index, column in enumerate(columns)
        )
        for row in rows
    ]


def from_cell(value, kind):
    if value is None or kind == "text":
        return said(value) if kind == "text" else None
    if kind == "money":
        assert isinstance(value, (int, float))
        return round(Decimal(value) * 100)
    return dt.date.fromisoformat(value) if kind == "date" else Decimal(str(value))


def test_every_table_of_the_demo_reads_back_equal_as_csv(tables):
    for name, (columns, rows) in tables.items():
        found = from_csv(export.csv_bytes(columns, rows), columns)
        assert found == as_text(rows, columns, neutral=True), name


def test_every_table_of_the_demo_reads_back_equal_as_json(tables):
    for name, (columns, rows) in tables.items():
        found = from_json(export.json_bytes(columns, rows), columns)
        assert found == as_text(rows, columns, neutral=False), name


def test_every_table_of_the_demo_reads_back_equal_as_xlsx(tables):
    for name, (columns, rows) in tables.items():
        found = from_xlsx(export.xlsx_bytes(columns, rows, "ข้อมูล", ["ที่มา"]), columns)
        assert found == as_text(rows, columns, neutral=False), name


def test_the_tables_hold_what_was_read(demo, tables):
    assert len(tables) == len(demo.workspace.loaded) >= 9
    for (key, item), (columns, rows) in zip(
        demo.workspace.loaded.items(), tables.values(), strict=True
    ):
        assert len(rows) == len(item.table), key
        positions = {column.name: index for index, column in enumerate(columns)}
        for spec in item.resource.fields:
            if spec.type == "money":
                found = sum(row[positions[spec.name]] or 0 for row in rows)
                assert found == int(item.frame[spec.name].sum()), key


def test_codes_come_with_their_names(tables):
    columns, rows = tables["budget-expense-2566"]
    assert [column.name for column in columns[:4]] == ["area", "area_name", "plan", "plan_name"]
    assert rows[0][:2] == ("general", "ด้านบริหารทั่วไป")


def test_sample_data_says_so_in_every_row(tables):
    columns, rows = tables["procurement-contracts-2569"]
    assert columns[-1] == export.PROVENANCE
    assert {row[-1] for row in rows} == {"sample (ข้อมูลตัวอย่าง)"}
    assert all(
        export.PROVENANCE not in columns
        for name, (columns, _) in tables.items()
        if not name.startswith("procurement")
    )


def test_rows_of_every_kind_read_back_equal():
    assert from_csv(export.csv_bytes(COLUMNS, ROWS), COLUMNS) == as_text(
        ROWS, COLUMNS, neutral=True
    )
    assert from_json(export.json_bytes(COLUMNS, ROWS), COLUMNS) == as_text(
        ROWS, COLUMNS, neutral=False
    )
    assert from_xlsx(export.xlsx_bytes(COLUMNS, ROWS, "x", []), COLUMNS) == as_text(
        ROWS, COLUMNS, neutral=False
    )


@given(st.lists(st.none() | st.integers(-(10**15) + 1, 10**15 - 1), min_size=1, max_size=20))
def test_amounts_read_back_to_the_satang(amounts):
    columns = (Column("amount", "จำนวนเงิน", "money"),)
    rows = [(amount,) for amount in amounts]
    assert from_csv(export.csv_bytes(columns, rows), columns) == rows
    assert from_json(export.json_bytes(columns, rows), columns) == rows


@given(st.lists(st.none() | st.integers(-(10**13), 10**13), min_size=1, max_size=10))
def test_amounts_in_excel_read_back_to_the_satang(amounts):
    columns = (Column("no", "ที่", "number"), Column("amount", "จำนวนเงิน", "money"))
    rows = list(enumerate(amounts))
    assert from_xlsx(export.xlsx_bytes(columns, rows, "x", []), columns) == rows


def test_no_rows_are_whole_files():
    assert from_csv(export.csv_bytes(COLUMNS, []), COLUMNS) == []
    assert json.loads(export.json_bytes(COLUMNS, [])) == []
    assert from_xlsx(export.xlsx_bytes(COLUMNS, [], "x", []), COLUMNS) == []


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_neutral_everywhere(text):
    column = (Column("text", text),)
    for data in (export.csv_bytes, export.excel_csv_bytes):
        _, row = csv.reader(io.StringIO(data(column, [(text,)]).decode("utf-8-sig"), newline=""))
        assert row[0].startswith("'")
        assert row[0].removeprefix("'").strip() == text.strip()
    page = openpyxl.load_workbook(
        io.BytesIO(export.xlsx_bytes(column, [(text,)], "x", [text]))
    ).worksheets
    assert [page[0]["A2"].data_type, page[1]["A1"].data_type] == ["s", "s"]
    assert page[0]["A2"].hyperlink is None


def test_titles_typed_by_a_person_are_neutral_too():
    (header,) = csv.reader(
        io.StringIO(export.excel_csv_bytes((Column("a", "=1+1"),), []).decode("utf-8-sig"))
    )
    assert header == ["'=1+1"]


def test_a_negative_number_stays_a_number():
    assert export.machine(-500, "money") == "-5"
    assert export.machine(-5, "number") == "-5"
    assert export.machine(Decimal("-0.1"), "percent") == "-0.1"


def test_csv_for_excel_has_a_mark_thai_titles_and_its_line_ends():
    data = export.excel_csv_bytes(COLUMNS, ROWS)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 1 + len(ROWS)
    assert data.decode("utf-8-sig").startswith("ชื่อ,จำนวนเงิน (บาท),")


def test_csv_for_machines_has_neither():
    data = export.csv_bytes(COLUMNS, ROWS)
    assert data.startswith(b"name,amount,count,share,day\n")
    assert b"\r" not in data


@pytest.mark.parametrize(
    "title", ["รายรับ/รายจ่าย", "ก:ข", "[ก]", "ก?*\\", "'ก'", "ที่มา", "ก" * 40, "😀" * 31, ""]
)
def test_any_title_names_a_sheet(title):
    book = openpyxl.load_workbook(io.BytesIO(export.xlsx_bytes(COLUMNS, ROWS, title, ["ก"])))
    assert len(book.sheetnames) == 2
    assert book.worksheets[0].max_row == 1 + len(ROWS)


def test_the_source_sheet_says_every_line():
    book = openpyxl.load_workbook(
        io.BytesIO(export.xlsx_bytes(COLUMNS, ROWS, "x", ["ที่มา: ก", "ข"]))
    )
    assert [row[0].value for row in book.worksheets[1].iter_rows()] == ["ที่มา: ก", "ข"]


def test_same_rows_same_bytes():
    for make in (export.csv_bytes, export.excel_csv_bytes, export.json_bytes):
        assert make(COLUMNS, ROWS) == make(COLUMNS, iter(ROWS))
    first, second = (export.xlsx_bytes(COLUMNS, ROWS, "x", ["ที่มา"]) for _ in range(2))
    assert first == second


def test_no_clock_in_an_excel_file():
    with zipfile.ZipFile(io.BytesIO(export.xlsx_bytes(COLUMNS, ROWS, "x", []))) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = archive.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}-[^<]*)<", properties) == ["2000-01-01T00:00:00Z"] * 2


def test_the_data_package_describes_the_files_beside_it(built_site):
    package = json.loads((built_site / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package"
    assert package["created"].startswith("2026-11-22")
    described = set()
    for resource in package["resources"]:
        data = (built_site / resource["path"]).read_bytes()
        described.add(resource["path"])
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        header = next(csv.reader(io.StringIO(data.decode())))
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert set(resource["schema"]["primaryKey"]) <= set(header)
        assert resource["sample"] == ("-sample" in resource["path"])
        for field in resource["schema"]["fields"]:
            assert field["type"] in ("string", "number", "integer", "date", "boolean", "array")
    published = {
        path.relative_to(built_site).as_posix()
        for path in (built_site / "downloads").glob("*.csv")
        if not path.name.endswith(".excel.csv")
    }
    assert described == published


def test_the_built_downloads_hold_the_tables(built_site, tables):
    for name, (columns, rows) in tables.items():
        mark = "-sample" if name.startswith(WITH_SAMPLES) else ""
        stem = built_site / "downloads" / (name + mark)
        wanted = as_text(rows, columns, neutral=False)
        assert from_csv(stem.with_suffix(".csv").read_bytes(), columns) == as_text(
            rows, columns, neutral=True
        )
        assert from_json(stem.with_suffix(".json").read_bytes(), columns) == wanted
        assert from_xlsx(stem.with_suffix(".xlsx").read_bytes(), columns) == wanted


def test_every_figure_has_its_rows_beside_it(built_site, demo):
    pages = pipeline.pages_of(demo)
    figures = {item.path for item in pipeline.downloads(demo, pages) if "/figures/" in item.path}
    assert len(figures) == 2 * sum(len(page.figures) for page in pages)
    for path in figures:
        assert (built_site / path).stat().st_size > 0
    sample = {path for path in figures if "-sample." in path}
    for path in sample:
        if path.endswith(".csv"):
            assert "ตัวอย่าง" in (built_site / path).read_text(encoding="utf-8-sig"), path
