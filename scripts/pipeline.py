"""The stages in order: check, render, build. Readable as a table of contents."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import topics
from .core import export
from .core.findings import Catalogue, Finding, Place, Severity, exit_code
from .core.linkstate import history_text
from .core.model import ALL_YEARS, Workspace
from .core.publish import Folder, recover, write_file
from .core.publish import replace as replace_folder
from .core.reminder import Reminder, reminder
from .core.render import address, environment, figure_file, page_text
from .core.rules import load_rules
from .core.shown import Download, Page, Site, Status, Topic
from .core.thai import show_date
from .core.validate import mask_national_ids
from .core.workspace import read_workspace
from .topics.oit import history, rollover
from .topics.oit.facts import LINKS
from .web import external, generator, links

#: What `links --external` reports: the rules that judge evidence by its address.
LINK_RULES = frozenset(
    {
        "broken-evidence-link",
        "doubtful-evidence-link",
        "evidence-not-https",
        "evidence-off-domain",
        "private-evidence",
    }
)
#: Folders and files beside the pages that a build makes.
_MADE_FOLDERS = ("downloads/", "api/")
_MADE = {"datapackage.json", generator.AGENCY_STYLES}
_HERE = Path(__file__).resolve().parent


class RefusedError(Exception):
    """Something that was asked for cannot be done as asked; the words are the message."""


@dataclass(frozen=True)
class Checked:
    """What a check knows: everything read, each topic's facts, every finding."""

    workspace: Workspace
    facts: Mapping[str, Any]
    findings: tuple[Finding, ...]
    rules: Catalogue


@lru_cache(maxsize=1)
def all_topics() -> tuple[Topic, ...]:
    """Find the topics: every package under scripts/topics, by its facts, rules and pages modules."""
    found = []
    for module in sorted(pkgutil.iter_modules(topics.__path__), key=lambda info: info.name):
        base = f"{topics.__name__}.{module.name}"
        facts = importlib.import_module(f"{base}.facts")
        pages = importlib.import_module(f"{base}.pages")
        found.append(
            Topic(
                name=module.name,
                fields=getattr(facts, "FIELDS", {}),
                needs=getattr(facts, "NEEDS", ()),
                facts=facts.build,
                paths=facts.paths,
                rules=_rules_of(base, module.name),
                pages=pages.pages,
                cards=getattr(pages, "cards", None),
                downloads=getattr(pages, "downloads", None),
                statuses=getattr(pages, "statuses", None),
            )
        )
    return tuple(found)


def _rules_of(base: str, name: str) -> tuple[Any, ...]:
    if not (_HERE / "topics" / name / "rules.py").is_file():
        return ()
    module = importlib.import_module(f"{base}.rules")
    return tuple(
        function
        for rule, function in inspect.getmembers(module, inspect.isfunction)
        if not rule.startswith("_") and function.__module__ == module.__name__
    )


@lru_cache(maxsize=1)
def all_rules() -> Catalogue:
    """Load the documentation entries of all rules."""
    return load_rules([_HERE / "core/rules.yml", *sorted(_HERE.glob("topics/*/rules.yml"))])


def check(root: Path, today: date, *, production: bool = False) -> Checked:
    """Read and judge everything under ``root``; write nothing.

    With ``production``, sample data is a finding too.
    """
    workspace, findings = read_workspace(root, today)
    workspace, unfit = _fit(workspace)
    findings += unfit
    paths = frozenset(path for topic in all_topics() for path in topic.paths(workspace))
    workspace = replace(workspace, paths=paths)
    facts = _facts(workspace)
    for topic in all_topics():
        for rule in topic.rules:
            findings.extend(rule(workspace, facts[topic.name]))
    findings += _clashes(workspace)
    findings += _unclaimed(workspace)
    findings = _without_echoes(findings)
    if production:
        findings += _samples(workspace)
    return Checked(workspace, facts, tuple(map(_masked, findings)), all_rules())


