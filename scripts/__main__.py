"""The verbs: parse, call, print, exit code. The only clock and the only print are here."""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType

from . import pipeline
from .core.findings import Finding, Severity, exit_code
from .core.report import FORMS, NOTHING_LISTED, report
from .core.rules import LANGS, RuleError
from .core.statuses import Listed
from .core.thai import BE_FROM, BE_OFFSET
from .samples.procurement import procurement_csv
from .topics.oit.rollover import RolloverError
from .topics.score import report as scoring
from .web import github
from .web.external import outcome_words
from .web.generator import SiteError
from .web.links import LinkCheckError, check_site
from .web.serve import serve

BANGKOK = timezone(timedelta(hours=7))
COULD_NOT_RUN = 2


_REFUSED = (pipeline.RefusedError, RolloverError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns 0 fine, 1 broken, 3 late (if asked for), 2 could not run."""
    options = _parser().parse_args(arguments)
    # A run makes many small lists and few cycles, and ends soon: collect seldom.
    gc.set_threshold(200_000, 20, 20)
    try:
        code: int = VERBS[options.verb](options)
    except (SiteError, LinkCheckError, RuleError, github.GitHubError, *_REFUSED, OSError) as error:
        _progress(f"ทำงานต่อไม่ได้ (could not run): {error}")
        return COULD_NOT_RUN
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, function in VERBS.items():
        verb = verbs.add_parser(name, help=(function.__doc__ or "").splitlines()[0])
        if name == "sample":
            verb.add_argument("dataset", choices=["procurement"])
            verb.add_argument("--year", type=int, default=2569, help="fiscal year, พ.ศ.")
            verb.add_argument("--count", type=int, default=3000)
            verb.add_argument("--seed", type=int, default=2569)
            verb.add_argument("--out", type=Path, required=True)
            continue
        _common(verb, "overdue" if name in ("check", "links") else "broken")
        if name in ("render", "build", "serve", "issue"):
            verb.add_argument("--base-url", default="", help="address of the site when published")
        if name == "check":
            verb.add_argument("--forecast", type=_ahead, metavar="DAYS",
                              help="list what falls due within so many days, by owner")  # fmt: skip
        if name == "links":
            verb.add_argument("--external", action="store_true",
                              help="look at the evidence on the web too")  # fmt: skip
        if name == "issue":
            verb.add_argument("--publish", action="store_true",
                              help="open, update or close the issue on GitHub")  # fmt: skip
        if name == "score":
            verb.add_argument("--fix", default="", metavar="O17,O22",
                              help="say what mending these items gains")  # fmt: skip
        if name == "rollover":
            verb.add_argument("year", type=int, help="fiscal year, พ.ศ., to make records for")
            verb.add_argument("--write", action="store_true", help="write them into data/oit/")
        if name == "build":
            verb.add_argument("--no-links", action="store_true", help="leave the link check out")
        if name == "serve":
            verb.add_argument(
                "--address", default="127.0.0.1:8000", help="host:port of the preview"
            )
    return parser


def _common(verb: argparse.ArgumentParser, fail_on: str) -> None:
    verb.add_argument("--root", type=Path, default=Path(), help="the agency's folder")
    verb.add_argument("--today", type=_day, default=None, metavar="YYYY-MM-DD")
    verb.add_argument("--format", choices=list(FORMS), default="text")
    verb.add_argument("--fail-on", choices=["broken", "overdue", "due-soon"], default=fail_on)
    verb.add_argument("--lang", choices=LANGS, default="th", help="language of messages")
    verb.add_argument("--production", action="store_true", help="refuse sample data")


def _day(text: str) -> date:
    """Read --today; a year of the Buddhist Era is refused, because every item would be overdue."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: ต้องเป็นวันที่แบบ 2026-01-31 ({error})") from error
    if day.year >= BE_FROM:
        meant = day.replace(year=day.year - BE_OFFSET)
        raise argparse.ArgumentTypeError(f"{text} เป็นปี พ.ศ. ให้ใช้ ค.ศ. (use the year ค.ศ.): {meant}")
    return day


def _ahead(text: str) -> int:
    """Read --forecast: days ahead, at most a year."""
    days = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= days <= 366:
        raise argparse.ArgumentTypeError(f"{text}: ต้องเป็น 0–366 วัน (0–366 days)")
    return days


def _today(options: argparse.Namespace) -> date:
    return options.today or datetime.now(BANGKOK).date()


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _checked(options: argparse.Namespace) -> pipeline.Checked:
    root = options.root.resolve()
    if not (root / "data").is_dir():
        raise FileNotFoundError(f"{root}: ไม่มีโฟลเดอร์ data/ (no data/ folder; see --root)")
    return pipeline.check(root, _today(options), production=options.production)


def _say(
    options: argparse.Namespace,
    checked: pipeline.Checked,
    found: Sequence[Finding],
    listed: Listed = NOTHING_LISTED,
) -> int:
    fail_on = Severity.of(options.fail_on)
    today = checked.workspace.today.isoformat()
    form, lang = options.format, options.lang
    print(report(found, checked.rules, form, lang, fail_on, today, listed), end="")
    return exit_code(found, checked.rules, fail_on)


def _check(options: argparse.Namespace) -> int:
    """Read and validate everything, judge freshness; write nothing."""
    checked = _checked(options)
    statuses = tuple(pipeline.statuses_of(checked))
    listed = Listed(statuses, checked.workspace.today, options.forecast)
    return _say(options, checked, checked.findings, listed)


