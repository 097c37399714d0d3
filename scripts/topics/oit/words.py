"""What is said of items and of a year: states, what is owed next, how many are current."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ...core.findings import Words
from ...core.shown import Owing, Status
from ...core.thai import fiscal_year, join_words, show_date
from .facts import Item, OitFacts, OitYear
from .judge import LATE, STATES, STATES_EN, schedule

#: How far ahead what falls due is listed.
AHEAD = timedelta(days=366)


def state_words(state: str) -> Words:
    """Return what a state is called."""
    return Words(STATES[state][0], STATES_EN[state])


def sentence(year: OitYear) -> str:
    """Say how many items are current, and what the others are."""
    if year.records is None:
        return f"เกณฑ์ปี {year.year} มี {len(year.items)} ข้อ หน่วยงานยังไม่มีบันทึกการเปิดเผย"
    current, soon, rest = year.current, year.counts["due-soon"], year.asked - year.current
    said = f"{current} จาก {year.asked} ข้อ" if rest else f"ครบทั้ง {current} ข้อ"
    # Items due soon are still current: they are said inside that number, or the sum would not fit.
    said += f" (ในนี้ใกล้ครบกำหนด {soon} ข้อ)" if soon else ""
    said = f"ข้อมูลเป็นปัจจุบัน {said}" + (f" {open_sentence(year)}" if rest else "")
    if left_out := year.counts["not-applicable"]:
        said += f" ไม่เกี่ยวข้องกับหน่วยงาน {left_out} ข้อ"
    return said + real_words(year)


def other_year(year: OitYear, today: date) -> str:
    """Say that the list is of an earlier fiscal year than today; "" when it is of this one."""
    now = fiscal_year(today)
    if now <= year.year:
        return ""
    return f" (รายการของปี {year.year} ยังไม่มีรายการของปี {now})"


def samples(year: OitYear) -> int:
    """Return how many records of the year are invented."""
    return sum(item.record is not None and item.record.sample for item in year.items)


def real_words(year: OitYear) -> str:
    """Say how many records are real and how many invented; "" when none is invented."""
    invented = samples(year)
    real = sum(item.record is not None for item in year.items) - invented
    return f" (บันทึกจริง {real} ข้อ ตัวอย่าง {invented} ข้อ)" if invented else ""


def open_sentence(year: OitYear) -> str:
    """Say how many items are not current, by their states."""
    counts = year.counts
    words = [
        f"{STATES[state][0]} {counts[state]} ข้อ"
        for state in ("delinquent", "overdue", "missing", "unknown", "waived")
        if counts[state]
    ]
    return join_words(words) if words else "ไม่มีข้อใดค้าง"


def what(item: Item, needed: date) -> Words:
    """Say what has to be there by a due day."""
    rule = item.criterion.owed.rule
    if item.due.state == "missing" and needed in (item.due.needed, item.due.missed):
        return Words("เปิดเผยและบันทึกหลักฐาน", "disclose and record the evidence")
    if rule is not None and rule.kind == "on-change":
        return Words("ทบทวนข้อมูล", "review the data")
    if rule is not None and rule.kind == "yearly-by":
        year = fiscal_year(needed)
        return Words(f"ข้อมูลของปีงบประมาณ {year}", f"data of fiscal year {year}")
    return Words(f"ข้อมูลถึง {show_date(needed)}", f"data up to {needed.isoformat()}")


def next_step(item: Item) -> Words:
    """Say what is owed next and by when."""
    due = item.due
    if due.due is None or due.needed is None:
        return _undated(item)
    todo = what(item, due.needed)
    thai, english = show_date(due.due), due.due.isoformat()
    if due.missed and due.missed != due.needed and due.state != "missing":
        # What was due then would be late again at once: say what is needed by now.
        return Words(
            f"ค้างตั้งแต่ {thai} เกินมาแล้ว {due.days:,} วัน ต้องมี{todo.th} จึงเป็นปัจจุบัน",
            f"due since {english} (days late: {due.days:,}); current only with {todo.en}",
        )
    if due.days > 0:
        return Words(
            f"{todo.th} ครบกำหนด {thai} เกินมาแล้ว {due.days:,} วัน",
            f"{todo.en}; was due {english} (days late: {due.days:,})",
        )
    return Words(f"{todo.th} ภายใน {thai}", f"{todo.en} by {english}")


def _undated(item: Item) -> Words:
    """Say what is to be done where no data is owed by a day."""
    match item.due.state:
        case "not-applicable":
            return Words("ไม่ต้องทำ", "nothing")
        case "waived":
            return Words(
                f"ผ่อนผันถึง {show_date(item.due.due)} แล้วกลับมาตรวจตามปกติ",
                f"waived until {item.due.due}, then judged as usual",
            )
        case "unknown" if item.criterion.owed.rule is None:
            return Words("ยังไม่ได้กำหนดเวลา จึงตรวจไม่ได้", "no due rule: it cannot be judged")
        case "unknown":
            return Words("ต้องระบุวันที่ของข้อมูล", "say of what day the data is")
        case "missing":
            return Words("เปิดเผยและบันทึกหลักฐาน ไม่มีกำหนดวัน", "disclose it; no day is set")
    return Words("ครบตามช่วงที่ต้องเปิดเผยแล้ว", "complete")


def since_words(item: Item) -> str:
    """Say since when an item is in its state; "" when that is not known."""
    if item.due.since:
        return f"ตั้งแต่ {show_date(item.due.since)}"
    if item.due.state == "fresh" and item.record and (item.record.published or item.as_of):
        return f"ตั้งแต่ {show_date(item.record.published or item.as_of)}"
    return ""


def upcoming(item: Item, facts: OitFacts, until: date) -> Iterator[Owing]:
    """Yield what the item owes from now on up to a day, what it owes now first."""
    if item.due.state == "waived" and item.due.due and item.due.due <= until:
        yield Owing(item.due.due, Words("การผ่อนผันสิ้นสุด", "the waiver ends"), "waiver")
    if item.due.state in ("waived", "not-applicable", "unknown"):
        return
    rule = item.criterion.owed.rule
    steps = schedule(item.criterion.owed, item.due, until, facts.reckoner)
    for number, (needed, due) in enumerate(steps):
        # A review is the same one when its day moves; a period is known by its end.
        moves = rule is not None and rule.kind == "on-change"
        yield Owing(due, what(item, needed), f"review-{number}" if moves else needed.isoformat())


def statuses(facts: OitFacts, today: date) -> Iterator[Status]:
    """Yield the state of every item of the board, in the order of its list."""
    for item in facts.board.items if facts.board else ():
        since = item.due.since
        if since is None and item.due.state == "fresh" and item.record:
            since = item.record.published or item.as_of
        yield Status(
            id=f"oit-{item.year}-{item.id}",
            number=item.criterion.number,
            title=item.criterion.title,
            state=item.due.state,
            word=state_words(item.due.state),
            late=is_late(item),
            since=since,
            days=item.due.days,
            due=item.due.due,
            owed=next_step(item),
            owner=item.owner,
            owner_name=item.owner_name,
            address=f"oit/#{item.id}",
            upcoming=tuple(upcoming(item, facts, today + AHEAD)),
            sample=is_sample(item),
        )


def is_sample(item: Item) -> bool:
    """Tell whether what is said of an item is invented: its record, or else its duty."""
    return item.record.sample if item.record else item.duty is not None and item.duty.sample


def is_late(item: Item) -> bool:
    """Tell whether somebody must act: what is missing only from its due day on."""
    return item.due.state in LATE and (item.due.state != "missing" or item.due.days > 0)
