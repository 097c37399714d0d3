"""The evidence on the web, against a local server that plays each fault; nothing else is asked."""

from __future__ import annotations

import dataclasses
import errno
import itertools
import json
import socket
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from conftest import TODAY
from faulty_server import FAULTS, HUGE, PAGES, REDIRECTS, THAI, faulty_server, page, self_signed
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.linkstate import (
    REASONS,
    STATES,
    Found,
    LinkState,
    Unread,
    history_text,
    private_host,
    read_history,
    storable,
    update,
)
from scripts.core.yamls import read_yaml
from scripts.web.external import MAX_REDIRECTS, SKIPS, Net, Policy, check_urls
from scripts.web.fetching import UnreachableError, request_url
from scripts.web.verdicts import Answer, judge, leads_deep, retry_day

DAY = timedelta(days=1)
#: An address that is nobody's here: what connects to it is led to the local server.
PUBLIC = "1.2.3.4"


@pytest.fixture
def server():
    with faulty_server() as server:
        yield server


def resolve(host):
    """Know every name but those under .invalid."""
    if host.endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return ["127.0.0.1"]


class Clock:
    """Time that passes only when somebody sleeps, and remembers for how long they did."""

    def __init__(self):
        self.now = 0.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def net(**changes):
    clock = Clock()
    return Net(**{"resolve": resolve, "sleep": clock.sleep, "clock": clock, **changes})


def check(urls, history=None, today=TODAY, world=None, **policy):
    rules = Policy(**{"allow_private": True, "timeout": 60.0, **policy})
    return check_urls(urls, history or {}, today, rules, lambda _: None, world or net())


def verdict(server, path, **policy):
    url = server.url(path)
    state = check([url], **policy).history[url]
    return state.state, state.reason


# -- verdicts ---------------------------------------------------------------------------------------

VERDICTS = {
    "ok": {
        "ok": [
            "/", "/ok", THAI, "/moved", "/moved-thai", "/gzip", "/chunked", "/pdf", "/members",
            "/speaks-of-404", "/order-404", "/good-news", "/picture", "/malformed", "/huge",
            "/copy-of-home", "/titled-home", "/to-office", "/cookie-wall", "/moved-hugely",
        ],
    },
    "uncertain": {
        "empty": ["/empty", "/blank", "/no-content"],
        "forbidden": ["/wall"],
        "too-many-requests": ["/busy", "/busy-until", "/busy-silent"],
        "server-error": ["/fault", "/maintenance"],
        "timeout": ["/waited"],
        "dropped": ["/dropped", "/cut", "/nonsense"],
        "garbled": ["/bad-gzip"],
        "odd-status": ["/teapot", "/not-modified"],
    },
    "broken": {
        "not-found": ["/missing"],
        "gone": ["/gone"],
        "login": [
            "/locked", "/login", "/to-login", "/member/login", "/titled-login", "/drive",
            "/drive-en", "/wall-of-drive", "/to-google",
        ],
        "soft-404": [
            "/lost-th", "/lost-th-h1", "/lost-en", "/lost-404", "/lost-wordpress", "/old-thai",
            "/untyped",
        ],
        "home-page": ["/to-home", "/to-office-home"],
        "too-many-redirects": ["/loop"],
        "dns": ["/to-nowhere"],
        "bad-url": ["/to-file", "/to-nonsense", "/odd-location"],
    },
}  # fmt: skip
EACH = [
    (path, state, reason)
    for state, reasons in VERDICTS.items()
    for reason, paths in reasons.items()
    for path in paths
]


