"""What an answer of the web means for a reader: is the document there, or something in its place?

Only what is certain is broken. Titles and headings are read, never the body's prose: a page that
speaks of "404" or has a box for members to log in is a page like any other.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import SplitResult, urlsplit

from ..core.linkstate import BROKEN, OK, UNCERTAIN


@dataclass(frozen=True)
class Answer:
    """What a host sent for one request; ``sha256`` is of the content that was read."""

    url: str
    status: int
    content_type: str = ""
    location: str = ""
    retry_after: str = ""
    body: bytes = b""
    sha256: str = ""


@dataclass(frozen=True)
class Verdict:
    """A state with its reason; ``html`` for a web page, ``homely`` when its title is a home page's."""

    state: str
    reason: str
    html: bool = False
    homely: bool = False


_STATUSES = {
    401: Verdict(BROKEN, "login"),
    403: Verdict(UNCERTAIN, "forbidden"),
    404: Verdict(BROKEN, "not-found"),
    408: Verdict(UNCERTAIN, "timeout"),
    410: Verdict(BROKEN, "gone"),
    429: Verdict(UNCERTAIN, "too-many-requests"),
    451: Verdict(UNCERTAIN, "forbidden"),
}
_LOGIN_HOSTS = {
    "accounts.google.com", "login.live.com", "login.microsoft.com", "login.microsoftonline.com",
    "login.windows.net",
}  # fmt: skip
_LOGIN_PATH = re.compile(r"(?:log|sign)[-_]?in\b|/sso\b|/auth\b", re.IGNORECASE)
#: A page with a password box and no more text than this is there for the box.
_LITTLE_TEXT = 500
#: HTMLParser takes time that grows with the square of some broken pages.
_PARSED = 200_000
_ROOT_PATH = re.compile(r"/*(?:(?:th|en|home|main|index|default)(?:\.\w{2,5})?/*){0,2}", re.I)
_ROOT_QUERY = re.compile(r"(?:lang\w*=\w+)?", re.I)
_HOME_TITLES = {"home", "home page", "homepage", "หน้าแรก", "หน้าหลัก"}

