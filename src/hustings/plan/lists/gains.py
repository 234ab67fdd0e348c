"""What a contact with each voter is expected to bring, in net votes of the own option."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError

Array = NDArray[np.float64]

UNIVERSES = ("persuasion", "gotv")
"""Whom to persuade, and whom of the own supporters to remind. There is no other: nobody is chosen to be discouraged."""
KIND_OF = {"persuasion": "persuasion", "gotv": "mobilisation"}

FOR_US, AGAINST_US, SELDOM, SURE = 0.8, 0.2, 0.25, 0.9
"""Where words for who is left alone begin; they choose nobody. Chosen."""


@dataclass(frozen=True)
class Effect:
    """What a contact does on average, to a voter of even chances.

    Attributes
    ----------
    row : str
        Its name: a row of the effects, or what it rests on.
    mean : float
        Change of the chance, of a voter who is reached.
    sd : float
        How far off the mean may be.
    source : str
    """

    row: str
    mean: float
    sd: float
    source: str

    def moved(self, prob: Array, mean: float | None = None) -> Array:
        """What it adds to the chances, (voter,), of voters who are reached.

        The effect is the same for all on the logit scale, and as measured where the chance is one half: who is sure is
        not moved, and nobody passes 1.
        """
        size = self.mean if mean is None else mean
        # A change past the whole scale is none that could have been measured.
        half = np.clip(size, -0.49, 0.49)
        # expit(logit(p) + step) - p, exact where the step is small or none.
        odds = (0.5 + half) / (0.5 - half) - 1.0
        return np.asarray(prob * (1.0 - prob) * odds / (1.0 + prob * odds))


def with_gains(people: pl.DataFrame, universe: str, effect: Effect, own: str | None = None) -> pl.DataFrame:
    """Add what an attempt at each voter brings.

    Parameters
    ----------
    people : pl.DataFrame
        ``turnout_prob``, ``support_prob`` (of the own option among those who vote), ``lead`` (the same less the strongest
        rival's, -1 to 1), ``reached_share`` (attempts that reach the voter).
    universe : str
        One of :data:`UNIVERSES`.
    effect : Effect
        On average; used where the campaign has no effects of its own by voter.
    own : str, optional
        Column of such effects, of attempts; the average's ``sd`` is then theirs.

    Returns
    -------
    pl.DataFrame
        With ``effect`` (change of the chance), ``net_votes`` (2 for each voter who changes sides, the lead for each who
        votes), and how these change: ``per_effect_sd`` (votes for one sd of the effect), ``per_turnout_logit``,
        ``per_margin`` (votes for a margin of 1 in the unit). A voter without scores has nulls.

    Raises
    ------
    ConfigError
        There is no such universe.
    """
    if universe not in UNIVERSES:
        raise ConfigError(
            f"there is no universe {universe!r}", hint=f"one of: {', '.join(UNIVERSES)}; nobody is discouraged"
        )
    turnout, support, lead = (_floats(people, name) for name in ("turnout_prob", "support_prob", "lead"))
    persuades = universe == "persuasion"
    at = support if persuades else turnout
    if own is None:
        reached = _floats(people, "reached_share")
        moved = reached * effect.moved(at)
        # To both sides, so that the bend of the curve does not count.
        up, down = (effect.moved(at, effect.mean + way * effect.sd) for way in (1.0, -1.0))
        spread = 0.5 * reached * (up - down)
        after = at + effect.moved(at)
        slope = reached * (after * (1.0 - after) - at * (1.0 - at))
    else:
        # Their effects were measured, and are taken to stay where turnout's level is another.
        moved, spread, slope = _floats(people, own), np.full(len(at), effect.sd), np.zeros(len(at))
    each = 2.0 * turnout if persuades else lead
    net = moved * each
    by_turnout = net * (1.0 - turnout) if persuades else slope * lead
    made = {
        "effect": moved,
        "net_votes": net,
        "per_effect_sd": spread * each,
        "per_turnout_logit": by_turnout,
        "per_margin": np.zeros(len(net)) if persuades else moved,
    }
    return people.with_columns(pl.Series(name, values, nan_to_null=True) for name, values in made.items())


def left_alone(universe: str) -> dict[str, pl.Expr]:
    """Why a voter who may be contacted is not chosen, in order; who meets none is worth a contact."""
    turnout, support, net = pl.col("turnout_prob"), pl.col("support_prob"), pl.col("net_votes")
    nothing = net <= 0
    if universe == "gotv":
        return {
            "no scores": net.is_null(),
            "no supporter of ours: left alone": nothing & (pl.col("lead") <= 0),
            "sure to vote": nothing & (turnout >= SURE),
            "contact does harm or nothing": nothing,
        }
    return {
        "no scores": net.is_null(),
        "sure to vote for us": nothing & (support >= FOR_US),
        "contact does harm or nothing": nothing,
    }


def described(universe: str) -> dict[str, pl.Expr]:
    """Words for who is worth a contact, and was beyond the money."""
    turnout, support = pl.col("turnout_prob"), pl.col("support_prob")
    if universe == "gotv":
        return {
            "sure to vote": turnout >= SURE,
            "seldom votes": turnout < SELDOM,
            "leans to us only a little": pl.col("lead") < 2 * FOR_US - 1,
            "supporter who may stay at home": pl.lit(value=True),
        }
    return {
        "sure for us": support >= FOR_US,
        "settled on another": support <= AGAINST_US,
        "seldom votes": turnout < SELDOM,
        "open to us": pl.lit(value=True),
    }


def _floats(people: pl.DataFrame, column: str) -> Array:
    return people[column].cast(pl.Float64).fill_null(float("nan")).to_numpy()
