"""Reads a whole agency folder once: descriptors, code lists, tables, and what docs/ holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from .columns import name_key
from .descriptor import read_agency, read_dataset
from .findings import Finding, Place
from .grids import conflict_line, decode
from .model import (
    ALL_YEARS,
    Agency,
    Codelist,
    Dataset,
    Field,
    Loaded,
    Resource,
    Table,
    Workspace,
    Written,
)
from .money import SATANG, baht
from .tables import read_table, yaml_table
from .thai import BE_FROM, BE_OFFSET, fiscal_year, strip_hidden
from .validate import has_markup, has_national_id, labels, lost_letters, validate
from .yamls import Document, front_matter, read_yaml

#: No fiscal year before this has figures of a local government in such files.
FIRST_YEAR = 2540
_SUFFIXES = (".csv", ".xlsx", ".yml", ".yaml", ".tsv")
_TEXT_FILES = {".csv", ".tsv", ".txt", ".json", ".html", ".xml"}
_IGNORED = {"dataset.yml", "README.md", ".gitkeep", ".DS_Store", "Thumbs.db"}
_ANCHOR = re.compile(r"\{[^}]*#([A-Za-z][\w-]*)[^}]*\}|\bid=\"([\w-]+)\"")
_CODELIST = Resource(
    "codelist", "รายการรหัส", "Code list", "{name}",
    (
        Field("code", "รหัส", "Code", "string", required=True, pattern="[a-z0-9][a-z0-9-_]*"),
        Field("name_th", "ชื่อ", "Name", "string", required=True),
        Field("name_en", "ชื่ออังกฤษ", "Name in English", "string", required=True),
    ),
    primary_key=("code",),
)  # fmt: skip
_NOBODY = Agency("หน่วยงาน", "หน่วยงาน", "Agency", "", "", "", "", {}, {}, {})


def read_workspace(root: Path, today: date) -> tuple[Workspace, list[Finding]]:
    """Read everything under ``root``; every problem of every file comes back as a finding.

    The workspace holds what could be read: cells that failed are empty in it.
    """
    findings: list[Finding] = []
    data = root / "data"
    agency = _read_agency(root, findings)
    codelists = {
        path.stem: _read_codelist(path, _relative(path, root), today, findings)
        for path in sorted((data / "codelists").glob("*.csv"))
    }
    findings += _unread(data, root)
    datasets: dict[str, Dataset] = {}
    documents: dict[str, Any] = {}
    loaded: dict[tuple[str, str, int], Loaded] = {}
    for folder in _folders(data):
        dataset = _read_descriptor(folder, root, codelists, today, findings)
        if dataset is None:
            continue
        datasets[folder.name] = dataset
        for name in dataset.documents:
            document = _read_document(folder / name, root, findings)
            documents[f"{folder.name}/{name}"] = document.value
        for item in _read_tables(folder, root, dataset, codelists, today, findings):
            loaded[folder.name, item.resource.name, item.year] = item
    docs = root / "docs"
    findings += _published_ids(docs, root)
    return Workspace(
        root=root,
        today=today,
        agency=agency,
        codelists=codelists,
        datasets=datasets,
        loaded=loaded,
        documents=documents,
        written=dict(_pages(docs, root, findings)),
        files=frozenset(
            path.relative_to(docs).as_posix()
            for path in docs.rglob("*")
            # A link could lead out of the folder; the site does not publish what it leads to.
            if path.is_file() and path.suffix != ".md" and not path.is_symlink()
        ),
    ), findings


def _published_ids(docs: Path, root: Path) -> Iterator[Finding]:
    """Find citizens' ids in what docs/ publishes as it is: names of files, and texts in them."""
    for path in sorted(docs.rglob("*")):
        if path.is_file() and has_national_id(path.name):
            yield Finding("national-id", Place(_relative(path, root)), value="•" * 13)
        elif path.suffix.lower() in _TEXT_FILES and path.is_file():
            file = _relative(path, root)
            yield from _ids(decode(path.read_bytes(), file)[0] or "", file)


def _unread(data: Path, root: Path) -> Iterator[Finding]:
    """Find files beside the datasets that nothing reads."""
    lists = data / "codelists"
    for folder, wanted in ((data, {"agency.yml"}), (lists, {p.name for p in lists.glob("*.csv")})):
        for path in sorted(folder.glob("*")):
            known = path.name in wanted | _IGNORED or path.name.startswith((".", "~$"))
            if path.is_file() and not known:
                yield Finding("unread-file", Place(_relative(path, root)))


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _folders(data: Path) -> list[Path]:
    if not data.is_dir():
        return []
    return sorted(
        path
        for path in data.iterdir()
        if path.is_dir() and path.name != "codelists" and not path.name.startswith(".")
    )


