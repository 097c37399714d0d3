"""The official holidays: what each list must hold to be one, and the page that shows them."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest
from conftest import REPO, TINY, TODAY, copy_agency

from scripts import pipeline
from scripts.core.render import environment, page_text
from scripts.core.rules import load_rules
from scripts.core.shown import Site
from scripts.core.workspace import read_workspace
from scripts.topics.holidays import facts as holidays
from scripts.topics.holidays.pages import finding, next_sentence, pages

#: The holidays of every year that keep their day (month, day).
FIXED = {
    (1, 1), (4, 6), (4, 13), (4, 14), (4, 15), (5, 4), (6, 3), (7, 28), (8, 12),
    (10, 13), (10, 23), (12, 5), (12, 10), (12, 31),
}  # fmt: skip
LUNAR = ("วันมาฆบูชา", "วันวิสาขบูชา", "วันอาสาฬหบูชา", "วันเข้าพรรษา")
YEARS = (2568, 2569, 2570)


def read(root, today=TODAY):
    workspace, findings = read_workspace(root, today)
    return workspace, [item for item in findings if item.place.file.startswith("data/holidays")]


def site_of(workspace):
    return Site(workspace, load_rules([]))


@pytest.fixture
def agency(tmp_path):
    """The tiny agency with the demo's holidays, to be changed by a test."""
    root = copy_agency(TINY, tmp_path / "agency")
    shutil.copytree(REPO / "data" / "holidays", root / "data" / "holidays", dirs_exist_ok=True)
    return root


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    root = copy_agency(TINY, tmp_path_factory.mktemp("holidays") / "agency")
    shutil.copytree(REPO / "data" / "holidays", root / "data" / "holidays", dirs_exist_ok=True)
    workspace, findings = read(root)
    assert findings == []
    return workspace, holidays.build(workspace)


@pytest.fixture(params=YEARS)
def year(request, shipped):
    return next(item for item in shipped[1].years if item.year == request.param)


def test_the_years_are_there_oldest_first(shipped):
    assert [item.year for item in shipped[1].years] == list(YEARS)
    assert shipped[1].calendar.years == {2025, 2026, 2027}


def test_every_day_is_in_the_calendar_year_of_its_file_and_in_order(year):
    days = [item.day for item in year.days]
    assert {day.year + 543 for day in days} == {year.year}
    assert days == sorted(set(days))


def test_the_holidays_of_every_year_are_there(year):
    annual = {(item.day.month, item.day.day) for item in year.days if item.kind == "holiday"}
    assert annual >= FIXED
    # 14 that keep their day, 4 of the lunar calendar, and the ploughing ceremony once announced.
    ploughing = sum("พืชมงคล" in item.name for item in year.days)
    assert len(annual) == 18 + ploughing
    assert [item.name for item in year.days if item.name in LUNAR] == list(LUNAR)


def test_the_lunar_days_keep_their_distance(year):
    """Full moon days are whole lunar months apart, and Lent begins the day after Asarnha Bucha."""
    makha, visakha, asarnha, lent = (item.day for item in year.days if item.name in LUNAR)
    assert lent - asarnha == timedelta(days=1)
    assert (asarnha - visakha).days in (59, 60)
    assert (visakha - makha).days in (88, 89)


def test_a_holiday_of_the_weekend_has_a_day_in_its_place(year):
    weekend = {item.day for item in year.days if item.kind == "holiday" and not item.on_weekday}
    instead = [item.day for item in year.days if item.kind == "substitution"]
    assert len(instead) == len(weekend)
    for lost, given in zip(sorted(weekend), instead, strict=True):
        assert timedelta(days=1) <= given - lost <= timedelta(days=4)
        assert given.weekday() < 5


def test_days_given_extra_are_working_days_by_resolution_of_the_cabinet(year):
    for item in year.days:
        if item.kind == "special":
            assert item.on_weekday
            assert "มติ ครม." in item.source


def test_labour_day_is_no_official_holiday(shipped):
    assert all(shipped[1].calendar.is_open(date(year, 5, 1)) for year in (2025, 2026))


def test_a_year_not_yet_announced_is_sure_of_nothing_but_the_fixed_days(shipped):
    coming = shipped[1].years[-1]
    sure = {(item.day.month, item.day.day) for item in coming.days if item.sure}
    assert sure == FIXED
    assert coming.unsure
    assert date(2027, 1, 1).year in shipped[1].unsure_years
    assert 2025 not in shipped[1].unsure_years


def test_the_calendar_is_closed_on_every_day_of_every_year(shipped):
    built = shipped[1]
    days = [item.day for year in built.years for item in year.days]
    assert built.calendar.closed == set(days)
    assert not any(built.calendar.is_open(day) for day in days)
    assert built.calendar.add_open_days(date(2026, 12, 4), 3) == date(2026, 12, 11)


