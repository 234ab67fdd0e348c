"""`hustings load`: files into the campaign's store."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, campaign_at, say_report, telling, vault_of
from hustings.cli.inputs import Json, Quiet, parse_day
from hustings.errors import ConfigError, InputError

if TYPE_CHECKING:
    from hustings.electorate.layouts import Layout
    from hustings.electorate.loading import LoadReport
    from hustings.store.campaign import Campaign

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Load a file, all of it or nothing: `hustings load voters ncvoter_Statewide.zip --layout nc-2022`.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="All files of one delivery: plain, gzip, zip, folders.")
]
LayoutName = Annotated[
    str | None,
    typer.Option("--layout", metavar="NAME|TOML", help="See `hustings layouts` [the only one that fits]."),
]
FileDay = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Day of the files [in their name, else today].")
]
Given = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="What the layout asks for and the file does not say."),
]
Wait = Annotated[float, typer.Option("--wait", metavar="SECONDS", min=0, help="Wait for another load to end.")]
AllowOlder = Annotated[bool, typer.Option("--allow-older", help="Take a file older than what is stored.")]
AllowGone = Annotated[bool, typer.Option("--allow-gone", help="Take a file that lacks a fifth of the stored voters.")]
AllowOther = Annotated[bool, typer.Option("--allow-other", help="Take a vendor's file over a state's own.")]
Changes = Annotated[bool, typer.Option("--changes", help="A file of changes: whom it lacks is not gone.")]


@dataclass(frozen=True)
class Asked:
    """What a command line asks for."""

    files: list[Path]
    layout: str | None
    as_of: str | None
    given: list[str]
    wait_seconds: float
    campaign: Path | None
    quiet: bool
    as_json: bool


@app.command("voters")
def voters(
    files: Files,
    layout: LayoutName = None,
    as_of: FileDay = None,
    given: Given = None,
    changes: Changes = False,
    allow_older: AllowOlder = False,
    allow_gone: AllowGone = False,
    allow_other: AllowOther = False,
    wait: Wait = 0,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Load a voter file: a state's first becomes its base, a later one is compared with what is stored.

    \b
    Example:
      hustings load voters ncvoter_Statewide.zip --layout nc-2022 --as-of 2016-10-01
    """
    from hustings.electorate.loading import load_voters

    asked = Asked(files, layout, as_of, given or [], wait, campaign, quiet, as_json)
    _load(
        "voters",
        asked,
        load_voters,
        coverage="changes" if changes else None,
        allow_older=allow_older,
        allow_gone=allow_gone,
        allow_other=allow_other,
        compact_share=campaign_at(campaign).electorate.compact_share,
    )


OfState = Annotated[
    str | None, typer.Option("--state", metavar="USPS", help="Whose ids, where several states are stored.")
]


def _add(name: str, kind: str, text: str, example: str) -> None:
    """Make the command that loads one kind of file beside the voters."""

    def command(
        files: Files,
        layout: LayoutName = None,
        as_of: FileDay = None,
        given: Given = None,
        wait: Wait = 0,
        campaign: CampaignDir = None,
        quiet: Quiet = False,
        as_json: Json = False,
    ) -> None:
        _beside(kind, Asked(files, layout, as_of, given or [], wait, campaign, quiet, as_json))

    def command_with_state(
        files: Files,
        layout: LayoutName = None,
        state: OfState = None,
        as_of: FileDay = None,
        given: Given = None,
        wait: Wait = 0,
        campaign: CampaignDir = None,
        quiet: Quiet = False,
        as_json: Json = False,
    ) -> None:
        asked = Asked(files, layout, as_of, given or [], wait, campaign, quiet, as_json)
        _beside(kind, asked, of_state=state)

    chosen = command_with_state if kind in {"contacts", "consumer"} else command
    app.command(name, help=f"{text}\n\n\b\nExample:\n  hustings load {name} {example}")(chosen)


def _beside(kind: str, asked: Asked, **more: Any) -> None:  # noqa: ANN401 (options of a load)
    """Load one kind of file beside the voters."""
    from hustings.electorate import loading

    _load(kind, asked, getattr(loading, f"load_{kind.replace('-', '_')}"), **more)


