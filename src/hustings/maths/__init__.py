"""Mathematics without tables or files: numpy and scipy only.

=============  ==================================================================
file           holds
=============  ==================================================================
``logratio``   shares as additive log-ratios; the whole as a function of its units
``brownian``   random walks on a grid of days, seen through fieldwork
``points``     fixed point sets that stand for a Gaussian
``mixture``    Gaussian mixtures through the logistic function
``threads``    one BLAS thread: faster here, and the same bits everywhere
``scoring``    proper scores: Brier, log loss, CRPS, joint density, coverage
=============  ==================================================================
"""