def _read_document(path: Path, root: Path, findings: list[Finding]) -> Document:
    file = _relative(path, root)
    if not path.is_file():
        # JSON is what the program itself keeps: where it is not there, nothing was kept yet.
        if path.suffix != ".json":
            params = {"needed_by": "dataset.yml"}
            findings.append(Finding("missing-file", Place(file), params=params))
        return Document()
    text, problems = decode(path.read_bytes(), file)
    findings += problems
    if text is None:
        return Document(findings=problems)
    document = read_yaml(text, file)
    findings += document.findings
    findings += _ids(text, file)
    for number, line in enumerate(text.splitlines(), 1):
        place = Place(file, number)
        if lost_letters(line):
            findings.append(Finding("lost-letters", place, value=line.strip()))
        if has_markup(line) and not line.lstrip().startswith("#"):
            findings.append(Finding("html-cell", place, value=line.strip()))
    return document


def _read_agency(root: Path, findings: list[Finding]) -> Agency:
    path = root / "data" / "agency.yml"
    document = _read_document(path, root, findings)
    if document.value is None and (document.findings or not path.is_file()):
        return _NOBODY
    agency, problems = read_agency(document, _relative(path, root))
    findings += problems
    return agency or _NOBODY


def _read_codelist(path: Path, file: str, today: date, findings: list[Finding]) -> Codelist:
    table, problems = read_table(path, file, labels(_CODELIST))
    findings += problems
    if table is None:
        return Codelist(path.stem, {}, {})
    # A code list may carry further columns of its own: they are published, so they are looked at.
    own = {field.name for field in _CODELIST.fields}
    extra = tuple(Field(name, name, name, "string") for name in table.columns if name not in own)
    resource = replace(_CODELIST, fields=(*_CODELIST.fields, *extra))
    _, problems = validate(table, resource, {}, 0, today)
    findings += problems
    rows: dict[str, dict[str, str]] = {}
    names = list(table.columns)
    indices: dict[str, int] = {}
    for index, cells in enumerate(zip(*table.columns.values(), strict=True)):
        row = {
            name: strip_hidden(str(cell)).strip() for name, cell in zip(names, cells, strict=True)
        }
        if row.get("code"):
            row.setdefault("name_th", row["code"])
            row.setdefault("name_en", row["code"])
            rows.setdefault(row["code"], row)
            indices.setdefault(row["code"], index)
    by_name = {name_key(row["name_th"]): code for code, row in reversed(rows.items())}
    return Codelist(path.stem, rows, by_name, table, indices)


def _read_descriptor(
    folder: Path,
    root: Path,
    codelists: dict[str, Codelist],
    today: date,
    findings: list[Finding],
) -> Dataset | None:
    document = _read_document(folder / "dataset.yml", root, findings)
    if document.value is None:
        if not document.findings and (folder / "dataset.yml").is_file():
            place = Place(_relative(folder / "dataset.yml", root))
            findings.append(Finding("empty-file", place))
        return None
    file = _relative(folder / "dataset.yml", root)
    dataset, problems = read_dataset(document, file, today)
    findings += problems
    if dataset is None:
        return None
    if dataset.name and dataset.name != folder.name:
        params = {"problem": "the name of the folder is expected"}
        findings.append(Finding("descriptor-error", Place(file), "name", dataset.name, params))
    for resource in dataset.resources:
        for item in resource.fields:
            if item.codelist and item.codelist not in codelists:
                missing = f"data/codelists/{item.codelist}.csv"
                findings.append(Finding("missing-file", Place(missing), params={"needed_by": file}))
    return dataset


