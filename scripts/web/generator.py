"""The site generator: overlay of hand-written pages, the navigation, and the MkDocs run."""

from __future__ import annotations

import os
import subprocess
import sys
from calendar import timegm
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from markupsafe import escape

from ..core.grids import decode
from ..core.model import Agency, Workspace
from ..core.publish import Folder
from ..core.render import address
from ..core.shown import Page
from ..core.thai import show_date
from ..core.yamls import front_matter

_LINK_CHECKS = ("not_found", "anchors", "absolute_links", "unrecognized_links")
AGENCY_STYLES = "assets/stylesheets/agency.css"
#: Where a hand-written page goes that does not say its order.
_LAST = 90
#: What docs/ holds besides pages and assets.
_NOT_PUBLISHED = {"overrides", "README.md"}


class SiteError(Exception):
    """The site generator could not run or refused a page; its own words are the message."""


def overlay(docs: Path, target: Folder, agency: Agency) -> None:
    """Copy hand-written pages and assets, and write the style sheet of the agency's colours."""
    for path in sorted(docs.rglob("*")):
        name = path.relative_to(docs)
        # A link could lead out of the folder, to a file that nobody meant to publish.
        whole = path.is_file() and not path.is_symlink()
        if whole and name.parts[0] not in _NOT_PUBLISHED and not path.name.startswith("."):
            data = path.read_bytes()
            if path.suffix == ".md":
                # MkDocs reads UTF-8 only; the check has already said in what this file was saved.
                text, _ = decode(data, path.name)
                data = (text or "").encode()
            target.write(name.as_posix(), data)
    colours = "".join(
        f"  --ps-{name}: {value};\n" for name, value in sorted(agency.colours.items())
    )
    text = "/* Made from data/agency.yml. */\n:root {\n" + colours + "}\n"
    target.write(AGENCY_STYLES, text.encode())


def config(ws: Workspace, pages: Iterable[Page], base_url: str) -> bytes:
    """Return build/mkdocs.yml: the agency's mkdocs.yml with names, folders and navigation."""
    written = list(_hand_written(ws.root / "docs"))
    try:
        settings = yaml.safe_load((ws.root / "mkdocs.yml").read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SiteError(f"mkdocs.yml: {error}") from error
    if not isinstance(settings, dict):
        raise SiteError("mkdocs.yml: a mapping is expected")
    settings |= {
        # The theme writes these into its pages as they are.
        "site_name": str(escape(ws.agency.name_short_th)),
        "site_description": str(escape(f"เว็บไซต์เปิดเผยข้อมูลของ{ws.agency.name_th}")),
        "copyright": str(escape(f"สร้างเว็บไซต์เมื่อ {show_date(ws.today)} · {ws.agency.name_th}")),
        "docs_dir": "docs",
        "site_dir": "site",
        "nav": list(_nav(pages, written)),
        # Links are judged once, on the built site, with the place that a person would mend.
        "validation": {"links": dict.fromkeys(_LINK_CHECKS, "ignore")},
    }
    footer = [
        {"title": str(escape(front["title"])), "path": address(path)}
        for path, front in written
        if front.get("footer") == "true" and front.get("title")
    ]
    if website := ws.agency.contact.get("website"):
        footer.append({"title": "เว็บไซต์ของหน่วยงาน", "path": str(escape(website))})
    settings["extra"] = (settings.get("extra") or {}) | {"footer": footer}
    if base_url or ws.agency.base_url:
        settings["site_url"] = (base_url or ws.agency.base_url).rstrip("/") + "/"
    theme = settings.get("theme")
    if isinstance(theme, dict) and "custom_dir" in theme:
        theme["custom_dir"] = "../" + theme["custom_dir"]
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False).encode()


def _hand_written(docs: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path of each hand-written page with its front matter."""
    for path in sorted(docs.rglob("*.md")):
        front = front_matter(path.read_text(encoding="utf-8", errors="replace"), path.name).value
        yield path.relative_to(docs).as_posix(), front if isinstance(front, dict) else {}


def _nav(
    pages: Iterable[Page], written: Iterable[tuple[str, dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Yield the navigation: generated and hand-written pages by their order, in their sections.

    A hand-written page says its place in its front matter: ``order``, ``section``, ``nav: false``.
    """
    entries = [(page.order, page.path, page.nav) for page in pages]
    for path, front in written:
        if front.get("nav") != "false":
            order = str(front.get("order"))
            title = str(front.get("title") or path)
            section = front.get("section")
            names: tuple[str, ...] = (str(section), title) if section else (title,)
            entries.append((int(order) if order.isdecimal() else _LAST, path, names))
    sections: dict[str, list[dict[str, str]]] = {}
    top: list[dict[str, Any]] = []
    for _, source, names in sorted(entries, key=lambda entry: entry[0]):
        if len(names) == 1:
            top.append({str(escape(names[0])): source})
            continue
        if names[0] not in sections:
            sections[names[0]] = []
            top.append({str(escape(names[0])): sections[names[0]]})
        sections[names[0]].append({str(escape(names[-1])): source})
    yield from top


def mkdocs_environment(today: date) -> dict[str, str]:
    """Return the environment of a MkDocs run: no clock in its output, no notices of its future."""
    return os.environ | {
        "SOURCE_DATE_EPOCH": str(timegm(today.timetuple())),
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "PYTHONHASHSEED": "0",
    }


def run_mkdocs(root: Path, today: date) -> None:
    """Build build/docs into build/site; `SiteError` with MkDocs' own words where it refuses."""
    command = [sys.executable, "-m", "mkdocs", "build", "--clean", "-f", "build/mkdocs.yml"]
    result = subprocess.run(
        command,
        cwd=root,
        env=mkdocs_environment(today),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SiteError(result.stderr.strip() or result.stdout.strip())
