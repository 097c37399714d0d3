"""What must hold in contracts beyond the types of their cells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...core.findings import Finding
from ...core.model import Workspace
from ...core.money import SATANG, baht
from .facts import ProcurementFacts


def end_before_start(_ws: Workspace, facts: ProcurementFacts) -> Iterator[Finding]:
    """A contract ends on or after the day it is signed; real exports do say otherwise."""
    for year in facts.years:
        frame = year.item.frame
        wrong = (frame["end_date"] < frame["date_signed"]).to_numpy()
        for index in np.flatnonzero(wrong):
            start, end = (frame[name].iloc[index].date() for name in ("date_signed", "end_date"))
            params = {"start": start, "end": end}
            place = year.item.table.place(int(index), "end_date")
            yield Finding("end-before-start", place, "end_date", end.isoformat(), params)


def above_budget(_ws: Workspace, facts: ProcurementFacts) -> Iterator[Finding]:
    """A contract keeps within its project's budget; less than a baht over is rounding."""
    for year in facts.years:
        frame = year.item.frame
        over = frame["contract_amount"] - frame["budget_amount"] >= SATANG
        for index in map(int, np.flatnonzero(over.fillna(value=False).to_numpy(dtype=bool))):
            amounts = (
                int(frame[name].iloc[index]) for name in ("contract_amount", "budget_amount")
            )
            amount, budget = map(baht, amounts)
            place = year.item.table.place(index, "contract_amount")
            yield Finding("above-budget", place, "contract_amount", amount, {"budget": budget})
