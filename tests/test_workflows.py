"""The workflows: pinned, with least permissions, and doing what they say when run on this machine."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import TINY, TODAY, copy_agency
from github_server import NAME, TOKEN, Hub, github_server

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
WRITES = {"deploy": {"pages", "id-token"}, "record": {"contents"}, "remind": {"issues"}}

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
        needs = job.get("needs", [])
        named = {needs} if isinstance(needs, str) else set(needs)
        assert named <= workflow["jobs"].keys()


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


def test_what_pushes_or_opens_issues_runs_alone_and_on_main_only() -> None:
    jobs = load(ROOT / ".github" / "workflows" / "site.yml")["jobs"]
    for name in ("record", "remind"):
        assert jobs[name]["concurrency"] == {"group": name, "cancel-in-progress": "false"}
        assert "github.ref == 'refs/heads/main'" in jobs[name]["if"]
    assert "github.event_name != 'push'" in jobs["record"]["if"]


def test_what_is_published_holds_what_was_recorded_in_the_same_run() -> None:
    jobs = load(ROOT / ".github" / "workflows" / "site.yml")["jobs"]
    assert jobs["build"]["needs"] == "record"
    for name in ("build", "freshness", "remind"):
        checkout = jobs[name]["steps"][0]
        assert checkout["with"]["ref"] == "${{ github.ref }}"
    # A job that needs one that was left out is left out too, unless it says otherwise.
    for name in ("build", "deploy", "freshness", "remind"):
        assert "!cancelled()" in jobs[name]["if"]


def test_the_site_is_published_daily_and_data_is_checked_where_it_changes() -> None:
    site, data = (load(ROOT / ".github" / "workflows" / name) for name in ("site.yml", "data.yml"))
    assert site["on"]["schedule"]
    assert {"push", "workflow_dispatch"} <= site["on"].keys()
    assert {"data/**", "docs/**", "mkdocs.yml"} <= set(data["on"]["pull_request"]["paths"])


# The workflows' own commands, run here: a repository with a bare one as its origin, and the
# environment that GitHub sets. Actions (`uses:`) are GitHub's; what they leave behind is put there.

DATE = """#!/bin/sh
# The clock of the machine that runs the workflow.
for last; do :; done
if [ "$last" = +%F ]; then echo {day}; else exec /bin/date "$@"; fi
"""
NOT_CANCELLED = "${{ !cancelled() }}"


@dataclass
class Runner:
    """A machine that runs the jobs of a workflow in a fresh clone each, as GitHub does."""

    folder: Path
    hub: Hub
    day: str = TODAY.isoformat()
    log: str = ""
    summary: str = ""

    @property
    def origin(self) -> Path:
        return self.folder / "origin.git"

    def git(self, folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def clone(self, *, shallow: bool = False) -> Path:
        """Clone the origin as actions/checkout does, with a .venv that needs nothing installed."""
        place = Path(tempfile.mkdtemp(dir=self.folder, prefix="clone-"))
        depth = ["--depth", "1"] if shallow else []
        self.git(self.folder, "clone", "--quiet", *depth, self.origin.as_uri(), str(place))
        return place

    def environment(self) -> dict[str, str]:
        tools = self.folder / "bin"
        tools.mkdir(exist_ok=True)
        (tools / "date").write_text(DATE.format(day=self.day))
        (tools / "date").chmod(0o755)
        return {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.hub.api,
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REF_NAME": "main",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_OUTPUT": str(self.folder / "output.txt"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def run(self, workflow: str, job: str, before: str = "", between: Any = None) -> list[int]:
        """Run the commands of a job in order; returns their exit codes, those left out not.

        ``between`` happens before the step whose name is ``before``.
        """
        place = self.clone(shallow=True)
        link_venv(place)
        self.log, codes, summary = "", [], self.folder / "summary.md"
        summary.write_text("")
        found = load(ROOT / ".github" / "workflows" / f"{workflow}.yml")["jobs"][job]
        for step in found["steps"]:
            condition = step.get("if", "")
            assert condition in ("", NOT_CANCELLED)
            if "run" not in step or (any(codes) and not condition):
                continue
            if before and step.get("name") == before:
                between(place)
            done = subprocess.run(
                # So GitHub runs a step that names no shell.
                ["bash", "-e", "-c", step["run"]],
                cwd=place,
                env=self.environment() | self.resolved(step.get("env", {})),
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            codes.append(done.returncode)
            self.log += done.stdout + done.stderr
        self.summary = summary.read_text(encoding="utf-8")
        assert TOKEN not in self.log + self.summary
        return codes

    def resolved(self, env: dict[str, str]) -> dict[str, str]:
        context = {
            "github.token": TOKEN,
            "steps.pages.outputs.base_url": "https://korat.test/site",
            "needs.build.outputs.base_url": "https://korat.test/site",
        }
        return {
            name: re.sub(r"\$\{\{ (.+?) \}\}", lambda found: context[found[1]], value)
            for name, value in env.items()
        }

    def commits(self) -> list[str]:
        return self.git(self.origin, "log", "--format=%s", "main").splitlines()

    def edit(self, path: str, old: str, new: str, place: Path | None = None) -> None:
        """Change a file and push, as an officer does."""
        place = place or self.clone()
        file = place / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
        who = ("-c", "user.name=เจ้าหน้าที่", "-c", "user.email=officer@korat.test")
        self.git(place, *who, "commit", "--quiet", "--all", "--message", f"Edit {path}")
        self.git(place, "push", "--quiet", "origin", "HEAD:main")


def link_venv(place: Path) -> None:
    """Lend a clone this very environment, as if `make .venv/.site` had just made it."""
    venv, own = place / ".venv", Path(sys.prefix)
    venv.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (venv / name).symlink_to(own / name)
    for stamp in (".made", ".site"):
        (venv / stamp).touch()
    for path in place.glob("requirements*.txt"):
        os.utime(path, (0, 0))


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of a small agency: this program, and the data of the tests' own one."""
    folder = tmp_path_factory.mktemp("seed")
    copy_agency(TINY, folder)
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", ".gitignore"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(
        ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__")
    )
    # Nobody is asked for this one: the name before the host alone says that it is wrong.
    records = folder / "data" / "oit" / "records-2569.csv"
    text = records.read_text(encoding="utf-8")
    text = text.replace("https://www.example.org/complaints", "https://user@www.example.invalid/x")
    records.write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def runner(seed: Path, tmp_path: Path) -> Iterator[Runner]:
    with github_server() as hub:
        runner = Runner(tmp_path, hub)
        runner.git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
        work = tmp_path / "work"
        shutil.copytree(seed, work)
        runner.git(work, "init", "--quiet", "--initial-branch=main")
        runner.git(work, "add", "--all")
        who = ("-c", "user.name=seed", "-c", "user.email=seed@korat.test")
        runner.git(work, *who, "commit", "--quiet", "--message", "Seed")
        runner.git(work, "push", "--quiet", str(runner.origin), "main")
        yield runner


