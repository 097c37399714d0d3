"""The evidence on the web: does each link still open, for somebody who is not logged in?

It is not a crawler: it asks for single pages that the agency itself names, a few hundred at most and
each once a day, so robots.txt, which is for crawlers, is not asked for. It waits between requests to
a host, keeps one connection to it, says who it is, and stays away as long as ``Retry-After`` asks.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

from ..core.linkstate import BROKEN, OK, UNCERTAIN, Found, LinkState, storable, update
from .fetching import Net, Policy, UnreachableError, Web, host_of, next_url, request_url
from .verdicts import Answer, Verdict, home_of, judge, leads_deep, retry_day

__all__ = ["SKIPS", "Net", "Outcome", "Policy", "check_urls", "outcome_words"]

MAX_REDIRECTS = 10
#: Why a link was not looked at: the words for officers, Thai and English.
SKIPS: Mapping[str, tuple[str, str]] = {
    "cached": ("ตรวจไปแล้วไม่นาน", "it was checked a short while ago"),
    "retry-after": ("เว็บไซต์ขอให้มาใหม่ภายหลัง", "the site asks to come back later"),
    "budget": ("ครบจำนวนลิงก์ต่อรอบแล้ว ตรวจในรอบถัดไป", "the run's number of links is used up"),
    "time": ("ครบเวลาต่อรอบแล้ว ตรวจในรอบถัดไป", "the run's time is used up"),
    "offline": ("เครื่องนี้ต่ออินเทอร์เน็ตไม่ได้ ใช้ผลครั้งก่อน", "there is no network here; the history is used"),
    "unusable": ("ที่อยู่ยาวเกินไปหรือมีอักขระที่มองไม่เห็น", "it is too long or has control characters"),
}  # fmt: skip
#: What a machine without a network finds everywhere, and what needs no network to be found.
_OFFLINE = {"dns", "lookup-failed", "no-network"}
_STATIC = {"bad-url", "private-address"}


@dataclass(frozen=True)
class Outcome:
    """What a run gave: the history as it is now, what was asked, and why the rest was not.

    When ``offline``, the history is the old one untouched and nothing counts as asked. Links that
    nobody names any more stay in the history.
    """

    history: Mapping[str, LinkState]
    checked: tuple[str, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    offline: bool = False


@dataclass(frozen=True)
class _Run:
    """What the host threads share."""

    web: Web
    today: date
    end: float
    stopped: list[bool] = field(default_factory=list)

    @property
    def late(self) -> bool:
        return bool(self.stopped) or self.web.net.clock() > self.end


def check_urls(
    urls: Iterable[str],
    history: Mapping[str, LinkState],
    today: date,
    policy: Policy,
    progress: Callable[[str], None],
    net: Net | None = None,
) -> Outcome:
    """Look at links, those not seen for longest first, and merge what is found into the history."""
    net = net or Net()
    holds = _holds(history, today)
    due, skipped = _plan(sorted(set(urls)), history, today, policy, set(holds))
    run = _Run(Web(policy, net, holds), today, net.clock() + policy.max_seconds)
    results = _visit(run, _by_host(due), progress)
    found = {url: item for url, item in results.items() if isinstance(item, Found)}
    skipped |= {url: item for url, item in results.items() if isinstance(item, str)}
    offline = _is_offline(found.values())
    if offline:
        skipped |= dict.fromkeys(found, "offline")
        found = {}
    new = {url: update(history.get(url), item, today) for url, item in found.items()}
    return Outcome({**history, **new}, tuple(sorted(found)), dict(sorted(skipped.items())), offline)


def outcome_words(outcome: Outcome) -> str:
    """Say how many links were looked at, and why the rest was not, in Thai and English."""
    if outcome.offline:
        thai, english = SKIPS["offline"]
        return f"ยังไม่ได้ตรวจลิงก์: {thai} (not checked: {english})"
    said = [f"ตรวจแล้ว {len(outcome.checked)} ลิงก์ (links checked: {len(outcome.checked)})"]
    for code, number in sorted(Counter(outcome.skipped.values()).items()):
        thai, english = SKIPS[code]
        said.append(f"ไม่ได้ตรวจ {number}: {thai} (not checked, {number}: {english})")
    return "\n".join(said)


def _host(url: str) -> str:
    """Return the host of an address as written; "" when it has none that can be asked."""
    try:
        return host_of(request_url(url))
    except UnreachableError:
        return ""


def _is_held(state: LinkState, today: date) -> bool:
    return state.retry_after is not None and state.retry_after > today


def _holds(history: Mapping[str, LinkState], today: date) -> set[str]:
    """Return the hosts whose ``Retry-After`` is not over yet."""
    return {_host(state.target or url) for url, state in history.items() if _is_held(state, today)}


def _plan(
    urls: Sequence[str],
    history: Mapping[str, LinkState],
    today: date,
    policy: Policy,
    holds: set[str],
) -> tuple[list[str], dict[str, str]]:
    """Return what to ask in this run, and why not the rest.

    The longest unseen come first, so that a budget smaller than the list reaches all in turn.
    """
    skipped = {}
    for url in urls:
        if not storable(url):
            skipped[url] = "unusable"
        elif url in history and _is_fresh(history[url], today, policy):
            skipped[url] = "cached"
        elif _host(url) in holds or (url in history and _is_held(history[url], today)):
            skipped[url] = "retry-after"
    due = [url for url in urls if url not in skipped]
    due.sort(key=lambda url: (history[url].last_checked if url in history else date.min, url))
    skipped |= dict.fromkeys(due[policy.max_links :], "budget")
    return due[: policy.max_links], skipped


def _is_fresh(state: LinkState, today: date, policy: Policy) -> bool:
    """Tell whether a result still stands; one that is not good stands for a day at most."""
    days = policy.cache_days if state.state == OK else min(policy.cache_days, 1)
    return (today - state.last_checked).days < days


def _by_host(urls: Iterable[str]) -> dict[str, list[str]]:
    groups = defaultdict(list)
    for url in urls:
        groups[_host(url)].append(url)
    return dict(groups)


def _visit(
    run: _Run, groups: Mapping[str, Sequence[str]], progress: Callable[[str], None]
) -> dict[str, Found | str]:
    """Ask the hosts, a few beside one another; a word is the reason why a link was not asked."""
    results: dict[str, Found | str] = {}
    pool = ThreadPoolExecutor(max_workers=run.web.policy.parallel)
    try:
        jobs = [(host, pool.submit(_visit_host, run, urls)) for host, urls in groups.items()]
        for number, (host, job) in enumerate(jobs, start=1):
            results |= job.result()
            progress(f"links {number}/{len(jobs)} {host}".rstrip())
    finally:
        # Somebody who stops the program should not wait for every host.
        run.stopped.append(True)
        pool.shutdown(cancel_futures=True)
        run.web.close()
    return results


def _visit_host(run: _Run, urls: Sequence[str]) -> dict[str, Found | str]:
    """Look at the links of one host one after another; those that differ by #fragment once."""
    results: dict[str, Found | str] = {}
    looks: dict[str, tuple[Found, Verdict]] = {}
    for url in urls:
        if run.late:
            results[url] = "time"
            continue
        try:
            wire = request_url(url)
        except UnreachableError as error:
            results[url] = Found(url, BROKEN, error.reason)
            continue
        if wire not in looks and run.web.held(host_of(wire)):
            results[url] = "retry-after"
            continue
        if wire not in looks:
            looks[wire] = _look(run, wire)
        results[url] = dataclasses.replace(looks[wire][0], url=url)
    return _without_homes(run, looks, results)


