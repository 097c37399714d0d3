"""Dead links and dead anchors of a finished site are found, live ones are not, nothing is fetched."""

from __future__ import annotations

import http.server
import threading
from urllib.parse import quote

import pytest
from conftest import REPO, TODAY, copy_agency

from scripts import pipeline
from scripts.core.findings import Place
from scripts.web.links import Sources, check_site, served, walk

THAI = "รายงาน"


@pytest.fixture(scope="module")
def elsewhere():
    """Another host, which remembers whether anybody asked it for anything."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815 - the base class calls it so

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def put(folder, pages):
    for name, body in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f'<!doctype html><html lang="th"><meta charset="utf-8"><title>x</title>{body}</html>',
            encoding="utf-8",
        )
    return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory, elsewhere):
    """A site without a fault, with every kind of link that pages have."""
    host, _ = elsewhere
    folder = tmp_path_factory.mktemp("sound")
    (folder / "files").mkdir()
    (folder / "files" / f"{THAI} 1.pdf").write_bytes(b"%PDF-1.4")
    (folder / "files" / "a.css").write_text("body{}", encoding="utf-8")
    return put(
        folder,
        {
            "index.html": f"""
                <link rel="stylesheet" href="files/a.css">
                <link rel="canonical" href="{host}/korat/">
                <a href="a/">a</a> <a href="a/#one">one</a> <a href="#here">here</a> <a href="#">top</a>
                <a href="{THAI}/">Thai</a> <a href="{quote(THAI)}/#{quote("ข้อ-๑")}">encoded</a>
                <a href="{THAI}/#ข้อ-๑">raw</a>
                <a href="files/{THAI} 1.pdf">file</a> <a href="files/{quote(THAI)}%201.pdf">file</a>
                <a href="{host}/gone">elsewhere</a> <img src="{host}/gone.png" alt="">
                <a href="mailto:a@example.test">mail</a> <a href="tel:044000000">phone</a>
                <h2 id="here">x</h2>""",
            "a/index.html": """
                <a href="../">up</a> <a href="../a/index.html">itself</a> <a href="../#here">up</a>
                <h2 id="one">x</h2>""",
            f"{THAI}/index.html": f"""<a href="{host}/">elsewhere</a><h2 id="ข้อ-๑">x</h2>""",
        },
    )


def test_a_sound_site_has_no_findings_and_nobody_else_is_asked(sound, elsewhere):
    assert list(check_site(sound, {})) == []
    assert elsewhere[1] == []


@pytest.fixture(scope="module")
def found(tmp_path_factory, sound):
    """What is said of a site with one fault of each kind, by the link that is at fault."""
    folder = put(
        tmp_path_factory.mktemp("faulty"),
        {
            "index.html": f"""
                <a href="gone/">1</a> <a href="a/">a</a> <a href="a/#nothing">2</a>
                <img src="gone.png" alt=""> <a href="{quote(THAI)}/">Thai</a>
                <a href="files/{THAI} 2.pdf">3</a> <a href="#nowhere">4</a>
                <a href="{quote(THAI)}/#nothing-thai">5</a>""",
            "a/index.html": """<a href="../up-gone.html">x</a>
                <a href="../index.html#missing">x</a> <a href="../a/index.html#lost">x</a>""",
            f"{THAI}/index.html": """<a href="thai-gone/">x</a> <a href="#thai-nowhere">y</a>""",
            "lonely/index.html": """<a href="lonely-gone/">nobody links to this page</a>""",
        },
    )
    sources = {
        "": "build/docs/index.md",
        "a/": "docs/a.md",
        f"{THAI}/": f"docs/{THAI}.md",
        "lonely/": "docs/lonely.md",
    }
    return {item.value: item for item in check_site(folder, sources)}


@pytest.mark.parametrize(
    ("link", "file"),
    [
        ("gone/", "build/docs/index.md"),
        ("gone.png", "build/docs/index.md"),
        ("../up-gone.html", "docs/a.md"),
        ("thai-gone/", f"docs/{THAI}.md"),
        ("lonely-gone/", "docs/lonely.md"),
    ],
)
def test_a_dead_link_names_the_file_to_mend(found, link, file):
    assert found[link].rule == "dead-link"
    assert found[link].place == Place(file)
    assert found[link].params["problem"]


def test_a_dead_link_with_a_thai_name_is_found(found):
    (item,) = [item for link, item in found.items() if "2.pdf" in link]
    assert (item.rule, item.place) == ("dead-link", Place("build/docs/index.md"))


@pytest.mark.parametrize(
    ("link", "file"),
    [
        ("a/#nothing", "build/docs/index.md"),
        ("#nowhere", "build/docs/index.md"),
        ("../index.html#missing", "docs/a.md"),
        ("../a/index.html#lost", "docs/a.md"),
        ("#thai-nowhere", f"docs/{THAI}.md"),
        (f"{quote(THAI)}/#nothing-thai", "build/docs/index.md"),
    ],
)
def test_a_dead_anchor_names_the_file_to_mend(found, link, file):
    assert found[link].rule == "dead-anchor"
    assert found[link].place == Place(file)


def test_nothing_else_is_said(found):
    assert len(found) == 12


def test_a_page_without_a_source_is_named_itself(tmp_path):
    put(tmp_path, {"index.html": '<a href="#x">x</a>', "b.html": '<a href="#y">y</a>'})
    assert {item.place.file for item in walk(tmp_path, {})} == {"site/", "site/b.html"}


def test_the_demo_has_neither(built_site):
    assert list(walk(built_site, {})) == []


def test_the_server_is_for_this_machine_only(tmp_path):
    with served(tmp_path) as address:
        assert address.startswith("http://127.0.0.1:")
        assert address.endswith("/")


# Where a person would mend a link.

CELL = Place("data/oit/records-2569.csv", line=2, row=2, column=4)


@pytest.fixture
def sources(tmp_path):
    """Two pages, one made and one written by hand, and a record that leads to an anchor."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/about.md").write_text(
        "# เกี่ยวกับ\n\nดู [หน้าแรก](index.md)\nและ [ที่หาย](gone.md#x) กับ [แผน](ita/2568.md#plan)\n"
        f"และ [ไทย]({quote(THAI)}/1.pdf) [ไกล](../oit/index.md#o1)\n",
        encoding="utf-8",
    )
    pages = {"oit/": "build/docs/oit/index.md", "about/": "docs/about.md"}
    targets = {"oit/examples/#o99": CELL, f"files/{THAI} 1.pdf": CELL, "ita/2570/": CELL}
    return Sources(pages, tmp_path, targets)


