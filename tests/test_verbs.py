"""The verbs as people run them: what they print, what they write, and what they exit with."""

from __future__ import annotations

import csv
import json

import pytest
from conftest import REPO, TINY, copy_agency, run_verb
from github_server import github_server

from scripts.core.linkstate import read_history

RECORDS = "data/oit/records-2569.csv"
HISTORY = "data/oit/history.csv"
LINKS = "data/oit/link-history.json"
COMPLAINTS = "https://www.example.org/complaints"
O4 = "2026-10-31,2026-11-05"
LATER = ("--today", "2026-12-20")  # O4 is five days late
NEW_VERBS = ("check", "links", "record", "issue", "score", "rollover")
FORMS = ["text", "json", "markdown", "github"]


@pytest.fixture
def agency(tmp_path):
    return copy_agency(TINY, tmp_path)


def edit(root, old, new, file=RECORDS):
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def files(root):
    """Return every file of an agency but those that are made, with its bytes."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] not in ("build", "site")
    }


def done(verb, root, *options, code=0):
    """Run a verb that must exit with a code; returns what it printed and what it said beside."""
    ran = run_verb(verb, root, *options)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    return ran.stdout, ran.stderr


# Every verb


@pytest.mark.parametrize("verb", NEW_VERBS)
def test_help_says_what_a_verb_takes(verb):
    printed, _ = done(verb, TINY, "--help")
    for option in ("--root", "--today", "--format", "--lang"):
        assert option in printed


@pytest.mark.parametrize(
    ("verb", "options"),
    [("check", ()), ("record", ()), ("issue", ()), ("score", ()), ("rollover", ("2570",)),
     ("links", ("--external",))],
)  # fmt: skip
def test_a_folder_without_data_could_not_run(tmp_path, verb, options):
    _, beside = done(verb, tmp_path, *options, code=2)
    assert "--root" in beside
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("verb", "options"), [("record", ()), ("issue", ()), ("score", ()), ("rollover", ("2570",))]
)
def test_what_is_made_from_broken_data_is_not_made(agency, verb, options):
    edit(agency, O4, "เมื่อวาน,2026-11-05")
    before = files(agency)
    printed, _ = done(verb, agency, *options, code=1)
    assert RECORDS in printed
    assert "เมื่อวาน" in printed
    assert files(agency) == before
    assert not (agency / "build").exists()


# record


def rows(root):
    return list(csv.DictReader((root / HISTORY).read_text(encoding="utf-8").splitlines()))


def test_the_first_record_holds_every_item(agency):
    _, beside = done("record", agency)
    assert "items recorded: 6" in beside
    assert [row["item"] for row in rows(agency)] == ["O1", "O4", "O8", "O11", "O18", "O20"]
    assert {row["recorded"] for row in rows(agency)} == {"2026-11-22"}
    done("check", agency)


def test_the_same_day_again_changes_no_byte(agency):
    done("record", agency)
    before = files(agency)
    _, beside = done("record", agency)
    assert "items recorded: 0" in beside
    assert files(agency) == before
    edit(agency, O4, "2026-11-10,2026-11-11")
    done("record", agency)
    assert (agency / HISTORY).read_bytes() == before[HISTORY]


def test_a_next_day_without_a_change_adds_nothing(agency):
    done("record", agency)
    before = files(agency)
    done("record", agency, "--today", "2026-11-23")
    assert files(agency) == before


def test_a_change_adds_its_one_row_and_leaves_those_before_it(agency):
    done("record", agency)
    before = (agency / HISTORY).read_bytes()
    edit(agency, O4, "2026-11-20,2026-11-22")
    _, beside = done("record", agency, "--today", "2026-11-23")
    assert "items recorded: 1" in beside
    after = (agency / HISTORY).read_bytes()
    assert after.startswith(before)
    (row,) = csv.reader([after.removeprefix(before).decode()])
    assert row[:3] == ["2026-11-23", "2569", "O4"]
    assert row[5] == "2026-11-20"
    assert {str(path) for path in files(agency)} >= {HISTORY}
    assert not list((agency / "data/oit").glob(".*"))


def test_growing_old_is_a_change_too(agency):
    done("record", agency)
    done("record", agency, *LATER)
    assert [(row["item"], row["state"], row["since"]) for row in rows(agency)[6:]] == [
        ("O4", "overdue", "2026-12-16")
    ]


def test_a_day_before_the_last_record_adds_nothing(agency):
    done("record", agency, *LATER)
    before = files(agency)
    ran = run_verb("record", agency)
    # Records of days to come are a fault of the data, or of the clock: nothing is added to them.
    assert ran.returncode in (0, 1)
    assert files(agency) == before


def test_a_history_that_cannot_be_written_is_said_and_left_as_it_was(agency):
    done("record", agency)
    edit(agency, O4, "2026-11-20,2026-11-22")
    before = files(agency)
    (agency / "data/oit/.history.csv.new").mkdir()  # stands where the new file is written first
    _, beside = done("record", agency, "--today", "2026-11-23", code=2)
    assert "could not run" in beside
    assert "history.csv" in beside
    assert files(agency) == before


def test_a_history_that_is_no_csv_is_refused_and_left_as_it_was(agency):
    done("record", agency)
    text = (agency / HISTORY).read_text(encoding="utf-8")
    (agency / HISTORY).unlink()
    (agency / "data/oit/history.tsv").write_text(text.replace(",", "\t"), encoding="utf-8")
    edit(agency, O4, "2026-11-20,2026-11-22")
    before = files(agency)
    _, beside = done("record", agency, "--today", "2026-11-23", code=2)
    assert "data/oit/history.tsv" in beside
    assert "save it as history.csv" in beside
    assert files(agency) == before


def test_a_place_that_cannot_be_written_is_said(agency):
    """A folder in the way stops root too, whom a read-only folder does not."""
    (agency / "data/oit/.history.csv.new").mkdir()
    _, beside = done("record", agency, code=2)
    assert "could not run" in beside
    assert not (agency / HISTORY).exists()


# issue


def test_the_issue_is_printed_with_links_to_the_site(agency):
    printed, _ = done("issue", agency, *LATER, "--base-url", "https://korat.test/k")
    lines = printed.splitlines()
    assert lines[0] == "# ข้อมูลที่ค้างอยู่ 1 ข้อ (อบต.ตัวอย่าง)"
    assert "### สำนักปลัด (1 ข้อ)" in lines
    (item,) = [line for line in lines if line.startswith("- [O4 ")]
    assert "](https://korat.test/k/oit/#o4) · **เกินกำหนด** · ข้อมูลถึง 30 พ.ย. 2569" in item
    assert "เพิ่งเกินกำหนดในช่วง 7 วัน: O4" in lines


def test_the_issue_takes_the_address_of_the_agency_where_none_is_given(agency):
    printed, _ = done("issue", agency, *LATER)
    assert "(https://transparency.example.org/oit/#o4)" in printed


def test_the_issue_of_a_good_day(agency):
    printed, _ = done("issue", agency)
    assert printed.startswith("# ไม่มีข้อมูลค้าง (อบต.ตัวอย่าง)\n")


def test_the_issue_is_kept_on_github_by_the_variables_of_a_workflow(agency, monkeypatch):
    with github_server() as hub:
        for name, value in hub.environment.items():
            monkeypatch.setenv(name, value)
        printed, beside = done("issue", agency, *LATER, "--publish")
        assert "#1 (opened)" in beside
        (issue,) = hub.issues
        assert printed == f"# {issue['title']}\n\n{issue['body']}"
        assert "(closed)" in done("issue", agency, "--publish")[1]
        assert issue["state"] == "closed"


def test_what_the_environment_lacks_is_said(agency, monkeypatch):
    for name in ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    _, beside = done("issue", agency, *LATER, "--publish", code=2)
    assert "GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN" in beside


# score


def test_the_score_is_a_range_that_says_it_is_not_official(agency):
    before = files(agency)
    thai, _ = done("score", agency)
    assert thai.count("ไม่เป็นทางการ") >= 2
    english, _ = done("score", agency, "--lang", "en")
    assert english.casefold().count("unofficial") >= 2
    assert files(agency) == before


def test_the_score_as_json(agency):
    found = json.loads(done("score", agency, "--format", "json")[0])
    assert found["unofficial"] is True
    assert found["today"] == "2026-11-22"
    total = found["estimate"]["total"]
    assert float(total["certain"]) <= float(total["likely"])
    assert found["fixed"] is None


def test_the_gain_of_mending_items_of_the_demo():
    found = json.loads(done("score", REPO, "--fix", "O22,O12", "--format", "json")[0])
    assert found["fixed"]["items"] == ["O22", "O12"]
    assert float(found["fixed"]["gain"]["certain"]) > 0
    printed, _ = done("score", REPO, "--fix", "O22,O12")
    assert "O22, O12" in printed
    for fix in (" O๒๒ , o๑๒,", "O22 O12", "O22,  O12"):
        assert done("score", REPO, "--fix", fix)[0] == printed


@pytest.mark.parametrize(("lang", "words"), [("th", "ไม่มีข้อ O99"), ("en", "O99")])
def test_an_item_that_is_not_there_is_named(agency, lang, words):
    printed, beside = done("score", agency, "--fix", "O4,O99", "--lang", lang, code=2)
    assert printed == ""
    assert words in beside
    assert "O4" not in beside


# rollover


def test_a_year_without_criteria_is_drafted_under_build_only(tmp_path):
    demo = copy_agency(REPO, tmp_path)
    before = files(demo)
    printed, beside = done("rollover", demo, "2570")
    assert "ยังไม่พบเกณฑ์ OIT ปี 2570" in printed
    made = demo / "build" / "rollover"
    assert sorted(path.name for path in made.iterdir()) == ["duties-2570.csv", "records-2570.csv"]
    assert [line for line in beside.splitlines() if line] == [
        str(made / "records-2570.csv"),
        str(made / "duties-2570.csv"),
    ]
    old = list(csv.DictReader((demo / RECORDS).read_text(encoding="utf-8").splitlines()))
    text = (made / "records-2570.csv").read_text(encoding="utf-8")
    new = list(csv.DictReader(text.splitlines()))
    assert [row["item"] for row in new] == [row["item"] for row in old]
    assert [row["as_of"] for row in new] == [row["as_of"] for row in old]
    assert files(demo) == before
    _, refused = done("rollover", demo, "2570", "--write", code=2)
    assert "no criteria of 2570" in refused
    assert files(demo) == before


def with_criteria(root, year):
    criteria = root / "data/oit/criteria"
    text = (criteria / "2569.yml").read_text(encoding="utf-8")
    text = text.replace("fiscal_year: 2569", f"fiscal_year: {year}")
    (criteria / f"{year}.yml").write_text(text, encoding="utf-8")


def test_a_year_with_criteria_is_written_once(agency):
    with_criteria(agency, 2570)
    edit(agency, "periods:\n", "periods:\n  2570: {as_of: null, published: null, checked: null}\n",
         "data/oit/dataset.yml")  # fmt: skip
    printed, _ = done("rollover", agency, "2570", "--write")
    assert "ยกบันทึก OIT ปี 2569 ไปปี 2570" in printed
    assert (agency / "data/oit/records-2570.csv").is_file()
    assert "empty-file" not in run_verb("check", agency).stdout
    before = files(agency)
    _, refused = done("rollover", agency, "2570", "--write", code=2)
    assert "records-2570.csv" in refused
    assert files(agency) == before


def test_a_year_of_the_common_era_is_refused(agency):
    before = files(agency)
    _, beside = done("rollover", agency, "2027", "--write", code=2)
    assert "2570" in beside
    assert files(agency) == before


@pytest.mark.parametrize("year", ["2569", "2500"])
def test_a_year_with_nothing_before_it_is_refused(agency, year):
    _, beside = done("rollover", agency, year, code=2)
    assert f"no records before {year}" in beside


def test_a_year_that_is_no_number_is_refused(agency):
    _, beside = done("rollover", agency, "ปีหน้า", code=2)
    assert "ปีหน้า" in beside


# check


def test_a_check_lists_every_item_with_state_days_owed_and_owner(agency):
    found = json.loads(done("check", agency, *LATER, "--format", "json", code=3)[0])
    items = {item["number"]: item for item in found["items"]}
    assert list(items) == ["O1", "O4", "O8", "O11", "O18", "O20"]
    late = items["O4"]
    assert (late["state"], late["since"], late["days"]) == ("overdue", "2026-12-16", 5)
    assert (late["owner"], late["owner_name"]) == ("palad", "สำนักปลัด")
    assert "30 พ.ย. 2569" in late["owed"]
    assert [number for number, item in items.items() if item["late"]] == ["O4"]
    text, _ = done("check", agency, *LATER, code=3)
    for number, item in items.items():
        assert f"  {number} {item['title']}" in text
        assert item["owed"] in text


@pytest.mark.parametrize(
    ("days", "last", "numbers"),
    [
        (0, "2026-11-22", set()),
        (23, "2026-12-15", {"O4"}),
        (90, "2027-02-20", {"O4"}),
        (366, "2027-11-23", {"O1", "O4", "O8"}),
    ],
)
def test_a_forecast_reaches_as_many_days_as_asked(agency, days, last, numbers):
    options = ("--forecast", str(days))
    found = json.loads(done("check", agency, *options, "--format", "json")[0])["forecast"]
    assert {row["number"] for row in found} == numbers
    assert all("2026-11-22" <= row["due"] <= last for row in found)
    lines = done("check", agency, *options)[0].splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("จะครบกำหนด"))
    assert len([line for line in lines[start:] if " · " in line]) == len(found)
    assert (lines[-1] == "  ไม่มี") == (not found)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", ["th", "en"])
def test_a_forecast_can_be_said_in_every_form(agency, form, lang):
    printed, _ = done("check", agency, "--forecast", "90", "--format", form, "--lang", lang)
    assert ("O4" in printed) == (form != "github")


@pytest.mark.parametrize("days", ["367", "-1", "abc", "1.5", ""])
def test_a_forecast_of_nonsense_is_refused(agency, days):
    printed, beside = done("check", agency, f"--forecast={days}", code=2)
    assert printed == ""
    assert f"--forecast: {days}: ต้องเป็น 0–366 วัน (0–366 days)" in beside


@pytest.mark.parametrize("day", ["x", "", "22/11/2026", "2026-02-30", "2026-13-01"])
def test_a_day_that_is_none_is_refused_with_what_is_expected(agency, day):
    printed, beside = done("check", agency, f"--today={day}", code=2)
    assert printed == ""
    assert f"--today: {day}: ต้องเป็นวันที่แบบ 2026-01-31" in beside


def test_a_day_of_the_buddhist_era_is_refused_with_the_day_that_was_meant(agency):
    _, beside = done("check", agency, "--today=2569-11-22", code=2)
    assert "2026-11-22" in beside


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (LATER, 3),
        ((*LATER, "--fail-on", "broken"), 0),
        ((*LATER, "--format", "json"), 3),
        ((*LATER, "--forecast", "30"), 3),
    ],
)
def test_exit_codes_are_those_of_the_readme(agency, options, code):
    done("check", agency, *options, code=code)


# links --external


def test_without_a_network_it_says_so_and_leaves_the_history_as_it_was(agency):
    edit(agency, COMPLAINTS, "https://office.invalid/complaints")
    before = files(agency)
    _, beside = done("links", agency, "--external")
    assert "not checked" in beside
    assert "no network" in beside
    assert files(agency) == before


def test_an_address_of_an_office_network_is_never_asked(agency):
    with github_server() as hub:
        edit(agency, COMPLAINTS, f"http://127.0.0.1:{hub.port}/complaints")
        before = files(agency)
        found = json.loads(done("links", agency, "--external", "--format", "json", code=1)[0])
        assert [row["rule"] for row in found["findings"]] == ["private-evidence"]
        assert hub.asked == []
    assert files(agency) | {LINKS: b""} == before | {LINKS: b""}
    assert json.loads((agency / LINKS).read_text()) == json.loads(before[LINKS])


def test_what_is_found_is_remembered_and_the_same_day_is_not_asked_again(agency):
    edit(agency, COMPLAINTS, "https://user@office.invalid/complaints")
    found = json.loads(done("links", agency, "--external", "--format", "json")[0])
    assert "doubtful-evidence-link" in [row["rule"] for row in found["findings"]]
    before = files(agency)
    states, problems = read_history(json.loads(before[LINKS]))
    (state,) = states.values()
    assert (state.state, state.reason, state.failures, problems) == ("broken", "bad-url", 1, ())
    _, beside = done("links", agency, "--external")
    assert "checked a short while ago" in beside
    assert files(agency) == before


def test_what_is_remembered_stays_while_the_records_are_broken(agency):
    edit(agency, COMPLAINTS, "https://user@office.invalid/complaints")
    done("links", agency, "--external")
    before = files(agency)
    edit(agency, "item,owner,shown,evidence,as_of", "item,owner,shown,proof,as_of")
    run_verb("links", agency, "--external", "--today", "2026-11-23")
    assert files(agency)[LINKS] == before[LINKS]


def test_a_link_broken_on_three_days_in_a_row_fails(agency):
    edit(agency, COMPLAINTS, "https://user@office.invalid/complaints")
    codes = [
        run_verb("links", agency, "--external", "--today", day).returncode
        for day in ("2026-11-22", "2026-11-23", "2026-11-24")
    ]
    assert codes == [0, 0, 3]
    done("check", agency, "--today", "2026-11-24", code=3)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"version": 9, "links": {}}',
        '{"version": 1, "links": {"https://a.invalid/": {"state": "lost"}}}',
        '{"version": 1, "links": {}, "note": "x"}',
    ],
)
def test_a_link_history_that_cannot_be_read_is_said_and_kept(agency, text):
    edit(agency, COMPLAINTS, "https://office.invalid/complaints")
    (agency / LINKS).write_text(text)
    before = files(agency)
    _, beside = done("links", agency, "--external", code=2)
    assert "link-history.json" in beside
    assert files(agency) == before


def test_links_without_a_site_and_without_the_web_could_not_run(agency):
    _, beside = done("links", agency, code=2)
    assert "build first" in beside