@pytest.mark.parametrize(("path", "state", "reason"), EACH)
def test_each_fault_has_its_verdict(server, path, state, reason):
    assert verdict(server, path) == (state, reason)


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Error 404 (Not Found)!!1", "soft-404"),
        ("HTTP 404 - File not found", "soft-404"),
        ("Object not found!", "soft-404"),
        ("404 ไม่พบหน้า", "soft-404"),
        ("ข้อผิดพลาด 404", "soft-404"),
        ("The page you requested does not exist", "soft-404"),
        ("ไม่พบข้อมูลที่ท่านต้องการ", "soft-404"),
        ("อบจ. - ไม่พบเอกสาร", "soft-404"),
        ("หน้าที่คุณค้นหาไม่พบ", "soft-404"),
        ("Log in to Facebook", "login"),
        ("กรุณาเข้าสู่ระบบ", "login"),
        ("ลงชื่อเข้าใช้ - บัญชี", "login"),
        ("ต้องได้รับสิทธิ์ในการเข้าถึง", "login"),
        ("ไม่พบเรื่องร้องเรียนการทุจริต", "ok"),
        ("ไม่พบข้อมูลการร้องเรียน ปี 2569", "ok"),
        ("โครงการ 404 ไร่", "ok"),
        ("ถนนสาย นม.404", "ok"),
        ("คู่มือการเข้าสู่ระบบ e-Service", "ok"),
        ("ผู้สมัครต้องมีสิทธิ์เลือกตั้ง", "ok"),
        ("Signing of contracts", "ok"),
        ("หน้าที่ของหน่วยงาน", "ok"),
    ],
)
def test_titles_are_read_with_care(title, reason):
    html = page(title, h1="อบจ. ตัวอย่าง").encode()
    answer = Answer("https://office.test/a", 200, "text/html; charset=utf-8", body=html)
    assert judge("https://office.test/a", answer).reason == reason


def test_the_server_plays_nothing_that_is_not_judged():
    elsewhere = {"/other-copy-of-home", "/twin", "/other-twin", "/to-inside",
                 "/to-intranet"}  # fmt: skip
    assert {*PAGES, *FAULTS, *REDIRECTS} - {path for path, _, _ in EACH} == elsewhere


def test_a_site_that_does_not_answer_is_uncertain(server):
    assert verdict(server, "/slow", timeout=0.2) == ("uncertain", "timeout")


def test_a_body_that_never_ends_is_given_up(server):
    ticks = itertools.count(step=100)
    world = net(clock=lambda: float(next(ticks)), sleep=lambda _: None)
    outcome = check([server.url("/huge")], world=world, max_seconds=10_000, max_bytes=HUGE)
    assert outcome.history[server.url("/huge")].reason == "timeout"
    assert server.sent["/huge"] < HUGE / 10


def test_a_port_where_nobody_listens_is_uncertain():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://office.test:{taken.getsockname()[1]}/ok"
        state = check([url]).history[url]
    assert (state.state, state.reason, state.status) == ("uncertain", "refused", None)


def test_a_certificate_that_nobody_vouches_for_is_uncertain(tmp_path):
    with faulty_server(self_signed(tmp_path)) as secure:
        url = f"https://office.test:{secure.port}/ok"
        state = check([url]).history[url]
        assert (state.state, state.reason) == ("uncertain", "tls")
        assert secure.asked == []


def test_a_site_that_speaks_no_tls_is_uncertain(server):
    url = f"https://office.test:{server.port}/ok"
    state = check([url]).history[url]
    assert (state.state, state.reason) == ("uncertain", "tls")


def test_a_home_page_behind_a_short_link_is_only_doubted(server):
    url = server.url("/to-office-home", "short.test")
    state = check([url]).history[url]
    assert (state.state, state.reason) == ("uncertain", "home-page")
    url = server.url("/to-office-home", "www.office.test")
    assert check([url]).history[url].state == "broken"


def test_pages_that_are_the_home_page_are_doubted_and_it_is_asked_for_once(server):
    paths = ["/copy-of-home", "/other-copy-of-home", "/ok"]
    outcome = check([server.url(path) for path in paths])
    assert [outcome.history[server.url(path)].reason for path in paths] == [
        "home-page",
        "home-page",
        "ok",
    ]
    assert outcome.history[server.url("/copy-of-home")].state == "uncertain"
    assert outcome.history[server.url("/copy-of-home")].sha256 == ""
    assert sorted(server.paths()) == sorted(["/", *paths])


