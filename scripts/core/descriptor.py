"""dataset.yml and agency.yml: the authorities that describe everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .columns import READERS
from .findings import Finding, Place
from .model import PROVENANCES, Agency, Dataset, Field, Period, Resource
from .money import read_integer
from .thai import BE_FROM, DateFault, fold_digits, read_date
from .yamls import Document, at

_TEXTS = ("name", "title", "title_en", "description", "owner", "licence", "provenance", "cadence")
_DATASET_KEYS = {*_TEXTS, "sources", "documents", "resources", "periods"}
_PERIOD_KEYS = {"as_of", "published", "checked", "control_totals", "empty_months"}
_AGENCY_KEYS = {
    "name_th", "name_short_th", "name_en", "type", "province_th", "province_en",
    "base_url", "licence", "colours", "contact", "population", "notice",
}  # fmt: skip
_CONTACT_KEYS = {"website", "address", "phone", "email", "source"}
_YES, _NO = {"true", "yes", "ใช่"}, {"false", "no", "ไม่"}
_FIELD_KEYS = set(Field.__dataclass_fields__)
_RESOURCE_KEYS = set(Resource.__dataclass_fields__)
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_FILE_NAME = re.compile(r"[\w-]+\.(?:ya?ml|json)")
#: A file a year, or one file for all years.
_PATH = re.compile(r"[\w/-]*(?:\{year\})?[\w/-]*")
_MONTH = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_URL = re.compile(r"https?://[^\s<>\"']+")
_AGENCY_REQUIRED = ("name_th", "name_short_th", "name_en", "type", "province_th", "licence")


class _Reader:
    """Walks a document and collects what is wrong with it, with the line of each key."""

    def __init__(self, document: Document, file: str) -> None:
        self.document, self.file = document, file
        self.findings: list[Finding] = []

    def wrong(self, path: tuple[Any, ...], problem: str, value: str = "") -> None:
        place = Place(self.file, at(self.document.lines, *path))
        key = ".".join(map(str, path))
        self.findings.append(Finding("descriptor-error", place, key, value, {"problem": problem}))

    def text(self, node: Any, path: tuple[Any, ...], *, required: bool = True) -> str:
        value = node.get(path[-1]) if isinstance(node, dict) else None
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None or required:
            self.wrong(path, "required" if value is None else "text expected", str(value or ""))
        return ""

    def known(self, node: Mapping[str, Any], path: tuple[Any, ...], keys: set[str]) -> None:
        """Find keys that nothing reads: a misspelt one would switch off what it was meant for."""
        for key in node:
            if key not in keys:
                self.wrong((*path, key), "unknown key", key)

    def mapping(self, node: Mapping[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
        """Return the mapping at a key; nothing is fine, another kind of value is not."""
        value = node.get(path[-1])
        if value is not None and not isinstance(value, dict):
            self.wrong(path, "mapping expected", str(value)[:40])
        return value if isinstance(value, dict) else {}

    def list(self, node: Mapping[str, Any], path: tuple[Any, ...]) -> list[Any]:
        """Return the list at a key; nothing is fine, another kind of value is not."""
        value = node.get(path[-1])
        if value is not None and not isinstance(value, list):
            self.wrong(path, "list expected", str(value)[:40])
        return value if isinstance(value, list) else []

    def flag(self, node: Mapping[str, Any], path: tuple[Any, ...]) -> bool:
        """Return whether a key says yes; a word that is neither yes nor no is wrong."""
        value = node.get(path[-1])
        word = str(value).casefold()
        if value is not None and word not in _YES | _NO:
            self.wrong(path, "true or false expected", str(value)[:40])
        return word in _YES

    def number(self, value: Any, path: tuple[Any, ...]) -> int | None:
        if value is None:
            return None
        number = read_integer(fold_digits(str(value)))
        if number is None:
            self.wrong(path, "whole number expected", str(value))
        return number

    def day(self, value: Any, path: tuple[Any, ...], today: date) -> date | None:
        if value is None:
            return None
        place = Place(self.file, at(self.document.lines, *path))
        day = read_date(str(value))
        if isinstance(day, DateFault):
            meant = day.meant or "?"
            params = {"meant": meant, "expected": "date"}
            self.findings.append(Finding(day.rule, place, str(path[-1]), str(value), params))
            return None
        if day > today:
            params = {"today": today}
            self.findings.append(Finding("future-date", place, str(path[-1]), str(value), params))
        return day


def read_dataset(
    document: Document, file: str, today: date
) -> tuple[Dataset | None, list[Finding]]:
    """Read a dataset.yml; None when it is too broken to use, always with findings then."""
    reader = _Reader(document, file)
    node = document.value
    if not isinstance(node, dict):
        reader.wrong((), "mapping expected")
        return None, reader.findings
    reader.known(node, (), _DATASET_KEYS)
    texts = {key: reader.text(node, (key,)) for key in _TEXTS}
    if texts["name"] and not _NAME.fullmatch(texts["name"]):
        reader.wrong(("name",), "letters a-z, digits and hyphens", texts["name"])
        texts["name"] = "dataset"
    if texts["provenance"] not in PROVENANCES:
        reader.wrong(("provenance",), "real, sample or mixed", texts["provenance"])
    sources = tuple(
        {key: str(value) for key, value in source.items()}
        for source in reader.list(node, ("sources",))
        if isinstance(source, dict) and source.get("title")
    )
    if not sources:
        reader.wrong(("sources",), "at least one source with a title")
    resources = tuple(_resources(node, reader))
    if not resources:
        reader.wrong(("resources",), "at least one resource")
        return None, reader.findings
    marked = any(f.name == "sample" and f.type == "boolean" and f.required
                 for item in resources for f in item.fields)  # fmt: skip
    if texts["provenance"] == "mixed" and not marked:
        problem = "mixed needs a required boolean field named sample"
        reader.wrong(("provenance",), problem, "mixed")
    periods = dict(_periods(node, {item.name for item in resources}, reader, today))
    dataset = Dataset(
        **texts,
        sources=sources,
        resources=resources,
        periods=periods,
        documents=tuple(_documents(node, reader)),
        file=file,
        period_lines={year: at(document.lines, "periods", str(year)) for year in periods},
    )
    return dataset, reader.findings


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _documents(node: Mapping[str, Any], reader: _Reader) -> Iterator[str]:
    for index, item in enumerate(reader.list(node, ("documents",))):
        if _FILE_NAME.fullmatch(str(item)):
            yield str(item)
        else:
            reader.wrong(("documents", index), "a plain file name", str(item))


def _resources(node: Mapping[str, Any], reader: _Reader) -> Iterator[Resource]:
    for index, item in enumerate(reader.list(node, ("resources",))):
        path = ("resources", index)
        if not isinstance(item, dict):
            reader.wrong(path, "mapping expected")
            continue
        reader.known(item, path, _RESOURCE_KEYS)
        fields = tuple(_fields(item, reader, path))
        names = {field.name for field in fields}
        key = tuple(map(str, reader.list(item, (*path, "primary_key"))))
        if not set(key) <= names:
            reader.wrong((*path, "primary_key"), "names a field that is not there")
        name = reader.text(item, (*path, "name"))
        if name and not _NAME.fullmatch(name):
            reader.wrong((*path, "name"), "letters a-z, digits and hyphens", name)
        total = reader.text(item, (*path, "control_total"), required=False)
        if total and not any(spec.name == total and spec.type == "money" for spec in fields):
            reader.wrong((*path, "control_total"), "names a field that is not there", total)
            total = ""
        yield Resource(
            name=name if _NAME.fullmatch(name) else f"resource-{index}",
            title=reader.text(item, (*path, "title")),
            title_en=reader.text(item, (*path, "title_en")),
            path=_path(item, reader, path),
            fields=fields,
            primary_key=key if set(key) <= names else (),
            root=reader.text(item, (*path, "root"), required=False),
            control_total=total,
            optional=reader.flag(item, (*path, "optional")),
        )


def _path(item: Mapping[str, Any], reader: _Reader, path: tuple[Any, ...]) -> str:
    text = reader.text(item, (*path, "path"))
    if text and (not _PATH.fullmatch(text) or text.startswith("/")):
        reader.wrong((*path, "path"), "a name such as expense-{year}, or history", text)
        return "{year}"
    return text


def _fields(item: Mapping[str, Any], reader: _Reader, path: tuple[Any, ...]) -> Iterator[Field]:
    for index, raw in enumerate(reader.list(item, (*path, "fields"))):
        here = (*path, "fields", index)
        if not isinstance(raw, dict):
            reader.wrong(here, "mapping expected")
            continue
        reader.known(raw, here, _FIELD_KEYS)
        kind = reader.text(raw, (*here, "type"))
        if kind not in READERS:
            reader.wrong((*here, "type"), "one of " + ", ".join(READERS), kind)
            kind = "string"
        optional: dict[str, Any] = {
            key: reader.text(raw, (*here, key), required=False)
            for key in ("description", "unit", "codelist", "pattern")
        }
        flags: dict[str, Any] = {
            key: reader.flag(raw, (*here, key)) for key in ("required", "past", "in_period")
        }
        try:
            re.compile(optional["pattern"])
        except re.error:
            reader.wrong((*here, "pattern"), "not a regular expression", optional["pattern"])
            optional["pattern"] = ""
        limits: dict[str, Any] = {
            key: reader.number(raw.get(key), (*here, key))
            for key in ("minimum", "maximum", "max_length", "decimals")
        }
        yield Field(
            name=reader.text(raw, (*here, "name")),
            title=reader.text(raw, (*here, "title")),
            title_en=reader.text(raw, (*here, "title_en")),
            type=kind,
            enum=tuple(map(str, reader.list(raw, (*here, "enum")))),
            **optional,
            **flags,
            **limits,
        )


def _periods(
    node: Mapping[str, Any], resources: set[str], reader: _Reader, today: date
) -> Iterator[tuple[int, Period]]:
    periods = node.get("periods") or {}
    if not isinstance(periods, dict):
        reader.wrong(("periods",), "mapping of years expected")
        return
    for key, entry in periods.items():
        path = ("periods", key)
        year = reader.number(key, path)
        if year is None or not 2400 <= year <= 2700:
            reader.wrong(path, "fiscal year in พ.ศ., such as 2569", str(key))
            continue
        if entry is not None and not isinstance(entry, dict):
            reader.wrong(path, "mapping expected", str(entry)[:40])
        raw = _mapping(entry)
        reader.known(raw, path, _PERIOD_KEYS)
        days = {
            name: reader.day(raw.get(name), (*path, name), today)
            for name in ("as_of", "published", "checked")
        }
        totals = reader.mapping(raw, (*path, "control_totals"))
        reader.known(totals, (*path, "control_totals"), resources)
        numbers = {
            name: reader.number(value, (*path, "control_totals", name))
            for name, value in totals.items()
        }
        known = {name: value for name, value in numbers.items() if value is not None}
        empty = tuple(_months(raw, reader, path))
        yield year, Period(year, **days, control_totals=known, empty_months=empty)


def _months(raw: Mapping[str, Any], reader: _Reader, path: tuple[Any, ...]) -> Iterator[str]:
    for month in map(str, reader.list(raw, (*path, "empty_months"))):
        if _MONTH.fullmatch(month) and int(month[:4]) < BE_FROM:
            yield month
        else:
            problem = "months such as 2026-09, year in ค.ศ."
            reader.wrong((*path, "empty_months"), problem, month)


def read_agency(document: Document, file: str) -> tuple[Agency | None, list[Finding]]:
    """Read agency.yml; None when it is too broken to use, always with findings then."""
    reader = _Reader(document, file)
    node = document.value
    if not isinstance(node, dict):
        reader.wrong((), "mapping expected")
        return None, reader.findings
    reader.known(node, (), _AGENCY_KEYS)
    texts = {key: reader.text(node, (key,)) for key in _AGENCY_REQUIRED}
    colours, contact = reader.mapping(node, ("colours",)), reader.mapping(node, ("contact",))
    reader.known(contact, ("contact",), _CONTACT_KEYS)
    reader.known(colours, ("colours",), {"primary", "accent"})
    for name, value in colours.items():
        if not _COLOUR.fullmatch(str(value)):
            reader.wrong(("colours", name), "a colour such as #8a3412", str(value))
    base_url = reader.text(node, ("base_url",), required=False)
    website = str(contact.get("website") or "")
    for path, url in ((("base_url",), base_url), (("contact", "website"), website)):
        if url and not _URL.fullmatch(url):
            reader.wrong(path, "an address that begins with https://", url)
    population = dict(_population(node, reader))
    agency = Agency(
        **texts,
        base_url=base_url,
        colours={name: str(value) for name, value in colours.items()},
        contact={name: str(value) for name, value in contact.items() if value},
        population=population,
        notice=reader.text(node, ("notice",), required=False),
    )
    return (None if reader.findings and not texts["name_th"] else agency), reader.findings


def _population(node: Mapping[str, Any], reader: _Reader) -> Iterator[tuple[int, tuple[int, str]]]:
    seen: set[int] = set()
    for index, item in enumerate(reader.list(node, ("population",))):
        path: tuple[Any, ...] = ("population", index)
        if not isinstance(item, dict):
            reader.wrong(path, "year, count and source expected")
            continue
        year = reader.number(item.get("year"), (*path, "year"))
        count = reader.number(item.get("count"), (*path, "count"))
        source = reader.text(item, (*path, "source"))
        if year is None or year < 2400:
            reader.wrong((*path, "year"), "year in พ.ศ.", str(item.get("year")))
        elif year in seen:
            reader.wrong((*path, "year"), "this year is there twice", str(year))
        elif count is None and item.get("count"):
            continue  # said already: it is no number
        elif count is None or count <= 0:
            place = Place(reader.file, at(reader.document.lines, *path, "count"))
            value = str(item.get("count") or "")
            reader.findings.append(
                Finding("population-zero", place, "count", value, {"year": year})
            )
        else:
            seen.add(year)
            yield year, (count, source)
