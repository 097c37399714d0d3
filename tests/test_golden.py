"""The pages of the agencies of tests/fixtures, word for word: `make test-update` accepts what is made."""

from __future__ import annotations

from difflib import unified_diff

import pytest
from conftest import REPO, TINY, TODAY, copy_agency

from scripts import pipeline
from scripts.core.publish import Folder

GOLDEN = REPO / "tests" / "golden"
STATES = TINY.parent / "states"
#: More lines of a difference than this are read better with git.
SHOWN = 200


def pages_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".md", ".json")
    }


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Every page of the tiny agency, whose items are all well."""
    root = copy_agency(TINY, tmp_path_factory.mktemp("tiny"))
    pipeline.render(pipeline.check(root, TODAY))
    pages = pages_in(root / "build" / "docs")
    return {name: text for name, text in pages.items() if name.endswith(".md")}


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """The board, the plan and the status file of the agency whose items are in every state."""
    root = copy_agency(STATES, tmp_path_factory.mktemp("states"))
    checked = pipeline.check(root, TODAY)
    pages = pipeline.render(checked)
    docs = root / "build" / "docs"
    made = {name: (docs / name).read_text("utf-8") for name in ("oit/index.md", "oit/plan.md")}
    (status,) = (
        item for item in pipeline.downloads(checked, pages) if item.path.endswith("/status.json")
    )
    return made | {"status.json": status.make().decode()}


def difference(agency, golden, made):
    for name in sorted(golden.keys() | made.keys()):
        yield from unified_diff(
            golden.get(name, "").splitlines(),
            made.get(name, "").splitlines(),
            f"tests/golden/{agency}/{name}",
            f"made now: {name}",
            lineterm="",
            n=1,
        )


@pytest.mark.parametrize("agency", ["tiny", "states"])
def test_pages_are_the_golden_ones(agency, request):
    made, folder = request.getfixturevalue(agency), GOLDEN / agency
    if request.config.getoption("--update-golden"):
        target = Folder(folder)
        for name, text in made.items():
            target.write(name, text.encode())
        target.prune()
    lines = list(difference(agency, pages_in(folder), made))
    more = [f"… and {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
    assert not lines, "\n".join(["make test-update accepts this:", *lines[:SHOWN], *more])


def test_every_golden_folder_is_compared():
    assert {path.name for path in GOLDEN.iterdir()} == {"tiny", "states"}


def test_every_topic_has_a_page_among_them(tiny, request):
    root = request.getfixturevalue("tmp_path")
    checked = pipeline.check(copy_agency(TINY, root / "agency"), TODAY)
    generated = {page.path for page in pipeline.pages_of(checked)}
    assert generated <= tiny.keys()
    assert {path.partition("/")[0] for path in generated} >= {
        "index.md",
        "budget",
        "procurement",
        "ita",
        "oit",
        "data.md",
        "rules.md",
    }


def test_what_a_person_typed_stands_escaped(tmp_path):
    """Markup in a name that the check lets through (agency.yml) never becomes markup of a page."""
    root = copy_agency(TINY, tmp_path / "agency")
    path = root / "data" / "agency.yml"
    text = path.read_text(encoding="utf-8")
    name = 'อบต.<b>ก</b> & "ข" {{ 1 }} [x](y) `z` *w*'
    lines = [
        f"name_short_th: '{name}'" if line.startswith("name_short_th:") else line
        for line in text.splitlines()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    checked = pipeline.check(root, TODAY)
    assert checked.workspace.agency.name_short_th == name
    pipeline.render(checked)
    generated = {page.path for page in pipeline.pages_of(checked)}
    for page, text in pages_in(root / "build" / "docs").items():
        if page in generated:
            body = text.partition("\n---\n")[2]
            assert "<b>ก</b>" not in body, page