def test_the_home_page_is_not_asked_for_without_cause(server):
    check([server.url("/ok"), server.url("/members")])
    assert "/" not in server.paths()


@pytest.mark.parametrize("paths", [["/twin", "/other-twin"], ["/titled-home"]])
def test_what_only_looks_like_a_home_page_is_ok(server, paths):
    outcome = check([server.url(path) for path in paths])
    assert {state.state for state in outcome.history.values()} == {"ok"}
    assert "/" in server.paths()


@pytest.mark.parametrize(
    "url", ["", "/", "/index.php", "/th/", "/th/index.html", "/?lang=th", "//"]
)
def test_first_pages_are_known(url):
    assert not leads_deep(f"https://office.test{url}")


@pytest.mark.parametrize("url", ["/?page_id=5", "/news", "/th/news", "/index.php/news", "/thai"])
def test_what_lies_deeper_is_known(url):
    assert leads_deep(f"https://office.test{url}")


def test_where_redirects_end_is_kept(server):
    urls = [server.url("/moved"), server.url("/ok"), server.url("/to-nowhere")]
    moved, plain, nowhere = (check(urls).history[url] for url in urls)
    assert (moved.target, plain.target) == (server.url("/ok"), "")
    assert nowhere.target == "http://nowhere.invalid/ok"


def test_the_content_is_hashed_as_it_reads_not_as_it_travels(server):
    urls = [server.url(path) for path in ("/ok", "/gzip", "/chunked", "/moved", "/members")]
    digests = [check([url]).history[url].sha256 for url in urls]
    assert len(set(digests[:4])) == 1
    assert digests[4] != digests[0]
    assert len(digests[0]) == 64


def test_of_a_huge_file_little_is_read(server):
    url = server.url("/huge")
    check([server.url("/moved-hugely")], max_bytes=100_000)
    state = check([url], max_bytes=100_000).history[url]
    assert (state.state, len(state.sha256)) == ("ok", 64)
    server.released.set()
    assert server.sent["/huge"] < HUGE / 10
    assert check([url], max_bytes=100_000).history[url].sha256 == state.sha256


def test_thai_addresses_work_as_typed_and_as_encoded(server):
    urls = [server.url(THAI), server.url(quote(THAI)), server.url("/ok", "จังหวัด.ไทย")]
    outcome = check(urls)
    assert [outcome.history[url].reason for url in urls] == ["ok", "ok", "ok"]
    hosts = {asked.host for asked in server.asked}
    assert hosts == {"office.test", "จังหวัด.ไทย".encode("idna").decode()}


