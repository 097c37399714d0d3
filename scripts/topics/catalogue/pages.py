"""The data page (downloads and dictionary), the page of all messages, and the files themselves."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from ...core import export
from ...core.model import SOME_SAMPLE, Field, Loaded
from ...core.shown import Column, Download, Page, Site
from ...core.thai import show_date
from .facts import CatalogueFacts, Entry

_TYPES = {
    "string": "ข้อความ",
    "money": "จำนวนเงิน (บาท ทศนิยมไม่เกิน 2 ตำแหน่ง)",
    "integer": "จำนวนเต็ม",
    "decimal": "ตัวเลข",
    "date": "วันที่ (ค.ศ. แบบ 2026-01-31)",
    "code": "รหัสจากรายการ",
    "boolean": "ใช่ หรือ ไม่",
    "array": "หลายค่า คั่นด้วย ;",
}
#: Table Schema's words for our types.
_SCHEMA_TYPES = {"money": "number", "integer": "integer", "decimal": "number", "date": "date"}
_PARAMETER = re.compile(r"\{\w+\}")
_SEVERITIES = {
    "broken": "ต้องแก้ไข สร้างเว็บไซต์ไม่ได้",
    "overdue": "เกินกำหนด",
    "due-soon": "ใกล้ครบกำหนด",
    "notice": "แจ้งให้ทราบ รับข้อมูลแล้ว",
}


def pages(facts: CatalogueFacts, site: Site) -> Iterator[Page]:
    """Yield the data page and the page of all messages."""
    ws = site.workspace
    # A code list is known to people by the title of the column that uses it.
    titles = {
        field.codelist: field.title
        for dataset in ws.datasets.values()
        for resource in dataset.resources
        for field in resource.fields
        if field.codelist
    }
    yield Page(
        path="data.md",
        title="ข้อมูลเปิด",
        description=f"ดาวน์โหลดข้อมูลทุกชุดของ{ws.agency.name_short_th} พร้อมพจนานุกรมข้อมูล",
        template="catalogue/data.md.j2",
        context={
            "groups": [
                (dataset, [entry for entry in facts.entries if entry.item.dataset is dataset])
                for dataset in ws.datasets.values()
            ],
            "dictionary": [
                (dataset, resource, [(field, _limits(field)) for field in resource.fields])
                for dataset in ws.datasets.values()
                for resource in dataset.resources
            ],
            "types": _TYPES,
            "codelists": [
                (titles.get(name, name), codes) for name, codes in sorted(ws.codelists.items())
            ],
        },
        nav=("ข้อมูลเปิด",),
        order=50,
        sample=SOME_SAMPLE if any(item.sample for item in ws.loaded.values()) else "",
    )
    yield Page(
        path="rules.md",
        title="ข้อความตรวจข้อมูล",
        description="ข้อความทุกข้อที่โปรแกรมตรวจข้อมูลบอกได้ หมายความว่าอะไร และแก้อย่างไร",
        template="catalogue/rules.md.j2",
        context={
            "groups": [
                (words, word, [
                    (rule, _PARAMETER.sub("…", rule.texts["th"].hint))
                    for _, rule in sorted(site.rules.items())
                    if rule.severity.word == word
                ])
                for word, words in _SEVERITIES.items()
            ]
        },
        nav=("สำหรับเจ้าหน้าที่", "ข้อความตรวจข้อมูล"),
        order=70,
    )  # fmt: skip


def _limits(field: Field) -> str:
    """Say a field's constraints for the dictionary."""
    said = ["ต้องมีค่า"] if field.required else []
    if field.enum:
        said.append("ค่าที่ใช้ได้: " + ", ".join(field.enum))
    if field.minimum is not None:
        said.append(f"ไม่น้อยกว่า {field.minimum:,}")
    if field.maximum is not None:
        said.append(f"ไม่เกิน {field.maximum:,}")
    if field.max_length:
        said.append(f"ยาวไม่เกิน {field.max_length} ตัวอักษร")
    if field.past:
        said.append("ไม่เป็นวันในอนาคต")
    if field.in_period:
        said.append("อยู่ในปีงบประมาณของไฟล์")
    return " · ".join(said)


