"""A server on this machine that plays GitHub's issues, and remembers who asked for what."""

from __future__ import annotations

import http.server
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_" + "x" * 36
NAME = "korat/transparency"
ISSUES = f"/repos/{NAME}/issues"


@dataclass
class Hub:
    """The repository: its issues, and what was asked of it.

    ``faults`` maps a method to the answer in its place: (status, headers, body). ``author`` is the
    type of the token's user; without ``may_label`` labels are left out silently, as GitHub does.
    """

    port: int = 0
    issues: list[dict] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[str, tuple[int, dict, bytes]] = field(default_factory=dict)
    author: str = "Bot"
    may_label: bool = True

    @property
    def api(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self):
        return {"GITHUB_API_URL": self.api, "GITHUB_REPOSITORY": NAME, "GITHUB_TOKEN": TOKEN}

    def add(self, **said):
        """Put an issue there as somebody would; returns it."""
        issue = {
            "number": len(self.issues) + 1,
            "state": "open",
            "title": "",
            "body": None,
            "labels": [],
            "user": {"login": "somebody", "type": "User"},
            **said,
        }
        self.issues.append(issue)
        return issue

    def opened(self):
        return [issue for issue in self.issues if issue["state"] == "open"]

    def methods(self):
        return [method for method, _ in self.asked]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_):
        return

    def answer(self, status, document, headers=None):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def refused(self):
        """Answer what stands in the way of every request, if anything does; tell whether it did."""
        self.hub.asked.append((self.command, self.path))
        self.said = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        if self.command in self.hub.faults:
            status, headers, body = self.hub.faults[self.command]
            self.answer(status, body, headers)
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.answer(401, {"message": "Bad credentials"})
        elif not urlsplit(self.path).path.startswith(ISSUES):
            self.answer(404, {"message": "Not Found"})
        elif len(self.said.get("body") or "") > 65_536 or len(self.said.get("title") or "") > 256:
            self.answer(422, {"message": "Validation Failed"})
        else:
            return False
        return True

    def do_GET(self):
        if self.refused():
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        state, label = asked.get("state", "open"), asked.get("labels")
        size, page = int(asked.get("per_page", 30)), int(asked.get("page", 1))
        found = [
            issue
            for issue in reversed(self.hub.issues)
            if state in ("all", issue["state"])
            and (not label or label in [one["name"] for one in issue["labels"]])
        ]
        self.answer(200, found[(page - 1) * size : page * size])

    def do_POST(self):
        if self.refused():
            return
        labels = [{"name": name} for name in self.said.pop("labels", [])]
        user = {"login": "robot", "type": self.hub.author}
        made = self.hub.add(**self.said, user=user, labels=labels if self.hub.may_label else [])
        self.answer(201, made)

    def do_PATCH(self):
        if self.refused():
            return
        number = int(self.path.rpartition("/")[2])
        issue = next(issue for issue in self.hub.issues if issue["number"] == number)
        issue.update(self.said)
        self.answer(200, issue)


@contextmanager
def github_server():
    """Play the issues of a repository on 127.0.0.1; gives a `Hub`."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        hub.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()
