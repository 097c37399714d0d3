"""What every test may ask for: the fixed day, the repository, and the demo site, built once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scripts import pipeline

TODAY = date(2026, 11, 22)
REPO = Path(__file__).resolve().parents[1]
TINY = REPO / "tests" / "fixtures" / "tiny"
BASE_URL = "https://example.test/korat/"

# The same examples on every run and every machine, and no limit of time: a test fails for its
# subject only.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is made now as the golden files, then read the diff",
    )


@pytest.fixture(scope="session")
def today():
    return TODAY


@pytest.fixture(scope="session")
def repo():
    return REPO


def copy_agency(source: Path, target: Path) -> Path:
    """Copy what an agency writes, never what is made from it; its theme is the demo's."""
    for name in ("data", "docs"):
        shutil.copytree(source / name, target / name)
    for name in ("docs/overrides", "docs/assets"):
        if not (target / name).exists():
            shutil.copytree(REPO / name, target / name)
    shutil.copy(REPO / "mkdocs.yml", target / "mkdocs.yml")
    return target


def run_verb(verb: str, root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a verb as people do: in a process of its own, from the repository."""
    command = [sys.executable, "-m", "scripts", verb, "--root", str(root)]
    return subprocess.run(
        [*command, "--today", TODAY.isoformat(), *options],
        cwd=REPO,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="session")
def demo():
    """The demo agency, checked on the fixed day: workspace, facts and findings."""
    return pipeline.check(REPO, TODAY)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory):
    """Build the demo agency once, in a temporary copy; yield the folder of the finished site."""
    root = copy_agency(REPO, tmp_path_factory.mktemp("demo"))
    done = run_verb("build", root, "--base-url", BASE_URL)
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "site"
