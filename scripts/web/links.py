"""The link check of the built site: linkchecker over HTTP, and a plain walk over every page.

linkchecker sees only what can be reached from the first page, and its own anchor check costs ten
times as much and warns only; so pages that nobody links to, and anchors, are the walk's.
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
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from ..core.findings import Finding, Place

_CONFIG = Path(__file__).with_name("linkchecker.ini")
#: The attributes that lead to another page or file of the site.
_LINKING = {("a", "href"), ("img", "src"), ("script", "src"), ("source", "src"), ("link", "href")}
_HOST = "127.0.0.1"


class LinkCheckError(Exception):
    """linkchecker could not run; its own words are the message."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder quietly under a base path, and tells linkchecker that it need not be slow."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, base_path: str, **options: Any) -> None:
        self.base_path = base_path
        super().__init__(*args, **options)

    def translate_path(self, path: str) -> str:
        # What lies outside the base path is not ours when published, so it is not there.
        if not path.startswith(self.base_path):
            return str(Path(self.directory, "outside-the-base-path"))
        return super().translate_path("/" + path.removeprefix(self.base_path))

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
def served(folder: Path, base_path: str = "/") -> Iterator[str]:
    """Serve a folder on 127.0.0.1 at a free port while the context lasts; gives its address."""
    handler = functools.partial(_Handler, directory=str(folder), base_path=base_path)
    with _Server((_HOST, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{_HOST}:{server.server_address[1]}{base_path}"
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Sources:
    """Where a person would mend a link.

    ``pages`` maps a page's address to the file it was made from, below ``root``; ``targets`` the
    address that data leads to (``oit/examples/#o1``) to the place in the data that says so.
    """

    pages: Mapping[str, str] = field(default_factory=dict)
    root: Path | None = None
    targets: Mapping[str, Place] = field(default_factory=dict)

    def place(self, page: str, link: str) -> Place:
        """Return the place of a link of a page: in the data, or the line of the page's source."""
        address = unquote(urlsplit(urljoin(f"/{page}", link)).path).removeprefix("/")
        anchor = unquote(urldefrag(link)[1])
        if found := self.targets.get(f"{address}#{anchor}" if anchor else address):
            return found
        if page not in self.pages:
            return Place(f"site/{page}")
        file = self.pages[page]
        return Place(file, self._line(file, link))

    def _line(self, file: str, link: str) -> int:
        """Return the first line of the source that holds the link as it may have been typed; 0: none."""
        path = self.root / file if self.root else None
        if path is None or not path.is_file():
            return 0
        target, anchor = urldefrag(unquote(link))
        stem = target.strip("./").removesuffix("/index.html").removesuffix("/")
        words = [word for word in (stem, anchor and f"#{anchor}") if word]
        if not words:
            return 0  # nothing but dots, which stand in many a line
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if all(word in unquote(line) for word in words):
                return number
        return 0


def check_site(
    folder: Path, sources: Sources | Mapping[str, str], base_path: str = "/"
) -> Iterator[Finding]:
    """Yield dead links and anchors of a built site, each once, with the place to mend.

    ``base_path`` is the path under which the site will be published.
    """
    if not isinstance(sources, Sources):
        sources = Sources(sources)
    said = set()
    for finding in (*_dead_links(folder, sources, base_path), *walk(folder, sources, base_path)):
        key = (finding.place, unquote(finding.value))
        if key not in said:
            said.add(key)
            yield finding


def _dead_links(folder: Path, sources: Sources, base_path: str) -> Iterator[Finding]:
    with served(folder, base_path) as base:
        command = [
            sys.executable, "-m", "linkcheck", "--config", str(_CONFIG), "--threads", "1",
            "--no-status", "--no-warnings", "--verbose", "--output", "csv/utf-8", base,
        ]  # fmt: skip
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        raise LinkCheckError(result.stderr.strip() or result.stdout.strip())
    lines = [line for line in result.stdout.splitlines() if line and not line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";"))
    if not rows:
        # Even a site without a fault has its first page listed: nothing at all means no check.
        raise LinkCheckError(result.stderr.strip() or "linkchecker looked at nothing")
    for row in rows:
        if row["valid"] == "False":
            page = unquote(urlsplit(row["parentname"]).path).removeprefix(base_path)
            target = row["urlname"]
            params = {"target": target, "problem": row["result"]}
            yield Finding("dead-link", sources.place(page, target), value=target, params=params)


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
            elif value and (tag, name) in _LINKING:
                self.links.append(value)


def walk(
    folder: Path, sources: Sources | Mapping[str, str], base_path: str = "/"
) -> Iterator[Finding]:
    """Yield links to what is not there and to anchors that their page does not have.

    Every page is read, also one that no other links to; 404.html alone is left out, because it
    stands for any address.
    """
    if not isinstance(sources, Sources):
        sources = Sources(sources)
    files = {
        base_path + path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    }
    pages: dict[str, _Links] = {}
    for name in sorted(files):
        if name.endswith(".html") and name != f"{base_path}404.html":
            parser = _Links()
            text = (folder / name.removeprefix(base_path)).read_text(encoding="utf-8")
            parser.feed(text)
            pages[name] = parser
    for page, parser in pages.items():
        address = page.removeprefix(base_path).removesuffix("index.html")
        for link in dict.fromkeys(parser.links):
            target, anchor = urldefrag(urljoin(page, link))
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            path = unquote(parts.path)
            file = path + "index.html" if path.endswith("/") else path
            if file not in files:
                params = {"target": link, "problem": "404"}
                yield Finding("dead-link", sources.place(address, link), value=link, params=params)
            elif anchor and file in pages and unquote(anchor) not in pages[file].ids:
                place = sources.place(address, link)
                yield Finding("dead-anchor", place, value=link, params={"target": link})
