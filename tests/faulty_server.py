"""A server on this machine that plays each fault of the web, and remembers who asked for what."""

from __future__ import annotations

import gzip
import http.server
import shutil
import ssl
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

THAI = "/รายงาน/แผน ๒๕๖๙"
LONG = "<p>" + "งบประมาณรายจ่ายประจำปี " * 60 + "</p>"
#: What a huge file says that it weighs.
HUGE = 2_000_000_000


def page(title, body=LONG, h1=""):
    return (
        f'<!doctype html><html lang="th"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{h1 or title}</h1>{body}</html>"
    )


BOX = '<form><input name="u"><input type="Password" name="p"></form>'
HOME = page("อบจ. ตัวอย่าง")
#: Pages that are sent with 200: (body, headers).
PAGES = {
    "/": HOME,
    "/ok": page("แผนการจัดซื้อจัดจ้าง"),
    THAI: page("รายงาน"),
    "/copy-of-home": HOME,
    "/other-copy-of-home": HOME,
    "/twin": page("สองที่อยู่ เอกสารเดียว"),
    "/other-twin": page("สองที่อยู่ เอกสารเดียว"),
    "/titled-home": page("หน้าแรก | อบจ. ตัวอย่าง"),
    "/login": page("อบจ. ตัวอย่าง", BOX),
    "/members": page("ประกาศ", LONG + BOX),
    "/member/login": page("อบจ. ตัวอย่าง", LONG + BOX),
    "/titled-login": page("Sign in - Accounts"),
    "/drive": page("เอกสาร", "<p>-</p>", h1="คุณต้องมีสิทธิ์เข้าถึง"),
    "/drive-en": page("You need access"),
    "/lost-th": page("ขออภัย ไม่พบหน้าที่ท่านต้องการ | อบจ. ตัวอย่าง"),
    "/lost-th-h1": page("อบจ. ตัวอย่าง", h1="ไม่พบข้อมูล"),
    "/lost-en": page("Page Not Found – Province"),
    "/lost-404": page("404"),
    "/lost-wordpress": page("Province", h1="Oops! That page can&rsquo;t be found."),
    "/speaks-of-404": page("คู่มือเว็บไซต์", LONG + "<p>404 page not found ไม่พบหน้า</p>"),
    "/order-404": page("คำสั่งที่ 404/2569 เรื่อง แต่งตั้งคณะกรรมการ"),
    "/good-news": page("รายงานประจำปี: ไม่พบข้อมูลการทุจริต"),
    "/picture": page("แผน", LONG + "<svg><title>404</title></svg>"),
    "/malformed": "<title>แผน</title><![nonsense" + LONG,
    "/empty": "",
    "/blank": " \n",
}
#: Where each of these leads: (status, Location).
REDIRECTS = {
    "/moved": (301, "/ok"),
    "/moved-thai": (302, THAI.replace(" ", "%20")),
    "/to-home": (302, "/"),
    "/to-login": (302, "/login"),
    "/to-google": (302, "http://accounts.google.com:{port}/ServiceLogin"),
    "/to-office": (302, "http://office.test:{port}/ok"),
    "/to-office-home": (302, "http://office.test:{port}/"),
    "/to-nowhere": (302, "http://nowhere.invalid/ok"),
    "/to-inside": (302, "http://127.0.0.1:{port}/ok"),
    "/to-intranet": (302, "http://intranet/ok"),
    "/to-file": (302, "file:///etc/hostname"),
    "/to-nonsense": (302, "http://[half/"),
}
#: Bare answers: (status, headers).
FAULTS = {
    "/no-content": (204, {}),
    "/not-modified": (304, {}),
    "/locked": (401, {}),
    "/wall": (403, {}),
    "/missing": (404, {}),
    "/waited": (408, {}),
    "/gone": (410, {}),
    "/teapot": (418, {}),
    "/busy": (429, {"Retry-After": "3600"}),
    "/busy-until": (429, {"Retry-After": "Wed, 25 Nov 2026 02:00:00 GMT"}),
    "/busy-silent": (429, {}),
    "/fault": (500, {}),
    "/maintenance": (503, {"Retry-After": "200000"}),
}


@dataclass(frozen=True)
class Asked:
    host: str
    path: str
    agent: str
    client: int


