"""`hustings voters`: count them, list them, show one, compare two days; and what may be asked."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import polars as pl
import typer

from hustings.cli.campaign import (
    PRINTED_ROWS,
    AsOf,
    CampaignDir,
    Gone,
    OutFile,
    Where,
    aligned,
    campaign_at,
    check_out,
    electorate_at,
    frame_json,
    frame_lines,
    plain,
    say_day,
    say_scores,
    vault_of,
    write_frame,
)
from hustings.cli.inputs import Json, parse_day, some, working
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from hustings.electorate.query import Electorate
    from hustings.electorate.query.diff import VoterDiff

USUAL_COLUMNS = "state,county,precinct,party,sex,age"
CONTACT_FIELDS = (
    *("source_id", "first_name", "middle_name", "last_name", "suffix", "address", "address_extra", "city", "zip"),
    *("mail_address", "mail_city", "mail_state", "mail_zip", "phone", "cell_phone", "email"),
)
"""What a list for canvassers and letters needs of the vault."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Voters as of a day: `hustings voters count --by party,age_band --where \"voted('2012-11-06')\"` and more.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("count")
def count(
    by: Annotated[
        str,
        typer.Option("--by", metavar="COLUMNS", help="Columns and ballots, for example \"party,voted('2012-11-06')\"."),
    ] = "",
    where: Where = None,
    weight: Annotated[
        str | None, typer.Option("--weight", metavar="COLUMN", help="Add up this column of numbers too.")
    ] = None,
    gone: Gone = False,
    as_of: AsOf = None,
    campaign: CampaignDir = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Json = False,
) -> None:
    r"""Count voters by any set of attributes.

    \b
    Example:
      hustings voters count --by party,age_band --where "voted('2012-11-06')"
    """
    if as_csv and as_json:
        raise ConfigError("--csv and --json cannot both be", hint="choose one")
    names = _names(by, "--by")
    with electorate_at(campaign_at(campaign), as_of) as electorate, working("counting", quiet=as_json or as_csv):
        found = electorate.count(names, where, weight=weight, gone=gone)
        day = say_day(electorate)
    if as_json:
        print(frame_json(found))
    elif as_csv:
        print(found.write_csv(), end="")
    else:
        print(day)
        print("\n".join(count_lines(found)))


def count_lines(found: pl.DataFrame) -> list[str]:
    """Lines of a table of counts, with shares and a row for all together."""
    measures = [name for name in ("voters", "expected_voters") if name in found.columns]
    names = [name for name in found.columns if name not in measures]
    total = found["voters"].sum()
    share = (found["voters"] / total if total else found["voters"] * 0.0).alias("share")
    cells = [[_cell(value) if value is not None else "(none)" for value in row] for row in _rows(found, names)]
    rows = [[*names, "share", *measures]]
    for own, part, numbers in zip(cells, share, _rows(found, measures), strict=True):
        rows.append([*own, f"{part:.1%}", *(f"{number or 0:,.0f}" for number in numbers)])
    if names:
        sums = [f"{found[name].sum() or 0:,.0f}" for name in measures]
        rows.append(["total", *[""] * (len(names) - 1), "", *sums])
    return aligned(rows, right=range(len(names), len(rows[0])))


