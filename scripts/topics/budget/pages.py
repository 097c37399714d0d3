"""Budget pages: an overview of the years, and a page a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core import charts
from ...core.charts import Part
from ...core.model import Loaded
from ...core.money import baht, baht_words, percent
from ...core.shown import Card, Column, Figure, Page, Site, Source
from ...core.sources import source_of
from ...core.thai import join_words
from .facts import BudgetFacts, BudgetYear, Line

_AMOUNT = Column("amount", "จำนวนเงิน (บาท)", "money", "บาท")
_SHARE = Column("share", "ร้อยละ", "percent")
_NAME = Column("name", "รายการ")
NAV = "งบประมาณ"


def pages(facts: BudgetFacts, site: Site) -> Iterator[Page]:
    """Yield the overview and every year's page; nothing where there is no budget."""
    if not facts.years:
        return
    latest = facts.years[-1]
    yield Page(
        path="budget/index.md",
        title="งบประมาณรายปี",
        description=f"งบประมาณของ{site.workspace.agency.name_short_th} ทุกปีที่มีข้อมูล เทียบปีต่อปี",
        template="budget/overview.md.j2",
        context={"years": facts.years, "latest": latest, "agency": site.workspace.agency},
        nav=(NAV, "ภาพรวมทุกปี"),
        order=10,
        figures=tuple(_overview(facts, site)),
        sample=latest.expense.sample_words,
    )
    for year in reversed(facts.years):
        yield Page(
            path=f"budget/{year.year}.md",
            title=f"งบประมาณปี {year.year}",
            description=(
                f"{site.workspace.agency.name_short_th} ตั้งงบประมาณปี {year.year} "
                f"ไว้ {baht_words(year.total)} เงิน 100 บาทไปทำอะไร และมาจากไหน"
            ),
            template="budget/year.md.j2",
            context={
                "year": year,
                "agency": site.workspace.agency,
                "spent": spent_sentence(year),
            },
            nav=(NAV, f"ปี {year.year}"),
            order=11,
            figures=tuple(_figures(year, site)),
            sample=year.expense.sample_words,
        )


def cards(facts: BudgetFacts, site: Site) -> list[Card]:
    """Return the home page's card: the latest budget, and what is known of its spending."""
    if not facts.years:
        return []
    year = facts.years[-1]
    value, _, unit = baht_words(year.total).partition(" ")
    return [
        Card(
            order=10,
            label=f"งบประมาณปี {year.year}",
            value=value,
            unit=unit,
            sentence=f"ปีล่าสุดที่มีข้อมูล {spent_sentence(year)}",
            target=f"budget/{year.year}/",
            sample=year.expense.sample_words,
        )
    ]


def spent_sentence(year: BudgetYear) -> str:
    """Say how much of the budget is disbursed; not knowing is said as such, never as nothing."""
    if year.spent is None:
        return "ยังไม่มีข้อมูลเบิกจ่าย จึงบอกไม่ได้ว่าใช้ไปแล้วเท่าไร"
    share = charts.share_text(year.spent, year.total)
    said = f"เบิกจ่ายแล้ว {baht_words(year.spent)}"
    return f"{said} หรือร้อยละ {share}" if share else said


def _rows(lines: list[tuple[str, int]], total: int) -> tuple[tuple[object, ...], ...]:
    return tuple((name, amount, percent(amount, total)) for name, amount in lines)


def _figures(year: BudgetYear, site: Site) -> Iterator[Figure]:
    source = source_of(year.expense, site.today)
    plans = _plan_parts(year)
    yield _hundred(year, plans, source)
    yield _map(year, plans, source)
    yield _types(year, source)
    if year.income is not None:
        yield _income(year, year.income, site)
    yield _detail(year, source)


def _plan_parts(year: BudgetYear) -> list[Part]:
    """Return the plans as parts to draw, in the colour of their area."""
    colours = {line.code: index for index, line in enumerate(year.areas, 1)}
    return [
        Part(
            plan.name,
            plan.amount,
            baht_words(plan.amount),
            colours.get(plan.area, 1),
            f"#plan-{plan.code}",
            plan.area_name,
        )
        for plan in year.plans
    ]


def _hundred(year: BudgetYear, plans: list[Part], source: Source) -> Figure:
    return Figure(
        id="hundred",
        title="เงิน 100 บาท ไปทำอะไร",
        finding=_hundred_sentence(plans, "ไปที่แผนงาน"),
        kind="hundred",
        data=charts.hundred(plans),
        columns=(Column("plan", "แผนงาน"), _AMOUNT, _SHARE),
        rows=_rows([(plan.name, plan.amount) for plan in year.plans], year.total),
        total=("รวม", year.total, percent(year.total, year.total)),
        source=source,
        note="ปัดเป็นบาทเต็มให้รวมได้ 100 บาทพอดี",
    )