O4 = "2026-10-31,2026-11-05,ใช่,"
RECORDS = "data/oit/records-2569.csv"


def test_the_history_is_committed_and_pushed_once_a_day(runner: Runner) -> None:
    assert runner.run("site", "record") == [0, 0, 0, 0], runner.log
    assert "up to date" in runner.log
    assert runner.commits() == ["Record what changed by 2026-11-22", "Seed"]
    show = ("show", "--stat=200", "--format=%an <%ae> %cn", "main")
    told = runner.git(runner.origin, *show).splitlines()
    assert told[0] == (
        "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com> "
        "github-actions[bot]"
    )
    assert [line.split("|")[0].strip() for line in told if "|" in line] == [
        "data/oit/history.csv",
        "data/oit/link-history.json",
    ]
    history = runner.git(runner.origin, "show", "main:data/oit/history.csv")
    assert history.count("\n2026-11-22,2569,") == 6
    # The same day again: nothing to commit.
    assert runner.run("site", "record") == [0, 0, 0, 0], runner.log
    assert "nothing new" in runner.log
    assert len(runner.commits()) == 2


def test_after_an_edit_the_next_day_adds_what_changed(runner: Runner) -> None:
    runner.run("site", "record")
    runner.edit(RECORDS, O4, "2026-11-30,2026-12-03,ใช่,")
    runner.day = "2026-12-04"
    assert runner.run("site", "record") == [0, 0, 0, 0], runner.log
    history = runner.git(runner.origin, "show", "main:data/oit/history.csv").splitlines()
    assert [row.split(",")[:3] for row in history if row.startswith("2026-12")] == [
        ["2026-12-04", "2569", "O4"]
    ]
    assert runner.commits()[0] == "Record what changed by 2026-12-04"


