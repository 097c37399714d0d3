"""What a text may carry into a file that other programs read: its characters, its lines, its links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

_LINE_ENDS = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")
# Neither XML 1.0 nor a calendar may hold these; a lone surrogate is in no encoding at all.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MARKS = "\u0300-\u036f\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f"
# Seventeen marks are more than any word has, and keep what nobody can read in pieces of 72 octets.
_CLUSTER = re.compile(f".[{_MARKS}]{{0,17}}", re.DOTALL)
# What RFC 3986 lets stand in a link, and the sign of what is encoded already.
_IN_LINKS = ":/?#[]@!$&'()*+,;=%-._~"


def printable(text: str) -> str:
    """Return the text without control characters, each of its line ends as one ``\\n``."""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Return the text on one line, single spaces between its words, without control characters."""
    return " ".join(printable(text).split())


def clusters(text: str) -> Iterator[str]:
    """Yield each character with the marks that sit on it; one is never longer than 72 octets."""
    return (match[0] for match in _CLUSTER.finditer(text))


def link(url: str) -> str:
    """Return a link as ASCII: Thai letters, spaces and quotes in it are percent-encoded."""
    return quote(printable(url).strip(), safe=_IN_LINKS)
