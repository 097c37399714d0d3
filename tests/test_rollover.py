"""Next year's records out of this year's: what carries over, merges, is new, is gone, or is doubted."""

from __future__ import annotations

import csv
import io
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest
import yaml
from conftest import REPO, TODAY, copy_agency

from scripts import pipeline
from scripts.core.findings import Severity
from scripts.topics.oit.rollover import (
    DUTIES,
    RECORDS,
    Carried,
    RolloverError,
    duties_csv,
    records_csv,
    rollover,
    words,
)

RECORDS_HEAD = ",".join(RECORDS) + "\n"
DUTIES_HEAD = ",".join(DUTIES) + "\n"


def record(number, **cells):
    row = {
        "item": f"O{number}",
        "owner": "palad",
        "shown": f"ตัวอย่าง: สิ่งที่เปิดเผยของข้อ {number}",
        "evidence": f"oit/examples/#o{min(number, 4)}",
        "as_of": "2025-09-30",
        "published": "2025-10-20",
        "sample": "ใช่",
        "note": "",
    } | cells
    return ",".join(row[name] for name in RECORDS) + "\n"


@pytest.fixture
def agency(tmp_path):
    """A copy of the demo with invented records of 2568 and none of 2569."""
    root = copy_agency(REPO, tmp_path / "agency")
    oit = root / "data/oit"
    for name in ("records-2569.csv", "duties-2569.csv", "history.csv"):
        (oit / name).unlink()
    # O10 has no record, O13 has one without dates, O14 has no owner of its own, O25 has no record.
    rows = {number: record(number) for number in range(1, 29) if number not in (10, 25)}
    rows[7] = record(7, note="ฉบับแก้ไข")
    rows[13] = record(13, as_of="", published="", sample="ไม่", shown='"รายงาน, ฉบับย่อ"')
    rows[14] = record(14, owner="")
    (oit / "records-2568.csv").write_text(RECORDS_HEAD + "".join(rows.values()), encoding="utf-8")
    duties = (
        "O14,personnel,,,,,ใช่\n"
        "O17,palad,waived,รอระบบใหม่,นายก อบจ.,2026-12-31,ใช่\n"
        "O25,internal-audit,,,,,ไม่\n"
    )
    (oit / "duties-2568.csv").write_text(DUTIES_HEAD + duties, encoding="utf-8")
    return root


def broken(checked):
    return [
        (found.rule, found.place.file, found.value)
        for found in checked.findings
        if checked.rules[found.rule].severity == Severity.BROKEN
    ]


def oit_of(root, today=TODAY):
    checked = pipeline.check(root, today)
    assert broken(checked) == []
    return checked.facts["oit"]


def moved(result):
    return {one.number: tuple(item.criterion.number for item in one.olds) for one in result.carried}


def rows_of(text):
    return {row["item"]: row for row in csv.DictReader(io.StringIO(text))}


def shown(items):
    return [item.criterion.number for item in items]


# 2568 to 2569, whose lists are real.


def test_items_carry_over_by_the_crosswalk_and_by_their_titles(agency):
    found = moved(rollover(oit_of(agency), 2569))
    # The same title and the same number; the same title under another number.
    assert found["O2"] == ("O2",)
    assert found["O17"] == ("O18",)
    # Matched by the crosswalk alone: the titles have little in common.
    assert found["O21"] == ("O23",)
    # Not in the crosswalk: a year was added to the title.
    assert found["O13"] == ("O14",)
    # Three items of one topic go over one by one.
    assert [found[f"O{number}"] for number in (16, 17, 18)] == [("O17",), ("O18",), ("O19",)]


def test_two_items_may_become_one(agency):
    result = rollover(oit_of(agency), 2569)
    found = moved(result)
    assert found["O10"] == ("O10", "O11")
    assert found["O20"] == ("O21", "O22")
    assert found["O26"] == ("O27", "O28")
    by_number = {one.number: one for one in result.carried}
    # The first that has a record: O10 has none.
    assert by_number["O10"].old.criterion.number == "O11"
    assert by_number["O20"].old.criterion.number == "O21"


