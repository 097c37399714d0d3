"""The only writer: unchanged bytes stay untouched, nothing escapes, a site is swapped whole."""

from __future__ import annotations

import threading

import pytest

from scripts.core import publish
from scripts.core.publish import Folder, recover, replace


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def fill(folder, **files):
    for name, text in files.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_unchanged_bytes_leave_a_file_untouched(tmp_path):
    first = Folder(tmp_path)
    first.write("a/x.md", b"1")
    first.write("y.md", b"2")
    assert first.changed == 2
    before = {path: path.stat() for path in tmp_path.rglob("*.md")}
    second = Folder(tmp_path)
    second.write("a/x.md", b"1")
    second.write("y.md", b"3")
    assert second.changed == 1
    after = {path: path.stat() for path in tmp_path.rglob("*.md")}
    same = tmp_path / "a" / "x.md"
    assert after[same].st_mtime_ns == before[same].st_mtime_ns
    assert after[same].st_ino == before[same].st_ino
    assert tree(tmp_path) == {"a/x.md": b"1", "y.md": b"3"}


def test_prune_removes_what_was_not_written(tmp_path):
    fill(tmp_path / "old" / "deep", x="1")
    fill(tmp_path, stale="1", kept="1")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "empty").mkdir()
    folder = Folder(tmp_path)
    folder.write("kept", b"1")
    folder.write("new/y", b"2")
    folder.prune()
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} == {
        "kept",
        "new",
        "new/y",
    }


def test_prune_of_a_folder_that_is_not_there(tmp_path):
    Folder(tmp_path / "none").prune()
    assert list(tmp_path.iterdir()) == []


def test_prune_never_follows_a_link_out_of_the_folder(tmp_path):
    outside = fill(tmp_path / "outside", x="1")
    root = fill(tmp_path / "root", y="1")
    (root / "link").symlink_to(outside, target_is_directory=True)
    Folder(root).prune()
    assert tree(outside) == {"x": b"1"}
    assert not (root / "link").is_symlink()


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/tmp/x", "link/x"])
def test_a_path_out_of_the_folder_is_refused(tmp_path, path):
    root = fill(tmp_path / "root", y="1")
    (root / "link").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(ValueError, match="leaves"):
        Folder(root).write(path, b"1")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(("before", "after"), [("a", "a/b"), ("a/b", "a")])
def test_a_file_and_a_folder_may_trade_places(tmp_path, before, after):
    """What one run made as a file, the next may make as a folder, and the other way round."""
    Folder(tmp_path).write(before, b"1")
    folder = Folder(tmp_path)
    folder.write(after, b"2")
    folder.prune()
    assert tree(tmp_path) == {after: b"2"}


@pytest.fixture(params=["swap in one step", "two renames"])
def either_way(request, monkeypatch):
    if request.param == "two renames":
        monkeypatch.setattr(publish, "_exchange", lambda _first, _second: False)


def test_replace_puts_the_new_folder_in_place_and_keeps_the_old(tmp_path, either_way):
    new, site = fill(tmp_path / "new", x="2"), fill(tmp_path / "site", x="1", y="1")
    replace(new, site)
    assert tree(site) == {"x": b"2"}
    assert tree(new) == {"x": b"1", "y": b"1"}
    assert {path.name for path in tmp_path.iterdir()} == {"new", "site"}


def test_replace_where_there_was_no_site(tmp_path, either_way):
    replace(fill(tmp_path / "new", x="1"), tmp_path / "site")
    assert tree(tmp_path) == {"site/x": b"1"}


def test_replace_again_and_again(tmp_path, either_way):
    new, site = tmp_path / "new", tmp_path / "site"
    for number in range(4):
        for old in new.glob("*"):
            old.unlink()
        replace(fill(new, x=str(number)), site)
        assert tree(site) == {"x": str(number).encode()}


def test_a_reader_never_finds_half_a_site(tmp_path):
    new, site = fill(tmp_path / "new", index="new"), fill(tmp_path / "site", index="old")
    if not publish._exchange(new, site):
        pytest.skip("this system cannot swap two folders in one step")
    seen, stop = set(), threading.Event()

    def watch():
        while not stop.is_set():
            try:
                seen.add((site / "index").read_text(encoding="utf-8"))
            except FileNotFoundError:
                seen.add("nothing")

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(500):
        replace(new, site)
    stop.set()
    watcher.join()
    assert seen <= {"old", "new"}


def test_recover_brings_back_the_site_after_a_kill_between_two_renames(tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "_exchange", lambda _first, _second: False)
    new, site = fill(tmp_path / "new", x="2"), fill(tmp_path / "site", x="1")
    rename = type(new).rename

    def killed(path, target):
        if path == new:
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(type(new), "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            replace(new, site)
    assert not site.exists()
    recover(new, site)
    assert tree(site) == {"x": b"1"}
    replace(new, site)
    assert tree(site) == {"x": b"2"}
    assert tree(new) == {"x": b"1"}


def test_recover_leaves_a_whole_site_alone(tmp_path):
    new, site = tmp_path / "new", fill(tmp_path / "site", x="1")
    recover(new, site)
    fill(tmp_path / "new.old", x="0")
    recover(new, site)
    assert tree(site) == {"x": b"1"}
    recover(tmp_path / "n", tmp_path / "s")
    assert not (tmp_path / "s").exists()
