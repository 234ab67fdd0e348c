"""Every feature: its name, what it means, how it is made, which stored columns it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hustings.electorate.query import Electorate
from hustings.electorate.query.vocabulary import nearest
from hustings.errors import InputError
from hustings.scores.features.ballots import LEVELS, past_elections
from hustings.scores.features.target import Target


@dataclass(frozen=True)
class Described:
    """One feature.

    Parameters
    ----------
    name : str
        Column of the feature frame.
    meaning : str
        For people.
    made : str
        How it is made of what is stored.
    columns : tuple of str
        Stored columns it needs.
    unit : str
        Unit of a number; empty for a text.
    """

    name: str
    meaning: str
    made: str
    columns: tuple[str, ...]
    unit: str = ""


FIXED = (
    Described(
        "age", "age reached in the year of the election", "election's year - birth_year", ("birth_year",), "years"
    ),
    Described(
        "years_registered",
        "years registered at the election",
        "days from registered_on to the election / 365.25, at most 60",
        ("registered_on",),
        "years",
    ),
    Described("sex", "sex as reported", "as stored", ("sex",)),
    Described("race", "race as reported", "as stored", ("race",)),
    Described("ethnicity", "ethnicity as reported", "as stored", ("ethnicity",)),
    Described(
        "race_group",
        "race and ethnicity in four groups: white, black, hispanic, other",
        "hispanic by ethnicity or race, else by race; null where neither is known",
        ("race", "ethnicity"),
    ),
    Described("party", "party of registration", "as stored", ("party",)),
    Described("state", "state", "as stored", ("state",)),
    Described("county", "county", "state and county: 'NC WAKE'", ("county",)),
    Described(
        "newly_registered",
        "registered, or of age, since the last regular election of the kind",
        "'yes' where registered_on lies after the same day half a cycle (US generals: two years) before the election, or "
        "the voter was under 18 in that year; else 'no'",
        ("registered_on", "birth_year"),
    ),
    Described(
        "times_voted_share",
        "share voted of the elections the voter could vote in",
        "ballots / elections of the last ten years that were over on the day and to which the voter was entitled",
        ("registered_on", "birth_year"),
        "0-1",
    ),
    Described(
        "ballot_pattern",
        "ballots in the last two generals and primaries together",
        "general_2y, general_4y, primary_0y, primary_2y: v voted, - did not, . not registered, ? not known",
        ("registered_on", "birth_year"),
    ),
    Described(
        "precinct_turnout",
        "turnout of the precinct in the last comparable election",
        "ballots / entitled voters of the precinct, as the file has them now, drawn to the state's share with the weight "
        "of 20 voters",
        ("precinct", "registered_on", "birth_year"),
        "0-1",
    ),
    Described(
        "early_ballot",
        "where the voter's early or mail ballot stood on the day",
        "the log of early ballots for this election: none, requested, sent, returned; later days are left out",
        ("voter_id",),
    ),
)
_FIXED = {one.name: one for one in FIXED}


def catalogue(electorate: Electorate, target: Target) -> dict[str, Described]:
    """Every feature that some state has for a target, by name: the fixed ones, then ballots, nearest first."""
    ballots: dict[str, Described] = {}
    for files in electorate.words.manifest.states.values():
        for past in past_elections(files.elections, target).values():
            days = " and ".join(f"{day:%Y}" for day in past.days[:1])
            ballots.setdefault(
                past.name,
                Described(
                    past.name,
                    f"ballot in {past.name.rpartition('_')[0].replace('_', ' ')} {days}",
                    f"bits of the ballots sidecar: {', '.join(LEVELS)} (registered later, or under 18)",
                    ("registered_on", "birth_year"),
                ),
            )
    near = sorted(ballots.values(), key=lambda one: (int(one.name.rpartition("_")[2][:-1]), one.name))
    return {**_FIXED, **{one.name: one for one in near}}


def check_features(features: Sequence[str], known: dict[str, Described]) -> list[Described]:
    """Features by their names.

    Raises
    ------
    InputError
        There is no such feature for the target.
    """
    for name in features:
        if name not in known:
            raise InputError(f"there is no feature {name!r} for this election", hint=nearest(name, known))
    return [known[name] for name in features]
