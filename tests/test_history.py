"""The history of states: what a day adds to it, the file it is kept in, and what follows from it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from conftest import REPO, TINY, TODAY, copy_agency

from scripts import pipeline
from scripts.topics.oit.history import (
    HEADER,
    HISTORY,
    Change,
    News,
    appended,
    by_month,
    late_days,
    news,
    seen,
    to_append,
)
from scripts.topics.oit.judge import STATES, Due

ONE = timedelta(days=1)
NEXT_WEEK = TODAY + timedelta(7)


def day(text):
    """Return a day of the autumn of 2026 from ``10-05``, any other from ``2025-12-30``."""
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def change(recorded, state, since=None, as_of=None, evidence="x/", *, item="O8", year=2569):
    return Change(day(recorded), year, item, state, since and day(since), as_of and day(as_of),
                  evidence)  # fmt: skip


@pytest.fixture
def item(demo):
    return next(one for one in demo.facts["oit"].board.items if one.criterion.number == "O8")


@pytest.fixture
def board(demo):
    return demo.facts["oit"].board


# What a day adds.


def test_the_first_day_records_every_item(board):
    found = to_append((), board, TODAY)
    assert [one.item for one in found] == [one.criterion.number for one in board.items]
    assert {one.recorded for one in found} == {TODAY}
    assert {one.year for one in found} == {2569}


def test_what_is_seen_of_an_item(demo):
    found = {one.item: one for one in to_append((), demo.facts["oit"].board, TODAY)}
    assert found["O6"] == Change(TODAY, 2569, "O6", "delinquent", date(2026, 1, 31),
                                 date(2022, 9, 30), "budget/2566/", sample=False)  # fmt: skip
    assert found["O8"].since == date(2026, 9, 16)
    assert found["O12"] == Change(TODAY, 2569, "O12", "missing", date(2025, 12, 30), None, "")
    assert found["O16"].since == date(2026, 11, 11)
    assert found["O1"].since is None
    assert found["O1"].sample


def test_the_history_of_the_demo_is_what_its_first_day_recorded(demo):
    assert demo.facts["oit"].changes == tuple(sorted(to_append((), demo.facts["oit"].board, TODAY)))


def test_nothing_changed_adds_nothing(board):
    first = to_append((), board, TODAY)
    assert to_append(first, board, TODAY + ONE) == []
    assert to_append(first, board, TODAY + timedelta(400)) == []


@pytest.mark.parametrize("days", [0, -1, -400])
def test_nothing_is_added_twice_a_day_or_before_what_is_there(board, days):
    later = [Change(TODAY, 2568, "O1", "fresh", None, None, "")]
    assert to_append(later, board, TODAY + timedelta(days)) == []
    assert len(to_append(later, board, TODAY + ONE)) == len(board.items)


@pytest.mark.parametrize(
    "now",
    [
        {"due": Due("delinquent", date(2026, 9, 15), date(2026, 9, 15), 91, date(2026, 12, 15))},
        {"as_of": date(2026, 11, 20)},
        {"evidence": "oit/examples/#o9"},
    ],
    ids=["state", "data", "evidence"],
)
def test_only_what_changed_is_added(board, item, now):
    first = to_append((), board, TODAY)
    record = replace(item.record, **{key: now[key] for key in ("as_of", "evidence") if key in now})
    changed = replace(item, record=record, due=now.get("due", item.due))
    later = replace(board, items=tuple(changed if one is item else one for one in board.items))
    assert to_append(first, later, NEXT_WEEK) == [seen(changed, NEXT_WEEK)]


def test_the_last_entry_of_an_item_is_what_counts(board, item):
    was = seen(item, TODAY)
    changes = [was, replace(was, recorded=TODAY + ONE, state="fresh")]
    one = replace(board, items=(item,))
    assert to_append(changes, one, NEXT_WEEK) == [replace(was, recorded=NEXT_WEEK)]
    back = [*changes, replace(was, recorded=TODAY + 2 * ONE)]
    assert to_append(back, one, NEXT_WEEK) == []


def test_the_same_number_in_another_year_is_another_item(board, item):
    other = replace(seen(item, TODAY), year=2568)
    assert len(to_append([other], replace(board, items=(item,)), NEXT_WEEK)) == 1


def test_an_item_whose_record_goes_is_missing(board, item):
    gone = replace(item, record=None, due=Due("missing", TODAY, TODAY, 0))
    found = to_append([seen(item, TODAY)], replace(board, items=(gone,)), NEXT_WEEK)
    assert [(one.state, one.as_of, one.evidence, one.since) for one in found] == [
        ("missing", None, "", None)
    ]


# The file.


@pytest.fixture
def agency(tmp_path):
    return copy_agency(REPO, tmp_path / "agency")


def of_history(checked):
    return [found for found in checked.findings if found.place.file.startswith("data/oit/history")]


@pytest.mark.parametrize("source", [REPO, TINY], ids=["demo", "tiny"])
def test_recording_twice_is_recording_once(tmp_path, source):
    root = copy_agency(source, tmp_path / "agency")
    (root / HISTORY).unlink(missing_ok=True)
    checked = pipeline.check(root, TODAY)
    items = len(checked.facts["oit"].board.items)
    assert pipeline.record(checked) == items
    written = (root / HISTORY).read_bytes()
    again = pipeline.check(root, TODAY)
    assert of_history(again) == []
    assert len(again.facts["oit"].changes) == items
    assert pipeline.record(again) == 0
    assert (root / HISTORY).read_bytes() == written
    assert [path.name for path in (root / "data/oit").glob(".*")] == []


def test_the_history_of_the_demo_is_recorded_already(demo):
    assert to_append(demo.facts["oit"].changes, demo.facts["oit"].board, TODAY) == []


def test_a_later_day_is_written_below_the_rows_that_are_there(agency):
    before = (agency / HISTORY).read_bytes()
    today = date(2027, 1, 20)
    checked = pipeline.check(agency, today)
    added = pipeline.record(checked)
    after = (agency / HISTORY).read_bytes()
    assert after.startswith(before)
    rows = list(csv.DictReader(io.StringIO(after.removeprefix(before).decode()), HEADER))
    assert len(rows) == added
    assert [(row["item"], row["state"]) for row in rows] == [
        ("O4", "delinquent"),
        ("O8", "delinquent"),
        ("O16", "overdue"),
    ]
    again = pipeline.check(agency, today)
    assert of_history(again) == []
    assert pipeline.record(again) == 0
    # The day before knows better than to write into the past.
    assert pipeline.record(pipeline.check(agency, today - ONE)) == 0
    assert (agency / HISTORY).read_bytes() == after


def shuffled(data):
    rows = [line.split(b",") for line in data.splitlines()]
    return b"\n".join(b",".join([row[0], row[2], row[1], *row[3:]]) for row in rows) + b"\n"


OURS = {
    "as it is": lambda data: data,
    "no line end": lambda data: data.rstrip(b"\n"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "Windows line ends": lambda data: data.replace(b"\n", b"\r\n"),
    "a cell in quotes": lambda data: data.replace(b",oit/examples/#o1,", b',"oit/examples/#o1",'),
}
OTHER = {
    "Thai of Windows": lambda data: data.decode().encode("cp874"),
    "semicolons": lambda data: data.replace(b",", b";"),
    "other order": shuffled,
    "spaces in the header": lambda data: data.replace(b",", b", ", 7),
    "quotes in the header": lambda data: data.replace(b"recorded", b'"recorded"', 1),
}


def recorded_later(agency, saved):
    """Record two months later over a history as somebody saved it; return both checks."""
    (agency / HISTORY).write_bytes(saved)
    today = date(2027, 1, 20)
    before = pipeline.check(agency, today)
    assert len(before.facts["oit"].changes) == 26
    assert pipeline.record(before) == 3
    again = pipeline.check(agency, today)
    assert again.facts["oit"].changes[:26] == before.facts["oit"].changes
    assert len(again.facts["oit"].changes) == 29
    assert pipeline.record(again) == 0
    return before, again


@pytest.mark.parametrize("how", OURS)
def test_rows_that_are_there_stay_as_they_were_saved(agency, how):
    saved = OURS[how]((agency / HISTORY).read_bytes())
    before, again = recorded_later(agency, saved)
    after = (agency / HISTORY).read_bytes()
    assert after.startswith(saved)
    assert (b"\r\n" in after) == (b"\r\n" in saved)
    assert after.count(b"\r\n") in (0, after.count(b"\n"))
    rules = [{found.rule for found in of_history(one)} for one in (before, again)]
    assert rules[0] == rules[1]


@pytest.mark.parametrize("how", OTHER)
def test_a_history_of_another_form_is_written_anew_with_all_its_rows(agency, how):
    plain = (agency / HISTORY).read_bytes()
    recorded_later(agency, plain)
    expected = (agency / HISTORY).read_bytes()
    _, again = recorded_later(agency, OTHER[how](plain))
    after = (agency / HISTORY).read_bytes()
    assert sorted(after.splitlines()) == sorted(expected.splitlines())
    assert after.splitlines()[0] == ",".join(HEADER).encode()
    assert b"\r" not in after
    assert of_history(again) == []


def as_tsv(path, text):
    path.with_suffix(".tsv").write_text(text.replace(",", "\t"), encoding="utf-8")


def as_xlsx(path, text):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append(row)
    book.save(path.with_suffix(".xlsx"))


@pytest.mark.parametrize("save", [as_tsv, as_xlsx])
def test_a_history_that_is_kept_as_another_kind_of_file_is_refused(agency, save):
    text = (agency / HISTORY).read_text(encoding="utf-8")
    (agency / HISTORY).unlink()
    save(agency / HISTORY, text)
    before = {path: path.read_bytes() for path in (agency / "data/oit").iterdir() if path.is_file()}
    checked = pipeline.check(agency, date(2027, 1, 20))
    assert len(checked.facts["oit"].changes) == 26
    (kept,) = (agency / "data/oit").glob("history.*")
    with pytest.raises(pipeline.RefusedError, match=re.escape(f"data/oit/{kept.name}")):
        pipeline.record(checked)
    after = {path: path.read_bytes() for path in (agency / "data/oit").iterdir() if path.is_file()}
    assert after == before


@pytest.mark.parametrize(
    "text", ["", "\n", ",".join(HEADER) + "\n"], ids=["nothing", "a line", "a header"]
)
def test_a_history_without_rows_is_no_finding_and_gets_some(agency, text):
    (agency / HISTORY).write_text(text, encoding="utf-8")
    checked = pipeline.check(agency, TODAY)
    assert of_history(checked) == []
    assert checked.facts["oit"].changes == ()
    assert pipeline.record(checked) == 26
    again = pipeline.check(agency, TODAY)
    assert of_history(again) == []
    assert len(again.facts["oit"].changes) == 26
    assert (agency / HISTORY).read_text(encoding="utf-8").count("recorded,") == 1


@pytest.mark.parametrize("there", [b"", b"\n", b"\n\n", b"\xef\xbb\xbf", b"\r\n"])
def test_an_empty_file_gets_its_header(there):
    data = appended(there, [], [change("11-22", "fresh", as_of="11-20")])
    assert data.decode().split("\n") == [
        "recorded,year,item,state,since,as_of,evidence,sample",
        "2026-11-22,2569,O8,fresh,,2026-11-20,x/,ไม่",
        "",
    ]


def test_evidence_with_signs_of_a_csv_is_read_back(agency):
    name = "files/แผน, ฉบับที่ 2; แก้ไข.txt"
    (agency / "docs" / name).write_text("แผน", encoding="utf-8")
    records = agency / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    assert text.count(",oit/examples/#o9,") == 1
    records.write_text(text.replace(",oit/examples/#o9,", f',"{name}",'), encoding="utf-8")
    checked = pipeline.check(agency, NEXT_WEEK)
    assert pipeline.record(checked) == 1
    again = pipeline.check(agency, NEXT_WEEK)
    assert of_history(again) == []
    assert again.facts["oit"].changes[-1].evidence == name
    assert pipeline.record(again) == 0


def test_without_a_board_nothing_is_recorded(agency):
    for name in ("records-2569.csv", "duties-2569.csv", "history.csv"):
        (agency / "data/oit" / name).unlink()
    assert pipeline.record(pipeline.check(agency, TODAY)) == 0
    assert not (agency / HISTORY).exists()


def test_the_same_changes_make_the_same_text():
    rows = [change("11-20", "overdue", "11-01"), change("11-21", "fresh", as_of="11-20")]
    once = appended(b"", [], rows)
    assert appended(appended(b"", [], rows[:1]), rows[:1], rows[1:]) == once
    assert appended(once, rows, []) == once
    # Of our own file the bytes are kept, not what was read of them.
    assert appended(once, [], []) == once
    semicolons = once.replace(b",", b";")
    assert appended(semicolons, rows, []) == once


# Days late in the fiscal year, which began on 1 October: on 22 November it is 53 days old.

FRESH = Due("fresh")
WAIVED = Due("waived", date(2026, 12, 31), None, -39)


def late(state, due):
    due = day(due)
    return Due(state, due, due, (TODAY - due).days)


LATE_DAYS = {
    "never": ([], FRESH, 0),
    "nothing was recorded": ([], late("overdue", "11-12"), 10),
    "late for a day": ([], late("overdue", "11-21"), 1),
    "due today": ([], late("due-soon", "11-22"), 0),
    "late since before the year": ([], late("delinquent", "01-30"), 53),
    "the first record is of today": (
        [change("11-22", "overdue", "11-13")], late("overdue", "11-12"), 10),
    "overdue, then delinquent": (
        [change("10-05", "overdue", "10-03"), change("11-01", "delinquent", "10-03")],
        late("delinquent", "10-02"), 51),
    "recovered": ([change("10-05", "overdue", "10-03"), change("10-20", "fresh")], FRESH, 17),
    "recovered today, not yet recorded": ([change("10-05", "overdue", "10-03")], FRESH, 50),
    "late since before the year, recovered in it": (
        [change("09-01", "overdue", "08-15"), change("10-11", "fresh")], FRESH, 10),
    "late and recovered before the year": (
        [change("08-20", "overdue", "08-15"), change("09-10", "fresh")], FRESH, 0),
    "late again": (
        [change("10-05", "overdue", "10-03"), change("10-20", "fresh")],
        late("overdue", "11-19"), 20),
    "still late with newer data": (
        [change("10-05", "overdue", "10-03")], late("overdue", "10-31"), 51),
    "data taken back": ([change("10-20", "fresh")], late("overdue", "10-02"), 34),
    "missing": ([change("10-05", "missing", "2025-12-30")], late("missing", "2025-12-29"), 53),
    "missing, and not yet due": ([change("10-05", "missing")], late("missing", "2027-01-15"), 0),
    "missing, and due since": ([change("10-05", "missing")], late("missing", "11-15"), 7),
    "missing, then disclosed late": (
        [change("10-05", "missing", "2025-12-30"), change("10-08", "overdue", "10-03")],
        late("overdue", "10-02"), 53),
    "missing, then disclosed": (
        [change("10-05", "missing", "10-03"), change("10-13", "fresh")], FRESH, 10),
    "a long gap": ([change("01-05", "fresh")], late("overdue", "10-31"), 22),
    "waived": ([change("10-05", "overdue", "10-03"), change("10-10", "waived")], WAIVED, 7),
    "unknown": ([change("10-05", "unknown")], Due("unknown"), 0),
    "without its first day": ([change("11-10", "overdue")], FRESH, 12),
    "recorded in the future": ([change("2027-01-01", "overdue", "10-01")], FRESH, 0),
    "another item": ([change("10-05", "overdue", "10-03", item="O9")], FRESH, 0),
    "another year's item": ([change("10-05", "overdue", "10-03", year=2568)], FRESH, 0),
}  # fmt: skip


@pytest.mark.parametrize("case", LATE_DAYS)
def test_days_late(item, case):
    changes, due, days = LATE_DAYS[case]
    assert late_days(changes, replace(item, due=due), TODAY) == days


def test_days_late_begin_anew_with_the_fiscal_year(item):
    overdue = Due("overdue", date(2026, 9, 15), date(2026, 9, 15), 15)
    assert late_days([], replace(item, due=overdue), date(2026, 9, 30)) == 15
    overdue = Due("overdue", date(2026, 9, 15), date(2026, 9, 15), 16)
    assert late_days([], replace(item, due=overdue), date(2026, 10, 1)) == 1


def test_the_demo_has_four_items_that_were_late_all_year(demo):
    facts = demo.facts["oit"]
    found = {
        one.criterion.number: days
        for one in facts.board.items
        if (days := late_days(facts.changes, one, TODAY))
    }
    assert found == dict.fromkeys(("O6", "O8", "O12", "O22"), 53)


def test_days_late_stay_when_what_was_missing_is_disclosed(board, item):
    due = date(2026, 11, 15)
    changes = []
    for gap in range(-10, 5):
        today = due + timedelta(gap)
        now = replace(
            item, record=None, due=Due("missing", due, due, gap, due + ONE if gap > 0 else None)
        )
        changes += to_append(changes, replace(board, items=(now,)), today)
    disclosed = replace(item, due=FRESH)
    changes += to_append(changes, replace(board, items=(disclosed,)), due + timedelta(5))
    assert [one.state for one in changes] == ["missing", "missing", "fresh"]
    assert late_days(changes, disclosed, TODAY) == 4


# States at the end of each month.

NOW = dict.fromkeys(STATES, 0) | {"fresh": 2}


def test_without_a_history_there_is_today():
    assert by_month([], 2569, NOW, TODAY) == [(TODAY, NOW)]
    other = [change("09-01", "fresh", year=2568), change("2026-12-01", "fresh")]
    assert by_month(other, 2569, NOW, TODAY) == [(TODAY, NOW)]


def test_every_month_has_the_states_of_its_last_day():
    changes = [
        change("08-31", "missing"),
        change("09-01", "overdue", item="O9"),
        change("09-30", "fresh"),
        change("11-01", "fresh", item="O9"),
    ]
    found = by_month(changes, 2569, NOW, TODAY)
    assert [(end, {state: n for state, n in counts.items() if n}) for end, counts in found] == [
        (date(2026, 8, 31), {"missing": 1}),
        (date(2026, 9, 30), {"fresh": 1, "overdue": 1}),
        (date(2026, 10, 31), {"fresh": 1, "overdue": 1}),
        (TODAY, {"fresh": 2}),
    ]
    assert all(list(counts) == list(STATES) for _, counts in found)


def test_the_month_of_today_stands_once():
    changes = [change("10-31", "fresh"), change("11-03", "overdue")]
    assert [end for end, _ in by_month(changes, 2569, NOW, TODAY)] == [date(2026, 10, 31), TODAY]
    last = date(2026, 11, 30)
    assert [end for end, _ in by_month(changes, 2569, NOW, last)] == [date(2026, 10, 31), last]


# News.

#: State before, state now, whether the data changed, what it is called.
KINDS = [
    ("missing", "fresh", True, ["new"]),
    ("missing", "overdue", True, ["new"]),
    ("missing", "unknown", True, ["new"]),
    ("missing", "waived", False, []),
    ("missing", "not-applicable", False, []),
    ("fresh", "fresh", True, ["updated"]),
    ("fresh", "due-soon", False, []),
    ("due-soon", "fresh", True, ["updated"]),
    ("due-soon", "overdue", False, ["overdue"]),
    ("fresh", "overdue", True, ["overdue"]),
    ("fresh", "unknown", True, ["overdue"]),
    ("waived", "delinquent", False, ["overdue"]),
    ("overdue", "delinquent", False, []),
    ("overdue", "delinquent", True, ["updated"]),
    ("overdue", "fresh", True, ["recovered"]),
    ("delinquent", "due-soon", True, ["recovered"]),
    ("unknown", "fresh", True, ["recovered"]),
    ("overdue", "waived", False, []),
    ("overdue", "not-applicable", False, []),
    ("waived", "fresh", False, []),
]


@pytest.mark.parametrize(("before", "now", "changed", "kinds"), KINDS)
def test_what_a_change_is_called(before, now, changed, kinds):
    gone = before == "missing"
    first = change("10-01", before, as_of=None if gone else "09-30", evidence="" if gone else "x/")
    data = {"as_of": date(2026, 11, 1), "evidence": "x/"} if changed else {}
    second = replace(first, recorded=TODAY, state=now, **data)
    assert [one.kind for one in news([first, second])] == kinds
    assert all(one.change == second for one in news([first, second]))


def test_the_day_on_which_a_history_begins_is_no_news():
    first = [change("10-01", state, item=f"O{n}") for n, state in enumerate(STATES)]
    assert list(news(first)) == []
    assert list(news([])) == []


def test_an_item_that_comes_later_is_new_once_it_is_disclosed():
    first = change("10-01", "fresh", item="O1")
    later = change("10-02", "fresh", item="O2")
    assert list(news([first, later])) == [News("new", later)]
    missing = change("10-02", "missing", item="O2", evidence="")
    assert list(news([first, missing])) == []
    next_list = change("10-02", "fresh", item="O1", year=2570)
    assert list(news([first, next_list])) == [News("new", next_list)]


@pytest.mark.parametrize("state", ["waived", "not-applicable"])
def test_an_item_that_comes_excused_is_not_disclosed(state):
    first = change("10-01", "fresh", item="O1")
    assert list(news([first, change("10-02", state, item="O2", evidence="")])) == []


def test_what_goes_missing_before_its_due_day_is_not_overdue():
    first = change("10-01", "fresh", as_of="09-30")
    gone = change("10-02", "missing", evidence="")
    assert "overdue" not in [one.kind for one in news([first, gone])]


def test_news_come_in_their_order():
    changes = [
        change("10-01", "due-soon", as_of="09-01"),
        change("10-10", "overdue", "10-09", as_of="09-01"),
        change("10-20", "fresh", as_of="10-19"),
        change("10-21", "fresh", as_of="10-20"),
    ]
    assert [one.kind for one in news(changes)] == ["overdue", "recovered", "updated"]
    assert [one.change for one in news(changes)] == changes[1:]
