"""A pytest plug-in for CI: fails the run when a browser test was skipped, or none ran.

Loaded by name, ``pytest -p tests.browser_gate``. Elsewhere a machine without a browser may skip.
"""

import pytest

MARK = "browser"


class BrowserGate:
    """Counts what became of the tests marked ``browser``."""

    def __init__(self) -> None:
        self.ran = 0
        self.skipped: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        # A file that skips itself is never asked for its marks: go by its name.
        if report.skipped and MARK in report.nodeid:
            self.skipped.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if MARK not in report.keywords:
            return
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)
        elif report.when == "call":
            self.ran += 1

    def problem(self) -> str:
        """Return what is wrong, or nothing."""
        if self.skipped:
            return "browser tests were skipped: " + ", ".join(self.skipped)
        return "" if self.ran else "no browser test ran"

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.problem() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.problem():
            terminalreporter.write_line(f"browser gate: {self.problem()}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(BrowserGate(), "browser-gate")