def _look(run: _Run, wire: str) -> tuple[Found, Verdict]:
    """Follow one address to its end, each step as politely as the first."""
    here, target = wire, ""
    try:
        for _ in range(MAX_REDIRECTS + 1):
            answer = run.web.ask(here)
            if not answer.location:
                verdict = judge(wire, answer)
                return _found(wire, target, answer, verdict, run.today), verdict
            here = target = next_url(answer)
    except UnreachableError as error:
        verdict = Verdict(BROKEN if error.certain else UNCERTAIN, error.reason)
    else:
        verdict = Verdict(BROKEN, "too-many-redirects")
    return Found(wire, verdict.state, verdict.reason, target=target), verdict


def _found(wire: str, target: str, answer: Answer, verdict: Verdict, today: date) -> Found:
    busy = answer.status in (429, 503)
    return Found(
        wire,
        verdict.state,
        verdict.reason,
        answer.status,
        target,
        answer.sha256 if verdict.state == OK else "",
        retry_day(answer.retry_after, today) if busy else None,
    )


def _without_homes(
    run: _Run, looks: Mapping[str, tuple[Found, Verdict]], results: Mapping[str, Found | str]
) -> dict[str, Found | str]:
    """Doubt pages that are, byte for byte, the home page of their site.

    The home page is asked for only when there is cause: two addresses with the same content, or a
    page that is titled as a home page.
    """
    deep = [
        (wire, found.target or wire, found.sha256, verdict.homely)
        for wire, (found, verdict) in looks.items()
        if verdict.html and leads_deep(found.target or wire)
    ]
    pages = {(end, digest) for _, end, digest, _ in deep}
    counts = Counter((home_of(end), digest) for end, digest in pages)
    homes: dict[str, str] = {}
    doubted = set()
    for wire, end, digest, homely in deep:
        home = home_of(end)
        if homely or counts[home, digest] > 1:
            if home not in homes:
                homes[home] = (looks[home] if home in looks else _look(run, home))[0].sha256
            if homes[home] == digest:
                doubted.add(wire)
    return {
        url: dataclasses.replace(item, state=UNCERTAIN, reason="home-page", sha256="")
        if isinstance(item, Found) and item.state == OK and request_url(url) in doubted
        else item
        for url, item in results.items()
    }


def _is_offline(found: Iterable[Found]) -> bool:
    """Tell whether everything that needed a network failed for want of one."""
    reasons = {"answered" if item.target else item.reason for item in found} - _STATIC
    return bool(reasons) and reasons <= _OFFLINE
