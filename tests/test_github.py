"""The one issue of a repository, against a local server that plays GitHub, faults and all."""

from __future__ import annotations

import json
import socket
from dataclasses import replace

import pytest
from github_server import ISSUES, NAME, TOKEN, github_server
from hypothesis import given
from hypothesis import strategies as st

from scripts.core.reminder import LABEL, MARKER, Reminder
from scripts.web.github import (
    LONGEST_BODY,
    LONGEST_TITLE,
    GitHubError,
    Repository,
    fitted,
    publish,
)

LATE = Reminder("ข้อมูลที่ค้างอยู่ 1 ข้อ", f"{MARKER}\n- O4 ข่าวประชาสัมพันธ์\n", 1)
FINE = Reminder("ไม่มีข้อมูลค้าง", f"{MARKER}\nไม่มีข้อมูลค้าง\n", 0)
OURS = {"body": f"{MARKER}\nเมื่อวาน", "labels": [{"name": LABEL}]}
BOT = {"login": "github-actions[bot]", "type": "Bot"}


@pytest.fixture
def hub():
    with github_server() as hub:
        yield hub


def run(hub, reminder=LATE, **changes):
    return publish(reminder, Repository.of({**hub.environment, **changes}))


def test_it_is_opened_then_left_then_updated_then_closed_and_there_is_never_a_second(hub):
    assert run(hub).endswith("#1 (opened)")
    (issue,) = hub.issues
    assert (issue["title"], issue["body"]) == (LATE.title, LATE.body)
    assert issue["labels"] == [{"name": LABEL}]
    assert run(hub).endswith("(unchanged)")
    assert hub.methods() == ["GET", "POST", "GET"]
    worse = replace(LATE, title="ข้อมูลที่ค้างอยู่ 2 ข้อ", body=LATE.body + "- O8\n", late=2)
    assert run(hub, worse).endswith("#1 (updated)")
    assert (issue["title"], issue["body"], issue["state"]) == (worse.title, worse.body, "open")
    assert "#1" in run(hub, FINE)
    assert (issue["title"], issue["body"], issue["state"]) == (FINE.title, FINE.body, "closed")
    assert len(hub.issues) == 1


def test_what_is_late_again_gets_a_new_issue_because_a_closed_one_tells_nobody(hub):
    run(hub)
    run(hub, FINE)
    assert run(hub).endswith("#2 (opened)")
    assert [issue["state"] for issue in hub.issues] == ["closed", "open"]


def test_nothing_late_and_nothing_open_is_nothing_to_do(hub):
    assert run(hub, FINE).endswith("(nothing to do)")
    assert hub.methods() == ["GET"]


@pytest.mark.parametrize(
    "other",
    [
        {"labels": [{"name": LABEL}], "body": "ป้ายของเราในเรื่องของคนอื่น"},
        {"labels": [{"name": LABEL}], "body": None},
        {"labels": [{"name": LABEL}], "body": f"> {MARKER}\n> ข้อความที่ยกมา"},
        {"body": f"{MARKER}\nใครก็คัดลอกไปได้ แต่ติดป้ายไม่ได้"},
        {**OURS, "pull_request": {"url": "x"}},
        {**OURS, "state": "closed"},
        {"body": "หุ่นยนต์ตัวอื่น", "user": BOT},
        {"body": f"{MARKER}\nผู้เขียนลบบัญชีแล้ว", "user": None},
    ],
)
@pytest.mark.parametrize("reminder", [LATE, FINE])
def test_what_is_not_ours_is_left_alone(hub, other, reminder):
    theirs = dict(hub.add(**other))
    run(hub, reminder)
    assert hub.issues[0] == theirs
    assert len(hub.issues) == 1 + (reminder is LATE)


def test_ours_is_known_by_its_author_when_somebody_takes_its_label_off(hub):
    run(hub)
    hub.issues[0]["labels"] = []
    run(hub, replace(LATE, title="ใหม่"))
    assert [issue["title"] for issue in hub.issues] == ["ใหม่"]


def test_ours_is_known_by_its_label_when_a_person_s_token_opened_it(hub):
    hub.author = "User"
    run(hub)
    run(hub, replace(LATE, title="ใหม่"))
    assert [issue["title"] for issue in hub.issues] == ["ใหม่"]


