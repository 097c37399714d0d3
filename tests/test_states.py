"""An invented agency whose items are in every state on 2026-11-22, under every kind of due rule.

The days of the table are reckoned by hand with a calendar, not copied from the program.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import date

import pytest
import yaml
from conftest import REPO, TINY, TODAY, copy_agency, run_verb

from scripts import pipeline
from scripts.core.findings import Severity, exit_code
from scripts.core.thai import MONTHS_SHORT
from scripts.topics.oit.due import WORDINGS
from scripts.topics.oit.history import late_days, news
from scripts.topics.oit.judge import STATES

AGENCY = TINY.parent / "states"


def day(text):
    """Read a day of the table, written as ``2026-11-14``; "" is none."""
    return date.fromisoformat(text) if text else None


#: item, kind of due rule, kind of evidence, state, due, needed, days, since, owner
TABLE = """
O1  on-change   page fresh          2027-10-01 2027-10-01 -313 2026-10-07 palad
O2  monthly     file overdue        2026-11-13 2026-10-31    9 2026-11-14 palad
O3  monthly     url  fresh          2026-12-15 2026-11-30  -23 2026-11-05 palad
O4  quarterly   page fresh          2027-02-01 2026-12-31  -71 2026-10-20 palad
O5  monthly     file delinquent     2026-10-22 2026-10-31   31 2026-11-22 finance
O6  half-yearly file overdue        2026-10-30 2026-09-30   23 2026-10-31 engineering
O7  yearly      url  due-soon       2026-11-30 2026-09-30   -8 2026-10-31 palad
O8  yearly-by   page fresh          2027-01-04 2026-10-01  -43 2025-12-16 engineering
O9  yearly-by   file fresh          -          -             - 2025-10-21 finance
O10 year-after  -    missing        2026-04-30 2025-09-30  206 2026-05-01 finance
O11 monthly     page overdue        2026-11-16 2026-10-31    6 2026-11-17 finance
O12 year-after  -    missing        2027-04-30 2026-09-30 -159 -          finance
O13 once        -    missing        2026-02-02 2025-10-01  293 2026-02-03 -
O14 once        url  fresh          -          -             - 2026-01-16 palad
O15 on-demand   -    missing        -          -             - -          -
O16 on-demand   page fresh          -          -             - 2026-02-12 palad
O17 frozen      page fresh          -          -             - 2026-04-21 palad
O18 monthly     page fresh          -          -             - 2026-09-10 palad
O19 on-change   page unknown        -          -             - -          palad
O20 yearly-by   page waived         2026-12-31 -           -39 -          palad
O21 on-change   page overdue        2026-10-30 2026-10-30   23 2026-11-01 engineering
O22 yearly      -    not-applicable -          -             - -          palad
O23 yearly-by   page delinquent     2026-11-16 2026-10-01    6 2026-11-22 engineering
"""
ROWS = [
    ["" if cell == "-" else cell for cell in line.split()] for line in TABLE.strip().splitlines()
]
#: Why an item stands where it does, where the table alone does not say so.
MOVED = {
    "O4": "30 January 2027 is a Saturday",
    "O7": "29 November 2026 is a Sunday",
    "O8": "31 December and 1 January are holidays, a weekend follows",
    "O11": "15 November 2026 is a Sunday; the rows reach September, whatever the record claims",
    "O13": "31 January 2026 is a Saturday",
    "O21": "its review was due on 30 October, and it was waived until the 31st",
    "O23": "15 November 2026 is a Sunday",
}


@pytest.fixture(scope="module")
def checked():
    return pipeline.check(AGENCY, TODAY)


@pytest.fixture(scope="module")
def board(checked):
    return checked.facts["oit"].board


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_item_is_in_its_state(row, checked, board):
    number, kind, evidence, state, due, needed, days, since, owner = row
    item = next(item for item in board.items if item.criterion.number == number)
    status = next(one for one in pipeline.statuses_of(checked) if one.number == number)
    assert item.criterion.owed.rule.kind == kind
    assert (item.evidence.kind, item.owner) == (evidence, owner)
    assert (item.due.state, item.due.due, item.due.needed) == (state, day(due), day(needed))
    assert item.due.days == int(days or 0)
    assert status.since == day(since)


def test_the_table_holds_every_item_state_and_kind_of_rule(board):
    assert [row[0] for row in ROWS] == [item.criterion.number for item in board.items]
    assert {row[3] for row in ROWS} == set(STATES)
    assert {row[1] for row in ROWS} == set(WORDINGS)
    rules = [item.criterion.owed.rule for item in board.items]
    assert any(rule.working for rule in rules)
    assert any(rule.frozen and rule.kind != "frozen" for rule in rules)
    assert MOVED.keys() <= {row[0] for row in ROWS}


def test_an_item_of_another_type_of_agency_is_left_out(board):
    path = AGENCY / "data" / "oit" / "criteria" / "2569.yml"
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))["items"]
    left_out = [item["number"] for item in listed if "sao" not in item.get("agency_types", ["sao"])]
    assert left_out == ["O24"]
    assert {item["number"] for item in listed} - {"O24"} == {
        item.criterion.number for item in board.items
    }


def test_what_counts_as_current(board):
    assert board.counts == {
        "missing": 4,
        "delinquent": 2,
        "overdue": 4,
        "unknown": 1,
        "due-soon": 1,
        "fresh": 9,
        "waived": 1,
        "not-applicable": 1,
    }
    assert (board.current, board.asked, len(board.items)) == (10, 22, 23)


def test_every_state_of_evidence_is_there(board):
    seen = [item.evidence for item in board.items]
    assert {one.link.state for one in seen if one.link} == {"ok", "uncertain", "broken"}
    assert {one.file.text for one in seen if one.file} == {"layer", "scan"}


#: Rules and items of everything that a check has to say.
FOUND = {
    ("missing-item", "O10"),
    ("missing-item", "O13"),
    ("delinquent-item", "O5"),
    ("delinquent-item", "O23"),
    ("overdue-item", "O2"),
    ("overdue-item", "O6"),
    ("overdue-item", "O11"),
    ("overdue-item", "O21"),
    ("undated-item", "O19"),
    ("due-soon-item", "O7"),
    ("claims-newer-than-data", "O11"),
    ("broken-evidence-link", "O14"),
    ("doubtful-evidence-link", "O7"),
    ("scanned-evidence", "O6"),
    ("expired-waiver", "O21"),
}


def test_what_a_check_says(checked):
    assert {(item.rule, item.params["item"]) for item in checked.findings} == FOUND
    assert len(checked.findings) == len(FOUND)
    assert exit_code(checked.findings, checked.rules, Severity.OVERDUE) == 3
    assert exit_code(checked.findings, checked.rules, Severity.BROKEN) == 0


def test_everything_is_invented_and_says_so(checked):
    for dataset in checked.workspace.datasets.values():
        assert dataset.sample, dataset.name
    for part in ("records", "duties"):
        assert checked.workspace.get("oit", part, 2569).frame["sample"].all()


def test_the_data_are_described_as_those_of_the_demo():
    for name in ("oit", "holidays", "procurement"):
        own, demo = (
            yaml.safe_load((root / "data" / name / "dataset.yml").read_text(encoding="utf-8"))
            for root in (AGENCY, REPO)
        )
        assert own["resources"] == demo["resources"], name


def test_what_happened_over_the_months(checked):
    facts = checked.facts["oit"]
    told = [(one.kind, one.change.item, one.change.recorded) for one in news(facts.changes)]
    assert told == [
        ("overdue", "O2", date(2026, 7, 20)),
        ("new", "O17", date(2026, 8, 3)),
        ("recovered", "O2", date(2026, 8, 14)),
        ("updated", "O3", date(2026, 8, 14)),
        ("updated", "O5", date(2026, 9, 15)),
        ("updated", "O1", date(2026, 10, 7)),
        ("updated", "O2", date(2026, 10, 9)),
        ("overdue", "O5", date(2026, 10, 26)),
        ("overdue", "O6", date(2026, 11, 2)),
        ("updated", "O3", date(2026, 11, 5)),
        ("overdue", "O2", date(2026, 11, 16)),
    ]


def test_days_late_of_the_fiscal_year(checked, board):
    """From 1 October on: what was late before counts from that day, and nothing counts twice."""
    changes = checked.facts["oit"].changes
    late = {item.criterion.number: late_days(changes, item, TODAY) for item in board.items}
    assert {number: days for number, days in late.items() if days} == {
        "O2": 9,
        "O5": 31,
        "O6": 23,
        "O10": 53,
        "O11": 6,
        "O13": 53,
        "O21": 22,
        "O23": 6,
    }


def test_without_next_years_holidays_the_check_says_whose_days_are_unsure(tmp_path):
    root = tmp_path / "agency"
    shutil.copytree(AGENCY, root)
    (root / "data" / "holidays" / "2570.csv").unlink()
    path = root / "data" / "holidays" / "dataset.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("  2570:")], encoding="utf-8")
    checked = pipeline.check(root, TODAY)
    (found,) = (item for item in checked.findings if item.rule == "holidays-unknown")
    assert found.place.file == "data/holidays/2570.csv"
    assert found.params["items"] == "O1, O4, O8, O12"
    due = {item.criterion.number: item.due.due for item in checked.facts["oit"].board.items}
    # New Year’s Day is not known then, and a Friday.
    assert due["O8"] == date(2027, 1, 1)


# What people read: every item with its state, since when, days, what is owed and who is in charge.

NOBODY = {"th": "ยังไม่ได้กำหนดผู้รับผิดชอบ", "en": "nobody in charge"}
OWNERS = {"palad": "สำนักปลัด", "finance": "กองคลัง", "engineering": "กองช่าง"}
STATE_WORDS = {
    "th": {
        "missing": "ยังไม่เปิดเผย",
        "delinquent": "ค้างนาน",
        "overdue": "เกินกำหนด",
        "unknown": "ยังตัดสินไม่ได้",
        "due-soon": "ใกล้ครบกำหนด",
        "fresh": "เป็นปัจจุบัน",
        "waived": "ผ่อนผัน",
        "not-applicable": "ไม่เกี่ยวข้อง",
    },
    "en": {
        "missing": "not disclosed",
        "delinquent": "delinquent",
        "overdue": "overdue",
        "unknown": "unknown",
        "due-soon": "due soon",
        "fresh": "fresh",
        "waived": "waived",
        "not-applicable": "not applicable",
    },
}
#: A part of what is owed, by item.
OWED = {
    "th": {
        "O1": "ทบทวนข้อมูล ภายใน 1 ต.ค. 2570",
        "O2": "ข้อมูลถึง 31 ต.ค. 2569 ครบกำหนด 13 พ.ย. 2569 เกินมาแล้ว 9 วัน",
        "O8": "ข้อมูลของปีงบประมาณ 2570 ภายใน 4 ม.ค. 2570",
        "O9": "ครบตามช่วงที่ต้องเปิดเผยแล้ว",
        "O12": "เปิดเผยและบันทึกหลักฐาน ภายใน 30 เม.ย. 2570",
        "O15": "เปิดเผยและบันทึกหลักฐาน ไม่มีกำหนดวัน",
        "O19": "ต้องระบุวันที่ของข้อมูล",
        "O20": "ผ่อนผันถึง 31 ธ.ค. 2569",
        "O22": "ไม่ต้องทำ",
    },
    "en": {
        "O1": "review the data by 2027-10-01",
        "O2": "data up to 2026-10-31; was due 2026-11-13 (days late: 9)",
        "O8": "data of fiscal year 2570 by 2027-01-04",
        "O9": "complete",
        "O12": "disclose and record the evidence by 2027-04-30",
        "O15": "disclose it; no day is set",
        "O19": "say of what day the data is",
        "O20": "waived until 2026-12-31",
        "O22": "nothing",
    },
}


def shown(text, lang):
    """Write a day of the table as people read it."""
    if lang == "en":
        return text
    year, month, number = map(int, text.split("-"))
    return f"{number} {MONTHS_SHORT[month - 1]} {year + 543}"


def pieces(row, lang):
    """Yield what must stand in the lines of an item, in a language."""
    number, _, _, state, _, _, days, since, owner = row
    yield STATE_WORDS[lang][state]
    yield OWNERS[owner] if owner else NOBODY[lang]
    if since:
        yield shown(since, lang)
    if days:
        number_of, late = abs(int(days)), int(days) > 0
        thai = f"{'เกินมา' if late else 'เหลือ'} {number_of} วัน"
        yield thai if lang == "th" else f"{number_of} days {'late' if late else 'left'}"
    yield OWED[lang].get(number, "")


@pytest.fixture(scope="module")
def said():
    """Run check once for each form and language; return (exit code, text)."""
    runs = {}
    for form in ("text", "markdown", "json"):
        for lang in ("th", "en"):
            done = run_verb("check", AGENCY, "--format", form, "--lang", lang)
            runs[form, lang] = (done.returncode, done.stdout)
    return runs


@pytest.mark.parametrize("lang", ["th", "en"])
def test_text_names_every_item(said, lang):
    code, text = said["text", lang]
    assert code == 3
    # An item is a line with its number, and beneath it one that stands further in.
    told = dict(re.findall(r"^  (O\d+) .*\n {6}(.*)$", text, re.MULTILINE))
    assert list(told) == [row[0] for row in ROWS]
    for row in ROWS:
        for piece in pieces(row, lang):
            assert piece in told[row[0]], row[0]


@pytest.mark.parametrize("lang", ["th", "en"])
def test_markdown_names_every_item(said, lang):
    code, text = said["markdown", lang]
    assert code == 3
    # A row of the findings begins with a severity, one of the items with its number.
    found = re.findall(r"^\| (O\d+) (.*) \|$", text, re.MULTILINE)
    assert [number for number, _ in found] == [row[0] for row in ROWS]
    for row, (number, cells) in zip(ROWS, found, strict=True):
        assert cells.count(" | ") == 5, number
        for piece in pieces(row, lang):
            assert piece in cells, number


@pytest.mark.parametrize("lang", ["th", "en"])
def test_json_names_every_item(said, lang):
    code, text = said["json", lang]
    document = json.loads(text)
    assert (code, document["exit_code"], document["lang"]) == (3, 3, lang)
    for row, item in zip(ROWS, document["items"], strict=True):
        number, _, _, state, due, _, days, since, owner = row
        assert (item["number"], item["state"]) == (number, state)
        assert item["state_name"] == STATE_WORDS[lang][state]
        assert (item["since"] or "", item["due"] or "") == (since, due)
        assert item["days"] == (int(days) if days else None)
        assert (item["owner"] or "", item["owner_name"] or "") == (owner, OWNERS.get(owner, ""))
        assert item["owed"]
        assert OWED[lang].get(number, "") in item["owed"]
    assert {item["rule"] for item in document["findings"]} == {rule for rule, _ in FOUND}


def test_json_says_the_same_in_both_languages_but_for_words(said):
    th, en = (json.loads(said["json", lang][1]) for lang in ("th", "en"))
    words = {"state_name", "owed"}
    for one, other in zip(th["items"], en["items"], strict=True):
        assert {key for key in one if one[key] != other[key]} <= words
        assert one["owed"] != other["owed"]


def test_a_build_publishes_what_is_late(tmp_path):
    """A late item belongs on the board, not off the web."""
    root = copy_agency(AGENCY, tmp_path / "agency")
    assert run_verb("render", root).returncode == 0
    page = (root / "build" / "docs" / "oit" / "index.md").read_text(encoding="utf-8")
    for row in ROWS:
        assert f'id="{row[0].lower()}"' in page, row[0]
    assert 'id="o24"' not in page
