"""Blocks of people: drawn precinct by precinct, arranged into households, all of it numbers.

=====================  ====================================================================
column                 holds
=====================  ====================================================================
``number``             the record, unique in the state: the source id is made of it
``person``             the person: two records of one person share it
``precinct``           index into the plan's precincts
``household``          the household, unique in the state
``house``, ``street``  house number; index into ``names.streets``
``unit``               apartment, 0 none
``first``, ``middle``  index into the given names; middle -1 none, -2 - k: only the initial of name k
``last``               index into the family names
``suffix``             0 none, 1 JR, 2 SR, 3 II, 4 III
``first_slip``,        0 none, else which letters are wrong (see ``slips``)
``last_slip``
``sex``                0 F, 1 M, 2 not said (``woman`` is the truth)
``race``, ``party``    index into the model's races and parties
``hispanic``           0 not, 1 Hispanic, 2 not said
``born``               day of birth
``birth_seen``         0 as it is, 1 missing in the file, 2 the placeholder 1900-01-01
``registered``         day of registration (days since 1970-01-01, as every day here)
``status``             index into ``STATUSES``
``confidential``       address and more are withheld
``phone``              ten digits as a number, 0 none
``own_mail``           post goes to a box, not to the house
``education``,         index into the model's lists
``income``
``support_logit``      of preferring the first option; ``turnout_logit``: before the election's own effect
``mover``              moved within the last two years
``duplicate``          a second record of a person
``moves``              how often the record has moved to another county since the first week
=====================  ====================================================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.electorate.synthetic.households import arrange, place_households
from hustings.electorate.synthetic.latent import add_latent
from hustings.electorate.synthetic.marginals import split_cell
from hustings.electorate.synthetic.names import COHORT_YEARS, ORIGINS, family_names, given_names
from hustings.electorate.synthetic.plan import Plan
from hustings.electorate.synthetic.records import spoil
from hustings.electorate.synthetic.settings import model, state_settings
from hustings.electorate.synthetic.spec import YEAR_DAYS, Arrays, day_number, stream

ID_SPACE = 3
"""Numbers kept for each record of the first week: what is registered later takes the rest."""

# Share of each race that is Hispanic by ethnicity, and that does not say; in the model's order of races.
_HISPANIC = np.array([0.03, 0.015, 1.0, 0.01, 0.05, 0.05, 0.15, 0.65, 0.12])
_UNSAID = np.array([0.2, 0.2, 0.0, 0.2, 0.2, 0.2, 0.2, 0.1, 0.7])


def first_block(plan: Plan, block: int) -> Arrays:
    """Records of one block in the first week: clean ones, then spoilt.

    Parameters
    ----------
    plan : Plan
        The map.
    block : int
        Index into ``plan.blocks``.

    Returns
    -------
    dict of str to numpy.ndarray
        The columns above, in the order of the precincts and, within them, of the households.
    """
    people = clean_block(plan, block)
    spoil(stream(plan.spec, "spoil", block), people, plan)
    return people


def clean_block(plan: Plan, block: int) -> Arrays:
    """People of one block, nothing misspelt, missing or twice (arguments as in `first_block`)."""
    start, end = plan.blocks[block]
    rng = stream(plan.spec, "people", block)
    counts = rng.multinomial(plan.size[start:end], plan.cells[start:end])
    flat = np.repeat(np.arange(counts.size), counts.ravel())
    precinct, cell = start + flat // counts.shape[1], flat % counts.shape[1]
    return draw_people(rng, plan, precinct, cell, ID_SPACE * int(plan.size[:start].sum()))


def draw_people(
    rng: np.random.Generator, plan: Plan, precinct: NDArray[np.int64], cell: NDArray[np.int64], base: int
) -> Arrays:
    """Draw people of given precincts and cells.

    Parameters
    ----------
    rng : numpy.random.Generator
        Their stream.
    plan : Plan
        The map.
    precinct, cell : numpy.ndarray, shape (n,)
        Where each lives (ascending), and race, party and age.
    base : int
        Number of the first record.

    Returns
    -------
    dict of str to numpy.ndarray
        Clean records: nothing is misspelt, missing or twice.
    """
    n, as_of = len(cell), day_number(plan.spec.as_of)
    race, party, age = split_cell(cell)
    years = _years(rng, age)
    order, household = arrange(rng, precinct, race, party, years)
    race, party, years, precinct = race[order], party[order], years[order], precinct[order]
    woman = rng.random(n) < 0.53
    people: Arrays = {
        "number": base + np.arange(n),
        "person": base + np.arange(n),
        "precinct": precinct,
        "household": base + household,
        "race": race.astype(np.int8),
        "party": party.astype(np.int8),
        "age": age[order].astype(np.int8),
        "woman": woman,
        "sex": np.where(woman, 0, 1).astype(np.int8),
        "born": (as_of - np.floor(years * YEAR_DAYS) - 1).astype(np.int32),
        "birth_seen": np.zeros(n, np.int8),
        "confidential": np.zeros(n, bool),
        "duplicate": np.zeros(n, bool),
        "moves": np.zeros(n, np.int16),
        "first_slip": np.zeros(n, np.int32),
        "last_slip": np.zeros(n, np.int32),
        "status": np.zeros(n, np.int8),
    }
    origin = _add_ethnicity(rng, people)
    _add_names(rng, people, origin, household)
    place_households(rng, people, plan, household)
    _add_registration(rng, people, as_of)
    _add_phone(rng, people, plan)
    add_latent(rng, people, plan)
    return people


def _years(rng: np.random.Generator, age: NDArray[np.int64]) -> NDArray[np.float64]:
    """Age in years within each group: even, and thinning out above 66."""
    edges = np.asarray(model()["age_years"], dtype=float)
    u = rng.random(len(age))
    low, high = edges[age], edges[age + 1]
    even = low + u * (high - low)
    # Exponential with a mean of 9 years above 66, cut at the last edge.
    oldest = 66 - 9 * np.log(1 - u * (1 - np.exp(-(edges[-1] - 66) / 9)))
    years: NDArray[np.float64] = np.where(age == len(edges) - 2, oldest, even)
    return years


def _add_ethnicity(rng: np.random.Generator, people: Arrays) -> NDArray[np.int64]:
    """Ethnicity as said, and where the names come from."""
    race, u = people["race"], rng.random(len(people["race"]))
    hispanic = u < _HISPANIC[race]
    unsaid = rng.random(len(race)) < _UNSAID[race]
    people["hispanic"] = np.where(unsaid, 2, hispanic).astype(np.int8)
    asian = race == model()["races"].index("asian")
    origin: NDArray[np.int64] = np.where(
        hispanic, ORIGINS.index("hispanic"), np.where(asian, ORIGINS.index("asian"), 0)
    )
    return origin


def _add_names(
    rng: np.random.Generator, people: Arrays, origin: NDArray[np.int64], household: NDArray[np.int64]
) -> None:
    """Given names by cohort and sex; one family name a household, mostly."""
    n = len(origin)
    year = 1970 + people["born"] / YEAR_DAYS
    cohort = np.searchsorted(COHORT_YEARS, year, side="right")
    group = (origin * 3 + cohort) * 2 + ~people["woman"]
    people["first"] = given_names().draw(rng, group)
    middle = given_names().draw(rng, group)
    record, u = model()["record"], rng.random(n)
    short = u < record["no_middle_share"] + record["initial_share"]
    people["middle"] = np.where(u < record["no_middle_share"], -1, np.where(short, -2 - middle, middle)).astype(
        np.int32
    )
    last = family_names().draw(rng, origin)
    head = np.flatnonzero(np.diff(household, prepend=-1))
    shared = last[head][np.cumsum(np.diff(household, prepend=-1) != 0) - 1]
    own = rng.random(n) >= model()["household"]["same_surname_share"]
    people["last"] = np.where(own, last, shared).astype(np.int32)
    suffix = np.where(people["woman"] | (rng.random(n) > 0.06), 0, rng.choice(5, n, p=[0.0, 0.6, 0.14, 0.08, 0.18]))
    people["suffix"] = suffix.astype(np.int8)


def _add_registration(rng: np.random.Generator, people: Arrays, as_of: int) -> None:
    """Registered between the 18th birthday and yesterday; movers within the last two years."""
    n = len(people["born"])
    eighteen = people["born"] + int(np.ceil(18 * YEAR_DAYS)) + 1
    window = np.maximum(as_of - eighteen, 1)
    days = rng.exponential(9.0 * YEAR_DAYS, n)
    days = np.where(days > window, rng.random(n) * window, days)
    young = np.exp(-np.maximum((window / YEAR_DAYS) - 8, 0) / 25)
    people["mover"] = rng.random(n) < model()["record"]["mover_share"] * (0.5 + young)
    days = np.where(people["mover"], np.minimum(days, rng.random(n) * 2 * YEAR_DAYS), days)
    people["registered"] = np.minimum(np.maximum(as_of - 1 - np.floor(days), eighteen), as_of - 1).astype(np.int32)


def _add_phone(rng: np.random.Generator, people: Arrays, plan: Plan) -> None:
    """Ten digits with an area code of the state; housemates sometimes share a line."""
    n = len(people["born"])
    codes = np.asarray(state_settings(plan.spec.state).get("area_codes", [555]))
    phone = codes[people["precinct"] * 7919 % len(codes)] * 10_000_000 + rng.integers(2_000_000, 9_999_999, n)
    line = (phone // 10_000_000) * 10_000_000 + 2_000_000 + people["household"] * 48_271 % 7_999_999
    phone = np.where(rng.random(n) < 0.4, line, phone)
    people["phone"] = np.where(rng.random(n) < model()["record"]["no_phone_share"], 0, phone).astype(np.int64)
    people["own_mail"] = rng.random(n) < model()["record"]["own_mail_share"]
