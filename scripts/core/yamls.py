"""YAML with places: every scalar stays a text, every value knows its line, duplicates are errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from .findings import Finding, Place
from .grids import conflict_line

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_FRONT = re.compile(r"\A---\n(.*?)\n---(?:\n|\Z)", re.DOTALL)
#: Nesting deeper than this is a slip or an attack, never data.
MAX_DEPTH = 20
#: Aliases can make a small file expand without end; no file of ours comes near this.
MAX_VALUES = 500_000


@dataclass
class Document:
    """A YAML file: dicts, lists, texts and None, with the line of each by its path of keys."""

    value: Any = None
    lines: dict[tuple[Any, ...], int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_yaml(text: str, file: str) -> Document:
    """Parse YAML without guessing types; problems come back as findings, never as exceptions.

    Rules: ``yaml-syntax``, ``duplicate-yaml-key``. Plain ``null``, ``~`` and nothing become None;
    ``yes``, ``2569`` and dates stay the texts that were typed.
    """
    document = Document()
    if conflict := conflict_line(text):
        document.findings.append(Finding("merge-conflict", Place(file, conflict)))
        return document
    try:
        if line := _too_much(text):
            params = {"problem": "nested too deep or too many values"}
            document.findings.append(Finding("yaml-syntax", Place(file, line), params=params))
            return document
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if "quoted scalar" in (error.context or ""):
            # A quotation mark left open is noticed at the end of the file: name where it opens.
            mark = error.context_mark
        place = Place(file, mark.line + 1 if mark else 0)
        document.findings.append(
            Finding("yaml-syntax", place, params={"problem": error.problem or "?"})
        )
        return document
    except yaml.YAMLError as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        document.findings.append(Finding("yaml-syntax", Place(file), params={"problem": problem}))
        return document
    document.value = _plain(node, (), document, file) if node is not None else None
    return document


def _too_much(text: str) -> int:
    """Return the line where a file gets too deep or too large to be data; 0 when it does not.

    Looked at event by event, because the composer itself falls over deep nesting. An alias counts
    as much as the whole file before it: that is what it may expand to.
    """
    depth = values = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        values += values + 1 if isinstance(event, yaml.AliasEvent) else 1
        if depth > MAX_DEPTH or values > MAX_VALUES:
            return event.start_mark.line + 1 if event.start_mark else 1
    return 0


def _plain(node: yaml.Node, path: tuple[Any, ...], document: Document, file: str) -> Any:
    line = node.start_mark.line + 1
    document.lines[path] = line
    if len(path) > MAX_DEPTH:
        # Only an alias of what holds it gets here.
        params = {"problem": "nested too deep or too many values"}
        document.findings.append(Finding("yaml-syntax", Place(file, line), params=params))
        return None
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(child, (*path, index), document, file) for index, child in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, child in node.value:
            key = str(key_node.value)
            key_line = key_node.start_mark.line + 1
            if key in result:
                first = document.lines[(*path, key)]
                document.findings.append(
                    Finding(
                        "duplicate-yaml-key", Place(file, key_line), key, params={"first": first}
                    )
                )
                continue
            result[key] = _plain(child, (*path, key), document, file)
            document.lines[(*path, key)] = key_line
        return result
    if isinstance(node, yaml.ScalarNode) and not node.style and node.value in _NULLS:
        return None
    return str(node.value)


def front_matter(text: str, file: str) -> Document:
    """Read the YAML between the two ``---`` lines that open a Markdown page; empty without them."""
    match = _FRONT.match(text.replace("\r\n", "\n"))
    # The opening line is kept as a blank one, so that lines count as they do in the file.
    return read_yaml("\n" + match[1], file) if match else Document()


def at(document: Mapping[tuple[Any, ...], int], *path: Any) -> int:
    """Return the line of a path, or of its nearest known parent; 0 when none is known."""
    while path and path not in document:
        path = path[:-1]
    return document.get(path, 0)
