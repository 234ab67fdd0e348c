r"""Why a number moved between two days.

Question: which polls, old and new, and what else, moved a unit's mean and the chance to win?

Model. At given scales the posterior mean of any linear function ``L`` of the coordinates is a sum over polls. Measured
from a reference ``x0``, here what was believed on the first day, it is

``L m = [L S Q x0 + prior mean] + sum_i L S A_i' w_i (z_i - A_i x0)``, with ``Q = A' W A``, S the posterior covariance:

each poll's term is its gain times its *surprise*, how far it lies from what was expected on the first day. Averaged
over the points of the scales the terms still add up. The change between two days is the sum over polls of the
difference of their terms: polls that are new, polls that have aged (their gain changed, because later polls came or
share their house), polls that left (an overlapping wave took their place); and the bracket, the pull of the prior,
which weakens as polls come in.

On the share scale a term is multiplied by the mean slope of the share (average of the two days); what the straight
line leaves (curvature, scales re-learned, the shorter time to the election) is one row of kind ``time``, so that the
rows sum to the change exactly. What the campaign's own voters say (``voters``) is one row: how far they move the projection
off the polls' own, on the second day less on the first.

The chance to win is attributed along the straight path from the first day's Gaussian to the second's (means and
covariances move together): a poll gets the integral of the gradient of the chance by the units' means times the
poll's term in every unit (Aumann-Shapley; Sundararajan, Taly & Yan 2017). The gradient is
``E[1{win} (x - m)] C^-1`` by the likelihood ratio, at five Gauss-Legendre points.

Checked against: the sum of the rows; leaving a poll out of a fit with few polls; two options swapped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import linalg

from hustings.contests import decide
from hustings.errors import ConfigError
from hustings.maths.logratio import softmax
from hustings.maths.threads import one_thread
from hustings.polls.tracker import Outlook, TrackerFit, outlook
from hustings.polls.tracker.design import Block, block_slices
from hustings.polls.tracker.rows import unit_rows
from hustings.polls.tracker.spec import SCALE_NAMES
from hustings.projection.marginals import Marginals
from hustings.projection.project import Projection
from hustings.tables import INFLUENCE

Array = NDArray[np.float64]

_PATH_POINTS = 5
_PATH_DRAWS = 20_000
_NOISE = SCALE_NAMES.index("noise")


class Terms(NamedTuple):
    """What the units' means are made of.

    Attributes
    ----------
    polls : (poll, unit * contrast) array
        Contribution of each poll.
    prior : (unit * contrast,) array
        Prior means, and what the prior takes back of the reference.
    """

    polls: Array
    prior: Array


@one_thread
def explain(before: Projection, after: Projection, unit: str) -> pl.DataFrame:
    """Attribute the change of a unit's first option between two projections of one contest.

    Parameters
    ----------
    before, after : Projection
        Of the same contest, the earlier day first.
    unit : str
        Id of a unit, or of the nation: its share and, for the nation, the chance to win the contest; for a unit, the
        chance to win there.

    Returns
    -------
    polars.DataFrame
        ``hustings.tables.INFLUENCE``, largest effect first; the columns sum to the change.

    Raises
    ------
    ConfigError
        The unit is not one of the contest's.
    """
    contest = after.contest
    places = [*contest.unit_ids, contest.nation]
    if unit not in places:
        raise ConfigError(f"{contest.name} has no unit {unit!r}", hint=f"one of: {', '.join(places)}")
    place = places.index(unit)
    believed = before.fit.points.weights @ np.stack([before.fit.at_node(n).mean for n in range(before.fit.n_nodes)])
    terms = poll_terms(before.fit, believed), poll_terms(after.fit, carried(before.fit, after.fit, believed))
    slope = (_share_slope(before, place) + _share_slope(after, place)) / 2.0
    climb = _win_gradient(before, after, place)
    voters = _voters_part(after, place), _voters_part(before, place)
    items = _matched(before.fit, after.fit, terms)
    prior = terms[1].prior - terms[0].prior
    rows = [(item, kind, float(moved @ slope), float(moved @ climb)) for item, kind, moved in items]
    rows.append(("pull of the prior", "prior", float(prior @ slope), float(prior @ climb)))
    if before.polls_alone or after.polls_alone:
        rows.append(("the campaign's own voters", "voters", voters[0][0] - voters[1][0], voters[0][1] - voters[1][1]))
    share = after.shares.mean[place, 0] - before.shares.mean[place, 0]
    chance = _chance(after, place, after.shares, after.verdict) - _chance(before, place, before.shares, before.verdict)
    rest = share - sum(row[2] for row in rows), chance - sum(row[3] for row in rows)
    rows.append(("time passing, scales re-learned", "time", *rest))
    table = pl.DataFrame(rows, schema=INFLUENCE.column_names, orient="row")
    return table.sort(pl.col("delta_share").abs(), "kind", "item", descending=[True, False, False])


def poll_terms(fit: TrackerFit, reference: Array) -> Terms:
    """Exact contribution of each poll to the mean log-ratio of every unit, averaged over the scales.

    Parameters
    ----------
    fit : TrackerFit
    reference : (coordinate,) array
        Coordinates from which a poll's surprise is measured; the terms add up to the posterior mean whatever it is.
    """
    rows = unit_rows(fit.prior, fit.blocks, np.zeros(1))[0]
    expected = fit.observed.design @ reference
    total = np.zeros((len(fit.data.unit), len(rows)))
    prior = (fit.prior.lean + fit.prior.nation.mean).ravel()
    for node, weight in enumerate(fit.points.weights):
        gain = linalg.cho_solve((fit.at_node(node).factor, True), rows.T, check_finite=False)
        noise = float(np.exp(2.0 * fit.points.log_scales[node, _NOISE]))
        precision = 1.0 / (noise / fit.omega[fit.observed.poll] + fit.observed.spread)
        reach = weight * (fit.observed.design @ gain) * precision[:, None]
        np.add.at(total, fit.observed.poll, reach * (fit.observed.response - expected)[:, None])
        prior = prior + expected @ reach
    return Terms(total, prior)


def carried(before: TrackerFit, after: TrackerFit, coordinates: Array) -> Array:
    """Coordinates of one fit in the order of a later one; 0 for what the earlier did not have."""
    moved = np.zeros(sum(block.size for block in after.blocks))
    known = {block.name: block for block in before.blocks}
    old, new = block_slices(before.blocks), block_slices(after.blocks)
    names = {
        "house": (before.data.house_names, after.data.house_names),
        "mode": (before.data.mode_names, after.data.mode_names),
        "population": (before.data.population_names, after.data.population_names),
    }
    for block in after.blocks:
        if block.name not in old:
            continue
        values = coordinates[old[block.name]]
        if block.knots is not None:
            moved[new[block.name]] = _on_knots(values, known[block.name], block)
            continue
        if block.name in names:
            was, now = names[block.name]
            place = {name: i for i, name in enumerate(was)}
            values = values.reshape(block.n_contrasts, -1)
            found = np.zeros((block.n_contrasts, len(now)))
            for i, name in enumerate(now):
                if name in place:
                    found[:, i] = values[:, place[name]]
            values = found.ravel()
        moved[new[block.name]] = values
    return moved


def _on_knots(values: Array, old: Block, new: Block) -> Array:
    """A walk's expectation at other knots: a straight line between knots, level beyond the last."""
    if old.knots is None or new.knots is None:
        return values
    paths = values.reshape(-1, old.n_steps)
    pinned = np.concatenate([np.zeros((len(paths), 1)), paths], axis=1)
    return np.concatenate([np.interp(new.knots[1:], old.knots, path) for path in pinned])


