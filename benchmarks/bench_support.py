"""How near the support model's states and districts are to results, and how fast it is; a Markdown table.

The CCES of 2016 as a campaign would have had it before the election: intentions, none of that file's weights (they are
calibrated to the result), population of the American Community Survey, turnout of 2012 and before, the past vote that party
identification stood for in the ANES of 2012. Georgia's districts the same way, with nothing of 2016 in the predictors.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.special import expit, logit

from hustings import facts
from hustings.scores.support import (
    SupportFit,
    SupportSpec,
    UnitEstimates,
    correct,
    fit_support,
    logit_shift,
    past_vote_bias,
    poststratify,
    survey_error,
)

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
OPTIONS = ("clinton", "trump")
BANDS = ("18-29", "30-39", "40-49", "50-59", "60-69", "70+")
PARTY = (
    "Strong Democrat",
    "Weak Democrat",
    "Independent - Democrat",
    "Independent - Independent",
    "Independent - Republican",
    "Weak Republican",
    "Strong Republican",
)
TERMS = (
    ("region",),
    ("race",),
    ("age",),
    ("sex",),
    ("college",),
    ("race", "state"),
    ("race", "region"),
    ("college", "state"),
    ("race", "college"),
    ("race", "age"),
    ("race", "sex"),
    ("age", "college"),
)
TURNOUT_GROUPS = {
    "race": {
        "White": "Non-Hispanic White",
        "Black": "Non-Hispanic Black",
        "Hispanic": "Hispanic",
        "Other": "Other",
    },
    "age": dict(zip(BANDS, ("18-29", "30-44", "30-44", "45-59", "60+", "60+"), strict=True)),
    "education": {
        "No HS": "Less Than High School",
        "HS": "High School Grad",
        "Some college": "Some College to College Grad",
        "4-Year College": "Some College to College Grad",
        "Post-grad": "Post-Graduate",
    },
}


class Cces(NamedTuple):
    """What the national benchmark is made of."""

    rows: pl.DataFrame
    cells: pl.DataFrame
    predictors: pl.DataFrame
    past: pl.DataFrame
    truth: pl.DataFrame


def two_party(year: int) -> pl.DataFrame:
    """Two-party shares by state."""
    votes = pl.col("dem_votes") + pl.col("rep_votes")
    return (
        facts.state_results()
        .filter(pl.col("year") == year)
        .select("state", share=pl.col("dem_votes") / votes, votes=votes)
    )


def regions() -> pl.DataFrame:
    """Census region of each state."""
    return facts.states().filter(pl.col("unit") == pl.col("state")).select("state", region="census_region")


def south() -> list[str]:
    """States of the census's South: the same party identification votes otherwise there."""
    return regions().filter(pl.col("region") == "South")["state"].to_list()


def implied_past() -> pl.DataFrame:
    """Chance to have voted for the first party in 2012, by region, race and party identification (ANES of 2012)."""
    anes = pl.read_parquet(DATA / "survey_anes_1952_2016.parquet").filter(
        pl.col("year") == 2012, pl.col("pres_vote").is_in(["Democrat", "Republican"])
    )
    party = dict(zip(PARTY, range(1, 8), strict=True))
    return (
        anes.select(
            south=pl.col("state").is_in(south()),
            white=(pl.col("race") == "White").fill_null(value=False),
            party=pl.col("ideology").replace_strict(party, default=4, return_dtype=pl.Int64),
            vote=(pl.col("pres_vote") == "Democrat").cast(pl.Float64),
        )
        .group_by("south", "white", "party")
        .agg(past=(pl.col("vote").sum() + 1.0) / (pl.len() + 2.0))
    )


def likely_cells() -> pl.DataFrame:
    """Adults of 2018's survey with the chance to vote of 2012's: groups by the CPS, each state's level as it was."""
    cells = pl.read_parquet(DATA / "poststrat_acs2018_state.parquet")
    cells = pl.concat([cells.with_columns(pl.col("n").cast(pl.Float64)), district_of_columbia(cells)])
    groups = pl.read_csv(DATA / "us_turnout_by_group_1986_2018.csv").filter(pl.col("year") == 2012)
    rates = dict(zip(groups["group"], groups["turnout_rate_pct"] / 100.0, strict=True))
    level = pl.read_csv(DATA / "us_turnout_state_1980_2018.csv").filter(pl.col("year") == 2012)
    of_state = dict(zip(level["state"], level["vap_highest_office_pct"] / 100.0, strict=True))
    score = np.zeros(cells.height)
    for column, names in TURNOUT_GROUPS.items():
        score += logit(np.array([rates[names[one]] for one in cells[column]]))
    states = cells["state"].unique().sort().to_list()
    place = cells["state"].cast(pl.Enum(states)).to_physical().to_numpy().astype(np.int64)
    people = cells["n"].to_numpy().astype(float)
    target = logit(np.array([of_state[one] for one in states]))[:, None]
    turnout = expit(score + logit_shift(score[:, None], people, place, target)[place, 0])
    return (
        cells.with_columns(
            votes=people * turnout,
            sex=pl.when(pl.col("female") == 1).then(pl.lit("F")).otherwise(pl.lit("M")),
            college=pl.when(pl.col("education").is_in(["4-Year College", "Post-grad"]))
            .then(pl.lit("yes"))
            .otherwise(pl.lit("no")),
        )
        .group_by("state", "race", "age", "sex", "college")
        .agg(pl.col("votes").sum(), people=pl.col("n").sum())
        .with_columns(turnout=pl.col("votes") / pl.col("people"))
        .join(regions(), on="state", how="left")
        .sort("state", "race", "age", "sex", "college")
    )