def test_a_changed_title_is_told_from_the_same_one(agency):
    found = {one.number: one.reworded for one in rollover(oit_of(agency), 2569).carried}
    assert [number for number in ("O2", "O4", "O5", "O7", "O17") if found[number]] == []
    assert [number for number in ("O10", "O13", "O15", "O20") if not found[number]] == []


def test_the_year_that_a_title_names_is_no_part_of_it(agency):
    by_number = {one.number: one for one in rollover(oit_of(agency), 2569).carried}
    plan = by_number["O23"]
    assert plan.title == plan.old.criterion.title + " ปีงบประมาณ พ.ศ. 2569"
    assert not plan.reworded


@pytest.mark.parametrize(
    ("old", "new", "reworded"),
    [
        ("แผนงาน ปีงบประมาณ พ.ศ. 2568", "แผนงาน ปีงบประมาณ พ.ศ. 2569", False),
        ("แผนงานประจำปีงบประมาณ พ.ศ. ๒๕๖๘", "แผนงาน ประจำปี 2569", False),
        ("แผนงาน ปี 2568", "แผนงาน", False),
        ("แผนงาน ปี 2568", "แผนเงิน ปี 2568", True),
        ("แผนงาน 2568 ข้อ", "แผนงาน 2569 ข้อ", True),
    ],
)
def test_titles_are_compared_without_the_year_they_name(agency, old, new, reworded):
    item = oit_of(agency).years[0].items[0]
    before = replace(item, criterion=replace(item.criterion, title=old))
    assert Carried("O1", new, (before,)).reworded == reworded


def test_what_is_new_and_what_is_gone_are_named(agency):
    result = rollover(oit_of(agency), 2569)
    assert {"O11", "O25"} <= set(shown(result.new))
    assert "O12" in shown(result.gone)
    assert result.doubtful == ()


def test_the_first_item_carries_over(agency):
    # "โครงสร้างและอำนาจหน้าที่" and "โครงสร้าง หน้าที่และอำนาจ" are one thing to any reader.
    found = {one.number: one for one in rollover(oit_of(agency), 2569).carried}
    assert shown(found["O1"].olds) == ["O1"]
    assert found["O1"].reworded


def test_contact_details_carry_over(agency):
    found = {one.number: one for one in rollover(oit_of(agency), 2569).carried}
    assert shown(found["O3"].olds) == ["O3"]
    assert found["O3"].reworded


def test_titles_that_are_less_alike_carry_over_under_the_same_number_only(agency):
    # The title of O3 of 2569 and the one of 2568 are 0.61 alike.
    facts = oit_of(agency)
    number = "number: O3\n"
    path = agency / "data/oit/criteria/2569.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count(number) == 1
    path.write_text(text.replace(number, "number: O30\n"), encoding="utf-8")
    result = rollover(oit_of(agency), 2569)
    assert "O30" in shown(result.new)
    assert "O3" in shown(result.gone)
    assert "O3" in moved(rollover(facts, 2569))


def test_every_item_of_both_years_is_accounted_for_once(agency):
    facts = oit_of(agency)
    result = rollover(facts, 2569)
    target = next(year for year in facts.years if year.year == 2569)
    news = [*moved(result), *shown(result.new)]
    assert sorted(news) == sorted(shown(target.items))
    olds = [old for olds in moved(result).values() for old in olds] + shown(result.gone)
    assert sorted(olds) == sorted(shown(result.source.items))


# The files.


