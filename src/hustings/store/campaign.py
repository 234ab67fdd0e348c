"""A campaign's folder and its one settings file, ``campaign.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hustings.errors import ConfigError, StoreError
from hustings.store.settings import check_keys, read_section
from hustings.store.watching import WatchSettings, read_watch
from hustings.store.writing import write_text

SETTINGS = "campaign.toml"

TEMPLATE = """# A campaign of hustings. Every key is shown with its default; an unknown one is an error.

# What is being won: a built-in contest (`hustings contests`) or a TOML file.
contest = "{contest}"

[electorate]
# What runs heavy queries: "duckdb" on this machine, or a Spark master that sees this folder under the same path:
# "spark://host:7077", "yarn", "local[2]" (needs: pip install 'hustings[spark]').
engine = "duckdb"
# Memory that a query may use before it goes to disk.
memory = "4GB"
# A state whose daily changes exceed this share of its voters is written anew.
compact_share = 0.1

[vault]
# Where the key to names and addresses comes from: "env" (HUSTINGS_VAULT_KEY) or "keyring" (the system's, service
# "hustings", user = this folder's name; needs: pip install 'hustings[keyring]').
key = "env"

[survey]
# Who asks, in the words that voters read and hear: they must be true. Needed before a wave is fielded.
sponsor = ""
# Where voters' questions about the survey go: a telephone number or an e-mail address.
contact = ""
# Where voters and the provider reach the server, for example "https://survey.example.org".
public_url = ""
# The number that texts and calls come from, E.164, for example "+19195550100". The provider's account stands in
# HUSTINGS_TWILIO_SID and HUSTINGS_TWILIO_TOKEN.
number = ""

[night]
# What `hustings run` takes beside the inbox. Published polls, in any layout that `hustings project --polls` reads.
polls = ""
# Interviews of the last so many days say where voters stand.
interview_days = 45
# A source that is older than so many days is called stale.
stale_days = 14

[watch]
# The option that the campaign is for, by its id; the contest's first where it is left out.
option = ""
# How the voter file writes the party whose voters are counted on (for example "DEM").
party = ""
# Newly registered are those who registered since that day, for example "2016-01-01"; from January 1 where it is left out.
new_since = ""
# Units that can decide the contest must have a poll of the last so many days, segments an interview.
poll_days = 14
# Chance, over the whole campaign, of any false alarm.
false_alarm_prob = 0.05

# What else you rest on, in your own words (docs/watch.md): a table for each assumption.
# [[watch.assumption]]
# name = "young-voters-answer"
# claim = "Voters under 30 are 12 % of those we interview"
# column = "age_band"              # a question of the interviews, with the answers that count
# answers = ["18-29"]
# expect = 0.12                    # without it: what the interviews said until now
# tolerance = 0.03
# direction = "below"              # below, above or either
# owner = "pollster"
# action = "release the under-30 reserve: `hustings survey field`"

# Files that the night loads as they come, in the order of their days: a table for each kind.
# [[inbox]]
# load = "voters"               # voters, history, early-votes, contacts, consumer or interviews
# files = "inbox/ncvoter*.zip"  # within this folder
# layout = "nc-2022"            # without one: the only one that fits
# state = "NC"                  # contacts and consumer: whose ids, where several states are stored
# survey = "tracker"            # interviews: the survey that they belong to; each file is a wave, named by its day
# codebook = "inbox/panel.toml" # interviews: what the columns mean; a file within this folder, or a shipped name
"""

LOADS = ("voters", "history", "early-votes", "contacts", "consumer", "interviews")
"""Kinds of files of the inbox, in the order in which those of one day are loaded."""


@dataclass(frozen=True)
class ElectorateSettings:
    """Settings of the electorate."""

    engine: str = "duckdb"
    memory: str = "4GB"
    compact_share: float = 0.1


@dataclass(frozen=True)
class VaultSettings:
    """Where the vault's key comes from."""

    key: str = "env"


@dataclass(frozen=True)
class SurveySettings:
    """Who asks, and where voters and the provider of texts and calls find the server."""

    sponsor: str = ""
    contact: str = ""
    public_url: str = ""
    number: str = ""


@dataclass(frozen=True)
class NightSettings:
    """What the night takes beside the inbox."""

    polls: str = ""
    interview_days: int = 45
    stale_days: int = 14


@dataclass(frozen=True)
class InboxFiles:
    """Files that the night loads as they come."""

    load: str = ""
    files: str = ""
    layout: str = ""
    state: str = ""
    survey: str = ""
    codebook: str = ""


