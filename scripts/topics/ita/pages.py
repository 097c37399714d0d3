"""ITA pages: the latest result with its measures, and a page a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ...core import charts
from ...core.charts import Part
from ...core.money import round_half_up
from ...core.shown import Card, Column, Figure, Page, Site, Source
from ...core.sources import source_of
from ...core.thai import join_words
from .facts import ItaFacts, ItaYear

NAV = "ITA"
_SHORT = {"IIT": "การรับรู้ของคนภายใน", "EIT": "การรับรู้ของประชาชน", "OIT": "การเปิดเผยข้อมูล"}
#: Dots mark positions, so the scale of the scores need not begin at zero: it begins at the ten
#: below the lowest score, and at this at the highest.
_LOW_AT_MOST, _HIGH = Decimal(80), Decimal(100)


def pages(facts: ItaFacts, site: Site) -> Iterator[Page]:
    """Yield a page a year, and the overview; nothing where there are no scores."""
    if not facts.years:
        return
    agency = site.workspace.agency
    yield Page(
        path="ita/index.md",
        title="ผลการประเมิน ITA",
        description=f"คะแนนคุณธรรมและความโปร่งใส (ITA) ของ{agency.name_short_th} ทุกปีที่มีข้อมูล",
        template="ita/overview.md.j2",
        context={"years": facts.years, "agency": agency},
        nav=(NAV, "ภาพรวมทุกปี"),
        order=30,
        figures=(_years(facts, site),),
        sample=facts.years[-1].item.sample_words,
    )
    for year in reversed(facts.years):
        yield Page(
            path=f"ita/{year.year}.md",
            title=f"ผลการประเมิน ITA ปี {year.year}"
            + (f" และมาตรการ {len(year.measures)} ด้าน" if year.measures else ""),
            description=f"{agency.name_short_th}ได้ {year.total} คะแนน ระดับ"
            f"{year.level.name if year.level else 'ไม่ทราบ'} และมาตรการปรับปรุงรายตัวชี้วัด",
            template="ita/year.md.j2",
            context={"year": year, "agency": agency, "sentence": gap_sentence(year)},
            nav=(NAV, f"ปี {year.year}"),
            order=31,
            figures=tuple(_figures(year, site)),
            sample=year.item.sample_words,
        )


def cards(facts: ItaFacts, site: Site) -> list[Card]:
    """Return the home page's card: the latest total, and what the next level needs."""
    if not facts.years:
        return []
    year = facts.years[-1]
    return [
        Card(
            order=30,
            label=f"คะแนน ITA ปี {year.year}",
            value=str(year.total),
            unit="เต็ม 100",
            sentence=card_sentence(year),
            target=f"ita/{year.year}/",
            sample=year.item.sample_words,
        )
    ]


def gap_sentence(year: ItaYear) -> str:
    """Say the level and what keeps it from the next one."""
    if year.rules is None:
        return f"ไม่ทราบระดับ เพราะไม่มีเกณฑ์ระดับของปี {year.year} ในข้อมูล"
    if year.level is None:
        return "ไม่ทราบระดับ เพราะคะแนนไม่เข้าเกณฑ์ระดับใดในข้อมูล"
    if year.next_level is None:
        return f"อยู่ในระดับ{year.level.name} ซึ่งเป็นระดับสูงสุด"
    if not year.gaps:
        missing = year.next_level.min_total - year.total
        return (
            f"อยู่ในระดับ{year.level.name} คะแนนรวมขาดอีก {missing} คะแนนจึงถึงระดับ{year.next_level.name}"
        )
    least = year.next_level.min_each
    said = " ".join(
        f"{one.code} ได้ {_plain(one.exact or one.score)} ขาด {_plain(gap)} คะแนน"
        for one, gap in year.gaps
    )
    return (
        f"อยู่ในระดับ{year.level.name} เพราะระดับ{year.next_level.name}"
        f"ต้องได้ {_plain(least or Decimal(0))} ทุกเครื่องมือ แต่ {said}"
    )


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _three(value: Decimal | None) -> str | None:
    """Write an unrounded score with the three decimals that tell how it rounds."""
    return None if value is None else str(round_half_up(value, 3))


def card_sentence(year: ItaYear) -> str:
    """Say the level and what keeps it from the next one, for somebody who knows no abbreviations."""
    if year.level is None or year.next_level is None or not year.gaps:
        return gap_sentence(year)
    names = join_words([f"{_SHORT.get(one.code, one.name)} ({one.code})" for one, _ in year.gaps])
    return f"ระดับ{year.level.name} คะแนน{names} ยังไม่ถึงเกณฑ์ระดับ{year.next_level.name}"


def _years(facts: ItaFacts, site: Site) -> Figure:
    parts = [
        Part(f"ปี {year.year}", int(year.total * 100), f"{year.total} คะแนน", href=f"{year.year}/")
        for year in facts.years
    ]
    latest = facts.years[-1]
    return Figure(
        id="years",
        title="คะแนนรวมแต่ละปี",
        finding=f"ปี {latest.year} ได้ {latest.total} คะแนน {gap_sentence(latest)}",
        kind="bars",
        data=charts.bars(parts),
        columns=(
            Column("year", "ปีงบประมาณ"),
            Column("total", "คะแนนรวม", "number"),
            Column("level", "ระดับ"),
        ),
        rows=tuple(
            (str(year.year), year.total, year.level.name if year.level else None)
            for year in facts.years
        ),
        source=source_of(latest.item, site.today),
    )


