"""make bench: what check, render and the whole build cost, beside plain tools in the same run.

Every figure is CPU seconds of a whole process and its children, the median of several turns taken
in rotation, because machines are shared and noisy: read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
TODAY = "2026-11-22"
CONTRACTS = 20_000
ITEMS = 1_000


@dataclass(frozen=True)
class Cost:
    """CPU seconds and peak memory (MiB) of one run."""

    cpu: float
    peak: float


def run(command: Sequence[str | Path], cwd: Path, fine: Sequence[int] = (0,)) -> Cost:
    """Run a command to its end and return what it cost; SystemExit where it failed."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(list(map(str, command)), cwd=cwd, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in fine:
            output.seek(0)
            sys.exit(f"{command}: exit {process.returncode}\n{output.read().decode()}")
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    scale = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def agency(folder: Path, contracts: int | None) -> Path:
    """Copy the demo agency; with ``contracts``, give it that many."""
    folder.mkdir()
    for name in ("data", "docs"):
        shutil.copytree(REPO / name, folder / name)
    shutil.copy(REPO / "mkdocs.yml", folder)
    if contracts:
        out = folder / "data" / "procurement" / "2569.csv"
        verb = [sys.executable, "-m", "scripts", "sample", "procurement"]
        run([*verb, "--count", str(contracts), "--out", out], REPO)
    return folder


def measure(root: Path, turns: int) -> dict[str, Cost]:
    """Take turns at every command on one agency and return the median of each."""
    verb = [sys.executable, "-m", "scripts"]
    common = ["--root", root, "--today", TODAY, "--fail-on", "broken"]
    csv_file = root / "data" / "procurement" / "2569.csv"
    read = f"import pandas; pandas.read_csv({str(csv_file)!r})"
    plain = ["-m", "mkdocs", "build", "-f", "build/mkdocs.yml", "-d", root / "build" / "plain"]
    jobs: dict[str, tuple[list[str | Path], Path]] = {
        "python, import pandas": ([sys.executable, "-c", "import pandas"], REPO),
        "pandas.read_csv": ([sys.executable, "-c", read], REPO),
        "check": ([*verb, "check", *common], REPO),
        "render": ([*verb, "render", *common], REPO),
        "mkdocs build": ([sys.executable, *plain], root),
        "build": ([*verb, "build", *common], REPO),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in jobs}
    for turn in range(turns + 1):
        for name, (command, cwd) in jobs.items():
            if name in ("render", "build"):
                # A cold render each time: unchanged files would not be written again.
                shutil.rmtree(root / "build", ignore_errors=True)
            cost = run(command, cwd)
            if turn:
                costs[name].append(cost)
    return {
        name: Cost(statistics.median(cost.cpu for cost in taken), max(cost.peak for cost in taken))
        for name, taken in costs.items()
    }


#: Prints check / read_csv inside one warm process. It runs in a process of its own, because a child
#: is never counted smaller than the process that starts it.
INSIDE = """
import statistics, sys, time
from datetime import date
from pathlib import Path
import pandas
from scripts import pipeline
root, today, ratios = Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), []
for turn in range(6):
    start = time.process_time()
    pandas.read_csv(root / "data/procurement/2569.csv")
    middle = time.process_time()
    pipeline.check(root, today)
    if turn:
        ratios.append((time.process_time() - middle) / (middle - start))
print(statistics.median(ratios))
"""


def inside_ratio(root: Path) -> float:
    """Return check / read_csv inside one warm process: start-up and imports are left out."""
    command = [sys.executable, "-c", INSIDE, str(root), TODAY]
    return float(subprocess.run(command, cwd=REPO, capture_output=True, check=True).stdout)


def show(title: str, costs: dict[str, Cost], inside: float) -> None:
    """Print one agency's costs and the ratios that the aims speak of."""
    plain = costs["mkdocs build"].cpu
    print(f"\n{title}\n{'':24}{'CPU s':>8}{'peak MiB':>10}{'/ mkdocs build':>16}")
    for name, cost in costs.items():
        print(f"{name:24}{cost.cpu:8.2f}{cost.peak:10.0f}{cost.cpu / plain:16.2f}")
    check, read, whole = (costs[n].cpu for n in ("check", "pandas.read_csv", "build"))
    # `render` checks first, so it is both stages.
    both = costs["render"].cpu
    print(f"check / pandas.read_csv, whole processes: {check / read:.2f} (aim: at most 3)")
    print(f"  the same inside one warm process: {inside:.1f}")
    print(f"check and render / whole build: {both / whole:.2f} (aim: under 0.33)")


DUE = (
    "ทุกเดือน ภายใน 10 วันทำการหลังสิ้นเดือน",
    "ทุกไตรมาส ภายใน 30 วันหลังสิ้นไตรมาส",
    "เมื่อมีการเปลี่ยนแปลง และทบทวนอย่างน้อยปีละครั้ง",
    "ปีละครั้ง ภายในวันที่ 31 ธันวาคม",
)


def disclosure(folder: Path, items: int) -> Path:
    """Copy the tiny agency and give it so many disclosure items, each with a record."""
    shutil.copytree(REPO / "tests" / "fixtures" / "tiny", folder)
    shutil.copytree(REPO / "data" / "holidays", folder / "data" / "holidays")
    criteria = ["fiscal_year: 2569", "items:"]
    records = ["item,owner,shown,evidence,as_of,published,sample,note"]
    for number in range(1, items + 1):
        criteria += [
            f"- number: O{number}",
            f"  title_th: รายการที่ {number}",
            f"  title_en: Item {number}",
            "  indicator: 9",
            f"  due: {DUE[number % len(DUE)]}",
            "  certainty: low",
            "  sources: [ข้อมูลสมมุติ]",
        ]
        day = f"2026-{1 + number % 10:02}-{1 + number % 28:02}"
        records.append(f"O{number},palad,สิ่งที่ {number},oit/examples/#o1,{day},,ใช่,")
    oit = folder / "data" / "oit"
    (oit / "criteria" / "2569.yml").write_text("\n".join(criteria) + "\n", encoding="utf-8")
    (oit / "records-2569.csv").write_text("\n".join(records) + "\n", encoding="utf-8")
    return folder


def freshness(folder: Path, turns: int) -> None:
    """Print what judging many items costs beyond the start of the program."""
    root = disclosure(folder / "items", ITEMS)
    start: list[str | Path] = [sys.executable, "-c", "import scripts.__main__"]
    check = [sys.executable, "-m", "scripts", "check", "--root", root, "--today", TODAY]
    costs: dict[str, list[float]] = {"start": [], "check": []}
    for _ in range(turns):
        costs["start"].append(run(start, REPO).cpu)
        costs["check"].append(run(check, REPO, fine=(0, 3)).cpu)
    begun, checked = (statistics.median(taken) for taken in costs.values())
    print(f"\n{ITEMS:,} disclosure items: check {checked:.2f} CPU s, start-up alone {begun:.2f}")
    print(f"check beyond start-up: {checked - begun:.2f} CPU s (aim: at most 1)")


def main() -> None:
    """Measure the demo agency, one with many contracts, and one with many disclosure items."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for title, contracts in (("demo agency", None), (f"{CONTRACTS:,} contracts", CONTRACTS)):
            root = agency(Path(folder) / title.split()[0].replace(",", ""), contracts)
            show(title, measure(root, options.turns), inside_ratio(root))
        freshness(Path(folder), options.turns)


if __name__ == "__main__":
    main()
