"""The gate of CI can fail: when a browser test is skipped, and when there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MARKED = "import pytest\n@pytest.mark.browser\n"


def run_gate(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    test = folder / "test_page.py"
    test.write_text(code, encoding="utf-8")
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "tests.browser_gate", "-p", "no:cacheprovider",
        "-c", str(ROOT / "pyproject.toml"), f"--rootdir={folder}", str(test),
    ]  # fmt: skip
    env = {**os.environ, "PYTEST_ADDOPTS": ""}
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (MARKED + "def test_a(): pytest.skip('none')\n", "browser tests were skipped"),
        (MARKED + "@pytest.mark.skip\ndef test_a(): pass\n", "browser tests were skipped"),
        ("def test_a(): pass\n", "no browser test ran"),
    ],
)
def test_the_gate_fails(tmp_path: Path, code: str, says: str) -> None:
    run = run_gate(tmp_path, code)
    assert run.returncode == 1, run.stdout + run.stderr
    assert says in run.stdout


def test_the_gate_lets_a_full_run_pass(tmp_path: Path) -> None:
    run = run_gate(tmp_path, MARKED + "def test_a(): pass\ndef test_b(): pytest.skip('other')\n")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "browser gate" not in run.stdout
