"""Columns of texts become columns of values: whole column first, cell by cell only where that fails.

Each reader takes cleaned texts ("" is empty) and returns `Parsed`: values in the same order, faults
by row, and the rules of what was accepted but is worth a notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from .model import Codelist, Field
from .money import SATANG, read_integer, read_satang
from .tables import LIST_SEPARATOR
from .thai import (
    BE_FROM,
    BE_OFFSET,
    DateFault,
    fold_digits,
    has_thai_digits,
    read_date,
    show_date,
    strip_hidden,
)

Fault = tuple[int, str, Mapping[str, Any]]

_AMOUNTS = re.compile(r"(?:[0-9]{1,13}(?:\.[0-9]{1,2})?)?(?:\n(?:[0-9]{1,13}(?:\.[0-9]{1,2})?)?)*")
_ISO_DATES = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?(?:\n(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?)*")
_LONG_DECIMALS = re.compile(r"-?[0-9][0-9,]*\.[0-9]{3,}")
_EARLIEST = np.datetime64(f"{BE_FROM - BE_OFFSET}-01-01")
_LATEST = np.datetime64(f"{BE_FROM}-01-01")
_YES = {"ใช่", "true", "yes", "1"}
_NO = {"ไม่", "ไม่ใช่", "false", "no", "0"}


@dataclass
class Parsed:
    """Values of a column; faults are (row, rule, params), notes (rule -> rows it was seen in)."""

    values: Any
    faults: list[Fault] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)


def read_strings(texts: Sequence[str], blob: str, spec: Field, _codes: object) -> Parsed:
    """Texts, checked against ``enum``, ``pattern`` and ``max_length``."""
    parsed = Parsed(pd.Series(texts, dtype=object))
    if spec.enum:
        allowed = set(spec.enum)
        words = ", ".join(spec.enum)
        parsed.faults += [
            (i, "constraint-error", {"limit": words})
            for i, text in enumerate(texts)
            if text and text not in allowed
        ]
    if spec.pattern:
        matches = re.compile(spec.pattern).fullmatch
        parsed.faults += [
            (i, "constraint-error", {"limit": spec.description or spec.pattern})
            for i, text in enumerate(texts)
            if text and not matches(text)
        ]
    if spec.max_length and any(len(text) > spec.max_length for text in texts):
        parsed.faults += [
            (i, "constraint-error", {"limit": f"<= {spec.max_length} characters"})
            for i, text in enumerate(texts)
            if len(text) > spec.max_length
        ]
    return parsed


def read_money(texts: Sequence[str], blob: str, spec: Field, _codes: object) -> Parsed:
    """Baht to whole satang (Int64). Thai digits and thousands separators are accepted."""
    if _AMOUNTS.fullmatch(blob):
        # Exact: below 10^13 baht a float64 holds every satang.
        written = np.array(texts, dtype=np.str_)
        empty = written == ""
        amounts = np.where(empty, "0", written).astype(np.float64)
        values = pd.array(np.rint(amounts * SATANG).astype(np.int64), dtype="Int64")
        values[empty] = pd.NA
        return _bounded(Parsed(pd.Series(values)), spec, SATANG)
    parsed = _cell_by_cell(texts, _one_amount)
    parsed.values = pd.Series(parsed.values, dtype="Int64")
    return _bounded(parsed, spec, SATANG)


def _one_amount(text: str) -> tuple[Any, tuple[str, Mapping[str, Any]] | None, list[str]]:
    folded = fold_digits(text)
    notes = ["thai-digits"] if folded != text else []
    value = read_satang(folded)
    if value is None:
        if _LONG_DECIMALS.fullmatch(folded):
            return None, ("constraint-error", {"limit": "<= 2 decimals"}), []
        return None, ("type-error", {"expected": "money"}), []
    if "," in folded:
        notes.append("thousands-separator")
    return value, None, notes


def read_integers(texts: Sequence[str], blob: str, spec: Field, _codes: object) -> Parsed:
    """Whole numbers (Int64)."""

    def one(text: str) -> tuple[Any, tuple[str, Mapping[str, Any]] | None, list[str]]:
        folded = fold_digits(text)
        value = read_integer(folded)
        if value is None:
            return None, ("type-error", {"expected": "integer"}), []
        notes = ["thai-digits"] if folded != text else []
        return value, None, notes + (["thousands-separator"] if "," in folded else [])

    parsed = _cell_by_cell(texts, one)
    parsed.values = pd.Series(parsed.values, dtype="Int64")
    return _bounded(parsed, spec, 1)


def read_decimals(texts: Sequence[str], blob: str, spec: Field, _codes: object) -> Parsed:
    """Exact decimals (objects of `decimal.Decimal`, None for empty)."""

    def one(text: str) -> tuple[Any, tuple[str, Mapping[str, Any]] | None, list[str]]:
        folded = fold_digits(text)
        try:
            value = Decimal(folded) if re.fullmatch(r"-?[0-9.]{1,20}", folded) else None
        except InvalidOperation:
            value = None
        if value is None:
            return None, ("type-error", {"expected": "number"}), []
        exponent = value.as_tuple().exponent
        if spec.decimals is not None and isinstance(exponent, int) and -exponent > spec.decimals:
            return None, ("constraint-error", {"limit": f"<= {spec.decimals} decimals"}), []
        return value, None, ["thai-digits"] if folded != text else []

    parsed = _cell_by_cell(texts, one)
    parsed.values = pd.Series(parsed.values, dtype=object)
    return _bounded(parsed, spec, 1)


def read_dates(texts: Sequence[str], blob: str, spec: Field, _codes: object) -> Parsed:
    """Dates to datetime64[s], NaT for empty; the accepted forms are those of `thai.read_date`."""
    if _ISO_DATES.fullmatch(blob):
        try:
            days = np.array([text or "NaT" for text in texts], dtype="datetime64[D]")
        except ValueError:
            pass
        else:
            if not ((days >= _LATEST) | (days < _EARLIEST)).any():
                return Parsed(pd.Series(days.astype("datetime64[s]")))

    def one(text: str) -> tuple[Any, tuple[str, Mapping[str, Any]] | None, list[str]]:
        value = read_date(text)
        if isinstance(value, DateFault):
            meant = f"{value.meant.isoformat()} ({show_date(value.meant)})" if value.meant else "?"
            return None, (value.rule, {"meant": meant, "expected": "date"}), []
        return value, None, ["thai-digits"] if has_thai_digits(text) else []

    parsed = _cell_by_cell(texts, one)
    days = np.array(
        ["NaT" if day is None else day.isoformat() for day in parsed.values], dtype="datetime64[D]"
    )
    parsed.values = pd.Series(days.astype("datetime64[s]"))
    return parsed


def read_codes(texts: Sequence[str], blob: str, spec: Field, codes: Codelist | None) -> Parsed:
    """Codes of a code list; the exact Thai name of a code is accepted in its place."""
    if codes is None:
        return Parsed(pd.Series(texts, dtype=object))
    found: dict[str, str] = {"": ""}
    unknown: dict[str, str] = {}
    for text in set(texts) - {""}:
        key = name_key(text)
        code = text if text in codes.rows else codes.by_name.get(key)
        if code is None and key in codes.rows:
            code = key
        if code is None:
            unknown[text] = _suggest(text, codes)
        found[text] = code if code is not None else ""
    parsed = Parsed(pd.Series([found[text] for text in texts], dtype=object))
    if unknown:
        parsed.faults = [
            (i, "unknown-code", {"codelist": codes.name, "suggestion": unknown[text]})
            for i, text in enumerate(texts)
            if text in unknown
        ]
    return parsed


def _suggest(text: str, codes: Codelist) -> str:
    words = [*codes.rows, *(row["name_th"] for row in codes.rows.values())]
    close = get_close_matches(text, words, n=1, cutoff=0.75)
    return close[0] if close else ", ".join(list(codes.rows)[:6])


def read_booleans(texts: Sequence[str], blob: str, spec: Field, _codes: object) -> Parsed:
    """ใช่ or ไม่ (also true/false, yes/no, 1/0) to booleans."""

    def one(text: str) -> tuple[Any, tuple[str, Mapping[str, Any]] | None, list[str]]:
        word = fold_digits(text).casefold()
        if word in _YES or word in _NO:
            return word in _YES, None, []
        return None, ("type-error", {"expected": "boolean"}), []

    parsed = _cell_by_cell(texts, one)
    parsed.values = pd.Series(parsed.values, dtype="boolean")
    return parsed


def read_arrays(texts: Sequence[str], blob: str, spec: Field, _codes: object) -> Parsed:
    """Lists of texts: a YAML list, or texts with ``;`` between them."""
    values = [
        tuple(
            part.strip()
            for part in text.split(LIST_SEPARATOR if LIST_SEPARATOR in text else ";")
            if part.strip()
        )
        for text in texts
    ]
    parsed = Parsed(pd.Series(values, dtype=object))
    if spec.enum:
        parsed.faults = [
            (i, "constraint-error", {"limit": ", ".join(spec.enum)})
            for i, parts in enumerate(values)
            if not set(parts) <= set(spec.enum)
        ]
    return parsed


#: The reader of each type that a dataset.yml may name.
READERS: Mapping[str, Callable[[Sequence[str], str, Field, Codelist | None], Parsed]] = {
    "string": read_strings,
    "money": read_money,
    "integer": read_integers,
    "decimal": read_decimals,
    "date": read_dates,
    "code": read_codes,
    "boolean": read_booleans,
    "array": read_arrays,
}


def name_key(text: str) -> str:
    """Return the form in which Thai names are compared: no spaces, ำ composed, no case."""
    return "".join(strip_hidden(text).replace("ํา", "ำ").split()).casefold()


def _cell_by_cell(
    texts: Sequence[str],
    one: Callable[[str], tuple[Any, tuple[str, Mapping[str, Any]] | None, list[str]]],
) -> Parsed:
    parsed = Parsed([None] * len(texts))
    seen: dict[str, Any] = {}
    for index, text in enumerate(texts):
        if not text:
            continue
        if text not in seen:
            seen[text] = one(text)
        value, fault, notes = seen[text]
        parsed.values[index] = value
        if fault:
            parsed.faults.append((index, *fault))
        for rule in notes:
            parsed.notes.setdefault(rule, []).append(index)
    return parsed


def _bounded(parsed: Parsed, spec: Field, scale: int) -> Parsed:
    """Add faults for values outside ``minimum`` and ``maximum``."""
    values = parsed.values
    for bound, sign in ((spec.minimum, ">="), (spec.maximum, "<=")):
        if bound is None:
            continue
        known = values.notna()
        limit = bound * scale
        wrong = values[known] < limit if sign == ">=" else values[known] > limit
        rows = values[known].index[wrong.to_numpy(dtype=bool)]
        rule = "negative-amount" if sign == ">=" and bound == 0 else "constraint-error"
        parsed.faults += [(int(i), rule, {"limit": f"{sign} {bound:,}"}) for i in rows]
    return parsed


def future(values: pd.Series, today: date) -> list[int]:
    """Return the rows whose date lies after ``today``."""
    return [int(i) for i in np.flatnonzero((values > pd.Timestamp(today)).to_numpy())]