@dataclass
class Server:
    """What the server saw; ``released`` lets go of those that it keeps waiting."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    busiest: Counter = field(default_factory=Counter)
    sent: Counter = field(default_factory=Counter)
    released: threading.Event = field(default_factory=threading.Event)
    meeting: threading.Barrier = field(default_factory=lambda: threading.Barrier(2, timeout=30))
    lock: threading.Lock = field(default_factory=threading.Lock)
    active: Counter = field(default_factory=Counter)

    def url(self, path, host="office.test"):
        return f"http://{host}:{self.port}{path}"

    def paths(self, host="office.test"):
        return [asked.path for asked in self.asked if asked.host == host]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: Server

    def log_message(self, *_):
        return

    def do_GET(self):
        host = self.headers["Host"].partition(":")[0]
        path = unquote(urlsplit(self.path).path)
        with self.seen.lock:
            agent = self.headers.get("User-Agent", "")
            self.seen.asked.append(Asked(host, path, agent, self.client_address[1]))
            self.seen.active[host] += 1
            self.seen.busiest[host] = max(self.seen.busiest[host], self.seen.active[host])
        try:
            self.play(path)
        finally:
            with self.seen.lock:
                self.seen.active[host] -= 1

    def play(self, path):
        if path in PAGES:
            self.answer(PAGES[path].encode())
        elif path in REDIRECTS:
            status, target = REDIRECTS[path]
            # As many servers send it: UTF-8 where the header should be ASCII.
            location = target.format(port=self.seen.port).encode().decode("latin-1")
            self.answer(b"", status, {"Location": location})
        elif path in FAULTS:
            status, headers = FAULTS[path]
            body = b"" if status in (204, 304) else page("x").encode()
            self.answer(body, status, headers)
        else:
            getattr(self, "play_" + path.strip("/").replace("-", "_"), self.play_missing)()

    def answer(self, body, status=200, headers=None, kind="text/html; charset=utf-8"):
        self.send_response(status)
        stated = {"Content-Type": kind, "Content-Length": str(len(body))}
        if status in (204, 304):
            stated = {}
        for name, value in {**stated, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def play_missing(self):
        self.answer(page("x").encode(), 404)

    def play_pdf(self):
        self.answer(b"%PDF-1.7 404 Not Found", kind="application/pdf")

    def play_untyped(self):
        self.answer(page("404 Not Found").encode(), kind="")

    def play_old_thai(self):
        text = page("ไม่พบหน้านี้").replace("utf-8", "windows-874")
        self.answer(text.encode("cp874"), kind="text/html")

    def play_wall_of_drive(self):
        self.answer(page("You need access").encode(), 403)

    def play_gzip(self):
        self.answer(gzip.compress(PAGES["/ok"].encode()), 200, {"Content-Encoding": "gzip"})

    def play_bad_gzip(self):
        self.answer(b"this is not gzip at all", 200, {"Content-Encoding": "gzip"})

    def play_loop(self):
        self.answer(b"", 302, {"Location": self.path})

    def play_cookie_wall(self):
        if "known=yes" in self.headers.get("Cookie", ""):
            self.answer(PAGES["/ok"].encode())
        else:
            self.answer(b"", 302, {"Location": self.path, "Set-Cookie": "known=yes"})

    def play_odd_location(self):
        self.answer(b"", 302, {"Location": b"/\xff\xfe".decode("latin-1")})

    def play_moved_hugely(self):
        self.play_huge(302, {"Location": "/ok"})

    def play_chunked(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in (PAGES["/ok"][:30].encode(), PAGES["/ok"][30:].encode(), b""):
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")

    def play_huge(self, status=200, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/pdf")
        self.send_header("Content-Length", str(HUGE))
        self.end_headers()
        while self.seen.sent["/huge"] < HUGE:
            self.wfile.write(b"%PDF" * 4096)
            self.seen.sent["/huge"] += 4 * 4096

    def play_slow(self):
        self.seen.released.wait()
        self.close_connection = True

    def play_dropped(self):
        self.close_connection = True

    def play_cut(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(b"<title>half of a page")
        self.close_connection = True

    def play_nonsense(self):
        self.wfile.write(b"hello, I am not HTTP\r\n\r\n")
        self.close_connection = True

    def play_meet(self):
        self.seen.meeting.wait()
        self.answer(PAGES["/ok"].encode())


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # A client that hangs up early is what some tests are about.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def faulty_server(context: ssl.SSLContext | None = None):
    """Play every fault on 127.0.0.1, over TLS when there is a context for it; gives a `Server`."""
    seen = Server()
    handler = type("Handler", (_Handler,), {"seen": seen})
    with _Server(("127.0.0.1", 0), handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        seen.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield seen
        finally:
            seen.released.set()
            server.shutdown()
            thread.join()


def self_signed(folder: Path) -> ssl.SSLContext:
    """Make a certificate that nobody has signed but itself."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not on this machine")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-subj", "/CN=office.test", "-addext", "subjectAltName=DNS:office.test",
        "-keyout", str(key), "-out", str(certificate),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
