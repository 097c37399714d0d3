"""Keeps one issue of a GitHub repository: opened when something is late, closed when nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests

from ..core.findings import printable
from ..core.reminder import LABEL, MARKER, Reminder

#: What GitHub takes; longer ones it refuses.
LONGEST_BODY = 65_536
LONGEST_TITLE = 256
_TIMEOUT = 30
_PAGE = 100
#: What a refusal means, and what to do about it.
_REFUSALS: Mapping[int, str] = {
    301: "ย้ายหรือเปลี่ยนชื่อแล้ว (the repository was moved or renamed)",
    401: "ไม่รับโทเคน (the token is not accepted): GITHUB_TOKEN",
    403: "โทเคนไม่มีสิทธิ์ (the token may not do this): permissions: issues: write",
    404: "ไม่พบคลังนี้ หรือโทเคนไม่มีสิทธิ์ (no such repository, or the token may not see it)",
    422: "ไม่รับข้อมูลที่ส่งไป (what was sent is refused)",
    429: "ขอถี่เกินไป ให้ลองใหม่ภายหลัง (asked too often; try again later)",
}
_GONE = 410


class GitHubError(Exception):
    """GitHub refused, or the environment does not say which repository: the words are the message."""


class _SwitchedOffError(Exception):
    """The repository has no issues: that is its owner's choice, not a fault."""