@pytest.mark.parametrize(
    "url",
    [
        "office.test/ok", "ftp://office.test/ok", "http://", "http:///ok", "http://[half/ok",
        "http://office.test:99999/", "http://user:secret@office.test/", "javascript:alert(1)",
        "http://.office.test/", "http://*.ไทย/", "file:///etc/passwd", "//office.test/ok",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_broken_and_nobody_is_asked(url):
    def refuse(_):
        raise AssertionError("nobody should be looked up")

    state = check([url], world=net(resolve=refuse)).history[url]
    assert (state.state, state.reason) == ("broken", "bad-url")


@pytest.mark.parametrize("url", ["http://office.test/" + "a" * 1000, "http://a.test/\x85", ""])
def test_what_the_history_cannot_hold_is_left_out(url):
    outcome = check([url])
    assert (outcome.history, outcome.skipped) == ({}, {url: "unusable"})
    with pytest.raises(UnreachableError):
        request_url(url)


# -- names, addresses, no network -------------------------------------------------------------------


def test_a_name_that_nobody_has_is_broken_when_others_answer(server):
    lost = "http://nowhere.invalid/ok"
    outcome = check([lost, server.url("/ok")])
    assert not outcome.offline
    assert (outcome.history[lost].state, outcome.history[lost].reason) == ("broken", "dns")


def test_a_lookup_that_fails_for_now_is_uncertain(server):
    def falter(host):
        if host == "falter.test":
            raise socket.gaierror(socket.EAI_AGAIN, "try again")
        return resolve(host)

    url = "http://falter.test/ok"
    outcome = check([url, server.url("/ok")], world=net(resolve=falter))
    assert (outcome.history[url].state, outcome.history[url].reason) == (
        "uncertain",
        "lookup-failed",
    )


def unreachable(address, timeout):
    raise OSError(errno.ENETUNREACH, "Network is unreachable")


@pytest.mark.parametrize(
    "world", [net(), net(resolve=lambda _: ["127.0.0.1"], connect=unreachable)]
)
def test_without_a_network_the_history_stays_as_it_was(world):
    urls = ["http://one.invalid/a", "http://two.invalid/b", "http://two.invalid/c"]
    old = {url: update(None, Found(url, "ok", "ok", 200), TODAY - DAY) for url in urls[:2]}
    outcome = check([*urls, "ftp://x"], old, world=world)
    assert outcome.offline
    assert outcome.history == old
    assert outcome.checked == ()
    assert outcome.skipped == dict.fromkeys([*urls, "ftp://x"], "offline")


def test_an_address_is_looked_up_as_itself():
    assert Net().resolve("127.0.0.1") == ["127.0.0.1"]


def test_nothing_to_ask_is_not_offline():
    assert not check([]).offline
    assert not check(["ftp://x"]).offline


def public(host):
    return {"two.test": [PUBLIC, "10.0.0.1"], "inside.test": ["192.168.1.5"]}.get(host, [PUBLIC])


def outside(server):
    """A world where public addresses lead to the local server; asserts that no others are tried."""

    def connect(address, timeout):
        assert address == (PUBLIC, server.port)
        return socket.create_connection(("127.0.0.1", server.port), timeout)

    return net(resolve=public, connect=connect)


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://127.0.0.1/ok", "broken"),
        ("http://2130706433/ok", "broken"),
        ("http://[::1]/ok", "broken"),
        ("http://localhost/ok", "broken"),
        ("http://intranet/ok", "broken"),
        ("http://office.test:{port}/to-inside", "broken"),
        ("http://office.test:{port}/to-intranet", "broken"),
        # Inside an office a public name may lead to a private address.
        ("http://inside.test/ok", "uncertain"),
        ("http://two.test/ok", "uncertain"),
    ],
)
def test_private_addresses_are_refused_at_every_step(server, url, state):
    url = url.format(port=server.port)
    found = check([url], world=outside(server), allow_private=False).history[url]
    assert (found.state, found.reason) == (state, "private-address")
    assert {asked.path for asked in server.asked} <= {"/to-inside", "/to-intranet"}


def test_public_addresses_are_asked(server):
    url = server.url("/ok")
    assert check([url], world=outside(server), allow_private=False).history[url].state == "ok"


def test_private_addresses_are_refused_unless_a_test_says_otherwise():
    assert not Policy().allow_private


def test_the_next_address_of_a_host_is_tried_when_nothing_leads_to_the_first(server):
    def connect(address, timeout):
        if ":" in address[0]:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        return socket.create_connection(address, timeout)

    world = net(resolve=lambda _: ["::1", "127.0.0.1"], connect=connect)
    url = server.url("/ok")
    assert check([url], world=world).history[url].state == "ok"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7F000001", "017700000001", "10.1.2.3",
        "172.31.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0", "224.0.0.1",
        "255.255.255.255", "192.168.1.1.", "[::1]", "::", "::ffff:10.0.0.1", "::ffff:7f00:1",
        "::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "fe80::1%eth0", "fc00::1", "ff02::1",
        "localhost", "LOCALHOST.", "a.localhost", "nas.local", "wiki.internal", "router.lan",
        "intranet", "", "１２７.0.0.1", "127。0。0。1", "%31%32%37.0.0.1",
    ],
)  # fmt: skip
def test_private_hosts_are_known_however_they_are_written(host):
    assert private_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "www.koratpao.go.th", "8.8.8.8", "134744072", "0x8.0x8.0x8.0x8", "172.32.0.1",
        "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "จังหวัด.ไทย", "local.go.th",
        "localhost.go.th", "office.invalid", "1.2.3.4.5", "256.1.1.1", "127.0.0.1.go.th",
    ],
)  # fmt: skip
def test_public_hosts_are_known(host):
    assert not private_host(host)


