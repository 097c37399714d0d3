"""The only writer: unchanged bytes leave a file untouched, and a site is replaced in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_MACOS_RENAME_SWAP = 2


class Folder:
    """A folder that is wholly made: what was not written in this run is removed by `prune`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written: set[Path] = set()
        self.changed = 0

    def write(self, path: str, data: bytes) -> None:
        """Write bytes at a path below the folder, only where they differ from what is there."""
        target = self.root / path
        if not target.resolve().is_relative_to(self.root.resolve()):
            raise ValueError(f"{path} leaves {self.root}")
        self.written.add(target)
        try:
            if target.read_bytes() == data:
                return
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            pass
        self._clear_way(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.changed += 1

    def _clear_way(self, target: Path) -> None:
        """Remove what an earlier run left in the way: a folder where a file goes, or the reverse."""
        if target.is_dir():
            shutil.rmtree(target)
        for parent in target.relative_to(self.root).parents:
            if (self.root / parent).is_file():
                (self.root / parent).unlink()

    def prune(self) -> None:
        """Remove every file below the folder that was not written, and folders left empty."""
        for path in sorted(self.root.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path not in self.written:
                path.unlink()


def write_file(path: Path, data: bytes) -> None:
    """Write a file of the agency whole or not at all: a kill leaves the old one."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(data)
    aside.replace(path)


def replace(new: Path, site: Path) -> None:
    """Put the folder ``new`` in the place of ``site``; the old one ends where ``new`` was.

    Where the system can, both swap in one atomic step, so that a kill at any moment leaves a whole
    ``site``. Elsewhere two renames are made and `recover` mends a kill between them.
    """
    if not site.exists():
        new.rename(site)
    elif not _exchange(new, site):
        old = _aside(new)
        shutil.rmtree(old, ignore_errors=True)
        site.rename(old)
        new.rename(site)
        old.rename(new)


def recover(new: Path, site: Path) -> None:
    """Bring back the old site after a kill between the two renames of `replace`."""
    old = _aside(new)
    if old.exists() and not site.exists():
        old.rename(site)


def _aside(new: Path) -> Path:
    return new.with_name(new.name + ".old")


def _exchange(first: Path, second: Path) -> bool:
    """Swap two paths atomically; False where this system or file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    a, b = os.fsencode(first), os.fsencode(second)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        failed = libc.renameat2(_AT_FDCWD, a, _AT_FDCWD, b, _RENAME_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(a, b, _MACOS_RENAME_SWAP)
    else:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV):
        return False
    raise OSError(code, os.strerror(code), str(second))
