"""Turns pages into Markdown with HTML parts. Templates draw; everything typed by a person is escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from . import money, thai
from .export import machine
from .shown import Column, Figure, Page

_SCRIPTS = Path(__file__).resolve().parents[1]
_BLANK_LINES = re.compile(r"\n[ \t]*(?=\n)")
_NUMBER = re.compile(r"(\d) (?=[ก-ฮเ-ไ])")
#: Words that browsers break in two, where the first half would say something else.
_WHOLE = {
    "".join(parts): "\N{WORD JOINER}".join(parts)
    for parts in (
        ("ผ่าน", "ดี", "เยี่ยม"),
        ("ผ่าน", "ดี"),
        ("เกิน", "กำหนด"),
        ("ต่ำ", "กว่า"),
        ("ร้อย", "ละ"),
    )
}
_PERCENT = re.compile("ร้อย\N{WORD JOINER}ละ (?=[0-9])")
_INDENT = re.compile(r"\n[ \t]+")


def environment() -> jinja2.Environment:
    """Return the Jinja environment: shared parts by name, a topic's templates under ``topic/``."""
    topics = {
        folder.name: jinja2.FileSystemLoader(folder / "templates")
        for folder in sorted((_SCRIPTS / "topics").iterdir())
        if (folder / "templates").is_dir()
    }
    env = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.FileSystemLoader(_SCRIPTS / "templates"), jinja2.PrefixLoader(topics)]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        # "{#" begins the id of a Markdown heading here, so comments are written otherwise.
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {
        "baht": money.baht,
        "baht_words": money.baht_words,
        "thai_date": lambda day: thai.show_date(day).replace(" ", "\N{NO-BREAK SPACE}"),
        "glue": _glue,
        "cell": _cell,
        "n": lambda value: f"{value:,}",
    }
    return env


def _glue(text: str) -> str:
    """Keep a number on one line with the word before ร้อยละ or after it that gives it its meaning."""
    for word, joined in _WHOLE.items():
        text = text.replace(word, joined)
    return _PERCENT.sub(
        "ร้อย\N{WORD JOINER}ละ\N{NO-BREAK SPACE}", _NUMBER.sub("\\1\N{NO-BREAK SPACE}", text)
    )


def _cell(value: Any, column: Column) -> str:
    """Write a table cell for readers: separators in numbers, Thai dates, a dash for no data."""
    if value is None or value == "":
        return "–"
    if column.kind == "money":
        return money.baht(value)
    if isinstance(value, date):
        return thai.show_date(value)
    if column.kind == "number" and isinstance(value, int):
        return f"{value:,}"
    return machine(value, column.kind) if column.kind != "text" else str(value)


def address(path: str) -> str:
    """Return a page's address from its path under docs: ``budget/2566.md`` is ``budget/2566/``."""
    stem = path.removesuffix(".md")
    if stem == "index":
        return ""
    return stem.removesuffix("/index") + "/"


def relative(page: str, target: str) -> str:
    """Return the link from a page (its path) to a target (address or file from the site's root)."""
    if target.casefold().startswith(("https://", "http://", "mailto:", "tel:", "#")):
        return target
    depth = address(page).count("/")
    # A target is the name of a file or page as it stands on disk: Thai, spaces, percent signs.
    return "../" * depth + quote(target, safe="/#") or "./"


def figure_file(page: str, figure: Figure) -> str:
    """Return where a figure's downloads lie, without their ending."""
    folder = address(page).strip("/").replace("/", "-") or "home"
    mark = "-sample" if figure.source.sample else ""
    return f"downloads/figures/{folder}-{figure.id}{mark}"


def block(html: str) -> Markup:
    """Return HTML as one Markdown block: a blank line or an indent would end it."""
    return Markup(_INDENT.sub("\n", _BLANK_LINES.sub("", html.strip())))


def page_text(env: jinja2.Environment, page: Page, shared: Mapping[str, Any]) -> str:
    """Render a page to Markdown with front matter."""

    def url(target: str) -> str:
        return relative(page.path, target)

    def part(name: str, **context: Any) -> Markup:
        return block(env.get_template(name).render(url=url, part=part, **shared, **context))

    def figure(name: str) -> Markup:
        fig = next(item for item in page.figures if item.id == name)
        html = part("figure.html.j2", fig=fig, file=figure_file(page.path, fig))
        return Markup("## {} {{#{}}}\n\n{}").format(fig.title, fig.id, html)

    # The theme writes both into the page's head as they are.
    front = {"title": str(escape(page.title)), "description": str(escape(page.description))}
    head = "".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in front.items()
    )
    if page.hide:
        head += f"hide: {json.dumps(list(page.hide))}\n"
    body = env.get_template(page.template).render(
        page=page, url=url, part=part, figure=figure, **shared, **page.context
    )
    if page.sample:
        # One place for the mark, so that no template can forget it: right below the heading.
        heading, _, rest = body.strip().partition("\n")
        body = f"{heading}\n\n{part('sample.html.j2', words=page.sample)}\n{rest}"
    return f"---\n{head}---\n\n{body.strip()}\n"