@given(st.integers(0, 2**32 - 1))
def test_every_way_to_write_an_address_says_the_same(number):
    dotted = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    ways = [str(number), hex(number), f"0{number:o}", f"::ffff:{dotted}", f"64:ff9b::{dotted}"]
    assert {private_host(way) for way in ways} == {private_host(dotted)}


@given(st.text())
def test_any_text_can_be_asked_about(text):
    assert private_host(text) in (True, False)


# -- politeness -------------------------------------------------------------------------------------


def test_one_request_at_a_time_on_one_connection_with_the_pause_between(server):
    world = net()
    urls = [server.url(path) for path in ("/ok", "/members", "/missing", "/moved", "/pdf", THAI)]
    check(urls, world=world, pause=3.0)
    assert world.sleep.__self__.slept == [3.0] * 6
    assert len(server.asked) == 7
    assert server.busiest == {"office.test": 1}
    assert len({asked.client for asked in server.asked}) == 1


def test_a_redirect_to_another_host_waits_its_turn_there(server):
    hosts = ["a.test", "b.test", "c.test", "office.test"]
    urls = [server.url(path, host) for host in hosts for path in ("/to-office", "/ok", "/pdf")]
    outcome = check(urls)
    assert {state.state for state in outcome.history.values()} == {"ok"}
    assert set(server.busiest.values()) == {1}
    assert asked_by_host(server) == {"a.test": 3, "b.test": 3, "c.test": 3, "office.test": 7}


def asked_by_host(server):
    return {host: len(server.paths(host)) for host in {asked.host for asked in server.asked}}


def test_different_hosts_are_asked_beside_one_another(server):
    urls = [server.url("/meet", host) for host in ("a.test", "b.test")]
    outcome = check(urls)
    assert {state.state for state in outcome.history.values()} == {"ok"}


def test_it_says_who_asks_and_why(server):
    check([server.url("/moved")], contact="https://โปร่งใส.ไทย/korat/")
    agents = {asked.agent for asked in server.asked}
    assert len(agents) == 1
    assert "Prongsai" in min(agents)
    assert "evidence" in min(agents)
    assert "+https://xn--" in min(agents)
    assert "+" not in Policy().user_agent
    assert "+" not in Policy(contact="not an address").user_agent


