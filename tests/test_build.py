"""The whole flow: same bytes twice, a broken input changes nothing, a kill leaves the site whole."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import BASE_URL, REPO, TINY, TODAY, copy_agency, run_verb

pytestmark = pytest.mark.slow

STAGES = ("render", "mkdocs", "downloads", "links")


def tree(folder: Path) -> dict[str, str]:
    """Return a digest of every file below a folder, by its path; folders are listed too."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        )
        for path in sorted(folder.rglob("*"))
    }


def findings(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    """Return the findings of the one report that a verb prints."""
    assert done.stdout, done.stderr
    return json.loads(done.stdout)["findings"]


@pytest.fixture
def tiny(tmp_path):
    """A copy of the tiny agency with a site that an earlier build left."""
    root = copy_agency(TINY, tmp_path / "agency")
    (root / "site" / "assets").mkdir(parents=True)
    (root / "site" / "index.html").write_text("เว็บไซต์เดิม", encoding="utf-8")
    (root / "site" / "assets" / "old.css").write_text("body{}", encoding="utf-8")
    return root


def test_two_builds_are_the_same_bytes(built_site, tmp_path):
    """Another folder, another time zone, another language, another order of everything hashed."""
    root = copy_agency(built_site.parent, tmp_path / "ที่อื่น มีเว้นวรรค")
    command = [sys.executable, "-m", "scripts", "build", "--root", str(root)]
    done = subprocess.run(
        [*command, "--today", TODAY.isoformat(), "--base-url", BASE_URL],
        cwd=REPO,
        env=os.environ | {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert tree(root / "site") == tree(built_site)


def test_a_second_build_changes_nothing(tiny):
    assert run_verb("build", tiny).returncode == 0
    first = tree(tiny / "site")
    docs = {path: path.stat().st_mtime_ns for path in (tiny / "build" / "docs").rglob("*")}
    assert run_verb("build", tiny).returncode == 0
    assert tree(tiny / "site") == first
    assert docs == {path: path.stat().st_mtime_ns for path in (tiny / "build" / "docs").rglob("*")}
    assert not (tiny / "site" / "assets" / "old.css").exists()


def test_the_built_site_holds_every_page_and_no_foreign_host(built_site, demo):
    for path in demo.workspace.paths:
        assert (built_site / path / "index.html").is_file(), path
    for path in built_site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "url(http" not in text.replace('"', "").replace("'", ""), path


BROKEN = {
    "a cell": ("data/budget/expense-2569.csv", ",personnel,", ",personel,"),
    "a table": ("data/procurement/2569.csv", "project_id", '"project_id'),
    "YAML": ("data/agency.yml", "name_th:", "name_th: : :"),
    "a descriptor": ("data/oit/dataset.yml", "resources:", "resource:"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_data_stop_the_build_before_anything_is_written(tiny, what):
    name, old, new = BROKEN[what]
    path = tiny / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = tree(tiny)
    for verb in ("check", "render", "build"):
        done = run_verb(verb, tiny, "--format", "json")
        assert done.returncode == 1, done.stderr
        assert name in {item["file"] for item in findings(done)}
        assert tree(tiny) == before


def test_check_writes_nothing(tiny):
    before = tree(tiny)
    assert run_verb("check", tiny).returncode == 0
    assert tree(tiny) == before


@pytest.mark.parametrize(
    ("verb", "fail_on", "code"),
    [
        ("check", None, 3),
        ("check", "broken", 0),
        ("check", "overdue", 3),
        ("check", "due-soon", 3),
        ("build", "overdue", 3),
    ],
)
def test_overdue_items_fail_when_asked_for(tmp_path, verb, fail_on, code):
    root = copy_agency(REPO, tmp_path / "agency")
    before = tree(root)
    options = ["--fail-on", fail_on] if fail_on else []
    done = run_verb(verb, root, "--format", "json", *options)
    assert done.returncode == json.loads(done.stdout)["exit_code"] == code
    assert tree(root) == before


@pytest.mark.parametrize("verb", ["check", "render", "build", "links", "serve"])
def test_no_data_is_could_not_run(tmp_path, verb):
    done = run_verb(verb, tmp_path)
    assert done.returncode == 2
    assert "data/" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_links_without_a_site_is_could_not_run(tiny):
    shutil.rmtree(tiny / "site")
    done = run_verb("links", tiny)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize("settings", [None, "theme: [", "markdown_extensions: [no_such_thing]\n"])
def test_mkdocs_settings_that_do_not_work_are_could_not_run(tiny, settings):
    if settings is None:
        (tiny / "mkdocs.yml").unlink()
    else:
        (tiny / "mkdocs.yml").write_text(settings, encoding="utf-8")
    before = tree(tiny / "site")
    done = run_verb("build", tiny)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr.partition("could not run")[0]
    assert tree(tiny / "site") == before


def test_production_refuses_samples(tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    before = tree(root)
    done = run_verb("build", root, "--production", "--format", "json")
    assert done.returncode == 1
    refused = {item["file"] for item in findings(done) if item["rule"] == "sample-in-production"}
    assert refused == {
        "data/procurement/dataset.yml",
        "data/oit/records-2569.csv",
        "data/oit/duties-2569.csv",
        "data/oit/history.csv",
    }
    assert tree(root) == before


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("docs/budget/2569.md", "/budget/2569/"),
        ("docs/budget/2569/index.md", "/budget/2569/"),
        ("docs/budget/index.md", "/budget/"),
        ("docs/budget.md", "/budget/"),
        ("docs/index.md", "/"),
    ],
)
def test_a_hand_written_page_in_the_way_is_a_finding(tiny, page, address):
    (tiny / page).parent.mkdir(parents=True, exist_ok=True)
    (tiny / page).write_text("# หน้าที่เขียนเอง\n", encoding="utf-8")
    before = tree(tiny)
    done = run_verb("build", tiny, "--format", "json")
    assert done.returncode == 1
    clashes = [item for item in findings(done) if item["rule"] == "page-clash"]
    assert [(item["file"], item["value"]) for item in clashes] == [(page, address)]
    assert tree(tiny) == before


@pytest.mark.parametrize("name", ["datapackage.json", "assets/stylesheets/agency.css"])
def test_a_hand_written_file_is_never_overwritten_silently(tiny, name):
    (tiny / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
    (tiny / "docs" / name).write_text("เขียนเอง", encoding="utf-8")
    done = run_verb("build", tiny)
    if done.returncode == 0:
        assert (tiny / "site" / name).read_text(encoding="utf-8") == "เขียนเอง"
    else:
        assert (done.returncode, name in done.stdout) == (1, True)


ODD_PAGES = {
    "a title that YAML cannot read": "---\ntitle: ข่าว: ด่วน\n---\n\n# ข่าว\n".encode(),
    "an order that is no number": "---\norder: สาม\n---\n\n# ข่าว\n".encode(),
    "the letters of Windows": "# ข่าวประชาสัมพันธ์\n".encode("cp874"),
    "UTF-16": "# ข่าวประชาสัมพันธ์\n".encode("utf-16"),
}


@pytest.mark.parametrize("name", ODD_PAGES)
def test_an_odd_hand_written_page_is_mended_or_refused_by_name(tiny, name):
    (tiny / "docs" / "news.md").write_bytes(ODD_PAGES[name])
    before = tree(tiny / "site")
    done = run_verb("build", tiny)
    assert "Traceback" not in done.stderr, name
    # Whether it is mended on the way or refused: never a crash, never half a site.
    if done.returncode == 0:
        text = (tiny / "site" / "news" / "index.html").read_text(encoding="utf-8")
        assert "ข่าว" in text
    else:
        assert done.returncode == 1
        assert "docs/news.md" in done.stdout
        assert tree(tiny / "site") == before


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('<a href="../gone/">x</a>', "dead-link"),
        ('<a href="../about/#gone">x</a>', "dead-anchor"),
        ("[x](gone.md)", "dead-link"),
        ("[x](about.md#gone)", "dead-anchor"),
    ],
)
def test_a_dead_link_in_a_hand_written_page_is_broken(tiny, text, rule):
    (tiny / "docs" / "news.md").write_text(f"# ข่าว\n\n{text}\n", encoding="utf-8")
    before = tree(tiny / "site")
    done = run_verb("build", tiny, "--format", "json")
    assert tree(tiny / "site") == before
    assert done.returncode == 1, done.stderr
    (found,) = findings(done)
    assert (found["rule"], found["file"]) == (rule, "docs/news.md")
    assert "gone" in found["value"]


def started(root: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scripts", "build", "--root", str(root)]
    return subprocess.Popen(
        [*command, "--today", TODAY.isoformat(), "--base-url", BASE_URL],
        cwd=REPO,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def kill(process: subprocess.Popen[str]) -> None:
    """End a build and the programs that it started, without a chance to tidy up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()


@pytest.fixture(scope="module")
def published(built_site, tmp_path_factory):
    """The demo with the site of an earlier build, which differs from the one being made."""
    root = copy_agency(built_site.parent, tmp_path_factory.mktemp("killed"))
    shutil.copytree(built_site, root / "site")
    (root / "site" / "old.txt").write_text("จากการสร้างครั้งก่อน", encoding="utf-8")
    return root


@pytest.mark.parametrize("stage", STAGES)
def test_a_build_killed_at_a_stage_leaves_the_site_whole(published, stage):
    old = tree(published / "site")
    assert "old.txt" in old
    process = started(published)
    seen = []
    for line in process.stderr:
        seen.append(line.strip())
        if seen[-1] == stage:
            break
    kill(process)
    assert seen == list(STAGES[: len(seen)])
    assert seen[-1] == stage
    assert tree(published / "site") == old


def test_a_build_killed_at_any_moment_leaves_the_site_whole(published, built_site):
    new = tree(built_site)
    moments = random.Random(2569)
    for _ in range(8):
        (published / "site" / "old.txt").write_text("จากการสร้างครั้งก่อน", encoding="utf-8")
        old = tree(published / "site")
        assert old != new
        process = started(published)
        time.sleep(moments.uniform(0.05, 4))
        kill(process)
        assert tree(published / "site") in (old, new)


def test_the_build_after_the_kills_works(published, built_site):
    done = run_verb("build", published, "--base-url", BASE_URL)
    assert done.returncode == 0, done.stderr
    assert tree(published / "site") == tree(built_site)
