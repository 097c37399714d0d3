"""Tables as offices save them read back cell for cell, with the true place of every row."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from itertools import pairwise

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.columns import READERS
from scripts.core.findings import Place
from scripts.core.model import Field
from scripts.core.tables import read_table, yaml_table
from scripts.core.yamls import read_yaml

NAMES = ("a", "b", "c")
LABELS = {name: name for name in NAMES}
THAI = "กขคงจำัี่๑๒ "
#: Whatever a person may have typed: separators, quotation marks and line breaks too.
CELLS = st.text(alphabet=THAI + "ab,;\t\"'=\n<>0.-", max_size=10)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Read bytes as a file of the agency."""
    folder = tmp_path_factory.mktemp("tables")

    def reading(data, name="data/x.csv"):
        path = folder / name.rpartition("/")[2]
        path.write_bytes(data)
        return read_table(path, name, LABELS)

    return reading


def cells(table):
    return [tuple(row) for row in zip(*(table.columns[name] for name in NAMES), strict=True)]


def rules(findings):
    return [finding.rule for finding in findings]


def written(rows, delimiter=",", ending="\n", quoting=csv.QUOTE_MINIMAL):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerows([NAMES, *rows])
    return stream.getvalue()


def expected(rows):
    """Return every row that is not blank, with its line and its row, counted by hand."""
    line, found = 2, []
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            found.append((row, line, number))
        line += 1 + sum(cell.count("\n") for cell in row)
    return found


SAVED = {
    "utf-8": lambda rows: written(rows).encode(),
    "bom": lambda rows: written(rows, ending="\r\n").encode("utf-8-sig"),
    "crlf": lambda rows: written(rows, ending="\r\n").encode(),
    "crlf in cells": lambda rows: (
        written(rows, quoting=csv.QUOTE_ALL).replace("\n", "\r\n").encode()
    ),
    "quoted": lambda rows: written(rows, quoting=csv.QUOTE_ALL).encode(),
    "semicolons": lambda rows: written(rows, delimiter=";").encode(),
    "cp874": lambda rows: written(rows, ending="\r\n").encode("cp874"),
    "utf-16": lambda rows: written(rows, delimiter="\t", ending="\r\n").encode("utf-16"),
    "utf-16-be": lambda rows: (
        b"\xfe\xff" + written(rows, delimiter="\t", ending="\r\n").encode("utf-16-be")
    ),
    "utf-16 without a mark": lambda rows: written(rows, delimiter="\t").encode("utf-16-le"),
}


@pytest.mark.parametrize("way", SAVED)
@given(rows=ROWS)
def test_cells_and_places_survive_every_way_of_saving(read, way, rows):
    table, findings = read(SAVED[way](rows))
    wanted = expected(rows)
    if table is None:
        assert wanted == []
        return
    assert cells(table) == [values for values, _, _ in wanted]
    assert table.lines.tolist() == [line for _, line, _ in wanted]
    assert table.rows.tolist() == [number for _, _, number in wanted]
    assert set(rules(findings)) <= {"file-bom", "file-encoding", "blank-row"}


@pytest.mark.parametrize(
    ("way", "found"),
    [
        ("utf-8", []),
        ("crlf", []),
        ("bom", ["file-bom"]),
        ("cp874", ["file-encoding"]),
        ("utf-16", ["file-encoding"]),
        ("utf-16-be", ["file-encoding"]),
        ("utf-16 without a mark", ["file-encoding"]),
    ],
)
def test_the_way_of_saving_is_said(read, way, found):
    table, findings = read(SAVED[way]([("ก", "ข", "ค")]))
    assert cells(table) == [("ก", "ข", "ค")]
    assert rules(findings) == found


def test_places_name_line_row_and_column(read):
    table, _ = read(b'a,b,c\n"1\n2",x,y\n3,z,w\n')
    assert table.place(1, "b") == Place("data/x.csv", 4, 3, 2)
    assert table.place(1) == Place("data/x.csv", 4, 3, 0)
    assert table.place(1, "b").cell == "B3"
    assert table.header == Place("data/x.csv", 1, 1, 0)


@pytest.mark.parametrize("data", [b'a,b,c\n1,"2,3\n4,5,6\n', b'a,b,c\n"1" x,2,3\n'])
def test_a_quotation_mark_out_of_place_is_a_finding(read, data):
    table, findings = read(data)
    assert table is None
    assert rules(findings) == ["unreadable-file"]
    assert findings[0].place.line >= 2


def test_damaged_letters_name_their_line(read):
    table, findings = read(b"a,b,c\n1,2,3\n4,\xff\x81,6\n")
    assert table is None
    assert rules(findings) == ["encoding-error"]
    assert findings[0].place == Place("data/x.csv", 3)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b" , ,\n"])
