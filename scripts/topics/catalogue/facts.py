"""Facts of the catalogue: every published file of every dataset."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.model import Loaded, Workspace

#: Ending -> what it is for, in the order in which downloads are offered.
FORMS = {
    ".xlsx": "Excel (XLSX)",
    ".excel.csv": "CSV สำหรับ Excel",
    ".csv": "CSV สำหรับโปรแกรม",
    ".json": "JSON",
}


@dataclass(frozen=True)
class Entry:
    """One published table: its dataset file and the path of its downloads without ending."""

    item: Loaded
    stem: str
    title: str
    rows: int

    @property
    def downloads(self) -> tuple[tuple[str, str], ...]:
        """Return (path, label) of every form."""
        return tuple((self.stem + ending, label) for ending, label in FORMS.items())


@dataclass(frozen=True)
class CatalogueFacts:
    """Every published table, by dataset, resource, newest year first."""

    entries: tuple[Entry, ...]


def paths(_ws: Workspace) -> list[str]:
    """Return the addresses of this topic's pages."""
    return ["data/", "rules/"]


def build(ws: Workspace) -> CatalogueFacts:
    """List every loaded dataset file."""
    order = {
        (name, resource.name): (row, column)
        for row, (name, dataset) in enumerate(ws.datasets.items())
        for column, resource in enumerate(dataset.resources)
    }
    keys = sorted(ws.loaded, key=lambda key: (*order[key[0], key[1]], -key[2]))
    return CatalogueFacts(tuple(_entry(ws.loaded[key]) for key in keys))


def _entry(item: Loaded) -> Entry:
    mark = "-sample" if item.sample else ""
    return Entry(
        item=item,
        stem=f"downloads/{item.dataset.name}-{item.resource.name}{item.named}{mark}",
        title=f"{item.resource.title}{item.titled}",
        rows=len(item.frame),
    )
