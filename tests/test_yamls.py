"""YAML without guesses: texts stay texts, lines are true, and no file can hang or crash a check."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scripts.core import yamls
from scripts.core.grids import decode
from scripts.core.yamls import at, read_yaml


def rules(document):
    return [(item.rule, item.place.line) for item in document.findings]


@pytest.mark.parametrize(
    "text",
    [
        "no", "yes", "on", "2569", "007", "1e3", "1_000", "0x10", "2026-01-31", "1.10", "12:30",
        "NaN", ".inf", "true", "=", "<<", "๑", "null ๆ",
    ],
)  # fmt: skip
def test_plain_words_stay_the_texts_that_were_typed(text):
    assert read_yaml(f"key: {text}", "x.yml").value == {"key": text}


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_none(text):
    assert read_yaml(f"key: {text}", "x.yml").value == {"key": None}


@pytest.mark.parametrize("text", ['""', "'null'", '"~"'])
def test_quoted_nothing_is_a_text(text):
    assert read_yaml(f"key: {text}", "x.yml").value == {"key": text[1:-1]}


def test_keys_are_texts_too():
    assert read_yaml("2569: a\nno: b\n", "x.yml").value == {"2569": "a", "no": "b"}


def test_every_value_knows_its_line():
    document = read_yaml("a:\n  - b: 1\n    c: |\n      x\n  - d: 2\n", "x.yml")
    assert document.value == {"a": [{"b": "1", "c": "x\n"}, {"d": "2"}]}
    assert [at(document.lines, *path) for path in (("a",), ("a", 0, "b"), ("a", 0, "c"))] == [
        1,
        2,
        3,
    ]
    assert at(document.lines, "a", 1, "d") == 5
    assert at(document.lines, "a", 1, "nowhere") == 5
    assert at(document.lines, "nowhere") == document.lines[()]


def test_an_empty_file_is_none():
    document = read_yaml("# เพียงหมายเหตุ\n", "x.yml")
    assert document.value is None
    assert document.findings == []
    assert at(document.lines, "a") == 0


def test_a_key_twice_is_a_finding_and_the_first_stays():
    document = read_yaml("a: 1\nb:\n  c: 2\n  c: 3\na: 4\n", "x.yml")
    assert document.value == {"a": "1", "b": {"c": "2"}}
    assert rules(document) == [("duplicate-yaml-key", 4), ("duplicate-yaml-key", 5)]
    assert [item.params["first"] for item in document.findings] == [3, 1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b: c\n", 1),
        ("a: 1\n\tb: 2\n", 2),
        ("a: [1, 2\nb: 3\n", 2),
        ('a: 1\nb: "ไม่ปิด\nc: 2\n', 2),
        ("a: 1\n- b\n", 2),
        ("a: *nobody\n", 1),
        ("--- a\n--- b\n", 2),
        ("a: @x\n", 1),
    ],
)
def test_what_does_not_parse_names_its_line(text, line):
    document = read_yaml(text, "x.yml")
    assert document.value is None
    assert rules(document) == [("yaml-syntax", line)]


def test_tags_run_nothing():
    document = read_yaml("a: !!python/object/apply:os.getcwd []\n", "x.yml")
    assert document.value == {"a": []}


def test_a_bomb_of_aliases_is_a_finding():
    names = "abcdefghi"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)
    ]
    document = read_yaml("\n".join(lines), "x.yml")
    assert {rule for rule, _ in rules(document)} == {"yaml-syntax"}
    assert len(document.lines) < 2 * yamls.MAX_VALUES


def test_an_alias_of_itself_is_a_finding():
    assert {rule for rule, _ in rules(read_yaml("a: &a [*a]", "x.yml"))} == {"yaml-syntax"}


def test_too_many_values_are_one_finding(monkeypatch):
    monkeypatch.setattr(yamls, "MAX_VALUES", 100)
    assert len(read_yaml("- a\n" * 500, "x.yml").findings) == 1


@pytest.mark.parametrize("text", ["[", "- ", "{a: "])
def test_nesting_without_end_is_a_finding_not_a_crash(repo, text):
    """In a process of its own: the C parser's recursion can end the process itself."""
    code = (
        "from scripts.core.yamls import read_yaml\n"
        f"print([f.rule for f in read_yaml({text!r} * 100_000, 'x.yml').findings][:1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repo, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "['yaml-syntax']\n"), done.stderr


@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_or_findings(data):
    text, findings = decode(data, "x.yml")
    assert text is not None or findings
    if text is not None:
        document = read_yaml(text, "x.yml")
        assert document.value is None or document.lines


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,? \n\tก๑", max_size=60))
def test_any_marks_are_a_document_or_findings(text):
    document = read_yaml(text, "x.yml")
    assert document.findings or document.value is not None or read_as_nothing(text)


def read_as_nothing(text):
    return yaml.load(text, Loader=yaml.BaseLoader) in (None, "", "~")


VALUES = st.recursive(
    st.text(alphabet="กขคab 0129-:#'\"\n", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("กab", min_size=1), inner),
    max_leaves=12,
)


@given(VALUES)
def test_what_yaml_writes_reads_back(value):
    assert read_yaml(yaml.safe_dump(value, allow_unicode=True), "x.yml").value == value
