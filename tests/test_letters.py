"""What a text may carry into files of other programs, and names that stay."""

from __future__ import annotations

import re
from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.ids import stable_id
from scripts.core.letters import clusters, link, one_line, printable

#: Everything that a Python text can hold, lone surrogates too.
ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("งบประมาณ 2569", "งบประมาณ 2569"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("a\ud800b\ufffec\uffffd", "abcd"),
        ("a\tb", "a\tb"),
    ],
)
def test_printable(text, clean):
    assert printable(text) == clean


@given(ANY)
def test_printable_holds_what_every_file_may(text):
    clean = printable(text)
    assert printable(clean) == clean
    assert clean.encode().decode() == clean
    assert clean.splitlines() == clean.removesuffix("\n").split("\n") or not clean
    assert [char for char in clean if ord(char) < 32 and char not in "\t\n"] == []


@given(ANY)
def test_one_line_is_one_line(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.split() == printable(text).split()
    assert line == line.strip()
    assert "  " not in line


@given(ANY)
def test_clusters_lose_nothing_and_are_short(text):
    parts = list(clusters(printable(text)))
    assert "".join(parts) == printable(text)
    assert max((len(part.encode()) for part in parts), default=0) <= 72


def test_a_mark_stays_with_its_letter():
    assert list(clusters("ที่นี่มีน้ำ")) == ["ที่", "นี่", "มี", "น้ำ"]
    assert next(clusters("ก" + "้" * 40)) == "ก" + "้" * 17


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://example.test/a/?b=1&c=2#d", "https://example.test/a/?b=1&c=2#d"),
        ("https://example.test/ก ข", "https://example.test/%E0%B8%81%20%E0%B8%82"),
        ("https://example.test/%E0%B8%81", "https://example.test/%E0%B8%81"),
        ('https://example.test/"<x>\\', "https://example.test/%22%3Cx%3E%5C"),
        ("https://example.test/\r\nBEGIN:VALARM", "https://example.test/%0ABEGIN:VALARM"),
        (" https://example.test/\n", "https://example.test/"),
        ("", ""),
    ],
)
def test_link(url, written):
    assert link(url) == written


@given(ANY)
def test_a_link_is_ascii_without_spaces_and_says_the_same(url):
    assert re.fullmatch(r"[!-~]*", link(url))
    assert unquote(link(url)) == unquote(printable(url).strip())


@given(st.lists(ANY, max_size=4), st.lists(ANY, max_size=4))
def test_ids_are_the_same_for_the_same_parts_only(one, other):
    assert (stable_id(*one) == stable_id(*other)) == (one == other)
    assert UUID(stable_id(*one)).urn == stable_id(*one)


def test_ids_never_change():
    # What readers have stored: a change here doubles every event and entry that they hold.
    assert stable_id("oit", "O1", "2569") == "urn:uuid:2bcd33c7-4db2-5202-9b6a-fdffe0c8f97e"
    assert stable_id("ab", "c") != stable_id("a", "bc")