def test_settings_of_the_machine_are_not_used(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert verdict(server, "/ok") == ("ok", "ok")


def test_links_that_differ_by_fragment_are_asked_once(server):
    urls = [server.url("/ok"), server.url("/ok#page=2"), server.url("/ok#page=3")]
    outcome = check(urls)
    assert server.paths() == ["/ok"]
    assert outcome.checked == tuple(urls)
    assert [outcome.history[url].url for url in urls] == urls


def test_what_was_asked_today_is_not_asked_again(server):
    urls = [server.url("/ok"), server.url("/missing")]
    first = check(urls)
    second = check([*urls, server.url("/pdf")], first.history)
    assert second.skipped == dict.fromkeys(urls, "cached")
    assert second.checked == (server.url("/pdf"),)
    assert server.paths() == ["/missing", "/ok", "/pdf"]
    check(urls, second.history, TODAY + DAY)
    assert server.paths()[3:] == ["/missing", "/ok"]


def test_good_results_may_be_kept_for_longer_and_bad_ones_never(server):
    urls = [server.url("/ok"), server.url("/missing")]
    history = check(urls).history
    later = check(urls, history, TODAY + 6 * DAY, cache_days=7)
    assert later.skipped == {server.url("/ok"): "cached"}
    assert check(urls, later.history, TODAY + 7 * DAY, cache_days=7).skipped == {}
    assert check(urls, history, TODAY, cache_days=0).skipped == {}


def test_a_small_budget_reaches_every_link_in_turn(server):
    urls = [server.url(f"/ok?{number}") for number in range(5)]
    history, seen = {}, []
    for day in range(3):
        outcome = check(urls, history, TODAY + day * DAY, max_links=2)
        history = outcome.history
        seen.append(outcome.checked)
        assert set(outcome.skipped.values()) == {"budget"}
        assert len(outcome.skipped) == 3
    assert seen == [tuple(urls[:2]), tuple(urls[2:4]), (urls[0], urls[4])]


def test_when_time_is_up_the_rest_waits(server):
    urls = [server.url(f"/ok?{number}") for number in range(5)]
    outcome = check(urls, pause=10.0, max_seconds=15.0)
    # At 0 s the first, at 10 s the second; the third is begun at 10 s and waits until 20 s.
    assert outcome.checked == tuple(urls[:3])
    assert outcome.skipped == dict.fromkeys(urls[3:], "time")


def test_a_site_that_asks_to_come_back_later_is_left_alone(server):
    urls = [server.url(path) for path in ("/busy-until", "/ok", "/pdf")]
    first = check(urls)
    assert server.paths() == ["/busy-until"]
    assert first.skipped == dict.fromkeys(urls[1:], "retry-after")
    assert first.history[urls[0]].retry_after == date(2026, 11, 26)
    for day in (23, 24, 25):
        early = check(urls, first.history, date(2026, 11, day))
        assert early.skipped == dict.fromkeys(urls, "retry-after")
        assert early.history == first.history
    assert server.paths() == ["/busy-until"]
    late = check(urls[1:], first.history, date(2026, 11, 26))
    assert late.checked == tuple(urls[1:])


def test_a_site_that_is_being_mended_is_left_alone_too(server):
    urls = [server.url("/maintenance"), server.url("/ok")]
    outcome = check([urls[0]])
    assert outcome.history[urls[0]].retry_after == TODAY + 3 * DAY
    assert check(urls, outcome.history, TODAY + 2 * DAY).checked == ()


def test_a_redirect_does_not_lead_to_a_site_that_is_left_alone(server):
    busy, away = server.url("/busy-until"), server.url("/to-office", "a.test")
    history = check([busy]).history
    outcome = check([busy, away], history, TODAY + DAY)
    assert outcome.history[away].reason == "too-many-requests"
    assert server.paths() == ["/busy-until"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("0", TODAY),
        ("1", TODAY + DAY),
        ("86400", TODAY + DAY),
        ("86401", TODAY + 2 * DAY),
        ("999999999", TODAY + 30 * DAY),
        ("Wed, 25 Nov 2026 02:00:00 GMT", date(2026, 11, 26)),
        ("Tue, 24 Nov 2026 17:00:00 GMT", date(2026, 11, 25)),
        ("Wed, 25 Nov 2026 20:00:00 -0000", date(2026, 11, 27)),
        ("Wed, 25 Nov 2020 02:00:00 GMT", TODAY),
        ("Wed, 25 Nov 9999 02:00:00 GMT", TODAY + 30 * DAY),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("๕", None),
    ],
)
def test_retry_after_is_read_and_never_too_early(text, day):
    assert retry_day(text, TODAY) == day


def test_the_same_links_give_the_same_history(server):
    urls = [
        server.url(path, host)
        for host in ("a.test", "b.test", "office.test")
        for path in ("/ok", "/missing", "/wall", "/moved")
    ]
    texts = {history_text(check(order).history) for order in (urls, urls[::-1])}
    assert len(texts) == 1


