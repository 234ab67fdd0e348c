from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.store import empty_table, write_parquet
from hustings.survey.waves import Survey
from hustings.survey.weighting import WeightingSpec, margins_from_cells, weigh
from hustings.survey.weighting.prepare import Prepared, automatic, collapse, file_margins, merge, prepare_wave
from hustings.tables import FRAME, SAMPLE
from made_answers import interviews

STRATA = ["NC"] * 40 + ["OH"] * 40
PARTIES = ["teal", "amber", None, "tiny"] * 20


def drawn(folder, attempts=()):
    """A wave of 80 voters drawn in two strata and four replicates of 20, and its frame."""
    wave = Survey(folder / "tracker").new_wave("w1", {"source": "voter-file"})
    columns = {
        "case_id": np.arange(1, 81),
        "voter_id": np.arange(1, 81) + 500,
        "stratum": STRATA,
        "selection_prob": [0.1] * 40 + [0.05] * 40,
        "base_weight": [10.0] * 40 + [20.0] * 40,
        "replicate": [1, 2, 3, 4] * 20,
        "file_state": STRATA,
        "file_party": PARTIES,
    }
    wide = empty_table(SAMPLE)
    sample = pl.DataFrame({name: columns.get(name, [None] * 80) for name in wide.columns}, schema=wide.schema)
    write_parquet(sample, wave.path("sample.parquet"), SAMPLE)
    cells = sample.group_by("file_state", "file_party", maintain_order=True).agg(pl.len() * 10)
    frame = pl.DataFrame(
        {
            name: cells[name] if name in cells.columns else [None] * cells.height
            for name in empty_table(FRAME).columns[:-2]
        }
        | {"voters": cells["len"].cast(pl.Int64), "expected_votes": cells["len"] * 0.5},
        schema=empty_table(FRAME).schema,
    )
    write_parquet(frame, wave.path("frame.parquet"), FRAME)
    if attempts:
        pl.DataFrame({"case_id": list(attempts)}).write_parquet(wave.path("attempts.parquet"))
    return wave


def answered(cases):
    """Interviews of cases, who all say the same."""
    at = [case - 1 for case in cases]
    return interviews(
        {"vote": ["a"] * len(cases)},
        case_id=cases,
        stratum=[STRATA[k] for k in at],
        base_weight=[10.0 if k < 40 else 20.0 for k in at],
        file_state=[STRATA[k] for k in at],
        file_party=[PARTIES[k] for k in at],
    )


def test_of_a_sample_released_in_part_each_case_stands_for_more(tmp_path):
    """Replicates 1 and 2 of 4 were tried: of 40 cases a stratum 20 were asked, so each stands for twice as many voters."""
    prepared = prepare_wave(drawn(tmp_path, attempts=[1, 2, 41]), answered([1, 41, 45]))
    assert prepared.asked["replicate"].unique().sort().to_list() == [1, 2]
    assert prepared.asked.height == 40
    assert prepared.table["base_weight"].to_list() == [20.0, 40.0, 40.0]
    assert prepared.asked["base_weight"].sum() == 20 * 20 + 20 * 40


def test_an_answer_releases_its_replicate_too(tmp_path):
    prepared = prepare_wave(drawn(tmp_path, attempts=[1]), answered([3, 43]))
    assert prepared.asked["replicate"].max() == 3
    assert prepared.table["base_weight"].to_list() == pytest.approx([10 * 40 / 30, 20 * 40 / 30])


def test_set_aside_and_everybody(tmp_path):
    wave = drawn(tmp_path, attempts=[4])
    rows = {"respondent_id": ["r1"], "rule": ["speeding"], "found": ["3 s"], "set_aside": [True]}
    pl.DataFrame(rows).write_parquet(wave.path("quality.parquet"))
    assert prepare_wave(wave, answered([1, 2, 3])).table["respondent_id"].to_list() == ["r0", "r2"]
    assert prepare_wave(wave, answered([1, 2, 3]), everybody=True).table.height == 3


