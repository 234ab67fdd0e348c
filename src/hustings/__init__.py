r"""hustings: an election campaign's numbers, with their errors.

=============  ==============================================================
room           holds
=============  ==============================================================
``facts``      dated public facts shipped with the package, each with its source
``maths``      numpy/scipy only: Gaussian algebra, quadrature, proper scores
``tables``     the declared contract of every file and table
``store``      run folders, and a campaign's store: snapshots and the vault
``engines``    what runs queries over stored voters: DuckDB, or Spark
``contests``   what is being won, one file per rule
``polls``      published polls: readers, cleaning, the tracker
``electorate`` voter files: read, stored, compared, counted, linked
``survey``     the campaign's own poll: sample, fieldwork, weights, tables
``scores``     per-voter models: turnout, support, persuasion; every voter scored
``projection`` joint draws of the outcome, verdict, why it moved, back-tests
``watch``      assumptions held against what comes in: evidence, the board, replays
``plan``       where the next dollar, visit, call and interview go; lists with hold-outs
``brief``      figures and sentences from finished tables
``night``      every step from files to brief, each only where its inputs have changed
``web``        forms and webhooks of the poll
``cli``        parse, call, print
=============  ==============================================================

From Python, a handful of nouns and verbs; tables come as polars frames, and ``.to_pandas()`` turns them into pandas:

>>> import datetime as dt, pathlib, tempfile
>>> import hustings as hu
>>> with tempfile.TemporaryDirectory() as folder:
...     file = pathlib.Path(folder, "polls.csv")
...     size = file.write_text(
...         "pollster,unit,start_date,end_date,sample_size,population,alder,birch\n"
...         "Northgate,FAIRMONT,2026-08-29,2026-09-01,800,LV,47,45\n"
...         "Public Ear,FAIRMONT,2026-09-10,2026-09-12,600,LV,48,44\n"
...     )
...     contest = hu.load_contest("example-senate")
...     published = hu.read_polls(file, contest)
>>> then, now = dt.date(2026, 9, 5), dt.date(2026, 9, 20)
>>> before, after = (hu.project(contest, hu.clean_polls(published, contest, as_of=day), as_of=day) for day in (then, now))
>>> after.units.select("unit", "option").rows()
[('FAIRMONT', 'alder'), ('FAIRMONT', 'birch'), ('ALL', 'alder'), ('ALL', 'birch')]
>>> after.verdict["options"]["alder"]["win_prob"] > 0.5
True
>>> hu.explain(before, after, "ALL").filter(kind="poll-new")["item"].to_list()
['row-3']
>>> hu.track(after.fit)["date"].max() == now
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hustings.contests import Contest, list_contests, load_contest
    from hustings.electorate.loading import load_voters
    from hustings.electorate.query import diff_voters, electorate_of
    from hustings.errors import HustingsError
    from hustings.plan.effects import load_levers
    from hustings.plan.goals import goal_of
    from hustings.plan.money import money_plan
    from hustings.plan.race import race_of
    from hustings.polls.clean import CleanPolls, clean_polls
    from hustings.polls.readers import RawPolls, read_polls
    from hustings.projection.backtest import backtest, scores_table
    from hustings.projection.explain import explain
    from hustings.projection.project import Projection, project
    from hustings.projection.track import track
    from hustings.scores.support import fit_support, poststratify
    from hustings.scores.turnout import fit_turnout
    from hustings.store.campaign import open_campaign
    from hustings.survey.estimates import estimate_shares
    from hustings.survey.interviews import read_interviews
    from hustings.survey.waves import open_survey
    from hustings.survey.weighting import weigh_wave
    from hustings.watch.replay import replay

# Where each public name lives. It is imported when it is first asked for: `hustings --help` needs none of them.
_HOME = {
    "CleanPolls": "hustings.polls.clean",
    "Contest": "hustings.contests",
    "HustingsError": "hustings.errors",
    "Projection": "hustings.projection",
    "RawPolls": "hustings.polls.readers",
    "backtest": "hustings.projection",
    "clean_polls": "hustings.polls.clean",
    "diff_voters": "hustings.electorate.query",
    "electorate_of": "hustings.electorate.query",
    "estimate_shares": "hustings.survey.estimates",
    "explain": "hustings.projection",
    "fit_support": "hustings.scores.support",
    "fit_turnout": "hustings.scores.turnout",
    "goal_of": "hustings.plan.goals",
    "list_contests": "hustings.contests",
    "load_contest": "hustings.contests",
    "load_levers": "hustings.plan.effects",
    "load_voters": "hustings.electorate.loading",
    "money_plan": "hustings.plan.money",
    "open_campaign": "hustings.store.campaign",
    "open_survey": "hustings.survey.waves",
    "poststratify": "hustings.scores.support",
    "project": "hustings.projection",
    "race_of": "hustings.plan.race",
    "read_interviews": "hustings.survey.interviews",
    "read_polls": "hustings.polls.readers",
    "replay": "hustings.watch.replay",
    "scores_table": "hustings.projection",
    "track": "hustings.projection",
    "weigh_wave": "hustings.survey.weighting",
}

__all__ = [
    "CleanPolls",
    "Contest",
    "HustingsError",
    "Projection",
    "RawPolls",
    "backtest",
    "clean_polls",
    "diff_voters",
    "electorate_of",
    "estimate_shares",
    "explain",
    "fit_support",
    "fit_turnout",
    "goal_of",
    "list_contests",
    "load_contest",
    "load_levers",
    "load_voters",
    "money_plan",
    "open_campaign",
    "open_survey",
    "poststratify",
    "project",
    "race_of",
    "read_interviews",
    "read_polls",
    "replay",
    "scores_table",
    "track",
    "weigh_wave",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'hustings' has no attribute {name!r}")
    found = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Names to offer for completion."""
    return sorted({*globals(), *__all__})
