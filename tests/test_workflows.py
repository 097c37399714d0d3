"""The workflows: pinned, with least permissions, and naming only verbs and targets that exist."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
WRITES = {"deploy": {"pages", "id-token"}}

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def load(path: Path) -> dict[str, Any]:
    # The base loader keeps every scalar a text: YAML 1.1 would read the key `on` as true.
    workflow = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(workflow, dict)
    return workflow


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in load(path)["jobs"].values():
        yield from job["steps"]


def test_there_are_the_three_workflows() -> None:
    assert [path.stem for path in WORKFLOWS] == ["ci", "data", "site"]


@each_workflow
def test_it_has_the_parts_of_a_workflow(path: Path) -> None:
    workflow = load(path)
    assert {"name", "on", "permissions", "jobs"} <= workflow.keys()
    for job in workflow["jobs"].values():
        assert int(job["timeout-minutes"]) <= 60
        assert set(job.get("needs", "").split()) <= workflow["jobs"].keys()


@each_workflow
def test_every_action_is_pinned_by_commit_with_its_version(path: Path) -> None:
    uses = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert uses
    for line in uses:
        assert PINNED.search(line), line
    assert len(uses) == sum("uses" in step for step in steps(path))


def test_one_action_is_one_commit_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for action, pin in re.findall(r"uses: ([\w./-]+)@(.+)", path.read_text(encoding="utf-8")):
            pins.setdefault(action, set()).add(pin)
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


@each_workflow
def test_permissions_are_the_least(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for name, job in workflow["jobs"].items():
        granted = {
            scope for scope, access in job.get("permissions", {}).items() if access == "write"
        }
        assert granted <= WRITES.get(name, set()), name


@each_workflow
def test_nothing_from_outside_reaches_a_shell_or_keeps_a_token(path: Path) -> None:
    assert "pull_request_target" not in load(path)["on"]
    for step in steps(path):
        assert "${{" not in step.get("run", ""), step
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


@each_workflow
def test_every_make_target_exists(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(venv)", ".venv")
    targets = set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE))
    named = {
        target
        for step in steps(path)
        for target in re.findall(r"^make (\S+)", step.get("run", ""), re.MULTILINE)
    }
    assert named <= targets


def test_every_verb_exists() -> None:
    verbs = importlib.import_module("scripts.__main__").VERBS
    texts = [(ROOT / "Makefile").read_text(encoding="utf-8").replace("$(python)", "python")]
    texts += [step.get("run", "") for path in WORKFLOWS for step in steps(path)]
    named = {verb for text in texts for verb in re.findall(r"python -m scripts (\S+)", text)}
    assert named
    assert named <= set(verbs)


def test_the_site_is_published_daily_and_data_is_checked_where_it_changes() -> None:
    site, data = (load(ROOT / ".github" / "workflows" / name) for name in ("site.yml", "data.yml"))
    assert site["on"]["schedule"]
    assert {"push", "workflow_dispatch"} <= site["on"].keys()
    assert {"data/**", "docs/**", "mkdocs.yml"} <= set(data["on"]["pull_request"]["paths"])