def test_nothing_is_an_empty_file(read, data):
    table, findings = read(data)
    assert table is None
    assert rules(findings)[-1] == "empty-file"


def test_a_title_above_the_header_is_skipped_and_said(read):
    table, findings = read("แผนจัดซื้อ ปี 2569,,\n,,\nA,b , C\n1,2,3\n".encode())
    assert cells(table) == [("1", "2", "3")]
    assert table.place(0, "a") == Place("data/x.csv", 4, 4, 1)
    assert [(item.rule, item.place.line, item.value) for item in findings] == [
        ("title-row", 1, "แผนจัดซื้อ ปี 2569")
    ]


def test_blank_rows_are_dropped_and_places_hold(read):
    table, findings = read(b"a,b,c\n1,2,3\n,,\n \n4,5,6\n\n\n")
    assert cells(table) == [("1", "2", "3"), ("4", "5", "6")]
    assert table.lines.tolist() == [2, 5]
    assert [(item.rule, item.place.line, item.count) for item in findings] == [("blank-row", 3, 2)]


def test_rows_of_another_width_are_findings(read):
    table, findings = read(b"a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n")
    assert cells(table) == [("1", "2", ""), ("1", "2", "3"), ("1", "2", "3")]
    assert [(item.rule, item.place.line, item.place.column) for item in findings] == [
        ("missing-cell", 2, 0),
        ("extra-cell", 3, 4),
    ]


def test_labels_twice_and_labels_missing_are_findings(read):
    table, findings = read(b"a,A,,b,c\n1,x,y,2,3\n")
    assert cells(table) == [("1", "2", "3")]
    assert [(item.rule, item.place.column) for item in findings] == [
        ("duplicate-label", 2),
        ("blank-label", 3),
    ]


@given(data=st.binary(max_size=400))
def test_any_bytes_are_a_table_or_findings(read, data):
    table, findings = read(data)
    assert table is not None or findings


@given(data=st.binary(max_size=300))
def test_any_bytes_after_a_header_are_a_table_or_findings(read, data):
    table, findings = read(b"a,b,c\n" + data)
    assert table is not None or findings