def _facts(ws: Workspace) -> dict[str, Any]:
    """Build every topic's facts, those of the topics that it needs first."""
    topics = {topic.name: topic for topic in all_topics()}
    order = TopologicalSorter({name: topic.needs for name, topic in topics.items()})
    facts: dict[str, Any] = {}
    for name in order.static_order():
        facts[name] = topics[name].facts(ws, *(facts[other] for other in topics[name].needs))
    return facts


def _unclaimed(ws: Workspace) -> Iterator[Finding]:
    """A dataset that no topic shows is not published, and whoever wrote it should know."""
    names = {topic.name for topic in all_topics()}
    for name, dataset in ws.datasets.items():
        if name not in names:
            yield Finding("unread-file", Place(dataset.file))


def _without_echoes(findings: list[Finding]) -> list[Finding]:
    """Leave out dead evidence whose page is missing only because its data is broken."""
    rules = all_rules()
    broken = {
        parts[1]
        for item in findings
        if rules[item.rule].severity == Severity.BROKEN
        and item.rule != "dead-evidence"
        and len(parts := item.place.file.split("/")) > 2
    }
    return [
        item
        for item in findings
        if item.rule != "dead-evidence" or item.value.split("/")[0] not in broken
    ]


def _fit(ws: Workspace) -> tuple[Workspace, list[Finding]]:
    """Leave out tables whose dataset.yml lacks a field, or a type, that their topic computes with."""
    findings = []
    unfit = set()
    for topic in all_topics():
        for (name, part, year), item in ws.loaded.items():
            kinds = {field.name: field.type for field in item.resource.fields}
            needed = topic.fields.get(part, {}) if name == topic.name else {}
            for field, kind in needed.items():
                if kinds.get(field) != kind:
                    unfit.add((name, part, year))
                    place, key = Place(item.dataset.file), f"resources.{part}.fields.{field}"
                    params = {"problem": f"{field}: {kind}"}
                    findings.append(Finding("descriptor-error", place, key, params=params))
    loaded = {key: item for key, item in ws.loaded.items() if key not in unfit}
    return replace(ws, loaded=loaded), list({(f.place, f.field): f for f in findings}.values())


def _masked(finding: Finding) -> Finding:
    """Reports are published too: a citizen's id that another rule quotes is blotted out."""
    params = {
        name: mask_national_ids(value) if isinstance(value, str) else value
        for name, value in finding.params.items()
    }
    value, field = mask_national_ids(finding.value), mask_national_ids(finding.field)
    return replace(finding, value=value, field=field, params=params)


def _clashes(ws: Workspace) -> Iterator[Finding]:
    """Nothing generated overwrites what a person wrote silently."""
    for path in sorted(ws.paths & ws.written.keys()):
        place = Place(ws.written[path].file)
        yield Finding("page-clash", place, value=f"/{path}", params={"other": f"/{path}"})
    for file in sorted(ws.files):
        if file.startswith(_MADE_FOLDERS) or file in _MADE:
            place = Place(f"docs/{file}")
            yield Finding("page-clash", place, value=f"/{file}", params={"other": f"/{file}"})


def _samples(ws: Workspace) -> Iterator[Finding]:
    for name, dataset in ws.datasets.items():
        if dataset.sample:
            yield Finding("sample-in-production", Place(dataset.file), params={"dataset": name})
    for item in ws.loaded.values():
        if "sample" in item.frame and item.dataset.provenance == "mixed":
            for index, sample in enumerate(item.frame["sample"].fillna(value=False)):
                if sample:
                    place = item.table.place(index, "sample")
                    params = {"dataset": item.dataset.name}
                    yield Finding("sample-in-production", place, "sample", params=params)


def statuses_of(checked: Checked) -> list[Status]:
    """Return everything that the agency owes the public, with its state, topic by topic."""
    today = checked.workspace.today
    return [
        status
        for topic in all_topics()
        if topic.statuses is not None
        for status in topic.statuses(checked.facts[topic.name], today)
    ]


