"""The built site in a real browser: phone and desktop, light and dark, with and without JavaScript."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pypdfium2
import pytest
from playwright.sync_api import sync_playwright

from tests.browser_help import (
    ARGS,
    CHECKS,
    SIZES,
    Tour,
    browsing,
    chromium,
    serve_site,
    tour,
)

pytestmark = pytest.mark.browser

BUDGET = "budget/2566/"


@pytest.fixture(scope="module")
def browser():
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: install one, or name it in PRONGSAI_CHROMIUM")
    with sync_playwright() as play:
        chrome = play.chromium.launch(executable_path=path, args=ARGS)
        yield chrome
        chrome.close()


@pytest.fixture(scope="module")
def site(built_site, tmp_path_factory):
    with serve_site(built_site, tmp_path_factory.mktemp("web")) as found:
        yield found


@pytest.fixture(scope="module")
def light(browser, site):
    return tour(browser, site, "light")


@pytest.fixture(scope="module")
def dark(browser, site):
    return tour(browser, site, "dark")


@pytest.fixture(scope="module")
def plain(browser, site):
    return tour(browser, site, "light", script=False)


def report(problems: list[str]) -> str:
    return "\n" + "\n".join(problems)


@pytest.mark.parametrize("check", [*CHECKS, "quiet"])
@pytest.mark.parametrize("seen", ["light", "dark", "plain"])
def test_every_page(check, seen, request):
    found: Tour = request.getfixturevalue(seen)
    problems = found.of(check)
    assert not problems, report(problems)


@pytest.mark.parametrize("check", ["axe", "scheme"])
@pytest.mark.parametrize("seen", ["light", "dark"])
def test_every_page_with_script(check, seen, request):
    found: Tour = request.getfixturevalue(seen)
    problems = found.of(check)
    assert not problems, report(problems)


def test_nothing_is_lost_without_script(light, plain):
    assert light.text.keys() == plain.text.keys()
    assert all(plain.text.values())
    lost = [f"/{page} {size}" for (page, size), text in light.text.items()
            if plain.text[page, size] != text]  # fmt: skip
    assert not lost, report(lost)


BAD_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><style>
@font-face { font-family: Sarabun; src: url(font.woff2); unicode-range: U+0E00-0E7F; }
body { background: rgb(255, 255, 255); } article { font: 16px serif; }
</style></head><body><article><h1>ก</h1><h1>ข</h1>
<p style="width: 3000px; font-size: 9px">กว้างและเล็ก →</p>
<div class="ps-figure"><p class="ps-downloads"><a download href="a-sample.csv">CSV</a></p></div>
<div class="ps-picture"><div class="ps-map"><a class="ps-box" href="x"
  style="display: block; width: 20px; height: 9px; line-height: 1; overflow: hidden">ข้อความยาว</a>
</div></div>
<ul class="ps-legend"><li>หนึ่ง</li><li style="margin-top: -20px">สอง</li></ul>
<img src="missing.png"></article><script>console.warn("ระวัง")</script></body></html>"""