def downloads(facts: CatalogueFacts, site: Site) -> Iterator[Download]:
    """Yield every dataset file in every form, and datapackage.json that describes them."""
    contents: dict[str, bytes] = {}
    for entry in facts.entries:
        columns = export.columns_of(entry.item)
        rows = export.rows_of(entry.item, site.workspace)
        csv_file = export.csv_bytes(columns, rows)
        contents[entry.stem] = csv_file
        yield Download(f"{entry.stem}.csv", partial(bytes, csv_file))
        yield Download(f"{entry.stem}.excel.csv", partial(export.excel_csv_bytes, columns, rows))
        yield Download(f"{entry.stem}.json", partial(export.json_bytes, columns, rows))
        about = _about(entry.item, site)
        make = partial(export.xlsx_bytes, columns, rows, entry.title, about)
        yield Download(f"{entry.stem}.xlsx", make)
    for name, codes in sorted(site.workspace.codelists.items()):
        header = list(dict.fromkeys(key for row in codes.rows.values() for key in row))
        table = [Column(key, key) for key in header]
        rows = [tuple(row.get(key, "") for key in header) for row in codes.rows.values()]
        yield Download(f"downloads/codelists/{name}.csv", partial(export.csv_bytes, table, rows))
    package = _package(facts, site, contents)
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    yield Download("datapackage.json", text.encode)


def _about(item: Loaded, site: Site) -> list[str]:
    lines = [
        f"{item.resource.title}{item.titled} · {site.workspace.agency.name_th}",
        f"ที่มา: {item.dataset.source_title}",
        f"เจ้าของข้อมูล: {item.dataset.owner}",
        f"สัญญาอนุญาต: {item.dataset.licence}",
        f"ข้อมูล ณ วันที่: {show_date(item.period.as_of)}",
        f"เผยแพร่: {show_date(item.period.published)}",
        f"ตรวจสอบ: {show_date(item.period.checked)}",
        f"สร้างไฟล์: {show_date(site.today)}",
    ]
    if item.sample:
        lines.insert(0, "มีข้อมูลตัวอย่างที่แต่งขึ้น ไม่ใช่ข้อมูลจริงของหน่วยงานใด")
    return lines


def _package(facts: CatalogueFacts, site: Site, contents: dict[str, bytes]) -> dict[str, Any]:
    """Describe all files as a Data Package (specs.frictionlessdata.io)."""
    agency = site.workspace.agency
    return {
        "profile": "tabular-data-package",
        "name": "transparency",
        "title": f"ข้อมูลเปิด {agency.name_th}",
        "created": f"{site.today.isoformat()}T00:00:00+07:00",
        "resources": [_resource(entry, contents[entry.stem]) for entry in facts.entries],
    }


def _constraints(spec: Field) -> dict[str, Any]:
    """Return what Table Schema can say of a field's limits."""
    said = {
        "required": spec.required or None,
        "enum": list(spec.enum) or None,
        "pattern": spec.pattern or None,
        "minimum": spec.minimum,
        "maximum": spec.maximum,
        "maxLength": spec.max_length,
    }
    limits = {name: value for name, value in said.items() if value is not None}
    # An array is published as one text, to which the limits of its elements do not apply.
    return {"constraints": limits} if limits and spec.type != "array" else {}


def _resource(entry: Entry, data: bytes) -> dict[str, Any]:
    item = entry.item
    fields = []
    for column in export.columns_of(item):
        spec = next((field for field in item.resource.fields if field.name == column.name), None)
        described: dict[str, Any] = {
            "name": column.name,
            "type": _SCHEMA_TYPES.get(spec.type, "string") if spec else "string",
            "title": column.title,
        }
        if spec:
            described["description"] = spec.description
            described |= _constraints(spec)
        fields.append(described)
    return {
        "profile": "tabular-data-resource",
        "name": f"{item.dataset.name}-{item.resource.name}{item.named}",
        "path": f"{entry.stem}.csv",
        "title": entry.title,
        "description": item.dataset.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "sources": [dict(source) for source in item.dataset.sources],
        "licenses": [{"name": "see-title", "title": item.dataset.licence}],
        "sample": item.sample,
        "schema": {"fields": fields, "primaryKey": list(item.resource.primary_key)},
    }
