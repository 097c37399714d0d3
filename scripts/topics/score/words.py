"""The words of the estimate in Thai and English, and how its numbers are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from .estimate import TOTAL, Entry, Plan, Step, rounded
from .facts import Reason, ScoreFacts
from .needs import Level, Standing

#: Every text by its key: Thai, English.
_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("ประมาณการคะแนน ITA (ไม่เป็นทางการ)", "Estimate of the ITA score (unofficial)"),
    "notice": (
        "ไม่เป็นทางการ: โปรแกรมคำนวณจากบันทึกของหน่วยงานเอง ไม่ใช่คะแนนของ ป.ป.ช.",
        "Unofficial: computed from the agency's own records, not a score of the NACC.",
    ),
    "official": (
        "คะแนนที่ประกาศแล้ว ปี {year} คำนวณซ้ำจากตัวชี้วัด",
        "Published result of {year}, recomputed from its indicators",
    ),
    "no-official": ("ยังคำนวณซ้ำคะแนนที่ประกาศไม่ได้", "No published result can be recomputed"),
    "estimate": (
        "ประมาณการปี {year} ณ วันที่ {today} (ไม่เป็นทางการ)",
        "Estimate of {year} on {today} (unofficial)",
    ),
    "certain": ("มั่นใจได้", "certain"),
    "likely": ("น่าจะได้", "likely"),
    "score": ("คะแนน", "score"),
    "level": ("ระดับ", "level"),
    "how": ("วิธีคิด", "how"),
    "no-level": ("ไม่เข้าเกณฑ์ระดับใด", "no level of the rules"),
    "indicator": ("ตัวชี้วัดที่ {code}", "Indicator {code}"),
    "sub-indicator": ("ตัวชี้วัดย่อย {code}", "Sub-indicator {code}"),
    "total": ("คะแนนรวม ITA", "Total ITA"),
    "mean": ("เฉลี่ย {count} {of}", "mean of {of} ({count})"),
    "of-item": ("ข้อ", "items"),
    "of-sub-indicator": ("ตัวชี้วัดย่อย", "sub-indicators"),
    "of-indicator": ("ตัวชี้วัด", "indicators"),
    "flat": ("เฉลี่ยจากข้อโดยตรง", "straight from the items"),
    "gap": ("{code} ขาด {points} คะแนน", "{code} lacks {points} points"),
    "gap-total": ("คะแนนรวมขาด {points} คะแนน", "the total lacks {points} points"),
    "gap-to": ("{gaps} จึงถึงระดับ{level}", "{gaps} for {level}"),
    "top": ("อยู่ในระดับสูงสุดแล้ว", "the highest level already"),
    "fixes": (
        "ข้อที่แก้แล้วคะแนนรวมเพิ่ม เรียงจากเพิ่มมากไปน้อย",
        "What each fix adds to the total, largest first",
    ),
    "no-fixes": ("ทุกข้อเป็นปัจจุบันแล้ว", "Every item is current already."),
    "next": ("ต้องแก้อะไรจึงถึงระดับถัดไป", "What the next level needs"),
    "enough": (
        "แก้ {count} ข้อจึงถึงระดับ{level}: {items}",
        "{count} fixes reach {level}: {items}",
    ),
    "none": (
        "ไม่มีข้อที่แก้แล้วคะแนนเพิ่ม จึงยังไม่ถึงระดับ{level}{gaps}",
        "No fix adds to the score, so {level} is out of reach{gaps}",
    ),
    "published": ("ประกาศปี {year}", "published for {year}"),
    "not-enough": (
        "แม้แก้ครบ {count} ข้อก็ยังไม่ถึงระดับ{level}{gaps}",
        "Even all {count} fixes do not reach {level}{gaps}",
    ),
    "fixed": ("ถ้าแก้ {items}", "If {items} were mended"),
    "before": ("ก่อนแก้", "before"),
    "after": ("หลังแก้", "after"),
    "gain": ("เพิ่ม", "gain"),
    "already": ("ไม่เพิ่ม เพราะเป็นปัจจุบันแล้ว", "no gain: current already"),
    "left-out": ("ไม่นับในการประมาณ จึงไม่เพิ่ม", "no gain: not counted in the estimate"),
    "unknown-items": (
        "ไม่มีข้อ {items} ในรายการปี {year}",
        "There is no item {items} in the list of {year}",
    ),
    "assumptions": ("ข้อสมมุติ", "Assumptions"),
    "assume-published": (
        "ส่วนที่ไม่ใช่ OIT ใช้คะแนนที่ประกาศแล้วของปี {year} โดยถือว่าได้เท่าเดิม",
        "What is not OIT stays as published for {year}",
    ),
    "assume-marks": ("คะแนนของข้อในแต่ละสถานะ: {source}", "Marks of each state: {source}"),
    "assume-part": (
        "ข้อหนึ่งได้คะแนนบางส่วนได้ จึงบอกเป็นช่วง ไม่ใช่ตัวเลขเดียว",
        "An item can earn part of its marks, so this is a range, not one number",
    ),
    "assume-fix": (
        "แก้แล้ว หมายถึงเปิดเผยครบและข้อมูลเป็นปัจจุบัน",
        "Mended means: disclosed in full, with current data",
    ),
    "assume-flat": (
        "ตัวชี้วัดที่ {codes} มีข้อที่ไม่ทราบตัวชี้วัดย่อย จึงเฉลี่ยจากข้อโดยตรง",
        "Items without a sub-indicator in indicator {codes}: the mean is straight from the items",
    ),
    "assume-left-out": (
        "ข้อที่ไม่นับ: {items}",
        "Items left out: {items}",
    ),
    "assume-levels": ("น้ำหนักและเกณฑ์ระดับ: {source}", "Weights and levels: {source}"),
    "assume-round": (
        "ปัดเฉพาะตัวเลขที่แสดง ทศนิยมสองตำแหน่ง ครึ่งปัดขึ้น ระหว่างทางไม่ปัด",
        "Only what is shown is rounded: two decimals, half up",
    ),
    "samples": (
        "บันทึกที่เป็นข้อมูลตัวอย่าง {count} จาก {all} ข้อที่นับ",
        "Sample records: {count} of the {all} items counted",
    ),
    "sample": ("ตัวอย่าง", "sample"),
    "why-not": ("ยังประมาณการไม่ได้: {why}", "No estimate: {why}"),
    "no-board": ("ยังไม่มีบันทึกการเปิดเผย OIT ของปีใด", "no year has disclosure records"),
    "no-result": ("ยังไม่มีคะแนน ITA ที่ประกาศแล้ว", "no published ITA result"),
    "no-levels": (
        "levels.yml ไม่มีเกณฑ์ที่ใช้ได้ของปี {what}",
        "levels.yml has no usable rules for {what}",
    ),
    "no-marks": (
        "estimate.yml ไม่มีคะแนนของแต่ละสถานะที่ใช้ได้ของปี {what}",
        "estimate.yml has no usable marks for {what}",
    ),
    "no-score": (
        "ไม่มีคะแนนที่ประกาศของตัวชี้วัดที่ {what}",
        "no published score of indicator {what}",
    ),
    "no-oit": ("เกณฑ์ของปี {what} ไม่มีเครื่องมือ OIT", "the rules for {what} have no OIT"),
    "no-items": (
        "ไม่เหลือข้อที่นับได้ในตัวชี้วัดที่ {what}",
        "no item that counts is left in indicator {what}",
    ),
    "fresh": ("เป็นปัจจุบัน", "current"),
    "due-soon": ("ใกล้ครบกำหนด", "due soon"),
    "waived": ("ผ่อนผันไว้", "waived"),
    "overdue": ("เกินกำหนด", "overdue"),
    "unknown": ("ไม่ทราบวันที่ของข้อมูล", "undated"),
    "delinquent": ("เกินกำหนดมานาน", "long overdue"),
    "missing": ("ยังไม่เปิดเผย", "missing"),
    "not-applicable": ("ไม่เกี่ยวข้อง", "not applicable"),
}
_LANGS = ("th", "en")


def say(lang: str, key: str, **params: object) -> str:
    """Return a text in a language, filled."""
    return _WORDS[key][_LANGS.index(lang)].format(**params)


def state_word(lang: str, about: Entry | Step) -> str:
    """Return the word of an item's state, and whether its record is invented."""
    word = say(lang, about.state) if about.state in _WORDS else about.state
    return f"{word} ({say(lang, 'sample')})" if about.sample else word