def test_progress_names_the_hosts_in_their_order(server):
    said = []
    urls = [server.url("/ok", host) for host in ("b.test", "a.test")]
    check_urls(urls, {}, TODAY, Policy(allow_private=True), said.append, net())
    assert said == ["links 1/2 a.test", "links 2/2 b.test"]


# -- history ----------------------------------------------------------------------------------------

URL = "https://office.test/แผน"
GOOD = Found(URL, "ok", "ok", 200, sha256="a" * 64)
DOUBT = Found(URL, "uncertain", "timeout")
LOST = Found(URL, "broken", "not-found", 404)


def after(*looks):
    """Return what is known after a look a day; a tuple is several looks on one day."""
    state = None
    for day, found in enumerate(looks):
        for look in found if isinstance(found, tuple) else (found,):
            state = update(state, look, TODAY + day * DAY)
    return state


@pytest.mark.parametrize(
    ("looks", "failures"),
    [
        ([LOST], 1),
        ([LOST, LOST, LOST], 3),
        ([LOST, DOUBT, LOST], 2),
        ([LOST, LOST, DOUBT], 2),
        ([LOST, LOST, GOOD], 0),
        ([LOST, GOOD, LOST], 1),
        ([DOUBT, DOUBT], 0),
        ([(LOST, LOST, LOST)], 1),
        ([LOST, (LOST, LOST)], 2),
        ([LOST, (LOST, DOUBT, LOST)], 2),
        ([(DOUBT, LOST)], 1),
        ([(LOST, GOOD)], 0),
        ([LOST, (LOST, GOOD, LOST)], 1),
    ],
)
def test_failures_are_days_in_a_row(looks, failures):
    assert after(*looks).failures == failures


def test_what_was_once_good_is_remembered():
    state = after(GOOD, DOUBT, LOST)
    assert (state.first_seen, state.last_good, state.last_checked, state.last_broken) == (
        TODAY,
        TODAY,
        TODAY + 2 * DAY,
        TODAY + 2 * DAY,
    )
    assert (state.sha256, state.status, state.reason) == ("a" * 64, 404, "not-found")


def test_an_older_day_changes_nothing():
    state = after(GOOD, LOST)
    assert update(state, LOST, TODAY) == state


def test_a_wait_is_over_once_the_site_answers():
    busy = dataclasses.replace(DOUBT, retry_after=TODAY + DAY)
    assert after(busy).retry_after == TODAY + DAY
    assert after(busy, GOOD).retry_after is None


def test_links_that_nobody_names_any_more_stay_in_the_history(server):
    old = {URL: after(GOOD)}
    assert check([server.url("/ok")], old).history[URL] == old[URL]


def test_a_link_breaks_over_days_and_mends(server, monkeypatch):
    url, history = server.url("/paper"), {}
    counts = []
    for day, there in enumerate([True, False, False, True, False]):
        with monkeypatch.context() as patch:
            if there:
                patch.setitem(PAGES, "/paper", PAGES["/ok"])
            history = check([url], history, TODAY + day * DAY).history
        counts.append(history[url].failures)
    assert counts == [0, 1, 2, 0, 1]
    assert history[url].last_good == TODAY + 3 * DAY


days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
texts = st.text(st.characters(codec="utf-8"), max_size=60).filter(
    lambda text: read_history(entry(target=text))[1] == ()
)


def entry(**changes):
    """Return a history of one link, as `json.loads` gives it."""
    fields = {
        "state": "ok",
        "reason": "ok",
        "first_seen": "2026-11-22",
        "last_checked": "2026-11-22",
    }
    return {"version": 1, "links": {URL: {**fields, **changes}}}


