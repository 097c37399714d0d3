"""The arrows between the rooms, and the habits that a reader relies on."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from conftest import REPO, TINY, TODAY, copy_agency

from scripts import pipeline
from scripts.core.render import address
from scripts.core.shown import Site

SCRIPTS = REPO / "scripts"
MODULES = sorted(SCRIPTS.rglob("*.py"))
#: The only clock and the only print.
ENTRY = SCRIPTS / "__main__.py"
CLOCKS = {"today", "now", "utcnow", "localtime", "gmtime", "time", "time_ns"}
CLOCK_OWNERS = {"date", "datetime", "time"}

each_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: path.relative_to(SCRIPTS).as_posix()
)


def name_of(path: Path) -> str:
    """Return the dotted name of a module, ``scripts.core.thai``."""
    return ".".join(path.relative_to(REPO).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Return the dotted names that a module imports, those of its own package too."""
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def own(path: Path) -> set[str]:
    return {name for name in imports(path) if name.split(".")[0] == "scripts"}


def allowed(name: str, *rooms: str) -> bool:
    return name == "scripts" or any(name == room or name.startswith(f"{room}.") for room in rooms)


def test_the_modules_are_found():
    names = {name_of(path) for path in MODULES}
    assert {"scripts", "scripts.pipeline", "scripts.core.thai", "scripts.web.links"} <= names
    assert "scripts.core.money" in own(SCRIPTS / "core" / "charts.py")
    assert "scripts.core.model" in own(SCRIPTS / "topics" / "oit" / "facts.py")


@pytest.mark.parametrize("path", sorted((SCRIPTS / "core").rglob("*.py")), ids=lambda p: p.stem)
def test_core_imports_core_only(path):
    assert [name for name in own(path) if not allowed(name, "scripts.core")] == []


@pytest.mark.parametrize(
    "path",
    sorted((SCRIPTS / "topics").rglob("*.py")),
    ids=lambda path: path.relative_to(SCRIPTS / "topics").as_posix(),
)
def test_a_topic_imports_core_and_itself_only(path):
    topic = path.relative_to(SCRIPTS / "topics").parts[0]
    outside = [
        name for name in own(path) if not allowed(name, "scripts.core", f"scripts.topics.{topic}")
    ]
    assert outside == []


@pytest.mark.parametrize("path", sorted((SCRIPTS / "web").rglob("*.py")), ids=lambda p: p.stem)
def test_the_web_knows_no_topic(path):
    assert [name for name in own(path) if not allowed(name, "scripts.core", "scripts.web")] == []


@each_module
def test_only_the_entry_knows_the_pipeline(path):
    if path != ENTRY:
        assert not [name for name in own(path) if name.startswith("scripts.pipeline")]


@each_module
def test_no_module_is_named_as_one_of_the_standard_library(path):
    name = path.parent.name if path.stem == "__init__" else path.stem
    assert name == "__main__" or name not in sys.stdlib_module_names


def prints_and_clocks(path):
    """Yield every place that prints, asks the clock, or asks a file for its age."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="print")):
                yield node.lineno, "print"
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in CLOCKS:
                if ast.unparse(owner).rpartition(".")[2] in CLOCK_OWNERS:
                    yield node.lineno, ast.unparse(node.func)
            case ast.Attribute(attr="st_mtime" | "st_mtime_ns" | "getmtime"):
                yield node.lineno, node.attr


@each_module
def test_prints_and_clocks_are_in_the_entry_only(path):
    assert path == ENTRY or list(prints_and_clocks(path)) == []


def test_the_entry_has_the_clock_and_the_print():
    assert {what for _, what in prints_and_clocks(ENTRY)} == {"print", "datetime.now"}


@each_module
def test_nothing_is_caught_blindly(path):
    blind = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert blind == []


def test_every_topic_is_found():
    folders = {
        path.name
        for path in (SCRIPTS / "topics").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    assert {topic.name for topic in pipeline.all_topics()} == folders
    assert len(folders) >= 6


def test_every_rule_of_a_topic_is_found():
    for topic in pipeline.all_topics():
        path = SCRIPTS / "topics" / topic.name / "rules.py"
        tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
        written = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        }
        assert {rule.__name__ for rule in topic.rules} == written


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return pipeline.check(copy_agency(TINY, tmp_path_factory.mktemp("tiny")), TODAY)


@pytest.mark.parametrize("agency", ["demo", "tiny"])
def test_a_topic_announces_exactly_the_pages_that_it_makes(agency, request):
    checked = request.getfixturevalue(agency)
    site = Site(checked.workspace, checked.rules, checked.findings)
    for topic in pipeline.all_topics():
        pages = [address(page.path) for page in topic.pages(checked.facts[topic.name], site)]
        assert sorted(pages) == sorted(topic.paths(checked.workspace)), topic.name
        assert len(set(pages)) == len(pages)
        assert set(pages) <= checked.workspace.paths


@pytest.mark.parametrize("agency", ["demo", "tiny"])
def test_what_a_card_points_to_is_there(agency, request):
    checked = request.getfixturevalue(agency)
    site = Site(checked.workspace, checked.rules, checked.findings)
    cards = [
        card
        for topic in pipeline.all_topics()
        if topic.cards
        for card in topic.cards(checked.facts[topic.name], site)
    ]
    assert len(cards) >= 4
    assert {card.target for card in cards} <= checked.workspace.paths
