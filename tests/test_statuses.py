"""What the agency owes, said as text, as a table, as JSON, and as the issue that reminds of it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
from conftest import TODAY
from hypothesis import given
from hypothesis import strategies as st

from scripts.core import statuses
from scripts.core.findings import Severity, Words
from scripts.core.reminder import MARKER, reminder
from scripts.core.report import report, table
from scripts.core.shown import Owing, Status
from scripts.core.statuses import Listed
from scripts.pipeline import all_rules

DAY = timedelta(days=1)
FRESH = Words("เป็นปัจจุบัน", "fresh")
OVERDUE = Words("เกินกำหนด", "overdue")
MONTH = Words("ข้อมูลถึงสิ้นเดือน", "data up to the month's end")
HOSTILE = "a|b\r\nc\u2028d`e`<script>f</script>\x1b[31m\x00*g*_h_[i](j)~@mayor #12 \\"
BASE = "https://example.test/เว็บ/"


def status(number="O4", title="ข่าวประชาสัมพันธ์", owner="สำนักปลัด", **changes):
    fields = {
        "id": f"oit-2569-{number.lower()}",
        "number": number,
        "title": title,
        "state": "fresh",
        "word": FRESH,
        "late": False,
        "since": date(2026, 11, 5),
        "days": -23,
        "due": date(2026, 12, 15),
        "owed": Words("ข้อมูลถึง 30 พ.ย. 2569 ภายใน 15 ธ.ค. 2569", "data by 2026-12-15"),
        "owner": owner and "palad",
        "owner_name": owner,
        "address": f"oit/#{number.lower()}",
        **changes,
    }
    return Status(**fields)


def late(number="O8", **changes):
    fields = {
        "state": "overdue",
        "word": OVERDUE,
        "late": True,
        "since": date(2026, 9, 16),
        "days": 68,
        "due": date(2026, 9, 15),
        "owed": Words("ทบทวนข้อมูล ค้างตั้งแต่ 15 ก.ย. 2569", "review; was due 2026-09-15"),
        **changes,
    }
    return status(number, **fields)


def owing(days, key="x", what=MONTH):
    return Owing(TODAY + days * DAY, what, key)


def listed(*items, ahead=None):
    return Listed(items, TODAY, ahead)


# The list of every item


def test_text_tells_state_since_days_owed_and_owner_in_both_languages():
    both = listed(status(), late(sample=True))
    assert statuses.text(both, "th") == (
        "สถานะทั้ง 2 ข้อ ณ วันที่ 22 พ.ย. 2569\n"
        "  O4 ข่าวประชาสัมพันธ์\n"
        "      เป็นปัจจุบัน ตั้งแต่ 5 พ.ย. 2569 · เหลือ 23 วัน · "
        "ข้อมูลถึง 30 พ.ย. 2569 ภายใน 15 ธ.ค. 2569 · สำนักปลัด\n"
        "  O8 ข่าวประชาสัมพันธ์ (ตัวอย่าง)\n"
        "      เกินกำหนด ตั้งแต่ 16 ก.ย. 2569 · เกินมา 68 วัน · "
        "ทบทวนข้อมูล ค้างตั้งแต่ 15 ก.ย. 2569 · สำนักปลัด\n"
    )
    assert statuses.text(both, "en") == (
        "state of every item on 2026-11-22 (items: 2)\n"
        "  O4 ข่าวประชาสัมพันธ์\n"
        "      fresh since 2026-11-05 · 23 days left · data by 2026-12-15 · สำนักปลัด\n"
        "  O8 ข่าวประชาสัมพันธ์ (sample)\n"
        "      overdue since 2026-09-16 · 68 days late · review; was due 2026-09-15 · สำนักปลัด\n"
    )


@pytest.mark.parametrize(
    ("days", "thai", "english"),
    [
        (0, "ครบกำหนดวันนี้", "due today"),
        (1, "เกินมา 1 วัน", "1 day late"),
        (-1, "เหลือ 1 วัน", "1 day left"),
        (2, "เกินมา 2 วัน", "2 days late"),
        (1234, "เกินมา 1,234 วัน", "1,234 days late"),
    ],
)
def test_days_have_words(days, thai, english):
    one = listed(status(days=days))
    assert thai in statuses.text(one, "th").split(" · ")
    assert english in statuses.text(one, "en").split(" · ")
    assert list(statuses.markdown(one, "en"))[1][3] == english
    assert statuses.plain(one, "en")["items"][0]["days"] == days


def test_what_is_not_known_is_left_out_of_the_text_a_dash_in_the_table_and_null_in_json():
    bare = listed(status(owner="", since=None, due=None, days=0))
    assert statuses.text(bare, "th").splitlines()[2] == (
        "      เป็นปัจจุบัน · ข้อมูลถึง 30 พ.ย. 2569 ภายใน 15 ธ.ค. 2569 · ยังไม่ได้กำหนดผู้รับผิดชอบ"
    )
    row = list(statuses.markdown(bare, "en"))[1]
    assert row == ("O4 ข่าวประชาสัมพันธ์", "fresh", "–", "–", "data by 2026-12-15", "nobody in charge")
    (item,) = statuses.plain(bare, "en")["items"]
    for key in ("since", "days", "due", "owner", "owner_name"):
        assert item[key] is None


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("ahead", [None, 30])
def test_an_empty_list_is_said_in_every_form(lang, ahead):
    none = Listed((), TODAY, ahead)
    assert statuses.text(none, lang) == ""
    assert statuses.plain(none, lang)["items"] == []
    header, *rows = statuses.markdown(none, lang)
    assert {len(row) for row in rows} <= {len(header)}


def test_json_holds_every_item_as_data():
    assert statuses.plain(listed(late(sample=True)), "en") == {
        "items": [
            {
                "id": "oit-2569-o8",
                "number": "O8",
                "title": "ข่าวประชาสัมพันธ์",
                "state": "overdue",
                "state_name": "overdue",
                "late": True,
                "since": "2026-09-16",
                "days": 68,
                "due": "2026-09-15",
                "owed": "review; was due 2026-09-15",
                "owner": "palad",
                "owner_name": "สำนักปลัด",
                "sample": True,
            }
        ]
    }


# The forecast


AHEAD = (
    status("O1", owner="กองคลัง", upcoming=(owing(-1), owing(0, what=Words("ทบทวน", "review")))),
    status("O2", owner="", upcoming=(owing(3),)),
    status("O3", owner="สำนักปลัด", upcoming=(owing(30), owing(31))),
    status("O4", owner="กองคลัง", upcoming=(owing(0), owing(20))),
)


def test_a_forecast_is_by_owner_then_by_day_from_today_to_its_last_day():
    found = [
        (owner, [(item.number, due.due - TODAY) for item, due in pairs])
        for owner, pairs in listed(*AHEAD, ahead=30).forecast()
    ]
    assert found == [
        ("กองคลัง", [("O1", 0 * DAY), ("O4", 0 * DAY), ("O4", 20 * DAY)]),
        ("สำนักปลัด", [("O3", 30 * DAY)]),
        ("", [("O2", 3 * DAY)]),
    ]


def test_a_forecast_does_not_depend_on_the_order_of_the_items():
    backwards = listed(*reversed(AHEAD), ahead=30)
    for lang in ("th", "en"):
        assert statuses.text(backwards, lang) == statuses.text(listed(*AHEAD, ahead=30), lang)


def test_the_text_of_a_forecast():
    assert statuses.text(listed(*AHEAD, ahead=30), "en").splitlines() == [
        "falling due within 30 days (until 2026-12-22)",
        "กองคลัง",
        "  2026-11-22  O1 ข่าวประชาสัมพันธ์ · review",
        "  2026-11-22  O4 ข่าวประชาสัมพันธ์ · data up to the month's end",
        "  2026-12-12  O4 ข่าวประชาสัมพันธ์ · data up to the month's end",
        "สำนักปลัด",
        "  2026-12-22  O3 ข่าวประชาสัมพันธ์ · data up to the month's end",
        "nobody in charge",
        "  2026-11-25  O2 ข่าวประชาสัมพันธ์ · data up to the month's end",
    ]


def test_a_forecast_of_nothing_says_so():
    nothing = listed(status(), ahead=0)
    assert statuses.text(nothing, "th") == "จะครบกำหนดใน 0 วัน (ถึง 22 พ.ย. 2569)\n  ไม่มี\n"
    assert list(statuses.markdown(nothing, "th"))[1] == ("–", "–", "ไม่มี", "–")
    assert statuses.plain(nothing, "th")["forecast"] == []


def test_the_table_and_the_json_of_a_forecast_have_the_same_rows():
    ahead = listed(*AHEAD, ahead=30)
    rows = list(statuses.markdown(ahead, "en"))[1:]
    items = statuses.plain(ahead, "en")["forecast"]
    assert [row[0] for row in rows] == [item["due"] for item in items]
    assert [row[2] for row in rows] == [f"{item['number']} {item['title']}" for item in items]
    assert [row[3] for row in rows] == [item["owed"] for item in items]
    assert [item["owner_name"] for item in items][-1] is None
    assert [row[1] for row in rows][-1] == "nobody in charge"


# What people type


@pytest.mark.parametrize("ahead", [None, 30])
def test_hostile_words_stay_on_their_line_and_in_their_cell(ahead):
    words = Words(HOSTILE, HOSTILE)
    item = status("O1", HOSTILE, HOSTILE, owed=words, upcoming=(owing(1, what=words),))
    one = listed(item, ahead=ahead)
    text = statuses.text(one, "th")
    assert len(text.splitlines()) == 3
    assert all(line.isprintable() for line in text.splitlines())
    markdown = table(statuses.markdown(one, "th"))
    assert len(markdown.splitlines()) == 3
    bars = [
        line.replace("\\\\", "").replace("\\|", "").count("|") for line in markdown.splitlines()
    ]
    assert len(set(bars)) == 1
    assert "<script>" not in markdown
    assert "`" not in markdown.replace("\\`", "")
    again = json.loads(json.dumps(statuses.plain(one, "th")))
    assert again["items"][0]["title"] == HOSTILE


@given(st.text(max_size=40), st.text(max_size=20), st.sampled_from([None, 30]))
def test_any_words_leave_every_form_whole(title, owner, ahead):
    one = listed(status("O1", title, owner, upcoming=(owing(1),)), ahead=ahead)
    for lang in ("th", "en"):
        assert statuses.text(one, lang).count("\n") == 3
        _, *rows = table(statuses.markdown(one, lang)).split("\n")
        assert len(rows) == 2
        assert "<" not in rows[1]
    assert statuses.plain(one, "th")["items"][0]["title"] == title


# Beside the findings


def said(form, items, lang="en"):
    return report((), all_rules(), form, lang, Severity.OVERDUE, "2026-11-22", items)


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("ahead", [None, 30])
def test_a_report_lists_them_in_those_forms_that_are_read_whole(form, lang, ahead):
    items = listed(*AHEAD, ahead=ahead)
    alone = report((), all_rules(), form, lang, Severity.OVERDUE, "2026-11-22")
    told = said(form, items, lang)
    assert told.endswith("\n")
    if form == "json":
        document = json.loads(told)
        assert document == json.loads(alone) | statuses.plain(items, lang)
    else:
        assert told.startswith(alone)
        for number in ("O1", "O2", "O3", "O4"):
            assert number in told.removeprefix(alone)


@pytest.mark.parametrize("form", ["github", "junit", "sarif"])
def test_a_report_for_machines_holds_findings_alone(form):
    assert said(form, listed(*AHEAD)) == said(form, Listed())


# The issue


def lines_of(items, base_url=BASE, agency="อบต.ตัวอย่าง"):
    return reminder(items, agency, TODAY, base_url).body.splitlines()


def test_the_issue_is_by_owner_the_longest_late_first_with_links():
    found = reminder(
        [
            late("O8", owner="สำนักปลัด"),
            late("O12", owner="กองพัสดุ", days=328, due=date(2025, 12, 29), sample=True),
            late("O22", owner="สำนักปลัด", days=328, due=date(2025, 12, 29)),
            late("O9", owner=""),
            status("O1"),
        ],
        "อบต.ตัวอย่าง",
        TODAY,
        BASE,
    )
    assert (found.title, found.late) == ("ข้อมูลที่ค้างอยู่ 4 ข้อ (อบต.ตัวอย่าง)", 4)
    told = "· **เกินกำหนด** · ทบทวนข้อมูล ค้างตั้งแต่ 15 ก.ย. 2569"
    site = "https://example.test/%E0%B9%80%E0%B8%A7%E0%B9%87%E0%B8%9A/oit/"
    assert found.body.splitlines()[:-1] == [
        MARKER,
        "**อบต.ตัวอย่าง** ณ วันที่ 22 พ.ย. 2569: ข้อมูลที่ค้างอยู่ 4 ข้อ",
        "",
        "### กองพัสดุ (1 ข้อ)",
        "",
        f"- [O12 ข่าวประชาสัมพันธ์ (ตัวอย่าง)]({site}#o12) {told}",
        "",
        "### สำนักปลัด (2 ข้อ)",
        "",
        f"- [O22 ข่าวประชาสัมพันธ์]({site}#o22) {told}",
        f"- [O8 ข่าวประชาสัมพันธ์]({site}#o8) {told}",
        "",
        "### ยังไม่ได้กำหนดผู้รับผิดชอบ (1 ข้อ)",
        "",
        f"- [O9 ข่าวประชาสัมพันธ์]({site}#o9) {told}",
        "",
    ]
    assert found.body.endswith("\n")


def test_the_issue_lists_what_falls_due_soon_and_not_what_comes_later():
    lines = lines_of([*AHEAD], "")
    start = lines.index("### จะครบกำหนดใน 30 วัน")
    assert lines[start + 2 : start + 7] == [
        "- 22 พ.ย. 2569 · O1 ข่าวประชาสัมพันธ์ · ทบทวน · กองคลัง",
        "- 22 พ.ย. 2569 · O4 ข่าวประชาสัมพันธ์ · ข้อมูลถึงสิ้นเดือน · กองคลัง",
        "- 25 พ.ย. 2569 · O2 ข่าวประชาสัมพันธ์ · ข้อมูลถึงสิ้นเดือน · ยังไม่ได้กำหนดผู้รับผิดชอบ",
        "- 12 ธ.ค. 2569 · O4 ข่าวประชาสัมพันธ์ · ข้อมูลถึงสิ้นเดือน · กองคลัง",
        "- 22 ธ.ค. 2569 · O3 ข่าวประชาสัมพันธ์ · ข้อมูลถึงสิ้นเดือน · สำนักปลัด",
    ]
    assert not any(line.startswith("###") for line in lines_of([status()]))


def test_the_issue_of_a_good_day_says_so_and_may_be_closed():
    found = reminder([status()], "อบต.ตัวอย่าง", TODAY, BASE)
    assert (found.title, found.late) == ("ไม่มีข้อมูลค้าง (อบต.ตัวอย่าง)", 0)
    assert "ไม่มีข้อมูลค้าง" in found.body
    assert "\n- " not in found.body
    assert reminder([], "อบต.ตัวอย่าง", TODAY, BASE) == found


@pytest.mark.parametrize(
    ("days", "new"), [(1, True), (7, True), (8, False), (68, False)]
)  # fmt: skip
def test_the_issue_says_what_became_late_in_a_week(days, new):
    one = late(days=days, due=TODAY - days * DAY, since=TODAY)
    assert ("เพิ่งเกินกำหนดในช่วง 7 วัน: O8" in lines_of([one])) == new


def test_an_item_without_a_day_is_new_by_its_state_and_says_since_when():
    one = late(due=None, days=0, since=TODAY - 6 * DAY)
    lines = lines_of([one], "")
    assert "เพิ่งเกินกำหนดในช่วง 7 วัน: O8" in lines
    assert "**เกินกำหนด** ตั้งแต่ 16 พ.ย. 2569 ·" in lines[6]
    assert not any("เพิ่ง" in line for line in lines_of([late(due=None, since=None)]))


def test_hostile_words_do_not_leave_their_line_of_the_issue_and_call_nobody():
    words = Words(HOSTILE, HOSTILE)
    items = [
        late("O1", title=HOSTILE, owner=HOSTILE, word=words, owed=words, address="oit/?a=(b) c#d|"),
        status("O2", HOSTILE, HOSTILE, upcoming=(owing(1, what=words),)),
    ]
    found = reminder(items, HOSTILE + MARKER, TODAY, BASE)
    assert found.title.isprintable()
    assert found.body.count(MARKER) == 1
    assert found.body.startswith(MARKER + "\n")
    lines = found.body.splitlines()
    assert [line[:2] for line in lines if line.startswith(("-", "#"))] == ["##", "- ", "##", "- "]
    for line in lines[1:-1]:
        assert line == "" or line.isprintable()
        for call in ("<", "@mayor", "#12"):
            assert call not in line
        bare = re.sub(r"\\.", "", line)
        ours = {"[": line.startswith("- "), "*": 4 * line.startswith(("- [O1", "**"))}
        for mark in "`_[*":
            assert bare.count(mark) == ours.get(mark, 0), line
    assert "](https://example.test/" in found.body
    assert "oit/%3Fa%3D%28b%29%20c#d%7C) · " in found.body


def test_an_address_of_a_mail_stays_whole():
    (line,) = [line for line in lines_of([late(title="ติดต่อ saraban@korat.test")]) if "O8" in line]
    assert "saraban@korat.test" in line


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_words_leave_the_issue_whole(title, owner):
    found = reminder([late(title=title, owner=owner)], owner, TODAY, BASE)
    assert found.body.count(MARKER) == 1
    assert sum(line.startswith("- ") for line in found.body.split("\n")) == 1
    assert found.body.count("\n") == 8
    assert "<" not in found.body.replace(MARKER, "")