def _read_tables(
    folder: Path,
    root: Path,
    dataset: Dataset,
    codelists: dict[str, Codelist],
    today: date,
    findings: list[Finding],
) -> Iterator[Loaded]:
    present = _data_files(folder)
    used: set[Path] = {folder / name for name in dataset.documents}
    for resource in dataset.resources:
        files: dict[int, Path] = {}
        odd: set[int] = set()
        pattern = re.compile(re.escape(resource.path).replace(r"\{year\}", r"(\d{4})"), re.ASCII)
        yearly = "{year}" in resource.path
        for path in present:
            match = pattern.fullmatch(path.relative_to(folder).with_suffix("").as_posix())
            if not match or path.suffix.lower() not in _SUFFIXES:
                continue
            used.add(path)
            year = int(match[1]) if yearly else ALL_YEARS
            if yearly and not FIRST_YEAR <= year <= fiscal_year(today) + 1:
                meant = str(year + BE_OFFSET) if 1900 < year < BE_FROM - 300 else "?"
                params = {"year": str(year), "meant": meant}
                findings.append(Finding("odd-year", Place(_relative(path, root)), params=params))
                odd.add(year)
                odd.add(year + BE_OFFSET)
                continue
            if year in files:
                params = {"other": _relative(files[year], root)}
                findings.append(
                    Finding("duplicate-file", Place(_relative(path, root)), params=params)
                )
                continue
            files[year] = path
        wanted = dataset.periods.keys() if yearly else {ALL_YEARS}
        for year in sorted(wanted - files.keys() - odd):
            if not resource.optional:
                name = resource.path.replace("{year}", str(year))
                suffix = ".yml" if resource.root else ".csv"
                place = Place(f"{_relative(folder, root)}/{name}{suffix}")
                line = dataset.period_lines.get(year)
                params = {"needed_by": f"{dataset.file}:{line}" if line else dataset.file}
                findings.append(Finding("missing-file", place, params=params))
        for year, path in sorted(files.items()):
            file = _relative(path, root)
            if yearly and year not in dataset.periods:
                params = {"year": str(year), "descriptor": dataset.file}
                findings.append(Finding("undeclared-period", Place(file), params=params))
            own: list[Finding] = []
            table = _read_one(path, file, resource, own)
            # A table that nobody has to keep may well have no rows yet.
            findings += [one for one in own if not (resource.optional and one.rule == "empty-file")]
            if table is not None:
                frame, problems = validate(table, resource, codelists, year, today)
                findings += problems
                item = Loaded(dataset, resource, year, table, frame)
                findings += _check_total(item)
                yield item
    for path in sorted(set(present) - used):
        findings.append(Finding("unread-file", Place(_relative(path, root))))


def _data_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name not in _IGNORED and not path.name.startswith((".", "~$"))
    )


def _read_one(path: Path, file: str, resource: Resource, findings: list[Finding]) -> Table | None:
    if path.suffix.lower() in (".yml", ".yaml"):
        text, problems = decode(path.read_bytes(), file)
        findings += problems
        if text is None:
            return None
        document = read_yaml(text, file)
        findings += document.findings
        table, problems = yaml_table(document, file, resource.root, labels(resource))
    else:
        table, problems = read_table(path, file, labels(resource))
    findings += problems
    return table


def _check_total(item: Loaded) -> Iterator[Finding]:
    """Compare the sum of a file with the control total that dataset.yml copies from the document."""
    name = item.resource.control_total
    expected = item.period.control_totals.get(item.resource.name)
    # A sum over cells that could not be read would only say the same fault again.
    if not name or expected is None or item.frame[name].isna().any():
        return
    actual = int(item.frame[name].sum())
    if actual != expected * SATANG:
        params = {
            "actual": baht(actual),
            "expected": baht(expected * SATANG),
            "difference": baht(actual - expected * SATANG),
            "descriptor": f"{item.dataset.file}:{item.dataset.period_lines[item.year]}",
        }
        yield Finding("wrong-total", item.table.header, name, baht(actual), params)


def _pages(docs: Path, root: Path, findings: list[Finding]) -> Iterator[tuple[str, Written]]:
    """Yield each hand-written page by its address."""
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).with_suffix("").as_posix()
        address = "" if name == "index" else name.removesuffix("/index") + "/"
        file = _relative(path, root)
        text, problems = decode(path.read_bytes(), file)
        findings += problems
        if text is None:
            continue
        if conflict := conflict_line(text):
            findings.append(Finding("merge-conflict", Place(file, conflict)))
        else:
            findings += front_matter(text, file).findings
        findings += _ids(text, file)
        yield address, Written(file, frozenset(a or b for a, b in _ANCHOR.findall(text)))


def _ids(text: str, file: str) -> list[Finding]:
    return [
        Finding("national-id", Place(file, number), value="•" * 13)
        for number, line in enumerate(text.splitlines(), 1)
        if has_national_id(line)
    ]
