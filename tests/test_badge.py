"""Badges: small pictures that say a label and a value, to be shown on any site."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from scripts.core.badge import TONES, badge_svg
from scripts.core.letters import one_line
from scripts.web.links import served
from tests.browser_help import ARGS, browsing, chromium

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(\"x\")</script> & 'q' {{ 7*7 }}\x00\n]]>"
#: Pairs as pages show them, and such as try the widths and heights of Thai letters.
PAIRS = (
    ("OIT", "26 จาก 28 ข้อเป็นปัจจุบัน"),
    ("การเปิดเผยข้อมูล", "ใกล้ครบกำหนด 3 ข้อ"),
    ("ITA 2568", "ผ่านดี 92.35 คะแนน"),
    ("ที่นี่ ปู่ย่า กู้ น้ำ ฎีกา", "เกินกำหนด"),
    ("transparency", "passing"),
)
ANY = st.text(st.characters(exclude_categories=()))


def tree(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(data)


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("tone", ["good", "warn", "bad", "neutral"])
def test_every_tone_can_be_read(tone):
    root = tree(badge_svg("OIT", "ครบ", tone))
    ink = root.find(f"{SVG}g").get("fill")
    grounds = [node.get("fill") for node in root if node.get("fill") not in (None, "none", ink)]
    assert len(grounds) == 2
    assert TONES[tone] in grounds
    assert [ground for ground in grounds if contrast(ink, ground) < 4.5] == []


def test_the_tones_differ():
    assert len({badge_svg("OIT", "ครบ", tone) for tone in TONES}) == len(TONES) == 4


def test_another_tone_is_refused():
    with pytest.raises(ValueError, match="'green' is none of good, warn, bad, neutral"):
        badge_svg("OIT", "ครบ", "green")


def test_it_says_what_it_shows():
    root = tree(badge_svg("OIT", "26 จาก 28 ข้อ", "good"))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == "OIT: 26 จาก 28 ข้อ"
    assert [node.text for node in root.iter(f"{SVG}text")] == ["OIT", "26 จาก 28 ข้อ"]
    assert float(root.find(f"{SVG}g").get("font-size")) >= 12
    assert root.get("height") == "24"


def test_it_asks_nothing_of_anyone():
    data = badge_svg(*PAIRS[0], "good").decode()
    assert re.findall(r"https?://[^\"]+", data) == ["http://www.w3.org/2000/svg"]
    assert (
        re.search(r"href|url\(|@import|<style|<script|<image|<foreignObject| on\w+=", data) is None
    )
    assert badge_svg(*PAIRS[0], "good").decode() == data


@given(ANY, ANY, st.sampled_from(sorted(TONES)))
@example(HOSTILE, HOSTILE, "bad")
@example("", "", "neutral")
@example("้", "\ud800", "neutral")
def test_any_text_is_text_in_its_box(label, value, tone):
    data = badge_svg(label, value, tone)
    root = tree(data)
    names = [node.tag.removeprefix(SVG) for node in root.iter()]
    assert names == ["svg", "title", "rect", "path", "rect", "g", "text", "text"]
    texts = list(root.iter(f"{SVG}text"))
    assert [node.text or "" for node in texts] == [one_line(label), one_line(value)]
    width = int(root.get("width"))
    assert root.get("viewBox") == f"0 0 {width} 24"
    split = int(re.match(r"M4 0H(\d+)V24", root.find(f"{SVG}path").get("d"))[1])
    for node, left, right in zip(texts, (0, split), (split, width), strict=True):
        start, length = int(node.get("x")), int(node.get("textLength"))
        assert length > 0
        assert left + 6 <= start < start + length <= right - 6


@given(st.text("กขคงนมร", min_size=1, max_size=40))
def test_marks_take_no_room(text):
    marked = "".join(f"{char}ี่" for char in text)
    assert tree(badge_svg(marked, "ก", "good")).get("width") == tree(
        badge_svg(text, "ก", "good")
    ).get("width")


def test_more_words_take_more_room():
    widths = [int(tree(badge_svg("ข้อ" * many, "ก", "good")).get("width")) for many in (1, 2, 4, 8)]
    assert widths == sorted(set(widths))


@pytest.fixture(scope="module")
def browser():
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: install one, or name it in PRONGSAI_CHROMIUM")
    with sync_playwright() as play:
        chrome = play.chromium.launch(executable_path=path, args=ARGS)
        yield chrome
        chrome.close()


@pytest.mark.browser
def test_a_browser_shows_it_as_a_picture(browser, tmp_path):
    pairs = [*PAIRS, (HOSTILE, HOSTILE)]
    names = [f"{number}.svg" for number in range(len(pairs))]
    for name, (label, value) in zip(names, pairs, strict=True):
        (tmp_path / name).write_bytes(badge_svg(label, value, "warn"))
    images = "".join(f'<img src="{name}" alt="">' for name in names)
    page_html = f'<!doctype html><html lang="th"><link rel="icon" href="0.svg">{images}'
    (tmp_path / "index.html").write_text(page_html, "utf-8")
    with served(tmp_path) as base, browsing(browser, base) as (page, watch):
        page.goto(base)
        sizes = page.evaluate("[...document.images].map((i) => [i.naturalWidth, i.naturalHeight])")
        assert watch.take() == []
    widths = [int(tree((tmp_path / name).read_bytes()).get("width")) for name in names]
    assert sizes == [[width, 24] for width in widths]


@pytest.mark.browser
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_a_browser_draws_the_letters_in_the_box_and_about_as_wide_as_computed(pair, browser):
    with browsing(browser, "http://127.0.0.1/") as (page, watch):
        page.set_content(badge_svg(*pair, "good").decode())
        drawn = page.evaluate(
            """[...document.querySelectorAll("text")].map((node) => {
              const held = node.getComputedTextLength(), box = node.getBBox();
              node.removeAttribute("textLength");
              return {held, top: box.y, bottom: box.y + box.height, own: node.getComputedTextLength()};
            })"""
        )
        assert watch.take() == []
    for text in drawn:
        # Fonts differ from machine to machine; the letters are stretched or pressed by the rest.
        assert 0.8 < text["held"] / text["own"] < 1.25
        # The line of the font, with its highest and lowest marks, is inside the box.
        assert 0 <= text["top"] < text["bottom"] <= 24
