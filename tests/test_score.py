"""Where the score goes: the steps are exact, a fix never lowers the estimate, nothing is official."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from conftest import REPO, TINY, TODAY, copy_agency
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scripts import pipeline
from scripts.core.render import environment, page_text
from scripts.core.shown import Site
from scripts.core.yamls import read_yaml
from scripts.topics.ita.levels import read_levels
from scripts.topics.score import facts as score
from scripts.topics.score.estimate import (
    Basis,
    Entry,
    Fix,
    Range,
    Step,
    estimate,
    fixes,
    plan,
    rounded,
    without_items,
)
from scripts.topics.score.marks import ESTIMATE, STATES, read_settings
from scripts.topics.score.pages import pages
from scripts.topics.score.report import as_json, report
from scripts.topics.score.words import plain, step_head


def document(name):
    text = (REPO / "data" / "ita" / name).read_text(encoding="utf-8")
    return read_yaml(text, name).value


LEVELS, _ = read_levels(document("levels.yml"))
SETTINGS = document("estimate.yml")
MARKS = read_settings(SETTINGS).rules[0].marks
SEED = ("98.63", "98.57", "99.69", "98.88", "97.63", "97.70", "94.96", "94.75", "96.25", "90.00")


def same(value):
    return Range(Fraction(value), Fraction(value))


def basis(marks=MARKS, scores=SEED, rules=LEVELS[0]):
    published = {
        str(number): Step("indicator", str(number), f"ตัวชี้วัด {number}", same(value))
        for number, value in enumerate(scores, 1)
    }
    return Basis(marks, rules, published, {"OIT": "การเปิดเผย"})


def entry(number, state, indicator="9", sub=""):
    return Entry(f"O{number}", f"เรื่อง {number}", indicator, sub, state)


def steps(outcome):
    return {(step.kind, step.code): step.value for step in outcome.total.walk()}


def board(entries, year=2569):
    """Return facts as the topic of the disclosure items gives them, of a board of these items."""
    items = [
        SimpleNamespace(
            criterion=SimpleNamespace(
                number=one.number,
                title=one.title,
                indicator=int(one.indicator),
                sub_indicator=one.sub_indicator,
            ),
            record=SimpleNamespace(sample=one.sample),
            due=SimpleNamespace(state=one.state),
        )
        for one in entries
    ]
    return SimpleNamespace(board=SimpleNamespace(year=year, items=items))


def built(demo, entries, settings=SETTINGS, ita=None, year=2569):
    ws = replace(demo.workspace, documents={ESTIMATE: settings})
    return score.build(ws, board(entries, year), ita or demo.facts["ita"])


MIXED = (
    entry(1, "fresh"),
    entry(2, "overdue"),
    entry(3, "missing"),
    entry(4, "not-applicable"),
    entry(5, "due-soon"),
    entry(6, "fresh", "10"),
    entry(7, "unknown", "10"),
)


# The seed document


def test_the_ten_scores_of_the_seed_document(demo):
    facts = demo.facts["score"]
    found = steps(facts.official)
    assert tuple(str(rounded(found["indicator", str(n)].likely)) for n in range(1, 11)) == SEED
    assert {code: str(rounded(found["instrument", code].certain)) for code in ("IIT", "EIT", "OIT")} == {
        "IIT": "98.68",
        "EIT": "95.80",
        "OIT": "93.13",
    }  # fmt: skip
    assert str(rounded(found["total", "ITA"].likely)) == "95.60"
    assert found["total", "ITA"] == same("95.595")
    assert facts.official.certain.level.name == "ผ่านดี"
    assert facts.official.certain.next_level.name == "ผ่านดีเยี่ยม"


@pytest.mark.parametrize("fix", [[], ["O22"]])
def test_the_report_says_the_seed_document_again(demo, fix):
    said = report(demo.facts["score"], fix, "th")
    for text in ("98.68", "95.80", "93.13", "95.60", "ระดับ: ผ่านดี\n"):
        assert text in said
    assert "OIT ขาด 1.875 คะแนน จึงถึงระดับผ่านดีเยี่ยม" in said
    assert "= (96.25 + 90.00) ÷ 2 = 93.125" in said


def test_the_json_says_the_seed_document_again(demo):
    official = as_json(demo.facts["score"], [])["official"]
    assert official["year"] == 2568
    assert official["total"] == {"certain": "95.60", "likely": "95.60"}
    assert official["level"]["likely"] == "ผ่านดี"
    assert official["missing"]["certain"] == {"OIT": "1.875"}


# The arithmetic


def test_every_step_by_hand():
    found = steps(estimate(MIXED, basis()))
    # Indicator 9: fresh, overdue, missing, due soon; what is not applicable is not there at all.
    assert ("item", "O4") not in found
    assert found["indicator", "9"] == Range(Fraction(90 + 0 + 0 + 90, 4), Fraction(250, 4))
    assert found["indicator", "10"] == Range(Fraction(90, 2), Fraction(150, 2))
    assert found["instrument", "OIT"] == Range(Fraction(45), Fraction(275, 4))
    others = Fraction("98.68") * 3 / 10 + Fraction("287.41") / 3 * 3 / 10
    assert found["total", "ITA"] == Range(others + 18, others + Fraction(275, 10))


def test_sub_indicators_count_alike_however_many_items_they_have():
    entries = (
        entry(1, "fresh", "9", "9.1"),
        entry(2, "fresh", "9", "9.1"),
        entry(3, "fresh", "9", "9.1"),
        entry(4, "missing", "9", "9.2"),
        entry(5, "fresh", "10", "10.1"),
    )
    found = steps(estimate(entries, basis()))
    assert found["sub-indicator", "9.1"].likely == 100
    assert found["sub-indicator", "9.2"].likely == 0
    assert found["indicator", "9"].likely == 50
    # One item of unknown sub-indicator: nobody knows the groups, so the items count alike.
    flat = (*entries[:3], entry(4, "missing", "9"), entries[4])
    found = steps(estimate(flat, basis()))
    assert found["indicator", "9"].likely == 75
    assert not [code for kind, code in found if kind == "sub-indicator" and code.startswith("9")]


def test_a_sub_indicator_without_items_left_is_left_out():
    entries = (
        entry(1, "fresh", "9", "9.1"),
        entry(2, "not-applicable", "9", "9.2"),
        entry(3, "fresh", "10", "10.1"),
    )
    found = steps(estimate(entries, basis()))
    assert ("sub-indicator", "9.2") not in found
    assert found["indicator", "9"].likely == 100


def test_an_indicator_without_items_is_named():
    entries = (entry(1, "fresh"), entry(2, "not-applicable", "10"))
    assert without_items(entries, LEVELS[0]) == ["10"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.005", "0.01"), ("93.125", "93.13"), ("95.594999", "95.59"), ("100", "100.00"), ("0", "0.00")],
)  # fmt: skip
def test_rounding_is_half_up(value, shown):
    assert f"{rounded(Fraction(value)):.2f}" == shown


@given(st.fractions(0, 100))
def test_rounding_is_never_further_than_half_a_hundredth(value):
    found = Fraction(rounded(value))
    assert -Fraction(1, 200) <= value - found < Fraction(1, 200)


def test_numbers_are_written_whole():
    assert plain(Fraction("1.875")) == "1.875"
    assert plain(Fraction(5)) == "5"
    assert plain(Fraction(287_41, 300)) == "95.803…"


# Properties


HUNDREDTHS = st.integers(0, 10000).map(lambda value: Fraction(value, 100))


@st.composite
def marks_tables(draw):
    """Draw any table in which nothing earns more than a current item."""
    certain = draw(HUNDREDTHS)
    likely = draw(HUNDREDTHS.filter(lambda value: value >= certain))
    table = {"fresh": Range(certain, likely)}
    for state in STATES[1:]:
        low = draw(st.fractions(0, 1)) * certain
        table[state] = Range(low, low + draw(st.fractions(0, 1)) * (likely - low))
    return table


@st.composite
def boards(draw):
    """Draw items of both indicators, with sub-indicators everywhere, in places, or nowhere."""
    states = st.sampled_from([*STATES, "not-applicable", "a-state-of-tomorrow"])
    subs = draw(st.sampled_from([[""], ["1", "2", "3"], ["", "1", "2"]]))
    drawn = draw(
        st.lists(st.tuples(states, st.sampled_from("9A"), st.sampled_from(subs)), min_size=2, max_size=14)
    )  # fmt: skip
    entries = tuple(
        entry(number, state, {"9": "9", "A": "10"}[indicator], sub)
        for number, (state, indicator, sub) in enumerate(drawn, 1)
    )
    assume(not without_items(entries, LEVELS[0]))
    return entries


def not_lower(after, before):
    return all(
        after[key].certain >= value.certain and after[key].likely >= value.likely
        for key, value in before.items()
    )


@example(MIXED, MARKS, frozenset({"O2", "O3", "O4", "O5", "O7"}))
@given(boards(), marks_tables(), st.frozensets(st.integers(1, 14).map("O{}".format)))
def test_no_fix_lowers_any_step(entries, marks, fixed):
    """Not the total, nor any step below it, on either bound, by any table and any set of fixes."""
    counted = basis(marks)
    before, after = estimate(entries, counted), estimate(entries, counted, fixed)
    assert not_lower(steps(after), steps(before))
    assert all(step.value.certain <= step.value.likely for step in after.total.walk())
    assert all(step.value.certain >= 0 and step.value.likely <= 100 for step in after.total.walk())


@given(boards(), marks_tables(), st.data())
def test_one_fix_more_never_lowers_what_the_others_gave(entries, marks, data):
    numbers = [one.number for one in entries]
    some = data.draw(st.frozensets(st.sampled_from(numbers)))
    more = some | {data.draw(st.sampled_from(numbers))}
    counted = basis(marks)
    before, after = estimate(entries, counted, some), estimate(entries, counted, more)
    assert not_lower(steps(after), steps(before))


@example(MIXED, MARKS)
@given(boards(), marks_tables())
def test_gains_add_up_and_stand_in_order(entries, marks):
    counted = basis(marks)
    found = fixes(entries, counted)
    names = {one.number for one in entries if one.counted and one.state != "fresh"}
    assert {fix.entry.number for fix in found} == names
    gain = estimate(entries, counted, names).total.value - estimate(entries, counted).total.value
    assert sum(fix.gain.certain for fix in found) == gain.certain
    assert sum(fix.gain.likely for fix in found) == gain.likely
    keys = [(-fix.gain.certain, -fix.gain.likely, int(fix.entry.number[1:])) for fix in found]
    assert keys == sorted(keys)


@given(boards(), marks_tables(), st.sampled_from(score.BOUNDS))
def test_the_plan_reaches_the_next_level_and_no_fewer_fixes_do(entries, marks, bound):
    counted = basis(marks, ("99.00",) * 10)
    found = fixes(entries, counted)
    made = plan(entries, counted, bound, found)
    if made.target is None:
        return
    levels = LEVELS[0].levels

    def rank(numbers):
        reached = getattr(estimate(entries, counted, numbers), bound).level
        return len(levels) if reached is None else levels.index(reached)

    aim = levels.index(made.target)
    assert (rank(made.needed) <= aim) == made.enough
    if made.enough:
        gains = sorted((getattr(fix.gain, bound) for fix in found), reverse=True)
        fewer = sum(gains[: len(made.needed) - 1])
        now = getattr(estimate(entries, counted).total.value, bound)
        best = estimate(entries, counted, made.needed[:-1])
        assert getattr(best.total.value, bound) == now + fewer
        assert rank(made.needed[:-1]) > aim
    else:
        assert rank([one.number for one in entries]) > aim


# What the report says


def test_the_report_shows_every_step_as_a_range(demo):
    facts = built(demo, MIXED)
    said = report(facts, [], "th")
    lines = [line.split() for line in said.partition("ประมาณการปี")[2].splitlines()]
    for step in facts.estimate.total.walk():
        bounds = [f"{rounded(value):.2f}" for value in (step.value.certain, step.value.likely)]
        head = step_head("th", step).split()
        assert any(line[: len(head) + 2] == [*head, *bounds] for line in lines), step.code
    assert "มั่นใจได้" in said
    assert "น่าจะได้" in said
    assert "ข้อที่ไม่นับ: O4" in said


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("fix", [[], ["O12", "O22"]])
def test_it_is_called_unofficial_in_its_head_and_in_its_foot(demo, lang, fix):
    said = report(demo.facts["score"], fix, lang).rstrip("\n").splitlines()
    word = {"th": "ไม่เป็นทางการ", "en": "nofficial"}[lang]
    assert word in said[0]
    assert word in said[-1]
    assert as_json(demo.facts["score"], fix)["unofficial"] is True


def test_the_invented_records_are_counted(demo):
    facts = demo.facts["score"]
    marked = [entry for entry in facts.counted if entry.sample]
    assert facts.samples == len(marked) > 0
    said = f"{facts.samples} จาก {len(facts.counted)} ข้อที่นับ"
    assert said in report(facts, [], "th")
    assert as_json(facts, [])["samples"] == {"count": facts.samples, "of": len(facts.counted)}


def test_a_fix_shows_its_gain(demo):
    facts = built(demo, MIXED)
    fix = next(one for one in facts.fixes if one.entry.number == "O2")
    # A quarter of indicator 9, which is half of OIT, which is 0.4 of the total.
    assert fix == Fix(MIXED[1], Range(Fraction(90, 20), Fraction(50, 20)))
    found = as_json(facts, ["O2"])["fixed"]
    assert found["items"] == ["O2"]
    assert found["gain"] == {"certain": "4.50", "likely": "2.50"}
    change = facts.with_fix(["O2"]).total.value - facts.estimate.total.value
    assert change == fix.gain
    lines = [line.split() for line in report(facts, ["O2"], "th").splitlines()]
    assert ["O2", "+4.50", "+2.50", "เกินกำหนด"] in lines
    assert ["เพิ่ม", "+4.50", "+2.50"] in lines


def test_fixes_are_listed_by_gain_and_the_next_level_is_said(demo):
    facts = built(demo, MIXED)
    assert [fix.entry.number for fix in facts.fixes] == ["O7", "O3", "O2", "O5"]
    said = report(facts, [], "th")
    assert "ต้องแก้อะไรจึงถึงระดับถัดไป" in said
    certain, likely = facts.plans
    assert (certain.bound, likely.bound) == ("certain", "likely")
    assert likely.enough
    assert "แก้ " in said


def test_fixes_that_are_not_enough_say_what_is_missing(demo):
    """The marks of a current item are 90 for certain, so the highest level never is."""
    entries = (entry(1, "missing"), entry(2, "fresh", "10"))
    settings = deepcopy(SETTINGS)
    settings["rules"][0]["marks"]["missing"] = {"certain": "85", "likely": "85"}
    facts = built(demo, entries, settings)
    made = facts.plans[0]
    assert (made.level.name, made.target.name) == ("ผ่านดี", "ผ่านดีเยี่ยม")
    assert made.needed == ("O1",)
    assert not made.enough
    assert ("OIT", Fraction(5)) in made.left
    said = report(facts, [], "th")
    assert "แม้แก้ครบ 1 ข้อก็ยังไม่ถึงระดับผ่านดีเยี่ยม: OIT ขาด 5 คะแนน" in said


def test_what_is_current_or_not_counted_gains_nothing(demo):
    facts = built(demo, MIXED)
    said = report(facts, ["O1", "O4"], "th")
    assert "ไม่เพิ่ม เพราะเป็นปัจจุบันแล้ว" in said
    assert "ไม่นับในการประมาณ จึงไม่เพิ่ม" in said
    assert as_json(facts, ["O1", "O4"])["fixed"]["gain"] == {"certain": "0.00", "likely": "0.00"}


@pytest.mark.parametrize(("lang", "said"), [("th", "ไม่มีข้อ O99, X1"), ("en", "no item O99, X1")])
def test_items_that_are_not_there_are_named(demo, lang, said):
    with pytest.raises(ValueError, match=said):
        report(demo.facts["score"], ["O99", "O12", "X1"], lang)


def test_unknown_items_are_no_json_either(demo):
    with pytest.raises(ValueError, match="O99"):
        as_json(demo.facts["score"], ["O99"])


def test_items_are_read_as_people_write_them(demo):
    facts = demo.facts["score"]
    assert as_json(facts, [" o๑๒ ", "O12", ""])["fixed"]["items"] == ["O12"]


def test_every_text_of_a_report_is_there_in_both_languages(demo):
    for facts in (demo.facts["score"], built(demo, MIXED), built(demo, ())):
        for fix in ([], [one.number for one in facts.entries]):
            for lang in ("th", "en"):
                assert not set("{}") & set(report(facts, fix, lang))


# What may be missing


def rules_of(_year):
    return LEVELS[0]


NO_EIGHT = [
    SimpleNamespace(number=str(n), name="", score=Decimal(90)) for n in range(1, 11) if n != 8
]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"entries": (entry(1, "fresh"), entry(2, "not-applicable", "10"))}, "ตัวชี้วัดที่ 10"),
        ({"settings": None}, "estimate.yml"),
        ({"settings": {"public": "false"}}, "estimate.yml"),
        ({"year": 2566}, "levels.yml"),
        ({"ita": SimpleNamespace(years=(), rules_of=rules_of)}, "ยังไม่มีคะแนน ITA"),
        (
            {
                "ita": SimpleNamespace(
                    years=(SimpleNamespace(year=2568, instruments=[], indicators=NO_EIGHT),),
                    rules_of=rules_of,
                )
            },
            "ตัวชี้วัดที่ 8",
        ),
    ],
)
def test_without_what_it_counts_with_there_is_no_estimate_and_why(demo, change, why):
    facts = built(demo, change.pop("entries", MIXED), **change)
    assert facts.estimate is None
    assert facts.with_fix(["O1"]) is None
    said = report(facts, [], "th")
    assert "ยังประมาณการไม่ได้" in said
    assert why in said
    assert why in as_json(facts, [])["why_not"]
    assert report(facts, ["O1"], "en")


def test_an_agency_without_a_board_is_told_so(demo):
    facts = score.build(demo.workspace, SimpleNamespace(board=None), demo.facts["ita"])
    assert facts.estimate is None
    assert "ยังไม่มีบันทึกการเปิดเผย OIT" in report(facts, ["O1"], "th")
    assert "95.60" in report(facts, [], "th")


@pytest.mark.parametrize("lost", ["estimate.yml", "levels.yml"])
def test_an_agency_that_lacks_a_document_is_checked_all_the_same(tmp_path, lost):
    root = copy_agency(TINY, tmp_path / "agency")
    (root / "data/ita" / lost).unlink()
    path = root / "data/ita/dataset.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(f"{lost}, ", ""), encoding="utf-8")
    checked = pipeline.check(root, TODAY)
    assert lost not in {item.place.file for item in checked.findings}
    assert checked.facts["score"].estimate is None
    assert lost in report(checked.facts["score"], [], "th")


# estimate.yml


def with_marks(**marks):
    table = {**SETTINGS["rules"][0]["marks"], **marks}
    table = {state: mark for state, mark in table.items() if mark is not None}
    return {"public": "true", "rules": [{"valid_from_year": "2568", "marks": table}]}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (with_marks(overdue={"certain": "0", "likely": "101"}), "rules[1].marks.overdue"),
        (with_marks(overdue={"certain": "-1", "likely": "50"}), "rules[1].marks.overdue"),
        (with_marks(overdue={"certain": "60", "likely": "50"}), "rules[1].marks.overdue"),
        (with_marks(overdue={"certain": "ครึ่ง", "likely": "50"}), "rules[1].marks.overdue"),
        (with_marks(overdue={"certain": "NaN", "likely": "50"}), "rules[1].marks.overdue"),
        (with_marks(overdue={"likely": "50"}), "rules[1].marks.overdue"),
        (with_marks(overdue=["0", "50"]), "rules[1].marks.overdue"),
        (with_marks(overdue={"certain": "95", "likely": "100"}), "rules[1].marks.overdue"),
        (with_marks(fresh={"certain": "90", "likely": "95"}), "rules[1].marks.due-soon"),
        (with_marks(missing=None), "rules[1].marks.missing"),
        (with_marks(late={"certain": "0", "likely": "0"}), "rules[1].marks.late"),
        ({"public": "true", "rules": [{"valid_from_year": "2568"}]}, "rules[1].marks"),
        ({"public": "true"}, "rules"),
        ({"public": "อาจจะ", "rules": with_marks()["rules"]}, "public"),
        ({"rules": with_marks()["rules"]}, "public"),
        ({"public": "true", "rules": with_marks()["rules"] * 2}, "rules[2].valid_from_year"),
        ({"public": "true", "rules": [{"valid_from_year": "2025"}]}, "rules[1].valid_from_year"),
        ({"public": "true", "rules": ["x"]}, "rules[1].valid_from_year"),
        (["x"], "rules"),
    ],
)
def test_faulty_settings_are_named_by_their_path(document, path):
    assert path in [where for where, _ in read_settings(document).problems]


def test_sound_settings_have_no_problems():
    found = read_settings(with_marks())
    assert found.problems == ()
    assert found.public
    assert not read_settings(SETTINGS).public
    assert not read_settings(None).public


def test_a_faulty_set_is_a_finding_and_no_other_set_stands_in_for_it(tmp_path):
    root = copy_agency(TINY, tmp_path / "agency")
    path = root / "data/ita/estimate.yml"
    text = path.read_text(encoding="utf-8")
    newer = text.partition("rules:\n")[2].replace("2568", "2569")
    newer = newer.replace('overdue: {certain: "0"', 'overdue: {certain: "99"')
    path.write_text(text + newer, encoding="utf-8")
    checked = pipeline.check(root, TODAY)
    (found,) = [item for item in checked.findings if item.rule == "descriptor-error"]
    assert (found.place.file, found.field) == ("data/ita/estimate.yml", "rules[2].marks.overdue")
    assert checked.facts["score"].estimate is None


def test_the_marks_are_those_of_the_year(demo):
    newer = {"valid_from_year": "2569", "marks": {**SETTINGS["rules"][0]["marks"]}}
    newer["marks"] = {state: {"certain": "10", "likely": "10"} for state in newer["marks"]}
    settings = {**SETTINGS, "rules": [newer, *SETTINGS["rules"]]}
    found = {year: steps(built(demo, MIXED, settings, year=year).estimate) for year in (2568, 2569)}
    assert found[2568]["item", "O1"] == MARKS["fresh"]
    assert found[2569]["item", "O1"] == same(10)


# The page


def test_an_internal_estimate_has_no_page(demo):
    assert score.paths(demo.workspace) == []
    assert list(pages(demo.facts["score"], Site(demo.workspace, demo.rules))) == []


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return pipeline.check(copy_agency(TINY, tmp_path_factory.mktemp("tiny")), TODAY)


def test_a_public_estimate_has_a_page_that_says_what_it_is(tiny):
    assert score.paths(tiny.workspace) == ["score/"]
    (page,) = pages(tiny.facts["score"], Site(tiny.workspace, tiny.rules))
    assert page.path == "score.md"
    assert page.sample
    text = page_text(environment(), page, {"built": TODAY, "short_name": "อบต."})
    assert "ไม่เป็นทางการ" in text.partition("\n\n")[2][:200]
    assert "ไม่ใช่คะแนนของ ป.ป.ช." in text
    assert "ข้อสมมุติ" in text
    for fig in page.figures:
        assert f"{{#{fig.id}}}" in text
        assert all(len(row) == len(fig.columns) for row in fig.rows)
    facts = tiny.facts["score"]
    assert len(page.figures[1].rows) == len(facts.counted)
    total = facts.estimate.total.value
    assert page.figures[0].rows[-1][1:3] == (rounded(total.certain), rounded(total.likely))


def test_a_public_page_without_an_estimate_says_why(tiny):
    facts = score.build(tiny.workspace, SimpleNamespace(board=None), tiny.facts["ita"])
    (page,) = pages(facts, Site(tiny.workspace, tiny.rules))
    assert page.figures == ()
    text = page_text(environment(), page, {"built": TODAY, "short_name": "อบต."})
    assert "ยังประมาณการไม่ได้" in text
