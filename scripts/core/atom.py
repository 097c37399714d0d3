"""Writes Atom feeds (RFC 4287)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .letters import link, one_line, printable
from .render import environment


@dataclass(frozen=True)
class Entry:
    """One piece of news; ``id`` is a URI that never changes, ``url`` its page or "" if unknown."""

    id: str
    title: str
    updated: date
    summary: str
    url: str = ""
    categories: tuple[str, ...] = ()


def feed(  # noqa: PLR0913 - the parts of a feed, in the words of the standard
    *,
    id: str,  # noqa: A002
    title: str,
    subtitle: str,
    url: str,
    self_url: str,
    author: str,
    entries: Sequence[Entry],
    updated: date,
) -> bytes:
    """Return a feed, newest entry first; ``url`` and ``self_url`` are "" where no address is known.

    One id twice with one date is a `ValueError`: a reader could not tell which is the newer.
    """
    _refuse_twins(entries)
    by_id = sorted(entries, key=lambda entry: one_line(entry.id))
    newest_first = sorted(by_id, key=lambda entry: entry.updated, reverse=True)
    template = environment().get_template("atom.xml.j2")
    text = template.render(
        id=one_line(id),
        title=one_line(title),
        subtitle=one_line(subtitle),
        url=link(url),
        self_url=link(self_url),
        author=one_line(author),
        updated=_midnight(updated),
        entries=[_shown(entry) for entry in newest_first],
    )
    return f"{text.strip()}\n".encode()


def _refuse_twins(entries: Sequence[Entry]) -> None:
    counts = Counter((one_line(entry.id), entry.updated) for entry in entries)
    twins = sorted({name for (name, _), count in counts.items() if count > 1})
    if twins:
        raise ValueError(f"several entries of one day have the id {', '.join(twins)}")


def _shown(entry: Entry) -> dict[str, object]:
    """Return what the template writes of an entry."""
    return {
        "id": one_line(entry.id),
        "title": one_line(entry.title),
        "updated": _midnight(entry.updated),
        "summary": printable(entry.summary),
        "url": link(entry.url),
        "categories": [one_line(category) for category in entry.categories],
    }


def _midnight(day: date) -> str:
    """Return a day as the moment at which it begins in Thailand."""
    return f"{day.isoformat()}T00:00:00+07:00"
