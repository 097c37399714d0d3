"""The estimate as text for people and as an object for programs: every step, nothing official."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from ...core.thai import fold_digits, show_date
from .estimate import FRESH, Entry, Outcome, Range, Step, bound_of, missing
from .facts import BOUNDS, ScoreFacts
from .needs import Standing
from .words import (
    aligned,
    assumptions,
    gap_to,
    how,
    level_name,
    plain,
    plan_text,
    samples_text,
    say,
    state_word,
    step_head,
    two,
    why_text,
)

_INDENT = "  "


def report(facts: ScoreFacts, fix: Sequence[str], lang: str) -> str:
    """Write the estimate as text; with ``fix``, what mending those items gains.

    ValueError names, in the same language, items that the list does not have.
    """
    asked = asked_items(facts, fix, lang)
    sections = [_official(facts, lang)]
    if facts.estimate is None:
        sections.append([why_text(lang, facts.why_not)] if facts.why_not else [])
    else:
        sections.append(_estimate(facts, facts.estimate, lang))
        if asked:
            sections.append(_fixed(facts, facts.estimate, asked, lang))
        else:
            sections += [_fixes(facts, lang), _next(facts, lang)]
        sections.append(_assumptions(facts, lang))
    head = [say(lang, "title"), facts.agency, say(lang, "notice")]
    blocks = [head, *filter(None, sections), [say(lang, "notice")]]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def asked_items(facts: ScoreFacts, fix: Sequence[str], lang: str) -> tuple[Entry, ...]:
    """Return the items named, each once; ValueError names those that the list does not have."""
    known = {entry.number.casefold(): entry for entry in facts.entries}
    names = [name for raw in fix if (name := fold_digits(raw).strip())]
    unknown = [name for name in names if name.casefold() not in known]
    if unknown and facts.entries:
        raise ValueError(say(lang, "unknown-items", items=", ".join(unknown), year=facts.year))
    return tuple(
        dict.fromkeys(known[name.casefold()] for name in names if name.casefold() in known)
    )


def _official(facts: ScoreFacts, lang: str) -> list[str]:
    if facts.official is None:
        return [say(lang, "no-official")]
    standing = facts.official.certain
    rows = [
        [step_head(lang, step), two(step.value.certain), _sum(step) or step.name]
        for step in facts.official.total.walk()
    ]
    gap = gap_to(lang, missing(facts.official, "certain"), standing.next_level)
    level = f"{say(lang, 'level')}: {level_name(lang, standing)}"
    lines = [*aligned(rows, [1]), level, *([gap] if gap else [])]
    return _section(say(lang, "official", year=facts.official_year), lines)


def _sum(step: Step) -> str:
    """Write the sum behind a published score, with what it comes to before it is rounded."""
    if not step.parts:
        return ""
    if step.kind == "total":
        terms = " + ".join(
            f"{plain(one.value.certain)} × {plain(one.weight or Fraction(0))}" for one in step.parts
        )
        return f"= {terms} = {plain(step.value.certain)}"
    terms = " + ".join(two(one.value.certain) for one in step.parts)
    return f"= ({terms}) ÷ {len(step.parts)} = {plain(step.value.certain)}"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [title, *(_INDENT + line for line in lines)]


def _estimate(facts: ScoreFacts, outcome: Outcome, lang: str) -> list[str]:
    head = ["", *(say(lang, bound) for bound in BOUNDS), say(lang, "how"), ""]
    rows = [_row(step, facts, lang) for step in outcome.total.walk()]
    levels = (outcome.certain, outcome.likely)
    last = [say(lang, "level"), *(level_name(lang, one) for one in levels), "", ""]
    day = show_date(facts.today) if lang == "th" else facts.today.isoformat()
    title = say(lang, "estimate", year=facts.year, today=day)
    lines = aligned([head, *rows, last], [1, 2])
    return [*_section(title, lines), _INDENT + samples_text(lang, facts)]


def _row(step: Step, facts: ScoreFacts, lang: str) -> list[str]:
    # The name stands last: it may be long.
    bounds = (two(bound_of(step.value, bound)) for bound in BOUNDS)
    return [step_head(lang, step), *bounds, how(lang, step, facts), step.name]


def _fixes(facts: ScoreFacts, lang: str) -> list[str]:
    if not facts.fixes:
        return [say(lang, "no-fixes")]
    rows = [
        [fix.entry.number, *_gain(fix.gain), state_word(lang, fix.entry), fix.entry.title]
        for fix in facts.fixes
    ]
    head = ["", *(say(lang, bound) for bound in BOUNDS), "", ""]
    return _section(say(lang, "fixes"), aligned([head, *rows], [1, 2]))


def _gain(gain: Range) -> list[str]:
    return [f"+{two(bound_of(gain, bound))}" for bound in BOUNDS]


def _next(facts: ScoreFacts, lang: str) -> list[str]:
    lines = [f"{say(lang, plan.bound)}: {plan_text(lang, plan)}" for plan in facts.plans]
    return _section(say(lang, "next"), lines)


def _fixed(facts: ScoreFacts, before: Outcome, asked: Sequence[Entry], lang: str) -> list[str]:
    numbers = [entry.number for entry in asked]
    after = facts.with_fix(numbers)
    assert after is not None
    gains = {fix.entry.number: fix.gain for fix in facts.fixes}
    none = Range(Fraction(0), Fraction(0))
    head = ["", *(say(lang, bound) for bound in BOUNDS), ""]
    rows = [
        [entry.number, *_gain(gains.get(entry.number, none)), _why_none(entry, facts, lang)]
        for entry in asked
    ]
    for word, outcome in (("before", before), ("after", after)):
        rows += _changed(facts, word, outcome, lang)
    rows.append([say(lang, "gain"), *_gain(after.total.value - before.total.value), ""])
    title = say(lang, "fixed", items=", ".join(numbers))
    return _section(title, aligned([head, *rows], [1, 2]))


def _changed(facts: ScoreFacts, word: str, outcome: Outcome, lang: str) -> Iterator[list[str]]:
    """Yield the steps that a fix may have changed, those above the items, and the level."""
    said = say(lang, word)
    for step in outcome.total.walk():
        items = any(part.kind == "item" for inner in step.walk() for part in inner.parts)
        if items:
            yield [f"{said}: {step_head(lang, step)}", *_row(step, facts, lang)[1:4]]
    levels = (outcome.certain, outcome.likely)
    yield [f"{said}: {say(lang, 'level')}", *(level_name(lang, one) for one in levels), ""]


def _why_none(entry: Entry, facts: ScoreFacts, lang: str) -> str:
    if entry not in facts.counted:
        return say(lang, "left-out")
    return say(lang, "already") if entry.state == FRESH else state_word(lang, entry)


def _assumptions(facts: ScoreFacts, lang: str) -> list[str]:
    return _section(say(lang, "assumptions"), [f"- {line}" for line in assumptions(lang, facts)])


def as_json(facts: ScoreFacts, fix: Sequence[str]) -> dict[str, Any]:
    """Return the same as an object of texts, lists and counts; scores are texts of two decimals.

    ValueError, in Thai, names items that the list does not have.
    """
    asked = asked_items(facts, fix, "th")
    found: dict[str, Any] = {
        "version": 1,
        "unofficial": True,
        "notice": say("th", "notice"),
        "today": facts.today.isoformat(),
        "agency": facts.agency,
        "public": facts.public,
        "official": None,
        "estimate": None,
        "why_not": why_text("th", facts.why_not) if facts.why_not else None,
        "fixes": [_fix_json(fix.entry, fix.gain.certain, fix.gain.likely) for fix in facts.fixes],
        "next_level": [],
        "fixed": None,
        "assumptions": assumptions("th", facts),
        "samples": {"count": facts.samples, "of": len(facts.counted)},
    }
    if facts.official:
        found["official"] = {"year": facts.official_year, **_outcome_json(facts.official)}
    if facts.estimate:
        found["estimate"] = {"year": facts.year, **_outcome_json(facts.estimate)}
        found["next_level"] = [_plan_json(facts, index) for index in range(len(facts.plans))]
    if asked and (after := facts.with_fix([entry.number for entry in asked])) and facts.estimate:
        gain = after.total.value - facts.estimate.total.value
        found["fixed"] = {
            "items": [entry.number for entry in asked],
            "gain": {"certain": two(gain.certain), "likely": two(gain.likely)},
            **_outcome_json(after),
        }
    return found


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    def gaps(bound: str) -> dict[str, str]:
        return {code: plain(points) for code, points in missing(outcome, bound)}

    standings: dict[str, Standing] = {"certain": outcome.certain, "likely": outcome.likely}
    return {
        "total": {bound: two(bound_of(outcome.total.value, bound)) for bound in BOUNDS},
        "level": {bound: one.level.name if one.level else None for bound, one in standings.items()},
        "missing": {bound: gaps(bound) for bound in BOUNDS},
        "steps": [
            {
                "kind": step.kind,
                "code": step.code,
                "name": step.name,
                "certain": two(step.value.certain),
                "likely": two(step.value.likely),
                "state": step.state or None,
                "weight": None if step.weight is None else plain(step.weight),
                "parts": [part.code for part in step.parts],
            }
            for step in outcome.total.walk()
        ],
    }


def _fix_json(entry: Entry, certain: Fraction, likely: Fraction) -> dict[str, Any]:
    gain = {"certain": two(certain), "likely": two(likely)}
    about = {"item": entry.number, "title": entry.title, "state": entry.state}
    return {**about, "sample": entry.sample, "gain": gain}


def _plan_json(facts: ScoreFacts, index: int) -> dict[str, Any]:
    plan = facts.plans[index]
    return {
        "bound": plan.bound,
        "level": plan.level.name if plan.level else None,
        "next": plan.target.name if plan.target else None,
        "items": list(plan.needed),
        "enough": plan.enough,
        "missing": {code: plain(points) for code, points in plan.short},
        "left": {code: plain(points) for code, points in plan.left},
    }
