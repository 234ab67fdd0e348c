"""Mathematics without tables or files: numpy and scipy only.

=================  ==================================================================
file               holds
=================  ==================================================================
``logratio``       shares as additive log-ratios; the whole as a function of its units
``brownian``       random walks on a grid of days, seen through fieldwork
``points``         fixed point sets that stand for a Gaussian
``mixture``        Gaussian mixtures through the logistic function
``intervals``      how wide the intervals are that are shown
``calibration``    weights that meet known totals: raking, linear, bounded logit
``propensity``     chance to answer: ridge logistic regression on cells
``linearised``     variance of weighted estimates, calibration and non-response counted
``multilevel``     multilevel logistic regression on cells by Laplace, its scales integrated
``multilevel_laplace``  its coefficients given the scales, and what the data say of the scales
``multilevel_cells``  its cells: sums over one-hot blocks that are never written out
``kish``           effective sample size of unequal weights
``threads``        one BLAS thread: faster here, and the same bits everywhere
``scoring``        proper scores: Brier, log loss, CRPS, joint density, coverage
``doubly_robust``  signals of effects from randomised tests, clustered errors, tests
``uplift``         gain curve, Qini coefficient, value of a policy
``waterfill``      a budget over concave levers: one price for everybody, exactly
``eprocesses/``    evidence that stays valid at every look: bets, e-processes, e-BH, confidence sequences
=================  ==================================================================
"""
