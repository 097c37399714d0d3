"""Feeds, read back by two readers that are not ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import feedparser
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scripts.core.atom import Entry, feed
from scripts.core.ids import stable_id
from scripts.core.letters import one_line, printable
from tests.conftest import TODAY

NS = {"a": "http://www.w3.org/2005/Atom"}
HEAD = {
    "id": stable_id("feed", "oit"),
    "title": "ความเคลื่อนไหวของการเปิดเผยข้อมูล",
    "subtitle": "ทุกครั้งที่ข้อมูลเปลี่ยน",
    "url": "https://example.test/korat/oit/",
    "self_url": "https://example.test/korat/oit/feed.xml",
    "author": "องค์การบริหารส่วนจังหวัดนครราชสีมา",
    "updated": TODAY,
}
ENTRY = Entry(
    id=stable_id("oit", "O1"),
    title="O1 โครงสร้างหน่วยงาน เป็นปัจจุบัน",
    updated=date(2026, 11, 20),
    summary="ตรวจแล้ว\nไม่มีข้อที่เกินกำหนด",
    url="https://example.test/korat/oit/#o1",
    categories=("OIT", "ข้อมูลพื้นฐาน"),
)
HOSTILE = "<script>alert('x')</script> ]]> & &amp; \"q\" {{ 7*7 }}\x00\x0b\ufffe\r\n</title>"
ANY = st.text(st.characters(exclude_categories=()))
DAYS = st.dates(date(1900, 1, 1), date(2399, 12, 31))


def written(*entries: Entry, **changes: object) -> bytes:
    return feed(**(HEAD | {"entries": entries} | changes))


def tree(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(data)


def texts(data: bytes, path: str) -> list[str]:
    return [node.text or "" for node in tree(data).iterfind(path, NS)]


def test_the_whole_file():
    assert (
        written(ENTRY, replace(ENTRY, id="tag:b", url="", categories=())).decode()
        == f"""\
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="th">
  <id>{HEAD["id"]}</id>
  <title>{HEAD["title"]}</title>
  <subtitle>{HEAD["subtitle"]}</subtitle>
  <updated>2026-11-22T00:00:00+07:00</updated>
  <author><name>{HEAD["author"]}</name></author>
  <generator>Prongsai</generator>
  <link rel="alternate" type="text/html" hreflang="th" href="{HEAD["url"]}"/>
  <link rel="self" type="application/atom+xml" href="{HEAD["self_url"]}"/>
  <entry>
    <id>tag:b</id>
    <title>{ENTRY.title}</title>
    <updated>2026-11-20T00:00:00+07:00</updated>
    <content>{ENTRY.summary}</content>
  </entry>
  <entry>
    <id>{ENTRY.id}</id>
    <title>{ENTRY.title}</title>
    <updated>2026-11-20T00:00:00+07:00</updated>
    <link rel="alternate" type="text/html" hreflang="th" href="{ENTRY.url}"/>
    <summary>{ENTRY.summary}</summary>
    <category term="OIT"/>
    <category term="ข้อมูลพื้นฐาน"/>
  </entry>
</feed>
"""
    )


def test_a_feed_reader_takes_it():
    found = feedparser.parse(written(ENTRY))
    assert found.bozo is False
    assert found.version == "atom10"
    assert found.feed.language == "th"
    assert found.feed.id == HEAD["id"]
    assert found.feed.title == HEAD["title"]
    assert found.feed.subtitle == HEAD["subtitle"]
    assert found.feed.author == HEAD["author"]
    assert found.feed.link == HEAD["url"]
    assert found.feed.generator == "Prongsai"
    assert found.feed.updated == "2026-11-22T00:00:00+07:00"
    assert {link.rel: link.href for link in found.feed.links} == {
        "alternate": HEAD["url"],
        "self": HEAD["self_url"],
    }
    (entry,) = found.entries
    assert entry.id == ENTRY.id
    assert entry.title == ENTRY.title
    assert entry.summary == ENTRY.summary
    assert entry.link == ENTRY.url
    assert entry.updated == "2026-11-20T00:00:00+07:00"
    assert [tag.term for tag in entry.tags] == list(ENTRY.categories)


def test_without_an_address_there_is_no_link_and_the_words_stay():
    data = written(replace(ENTRY, url=""), url="", self_url="")
    found = feedparser.parse(data)
    assert found.bozo is False
    assert b"<link" not in data
    assert found.feed.id == HEAD["id"]
    # An entry without a link must hold its content itself (RFC 4287, 4.1.2).
    assert texts(data, "a:entry/a:content") == [ENTRY.summary]
    assert found.entries[0].summary == ENTRY.summary


def test_a_feed_without_entries_is_a_feed():
    found = feedparser.parse(written())
    assert found.bozo is False
    assert found.entries == []
    assert found.feed.title == HEAD["title"]


def test_newest_first_whatever_their_order():
    entries = [
        replace(ENTRY, id="tag:b", updated=date(2026, 11, 1)),
        replace(ENTRY, id="tag:c", updated=date(2026, 11, 21)),
        replace(ENTRY, id="tag:a", updated=date(2026, 11, 1)),
    ]
    data = written(*entries)
    assert texts(data, "a:entry/a:id") == ["tag:c", "tag:a", "tag:b"]
    assert written(*entries[::-1]) == data


def test_one_id_has_one_entry_a_day():
    with pytest.raises(ValueError, match=ENTRY.id):
        written(ENTRY, replace(ENTRY, title="อีกครั้ง"))
    later = replace(ENTRY, updated=TODAY)
    assert texts(written(ENTRY, later), "a:entry/a:id") == [ENTRY.id, ENTRY.id]


def test_nothing_typed_becomes_markup():
    entry = Entry(HOSTILE, HOSTILE, TODAY, HOSTILE, f"https://example.test/{HOSTILE}", (HOSTILE,))
    data = written(entry, title=HOSTILE, subtitle=HOSTILE, author=HOSTILE)
    assert feedparser.parse(data).bozo is False
    assert b"<script" not in data
    assert b"49" not in data
    names = [node.tag.partition("}")[2] for node in tree(data).iter()]
    assert names == [
        *("feed", "id", "title", "subtitle", "updated", "author", "name", "generator"),
        *("link", "link", "entry", "id", "title", "updated", "link", "summary", "category"),
    ]
    assert texts(data, "a:entry/a:title") == [one_line(HOSTILE)]


@given(ANY, ANY, ANY, ANY, DAYS)
@example(HOSTILE, HOSTILE, HOSTILE, HOSTILE, TODAY)
@example("\ud800", "\x00", "\uffff", "\x85", date(1900, 1, 1))
def test_any_text_comes_back(title, summary, term, url, day):
    entry = Entry("tag:a", title, day, summary, url, (term,))
    data = written(entry, title=title)
    assert not feedparser.parse(data).bozo
    assert texts(data, "a:title") == [one_line(title)]
    assert texts(data, "a:entry/a:title") == [one_line(title)]
    shown = texts(data, "a:entry/a:summary") + texts(data, "a:entry/a:content")
    assert shown == [printable(summary)]
    (category,) = tree(data).iterfind("a:entry/a:category", NS)
    assert category.get("term") == one_line(term)
    assert texts(data, "a:entry/a:updated") == [f"{day}T00:00:00+07:00"]
