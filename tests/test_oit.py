"""The state of a disclosure item on a day, what is said of it, and what the demo says of itself."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml
from conftest import TINY, TODAY, copy_agency

from scripts import pipeline
from scripts.core.findings import Severity, Words
from scripts.core.shown import Owing, Status
from scripts.core.statuses import Listed
from scripts.core.thai import fiscal_end, fiscal_start
from scripts.core.workdays import WorkCalendar
from scripts.topics.oit.due import WORDINGS, Reckoner, complete_at, parse_due
from scripts.topics.oit.facts import _excused
from scripts.topics.oit.history import late_days
from scripts.topics.oit.judge import (
    CURRENT,
    LATE,
    STATES,
    STATES_EN,
    Due,
    Limits,
    Owed,
    judge,
    judge_missing,
    schedule,
)
from scripts.topics.oit.rows import Duty
from scripts.topics.oit.words import (
    AHEAD,
    is_late,
    next_step,
    open_sentence,
    sentence,
    since_words,
    state_words,
    statuses,
    upcoming,
    what,
)

PLAIN = Reckoner(WorkCalendar(frozenset(), frozenset()))
MONTHLY = "ทุกเดือน ภายใน 15 วันหลังสิ้นเดือน"
QUARTERLY = WORDINGS["quarterly"]
YEARLY = WORDINGS["yearly"]
REVIEW = WORDINGS["on-change"]
WARN, GRACE = 14, 45
ONE = timedelta(days=1)


def day(text):
    return date.fromisoformat(text)


def owed(words, end=None, warn=WARN, grace=GRACE):
    rule = parse_due(words)
    assert rule is not None, words
    return Owed(rule, Limits(warn, grace), end)


# Judged: (words, end of what is covered, data as of, needed, due).

CASES = [
    (MONTHLY, None, "2026-10-31", "2026-11-30", "2026-12-15"),
    (MONTHLY, "2026-09-30", "2026-08-31", "2026-09-30", "2026-10-15"),
    (MONTHLY, None, "2028-01-31", "2028-02-29", "2028-03-15"),
    ("ทุกเดือน ภายในวันที่ 15 ของเดือนถัดไป", None, "2026-12-31", "2027-01-31", "2027-02-15"),
    (WORDINGS["monthly"], None, "2026-10-31", "2026-11-30", "2026-12-14"),
    (QUARTERLY, None, "2026-09-30", "2026-12-31", "2027-01-30"),
    (QUARTERLY, "2026-09-30", "2026-06-30", "2026-09-30", "2026-10-30"),
    (WORDINGS["half-yearly"], None, "2026-09-30", "2027-03-31", "2027-04-30"),
    (YEARLY, None, "2026-09-30", "2027-09-30", "2027-12-29"),
    (YEARLY, "2026-09-30", "2026-03-31", "2026-09-30", "2026-12-29"),
    (WORDINGS["yearly-by"], None, "2026-09-30", "2026-10-01", "2026-12-31"),
    (WORDINGS["year-after"], "2026-09-30", "2026-09-29", "2026-09-30", "2027-04-30"),
    (REVIEW, None, "2025-11-22", "2026-11-22", "2026-11-22"),
    (REVIEW, None, "2024-02-29", "2025-02-28", "2025-02-28"),
]
CASES = [
    (words, end and day(end), day(as_of), day(needed), day(due))
    for words, end, as_of, needed, due in CASES
]
each_case = pytest.mark.parametrize(("words", "end", "as_of", "needed", "due"), CASES)

#: An edge, days from it, the state on that day.
AROUND = [
    ("warn", -1, "fresh"),
    ("warn", 0, "due-soon"),
    ("warn", 1, "due-soon"),
    ("due", -1, "due-soon"),
    ("due", 0, "due-soon"),
    ("due", 1, "overdue"),
    ("grace", -1, "overdue"),
    ("grace", 0, "overdue"),
    ("grace", 1, "delinquent"),
    ("grace", 2, "delinquent"),
]


@each_case
@pytest.mark.parametrize("around", AROUND, ids=lambda row: f"{row[0]}{row[1]:+}")
def test_the_states_follow_one_another_on_their_days(words, end, as_of, needed, due, around):
    edge, gap, state = around
    edges = {"warn": due - timedelta(WARN), "due": due, "grace": due + timedelta(GRACE)}
    today = edges[edge] + timedelta(gap)
    found = judge(owed(words, end), as_of, today, PLAIN)
    begins = {
        "fresh": None,
        "due-soon": edges["warn"],
        "overdue": due + ONE,
        "delinquent": due + timedelta(GRACE + 1),
    }
    assert (found.state, found.due, found.days) == (state, due, (today - due).days)
    assert found.since == begins[state]
    if found.state in CURRENT:
        assert found.needed == needed


@pytest.mark.parametrize(
    ("warn", "grace", "gap", "state"),
    [
        (0, 0, -1, "fresh"),
        (0, 0, 0, "due-soon"),
        (0, 0, 1, "delinquent"),
        (0, 366, 366, "overdue"),
        (0, 366, 367, "delinquent"),
        (400, 0, -400, "due-soon"),
        (400, 0, -401, "fresh"),
    ],
)
def test_limits_of_no_days_and_of_many(warn, grace, gap, state):
    due = date(2026, 12, 15)
    asked = owed(MONTHLY, warn=warn, grace=grace)
    assert judge(asked, date(2026, 10, 31), due + timedelta(gap), PLAIN).state == state


@each_case
@pytest.mark.parametrize("days", [1, 40, 400])
def test_what_an_overdue_item_needs_is_enough_and_no_more(words, end, as_of, needed, due, days):
    asked, today = owed(words, end), due + timedelta(days)
    late = judge(asked, as_of, today, PLAIN)
    assert (late.due, late.days, late.missed) == (due, days, needed)
    if asked.rule.kind == "on-change":
        # A review is made today, whatever was missed before.
        assert late.needed == needed
        assert judge(asked, today, today, PLAIN).state in CURRENT
        return
    assert judge(asked, late.needed, today, PLAIN).state in CURRENT
    assert judge(asked, late.needed - ONE, today, PLAIN).state not in CURRENT


@each_case
def test_what_is_not_late_has_missed_nothing(words, end, as_of, needed, due):
    for gap in (-WARN - 1, -WARN, 0):
        assert judge(owed(words, end), as_of, due + timedelta(gap), PLAIN).missed is None


def test_a_list_owes_nothing_of_the_years_before_it():
    late = judge(owed(QUARTERLY, date(2026, 9, 30)), date(2022, 9, 30), TODAY, PLAIN)
    assert (late.due, late.needed, late.days) == (date(2026, 1, 30), date(2026, 9, 30), 296)
    assert late.missed == date(2025, 12, 31)


def test_a_period_that_falls_due_today_is_not_needed_yet():
    asked = owed(MONTHLY)
    for today, needed in ((date(2027, 3, 15), "2027-01-31"), (date(2027, 3, 16), "2027-02-28")):
        late = judge(asked, date(2026, 9, 30), today, PLAIN)
        assert (late.due, late.missed) == (date(2026, 11, 15), date(2026, 10, 31))
        assert late.needed == day(needed)


def test_a_review_long_past_is_late_also_where_the_list_names_a_period():
    late = judge(owed(REVIEW, date(2026, 9, 30)), date(2010, 1, 1), date(2026, 8, 1), PLAIN)
    assert late.state in LATE


@pytest.mark.parametrize(
    "words", [MONTHLY, QUARTERLY, YEARLY, REVIEW, WORDINGS["yearly-by"], WORDINGS["year-after"]]
)
@pytest.mark.parametrize("after", [0, 1, 300])
def test_data_that_reach_the_end_of_the_period_are_complete_for_ever(words, after):
    asked, end = owed(words, date(2026, 9, 30)), date(2026, 9, 30)
    assert judge(asked, end + timedelta(after), date(2099, 1, 1), PLAIN) == Due("fresh")


@pytest.mark.parametrize("words", [MONTHLY, QUARTERLY, YEARLY, WORDINGS["year-after"]])
def test_data_one_day_short_of_the_period_are_not_complete(words):
    asked = owed(words, date(2026, 9, 30))
    assert judge(asked, date(2026, 9, 29), date(2099, 1, 1), PLAIN).state == "delinquent"


def test_what_is_owed_once_a_year_is_complete_as_soon_as_it_is_of_that_year():
    asked, late = owed(WORDINGS["yearly-by"], date(2026, 9, 30)), date(2099, 1, 1)
    first = fiscal_start(2569)
    assert complete_at(asked.rule, date(2026, 9, 30)) == first
    assert judge(asked, first, late, PLAIN) == Due("fresh")
    assert judge(asked, first - ONE, late, PLAIN).state == "delinquent"


@pytest.mark.parametrize("words", ["ครั้งเดียว", WORDINGS["frozen"], WORDINGS["on-demand"]])
def test_what_is_owed_once_is_done_with_a_record(words):
    assert judge(owed(words), date(2010, 1, 1), date(2099, 1, 1), PLAIN) == Due("fresh")


def test_what_falls_due_after_the_freeze_is_not_owed():
    asked = owed(MONTHLY + " ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569")
    late = date(2099, 1, 1)
    assert judge(asked, date(2026, 3, 31), late, PLAIN) == Due("fresh")
    assert judge(asked, date(2026, 3, 30), late, PLAIN).needed == date(2026, 3, 31)


@pytest.mark.parametrize("words", [MONTHLY, REVIEW])
def test_data_without_a_day_are_unknown(words):
    assert judge(owed(words), None, TODAY, PLAIN) == Due("unknown")


def test_without_a_rule_nothing_is_known():
    asked = Owed(None, Limits())
    assert judge(asked, TODAY, TODAY, PLAIN) == Due("unknown")
    assert judge_missing(asked, 2569, TODAY, PLAIN) == Due("unknown")


@pytest.mark.parametrize("words", [MONTHLY, YEARLY, REVIEW, WORDINGS["year-after"]])
def test_the_last_day_that_a_cell_may_hold_breaks_nothing(words):
    # 31/12/9999, in the Buddhist Era.
    asked, end = owed(words, date(9456, 12, 31)), date(9456, 12, 31)
    state = judge(asked, TODAY, TODAY, PLAIN)
    assert state.state == "fresh"
    # A review is due whatever the list covers; periods wait for the year that is covered.
    review = [(date(2027, 11, 22), date(2027, 11, 22))] if words == REVIEW else []
    assert list(schedule(asked, state, TODAY + AHEAD, PLAIN)) == review
    assert judge(asked, end, TODAY, PLAIN) == Due("fresh")


#: words, end of what is covered, due, needed: by the list of 2570
MISSING = [
    # What is reviewed is owed at once, what has periods after the first one.
    (REVIEW, None, "2026-10-01", "2026-10-01"),
    (MONTHLY, None, "2026-11-15", "2026-10-31"),
    (QUARTERLY, None, "2027-01-30", "2026-12-31"),
    (YEARLY, None, "2027-12-29", "2027-09-30"),
    (WORDINGS["yearly-by"], None, "2026-12-31", "2026-10-01"),
    (WORDINGS["year-after"], None, "2028-04-30", "2027-09-30"),
    # The year before is owed by its own end, not by the end of the list's year.
    (YEARLY, "2026-09-30", "2026-12-29", "2026-09-30"),
    (WORDINGS["year-after"], "2026-09-30", "2027-04-30", "2026-09-30"),
    (MONTHLY, "2026-09-30", "2025-11-15", "2025-10-31"),
    # Owed once: by its day, or from the year's first day on.
    (WORDINGS["once"], None, "2026-01-31", "2026-10-01"),
    ("ครั้งเดียว", None, "2026-10-01", "2026-10-01"),
    (WORDINGS["frozen"], None, "2026-04-30", "2026-10-01"),
]


@pytest.mark.parametrize(("words", "end", "due", "needed"), MISSING)
@pytest.mark.parametrize("gap", [-1, 0, 1])
def test_an_item_without_a_record_is_owed_by_its_year(words, end, due, needed, gap):
    due, asked = day(due), owed(words, end and day(end))
    found = judge_missing(asked, 2570, due + timedelta(gap), PLAIN)
    since = due + ONE if gap > 0 else None
    # What has no periods misses nothing but itself.
    missed = day(needed) if gap > 0 and asked.rule.months and words != REVIEW else None
    assert found == Due("missing", due, day(needed), gap, since, missed)


@pytest.mark.parametrize(
    "words", [WORDINGS["on-demand"], MONTHLY + " ตรึงข้อมูลหลังวันที่ 30 เมษายน 2568"]
)
def test_what_nobody_is_owed_is_missing_but_never_late(words):
    assert judge_missing(owed(words), 2570, date(2099, 1, 1), PLAIN) == Due("missing")


def test_an_item_without_a_record_needs_the_last_period_that_was_missed():
    found = judge_missing(owed(MONTHLY), 2570, date(2027, 3, 16), PLAIN)
    assert (found.due, found.needed) == (date(2026, 11, 15), date(2027, 2, 28))
    assert found.missed == date(2026, 10, 31)


# Excused.

UNTIL = date(2026, 12, 31)


def duty(exception="", until=None):
    return Duty("O1", 0, "palad", exception, "เหตุผล", "นายก อบจ.", until, sample=False)


@pytest.mark.parametrize(
    ("given", "today", "state"),
    [
        (None, TODAY, None),
        (duty(), TODAY, None),
        (duty(until=UNTIL), TODAY, None),
        (duty("waived", UNTIL), UNTIL - ONE, "waived"),
        (duty("waived", UNTIL), UNTIL, "waived"),
        (duty("waived", UNTIL), UNTIL + ONE, None),
        (duty("waived"), TODAY, None),
        (duty("not-applicable"), TODAY, "not-applicable"),
        (duty("not-applicable", UNTIL), UNTIL + ONE, "not-applicable"),
    ],
)
def test_an_excuse_holds_until_its_day(given, today, state):
    found = _excused(given, today)
    assert (found.state if found else None) == state
    if state == "waived":
        assert (found.due, found.needed, found.days) == (UNTIL, None, (today - UNTIL).days)


# What falls due over a year.


def test_a_year_of_a_monthly_item():
    asked = owed(MONTHLY)
    state = judge(asked, date(2026, 9, 30), date(2026, 10, 1), PLAIN)
    steps = list(schedule(asked, state, date(2027, 9, 30), PLAIN))
    assert len(steps) == 11
    assert steps[0] == (date(2026, 10, 31), date(2026, 11, 15))
    assert steps[4] == (date(2027, 2, 28), date(2027, 3, 15))
    assert steps[-1] == (date(2027, 8, 31), date(2027, 9, 15))


def test_a_schedule_ends_with_its_day_its_period_and_its_freeze():
    start = date(2025, 10, 1)
    for words, end, dues in (
        (QUARTERLY, None, ["2026-01-30", "2026-04-30", "2026-07-30", "2026-10-30"]),
        (QUARTERLY, "2026-03-31", ["2026-01-30", "2026-04-30"]),
        (QUARTERLY + " ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569", None, ["2026-01-30", "2026-04-30"]),
        (YEARLY, None, ["2026-12-29"]),
        (WORDINGS["yearly-by"], None, ["2026-12-31"]),
        (WORDINGS["on-demand"], None, []),
    ):
        asked = owed(words, end and day(end))
        state = judge(asked, start, start, PLAIN)
        steps = schedule(asked, state, date(2026, 12, 31), PLAIN)
        assert [due for _, due in steps] == [day(due) for due in dues]


def test_a_schedule_begins_with_what_is_late():
    asked, today = owed(MONTHLY), date(2027, 3, 20)
    state = judge(asked, date(2026, 9, 30), today, PLAIN)
    steps = list(schedule(asked, state, today + timedelta(60), PLAIN))
    # What was missed first stands with its own due day, never with what is needed by now.
    assert steps == [
        (date(2026, 10, 31), date(2026, 11, 15)),
        (date(2027, 3, 31), date(2027, 4, 15)),
        (date(2027, 4, 30), date(2027, 5, 15)),
    ]


@pytest.mark.parametrize("missing", [True, False])
@pytest.mark.parametrize("words", [MONTHLY, QUARTERLY, WORDINGS["half-yearly"], YEARLY])
def test_every_pair_of_a_schedule_belongs_together(words, missing):
    asked, today = owed(words), date(2028, 6, 20)
    if missing:
        state = judge_missing(asked, 2569, today, PLAIN)
    else:
        state = judge(asked, date(2025, 9, 30), today, PLAIN)
    steps = list(schedule(asked, state, today + AHEAD, PLAIN))
    assert len(steps) > 1
    assert state.missed is not None
    assert state.needed > state.missed
    assert all(PLAIN.due(asked.rule, needed) == due for needed, due in steps)
    assert [due for _, due in steps if due < today] == [state.due]


@pytest.mark.parametrize("missing", [True, False])
def test_no_reminder_moves_back_while_nothing_changes(missing):
    asked, seen = owed(MONTHLY), []
    for today in (date(2026, 12, 15), date(2026, 12, 16)):
        if missing:
            state = judge_missing(asked, 2570, today, PLAIN)
        else:
            state = judge(asked, date(2026, 9, 30), today, PLAIN)
        seen.append(dict(schedule(asked, state, today + timedelta(60), PLAIN)))
    for needed in seen[0].keys() & seen[1].keys():
        assert seen[1][needed] >= seen[0][needed]


def test_what_is_owed_once_is_listed_once():
    for words in ("ครั้งเดียว ภายในวันที่ 31 มกราคม 2569", WORDINGS["frozen"]):
        asked = owed(words)
        state = judge_missing(asked, 2569, date(2026, 1, 1), PLAIN)
        assert len(list(schedule(asked, state, date(2030, 1, 1), PLAIN))) == 1


@pytest.mark.parametrize("missing", [True, False])
def test_a_review_that_is_long_late_is_owed_once(missing):
    asked = owed(REVIEW)
    if missing:
        state = judge_missing(asked, 2568, TODAY, PLAIN)
    else:
        state = judge(asked, date(2021, 1, 1), TODAY, PLAIN)
    # The next review is reckoned from the day of the one that is late: nobody knows it yet.
    assert list(schedule(asked, state, TODAY + AHEAD, PLAIN)) == [(state.needed, state.due)]
    assert state.due < TODAY


# The demo on its day, and later.


def board(checked):
    return checked.facts["oit"].board


def numbers(year, state):
    return {item.criterion.number for item in year.items if item.due.state == state}


def test_the_demo_on_its_day(demo):
    year = board(demo)
    assert (year.year, len(year.items)) == (2569, 26)
    assert list(year.counts) == list(STATES)
    assert {state: numbers(year, state) for state in STATES if state != "fresh"} == {
        "missing": {"O12", "O22"},
        "delinquent": {"O6"},
        "overdue": {"O8"},
        "unknown": set(),
        "due-soon": {"O16"},
        "waived": set(),
        "not-applicable": set(),
    }
    assert year.counts["fresh"] == 21
    assert (year.current, year.asked) == (22, 26)
    assert sentence(year).startswith("ข้อมูลเป็นปัจจุบัน 22 จาก 26 ข้อ (ในนี้ใกล้ครบกำหนด 1 ข้อ)")


def test_the_review_of_the_demo_that_falls_on_a_holiday_is_due_the_day_after(demo, repo):
    facts = demo.facts["oit"]
    review = next(item for item in facts.board.items if item.criterion.number == "O16")
    assert facts.settings.move
    assert not facts.reckoner.calendar.is_open(date(2026, 12, 10))
    assert (review.due.needed, review.due.due) == (date(2026, 12, 10), date(2026, 12, 11))
    assert review.due.days == -19


@pytest.mark.parametrize(("today", "state"), [("2026-12-10", "due-soon"), ("2026-12-11", "due-soon"),
                                              ("2026-12-12", "overdue")])  # fmt: skip
def test_the_moved_day_of_the_demo_is_kept(repo, today, state):
    year = board(pipeline.check(repo, day(today)))
    assert "O16" in numbers(year, state)


def test_the_demo_gets_staler_without_a_change(demo, repo):
    now, later = board(demo), board(pipeline.check(repo, date(2027, 12, 31)))
    late = {"overdue", "delinquent"}
    before = {number for state in late for number in numbers(now, state)}
    after = {number for state in late for number in numbers(later, state)}
    assert before < after
    assert len(after) > len(before) + 5
    assert later.current < now.current
    assert numbers(later, "missing") == numbers(now, "missing")
    assert sum(later.counts.values()) == 26
    complete = {item.criterion.number for item in now.items if item.due == Due("fresh")}
    assert complete
    assert complete <= numbers(later, "fresh")


def test_a_year_without_records_is_not_judged(demo):
    facts = demo.facts["oit"]
    closed = [year for year in facts.years if year.records is None]
    assert [(year.year, len(year.items)) for year in closed] == [(2566, 43), (2568, 28)]
    for year in closed:
        files = {f"data/oit/criteria/{year.year}.yml", f"data/oit/records-{year.year}.csv"}
        assert not [found for found in demo.findings if found.place.file in files]
        assert sentence(year) == (
            f"เกณฑ์ปี {year.year} มี {len(year.items)} ข้อ หน่วยงานยังไม่มีบันทึกการเปิดเผย"
        )


def test_findings_of_lateness_are_those_of_the_late_items(demo):
    rules = {
        "missing-item": {"O12", "O22"},
        "delinquent-item": {"O6"},
        "overdue-item": {"O8"},
        "due-soon-item": {"O16"},
        "undated-item": set(),
    }
    for rule, items in rules.items():
        found = {finding.params["item"] for finding in demo.findings if finding.rule == rule}
        assert found == items


# Lists that differ from agency to agency, and items that have limits of their own.


@pytest.fixture
def agency(tmp_path):
    return copy_agency(TINY, tmp_path / "agency")


def edit(root, file, old, new):
    path = root / "data" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_criteria_of_other_kinds_of_agencies_are_left_out(agency):
    before = board(pipeline.check(agency, TODAY))
    edit(agency, "oit/criteria/2569.yml", "- number: O4\n", "- number: O4\n  agency_types: [pao]\n")
    edit(agency, "oit/criteria/2569.yml", "- number: O8\n",
         "- number: O8\n  agency_types: [pao, sao]\n")  # fmt: skip
    checked = pipeline.check(agency, TODAY)
    after = board(checked)
    assert [item.criterion.number for item in after.items] == [
        item.criterion.number for item in before.items if item.criterion.number != "O4"
    ]
    # A record of such an item is odd, but its number is known.
    assert "unknown-item" not in {finding.rule for finding in checked.findings}


@pytest.mark.parametrize(
    ("grace", "state"), [(160, "overdue"), (159, "delinquent"), (0, "delinquent")]
)
def test_an_item_may_have_days_of_grace_of_its_own(agency, grace, state):
    edit(agency, "oit/criteria/2569.yml", "- number: O8\n",
         f"- number: O8\n  grace_days: {grace}\n")  # fmt: skip
    # Reviewed on 15 June 2026, so due a year later, and 160 days late on 22 November 2027.
    year = board(pipeline.check(agency, date(2027, 11, 22)))
    item = next(item for item in year.items if item.criterion.number == "O8")
    assert (item.due.days, item.criterion.owed.limits.grace) == (160, grace)
    assert item.due.state == state


def test_without_days_of_its_own_an_item_has_those_of_its_kind(demo):
    rows = demo.workspace.codes("cadences").rows
    for year in demo.facts["oit"].years:
        for item in year.items:
            asked = item.criterion.owed
            if asked.rule is not None:
                row = rows[asked.rule.kind]
                assert asked.limits == Limits(int(row["warn_days"]), int(row["grace_days"]))


WAIVED = "O4,palad,waived,รอระบบใหม่,นายก อบต.,2026-12-31,ใช่\n"
DUTIES = "item,owner,exception,reason,decided_by,until,sample\n"


def test_a_waiver_of_the_agency_ends_by_itself(agency):
    (agency / "data/oit/duties-2569.csv").write_text(DUTIES + WAIVED, encoding="utf-8")
    for today, state in ((date(2026, 12, 31), "waived"), (date(2027, 1, 1), "overdue")):
        checked = pipeline.check(agency, today)
        item = next(item for item in board(checked).items if item.criterion.number == "O4")
        assert item.due.state == state
        expired = [f for f in checked.findings if f.rule == "expired-waiver"]
        assert bool(expired) == (state != "waived")


def test_what_was_waived_is_late_from_the_day_after_the_waiver(agency):
    # Data of October fell due on 15 November, in the middle of the waiver.
    edit(agency, "oit/records-2569.csv", ",2026-10-31,2026-11-05,", ",2026-09-30,2026-10-05,")
    (agency / "data/oit/duties-2569.csv").write_text(DUTIES + WAIVED, encoding="utf-8")
    found = {}
    for today in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 10)):
        facts = pipeline.check(agency, today).facts["oit"]
        item = next(item for item in facts.board.items if item.criterion.number == "O4")
        assert item.excused_until == UNTIL
        days = late_days(facts.changes_of(item), item, today)
        found[today.isoformat()] = (item.due.state, item.due.since, item.late_since, days)
    first = date(2027, 1, 1)
    assert found == {
        "2026-12-31": ("waived", None, None, 0),
        "2027-01-01": ("delinquent", first, first, 1),
        "2027-01-10": ("delinquent", first, first, 10),
    }


def test_a_waiver_that_ended_before_the_due_day_changes_nothing(agency):
    edit(agency, "oit/records-2569.csv", ",2026-10-31,2026-11-05,", ",2026-09-30,2026-10-05,")
    rows = WAIVED.replace("2026-12-31", "2026-11-01")
    (agency / "data/oit/duties-2569.csv").write_text(DUTIES + rows, encoding="utf-8")
    year = board(pipeline.check(agency, TODAY))
    item = next(item for item in year.items if item.criterion.number == "O4")
    assert (item.due.state, item.late_since) == ("overdue", date(2026, 11, 16))


def test_what_is_not_late_is_late_since_no_day(demo):
    for item in board(demo).items:
        assert (item.late_since is not None) == is_late(item)
    unknown = replace(example(demo), due=Due("unknown"))
    assert unknown.late_since is None


@pytest.mark.parametrize(
    ("gap", "rule"),
    [("before the warning", None), ("the warning", "due-soon-item"), ("the due day", "due-soon-item"),
     ("the day after", "missing-item")],
)  # fmt: skip
def test_what_is_missing_warns_in_its_days_of_warning(agency, gap, rule):
    records = agency / "data/oit/records-2569.csv"
    rows = records.read_text(encoding="utf-8").splitlines(keepends=True)
    records.write_text("".join(row for row in rows if row[:4] != "O20,"), encoding="utf-8")
    due, warn = date(2026, 12, 29), 30
    days = {
        "before the warning": due - timedelta(warn + 1),
        "the warning": due - timedelta(warn),
        "the due day": due,
        "the day after": due + ONE,
    }
    checked = pipeline.check(agency, days[gap])
    item = next(item for item in board(checked).items if item.criterion.number == "O20")
    assert (item.due.state, item.due.due) == ("missing", due)
    assert item.criterion.owed.limits.warn == warn
    found = [one for one in checked.findings if one.value == "O20"]
    assert [one.rule for one in found] == ([rule] if rule else [])
    for one in found:
        assert (one.place.file, one.params["due"]) == ("data/oit/records-2569.csv", due)


@pytest.mark.parametrize("text", ["", "\n", DUTIES], ids=["nothing", "a line", "a header"])
def test_duties_without_rows_are_no_finding(agency, text):
    (agency / "data/oit/duties-2569.csv").write_text(text, encoding="utf-8")
    checked = pipeline.check(agency, TODAY)
    assert list(checked.findings) == []
    assert all(item.duty is None for item in board(checked).items)


RECORDS = "item,owner,shown,evidence,as_of,published,sample,note\n"


@pytest.mark.parametrize("text", ["", "\n", RECORDS], ids=["nothing", "a line", "a header"])
def test_records_without_rows_are_no_finding(agency, text):
    (agency / "data/oit/records-2569.csv").write_text(text, encoding="utf-8")
    checked = pipeline.check(agency, TODAY)
    assert list(checked.findings) == []
    # Nothing is said to be current that nobody recorded.
    assert board(checked) is None or board(checked).current == 0


def test_an_item_without_a_rule_is_a_notice_and_a_rule_that_nobody_reads_is_a_fault(agency):
    edit(agency, "oit/criteria/2569.yml", "due: ทบทวนอย่างน้อยปีละครั้ง\n", "due: null\n")
    checked = pipeline.check(agency, TODAY)
    (found,) = checked.findings
    assert (found.rule, found.params["item"], found.value) == ("no-due-rule", "O8", "")
    assert checked.rules[found.rule].severity == Severity.NOTICE
    assert numbers(board(checked), "unknown") == {"O8"}
    edit(agency, "oit/criteria/2569.yml", "due: null\n", "due: เร็ว ๆ นี้\n")
    checked = pipeline.check(agency, TODAY)
    (found,) = checked.findings
    assert (found.rule, found.value) == ("due-rule-error", "เร็ว ๆ นี้")
    assert checked.rules[found.rule].severity == Severity.BROKEN


def test_what_is_not_applicable_is_asked_of_nobody(agency):
    row = "O4,palad,not-applicable,ไม่มีภารกิจนี้,,,ใช่\n"
    (agency / "data/oit/duties-2569.csv").write_text(DUTIES + row, encoding="utf-8")
    year = board(pipeline.check(agency, date(2030, 1, 1)))
    assert (len(year.items), year.asked) == (6, 5)
    assert numbers(year, "not-applicable") == {"O4"}
    assert "ไม่เกี่ยวข้องกับหน่วยงาน 1 ข้อ" in sentence(year)


def test_the_owner_of_a_record_comes_before_that_of_a_duty(agency):
    rows = "O4,engineering,,,,,ใช่\nO18,education,,,,,ใช่\n"
    (agency / "data/oit/duties-2569.csv").write_text(DUTIES + rows, encoding="utf-8")
    edit(agency, "oit/records-2569.csv", "O18,palad,", "O18,,")
    year = board(pipeline.check(agency, TODAY))
    owners = {item.criterion.number: item.owner_name for item in year.items}
    assert (owners["O4"], owners["O18"]) == ("สำนักปลัด", "กองการศึกษา")


# What is said.


def example(demo, number="O8"):
    return next(item for item in board(demo).items if item.criterion.number == number)


def with_state(demo, words, due, *, record=True):
    item = example(demo)
    criterion = replace(
        item.criterion, due=words, owed=owed(words) if words else Owed(None, Limits())
    )
    return replace(item, criterion=criterion, due=due, record=item.record if record else None)


NEEDED, DAY = date(2026, 12, 31), date(2027, 1, 30)
#: rule, state, words in Thai, words in English
SAID = [
    (QUARTERLY, Due("fresh", DAY, NEEDED, -69),
     "ข้อมูลถึง 31 ธ.ค. 2569 ภายใน 30 ม.ค. 2570", "data up to 2026-12-31 by 2027-01-30"),
    (QUARTERLY, Due("due-soon", DAY, NEEDED, 0),
     "ข้อมูลถึง 31 ธ.ค. 2569 ภายใน 30 ม.ค. 2570", "data up to 2026-12-31 by 2027-01-30"),
    (QUARTERLY, Due("overdue", DAY, NEEDED, 1),
     "ข้อมูลถึง 31 ธ.ค. 2569 ครบกำหนด 30 ม.ค. 2570 เกินมาแล้ว 1 วัน",
     "data up to 2026-12-31; was due 2027-01-30 (days late: 1)"),
    (QUARTERLY, Due("delinquent", DAY, NEEDED, 1234),
     "ข้อมูลถึง 31 ธ.ค. 2569 ครบกำหนด 30 ม.ค. 2570 เกินมาแล้ว 1,234 วัน",
     "data up to 2026-12-31; was due 2027-01-30 (days late: 1,234)"),
    # What was missed is what is needed: said once.
    (QUARTERLY, Due("overdue", DAY, NEEDED, 1, None, NEEDED),
     "ข้อมูลถึง 31 ธ.ค. 2569 ครบกำหนด 30 ม.ค. 2570 เกินมาแล้ว 1 วัน",
     "data up to 2026-12-31; was due 2027-01-30 (days late: 1)"),
    # More was missed since: what was due then would be late again at once.
    (QUARTERLY, Due("delinquent", DAY, date(2027, 9, 30), 1234, None, NEEDED),
     "ค้างตั้งแต่ 30 ม.ค. 2570 เกินมาแล้ว 1,234 วัน ต้องมีข้อมูลถึง 30 ก.ย. 2570 จึงเป็นปัจจุบัน",
     "due since 2027-01-30 (days late: 1,234); current only with data up to 2027-09-30"),
    (WORDINGS["yearly-by"], Due("delinquent", DAY, date(2027, 10, 1), 400, None, date(2026, 10, 1)),
     "ค้างตั้งแต่ 30 ม.ค. 2570 เกินมาแล้ว 400 วัน ต้องมีข้อมูลของปีงบประมาณ 2571 จึงเป็นปัจจุบัน",
     "due since 2027-01-30 (days late: 400); current only with data of fiscal year 2571"),
    (WORDINGS["yearly-by"], Due("fresh", DAY, date(2026, 10, 1), -9),
     "ข้อมูลของปีงบประมาณ 2570 ภายใน 30 ม.ค. 2570", "data of fiscal year 2570 by 2027-01-30"),
    (REVIEW, Due("overdue", DAY, DAY, 2),
     "ทบทวนข้อมูล ครบกำหนด 30 ม.ค. 2570 เกินมาแล้ว 2 วัน",
     "review the data; was due 2027-01-30 (days late: 2)"),
    (QUARTERLY, Due("missing", DAY, NEEDED, -1),
     "เปิดเผยและบันทึกหลักฐาน ภายใน 30 ม.ค. 2570", "disclose and record the evidence by 2027-01-30"),
    (REVIEW, Due("missing", DAY, DAY, 3),
     "เปิดเผยและบันทึกหลักฐาน ครบกำหนด 30 ม.ค. 2570 เกินมาแล้ว 3 วัน",
     "disclose and record the evidence; was due 2027-01-30 (days late: 3)"),
    (QUARTERLY, Due("missing", DAY, date(2027, 9, 30), 300, None, NEEDED),
     "เปิดเผยและบันทึกหลักฐาน ครบกำหนด 30 ม.ค. 2570 เกินมาแล้ว 300 วัน",
     "disclose and record the evidence; was due 2027-01-30 (days late: 300)"),
    (WORDINGS["on-demand"], Due("missing"),
     "เปิดเผยและบันทึกหลักฐาน ไม่มีกำหนดวัน", "disclose it; no day is set"),
    (QUARTERLY, Due("unknown"), "ต้องระบุวันที่ของข้อมูล", "say of what day the data is"),
    ("", Due("unknown"), "ยังไม่ได้กำหนดเวลา จึงตรวจไม่ได้", "no due rule: it cannot be judged"),
    (QUARTERLY, Due("waived", DAY, None, -5),
     "ผ่อนผันถึง 30 ม.ค. 2570 แล้วกลับมาตรวจตามปกติ", "waived until 2027-01-30, then judged as usual"),
    (QUARTERLY, Due("not-applicable"), "ไม่ต้องทำ", "nothing"),
    (QUARTERLY, Due("fresh"), "ครบตามช่วงที่ต้องเปิดเผยแล้ว", "complete"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "due", "thai", "english"), SAID)
def test_what_is_owed_next_is_said_in_both_languages(demo, words, due, thai, english):
    item = with_state(demo, words, due, record=due.state != "missing")
    assert next_step(item) == Words(thai, english)


def test_every_state_is_said():
    assert {due.state for _, due, _, _ in SAID} == set(STATES) == set(STATES_EN)
    for state in STATES:
        thai, english = state_words(state)
        assert thai == STATES[state][0]
        assert english.replace(" ", "").isalpha()
        assert english.islower()
    assert len({state_words(state).th for state in STATES}) == len(STATES)
    assert state_words("unknown") == Words("ยังตัดสินไม่ได้", "unknown")


def test_since_when_an_item_is_in_its_state_is_said_where_it_is_known(demo):
    item, plain = example(demo), Due("fresh", DAY, NEEDED, -69)
    assert (
        since_words(replace(item, due=Due("overdue", DAY, NEEDED, 1, DAY))) == "ตั้งแต่ 30 ม.ค. 2570"
    )
    assert since_words(replace(item, due=plain)) == "ตั้งแต่ 18 ก.ย. 2568"
    unpublished = replace(item.record, published=None)
    assert since_words(replace(item, due=plain, record=unpublished)) == "ตั้งแต่ 15 ก.ย. 2568"
    assert since_words(replace(item, due=Due("missing", DAY, NEEDED, -1), record=None)) == ""
    assert since_words(replace(item, due=Due("not-applicable"))) == ""


@pytest.mark.parametrize("today", [TODAY, date(2025, 10, 1), date(2027, 12, 31), date(2031, 4, 1)])
def test_nothing_that_is_said_holds_a_none(repo, today):
    facts = pipeline.check(repo, today).facts["oit"]
    said = [sentence(facts.board), open_sentence(facts.board)]
    for status, item in zip(statuses(facts, today), facts.board.items, strict=True):
        said += [*status.owed, *status.word, since_words(item)]
        said += [text for owing in status.upcoming for text in owing.what]
        assert not re.search("[ก-๙]", status.owed.en + status.word.en)
        assert re.search("[ก-๙]", status.owed.th)
    for text in said:
        assert text == text.strip()
        assert not re.search(r"None|NaT|nan|  |ไม่ทราบ$|\{", text), text


def test_counts_are_said_with_their_states(demo):
    year = board(demo)
    assert open_sentence(year) == "ค้างนาน 1 ข้อ เกินกำหนด 1 ข้อ และยังไม่เปิดเผย 2 ข้อ"
    fresh = replace(year, items=tuple(i for i in year.items if i.due.state == "fresh"))
    assert open_sentence(fresh) == "ไม่มีข้อใดค้าง"
    assert sentence(fresh).startswith("ข้อมูลเป็นปัจจุบัน ครบทั้ง 21 ข้อ (บันทึกจริง")


def test_what_waits_for_its_first_day_is_missing_but_not_late(demo):
    item = example(demo)
    assert not is_late(replace(item, due=Due("missing", DAY, NEEDED, 0)))
    assert is_late(replace(item, due=Due("missing", DAY, NEEDED, 1)))
    for state in set(STATES) - {"missing"}:
        assert is_late(replace(item, due=Due(state, DAY, NEEDED, 1))) == (state in LATE)


def test_what_a_review_is_called_stays_while_its_day_moves(demo):
    facts, item = demo.facts["oit"], example(demo, "O16")
    asked = item.criterion.owed
    keys = []
    for as_of in (date(2025, 12, 10), date(2026, 3, 1)):
        due = judge(asked, as_of, TODAY, facts.reckoner)
        keys.append([one.key for one in upcoming(replace(item, due=due), facts, TODAY + AHEAD)])
    assert keys == [["review-0"], ["review-0"]]


def test_what_a_period_is_called_is_the_day_that_its_data_must_reach(demo):
    facts, item = demo.facts["oit"], example(demo, "O4")
    late = judge(item.criterion.owed, date(2026, 8, 31), TODAY, facts.reckoner)
    found = list(upcoming(replace(item, due=late), facts, date(2027, 1, 31)))
    assert [one.key for one in found] == ["2026-09-30", "2026-11-30", "2026-12-31"]
    assert [one.due.isoformat() for one in found] == ["2026-10-15", "2026-12-15", "2027-01-15"]


def test_nothing_is_upcoming_of_what_cannot_be_owed(demo):
    facts, item = demo.facts["oit"], example(demo)
    for due in (Due("not-applicable"), Due("unknown"), Due("fresh"), Due("missing")):
        assert not list(upcoming(replace(item, due=due), facts, TODAY + AHEAD))


@pytest.mark.parametrize(("gap", "listed"), [(-1, False), (0, True), (1, True)])
def test_of_what_is_waived_the_end_of_the_waiver_is_upcoming(demo, gap, listed):
    facts, item = demo.facts["oit"], replace(example(demo), due=Due("waived", DAY))
    found = list(upcoming(item, facts, DAY + timedelta(gap)))
    ends = Words("การผ่อนผันสิ้นสุด", "the waiver ends")
    assert found == ([Owing(DAY, ends, "waiver")] if listed else [])


def test_what_is_upcoming_says_what_is_owed(demo):
    missing = next(one for one in statuses(demo.facts["oit"], TODAY) if one.number == "O12")
    assert [owing.what.th for owing in missing.upcoming] == ["เปิดเผยและบันทึกหลักฐาน"]
    item = with_state(demo, QUARTERLY, Due("missing", DAY, NEEDED, -1), record=False)
    assert what(item, NEEDED).en == "disclose and record the evidence"
    assert what(item, date(2027, 3, 31)).en == "data up to 2027-03-31"


# Statuses and what falls due, by owner.


def test_statuses_are_the_items_of_the_board(demo):
    facts = demo.facts["oit"]
    found = list(statuses(facts, TODAY))
    assert [one.number for one in found] == [item.criterion.number for item in facts.board.items]
    assert len({one.id for one in found}) == 26
    assert {one.number for one in found if one.late} == {"O6", "O8", "O12", "O22"}
    by_number = {one.number: one for one in found}
    assert by_number["O6"].id == "oit-2569-o6"
    assert (by_number["O6"].since, by_number["O6"].days) == (date(2026, 3, 17), 296)
    assert by_number["O8"].since == date(2026, 9, 16)
    assert by_number["O12"].since == date(2025, 12, 30)
    assert by_number["O16"].since == date(2026, 11, 11)
    assert by_number["O1"].since == date(2026, 10, 7)
    assert by_number["O25"].since == date(2025, 9, 30)
    assert not by_number["O25"].sample
    assert by_number["O1"].sample


def test_the_forecast_of_the_demo_is_by_owner_soonest_first(demo):
    found = tuple(statuses(demo.facts["oit"], TODAY))
    groups = Listed(found, TODAY, ahead=60).forecast()
    assert [
        (owner, [(s.number, o.due.isoformat()) for s, o in pairs]) for owner, pairs in groups
    ] == [
        ("กองยุทธศาสตร์ฯ", [("O4", "2026-12-15"), ("O4", "2027-01-15")]),
        ("สำนักปลัด อบจ.", [("O16", "2026-12-11")]),
    ]


def test_what_only_a_duty_says_may_be_invented_too(agency):
    records = agency / "data/oit/records-2569.csv"
    rows = records.read_text(encoding="utf-8").splitlines(keepends=True)
    records.write_text("".join(row for row in rows if row[:3] != "O8,"), encoding="utf-8")
    for sample in ("ใช่", "ไม่"):
        text = DUTIES + f"O8,palad,,,,,{sample}\nO20,palad,,,,,ไม่\n"
        (agency / "data/oit/duties-2569.csv").write_text(text, encoding="utf-8")
        found = {
            one.number: one for one in statuses(pipeline.check(agency, TODAY).facts["oit"], TODAY)
        }
        assert (found["O8"].state, found["O8"].sample) == ("missing", sample == "ใช่")
        # The record counts where there is one.
        assert found["O20"].sample


def status(number, owner, *dues):
    owings = tuple(Owing(due, Words("ก", "a"), str(due)) for due in dues)
    return Status(f"x-{number}", number, "ก", "fresh", Words("ก", "a"), late=False, since=None,
                  days=0, due=None, owed=Words("ก", "a"), owner=owner, owner_name=owner,
                  address="", upcoming=owings)  # fmt: skip


def test_a_forecast_holds_its_first_and_last_day_and_nobody_stands_last():
    soon, last = TODAY, TODAY + timedelta(30)
    found = (
        status("O1", "", soon),
        status("O2", "ข", last, last + ONE),
        status("O3", "ก", last, TODAY - ONE),
        status("O4", "ข", soon),
        status("O5", "ค"),
    )
    groups = Listed(found, TODAY, ahead=30).forecast()
    assert [(owner, [(s.number, o.due) for s, o in pairs]) for owner, pairs in groups] == [
        ("ก", [("O3", last)]),
        ("ข", [("O4", soon), ("O2", last)]),
        ("", [("O1", soon)]),
    ]
    assert Listed(found, TODAY, ahead=0).forecast()[0][0] == "ข"
    assert Listed((), TODAY, ahead=30).forecast() == []


# The lists are those that were gathered.


@pytest.mark.parametrize("year", [2566, 2568, 2569])
def test_the_list_of_a_year_is_the_one_that_was_gathered(demo, repo, year):
    source = repo.parent / "shared" / "oit" / f"items-{year}.yml"
    if not source.is_file():
        pytest.skip("the gathered lists lie outside the repository")
    gathered = yaml.safe_load(source.read_text(encoding="utf-8"))
    ours = yaml.safe_load((repo / f"data/oit/criteria/{year}.yml").read_text(encoding="utf-8"))
    assert ours["fiscal_year"] == gathered["fiscal_year"] == year
    assert len(ours["items"]) == gathered["item_count"]
    keys = ("number", "title_th", "indicator")
    assert [tuple(item[key] for key in keys) for item in ours["items"]] == [
        tuple(item[key] for key in keys) for item in gathered["items"]
    ]
    judged = next(one for one in demo.facts["oit"].years if one.year == year)
    assert [(item.criterion.number, item.criterion.title, item.criterion.indicator)
            for item in judged.items] == [
        tuple(item[key] for key in keys) for item in ours["items"]
    ]  # fmt: skip


def test_every_period_of_a_list_ends_with_a_fiscal_year(demo):
    ends = [
        (year.year, item.criterion.owed.period_end)
        for year in demo.facts["oit"].years
        for item in year.items
        if item.criterion.owed.period_end
    ]
    assert ends
    assert all(end in (fiscal_end(year), fiscal_end(year - 1)) for year, end in ends)


def test_what_the_project_adds_to_a_list_says_so(demo):
    for year in demo.facts["oit"].years:
        for item in year.items:
            said = {one.field: one for one in item.criterion.statements}
            assert all(one.source for one in said.values())
            if item.criterion.due:
                assert said["due"].certainty == "proposal"
            if item.criterion.owed.period_end:
                assert said["period_end"].certainty == "inferred"


def test_the_records_of_the_demo_say_what_is_invented(repo):
    text = (repo / "data/oit/records-2569.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["item"] for row in rows if row["sample"] == "ไม่"} == {"O6", "O25"}
    assert all(row["shown"].startswith("ตัวอย่าง: ") == (row["sample"] == "ใช่") for row in rows)