@st.composite
def histories(draw):
    urls = draw(st.lists(st.text(st.characters(codec="utf-8"), max_size=40).filter(storable)))
    return {
        url: LinkState(
            url,
            draw(st.sampled_from(STATES)),
            draw(st.sampled_from(sorted(REASONS))),
            draw(st.none() | st.integers(100, 599)),
            draw(days),
            draw(days),
            draw(st.none() | days),
            draw(st.none() | days),
            draw(st.integers(0, 999)),
            draw(texts),
            draw(st.just("") | st.text("0123456789abcdef", min_size=64, max_size=64)),
            draw(st.none() | days),
        )
        for url in urls
    }


@given(histories())
def test_a_history_reads_back_as_it_was_written(history):
    text = history_text(history)
    assert read_history(json.loads(text)) == (history, ())
    document = read_yaml(text, "link-history.json")
    assert document.findings == []
    assert read_history(document.value) == (history, ())
    assert history_text(read_history(document.value)[0]) == text


def test_a_history_is_written_to_be_read_and_compared():
    text = history_text({"https://b.test/": after(GOOD), URL: after(LOST)})
    assert text.endswith("}\n")
    assert "แผน" in text
    assert text.index(URL) > text.index("https://b.test/")
    assert json.loads(text)["version"] == 1


def test_the_longest_address_reads_back():
    url = "https://office.test/" + "ก" * 977
    assert storable(url)
    assert not storable(url + "ก")
    text = history_text({url: dataclasses.replace(after(GOOD), url=url)})
    assert list(read_history(read_yaml(text, "x").value)[0]) == [url]


def test_no_history_is_an_empty_one():
    assert read_history(None) == ({}, ())
    assert read_history({"version": "1", "links": None}) == ({}, ())
    assert read_history({"version": 1}) == ({}, ())


@pytest.mark.parametrize(
    ("document", "path", "value"),
    [
        ([], (), "[]"),
        ("x", (), "x"),
        ({}, ("version",), ""),
        ({"version": 2, "links": {}}, ("version",), "2"),
        ({"version": 1, "links": []}, ("links",), "[]"),
        ({"version": 1, "more": "x"}, ("more",), "x"),
        ({"version": 1, "links": {URL: "ok"}}, ("links", URL), "ok"),
        ({"version": 1, "links": {"": {}}}, ("links", ""), "{}"),
        (entry(state="fine"), ("links", URL, "state"), "fine"),
        (entry(state=None), ("links", URL, "state"), ""),
        (entry(reason=["ok"]), ("links", URL, "reason"), "['ok']"),
        (entry(first_seen="22/11/2569"), ("links", URL, "first_seen"), "22/11/2569"),
        (entry(last_checked="20261122"), ("links", URL, "last_checked"), "20261122"),
        (entry(last_good="never"), ("links", URL, "last_good"), "never"),
        (entry(failures="-1"), ("links", URL, "failures"), "-1"),
        (entry(failures=True), ("links", URL, "failures"), "True"),
        (entry(status="๔๐๔"), ("links", URL, "status"), "๔๐๔"),
        (entry(sha256="abc"), ("links", URL, "sha256"), "abc"),
        (entry(target=5), ("links", URL, "target"), "5"),
        (entry(note="mine"), ("links", URL, "note"), "mine"),
    ],
)
def test_what_cannot_be_read_is_named_and_not_lost(document, path, value):
    assert read_history(document) == ({}, (Unread(path, value),))


def test_one_unreadable_entry_leaves_the_others():
    document = entry()
    document["links"]["https://b.test/"] = {"state": "?"}
    states, problems = read_history(document)
    assert list(states) == [URL]
    assert {problem.path[1] for problem in problems} == {"https://b.test/"}


def test_every_reason_has_words_in_both_languages():
    for words in (*REASONS.values(), *SKIPS.values()):
        thai, english = words
        assert any("ก" <= letter <= "๛" for letter in thai)
        assert english.isascii()
    assert {reason for reasons in VERDICTS.values() for reason in reasons} <= set(REASONS)
    assert MAX_REDIRECTS == 10
