"""Due rules: the words that officers write, the days they mean, and what must hold of all of them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from conftest import REPO, TINY, TODAY
from hypothesis import given
from hypothesis import strategies as st

from scripts import pipeline
from scripts.core.thai import month_end, thai_digits
from scripts.core.workdays import WorkCalendar
from scripts.core.workspace import read_workspace
from scripts.topics.oit.due import WORDINGS, DueRule, Reckoner, next_period_end, parse_due
from scripts.topics.oit.judge import Limits, Owed, judge, schedule

FREEZE = date(2026, 4, 30)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MONTH_ENDS = DAYS.map(lambda day: month_end(day.year, day.month))
ORDER = ("delinquent", "overdue", "due-soon", "fresh")

MONTH_10_OPEN = DueRule("monthly", 1, 10, working=True)
BY_15TH = DueRule("monthly", 1, day=15)
QUARTER_30 = DueRule("quarterly", 3, 30)
YEAR_90 = DueRule("yearly", 12, 90)
BY_DECEMBER = DueRule("yearly-by", 12, month=12, day=31)
AFTER_APRIL = DueRule("year-after", 12, month=4, day=30)
YEARLY_REVIEW = DueRule("on-change", 12)

#: What officers write, and the rule that it is.
PARSED = [
    ("ทุกเดือน ภายใน 10 วันทำการหลังสิ้นเดือน", MONTH_10_OPEN),
    ("ทุกเดือน ภายใน ๑๐ วันทำการหลังสิ้นเดือน", MONTH_10_OPEN),
    ("ทุกเดือน ภายใน 10 วันทำการ หลังสิ้นเดือน", MONTH_10_OPEN),
    ("  ทุกเดือน   ภายใน 10  วันทำการหลังสิ้นเดือน ", MONTH_10_OPEN),
    ("ทุกเดือน\nภายใน 10 วันทำการ\tหลังสิ้นเดือน", MONTH_10_OPEN),
    ("ทุกเดือน\u00a0ภายใน\u00a010\u200b วันทำการหลังสิ้นเดือน", MONTH_10_OPEN),
    ("ทุกเดือนภายใน10วันทำการหลังสิ้นเดือน", MONTH_10_OPEN),
    ("รายเดือน ภายใน 10 วันทำการหลังจากสิ้นเดือน", MONTH_10_OPEN),
    ("รายเดือน ภายใน 10 วันทำการนับแต่วันสิ้นเดือน", MONTH_10_OPEN),
    ("ทุกเดือน ภายใน 10 วันทำการจากสิ้นเดือน", MONTH_10_OPEN),
    ("ทุกเดือน ภายใน 15 วันหลังสิ้นเดือน", DueRule("monthly", 1, 15)),
    ("ทุกเดือน ภายใน 0 วันหลังสิ้นเดือน", DueRule("monthly", 1)),
    ("ทุกเดือน ภายใน 366 วันหลังสิ้นเดือน", DueRule("monthly", 1, 366)),
    ("ทุกเดือน ภายในวันที่ 15 ของเดือนถัดไป", BY_15TH),
    ("ทุกเดือน ภายในวันที่ ๑๕ ของเดือนถัดไป", BY_15TH),
    ("รายเดือน ภายในวันที่15ของเดือนถัดไป", BY_15TH),
    ("ทุกเดือน ภายในวันที่ 31 ของเดือนถัดไป", DueRule("monthly", 1, day=31)),
    ("ทุกเดือน ภายในวันที่ 1 ของเดือนถัดไป", DueRule("monthly", 1, day=1)),
    ("ทุกไตรมาส ภายใน 30 วันหลังสิ้นไตรมาส", QUARTER_30),
    ("รายไตรมาส ภายใน 30 วันหลังสิ้นไตรมาส", QUARTER_30),
    ("ทุกไตรมาส ภายใน 15 วันทำการหลังสิ้นไตรมาส", DueRule("quarterly", 3, 15, working=True)),
    ("ทุกครึ่งปี ภายใน 30 วันหลังสิ้นครึ่งปี", DueRule("half-yearly", 6, 30)),
    ("ทุกครึ่งปีงบประมาณ ภายใน 30 วันหลังสิ้นครึ่งปีงบประมาณ", DueRule("half-yearly", 6, 30)),
    ("ทุกปีงบประมาณ ภายใน 90 วันหลังสิ้นปีงบประมาณ", YEAR_90),
    ("ทุกปี ภายใน 90 วันหลังสิ้นปีงบประมาณ", YEAR_90),
    ("ทุกปีงบประมาณ ภายใน 90 วันหลังสิ้นปี", YEAR_90),
    ("รายปี ภายใน 90 วันหลังสิ้นปีงบประมาณ", YEAR_90),
    ("ปีละครั้ง ภายในวันที่ 31 ธันวาคม", BY_DECEMBER),
    ("ปีละครั้ง ภายในวันที่ 31 ธ.ค.", BY_DECEMBER),
    ("ปีละครั้ง ภายในวันที่ ๓๑ ธ.ค.", BY_DECEMBER),
    ("ปีละ1 ครั้ง ภายในวันที่ 31 ธันวาคม", BY_DECEMBER),
    ("ทุกปี ภายในวันที่ 31 ธันวาคม ของทุกปี", BY_DECEMBER),
    ("ทุกปีงบประมาณ ภายในวันที่ 31 ธันวาคม", BY_DECEMBER),
    ("ปีละครั้ง ภายในวันที่ 29 กุมภาพันธ์", DueRule("yearly-by", 12, month=2, day=29)),
    ("ภายในวันที่ 30 เมษายน ของปีงบประมาณถัดไป", AFTER_APRIL),
    ("ภายในวันที่ 30 เม.ย. ของปีงบประมาณถัดไป", AFTER_APRIL),
    ("ภายในวันที่ ๓๐ เมษายน ปีงบประมาณถัดไป", AFTER_APRIL),
    ("ปีละครั้ง ภายในวันที่ 30 เมษายน ในปีงบประมาณถัดไป", AFTER_APRIL),
    ("ภายในวันที่ 30 เมษายน ของปีถัดไป", AFTER_APRIL),
    ("เมื่อมีการเปลี่ยนแปลง และทบทวนอย่างน้อยปีละครั้ง", YEARLY_REVIEW),
    ("ทบทวนอย่างน้อยปีละครั้ง", YEARLY_REVIEW),
    ("ทบทวนปีละครั้ง", YEARLY_REVIEW),
    ("ทบทวนปีละ1 ครั้ง", YEARLY_REVIEW),
    ("ทบทวนอย่างน้อยปีละ2ครั้ง", DueRule("on-change", 6)),
    ("ปรับปรุงทุกครั้งที่มีการเปลี่ยนแปลง และทบทวนทุก 6 เดือน", DueRule("on-change", 6)),
    ("แก้ไขเมื่อมีการเปลี่ยนแปลง และทบทวนทุก ๓ เดือน", DueRule("on-change", 3)),
    ("ทบทวนทุก 60 เดือน", DueRule("on-change", 60)),
    ("ครั้งเดียว", DueRule("once")),
    ("ครั้งเดียว ภายในวันที่ 31 มกราคม 2569", DueRule("once", by=date(2026, 1, 31))),
    ("ครั้งเดียว ภายในวันที่ ๓๑ ม.ค. ๒๕๖๙", DueRule("once", by=date(2026, 1, 31))),
    ("ครั้งเดียว ภายใน 31/1/2569", DueRule("once", by=date(2026, 1, 31))),
    ("ครั้งเดียว ภายในวันที่ 2026-01-31", DueRule("once", by=date(2026, 1, 31))),
    ("เมื่อมีผู้ขอ", DueRule("on-demand")),
    ("เมื่อมีผู้ร้องขอ", DueRule("on-demand")),
    ("ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569", DueRule("frozen", frozen=FREEZE)),
    ("ไม่แก้ไขหลังวันที่ 30 เม.ย. 2569", DueRule("frozen", frozen=FREEZE)),
    (
        "ทุกเดือน ภายในวันที่ 15 ของเดือนถัดไป ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569",
        DueRule("monthly", 1, day=15, frozen=FREEZE),
    ),
    (
        "ทุกไตรมาส ภายใน 30 วันหลังสิ้นไตรมาส และตรึงข้อมูลหลัง ๓๐ เม.ย. ๒๕๖๙",
        DueRule("quarterly", 3, 30, frozen=FREEZE),
    ),
    (
        "ครั้งเดียว ภายในวันที่ 31 มกราคม 2569 ตรึงข้อมูลหลังวันที่ 2026-04-30",
        DueRule("once", by=date(2026, 1, 31), frozen=FREEZE),
    ),
]

#: What is no rule: typing errors, days that do not exist, years of the wrong era, two rules in one.
UNPARSED = [
    "",
    " ",
    "-",
    "ไม่มี",
    "ทุกเดือน",
    "ทุกวัน",
    "monthly",
    "ทุกเดือน ภายใน วันหลังสิ้นเดือน",
    "ทุกเดือน ภายใน สิบ วันหลังสิ้นเดือน",
    "ทุกเดือน ภายใน -5 วันหลังสิ้นเดือน",
    "ทุกเดือน ภายใน 1.5 วันหลังสิ้นเดือน",
    "ทุกเดือน ภายใน 1000 วันหลังสิ้นเดือน",
    "ทุกเดือน ภายใน 15 วันหลังสินเดือน",
    "ทุกเดื่อน ภายใน 15 วันหลังสิ้นเดือน",
    "ทุกเดือน ภายใน 15 วันหลังสิ้นไตรมาส",
    "ทุกไตรมาส ภายใน 30 วันหลังสิ้นเดือน",
    "ทุกครึ่งปี ภายใน 30 วันหลังสิ้นปี",
    "ทุกปีงบประมาณ ภายใน 90 วันหลังสิ้นครึ่งปี",
    "ทุกเดือน ภายในวันที่ 0 ของเดือนถัดไป",
    "ทุกเดือน ภายในวันที่ 32 ของเดือนถัดไป",
    "ทุกไตรมาส ภายในวันที่ 15 ของเดือนถัดไป",
    "ปีละครั้ง ภายในวันที่ 31 ก.พ.",
    "ปีละครั้ง ภายในวันที่ 30 กุมภาพันธ์",
    "ปีละครั้ง ภายในวันที่ 31 เมษายน",
    "ปีละครั้ง ภายในวันที่ 0 ธันวาคม",
    "ปีละครั้ง ภายในวันที่ 32 ธันวาคม",
    "ปีละครั้ง ภายในวันที่ 31 ธันวาคมม",
    "ปีละครั้ง ภายในวันที่ 31 December",
    "ปีละครั้ง ภายในวันที่ 31 ธันวาคม 2569",
    "ปีละครั้ง ภายในวันที่ 31/12",
    "ปีละ 2 ครั้ง ภายในวันที่ 31 ธันวาคม",
    "ภายในวันที่ 31 เมษายน ของปีงบประมาณถัดไป",
    "ภายในวันที่ 30 เมษายน 2569 ของปีงบประมาณถัดไป",
    "ภายในวันที่ 30 เมษายน",
    "เมื่อมีการเปลี่ยนแปลง",
    "ทบทวน",
    "ทบทวนอย่างน้อยปีละ5ครั้ง",
    "ทบทวนอย่างน้อยปีละ0ครั้ง",
    "ทบทวนทุก 0 เดือน",
    "ทบทวนทุก 61 เดือน",
    "ครั้งเดียว ภายในวันที่ 31 มกราคม",
    "ครั้งเดียว ภายในวันที่ 31 มกราคม 69",
    "ครั้งเดียว ภายในวันที่ 31 มกราคม 2026",
    "ครั้งเดียว ภายในวันที่ 2569-01-31",
    "ครั้งเดียว ภายในวันที่ 31 ก.พ. 2569",
    "ครั้งเดียว ภายในวันที่ 29 กุมภาพันธ์ 2569",
    "ครั้งเดียว ภายในวันที่ 32 มกราคม 2569",
    "ครั้งเดียว ภายใน",
    "เมื่อมีผู้ขอ ภายใน 15 วัน",
    "ตรึงข้อมูล",
    "ตรึงข้อมูลหลังวันที่ 30 เมษายน",
    "ตรึงข้อมูลหลังวันที่ 31 เมษายน 2569",
    "ตรึงข้อมูลหลังวันที่ 30 เมษายน 2026",
    "ทุกเดือน ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569",
    "ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569 ทุกเดือน ภายใน 15 วันหลังสิ้นเดือน",
    "ทุกเดือน ภายใน 15 วันหลังสิ้นเดือน ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569 ตรึงข้อมูลหลังวันที่ 31 พฤษภาคม 2569",
    "ทุกเดือน ภายใน 15 วันหลังสิ้นเดือน ทุกไตรมาส ภายใน 30 วันหลังสิ้นไตรมาส",
    "ทุกเดือน ภายใน 15 วันหลังสิ้นเดือน หรือเมื่อมีผู้ขอ",
    " · ".join(WORDINGS.values()),
]

#: Accepted wordings with more or fewer spaces; docs say that spaces may vary.
SPACED = [
    ("ทบทวนอย่างน้อยปีละ 2 ครั้ง", DueRule("on-change", 6)),
    ("เมื่อมีการเปลี่ยนแปลง และทบทวนอย่างน้อยปีละ 1 ครั้ง", YEARLY_REVIEW),
    ("เมื่อมีการเปลี่ยนแปลง และ ทบทวนอย่างน้อย ปีละครั้ง", YEARLY_REVIEW),
    ("ปีละ 1 ครั้ง ภายในวันที่ 31 ธันวาคม", BY_DECEMBER),
    ("ปีละครั้ง ภายใน 31 ธันวาคม", BY_DECEMBER),
    ("ทุกเดือน ภายใน 10 วัน ทำการหลังสิ้นเดือน", MONTH_10_OPEN),
    (
        "ทุกไตรมาส ภายใน 30 วันหลังสิ้นไตรมาส และ ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569",
        DueRule("quarterly", 3, 30, frozen=FREEZE),
    ),
]


@pytest.mark.parametrize(("text", "rule"), PARSED)
def test_the_words_of_officers_are_read(text, rule):
    assert parse_due(text) == rule


@pytest.mark.parametrize(("text", "rule"), SPACED)
def test_spaces_may_vary(text, rule):
    assert parse_due(text) == rule


@pytest.mark.parametrize("text", UNPARSED)
def test_other_words_are_no_rule(text):
    assert parse_due(text) is None


@pytest.mark.parametrize(("kind", "text"), WORDINGS.items())
def test_every_wording_is_of_its_own_kind(kind, text):
    rule = parse_due(text)
    assert rule is not None
    assert rule.kind == kind


def test_every_kind_that_is_read_has_a_wording():
    assert {rule.kind for _, rule in PARSED} == set(WORDINGS)


@pytest.mark.parametrize("root", [REPO, TINY], ids=["demo", "tiny"])
def test_the_code_list_has_exactly_these_kinds_with_their_days(root):
    workspace, _ = read_workspace(root, TODAY)
    rows = workspace.codes("cadences").rows
    assert set(rows) == set(WORDINGS)
    for row in rows.values():
        assert int(row["warn_days"]) >= 0
        assert int(row["grace_days"]) >= 0


@pytest.mark.parametrize("root", [REPO, TINY], ids=["demo", "tiny"])
def test_every_due_rule_of_the_lists_is_read(root):
    years = pipeline.check(root, TODAY).facts["oit"].years
    written = [item.criterion for year in years for item in year.items if item.criterion.due]
    assert written
    assert [one.number for one in written if one.owed.rule is None] == []


# The days.

MONTHLY_15 = "ทุกเดือน ภายใน 15 วันหลังสิ้นเดือน"
MONTHLY_OPEN = WORDINGS["monthly"]
MONTHLY_BY_15 = "ทุกเดือน ภายในวันที่ 15 ของเดือนถัดไป"
MONTHLY_BY_31 = "ทุกเดือน ภายในวันที่ 31 ของเดือนถัดไป"
QUARTERLY = WORDINGS["quarterly"]
HALF = WORDINGS["half-yearly"]
YEARLY = WORDINGS["yearly"]
YEARLY_BY = WORDINGS["yearly-by"]
YEAR_AFTER = WORDINGS["year-after"]
REVIEW = WORDINGS["on-change"]
REVIEW_TWICE = "ทบทวนอย่างน้อยปีละ2ครั้ง"
FROZEN = " ตรึงข้อมูลหลังวันที่ 30 เมษายน 2569"
_ = None

#: words, data as of, end of what is covered, data needed next, due as written, due if moved
STEPS = [
    # The end of a month.
    (MONTHLY_15, "2026-10-30", _, "2026-10-31", "2026-11-15", "2026-11-16"),
    (MONTHLY_15, "2026-10-31", _, "2026-11-30", "2026-12-15", "2026-12-15"),
    (MONTHLY_15, "2026-11-01", _, "2026-11-30", "2026-12-15", "2026-12-15"),
    (MONTHLY_15, "2026-12-31", _, "2027-01-31", "2027-02-15", "2027-02-15"),
    (MONTHLY_BY_15, "2026-02-28", _, "2026-03-31", "2026-04-15", "2026-04-16"),
    (MONTHLY_BY_15, "2026-11-30", _, "2026-12-31", "2027-01-15", "2027-01-15"),
    # A month may be too short for its day.
    (MONTHLY_BY_31, "2026-08-01", _, "2026-08-31", "2026-09-30", "2026-09-30"),
    (MONTHLY_BY_31, "2026-01-30", _, "2026-01-31", "2026-02-28", "2026-03-02"),
    (MONTHLY_BY_31, "2028-01-30", _, "2028-01-31", "2028-02-29", "2028-02-29"),
    # February of a leap year.
    (MONTHLY_15, "2028-01-31", _, "2028-02-29", "2028-03-15", "2028-03-15"),
    (MONTHLY_15, "2028-02-28", _, "2028-02-29", "2028-03-15", "2028-03-15"),
    (MONTHLY_15, "2028-02-29", _, "2028-03-31", "2028-04-15", "2028-04-17"),
    (MONTHLY_15, "2027-02-27", _, "2027-02-28", "2027-03-15", "2027-03-15"),
    (MONTHLY_OPEN, "2028-02-01", _, "2028-02-29", "2028-03-14", "2028-03-14"),
    # Quarters of the fiscal year end in December, March, June and September.
    (QUARTERLY, "2026-09-29", _, "2026-09-30", "2026-10-30", "2026-10-30"),
    (QUARTERLY, "2026-09-30", _, "2026-12-31", "2027-01-30", "2027-02-01"),
    (QUARTERLY, "2026-10-01", _, "2026-12-31", "2027-01-30", "2027-02-01"),
    (QUARTERLY, "2026-12-31", _, "2027-03-31", "2027-04-30", "2027-04-30"),
    (QUARTERLY, "2028-01-01", _, "2028-03-31", "2028-04-30", "2028-05-01"),
    # Halves end in March and September.
    (HALF, "2026-03-30", _, "2026-03-31", "2026-04-30", "2026-04-30"),
    (HALF, "2026-03-31", _, "2026-09-30", "2026-10-30", "2026-10-30"),
    (HALF, "2026-09-30", _, "2027-03-31", "2027-04-30", "2027-04-30"),
    (HALF, "2026-10-01", _, "2027-03-31", "2027-04-30", "2027-04-30"),
    # A fiscal year ends on 30 September.
    (YEARLY, "2026-09-29", _, "2026-09-30", "2026-12-29", "2026-12-29"),
    (YEARLY, "2026-09-30", _, "2027-09-30", "2027-12-29", "2027-12-29"),
    (YEARLY, "2026-10-01", _, "2027-09-30", "2027-12-29", "2027-12-29"),
    # Once a year by a day: data of the fiscal year, by its next 31 December.
    (YEARLY_BY, "2025-09-30", _, "2025-10-01", "2025-12-31", "2026-01-05"),
    (YEARLY_BY, "2025-10-01", _, "2026-10-01", "2026-12-31", "2027-01-04"),
    (YEARLY_BY, "2026-09-30", _, "2026-10-01", "2026-12-31", "2027-01-04"),
    (YEARLY_BY, "2026-10-01", _, "2027-10-01", "2027-12-31", "2028-01-03"),
    ("ปีละครั้ง ภายในวันที่ 1 ตุลาคม", "2026-09-30", _, "2026-10-01", "2026-10-01", "2026-10-01"),
    ("ปีละครั้ง ภายในวันที่ 30 กันยายน", "2026-09-30", _, "2026-10-01", "2027-09-30", "2027-09-30"),
    ("ปีละครั้ง ภายในวันที่ 29 ก.พ.", "2026-09-30", _, "2026-10-01", "2027-02-28", "2027-03-01"),
    ("ปีละครั้ง ภายในวันที่ 29 ก.พ.", "2027-09-30", _, "2027-10-01", "2028-02-29", "2028-02-29"),
    (YEARLY_BY, "2025-09-30", "2026-09-30", "2025-10-01", "2025-12-31", "2026-01-05"),
    (YEARLY_BY, "2025-10-01", "2026-09-30", _, _, _),
    # By a day of the year after the one that is reported.
    (YEAR_AFTER, "2025-09-29", _, "2025-09-30", "2026-04-30", "2026-04-30"),
    (YEAR_AFTER, "2025-09-30", _, "2026-09-30", "2027-04-30", "2027-04-30"),
    (YEAR_AFTER, "2027-09-29", _, "2027-09-30", "2028-04-30", "2028-05-01"),
    ("ภายในวันที่ 30 ก.ย. ของปีงบประมาณถัดไป", "2025-10-01", _,
     "2026-09-30", "2027-09-30", "2027-09-30"),
    ("ภายในวันที่ 1 ต.ค. ของปีงบประมาณถัดไป", "2025-10-01", _,
     "2026-09-30", "2026-10-01", "2026-10-01"),
    (YEAR_AFTER, "2025-09-30", "2025-09-30", _, _, _),
    # A review follows the one before it.
    (REVIEW, "2025-11-22", _, "2026-11-22", "2026-11-22", "2026-11-23"),
    (REVIEW, "2024-02-29", _, "2025-02-28", "2025-02-28", "2025-02-28"),
    (REVIEW, "2027-02-28", _, "2028-02-28", "2028-02-28", "2028-02-28"),
    (REVIEW, "2025-09-30", _, "2026-09-30", "2026-09-30", "2026-09-30"),
    (REVIEW, "2025-12-10", _, "2026-12-10", "2026-12-10", "2026-12-11"),
    (REVIEW_TWICE, "2026-08-31", _, "2027-02-28", "2027-02-28", "2027-03-01"),
    (REVIEW_TWICE, "2026-10-13", _, "2027-04-13", "2027-04-13", "2027-04-16"),
    ("ทบทวนทุก 1 เดือน", "2028-01-31", _, "2028-02-29", "2028-02-29", "2028-02-29"),
    # Working days, with the Thai new year, the new year of 2569 and a row of other holidays.
    (MONTHLY_OPEN, "2026-03-30", _, "2026-03-31", "2026-04-20", "2026-04-20"),
    (MONTHLY_OPEN, "2025-12-30", _, "2025-12-31", "2026-01-16", "2026-01-16"),
    (MONTHLY_OPEN, "2025-11-29", _, "2025-11-30", "2025-12-16", "2025-12-16"),
    (MONTHLY_OPEN, "2026-12-30", _, "2026-12-31", "2027-01-15", "2027-01-15"),
    (MONTHLY_OPEN, "2026-05-30", _, "2026-05-31", "2026-06-16", "2026-06-16"),
    (MONTHLY_OPEN, "2026-02-27", _, "2026-02-28", "2026-03-16", "2026-03-16"),
    ("ทุกไตรมาส ภายใน 20 วันทำการหลังสิ้นไตรมาส", "2026-06-29", _,
     "2026-06-30", "2026-07-31", "2026-07-31"),
    ("ทุกเดือน ภายใน 0 วันทำการหลังสิ้นเดือน", "2026-10-30", _,
     "2026-10-31", "2026-10-31", "2026-11-02"),
    # Due on a Saturday, a Sunday, a holiday, a row of them.
    (MONTHLY_15, "2026-07-30", _, "2026-07-31", "2026-08-15", "2026-08-17"),
    ("ทุกเดือน ภายในวันที่ 6 ของเดือนถัดไป", "2026-03-30", _,
     "2026-03-31", "2026-04-06", "2026-04-07"),
    ("ทุกเดือน ภายในวันที่ 5 ของเดือนถัดไป", "2026-11-29", _,
     "2026-11-30", "2026-12-05", "2026-12-08"),
    # Nothing beyond the period that an item covers is owed, and nothing of the years before it.
    (MONTHLY_15, "2026-08-31", "2026-09-30", "2026-09-30", "2026-10-15", "2026-10-15"),
    (MONTHLY_15, "2026-09-30", "2026-09-30", _, _, _),
    (QUARTERLY, "2026-06-30", "2026-09-30", "2026-09-30", "2026-10-30", "2026-10-30"),
    (QUARTERLY, "2022-09-30", "2026-09-30", "2025-12-31", "2026-01-30", "2026-01-30"),
    (YEARLY, "2026-03-31", "2026-06-30", "2026-06-30", "2026-09-28", "2026-09-28"),
    # Once, on demand, frozen.
    (WORDINGS["once"], "2020-01-01", _, _, _, _),
    (WORDINGS["on-demand"], "2020-01-01", _, _, _, _),
    (WORDINGS["frozen"], "2020-01-01", _, _, _, _),
    (MONTHLY_15 + FROZEN, "2026-02-28", _, "2026-03-31", "2026-04-15", "2026-04-16"),
    (MONTHLY_15 + FROZEN, "2026-03-31", _, _, _, _),
    (QUARTERLY + FROZEN, "2026-03-30", _, "2026-03-31", "2026-04-30", "2026-04-30"),
    (QUARTERLY + FROZEN, "2026-03-31", _, _, _, _),
]  # fmt: skip


def day(text):
    return date.fromisoformat(text) if text else None


def owed(words, end=None, warn=30, grace=90):
    rule = parse_due(words)
    assert rule is not None, words
    return Owed(rule, Limits(warn, grace), day(end) if isinstance(end, str) else end)


def first_step(words, as_of, end, reckoner):
    """Return what is owed first after data of a day, seen on that very day: never late."""
    found = judge(owed(words, end), as_of, as_of, reckoner)
    return found.needed, found.due


@pytest.fixture(scope="module")
def calendar(demo):
    """The real closed days of 2568 to 2570."""
    found = demo.facts["holidays"].calendar
    assert found.years >= {2025, 2026, 2027}
    return found


@pytest.mark.parametrize(("words", "as_of", "end", "needed", "due", "moved"), STEPS)
def test_what_is_needed_next_and_when_it_is_due(words, as_of, end, needed, due, moved, calendar):
    start = day(as_of)
    assert first_step(words, start, end, Reckoner(calendar)) == (day(needed), day(due))
    assert first_step(words, start, end, Reckoner(calendar, move=True)) == (day(needed), day(moved))


def test_the_table_tries_every_kind():
    assert {owed(words).rule.kind for words, *_ in STEPS} == set(WORDINGS)


def test_what_is_owed_once_is_due_on_its_day(calendar):
    rule = parse_due("ครั้งเดียว ภายในวันที่ 31 มกราคม 2569")
    for move, due in ((False, date(2026, 1, 31)), (True, date(2026, 2, 2))):
        assert Reckoner(calendar, move).due(rule, date(2025, 10, 1)) == due
    frozen = parse_due(WORDINGS["frozen"])
    assert Reckoner(calendar).due(frozen, date(2025, 10, 1)) == FREEZE
    assert Reckoner(calendar).due(parse_due("ครั้งเดียว"), TODAY) == TODAY


def test_the_following_month_follows_a_period_that_ends_in_the_middle_of_one():
    words = "ทุกเดือน ภายในวันที่ 10 ของเดือนถัดไป"
    plain = Reckoner(WorkCalendar(frozenset(), frozenset()))
    found = first_step(words, date(2026, 8, 31), "2026-09-15", plain)
    assert found == (date(2026, 9, 15), date(2026, 10, 10))


def test_the_year_after_follows_the_fiscal_year_of_a_period_that_is_cut_short():
    words = "ภายในวันที่ 30 สิงหาคม ของปีงบประมาณถัดไป"
    plain = Reckoner(WorkCalendar(frozenset(), frozenset()))
    found = first_step(words, date(2025, 9, 30), "2026-06-30", plain)
    assert found == (date(2026, 6, 30), date(2027, 8, 30))


def test_a_due_day_on_the_day_of_the_freeze_is_owed_also_when_it_moves(calendar):
    # 30 April 2028 is a Sunday.
    words = YEAR_AFTER + " ตรึงข้อมูลหลังวันที่ 30 เมษายน 2571"
    for move in (False, True):
        needed, _ = first_step(words, date(2026, 10, 1), "2027-09-30", Reckoner(calendar, move))
        assert needed == date(2027, 9, 30)


# What holds of all of them.

PERIODS = st.sampled_from(
    [MONTHLY_15, MONTHLY_OPEN, MONTHLY_BY_15, MONTHLY_BY_31, QUARTERLY, HALF, YEARLY, YEARLY_BY,
     YEAR_AFTER, "ทุกครึ่งปี ภายใน 20 วันทำการหลังสิ้นครึ่งปี", "ทุกเดือน ภายใน 0 วันหลังสิ้นเดือน",
     "ปีละครั้ง ภายในวันที่ 29 กุมภาพันธ์", MONTHLY_15 + FROZEN]
)  # fmt: skip
ANY_RULE = PERIODS | st.sampled_from([REVIEW, REVIEW_TWICE, "ทบทวนทุก 1 เดือน", "ครั้งเดียว", "เมื่อมีผู้ขอ"])
CLOSED = st.frozensets(st.dates(date(2025, 1, 1), date(2028, 1, 1)), max_size=40)
MOVES = st.booleans()
NEAR = st.dates(date(2024, 1, 1), date(2028, 12, 31))
PIECES = st.sampled_from(
    ["ทุก", "ราย", "เดือน", "ไตรมาส", "ครึ่งปี", "ปี", "งบประมาณ", "ภายใน", "วันที่", "วัน", "ทำการ",
     "หลัง", "สิ้น", "ปีละ", "ครั้ง", "ครั้งเดียว", "ถัดไป", "ของ", "และ", "ทบทวน", "ตรึงข้อมูล", "มกราคม",
     "ก.พ.", "0", "29", "31", "99", "๑๕", "๓๐", "2569", "๒๕๖๙", "2026", "9999-12-31", " ", "  ",
     "\u200b", "²", "٣", "-", "/"]
)  # fmt: skip


@given(DAYS, st.sampled_from([1, 3, 6, 12]))
def test_a_period_ends_at_the_first_fiscal_end_after_a_day(start, months):
    ends = [
        month_end(year, month)
        for year in range(start.year, start.year + 3)
        for month in range(1, 13)
        if (month - 9) % months == 0
    ]
    assert next_period_end(start, months) == min(end for end in ends if end > start)


@given(st.text() | st.lists(PIECES, max_size=14).map("".join))
def test_reading_any_words_raises_nothing(text):
    rule = parse_due(text)
    assert rule is None or rule.kind in WORDINGS


@given(st.sampled_from([text for text, _ in PARSED] + UNPARSED))
def test_thai_digits_say_the_same_rule(text):
    assert parse_due(thai_digits(text)) == parse_due(text)


@given(PERIODS, DAYS, st.none() | MONTH_ENDS, CLOSED, MOVES)
def test_nothing_is_due_before_the_day_that_its_data_must_reach(words, as_of, end, closed, move):
    reckoner = Reckoner(WorkCalendar(closed, frozenset()), move)
    needed, due = first_step(words, as_of, end, reckoner)
    if needed is not None:
        assert as_of < needed or end is not None
        assert due >= needed


@given(ANY_RULE, NEAR, st.none() | MONTH_ENDS, CLOSED, MOVES)
def test_the_steps_of_a_rule_follow_one_another(words, as_of, end, closed, move):
    reckoner, asked = Reckoner(WorkCalendar(closed, frozenset()), move), owed(words, end)
    state = judge(asked, as_of, as_of, reckoner)
    steps = list(schedule(asked, state, as_of + timedelta(days=900), reckoner))
    for (needed, due), (later, its_due) in pairwise(steps):
        assert needed < later
        assert due < its_due
    assert end is None or all(needed <= end for needed, _ in steps)


@given(ANY_RULE, NEAR, st.integers(0, 800), NEAR, st.none() | MONTH_ENDS, CLOSED, MOVES)
def test_newer_data_are_never_in_a_worse_state(words, as_of, days, today, end, closed, move):
    reckoner, asked = Reckoner(WorkCalendar(closed, frozenset()), move), owed(words, end)
    older = judge(asked, as_of, today, reckoner)
    newer = judge(asked, as_of + timedelta(days=days), today, reckoner)
    assert ORDER.index(newer.state) >= ORDER.index(older.state)


@given(ANY_RULE, NEAR, st.integers(0, 800), NEAR, st.none() | MONTH_ENDS)
def test_time_alone_never_betters_a_state(words, as_of, days, today, end):
    reckoner, asked = Reckoner(WorkCalendar(frozenset(), frozenset())), owed(words, end)
    now = judge(asked, as_of, today, reckoner)
    later = judge(asked, as_of, today + timedelta(days=days), reckoner)
    assert ORDER.index(later.state) <= ORDER.index(now.state)


@given(ANY_RULE, NEAR, CLOSED)
def test_moving_makes_no_due_day_earlier_and_lands_on_an_open_one(words, needed, closed):
    calendar, rule = WorkCalendar(closed, frozenset()), parse_due(words)
    moved, plain = (
        Reckoner(calendar, move=True).due(rule, needed),
        Reckoner(calendar).due(rule, needed),
    )
    assert moved >= plain
    assert calendar.is_open(moved)
    assert not any(
        calendar.is_open(plain + timedelta(days=gap)) for gap in range((moved - plain).days)
    )
