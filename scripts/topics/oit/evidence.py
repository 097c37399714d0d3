"""What a record's evidence is, and what can be known of it without leaving this machine."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote, urlsplit

import pandas as pd

from ...core.documents import FileFacts, describe, read_documents
from ...core.linkstate import REASONS, LinkState, private_host
from ...core.model import Loaded, Workspace
from ...core.thai import fiscal_end, month_end, show_date

_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
#: An address within this site: no scheme, no host; names may be Thai and hold spaces.
_SITE = re.compile(r"(?!/)[^:\\<>\"'#?]*(?:#[^\s:\\<>\"'#?]+)?")
#: Words of a link's state, for the public.
_LINK_WORDS = {"ok": "เปิดได้", "uncertain": "ยังไม่แน่ใจ", "broken": "เปิดไม่ได้"}


@dataclass(frozen=True)
class Evidence:
    """Evidence of a record.

    ``kind`` is page, file, url, private (an address that only an office network has), unsafe or
    "" (none is given). ``found`` tells whether a page or file is there. ``file`` and ``link`` are
    what is known of it; ``checked`` is the day on which it was last looked at, ``shown`` the last
    day that its rows show, where it is one of the site's own datasets.
    """

    target: str
    kind: str
    found: bool = True
    file: FileFacts | None = None
    link: LinkState | None = None
    checked: date | None = None
    shown: date | None = None

    @property
    def words(self) -> str:
        """Say what is known of it, for the public; "" when nothing is."""
        if self.file:
            return describe(self.file)
        if self.link:
            reason = REASONS[self.link.reason][0] if self.link.reason in REASONS else ""
            why = f" ({reason})" if self.link.state != "ok" and reason else ""
            return f"ลิงก์{_LINK_WORDS[self.link.state]}{why} เมื่อ {show_date(self.link.last_checked)}"
        return ""


@dataclass(frozen=True)
class Known:
    """What was found out beforehand: facts of files by their path, states of links by address."""

    files: Mapping[str, FileFacts]
    links: Mapping[str, LinkState]


def read_files(ws: Workspace, targets: Iterable[str]) -> dict[str, FileFacts]:
    """Return what the files among the targets are, by their path under docs/; all read at once."""
    docs = ws.root / "docs"
    names = {_within(ws, target).partition("#")[0] for target in targets}
    names = {name for name in names & ws.files if name.startswith("files/")}
    found = {docs / name: name for name in sorted(names)}
    return {found[path]: facts for path, facts in read_documents(found).items()}


def look_at(ws: Workspace, target: str, known: Known) -> Evidence:
    """Return what is known of the evidence at an address."""
    within = _within(ws, target)
    if within != target:
        # The full address of a page of this site: asked of its rows as the short one is.
        return replace(_on_this_site(ws, within, known), target=target)
    if not target:
        return Evidence("", "")
    if _URL.fullmatch(target):
        return _on_the_web(target, known)
    if not _SITE.fullmatch(target) or ".." in target.split("/"):
        return Evidence(target, "unsafe", found=False)
    return _on_this_site(ws, target, known)


def _within(ws: Workspace, target: str) -> str:
    """Return the full address of what is on this site as it is within it; any other as it is."""
    own = ws.agency.base_url.rstrip("/") + "/"
    if not ws.agency.base_url or not target.startswith(own):
        return target
    path, _, anchor = target.removeprefix(own).partition("#")
    path = path.partition("?")[0]
    return unquote(f"{path}#{anchor}" if anchor else path)


def _on_the_web(target: str, known: Known) -> Evidence:
    try:
        host = urlsplit(target).hostname or ""
    except ValueError:  # brackets that hold no address
        return Evidence(target, "unsafe", found=False)
    if private_host(host):
        return Evidence(target, "private")
    link = known.links.get(target)
    return Evidence(target, "url", link=link, checked=link.last_checked if link else None)


def _on_this_site(ws: Workspace, target: str, known: Known) -> Evidence:
    path, _, anchor = target.partition("#")
    if path in ws.files:
        facts = known.files.get(path)
        return Evidence(target, "file", facts is not None, file=facts, checked=ws.today)
    if path in ws.written:
        found = not anchor or anchor in ws.written[path].anchors
        return Evidence(target, "page", found, checked=ws.today)
    # Anchors of generated pages are looked at when the site is built.
    found = path in ws.paths
    return Evidence(target, "page", found, checked=ws.today, shown=last_day_of(ws, path))


def last_day_of(ws: Workspace, path: str) -> date | None:
    """Return the last day that the rows behind a page of this site can speak for; None: no dataset.

    Rows that bear a date reach to the end of the month of the latest one, and on through months of
    which dataset.yml says that nothing happened (``empty_months``); rows without one to the end of
    their fiscal year.
    """
    name, _, rest = path.partition("/")
    if name not in ws.datasets or name == "oit" or path not in ws.paths:
        return None
    year = rest.partition("/")[0]
    items = [item for (dataset, _, _), item in ws.loaded.items() if dataset == name and item.year]
    if year.isdecimal():
        items = [item for item in items if item.year == int(year)]
    return max((day for item in items if (day := _reaches(item))), default=None)


def _reaches(item: Loaded) -> date | None:
    dated = [
        field.name for field in item.resource.fields if field.type == "date" and field.in_period
    ]
    if not dated:
        return fiscal_end(item.year) if len(item.frame) else None
    last = item.frame[dated[0]].max()
    if pd.isna(last):
        return None
    day = month_end(last.year, last.month)
    for month in sorted(item.period.empty_months):
        year, number = map(int, month.split("-"))
        following = month_end(year, number)
        if 0 < (following - day).days <= calendar.monthrange(year, number)[1]:
            day = following
    return day
