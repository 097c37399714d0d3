"""Next year's records out of this year's: numbers and titles change, the crosswalk says how."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ...core.thai import BE_FROM, BE_OFFSET
from .crosswalk import Topic
from .facts import Item, OitFacts, OitYear

RECORDS = ("item", "owner", "shown", "evidence", "as_of", "published", "sample", "note")
DUTIES = ("item", "owner", "exception", "reason", "decided_by", "until", "sample")
#: Titles so alike are taken for the same item, and reported as reworded; less is enough where the
#: number stayed the same.
_ALIKE, _ALIKE_SAME_NUMBER = 0.75, 0.6


_NUMBER = r"\s*(?:พ\.ศ\.)?\s*[0-9๐-๙]{4}"
#: "Of the fiscal year 2569", and "of the fiscal year" that names none.
_YEAR = re.compile(rf"ประจำปี(?:งบประมาณ)?(?:{_NUMBER})?|ปี(?:งบประมาณ)?{_NUMBER}")


class RolloverError(Exception):
    """There is nothing to roll over; the words are the message, Thai and English."""


@dataclass(frozen=True)
class Carried:
    """An item of the new year with the items that it continues, the first one's record its own."""

    number: str
    title: str
    olds: tuple[Item, ...]

    @property
    def old(self) -> Item:
        """Return the item whose record is carried over: the first that has one."""
        return next((item for item in self.olds if item.record), self.olds[0])

    @property
    def reworded(self) -> bool:
        """Tell whether no item that it continues had this very title."""
        return all(_plain(item.criterion.title) != _plain(self.title) for item in self.olds)


@dataclass(frozen=True)
class Rollover:
    """What becomes of a year's items in another; ``known`` tells whether its criteria are there.

    Without criteria every item keeps its number, and nothing is said to be new or gone.
    """

    year: int
    source: OitYear
    known: bool
    carried: tuple[Carried, ...] = ()
    new: tuple[Item, ...] = ()
    gone: tuple[Item, ...] = ()
    doubtful: tuple[tuple[str, tuple[Item, ...], tuple[Item, ...]], ...] = field(default=())


def rollover(facts: OitFacts, year: int) -> Rollover:
    """Match the items of the latest earlier year that has records with those of ``year``."""
    if year < BE_FROM:
        raise RolloverError(f"{year}: ใช้ปี พ.ศ. เช่น {year + BE_OFFSET} (use the year พ.ศ.)")
    earlier = [one for one in facts.years if one.year < year and one.records is not None]
    if not earlier:
        raise RolloverError(f"ไม่มีบันทึกก่อนปี {year} ให้ยกมา (no records before {year})")
    source = earlier[-1]
    target = next((one for one in facts.years if one.year == year), None)
    if target is None:
        kept = tuple(
            Carried(item.criterion.number, item.criterion.title, (item,)) for item in source.items
        )
        return Rollover(year, source, known=False, carried=kept)
    return _matched(source, target, facts.crosswalk)


def _matched(source: OitYear, target: OitYear, crosswalk: Sequence[Topic]) -> Rollover:
    olds = {item.criterion.number: item for item in source.items}
    news = {item.criterion.number: item for item in target.items}
    pairs: dict[str, list[Item]] = {}
    doubtful = []
    for topic in crosswalk:
        before = [olds[n] for n in topic.numbers.get(source.year, ()) if n in olds]
        after = [news[n] for n in topic.numbers.get(target.year, ()) if n in news]
        matched = _topic_pairs(before, after)
        if matched is None:
            doubtful.append((topic.name, tuple(before), tuple(after)))
        for new, old in matched or ():
            own = pairs.setdefault(new.criterion.number, [])
            if old not in own:
                own.append(old)
    used = {old.criterion.number for own in pairs.values() for old in own}
    used |= {old.criterion.number for _, before, _ in doubtful for old in before}
    open_ones = {new.criterion.number for _, _, after in doubtful for new in after}
    free_old = [item for number, item in olds.items() if number not in used]
    free_new = [n for number, n in news.items() if number not in pairs and number not in open_ones]
    for new, old in _alike(free_old, free_new):
        pairs[new.criterion.number] = [old]
        used.add(old.criterion.number)
    return Rollover(
        target.year,
        source,
        known=True,
        carried=tuple(
            Carried(number, item.criterion.title, tuple(pairs[number]))
            for number, item in news.items()
            if number in pairs
        ),
        new=tuple(i for n, i in news.items() if n not in pairs and n not in open_ones),
        gone=tuple(item for number, item in olds.items() if number not in used),
        doubtful=tuple(doubtful),
    )