def test_every_check_can_fail(browser, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(BAD_PAGE, "utf-8")
    (folder / "404.html").write_text(BAD_PAGE, "utf-8")
    with serve_site(folder, tmp_path) as bad:
        found = tour(browser, bad, "dark")
    silent = [check for check in (*CHECKS, "quiet", "axe", "scheme") if not found.of(check)]
    assert not silent
    heard = " ".join(found.of("quiet"))
    assert "console warning: ระวัง" in heard
    assert "status 404" in heard


FOCUS = """() => {
  const focused = document.activeElement;
  // The theme's hidden switches are drawn by the label that follows them.
  const node = focused.matches("input.md-option") ? focused.nextElementSibling : focused;
  const box = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  const drawn = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    name: `${focused.tagName.toLowerCase()}.${focused.className}`
      + ` "${node.textContent.trim().slice(0, 30)}"`,
    skip: node.matches(".md-skip"),
    body: node === document.body,
    seen: node.checkVisibility({opacityProperty: true, visibilityProperty: true})
      && box.width > 1 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
    covered: !!top && !node.contains(top) && !top.contains(node),
    drawn,
  };
}"""


@pytest.mark.parametrize("size", SIZES)
def test_keyboard(size, browser, site):
    width, height = SIZES[size]
    view = {"width": width, "height": height}
    with browsing(browser, site.base, viewport=view) as (page, watch):
        page.goto(site.base + BUDGET)
        page.keyboard.press("Tab")
        first = page.evaluate(FOCUS)
        assert first["skip"], first["name"]
        assert first["seen"], "the skip link does not show itself"
        problems = []
        for _ in range(60):
            page.keyboard.press("Tab")
            now = page.evaluate(FOCUS)
            if now["body"]:
                break
            for wrong, words in (
                (not now["seen"], "cannot be seen"),
                (not now["drawn"], "shows no focus"),
                (now["covered"], "is covered"),
            ):
                if wrong:
                    problems.append(f"{now['name']} {words}")
        assert not problems, report(list(dict.fromkeys(problems)))
        assert not watch.take()


def test_skip_link_goes_to_the_content(browser, site):
    with browsing(browser, site.base) as (page, _):
        page.goto(site.base + BUDGET)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('article') !== null")


def test_details_open_with_the_keyboard(browser, site):
    with browsing(browser, site.base, java_script_enabled=False) as (page, _):
        page.goto(site.base + BUDGET)
        table = page.locator(".ps-figure table").first
        assert not table.is_visible()
        page.locator(".ps-figure summary").first.focus()
        page.keyboard.press("Enter")
        assert table.is_visible()


@pytest.mark.parametrize("size", SIZES)
def test_legend_leads_to_the_plan(size, browser, site):
    width, height = SIZES[size]
    view = {"width": width, "height": height}
    with browsing(browser, site.base, viewport=view) as (page, watch):
        page.goto(site.base + BUDGET)
        page.locator(".ps-legend a[href='#plan-education']").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**#plan-education")
        box = page.locator("#plan-education:target > summary").bounding_box()
        header = page.locator(".md-header").bounding_box()
        assert box
        assert header
        assert box["y"] >= header["y"] + header["height"] - 1, "hidden under the header"
        assert box["y"] + box["height"] <= height
        assert not watch.take()


def test_downloads_of_the_budget(browser, site):
    with browsing(browser, site.base) as (page, _):
        page.goto(site.base)
        page.locator(f".ps-numbers a[href='{BUDGET}']").click()
        page.wait_for_url(site.base + BUDGET)
        links = page.locator("article a[download]")
        hrefs = links.evaluate_all("nodes => nodes.map(node => node.href)")
        assert len(hrefs) >= 2 * page.locator(".ps-figure").count() > 0
        problems = []
        for href in hrefs:
            answer = page.request.get(href)
            body, start = answer.body(), {"xlsx": b"PK", "csv": b"\xef\xbb\xbf"}
            if answer.status != 200 or not body:
                problems.append(f"{href} status {answer.status}, {len(body)} bytes")
            elif not body.startswith(start[href.rsplit(".", 1)[1]]):
                problems.append(f"{href} starts with {body[:4]!r}")
        assert not problems, report(problems)
        for index in (0, 1):
            with page.expect_download() as download:
                links.nth(index).click()
            name = unquote(urlsplit(hrefs[index]).path.rsplit("/", 1)[1])
            assert download.value.suggested_filename == name
            assert name.startswith("budget-2566-")


def test_forced_colours_and_print(browser, site):
    hidden = (".md-header", ".md-tabs", ".md-sidebar", ".md-footer")
    problems = []
    with browsing(browser, site.base) as (page, watch):
        for address in site.pages:
            page.emulate_media(media="screen", forced_colors="active")
            page.goto(site.base + address)
            page.emulate_media(media="print", forced_colors="none")
            # A4 less its margins
            page.set_viewport_size({"width": 718, "height": 1000})
            problems += [f"/{address} prints {selector}" for selector in hidden
                         if page.locator(f"{selector}:visible").count()]  # fmt: skip
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > 718:
                problems.append(f"/{address} is {wide} wide on paper")
            problems += [f"/{address} {words}" for words in watch.take()]
    assert not problems, report(problems)


def test_unknown_address_shows_the_404_page(browser, site):
    """The host answers an unknown address, however deep, with 404.html: all it needs must be found."""
    body = (site.folder / "404.html").read_text("utf-8")
    lost = site.base + "no/such/page/"
    with browsing(browser, site.base) as (page, watch):
        page.route(lost, lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(lost)
        assert page.locator("h1").inner_text() != "404 - Not found", "it is English"
        page.wait_for_load_state("networkidle")
        with page.expect_navigation(wait_until="networkidle"):
            page.locator("article a, .md-logo:visible").first.click()
        assert page.url.startswith(site.base)
        assert page.locator("h1").count() == 1
        assert not watch.take()


BOARD = "oit/"


def shown_items(page):
    return page.locator(".ps-item:visible").count()


@pytest.mark.parametrize("script", [True, False])
def test_the_board_filters_without_a_server_or_a_script(script, browser, site):
    with browsing(browser, site.base, java_script_enabled=script) as (page, watch):
        page.goto(site.base + BOARD)
        assert shown_items(page) == 26
        assert not page.locator(".ps-none").is_visible()
        page.locator("label:has(#state-missing)").click()
        assert shown_items(page) == 2
        texts = page.locator(".ps-item:visible .ps-state").all_inner_texts()
        assert all("ยังไม่เปิดเผย" in text for text in texts)
        page.locator("label:has(#owner-procurement)").click()
        assert page.locator(".ps-item:visible h3").all_inner_texts()[0].startswith("O12 ")
        assert shown_items(page) == 1
        page.locator("label:has(#owner-personnel)").click()
        assert shown_items(page) == 0
        assert page.locator(".ps-none").is_visible()
        page.locator(".ps-filter button").click()
        assert shown_items(page) == 26
        assert not watch.take()


def test_the_filter_counts_what_it_shows(browser, site):
    with browsing(browser, site.base) as (page, _):
        page.goto(site.base + BOARD)
        for name in ("state", "owner"):
            total = 0
            for choice in page.locator(f"input[name={name}]").all():
                label = page.locator(f"label:has(#{choice.get_attribute('id')})")
                label.click()
                said = int(label.locator("small").inner_text())
                assert shown_items(page) == said
                total += said
            # Every item once, and once more under "all".
            assert total == 2 * 26
            page.locator(".ps-filter button").click()


def test_the_filter_works_with_the_keyboard(browser, site):
    with browsing(browser, site.base) as (page, _):
        page.goto(site.base + BOARD)
        page.locator("#state-all").focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.id") != "state-all"
        assert 0 < shown_items(page) < 26


@pytest.mark.parametrize("width", [360, 1280])
def test_the_plan_prints_on_one_page(width, browser, site, tmp_path):
    with browsing(browser, site.base, viewport={"width": width, "height": 800}) as (page, _):
        page.goto(site.base + "oit/plan/")
        page.pdf(path=tmp_path / "plan.pdf", prefer_css_page_size=True)
    document = pypdfium2.PdfDocument(tmp_path / "plan.pdf")
    wide, high = document[0].get_size()
    text = document[0].get_textpage().get_text_bounded()
    pages = len(document)
    document.close()
    assert pages == 1
    assert (round(wide), round(high)) == (842, 595), "not an A4 page lying down"
    assert all(f"O{number}" in text for number in range(1, 27))


def test_every_subscription_is_there(browser, site):
    types = {"ics": b"BEGIN:VCALENDAR", "xml": b"<?xml", "json": b"{", "svg": b"<svg"}
    with browsing(browser, site.base) as (page, _):
        page.goto(site.base + BOARD)
        hrefs = page.locator("article a[href*='api/oit/']").evaluate_all(
            "nodes => nodes.map(node => node.href)"
        )
        assert {href.rsplit(".", 1)[1] for href in hrefs} == set(types)
        for href in sorted(set(hrefs)):
            answer = page.request.get(href)
            assert answer.status == 200, href
            assert answer.body().startswith(types[href.rsplit(".", 1)[1]]), href
