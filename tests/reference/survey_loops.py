"""Slow twins of the survey's weights and errors, written from the textbook, one respondent at a time."""

from __future__ import annotations

import math


def rake_loop(categories, targets, weights, sweeps):
    """Raking: ``categories`` and ``targets`` by margin; each sweep scales every category to its target."""
    weights = list(weights)
    for _ in range(sweeps):
        for margin, target in zip(categories, targets, strict=True):
            found = [0.0] * len(target)
            for category, weight in zip(margin, weights, strict=True):
                found[category] += weight
            for row, category in enumerate(margin):
                weights[row] *= target[category] / found[category]
    return weights


def kish_loop(weights):
    """Kish's effective number: square of the sum over sum of squares."""
    total = squares = 0.0
    for weight in weights:
        total += weight
        squares += weight * weight
    return total * total / squares


def share_se_loop(answers, members, weights, strata):
    """Standard error of the weighted share of ``answers`` among ``members``: the textbook's linearised variance.

    Units are drawn with replacement within strata: sum over strata of n/(n-1) times the squares of ``u`` around their
    mean, ``u = w (y - share) / sum(w)`` for members, 0 for others.
    """
    size = sum(w for w, m in zip(weights, members, strict=True) if m)
    share = sum(w * y for w, y, m in zip(weights, answers, members, strict=True) if m) / size
    moves = {}
    for y, m, w, stratum in zip(answers, members, weights, strata, strict=True):
        moves.setdefault(stratum, []).append(w * (y - share) / size if m else 0.0)
    variance = 0.0
    for inside in moves.values():
        n, mean = len(inside), sum(inside) / len(inside)
        variance += n / (n - 1) * sum((u - mean) ** 2 for u in inside)
    return share, math.sqrt(variance)
