"""What a record's evidence is, what is known of it without leaving this machine, and what is not read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from conftest import TINY, TODAY, copy_agency

from scripts import pipeline
from scripts.core.documents import FileFacts
from scripts.core.linkstate import LinkState
from scripts.core.render import relative
from scripts.topics.oit.evidence import Evidence, Known, last_day_of, look_at, read_files
from scripts.topics.oit.settings import read_settings

URL = "https://www.example.org/complaints"
NOTHING = Known({}, {})
PLAN = FileFacts(1000, "0" * 64, "pdf", pages=2, text="layer", years=(2569,))


def link(state="ok", reason="ok", **more):
    return LinkState(URL, state, reason, 200, date(2026, 11, 1), date(2026, 11, 21), **more)


@pytest.fixture(scope="module")
def ws():
    return pipeline.check(TINY, TODAY).workspace


@pytest.fixture
def agency(tmp_path):
    return copy_agency(TINY, tmp_path / "agency")


#: An address as written, its kind, whether what it names is there.
KINDS = [
    ("", "", True),
    # Pages of this site, written or generated.
    ("about/", "page", True),
    ("about", "page", False),
    ("About/", "page", False),
    ("oit/examples/", "page", True),
    ("oit/examples/#o1", "page", True),
    ("oit/examples/#o99", "page", False),
    ("procurement/2569/", "page", True),
    ("procurement/2569", "page", False),
    ("procurement/2570/", "page", False),
    ("ita/2568/#score", "page", True),
    ("หน้า ไทย/", "page", False),
    # Files.
    ("files/plan.pdf", "file", True),
    ("files/plan.pdf#page=2", "file", True),
    ("files/PLAN.pdf", "page", False),
    ("files/", "page", False),
    ("files/none.pdf", "page", False),
    ("plan.pdf", "page", False),
    # The web.
    (URL, "url", True),
    ("HTTPS://www.example.org/", "url", True),
    ("Http://www.example.org/", "url", True),
    ("http://www.example.org/", "url", True),
    ("https://www.example.org/แผน.pdf", "url", True),
    ("https://www.example.org:8443/a?b=c#d", "url", True),
    ("https://อบต.ไทย/", "url", True),
    ("https://192.0.43.8/plan.pdf", "url", True),
    # The full address of what is on this site.
    ("https://transparency.example.org/", "page", True),
    ("https://transparency.example.org/about/", "page", True),
    ("https://transparency.example.org/about", "page", False),
    ("https://transparency.example.org/oit/examples/#o1", "page", True),
    ("https://transparency.example.org/oit/examples/#o99", "page", False),
    ("https://transparency.example.org/procurement/2569/", "page", True),
    ("https://transparency.example.org/procurement/2570/", "page", False),
    ("https://transparency.example.org/files/plan.pdf", "file", True),
    ("https://transparency.example.org/files/none.pdf", "page", False),
    # As a browser copies it: letters encoded, a search behind it.
    ("https://transparency.example.org/files/pl%61n.pdf", "file", True),
    ("https://transparency.example.org/procurement/2569/?q=x#list", "page", True),
    ("https://transparency.example.org/procurement/2570/?q=x", "page", False),
    ("https://transparency.example.org.example.com/about/", "url", True),
    ("https://www.transparency.example.org/about/", "url", True),
    # What only an office knows.
    ("http://localhost/plan.pdf", "private", True),
    ("http://127.0.0.1/", "private", True),
    ("http://10.0.0.5/plan.pdf", "private", True),
    ("http://192.168.1.10:8080/", "private", True),
    ("http://2130706433/", "private", True),
    ("http://[::1]/", "private", True),
    ("https://nas/plan.pdf", "private", True),
    ("https://files.local/plan.pdf", "private", True),
    ("https:///plan.pdf", "private", True),
    # What nobody should open.
    ("javascript:alert(1)", "unsafe", False),
    ("data:text/html,x", "unsafe", False),
    ("file:///etc/passwd", "unsafe", False),
    ("ftp://www.example.org/plan.pdf", "unsafe", False),
    ("mailto:somebody@example.org", "unsafe", False),
    ("//www.example.org/plan.pdf", "unsafe", False),
    ("/etc/passwd", "unsafe", False),
    ("/oit/", "unsafe", False),
    ("C:\\Users\\Admin\\plan.pdf", "unsafe", False),
    ("files\\plan.pdf", "unsafe", False),
    ("../secret.pdf", "unsafe", False),
    ("files/../../data/agency.yml", "unsafe", False),
    ("files/..", "unsafe", False),
    ("oit/?x=1", "unsafe", False),
    ('oit/"onclick="x', "unsafe", False),
    ("<b>oit/</b>", "unsafe", False),
    ("https://www.example.org/a b.pdf", "unsafe", False),
    ("https://[www.example.org/", "unsafe", False),
    ("https://", "unsafe", False),
    (" https://www.example.org/", "unsafe", False),
    ("www.example.org/plan.pdf", "page", False),
]


@pytest.mark.parametrize(("target", "kind", "found"), KINDS, ids=[row[0] or "-" for row in KINDS])
def test_what_an_address_is(ws, target, kind, found):
    seen = look_at(ws, target, Known({"files/plan.pdf": PLAN}, {}))
    assert (seen.target, seen.kind, seen.found) == (target, kind, found)


@pytest.mark.parametrize("target", [row[0] for row in KINDS if row[1] == "url"])
def test_a_page_leads_to_a_web_address_as_it_is_written(target):
    assert relative("oit/index.md", target) == target


def test_what_was_looked_at_today_says_so(ws):
    known = Known({"files/plan.pdf": PLAN}, {URL: link()})
    assert look_at(ws, "about/", known).checked == TODAY
    assert look_at(ws, "procurement/2569/", known).checked == TODAY
    assert look_at(ws, "files/plan.pdf", known).checked == TODAY
    assert look_at(ws, URL, known).checked == date(2026, 11, 21)
    for target in ("https://www.example.org/other", "http://localhost/", "javascript:x", ""):
        assert look_at(ws, target, known).checked is None


def test_what_is_known_of_a_file_and_of_a_link_is_kept(ws):
    state = link("broken", "not-found", failures=2)
    known = Known({"files/plan.pdf": PLAN}, {URL: state})
    assert look_at(ws, "files/plan.pdf#page=2", known).file is PLAN
    assert look_at(ws, URL, known).link is state
    assert look_at(ws, f"{URL}/2", known).link is None


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (Evidence("", ""), ""),
        (Evidence("about/", "page"), ""),
        (Evidence(URL, "url"), ""),
        (Evidence("files/plan.pdf", "file", file=PLAN), "PDF 2 หน้า 1 KB ค้นข้อความได้"),
        (Evidence(URL, "url", link=link()), "ลิงก์เปิดได้ เมื่อ 21 พ.ย. 2569"),
        (Evidence(URL, "url", link=link("broken", "not-found")),
         "ลิงก์เปิดไม่ได้ (ไม่พบหน้านี้ (404)) เมื่อ 21 พ.ย. 2569"),
        (Evidence(URL, "url", link=link("uncertain", "timeout")),
         "ลิงก์ยังไม่แน่ใจ (เว็บไซต์ไม่ตอบในเวลาที่รอ) เมื่อ 21 พ.ย. 2569"),
        (Evidence(URL, "url", link=link("uncertain", "of a later version")),
         "ลิงก์ยังไม่แน่ใจ เมื่อ 21 พ.ย. 2569"),
    ],
)  # fmt: skip
def test_what_is_said_of_it(evidence, words):
    assert evidence.words == words


def test_a_site_below_a_folder_has_its_own_address_there(ws):
    below = replace(ws, agency=replace(ws.agency, base_url="https://www.example.org/korat"))
    assert look_at(below, "https://www.example.org/korat/about/", NOTHING).kind == "page"
    for target in ("https://www.example.org/about/", "https://www.example.org/korat-2/about/"):
        assert look_at(below, target, NOTHING).kind == "url"
    nowhere = replace(ws, agency=replace(ws.agency, base_url=""))
    assert look_at(nowhere, "https://transparency.example.org/about/", NOTHING).kind == "url"


def test_the_full_address_of_a_dataset_shows_its_last_day(ws):
    target = "https://transparency.example.org/procurement/2569/#list"
    seen = look_at(ws, target, NOTHING)
    assert (seen.target, seen.shown, seen.checked) == (target, date(2026, 9, 30), TODAY)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("about/", "https://transparency.example.org/about/"),
        ("oit/examples/#o1", "https://transparency.example.org/oit/examples/#o1"),
        ("files/plan.pdf", "https://transparency.example.org/files/plan.pdf"),
    ],
)
def test_a_record_may_give_the_full_address_of_this_site(agency, short, full):
    records = agency / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    assert text.count(f",{short},") == 1
    before = {one.evidence.target: one.evidence for one in items(agency)}
    records.write_text(text.replace(f",{short},", f",{full},"), encoding="utf-8")
    checked = pipeline.check(agency, TODAY)
    assert list(checked.findings) == []
    after = {one.evidence.target: one.evidence for one in items(agency)}
    assert after[full] == replace(before[short], target=full)


def items(root):
    return pipeline.check(root, TODAY).facts["oit"].board.items


def test_the_full_address_of_this_site_is_never_asked_over_the_web(agency):
    records = agency / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    full = "https://transparency.example.org/about/"
    text = text.replace(",about/,", f",{full},").replace(URL, full)
    records.write_text(text, encoding="utf-8")
    checked = pipeline.check(agency, TODAY)
    asked = []
    outcome = pipeline.check_evidence(checked, asked.append)
    assert (outcome.history, asked) == ({}, [])


# Whose hosts are the agency's own.


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("www.example.go.th", ("www.example.go.th",)),
        (" WWW.Example.GO.TH ", ("www.example.go.th",)),
        ("https://www.example.go.th", ("www.example.go.th",)),
        ("HTTPS://www.example.go.th/", ("www.example.go.th",)),
        ("http://www.example.go.th/a/b?c=d", ("www.example.go.th",)),
        ("อบต.ไทย", ("อบต.ไทย",)),
        ("ตำบลดีมีสุข.ไทย", ("ตำบลดีมีสุข.ไทย",)),
        # What others end in too.
        ("go.th", ()),
        ("https://go.th/", ()),
        ("OR.TH", ()),
        ("www.go.th", ()),
        ("th", ()),
        ("localhost", ()),
        ("", ()),
        ("www.example.go.th/a", ()),
        ("สอง คำ.ไทย", ()),
    ],
)
def test_a_host_of_the_agency_is_one_of_its_own(written, hosts):
    found = read_settings({"official_hosts": [written]})
    assert found.official_hosts == hosts
    problems = [] if hosts else [("official_hosts", f"host such as www.example.go.th: {written}")]
    assert list(found.problems) == problems


@pytest.mark.parametrize(
    ("host", "reported"),
    [("https://complaints.test/th/", False), ("other.test", True), ("go.th", True)],
)
def test_evidence_on_a_host_of_the_agency_is_its_own(agency, host, reported):
    records = agency / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    records.write_text(text.replace(URL, "https://www.complaints.test/2568"), encoding="utf-8")
    settings = agency / "data/oit/settings.yml"
    settings.write_text(f'official_hosts: ["{host}"]\n', encoding="utf-8")
    rules = [found.rule for found in pipeline.check(agency, TODAY).findings]
    assert ("evidence-off-domain" in rules) == reported
    assert ("descriptor-error" in rules) == (host == "go.th")


# The last day that rows show.


def with_rows(ws, days, **period):
    """Return the workspace with contracts signed on these days, and more known of their year."""
    (key,) = [key for key in ws.loaded if key[0] == "procurement" and key[2] == 2569]
    item = ws.loaded[key]
    signed = pd.Series(list(map(pd.Timestamp, days)), dtype="datetime64[s]")
    frame = item.frame.head(len(days)).assign(date_signed=signed)
    dataset = replace(item.dataset, periods={2569: replace(item.period, **period)})
    return replace(ws, loaded={**ws.loaded, key: replace(item, frame=frame, dataset=dataset)})


#: The last contract, months without any, the last day that the rows can speak for.
REACHES = [
    ("2026-09-30", (), "2026-09-30"),
    ("2026-08-20", (), "2026-08-31"),
    ("2026-08-20", ("2026-09",), "2026-09-30"),
    ("2026-07-31", ("2026-09",), "2026-07-31"),
    ("2026-07-31", ("2026-09", "2026-08"), "2026-09-30"),
    ("2026-07-31", ("2026-08", "2026-10"), "2026-08-31"),
    ("2026-07-31", ("2026-07", "2025-12"), "2026-07-31"),
    ("2025-12-31", ("2026-01", "2026-02"), "2026-02-28"),
]


@pytest.mark.parametrize(("last", "empty", "shown"), REACHES)
def test_rows_with_days_reach_to_the_end_of_their_month(ws, last, empty, shown):
    rows = with_rows(ws, [last, "2025-10-01", "2025-11-30"], empty_months=empty)
    assert last_day_of(rows, "procurement/2569/") == date.fromisoformat(shown)
    assert last_day_of(rows, "procurement/") == date.fromisoformat(shown)


def test_rows_without_their_day_show_nothing(ws):
    assert last_day_of(with_rows(ws, []), "procurement/2569/") is None
    assert last_day_of(with_rows(ws, [None, None]), "procurement/2569/") is None
    assert last_day_of(with_rows(ws, [None, "2026-02-03"]), "procurement/2569/") == date(
        2026, 2, 28
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("procurement/2569/", date(2026, 9, 30)),
        # The overview speaks of all years.
        ("procurement/", date(2026, 9, 30)),
        # Rows without days reach to the end of their fiscal year.
        ("budget/2568/", date(2025, 9, 30)),
        ("budget/2569/", date(2026, 9, 30)),
        ("budget/", date(2026, 9, 30)),
        ("ita/2568/", date(2025, 9, 30)),
        # No page, no dataset, or this very topic.
        ("procurement/2570/", None),
        ("about/", None),
        ("oit/", None),
        ("oit/2569/", None),
        ("rules/", None),
        ("", None),
    ],
)
def test_the_last_day_of_a_page(ws, path, shown):
    assert last_day_of(ws, path) == shown


def test_the_page_of_a_dataset_shows_its_last_day_with_or_without_an_anchor(ws):
    for target in ("procurement/2569/", "procurement/2569/#list"):
        assert look_at(ws, target, NOTHING).shown == date(2026, 9, 30)
    assert look_at(ws, "about/", NOTHING).shown is None


@pytest.mark.parametrize("month", ["กันยายน", "2026", "2026-13-01"])
def test_a_month_that_is_none_is_reported_and_left_out(agency, month):
    path = agency / "data/procurement/dataset.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text.rstrip()}\n    empty_months: ["{month}"]\n', encoding="utf-8")
    checked = pipeline.check(agency, TODAY)
    assert "descriptor-error" in {found.rule for found in checked.findings}


# What a record claims.


def claim(root, as_of, today=TODAY):
    records = root / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    assert text.count("procurement/2569/,2026-09-30,2026-10-05") == 1
    records.write_text(
        text.replace("procurement/2569/,2026-09-30,", f"procurement/2569/,{as_of},"),
        encoding="utf-8",
    )
    checked = pipeline.check(root, today)
    item = next(one for one in checked.facts["oit"].board.items if one.criterion.number == "O11")
    rules = [f for f in checked.findings if f.rule == "claims-newer-than-data"]
    return item, rules


@pytest.mark.parametrize(
    ("as_of", "counted", "reported"),
    [
        ("2026-08-31", date(2026, 8, 31), False),
        ("2026-09-30", date(2026, 9, 30), False),
        ("2026-10-01", date(2026, 9, 30), True),
        ("2026-11-22", date(2026, 9, 30), True),
        ("", None, False),
    ],
)
def test_a_claim_counts_as_far_as_the_rows_go(agency, as_of, counted, reported):
    item, rules = claim(agency, as_of)
    assert item.as_of == counted
    assert bool(rules) == reported
    for finding in rules:
        assert finding.value == as_of
        assert finding.params["shown"] == date(2026, 9, 30)
        assert (finding.place.file, finding.field) == ("data/oit/records-2569.csv", "as_of")


def test_moving_the_date_alone_makes_nothing_current(agency):
    path = agency / "data/procurement/2569.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [lines[0], *(line for line in lines[1:] if not line.split(",")[-3] >= "2026-07-01")]
    assert 1 < len(kept) < len(lines)
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    item, rules = claim(agency, "2026-09-29")
    assert item.record.as_of == date(2026, 9, 29)
    assert item.as_of == date(2026, 6, 30)
    assert item.due.state in ("overdue", "delinquent")
    assert len(rules) == 1


# Files are read in docs/files/ and nowhere else.


def test_files_are_read_by_their_path_without_anchors(ws):
    found = read_files(ws, ["files/plan.pdf", "files/plan.pdf#page=2", "files/none.pdf", URL, ""])
    data = (TINY / "docs/files/plan.pdf").read_bytes()
    assert set(found) == {"files/plan.pdf"}
    facts = found["files/plan.pdf"]
    assert (facts.size, facts.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_nothing_outside_of_the_folder_of_files_is_read(agency):
    (agency / "docs/notes.txt").write_text("ก", encoding="utf-8")
    (agency / "secret.txt").write_text("ลับ", encoding="utf-8")
    ws = pipeline.check(agency, TODAY).workspace
    targets = ["notes.txt", "files/../notes.txt", "files/../../secret.txt", "../secret.txt",
               "files/../../data/agency.yml", "/etc/passwd", "files//etc/passwd", "files/.",
               "about.md", "files/../about.md"]  # fmt: skip
    assert read_files(ws, targets) == {}


def test_files_in_folders_and_with_thai_names_are_read(agency):
    folder = agency / "docs/files/ปี 2569"
    folder.mkdir()
    (folder / "แผน ฉบับที่ 1.txt").write_text("แผน", encoding="utf-8")
    ws = pipeline.check(agency, TODAY).workspace
    target = "files/ปี 2569/แผน ฉบับที่ 1.txt"
    known = Known(read_files(ws, [target]), {})
    assert known.files[target].size == len("แผน".encode())
    assert look_at(ws, target, known).found


def test_links_out_of_the_folder_are_not_followed(agency, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("ลับ", encoding="utf-8")
    (agency / "docs/files/open.txt").symlink_to(secret)
    ws = pipeline.check(agency, TODAY).workspace
    known = Known(read_files(ws, ["files/open.txt"]), {})
    assert known.files == {}
    assert not look_at(ws, "files/open.txt", known).found


def test_linked_folders_are_not_entered(agency, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("ลับ", encoding="utf-8")
    (agency / "docs/files/folder").symlink_to(outside, target_is_directory=True)
    ws = pipeline.check(agency, TODAY).workspace
    assert read_files(ws, ["files/folder/secret.txt"]) == {}
    assert not look_at(ws, "files/folder/secret.txt", NOTHING).found


def test_the_evidence_of_the_demo_is_there_and_open_to_all(demo):
    seen = [item.evidence for item in demo.facts["oit"].board.items if item.record]
    assert len(seen) == 24
    assert all(one.found for one in seen)
    assert {one.kind for one in seen} == {"page", "file"}
    assert sum(one.kind == "file" for one in seen) == 3
    assert all(one.file and not one.file.fault for one in seen if one.kind == "file")