def _rows(found: pl.DataFrame, names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Rows of some columns; of none, as many empty ones."""
    return found.select(names).rows() if names else [()] * found.height


@app.command("list")
def list_voters(
    where: Where = None,
    columns: Annotated[
        str, typer.Option("--columns", metavar="COLUMNS", help="What to give beside the voter's pseudonym.")
    ] = USUAL_COLUMNS,
    order: Annotated[
        str | None, typer.Option("--order", metavar="COLUMNS", help='For example "county, age desc".')
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many voters.")] = None,
    identities: Annotated[
        bool, typer.Option("--identities", help="Names, addresses and phones too; needs the vault's key.")
    ] = False,
    gone: Gone = False,
    out: OutFile = None,
    as_of: AsOf = None,
    campaign: CampaignDir = None,
    as_json: Json = False,
) -> None:
    r"""List voters, in an order, with what is asked of them.

    \b
    Example:
      hustings voters list --where "county = 'WAKE' and voted('2012-11-06')" --order "age desc" --limit 500 --out list.csv
    """
    from hustings.electorate.query.export import export_scores

    check_out(out)
    names = _names(columns, "--columns")
    found = campaign_at(campaign)
    vault = vault_of(found) if identities else None
    printed = out is None and not as_json
    most = min(limit or PRINTED_ROWS, PRINTED_ROWS) if printed else limit
    with electorate_at(found, as_of) as electorate, working("listing", quiet=as_json):
        asked = [*names, *(["state"] if "state" not in names else [])]
        rows = electorate.list_voters(where, columns=asked, order=order, limit=most, gone=gone)
        if vault is not None:
            rows = _with_identities(electorate, rows, vault)
        if "state" not in names:
            rows = rows.drop("state")
        everybody = electorate.count([], where, gone=gone)["voters"][0] if printed else rows.height
        day = say_day(electorate)
        if out is not None:
            rows, about = export_scores(electorate, rows)
    if out is not None:
        write_frame(rows, out, private=identities)
        said = "; with names and addresses: readable by you alone" if identities else ""
        print(f"written: {out}, {some(rows.height, 'voter')} {day}{said}")
        for line in say_scores(about, out):
            print(line)
    elif as_json:
        print(frame_json(rows))
    else:
        print(day)
        print("\n".join(frame_lines(rows, absent="")))
        if everybody > rows.height and rows.height < (limit or everybody):
            print(f"{rows.height:,} of {some(everybody, 'voter')} (--out FILE writes all)")
        elif everybody > rows.height:
            print(f"{rows.height:,} of {some(everybody, 'voter')}")


def _with_identities(electorate: Electorate, rows: pl.DataFrame, vault: Any) -> pl.DataFrame:  # noqa: ANN401 (Vault)
    """Names and addresses behind the pseudonyms; columns that are empty for all are left out."""
    from hustings.electorate.query.identities import identities_of

    states = rows["state"].drop_nulls().unique().sort()
    known = identities_of(electorate, rows["voter_id"], vault, states=states)
    filled = [name for name in CONTACT_FIELDS if known[name].null_count() < known.height]
    return rows.with_columns(known.select(filled))


@app.command("show")
def show(
    voter: Annotated[str, typer.Argument(metavar="VOTER", help="STATE-ID as the state writes it, or a voter_id.")],
    as_of: AsOf = None,
    campaign: CampaignDir = None,
    as_json: Json = False,
) -> None:
    r"""Show all that is known of one voter; needs the vault's key.

    \b
    Example:
      hustings voters show NC-BY123456
    """
    from hustings.electorate.query import show_voter

    found = campaign_at(campaign)
    with electorate_at(found, as_of, queries=False) as electorate:
        known = show_voter(electorate, voter, vault=vault_of(found))
        day = say_day(electorate)
    if as_json:
        print(json.dumps(known, indent=2, ensure_ascii=False, default=plain))
    else:
        print("\n".join([f"{voter} {day}", *voter_lines(known)]))


def voter_lines(known: dict[str, Any]) -> list[str]:
    """Lines about one voter: who it is, the registration, ballots, contacts."""
    lines: list[str] = []
    for title, values in (("identity", known["identity"]), ("registration", known["voter"])):
        rows = [[name, str(value)] for name, value in values.items() if value is not None]
        lines += ["", title, *aligned(rows, indent="  ")]
    for name in ("elections", "contacts", "early_votes"):
        rows = known[name]
        lines += ["", f"{name.replace('_', ' ')}: {len(rows) or 'none known'}"]
        if rows:
            shown = [key for key in rows[0] if any(row[key] is not None for row in rows)]
            cells = [["" if row[key] is None else _cell(row[key]) for key in shown] for row in rows]
            lines += aligned([shown, *cells], indent="  ")
    others = ", ".join(map(str, known["household"]))
    return [*lines, "", f"others at the address: {others or 'none'}"]


def _cell(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


@app.command("columns")
def columns(as_of: AsOf = None, campaign: CampaignDir = None, as_json: Json = False) -> None:
    r"""List what a question may name, and its origin.

    \b
    Example:
      hustings voters columns
    """
    from hustings.electorate.query.ballots import FUNCTIONS

    with electorate_at(campaign_at(campaign), as_of, queries=False) as electorate:
        found = electorate.words.describe()
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    rows = [[one["column"], one["origin"], one["meaning"]] for one in found]
    print("\n".join(aligned([["column", "origin", "meaning"], *rows])))
    calls = [[call, meaning] for call, _, meaning in (text.partition(": ") for text in FUNCTIONS.values())]
    print("\n".join(["", "ballots, in --where and --by:", *aligned(calls, indent="  ")]))


@app.command("diff")
def diff(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help="The earlier day.")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help="The later day.")],
    out: OutFile = None,
    campaign: CampaignDir = None,
    as_json: Json = False,
) -> None:
    r"""Say what changed between two days: new, back, removed, moved, switched party.

    \b
    Example:
      hustings voters diff --from 2016-10-01 --to 2016-10-08 --out changes.csv
    """
    from hustings.electorate.query import diff_voters
    from hustings.store.snapshots import Snapshots

    check_out(out)
    days = parse_day(first, "--from"), parse_day(last, "--to")
    with working("comparing", quiet=as_json):
        found = diff_voters(Snapshots(campaign_at(campaign).store), *days)
    if out is not None:
        write_frame(found.voters, out)
    if as_json:
        counts = found.counts.to_dicts()
        print(json.dumps({"from": found.first, "to": found.last, "counts": counts}, indent=2))
        return
    print("\n".join(diff_lines(found, days)))
    if out is not None:
        print(f"written: {out}, {some(found.voters.height, 'change')}")


def diff_lines(found: VoterDiff, days: tuple[dt.date, dt.date]) -> list[str]:
    """Lines of what changed between two days."""
    said = [
        f"{day}" if day.isoformat() == of else f"{day} (file of {of})"
        for day, of in zip(days, (found.first, found.last), strict=True)
    ]
    lines = [f"from {said[0]} to {said[1]}"]
    if not found.counts.height:
        return [*lines, "nothing changed"]
    lines += frame_lines(found.counts, counts=("voters",))
    return [
        *lines,
        f"{some(found.voters['voter_id'].n_unique(), 'voter')} in all; who changed in two ways is counted under both",
    ]


def _names(text: str, option: str) -> list[str]:
    """Read names with commas between them; commas within a ballot's brackets are its own."""
    names = [name.strip() for name in re.split(r",(?![^(]*\))", text)] if text.strip() else []
    if not all(names):
        raise ConfigError(f"{option} {text!r} has a comma too many", hint="for example county,party")
    return names