def _matched(before: TrackerFit, after: TrackerFit, terms: tuple[Terms, Terms]) -> list[tuple[str, str, Array]]:
    """Difference of each poll's terms, with what became of it."""
    old = dict(zip(before.polls["poll_id"], terms[0].polls, strict=True))
    new = dict(zip(after.polls["poll_id"], terms[1].polls, strict=True))
    zero = np.zeros(len(terms[0].prior))
    found = []
    for poll in sorted(old.keys() | new.keys()):
        kind = "poll-aged" if poll in old and poll in new else "poll-new" if poll in new else "poll-dropped"
        found.append((poll, kind, new.get(poll, zero) - old.get(poll, zero)))
    return found


def _share_slope(found: Projection, place: int) -> Array:
    """Slope of the place's first share by every unit's log-ratios, (unit * contrast,)."""
    n_units, n_contrasts = found.fit.prior.lean.shape
    by_polls = found.polls_alone.shares if found.polls_alone else found.shares
    shares = by_polls.mean[:-1]
    # d s_0 / d eta_j = s_0 (1{j = 0} - s_j), less what the spread of the log-ratios flattens away.
    gradient = shares[:, :1] * (np.eye(n_contrasts + 1)[:1, :n_contrasts] - shares[:, :n_contrasts])
    gradient = gradient - by_polls.sd[:-1, :1] ** 2 * (np.arange(n_contrasts) == 0)
    slope = np.zeros((n_units, n_contrasts))
    if place < n_units:
        slope[place] = gradient[place]
    else:
        votes = found.fit.prior.votes
        slope = gradient * (votes / votes.sum())[:, None]
    return np.asarray(slope.ravel())


