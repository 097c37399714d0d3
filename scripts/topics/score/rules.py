"""What must hold in estimate.yml, so that mending an item never lowers the estimate."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding, Place
from ...core.model import Workspace
from .facts import ScoreFacts
from .marks import ESTIMATE


def marks(ws: Workspace, facts: ScoreFacts) -> Iterator[Finding]:
    """The marks are whole, 0 to 100, certain at most likely, and nothing earns more than fresh."""
    for path, expected in facts.problems:
        place = Place(f"data/{ESTIMATE}")
        yield Finding("descriptor-error", place, path, params={"problem": expected})
