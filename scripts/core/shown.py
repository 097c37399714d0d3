"""The nouns of what is shown: figures, cards, pages, downloads, and the topics that give them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .findings import Catalogue, Finding, Words
from .model import Workspace


@dataclass(frozen=True)
class Column:
    """A column of a published table; ``kind`` is text, money (satang), number, percent or date."""

    name: str
    title: str
    kind: str = "text"
    unit: str = ""


@dataclass(frozen=True)
class Source:
    """Where a figure comes from, with the four dates that never stand in for one another.

    ``sample`` is how to say that it is made from invented rows, "" when it is not; so it is in cards
    and pages.
    """

    title: str
    owner: str
    licence: str
    as_of: date | None
    published: date | None
    checked: date | None
    built: date
    sample: str = ""
    covers: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture with its sentence, table, downloads and source: the one part that pages are made of.

    ``kind`` names the template under ``templates/charts/`` and ``data`` is what it draws;
    ``columns`` and ``rows`` are the same figures as a table, unrounded.
    """

    id: str
    title: str
    finding: str
    kind: str
    data: Any
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    source: Source
    total: tuple[Any, ...] | None = None
    note: str = ""


@dataclass(frozen=True)
class Card:
    """One number for the home page: ``target`` is the page that explains it."""

    order: int
    label: str
    value: str
    unit: str
    sentence: str
    target: str
    sample: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Page:
    """One page to be rendered: ``path`` under the docs folder, ``template`` in the topic's folder."""

    path: str
    title: str
    description: str
    template: str
    context: Mapping[str, Any]
    nav: tuple[str, ...]
    order: int
    figures: tuple[Figure, ...] = ()
    sample: str = ""
    hide: tuple[str, ...] = ()


@dataclass(frozen=True)
class Download:
    """A file beside the pages; ``make`` gives its bytes only when it is written."""

    path: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Owing:
    """One thing that falls due: the day, what is owed by then, and a key that tells it from others.

    The key stays the same while it is owed, also when its day moves.
    """

    due: date
    what: Words
    key: str


@dataclass(frozen=True)
class Status:
    """One thing that the agency owes the public, as checks, calendars and reminders list it.

    ``id`` stays the same from build to build; ``state`` is its code and ``word`` what it is called;
    ``late`` says whether somebody must act today. ``days`` counts from ``due`` to today, negative
    before it; ``since`` is the first day of the state. ``upcoming`` begins with what is owed now.
    ``address`` is where the site shows it.
    """

    id: str
    number: str
    title: str
    state: str
    word: Words
    late: bool
    since: date | None
    days: int
    due: date | None
    owed: Words
    owner: str
    owner_name: str
    address: str
    upcoming: tuple[Owing, ...] = ()
    sample: bool = False


@dataclass(frozen=True)
class Site:
    """What pages may look at besides their topic's facts.

    ``base_url`` is where the site is published, with a / at its end; "" where that is not known.
    """

    workspace: Workspace
    rules: Catalogue
    findings: tuple[Finding, ...] = ()
    cards: tuple[Card, ...] = ()
    base_url: str = ""

    @property
    def today(self) -> date:
        """Return the day the site is built for."""
        return self.workspace.today


@dataclass(frozen=True)
class Topic:
    """One subject: how its facts are made, checked and shown. Found by name under scripts/topics/.

    ``needs`` names the topics whose facts its own are made with: they are handed over in that
    order, so that no topic imports another.
    """

    name: str
    fields: Mapping[str, Mapping[str, str]]
    needs: tuple[str, ...]
    facts: Callable[..., Any]
    paths: Callable[[Workspace], list[str]]
    rules: tuple[Callable[[Workspace, Any], Iterator[Finding]], ...]
    pages: Callable[[Any, Any], Iterator[Page]]
    cards: Callable[[Any, Any], list[Card]] | None
    downloads: Callable[[Any, Any], Iterator[Download]] | None
    statuses: Callable[[Any, date], Iterator[Status]] | None
