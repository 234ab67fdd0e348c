"""The tracker in observation space, slow and readable: one dense covariance between polls, term by term.

Written from docs/maths/tracker.md and not from the package's code. A poll is a vector of log-ratios (contrasts of the
options it offered); two polls are as alike as what they share. Everything is conditional on given scales, robustness
weights ``omega``, expansion points of the counts' likelihood, and the nation linearised in its units.
"""

from __future__ import annotations

import numpy as np

NATION = [*range(0, 48, 3), *range(48, 80, 4), *range(80, 120, 5), *range(120, 204, 7), *range(204, 310, 12), 400]
FINE = [0, 3, 6, 9, 12, 15, 18, 21, 25, 30, 35, 40, 46, 53, 60, 70, 80, 92, 106, 120, 140, 160, 185, 215, 250, 300, 400]
COARSE = [0, 14, 49, 140, 400]


class DenseTracker:
    """Posterior of the units on election day and log marginal likelihood, by one Cholesky factor of the polls."""

    def __init__(self, contest, prior, data, spec, scales, *, covariance, spread, whole, eta, omega):
        """Parameters beyond the package's own names.

        scales: by name; covariance: between top-level units, as shared; spread: root of each one's volatility;
        whole: (gradient, constant) of the nation; eta: (poll, contrast) expansion points; omega: (poll,).
        """
        self.contest, self.prior, self.data, self.spec, self.scales = contest, prior, data, spec, scales
        self.whole, self.eta, self.omega = whole, eta, omega
        self.n_contrasts = len(contest.options) - 1
        self.common = np.full((self.n_contrasts, self.n_contrasts), 0.5) + 0.5 * np.eye(self.n_contrasts)
        top = [unit.id for unit in contest.units if unit.parent is None]
        self.top = [top.index(unit.parent or unit.id) for unit in contest.units]
        self.shared = covariance / np.mean([covariance[i, i] / spread[i] ** 2 for i in range(len(top))])
        self.own = spread**2
        self.days = {
            name: brownian_between_days(knots)
            for name, knots in (("nation", NATION), ("fine", FINE), ("coarse", COARSE))
        }

    # --- how alike two units are ---

    def deviation(self, kind, u, v):
        """Covariance of the deviations of two units; ``kind`` is unit or bias."""
        shared, own = self.scales[f"{kind}_shared"] ** 2, self.scales[f"{kind}_own"] ** 2
        a, b = self.top[u], self.top[v]
        total = shared * self.shared[a, b] + (own * self.own[a] if a == b else 0.0)
        return total + own * self.between_districts(u, v)

    def between_districts(self, u, v):
        """Independent districts of variance 1, after their parent's mean (by votes) is taken off."""
        units = self.contest.units
        if units[u].parent is None or units[u].parent != units[v].parent:
            return 0.0
        sisters = [unit for unit in units if unit.parent == units[u].parent]
        total = sum(unit.expected_votes for unit in sisters)
        part = {unit.id: unit.expected_votes / total for unit in sisters}
        squares = sum(p**2 for p in part.values())
        return float(u == v) - part[units[u].id] - part[units[v].id] + squares

    def walk(self, u, v, i, j):
        """Covariance of the walks of two units as seen by polls ``i`` and ``j``."""
        fine, coarse = self.seen_together("fine", i, j), self.seen_together("coarse", i, j)
        total = self.scales["walk_nation"] ** 2 * self.seen_together("nation", i, j)
        for factor, variance in enumerate(self.prior.shared_variance):
            size = self.scales["walk_shared"] ** 2 * variance + self.scales["walk_own"] ** 2
            clock = fine if factor < self.spec.shared_walk_factors else coarse
            total += self.prior.loadings[u, factor] * self.prior.loadings[v, factor] * size * clock
        return total

    def seen_together(self, grid, i, j):
        """Covariance of a standard walk's means over the days of two polls."""
        block = self.days[grid][self.fieldwork(i)][:, self.fieldwork(j)]
        return float(block.mean())

    def fieldwork(self, i):
        return list(range(int(self.data.last_day[i]), int(self.data.first_day[i]) + 1))

    # --- how alike two polls are ---

    def weights(self, i):
        """Units behind a poll: [(unit, contrast x contrast)]."""
        if self.data.unit[i] >= 0:
            return [(int(self.data.unit[i]), np.eye(self.n_contrasts))]
        gradient = self.whole[0]
        return [(u, gradient[:, u]) for u in range(len(self.contest.units)) if self.contest.units[u].parent is None]

    def between_polls(self, i, j):
        """(contrast, contrast) covariance of what two polls measure."""
        data, scales = self.data, self.scales
        total = np.zeros((self.n_contrasts, self.n_contrasts))
        for u, to_i in self.weights(i):
            for v, to_j in self.weights(j):
                alike = self.prior.nation.sd**2 + self.deviation("unit", u, v) + self.walk(u, v, i, j)
                alike += scales["bias_nation"] ** 2 + self.deviation("bias", u, v)
                total += alike * to_i @ self.common @ to_j.T
        same = {"house": data.house, "mode": data.mode, "population": data.population}
        for name, codes in same.items():
            if codes[i] == codes[j] and codes[i] >= 0:
                total += scales[name] ** 2 * self.common
        if data.unit[i] < 0 and data.unit[j] < 0:
            total += scales["nation_gap"] ** 2 * self.common
        total += self.spec.sponsor_sd**2 * np.outer(self.sponsored(i), self.sponsored(j))
        total += self.spec.undecided_sd**2 * np.outer(self.undecided(i), self.undecided(j))
        if i == j:
            total += scales["noise"] ** 2 / self.omega[i] * self.common
        return total

    def sponsored(self, i):
        """The option's log-share goes up by one: its own contrast, or all of them down when it is the reference."""
        option = self.data.sponsor[i]
        push = np.zeros(self.n_contrasts + 1)
        if option >= 0:
            push[option] = 1.0
        return push[:-1] - push[-1]

    def undecided(self, i):
        lean = np.zeros(self.n_contrasts) if self.data.unit[i] < 0 else self.prior.lean[self.data.unit[i]]
        return -self.data.undecided[i] * lean

    def expected(self, i):
        """Prior mean of a poll's log-ratios."""
        mean = np.array(self.whole[1]) if self.data.unit[i] < 0 else np.zeros(self.n_contrasts)
        for u, to_i in self.weights(i):
            mean = mean + to_i @ (self.prior.lean[u] + self.prior.nation.mean)
        return mean + self.spec.sponsor_mean * self.sponsored(i) + self.spec.undecided_mean * self.undecided(i)

    def observed(self, i):
        """Contrasts that the poll offers, their working response and its covariance (one Newton step)."""
        counts = self.data.counts[i]
        offered = [k for k in range(len(counts)) if not np.isnan(counts[k])]
        logs = np.append(self.eta[i], 0.0)
        share = np.exp(logs[offered]) / np.exp(logs[offered]).sum()
        n = counts[offered].sum()
        score = counts[offered] - n * share
        against_last = np.zeros((len(offered) - 1, len(counts)))
        for row, k in enumerate(offered[:-1]):
            against_last[row, k], against_last[row, offered[-1]] = 1.0, -1.0
        covariance = (np.diag(1.0 / share[:-1]) + 1.0 / share[-1]) / n
        return against_last[:, :-1], against_last @ logs + covariance @ score[:-1], covariance

    # --- all polls at once ---

    def solve(self):
        """Mean (unit x contrast,), covariance, and log marginal likelihood of the working responses."""
        n_polls, n_units = len(self.data.unit), len(self.contest.units)
        contrasts, responses, sampling = zip(*[self.observed(i) for i in range(n_polls)], strict=True)
        C = np.block(
            [
                [
                    contrasts[i] @ self.between_polls(i, j) @ contrasts[j].T + (sampling[i] if i == j else 0.0)
                    for j in range(n_polls)
                ]
                for i in range(n_polls)
            ]
        )
        surprise = np.concatenate([responses[i] - contrasts[i] @ self.expected(i) for i in range(n_polls)])
        cross = np.hstack(
            [np.vstack([self.unit_and_poll(u, i) for u in range(n_units)]) @ contrasts[i].T for i in range(n_polls)]
        )
        units = np.block([[self.election_day(u, v) * self.common for v in range(n_units)] for u in range(n_units)])
        factor = np.linalg.cholesky(C)
        half, white = np.linalg.solve(factor, cross.T), np.linalg.solve(factor, surprise)
        start = (self.prior.lean + self.prior.nation.mean).ravel()
        log_marginal = -0.5 * white @ white - np.log(np.diag(factor)).sum() - 0.5 * len(white) * np.log(2.0 * np.pi)
        return start + half.T @ white, units - half.T @ half, log_marginal

    def election_day(self, u, v):
        return self.prior.nation.sd**2 + self.deviation("unit", u, v)

    def unit_and_poll(self, u, i):
        return sum(self.election_day(u, v) * self.common @ to_i.T for v, to_i in self.weights(i))


def brownian_between_days(knots):
    """(day, day) covariance of a walk that is Brownian at the knots and a straight line in between."""
    days = knots[-1] + 1
    at_knots = np.array([[min(s, t) for s in knots] for t in knots], dtype=float)
    weights = np.zeros((days, len(knots)))
    for day in range(days):
        for k in range(len(knots) - 1):
            if knots[k] <= day <= knots[k + 1]:
                part = (day - knots[k]) / (knots[k + 1] - knots[k])
                weights[day] = 0.0
                weights[day, k], weights[day, k + 1] = 1.0 - part, part
    return weights @ at_knots @ weights.T
