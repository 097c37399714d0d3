"""The documents say what there is: commands, targets, exit codes, keys; their links lead on."""

from __future__ import annotations

import re
import subprocess

import pytest
from conftest import REPO

from scripts.__main__ import VERBS
from scripts.core.report import FORMS
from scripts.pipeline import all_rules

README = (REPO / "README.md").read_text(encoding="utf-8")
MAKEFILE = (REPO / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.MULTILINE)
GUIDES = [
    path
    for path in (REPO / name for name in ("README.md", "CONTRIBUTING.md", "data/README.md"))
    if path.is_file()
]


def test_the_two_commands_stand_first():
    lines = [line for line in README.splitlines() if line.strip()]
    assert lines[0].startswith("# ")
    commands = [line.split("#")[0].strip() for line in lines[1:4]]
    assert commands == ["```sh", "make site", "make test"]


def test_a_picture_follows_and_is_there():
    picture = re.search(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert picture
    assert (REPO / picture[1]).is_file()
    assert README.index("make test") < picture.start() < README.index("\n## ")


def test_officers_have_a_section_in_thai():
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert any(re.search("[ก-๙]", heading) for heading in headings)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_readme(verb):
    assert re.search(rf"^\| `{verb}` \| \S", README, re.MULTILINE)
    assert (VERBS[verb].__doc__ or "").strip()


def test_the_readme_names_no_verb_that_is_not_there():
    table = README.partition("| verb | does |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(VERBS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_is_in_make_help_and_in_the_readme(target):
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(rf"^make {target} +\S", done.stdout, re.MULTILINE)
    assert target == "help" or re.search(rf"`(?:make )?{target}\b", README)


def test_every_target_is_phony():
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(TARGETS) == set(phony[1].split())
    assert {"site", "serve", "check", "test", "lint", "bench", "help"} <= set(TARGETS)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_in_the_readme(form):
    forms = re.search(r"`--format ([a-z|]+)`", README)
    assert forms
    assert form in forms[1].split("|")


@pytest.mark.parametrize(
    "key",
    [
        "version", "today", "lang", "exit_code", "counts", "findings", "rule", "severity", "file",
        "line", "row", "column", "cell", "sheet", "field", "value", "count", "title", "message", "hint",
    ],
)  # fmt: skip
def test_every_key_of_the_json_report_is_in_the_readme(key):
    section = README.partition("### The JSON report")[2].partition("\n## ")[0]
    assert f"`{key}`" in section


@pytest.mark.parametrize("code", range(4))
def test_every_exit_code_is_in_the_readme(code):
    assert re.search(rf"^\| {code} \| \S", README, re.MULTILINE)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.relative_to(REPO).as_posix())
def test_links_between_documents_lead_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    for target in targets:
        if not re.match(r"[a-z]+:|#", target):
            assert (path.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("rule", sorted(all_rules()))
def test_every_rule_is_documented_in_both_languages(rule):
    entry = all_rules()[rule]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule)
    for lang, letters in (("th", "[ก-๙]"), ("en", "[A-Za-z]")):
        text = entry.texts[lang]
        for said in (text.title, text.message, text.why, text.hint):
            assert re.search(letters, said), (rule, lang)


def test_every_rule_that_the_program_names_is_documented():
    named = set()
    for path in (REPO / "scripts").rglob("*.py"):
        named |= set(re.findall(r'Finding\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8")))
    assert named
    assert named <= set(all_rules())
