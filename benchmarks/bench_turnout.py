"""How well the scorecard predicts real turnout: the control group of the 2006 Michigan experiment (191,243 voters).

Five folds of whole blocks of neighbours (`randomization_cluster`), the same for every model; each voter is predicted by models
that saw none of his or her block. The first folds alone with ``--folds``.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit, logit

from hustings.scores.scorecard.boosted import Boosting, fit_boosted

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "gotv_ggl2006_michigan.parquet"
BALLOTS = ["primary_00", "general_00", "primary_02", "general_02", "primary_04", "general_04"]
OTHERS = ["age", "sex", "hh_size", "n_neighbors"]
FEATURES = [*OTHERS, *BALLOTS]
FOLDS = 5
Array = NDArray[np.float64]


def log_loss(y: Array, p: Array) -> float:
    """Mean negative log likelihood."""
    return float(-np.mean(np.where(y > 0, np.log(p), np.log1p(-p))))


def scorecard(train: pl.DataFrame, test: pl.DataFrame, rng: np.random.Generator) -> Array:
    """Ours."""
    names = [*OTHERS, "ballot_pattern"]
    voted = train["voted_aug2006"].to_numpy()
    card = fit_boosted(with_pattern(train), voted, names, name="voted", rng=rng, settings=Boosting(jobs=2))
    return np.asarray(expit(card.predict(with_pattern(test))))


def with_pattern(frame: pl.DataFrame) -> pl.DataFrame:
    """Ballots as one text, as in `hustings.scores.features`."""
    return frame.with_columns(ballot_pattern=pl.concat_str(BALLOTS))


def matrix(frame: pl.DataFrame) -> Array:
    """Numbers only."""
    return np.asarray(
        frame.select(pl.col("sex").eq("F").cast(pl.Float64), *(name for name in FEATURES if name != "sex")).to_numpy(),
        dtype=float,
    )


def boosted_trees(train: pl.DataFrame, test: pl.DataFrame, rng: np.random.Generator) -> Array:
    """LightGBM: the better of two sizes of trees, stopped early on a fifth of the blocks."""
    import lightgbm

    blocks = train["randomization_cluster"].to_numpy()
    held = np.isin(blocks, rng.permutation(np.unique(blocks))[: len(np.unique(blocks)) // 5])
    x, y = matrix(train), train["voted_aug2006"].to_numpy()
    best: tuple[float, Array] = (np.inf, np.zeros(0))
    for leaves in (7, 15):
        settings = {
            "objective": "binary",
            "learning_rate": 0.05,
            "num_leaves": leaves,
            "min_data_in_leaf": 100,
            "feature_fraction": 0.8,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 1.0,
            "verbose": -1,
            "seed": 1,
            "num_threads": 2,
        }
        fitted = lightgbm.train(
            settings,
            lightgbm.Dataset(x[~held], y[~held]),
            3000,
            valid_sets=[lightgbm.Dataset(x[held], y[held])],
            callbacks=[lightgbm.early_stopping(50, verbose=False)],
        )
        loss = float(fitted.best_score["valid_0"]["binary_logloss"])
        if loss < best[0]:
            best = (loss, np.asarray(fitted.predict(matrix(test))))
    return best[1]


def logistic(train: pl.DataFrame, test: pl.DataFrame, _rng: np.random.Generator) -> Array:
    """Main effects, age squared."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def columns(frame: pl.DataFrame) -> Array:
        return np.column_stack([matrix(frame), frame["age"].to_numpy() ** 2])

    model = make_pipeline(StandardScaler(), LogisticRegression(C=1e6, max_iter=500))
    model.fit(columns(train), train["voted_aug2006"].to_numpy())
    return np.asarray(model.predict_proba(columns(test))[:, 1])


def slope(y: Array, p: Array) -> tuple[float, float]:
    """Slope of the outcome on the logit of the prediction, and its standard error."""
    x, a, b = logit(p), 0.0, 1.0
    for _ in range(20):
        q = expit(a + b * x)
        w = q * (1 - q)
        h = np.array([[w.sum(), (w * x).sum()], [(w * x).sum(), (w * x * x).sum()]])
        step = np.linalg.solve(h, [(y - q).sum(), ((y - q) * x).sum()])
        a, b = a + step[0], b + step[1]
    return float(b), float(np.sqrt(np.linalg.inv(h)[1, 1]))


def deciles(y: Array, p: Array) -> None:
    """Observed over predicted in each tenth of the predictions."""
    order = np.argsort(p, kind="stable")
    print("decile  predicted  observed  ratio   (se)")
    for k, part in enumerate(np.array_split(order, 10)):
        said, was = p[part].mean(), y[part].mean()
        se = np.sqrt((p[part] * (1 - p[part])).sum()) / len(part) / said
        mark = "" if 0.97 <= was / said <= 1.03 else "  missed"
        print(f"{k + 1:6d}  {said:9.4f}  {was:8.4f}  {was / said:.4f}  ({se:.4f}){mark}")


def main(folds: int) -> None:
    """Fit, predict, print."""
    warnings.simplefilter("ignore")
    rows = pl.read_parquet(FILE).filter(pl.col("treatment") == "Control")
    rng = np.random.default_rng(2006)
    blocks = rows["randomization_cluster"].to_numpy()
    fold_of = dict(zip(np.unique(blocks), rng.permutation(len(np.unique(blocks))) % FOLDS, strict=True))
    fold = np.array([fold_of[one] for one in blocks])
    tested = fold < folds
    y = rows["voted_aug2006"].to_numpy().astype(float)
    found = {}
    for name, model in (("scorecard", scorecard), ("lightgbm", boosted_trees), ("logistic", logistic)):
        p, start = np.zeros(len(y)), time.perf_counter()
        for k in range(folds):
            p[fold == k] = model(rows.filter(fold != k), rows.filter(fold == k), np.random.default_rng(k))
        found[name] = p
        b, se = slope(y[tested], p[tested])
        seconds = time.perf_counter() - start
        print(f"{name:10s} log loss {log_loss(y[tested], p[tested]):.5f}  slope {b:.3f} ({se:.3f})  {seconds:.1f} s")
    gap = log_loss(y[tested], found["scorecard"][tested]) - log_loss(y[tested], found["lightgbm"][tested])
    print(
        f"{tested.sum():,} voters, {folds} of {FOLDS} folds; scorecard - lightgbm = {gap:+.5f} (target: at most +.00050)"
    )
    deciles(y[tested], found["scorecard"][tested])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=FOLDS)
    main(parser.parse_args().folds)
