"""The preview: MkDocs' own live server, and a new render whenever data, docs or scripts change."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from .generator import mkdocs_environment

_WATCHED = ("data", "docs", "mkdocs.yml")
#: Editors save in several steps; a render waits until they are quiet for this long.
_QUIET_SECONDS = 0.4


class _Waker(FileSystemEventHandler):
    def __init__(self, wake: threading.Event) -> None:
        self.wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("created", "modified", "deleted", "moved"):
            self.wake.set()


def serve(root: Path, address: str, today: date, rerender: Callable[[], object]) -> int:
    """Serve build/docs at ``address`` until interrupted, and call ``rerender`` after each change.

    ``rerender`` runs in a process of its own, so that changed scripts count too.
    """
    wake = threading.Event()
    observer = Observer()
    handler = _Waker(wake)
    scripts = Path(__file__).resolve().parents[1]
    for folder in [root / name for name in _WATCHED] + [scripts]:
        if folder.exists():
            observer.schedule(handler, str(folder), recursive=folder.is_dir())
    observer.start()
    command = [sys.executable, "-m", "mkdocs", "serve", "-f", "build/mkdocs.yml", "-a", address]
    server = subprocess.Popen(command, cwd=root, env=mkdocs_environment(today))
    try:
        while server.poll() is None:
            if not wake.wait(timeout=0.5):
                continue
            while wake.is_set():
                wake.clear()
                wake.wait(timeout=_QUIET_SECONDS)
            rerender()
        return server.returncode
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()
        observer.stop()
        observer.join()