def record(checked: Checked) -> int:
    """Append to the history what changed since it was last recorded; return how many items.

    Once a day at most: the same day again changes nothing.
    """
    facts, ws = checked.facts["oit"], checked.workspace
    if facts.board is None:
        return 0
    found = history.to_append(facts.changes, facts.board, ws.today)
    if found:
        loaded, path = ws.get("oit", "history", ALL_YEARS), ws.root / history.HISTORY
        if loaded is not None and loaded.table.file != history.HISTORY:
            raise RefusedError(
                f"{loaded.table.file}: ให้บันทึกเป็น CSV UTF-8 ชื่อ history.csv แล้วลบไฟล์นี้ "
                "(save it as history.csv, CSV UTF-8, and delete this file)"
            )
        old = path.read_bytes() if path.is_file() else b""
        write_file(path, history.appended(old, facts.changes, found))
    return len(found)


def check_evidence(
    checked: Checked, progress: Callable[[str], None], policy: external.Policy | None = None
) -> external.Outcome:
    """Look at every evidence address on the web, and write what was found into the link history.

    Raises `RefusedError` where that file holds what cannot be read: writing it anew would lose it.
    """
    facts, ws = checked.facts["oit"], checked.workspace
    path = ws.root / "data" / LINKS
    if facts.bad_links or (path.is_file() and ws.documents.get(LINKS) is None):
        told = ", ".join(facts.bad_links) or "?"
        raise RefusedError(f"data/{LINKS}: อ่านไม่ได้ จึงไม่เขียนทับ (unreadable, so left alone): {told}")
    urls = {
        item.evidence.target
        for year in facts.years
        for item in year.items
        if item.evidence.kind == "url"
    }
    policy = policy or external.Policy(contact=ws.agency.base_url)
    outcome = external.check_urls(sorted(urls), facts.links, ws.today, policy, progress)
    if not outcome.offline:
        # Records that cannot be read name no address: their links are not forgotten for that.
        broken = exit_code(checked.findings, checked.rules, Severity.BROKEN) == 1
        kept = {url: state for url, state in outcome.history.items() if broken or url in urls}
        write_file(path, history_text(kept).encode())
    return outcome


def roll_over(checked: Checked, year: int, *, write: bool) -> tuple[str, list[Path]]:
    """Draft the records and duties of a year from those of the year before it.

    Returns what became of each item, in words, and the files written: drafts under build/, or with
    ``write`` the files of data/oit/, which must not be there yet.
    """
    ws = checked.workspace
    result = rollover.rollover(checked.facts["oit"], year)
    folder = ws.root / ("data/oit" if write else "build/rollover")
    drafts = {"records": rollover.records_csv(result), "duties": rollover.duties_csv(result)}
    # A table of nothing but its header is a fault of the data.
    files = {
        folder / f"{name}-{year}.csv": text for name, text in drafts.items() if text.count("\n") > 1
    }
    if write and not result.known:
        raise RefusedError(f"ยังไม่มีเกณฑ์ปี {year} จึงไม่เขียนลง data/ (no criteria of {year} yet)")
    there = [
        path.name for name in drafts for path in sorted(folder.glob(f"{name}-{year}.*")) if write
    ]
    if there:
        raise RefusedError(f"มีไฟล์อยู่แล้ว ไม่เขียนทับ (already there): {', '.join(there)}")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        write_file(path, text.encode())
    return rollover.words(result), list(files)


def reminder_of(checked: Checked, base_url: str) -> Reminder:
    """Return the issue that says what is late on the day of the check."""
    ws = checked.workspace
    site = _site(checked, base_url)
    return reminder(statuses_of(checked), ws.agency.name_short_th, ws.today, site.base_url)


def _site(checked: Checked, base_url: str) -> Site:
    address = base_url or checked.workspace.agency.base_url
    base = address.rstrip("/") + "/" if address else ""
    return Site(checked.workspace, checked.rules, checked.findings, base_url=base)


def pages_of(checked: Checked, base_url: str = "") -> tuple[Page, ...]:
    """Return every generated page, in the order of the navigation."""
    site = _site(checked, base_url)
    cards = tuple(
        card
        for topic in all_topics()
        if topic.cards is not None
        for card in topic.cards(checked.facts[topic.name], site)
    )
    site = replace(site, cards=cards)
    pages = [
        page for topic in all_topics() for page in topic.pages(checked.facts[topic.name], site)
    ]
    return tuple(sorted(pages, key=lambda page: page.order))