def test_the_page_shows_the_newest_year_first_and_every_row(shipped):
    workspace, built = shipped
    (page,) = pages(built, site_of(workspace))
    assert [fig.id for fig in page.figures] == [f"year-{year}" for year in reversed(YEARS)]
    for fig, year in zip(page.figures, reversed(built.years), strict=True):
        assert [row[0] for row in fig.rows] == [item.day for item in year.days]
        assert all(len(row) == len(fig.columns) for row in fig.rows)
        assert fig.source.covers == f"ปีปฏิทิน {year.year}"
        assert fig.source.sample == ""


def test_the_page_is_where_it_says(shipped):
    workspace, built = shipped
    (page,) = pages(built, site_of(workspace))
    assert holidays.paths(workspace) == ["holidays/"]
    assert (page.path, page.order) == ("holidays.md", 45)
    assert page.nav == ("เปิดเผยข้อมูล (OIT)", "วันหยุดราชการ")


def test_what_is_not_certain_is_said_in_words(shipped):
    workspace, built = shipped
    (page,) = pages(built, site_of(workspace))
    text = page_text(environment(), page, {"built": TODAY, "short_name": "อบจ."})
    assert "ยังไม่แน่นอน" in text
    assert f"ปี 2570 จำนวน {len(built.years[-1].unsure)} วัน" in text
    assert "16 ตุลาคม 2569" in text
    assert "<td" in text


@pytest.mark.parametrize(
    ("today", "said"),
    [
        # 5 December 2026 is a Saturday: the working day that is lost is the Monday after it.
        (date(2026, 11, 22), "วันจันทร์ที่ 7 ธ.ค. 2569 ชดเชยวันพ่อแห่งชาติ"),
        (date(2026, 12, 7), "วันจันทร์ที่ 7 ธ.ค. 2569 ชดเชยวันพ่อแห่งชาติ"),
        (date(2026, 12, 8), "วันพฤหัสบดีที่ 10 ธ.ค. 2569 วันรัฐธรรมนูญ"),
        (date(2027, 1, 2), "วันจันทร์ที่ 22 ก.พ. 2570 ชดเชยวันมาฆบูชา (ยังต้องยืนยัน)"),
    ],
)
def test_the_next_closed_working_day(agency, today, said):
    workspace, _ = read(agency, today)
    assert next_sentence(holidays.build(workspace), site_of(workspace)).endswith(said)


def test_after_the_last_known_day_nothing_is_promised(agency):
    workspace, _ = read(agency, date(2028, 1, 1))
    assert next_sentence(holidays.build(workspace), site_of(workspace)).startswith("ยังไม่มีรายการ")


HEAD = "date,name_th,name_en,kind,certainty,source\n"


def only(agency, rows):
    """Write a list of 2569 and read it; the other years keep theirs."""
    path = agency / "data" / "holidays" / "2569.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return read(agency)


def test_a_year_in_words(agency):
    workspace, findings = only(
        agency,
        "2026-12-07,ชดเชย,b,substitution,medium,z\n"
        "2026-12-05,วันพ่อ,a,holiday,high,y\n"
        "2026-01-02,พิเศษ,c,special,high,x\n",
    )
    assert findings == []
    year = next(item for item in holidays.build(workspace).years if item.year == 2569)
    assert [item.day.day for item in year.days] == [2, 5, 7]
    assert finding(year) == (
        "ปี 2569 ราชการหยุดในวันจันทร์ถึงศุกร์ 2 วัน ในจำนวนนี้เป็นวันหยุดชดเชย 1 วัน และพิเศษ 1 วัน ยังต้องยืนยัน 1 วัน"
    )


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("31/2/2569,a,b,holiday,high,x\n", "impossible-date"),
        ("2026-12-05,a,b,bank,high,x\n", "constraint-error"),
        ("2026-12-05,a,b,holiday,certain,x\n", "constraint-error"),
        ("2026-12-05,a,b,holiday,high,\n", "required-error"),
        ("2026-12-05,a,b,holiday,high,x\n2026-12-05,c,d,special,high,y\n", "unique-error"),
    ],
)
def test_a_wrong_row_is_found_and_stops_nothing(agency, row, rule):
    workspace, findings = only(agency, row)
    assert rule in {item.rule for item in findings}
    built = holidays.build(workspace)
    assert len(list(pages(built, site_of(workspace)))) == 1


def test_an_agency_without_holidays_has_no_page(tmp_path):
    root = copy_agency(TINY, tmp_path / "agency")
    shutil.rmtree(root / "data" / "holidays", ignore_errors=True)
    workspace, _ = read(root)
    built = holidays.build(workspace)
    assert holidays.paths(workspace) == []
    assert list(pages(built, site_of(workspace))) == []
    assert built.calendar.next_open(date(2026, 12, 5)) == date(2026, 12, 7)
    assert not built.calendar.knows(TODAY)


def test_the_topic_is_found_by_its_folder():
    topic = next(item for item in pipeline.all_topics() if item.name == "holidays")
    assert topic.fields == holidays.FIELDS
