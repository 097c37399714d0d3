"""The nouns of what was read: what a dataset says of itself, and its tables with their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .findings import Place

#: Words of provenance; "mixed" means that each row says for itself.
PROVENANCES = ("real", "sample", "mixed")
#: The year of a file that holds all of them.
ALL_YEARS = 0
#: What is said wherever data is invented: all of it, or rows that are marked.
ALL_SAMPLE, SOME_SAMPLE = "ข้อมูลสมมุติทั้งหมด", "มีข้อมูลตัวอย่าง"


@dataclass(frozen=True)
class Field:
    """One column: Table Schema's words, and the project's ``past``, ``in_period`` and ``codelist``."""

    name: str
    title: str
    title_en: str
    type: str
    description: str = ""
    required: bool = False
    unit: str = ""
    codelist: str = ""
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    decimals: int | None = None
    past: bool = False
    in_period: bool = False


@dataclass(frozen=True)
class Resource:
    """One kind of table of a dataset: ``path`` holds ``{year}``, or there is one file for all years."""

    name: str
    title: str
    title_en: str
    path: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    root: str = ""
    control_total: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Period:
    """What is known of one year of a dataset; dates are None where the source does not say.

    ``empty_months`` (``2026-09``) are those of which the owner says that nothing happened in them.
    """

    year: int
    as_of: date | None = None
    published: date | None = None
    checked: date | None = None
    control_totals: Mapping[str, int] = field(default_factory=dict)
    empty_months: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A dataset.yml: the authority on what its files hold."""

    name: str
    title: str
    title_en: str
    description: str
    owner: str
    licence: str
    provenance: str
    sources: tuple[Mapping[str, str], ...]
    cadence: str
    resources: tuple[Resource, ...]
    periods: Mapping[int, Period]
    documents: tuple[str, ...] = ()
    file: str = ""
    period_lines: Mapping[int, int] = field(default_factory=dict)

    @property
    def sample(self) -> bool:
        """Tell whether the whole dataset is invented."""
        return self.provenance == "sample"

    @property
    def source_title(self) -> str:
        """Return the sources in one line."""
        return "; ".join(source["title"] for source in self.sources)


@dataclass(frozen=True)
class Table:
    """A table as written: one sequence of texts a column, and the true place of every row."""

    file: str
    columns: Mapping[str, Sequence[str]]
    positions: Mapping[str, int]
    rows: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    header: Place
    sheet: str = ""
    cell_lines: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, index: int, column: str = "") -> Place:
        """Return the place of a cell, or of its row when no column is named."""
        line = self.cell_lines.get((index, column), int(self.lines[index]))
        # A YAML file has lines and no spreadsheet rows.
        row = 0 if self.cell_lines else int(self.rows[index])
        return Place(self.file, line, row, self.positions.get(column, 0), self.sheet)


@dataclass(frozen=True)
class Loaded:
    """One file of a resource: the table as written and the same rows with their types.

    ``year`` is `ALL_YEARS` where one file holds every year.

    ``frame`` has one row a row of ``table``, in order, and every field of the resource as a column:
    money in whole satang (Int64), dates as datetime64, codes as codes, texts with "" for empty.
    """

    dataset: Dataset
    resource: Resource
    year: int
    table: Table
    frame: pd.DataFrame

    @property
    def sample(self) -> bool:
        """Tell whether any row is invented: the whole dataset, or rows that say so themselves."""
        if self.dataset.provenance == "mixed" and "sample" in self.frame:
            return bool(self.frame["sample"].fillna(value=False).any())
        return self.dataset.sample

    @property
    def sample_words(self) -> str:
        """Return how to say that rows are invented; "" when none is."""
        if self.dataset.sample:
            return ALL_SAMPLE
        return SOME_SAMPLE if self.sample else ""

    @property
    def named(self) -> str:
        """Return the year as it stands in names of files, ``-2569``; "" for a file of all years."""
        return f"-{self.year}" if self.year else ""

    @property
    def titled(self) -> str:
        """Return the year as it stands in titles, `` ปี 2569``; "" for a file of all years."""
        return f" ปี {self.year}" if self.year else ""

    def records(self) -> Iterator[Any]:
        """Yield the rows as named tuples, in the file's order."""
        return iter(self.frame.itertuples(index=False))

    @property
    def period(self) -> Period:
        """Return what dataset.yml says of this year; empty where it says nothing."""
        return self.dataset.periods.get(self.year, Period(self.year))


@dataclass(frozen=True)
class Codelist:
    """A code list: the rows by code, in the file's order; ``indices`` are their rows in ``table``."""

    name: str
    rows: Mapping[str, Mapping[str, str]]
    by_name: Mapping[str, str]
    table: Table | None = None
    indices: Mapping[str, int] = field(default_factory=dict)

    def place(self, code: str, column: str) -> Place:
        """Return the place of a code's cell."""
        if self.table is None or code not in self.indices:
            return Place(f"data/codelists/{self.name}.csv")
        return self.table.place(self.indices[code], column)

    def name_of(self, code: str) -> str:
        """Return the Thai name of a code, or the code itself where the list lacks it."""
        row = self.rows.get(code)
        return row["name_th"] if row else code

    def get(self, code: str, column: str) -> str:
        """Return another column of a code, "" where there is none."""
        return self.rows.get(code, {}).get(column, "")


@dataclass(frozen=True)
class Agency:
    """data/agency.yml. ``population`` maps a BE year to people and the source of that number."""

    name_th: str
    name_short_th: str
    name_en: str
    type: str
    province_th: str
    licence: str
    base_url: str
    colours: Mapping[str, str]
    contact: Mapping[str, str]
    population: Mapping[int, tuple[int, str]]
    notice: str = ""


@dataclass(frozen=True)
class Written:
    """A hand-written page: its file, from the root, and the anchors that its text gives."""

    file: str
    anchors: frozenset[str]


@dataclass(frozen=True)
class Workspace:
    """Everything that was read, typed. Topics get this and nothing else to read from.

    ``documents`` holds the plain YAML files that datasets declare, by path under data/; ``written``
    each hand-written page by its address (``oit/examples/``); ``files`` every other file of docs/;
    ``paths`` the addresses of every generated page.
    """

    root: Path
    today: date
    agency: Agency
    codelists: Mapping[str, Codelist]
    datasets: Mapping[str, Dataset]
    loaded: Mapping[tuple[str, str, int], Loaded]
    documents: Mapping[str, Any]
    written: Mapping[str, Written] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()

    def codes(self, name: str) -> Codelist:
        """Return a code list; an empty one where there is none."""
        return self.codelists.get(name, Codelist(name, {}, {}))

    def years(self, dataset: str, resource: str) -> list[int]:
        """Return the BE years that have a readable file, oldest first."""
        return sorted(
            year for name, part, year in self.loaded if (name, part) == (dataset, resource)
        )

    def get(self, dataset: str, resource: str, year: int) -> Loaded | None:
        """Return one loaded file, or None."""
        return self.loaded.get((dataset, resource, year))
