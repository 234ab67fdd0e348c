"""`hustings sql`: ask the electorate in SQL."""

from __future__ import annotations

from typing import Annotated

import typer

from hustings.cli.campaign import (
    PRINTED_ROWS,
    AsOf,
    CampaignDir,
    OutFile,
    campaign_at,
    check_out,
    electorate_at,
    frame_json,
    frame_lines,
    write_frame,
)
from hustings.cli.inputs import Json, some, working


def command(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT.")],
    out: OutFile = None,
    as_of: AsOf = None,
    campaign: CampaignDir = None,
    as_json: Json = False,
) -> None:
    r"""Ask in SQL, read-only: tables voters, history, contacts, early_votes, aliases, persons.

    \b
    Example:
      hustings sql "select county, count(*) as voters from voters where party = 'UNA' group by county order by 2 desc"
    """
    check_out(out)
    with electorate_at(campaign_at(campaign), as_of) as electorate, working("asking", quiet=as_json):
        found = electorate.sql(query)
    if out is not None:
        write_frame(found, out)
        print(f"written: {out}, {some(found.height, 'row')}")
    elif as_json:
        print(frame_json(found))
    else:
        print("\n".join(frame_lines(found.head(PRINTED_ROWS))))
        if found.height > PRINTED_ROWS:
            print(f"... and {some(found.height - PRINTED_ROWS, 'more row')} (--out FILE writes all)")
