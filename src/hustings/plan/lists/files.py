"""A list's files: each written beside and renamed; those with names are for their owner's eyes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from hustings.electorate.query import Electorate
from hustings.electorate.query.export import export_scores
from hustings.errors import StoreError
from hustings.plan.lists import forms, reaching
from hustings.plan.lists.accounting import Listed
from hustings.plan.lists.asking import Asked
from hustings.plan.race import Race
from hustings.store import write_json
from hustings.store.vault import Vault

SIDECAR = "van-scores.json"


def write_files(
    asked: Asked,
    listed: Listed,
    electorate: Electorate,
    vault: Vault | None,
    race: Race,
    place: Path,
    *,
    crosswalks: pl.DataFrame | None = None,
) -> tuple[list[Path], list[str]]:
    """Write the forms that were asked for: nobody of the hold-out is in them.

    Parameters
    ----------
    asked : Asked
    listed : Listed
    electorate : Electorate
    vault : Vault or None
        Needed by forms with names.
    race : Race
    place : Path
        Their folder.
    crosswalks : pl.DataFrame, optional
        ``voter_id``, ``van_id``.

    Returns
    -------
    list of Path
    list of str
        What must be said of them.

    Raises
    ------
    StoreError
        A file cannot be written.
    """
    units, rows = list(listed.by_unit["unit"]), listed.contacted
    known, notes = rows, []
    if vault is not None and set(asked.formats) & set(forms.PRIVATE):
        known = reaching.with_identities(electorate, rows, vault, units)
    files = []
    for form in asked.formats:
        whom = known
        if form == "van":
            whom, said = reaching.van_ids(known, crosswalks)
            notes += [said] if said else []
        if form == "walk":
            whom = reaching.with_votes(electorate, known, units)
        for name, frame in _tables(form, whom, asked, race, units).items():
            write_rows(frame, place / name, private=form in forms.PRIVATE)
            files.append(place / name)
        if form == "van":
            names = _score_names(asked, race)
            scores = forms.van_scores(whom, names)
            write_json(_sidecar(electorate, scores, names, listed), place / SIDECAR)
            files.append(place / SIDECAR)
    return files, notes


def _score_names(asked: Asked, race: Race) -> dict[str, str]:
    return forms.score_names(asked.universe, race.option, asked.channel, race.contest.date.year)


def _tables(form: str, rows: pl.DataFrame, asked: Asked, race: Race, units: list[str]) -> Mapping[str, pl.DataFrame]:
    """Files of a form: name -> rows."""
    year = race.contest.date.year
    if form == "van":
        names = _score_names(asked, race)
        return {"van-scores.csv": forms.van_scores(rows, names), "van-list.txt": forms.van_list(rows, year)}
    if form == "walk":
        return {"walk.csv": forms.walk_list(rows, year)}
    if form == "phone":
        dialled = rows.with_columns(e164=reaching.numbers(rows, asked.channel))
        return {"phone.csv": forms.phone_list(dialled, reaching.hours(units), year)}
    if form == "mail":
        return {"mail.csv": forms.mail_list(rows)}
    return {"list.csv": forms.plain_rows(rows, asked.universe, year)}


def write_rows(frame: pl.DataFrame, path: Path, *, private: bool) -> None:
    """Write rows, all of them or nothing: commas, or tabs where the name ends in ``.txt``.

    Raises
    ------
    StoreError
        The file cannot be written.
    """
    beside = path.with_name(f".{path.name}.writing")
    try:
        beside.unlink(missing_ok=True)
        mode = 0o600 if private else 0o666
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as out:
            frame.write_csv(out, separator="\t" if path.suffix == ".txt" else ",")
        beside.replace(path)
    except OSError as err:
        raise StoreError(
            f"cannot write {path}: {err.strerror}",
            hint="the list is locked; the same command writes its files again, with --out another folder",
        ) from err
    finally:
        beside.unlink(missing_ok=True)


def _sidecar(electorate: Electorate, scores: pl.DataFrame, names: dict[str, str], listed: Listed) -> dict[str, object]:
    """Say what made the scores, and the means that VAN asks for before it takes them."""
    inside = [name for name in names if name in electorate.words.sidecar_columns]
    _, about = export_scores(electorate, listed.people.head(1).select(inside))
    means = {
        name: round(float(mean or 0.0), 1)
        for name, mean in scores.select(names.values()).mean().row(0, named=True).items()
    }
    actions = [
        {
            "actionType": "score",
            "personIdColumn": scores.columns[0],
            "personIdType": "VANID" if scores.columns[0] == "VANID" else "state voter id",
            "scoreColumn": name,
            "approvalCriteria": {"average": mean, "tolerance": 1.0},
        }
        for name, mean in means.items()
    ]
    return {**about, "rows": scores.height, "actions": actions, "effect": listed.whole["effect"]}
