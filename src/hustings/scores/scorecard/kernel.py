"""Several models over a piece of voters in one pass: the same scores as :meth:`ScoreModel.predict`, within what rounding loses.

Predictors are packed four to a word (``packing``), columns become places in tables (``axes``), and a lane's 65,536 values
go through the link by one more look-up. The piece is worked through in runs that stay in a core's cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.scores.scorecard.axes import Axis, axis_of
from hustings.scores.scorecard.model import ScoreModel
from hustings.scores.scorecard.packing import LANES, TOP, Group, Pack, pack
from hustings.scores.scorecard.piece import Piece, is_level

RUN = 32_768
"""Voters of a run: words, indices and bins of all of them stay in the cache."""
HALF_PERCENTS = 200
NO_SCORE = 255
"""Code of a voter without a score."""
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Kernel:
    """Models made ready for pieces of one schema.

    Parameters
    ----------
    models : tuple of ScoreModel
        Those with `only` after those they override.
    axes : dict
        Feature -> its places.
    packs : tuple of Pack
        Predictors of all models in their order, four to a pack.
    """

    models: tuple[ScoreModel, ...]
    axes: dict[str, Axis]
    packs: tuple[Pack, ...]

    @property
    def error(self) -> dict[str, float]:
        """By how much each predictor may be off, by ``model/predictor``."""
        off = [one for packed in self.packs for one in packed.error]
        names = [f"{model.name}/{card.name}" for model in self.models for card in model.cards]
        return dict(zip(names, off, strict=False))

    @property
    def outputs(self) -> list[str]:
        """Columns that it gives, each once."""
        return list(dict.fromkeys(name for model in self.models for name in model.outputs))

    def scores(self, piece: pl.DataFrame | Piece, steps: Mapping[str, int] | None = None) -> dict[str, Floats]:
        """Scores of a piece's voters; NaN where no model holds.

        Parameters
        ----------
        piece : pl.DataFrame or Piece, n rows
            Of the kernel's schema.
        steps : mapping, optional
            Column -> number of steps in 1 to which its scores are rounded.

        Returns
        -------
        dict
            Column -> (n,) float32.
        """
        lanes, given = self._lanes(piece), steps or {}
        parts = (self._link(model, lanes, first, given) for model, first in zip(self.models, self._firsts, strict=True))
        return self._chosen(piece, parts, np.float32(np.nan))

    def codes(self, piece: pl.DataFrame | Piece) -> dict[str, NDArray[np.uint8]]:
        """Chances in half percents: 0-200, ``NO_SCORE`` where no model holds; effects are not among them."""
        lanes = self._lanes(piece)
        parts = (self._codes_of(model, lanes, first) for model, first in zip(self.models, self._firsts, strict=True))
        return self._chosen(piece, parts, np.uint8(NO_SCORE))

    def _chosen(
        self, piece: pl.DataFrame | Piece, parts: Iterable[dict[str, NDArray[Any]]], none: np.generic
    ) -> dict[str, NDArray[Any]]:
        """Each voter's own model's values: a model with `only` overrides those before it where it holds."""
        found: dict[str, NDArray[Any]] = {}
        for model, values in zip(self.models, parts, strict=True):
            if model.only is None:
                found |= values
                continue
            holds = is_level(piece[model.only[0]], model.only[1])
            for name, own in values.items():
                np.copyto(found.setdefault(name, np.full(piece.height, none)), own, where=holds)
        return found

    @cached_property
    def _firsts(self) -> list[int]:
        """Lane of each model's first predictor."""
        counts = [len(model.cards) for model in self.models]
        return [sum(counts[:k]) for k in range(len(counts))]

    def _codes_of(self, model: ScoreModel, lanes: NDArray[np.uint16], first: int) -> dict[str, NDArray[np.uint8]]:
        names = [name for name in model.outputs if not name.endswith("_effect")]
        if model.link == "softmax":
            scores = self._link(model, lanes, first, {})
            return {name: _half_percents(scores[name]) for name in names}
        places = {name: first + model.outputs.index(name) for name in names}
        return {
            name: np.take(self._half_percents(model, lane), lanes[:, lane], mode="clip")
            for name, lane in places.items()
        }

    @cached_property
    def _steps(self) -> dict[int, NDArray[np.uint8]]:
        return {}

    def _half_percents(self, model: ScoreModel, lane: int) -> NDArray[np.uint8]:
        if lane not in self._steps:
            self._steps[lane] = _half_percents(self._table(model, lane, None))
        return self._steps[lane]

    def _lanes(self, piece: pl.DataFrame | Piece) -> NDArray[np.uint16]:
        """Lanes of every predictor, shape (n, 4 packs)."""
        places = {name: axis.places(piece[name]) for name, axis in self.axes.items()}
        parts = []
        for packed in self.packs:
            words = np.empty(piece.height, dtype=np.int64)
            for start in range(0, piece.height, RUN):
                _sum_run(packed.groups, places, words[start : start + RUN], start)
            parts.append(words.astype("<i8", copy=False).view("<u2").reshape(-1, LANES))
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    @cached_property
    def _scales(self) -> list[tuple[float, float]]:
        return [scale for packed in self.packs for scale in zip(packed.low, packed.step, strict=True)]

    def _link(
        self, model: ScoreModel, lanes: NDArray[np.uint16], first: int, steps: Mapping[str, int]
    ) -> dict[str, Floats]:
        """Scores of lanes; one predictor a score goes by look-up."""
        if model.link == "softmax":
            scales = enumerate(self._scales[first : first + len(model.cards)])
            predictors = np.stack([low + step * lanes[:, first + k] for k, (low, step) in scales], axis=1)
            whole = model.link_scores(predictors)
            return {
                name: _rounded(whole[:, k].astype(np.float32), steps.get(name)) for k, name in enumerate(model.outputs)
            }
        return {
            name: np.take(self._table(model, first + k, steps.get(name)), lanes[:, first + k], mode="clip")
            for k, name in enumerate(model.outputs)
        }

    @cached_property
    def _tables(self) -> dict[tuple[int, int | None], Floats]:
        return {}

    def _table(self, model: ScoreModel, lane: int, steps: int | None) -> Floats:
        """Score of each value of a lane."""
        known = self._tables.get((lane, steps))
        if known is None:
            low, step = self._scales[lane]
            predictors = low + step * np.arange(TOP + 1, dtype=np.float64)
            scores = model.link_scores(np.repeat(predictors[:, None], len(model.cards), axis=1))[:, 0]
            known = self._tables[lane, steps] = _rounded(scores, steps).astype(np.float32)
        return known