@dataclass(frozen=True)
class Repository:
    """Where the issue lives, as the variables of a workflow say it."""

    api: str
    name: str
    token: str = field(repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Repository:
        """Read GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN; `GitHubError` names a missing one."""
        names = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN")
        api, name, token = values = [environment.get(one, "").strip() for one in names]
        if missing := [one for one, value in zip(names, values, strict=True) if not value]:
            raise GitHubError(f"ไม่มีตัวแปร (missing in the environment): {', '.join(missing)}")
        if not (token.isascii() and token.isprintable() and " " not in token):
            # Sent as it is it would come back in the words of an error.
            raise GitHubError("GITHUB_TOKEN: มีอักขระที่ใช้ไม่ได้ (it has characters that no token has)")
        return cls(api.rstrip("/"), name, token)


def publish(reminder: Reminder, repository: Repository) -> str:
    """Open, update or close the issue, and say what became of it.

    It is found again by a mark at the head of its body, so that there is never more than one. Where
    issues are switched off, that is said, and nothing is done.
    """
    with requests.Session() as session:
        # A password file of the machine would take the place of the token.
        session.trust_env = False
        session.headers.update(
            {
                "Authorization": f"Bearer {repository.token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "prongsai",
            }
        )
        try:
            return _publish(session, reminder, f"{repository.api}/repos/{repository.name}/issues")
        except _SwitchedOffError:
            return "คลังนี้ปิด Issues อยู่ จึงไม่แจ้งเตือนที่นี่ (issues are switched off: nothing done)"


def _publish(session: requests.Session, reminder: Reminder, issues: str) -> str:
    own = filter(_is_own, _open_issues(session, issues))
    found = min(own, key=lambda one: int(one["number"]), default=None)
    said = {"title": _cut(reminder.title), "body": fitted(reminder.body)}
    if found is None:
        if not reminder.late:
            return "ไม่มีข้อค้าง ไม่ต้องแจ้งเตือน (nothing to do)"
        return _open(session, issues, said)
    number = found["number"]
    if not reminder.late:
        _ask(session, "PATCH", f"{issues}/{number}", said | {"state": "closed"})
        return f"ปิดรายการแจ้งเตือน #{number} เพราะไม่มีข้อค้างแล้ว (closed)"
    if all(_same(found.get(name), text) for name, text in said.items()):
        return f"รายการแจ้งเตือน #{number} เป็นปัจจุบันอยู่แล้ว (unchanged)"
    _ask(session, "PATCH", f"{issues}/{number}", said)
    return f"ปรับปรุงรายการแจ้งเตือน #{number} (updated)"


def _open(session: requests.Session, issues: str, said: dict[str, str]) -> str:
    made = _ask(session, "POST", issues, said | {"labels": [LABEL]})
    number = _number(made, issues)
    if not _is_own(made):
        # GitHub leaves labels out silently where the token may not set them.
        raise GitHubError(
            f"#{number}: ติดป้าย {LABEL} ไม่ได้ ให้ติดเอง มิฉะนั้นครั้งหน้าจะเปิดซ้ำ "
            "(the label could not be set; set it by hand, or the next run opens another)"
        )
    return f"เปิดรายการแจ้งเตือน #{number} (opened)"


def fitted(body: str) -> str:
    """Return a body that GitHub takes: whole lines, and how many items were left out, if any."""
    if len(body) <= LONGEST_BODY:
        return body
    lines = body.split("\n")
    room = LONGEST_BODY - len(_more(len(lines)))
    kept = 0
    while kept < len(lines) and len(lines[kept]) + 1 <= room:
        room -= len(lines[kept]) + 1
        kept += 1
    # A heading with nothing under it would say that its owner owes nothing.
    while kept and (not lines[kept - 1] or lines[kept - 1].startswith("#")):
        kept -= 1
    left = sum(line.startswith("- ") for line in lines[kept:])
    return "\n".join(lines[:kept]) + _more(left)


def _more(number: int) -> str:
    return f"\n\nและอีก {number:,} ข้อ ดูทั้งหมดได้ด้วยคำสั่ง `make check`\n"


def _cut(title: str) -> str:
    title = printable(title)
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _same(there: Any, text: str) -> bool:
    return isinstance(there, str) and there.replace("\r\n", "\n").strip() == text.strip()


def _is_own(issue: Mapping[str, Any]) -> bool:
    """Tell whether an issue is ours; pull requests are issues too, but never ours.

    Anyone may copy our mark into an issue, but not label it; our own may have lost its label.
    """
    labels = [label.get("name") for label in issue.get("labels") or () if isinstance(label, dict)]
    bot = (issue.get("user") or {}).get("type") == "Bot"
    marked = (issue.get("body") or "").startswith(MARKER) and "pull_request" not in issue
    return marked and (bot or LABEL in labels)


def _open_issues(session: requests.Session, issues: str) -> Iterator[dict[str, Any]]:
    for page in count(1):
        found = _ask(session, "GET", f"{issues}?state=open&per_page={_PAGE}&page={page}")
        if not isinstance(found, list):
            raise GitHubError(f"GET {issues}: ไม่ใช่รายการ (not a list)")
        for one in found:
            _number(one, issues)
            yield one
        if len(found) < _PAGE:
            return


def _number(issue: Any, url: str) -> int:
    number = issue.get("number") if isinstance(issue, dict) else None
    if not isinstance(number, int):
        raise GitHubError(f"{url}: คำตอบไม่มีเลขที่ (the answer has no issue number)")
    return number


def _ask(session: requests.Session, method: str, url: str, said: Any = None) -> Any:
    place = f"{method} {url.partition('?')[0]}"
    try:
        # A redirect would turn what is sent into a question.
        answer = session.request(method, url, json=said, timeout=_TIMEOUT, allow_redirects=False)
        if answer.status_code == _GONE:
            raise _SwitchedOffError
        if not 200 <= answer.status_code < 300:
            raise GitHubError(f"{place}: {_refusal(answer)}")
        return answer.json()
    except requests.JSONDecodeError as error:
        raise GitHubError(f"{place}: คำตอบไม่ใช่ JSON (the answer is not JSON)") from error
    except requests.RequestException as error:
        raise GitHubError(f"{place}: ติดต่อไม่ได้ (no answer): {error}") from error


def _refusal(answer: requests.Response) -> str:
    """Say why GitHub refused: what its code means here, and its own words."""
    code, headers = answer.status_code, answer.headers
    held = code == 403 and (headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers)
    meaning = _REFUSALS.get(429 if held else 301 if 300 <= code < 400 else code, "")
    if code >= 500:
        meaning = "GitHub ขัดข้อง ให้ลองใหม่ภายหลัง (a fault of GitHub; try again later)"
    return " ".join(part for part in (str(code), meaning, _own_words(answer)) if part)


def _own_words(answer: requests.Response) -> str:
    try:
        told = answer.json()
    except requests.JSONDecodeError:
        return ""
    words = told.get("message") if isinstance(told, dict) else None
    if not isinstance(words, str) or not words:
        return ""
    token = str(answer.request.headers["Authorization"]).rpartition(" ")[2]
    return f"– {printable(words.replace(token, '***'))[:200]}"
