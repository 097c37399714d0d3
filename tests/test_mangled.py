"""Whatever an editor, a merge or a spreadsheet does to a file, check answers with findings."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from scripts import pipeline

TINY = Path(__file__).parent / "fixtures" / "tiny"
FILES = sorted(
    path.relative_to(TINY).as_posix()
    for path in (TINY / "data").rglob("*")
    if path.suffix in (".csv", ".yml")
)
CHANGES_A_FILE = 15


def mangle(data: bytes, dice: random.Random) -> bytes:
    """Change a file as accidents do: a line lost, doubled, cut or moved, a letter or a key changed."""
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    kind = dice.randrange(9)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        return data[: dice.randrange(len(data) + 1)]
    elif kind == 3:
        dice.shuffle(lines)
    elif kind == 4:
        lines[at] = lines[at].replace(b",", b";").replace(b":", b" ")
    elif kind == 5:
        lines[at] = b" " * dice.randrange(6) + lines[at].lstrip()
    elif kind == 6:
        word = dice.choice(
            [b"", b"-1", b"=1+1", b"null", b"[]", b"{}", "๑๒".encode(), b'"', b"- a"]
        )
        lines[at] = lines[at].split(b":")[0] + b": " + word
    elif kind == 7:
        cells = lines[at].split(b",")
        cells[dice.randrange(len(cells))] = dice.choice([b"", b"-5", b"x", b"2569-01-01", b"1e9"])
        lines[at] = b",".join(cells)
    else:
        spot = dice.randrange(max(len(data), 1))
        return data[:spot] + bytes([dice.randrange(256)]) + data[spot + 1 :]
    return b"\n".join(lines)


@pytest.mark.parametrize("name", FILES)
def test_check_never_fails_on_a_mangled_file(name: str, tmp_path: Path) -> None:
    root = tmp_path / "agency"
    shutil.copytree(TINY, root)
    whole = (root / name).read_bytes()
    dice = random.Random(name)
    found = 0
    for _ in range(CHANGES_A_FILE):
        (root / name).write_bytes(mangle(whole, dice))
        checked = pipeline.check(root, date(2026, 11, 22))
        found += bool(checked.findings)
        if not any(checked.rules[item.rule].severity.word == "broken" for item in checked.findings):
            # What passes the check must also become pages.
            pipeline.pages_of(checked)
    assert found, "no accident was noticed"