def test_a_label_that_could_not_be_set_is_said_because_the_next_run_would_open_another(hub):
    hub.author, hub.may_label = "User", False
    with pytest.raises(GitHubError, match=rf"#1.*{LABEL}"):
        run(hub)


def test_of_two_the_older_is_kept_up(hub):
    first, second = hub.add(**OURS), hub.add(**OURS)
    run(hub)
    assert (first["body"], second["body"]) == (LATE.body, OURS["body"])


def test_it_is_found_behind_many_others(hub):
    mine = hub.add(**OURS)
    for _ in range(250):
        hub.add(body="เรื่องอื่น")
    run(hub)
    assert mine["body"] == LATE.body
    assert hub.methods() == ["GET", "GET", "GET", "PATCH"]


def test_a_last_page_that_is_full_ends_too(hub):
    for _ in range(100):
        hub.add(body="เรื่องอื่น")
    assert run(hub).endswith("#101 (opened)")


def test_line_ends_of_a_browser_are_no_difference(hub):
    hub.add(**{**OURS, "title": LATE.title, "body": LATE.body.replace("\n", "\r\n")})
    assert run(hub).endswith("(unchanged)")
    assert hub.methods() == ["GET"]


def said(message):
    return json.dumps({"message": message}).encode()


REFUSALS = [
    (301, {"Location": "/repositories/1/issues"}, said("Moved Permanently"), "renamed"),
    (307, {"Location": "/repositories/1/issues"}, said("Moved"), "renamed"),
    (403, {}, said("Resource not accessible by integration"), "issues: write"),
    (403, {"x-ratelimit-remaining": "0"}, said("API rate limit exceeded"), "try again later"),
    (403, {"Retry-After": "60"}, said("secondary rate limit"), "try again later"),
    (429, {}, said("slow down"), "try again later"),
    (404, {}, said("Not Found"), "no such repository"),
    (422, {}, said("Validation Failed"), "refused"),
    (500, {}, b"", "fault of GitHub"),
    (503, {}, b"<html>unicorn</html>", "fault of GitHub"),
    (400, {}, b"[]", "400"),
    (200, {}, b"not json", "not JSON"),
    (200, {}, b"", "not JSON"),
    (200, {}, b"\xff\xfe", "not JSON"),
    (200, {}, b"null", ""),
    (200, {}, b'{"message": "x"}', ""),
    (200, {}, b"[7]", "number"),
    (200, {}, b'[{"number": "7"}]', "number"),
]


@pytest.mark.parametrize(("status", "headers", "body", "words"), REFUSALS)
def test_every_refusal_of_the_list_is_said(hub, status, headers, body, words):
    hub.faults["GET"] = (status, headers, body)
    with pytest.raises(GitHubError) as caught:
        run(hub)
    assert words in str(caught.value)
    assert ISSUES in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert hub.methods() == ["GET"]


@pytest.mark.parametrize(
    ("method", "refusal"),
    # What comes back from an update is not used, as long as it is JSON.
    [("POST", one) for one in REFUSALS]
    + [("PATCH", one) for one in REFUSALS if one[0] != 200 or one[3] == "not JSON"],
)
def test_every_refusal_of_a_change_is_said(hub, method, refusal):
    *fault, words = refusal
    if method == "PATCH":
        hub.add(**OURS)
    hub.faults[method] = tuple(fault)
    with pytest.raises(GitHubError) as caught:
        run(hub)
    assert words in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_github_s_own_words_are_told_but_never_the_token(hub):
    hub.faults["GET"] = (403, {}, said(f"no\x1b[31m\nBearer {TOKEN} " + "long " * 200))
    with pytest.raises(GitHubError) as caught:
        run(hub)
    text = str(caught.value)
    assert "Bearer ***" in text
    assert TOKEN not in text
    assert text.isprintable()
    assert len(text) < 500


def test_a_wrong_token_is_refused(hub):
    with pytest.raises(GitHubError, match=r"401.*GITHUB_TOKEN") as caught:
        run(hub, GITHUB_TOKEN="ghs_wrong")
    assert "ghs_wrong" not in str(caught.value)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_where_issues_are_switched_off_nothing_is_done_and_nothing_fails(hub, method):
    hub.faults[method] = (410, {}, said("Issues are disabled for this repo"))
    assert "switched off" in run(hub)