def workbook(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def test_excel_values_read_as_they_are_seen(tmp_path):
    rows = [
        NAMES,
        [5, 0.1 + 0.2, date(2026, 1, 31)],
        [2926219200, 1234.5, datetime(2026, 1, 31)],  # noqa: DTZ001
        [-1.0, 1e15, datetime(2026, 1, 31, 8, 30)],  # noqa: DTZ001
        ["007", "๑,๒๓๔", " ข้อความ "],
        [True, None, "'=1"],
    ]
    table, findings = read_table(
        workbook(tmp_path / "x.xlsx", ("ข้อมูล", rows)), "data/x.xlsx", LABELS
    )
    assert cells(table) == [
        ("5", "0.3", "2026-01-31"),
        ("2926219200", "1234.5", "2026-01-31"),
        ("-1", "1000000000000000", "2026-01-31 08:30:00"),
        ("007", "๑,๒๓๔", " ข้อความ "),
        ("true", "", "'=1"),
    ]
    assert findings == []
    assert table.place(1, "b") == Place("data/x.xlsx", 0, 3, 2, "ข้อมูล")
    assert table.place(1, "b").cell == "B3"


def test_excel_title_rows_and_gaps(tmp_path):
    rows = [["แบบ สขร.1"], [], ["ประจำเดือน", "ตุลาคม"], NAMES, [1, 2, 3], [], [4, 5, 6]]
    table, findings = read_table(workbook(tmp_path / "x.xlsx", ("s", rows)), "x.xlsx", LABELS)
    assert cells(table) == [("1", "2", "3"), ("4", "5", "6")]
    assert table.rows.tolist() == [5, 7]
    assert [(item.rule, item.place.row, item.count) for item in findings] == [
        ("title-row", 1, 2),
        ("blank-row", 6, 1),
    ]


def test_a_table_away_from_the_corner(tmp_path):
    book = openpyxl.Workbook()
    for column, (name, value) in enumerate(zip(NAMES, (1, 2, 3), strict=True), 3):
        book.active.cell(4, column, name)
        book.active.cell(5, column, value)
    book.save(tmp_path / "x.xlsx")
    table, findings = read_table(tmp_path / "x.xlsx", "x.xlsx", LABELS)
    assert cells(table) == [("1", "2", "3")]
    assert table.place(0, "c").cell == "E5"
    assert findings == []


@pytest.mark.parametrize("first", [True, False])
def test_the_sheet_with_the_header_is_read_and_the_other_said(tmp_path, first):
    sheets = [("ข้อมูล", [NAMES, [1, 2, 3]]), ("สรุป", [["รวม", 6]]), ("ว่าง", [])]
    path = workbook(tmp_path / "x.xlsx", *(sheets if first else reversed(sheets)))
    table, findings = read_table(path, "x.xlsx", LABELS)
    assert cells(table) == [("1", "2", "3")]
    assert table.sheet == "ข้อมูล"
    assert [(item.rule, item.place.sheet) for item in findings] == [("unread-sheet", "สรุป")]


def test_excel_formulas_give_the_value_that_was_calculated(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, NAMES)
        page.write_formula(1, 0, "=1+1", None, 2)
        page.write_formula(1, 1, '="ก"&"ข"', None, "กข")
        page.write_formula(1, 2, "=0.1+0.2", None, 0.1 + 0.2)
    table, findings = read_table(tmp_path / "x.xlsx", "x.xlsx", LABELS)
    assert cells(table) == [("2", "กข", "0.3")]
    assert findings == []


@pytest.mark.parametrize("formula", ["=1+1", "#N/A"])
def test_an_excel_cell_without_a_value_is_said_not_emptied(tmp_path, formula):
    """A formula that was never calculated, or that failed, must not pass for an empty cell."""
    path = workbook(tmp_path / "x.xlsx", ("s", [NAMES, [1, formula, 3]]))
    table, findings = read_table(path, "x.xlsx", LABELS)
    said = {cell for row in cells(table) for cell in row} if table else set()
    assert findings or formula in said


@pytest.mark.parametrize("data", [b"", b"a,b,c\n1,2,3\n", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_what_is_not_a_workbook_is_a_finding(read, data):
    table, findings = read(data, "data/x.xlsx")
    assert table is None
    assert rules(findings) in (["unreadable-file"], ["empty-file"])


@given(at=st.integers(0, 10**6), junk=st.binary(min_size=1, max_size=40), cut=st.booleans())
def test_a_damaged_workbook_is_a_table_or_findings(read, tmp_path_factory, at, junk, cut):
    whole = workbook(
        tmp_path_factory.getbasetemp() / "whole.xlsx", ("s", [NAMES, [1, "ก", 3.5]])
    ).read_bytes()
    at %= len(whole)
    table, findings = read(whole[:at] + junk + (b"" if cut else whole[at + len(junk) :]), "x.xlsx")
    assert table is not None or findings


def test_a_workbook_of_an_unknown_zip_version_is_a_finding(read, tmp_path):
    data = workbook(tmp_path / "x.xlsx", ("s", [NAMES])).read_bytes()
    at = data.index(b"PK\x01\x02") + 6
    table, findings = read(data[:at] + b"\xff" + data[at + 1 :], "x.xlsx")
    assert table is None
    assert rules(findings) == ["unreadable-file"]


YAML = """\
items:
- a: หนึ่ง
  b: [ก, ข]
  c: 2569

- a: no
  c: |
    สอง
    บรรทัด
"""


def test_a_yaml_list_is_a_table_with_lines():
    table, findings = yaml_table(read_yaml(YAML, "x.yml"), "x.yml", "items", LABELS)
    assert findings == []
    assert cells(table) == [("หนึ่ง", "ก\x1fข", "2569"), ("no", "", "สอง\nบรรทัด\n")]
    assert [table.place(0, name).line for name in NAMES] == [2, 3, 4]
    assert [table.place(1, name).line for name in NAMES] == [6, 6, 7]
    assert all(table.place(row, "a").row == 0 for row in (0, 1))


def test_a_yaml_list_of_one_text_stays_one_text():
    table, _ = yaml_table(read_yaml("- a: [หนึ่ง; สอง]", "x.yml"), "x.yml", "", LABELS)
    spec = Field("a", "a", "a", "array")
    texts = list(table.columns["a"])
    assert READERS["array"](texts, texts[0], spec, None).values.tolist() == [("หนึ่ง; สอง",)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- a: {b: c}", [("type-error", 1)]),
        ("- a: 1\n- ข้อความ\n", [("type-error", 2)]),
        ("- a: [[1]]", [("type-error", 1)]),
        ("[]", [("empty-file", 1)]),
        ("", [("empty-file", 0)]),
        ("a: b", [("empty-file", 1)]),
    ],
)
def test_yaml_of_another_shape_is_a_finding(text, found):
    _, findings = yaml_table(read_yaml(text, "x.yml"), "x.yml", "", LABELS)
    assert [(item.rule, item.place.line) for item in findings] == found


def test_a_label_is_known_whatever_its_case_and_spaces(read):
    table, findings = read("\u00a0A , B,c\n1,2,3\n".encode())
    assert cells(table) == [("1", "2", "3")]
    assert findings == []
    assert all(before < after for before, after in pairwise(table.positions.values()))