def test_interviews_of_nobody_who_was_asked(tmp_path):
    stranger = answered([1, 2]).respondents["case_id"]
    assert stranger.to_list() == [1, 2]
    found = interviews({"vote": ["a", "b"]}, case_id=[1, 999])
    with pytest.raises(InputError, match=r"1 interviews are of nobody who was asked, the first is 'r1'"):
        prepare_wave(drawn(tmp_path, attempts=[4]), found)


def test_no_interview_counts(tmp_path):
    with pytest.raises(InputError, match="no interview that counts"):
        prepare_wave(drawn(tmp_path), interviews({"vote": ["a"]}, disposition=["2.12"]))


def some_prepared(counts):
    """Interviews and cells of one column: category -> interviews."""
    values = [value for value, n in counts.items() for _ in range(n)]
    n = len(values)
    table = pl.DataFrame(
        {"respondent_id": [str(k) for k in range(n)], "base_weight": [1.0] * n, "file_party": values},
        schema_overrides={"file_party": pl.String},
    )
    cells = pl.DataFrame(
        {"file_party": list(counts), "voters": [50] * len(counts)}, schema_overrides={"file_party": pl.String}
    )
    return Prepared(table, None, cells)


@pytest.mark.parametrize(
    ("counts", "merged"),
    [
        ({"a": 30, "b": 30}, None),
        ({"a": 30, "b": 20, "c": 4, "d": 7}, ["c", "d"]),
        ({"a": 30, "b": 20, "c": 4, "d": 3}, ["d", "c", "b"]),
        ({"a": 30, "b": 20, "c": 9}, ["c", "b"]),
        ({"a": 30, "b": 20, "c": 0}, ["c", "b"]),
        ({"a": 30, "b": 20, None: 0}, ["unknown", "b"]),
        ({"a": 5, "b": 4}, ["b", "a"]),
    ],
)
def test_small_categories_are_merged(counts, merged):
    """The smallest join until there are ten; one alone takes its neighbour along; nobody is a category too."""
    found = collapse(some_prepared(counts), ["file_party"], 10)
    assert found.merged.get("file_party") == merged
    if merged:
        small = sum(n for value, n in counts.items() if (value or "unknown") in merged)
        assert (found.table["file_party"] == "others").sum() == small
        assert found.cells.filter(pl.col("file_party") == "others")["voters"].sum() == 50 * len(merged)


def test_merged_margins_can_be_met_where_a_category_answered_nothing():
    prepared = some_prepared({"a": 30, "b": 20, None: 0, "c": 0})
    whole = margins_from_cells(prepared.cells, ["file_party"], "voters")
    with pytest.raises(InputError, match="nobody answered in"):
        weigh(prepared.table, WeightingSpec(margins=tuple(whole)))
    merged = collapse(prepared, ["file_party"], 10)
    weights = weigh(
        merged.table, WeightingSpec(margins=tuple(margins_from_cells(merged.cells, ["file_party"], "voters")))
    )
    share = weights.weights["weight"].filter(merged.table["file_party"] == "a").sum() / 50
    assert share == pytest.approx(0.25)


def test_merging_again_gives_the_same(tmp_path):
    prepared = prepare_wave(drawn(tmp_path, attempts=[4]), answered(list(range(1, 81, 2))))
    chosen, nonresponse, margins = automatic(prepared)
    assert nonresponse == ("file_state", "file_party")
    assert margins == ["file_state", "file_party"]
    again = merge(prepared, chosen.merged)
    assert again.table.equals(chosen.table)
    assert again.asked.equals(chosen.asked)


def test_what_the_frame_does_not_have(tmp_path):
    prepared = prepare_wave(drawn(tmp_path, attempts=[4]), answered([1, 2]))
    assert file_margins(prepared, ["state", "party*file_sex"]) == ["file_state", "file_party*file_sex"]
    with pytest.raises(ConfigError, match="no 'income' to weigh to"):
        file_margins(prepared, ["income"])
    with pytest.raises(ConfigError, match="not drawn from the voter file"):
        automatic(Prepared(prepared.table, None, None))