def _topic_pairs(before: Sequence[Item], after: Sequence[Item]) -> list[tuple[Item, Item]] | None:
    """Pair the items of one topic: one by one, or all into one; None where a person must decide."""
    if not before or not after:
        return []
    if len(after) == 1:
        return [(after[0], old) for old in before]
    return list(zip(after, before, strict=True)) if len(before) == len(after) else None


def _alike(olds: Sequence[Item], news: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Yield pairs of items whose titles are alike, the most alike first, each item once."""
    scored = sorted(
        (
            (-_ratio(new, old), new.criterion.index, old.criterion.index, new, old)
            for new in news
            for old in olds
        ),
        key=lambda row: row[:3],
    )
    taken: set[int] = set()
    for score, _, _, new, old in scored:
        same = new.criterion.number == old.criterion.number
        if -score >= (_ALIKE_SAME_NUMBER if same else _ALIKE) and not {id(new), id(old)} & taken:
            taken |= {id(new), id(old)}
            yield new, old


def _ratio(new: Item, old: Item) -> float:
    a, b = _plain(new.criterion.title), _plain(old.criterion.title)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE_SAME_NUMBER else 0.0


def _plain(title: str) -> str:
    """Return a title without spaces and without the year it names, which changes every year."""
    return "".join(_YEAR.sub("", title).split()).casefold()


def records_csv(result: Rollover) -> str:
    """Return the new year's records; the day of the data stays what it was, so that it is judged."""
    rows = (
        (
            one.number,
            record.owner,
            record.shown,
            record.evidence,
            record.as_of.isoformat() if record.as_of else "",
            record.published.isoformat() if record.published else "",
            _yes(value=record.sample),
            f"ยกมาจากข้อ {one.old.criterion.number} ปี {result.source.year}"
            + (f" · {record.note}" if record.note else ""),
        )
        for one in result.carried
        if (record := one.old.record)
    )
    return _csv(RECORDS, rows)


def duties_csv(result: Rollover) -> str:
    """Return the new year's owners; exceptions are decided anew each year, so none is carried over."""
    rows = (
        (one.number, one.old.owner, "", "", "", "", _yes(value=_sample(one.old)))
        for one in result.carried
        if one.old.owner and one.old.duty
    )
    return _csv(DUTIES, rows)


def _sample(item: Item) -> bool:
    return item.duty is not None and item.duty.sample


def _yes(*, value: bool) -> str:
    return "ใช่" if value else "ไม่"


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def words(result: Rollover) -> str:
    """Say what carries over, what is new, gone or reworded, and what has no known criteria yet."""
    old = result.source.year
    if not result.known:
        lines = [
            f"ยังไม่พบเกณฑ์ OIT ปี {result.year} (data/oit/criteria/{result.year}.yml)",
            f"ทั้ง {len(result.carried)} ข้อของปี {old} ยังไม่มีเกณฑ์ที่ทราบ เลขข้อและชื่ออาจเปลี่ยน",
            *(f"  {_said(one.old)}" for one in result.carried),
            f"ร่างบันทึกใช้เลขข้อของปี {old} ไปก่อน และยังไม่เขียนลง data/",
        ]
        return "\n".join(lines) + "\n"
    same = [one for one in result.carried if not one.reworded]
    reworded = [one for one in result.carried if one.reworded]
    sections = [
        ("ยกมาได้ ชื่อเดิม", [_moved(one) for one in same]),
        ("ยกมาได้ แต่ชื่อเปลี่ยน ให้อ่านเกณฑ์ใหม่", [_moved(one) for one in reworded]),
        ("ข้อใหม่ ไม่มีข้อเดิม", [_said(item) for item in result.new]),
        (f"ไม่มีแล้วในปี {result.year}", [_said(item) for item in result.gone]),
        ("ต้องตัดสินใจเอง เพราะแบ่งข้อใหม่", [_doubt(*one) for one in result.doubtful]),
    ]
    lines = [f"ยกบันทึก OIT ปี {old} ไปปี {result.year}"]
    for title, said in sections:
        lines.append(f"{title}: {len(said)} ข้อ")
        lines += [f"  {line}" for line in said]
    return "\n".join(lines) + "\n"


def _said(item: Item) -> str:
    return f"{item.criterion.number} {item.criterion.title}"


def _moved(one: Carried) -> str:
    numbers = ", ".join(item.criterion.number for item in one.olds)
    record = "" if one.old.record else " (ยังไม่มีบันทึกให้ยกมา)"
    was = f" (เดิม: {one.old.criterion.title})" if one.reworded else ""
    return f"{numbers} → {one.number} {one.title}{was}{record}"


def _doubt(topic: str, before: Sequence[Item], after: Sequence[Item]) -> str:
    olds = ", ".join(item.criterion.number for item in before)
    news = ", ".join(item.criterion.number for item in after)
    return f"{topic}: {olds} → {news}"
