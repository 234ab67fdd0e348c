"""`hustings survey field`: ask, by web form, text and call, until it is stopped."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, check_out, electorate_at, vault_of, write_frame
from hustings.cli.inputs import Quiet, some, working
from hustings.cli.survey.shared import SurveyName, WaveName, wave_at, wrapped
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from hustings.store.campaign import Campaign
    from hustings.store.vault import Vault
    from hustings.survey.fieldwork import Account, Asker
    from hustings.survey.waves import Wave

SID, TOKEN, ADDRESS = "HUSTINGS_TWILIO_SID", "HUSTINGS_TWILIO_TOKEN", "HUSTINGS_TWILIO_URL"
Modes = Annotated[
    str, typer.Option("--mode", metavar="MODES", help="web (a text with a link), sms, ivr: in this order.")
]
Split = Annotated[
    bool, typer.Option("--split", help="Each voter has one of the modes, instead of one after the other.")
]
Attempts = Annotated[int, typer.Option("--attempts", metavar="N", help="Most attempts to reach a voter.")]


def command(
    survey: SurveyName,
    wave: WaveName = None,
    mode: Modes = "web,sms,ivr",
    split: Split = False,
    release: Annotated[int, typer.Option("--release", metavar="N", help="Replicates to release, from the first.")] = 1,
    release_hours: Annotated[
        float,
        typer.Option("--release-hours", metavar="H", help="Release the next replicate every so many hours; 0 never."),
    ] = 0.0,
    attempts: Attempts = 3,
    hours_between: Annotated[
        float, typer.Option("--hours-between", metavar="H", help="Hours between two attempts.")
    ] = 24.0,
    links: Annotated[
        Path | None,
        typer.Option("--links", metavar="FILE", help="Write every voter's link with name and address, and leave."),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; a proxy with TLS stands before it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 8080,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
) -> None:
    r"""Serve the forms and the provider's webhooks, and send what is due; stop with Ctrl-C, go on with the same command.

    \b
    Example:
      hustings survey field tracker --wave 2016-10-01 --mode web,sms,ivr --release 2
      hustings survey field tracker --links letters.csv
    """
    from hustings.survey.fieldwork import (
        Dispatcher,
        DispatchSettings,
        NoChannel,
        TwilioChannel,
        keep_dispatching,
        open_field,
    )
    from hustings.web.forms.server import ServerSettings, field_app, now_utc, serve

    campaign_, found = wave_at(campaign, survey, wave)
    _check_rehearsed(found)
    check_asking(found, attempts)
    if release < 1 or hours_between < 0:
        raise ConfigError(f"--release is {release}, --hours-between {hours_between}", hint="at least 1, and at least 0")
    asker, account, vault = asker_of(campaign_), account_of(campaign_), vault_of(campaign_)
    settings = DispatchSettings(
        modes=tuple(one.strip() for one in mode.split(",") if one.strip()),
        arrangement="split" if split else "order",
        replicates=release,
        release_hours=release_hours,
        max_attempts=attempts,
        hours_between=hours_between,
    )
    check_out(links, "--links")
    if links is None:
        _check_address(host, port)
    with working("opening the vault", quiet=quiet):
        contacts = contacts_of(campaign_, found, vault, names=links is not None)
        field = open_field(found, vault, asker, contacts=contacts.select("case_id", "phone"))
    try:
        if links is not None:
            write_frame(
                field.links().join(contacts, on="case_id", how="left", maintain_order="left"), links, private=True
            )
            if not quiet:
                print(
                    f"written: {links}, {some(len(field.cases), 'link')} with names and addresses: for your eyes alone"
                )
            return
        channel = TwilioChannel(account, asker.public_url) if account else NoChannel()
        dispatcher = Dispatcher(field, channel, now_utc, settings)
        if not quiet:
            _say(found, field.cases.values(), settings.replicates, account, host, port)

        def send(stop: threading.Event) -> None:
            if account is not None:
                keep_dispatching(dispatcher, stop, every_seconds=20, told=lambda text: print(text, file=sys.stderr))

        app = field_app(field, account=account, settings=ServerSettings(host, port))
        serve(app, ServerSettings(host, port), background=send)
    finally:
        field.close()


def _say(wave: Wave, cases: object, replicates: int, account: Account | None, host: str, port: int) -> None:
    from collections.abc import Iterable

    assert isinstance(cases, Iterable)
    released = [case for case in cases if case.replicate <= replicates]
    reached = sum(1 for case in released if case.phone)
    print(
        f"fielding {wave.survey.name}, wave {wave.name}: {some(len(released), 'voter')} released, {reached:,} with a number"
    )
    print(f"forms and webhooks: http://{host}:{port}  (Ctrl-C stops; the same command goes on)")
    if account is None:
        said = f"note: {SID} and {TOKEN} are not set: nothing is sent, links are served (--links FILE writes them)"
        print("\n".join(wrapped(said)))


def _check_address(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before the wave is opened and anything is sent."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
            # As the server does: a port that was let go of a moment ago is free.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((host, port))
    except (OSError, OverflowError) as err:
        why = getattr(err, "strerror", None) or err
        raise ConfigError(
            f"cannot listen on {host}:{port}: {why}", hint="choose another --port or --host; nothing was begun"
        ) from None


def check_asking(wave: Wave, attempts: int) -> None:
    """Refuse a wave that nobody was drawn for, and no attempts."""
    from hustings.errors import InputError

    if not wave.path("sample.parquet").is_file():
        raise InputError(f"wave {wave.name} has no sample: nobody can be asked", hint="hustings survey draw")
    if attempts < 1:
        raise ConfigError(f"--attempts is {attempts}, expected at least 1")


def _check_rehearsed(wave: Wave) -> None:
    if wave.about().get("rehearsal"):
        raise ConfigError(
            f"wave {wave.name} was rehearsed: its answers are of nobody", hint="draw another wave for real voters"
        )


def asker_of(campaign: Campaign) -> Asker:
    """Say who asks, as ``campaign.toml`` does.

    Raises
    ------
    ConfigError
        It does not.
    """
    from hustings.survey.fieldwork import Asker

    found = campaign.survey
    for name in ("sponsor", "contact", "public_url"):
        if not getattr(found, name):
            raise ConfigError(
                f"{campaign.folder / 'campaign.toml'}: survey.{name} is empty",
                hint="voters must be told who asks and how to reach them; the file says what to put there",
            )
    if not found.public_url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ConfigError(
            f"survey.public_url is {found.public_url!r}, expected https://...",
            hint="answers must not travel in the open",
        )
    return Asker(found.sponsor, found.contact, found.public_url.rstrip("/"))


def account_of(campaign: Campaign) -> Account | None:
    """The provider's account; None where there is none.

    Raises
    ------
    ConfigError
        It is there in part.
    """
    from hustings.survey.fieldwork import Account

    sid, token = os.environ.get(SID, ""), os.environ.get(TOKEN, "")
    if not sid and not token:
        return None
    if not (sid and token and campaign.survey.number):
        raise ConfigError(
            "the provider's account is there in part",
            hint=f"set {SID} and {TOKEN}, and survey.number in campaign.toml; or none of them to send nothing",
        )
    return Account(sid, token, campaign.survey.number, os.environ.get(ADDRESS, ""))


def contacts_of(campaign: Campaign, wave: Wave, vault: Vault, *, names: bool = False) -> pl.DataFrame:
    """Open the vault for the voters of a sample: ``case_id``, ``phone`` (a cell phone first), and names where asked for.

    Who has no number that can be dialled is written down: `status` has no key to the vault.
    """
    import polars as pl

    from hustings.electorate.query.identities import identities_of
    from hustings.errors import InputError
    from hustings.store.writing import write_parquet
    from hustings.survey.fieldwork.phones import read_phones
    from hustings.tables import REACH

    path = wave.path("sample.parquet")
    if not path.is_file():
        raise InputError(f"wave {wave.name} has no sample", hint="hustings survey draw")
    sample = pl.read_parquet(path, columns=["case_id", "voter_id", "file_state"])
    with electorate_at(campaign, None, queries=False) as electorate:
        found = identities_of(electorate, sample["voter_id"], vault, states=sample["file_state"].unique().sort())
    phone = pl.coalesce("cell_phone", "phone").alias("phone")
    more = ["first_name", "last_name", "address", "city", "zip"] if names else []
    contacts = sample.select("case_id").hstack(found.select(phone, *more))
    problems = contacts.select("case_id", read_phones(contacts["phone"])["problem"]).filter(pl.col("problem") != "")
    write_parquet(problems.sort("case_id"), wave.path("reach.parquet"), REACH)
    return contacts
