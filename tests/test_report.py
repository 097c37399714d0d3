"""One set of findings, said in six forms: each whole, escaped, and with its exit code."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from itertools import product
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.findings import (
    Finding,
    Place,
    Severity,
    column_letter,
    exit_code,
    ordered,
    speak,
)
from scripts.core.report import FORMS, JSON_VERSION, markdown_text, report, table
from scripts.pipeline import all_rules

RULES = all_rules()
AWKWARD = "100%, ก:ข\r\n<b>|`*_[x]&\"'"
BROKEN = Finding(
    "type-error",
    Place("data/budget/รายจ่าย, 2569.csv", 12, 11, 28, ""),
    "amount",
    AWKWARD,
    {"expected": "money"},
)
OVERDUE = Finding(
    "undated-item", Place("data/oit/records-2569.csv", 3), "as_of", params={"item": "O1", "title": "ก"}
)  # fmt: skip
DUE_SOON = Finding(
    "due-soon-item",
    Place("data/oit/records-2569.csv", 4),
    "as_of",
    params={"item": "O2", "title": "ข", "owner": "ค", "due": "1", "needed": "2", "days": 3},
)
NOTICE = Finding("thai-digits", Place("data/x.xlsx", 0, 5, 2, "แผ่น 1"), "amount", "๑", count=3)
ALL = (NOTICE, OVERDUE, DUE_SOON, BROKEN)


def said(form, findings=ALL, lang="en", fail_on=Severity.BROKEN):
    return report(findings, RULES, form, lang, fail_on, "2026-11-22")


def test_the_examples_are_of_every_severity():
    assert [RULES[item.rule].severity for item in ordered(ALL, RULES)] == sorted(
        Severity, reverse=True
    )


@pytest.mark.parametrize(("form", "lang"), list(product(FORMS, ["th", "en"])))
def test_every_form_says_every_finding_in_both_languages(form, lang):
    text = said(form, lang=lang)
    for item in ALL:
        assert item.rule in text or form == "markdown"
        assert speak(item, RULES, lang).title or form == "text"
    assert text.count(speak(OVERDUE, RULES, lang).message) >= 1
    assert text.endswith("\n")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_for_any_order_of_findings(form):
    assert said(form, ALL) == said(form, tuple(reversed(ALL)))


def test_text_names_the_place_and_the_way_to_mend():
    lines = said("text").splitlines()
    assert lines[0] == "data/budget/รายจ่าย, 2569.csv line 12 cell AB11"
    assert lines[1].startswith("  [broken] ")
    assert lines[1].endswith(" (type-error)")
    assert lines[2].startswith("  to mend it: ")
    assert "data/x.xlsx sheet แผ่น 1 cell B5" in lines
    assert lines[-1] == "broken 1 · overdue 1 · due soon 1 · notice 1"


def test_text_of_nothing_says_so():
    assert said("text", ()) == "no problem found\n"
    assert said("text", (), lang="th") == "ไม่พบปัญหา\n"


#: The documented keys: changing one needs a new JSON_VERSION.
FINDING_KEYS = {
    "rule": str,
    "severity": str,
    "file": str,
    "line": (int, type(None)),
    "row": (int, type(None)),
    "column": (int, type(None)),
    "cell": (str, type(None)),
    "sheet": (str, type(None)),
    "field": (str, type(None)),
    "value": (str, type(None)),
    "count": int,
    "title": str,
    "message": str,
    "hint": str,
}


def test_json_has_the_documented_keys():
    result = json.loads(said("json", fail_on=Severity.OVERDUE))
    findings = result.pop("findings")
    assert result == {
        "version": JSON_VERSION,
        "today": "2026-11-22",
        "lang": "en",
        "exit_code": 1,
        "counts": {"broken": 1, "overdue": 1, "due-soon": 1, "notice": 1},
    }
    assert JSON_VERSION == 1
    for item in findings:
        assert list(item) == list(FINDING_KEYS)
        for key, kind in FINDING_KEYS.items():
            assert isinstance(item[key], kind), key


def test_json_tells_the_place_as_data():
    broken, overdue, _, notice = json.loads(said("json"))["findings"]
    assert broken["file"] == "data/budget/รายจ่าย, 2569.csv"
    assert (broken["line"], broken["row"], broken["column"]) == (12, 11, 28)
    assert (broken["cell"], broken["sheet"], broken["value"]) == ("AB11", None, AWKWARD)
    assert (overdue["line"], overdue["row"], overdue["cell"]) == (3, None, None)
    assert (notice["sheet"], notice["cell"], notice["count"]) == ("แผ่น 1", "B5", 3)
    assert [item["severity"] for item in (broken, overdue, notice)] == [
        "broken",
        "overdue",
        "notice",
    ]


def annotations(text):
    """Read GitHub's workflow commands as the runner does."""
    for line in text.splitlines():
        _, head, message = line.split("::", 2)
        level, _, properties = head.partition(" ")
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        yield level, {name: unescaped(value) for name, value in pairs.items()}, unescaped(message)


def unescaped(text):
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github_annotations_survive_the_runner():
    found = list(annotations(said("github")))
    assert [level for level, _, _ in found] == ["error", "warning", "warning", "notice"]
    _, properties, message = found[0]
    assert properties["file"] == "data/budget/รายจ่าย, 2569.csv"
    assert properties["line"] == "12"
    assert properties["title"].endswith("(AB11)")
    assert message.startswith(speak(BROKEN, RULES, "en").message)
    assert message.endswith("[type-error]")
    assert said("github", ()) == ""


