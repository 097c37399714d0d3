"""Whatever an editor, a merge or a spreadsheet does to a file, check answers with findings."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from scripts import pipeline

FIXTURES = Path(__file__).parent / "fixtures"
#: What only the agency of every state has: beside the files of the tiny one.
OWN = ("holidays/", "oit/", "procurement/")


def files_of(agency: str) -> list[str]:
    data = FIXTURES / agency / "data"
    paths = (path for path in data.rglob("*") if path.suffix in (".csv", ".yml", ".json"))
    return sorted(path.relative_to(data).as_posix() for path in paths)


FILES = [
    *(("tiny", name) for name in files_of("tiny")),
    *(("states", name) for name in files_of("states") if name.startswith(OWN)),
]
TODAY = date(2026, 11, 22)
CHANGES_A_FILE = 15


def mangle(data: bytes, dice: random.Random) -> bytes:
    """Change a file as accidents do: a line lost, doubled, cut or moved, a letter or a key changed."""
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    kind = dice.randrange(9)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        return data[: dice.randrange(len(data) + 1)]
    elif kind == 3:
        dice.shuffle(lines)
    elif kind == 4:
        lines[at] = lines[at].replace(b",", b";").replace(b":", b" ")
    elif kind == 5:
        lines[at] = b" " * dice.randrange(6) + lines[at].lstrip()
    elif kind == 6:
        word = dice.choice(
            [b"", b"-1", b"=1+1", b"null", b"[]", b"{}", "๑๒".encode(), b'"', b"- a"]
        )
        lines[at] = lines[at].split(b":")[0] + b": " + word
    elif kind == 7:
        cells = lines[at].split(b",")
        cells[dice.randrange(len(cells))] = dice.choice([b"", b"-5", b"x", b"2569-01-01", b"1e9"])
        lines[at] = b",".join(cells)
    else:
        spot = dice.randrange(max(len(data), 1))
        return data[:spot] + bytes([dice.randrange(256)]) + data[spot + 1 :]
    return b"\n".join(lines)


@pytest.mark.parametrize(("agency", "name"), FILES)
def test_check_never_fails_on_a_mangled_file(agency: str, name: str, tmp_path: Path) -> None:
    root = tmp_path / "agency"
    shutil.copytree(FIXTURES / agency, root)
    path = root / "data" / name
    whole = path.read_bytes()
    clean = said(pipeline.check(root, TODAY))
    dice = random.Random(name)
    found = 0
    for _ in range(CHANGES_A_FILE):
        path.write_bytes(mangle(whole, dice))
        checked = pipeline.check(root, TODAY)
        found += said(checked) != clean
        make(checked)
    assert found, "no accident was noticed"


def said(checked: pipeline.Checked) -> set[tuple[str, str, str]]:
    return {(item.rule, item.place.file, item.value) for item in checked.findings}


def make(checked: pipeline.Checked) -> None:
    """What passes the check must also become pages, files to download and a list for officers."""
    if any(checked.rules[item.rule].severity.word == "broken" for item in checked.findings):
        return
    pages = pipeline.pages_of(checked)
    for download in pipeline.downloads(checked, pages):
        if download.path.startswith("api/"):
            download.make()
    assert pipeline.statuses_of(checked)


#: One slip each, in a file of the agency of every state: what stands there, and what is typed.
SLIPS = [
    ("oit/settings.yml", "link_failures: 3", f"link_failures: {'9' * 5000}"),
    ("oit/settings.yml", "link_failures: 3", "link_failures: {a: [b]}"),
    ("oit/settings.yml", "official_hosts: [www.example.org]", "official_hosts: [[a], null]"),
    ("oit/settings.yml", "move_due_to_open_day: ใช่", "- ใช่"),
    ("oit/link-history.json", '"version": 1', '"version": [1]'),
    ("oit/link-history.json", '"first_seen": "2026-08-03"', '"first_seen": {"a": "b"}'),
    ("oit/link-history.json", '"state": "ok"', '"state": ["ok"]'),
    ("oit/link-history.json", '"last_checked": "2026-11-21"', '"last_checked": "9999-12-31"'),
    ("codelists/cadences.csv", "Every month,7,30", "Every month,9999999,30"),
    ("codelists/cadences.csv", "Every month,7,30", "Every month,7,9999999"),
    ("codelists/cadences.csv", "Every month,7,30", f"Every month,7,{'9' * 5000}"),
    ("codelists/cadences.csv", "Every month,7,30", "Every month,๗,-1"),
    ("oit/criteria/2569.yml", "  period_end: 2026-09-30", "  period_end: 0001-01-01"),
    ("oit/criteria/2569.yml", "  period_end: 2026-09-30", "  period_end: 31 ธ.ค. 9999"),
    ("oit/criteria/2569.yml", "หลังวันที่ 30 เมษายน 2569", "หลังวันที่ 1 ม.ค. 2400"),
    ("oit/criteria/2569.yml", "ภายในวันที่ 31 มกราคม 2569", "ภายในวันที่ 31 มกราคม 9999"),
    ("oit/criteria/2569.yml", "ทุก 6 เดือน", "ทุก 0 เดือน"),
    ("oit/criteria/2569.yml", "ภายใน 10 วันทำการ", "ภายใน 999 วันทำการ"),
    ("oit/records-2569.csv", ",2026-10-01,", ",0001-01-01,"),
    ("oit/records-2569.csv", ",2026-10-01,", ",31 ธ.ค. 9999,"),
    ("oit/records-2569.csv", "https://www.example.org/news", "http://[::1/news"),
    ("oit/records-2569.csv", "https://www.example.org/news", "https://www.example.org:99999/"),
    ("oit/duties-2569.csv", "31 ธ.ค. 2569", "31 ธ.ค. 9999"),
    ("oit/duties-2569.csv", "O21,engineering", "O99,"),
    ("oit/history.csv", "2026-07-20,2569,O2", "0001-01-01,2569,O99"),
    (
        "oit/history.csv",
        "2026-07-01,2569,O10,missing,2026-05-01",
        "2026-07-01,2569,O10,missing,0001-01-01",
    ),
    ("oit/history.csv", "recorded,", "recorded "),
    ("procurement/dataset.yml", "  2569:\n", "  2569:\n    empty_months: [2026-13]\n"),
    ("procurement/dataset.yml", "  2569:\n", "  2569:\n    empty_months: [ต.ค. 2569, 2026]\n"),
    ("procurement/dataset.yml", "  2569:\n", "  2569:\n    empty_months: [0000-01, [2026-10]]\n"),
    ("holidays/2569.csv", "2026-10-13", "0001-01-01"),
    ("holidays/2570.csv", "2027-01-01", "31 ธ.ค. 9999"),
    ("holidays/dataset.yml", "  2570:\n", "  2570: {}\n  x:\n"),
]


@pytest.mark.parametrize(("name", "old", "new"), SLIPS, ids=range(len(SLIPS)))
def test_no_slip_makes_the_check_fail(name: str, old: str, new: str, tmp_path: Path) -> None:
    root = tmp_path / "agency"
    shutil.copytree(FIXTURES / "states", root)
    path = root / "data" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    make(pipeline.check(root, TODAY))
