"""The pages of the tiny agency, word for word: `make test-update` accepts what is made now."""

from __future__ import annotations

from difflib import unified_diff

import pytest
from conftest import REPO, TINY, TODAY, copy_agency

from scripts import pipeline
from scripts.core.publish import Folder

GOLDEN = REPO / "tests" / "golden"
#: More lines of a difference than this are read better with git.
SHOWN = 200


def pages_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.md"))
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = copy_agency(TINY, tmp_path_factory.mktemp("golden"))
    pipeline.render(pipeline.check(root, TODAY))
    return pages_in(root / "build" / "docs")


def difference(golden, made):
    for name in sorted(golden.keys() | made.keys()):
        yield from unified_diff(
            golden.get(name, "").splitlines(),
            made.get(name, "").splitlines(),
            f"tests/golden/{name}",
            f"made now: {name}",
            lineterm="",
            n=1,
        )


def test_pages_are_the_golden_ones(made, request):
    if request.config.getoption("--update-golden"):
        folder = Folder(GOLDEN)
        for name, text in made.items():
            folder.write(name, text.encode())
        folder.prune()
    lines = list(difference(pages_in(GOLDEN), made))
    more = [f"… and {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
    assert not lines, "\n".join(["make test-update accepts this:", *lines[:SHOWN], *more])


def test_every_topic_has_a_page_among_them(made, request):
    root = request.getfixturevalue("tmp_path")
    checked = pipeline.check(copy_agency(TINY, root / "agency"), TODAY)
    generated = {page.path for page in pipeline.pages_of(checked)}
    assert generated <= made.keys()
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
