"""data/oit/settings.yml: what an agency decides about the checks of its disclosure items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...core.thai import fold_digits

SETTINGS = "oit/settings.yml"
_YES, _NO = {"true", "yes", "ใช่"}, {"false", "no", "ไม่"}
#: Vowels above and below Thai letters are no letters to ``\w``.
_HOST = re.compile(r"[\w\u0E31-\u0E4E-]+(\.[\w\u0E31-\u0E4E-]+)+")
#: What everybody's hosts end in is nobody's own.
_SUFFIXES = {f"{kind}.th" for kind in ("go", "or", "co", "ac", "in", "mi", "net")}
_KEYS = {"move_due_to_open_day", "link_failures", "official_hosts"}


@dataclass(frozen=True)
class Settings:
    """``move`` due days that fall on closed ones; days that a link must fail; hosts of the agency.

    ``problems`` holds (key, what is wrong): the default stands in for such a value.
    """

    move: bool = False
    link_failures: int = 3
    official_hosts: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()


def read_settings(document: Any) -> Settings:
    """Read the settings; an agency without the file gets the defaults."""
    if document is None:
        return Settings()
    if not isinstance(document, dict):
        return Settings(problems=(("", "mapping expected"),))
    problems = [(key, "unknown key") for key in document if key not in _KEYS]
    return Settings(
        move=_flag(document, "move_due_to_open_day", problems),
        link_failures=_number(document, "link_failures", problems),
        official_hosts=_hosts(document, problems),
        problems=tuple(problems),
    )


def _flag(node: Mapping[str, Any], key: str, problems: list[tuple[str, str]]) -> bool:
    word = str(node.get(key) or "ไม่").casefold()
    if word not in _YES | _NO:
        problems.append((key, "true or false expected"))
    return word in _YES


def _number(node: Mapping[str, Any], key: str, problems: list[tuple[str, str]]) -> int:
    if node.get(key) is None:
        return Settings.link_failures
    text = fold_digits(str(node[key]))
    if re.fullmatch("[0-9]{1,2}", text) and 1 <= int(text) <= 30:
        return int(text)
    problems.append((key, "whole number expected"))
    return Settings.link_failures


def _hosts(node: Mapping[str, Any], problems: list[tuple[str, str]]) -> tuple[str, ...]:
    hosts = node.get("official_hosts") or []
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        problems.append(("official_hosts", "list expected"))
        return ()
    names = tuple(_host(host) for host in hosts)
    for host, name in zip(hosts, names, strict=True):
        if not _is_host(name):
            problems.append(("official_hosts", f"host such as www.example.go.th: {host}"))
    return tuple(filter(_is_host, names))


def _is_host(name: str) -> bool:
    return bool(_HOST.fullmatch(name)) and name.removeprefix("www.") not in _SUFFIXES


def _host(text: str) -> str:
    """Return the host of an address, or the text itself where it is no address."""
    text = text.strip().casefold()
    return text.partition("://")[2].partition("/")[0] if "://" in text else text
