"""What is known of each link on the web: its state, for how long, and the file that remembers it.

A link is broken only after it was found so several days in a row, so every look is merged into a
history. Nothing here asks the web: that is scripts/web/external.py.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote

VERSION = 1
OK, UNCERTAIN, BROKEN = STATES = ("ok", "uncertain", "broken")
#: Why a link is in its state: the words for officers, Thai and English.
REASONS: Mapping[str, tuple[str, str]] = {
    "ok": ("เปิดได้", "it opens"),
    "not-found": ("ไม่พบหน้านี้ (404)", "the page is not there (404)"),
    "gone": ("หน้านี้ถูกลบแล้ว (410)", "the page was removed (410)"),
    "login": ("ต้องเข้าสู่ระบบหรือขอสิทธิ์ก่อน ประชาชนเปิดไม่ได้", "it asks the reader to log in"),
    "soft-404": (
        "เปิดได้ แต่ในหน้าเขียนว่าไม่พบหน้าหรือไม่พบข้อมูล",
        "it opens, but the page says that nothing was found",
    ),
    "home-page": (
        "เปิดแล้วได้หน้าแรกของเว็บไซต์ ไม่ใช่เอกสาร",
        "it leads to the site's home page, not to the document",
    ),
    "dns": ("ไม่มีเว็บไซต์ชื่อนี้", "there is no site of this name"),
    "too-many-redirects": ("ส่งต่อวนไปเรื่อย ๆ ไม่ถึงหน้าใด", "it redirects without end"),
    "bad-url": ("ที่อยู่เว็บเขียนไม่ถูกต้อง", "the address is not a valid web address"),
    "private-address": (
        "เป็นที่อยู่ภายในเครือข่ายของหน่วยงาน ประชาชนเปิดไม่ได้",
        "the address is inside a private network",
    ),
    "forbidden": ("เว็บไซต์ปฏิเสธการตรวจ (403)", "the site turned the check away (403)"),
    "empty": ("เปิดได้ แต่หน้าว่างเปล่า", "it opens, but there is nothing in it"),
    "too-many-requests": ("เว็บไซต์ขอให้มาใหม่ภายหลัง (429)", "the site asks to come back later"),
    "server-error": ("เว็บไซต์ขัดข้อง (5xx)", "the site has a fault of its own (5xx)"),
    "timeout": ("เว็บไซต์ไม่ตอบในเวลาที่รอ", "the site did not answer in time"),
    "tls": ("ใบรับรองความปลอดภัย (HTTPS) ของเว็บไซต์ผิดปกติ", "the site's certificate is at fault"),
    "refused": ("เว็บไซต์ไม่รับการเชื่อมต่อ", "the site refused the connection"),
    "dropped": ("การเชื่อมต่อขาดกลางคัน", "the connection broke off"),
    "garbled": ("เว็บไซต์ส่งข้อมูลที่อ่านไม่ได้", "the answer cannot be decoded"),
    "lookup-failed": ("ค้นหาชื่อเว็บไซต์ไม่ได้ในขณะนี้", "the site's name could not be looked up"),
    "no-network": ("ไม่มีเส้นทางเครือข่ายไปยังเว็บไซต์", "no network leads to the site"),
    "odd-status": ("เว็บไซต์ตอบด้วยรหัสที่ไม่คาดไว้", "the site answered with an unusual code"),
}
#: YAML, which our own reader takes JSON for, allows no longer key.
_LONGEST_KEY = 1000
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class LinkState:
    """What is known of one link; ``failures`` counts the days in a row that it was found broken.

    ``target`` is where redirects end, "" when there are none; ``sha256`` is the content as last seen
    ok; ``retry_after`` the first day on which the site wants to be asked again.
    """

    url: str
    state: str
    reason: str
    status: int | None
    first_seen: date
    last_checked: date
    last_good: date | None = None
    last_broken: date | None = None
    failures: int = 0
    target: str = ""
    sha256: str = ""
    retry_after: date | None = None


@dataclass(frozen=True)
class Found:
    """What one look at a link gave."""

    url: str
    state: str
    reason: str
    status: int | None = None
    target: str = ""
    sha256: str = ""
    retry_after: date | None = None


@dataclass(frozen=True)
class Unread:
    """A part of the history that cannot be read: its path of keys, and what stands there."""

    path: tuple[str, ...]
    value: str


def update(old: LinkState | None, found: Found, today: date) -> LinkState:
    """Merge a look into what was known; a day counts as one failure, however often it looks."""
    if old is None:
        old = LinkState(found.url, found.state, found.reason, None, today, today)
    elif today < old.last_checked:
        return old
    new = dataclasses.replace(
        old,
        state=found.state,
        reason=found.reason,
        status=found.status,
        last_checked=today,
        target=found.target,
        retry_after=found.retry_after,
    )
    if found.state == OK:
        return dataclasses.replace(new, last_good=today, failures=0, sha256=found.sha256)
    if found.state == BROKEN:
        counted = old.failures > 0 and old.last_broken == today
        return dataclasses.replace(
            new, last_broken=today, failures=old.failures + (0 if counted else 1)
        )
    return new


def storable(url: str) -> bool:
    """Tell whether the history can hold an address: not too long, and without control characters."""
    written = json.dumps(url, ensure_ascii=False)
    return bool(url.strip()) and len(written) < _LONGEST_KEY and not _CONTROLS.search(url)


def history_text(states: Mapping[str, LinkState]) -> str:
    """Write a history as JSON, sorted by address: the same states give the same bytes."""
    links = {url: _plain(states[url]) for url in sorted(states)}
    document = {"version": VERSION, "links": links}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _plain(state: LinkState) -> dict[str, Any]:
    values = {name: getattr(state, name) for name in _READERS}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def read_history(document: Any) -> tuple[dict[str, LinkState], tuple[Unread, ...]]:
    """Read a parsed history, from `json.loads` or with every scalar a text; None is an empty one.

    What cannot be read comes back beside it, so that nobody writes over it unseen.
    """
    if document is None:
        return {}, ()
    if not isinstance(document, Mapping):
        return {}, (Unread((), _shown(document)),)
    if str(document.get("version")) != str(VERSION):
        return {}, (Unread(("version",), _shown(document.get("version"))),)
    extra = tuple(
        Unread((str(key),), _shown(document[key]))
        for key in document
        if key not in ("version", "links")
    )
    links = document.get("links")
    if links is None:
        return {}, extra
    if not isinstance(links, Mapping):
        return {}, (*extra, Unread(("links",), _shown(links)))
    states, problems = {}, [*extra]
    for url, entry in links.items():
        unread = list(_unread(url, entry))
        problems += unread
        if not unread:
            values = {name: read(entry.get(name)) for name, read in _READERS.items()}
            states[url] = LinkState(url=url, **values)
    return states, tuple(problems)


def _unread(url: Any, entry: Any) -> Iterator[Unread]:
    """Yield what is wrong with one entry of the history."""
    if not isinstance(url, str) or not storable(url) or not isinstance(entry, Mapping):
        yield Unread(("links", str(url)), _shown(entry))
        return
    for name in entry:
        if name not in _READERS:
            yield Unread(("links", url, str(name)), _shown(entry[name]))
    for name, read in _READERS.items():
        try:
            read(entry.get(name))
        except ValueError:
            yield Unread(("links", url, name), _shown(entry.get(name)))


def _shown(value: Any) -> str:
    return "" if value is None else str(value)[:80]


def _one_of(words: Mapping[str, Any] | tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(value)
        return value

    return read


def _day(value: Any) -> date:
    day = date.fromisoformat(str(value))
    if day.isoformat() != value:
        raise ValueError(value)
    return day


def _count(value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch("[0-9]{1,6}", text):
        raise ValueError(value)
    return int(text)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or _CONTROLS.search(value):
        raise ValueError(value)
    return value


def _hash(value: Any) -> str:
    if value not in (None, "") and not _HASH.fullmatch(_text(value)):
        raise ValueError(value)
    return value or ""


#: How each key of an entry is read; their order is the file's.
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "state": _one_of(STATES),
    "reason": _one_of(REASONS),
    "status": lambda value: None if value is None else _count(value),
    "first_seen": _day,
    "last_checked": _day,
    "last_good": lambda value: None if value is None else _day(value),
    "last_broken": lambda value: None if value is None else _day(value),
    "failures": lambda value: 0 if value is None else _count(value),
    "target": _text,
    "sha256": _hash,
    "retry_after": lambda value: None if value is None else _day(value),
}

_PRIVATE_NAMES = (
    "localhost", "local", "internal", "lan", "localdomain", "home.arpa", "intranet",
)  # fmt: skip
#: IPv6 networks whose last 32 bits are an IPv4 address that the packet ends at.
_CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))


def private_host(host: str) -> bool:
    """Tell whether only a private network could know a host: by its name, or by its address.

    Addresses are seen through every way of writing them that a program would follow: 127.1,
    2130706433, 0x7f.1, ::ffff:10.0.0.1, fullwidth digits.
    """
    host = unicodedata.normalize("NFKC", unquote(host)).replace("。", ".").lower()
    host = host.strip("[]").partition("%")[0].rstrip(".")
    address = _address(host)
    if address is not None:
        return not address.is_global or address.is_multicast
    if "." not in host:
        return True
    return any(host.endswith(f".{name}") or host == name for name in _PRIVATE_NAMES)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that a host is written as, an IPv4 one out of its IPv6 clothes."""
    if ":" not in host:
        return _address4(host)
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return None
    if any(address in network for network in _CARRIERS) and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _address4(host: str) -> ipaddress.IPv4Address | None:
    """Read an IPv4 address as the system does: one to four parts, decimal, hexadecimal or octal."""
    parts = host.split(".")
    if len(parts) > 4:
        return None
    numbers = [_part(part) for part in parts]
    *heads, tail = (-1 if number is None else number for number in numbers)
    room = 256 ** (5 - len(parts))
    if any(not 0 <= head < 256 for head in heads) or not 0 <= tail < room:
        return None
    for index, head in enumerate(heads):
        tail += head << (24 - 8 * index)
    return ipaddress.IPv4Address(tail)


def _part(text: str) -> int | None:
    if re.fullmatch("0x[0-9a-f]{0,16}", text):
        return int(text[2:] or "0", 16)
    if re.fullmatch("0[0-7]{0,16}", text):
        return int(text, 8)
    return int(text) if re.fullmatch("[1-9][0-9]{0,15}", text) else None
