"""The home page has no facts of its own."""

from __future__ import annotations

from ...core.model import Workspace


def build(_ws: Workspace) -> None:
    """Return nothing: the home page shows the other topics' cards."""


def paths(_ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    return [""]
