"""Names, addresses and numbers of listed voters, from the vault."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from hustings.electorate.identities import IDENTITY_COLUMNS
from hustings.electorate.query.electorate import Electorate
from hustings.electorate.state import StateReader
from hustings.store.vault import Vault

FIELDS = IDENTITY_COLUMNS
"""What the vault holds of a voter; none of it stands anywhere else."""


def identities_of(
    electorate: Electorate, voter_ids: pl.Series, vault: Vault, *, states: Iterable[str] | None = None
) -> pl.DataFrame:
    """Open the identities of some voters.

    Parameters
    ----------
    electorate : Electorate
        The electorate as of a day.
    voter_ids : pl.Series
        Pseudonyms.
    vault : Vault
        The opened vault.
    states : iterable of str, optional
        Where they are registered; without, every state is searched.

    Returns
    -------
    pl.DataFrame
        ``voter_id`` and the columns of :data:`FIELDS`, in the order asked for; of a voter who is not stored all null.

    Raises
    ------
    StoreError
        A vault file is missing or damaged.
    """
    words = electorate.words
    asked = voter_ids.unique().rename("voter_id").to_frame().lazy()
    known = words.manifest.states
    parts = [pl.DataFrame(schema={"voter_id": pl.Int64, **dict.fromkeys(FIELDS, pl.String)})]
    for state in known if states is None else dict.fromkeys(states):
        reader = StateReader(words.snapshots, known[state])
        rows = reader.lazy(["voter_id", "vault_row"]).join(asked, on="voter_id", how="semi").collect(engine="streaming")
        if rows.height:
            # Neighbours in the vault are sealed together: each chunk is opened once.
            rows = rows.sort("vault_row")
            found = reader.identities(vault, rows["vault_row"].to_numpy())
            parts.append(found.select(rows["voter_id"], *FIELDS))
    wanted = voter_ids.rename("voter_id").to_frame()
    return wanted.join(pl.concat(parts).unique("voter_id"), on="voter_id", how="left", maintain_order="left")