def render(checked: Checked, *, base_url: str = "") -> tuple[Page, ...]:
    """Write build/docs and build/mkdocs.yml: hand-written pages overlaid with the generated ones."""
    docs, pages = _write_docs(checked, base_url)
    docs.prune()
    return pages


def preview(checked: Checked, *, base_url: str = "") -> None:
    """Render for the live preview, where MkDocs itself serves the downloads."""
    docs, pages = _write_docs(checked, base_url)
    for item in downloads(checked, pages, base_url):
        docs.write(item.path, item.make())
    docs.prune()


def _write_docs(checked: Checked, base_url: str) -> tuple[Folder, tuple[Page, ...]]:
    ws = checked.workspace
    docs = Folder(ws.root / "build" / "docs")
    generator.overlay(ws.root / "docs", docs, ws.agency)
    env = environment()
    pages = pages_of(checked, base_url)
    shared = {"built": ws.today, "short_name": ws.agency.name_short_th}
    for page in pages:
        docs.write(page.path, page_text(env, page, shared).encode())
    config = generator.config(ws, pages, base_url)
    Folder(ws.root / "build").write("mkdocs.yml", config)
    return docs, pages


def downloads(checked: Checked, pages: tuple[Page, ...], base_url: str = "") -> Iterator[Download]:
    """Yield every file that lies beside the pages: each figure's rows, and each topic's files."""
    for page in pages:
        for fig in page.figures:
            stem = figure_file(page.path, fig)
            about = [
                f"{fig.title} · {checked.workspace.agency.name_th}",
                fig.finding,
                f"ที่มา: {fig.source.title}",
                f"ข้อมูล ณ วันที่: {show_date(fig.source.as_of)}",
            ]
            columns, rows = fig.columns, fig.rows
            if fig.source.sample:
                about.insert(0, "มีข้อมูลตัวอย่าง ไม่ใช่ข้อมูลจริงของหน่วยงานใด")
            # Where real and sample rows stand together, each row already says which it is.
            if fig.source.sample and all(column.name != "sample" for column in columns):
                columns = (*columns, export.PROVENANCE)
                rows = tuple((*row, export.SAMPLE_WORD) for row in rows)
            yield Download(f"{stem}.csv", partial(export.excel_csv_bytes, columns, rows))
            yield Download(
                f"{stem}.xlsx", partial(export.xlsx_bytes, columns, rows, fig.title, about)
            )
    site = _site(checked, base_url)
    for topic in all_topics():
        if topic.downloads is not None:
            yield from topic.downloads(checked.facts[topic.name], site)


def sources_of(checked: Checked, pages: tuple[Page, ...]) -> links.Sources:
    """Return where a person would mend each link: in the data, or in the page's source."""
    ws = checked.workspace
    made = {address(page.path): f"build/docs/{page.path}" for page in pages}
    written = {path: page.file for path, page in ws.written.items()}
    targets = {
        item.evidence.target: year.records.table.place(item.record.index, "evidence")
        for year in checked.facts["oit"].years
        for item in year.items
        if item.record and item.evidence.kind == "page"
    }
    return links.Sources(made | written, ws.root, targets)


def build(
    checked: Checked, progress: Any, *, base_url: str = "", check_links: bool = True
) -> tuple[Finding, ...]:
    """Make the whole site and put it in place; return what the link check found.

    ``site/`` is touched in one step at the very end, and only when nothing is broken.
    """
    root = checked.workspace.root
    new, final = root / "build" / "site", root / "site"
    recover(new, final)
    progress("render")
    pages = render(checked, base_url=base_url)
    progress("mkdocs")
    generator.run_mkdocs(root, checked.workspace.today)
    progress("downloads")
    folder = Folder(new)
    for item in downloads(checked, pages, base_url):
        folder.write(item.path, item.make())
    found: tuple[Finding, ...] = ()
    if check_links:
        progress("links")
        base_path = urlsplit(base_url or checked.workspace.agency.base_url).path.rstrip("/") + "/"
        sources = sources_of(checked, pages)
        found = tuple(links.check_site(new, sources, base_path))
    if not found:
        replace_folder(new, final)
    return found