_add(
    "history",
    "history",
    "Load a history file: who voted when, and how. A ballot that is stored is replaced by the newer file's.",
    "ncvhis_Statewide.zip --layout nc-2022",
)
_add(
    "contacts",
    "contacts",
    "Load contacts and survey responses; those that are stored are not stored twice.",
    "van_contact_history.xls",
)
_add(
    "consumer",
    "consumer",
    "Load a vendor's attributes, beside what voters reported and never over it.",
    "consumer.csv",
)
_add(
    "early-vote",
    "early-votes",
    "Load ballots asked for and cast early: the day's file replaces what earlier ones said of the same ballots.",
    "absentee_20161101.zip",
)


@app.command("crosswalk")
def crosswalk(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: the other system's id, the state's own id.")],
    system: Annotated[str, typer.Option("--system", metavar="NAME", help="Whose ids: van, dwid or lal.")],
    state: Annotated[str, typer.Option("--state", metavar="USPS", help="Whose voters.")],
    as_of: FileDay = None,
    wait: Wait = 0,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Load a list that says which of another system's ids are which voters.

    \b
    Example:
      hustings load crosswalk vanid_crosswalk.csv --system van --state NC
    """
    from hustings.electorate.loading import load_aliases

    if system not in SYSTEMS:
        raise ConfigError(f"--system {system!r} is unknown", hint=f"expected {', '.join(SYSTEMS)}")
    found = campaign_at(campaign)
    if not file.is_file():
        raise InputError("there is no such file", file=file)
    day, source = day_of([file], as_of, None)
    vault = vault_of(found, begin=True)
    with telling(f"loading {file.name}", quiet=quiet or as_json):
        report = load_aliases(
            found.store,
            file,
            system=system,
            state=state.upper(),
            vault=vault,
            as_of=day,
            code_version=version("hustings"),
            wait_seconds=wait,
        )
    asked = Asked([file], None, as_of, [], wait, campaign, quiet, as_json)
    _print(report, found, asked, f"ids of {system}", source)


SYSTEMS = ("van", "dwid", "lal")


def _load(kind: str, asked: Asked, load: Callable[..., LoadReport], **more: Any) -> None:  # noqa: ANN401 (options)
    """Find layout, day and key; load; say what became of every row."""
    from hustings.electorate.loading.choose import choose_layout

    campaign = campaign_at(asked.campaign)
    given = read_pairs(asked.given)
    layout, chosen = choose_layout(asked.files, kind, asked.layout)
    day, source = day_of(asked.files, asked.as_of, layout)
    vault = vault_of(campaign, begin=True)
    names = ", ".join(path.name for path in asked.files)
    with telling(f"loading {names}", quiet=asked.quiet or asked.as_json) as progress:
        report = load(
            campaign.store,
            asked.files,
            layout,
            vault=vault,
            as_of=day,
            parameters=given,
            code_version=version("hustings"),
            wait_seconds=asked.wait_seconds,
            progress=progress,
            **more,
        )
    _print(report, campaign, asked, f"layout {layout.name}{chosen}", source)


def read_pairs(pairs: list[str]) -> dict[str, str]:
    """Read ``key=value`` pairs."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise ConfigError(
                f"--set {pair!r} cannot be read", hint="write KEY=VALUE, for example --set authority=E07000223"
            )
        found[key.strip()] = value.strip()
    return found


def day_of(files: list[Path], as_of: str | None, layout: Layout | None) -> tuple[dt.date, str]:
    """Day of the files, and who says so.

    Raises
    ------
    InputError
        Their names say different days.
    """
    if as_of is not None:
        return parse_day(as_of, "--as-of"), ""
    from hustings.electorate.loading.choose import named_day

    said = named_day(files, layout)
    if said is not None:
        return said[0], f" (by the name {said[1]})"
    return dt.date.today(), " (today: no name says the day; --as-of does)" if files else ""


def _print(report: LoadReport, campaign: Campaign, asked: Asked, how: str, source: str) -> None:
    """Print a report, for people or for a script."""
    if asked.as_json:
        files = [str(path) for path in asked.files]
        print(json.dumps({**report.to_json(), "files": files}, indent=2, ensure_ascii=False))
    else:
        say_report(report, campaign, asked.files, how, source, quiet=asked.quiet)
