"""Loads the documentation entries of all rules: the one list of what a check can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from .findings import Catalogue, Rule, RuleText, Severity
from .yamls import read_yaml

LANGS = ("th", "en")
#: Key of the words that messages share, such as the names of the types.
WORDS = "_words"


class RuleError(Exception):
    """A documentation entry is broken: a fault of the program, never of data."""


def load_rules(files: Iterable[Path]) -> Catalogue:
    """Read rules.yml files into one catalogue.

    Raises `RuleError` where an entry lacks a text, so that no rule can exist undocumented.
    """
    rules = Catalogue()
    words: dict[str, dict[str, str]] = {}
    for file in files:
        document = read_yaml(file.read_text(encoding="utf-8"), file.name)
        if document.findings or not isinstance(document.value, dict):
            raise RuleError(f"{file}: {document.findings}")
        for rule_id, entry in document.value.items():
            if rule_id == WORDS:
                words |= entry
                continue
            try:
                rules[rule_id] = _rule(rule_id, entry)
            except (KeyError, TypeError) as error:
                raise RuleError(f"{file}: {rule_id}: {error!r}") from error
    rules.words = words
    return rules


def _rule(rule_id: str, entry: Mapping[str, str | Mapping[str, str]]) -> Rule:
    texts = {}
    for lang in LANGS:
        text = entry[lang]
        assert isinstance(text, Mapping)
        texts[lang] = RuleText(text["title"], text["message"], text["why"], text["hint"])
    return Rule(
        id=rule_id,
        severity=Severity.of(str(entry["severity"])),
        texts=texts,
        bad=str(entry["bad"] or ""),
        good=str(entry["good"] or ""),
        basis=str(entry.get("basis") or ""),
    )
