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
from .thai import DateFault, fold_digits, read_date
from .yamls import Document, at

_TEXTS = ("name", "title", "title_en", "description", "owner", "licence", "provenance", "cadence")
_FIELD_KEYS = set(Field.__dataclass_fields__)
_RESOURCE_KEYS = set(Resource.__dataclass_fields__)
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
            meant = day.meant.isoformat() if day.meant else "?"
            params = {"meant": meant, "expected": "date"}
            self.findings.append(Finding(day.rule, place, str(path[-1]), str(value), params))
            return None
        if day > today:
            params = {"today": today.isoformat()}
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
    texts = {key: reader.text(node, (key,)) for key in _TEXTS}
    if texts["provenance"] not in PROVENANCES:
        reader.wrong(("provenance",), "real, sample or mixed", texts["provenance"])
    sources = tuple(
        {key: str(value) for key, value in source.items()}
        for source in _list(node.get("sources"))
        if isinstance(source, dict) and source.get("title")
    )
    if not sources:
        reader.wrong(("sources",), "at least one source with a title")
    resources = tuple(_resources(node, reader))
    if not resources:
        reader.wrong(("resources",), "at least one resource")
        return None, reader.findings
    periods = dict(_periods(node, reader, today))
    dataset = Dataset(
        **texts,
        sources=sources,
        resources=resources,
        periods=periods,
        documents=tuple(str(item) for item in _list(node.get("documents"))),
        file=file,
        period_lines={year: at(document.lines, "periods", str(year)) for year in periods},
    )
    return dataset, reader.findings


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _resources(node: Mapping[str, Any], reader: _Reader) -> Iterator[Resource]:
    for index, item in enumerate(_list(node.get("resources"))):
        path = ("resources", index)
        if not isinstance(item, dict):
            reader.wrong(path, "mapping expected")
            continue
        for key in set(item) - _RESOURCE_KEYS:
            reader.wrong((*path, key), "unknown key", key)
        fields = tuple(_fields(item, reader, path))
        names = {field.name for field in fields}
        key = tuple(map(str, _list(item.get("primary_key"))))
        if not set(key) <= names:
            reader.wrong((*path, "primary_key"), "names a field that is not there")
        yield Resource(
            name=reader.text(item, (*path, "name")),
            title=reader.text(item, (*path, "title")),
            title_en=reader.text(item, (*path, "title_en")),
            path=reader.text(item, (*path, "path")),
            fields=fields,
            primary_key=key if set(key) <= names else (),
            root=reader.text(item, (*path, "root"), required=False),
            control_total=reader.text(item, (*path, "control_total"), required=False),
            optional=item.get("optional") == "true",
        )


def _fields(item: Mapping[str, Any], reader: _Reader, path: tuple[Any, ...]) -> Iterator[Field]:
    for index, raw in enumerate(_list(item.get("fields"))):
        here = (*path, "fields", index)
        if not isinstance(raw, dict):
            reader.wrong(here, "mapping expected")
            continue
        for key in set(raw) - _FIELD_KEYS:
            reader.wrong((*here, key), "unknown key", key)
        kind = reader.text(raw, (*here, "type"))
        if kind not in READERS:
            reader.wrong((*here, "type"), "one of " + ", ".join(READERS), kind)
            kind = "string"
        optional: dict[str, Any] = {
            key: reader.text(raw, (*here, key), required=False)
            for key in ("description", "unit", "codelist", "pattern")
        }
        flags: dict[str, Any] = {
            key: raw.get(key) == "true" for key in ("required", "past", "in_period")
        }
        limits: dict[str, Any] = {
            key: reader.number(raw.get(key), (*here, key))
            for key in ("minimum", "maximum", "max_length", "decimals")
        }
        yield Field(
            name=reader.text(raw, (*here, "name")),
            title=reader.text(raw, (*here, "title")),
            title_en=reader.text(raw, (*here, "title_en")),
            type=kind,
            enum=tuple(map(str, _list(raw.get("enum")))),
            **optional,
            **flags,
            **limits,
        )


def _periods(node: Mapping[str, Any], reader: _Reader, today: date) -> Iterator[tuple[int, Period]]:
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
        raw = _mapping(entry)
        days = {
            name: reader.day(raw.get(name), (*path, name), today)
            for name in ("as_of", "published", "checked")
        }
        totals = raw.get("control_totals")
        numbers = {
            name: reader.number(value, (*path, "control_totals", name))
            for name, value in (totals if isinstance(totals, dict) else {}).items()
        }
        known = {name: value for name, value in numbers.items() if value is not None}
        yield year, Period(year, **days, control_totals=known)


def read_agency(document: Document, file: str) -> tuple[Agency | None, list[Finding]]:
    """Read agency.yml; None when it is too broken to use, always with findings then."""
    reader = _Reader(document, file)
    node = document.value
    if not isinstance(node, dict):
        reader.wrong((), "mapping expected")
        return None, reader.findings
    texts = {key: reader.text(node, (key,)) for key in _AGENCY_REQUIRED}
    colours, contact = _mapping(node.get("colours")), _mapping(node.get("contact"))
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
    )
    return (None if reader.findings and not texts["name_th"] else agency), reader.findings


def _population(node: Mapping[str, Any], reader: _Reader) -> Iterator[tuple[int, tuple[int, str]]]:
    for index, item in enumerate(_list(node.get("population"))):
        path = ("population", index)
        if not isinstance(item, dict):
            reader.wrong(path, "year, count and source expected")
            continue
        year = reader.number(item.get("year"), (*path, "year"))
        count = reader.number(item.get("count"), (*path, "count"))
        source = reader.text(item, (*path, "source"))
        if year is None or year < 2400:
            reader.wrong((*path, "year"), "year in พ.ศ.", str(item.get("year")))
        elif count is None or count <= 0:
            place = Place(reader.file, at(reader.document.lines, *path, "count"))
            value = str(item.get("count") or "")
            reader.findings.append(
                Finding("population-zero", place, "count", value, {"year": year})
            )
        else:
            yield year, (count, source)
