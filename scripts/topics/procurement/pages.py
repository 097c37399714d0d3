"""Procurement pages: an overview of the years, and a page a year."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import charts
from ...core.charts import Part
from ...core.money import baht_words, percent, times
from ...core.shown import Card, Column, Figure, Page, Site, Source
from ...core.sources import source_of
from ...core.thai import MONTHS, MONTHS_SHORT
from .facts import Group, ProcurementFacts, ProcurementYear

_COUNT = Column("contracts", "จำนวนสัญญา", "number", "สัญญา")
_AMOUNT = Column("amount", "มูลค่า (บาท)", "money", "บาท")
_SHARE = Column("share", "ร้อยละของมูลค่า", "percent")
_COUNT_SHARE = Column("share_of_contracts", "ร้อยละของจำนวน", "percent")
NAV = "จัดซื้อจัดจ้าง"


def pages(facts: ProcurementFacts, site: Site) -> Iterator[Page]:
    """Yield the overview and every year's page; nothing where there are no contracts."""
    if not facts.years:
        return
    agency = site.workspace.agency
    yield Page(
        path="procurement/index.md",
        title="จัดซื้อจัดจ้างรายปี",
        description=f"จำนวนและมูลค่าสัญญาของ{agency.name_short_th} ทุกปีที่มีข้อมูล",
        template="procurement/overview.md.j2",
        context={"years": facts.years, "agency": agency},
        nav=(NAV, "ภาพรวมทุกปี"),
        order=20,
        figures=(_years(facts, site),),
        sample=facts.years[-1].item.sample_words,
    )
    for year in reversed(facts.years):
        yield Page(
            path=f"procurement/{year.year}.md",
            title=f"จัดซื้อจัดจ้างปี {year.year}",
            description=f"ปี {year.year} {agency.name_short_th}ทำ {year.count:,} สัญญา "
            f"รวม {baht_words(year.amount)} ซื้ออะไร วิธีไหน กับใคร",
            template="procurement/year.md.j2",
            context={"year": year, "agency": agency},
            nav=(NAV, f"ปี {year.year}"),
            order=21,
            figures=tuple(_figures(year, site)),
            sample=year.item.sample_words,
        )


def cards(facts: ProcurementFacts, site: Site) -> list[Card]:
    """Return the home page's card: how many contracts of the latest year, and their value."""
    if not facts.years:
        return []
    year = facts.years[-1]
    return [
        Card(
            order=20,
            label=f"สัญญาจัดซื้อจัดจ้างปี {year.year}",
            value=f"{year.count:,}",
            unit="สัญญา",
            sentence=f"มูลค่ารวม {baht_words(year.amount)} กับคู่สัญญา {year.suppliers:,} ราย",
            target=f"procurement/{year.year}/",
            sample=year.item.sample_words,
        )
    ]


def _years(facts: ProcurementFacts, site: Site) -> Figure:
    parts = [
        Part(
            f"ปี {year.year}",
            year.amount,
            f"{baht_words(year.amount)} ({year.count:,} สัญญา)",
            href=f"{year.year}/",
        )
        for year in facts.years
    ]
    latest = facts.years[-1]
    return Figure(
        id="years",
        title="มูลค่าสัญญาแต่ละปี",
        finding=f"ปี {latest.year} มี {latest.count:,} สัญญา รวม {baht_words(latest.amount)}",
        kind="bars",
        data=charts.bars(parts),
        columns=(Column("year", "ปีงบประมาณ"), _COUNT, _AMOUNT),
        rows=tuple((str(year.year), year.count, year.amount) for year in facts.years),
        source=source_of(latest.item, site.today),
    )


def _figures(year: ProcurementYear, site: Site) -> Iterator[Figure]:
    source = source_of(year.item, site.today)
    yield _methods(year, source)
    yield _months(year, source)
    yield _bands(year, source)
    yield _ranked(year, source, year.departments, "departments", "หน่วยงานไหนซื้อหรือจ้าง", "หน่วยงาน")
    yield _ranked(
        year, source, year.top_suppliers, "suppliers", "คู่สัญญาที่ได้มูลค่ามากที่สุด 10 ราย", "คู่สัญญา"
    )
    yield _largest(year, source)


def _methods(year: ProcurementYear, source: Source) -> Figure:
    by_count = sorted(
        (
            Part(group.name, group.count, f"{group.count:,} สัญญา", index)
            for index, group in enumerate(year.methods, 1)
        ),
        key=lambda part: -part.value,
    )
    by_value = [
        Part(group.name, group.amount, baht_words(group.amount), index)
        for index, group in enumerate(year.methods, 1)
    ]
    top = max(year.methods, key=lambda group: group.count, default=None)
    finding = "ไม่มีสัญญา"
    if top:
        finding = (
            f"{top.name} มี {top.count:,} สัญญา "
            f"เป็นร้อยละ {charts.share_text(top.count, year.count)} ของจำนวน "
            f"และร้อยละ {charts.share_text(top.amount, year.amount)} ของมูลค่า"
        )
    return Figure(
        id="methods",
        title="ซื้อหรือจ้างด้วยวิธีไหน",
        finding=finding,
        kind="stacks",
        data=[("นับตามจำนวนสัญญา", charts.hundred(by_count)), ("นับตามมูลค่า", charts.hundred(by_value))],
        columns=(Column("method", "วิธี"), _COUNT, _COUNT_SHARE, _AMOUNT, _SHARE),
        rows=tuple(
            (g.name, g.count, percent(g.count, year.count), g.amount, percent(g.amount, year.amount))
            for g in year.methods
        ),
        total=("รวม", year.count, percent(year.count, year.count), year.amount,
               percent(year.amount, year.amount)),
        source=source,
    )  # fmt: skip


