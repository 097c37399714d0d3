"""The link check of the built site: linkchecker over HTTP for links, a plain walk for anchors.

linkchecker's own anchor check costs ten times as much and warns only, so anchors are ours.
"""

from __future__ import annotations

import csv
import functools
import http.server
import io
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from ..core.findings import Finding, Place

_CONFIG = Path(__file__).with_name("linkchecker.ini")
_HOST = "127.0.0.1"


class LinkCheckError(Exception):
    """linkchecker could not run; its own words are the message."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder quietly, and tells linkchecker that it need not be slow."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        self.send_header("LinkChecker", "1")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        return


class _Server(http.server.ThreadingHTTPServer):
    """Threads of its own; a client that hangs up early is no event worth a traceback."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on 127.0.0.1 at a free port while the context lasts; gives its address."""
    handler = functools.partial(_Handler, directory=str(folder))
    with _Server((_HOST, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{_HOST}:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def check_site(folder: Path, sources: Mapping[str, str]) -> Iterator[Finding]:
    """Yield dead links and anchors of a built site.

    ``sources`` maps a page's address to the file it was made from, so that the place is one that a
    person can open.
    """
    yield from _dead_links(folder, sources)
    yield from dead_anchors(folder, sources)


def _dead_links(folder: Path, sources: Mapping[str, str]) -> Iterator[Finding]:
    with served(folder) as base:
        command = [
            sys.executable, "-m", "linkcheck", "--config", str(_CONFIG), "--threads", "1",
            "--no-status", "--no-warnings", "--verbose", "--output", "csv/utf-8", base,
        ]  # fmt: skip
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        raise LinkCheckError(result.stderr.strip() or result.stdout.strip())
    lines = [line for line in result.stdout.splitlines() if line and not line.startswith("#")]
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";")
    checked = False
    for row in rows:
        checked = True
        if row.get("valid") == "False":
            page = urlsplit(row["parentname"]).path.lstrip("/")
            target = row["urlname"]
            params = {"target": target, "problem": row["result"]}
            yield Finding("dead-link", _place(page, sources), value=target, params=params)
    if not checked:
        # Even a site without a fault has its first page listed: nothing at all means no check.
        raise LinkCheckError(result.stderr.strip() or "linkchecker looked at nothing")


def _place(page: str, sources: Mapping[str, str]) -> Place:
    return Place(sources.get(page, f"site/{page}"))


class _Links(HTMLParser):
    """Collects the ids and the links of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name == "href" and value and tag == "a":
                self.links.append(value)


def dead_anchors(folder: Path, sources: Mapping[str, str]) -> Iterator[Finding]:
    """Yield links to an anchor that its page does not have."""
    pages: dict[str, _Links] = {}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        parser = _Links()
        parser.feed(path.read_text(encoding="utf-8"))
        pages["/" + name.removesuffix("index.html")] = parser
    for page, parser in pages.items():
        for link in dict.fromkeys(parser.links):
            target, anchor = urldefrag(urljoin(page, link))
            parts = urlsplit(target)
            if not anchor or parts.scheme or parts.path not in pages:
                continue
            if unquote(anchor) not in pages[parts.path].ids:
                place = _place(page.lstrip("/"), sources)
                yield Finding("dead-anchor", place, value=link, params={"target": link})