def _figures(year: ItaYear, site: Site) -> Iterator[Figure]:
    source = source_of(year.item, site.today)
    target = year.next_level.min_each if year.next_level else None
    mark = target if target is not None else Decimal(95)
    if year.instruments:
        yield _instruments(year, mark, source)
    if year.indicators:
        yield _indicators(year, mark, source)
    if year.measures_item is not None and year.measures:
        yield _plan(year, site)


def _indicators(year: ItaYear, mark: Decimal, source: Source) -> Figure:
    lowest = min(year.indicators, key=lambda one: one.score)
    highest = max(year.indicators, key=lambda one: one.score)
    parts = [
        Part(f"{one.number}. {one.name}", int(one.score * 100), str(one.score), note=one.instrument)
        for one in year.indicators
    ]
    below = sum(one.score < mark for one in year.indicators)
    return Figure(
        id="indicators",
        title=f"คะแนนรายตัวชี้วัด {len(year.indicators)} ด้าน",
        finding=f"ต่ำสุดคือ{lowest.name} {lowest.score} คะแนน สูงสุดคือ{highest.name} "
        f"{highest.score} คะแนน ต่ำกว่า {_plain(mark)} อยู่ {below} ด้าน",
        kind="dots",
        data=_dots(parts, mark, [one.score for one in year.indicators]),
        columns=(
            Column("number", "ตัวชี้วัด"),
            Column("name", "ชื่อ"),
            Column("instrument", "เครื่องมือ"),
            Column("score", "คะแนน", "number"),
        ),
        rows=tuple((one.number, one.name, one.instrument, one.score) for one in year.indicators),
        source=source,
        note=_axis_note(mark, [one.score for one in year.indicators])
        + " เส้นนี้ใช้เทียบเท่านั้น ระดับตัดสินจากคะแนนเครื่องมือ",
    )


def _low(scores: Sequence[Decimal]) -> Decimal:
    return min(_LOW_AT_MOST, min(scores) // 10 * 10)


def _dots(parts: list[Part], mark: Decimal, scores: Sequence[Decimal]) -> dict[str, object]:
    low = _low(scores)
    placed = charts.dots(parts, low, _HIGH, mark, scores)
    return {
        "dots": placed,
        "target": placed[0].target,
        "target_label": _plain(mark),
        "low": _plain(low),
        "high": _plain(_HIGH),
    }


def _axis_note(mark: Decimal, scores: Sequence[Decimal]) -> str:
    return f"แกนเริ่มที่ {_plain(_low(scores))} คะแนน เส้นตั้งคือ {_plain(mark)} คะแนน"


def _instruments(year: ItaYear, mark: Decimal, source: Source) -> Figure:
    parts = [
        Part(one.name, int(one.score * 100), str(one.score), note=one.code)
        for one in year.instruments
    ]
    return Figure(
        id="instruments",
        title="คะแนนแยกตามเครื่องมือ",
        finding=gap_sentence(year),
        kind="dots",
        data=_dots(parts, mark, [one.score for one in year.instruments]),
        columns=(
            Column("instrument", "เครื่องมือ"),
            Column("name", "ชื่อ"),
            Column("weight", "น้ำหนัก", "number"),
            Column("score", "คะแนน", "number"),
            Column("exact", "ก่อนปัด", "number"),
        ),
        rows=tuple(
            (one.code, one.name, one.weight, one.score, _three(one.exact)) for one in year.instruments
        ),
        total=("ITA", "คะแนนรวม", _whole(year), year.total, _three(year.exact_total)),
        source=source,
        note=" ".join(filter(None, (_axis_note(mark, [one.score for one in year.instruments]),
                                    year.rules.source if year.rules else ""))),
    )  # fmt: skip


def _whole(year: ItaYear) -> Decimal | None:
    weights = [one.weight for one in year.instruments if one.weight is not None]
    return sum(weights, Decimal(0)) if weights else None


def _plan(year: ItaYear, site: Site) -> Figure:
    assert year.measures_item is not None
    all_year = sum(len(measure.quarters) == 4 for measure in year.measures)
    return Figure(
        id="measures",
        title="มาตรการปรับปรุงและช่วงเวลา",
        finding=f"มี {len(year.measures)} มาตรการ ทำต่อเนื่องทั้งปี {all_year} มาตรการ "
        f"กำหนดไตรมาส {len(year.measures) - all_year} มาตรการ",
        kind="measures",
        data=year.measures,
        columns=(
            Column("indicator", "ตัวชี้วัด", "number"),
            Column("name", "ชื่อ"),
            Column("measure", "มาตรการ/โครงการ/กิจกรรม"),
            Column("analysis", "ผลการวิเคราะห์"),
            Column("steps", "ขั้นตอนหรือวิธีการ"),
            Column("period", "ช่วงเวลา"),
            Column("owner", "ผู้รับผิดชอบ"),
        ),
        rows=tuple(
            (m.indicator, m.name, m.measure, m.analysis, m.steps, m.period, m.owner)
            for m in year.measures
        ),
        source=source_of(year.measures_item, site.today),
    )
