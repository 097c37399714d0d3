"""Calendars, read back by a reader that is not ours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scripts.core.ics import Event, calendar
from scripts.core.ids import stable_id
from scripts.core.letters import one_line, printable
from tests.conftest import TODAY

NAME = "ปฏิทินการเปิดเผยข้อมูล"
EVENT = Event(
    uid=stable_id("oit", "O1"),
    day=date(2026, 12, 31),
    summary="ครบกำหนดปรับปรุง O1 โครงสร้างหน่วยงาน",
    description="ข้อมูลต้องเป็นปัจจุบัน\nผู้รับผิดชอบ: สำนักปลัด",
    url="https://example.test/korat/oit/#o1",
    categories=("OIT", "ข้อมูลพื้นฐาน"),
)
HOSTILE = 'a;b,c\\d\\nE\\;\r\nEND:VEVENT\nBEGIN:VALARM\x00\x07 "q" ก\u2028ข'
ANY = st.text(st.characters(exclude_categories=()))
DAYS = st.dates(date(1900, 1, 1), date(2399, 12, 31))


def read(data: bytes) -> icalendar.Calendar:
    found = icalendar.Calendar.from_ical(data)
    assert isinstance(found, icalendar.Calendar)
    assert found.errors == []
    assert [error for event in found.walk("VEVENT") for error in event.errors] == []
    return found


def one(event: Event) -> icalendar.Event:
    (found,) = read(calendar(NAME, "", [event], TODAY)).walk("VEVENT")
    return found


def physical(data: bytes) -> list[bytes]:
    assert data.endswith(b"\r\n")
    return data.removesuffix(b"\r\n").split(b"\r\n")


def test_the_whole_file():
    event = Event("urn:uuid:1", date(2026, 12, 31), "ครบกำหนด", "", alarms=(7,))
    assert calendar("กำหนดส่ง", "O1, O2", [event], TODAY).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Prongsai//Prongsai//TH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:กำหนดส่ง",
        "X-WR-CALNAME:กำหนดส่ง",
        "DESCRIPTION:O1\\, O2",
        "X-WR-CALDESC:O1\\, O2",
        "X-WR-TIMEZONE:Asia/Bangkok",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        "X-PUBLISHED-TTL:P1D",
        "BEGIN:VEVENT",
        "UID:urn:uuid:1",
        "DTSTAMP:20261122T000000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:ครบกำหนด",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P6DT15H",
        "DESCRIPTION:อีก 7 วัน: ครบกำหนด",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_the_calendar_says_who_and_how_often():
    found = read(calendar(NAME, "ทุกข้อ", [EVENT], TODAY))
    assert found["VERSION"] == "2.0"
    assert "Prongsai" in found["PRODID"]
    assert found["CALSCALE"] == "GREGORIAN"
    assert found["METHOD"] == "PUBLISH"
    assert found["NAME"] == found["X-WR-CALNAME"] == NAME
    assert found["DESCRIPTION"] == found["X-WR-CALDESC"] == "ทุกข้อ"
    assert found["X-WR-TIMEZONE"] == "Asia/Bangkok"
    assert found["REFRESH-INTERVAL"].dt == timedelta(days=1)
    assert found["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"


def test_an_event_is_a_whole_day():
    found = one(EVENT)
    assert found["DTSTART"].dt == EVENT.day
    assert found["DTEND"].dt == EVENT.day + timedelta(days=1)
    assert not isinstance(found["DTSTART"].dt, datetime)
    assert found["DTSTAMP"].dt.isoformat() == f"{TODAY}T00:00:00+00:00"
    assert found["TRANSP"] == "TRANSPARENT"
    assert found["UID"] == EVENT.uid
    assert found["SUMMARY"] == EVENT.summary
    assert found["DESCRIPTION"] == EVENT.description
    assert found["URL"] == EVENT.url
    assert [str(name) for name in found["CATEGORIES"].cats] == list(EVENT.categories)


def test_what_is_empty_is_left_out():
    found = one(replace(EVENT, description="", url="", categories=(), alarms=()))
    assert {"DESCRIPTION", "URL", "CATEGORIES"}.isdisjoint(found)
    assert found.walk("VALARM") == []


@pytest.mark.parametrize(
    ("alarms", "days"), [((30, 7, 1), [30, 7, 1]), ((1, 0, 14, 1), [14, 1, 0]), ((365,), [365])]
)
def test_alarms_ring_at_nine_in_the_morning(alarms, days):
    found = one(replace(EVENT, alarms=alarms)).walk("VALARM")
    midnight = datetime.combine(EVENT.day, time())
    rings = [midnight + alarm["TRIGGER"].dt for alarm in found]
    assert rings == [
        datetime.combine(EVENT.day - timedelta(days=before), time(9)) for before in days
    ]
    assert {alarm["ACTION"] for alarm in found} == {"DISPLAY"}
    for alarm, before in zip(found, days, strict=True):
        assert EVENT.summary in alarm["DESCRIPTION"]
        assert (f"อีก {before} วัน" if before else "วันนี้") in alarm["DESCRIPTION"]


def test_the_usual_alarms():
    triggers = re.findall(rb"TRIGGER:(\S+)", calendar(NAME, "", [EVENT], TODAY))
    assert triggers == [b"-P29DT15H", b"-P6DT15H", b"-PT15H"]


def test_an_alarm_after_the_event_is_refused():
    with pytest.raises(ValueError, match="3 days after"):
        calendar(NAME, "", [replace(EVENT, alarms=(-3,))], TODAY)


def test_an_empty_calendar_is_read():
    assert read(calendar(NAME, "", [], TODAY)).walk("VEVENT") == []


def test_two_events_of_one_uid_are_refused():
    other = replace(EVENT, day=date(2027, 1, 1))
    with pytest.raises(ValueError, match=re.escape(EVENT.uid)):
        calendar(NAME, "", [EVENT, other], TODAY)
    # The same for a reader, who never sees the control character.
    with pytest.raises(ValueError, match=re.escape(EVENT.uid)):
        calendar(NAME, "", [EVENT, replace(EVENT, uid=f"{EVENT.uid}\x00")], TODAY)


def test_events_come_by_day_and_uid_whatever_their_order():
    events = [
        replace(EVENT, uid="b", day=date(2027, 1, 1)),
        replace(EVENT, uid="c", day=date(2026, 12, 1)),
        replace(EVENT, uid="a", day=date(2027, 1, 1)),
    ]
    data = calendar(NAME, "", events, TODAY)
    assert [event["UID"] for event in read(data).walk("VEVENT")] == ["c", "a", "b"]
    assert calendar(NAME, "", events[::-1], TODAY) == data


def test_nothing_typed_becomes_a_line_of_its_own():
    event = Event(HOSTILE, TODAY, HOSTILE, HOSTILE, f"https://example.test/{HOSTILE}", (HOSTILE,))
    data = calendar(HOSTILE, HOSTILE, [event], TODAY)
    found = read(data)
    assert len(found.walk("VEVENT")) == 1
    assert len(found.walk("VALARM")) == 3
    assert [line for line in physical(data) if re.match(rb"BEGIN|END", line)] == [
        b"BEGIN:VCALENDAR",
        b"BEGIN:VEVENT",
        *[b"BEGIN:VALARM", b"END:VALARM"] * 3,
        b"END:VEVENT",
        b"END:VCALENDAR",
    ]
    assert re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", data) is None


@given(ANY, ANY, ANY, st.lists(ANY.filter(one_line), max_size=3), DAYS)
@example(HOSTILE, HOSTILE, HOSTILE, [HOSTILE], TODAY)
@example("\\n", "\\\\n\n\\;", "\ud800", [",", "\\,"], TODAY)
@example("a" * 300, "b" * 75, "é" * 150, ["c" * 74], TODAY)
@example("กำ" * 60, "ก" + "้" * 200, "😀" * 60, ["ๆ"], TODAY)
def test_any_text_comes_back(name, summary, description, categories, day):
    event = Event("uid", day, summary, f"ก{description}", "", tuple(categories))
    data = calendar(name, description, [event], TODAY)
    found = read(data)
    # The reader does not know this name of RFC 7986, and gives it as it stands in the file.
    assert re.sub(r"\\(.)", r"\1", found["NAME"]) == one_line(name)
    assert found["DESCRIPTION"] == printable(description)
    (back,) = found.walk("VEVENT")
    assert back["SUMMARY"] == one_line(summary)
    assert back["DESCRIPTION"] == printable(f"ก{description}")
    assert back["DTSTART"].dt == day
    cats = [str(word) for word in back["CATEGORIES"].cats] if categories else []
    assert cats == [one_line(word) for word in categories]
    for line in physical(data):
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        assert line.decode()


@given(st.text("กขคงนมร่้ิีุูัำ์ะาเแไ ab", min_size=20, max_size=300))
def test_no_line_begins_with_a_mark(text):
    # Where a person could type it: never more marks on a letter than a fold may hold.
    text = re.sub("([่้ิีุูัำ์])[่้ิีุูัำ์]+", r"\1", text)
    data = calendar("ก", text, [], TODAY)
    starts = [line[1:].decode()[:1] for line in physical(data) if line.startswith(b" ")]
    assert [start for start in starts if start in "่้ิีุูัำ์"] == []
