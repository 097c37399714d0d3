"""The browser of the tests: it serves the built site, opens each page and asks what is wrong with it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from scripts.web.links import served

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
SIZES = {"phone": (360, 800), "desktop": (1280, 900)}
_AXE = Axe().axe_script

# Each check returns sentences that name an element; Python adds page, size and scheme.
_PROBE = r"""
() => {
  const found = {};
  const say = (check, words) => (found[check] ??= []).push(words);
  const article = document.querySelector("article");
  const all = (selector, root = article) => [...root.querySelectorAll(selector)];
  const name = (node) => {
    const steps = [];
    for (let at = node; at && at !== article && at.tagName !== "BODY"; at = at.parentElement) {
      if (at.id) { steps.unshift(`#${at.id}`); break; }
      const kind = at.classList.length ? `.${[...at.classList].join(".")}` : "";
      steps.unshift(at.tagName.toLowerCase() + kind);
    }
    const text = node.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `${steps.slice(-4).join(" > ")} "${text}"`;
  };
  const visible = (node) => node.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && !node.closest(".ps-hidden") && node.getClientRects().length > 0;
  // Where the words of an element are drawn, those for screen readers left out.
  const ink = (node) => {
    const words = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), range = document.createRange();
    const box = {left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity};
    while (words.nextNode()) {
      if (!visible(words.currentNode.parentElement)) continue;
      range.selectNodeContents(words.currentNode);
      for (const line of range.getClientRects()) {
        box.left = Math.min(box.left, line.left); box.right = Math.max(box.right, line.right);
        box.top = Math.min(box.top, line.top); box.bottom = Math.max(box.bottom, line.bottom);
      }
    }
    return {...box, width: box.right - box.left};
  };

  if (document.documentElement.lang !== "th") say("head", `lang is "${document.documentElement.lang}"`);
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) say("head", `${headings} h1`);
  if (!document.title.trim()) say("head", "no title");
  const description = document.querySelector("meta[name=description]")?.content.trim();
  if (!description) say("head", "no meta description");

  const wide = innerWidth;
  const scrolls = (node) => {
    for (let at = node.parentElement; at && at !== article; at = at.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
    return false;
  };
  if (document.documentElement.scrollWidth > wide)
    say("width", `the page is ${document.documentElement.scrollWidth} wide in ${wide}`);
  for (const node of all("*")) {
    if (!visible(node) || scrolls(node)) continue;
    const box = node.getBoundingClientRect();
    if (box.right > wide + 1 || box.left < -1)
      say("width", `${name(node)} ends at ${box.right} of ${wide}`);
  }

  const ranges = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule && rule.style.fontFamily.includes("Sarabun"))
    .flatMap((rule) => (rule.style.unicodeRange || "U+0-10FFFF").split(","))
    .map((range) => range.trim().slice(2).split("-").map((end) => parseInt(end, 16)));
  const drawn = (sign) => ranges.some(([low, high = low]) => low <= sign && sign <= high);
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), node = walker.currentNode.parentElement;
    if (!text || !visible(node)) continue;
    const style = getComputedStyle(node);
    if (parseFloat(style.fontSize) < 13.99) say("small", `${name(node)} is ${style.fontSize}`);
    if (node.closest("code, pre, kbd")) continue;
    if (!/^"?Sarabun/.test(style.fontFamily)) say("font", `${name(node)} is in ${style.fontFamily}`);
    const strange = [...new Set(text)].filter((sign) => !/\s/.test(sign) && !drawn(sign.codePointAt(0)));
    if (strange.length) say("font", `${name(node)}: Sarabun has no ${strange.join(" ")}`);
  }

  let samples = 0;
  for (const figure of all(".ps-figure")) {
    const says = (words) => say("figure", `${name(figure)} ${words}`);
    const text = (selector) => figure.querySelector(selector)?.textContent.trim();
    if (!text(".ps-finding")) says("has no finding");
    if (!text(".ps-source")) says("has no source");
    if (!document.getElementById(figure.getAttribute("aria-labelledby"))) says("has no heading");
    const heads = all("table th", figure);
    if (!heads.length) says("has no table");
    if (heads.some((head) => !["col", "row"].includes(head.scope))) says("has a th without scope");
    const files = all(".ps-downloads a[download]", figure).map((link) => link.pathname);
    const ends = files.map((file) => file.split(".").pop()).sort().join();
    if (ends !== "csv,xlsx") says(`offers ${ends || "no files"}`);
    const sample = files.some((file) => /-sample\.\w+$/.test(file));
    const marked = all(".ps-tag", figure).some(visible);
    if (sample !== marked) say("sample", `${name(figure)} sample file ${sample}, mark ${marked}`);
    samples += sample;
  }
  if (samples && !all(".ps-sample").some(visible))
    say("sample", "sample figures, and no mark at the head of the page");

  for (const picture of all(".ps-picture:has(.ps-map)")) {
    const shown = all(".ps-map", picture).filter((map) => map.getClientRects().length);
    if (shown.length !== 1) say("clip", `${name(picture)} shows ${shown.length} layouts`);
  }
  for (const node of all("*")) {
    const style = getComputedStyle(node);
    if (!visible(node) || !node.textContent.trim() || !/hidden|clip/.test(style.overflow)) continue;
    if (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1)
      say("clip", `${name(node)} needs ${node.scrollWidth}x${node.scrollHeight}, `
        + `has ${node.clientWidth}x${node.clientHeight}`);
  }
  const narrow = ".ps-seg b, .ps-quarters span, .ps-tiles a, .ps-column-name, .ps-column-value";
  for (const node of all(narrow)) {
    const box = (node.matches(".ps-seg b") ? node.parentElement : node).getBoundingClientRect();
    const text = ink(node);
    if (visible(node) && (text.left < box.left - 1 || text.right > box.right + 1))
      say("clip", `${name(node)} is ${text.width} wide in ${box.width}`);
  }

  // A box that hides what sticks out cuts the tone marks of Thai when its line has no room for them.
  for (const node of all("*", document.body)) {
    const style = getComputedStyle(node), size = parseFloat(style.fontSize);
    const speaks = [...node.childNodes].some((child) => child.nodeType === 3 && /[ก-๙]/.test(child.data));
    if (!speaks || !visible(node) || !/hidden|clip/.test(style.overflowY)) continue;
    const room = parseFloat(style.paddingTop) + (parseFloat(style.lineHeight) - 1.3 * size) / 2;
    if (room < 1.5) say("marks", `${name(node)} has a line of ${style.lineHeight} for ${style.fontSize}`);
  }

  const rows = [".ps-legend", ".ps-keys", ".ps-axis", ".ps-columns", ".ps-hundred", ".ps-counts",
    ".ps-tiles", ".ps-quarters", ".ps-bars", ".ps-dots", ".ps-numbers", ".ps-facts", ".ps-downloads"];
  const leaves = (node) => all("*", node).filter((leaf) => visible(leaf)
    && [...leaf.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  for (const group of all(rows.join())) {
    const boxes = leaves(group).map((leaf) => [leaf, ink(leaf)]);
    boxes.forEach(([one, a], index) => {
      for (const [other, b] of boxes.slice(index + 1)) {
        if (one.contains(other) || other.contains(one)) continue;
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // Lines of Thai have room for marks above and below: boxes may share a little of it.
        if (across > 1 && down > 6) say("overlap", `${name(one)} and ${name(other)}`);
      }
    });
  }
  return found;
}
"""

CHECKS = ("head", "width", "font", "small", "figure", "sample", "clip", "marks", "overlap")
_OPEN = "() => document.querySelectorAll('details').forEach((node) => { node.open = true; })"
_SETTLE = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
_AXE_RUN = """async () => (await axe.run({resultTypes: ["violations"]})).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.any[0]?.message ?? ""}`))"""


def chromium() -> str | None:
    """Return the path of a Chromium of this machine, or nothing."""
    named = os.environ.get("PRONGSAI_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass(frozen=True)
class Site:
    """The built site as a server shows it, under the path that it will have on the web."""

    folder: Path
    base: str

    @property
    def pages(self) -> list[str]:
        """Every HTML page, by its address below the base."""
        paths = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))
        return sorted(path.removesuffix("index.html") for path in paths)


@contextmanager
def serve_site(folder: Path, room: Path) -> Iterator[Site]:
    """Serve a built site under its own base path, which its 404 page knows.

    ``room`` is an empty folder.
    """
    config = re.search(r'id="__config"[^>]*>([^<]+)<', (folder / "404.html").read_text("utf-8"))
    path = urlsplit(json.loads(config[1])["base"]).path.strip("/") if config else ""
    if not path:
        with served(folder) as base:
            yield Site(folder, base)
        return
    link = room / path
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(folder, target_is_directory=True)
    with served(room) as base:
        yield Site(folder, f"{base}{path}/")


@dataclass
class Watch:
    """What a context's pages complained of, and what they asked of other hosts."""

    base: str
    heard: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        """Hear all pages of a context from now on."""
        context.on("console", lambda m: self._console(m.type, m.text))
        context.on("weberror", lambda e: self.heard.append(f"page error: {e.error}"))
        context.on("request", lambda r: self._request(r.url))
        context.on("requestfailed", lambda r: self.heard.append(f"failed: {r.url} {r.failure}"))
        context.on("response", lambda r: self._response(r.url, r.status))

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.heard.append(f"console {kind}: {text}")

    def _request(self, url: str) -> None:
        host = urlsplit(self.base).netloc
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != host:
            self.heard.append(f"outside request: {url}")

    def _response(self, url: str, status: int) -> None:
        if status >= 400:
            self.heard.append(f"status {status}: {url}")

    def take(self) -> list[str]:
        """Return what was heard since the last call."""
        heard, self.heard = self.heard, []
        return heard


@contextmanager
def browsing(browser: Browser, base: str, **options: object) -> Iterator[tuple[Page, Watch]]:
    """Open a page in a context of its own, and listen to it."""
    width, height = SIZES["desktop"]
    settings = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"}
    context = browser.new_context(**(settings | options))
    watch = Watch(base)
    watch.listen(context)
    try:
        yield context.new_page(), watch
    finally:
        context.close()


@dataclass(frozen=True)
class Problem:
    """One thing wrong: of which check, on which page, in which state, and what."""

    check: str
    page: str
    state: str
    words: str

    def __str__(self) -> str:
        return f"/{self.page} [{self.state}] {self.words}"


@dataclass
class Tour:
    """All pages seen in one scheme, at both sizes: what is wrong, and what they say."""

    problems: list[Problem] = field(default_factory=list)
    text: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, check: str) -> list[str]:
        """Return the problems of one check, each once."""
        return list(dict.fromkeys(str(p) for p in self.problems if p.check == check))


def tour(browser: Browser, site: Site, scheme: str, *, script: bool = True) -> Tour:
    """Visit every page once, look at it at both sizes, with every <details> open."""
    seen = Tour()
    options = {"color_scheme": scheme, "java_script_enabled": script}
    with browsing(browser, site.base, **options) as (page, watch):
        for address in site.pages:
            _visit(page, site, address, seen, scheme if script else f"{scheme}, no script")
            words = watch.take()
            seen.problems += [Problem("quiet", address, scheme, word) for word in words]
    return seen


def _visit(page: Page, site: Site, address: str, seen: Tour, state: str) -> None:
    script = "no script" not in state
    width, height = SIZES["phone"]
    page.set_viewport_size({"width": width, "height": height})
    response = page.goto(site.base + address)
    if response is None or response.status != 200:
        words = f"status {response and response.status}"
        seen.problems.append(Problem("head", address, state, words))
    page.evaluate(_OPEN)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if script:
            page.evaluate(_SETTLE)
        for check, words in page.evaluate(_PROBE).items():
            seen.problems += [Problem(check, address, f"{size}, {state}", word) for word in words]
        seen.text[address, size] = " ".join(page.inner_text("article").split())
        if script:
            seen.problems += _axe(page, address, f"{size}, {state}")
    if script:
        seen.problems += _scheme(page, address, state)


def _axe(page: Page, address: str, state: str) -> list[Problem]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    return [Problem("axe", address, state, words) for words in page.evaluate(_AXE_RUN)]


def _scheme(page: Page, address: str, state: str) -> list[Problem]:
    """The page is light or dark as asked, and its words are drawn in the site's own font."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    light = sum(map(int, re.findall(r"\d+", colour)[:3])) > 384
    problems = []
    if light != (state == "light"):
        problems.append(Problem("scheme", address, state, f"the background is {colour}"))
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    plain = ":not(:has(code))"
    for selector in ("h1", f"article p{plain}", ".ps-finding", f".ps-table td{plain}"):
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        if not node:
            continue
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        for font in fonts:
            if font["familyName"] != "Sarabun" or not font["isCustomFont"]:
                words = f"{selector} is drawn in {font['familyName']}"
                problems.append(Problem("font", address, state, words))
    session.detach()
    return problems
