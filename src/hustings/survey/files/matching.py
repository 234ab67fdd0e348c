"""Respondents to voters: by the state's id, by another system's id, or by the case of a sample that was drawn."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hustings.electorate.identities import voter_ids
from hustings.electorate.loading.aliases import alias_ids, read_aliases
from hustings.errors import ConfigError, InputError
from hustings.store.snapshots import Snapshots
from hustings.store.vault import Vault
from hustings.survey.files.codebook import FileCodebook
from hustings.tables import FILE_COLUMNS


def match_voters(
    respondents: pl.DataFrame,
    keys: pl.Series,
    book: FileCodebook,
    *,
    store: Path,
    vault: Vault | None,
    sample: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Say which voter each respondent is, and how sure that is.

    Parameters
    ----------
    respondents : pl.DataFrame
        As declared in ``tables.RESPONDENTS``.
    keys : pl.Series
        The value of the column that ``[voter]`` of the codebook names, one a respondent.
    book : FileCodebook
    store : Path
        The campaign's store.
    vault : Vault, optional
        Needed for ids, not for cases.
    sample : pl.DataFrame, optional
        As declared in ``tables.SAMPLE``, for ``system = "case"``.

    Returns
    -------
    pl.DataFrame
        The respondents with ``voter_id`` and ``match_prob``: null where nobody was found; of a case also what the voter
        file says, the stratum and the weight of its draw.

    Raises
    ------
    ConfigError
        The codebook does not say which state's ids they are, or the key is missing.
    InputError
        No respondent is found at all, or no voters of the state are stored.
    """
    system = book.voter.get("system", "")
    if system == "case":
        return _cases(respondents, keys, book, sample)
    if vault is None:
        raise ConfigError("ids are sealed: the vault's key is needed to match them", hint="set HUSTINGS_VAULT_KEY")
    snapshots = Snapshots(store)
    if system == "state":
        state = book.voter.get("state")
        if not state:
            raise ConfigError(f"codebook {book.path}: [voter] does not say of which state", hint='state = "NC"')
        found = _of_state(respondents, voter_ids(vault, state, keys), snapshots, state)
    else:
        aliases = read_aliases(snapshots, snapshots.at(None)).select("alias_id", "voter_id", "match_prob")
        pseudonyms = alias_ids(vault, system, keys)
        found = (
            respondents.drop("voter_id", "match_prob")
            .with_columns(pseudonyms)
            .join(aliases, on="alias_id", how="left", maintain_order="left")
            .with_columns(pl.col("match_prob").cast(pl.Float64))
            .select(respondents.columns)
        )
    return _at_least_one(found, book)


def _of_state(respondents: pl.DataFrame, ids: pl.Series, snapshots: Snapshots, state: str) -> pl.DataFrame:
    """Voters by their pseudonyms; an id that is in no voter file is nobody's."""
    manifest = snapshots.at(None)
    if state not in manifest.states:
        raise InputError(f"no voters of {state} are stored", hint=f"stored: {', '.join(sorted(manifest.states))}")
    files = manifest.states[state]
    stored = [file for file in (files.base, files.delta) if file is not None]
    wanted = ids.drop_nulls().unique().implode()
    known = pl.concat(
        [
            pl.scan_parquet(snapshots.path(file)).select("voter_id").filter(pl.col("voter_id").is_in(wanted)).collect()
            for file in stored
        ]
    )["voter_id"]
    there = pl.col("voter_id").is_in(known.unique().implode())
    return respondents.with_columns(ids).with_columns(
        pl.when(there).then("voter_id").alias("voter_id"), pl.when(there).then(1.0).alias("match_prob")
    )


def with_file_columns(respondents: pl.DataFrame, described: pl.DataFrame) -> pl.DataFrame:
    """Add what the voter file says of those who were matched; what stands there already is kept.

    Parameters
    ----------
    respondents : pl.DataFrame
        As declared in ``tables.RESPONDENTS``.
    described : pl.DataFrame
        ``voter_id`` and the columns of ``tables.FILE_COLUMNS`` (:func:`hustings.survey.sample.describe_voters`).
    """
    names = [column.name for column in FILE_COLUMNS]
    found = respondents.join(described, on="voter_id", how="left", maintain_order="left", suffix="_found")
    return found.with_columns(pl.coalesce(name, f"{name}_found").alias(name) for name in names).select(
        respondents.columns
    )


def _cases(respondents: pl.DataFrame, keys: pl.Series, book: FileCodebook, sample: pl.DataFrame | None) -> pl.DataFrame:
    if sample is None:
        raise ConfigError(
            "the codebook matches by case, and the wave has no sample", hint="draw it first: hustings survey draw"
        )
    names = [column.name for column in FILE_COLUMNS]
    drawn = sample.select("case_id", "voter_id", "stratum", "base_weight", *names)
    found = (
        respondents.drop("voter_id", "match_prob", "stratum", "base_weight", "case_id", *names)
        .with_columns(keys.cast(pl.Int64, strict=False).alias("case_id"))
        .join(drawn, on="case_id", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("voter_id").is_not_null()).then(1.0).alias("match_prob"))
        .with_columns(pl.col("base_weight").fill_null(1.0))
    )
    return _at_least_one(found.select(respondents.columns), book)


def _at_least_one(found: pl.DataFrame, book: FileCodebook) -> pl.DataFrame:
    if found["voter_id"].null_count() == found.height:
        raise InputError(
            f"no respondent is a voter that is known by {book.voter.get('column')!r}",
            hint="is it the right column, and were the ids linked (hustings link) or loaded?",
        )
    return found