def _chance(found: Projection, place: int, shares: Marginals, verdict: dict[str, Any]) -> float:
    first = found.contest.options[0].id
    if place == len(found.contest.units):
        return float(verdict["options"][first]["win_prob"])
    return float(shares.win_prob[place, 0])


def _voters_part(found: Projection, place: int) -> tuple[float, float]:
    """What the campaign's own voters add to what polls say: to the share, to the chance."""
    alone = found.polls_alone
    if alone is None:
        return 0.0, 0.0
    share = found.shares.mean[place, 0] - alone.shares.mean[place, 0]
    with_voters = _chance(found, place, found.shares, found.verdict)
    return float(share), with_voters - _chance(found, place, alone.shares, alone.verdict)


def _win_gradient(before: Projection, after: Projection, place: int) -> Array:
    """Mean gradient, along the path, of the chance to win by the units' mean log-ratios."""
    start, end = _collapse(outlook(before.fit)), _collapse(outlook(after.fit))
    wins = _win_event(after, place)
    nodes, weights = np.polynomial.legendre.leggauss(_PATH_POINTS)
    standard = np.random.default_rng([after.seed, 2]).standard_normal((_PATH_DRAWS // 2, len(start[0])))
    standard = np.concatenate([standard, -standard])
    total = np.zeros(len(start[0]))
    for node, weight in zip((nodes + 1.0) / 2.0, weights / 2.0, strict=True):
        mean = (1.0 - node) * start[0] + node * end[0]
        values, vectors = np.linalg.eigh((1.0 - node) * start[1] + node * end[1])
        used = values > values.max() * 1e-10
        root = vectors[:, used] * np.sqrt(values[used])
        z = standard[:, used]
        won = wins(mean + z @ root.T)
        score = (won - won.mean()) @ z / len(z)
        total += weight * (vectors[:, used] / np.sqrt(values[used])) @ score
    return total


def _collapse(found: Outlook) -> tuple[Array, Array]:
    """Mean and covariance of the mixture."""
    means = found.means.reshape(len(found.weights), -1)
    mean = found.weights @ means
    between = np.einsum("n,ni,nj->ij", found.weights, means - mean, means - mean)
    return mean, np.einsum("n,nij->ij", found.weights, found.covariances) + between


def _win_event(found: Projection, place: int) -> Callable[[Array], Array]:
    """Whether the first option wins, as a function of the units' log-ratios (draw, unit * contrast)."""
    contest = found.contest
    n_units, n_contrasts = found.fit.prior.lean.shape

    def wins(log_ratios: Array) -> Array:
        shares = softmax(log_ratios.reshape(-1, n_units, n_contrasts))
        if place == n_units:
            return np.asarray((decide(contest, shares).winner == 0).astype(float))
        return np.asarray((shares[:, place].argmax(axis=1) == 0).astype(float))

    return wins
