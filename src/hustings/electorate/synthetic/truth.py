"""The truth behind a block: what a model of the voters should find again."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit

from hustings.electorate.synthetic.levels import Levels
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.settings import model, parties
from hustings.electorate.synthetic.spec import Arrays, stream
from hustings.electorate.synthetic.text import id_text, pick

# Below this chance of support a conversation does harm.
OPPOSED_PROB = 0.15
BACKLASH = 0.1


def latent(plan: Plan, people: Arrays, levels: Levels) -> Arrays:
    """Probabilities of a block and what becomes of them.

    Returns
    -------
    dict of str to numpy.ndarray
        ``support_prob``, ``turnout_prob`` (0-1, of the next general election), ``persuasion_gain_prob``,
        ``mobilisation_gain_prob`` (what one conversation adds to them, differences of probabilities), and chance's
        verdict ``supports_first``, ``will_vote`` (bool). All of shape (n,).
    """
    effect = model()["effect"]
    support = expit(people["support_logit"].astype(float) + levels.support)
    turnout = expit(people["turnout_logit"].astype(float) + levels.turnout["general"])
    free = np.array([p.option is None for p in parties()])[people["party"]]
    young = people["age"] == 0
    gain = effect["persuasion_prob"] * 4 * support * (1 - support) * (0.6 + 0.7 * free) * (1 + 0.25 * young)
    gain = np.where(support < OPPOSED_PROB, -BACKLASH * support, gain)
    moved = effect["mobilisation_prob"] * 4 * turnout * (1 - turnout) * (0.8 + 0.4 * young)
    return {
        "support_prob": support,
        "turnout_prob": turnout,
        "persuasion_gain_prob": np.minimum(gain, 1 - support),
        "mobilisation_gain_prob": np.minimum(moved, 1 - turnout),
        "supports_first": chance(plan, "prefers", people["person"]) < support,
        "will_vote": chance(plan, "votes", people["person"]) < turnout,
    }


def chance(plan: Plan, name: str, number: NDArray[np.int64]) -> NDArray[np.float64]:
    """Number in 0-1 that belongs to a person and a purpose, whatever the week and the block's order."""
    salt = np.uint64(stream(plan.spec, name).integers(2**63))
    with np.errstate(over="ignore"):
        x = number.astype(np.uint64) + salt
        # The finaliser of splitmix64.
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return (x >> np.uint64(11)) / float(1 << 53)


def truth_table(plan: Plan, people: Arrays, hidden: Arrays) -> pl.DataFrame:
    """Rows of ``truth.parquet``: every record that was in one of the weekly files.

    Returns
    -------
    polars.DataFrame
        Ids, when it was first seen and whether it still is, where it is (last week), the person behind it, and
        the latent values of :func:`latent`.
    """
    precinct = people["precinct"]
    return pl.DataFrame({
        "source_id": id_text(people["number"], plan.spec),
        "person_id": "P" + pl.Series(people["person"]).cast(pl.String).str.zfill(10),
        "household_id": "H" + pl.Series(people["household"]).cast(pl.String).str.zfill(11),
        "county": pick(plan.counties, plan.county[precinct]),
        "precinct": pl.Series(plan.number[precinct].astype(np.int32)),
        "first_seen": pl.Series(people["first_seen"].astype(np.int32)).cast(pl.Date),
        "in_last_file": people["present"],
        "is_duplicate": people["duplicate"],
        "is_mover": people["mover"],
        "birth_date": pl.Series(people["born"]).cast(pl.Date),
        "sex": pick(["M", "F"], people["woman"].astype(np.int8)),
        "race": pick(model()["races"], people["race"]),
        "party": pick([p.code for p in parties()], people["party"]),
        "education": pick(model()["educations"], people["education"]),
        "income_band": pick(model()["incomes"], people["income"]),
        **{name: column.astype(np.float32) if column.dtype == float else column for name, column in hidden.items()},
    })  # fmt: skip


def precinct_table(plan: Plan) -> pl.DataFrame:
    """Rows of ``precincts.csv``: the random effects behind every precinct (logits), and its districts."""
    return pl.DataFrame({
        "county": pick(plan.counties, plan.county),
        "precinct": plan.number,
        "voters": plan.size,
        "support_effect_logit": plan.support.round(6),
        "turnout_effect_logit": plan.turnout.round(6),
        "education_effect": plan.education.round(6),
        "density_share": plan.density.round(6),
        "congressional_district": plan.congress,
        "state_senate_district": plan.senate,
        "state_house_district": plan.house,
    })  # fmt: skip