def two(value: Fraction) -> str:
    """Write a score as it is published: two decimals, half up."""
    return f"{rounded(value):.2f}"


def plain(value: Fraction) -> str:
    """Write a number unrounded, ``1.875``; one that never ends is cut with a sign, ``95.803…``."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    whole = value.numerator * 1000 // value.denominator
    return f"{whole // 1000}.{whole % 1000:03d}…"


def level_name(lang: str, standing: Standing) -> str:
    """Name the level that scores reach."""
    return standing.level.name if standing.level else say(lang, "no-level")


def gaps_text(lang: str, gaps: Iterable[tuple[str, Fraction]]) -> str:
    """Say what is missing, unrounded: ``OIT ขาด 1.875 คะแนน``."""
    return ", ".join(
        say(lang, "gap-total" if code == TOTAL else "gap", code=code, points=plain(points))
        for code, points in gaps
    )


def gap_to(lang: str, gaps: Sequence[tuple[str, Fraction]], target: Level | None) -> str:
    """Say what keeps scores from the next level; "" where nothing is known to."""
    if not gaps or target is None:
        return ""
    return say(lang, "gap-to", gaps=gaps_text(lang, gaps), level=target.name)


def plan_text(lang: str, plan: Plan) -> str:
    """Say which fixes reach the next level, or that even all of them do not."""
    if plan.level is None:
        return say(lang, "no-level")
    if plan.target is None:
        return say(lang, "top")
    words = {"count": len(plan.needed), "level": plan.target.name}
    if plan.enough:
        said = say(lang, "enough", **words, items=", ".join(plan.needed))
        return f"{said} ({gap_to(lang, plan.short, plan.target)})" if plan.short else said
    gaps = f": {gaps_text(lang, plan.left)}" if plan.left else ""
    return say(lang, "not-enough" if plan.needed else "none", **words, gaps=gaps)


def why_text(lang: str, reason: Reason) -> str:
    """Say why there is no estimate."""
    return say(lang, "why-not", why=say(lang, reason.key, what=reason.what))


def step_name(lang: str, step: Step) -> str:
    """Name a step: ``ตัวชี้วัดที่ 9 การเปิดเผยข้อมูล``."""
    return f"{step_head(lang, step)} {step.name}".strip()


def step_head(lang: str, step: Step) -> str:
    """Name a step in short: ``O17``, ``ตัวชี้วัดที่ 9``, ``OIT``."""
    if step.kind in ("indicator", "sub-indicator", "total"):
        return say(lang, step.kind, code=step.code)
    return step.code


def how(lang: str, step: Step, facts: ScoreFacts) -> str:
    """Say how a step comes from its parts, or where it is from."""
    if step.kind == "item":
        return state_word(lang, step)
    if step.kind == "total":
        return " + ".join(f"{one.code} × {plain(one.weight or Fraction(0))}" for one in step.parts)
    if not step.parts:
        return say(lang, "published", year=facts.official_year)
    kind = step.parts[0].kind
    text = say(lang, "mean", count=len(step.parts), of=say(lang, f"of-{kind}"))
    direct = step.kind == "indicator" and kind == "item"
    return f"{text} ({say(lang, 'flat')})" if direct else text


def assumptions(lang: str, facts: ScoreFacts) -> list[str]:
    """Return what the estimate takes for granted, in whole sentences."""
    if facts.estimate is None or facts.basis is None:
        return []
    flat = [
        step.code
        for step in facts.estimate.total.walk()
        if step.kind == "indicator" and step.parts and step.parts[0].kind == "item"
    ]
    counted = {entry.number for entry in facts.counted}
    left_out = [entry.number for entry in facts.entries if entry.number not in counted]
    said = [say(lang, "assume-published", year=facts.official_year)]
    said += [say(lang, "assume-marks", source=facts.marks_source)]
    said += [say(lang, "assume-part"), say(lang, "assume-fix")]
    if flat:
        said.append(say(lang, "assume-flat", codes=", ".join(flat)))
    if left_out:
        said.append(say(lang, "assume-left-out", items=", ".join(left_out)))
    said += [say(lang, "assume-levels", source=facts.basis.rules.source)]
    return [*said, say(lang, "assume-round"), samples_text(lang, facts)]


def samples_text(lang: str, facts: ScoreFacts) -> str:
    """Say how many of the records counted are invented."""
    return say(lang, "samples", count=facts.samples, all=len(facts.counted))


def aligned(rows: Sequence[Sequence[str]], right: Iterable[int]) -> list[str]:
    """Set rows in columns; those in ``right`` hold numbers."""
    numbers = set(right)
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(row, widths, numbers)).rstrip() for row in rows]


def _padded(row: Sequence[str], widths: Sequence[int], right: set[int]) -> Iterable[str]:
    for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
        room = " " * (width - _width(cell))
        yield room + cell if index in right else cell + room


def _width(text: str) -> int:
    """Return how many columns a text takes: Thai marks above and below take none."""
    return sum(not unicodedata.category(char).startswith("M") for char in text)