def compile_kernel(models: Sequence[ScoreModel], schema: Mapping[str, pl.DataType]) -> Kernel:
    """Make models ready for pieces of a schema: texts as enums, numbers as numbers.

    Raises
    ------
    InputError
        A feature is lacking, or of another kind.
    """
    cards = [card for model in models for card in model.cards]
    lacking = [name for model in models for name in model.feature_names if name not in schema]
    if lacking:
        raise InputError(
            f"the models need {', '.join(dict.fromkeys(lacking))}, which these voters do not have",
            hint=f"at hand: {', '.join(schema)}",
        )
    used = dict.fromkeys(name for card in cards for term in card.terms for name in term.features)
    axes = {
        name: axis_of(name, schema[name], [card.by_name[name] for card in cards if name in card.by_name])
        for name in used
    }
    packs = tuple(pack(cards[k : k + LANES], axes) for k in range(0, len(cards), LANES))
    return Kernel(tuple(models), axes, packs)


def _sum_run(
    groups: Sequence[Group], places: Mapping[str, NDArray[np.unsignedinteger]], words: NDArray[np.int64], start: int
) -> None:
    """Add up the packed tables of one run of voters."""
    words[:] = 0
    stop = start + len(words)
    fetched = np.empty(len(words), dtype=np.int64)
    for group in groups:
        # 16 bits are enough for a fused table's index, and make it four times as fast.
        narrow = np.uint16 if group.table.size <= TOP + 1 else np.uint32
        index: NDArray[np.unsignedinteger] = places[group.features[0]][start:stop].astype(narrow)
        for name, size in zip(group.features[1:], group.sizes[1:], strict=True):
            np.multiply(index, size, out=index, casting="unsafe")
            np.add(index, places[name][start:stop], out=index, casting="unsafe")
        np.take(group.table, index, out=fetched, mode="clip")
        words += fetched


def _half_percents(scores: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(scores * HALF_PERCENTS).astype(np.uint8))


def _rounded(scores: NDArray[np.floating], steps: int | None) -> NDArray[np.floating]:
    return scores if steps is None else np.rint(scores * steps) / steps
