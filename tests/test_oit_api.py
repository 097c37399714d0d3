"""What others subscribe to, read back by readers that are not ours: calendars, feed, status, badge."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest
from conftest import BASE_URL, REPO, TINY, TODAY, copy_agency
from jsonschema import Draft202012Validator, FormatChecker

from scripts import pipeline
from scripts.core.badge import TONES
from scripts.topics.oit.api import FOLDER, VERSION, files
from scripts.topics.oit.history import HISTORY, late_days, news
from scripts.topics.oit.judge import STATES, Due
from scripts.topics.oit.words import AHEAD, statuses

HOUR = timedelta(hours=1)
#: 09:00 of 30, 7 and 1 days before, counted from the midnight with which an all-day event begins.
ALARMS = {timedelta(days=-days) + 9 * HOUR for days in (30, 7, 1)}
#: Names of standards, which nothing opens.
NAMES = {"http://www.w3.org/2005/Atom", "http://www.w3.org/2000/svg",
         "https://json-schema.org/draft/2020-12/schema"}  # fmt: skip
HOSTILE = (
    "แผน <script>alert('x')</script> & \"ก\"; ข, ค\\n\r\nEND:VEVENT\nBEGIN:VEVENT ]]> {{ 7*7 }}"
)


def made(checked, base_url=BASE_URL):
    """Return the bytes of every file of the topic by its path."""
    return {
        item.path: item.make()
        for item in pipeline.downloads(checked, (), base_url)
        if item.path.startswith(f"{FOLDER}/")
    }


def events(data):
    """Return the events of a calendar by their names, refusing what a reader would grumble at."""
    calendar = icalendar.Calendar.from_ical(data)
    assert calendar.errors == []
    found = list(calendar.walk("VEVENT"))
    assert all(event.errors == [] for event in found)
    names = [str(event["UID"]) for event in found]
    assert len(set(names)) == len(names)
    return dict(zip(names, found, strict=True))


@pytest.fixture(scope="module", params=[REPO, TINY], ids=["demo", "tiny"])
def checked(request):
    return pipeline.check(request.param, TODAY)


@pytest.fixture(scope="module")
def everything(checked):
    return made(checked)


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """A tiny agency with exceptions, a link that was looked at, a missing item and a history."""
    root = copy_agency(TINY, tmp_path_factory.mktemp("rich") / "agency")
    oit = root / "data/oit"
    rows = ["item,owner,exception,reason,decided_by,until,sample",
            "O1,palad,not-applicable,ไม่มีภารกิจนี้,,,ใช่",
            "O4,palad,waived,รอระบบใหม่,นายก อบต.,2026-12-31,ใช่"]  # fmt: skip
    (oit / "duties-2569.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    link = {"state": "broken", "reason": "not-found", "status": 404, "first_seen": "2026-11-01",
            "last_checked": "2026-11-21", "last_good": "2026-11-18", "last_broken": "2026-11-21",
            "failures": 3, "target": "", "sha256": "", "retry_after": None}  # fmt: skip
    history = {"version": 1, "links": {"https://www.example.org/complaints": link}}
    (oit / "link-history.json").write_text(json.dumps(history), encoding="utf-8")
    records = oit / "records-2569.csv"
    text = records.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("O20,")]
    records.write_text("\n".join(kept) + "\n", encoding="utf-8")
    days = ["recorded,year,item,state,since,as_of,evidence,sample",
            "2026-10-01,2569,O11,missing,2026-09-16,,,ไม่",
            "2026-11-05,2569,O11,fresh,,2026-09-30,procurement/2569/,ใช่"]  # fmt: skip
    (root / HISTORY).write_text("\n".join(days) + "\n", encoding="utf-8")
    found = pipeline.check(root, TODAY)
    assert not [f for f in found.findings if f.place.file.startswith(("data/oit/d", "data/oit/h"))]
    assert found.facts["oit"].bad_links == ()
    return found


# The files.


def test_every_file_that_is_named_is_made_and_no_other(checked, everything):
    named = files(checked.facts["oit"], TODAY)
    assert named is not None
    paths = [named.calendar, named.feed, named.status, named.schema, named.badge]
    paths += [path for _, path in (*named.owners, *named.items)]
    assert sorted(paths) == sorted(everything)
    assert len(set(paths)) == len(paths)
    folder = f"{FOLDER}/calendar"
    assert all(re.fullmatch(rf"{folder}/unit/[a-z0-9-]+\.ics", path) for _, path in named.owners)
    assert all(path == f"{folder}/item/{item.lower()}.ics" for item, path in named.items)


def test_who_owes_nothing_within_a_year_has_no_calendar(checked):
    owing = [one for one in statuses(checked.facts["oit"], TODAY) if one.upcoming]
    named = files(checked.facts["oit"], TODAY)
    assert [item for item, _ in named.items] == [one.number for one in owing]
    owners = {one.owner_name for one in owing}
    assert {name for name, _ in named.owners} == owners
    assert [name for name, _ in named.owners] == sorted(owners)
    # It is a test only where somebody owes nothing.
    assert len(owing) < len(checked.facts["oit"].board.items)


def test_an_owner_with_nothing_more_to_come_has_no_calendar(tmp_path):
    # All that finance has in the tiny agency is complete for ever.
    found = made(pipeline.check(TINY, TODAY))
    assert f"{FOLDER}/calendar/unit/palad.ics" in found
    assert f"{FOLDER}/calendar/unit/finance.ics" not in found
    assert f"{FOLDER}/calendar/item/o11.ics" not in found
    root = copy_agency(TINY, tmp_path / "agency")
    records = root / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    assert text.count(",2026-09-30,2026-10-05,") == 1
    records.write_text(
        text.replace(",2026-09-30,2026-10-05,", ",2026-08-31,2026-09-05,"), encoding="utf-8"
    )
    found = made(pipeline.check(root, TODAY))
    (own,) = events(found[f"{FOLDER}/calendar/unit/finance.ics"]).values()
    assert own.decoded("DTSTART") == date(2026, 10, 15)
    assert events(found[f"{FOLDER}/calendar/item/o11.ics"])


def test_the_end_of_a_waiver_is_in_the_calendar(rich):
    (event,) = events(made(rich)[f"{FOLDER}/calendar/item/o4.ics"]).values()
    assert event.decoded("DTSTART") == date(2026, 12, 31)
    assert str(event["DESCRIPTION"]).startswith("การผ่อนผันสิ้นสุด")


def test_the_same_day_makes_the_same_bytes(checked, everything):
    again = pipeline.check(checked.workspace.root, TODAY)
    assert made(again) == everything


def test_an_agency_without_records_offers_nothing(tmp_path):
    root = copy_agency(TINY, tmp_path / "agency")
    (root / "data/oit/records-2569.csv").unlink()
    found = pipeline.check(root, TODAY)
    assert files(found.facts["oit"], TODAY) is None
    assert made(found) == {}


def test_no_file_leads_to_another_host(demo):
    for path, data in made(demo).items():
        for url in re.findall(r"https?://[^\s<>\"'\\]+", data.decode()):
            assert url.startswith(BASE_URL) or url in NAMES, (path, url)


def test_without_an_address_of_the_site_nothing_has_a_link(demo):
    assert demo.workspace.agency.base_url == ""
    found = made(demo, base_url="")
    for path, data in found.items():
        urls = set(re.findall(r"https?://[^\s<>\"'\\]+", data.decode()))
        assert urls <= NAMES, path
        assert b"\r\nURL:" not in data
        assert b"href=" not in data
    feed = feedparser.parse(found[f"{FOLDER}/feed.xml"])
    assert not feed.bozo
    assert feed.feed.id.startswith("urn:uuid:")


def test_the_address_in_the_settings_stands_in_for_the_option():
    tiny = pipeline.check(TINY, TODAY)
    base = tiny.workspace.agency.base_url
    calendar = events(made(tiny, base_url="")[f"{FOLDER}/calendar.ics"])
    assert calendar
    assert all(str(event["URL"]).startswith(f"{base}oit/#o") for event in calendar.values())
    with_slash = made(tiny, BASE_URL)
    assert made(tiny, BASE_URL.rstrip("/")) == with_slash


# Calendars.


def test_the_calendar_holds_what_is_upcoming_and_nothing_else(checked, everything):
    found = list(statuses(checked.facts["oit"], TODAY))
    calendar = events(everything[f"{FOLDER}/calendar.ics"])
    assert sorted(
        (str(event["SUMMARY"]), event.decoded("DTSTART")) for event in calendar.values()
    ) == sorted(
        (f"{'ตัวอย่าง · ' if one.sample else ''}{one.number} {one.title}", owing.due)
        for one in found
        for owing in one.upcoming
    )
    assert any(one.upcoming for one in found)


def test_an_event_is_a_day_with_its_page_its_owner_and_three_alarms(checked, everything):
    owners = {one.number: one.owner_name for one in statuses(checked.facts["oit"], TODAY)}
    for event in events(everything[f"{FOLDER}/calendar.ics"]).values():
        start = event.decoded("DTSTART")
        assert type(start) is date
        assert event.decoded("DTEND") == start + timedelta(days=1)
        number = str(event["SUMMARY"]).removeprefix("ตัวอย่าง · ").split()[0]
        assert str(event["URL"]) == f"{BASE_URL}oit/#{number.lower()}"
        assert str(event["DESCRIPTION"]).endswith(f" · {owners[number]}")
        alarms = [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
        assert len(alarms) == 3
        assert set(alarms) == ALARMS


def test_every_owner_and_every_item_has_its_part_of_the_calendar(checked, everything):
    whole = events(everything[f"{FOLDER}/calendar.ics"])
    named = files(checked.facts["oit"], TODAY)
    by_owner = [events(everything[path]) for _, path in named.owners]
    by_item = {number: events(everything[path]) for number, path in named.items}
    assert sorted(name for part in by_owner for name in part) == sorted(whole)
    assert sorted(name for part in by_item.values() for name in part) == sorted(whole)
    for one in statuses(checked.facts["oit"], TODAY):
        own = by_item.get(one.number, {})
        days = sorted(event.decoded("DTSTART") for event in own.values())
        assert days == sorted(owing.due for owing in one.upcoming)


def test_events_keep_their_names_from_day_to_day(checked, everything):
    before = events(everything[f"{FOLDER}/calendar.ics"])
    tomorrow = pipeline.check(checked.workspace.root, TODAY + timedelta(days=1))
    after = events(made(tomorrow)[f"{FOLDER}/calendar.ics"])
    assert before.keys() <= after.keys()
    for name, event in before.items():
        assert after[name].decoded("DTSTART") == event.decoded("DTSTART")
        assert str(after[name]["SUMMARY"]) == str(event["SUMMARY"])


def test_a_reminder_of_a_review_moves_when_the_review_is_made(tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    path = f"{FOLDER}/calendar/item/o16.ics"
    before = events(made(pipeline.check(root, TODAY))[path])
    records = root / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    assert text.count(",2025-12-10,2025-12-15,") == 1
    records.write_text(
        text.replace(",2025-12-10,2025-12-15,", ",2026-11-20,2026-11-20,"), encoding="utf-8"
    )
    after = events(made(pipeline.check(root, TODAY))[path])
    first = min(before, key=lambda name: before[name].decoded("DTSTART"))
    assert before[first].decoded("DTSTART") == date(2026, 12, 11)
    assert after[first].decoded("DTSTART") == date(2027, 11, 22)


def test_a_period_that_is_met_leaves_the_calendar_and_the_others_stay(tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    path = f"{FOLDER}/calendar/item/o4.ics"
    today = date(2026, 12, 10)
    before = events(made(pipeline.check(root, today))[path])
    records = root / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    assert text.count(",2026-10-31,2026-11-05,") == 1
    records.write_text(
        text.replace(",2026-10-31,2026-11-05,", ",2026-11-30,2026-12-09,"), encoding="utf-8"
    )
    after = events(made(pipeline.check(root, today))[path])
    gone = before.keys() - after.keys()
    assert [before[name].decoded("DTSTART") for name in gone] == [date(2026, 12, 15)]
    for name in before.keys() & after.keys():
        assert before[name].decoded("DTSTART") == after[name].decoded("DTSTART")


def test_two_agencies_name_their_events_differently():
    tiny = pipeline.check(TINY, TODAY)
    other = replace(tiny.workspace.agency, name_en="Another Agency")
    moved = replace(tiny, workspace=replace(tiny.workspace, agency=other))
    first = events(made(tiny)[f"{FOLDER}/calendar.ics"])
    second = events(made(moved)[f"{FOLDER}/calendar.ics"])
    assert first
    assert len(first) == len(second)
    assert not first.keys() & second.keys()


def test_a_department_may_be_called_like_an_item(tmp_path):
    root = copy_agency(TINY, tmp_path / "agency")
    departments = root / "data/codelists/departments.csv"
    with departments.open("a", encoding="utf-8") as file:
        file.write("o1,หน่วยที่หนึ่ง,Unit One,ใช่\n")
    records = root / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    records.write_text(text.replace("O18,palad,", "O18,o1,"), encoding="utf-8")
    checked = pipeline.check(root, TODAY)
    paths = [item.path for item in pipeline.downloads(checked, (), BASE_URL)]
    assert len(set(paths)) == len(paths)


# The feed.


def test_the_feed_is_one_that_readers_take(checked, everything):
    feed = feedparser.parse(everything[f"{FOLDER}/feed.xml"])
    assert not feed.bozo
    assert feed.version == "atom10"
    agency = checked.workspace.agency
    assert feed.feed.title == f"ความเปลี่ยนแปลงของข้อมูล OIT {agency.name_short_th}"
    assert feed.feed.author == agency.name_th
    assert {link.href for link in feed.feed.links} == {
        f"{BASE_URL}oit/",
        f"{BASE_URL}{FOLDER}/feed.xml",
    }


def test_the_feed_says_what_happened_newest_first(tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    for today in (date(2027, 1, 20), date(2027, 1, 25)):
        pipeline.record(pipeline.check(root, today))
    checked = pipeline.check(root, date(2027, 1, 25))
    feed = feedparser.parse(made(checked)[f"{FOLDER}/feed.xml"])
    assert not feed.bozo
    happened = list(news(checked.facts["oit"].changes))
    assert [one.kind for one in happened] == ["overdue", "overdue"]
    titles = {
        one.change.item: entry.title for one, entry in zip(happened, feed.entries, strict=True)
    }
    assert set(titles) == {"O4", "O16"}
    assert all(entry.title.startswith("ตัวอย่าง · เกินกำหนด: O") for entry in feed.entries)
    assert {entry.link for entry in feed.entries} == {f"{BASE_URL}oit/#o4", f"{BASE_URL}oit/#o16"}
    assert {entry.updated[:10] for entry in feed.entries} == {"2027-01-20"}
    assert feed.feed.updated.startswith("2027-01-20")
    assert "ข้อมูล ณ วันที่ 31 ต.ค. 2569" in "".join(entry.summary for entry in feed.entries)


def test_news_of_another_years_list_lead_to_the_page_of_that_year(tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    rows = ["2026-12-01,2568,O5,fresh,,2025-09-30,about/,ไม่",
            "2026-12-02,2568,O5,overdue,2026-12-02,2025-09-30,about/,ไม่"]  # fmt: skip
    with (root / HISTORY).open("a", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    today = date(2027, 1, 20)
    pipeline.record(pipeline.check(root, today))
    checked = pipeline.check(root, today)
    assert (checked.facts["oit"].board.year, today.year + 543) == (2569, 2570)
    feed = feedparser.parse(made(checked)[f"{FOLDER}/feed.xml"])
    links = {entry.link for entry in feed.entries}
    assert links == {f"{BASE_URL}oit/2568/", f"{BASE_URL}oit/#o4", f"{BASE_URL}oit/#o16"}
    assert "oit/2568/" in checked.workspace.paths


def test_an_entry_keeps_its_name_when_others_follow(tmp_path):
    root = copy_agency(REPO, tmp_path / "agency")
    names = []
    for today in (date(2027, 1, 20), date(2027, 4, 20)):
        pipeline.record(pipeline.check(root, today))
        feed = feedparser.parse(made(pipeline.check(root, today))[f"{FOLDER}/feed.xml"])
        names.append([entry.id for entry in feed.entries])
        assert len(set(names[-1])) == len(names[-1])
    assert set(names[0]) < set(names[1])


# The status.


def status_of(files_made):
    return json.loads(files_made[f"{FOLDER}/status.json"])


def schema_of(files_made):
    return json.loads(files_made[f"{FOLDER}/status.schema.json"])


def faults(document, schema):
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    return [error.message for error in checker.iter_errors(document)]


def described(schema, path=()):
    """Yield the path of every key that a schema describes."""
    for name, part in schema.get("properties", {}).items():
        yield (*path, name)
        yield from described(part, (*path, name))
    if "items" in schema:
        yield from described(schema["items"], (*path, "*"))


def said(document, path=()):
    """Yield the path of every key that a document has."""
    if isinstance(document, dict):
        for name, part in document.items():
            yield (*path, name)
            yield from said(part, (*path, name))
    elif isinstance(document, list):
        for part in document:
            yield from said(part, (*path, "*"))


def test_the_status_keeps_to_its_schema(everything):
    assert faults(status_of(everything), schema_of(everything)) == []


def test_the_status_of_every_state_keeps_to_its_schema(rich):
    for today in (TODAY, date(2025, 10, 1), date(2028, 3, 1)):
        files_made = made(pipeline.check(rich.workspace.root, today))
        assert faults(status_of(files_made), schema_of(files_made)) == []


def test_the_schema_refuses_what_is_wrong(everything):
    document, schema = status_of(everything), schema_of(everything)
    for wrong in (
        {"version": VERSION + 1},
        {"today": "22/11/2026"},
        {"asked": -1},
        {"items": None},
    ):
        assert faults(document | wrong, schema)
    item = document["items"][0]
    for wrong in ({"state": "late"}, {"id": "O1"}, {"due": "soon"}, {"evidence": {"kind": "x"}}):
        assert faults(document | {"items": [item | wrong]}, schema)
    assert faults({key: value for key, value in document.items() if key != "counts"}, schema)


def test_every_key_is_described_and_every_description_has_its_key(demo, rich):
    schema = schema_of(made(demo))
    found = {path for one in (demo, rich) for path in said(status_of(made(one)))}
    assert found == set(described(schema))


def test_every_list_of_words_in_the_schema_is_that_of_the_program(demo):
    schema = schema_of(made(demo))
    item = schema["properties"]["items"]["items"]["properties"]
    assert item["state"]["enum"] == list(schema["properties"]["counts"]["required"])
    assert set(item["state"]["enum"]) == set(STATES)
    assert schema["properties"]["version"]["const"] == VERSION


def test_the_status_adds_up(everything):
    document = status_of(everything)
    counts, items = document["counts"], document["items"]
    assert sum(counts.values()) == len(items)
    for state, number in counts.items():
        assert number == sum(item["state"] == state for item in items)
    assert document["asked"] == len(items) - counts["not-applicable"]
    assert document["current"] == counts["fresh"] + counts["due-soon"]
    assert document["late_days"] == sum(item["late_days"] for item in items)
    assert document["samples"] == sum(item["sample"] is True for item in items)


def test_the_status_is_the_facts(checked, everything):
    document, facts = status_of(everything), checked.facts["oit"]
    assert document["today"] == TODAY.isoformat()
    assert "late_days_until" not in document
    assert document["year"] == facts.board.year
    assert document["counts"] == facts.board.counts
    for row, item, one in zip(
        document["items"], facts.board.items, statuses(facts, TODAY), strict=True
    ):
        due = item.due
        assert (row["number"], row["title"]) == (item.criterion.number, item.criterion.title)
        assert row["state"] == due.state
        assert row["due"] == (due.due.isoformat() if due.due else None)
        assert row["needed"] == (due.needed.isoformat() if due.needed else None)
        assert row["days"] == (due.days if due.due else None)
        assert row["as_of"] == (item.as_of.isoformat() if item.as_of else None)
        assert row["late"] == one.late
        assert row["late_days"] == late_days(facts.changes, item, TODAY)
        assert row["due_rule"] == item.criterion.due
        assert row["owner"]["name_th"] == item.owner_name
        assert row["evidence"] is None or row["evidence"]["address"] == item.record.evidence
        assert [up["due"] for up in row["upcoming"]] == [
            owing.due.isoformat() for owing in one.upcoming if owing.due <= TODAY + AHEAD
        ]


def test_the_status_of_exceptions_links_and_files(rich):
    items = {item["number"]: item for item in status_of(made(rich))["items"]}
    assert items["O1"]["exception"] == {
        "kind": "not-applicable",
        "reason": "ไม่มีภารกิจนี้",
        "decided_by": None,
        "until": None,
    }
    assert items["O4"]["exception"] == {
        "kind": "waived",
        "reason": "รอระบบใหม่",
        "decided_by": "นายก อบต.",
        "until": "2026-12-31",
    }
    assert items["O8"]["exception"] is None
    assert items["O4"]["upcoming"] == [{"due": "2026-12-31", "owed": "การผ่อนผันสิ้นสุด"}]
    assert (items["O20"]["state"], items["O20"]["evidence"], items["O20"]["sample"]) == (
        "missing",
        None,
        None,
    )
    assert items["O18"]["evidence"]["link_state"] == "broken"
    assert items["O18"]["checked"] == "2026-11-21"
    assert items["O8"]["evidence"]["kind"] == "file"
    assert len(items["O8"]["evidence"]["sha256"]) == 64
    assert items["O11"]["late_days"] == 35


# The badge.


def texts(svg):
    return [
        text for node in ElementTree.fromstring(svg).iter() if (text := (node.text or "").strip())
    ]


def test_the_badge_says_how_many_are_current(demo, rich):
    badge = texts(made(demo)[f"{FOLDER}/badge.svg"])
    assert "OIT" in badge
    assert "22/26 เป็นปัจจุบัน (ตัวอย่าง)" in badge
    real = replace(demo, facts={**demo.facts, "oit": unmarked(demo.facts["oit"])})
    assert "22/26 เป็นปัจจุบัน" in texts(made(real)[f"{FOLDER}/badge.svg"])
    assert "3/5 เป็นปัจจุบัน (ตัวอย่าง)" in texts(made(rich)[f"{FOLDER}/badge.svg"])


DUE = date(2026, 12, 29)


@pytest.mark.parametrize(
    ("due", "tone"),
    [
        (Due("fresh"), "good"),
        (Due("waived", DUE, None, -37), "good"),
        # What is missing is late from the day after its due day, and not before.
        (Due("missing"), "good"),
        (Due("missing", DUE, DUE, -37), "good"),
        (Due("missing", DUE, DUE, 0), "good"),
        (Due("missing", DUE, DUE, 1), "bad"),
        (Due("unknown"), "warn"),
        (Due("overdue", DUE, DUE, 1), "warn"),
        (Due("delinquent", DUE, DUE, 99), "bad"),
    ],
)
def test_the_badge_is_coloured_by_what_is_late(demo, due, tone):
    facts = demo.facts["oit"]
    items = [replace(item, due=Due("fresh")) for item in facts.board.items]
    items[0] = replace(items[0], due=due)
    board = replace(facts.board, items=tuple(items))
    changed = replace(demo, facts={**demo.facts, "oit": replace(facts, board=board)})
    badge = made(changed)[f"{FOLDER}/badge.svg"].decode()
    assert [name for name, fill in TONES.items() if fill in badge] == [tone]


def unmarked(facts):
    """Return the facts as if no record and no duty were invented."""
    items = tuple(
        replace(
            item,
            record=item.record and replace(item.record, sample=False),
            duty=item.duty and replace(item.duty, sample=False),
        )
        for item in facts.board.items
    )
    return replace(facts, board=replace(facts.board, items=items))


def test_nothing_is_marked_where_nothing_is_invented(demo):
    real = replace(demo, facts={**demo.facts, "oit": unmarked(demo.facts["oit"])})
    found = made(real)
    assert "ตัวอย่าง · " not in found[f"{FOLDER}/calendar.ics"].decode()
    assert "ตัวอย่าง · " not in "".join(
        str(event["SUMMARY"]) for event in events(found[f"{FOLDER}/calendar.ics"]).values()
    )
    assert "ตัวอย่าง" not in found[f"{FOLDER}/badge.svg"].decode()


# What people wrote stays text.


def hostile(checked):
    """Return the same facts with titles and owners that no honest officer writes."""
    facts = checked.facts["oit"]
    items = tuple(
        replace(
            item,
            criterion=replace(item.criterion, title=f"{HOSTILE} {item.id}"),
            owner_name=f"{HOSTILE} {item.owner}",
        )
        for item in facts.board.items
    )
    board = replace(facts.board, items=items)
    years = tuple(board if year is facts.board else year for year in facts.years)
    return replace(
        checked, facts={**checked.facts, "oit": replace(facts, board=board, years=years)}
    )


def test_hostile_titles_and_owners_stay_text(rich):
    plain, found = made(rich), made(hostile(rich))
    assert found.keys() == plain.keys()
    line = " ".join(HOSTILE.split())
    for path, data in found.items():
        if path.endswith(".ics"):
            assert events(data).keys() == events(plain[path]).keys()
            assert all(line in str(event["SUMMARY"]) for event in events(data).values())
    feed = feedparser.parse(found[f"{FOLDER}/feed.xml"])
    assert not feed.bozo
    assert feed.entries
    assert len(feed.entries) == len(feedparser.parse(plain[f"{FOLDER}/feed.xml"]).entries)
    assert b"<script" not in found[f"{FOLDER}/feed.xml"]
    document = status_of(found)
    assert faults(document, schema_of(found)) == []
    assert all(item["title"].startswith(HOSTILE) for item in document["items"])


def test_an_address_with_thai_letters_is_encoded(demo):
    base = "https://example.test/โคราช/"
    for event in events(made(demo, base)[f"{FOLDER}/calendar.ics"]).values():
        url = str(event["URL"])
        assert url.isascii()
        assert unquote(url).startswith(base)
        assert quote("โคราช") in url