@dataclass(frozen=True)
class Campaign:
    """A campaign's folder, and what its ``campaign.toml`` says."""

    folder: Path
    contest: str
    electorate: ElectorateSettings
    vault: VaultSettings
    survey: SurveySettings = SurveySettings()
    night: NightSettings = NightSettings()
    watch: WatchSettings = field(default_factory=WatchSettings)
    inbox: tuple[InboxFiles, ...] = ()

    @property
    def store(self) -> Path:
        """Where its tables live."""
        return self.folder / "store"


def new_campaign(folder: Path | str, *, contest: str) -> Campaign:
    """Make a campaign's folder.

    Raises
    ------
    StoreError
        There is something in the folder already.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} exists and is not empty", hint="choose a new folder; nothing was changed")
    for name in ("inbox", "store", "runs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_text(TEMPLATE.format(contest=contest), folder / SETTINGS)
    return open_campaign(folder)


def find_campaign(start: Path) -> Campaign:
    """Open the campaign that a folder belongs to: the folder itself, or the nearest one above.

    Raises
    ------
    StoreError
        None of them holds a ``campaign.toml``.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return open_campaign(folder)
    raise StoreError(
        f"no {SETTINGS} in {start} or above it",
        hint="go into a campaign's folder, give --campaign DIR, or make one: hustings new my-campaign",
    )


def open_campaign(folder: Path | str) -> Campaign:
    """Read a campaign's settings.

    Raises
    ------
    ConfigError
        The file cannot be read, or a key or value cannot be.
    """
    path = Path(folder) / SETTINGS
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ConfigError(f"{path} cannot be read: {err.strerror}", hint="hustings new DIR makes one") from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ConfigError(f"{path}: {err}") from err
    check_keys(path, found, {"contest", "electorate", "inbox", "night", "survey", "vault", "watch"}, "")
    contest = found.get("contest")
    if not isinstance(contest, str) or not contest:
        raise ConfigError(f"{path}: contest is {contest!r}, expected the name of a contest")
    settings = Campaign(
        folder=Path(folder),
        contest=contest,
        electorate=read_section(path, found, "electorate", ElectorateSettings),
        vault=read_section(path, found, "vault", VaultSettings),
        survey=read_section(path, found, "survey", SurveySettings),
        night=read_section(path, found, "night", NightSettings),
        watch=read_watch(path, found),
        inbox=_inbox(path, found.get("inbox", [])),
    )
    if settings.vault.key not in {"env", "keyring"}:
        raise ConfigError(f'{path}: vault.key is {settings.vault.key!r}, expected "env" or "keyring"')
    for key, fewest in (("interview_days", 1), ("stale_days", 0)):
        if (days := getattr(settings.night, key)) < fewest:
            raise ConfigError(f"{path}: night.{key} is {days}, expected {fewest} or more days")
    if not 0 < settings.electorate.compact_share <= 1:
        raise ConfigError(f"{path}: electorate.compact_share is {settings.electorate.compact_share}, expected 0-1")
    return settings


def _inbox(path: Path, found: Any) -> tuple[InboxFiles, ...]:  # noqa: ANN401 (TOML)
    """Read the files that the night loads."""
    if not isinstance(found, list):
        raise ConfigError(f"{path}: inbox is {found!r}, expected tables", hint="write [[inbox]], with two brackets")
    read = tuple(read_section(path, {"inbox": one}, "inbox", InboxFiles) for one in found)
    for one in read:
        if one.load not in LOADS:
            raise ConfigError(f"{path}: inbox.load is {one.load!r}, expected one of {', '.join(LOADS)}")
        if not one.files or Path(one.files).is_absolute() or ".." in Path(one.files).parts:
            raise ConfigError(
                f"{path}: inbox.files is {one.files!r}, expected files within this folder", hint='"inbox/ncvoter*.zip"'
            )
        _check_interviews(path, one)
    return read


def _check_interviews(path: Path, one: InboxFiles) -> None:
    """Interviews say which survey they belong to and what their columns mean; nothing else does."""
    of_interviews = {"survey": one.survey, "codebook": one.codebook}
    if one.load != "interviews":
        wrong = [key for key, value in of_interviews.items() if value]
    else:
        wrong = [key for key in ("layout", "state") if getattr(one, key)]
        if absent := [key for key, value in of_interviews.items() if not value]:
            raise ConfigError(
                f"{path}: inbox of {one.files}: interviews need {' and '.join(absent)}",
                hint='survey = "tracker", codebook = "inbox/panel.toml" (hustings survey codebook FILE makes a first one)',
            )
    if wrong:
        raise ConfigError(f"{path}: inbox of {one.files}: {one.load} takes no {' and no '.join(wrong)}")