@pytest.mark.parametrize(
    ("page", "link", "place"),
    [
        # What data leads to is mended in the data, however the page writes its address.
        ("oit/", "examples/#o99", CELL),
        ("oit/", "../oit/examples/#o99", CELL),
        ("oit/", "/oit/examples/#o99", CELL),
        ("", "oit/examples/#o99", CELL),
        ("oit/", "../ita/2570/", CELL),
        ("oit/", f"../files/{THAI} 1.pdf", CELL),
        ("oit/", f"../files/{quote(THAI)}%201.pdf", CELL),
        # The page alone is not what the record leads to, nor is another anchor.
        ("oit/", "examples/", Place("build/docs/oit/index.md")),
        ("oit/", "examples/#o98", Place("build/docs/oit/index.md")),
        # A page that somebody wrote has the line.
        ("about/", "../gone/#x", Place("docs/about.md", line=4)),
        ("about/", "../ita/2568/#plan", Place("docs/about.md", line=4)),
        ("about/", "../../oit/#o1", Place("docs/about.md", line=5)),
        ("about/", f"../{quote(THAI)}/1.pdf", Place("docs/about.md", line=5)),
        ("about/", f"../{THAI}/1.pdf", Place("docs/about.md", line=5)),
        # Nothing but dots names no line: a wrong one is worse than none.
        ("about/", "../../", Place("docs/about.md")),
        # A link of the theme stands in no source.
        ("about/", "../assets/gone.css", Place("docs/about.md")),
        # Nobody knows where the page came from.
        ("lonely/", "../gone/", Place("site/lonely/")),
    ],
)
def test_a_link_is_mended_where_it_was_written(sources, page, link, place):
    assert sources.place(page, link) == place


def test_without_a_folder_a_source_has_no_line():
    assert Sources({"about/": "docs/about.md"}).place("about/", "gone/") == Place("docs/about.md")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """The demo with a dead link on a page that somebody wrote, and dead anchors in two records."""
    root = copy_agency(REPO, tmp_path_factory.mktemp("faulty") / "agency")
    page = root / "docs/about.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    lines += ["", "## ลิงก์ {#links}", "", '<a href="../gone/">หาย</a>', "[หาย](#nowhere)"]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    records = root / "data/oit/records-2569.csv"
    text = records.read_text(encoding="utf-8")
    for old in (",ita/2568/,", ",procurement/2569/,"):
        assert text.count(old) == 1
        text = text.replace(old, f"{old[:-1]}#nothing,")
    records.write_text(text, encoding="utf-8")
    return root, len(lines)


def test_a_build_names_the_line_and_the_cell_to_mend(faulty):
    root, lines = faulty
    checked = pipeline.check(root, TODAY)
    text = (root / "data/oit/records-2569.csv").read_text(encoding="utf-8").splitlines()
    rows = {row.split(",")[0]: number for number, row in enumerate(text, 1)}
    found = pipeline.build(checked, lambda _: None)
    assert {(one.rule, one.place.file, one.place.line) for one in found} == {
        ("dead-link", "docs/about.md", lines - 1),
        ("dead-anchor", "docs/about.md", lines),
        ("dead-anchor", "data/oit/records-2569.csv", rows["O25"]),
        ("dead-anchor", "data/oit/records-2569.csv", rows["O11"]),
    }
    cells = {one.place.cell for one in found if one.place.file.startswith("data/")}
    assert cells == {f"D{rows['O25']}", f"D{rows['O11']}"}
    assert not (root / "site").exists()