def test_records_keep_what_they_say_and_the_day_of_their_data(agency):
    rows = rows_of(records_csv(rollover(oit_of(agency), 2569)))
    assert rows["O2"] == {
        "item": "O2", "owner": "palad", "shown": "ตัวอย่าง: สิ่งที่เปิดเผยของข้อ 2",
        "evidence": "oit/examples/#o2", "as_of": "2025-09-30", "published": "2025-10-20",
        "sample": "ใช่", "note": "ยกมาจากข้อ O2 ปี 2568"}  # fmt: skip
    assert rows["O7"]["note"] == "ยกมาจากข้อ O7 ปี 2568 · ฉบับแก้ไข"
    assert rows["O10"]["shown"].endswith("ข้อ 11")
    assert rows["O12"]["shown"] == "รายงาน, ฉบับย่อ"
    assert (rows["O12"]["as_of"], rows["O12"]["published"], rows["O12"]["sample"]) == ("", "", "ไม่")


def test_an_item_without_a_record_gets_none(agency):
    result = rollover(oit_of(agency), 2569)
    rows = rows_of(records_csv(result))
    assert moved(result)["O23"] == ("O25",)
    assert "O23" not in rows
    assert set(rows) == set(moved(result)) - {"O23"}


def test_owners_carry_over_and_exceptions_do_not(agency):
    rows = rows_of(duties_csv(rollover(oit_of(agency), 2569)))
    assert {number: (row["owner"], row["sample"]) for number, row in rows.items()} == {
        "O13": ("personnel", "ใช่"),
        "O16": ("palad", "ใช่"),
        "O23": ("internal-audit", "ไม่"),
    }
    for row in rows.values():
        assert [row[name] for name in ("exception", "reason", "decided_by", "until")] == [""] * 4


def test_the_written_files_check_clean_and_are_the_board(agency):
    said, files = pipeline.roll_over(pipeline.check(agency, TODAY), 2569, write=True)
    oit = agency / "data/oit"
    assert sorted(files) == [oit / "duties-2569.csv", oit / "records-2569.csv"]
    checked = pipeline.check(agency, TODAY)
    assert broken(checked) == []
    board = checked.facts["oit"].board
    assert board.year == 2569
    rows = rows_of((oit / "records-2569.csv").read_text(encoding="utf-8"))
    by_number = {item.criterion.number: item for item in board.items}
    assert {number for number, item in by_number.items() if item.record} == set(rows)
    for number, row in rows.items():
        own = by_number[number].record
        assert (own.shown, own.evidence, own.note) == (row["shown"], row["evidence"], row["note"])
        assert (own.as_of.isoformat() if own.as_of else "") == row["as_of"]
    # The day of the data stays, so that what is too old for the new list is late.
    assert by_number["O6"].due.state in ("overdue", "delinquent")
    assert by_number["O13"].owner == "personnel"
    assert "ยกบันทึก OIT ปี 2568 ไปปี 2569" in said


def test_a_draft_is_written_beside_the_data(agency):
    before = {path: path.read_bytes() for path in (agency / "data").rglob("*") if path.is_file()}
    _, files = pipeline.roll_over(pipeline.check(agency, TODAY), 2569, write=False)
    assert {path.parent for path in files} == {agency / "build/rollover"}
    after = {path: path.read_bytes() for path in (agency / "data").rglob("*") if path.is_file()}
    assert after == before
    drafts = {path.name: path.read_bytes() for path in files}
    again = pipeline.roll_over(pipeline.check(agency, TODAY), 2569, write=False)[1]
    assert {path.name: path.read_bytes() for path in again} == drafts


@pytest.mark.parametrize("name", ["records-2569.csv", "duties-2569.csv"])
def test_a_file_that_is_there_is_not_overwritten(agency, name):
    checked = pipeline.check(agency, TODAY)
    there = agency / "data/oit" / name
    there.write_text("ของเดิม", encoding="utf-8")
    with pytest.raises(pipeline.RefusedError, match=re.escape(name)):
        pipeline.roll_over(checked, 2569, write=True)
    assert there.read_text(encoding="utf-8") == "ของเดิม"
    assert len(list((agency / "data/oit").glob("*-2569.*"))) == 1