def test_github_escapes_what_would_end_a_property():
    line = said("github", (BROKEN,)).rstrip("\n")
    assert "\r" not in line
    assert "\n" not in line
    assert "รายจ่าย%2C 2569.csv" in line
    assert "100%25" in line
    properties = line.split("::")[1]
    assert ":" not in properties


def test_markdown_is_one_table_whatever_was_typed():
    text = said("markdown")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(ALL)
    for row in rows:
        assert row.replace("\\|", "").count("|") == 5
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    for mark in ("\\|", "\\`", "\\*", "\\_", "\\["):
        assert mark in rows[2]
    assert text.startswith("## Data check 2026-11-22\n")
    assert "|" not in said("markdown", ())


def test_junit_parses_and_counts():
    suite = ET.fromstring(said("junit"))
    assert (suite.get("tests"), suite.get("failures")) == ("4", "3")
    cases = suite.findall("testcase")
    assert [len(case.findall("failure")) for case in cases] == [1, 1, 1, 0]
    assert cases[0].get("classname") == BROKEN.place.file
    assert cases[0].find("failure").get("message") == speak(BROKEN, RULES, "en").message
    assert cases[0].find("failure").text.startswith(speak(BROKEN, RULES, "en").message)


def test_junit_of_nothing_is_one_case_that_passes():
    suite = ET.fromstring(said("junit", ()))
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert suite.find("testcase/failure") is None


def test_sarif_has_its_parts():
    log = json.loads(said("sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    results = run["results"]
    assert [result["level"] for result in results] == ["error", "warning", "warning", "note"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {item.rule for item in ALL}
    for result in results:
        assert result["message"]["text"]
        physical = result["locations"][0]["physicalLocation"]
        assert physical["region"]["startLine"] >= 1
    assert results[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 12}


def test_sarif_addresses_are_uris():
    """SARIF wants a URI reference: letters beyond ASCII, spaces and the like are encoded."""
    log = json.loads(said("sarif", (BROKEN,)))
    physical = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert uri.isascii()
    assert " " not in uri
    assert unquote(uri) == BROKEN.place.file


def test_a_finding_of_a_whole_file_has_no_region():
    whole = Finding("empty-file", Place("data/x.csv"))
    physical = json.loads(said("sarif", (whole,)))["runs"][0]["results"][0]["locations"][0]
    assert "region" not in physical["physicalLocation"]
    assert "line=1" in said("github", (whole,))


@given(st.text(max_size=30))
def test_any_value_leaves_every_form_whole(value):
    finding = Finding("type-error", Place("x.csv", 2, 2, 1), "amount", value, {"expected": "money"})
    assert json.loads(said("json", (finding,)))["findings"][0]["value"] == (value or None)
    assert json.loads(said("sarif", (finding,)))["runs"][0]["results"]
    for form, lines in (("github", 1), ("markdown", 7), ("text", 5)):
        text = said(form, (finding,))
        assert text.count("\n") == lines
        assert not any(ord(char) < 32 for char in text.replace("\n", "")), form
    assert ET.fromstring(said("junit", (finding,))).find("testcase/failure") is not None


CODES = {
    # severity: exit code with --fail-on broken, overdue, due-soon
    Severity.BROKEN: (1, 1, 1),
    Severity.OVERDUE: (0, 3, 3),
    Severity.DUE_SOON: (0, 0, 3),
    Severity.NOTICE: (0, 0, 0),
}
BY_SEVERITY = {RULES[item.rule].severity: item for item in ALL}
FAIL_ON = (Severity.BROKEN, Severity.OVERDUE, Severity.DUE_SOON)


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        (severity, fail_on, code)
        for severity, codes in CODES.items()
        for fail_on, code in zip(FAIL_ON, codes, strict=True)
    ],
)
def test_exit_codes(severity, fail_on, code):
    findings = [BY_SEVERITY[severity]]
    assert exit_code(findings, RULES, fail_on) == code
    assert json.loads(said("json", findings, fail_on=fail_on))["exit_code"] == code


@pytest.mark.parametrize("fail_on", FAIL_ON)
def test_the_worst_finding_decides(fail_on):
    assert exit_code(ALL, RULES, fail_on) == 1
    assert exit_code([], RULES, fail_on) == 0
    late = [NOTICE, DUE_SOON, OVERDUE]
    assert exit_code(late, RULES, fail_on) == CODES[Severity.OVERDUE][FAIL_ON.index(fail_on)]


@pytest.mark.parametrize("severity", Severity)
def test_severities_have_words(severity):
    assert Severity.of(severity.word) is severity


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA")]
)
def test_columns_have_letters(number, letters):
    assert column_letter(number) == letters


def test_a_table_has_a_header_a_rule_and_a_line_for_each_row():
    assert table([("a", "b"), (AWKWARD, "")]).split("\n") == [
        "| a | b |",
        "| --- | --- |",
        f"| {markdown_text(AWKWARD)} |  |",
    ]
    assert table([("a",)]) == "| a |\n| --- |"


@given(st.text(max_size=40))
def test_any_text_is_one_cell_without_markup(text):
    told = markdown_text(text)
    assert "\n" not in told
    assert "<" not in told
    bare = told.replace("\\\\", "")
    for mark in "|`*_[]":
        assert bare.count(mark) == bare.count("\\" + mark)