def test_a_link_broken_three_days_in_a_row_fails_the_job_but_is_committed_first(
    runner: Runner,
) -> None:
    codes = []
    for day in ("2026-11-22", "2026-11-23", "2026-11-24"):
        runner.day = day
        codes.append(runner.run("site", "record"))
    assert codes == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 3, 0]], runner.log
    (said,) = [line for line in runner.log.splitlines() if line.startswith("::warning")]
    assert said.startswith("::warning file=data/oit/records-2569.csv,line=6,")
    assert "[broken-evidence-link]" in said
    assert len(runner.commits()) == 4
    links = json.loads(runner.git(runner.origin, "show", "main:data/oit/link-history.json"))
    (state,) = links["links"].values()
    assert (state["failures"], state["last_broken"]) == (3, "2026-11-24")


def test_who_pushed_meanwhile_is_not_overwritten(runner: Runner) -> None:
    def officer(_place: Path) -> None:
        runner.edit(RECORDS, "โครงสร้างส่วนราชการ", "โครงสร้างใหม่")

    codes = runner.run("site", "record", "Commit what was found", officer)
    assert codes == [0, 0, 0, 0], runner.log
    assert runner.commits() == [
        "Record what changed by 2026-11-22",
        f"Edit {RECORDS}",
        "Seed",
    ]
    assert "โครงสร้างใหม่" in runner.git(runner.origin, "show", f"main:{RECORDS}")


def test_a_push_that_is_refused_fails_and_says_what_to_do(runner: Runner) -> None:
    hook = runner.origin / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
    hook.chmod(0o755)
    assert runner.run("site", "record") == [0, 0, 0, 1]
    (said,) = [line for line in runner.log.splitlines() if line.startswith("::error")]
    assert "If main is protected" in said
    assert runner.commits() == ["Seed"]


def test_two_histories_that_disagree_fail_and_leave_the_pushed_one(runner: Runner) -> None:
    runner.run("site", "record")
    runner.day = "2026-12-20"

    def other_run(place: Path) -> None:
        clone = runner.clone()
        path = clone / "data" / "oit" / "history.csv"
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        runner.edit("data/oit/history.csv", "2569,O1,", "2569,O1,", clone)

    assert runner.run("site", "record", "Commit what was found", other_run) == [0, 0, 0, 1]
    assert "::error" in runner.log
    assert runner.commits()[0] == "Edit data/oit/history.csv"


def test_broken_data_are_said_and_nothing_is_recorded(runner: Runner) -> None:
    runner.edit(RECORDS, O4, "เมื่อวาน,2026-11-05,ใช่,")
    assert runner.run("site", "record") == [0, 1, 0]
    assert "::error file=data/oit/records-2569.csv,line=3," in runner.log
    assert len(runner.commits()) == 2