def _months(year: ProcurementYear, source: Source) -> Figure:
    parts = [
        Part(MONTHS_SHORT[int(group.code) - 1], group.count, f"{group.count:,}")
        for group in year.months
    ]
    return Figure(
        id="months",
        title="ลงนามเดือนไหน",
        finding=_months_sentence(year.months),
        kind="columns",
        data=charts.bars(parts),
        columns=(Column("month", "เดือน"), _COUNT, _AMOUNT),
        rows=tuple((MONTHS[int(g.code) - 1], g.count, g.amount) for g in year.months),
        total=("รวม", sum(g.count for g in year.months), sum(g.amount for g in year.months)),
        source=source,
        note="เรียงตามปีงบประมาณ เริ่มเดือนตุลาคม",
    )


def _months_sentence(months: tuple[Group, ...]) -> str:
    """Say the busiest and the quietest month; alike months and none are said as they are."""
    # Months after the last one with a contract may simply not have come yet.
    last = max((i for i, group in enumerate(months) if group.count), default=-1)
    months = months[: last + 1]
    if not months:
        return "ไม่มีสัญญาที่มีวันลงนาม"
    most = max(months, key=lambda group: group.count)
    least = min(months, key=lambda group: group.count)
    name = MONTHS[int(most.code) - 1]
    if most.count == least.count:
        return f"ทุกเดือนมีจำนวนเท่ากัน เดือนละ {most.count:,} สัญญา"
    if not least.count:
        return f"{name}ลงนามมากที่สุด {most.count:,} สัญญา บางเดือนไม่มีเลย"
    ratio = times(most.count, least.count)
    return (
        f"{name}ลงนามมากที่สุด {most.count:,} สัญญา "
        f"เป็น {ratio} เท่าของ{MONTHS[int(least.code) - 1]}ที่น้อยที่สุด"
    )


def _bands(year: ProcurementYear, source: Source) -> Figure:
    parts = [Part(group.name, group.count, f"{group.count:,} สัญญา") for group in year.bands]
    most = max(year.bands, key=lambda group: group.count)
    return Figure(
        id="bands",
        title="วงเงินเท่าไร",
        finding=f"วงเงินช่วงที่มีสัญญามากที่สุดคือ{most.name} {most.count:,} สัญญา "
        f"หรือร้อยละ {charts.share_text(most.count, year.count) or '0'} ของทั้งหมด",
        kind="bars",
        data=charts.bars(parts, whole=year.count),
        columns=(Column("band", "วงเงินงบประมาณ"), _COUNT, _COUNT_SHARE, _AMOUNT),
        rows=tuple((g.name, g.count, percent(g.count, year.count), g.amount) for g in year.bands),
        total=("รวม", year.count, percent(year.count, year.count), year.amount),
        source=source,
        note="วิธีเฉพาะเจาะจงใช้ได้กับวงเงินไม่เกิน 500,000 บาท ตาม พ.ร.บ.การจัดซื้อจัดจ้างฯ พ.ศ. 2560 "
        "มาตรา 56 (2) (ข) และกฎกระทรวง ช่วงวงเงินกว้างไม่เท่ากัน วงเงินใกล้ 500,000 บาทมีได้ด้วยเหตุปกติ",
    )


def _ranked(
    year: ProcurementYear,
    source: Source,
    groups: tuple[Group, ...],
    name: str,
    title: str,
    label: str,
) -> Figure:
    parts = [
        Part(group.name, group.amount, f"{baht_words(group.amount)} ({group.count:,} สัญญา)")
        for group in groups
    ]
    finding = "ไม่มีข้อมูล"
    if groups:
        share = charts.share_text(groups[0].amount, year.amount)
        finding = f"{groups[0].name} มากที่สุด {baht_words(groups[0].amount)}"
        finding += f" หรือร้อยละ {share} ของมูลค่าทั้งหมด" if share else ""
    return Figure(
        id=name,
        title=title,
        finding=finding,
        kind="bars",
        data=charts.bars(parts, whole=year.amount),
        columns=(Column(name, label), _COUNT, _AMOUNT, _SHARE),
        rows=tuple((g.name, g.count, g.amount, percent(g.amount, year.amount)) for g in groups),
        source=source,
    )


def _largest(year: ProcurementYear, source: Source) -> Figure:
    finding = "ไม่มีสัญญา"
    if year.largest:
        top = year.largest[0]
        finding = f"สัญญามูลค่าสูงสุด {baht_words(top.amount)}: {top.title}"
    return Figure(
        id="largest",
        title=f"สัญญามูลค่าสูงสุด {len(year.largest)} สัญญา",
        finding=finding,
        kind="cards",
        data=[
            {
                "title": contract.title,
                "value": baht_words(contract.amount),
                "facts": (contract.supplier, contract.method),
                "date": contract.signed,
            }
            for contract in year.largest
        ],
        columns=(
            Column("title", "ชื่องาน"),
            Column("supplier", "คู่สัญญา"),
            Column("method", "วิธี"),
            Column("date_signed", "วันลงนาม", "date"),
            _AMOUNT,
        ),
        rows=tuple((c.title, c.supplier, c.method, c.signed, c.amount) for c in year.largest),
        source=source,
    )
