"""What can be said of a file of evidence without opening it: size, pages, text or scan, years."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from .money import round_half_up

_CHUNK = 1 << 20
#: Readers of PDF allow some rubbish before its first line, this much and no more.
_HEAD = 1024
_MARK = b"%PDF-"
_REPO = Path(__file__).resolve().parents[2]
_READER = f"{__package__}.pdfs"
#: The first line of the reader: without it nothing was read, and no file is to blame.
READY = "ready"

_TEXT = {
    "layer": "ค้นข้อความได้",
    "partial": "ค้นข้อความได้บางหน้า",
    "scan": "เป็นภาพสแกน ค้นข้อความไม่ได้",
    "": "เป็นหน้าว่าง",
}


@dataclass(frozen=True)
class FileFacts:
    """What a file is.

    ``kind`` is pdf or other. ``text`` is layer (most pages can be searched), partial, scan (none
    can), or "" (not a PDF, faulty, or every page blank). ``years`` are the Buddhist years in the
    text of the first 200 pages. ``fault`` is "", empty, damaged, locked (wants a password) or
    not-a-pdf (only its name says so); what a faulty file holds is not known.
    """

    size: int
    sha256: str
    kind: str = "other"
    pages: int | None = None
    text: str = ""
    years: tuple[int, ...] = ()
    fault: str = ""


def read_document(path: Path) -> FileFacts:
    """Return what a file is; see `read_documents`."""
    return read_documents([path])[path]


def read_documents(paths: Iterable[Path]) -> dict[Path, FileFacts]:
    """Return what each file is. A file that is not there raises OSError; a bad one has a fault.

    Many at once are read faster than one by one: the reader of PDFs starts once.
    """
    facts = {path: _outside(path) for path in paths}
    pdfs = [path for path, fact in facts.items() if fact.kind == "pdf"]
    for path, answer in _ask(pdfs):
        fact = facts[path]
        years = tuple(answer.pop("years", ()))
        facts[path] = FileFacts(fact.size, fact.sha256, "pdf", years=years, **answer)
    return facts


def human_size(size: int) -> str:
    """Write a size as people say it: ``512 ไบต์``, ``820 KB``, ``1.3 MB``; a KB is 1,000 bytes."""
    if size < 1000:
        return f"{size} ไบต์"
    for unit, power, places in (("KB", 3, 0), ("MB", 6, 1)):
        amount = round_half_up(Decimal(size).scaleb(-power), places)
        if amount < 1000:
            return f"{amount:,} {unit}"
    return f"{round_half_up(Decimal(size).scaleb(-9), 1):,} GB"


def describe(facts: FileFacts) -> str:
    """Say in Thai what a file is, as ``PDF 12 หน้า 1.3 MB ค้นข้อความได้``."""
    size = human_size(facts.size)
    match facts.fault:
        case "empty":
            return "ไฟล์ว่าง ไม่มีอะไรอยู่ข้างใน"
        case "not-a-pdf":
            return f"ไฟล์ {size} ชื่อลงท้ายว่า .pdf แต่ไม่ใช่ PDF"
        case "locked":
            return f"PDF {size} ต้องใช้รหัสผ่านจึงเปิดได้"
        case "damaged":
            return f"PDF {size} เสียหาย เปิดอ่านไม่ได้ทั้งฉบับ"
    if facts.kind != "pdf":
        return f"ไฟล์ {size}"
    return f"PDF {facts.pages:,} หน้า {size} {_TEXT[facts.text]}"


def _outside(path: Path) -> FileFacts:
    """Return what a file is from outside, read once and never held whole."""
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:_HEAD]
            digest.update(chunk)
            size += len(chunk)
    named = path.suffix.lower() == ".pdf"
    if not size:
        return FileFacts(size, digest.hexdigest(), fault="empty")
    if head.startswith(_MARK) or (named and _MARK in head):
        return FileFacts(size, digest.hexdigest(), "pdf")
    return FileFacts(size, digest.hexdigest(), fault="not-a-pdf" if named else "")


def _ask(paths: list[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield what the reader of PDFs says of each; the file that it dies of is damaged."""
    while paths:
        answers = _run(paths)
        yield from zip(paths, answers, strict=False)
        paths = paths[len(answers) :]
        if paths:
            yield paths[0], {"fault": "damaged"}
            paths = paths[1:]


def _run(paths: list[Path]) -> list[dict[str, Any]]:
    """Start the reader and return its answers, fewer than asked for when it died on the way."""
    done = subprocess.run(
        [sys.executable, "-m", _READER],
        input=json.dumps([str(path.resolve()) for path in paths]),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        cwd=_REPO,
        check=False,
    )
    ready, *lines = done.stdout.splitlines() or [""]
    if ready != READY:
        raise ChildProcessError(f"the reader of PDFs does not start: {done.stderr.strip()}")
    return [json.loads(line) for line in lines]