def test_the_push_alone_knows_the_token(runner: Runner) -> None:
    jobs = load(ROOT / ".github" / "workflows" / "site.yml")["jobs"]
    *others, last = jobs["record"]["steps"]
    assert not any("token" in str(step) for step in others)
    done = subprocess.run(
        ["git", "credential", "fill"],
        input="protocol=https\nhost=github.test\n\n",
        env=runner.environment() | runner.resolved(last["env"]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"username=x-access-token\npassword={TOKEN}\n" in done.stdout


def test_the_issue_is_opened_updated_and_closed_and_there_is_one(runner: Runner) -> None:
    assert runner.run("site", "remind") == [0, 0], runner.log
    assert runner.hub.issues == []
    assert "nothing to do" in runner.log
    assert "ไม่มีข้อมูลค้าง" in runner.summary
    runner.day = "2026-12-16"
    assert runner.run("site", "remind") == [0, 0], runner.log
    (issue,) = runner.hub.issues
    assert issue["title"] == "ข้อมูลที่ค้างอยู่ 1 ข้อ (อบต.ตัวอย่าง)"
    assert "- [O4 ข่าวประชาสัมพันธ์ (ตัวอย่าง)](https://korat.test/site/oit/#o4)" in issue["body"]
    assert issue["body"] in runner.summary
    runner.day = "2026-12-17"
    assert runner.run("site", "remind") == [0, 0], runner.log
    assert "เกินมาแล้ว 2 วัน" in issue["body"]
    runner.edit(RECORDS, O4, "2026-11-30,2026-12-03,ใช่,")
    assert runner.run("site", "remind") == [0, 0], runner.log
    assert issue["state"] == "closed"
    assert len(runner.hub.issues) == 1
    assert runner.hub.methods() == ["GET", "GET", "POST", "GET", "PATCH", "GET", "PATCH"]


def test_a_repository_without_issues_is_left_in_peace(runner: Runner) -> None:
    runner.day = "2026-12-16"
    runner.hub.faults["POST"] = (410, {}, b'{"message": "Issues are disabled for this repo"}')
    assert runner.run("site", "remind") == [0, 0]
    assert "switched off" in runner.log


def test_a_refusal_of_github_fails_the_job_with_words(runner: Runner) -> None:
    runner.day = "2026-12-16"
    runner.hub.faults["POST"] = (403, {}, b'{"message": "Resource not accessible"}')
    assert runner.run("site", "remind") == [0, 2]
    assert "permissions: issues: write" in runner.log
    assert "Resource not accessible" in runner.log


def test_broken_data_leave_the_issue_as_it_is(runner: Runner) -> None:
    runner.edit(RECORDS, O4, "เมื่อวาน,2026-11-05,ใช่,")
    assert runner.run("site", "remind") == [0, 1]
    assert "data/oit/records-2569.csv" in runner.summary
    assert runner.hub.asked == []


@pytest.mark.parametrize(
    ("day", "workflow", "job", "codes"),
    [
        ("2026-11-22", "site", "freshness", [0, 0, 0]),
        ("2026-12-16", "site", "freshness", [0, 3, 0]),
        ("2026-11-22", "data", "check", [0, 0, 0]),
        ("2026-12-16", "data", "check", [0, 3, 0]),
    ],
)
def test_a_late_item_is_marked_summed_up_and_fails_the_check(
    runner: Runner, day: str, workflow: str, job: str, codes: list[int]
) -> None:
    runner.day = day
    assert runner.run(workflow, job) == codes, runner.log
    marks = [line for line in runner.log.splitlines() if line.startswith("::warning")]
    late = [line for line in marks if "[overdue-item]" in line]
    assert len(late) == (3 in codes)
    assert all(line.startswith(f"::warning file={RECORDS},line=3,title=") for line in late)
    assert runner.summary.startswith(f"## ผลการตรวจข้อมูล {day}\n")
    assert ("| เกินกำหนด | " in runner.summary) == (3 in codes)


def test_broken_data_fail_the_check_of_a_pull_request_on_their_very_line(runner: Runner) -> None:
    runner.edit(RECORDS, O4, "เมื่อวาน,2026-11-05,ใช่,")
    assert runner.run("data", "check") == [0, 1, 0]
    assert f"::error file={RECORDS},line=3,title=" in runner.log
    assert "| ต้องแก้ไข | " in runner.summary


def test_a_summary_that_could_not_be_made_fails(runner: Runner) -> None:
    def gone(place: Path) -> None:
        shutil.rmtree(place / "data")

    codes = runner.run("data", "check", "Annotate the lines to mend", gone)
    assert codes == [0, 2, 1]
    assert runner.summary == ""


@pytest.mark.slow
def test_the_site_is_built_at_its_address(runner: Runner) -> None:
    kept: list[Path] = []
    assert runner.run("site", "build", "Build", kept.append) == [0, 0], runner.log
    site = kept[0] / "site"
    assert "https://korat.test/site/" in (site / "index.html").read_text(encoding="utf-8")
