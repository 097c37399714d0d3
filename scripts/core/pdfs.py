"""What stands in PDFs, read in a process of its own: paths in, one line of JSON out for each.

Evidence comes from anywhere. A file made to hang the reader, to fill the memory or to crash it takes
this process with it and nothing else; `documents` starts it again behind that file. It runs as
``python -m scripts.core.pdfs``, one file after the other: PDFium knows no threads.
"""

from __future__ import annotations

import faulthandler
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from .documents import READY
from .thai import fold_digits, strip_hidden

#: Text is read of this many pages from the first: enough to judge a report of a thousand.
READ_PAGES = 200
#: A page with fewer letters and digits than this has no text to speak of.
FEW = 20
#: So has a scanned page with fewer: a stamp, a page number, the name of the scanning program.
FEW_ON_PICTURE = 100
#: A file that takes longer than this is not one that the public can open.
SECONDS = 30
#: No file may fill the machine's memory (where the system can hold it to that).
MEMORY = 2 * 1024**3
#: The end mark of a PDF stands near its end, often before a few bytes of rubbish.
TAIL = 2048

_BE = "(?:25[0-9]{2}|26[0-4][0-9]|2650)"
_PHONE = re.compile(r"(?<![0-9])0[0-9]{0,2}[ -][0-9]{3,4}[ -][0-9]{3,4}(?![0-9])")
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]++(?:[-/.–—_][A-Za-z0-9]++)*+(?!\s*บาท)")
#: 2569 · 30/9/2569 · 2569-09-30 · 12/2569 · 2569/70 · 2568/2569 · 2568-2570
_YEAR = re.compile(
    rf"(?:FY|B\.?E\.?)?(?:[0-9]{{1,2}}([/.-])[0-9]{{1,2}}\1|(?!{_BE}/)[0-9]{{1,5}}/)?({_BE})"
    rf"(?:-[0-9]{{2}}-[0-9]{{2}}|/[0-9]{{2}}|[-–—/]({_BE}))?"
)
_SPAN = re.compile(
    rf"(?<![A-Za-z0-9/-])({_BE})\s*(?:[-–—]|ถึง)\s*(?:พ\.\s?ศ\.\s*)?({_BE})(?![A-Za-z0-9/-])"
)
_LONGEST_SPAN = 20


@dataclass(frozen=True)
class PdfFacts:
    """What a PDF holds; the fields are those of `documents.FileFacts`."""

    fault: str = ""
    pages: int | None = None
    text: str = ""
    years: tuple[int, ...] = ()


def years_in(text: str) -> tuple[int, ...]:
    """Return the Buddhist years 2500 to 2650 that a text speaks of, sorted.

    A year is a word of its own, or stands in a date, a span (2566-2570 speaks of all five) or a
    number with its year (12/2569); Thai digits too. What is part of a phone number, a code, an
    amount or a decimal is not a year. Common Era years are not looked for: 2026 may be an amount.
    """
    text = _PHONE.sub(" ", fold_digits(strip_hidden(text)))
    found = set()
    for word in _WORD.finditer(text):
        if match := _YEAR.fullmatch(word[0]):
            found |= {int(year) for year in match.groups()[1:] if year}
    for match in _SPAN.finditer(text):
        first, last = int(match[1]), int(match[2])
        if 0 < last - first <= _LONGEST_SPAN:
            found |= set(range(first, last + 1))
    return tuple(sorted(found))


def read_pdf(path: Path) -> PdfFacts:
    """Return what a PDF holds, or the fault that keeps its readers out."""
    try:
        with pdfium.PdfDocument(path) as document:
            if _is_cut(path, document):
                return PdfFacts("damaged")
            return _facts(document)
    except pdfium.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        return PdfFacts("locked" if locked else "damaged")


def _is_cut(path: Path, document: pdfium.PdfDocument) -> bool:
    """Tell whether the end is missing; PDFium mends that silently, and shows what is left."""
    if raw.FPDF_DocumentHasValidCrossReferenceTable(document):
        return False
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return b"%%EOF" not in file.read()


def _facts(document: pdfium.PdfDocument) -> PdfFacts:
    pages: Counter[str] = Counter()
    years: set[int] = set()
    for kind, text in _read_pages(document):
        pages[kind] += 1
        years |= set(years_in(text))
    return PdfFacts("", len(document), _verdict(pages), tuple(sorted(years)))


def _read_pages(document: pdfium.PdfDocument) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of each page; one page is open at a time."""
    for index in range(min(len(document), READ_PAGES)):
        page = document[index]
        try:
            textpage = page.get_textpage()
            try:
                text = textpage.get_text_bounded()
            finally:
                textpage.close()
            yield _kind(page, text), text
        finally:
            page.close()


def _kind(page: pdfium.PdfPage, text: str) -> str:
    """Return whether a page is "text", "picture" (something is shown, but no text) or "blank"."""
    letters = sum(char.isalnum() for char in text)
    if letters >= FEW_ON_PICTURE or (letters >= FEW and not _is_scanned(page)):
        return "text"
    return "picture" if letters or raw.FPDFPage_CountObjects(page) else "blank"


def _is_scanned(page: pdfium.PdfPage) -> bool:
    """Tell whether pictures, whole or in strips, take up half of a page or more."""
    images = page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], max_depth=2)
    bounds = [image.get_bounds() for image in images]
    area = sum((right - left) * (top - bottom) for left, bottom, right, top in bounds)
    return bool(area * 2 >= page.get_width() * page.get_height())


def _verdict(pages: Counter[str]) -> str:
    """Return "layer", "partial" or "scan"; "" when every page is blank. Blank pages do not count."""
    if pages["text"] > pages["picture"]:
        return "layer"
    if pages["text"]:
        return "partial"
    return "scan" if pages["picture"] else ""


def _hold_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the PDFs whose paths come in as a JSON list, and answer each with one line."""
    _hold_memory()
    _say(READY)
    for path in json.load(sys.stdin):
        # Ends this process from outside Python, so also while PDFium works.
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        facts = read_pdf(Path(path))
        faulthandler.cancel_dump_traceback_later()
        _say(json.dumps(asdict(facts)))


if __name__ == "__main__":
    main()