_SEGMENT = re.compile(r"[|–—:·»•!,]|\s-\s")
_LOGIN_TITLE = re.compile(
    r"(?:please )?(?:log|sign)[ -]?(?:in|on)\b.*|(?:กรุณา|โปรด)?(?:เข้าสู่ระบบ|ลงชื่อเข้า|ล[็๊]อกอิน).*"
)
_NO_ACCESS = re.compile(
    r"you need (?:access|permission).*|request access"
    r"|(?:คุณ|ท่าน)?\s*(?:จำเป็น)?ต้อง(?:มี|ได้รับ|ขอ)สิทธิ์?\s*(?:ใน)?(?:การ)?(?:เข้า(?:ถึง|ใช้).*)?"
    r"|ขอสิทธิ์?(?:ใน)?(?:การ)?เข้าถึง.*"
)
_LOST = re.compile(
    # "404", "Error 404", "404 Not Found", never "คำสั่งที่ 404/2569".
    r"(?:(?:http|error|status|code|page|ข้อผิดพลาด|รหัส|หน้า)\W*)*404(?:\W*(?:error|page|file|not|ไม่พบ|หน้า).*)?"
    r"|(?:[\w']+ ){0,5}not found\b.*|nothing found"
    r"|.{0,40}\b(?:page|file|document|content|url|link|article)s?\b.{0,40}"
    r"(?:can ?not be found|can['’]t be found|could not be found|does(?: not|n['’]t) exist).*"
    # "ไม่พบข้อมูลการทุจริต" is good news in an annual report, not a lost page.
    r"|(?:ขออภัย|ขอโทษ)?(?:ค่ะ|ครับ)?\W*(?:ระบบ)?ไม่พบ\s*"
    r"(?:(?:หน้า|เพจ|ไฟล์|ลิงก์|ลิงค์|url).*"
    r"|(?:ข้อมูล|เอกสาร|เนื้อหา|บทความ)(?:นี้|ดังกล่าว|ค่ะ|ครับ|(?:ใด)?\W*ที่\s*(?:ท่าน|คุณ|ต้องการ|ค้นหา|ร้องขอ|เรียก).*)?)"
    r"|(?:หน้า|เพจ|ไฟล์).{0,30}(?:ไม่พบ|ไม่มีอยู่|ไม่มีอยู่แล้ว|ถูกลบ|ถูกลบแล้ว)"
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_BANGKOK = timezone(timedelta(hours=7))
#: No site is left unasked for longer than this, whatever it asks for.
_LONGEST_WAIT = timedelta(days=30)


def judge(asked: str, answer: Answer) -> Verdict:
    """Say what an answer, the last after all redirects, means for the address that was asked."""
    status = answer.status
    if urlsplit(answer.url).hostname in _LOGIN_HOSTS and status < 500 and status != 429:
        return Verdict(BROKEN, "login")
    if status == 403 and _is_html(answer) and _says(_read(answer).titles, _NO_ACCESS):
        return Verdict(BROKEN, "login")
    if status >= 500:
        return Verdict(UNCERTAIN, "server-error")
    if not 200 <= status < 300:
        return _STATUSES.get(status, Verdict(UNCERTAIN, "odd-status"))
    return _content(asked, answer)


def _content(asked: str, answer: Answer) -> Verdict:
    if not answer.body.strip():
        return Verdict(UNCERTAIN, "empty")
    if leads_deep(asked) and not leads_deep(answer.url):
        # A short link of another host may well stand for a home page.
        same = _site(asked) == _site(answer.url)
        return Verdict(BROKEN if same else UNCERTAIN, "home-page")
    if not _is_html(answer):
        return Verdict(OK, "ok")
    page = _read(answer)
    if _asks_to_log_in(answer.url, page):
        return Verdict(BROKEN, "login")
    if _says(page.titles, _LOST):
        return Verdict(BROKEN, "soft-404")
    return Verdict(OK, "ok", html=True, homely=bool(_HOME_TITLES & set(_segments([page.title]))))


def leads_deep(url: str) -> bool:
    """Tell whether an address leads past the first page of its site."""
    parts = urlsplit(url)
    return not (_ROOT_PATH.fullmatch(parts.path) and _ROOT_QUERY.fullmatch(parts.query))


def home_of(url: str) -> str:
    """Return the address of the first page of a site."""
    return SplitResult(*urlsplit(url)[:2], "/", "", "").geturl()


def retry_day(text: str, today: date) -> date | None:
    """Return the first day that ``Retry-After`` allows, from seconds or a date; None without one."""
    if re.fullmatch("[0-9]{1,9}", text):
        # Part of a day counts as a whole one: the time of day is not known here.
        return today + min(timedelta(days=-(-int(text) // 86_400)), _LONGEST_WAIT)
    try:
        day = _first_day(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError):
        return None
    return max(today, min(day, today + _LONGEST_WAIT))


def _first_day(moment: datetime) -> date:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    local = moment.astimezone(_BANGKOK)
    begun = bool(local.hour or local.minute or local.second)
    return local.date() + timedelta(days=int(begun))


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


class _Page(HTMLParser):
    """Collects the title, the main headings, password boxes, and how much there is to read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.headings: list[str] = []
        self.password = False
        self.letters = 0
        self._inside = ""
        self._titled = False

    @property
    def titles(self) -> list[str]:
        return [self.title, *self.headings]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.password |= (dict(attrs).get("type") or "").lower() == "password"
        elif tag in ("script", "style", "h1") or (tag == "title" and not self._titled):
            self._inside = tag
            if tag == "h1":
                self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""
            # Pictures have titles too; the page's own comes first.
            self._titled |= tag == "title"

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside not in ("script", "style"):
            self.letters += len("".join(data.split()))
            if self._inside == "h1":
                self.headings[-1] += data


def _read(answer: Answer) -> _Page:
    page = _Page()
    try:
        page.feed(_decoded(answer)[:_PARSED])
        page.close()
    except AssertionError:
        # What the standard library raises for a malformed "<![": keep what came before it.
        pass
    return page


def _decoded(answer: Answer) -> str:
    stated = _CHARSET.search(answer.content_type.encode("ascii", "ignore"))
    match = stated or _CHARSET.search(answer.body[:2048])
    name = match[1].decode("ascii").lower() if match else "utf-8"
    if name in ("windows-874", "tis-620", "iso-8859-11"):
        name = "cp874"
    try:
        codec = codecs.lookup(name)
        return str(answer.body.decode(codec.name, "replace"))
    except (LookupError, ValueError):
        return answer.body.decode("utf-8", "replace")


def _is_html(answer: Answer) -> bool:
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind:
        return kind in ("text/html", "application/xhtml+xml")
    return answer.body.lstrip()[:1] == b"<"


def _asks_to_log_in(url: str, page: _Page) -> bool:
    """Tell a log-in page from one that has a box for members among other things."""
    if _says([page.title], _LOGIN_TITLE) or _says(page.titles, _NO_ACCESS):
        return True
    return page.password and (
        page.letters < _LITTLE_TEXT
        or bool(_LOGIN_PATH.search(urlsplit(url).path))
        or _says(page.headings, _LOGIN_TITLE)
    )


def _says(titles: Iterable[str], words: re.Pattern[str]) -> bool:
    return any(words.fullmatch(part) for part in _segments(titles))


def _segments(titles: Iterable[str]) -> list[str]:
    """Split titles as sites put them together, "Page not found | Name of the agency"."""
    parts = (part for title in titles for part in _SEGMENT.split(" ".join(title[:400].split())))
    return [part.strip(" .…\"'“”()").lower() for part in parts]