def test_nobody_answering_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        repository = Repository(f"http://127.0.0.1:{taken.getsockname()[1]}", NAME, TOKEN)
        with pytest.raises(GitHubError, match="no answer") as caught:
            publish(LATE, repository)
    assert TOKEN not in str(caught.value)


def test_an_address_without_a_scheme_is_said(hub):
    with pytest.raises(GitHubError, match="no answer"):
        run(hub, GITHUB_API_URL="api.github.test")


def test_the_environment_is_read_and_what_it_lacks_is_named(hub):
    repository = Repository.of({**hub.environment, "GITHUB_API_URL": hub.api + "/", "HOME": "/"})
    assert repository == Repository(hub.api, NAME, TOKEN)
    assert TOKEN not in repr(repository)
    with pytest.raises(GitHubError, match="GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN"):
        Repository.of({})
    with pytest.raises(GitHubError, match="GITHUB_TOKEN") as caught:
        Repository.of({**hub.environment, "GITHUB_TOKEN": " "})
    assert "GITHUB_API_URL" not in str(caught.value)


@pytest.mark.parametrize("token", ["ghs_a\nb", "ghs_a b", "ghs_ไทย", "ghs_\x7f"])
def test_a_token_that_cannot_be_sent_is_never_shown(hub, token):
    with pytest.raises(GitHubError, match="GITHUB_TOKEN") as caught:
        run(hub, GITHUB_TOKEN=token)
    assert "ghs_" not in str(caught.value)
    assert hub.asked == []


def test_a_token_pasted_with_its_line_end_works(hub):
    assert run(hub, GITHUB_TOKEN=TOKEN + "\n").endswith("(opened)")


def test_a_password_file_of_the_machine_does_not_take_the_place_of_the_token(
    hub, tmp_path, monkeypatch
):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert run(hub).endswith("(opened)")


def long_body(lines, letters=90):
    heads = [MARKER, "**อบต.ตัวอย่าง**", ""]
    items = []
    for index in range(lines):
        if index % 50 == 0:
            items += ["", f"### กอง {index}", ""]
        items.append(f"- O{index} " + "ก" * letters)
    return "\n".join([*heads, *items, "", "ท้าย"]) + "\n"


def test_a_body_that_is_too_long_is_cut_at_a_line_and_says_how_much_more(hub):
    body = long_body(2000)
    run(hub, replace(LATE, body=body, late=2000))
    sent = hub.issues[0]["body"]
    assert LONGEST_BODY - 200 < len(sent) <= LONGEST_BODY
    *kept, empty, more, end = sent.split("\n")
    assert (empty, end) == ("", "")
    assert kept == body.split("\n")[: len(kept)]
    items = sum(line.startswith("- ") for line in kept)
    assert f"อีก {2000 - items:,} ข้อ" in more
    assert run(hub, replace(LATE, body=body, late=2000)).endswith("(unchanged)")


def test_a_cut_leaves_no_heading_with_nothing_under_it():
    for letters in range(60, 130, 3):
        lines = [line for line in fitted(long_body(3000, letters)).split("\n") if line]
        assert lines[-1].startswith("และอีก")
        assert lines[-2].startswith("- ")


def test_a_body_of_just_the_limit_is_not_cut():
    body = "ก" * LONGEST_BODY
    assert fitted(body) == body


@given(
    st.lists(st.sampled_from(["- ", "### ", "", "x"]).map(lambda head: head + "ก" * 3000)),
    st.integers(0, 70_000),
)
def test_any_body_fits(lines, letters):
    body = "\n".join([MARKER, *lines, "ก" * letters]) + "\n"
    assert len(fitted(body)) <= LONGEST_BODY
    assert fitted(body).startswith(MARKER)


def test_a_title_that_is_too_long_is_cut(hub):
    run(hub, replace(LATE, title="ก" * 300 + "\n"))
    title = hub.issues[0]["title"]
    assert len(title) == LONGEST_TITLE
    assert title.endswith("ก…")