def district_of_columbia(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells of the district, which the file lacks: its races, and within each the nation's adults."""
    row = facts.state_covariates().filter(pl.col("state") == "DC").row(0, named=True)
    other = row["hispanic_other_share_2013"] / 2.0
    shares = {"White": row["white_share_2013"], "Black": row["black_share_2013"], "Hispanic": other, "Other": other}
    nation = cells.group_by("race", "female", "age", "education").agg(pl.col("n").sum().cast(pl.Float64))
    return nation.select(
        pl.lit("DC").alias("state"),
        "race",
        "female",
        "age",
        "education",
        n=pl.col("n")
        / pl.col("n").sum().over("race")
        * pl.col("race").replace_strict(shares, return_dtype=pl.Float64)
        * row["population_2013"]
        * 0.8,
    ).select(cells.columns)


def cces() -> Cces:
    """Interviews with an intention for one of two who do not say that they stay at home, and all that goes with them."""
    raw = pl.read_parquet(DATA / "survey_cces2016_individual.parquet").with_row_index("respondent")
    race = pl.when(pl.col("race").is_in(["White", "Black", "Hispanic"])).then("race").otherwise(pl.lit("Other"))
    rows = (
        raw.filter((pl.col("clinton_pre") == 1.0) | (pl.col("trump_pre") == 1.0))
        .filter(pl.col("intent_turnout_code").cast(pl.Int64).is_in([1, 2, 3]))
        .select(
            pl.col("respondent").cast(pl.String),
            "state",
            race=race,
            white=pl.col("race") == "White",
            south=pl.col("state").is_in(south()),
            sex=pl.when(pl.col("female") == 1.0).then(pl.lit("F")).otherwise(pl.lit("M")),
            age=(pl.col("age") // 10)
            .cast(pl.Int64)
            .clip(2, 7)
            .replace_strict(range(2, 8), list(BANDS), return_dtype=pl.String),
            college=pl.when(pl.col("college") == 1.0).then(pl.lit("yes")).otherwise(pl.lit("no")),
            party=pl.col("party_id7").cast(pl.Int64).fill_null(4),
            option=pl.when(pl.col("clinton_pre") == 1.0).then(pl.lit("clinton")).otherwise(pl.lit("trump")),
        )
        .join(regions(), on="state", how="left")
        .join(implied_past(), on=["south", "white", "party"], how="left")
    )
    past = two_party(2012)
    predictors = past.select("state", lean=(pl.col("share") / (1.0 - pl.col("share"))).log())
    return Cces(rows, likely_cells(), predictors, past, two_party(2016))


def as_recall(rows: pl.DataFrame) -> pl.DataFrame:
    """Each respondent twice, with the chances of the past vote as weights."""
    return pl.concat(
        [
            rows.with_columns(option=pl.lit(OPTIONS[0]), weight=pl.col("past")),
            rows.with_columns(option=pl.lit(OPTIONS[1]), weight=1.0 - pl.col("past")),
        ]
    )


class Estimated(NamedTuple):
    """Estimates of the states, before and after the past vote is made to agree.

    `sampled` is `corrected` without what such surveys were off before, which a projection adds itself.
    """

    plain: UnitEstimates
    corrected: UnitEstimates
    sampled: UnitEstimates
    fit: SupportFit
    seconds: float


def estimate_cces(rng: np.random.Generator, *, n_draws: int = 1000) -> Estimated:
    """The states of 2016 from what was known before."""
    found = cces()
    spec = SupportSpec(terms=TERMS, predictors=("lean",))
    start = time.perf_counter()
    fit = fit_support(found.rows, OPTIONS, spec, found.predictors)
    plain = poststratify(fit, found.cells, n_draws=n_draws, rng=rng)
    seconds = time.perf_counter() - start
    recall = fit_support(as_recall(found.rows), OPTIONS, spec, found.predictors)
    recalled = poststratify(recall, found.cells, n_draws=n_draws, rng=rng)
    past = found.past.sort("state")
    assert tuple(past["state"].to_list()) == recalled.units
    bias = past_vote_bias(recalled, logit(past["share"].to_numpy())[:, None], survey_error(2016, past_vote=True))
    own = found.rows.with_columns(vote=(pl.col("option") == OPTIONS[0]).cast(pl.Float64))
    inside = own.select(pl.col("vote", "past") - pl.col("vote", "past").mean().over("state"))
    correlation = float(np.corrcoef(inside["vote"].to_numpy(), inside["past"].to_numpy())[0, 1])
    corrected = correct(plain, bias, correlation=correlation)
    sampled = correct(plain, bias._replace(own=np.zeros_like(bias.own)), correlation=correlation)
    return Estimated(plain, corrected, sampled, fit, seconds)


def cces_estimates(units: tuple[str, ...], rng: np.random.Generator) -> UnitEstimates:
    """States of 2016 in the order of a contest's units (a Gaussian of logits of the two-party share)."""
    return estimate_cces(rng).corrected.in_order(units)


GEORGIA_AGES = {
    "18 to 24 years": "18-29",
    "25 to 34 years": "30-44",
    "35 to 44 years": "30-44",
    "45 to 64 years": "45-59",
    "65 years and over": "60+",
}
GEORGIA_EDUCATION = {
    "HS or Less": "High School Grad",
    "Some College": "Some College to College Grad",
    "4-Year": "Some College to College Grad",
    "Post-Grad": "Post-Graduate",
}
THREE_PARTIES = {"Democrat": (1, 2), "Republican": (6, 7)}


def house_lean() -> pl.DataFrame:
    """Log-ratio of Georgia's House votes in 2012 and 2014; who ran alone counts as the mean contested win of that side."""
    races = pl.read_parquet(DATA / "us_house_results_1976_2018.parquet").filter(
        pl.col("state_abb") == "GA", pl.col("year").is_in([2012, 2014])
    )
    alone = pl.col("dem").is_null() | pl.col("rep").is_null()
    lean = races.select(
        pl.col("district").alias("cd"),
        won=pl.col("dem").fill_null(0.0) > pl.col("rep").fill_null(0.0),
        ratio=pl.when(~alone).then((pl.col("dem") / pl.col("rep")).log()),
    )
    filled = lean.with_columns(pl.col("ratio").fill_null(pl.col("ratio").mean().over("won")))
    return filled.group_by("cd").agg(lean=pl.col("ratio").mean()).sort("cd")


def estimate_georgia(rng: np.random.Generator) -> tuple[UnitEstimates, UnitEstimates]:
    """Georgia's districts from intentions before the election, plain and with the state's past vote made to agree."""
    raw = pl.read_csv(DATA / "mrp_ga2016_cces.csv")
    implied = implied_past().join(party_sizes(), on=["south", "white", "party"]).filter(pl.col("south"))
    group = pl.col("party").replace_strict({p: name for name, ps in THREE_PARTIES.items() for p in ps}, default="other")
    table = implied.group_by("white", three=group).agg(
        past=(pl.col("past") * pl.col("voters")).sum() / pl.col("voters").sum()
    )
    rows = raw.filter(pl.col("intent_pres_party").is_in(["Democratic", "Republican"])).select(
        "cd",
        "age",
        "educ",
        sex=pl.when(pl.col("female") == 1.0).then(pl.lit("F")).otherwise(pl.lit("M")),
        white=pl.col("race") == "White",
        three=pl.when(pl.col("pid3").is_in(list(THREE_PARTIES))).then("pid3").otherwise(pl.lit("other")),
        option=pl.when(pl.col("intent_pres_party") == "Democratic")
        .then(pl.lit(OPTIONS[0]))
        .otherwise(pl.lit(OPTIONS[1])),
    )
    rows = rows.with_row_index("respondent").with_columns(pl.col("respondent").cast(pl.String))
    rows = rows.join(table, on=["white", "three"], how="left")
    groups = pl.read_csv(DATA / "us_turnout_by_group_1986_2018.csv").filter(pl.col("year") == 2012)
    rates = dict(zip(groups["group"], groups["turnout_rate_pct"] / 100.0, strict=True))
    cells = pl.read_csv(DATA / "mrp_ga2016_acs.csv").with_columns(
        sex=pl.when(pl.col("female") == 1).then(pl.lit("F")).otherwise(pl.lit("M"))
    )
    score = logit([rates[GEORGIA_AGES[one]] for one in cells["age"]])
    score = score + logit([rates[GEORGIA_EDUCATION[one]] for one in cells["educ"]]) - logit(0.586)
    cells = cells.with_columns(votes=pl.col("count") * pl.Series(expit(score)))
    cells = cells.group_by("cd", "age", "educ", "sex").agg(pl.col("votes").sum()).sort("cd", "age", "educ", "sex")
    spec = SupportSpec(unit="cd", terms=(("age",), ("educ",), ("sex",), ("age", "educ")), predictors=("lean",))
    plain = poststratify(fit_support(rows, OPTIONS, spec, house_lean()), cells, rng=rng)
    recalled = poststratify(fit_support(as_recall(rows), OPTIONS, spec, house_lean()), cells, rng=rng)
    # The past result is known of the state alone: every district has the state's gap.
    weight = recalled.votes / recalled.votes.sum()
    share = float(weight @ recalled.shares[:, 0])
    known = float(two_party(2012).filter(pl.col("state") == "GA")["share"][0])
    bias = past_vote_bias(
        recalled,
        recalled.mean_logit + logit(known) - logit(share),
        survey_error(2016, past_vote=True)._replace(carry=0.0),
    )
    return plain, correct(plain, bias)


def party_sizes() -> pl.DataFrame:
    """Voters of the ANES of 2012 by region, race and party identification."""
    anes = pl.read_parquet(DATA / "survey_anes_1952_2016.parquet").filter(
        pl.col("year") == 2012, pl.col("pres_vote").is_in(["Democrat", "Republican"])
    )
    party = dict(zip(PARTY, range(1, 8), strict=True))
    return (
        anes.select(
            south=pl.col("state").is_in(south()),
            white=(pl.col("race") == "White").fill_null(value=False),
            party=pl.col("ideology").replace_strict(party, default=4, return_dtype=pl.Int64),
        )
        .group_by("south", "white", "party")
        .agg(voters=pl.len())
    )


def row_of(name: str, estimates: UnitEstimates, truth: np.ndarray) -> str:
    """A line of the table: errors in points, coverage of 90 % intervals."""
    off = estimates.shares[:, 0] - truth
    z = (logit(truth) - estimates.mean_logit[:, 0]) / estimates.se_logit[:, 0]
    return (
        f"| {name} | {len(off)} | {100 * off.mean():+.2f} | {100 * np.abs(off).mean():.2f} | "
        f"{100 * np.sqrt((off**2).mean()):.2f} | {(np.abs(z) < 1.645).mean():.2f} | "
        f"{((estimates.shares[:, 0] > 0.5) == (truth > 0.5)).mean():.2f} |"
    )


HEAD = (
    "| estimate | units | bias | mean absolute error | RMSE | 90 % covers | right winner |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
)


def states_rows(found: Estimated) -> list[str]:
    """Lines of the table on the states."""
    truth = two_party(2016).sort("state")["share"].to_numpy()
    states = np.array([unit != "DC" for unit in found.plain.units])
    kept = tuple(unit for unit, state in zip(found.plain.units, states, strict=True) if state)
    return [
        row_of("CCES, regression and likely electorate", found.plain, truth),
        row_of("CCES, and the past vote made to agree", found.corrected, truth),
        row_of("the same without DC", found.corrected.in_order(kept), truth[states]),
    ]


def georgia_rows(rng: np.random.Generator) -> list[str]:
    """Lines of the table on Georgia's districts."""
    plain, corrected = estimate_georgia(rng)
    district = pl.read_csv(DATA / "mrp_ga2016_elec.csv").sort("cd")["clinton_vote_2pty"].to_numpy()
    published = pl.read_csv(DATA / "mrp_ga2016_summ.csv").sort("cd")
    p, se = published["p_mrp_est"].to_numpy(), published["p_mrp_se"].to_numpy()
    covariance = np.diag((se / (p * (1.0 - p))) ** 2)
    theirs = UnitEstimates(plain.units, logit(p)[:, None], covariance, plain.votes)
    return [
        row_of("Georgia, plain", plain, district),
        row_of("Georgia, and the state's past vote", corrected, district),
        row_of("Georgia, published", theirs, district),
    ]


def main() -> None:
    """Print the tables."""
    rng = np.random.default_rng(2016)
    found = estimate_cces(rng)
    print(*HEAD, *states_rows(found), *georgia_rows(rng), sep="\n")
    print(f"\nfit and sum: {found.seconds:.1f} s, {found.fit.interviews} interviews")
    print(found.fit.scales())


if __name__ == "__main__":
    main()
