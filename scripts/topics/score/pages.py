"""The page of the estimate, where the agency chose to publish it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ...core import charts
from ...core.charts import Part
from ...core.export import SAMPLE_WORD
from ...core.shown import Column, Figure, Page, Site, Source
from ...core.sources import source_of
from .estimate import OIT, Entry, Outcome, bound_of, rounded
from .facts import BOUNDS, ScoreFacts
from .needs import Standing
from .words import (
    assumptions,
    how,
    level_name,
    plan_text,
    say,
    state_word,
    step_name,
    two,
    why_text,
)

NAV = "ประมาณการ (ไม่เป็นทางการ)"
_HIGH = Decimal(100)
#: Dots mark positions, so the scale need not begin at zero; see the pages of the ITA result.
_LOW_AT_MOST = Decimal(80)


def pages(facts: ScoreFacts, site: Site) -> Iterator[Page]:
    """Yield the page of the estimate; nothing where it is for internal use."""
    if not facts.public:
        return
    source = _source(facts, site)
    figures = _figures(facts, facts.estimate, source) if facts.estimate and source else ()
    yield Page(
        path="score.md",
        title="ประมาณการคะแนน ITA (ไม่เป็นทางการ)",
        description=f"ประมาณการคะแนน ITA ของ{site.workspace.agency.name_short_th} "
        "จากสถานะการเปิดเผยข้อมูล ไม่เป็นทางการ",
        template="score/estimate.md.j2",
        context={
            "sentence": sentence(facts),
            "notice": say("th", "notice"),
            "plans": [(say("th", plan.bound), plan_text("th", plan)) for plan in facts.plans],
            "assumptions": assumptions("th", facts),
        },
        nav=("ITA", NAV),
        order=33,
        figures=tuple(figures),
        sample=source.sample if source else "",
    )


def sentence(facts: ScoreFacts) -> str:
    """Say the range and the levels of its bounds, or why there is none."""
    if facts.estimate is None:
        return why_text("th", facts.why_not) if facts.why_not else ""
    value, levels = facts.estimate.total.value, (facts.estimate.certain, facts.estimate.likely)
    names = list(dict.fromkeys(_level(one) for one in levels))
    return (
        f"ประมาณการปี {facts.year} มั่นใจได้ {two(value.certain)} คะแนน "
        f"น่าจะได้ {two(value.likely)} คะแนน {' ถึง'.join(names)} (ไม่เป็นทางการ)"
    )


def _level(standing: Standing) -> str:
    return f"ระดับ{standing.level.name}" if standing.level else level_name("th", standing)


def _source(facts: ScoreFacts, site: Site) -> Source | None:
    """Return where the estimate is from: the records, and the latest published scores."""
    records = site.workspace.get("oit", "records", facts.year)
    scores = site.workspace.get("ita", "scores", facts.official_year)
    if records is None or scores is None:
        return None
    source, other = source_of(records, site.today), source_of(scores, site.today)
    titles = dict.fromkeys((source.title, other.title))
    return replace(
        source,
        title=f"โปรแกรมประมาณจาก {'; '.join(titles)}",
        sample=source.sample or other.sample,
    )


def _figures(facts: ScoreFacts, outcome: Outcome, source: Source) -> Iterator[Figure]:
    yield _range(facts, outcome, source)
    yield _items(facts, outcome, source)
    yield _fixes(facts, source)


def _range(facts: ScoreFacts, outcome: Outcome, source: Source) -> Figure:
    """Draw both bounds of OIT and of the total against the total that the next level asks for."""
    shown = [
        (step, bound, rounded(bound_of(step.value, bound)))
        for step in (*(part for part in outcome.total.parts if part.code == OIT), outcome.total)
        for bound in BOUNDS
    ]
    scores = [score for _, _, score in shown]
    parts = [
        Part(f"{step.code} {say('th', bound)}", int(score * 100), f"{score:.2f}")
        for step, bound, score in shown
    ]
    standing = outcome.certain if outcome.certain.next_level else outcome.likely
    aim = standing.next_level or standing.level
    mark = aim.min_total if aim else _LOW_AT_MOST
    low = min(_LOW_AT_MOST, min([*scores, mark]) // 10 * 10)
    placed = charts.dots(parts, low, _HIGH, mark, scores)
    drawn = {"dots": placed, "target": placed[0].target, "target_label": f"{mark.normalize():f}",
             "low": str(low), "high": str(_HIGH)}  # fmt: skip
    steps = [step for step in outcome.total.walk() if step.kind != "item"]
    return Figure(
        id="range",
        title="จากตัวชี้วัดถึงคะแนนรวม",
        finding=sentence(facts),
        kind="dots",
        data=drawn,
        columns=(
            Column("step", "ขั้น"),
            Column("certain", say("th", "certain"), "number"),
            Column("likely", say("th", "likely"), "number"),
            Column("how", say("th", "how")),
        ),
        rows=tuple(
            (step_name("th", step), rounded(step.value.certain), rounded(step.value.likely),
             how("th", step, facts))
            for step in steps
        ),
        source=source,
        note=f"แกนเริ่มที่ {low} คะแนน เส้นตั้งคือคะแนนรวมขั้นต่ำของระดับ{aim.name if aim else ''}",
    )  # fmt: skip


def _items(facts: ScoreFacts, outcome: Outcome, source: Source) -> Figure:
    steps = {step.code: step for step in outcome.total.walk() if step.kind == "item"}
    current = sum(entry.state == "fresh" for entry in facts.counted)
    return Figure(
        id="items",
        title="คะแนนของแต่ละข้อในการประมาณ",
        finding=f"นับ {len(steps)} ข้อ เป็นปัจจุบัน {current} ข้อ",
        kind="none",
        data=None,
        columns=(
            Column("item", "ข้อ"),
            Column("title", "เรื่อง"),
            Column("indicator", "ตัวชี้วัด"),
            Column("sub_indicator", "ตัวชี้วัดย่อย"),
            Column("state", "สถานะ"),
            Column("certain", say("th", "certain"), "number"),
            Column("likely", say("th", "likely"), "number"),
            Column("sample", "ข้อมูลตัวอย่าง"),
        ),
        rows=tuple(
            (one.number, one.title, one.indicator, one.sub_indicator, _state(one),
             rounded(steps[one.number].value.certain), rounded(steps[one.number].value.likely),
             SAMPLE_WORD if one.sample else None)
            for one in facts.counted
        ),
        source=source,
        note=facts.marks_source,
    )  # fmt: skip


def _state(entry: Entry) -> str:
    # The column beside it says what is invented.
    return state_word("th", replace(entry, sample=False))


def _fixes(facts: ScoreFacts, source: Source) -> Figure:
    gainful = [fix for fix in facts.fixes if fix.gain.likely or fix.gain.certain]
    finding = "ไม่มีข้อที่แก้แล้วคะแนนประมาณการเพิ่ม"
    if gainful:
        best = gainful[0]
        finding = (
            f"แก้ {best.entry.number} {best.entry.title} เพิ่มมากที่สุด "
            f"มั่นใจได้ {two(best.gain.certain)} คะแนน น่าจะได้ {two(best.gain.likely)} คะแนน"
        )
    return Figure(
        id="fixes",
        title="ข้อที่แก้แล้วคะแนนเพิ่ม",
        finding=finding,
        kind="none",
        data=None,
        columns=(
            Column("item", "ข้อ"),
            Column("title", "เรื่อง"),
            Column("state", "สถานะ"),
            Column("certain", "เพิ่ม (มั่นใจได้)", "number"),
            Column("likely", "เพิ่ม (น่าจะได้)", "number"),
            Column("sample", "ข้อมูลตัวอย่าง"),
        ),
        rows=tuple(
            (fix.entry.number, fix.entry.title, _state(fix.entry),
             rounded(fix.gain.certain), rounded(fix.gain.likely),
             SAMPLE_WORD if fix.entry.sample else None)
            for fix in facts.fixes
        ),
        source=source,
    )  # fmt: skip
