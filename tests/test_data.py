"""The demo's own data: sound, marked for what it is, and free of what must never be published."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml

from scripts.core.findings import Severity
from scripts.core.thai import fold_digits

TEXTS = {".csv", ".yml", ".yaml", ".md", ".html", ".svg", ".css", ".js", ".txt", ".json"}


def test_nothing_is_broken(demo):
    broken = [f for f in demo.findings if demo.rules[f.rule].severity == Severity.BROKEN]
    assert broken == []


def test_what_is_late_is_known(demo):
    found = Counter(
        (item.rule, item.params.get("item", ""), demo.rules[item.rule].severity.word)
        for item in demo.findings
    )
    assert found == {
        ("missing-item", "O12", "overdue"): 1,
        ("missing-item", "O22", "overdue"): 1,
        ("delinquent-item", "O6", "overdue"): 1,
        ("overdue-item", "O8", "overdue"): 1,
        ("due-soon-item", "O16", "due-soon"): 1,
        ("scanned-evidence", "O14", "notice"): 1,
        ("population-missing", "", "notice"): 1,
    }


def test_every_table_has_rows(demo):
    assert len(demo.workspace.loaded) >= 10
    for key, item in demo.workspace.loaded.items():
        assert len(item.frame) > 0, key


def test_real_is_marked_real_and_invented_is_marked_sample(demo):
    provenance = {name: dataset.provenance for name, dataset in demo.workspace.datasets.items()}
    assert provenance == {
        "budget": "real",
        "holidays": "real",
        "ita": "real",
        "oit": "mixed",
        "procurement": "sample",
    }
    for dataset in demo.workspace.datasets.values():
        assert all(source["title"] for source in dataset.sources)


def test_only_records_that_show_real_data_are_not_samples(demo):
    records = demo.workspace.loaded["oit", "records", 2569].frame
    real = records[~records["sample"].astype(bool)]
    assert dict(zip(real["item"], real["evidence"], strict=True)) == {
        "O6": "budget/2566/",
        "O25": "ita/2568/",
    }
    for text in records[records["sample"].astype(bool)]["shown"]:
        assert text.startswith("ตัวอย่าง")


def test_every_item_of_the_board_has_somebody_in_charge(demo):
    board = demo.facts["oit"].board
    assert board.year == 2569
    assert [item.criterion.number for item in board.items if not item.owner] == []


def test_what_is_waived_or_left_out_says_why(demo):
    duties = demo.workspace.loaded["oit", "duties", 2569].frame
    for row in duties[duties["exception"] != ""].itertuples():
        assert row.reason, row.item


def test_invented_contracts_say_so_in_every_row(demo):
    frame = demo.workspace.loaded["procurement", "contracts", 2569].frame
    assert frame["title"].str.contains("ตัวอย่าง").all()
    assert frame["supplier_name"].str.contains("ตัวอย่าง").all()


def test_every_parent_of_a_code_exists(demo):
    lists = demo.workspace.codelists
    parents = {"plans": "areas", "tasks": "plans", "income-categories": "income-groups"}
    with_parents = {
        name
        for name, codes in lists.items()
        if any(row.get("parent") for row in codes.rows.values())
    }
    assert with_parents == set(parents)
    for name, above in parents.items():
        for code, row in lists[name].rows.items():
            assert row["parent"] in lists[above].rows, (name, code)


def test_codes_have_names_of_their_own(demo):
    for name, codes in demo.workspace.codelists.items():
        assert codes.rows, name
        for row in codes.rows.values():
            assert row["name_th"].strip()
            assert row["name_en"].strip()
        # Two codes of one name could not be told apart where a cell holds the name.
        siblings = Counter((row["name_th"], row.get("parent", "")) for row in codes.rows.values())
        assert max(siblings.values()) == 1, name


def test_every_code_of_a_table_is_used_or_kept_in_its_list(demo):
    for key, item in demo.workspace.loaded.items():
        for spec in item.resource.fields:
            if spec.type == "code":
                codes = demo.workspace.codelists[spec.codelist].rows
                assert set(item.frame[spec.name]) - {""} <= set(codes), (key, spec.name)


def test_every_year_of_criteria_is_whole(demo, repo):
    counts = {2566: 43, 2568: 28, 2569: 26}
    assert demo.workspace.years("oit", "criteria") == list(counts)
    for year, count in counts.items():
        path = repo / "data" / "oit" / "criteria" / f"{year}.yml"
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert listed["item_count"] == count
        frame = demo.workspace.loaded["oit", "criteria", year].frame
        assert list(frame["number"]) == [f"O{number}" for number in range(1, count + 1)]


def national_ids(text):
    """Find 13-digit ids of people by their check digit, with a program of our own."""
    for match in re.finditer(r"(?<!\d)[1-9](?:[ -]?\d){12}(?!\d)", fold_digits(text)):
        digits = [int(char) for char in match[0] if char.isdigit()]
        total = sum(digit * (13 - index) for index, digit in enumerate(digits[:12]))
        if (11 - total % 11) % 10 == digits[12]:
            yield match[0]


def test_the_finder_of_national_ids_finds_them():
    assert list(national_ids("เลขที่ 1-2345-67890-12-1, 1234567890121")) == [
        "1-2345-67890-12-1",
        "1234567890121",
    ]
    assert list(national_ids("๑๒๓๔๕๖๗๘๙๐๑๒๑")) == ["1234567890121"]
    assert not list(national_ids("1234567890122 0994000123456 12345678901211"))


@pytest.mark.parametrize("folder", ["data", "docs"])
def test_no_national_id_is_published(repo, folder):
    paths = [path for path in sorted((repo / folder).rglob("*")) if path.suffix in TEXTS]
    assert paths
    for path in paths:
        assert not list(national_ids(path.read_text(encoding="utf-8"))), path
