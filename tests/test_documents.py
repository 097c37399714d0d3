"""Facts of evidence files: sizes, pages, text or scan, years; and PDFs that mean no good."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zlib

import pytest
from conftest import REPO
from hypothesis import given
from hypothesis import strategies as st

from scripts.core import documents, pdfs
from scripts.core.documents import FileFacts, describe, human_size, read_document, read_documents
from scripts.core.pdfs import FEW, FEW_ON_PICTURE, READ_PAGES, years_in

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
#: One grey pixel: drawn over the whole page it is a scan.
PIXEL = (
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    b"/Length 1>>stream\n\x80\nendstream"
)
SCAN = "q 600 0 0 800 0 0 cm /I Do Q"
LOGO = "q 60 0 0 60 270 700 cm /I Do Q"
WORDS = "Annual plan of the fiscal year 2569, as approved by the council. "


def write(text: str) -> str:
    return f" BT /F 6 Tf 20 700 Td ({text}) Tj ET"


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), extra, data)


def assemble(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a sound PDF of these objects, numbered from 1."""
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(out))
    )


def pdf(*contents: str, trailer: bytes = b"") -> bytes:
    """Return a PDF with a page of each content."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * index) for index in range(len(contents)))
    objects = [CATALOG, b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents))]
    objects += [HELVETICA, PIXEL]
    for index, content in enumerate(contents):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>" % (6 + 2 * index)
        )
        objects.append(stream(content.encode("ascii")))
    return assemble(objects, trailer)


@pytest.fixture
def read(tmp_path):
    """Write bytes as a file and read its facts."""

    def reader(data: bytes, name: str = "plan.pdf") -> FileFacts:
        path = tmp_path / name
        path.write_bytes(data)
        return read_document(path)

    return reader


def test_a_pdf_with_text(read):
    data = pdf(write(WORDS), write("Continued from page one, up to 30/9/2568."))
    digest = hashlib.sha256(data).hexdigest()
    assert read(data) == FileFacts(len(data), digest, "pdf", 2, "layer", (2568, 2569), "")


def test_the_same_file_gives_the_same_facts(read):
    assert read(pdf(write(WORDS))) == read(pdf(write(WORDS)), "again.PDF")


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ([write(WORDS)], "layer"),
        ([SCAN], "scan"),
        ([SCAN, SCAN], "scan"),
        ([write(WORDS), write(WORDS), SCAN], "layer"),
        ([write(WORDS), SCAN], "partial"),
        ([write(WORDS), SCAN, SCAN], "partial"),
        ([write(WORDS), ""], "layer"),
        (["", SCAN], "scan"),
        ([""], ""),
        (["10 10 500 500 re f"], "scan"),
        ([write("x" * (FEW - 1))], "scan"),
        ([write("x" * FEW)], "layer"),
        ([LOGO + write("x" * FEW)], "layer"),
        ([SCAN + write("Scanned with CamScanner")], "scan"),
        ([SCAN + write("x" * (FEW_ON_PICTURE - 1))], "scan"),
        ([SCAN + write("x" * FEW_ON_PICTURE)], "layer"),
    ],
)
def test_text_or_scan(read, pages, text):
    facts = read(pdf(*pages))
    assert (facts.fault, facts.pages, facts.text) == ("", len(pages), text)


def test_a_scan_in_strips_is_a_scan(read):
    strips = " ".join(f"q 600 0 0 100 0 {y} cm /I Do Q" for y in range(0, 800, 100))
    assert read(pdf(strips + write("Scanned with CamScanner"))).text == "scan"


def test_text_is_read_up_to_a_limit_of_pages(read):
    facts = read(pdf(*[write(WORDS)] * READ_PAGES, write("Only here: the year 2575")))
    assert (facts.pages, facts.text, facts.years) == (READ_PAGES + 1, "layer", (2569,))


def test_thai_text_of_a_real_program():
    facts = read_document(REPO / "tests" / "fixtures" / "documents" / "thai.pdf")
    assert (facts.fault, facts.pages, facts.text) == ("", 1, "layer")
    assert facts.years == (2566, 2567, 2568, 2569, 2570)


@pytest.mark.parametrize("name", ["plan.docx", "data.xlsx", "photo.jpg", "README"])
def test_other_files_have_a_size_and_a_hash(read, name):
    facts = read(b"PK\x03\x04 2569", name)
    assert facts == FileFacts(9, hashlib.sha256(b"PK\x03\x04 2569").hexdigest(), "other")
    assert describe(facts) == "ไฟล์ 9 ไบต์"


def test_a_pdf_is_a_pdf_by_any_name(read):
    assert read(pdf(write(WORDS)), "plan.bin").kind == "pdf"
    assert read(b"PK\x03\x04 plan.pdf " + pdf(write(WORDS)), "plan.zip").kind == "other"


@pytest.mark.parametrize("name", ["plan.pdf", "plan.docx"])
def test_an_empty_file(read, name):
    facts = read(b"", name)
    assert (facts.size, facts.kind, facts.fault) == (0, "other", "empty")


@pytest.mark.parametrize(
    "data", [b"<!doctype html><title>404</title>", b"\x00", b" " * 1024 + pdf(write(WORDS))]
)
def test_what_only_bears_the_name(read, data):
    facts = read(data)
    assert (facts.kind, facts.pages, facts.fault) == ("other", None, "not-a-pdf")


def test_rubbish_around_a_pdf_does_no_harm(read):
    facts = read(b"\xef\xbb\xbf\r\n" + pdf(write(WORDS)) + b"\x00" * 500)
    assert (facts.fault, facts.years) == ("", (2569,))


def locked() -> bytes:
    """Return a PDF whose password nobody knows: no password gives this check value."""
    return pdf(
        write(WORDS),
        trailer=b"/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>"
        % (b"00" * 16, b"00" * 16, b"11" * 32, b"22" * 32),
    )


def damaged() -> dict[str, bytes]:
    whole = pdf(write(WORDS), write(WORDS))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>"
    return {
        "only the first line": b"%PDF-1.7\n",
        "cut in the middle": whole[: len(whole) // 2],
        "cut near the end": whole[:-60],
        "no pages": assemble([CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"]),
        "no root": b"%PDF-1.7\ntrailer\n<</Root 9 0 R>>\nstartxref\n9\n%%EOF\n",
        "rubbish": b"%PDF-1.7\n" + bytes(range(256)) * 64 + b"%%EOF",
        "a million pages said, one there": assemble(
            [CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>", page]
        ),
        "pages in a circle": assemble(
            [CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 3>>", page]
        ),
    }


@pytest.mark.parametrize("name", damaged())
def test_damaged_files(read, name):
    facts = read(damaged()[name])
    assert (facts.kind, facts.fault, facts.pages, facts.years) == ("pdf", "damaged", None, ())


@given(cut=st.integers(min_value=0, max_value=1200), flips=st.binary(max_size=8))
def test_no_file_raises(tmp_path_factory, cut, flips):
    data = bytearray(pdf(write(WORDS)))
    for index, byte in enumerate(flips):
        data[(byte * 37 + index * 101) % len(data)] ^= byte
    path = tmp_path_factory.mktemp("mangled") / "plan.pdf"
    path.write_bytes(data[:cut])
    # In this process on purpose: what it raises would be seen.
    facts = pdfs.read_pdf(path)
    assert facts.fault in ("", "damaged", "locked")
    assert (facts.pages is None) == (facts.fault != "")


def test_a_locked_pdf(read):
    facts = read(locked())
    assert (facts.kind, facts.fault, facts.pages, facts.text) == ("pdf", "locked", None, "")


def laughs() -> bytes:
    """Return a PDF of 2 KB whose page draws ten forms that draw ten forms, twelve deep."""
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
        b"/Resources<</XObject<</X 5 0 R>>>>>>"
    )
    ten = b"/X Do " * 10
    objects = [CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(ten)]
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    objects += [
        stream(ten, form + b"/Resources<</XObject<</X %d 0 R>>>>" % number)
        for number in range(6, 17)
    ]
    return assemble([*objects, stream(b"0 0 1 1 re f", form)])


def bomb() -> bytes:
    """Return a PDF of half a megabyte that unpacks to as many drawings as fill any memory."""
    packed = zlib.compress(b"0 0 1 1 re f\n" * 16_000_000, 9)
    return assemble(
        [
            CATALOG,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
            stream(packed, b"/Filter/FlateDecode"),
        ]
    )


@pytest.fixture
def tight(tmp_path, monkeypatch):
    """Give the reader little memory and time, so that nothing large is needed to exceed them."""
    (tmp_path / "tight.py").write_text(
        "from scripts.core import pdfs\npdfs.MEMORY = 300 << 20\npdfs.SECONDS = 5\npdfs.main()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(documents, "_READER", "tight")


def test_a_hostile_file_takes_no_other_with_it(tmp_path, tight):
    files = {
        "a.pdf": pdf(write(WORDS)),
        "b.pdf": laughs(),
        "c.pdf": pdf(SCAN),
        "d.pdf": bomb(),
        "e.docx": b"PK",
        "f.pdf": pdf(write(WORDS), SCAN),
    }
    paths = [tmp_path / name for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    facts = read_documents(paths)
    assert list(facts) == paths
    assert [(fact.fault, fact.text) for fact in facts.values()] == [
        ("", "layer"),
        ("damaged", ""),
        ("", "scan"),
        ("damaged", ""),
        ("", ""),
        ("", "partial"),
    ]
    assert [fact.size for fact in facts.values()] == [len(data) for data in files.values()]


def test_a_file_that_takes_for_ever_ends_the_reader():
    endless = (
        "import threading\nfrom scripts.core import pdfs\n"
        "pdfs.SECONDS = 0.1\npdfs.read_pdf = lambda path: threading.Event().wait()\npdfs.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", endless],
        input='["x.pdf"]',
        capture_output=True,
        encoding="utf-8",
        cwd=REPO,
        check=False,
    )
    assert (done.returncode != 0, done.stdout) == (True, "ready\n")


def test_no_file_is_blamed_when_the_reader_does_not_start(read, monkeypatch):
    monkeypatch.setattr(documents, "_READER", "scripts.core.nothing")
    with pytest.raises(ChildProcessError, match="nothing"):
        read(pdf(write(WORDS)))


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_document(tmp_path / "none.pdf")
    assert read_documents([]) == {}


def test_names_may_be_thai_and_paths_relative(tmp_path, monkeypatch):
    (tmp_path / "แผน ปี 2569.pdf").write_bytes(pdf(write(WORDS)))
    monkeypatch.chdir(tmp_path)
    path = next(tmp_path.glob("*.pdf")).relative_to(tmp_path)
    assert read_document(path).pages == 1


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("ปีงบประมาณ 2569", [2569]),
        ("ปีงบประมาณ ๒๕๖๙", [2569]),
        ("พ.ศ.2569", [2569]),
        ("พ.ศ. 2569.", [2569]),
        ("ประจำปี2569ของหน่วยงาน", [2569]),
        ("FY2569 B.E.2568 B.E. 2567", [2567, 2568, 2569]),
        ("2568-2570", [2568, 2569, 2570]),
        ("แผนพัฒนา (พ.ศ. 2566 – 2570)", [2566, 2567, 2568, 2569, 2570]),
        ("พ.ศ. ๒๕๖๘ ถึง พ.ศ. ๒๕๗๐", [2568, 2569, 2570]),
        ("2569/70", [2569]),
        ("2568/2569", [2568, 2569]),
        ("30/9/2569 1-10-2568 30.9.2567", [2567, 2568, 2569]),
        ("2569-09-30", [2569]),
        ("ที่ นม 51001/2569 ประกาศที่ 12/2568", [2568, 2569]),
        ("1 ตุลาคม 2567 ถึง 30 กันยายน 2568", [2567, 2568]),
        ("2566 2567, 2568\r\n2569", [2566, 2567, 2568, 2569]),
        ("2568,2569", [2568, 2569]),
        ("25\u200b69", [2569]),
        ("2500 2650", [2500, 2650]),
        ("2499 2651 2999", []),
        ("2026 2025", []),
        ("25691 125690 0125691234567", []),
        ("โทร. 044-2569-123", []),
        ("โทร. 0 2569 1234 หรือ 02-2569-123", []),
        ("PR2569-001 A2569 2569B", []),
        ("สัญญาเลขที่ 6912-2569-7", []),
        ("2,569 บาท 2569.50 2569 บาท", []),
        ("2590 - 2510", [2510, 2590]),
        ("2510-2560", [2510, 2560]),
        ("", []),
    ],
)
def test_years(text, years):
    assert list(years_in(text)) == years


@given(st.text(alphabet="0123456789๒๕๖๙ -/.–ถึงพศบาทAF\n", max_size=60))
def test_years_are_plausible_and_in_order(text):
    years = years_in(text)
    assert list(years) == sorted(set(years))
    assert all(2500 <= year <= 2650 for year in years)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 ไบต์"),
        (999, "999 ไบต์"),
        (1000, "1 KB"),
        (1499, "1 KB"),
        (1500, "2 KB"),
        (819_600, "820 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (1_250_000, "1.3 MB"),
        (999_949_999, "999.9 MB"),
        (999_950_000, "1.0 GB"),
        (2_500_000_000_000, "2,500.0 GB"),
    ],
)
def test_sizes(size, words):
    assert human_size(size) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (("pdf", 12, "layer"), "PDF 12 หน้า 1.3 MB ค้นข้อความได้"),
        (("pdf", 1200, "partial"), "PDF 1,200 หน้า 1.3 MB ค้นข้อความได้บางหน้า"),
        (("pdf", 3, "scan"), "PDF 3 หน้า 1.3 MB เป็นภาพสแกน ค้นข้อความไม่ได้"),
        (("pdf", 1, ""), "PDF 1 หน้า 1.3 MB เป็นหน้าว่าง"),
        (("pdf", None, "", (), "damaged"), "PDF 1.3 MB เสียหาย เปิดอ่านไม่ได้ทั้งฉบับ"),
        (("pdf", None, "", (), "locked"), "PDF 1.3 MB ต้องใช้รหัสผ่านจึงเปิดได้"),
        (("other", None, "", (), "not-a-pdf"), "ไฟล์ 1.3 MB ชื่อลงท้ายว่า .pdf แต่ไม่ใช่ PDF"),
        (("other", None, "", (), "empty"), "ไฟล์ว่าง ไม่มีอะไรอยู่ข้างใน"),
        (("other",), "ไฟล์ 1.3 MB"),
    ],
)
def test_what_the_board_says(facts, words):
    assert describe(FileFacts(1_260_000, "0" * 64, *facts)) == words