def test_writing_twice_is_refused(agency):
    pipeline.roll_over(pipeline.check(agency, TODAY), 2569, write=True)
    with pytest.raises(pipeline.RefusedError):
        pipeline.roll_over(pipeline.check(agency, TODAY), 2569, write=True)


@pytest.mark.parametrize("suffix", [".xlsx", ".tsv", ".yml"])
def test_records_that_are_kept_as_another_kind_of_file_are_not_doubled(agency, suffix):
    checked = pipeline.check(agency, TODAY)
    (agency / "data/oit" / f"records-2569{suffix}").write_bytes(b"")
    with pytest.raises(pipeline.RefusedError, match=re.escape(f"records-2569{suffix}")):
        pipeline.roll_over(checked, 2569, write=True)
    assert [path.name for path in (agency / "data/oit").glob("*-2569.*")] == [
        f"records-2569{suffix}"
    ]


def test_nothing_is_written_of_duties_that_nobody_has(agency):
    (agency / "data/oit/duties-2568.csv").unlink()
    pipeline.roll_over(pipeline.check(agency, TODAY), 2569, write=True)
    assert not list((agency / "data/oit").glob("duties-2569.*"))
    checked = pipeline.check(agency, TODAY)
    assert [f.rule for f in checked.findings if "duties" in f.place.file] == []


# A year whose list is not known.