def _map(year: BudgetYear, plans: list[Part], source: Source) -> Figure:
    return Figure(
        id="map",
        title="ขนาดของแต่ละแผนงาน",
        finding=_ranking(year.areas, year.total),
        kind="treemap",
        data={
            "map": charts.treemap(plans),
            "legend": [(index, line.name) for index, line in enumerate(year.areas, 1)],
        },
        columns=(Column("area", "ด้าน"), Column("plan", "แผนงาน"), _AMOUNT, _SHARE),
        rows=tuple(
            (plan.area_name, plan.name, plan.amount, percent(plan.amount, year.total))
            for plan in year.plans
        ),
        total=("รวม", "", year.total, percent(year.total, year.total)),
        source=source,
        note="พื้นที่ของกล่องเท่ากับสัดส่วนของเงิน",
    )


def _types(year: BudgetYear, source: Source) -> Figure:
    parts = [Part(line.name, line.amount, baht_words(line.amount)) for line in year.types]
    return Figure(
        id="types",
        title="เป็นค่าอะไรบ้าง",
        finding=_ranking(year.types, year.total),
        kind="bars",
        data=charts.bars(parts, whole=year.total),
        columns=(Column("type", "งบ"), _AMOUNT, _SHARE),
        rows=_rows([(line.name, line.amount) for line in year.types], year.total),
        total=("รวม", year.total, percent(year.total, year.total)),
        source=source,
    )


def _income(year: BudgetYear, income: Loaded, site: Site) -> Figure:
    groups = {line.code: (index, line.name) for index, line in enumerate(year.groups, 1)}
    parts = [
        Part(
            line.name,
            line.amount,
            baht_words(line.amount),
            groups.get(line.parent, (1, ""))[0],
            note=groups.get(line.parent, (1, ""))[1],
        )
        for line in year.categories
    ]
    return Figure(
        id="income",
        title="เงิน 100 บาท มาจากไหน",
        finding=_hundred_sentence(parts, "มาจาก"),
        kind="hundred",
        data=charts.hundred(parts),
        columns=(Column("group", "ประเภท"), Column("category", "หมวดรายรับ"), _AMOUNT, _SHARE),
        rows=tuple(
            (part.note, part.label, part.value, percent(part.value, year.income_total))
            for part in parts
        ),
        total=("รวม", "", year.income_total, percent(year.income_total, year.income_total)),
        source=source_of(income, site.today),
        note="เป็นประมาณการรายรับตามข้อบัญญัติ ปัดเป็นบาทเต็มให้รวมได้ 100 บาทพอดี",
    )


def _detail(year: BudgetYear, source: Source) -> Figure:
    return Figure(
        id="detail",
        title="รายละเอียดของทุกแผนงาน",
        finding=f"งบประมาณปี {year.year} มี {len(year.plans)} แผนงาน "
        f"{sum(len(plan.tasks) for plan in year.plans)} งาน รวม {baht(year.total)} บาท",
        kind="tree",
        data=year.plans,
        columns=(
            Column("area", "ด้าน"),
            Column("plan", "แผนงาน"),
            Column("task", "งาน"),
            Column("type", "งบ"),
            _AMOUNT,
        ),
        rows=tuple(
            (plan.area_name, plan.name, task.name, line.name, line.amount)
            for plan in year.plans
            for task in plan.tasks
            for line in task.types
        ),
        total=("รวม", "", "", "", year.total),
        source=source,
    )


def _hundred_sentence(parts: list[Part], verb: str) -> str:
    """Say the largest parts of 100 baht; ties and zero are said as they are."""
    shares = charts.hundred(parts)
    whole = sum(part.value for part in parts)
    if not whole:
        return "ไม่มีจำนวนเงินให้แบ่ง"
    top = [f"{share.part.label} {share.units} บาท" for share in shares[:3] if share.units]
    return f"จากทุก 100 บาท {verb}{join_words(top)}"


def _ranking(lines: Sequence[Line], total: int) -> str:
    """Say who has most: grammatical for none, one, a tie and many."""
    lines = [line for line in lines if line.amount]
    if not lines or not total:
        return "ไม่มีจำนวนเงิน"
    first = lines[0]
    share = f"ร้อยละ {charts.share_text(first.amount, total)}"
    if len(lines) == 1:
        return f"ทั้งหมดเป็น{first.name} {baht_words(first.amount)}"
    if lines[1].amount == first.amount:
        return f"{first.name}และ{lines[1].name} มากที่สุดเท่ากัน รายการละ {baht_words(first.amount)}"
    return f"{first.name} มากที่สุด {baht_words(first.amount)} หรือ{share} ของทั้งหมด"