def _stop_if_broken(options: argparse.Namespace, checked: pipeline.Checked) -> bool:
    """Say what is broken, and whether anything is: what is made from broken data would be wrong."""
    broken = exit_code(checked.findings, checked.rules, Severity.BROKEN) == 1
    if broken:
        _say(options, checked, checked.findings)
    return broken


def _record(options: argparse.Namespace) -> int:
    """Append today's changes of state to data/oit/history.csv; the same day twice changes nothing."""
    checked = _checked(options)
    if _stop_if_broken(options, checked):
        return 1
    number = pipeline.record(checked)
    _progress(f"บันทึกความเปลี่ยนแปลง {number} ข้อ (items recorded: {number})")
    return 0


def _issue(options: argparse.Namespace) -> int:
    """Print what is late as the body of an issue, by owner; --publish keeps it on GitHub."""
    checked = _checked(options)
    if _stop_if_broken(options, checked):
        return 1
    reminder = pipeline.reminder_of(checked, options.base_url)
    print(f"# {reminder.title}\n\n{reminder.body}", end="")
    if options.publish:
        _progress(github.publish(reminder, github.Repository.of(os.environ)))
    return 0


def _score(options: argparse.Namespace) -> int:
    """Estimate the ITA score as a range, unofficially, and say which fixes gain most."""
    checked = _checked(options)
    if _stop_if_broken(options, checked):
        return 1
    facts, fix = checked.facts["score"], options.fix.replace(",", " ").split()
    try:
        if options.format == "json":
            print(json.dumps(scoring.as_json(facts, fix), ensure_ascii=False, indent=2))
        else:
            print(scoring.report(facts, fix, options.lang), end="")
    except ValueError as error:
        raise pipeline.RefusedError(str(error)) from error
    return 0


def _rollover(options: argparse.Namespace) -> int:
    """Draft next year's OIT records from this year's, and say what carries over."""
    checked = _checked(options)
    if _stop_if_broken(options, checked):
        return 1
    said, files = pipeline.roll_over(checked, options.year, write=options.write)
    print(said, end="")
    for path in files:
        _progress(str(path))
    return 0


def _render(options: argparse.Namespace) -> int:
    """Check, then write build/docs."""
    checked = _checked(options)
    code = _say(options, checked, checked.findings)
    if code == 1:
        return code
    pipeline.render(checked, base_url=options.base_url)
    return code


def _build(options: argparse.Namespace) -> int:
    """Run the whole flow; ends with site/."""
    checked = _checked(options)
    found = checked.findings
    if not exit_code(found, checked.rules, Severity.of(options.fail_on)):
        found += pipeline.build(
            checked, _progress, base_url=options.base_url, check_links=not options.no_links
        )
    code = _say(options, checked, found)
    if code:
        _progress("site/ ไม่ถูกแตะต้อง (left as it was)")
    else:
        _progress(f"site/ พร้อมแล้ว: {checked.workspace.root / 'site'}")
    return code


def _serve(options: argparse.Namespace) -> int:
    """Preview with live reload."""
    checked = _checked(options)
    if _say(options, checked, checked.findings) == 1:
        return 1
    pipeline.preview(checked, base_url=options.base_url)
    again = [sys.executable, "-m", "scripts", "preview", "--root", str(options.root.resolve())]
    if options.today:
        again += ["--today", options.today.isoformat()]
    again += ["--lang", options.lang]
    return serve(
        options.root.resolve(),
        options.address,
        _today(options),
        lambda: subprocess.run(again, cwd=Path(__file__).resolve().parents[1], check=False),
    )


def _preview(options: argparse.Namespace) -> int:
    """Render for the preview: like render, with the downloads beside the pages."""
    checked = _checked(options)
    code = _say(options, checked, checked.findings)
    if code != 1:
        pipeline.preview(checked, base_url="")
    return code


def _links(options: argparse.Namespace) -> int:
    """Check the links of site/; with --external the evidence on the web too."""
    checked = _checked(options)
    site = checked.workspace.root / "site"
    built = (site / "index.html").is_file()
    if not built and not options.external:
        raise FileNotFoundError(f"{site}: ยังไม่มีเว็บไซต์ ให้ build ก่อน (no site; build first)")
    sources = pipeline.sources_of(checked, pipeline.pages_of(checked))
    found = list(check_site(site, sources)) if built else []
    if options.external:
        outcome = pipeline.check_evidence(checked, _progress)
        _progress(outcome_words(outcome))
        # Read once more: the rules judge what the history says now.
        found += [item for item in _checked(options).findings if item.rule in pipeline.LINK_RULES]
    return _say(options, checked, found)


def _sample(options: argparse.Namespace) -> int:
    """Write invented data of a dataset, for trying things."""
    text = procurement_csv(options.count, options.year, options.seed)
    options.out.write_text(text, encoding="utf-8", newline="\n")
    return 0


VERBS = {
    "check": _check,
    "render": _render,
    "build": _build,
    "serve": _serve,
    "preview": _preview,
    "links": _links,
    "record": _record,
    "issue": _issue,
    "score": _score,
    "rollover": _rollover,
    "sample": _sample,
}


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a fault of the program and exit as "could not run": Python's own 1 means broken data."""
    sys.__excepthook__(kind, error, trace)
    sys.stderr.flush()
    os._exit(COULD_NOT_RUN)


if __name__ == "__main__":
    sys.excepthook = _crashed
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader of our output went away (a pager, `head`): not a fault worth a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(COULD_NOT_RUN)