def test_without_criteria_nothing_is_written_to_the_data(demo, tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    before = sorted(path for path in (root / "data").rglob("*"))
    with pytest.raises(pipeline.RefusedError, match="2570"):
        pipeline.roll_over(pipeline.check(root, TODAY), 2570, write=True)
    assert sorted(path for path in (root / "data").rglob("*")) == before


def test_without_criteria_every_item_is_unknown_and_a_draft_keeps_the_numbers(tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    checked = pipeline.check(root, TODAY)
    said, files = pipeline.roll_over(checked, 2570, write=False)
    board = checked.facts["oit"].board
    assert "ยังไม่พบเกณฑ์ OIT ปี 2570" in said
    assert "26 ข้อของปี 2569 ยังไม่มีเกณฑ์ที่ทราบ" in said
    for item in board.items:
        assert f"  {item.criterion.number} {item.criterion.title}\n" in said
    records = next(path for path in files if path.name == "records-2570.csv")
    rows = rows_of(records.read_text(encoding="utf-8"))
    assert set(rows) == {item.criterion.number for item in board.items if item.record}
    assert rows["O1"]["note"] == "ยกมาจากข้อ O1 ปี 2569"
    result = rollover(checked.facts["oit"], 2570)
    assert (result.known, result.new, result.gone, result.doubtful) == (False, (), (), ())


@pytest.mark.parametrize("year", [2540, 2566, 2568])
def test_there_must_be_records_of_an_earlier_year(agency, year):
    with pytest.raises(RolloverError, match=str(year)):
        rollover(oit_of(agency), year)


@pytest.mark.parametrize("year", [2027, 2026, 70, 0])
def test_a_year_of_the_common_era_is_refused(agency, year):
    with pytest.raises(RolloverError, match=f"{year + 543}") as refused:
        rollover(oit_of(agency), year)
    assert "พ.ศ." in str(refused.value)


def test_the_latest_year_with_records_is_the_one_carried_over(tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    text = RECORDS_HEAD + record(1) + record(28)
    (root / "data/oit/records-2568.csv").write_text(text, encoding="utf-8")
    facts = pipeline.check(root, TODAY).facts["oit"]
    assert rollover(facts, 2570).source.year == 2569
    assert rollover(facts, 2569).source.year == 2568


# Crosswalks that say less, more, or nonsense.


def change_crosswalk(root, change):
    path = root / "data/oit/crosswalk.yml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(
        yaml.safe_dump(change(document), allow_unicode=True, sort_keys=False), encoding="utf-8"
    )


def facts_with(root, change):
    change_crosswalk(root, change)
    return pipeline.check(root, TODAY).facts["oit"]


def test_without_a_crosswalk_only_titles_that_are_alike_carry_over(agency):
    result = rollover(facts_with(agency, lambda _: []), 2569)
    found = moved(result)
    assert found["O2"] == ("O2",)
    assert found["O17"] == ("O18",)
    assert all(len(olds) == 1 for olds in found.values())
    assert "O21" not in found or found["O21"] != ("O23",)
    assert result.doubtful == ()
    # No old item goes to two new ones.
    olds = [old for olds in found.values() for old in olds]
    assert len(set(olds)) == len(olds)


def test_a_topic_that_is_split_is_left_to_people(agency):
    def split(document):
        return [{"topic": "แบ่งข้อ", "2568": ["O6"], "2569": ["O6", "O7"]}]

    result = rollover(facts_with(agency, split), 2569)
    ((name, before, after),) = result.doubtful
    assert (name, shown(before), shown(after)) == ("แบ่งข้อ", ["O6"], ["O6", "O7"])
    assert not {"O6", "O7"} & set(moved(result))
    assert not {"O6", "O7"} & set(shown(result.new))
    assert "O6" not in shown(result.gone)
    assert "  แบ่งข้อ: O6 → O6, O7\n" in words(result)


@pytest.mark.parametrize(
    "row",
    [
        {"topic": "x", "2568": ["O99"], "2569": ["O98"]},
        {"topic": "x", "2568": ["O2"]},
        {"topic": "x", "2569": ["O2"]},
        {"topic": "x", "2568": "O2", "2569": "O5"},
        {"topic": "x", "2568": None, "2569": ["O2"]},
        {"2568": [], "2569": []},
        {},
    ],
    ids=repr,
)
def test_a_row_that_matches_nothing_changes_nothing(agency, row):
    before = moved(rollover(oit_of(agency), 2569))
    after = moved(rollover(facts_with(agency, lambda document: [*document, row]), 2569))
    assert after == before


def test_a_topic_named_twice_carries_over_once(agency):
    before = moved(rollover(oit_of(agency), 2569))
    assert (
        moved(rollover(facts_with(agency, lambda rows: [*rows, *deepcopy(rows)]), 2569)) == before
    )


# What is said of it.


def test_the_words_count_every_section(agency):
    result = rollover(oit_of(agency), 2569)
    said = words(result)
    counts = dict(re.findall(r"^(\S.*): (\d+) ข้อ$", said, re.MULTILINE))
    reworded = sum(one.reworded for one in result.carried)
    assert {key: int(number) for key, number in counts.items()} == {
        "ยกมาได้ ชื่อเดิม": len(result.carried) - reworded,
        "ยกมาได้ แต่ชื่อเปลี่ยน ให้อ่านเกณฑ์ใหม่": reworded,
        "ข้อใหม่ ไม่มีข้อเดิม": len(result.new),
        "ไม่มีแล้วในปี 2569": len(result.gone),
        "ต้องตัดสินใจเอง เพราะแบ่งข้อใหม่": 0,
    }
    assert len(re.findall("^  ", said, re.MULTILINE)) == sum(map(int, counts.values()))
    assert "  O21, O22 → O20 " in said
    assert re.search(r"^  O25 → O23 .*\(ยังไม่มีบันทึกให้ยกมา\)$", said, re.MULTILINE)
    assert re.search(r"^  O14 → O13 .*\(เดิม: แผนการบริหาร", said, re.MULTILINE)
    assert "None" not in said


def test_a_rollover_does_not_depend_on_the_day(agency):
    first, second = oit_of(agency), oit_of(agency, date(2027, 6, 1))
    for make in (records_csv, duties_csv, words):
        assert make(rollover(first, 2569)) == make(rollover(second, 2569))
