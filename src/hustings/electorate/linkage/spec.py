"""What a linkage is asked to do: thresholds, limits, sizes of samples."""

from __future__ import annotations

from dataclasses import dataclass

from hustings.electorate.linkage.comparisons import BLOCKS
from hustings.errors import ConfigError


@dataclass(frozen=True)
class LinkageSpec:
    """How two files are linked.

    Parameters
    ----------
    threshold_prob : float
        A pair at least this probable is a link (0-1).
    uncertain_prob : float
        A pair between this and the threshold is returned too, marked ``uncertain`` (0-1).
    training_pairs : int
        Random pairs looked at to learn how often strangers agree.
    training_rows : int
        Rows of each file used to learn how often a person agrees with themselves.
    least_rows : int
        Below this many rows in the smaller file nothing is learnt from agreement: the values of ``data/parameters.csv`` stand.
    prior_pairs : float
        How many pairs the values of ``data/parameters.csv`` count for beside those that are learnt.
    block_pairs : int
        A blocking value that would make more pairs than this (a shared dummy phone) makes none; they are counted.
    blocks : tuple of str
        Which of `BLOCKS` are used.
    chunk_rows : int
        Rows of the left file compared at a time; bounds memory.
    threads : int
        Threads of the comparison.

    Raises
    ------
    ConfigError
        If the probabilities are not ``0 < uncertain_prob <= threshold_prob < 1``, a size is not positive or a block unknown.
    """

    threshold_prob: float = 0.9
    uncertain_prob: float = 0.5
    training_pairs: int = 2_000_000
    training_rows: int = 60_000
    least_rows: int = 2_000
    prior_pairs: float = 200.0
    block_pairs: int = 40_000
    blocks: tuple[str, ...] = tuple(BLOCKS)
    chunk_rows: int = 500_000
    threads: int = 2

    def __post_init__(self) -> None:
        if not 0 < self.uncertain_prob <= self.threshold_prob < 1:
            raise ConfigError(
                f"uncertain_prob {self.uncertain_prob} and threshold_prob {self.threshold_prob}"
                " are not 0 < uncertain_prob <= threshold_prob < 1",
                hint="for example threshold_prob = 0.9, uncertain_prob = 0.5",
            )
        for name in ("training_pairs", "training_rows", "least_rows", "block_pairs", "chunk_rows", "threads"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}, expected at least 1")
        if not self.prior_pairs > 0:
            raise ConfigError(f"prior_pairs is {self.prior_pairs}, expected more than 0")
        unknown = [block for block in self.blocks if block not in BLOCKS]
        if unknown or not self.blocks:
            raise ConfigError(
                f"blocks {unknown} are unknown" if unknown else "no blocks are given",
                hint=f"choose from {', '.join(BLOCKS)}",
            )