def _overview(facts: BudgetFacts, site: Site) -> Iterator[Figure]:
    latest = facts.years[-1]
    source = source_of(latest.expense, site.today)
    parts = [
        Part(f"ปี {year.year}", year.total, baht_words(year.total), href=f"{year.year}/")
        for year in facts.years
    ]
    yield Figure(
        id="years",
        title="งบประมาณแต่ละปี",
        finding=_change_sentence(facts),
        kind="bars",
        data=charts.bars(parts),
        columns=(
            Column("year", "ปีงบประมาณ", "year"),
            Column("expense", "รายจ่าย (บาท)", "money"),
            Column("income", "รายรับ (บาท)", "money"),
        ),
        rows=tuple(
            (str(year.year), year.total, year.income_total if year.income else None)
            for year in facts.years
        ),
        source=source,
    )
    if len(facts.years) > 1:
        yield _changes(facts.years[-2], latest, site)


def _change_sentence(facts: BudgetFacts) -> str:
    latest = facts.years[-1]
    if len(facts.years) == 1:
        return f"มีข้อมูลปีเดียว คือปี {latest.year} {baht_words(latest.total)}"
    before = facts.years[-2]
    return (
        f"ปี {latest.year} ตั้งงบประมาณ {baht_words(latest.total)} "
        f"{_change(before.total, latest.total)}จากปี {before.year}"
    )


def _change(old: int, new: int) -> str:
    if new == old:
        return "เท่าเดิม"
    word = "เพิ่มขึ้น" if new > old else "ลดลง"
    ratio = percent(abs(new - old), old)
    share = f" (ร้อยละ {ratio})" if ratio is not None else ""
    return f"{word} {baht_words(abs(new - old))}{share} "


def _counted(*numbers: tuple[str, int]) -> str:
    """Say how many plans of each kind there are; kinds without any are left unsaid."""
    return join_words([f"{word} {number} แผนงาน" for word, number in numbers if number])


def _changes(before: BudgetYear, latest: BudgetYear, site: Site) -> Figure:
    old = {plan.code: plan.amount for plan in before.plans}
    new = {plan.code: plan.amount for plan in latest.plans}
    names = {plan.code: plan.name for plan in (*before.plans, *latest.plans)}
    order = sorted(names, key=lambda code: -max(new.get(code, 0), old.get(code, 0)))
    parts_old = [
        Part(names[c], old.get(c, 0), baht_words(old[c]) if c in old else "ไม่มี", 2) for c in order
    ]
    parts_new = [
        Part(
            names[c],
            new.get(c, 0),
            baht_words(new[c]) if c in new else "ไม่มี",
            1,
            f"{latest.year}/#plan-{c}" if c in new else "",
            _change(old[c], new[c]).strip() if c in old and c in new else "มีเพียงปีเดียว",
        )
        for c in order
    ]
    measured = charts.bars([*parts_old, *parts_new])
    pairs = list(zip(measured[: len(order)], measured[len(order) :], strict=True))
    both = [code for code in order if code in old and code in new]
    risen = sum(new[code] > old[code] for code in both)
    fallen = sum(new[code] < old[code] for code in both)
    return Figure(
        id="changes",
        title=f"แผนงานไหนเพิ่ม แผนงานไหนลด (ปี {before.year} เทียบ {latest.year})",
        finding=_counted(
            ("เพิ่มขึ้น", risen),
            ("ลดลง", fallen),
            ("เท่าเดิม", len(both) - risen - fallen),
            ("มีเพียงปีเดียว", len(order) - len(both)),
        ),
        kind="pairs",
        data={"pairs": pairs, "labels": (f"ปี {before.year}", f"ปี {latest.year}")},
        columns=(
            Column("plan", "แผนงาน"),
            Column("before", f"ปี {before.year} (บาท)", "money"),
            Column("after", f"ปี {latest.year} (บาท)", "money"),
            Column("change", "เปลี่ยนแปลง (บาท)", "money"),
        ),
        rows=tuple(
            (names[c], old.get(c), new.get(c), new[c] - old[c] if c in old and c in new else None)
            for c in order
        ),
        total=("รวม", before.total, latest.total, latest.total - before.total),
        source=source_of(latest.expense, site.today),
    )
