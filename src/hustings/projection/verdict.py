"""From joint draws to the verdict: who wins what counts, where it tips, and what stands beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.contests import Contest, decide, own_votes, seats_array, whole_contest_votes
from hustings.contests.rules import (
    NO_MAJORITY,
    RULES,
    RUNOFF,
    TIE,
    Outcome,
    Rule,
    fewest_votes_to_flip,
    tipping_units,
)
from hustings.projection.draws import JointDraws
from hustings.projection.marginals import Marginals

Array = NDArray[np.float64]

N_CLOSEST = 10


class Decided(NamedTuple):
    """Draws pushed through the rule.

    Attributes
    ----------
    outcome : Outcome
    tipping : (draw,) int array
        Unit that decides; -1 where there is none.
    """

    outcome: Outcome
    tipping: NDArray[np.int64]

    def tipping_prob(self, n_units: int, n_options: int) -> Array:
        """Chance that each unit decides the contest for each option, (unit, option)."""
        prob = np.zeros((n_units, n_options))
        there = self.tipping >= 0
        np.add.at(prob, (self.tipping[there], self.outcome.winner[there]), 1.0 / len(self.tipping))
        return prob


def decide_draws(contest: Contest, drawn: JointDraws) -> Decided:
    """Apply the contest's own rule to every draw."""
    rule = RULES[contest.rule]
    outcome = decide(contest, drawn.shares, drawn.votes)
    if not rule.counts_seats:
        return Decided(outcome, np.full(len(drawn.shares), -1, dtype=np.int64))
    seats = seats_array(contest)
    needed = rule.seats_to_win(int(seats.sum()), contest.rule_settings)
    tipping = tipping_units(drawn.shares, seats, outcome.winner, needed)
    return Decided(outcome, np.asarray(tipping, dtype=np.int64))


def make_verdict(
    contest: Contest, as_of: dt.date, drawn: JointDraws, decided: Decided, shares: Marginals
) -> dict[str, Any]:
    """Verdict as it is written to ``verdict.json``; numbers are not rounded."""
    rule = RULES[contest.rule]
    seats_total = int(seats_array(contest).sum())
    winner = decided.outcome.winner
    candidates = [option.candidate_on(as_of) for option in contest.options]
    return {
        "contest": contest.name,
        "contest_title": contest.title,
        "as_of": as_of,
        "election_date": contest.date,
        "rule": contest.rule,
        "seats_total": seats_total,
        "seats_to_win": rule.seats_to_win(seats_total, contest.rule_settings),
        "nation": contest.nation,
        "options": {
            option.id: {
                "label": candidate.name if candidate is not None else option.label,
                **_option_verdict(i, drawn, decided, shares),
            }
            for i, (option, candidate) in enumerate(zip(contest.options, candidates, strict=True))
        },
        "tie_prob": float(np.mean(winner == TIE)),
        "no_majority_prob": float(np.mean(winner == NO_MAJORITY)),
        "runoff_prob": float(np.mean(winner == RUNOFF)),
        "tipping_points": _tipping_points(contest, decided),
        "closest_units": _closest_units(contest, shares),
        "fewest_votes_to_flip": _flip(contest, rule, shares),
    }


def _option_verdict(option: int, drawn: JointDraws, decided: Decided, shares: Marginals) -> dict[str, Any]:
    winner, seats = decided.outcome.winner, decided.outcome.seats[:, option]
    leads = drawn.nation.argmax(axis=1) == option
    numbers, counts = np.unique(seats, return_counts=True)
    return {
        "win_prob": float(np.mean(winner == option)),
        "seats_mean": float(seats.mean(dtype=np.float64)),
        "seats_q05": float(np.quantile(seats, 0.05)),
        "seats_q95": float(np.quantile(seats, 0.95)),
        "popular_share_mean": float(shares.mean[-1, option]),
        "popular_share_sd": float(shares.sd[-1, option]),
        "popular_win_prob": float(shares.win_prob[-1, option]),
        "popular_win_but_lose_prob": float(np.mean(leads & (winner != option) & (winner >= 0))),
        "seats_histogram": [[int(n), int(c) / len(seats)] for n, c in zip(numbers, counts, strict=True)],
    }


def _tipping_points(contest: Contest, decided: Decided) -> list[dict[str, Any]]:
    prob = decided.tipping_prob(len(contest.units), len(contest.options)).sum(axis=1)
    order = np.argsort(-prob, kind="stable")
    return [{"unit": contest.units[u].id, "prob": float(prob[u])} for u in order if prob[u] > 0]


def _margins(shares: Marginals) -> tuple[NDArray[np.int64], Array]:
    """Leader and lead over the next of every unit by mean share."""
    units = shares.mean[:-1]
    ranked = np.sort(units, axis=1)
    return units.argmax(axis=1), np.asarray(ranked[:, -1] - ranked[:, -2])


def _closest_units(contest: Contest, shares: Marginals) -> list[dict[str, Any]]:
    leader, margin = _margins(shares)
    awarding = [u for u, unit in enumerate(contest.units) if unit.seats > 0] or list(range(len(contest.units)))
    order = sorted(awarding, key=lambda u: (margin[u], contest.units[u].id))[:N_CLOSEST]
    return [
        {
            "unit": contest.units[u].id,
            "option": contest.options[leader[u]].id,
            "margin": float(margin[u]),
            "win_prob": float(shares.win_prob[u, leader[u]]),
        }
        for u in order
    ]


def _flip(contest: Contest, rule: Rule, shares: Marginals) -> dict[str, Any] | None:
    """Fewest votes, at the expected result, that take the win away and that hand it over."""
    votes = own_votes(contest) if rule.counts_seats else whole_contest_votes(contest)
    found = fewest_votes_to_flip(shares.mean[:-1], seats_array(contest), votes, rule, contest.rule_settings)
    # A contest that says nothing of how many vote has one vote a unit: nobody can be counted.
    if found is None or votes.max() <= 1.0 or not np.isfinite([found.votes_to_win, found.votes_to_block]).all():
        return None
    leader, margin = _margins(shares)

    def listed(units: tuple[int, ...]) -> list[dict[str, Any]]:
        return [
            {"unit": contest.units[u].id, "votes": int(np.floor(margin[u] * votes[u] / 2.0)) + 1}
            for u in units
            if leader[u] == found.winner
        ]

    return {
        "winner": contest.options[found.runner_up].id,
        "instead_of": contest.options[found.winner].id,
        "votes": found.votes_to_win,
        "units": listed(found.units_to_win),
        "votes_to_block": found.votes_to_block,
        "units_to_block": listed(found.units_to_block),
    }
